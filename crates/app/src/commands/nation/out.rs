//! The folder of results: a folder per year, each whole or not there, and a summary.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use junheng_core::text::Text;
use junheng_intake::write::write_file;
use junheng_nation::Nation;
use junheng_nation::judge::{Standards, Year};
use junheng_nation::output::{Sheet, sheets, standard_id};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::Result as Outcome;
use crate::error::Failure;
use crate::{Context, print};

/// The note that a year is whole, written last.
const DONE: &str = "done.json";

/// The folder that results go to.
pub(super) struct Folder {
    root: PathBuf,
    written: Vec<PathBuf>,
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hash_file(path: &Path) -> io::Result<String> {
    let mut hash = Sha256::new();
    let mut file = File::open(path)?;
    let mut buffer = vec![0; 1 << 20];
    loop {
        let n = file.read(&mut buffer)?;
        if n == 0 {
            return Ok(hex(&hash.finalize()));
        }
        hash.update(&buffer[..n]);
    }
}

/// SHA-256 over the sorted names of the files of some years, each with the hash of its bytes.
pub(super) fn digest(nation: &Nation, years: &[i16]) -> Result<String, Failure> {
    let mut files: Vec<(&str, &Path)> = years.iter().flat_map(|y| nation.files(*y)).collect();
    files.sort_unstable();
    files.dedup();
    let next = AtomicUsize::new(0);
    let hashes = Mutex::new(files.iter().map(|_| None).collect::<Vec<_>>());
    let work = || {
        loop {
            let n = next.fetch_add(1, Ordering::Relaxed);
            let Some((_, path)) = files.get(n) else { break };
            let hash = hash_file(path);
            if let Ok(mut hashes) = hashes.lock()
                && let Some(slot) = hashes.get_mut(n)
            {
                *slot = Some(hash.map_err(|e| Failure::file(path, &e)));
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..junheng_nation::threads() {
            scope.spawn(work);
        }
    });
    let hashes = hashes
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    let mut all = Sha256::new();
    for ((name, _), hash) in files.iter().zip(hashes) {
        let Some(hash) = hash else { continue };
        all.update(format!("{name}\0{}\n", hash?));
    }
    Ok(hex(&all.finalize()))
}

/// What a year's results depend on: its files, the standards, the area, the program.
pub(super) fn key(
    nation: &Nation,
    year: i16,
    standards: &Standards,
    area: &str,
) -> Result<String, Failure> {
    let mut text = digest(nation, &[year])?;
    for standard in &standards.all {
        text.push_str(&format!(
            "\n{} {} {:?}",
            standard_id(standard),
            standard.version,
            standard.choices
        ));
    }
    text.push_str(&format!(
        "\n{:?}\n{area}\n{}",
        standards.areas,
        env!("CARGO_PKG_VERSION")
    ));
    Ok(sha256(text.as_bytes()))
}

impl Folder {
    pub(super) fn new(root: PathBuf) -> Result<Self, Failure> {
        fs::create_dir_all(&root).map_err(|e| Failure::file(&root, &e))?;
        Ok(Self {
            root,
            written: Vec::new(),
        })
    }

    fn year(&self, year: i16) -> PathBuf {
        self.root.join(format!("year={year}"))
    }

    /// Whether a year's results are there, made of the same, and nobody changed them since.
    pub(super) fn has(&self, year: i16, key: &str) -> bool {
        let folder = self.year(year);
        let note = fs::read(folder.join(DONE)).ok();
        let note: Option<Value> = note.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let Some(note) = note.filter(|n| n["key"] == key) else {
            return false;
        };
        let whole = |(name, hash): (&String, &Value)| {
            hash_file(&folder.join(name)).is_ok_and(|found| *hash == found)
        };
        note["files"]
            .as_object()
            .is_some_and(|files| files.iter().all(whole))
    }

    /// Writes a year's tables, and last the note that they are whole.
    pub(super) fn write_year(
        &mut self,
        year: &Year,
        standards: &Standards,
        key: &str,
    ) -> Result<(), Failure> {
        let folder = self.year(year.year);
        fs::create_dir_all(&folder).map_err(|e| Failure::file(&folder, &e))?;
        self.written.push(folder.clone());
        drop(fs::remove_file(folder.join(DONE)));
        let mut hashes = serde_json::Map::new();
        for sheet in sheets(year, standards) {
            for (name, bytes) in files(&sheet)? {
                hashes.insert(name.clone(), sha256(&bytes).into());
                let path = folder.join(name);
                write_file(&path, &bytes).map_err(|e| Failure::file(&path, &e))?;
            }
        }
        let note = json!({"key": key, "synthetic": year.synthetic, "files": hashes});
        let path = folder.join(DONE);
        write_file(&path, format!("{note:#}\n").as_bytes()).map_err(|e| Failure::file(&path, &e))
    }

    /// Removes what this run wrote: the input turned out unusable.
    pub(super) fn take_back(self) {
        for folder in &self.written {
            drop(fs::remove_dir_all(folder));
        }
        // Only where it was made for this run and is empty.
        drop(fs::remove_dir(&self.root));
    }

    /// The report as text, the outlook and the last year's distances as CSV.
    pub(super) fn write_summary(
        &mut self,
        result: &Outcome,
        context: &Context,
    ) -> Result<(), Failure> {
        let plain = Context {
            lang: context.lang,
            json: context.json,
            colour: false,
            began: context.began,
            watch: None,
        };
        let files = [
            ("summary.txt", print::nation(result, &plain)),
            ("outlook.csv", print::outlook_csv(result)),
        ];
        for (name, text) in files {
            let path = self.root.join(name);
            write_file(&path, text.as_bytes()).map_err(|e| Failure::file(&path, &e))?;
        }
        Ok(())
    }
}

fn files(sheet: &Sheet) -> Result<[(String, Vec<u8>); 2], Failure> {
    let parquet = sheet.parquet().map_err(|e| {
        Failure::Other(Text::new(
            format!("结果表 {} 写不成 Parquet：{e}", sheet.name),
            format!("the table {} cannot be made Parquet: {e}", sheet.name),
        ))
    })?;
    Ok([
        (format!("{}.parquet", sheet.name), parquet),
        (format!("{}.csv", sheet.name), sheet.csv()),
    ])
}

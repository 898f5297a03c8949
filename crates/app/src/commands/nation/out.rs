//! The folder of results: a folder per year, each whole or not there, and a summary.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use junheng_core::text::Text;
use junheng_intake::sheets::csv;
use junheng_intake::write::{write_file, write_into};
use junheng_nation::Nation;
use junheng_nation::judge::{Standards, Year};
use junheng_nation::output::{SHEETS, Sheet, sheets, standard_id};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::Result as Outcome;
use super::paper::paper;
use super::seal::book;
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

/// SHA-256 of input files, by name: a file with many years is read once.
#[derive(Default)]
pub(super) struct Hashes(BTreeMap<String, String>);

impl Hashes {
    /// Those of some years' files; fewer once somebody asked to stop.
    pub(super) fn new(
        nation: &Nation,
        years: &[i16],
        stopped: &AtomicBool,
    ) -> Result<Self, Failure> {
        let files: BTreeMap<&str, &Path> = years.iter().flat_map(|y| nation.files(*y)).collect();
        let files: Vec<(&str, &Path)> = files.into_iter().collect();
        let next = AtomicUsize::new(0);
        let hashes = Mutex::new(Vec::with_capacity(files.len()));
        let work = || {
            while let Some((name, path)) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                if stopped.load(Ordering::Relaxed) {
                    break;
                }
                let hash = hash_file(path).map_err(|e| Failure::file(path, &e));
                if let Ok(mut hashes) = hashes.lock() {
                    hashes.push(hash.map(|hash| ((*name).to_owned(), hash)));
                }
            }
        };
        std::thread::scope(|scope| {
            for _ in 0..junheng_nation::threads() {
                scope.spawn(work);
            }
        });
        let hashes = hashes.into_inner().unwrap_or_else(PoisonError::into_inner);
        Ok(Self(hashes.into_iter().collect::<Result<_, _>>()?))
    }

    /// SHA-256 over the sorted names of all files, each with the hash of its bytes.
    pub(super) fn all(&self) -> String {
        self.of(self.0.keys().map(String::as_str))
    }

    fn of<'a>(&self, names: impl Iterator<Item = &'a str>) -> String {
        let mut all = Sha256::new();
        for name in names {
            let hash = self.0.get(name).map_or("", String::as_str);
            all.update(format!("{name}\0{hash}\n"));
        }
        hex(&all.finalize())
    }

    /// What a year's results depend on: its files, the standards, the area, the program.
    pub(super) fn key(
        &self,
        nation: &Nation,
        year: i16,
        standards: &Standards,
        area: &str,
    ) -> String {
        let mut text = self.of(nation.files(year).map(|(name, _)| name));
        for standard in &standards.all {
            text.push_str(&format!(
                "\n{} {} {:?}",
                standard_id(standard),
                standard.version,
                standard.choices
            ));
        }
        let version = env!("CARGO_PKG_VERSION");
        text.push_str(&format!("\n{:?}\n{area}\n{version}", standards.areas));
        sha256(text.as_bytes())
    }
}

impl Folder {
    /// # Errors
    /// When it cannot be made, or lies within `input`, whose files the results would join.
    pub(super) fn new(root: PathBuf, input: &Path) -> Result<Self, Failure> {
        fs::create_dir_all(&root).map_err(|e| Failure::file(&root, &e))?;
        let full = |path: &Path| fs::canonicalize(path).map_err(|e| Failure::file(path, &e));
        if full(&root)?.starts_with(full(input)?) {
            // Only where it was made for this run and is empty.
            drop(fs::remove_dir(&root));
            return Err(Failure::usage(Text::new(
                "--out 不能在数据文件夹里面：结果会被当作数据再读",
                "--out may not lie within the folder of the data: results would be read as data",
            )));
        }
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

    /// Writes a year's tables, and last the note that they are whole; all or none of them.
    pub(super) fn write_year(
        &mut self,
        year: &Year,
        standards: &Standards,
        key: &str,
    ) -> Result<(), Failure> {
        let folder = self.year(year.year);
        // What an older run left, or a killed one.
        clear(&folder);
        fs::create_dir_all(&folder).map_err(|e| Failure::year(&folder, &e))?;
        self.written.push(folder.clone());
        let written = write_tables(&folder, year, standards, key);
        if written.is_err() {
            clear(&folder);
        }
        written
    }

    /// Removes what this run wrote: the input turned out unusable.
    pub(super) fn take_back(self) {
        for folder in &self.written {
            clear(folder);
        }
        // Only where it was made for this run and is empty.
        drop(fs::remove_dir(&self.root));
    }

    /// The report as text; the last year's counties and the outlook as CSV and as a workbook.
    pub(super) fn write_summary(&self, result: &Outcome, context: &Context) -> Result<(), Failure> {
        let plain = Context {
            lang: context.lang,
            json: context.json,
            colour: false,
            began: context.began,
            watch: None,
        };
        let pages = print::nation_pages(result, context.lang);
        let book = book(result, context.lang)?;
        let text = print::nation::report(result, &plain).into_bytes();
        let mut files = vec![
            ("summary.txt".to_owned(), text),
            ("summary.xlsx".to_owned(), book),
        ];
        if let Some(paper) = paper(result) {
            let (word, pdf) = junheng_paper::docx_and_pdf(&paper).map_err(Failure::Other)?;
            files.push(("summary.docx".to_owned(), word));
            files.push(("summary.pdf".to_owned(), pdf));
        }
        let lists = pages.iter();
        files.extend(lists.map(|page| (format!("{}.csv", page.id), csv(page))));
        write_into(&self.root, &files).map_err(|(path, error)| Failure::year(&path, &error))
    }
}

fn write_tables(
    folder: &Path,
    year: &Year,
    standards: &Standards,
    key: &str,
) -> Result<(), Failure> {
    let mut hashes = serde_json::Map::new();
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        write_file(&path, bytes).map_err(|e| Failure::year(&path, &e))
    };
    for sheet in sheets(year, standards) {
        for (name, bytes) in files(&sheet)? {
            write(&name, &bytes)?;
            hashes.insert(name, sha256(&bytes).into());
        }
    }
    let note = json!({"key": key, "synthetic": year.synthetic, "files": hashes});
    write(DONE, format!("{note:#}\n").as_bytes())
}

/// Removes the tables of a year, whole or half written, and nothing else.
fn clear(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name == DONE
            || SHEETS
                .iter()
                .any(|sheet| name.starts_with(&format!("{sheet}.")))
        {
            drop(fs::remove_file(entry.path()));
        }
    }
    drop(fs::remove_dir(folder));
}

fn files(sheet: &Sheet<'_>) -> Result<[(String, Vec<u8>); 2], Failure> {
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

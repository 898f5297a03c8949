//! The zip file of a workbook, measured before anything reads it.

use std::io::{Cursor, Read};

use quick_xml::Reader;
use quick_xml::events::Event;
use zip::ZipArchive;

use crate::csv::Limit;
use crate::files::InputFile;

/// Parts of a workbook; a large one has a few hundred.
const PARTS_MAX: usize = 5_000;
/// Unpacked bytes of all parts.
const UNPACKED_MAX: u64 = 300 << 20;
/// Unpacked bytes per packed byte above which a large part is no honest table.
const RATIO_MAX: u64 = 300;
/// Parts up to this size may have any ratio.
const RATIO_FREE: u64 = 32 << 20;

/// The tables as text (`.csv`) of a zip file that [`inspect`] found to be no workbook but of an honest
/// size; folders inside it and what other programs leave there do not count.
pub(crate) fn texts(bytes: &[u8]) -> Vec<InputFile> {
    let Ok(mut zip) = ZipArchive::new(Cursor::new(bytes)) else {
        return Vec::new();
    };
    let count = zip.len();
    let read = |index| {
        let mut part = zip.by_index(index).ok()?;
        let path = words(part.name_raw()).replace('\\', "/");
        let name = path.rsplit('/').next().unwrap_or_default().to_owned();
        let own = !name.starts_with('.') && !path.starts_with("__MACOSX/");
        if !own || !name.to_ascii_lowercase().ends_with(".csv") {
            return None;
        }
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).ok()?;
        Some(InputFile { name, bytes })
    };
    let mut files: Vec<InputFile> = (0..count).filter_map(read).collect();
    files.sort_by(|a, b| a.name.cmp(&b.name));
    files
}

/// A name inside a zip file: UTF-8, else GBK as Windows writes it.
fn words(name: &[u8]) -> String {
    match std::str::from_utf8(name) {
        Ok(name) => name.to_owned(),
        Err(_) => encoding_rs::GBK.decode(name).0.into_owned(),
    }
}

/// What a workbook holds beside its tables.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Contents {
    pub(crate) macros: bool,
    pub(crate) external_links: bool,
}

/// Why a zip file is not read as a workbook.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unfit {
    /// Damaged.
    Corrupt,
    /// A zip file, but of another kind.
    NotAWorkbook,
    /// Larger than a table can be.
    TooLarge(Limit),
}

/// Unpacks every part, whatever its name, without keeping it, and refuses what is no honest workbook.
pub(crate) fn inspect(bytes: &[u8]) -> Result<Contents, Unfit> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).or(Err(Unfit::Corrupt))?;
    if zip.len() > PARTS_MAX {
        return Err(Unfit::TooLarge((
            "压缩包内文件超过 5,000 个",
            "more than 5,000 parts",
        )));
    }
    let mut contents = Contents::default();
    let mut workbook = false;
    let mut unpacked = 0;
    for index in 0..zip.len() {
        let mut part = zip.by_index(index).or(Err(Unfit::Corrupt))?;
        let name = part
            .name()
            .or(Err(Unfit::Corrupt))?
            .replace('\\', "/")
            .to_ascii_lowercase();
        workbook |= name.ends_with("workbook.xml");
        contents.macros |= name.ends_with("vbaproject.bin");
        contents.external_links |= name.contains("/externallinks/");
        let packed = part.compressed_size().max(1);
        let mut head = Vec::new();
        (&mut part)
            .take(64 << 10)
            .read_to_end(&mut head)
            .or(Err(Unfit::Corrupt))?;
        let room = (UNPACKED_MAX + 1).saturating_sub(unpacked);
        let rest = std::io::copy(&mut (&mut part).take(room), &mut std::io::sink())
            .or(Err(Unfit::Corrupt))?;
        let size = head.len() as u64 + rest;
        unpacked += size;
        if unpacked > UNPACKED_MAX || (size > RATIO_FREE && size / packed > RATIO_MAX) {
            return Err(Unfit::TooLarge((
                "解压后异常庞大",
                "it unpacks to an absurd size",
            )));
        }
        if name.ends_with("sharedstrings.xml") && !counts_its_strings(&head, size) {
            return Err(Unfit::TooLarge((
                "声明的文字个数不合理",
                "it declares an absurd number of texts",
            )));
        }
    }
    if workbook {
        Ok(contents)
    } else {
        Err(Unfit::NotAWorkbook)
    }
}

/// Whether the declared number of shared texts fits into the part: the reader reserves room for it.
fn counts_its_strings(head: &[u8], size: u64) -> bool {
    let mut reader = Reader::from_reader(head);
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(e) | Event::Empty(e)) if e.local_name().as_ref() == "sst" => {
                let count = e
                    .attributes()
                    .flatten()
                    .find(|a| a.key.as_ref() == "uniqueCount");
                return count.is_none_or(|a| a.value.parse().map_or(true, |n: u64| n <= size));
            }
            Ok(Event::Eof) | Err(_) => return false,
            Ok(_) => {}
        }
    }
}

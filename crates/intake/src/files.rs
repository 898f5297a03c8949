//! The files of a bundle as bytes, and what kind of file each is.

use std::fs;
use std::path::Path;

use junheng_core::finding::{Finding, Place};
use junheng_core::model::TableId;
use junheng_core::text::Text;

use crate::csv;
use crate::log::{error, quoted};

/// The largest file that is read.
const FILE_BYTES_MAX: u64 = 256 << 20;
/// Endings of the files of a folder that may belong to a bundle.
const ENDINGS: &[&str] = &["csv", "xlsx", "xlsm", "xls", "geojson", "pbf"];

/// A file of the user: its name without folder, and its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputFile {
    /// Name without folder, ending included.
    pub name: String,
    /// Content.
    pub bytes: Vec<u8>,
}

/// What a file is by its content; the ending is not trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Text with delimiters.
    Text,
    /// A zip file: a workbook since 2007, if anything.
    Zip,
    /// A compound file: a workbook before 2007, or an encrypted one.
    Compound,
    /// A web page or XML table that only has the ending of a workbook.
    Markup,
    /// Nothing at all.
    Empty,
    /// Neither text nor a workbook.
    Unknown,
}

impl InputFile {
    /// The name without its ending.
    #[must_use]
    pub fn stem(&self) -> &str {
        stem(&self.name)
    }

    /// Whether the ending is one of a table, not of a map.
    #[must_use]
    pub fn is_table(&self) -> bool {
        !self.is_map("geojson") && !self.is_map("pbf")
    }

    /// Whether the file is a map with this ending.
    #[must_use]
    pub fn is_map(&self, kind: &str) -> bool {
        ending(&self.name) == kind
    }

    /// What the file is by its first bytes.
    #[must_use]
    pub fn format(&self) -> Format {
        let bytes = &self.bytes;
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Format::Empty;
        }
        if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
            return Format::Zip;
        }
        if bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) {
            return Format::Compound;
        }
        let start = bytes
            .strip_prefix(b"\xEF\xBB\xBF")
            .unwrap_or(bytes)
            .trim_ascii_start();
        let head = start.get(..9).unwrap_or(start).to_ascii_lowercase();
        if [&b"<html"[..], b"<?xml", b"<table", b"<!doctype"]
            .iter()
            .any(|t| head.starts_with(t))
        {
            return Format::Markup;
        }
        let utf16 = bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]);
        if !utf16 && bytes.iter().take(4096).any(|b| *b == 0) {
            return Format::Unknown;
        }
        Format::Text
    }
}

fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

fn ending(name: &str) -> String {
    name.rsplit_once('.')
        .map_or(String::new(), |(_, e)| e.to_ascii_lowercase())
}

/// Text in UTF-8, UTF-16 with its mark, or GB18030 as Chinese offices save it; nothing of other bytes.
#[must_use]
pub fn text(bytes: &[u8]) -> Option<String> {
    csv::decode(bytes).filter(|text| !text.contains('\0'))
}

/// Reads a file, or the files of a folder that may belong to a bundle, sorted by name.
///
/// Dotfiles and the lock files of an open workbook (`~$`) are left out.
///
/// # Errors
/// A finding when the path cannot be read, a file is too large, or what is named as a table is no file.
pub fn load(path: &Path) -> Result<Vec<InputFile>, Box<Finding>> {
    let name = |p: &Path| {
        p.file_name()
            .map_or(String::new(), |n| n.to_string_lossy().into_owned())
    };
    if !path.is_dir() {
        return Ok(vec![read(path, name(path))?]);
    }
    let entries = fs::read_dir(path).map_err(|e| unreadable(&name(path), &e))?;
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.map_err(|e| unreadable(&name(path), &e))?.path();
        let name = name(&path);
        let hidden = name.starts_with('.') || name.starts_with("~$");
        if hidden || !ENDINGS.contains(&ending(&name).as_str()) {
            continue;
        }
        if path.is_file() {
            found.push((name, path));
        } else if TableId::named(stem(&name)).is_some() {
            // A folder, a pipe or a link that leads nowhere: not to be taken for an absent table.
            let cause = std::io::Error::from(std::io::ErrorKind::InvalidInput);
            return Err(unreadable(&name, &cause));
        }
    }
    found.sort();
    found
        .into_iter()
        .map(|(name, path)| read(&path, name))
        .collect()
}

fn read(path: &Path, name: String) -> Result<InputFile, Box<Finding>> {
    let size = fs::metadata(path).map_err(|e| unreadable(&name, &e))?.len();
    if size > FILE_BYTES_MAX {
        let megabytes = size >> 20;
        return Err(Box::new(error(
            "file_too_large",
            Place {
                file: name,
                ..Place::default()
            },
            Text::new(
                format!("文件有 {megabytes} MB，超过 256 MB 的上限，未读取"),
                format!("The file has {megabytes} MB, over the limit of 256 MB, and was not read"),
            ),
            Text::new(
                "删去图片和无关的表后重试",
                "Remove pictures and unrelated sheets, then try again",
            ),
        )));
    }
    let bytes = fs::read(path).map_err(|e| unreadable(&name, &e))?;
    Ok(InputFile { name, bytes })
}

fn unreadable(name: &str, cause: &std::io::Error) -> Box<Finding> {
    let name = quoted(name);
    let (zh, en) = match cause.kind() {
        std::io::ErrorKind::NotFound => ("没有这个文件或文件夹", "there is no such file or folder"),
        std::io::ErrorKind::PermissionDenied => ("没有读取权限", "reading is not permitted"),
        std::io::ErrorKind::InvalidInput => ("它不是普通文件", "it is no regular file"),
        _ => ("读取失败", "reading failed"),
    };
    Box::new(error(
        "unreadable_file",
        Place {
            file: name.clone(),
            ..Place::default()
        },
        Text::new(
            format!("“{name}”打不开：{zh}"),
            format!("“{name}” cannot be opened: {en}"),
        ),
        Text::new("检查路径和权限", "Check the path and its permissions"),
    ))
}

//! Tables written as files: CSV in UTF-8, or a workbook. Never half a file.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use junheng_core::model::Sheet;
use rust_xlsxwriter::{Workbook, XlsxError};

/// Writes each table as `ID.csv` into `dir`, which is made where it is missing.
///
/// # Errors
/// When a file cannot be written; nothing is left then, and what was there stays whole.
pub fn write_folder(sheets: &[Sheet], dir: &Path) -> io::Result<()> {
    write_into(dir, &csv_files(sheets)?).map_err(|(_, error)| error)
}

/// Each table as the name and the bytes of its `ID.csv`.
///
/// # Errors
/// Never in practice, as [`csv_bytes`].
pub fn csv_files(sheets: &[Sheet]) -> io::Result<Vec<(String, Vec<u8>)>> {
    let named = |sheet: &Sheet| Ok((format!("{}.csv", sheet.table.id()), csv_bytes(sheet)?));
    sheets.iter().map(named).collect()
}

/// A table as CSV: UTF-8 without mark, lines end in a line feed.
///
/// # Errors
/// Never in practice; the writer's own type has one.
pub fn csv_bytes(sheet: &Sheet) -> io::Result<Vec<u8>> {
    csv_rows(std::iter::once(&sheet.header).chain(&sheet.rows))
}

/// Rows of text as CSV: UTF-8 without mark, lines end in a line feed.
///
/// # Errors
/// Never in practice; the writer's own type has one.
pub fn csv_rows<'a>(rows: impl IntoIterator<Item = &'a Vec<String>>) -> io::Result<Vec<u8>> {
    let mut writer = ::csv::WriterBuilder::new()
        .flexible(true)
        .from_writer(Vec::new());
    for row in rows {
        writer.write_record(row)?;
    }
    writer
        .into_inner()
        .map_err(::csv::IntoInnerError::into_error)
}

/// The tables as sheets of one workbook.
///
/// # Errors
/// When a table exceeds what a sheet can hold.
pub fn workbook_bytes(sheets: &[Sheet]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    for sheet in sheets {
        let page = book.add_worksheet().set_name(sheet.table.id())?;
        for (row, cells) in std::iter::once(&sheet.header)
            .chain(&sheet.rows)
            .enumerate()
        {
            for (column, text) in cells.iter().enumerate().filter(|(_, t)| !t.is_empty()) {
                let row = u32::try_from(row).unwrap_or(u32::MAX);
                page.write_string(row, u16::try_from(column).unwrap_or(u16::MAX), text)?;
            }
        }
    }
    book.save_to_buffer()
}

/// Writes a file whole or not at all: beside its place first, then renamed.
///
/// # Errors
/// When it cannot be written.
pub fn write_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    write_files(&[(path.to_owned(), bytes)]).map_err(|(_, error)| error)
}

/// Writes named files into a folder, all or none. A folder that was made for them goes with them.
///
/// # Errors
/// The first that cannot be written, and why.
pub fn write_into(
    dir: &Path,
    files: &[(impl AsRef<str>, impl AsRef<[u8]>)],
) -> Result<(), (PathBuf, io::Error)> {
    let made = !dir.exists();
    fs::create_dir_all(dir).map_err(|error| (dir.to_owned(), error))?;
    let files: Vec<(PathBuf, &[u8])> = files
        .iter()
        .map(|(name, bytes)| (dir.join(name.as_ref()), bytes.as_ref()))
        .collect();
    let written = write_files(&files);
    if made && written.is_err() {
        // It is empty, or something else came into it and it stays.
        drop(fs::remove_dir(dir));
    }
    written
}

/// Writes files that belong together, all or none: every one beside its place, then renamed.
///
/// # Errors
/// The first that cannot be written, and why.
pub fn write_files(files: &[(PathBuf, impl AsRef<[u8]>)]) -> Result<(), (PathBuf, io::Error)> {
    let beside = |path: &Path| {
        let mut name = path.file_name().unwrap_or_default().to_os_string();
        name.push(format!(".{}.part", std::process::id()));
        path.with_file_name(name)
    };
    let failed = |path: &Path| {
        let path = path.to_owned();
        |error| (path, error)
    };
    for (path, _) in files {
        clear(path);
    }
    let written = files
        .iter()
        .try_for_each(|(path, bytes)| fs::write(beside(path), bytes).map_err(failed(path)))
        .and_then(|()| {
            let mut all = files.iter();
            all.try_for_each(|(path, _)| fs::rename(beside(path), path).map_err(failed(path)))
        });
    if written.is_err() {
        for (path, _) in files {
            // The first error is the one to tell.
            drop(fs::remove_file(beside(path)));
        }
    }
    written
}

/// Removes what runs that were killed left beside a file. Where the system does not show which
/// programs run, it stays.
fn clear(path: &Path) {
    let running = Path::new("/proc");
    let (Some(dir), Some(name)) = (path.parent(), path.file_name()) else {
        return;
    };
    if !running.join("self").exists() {
        return;
    }
    let dir = if dir.as_os_str().is_empty() {
        Path::new(".")
    } else {
        dir
    };
    let name = format!("{}.", name.to_string_lossy());
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let own = entry.file_name();
        let id = own
            .to_str()
            .and_then(|own| own.strip_prefix(&name)?.strip_suffix(".part"));
        let id = id.filter(|id| id.parse::<u32>().is_ok());
        if id.is_some_and(|id| !running.join(id).exists()) {
            // That it cannot be removed harms nothing.
            drop(fs::remove_file(entry.path()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn what_a_killed_run_left_is_cleared() {
        let dir = std::env::temp_dir().join(format!("junheng-part-{}", std::process::id()));
        fs::create_dir_all(&dir).unwrap();
        // No process has the largest number; this one runs.
        let own = format!("a.csv.{}.part", std::process::id());
        let names = [
            "a.csv.4294967295.part",
            &own,
            "b.csv.4294967295.part",
            "a.csv.x.part",
        ];
        for name in names {
            fs::write(dir.join(name), "half").unwrap();
        }
        clear(&dir.join("a.csv"));
        let left: Vec<bool> = names.iter().map(|name| dir.join(name).exists()).collect();
        fs::remove_dir_all(&dir).unwrap();
        assert_eq!(left, [false, true, true, true]);
    }
}

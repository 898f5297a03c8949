//! What tests of mappings share: sheets as text, tables as lines.

use std::path::{Path, PathBuf};

use junheng_core::model::TableId;
use junheng_intake::check::catalogue;
use junheng_intake::grid::{Grid, Value};
use junheng_intake::mapping::{Mapped, Mapping};

/// A sheet from lines of comma-separated cells; `<` and `^` are merged with the cell to the left or
/// above.
pub(crate) fn grid(file: &str, sheet: &str, lines: &str) -> Grid {
    let cells: Vec<Vec<&str>> = lines
        .trim()
        .lines()
        .map(|line| line.trim().split(',').collect())
        .collect();
    let at = |r: usize, c: usize| cells.get(r).and_then(|row: &Vec<&str>| row.get(c)).copied();
    let mut merged = Vec::new();
    let mut rows = Vec::new();
    for (r, line) in cells.iter().enumerate() {
        rows.push(
            line.iter()
                .map(|cell| match *cell {
                    "" | "<" | "^" => Value::Empty,
                    text => match text.parse() {
                        Ok(number) if !text.starts_with('0') => Value::Number(number),
                        _ => Value::Text(text.to_owned()),
                    },
                })
                .collect(),
        );
        for (c, cell) in line.iter().enumerate() {
            if matches!(*cell, "<" | "^") {
                continue;
            }
            let right = (c + 1..).take_while(|c| at(r, *c) == Some("<")).count();
            let down = (r + 1..).take_while(|r| at(*r, c) == Some("^")).count();
            if right + down > 0 {
                merged.push((r as u32, c as u32, (r + down) as u32, (c + right) as u32));
            }
        }
    }
    Grid {
        file: file.into(),
        sheet: sheet.into(),
        rows,
        merged,
        ..Grid::default()
    }
}

pub(crate) fn load(text: &str) -> Mapping {
    Mapping::load("m.toml", text).unwrap_or_else(|mistakes| panic!("{mistakes:?}"))
}

/// The table as lines of `|`-separated values, the header first.
pub(crate) fn table(mapped: &Mapped, table: TableId) -> Vec<String> {
    let sheets = mapped.sheets();
    let sheet = sheets.iter().find(|s| s.table == table).unwrap();
    let rows = sheet.rows.iter().map(|row| row.join("|"));
    std::iter::once(sheet.header.join("|"))
        .chain(rows)
        .collect()
}

/// The codes, each of which must be explained.
pub(crate) fn codes(mapped: &Mapped) -> Vec<&'static str> {
    let known = |code: &&str| assert!(catalogue::entry(code).is_some(), "{code}");
    mapped
        .findings
        .iter()
        .map(|f| f.code)
        .inspect(known)
        .collect()
}

pub(crate) fn message<'a>(mapped: &'a Mapped, code: &str) -> &'a str {
    let finding = mapped.findings.iter().find(|f| f.code == code);
    &finding
        .unwrap_or_else(|| panic!("no {code} in {:?}", codes(mapped)))
        .message
        .zh
}

/// The folder of real data, or a message that the test was skipped.
pub(crate) fn real_data() -> Option<PathBuf> {
    let folder = std::env::var_os("JUNHENG_REAL_DATA").map(PathBuf::from);
    if folder.is_none() {
        eprintln!("skipped: JUNHENG_REAL_DATA is not set");
    }
    folder
}

pub(crate) fn read_csv(path: &Path) -> Grid {
    let file = path.file_name().unwrap().to_string_lossy().into_owned();
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_path(path)
        .unwrap();
    let cell = |c: &str| {
        if c.is_empty() {
            Value::Empty
        } else {
            Value::Text(c.to_owned())
        }
    };
    let rows = reader
        .records()
        .map(|r| r.unwrap().iter().map(cell).collect())
        .collect();
    Grid {
        file,
        rows,
        ..Grid::default()
    }
}

//! `workbook FOLDER OUT.xlsx`: the CSV tables of a bundle as one workbook, for `cargo xtask bench`.

use std::error::Error;
use std::path::{Path, PathBuf};

use rust_xlsxwriter::Workbook;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(folder), Some(out)) = (arguments.next(), arguments.next()) else {
        return Err("usage: workbook FOLDER OUT.xlsx".into());
    };
    let mut paths = std::fs::read_dir(folder)?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<PathBuf>, std::io::Error>>()?;
    paths.retain(|path| path.extension().is_some_and(|end| end == "csv"));
    paths.sort();
    let mut book = Workbook::new();
    let mut rows = 0;
    for path in &paths {
        rows += copy(path, &mut book)?;
    }
    book.save(&out)?;
    println!("{rows} rows of {} tables in {out}", paths.len());
    Ok(())
}

/// Copies one table to a new sheet and returns its number of rows.
fn copy(path: &Path, book: &mut Workbook) -> Result<u32, Box<dyn Error>> {
    let sheet = book.add_worksheet();
    sheet.set_name(path.file_stem().unwrap_or_default().to_string_lossy())?;
    let text = std::fs::read_to_string(path)?;
    let table = text.trim_start_matches('\u{feff}').as_bytes();
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(table);
    let mut row = 0;
    for record in reader.records() {
        for (column, value) in (0..).zip(&record?) {
            // Identifiers keep their leading zeros as text.
            match value.parse::<f64>() {
                Ok(number) if number.to_string() == value => {
                    sheet.write_number(row, column, number)?
                }
                _ => sheet.write_string(row, column, value)?,
            };
        }
        row += 1;
    }
    Ok(row)
}

//! A new workbook with the same cells, for files that cannot be edited.

use std::collections::BTreeMap;

use junheng_core::date::Date;
use junheng_core::finding::Finding;
use junheng_core::text::Lang;
use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, Note, Workbook, Worksheet, XlsxError,
};

use super::sheet::{Area, shown};
use super::{AUTHOR, Mark, MarkError, Marked, Marks, colour, copy_name, lines, sort};
use crate::grid::{Grid, Value};

/// Characters that a cell holds.
const CELL_MAX: usize = 32_767;

/// A new `.xlsx` with the cells of the grids, the findings' cells coloured and commented.
///
/// `name` is the original's; one sheet per grid. Text is written as text, so that nothing in it
/// becomes a formula.
///
/// # Errors
/// A grid has more rows or columns than a sheet.
pub fn fresh(
    name: &str,
    grids: &[Grid],
    findings: &[Finding],
    lang: Lang,
) -> Result<Marked, MarkError> {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let places: Vec<(&str, &str)> = grids
        .iter()
        .map(|g| (g.file.as_str(), g.sheet.as_str()))
        .collect();
    let marks = sort(findings, &places, lang);
    match book(grids, &marks) {
        Ok(bytes) => Ok(Marked {
            name: copy_name(stem, "xlsx", lang),
            bytes,
        }),
        Err(_) => Err(MarkError::Unwritable),
    }
}

fn book(grids: &[Grid], marks: &BTreeMap<usize, Marks>) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let born = ExcelDateTime::from_ymd(2025, 9, 1)?.and_hms(0, 0, 0)?;
    book.set_properties(
        &DocProperties::new()
            .set_author(AUTHOR)
            .set_creation_datetime(&born),
    );
    let mut names: Vec<String> = Vec::new();
    let none = Marks::new();
    for (index, grid) in grids.iter().enumerate() {
        let name = sheet_name(grid, &names);
        let sheet = book.add_worksheet();
        sheet.set_name(&name)?;
        names.push(name);
        // The first sheet is what opens, and may not be hidden.
        if grid.hidden && index > 0 {
            sheet.set_hidden(true);
        }
        write(sheet, grid, marks.get(&index).unwrap_or(&none))?;
    }
    if grids.is_empty() {
        book.add_worksheet();
    }
    book.save_to_buffer()
}

fn write(sheet: &mut Worksheet, grid: &Grid, marks: &Marks) -> Result<(), XlsxError> {
    let base = Format::new().set_font_name("等线").set_font_size(11);
    let areas: Vec<Area> = grid
        .merged
        .iter()
        .map(|(r0, c0, r1, c1)| {
            (
                r0.saturating_add(1),
                c0.saturating_add(1),
                r1.saturating_add(1),
                c1.saturating_add(1),
            )
        })
        .collect();
    let marks = shown(marks.clone(), &areas);
    for (r0, c0, r1, c1) in &grid.merged {
        // Areas that overlap or are one cell only are not worth a refusal: the values stay.
        if let (Ok(c0), Ok(c1)) = (u16::try_from(*c0), u16::try_from(*c1)) {
            let _ = sheet.merge_range(*r0, c0, *r1, c1, "", &base);
        }
    }
    for (row, values) in (0u32..).zip(&grid.rows) {
        for (column, value) in (0u32..).zip(values) {
            let mark = marks.get(&(row + 1, column + 1));
            if *value == Value::Empty && mark.is_none() {
                continue;
            }
            let column = index(column)?;
            cell(sheet, row, column, value, &tinted(&base, mark))?;
        }
    }
    for ((row, column), mark) in &marks {
        let (row, column) = (row - 1, column - 1);
        let column = index(column)?;
        if *grid.at(row as usize, usize::from(column)) == Value::Empty {
            sheet.write_blank(row, column, &tinted(&base, Some(mark)))?;
        }
        let note = Note::new(&mark.words)
            .set_author(AUTHOR)
            .add_author_prefix(false)
            .set_font_name("宋体")
            .set_font_size(9)
            .set_width(270)
            .set_height(lines(&mark.words, 42) * 16 + 12);
        sheet.insert_note(row, column, &note)?;
    }
    widths(sheet, grid)
}

fn index(column: u32) -> Result<u16, XlsxError> {
    u16::try_from(column)
        .ok()
        .ok_or(XlsxError::RowColumnLimitError)
}

/// Columns as wide as their first rows need; a Chinese character counts two.
fn widths(sheet: &mut Worksheet, grid: &Grid) -> Result<(), XlsxError> {
    let mut widths: BTreeMap<u16, usize> = BTreeMap::new();
    for values in grid.rows.iter().take(200) {
        for (column, value) in (0u16..).zip(values) {
            let text = value.as_label().unwrap_or_default();
            let width = text
                .chars()
                .map(|c| if c.is_ascii() { 1 } else { 2 })
                .sum::<usize>();
            let widest = widths.entry(column).or_default();
            *widest = (*widest).max(width);
        }
    }
    for (column, width) in widths {
        let width = u32::try_from(width.clamp(6, 40) + 2).map_or(12.0, f64::from);
        sheet.set_column_width(column, width)?;
    }
    Ok(())
}

fn tinted(base: &Format, mark: Option<&Mark>) -> Format {
    match mark {
        None => base.clone(),
        Some(mark) => base
            .clone()
            .set_background_color(Color::RGB(colour(mark.severity))),
    }
}

fn cell(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    value: &Value,
    format: &Format,
) -> Result<(), XlsxError> {
    match value {
        Value::Empty => sheet.write_blank(row, column, format)?,
        Value::Number(n) => sheet.write_number_with_format(row, column, *n, format)?,
        Value::Bool(b) => sheet.write_boolean_with_format(row, column, *b, format)?,
        Value::Date(text) => match day(text) {
            Some(day) => {
                let format = format.clone().set_num_format("yyyy-mm-dd");
                sheet.write_datetime_with_format(row, column, day, &format)?
            }
            None => string(sheet, row, column, text, format)?,
        },
        Value::Text(text) | Value::Error(text) => string(sheet, row, column, text, format)?,
    };
    Ok(())
}

fn string<'a>(
    sheet: &'a mut Worksheet,
    row: u32,
    column: u16,
    text: &str,
    format: &Format,
) -> Result<&'a mut Worksheet, XlsxError> {
    // Text stays text when the cell is edited later, too.
    let format = format.clone().set_num_format("@");
    let text: String = text.chars().take(CELL_MAX).collect();
    sheet.write_string_with_format(row, column, text, &format)
}

fn day(text: &str) -> Option<ExcelDateTime> {
    let written = text.parse::<Date>().ok()?.to_string();
    let year = written.get(..4)?.parse().ok().filter(|y| *y >= 1900)?;
    let (month, day) = (
        written.get(5..7)?.parse().ok()?,
        written.get(8..10)?.parse().ok()?,
    );
    ExcelDateTime::from_ymd(year, month, day).ok()
}

/// A name that Excel takes: of the sheet, else of the file; no twins.
fn sheet_name(grid: &Grid, taken: &[String]) -> String {
    let stem = grid
        .file
        .rsplit_once('.')
        .map_or(grid.file.as_str(), |(stem, _)| stem);
    let wanted = if grid.sheet.is_empty() {
        stem
    } else {
        &grid.sheet
    };
    let legal = |c: &char| !"[]:*?/\\".contains(*c) && !c.is_control();
    let clean: String = wanted.chars().filter(legal).take(31).collect();
    let clean = clean.trim_matches('\'').trim();
    let clean = if clean.is_empty() || clean.eq_ignore_ascii_case("history") {
        "Sheet"
    } else {
        clean
    };
    let is_free = |name: &str| {
        taken
            .iter()
            .all(|t| t.to_lowercase() != name.to_lowercase())
    };
    std::iter::once(clean.to_owned())
        .chain((2u32..).map(|n| format!("{}~{n}", clean.chars().take(24).collect::<String>())))
        .find(|name| is_free(name))
        .unwrap_or_default()
}

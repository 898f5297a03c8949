//! The user's own file back, with the findings in their cells.
//!
//! [`mark`] edits a workbook in place: cells get a colour and a comment, and every part of the
//! package that has nothing to do with that is copied byte for byte. [`fresh`] writes a new
//! workbook for what cannot be edited: CSV and the old `.xls`.

mod comments;
mod fresh;
mod package;
mod sheet;
mod styles;
mod vml;
mod xml;

use std::collections::BTreeMap;
use std::fmt;

use junheng_core::finding::{Finding, Place, Severity};
use junheng_core::text::{Lang, Text};

use crate::files::InputFile;
use crate::grid::read_grids;

pub use fresh::fresh;

/// Who writes the comments.
const AUTHOR: &str = "均衡";
/// Excel keeps at most this many characters of a comment.
const COMMENT_MAX: usize = 32_000;
/// Rows and columns of a sheet.
const ROWS: u32 = 1_048_576;
const COLUMNS: u32 = 16_384;

/// A marked copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marked {
    /// File name without folder, different from the original's.
    pub name: String,
    /// Content.
    pub bytes: Vec<u8>,
}

/// Why a file cannot be marked. The original is never touched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MarkError {
    /// No `.xlsx` package; use [`fresh`].
    NotAWorkbook,
    /// A part of the package is not what it should be; use [`fresh`].
    Malformed(String),
    /// A part unpacks to an absurd size.
    TooLarge(String),
    /// The copy could not be written: more rows or columns than a sheet has.
    Unwritable,
}

impl MarkError {
    /// What happened and what to do.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Self::NotAWorkbook => Text::new(
                "这个文件不是 .xlsx 工作簿,不能在原表上标注;请另存为 .xlsx 后重试",
                "This file is no .xlsx workbook and cannot be marked in place; save it as .xlsx and try again",
            ),
            Self::Malformed(part) => Text::new(
                format!(
                    "工作簿内部的 {part} 已损坏,不能在原表上标注;请用 Excel 或 WPS 打开后另存,再试一次"
                ),
                format!(
                    "{part} inside the workbook is damaged, so it cannot be marked in place; open it in Excel or WPS, save it again and retry"
                ),
            ),
            Self::TooLarge(part) => Text::new(
                format!("工作簿内部的 {part} 解压后过大,没有标注;请删去无关的工作表后重试"),
                format!(
                    "{part} inside the workbook unpacks to an absurd size and was not marked; remove unrelated sheets and retry"
                ),
            ),
            Self::Unwritable => Text::new(
                "表格超过一张工作表的行数或列数,没有写出标注;请拆分文件后重试",
                "The table has more rows or columns than a sheet can hold, so no marked copy was written; split the file and retry",
            ),
        }
    }
}

impl fmt::Display for MarkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text().en)
    }
}

impl std::error::Error for MarkError {}

/// What is shown at one cell.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Mark {
    severity: Severity,
    words: String,
}

/// Marks of a sheet by (row, column), both from 1.
type Marks = BTreeMap<(u32, u32), Mark>;

/// The workbook with each finding's cell coloured and commented; all else as it was.
///
/// Only findings of this file (`name`, or no file at all) are shown. A finding without column
/// marks the first cell of its row, one without row the first cell of its sheet.
/// Without findings the bytes are those of the original.
///
/// # Errors
/// The file is no `.xlsx` or is damaged; then [`fresh`] still works on what could be read of it.
pub fn mark(
    name: &str,
    bytes: &[u8],
    findings: &[Finding],
    lang: Lang,
) -> Result<Marked, MarkError> {
    let mut package = package::Package::open(bytes)?;
    let book = package.workbook()?;
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let places: Vec<(&str, &str)> = book
        .sheets
        .iter()
        .map(|s| (file, s.name.as_str()))
        .collect();
    let marks = sort(findings, &places, lang);
    let (stem, ending) = file.rsplit_once('.').unwrap_or((file, "xlsx"));
    let name = copy_name(stem, ending, lang);
    if marks.is_empty() {
        return Ok(Marked {
            name,
            bytes: bytes.to_vec(),
        });
    }
    let mut styles = styles::Styles::load(&mut package, &book)?;
    for (index, marks) in marks {
        if let Some(sheet) = book.sheets.get(index) {
            sheet::mark(&mut package, &sheet.part, index, marks, &mut styles)?;
        }
    }
    styles.store(&mut package)?;
    let marked = package.finish()?;
    // A damaged package may still be read, and its copy not: then a fresh copy is the honest one.
    let cells = |bytes: &[u8]| {
        let name = file.to_owned();
        let bytes = bytes.to_vec();
        read_grids(&InputFile { name, bytes }).0
    };
    let before = cells(bytes);
    if !before.is_empty() && cells(&marked) != before {
        return Err(MarkError::Malformed(file.to_owned()));
    }
    Ok(Marked {
        name,
        bytes: marked,
    })
}

fn copy_name(stem: &str, ending: &str, lang: Lang) -> String {
    format!("{stem}{}.{ending}", lang.pick("-核查标注", "-marked"))
}

/// The findings by sheet and cell; `places` are the (file, sheet) that exist.
fn sort(findings: &[Finding], places: &[(&str, &str)], lang: Lang) -> BTreeMap<usize, Marks> {
    let mut sorted: BTreeMap<usize, Marks> = BTreeMap::new();
    for finding in findings {
        let place = &finding.place;
        let in_file = |file: &str| place.file.is_empty() || place.file == file;
        let exact = places
            .iter()
            .position(|(f, s)| *f == place.file && *s == place.sheet);
        let Some(index) = exact.or_else(|| places.iter().position(|(f, _)| in_file(f))) else {
            continue;
        };
        let cell = exact.and_then(|_| cell(place));
        let mut words = words(finding, lang);
        if cell.is_none() {
            words = away(place, lang) + &words;
        }
        let marks = sorted.entry(index).or_default();
        add(
            marks,
            cell.unwrap_or((1, 1)),
            Mark {
                severity: finding.severity,
                words,
            },
        );
    }
    sorted
}

/// Puts a mark on a cell; the gravest severity gives the colour, all words are kept.
fn add(marks: &mut Marks, cell: (u32, u32), mark: Mark) {
    match marks.get_mut(&cell) {
        None => {
            marks.insert(cell, mark);
        }
        Some(there) => {
            there.severity = there.severity.min(mark.severity);
            let full = there.words.chars().count() + mark.words.chars().count() > COMMENT_MAX;
            if !full {
                there.words.push('\n');
                there.words.push_str(&mark.words);
            } else if !there.words.ends_with('…') {
                there.words.push_str("\n…");
            }
        }
    }
}

/// The cell of a place; `None` where it is the whole sheet or lies outside any sheet.
fn cell(place: &Place) -> Option<(u32, u32)> {
    let row = place.row.filter(|r| (1..=ROWS).contains(r))?;
    match place.column.as_str() {
        "" => Some((row, 1)),
        letters => Some((row, column_number(letters)?)),
    }
}

/// The number of a column: A is 1, AB is 28.
fn column_number(letters: &str) -> Option<u32> {
    let mut number: u32 = 0;
    for letter in letters.bytes() {
        let digit = letter
            .to_ascii_uppercase()
            .checked_sub(b'A')
            .filter(|d| *d < 26)?;
        number = number.checked_mul(26)?.checked_add(u32::from(digit) + 1)?;
    }
    (1..=COLUMNS).contains(&number).then_some(number)
}

/// Row and column of a reference such as `AB12`.
fn reference(text: &str) -> Option<(u32, u32)> {
    let digits = text.find(|c: char| c.is_ascii_digit())?;
    let (letters, row) = text.split_at_checked(digits)?;
    let row = row.parse().ok().filter(|r| (1..=ROWS).contains(r))?;
    Some((row, column_number(letters)?))
}

/// A finding as a comment: how grave, what is wrong, what to do.
fn words(finding: &Finding, lang: Lang) -> String {
    let severity = finding.severity.title();
    let (open, close) = (lang.pick("【均衡·", "[Junheng: "), lang.pick("】", "] "));
    let text = format!(
        "{open}{}{close}{}",
        severity.get(lang),
        finding.message.get(lang)
    );
    let hint = finding.hint.get(lang);
    let text = if hint.is_empty() {
        text
    } else {
        format!("{text}\n→ {hint}")
    };
    // Values of the file are quoted in messages: what XML cannot hold is left out.
    let legal = |c: &char| matches!(c, '\n' | '\t' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..);
    text.chars().filter(legal).take(COMMENT_MAX).collect()
}

/// Where a finding stands that has no cell of its own.
fn away(place: &Place, lang: Lang) -> String {
    let mut parts = Vec::new();
    if !place.sheet.is_empty() {
        parts.push(format!("{} {}", lang.pick("工作表", "sheet"), place.sheet));
    }
    if let Some(row) = place.row {
        parts.push(format!("{} {row}", lang.pick("行", "row")));
    }
    if !place.column.is_empty() {
        parts.push(format!("{} {}", lang.pick("列", "column"), place.column));
    }
    if parts.is_empty() {
        String::new()
    } else {
        format!("({}) ", parts.join(", "))
    }
}

/// The fill of a severity: red, amber, blue, light enough for any dark text.
fn colour(severity: Severity) -> u32 {
    match severity {
        Severity::Error => 0x00FF_C7CE,
        Severity::Explain => 0x00FF_E699,
        Severity::Note => 0x00BD_D7EE,
    }
}

/// Lines that a comment takes in a box of `wide` half-width characters.
fn lines(words: &str, wide: usize) -> u32 {
    let width = |line: &str| {
        line.chars()
            .map(|c| if c.is_ascii() { 1 } else { 2 })
            .sum::<usize>()
    };
    let lines: usize = words.lines().map(|l| width(l).div_ceil(wide).max(1)).sum();
    u32::try_from(lines.clamp(1, 40)).unwrap_or(40)
}

#[cfg(test)]
mod tests;

//! A sheet as a grid of cells, whatever file it came from.

use junheng_core::finding::{Finding, Severity};
use junheng_core::text::Text;

use crate::files::{Format, InputFile};
use crate::log::{Spot, error};
use crate::{csv, workbook};

/// Stands for a formula whose result the file does not hold.
pub(crate) const UNSTORED: &str = "=";

/// What stands in a cell, after formulas are reduced to their stored result.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Value {
    /// Nothing.
    #[default]
    Empty,
    /// Text, as written.
    Text(String),
    /// A number, at the 15 significant digits a spreadsheet shows and compares.
    Number(f64),
    /// A date, as `2025-09-01`.
    Date(String),
    /// TRUE or FALSE.
    Bool(bool),
    /// A spreadsheet error such as `#DIV/0!`.
    Error(String),
}

/// A sheet of a workbook, or a CSV file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Grid {
    /// File name without its folder.
    pub file: String,
    /// Sheet name; empty for CSV.
    pub sheet: String,
    /// The sheet is hidden in the workbook.
    pub hidden: bool,
    /// Rows from row 1 of the sheet; a row may be shorter than others.
    pub rows: Vec<Vec<Value>>,
    /// Merged areas: (first row, first column, last row, last column), counted from 0.
    pub merged: Vec<(u32, u32, u32, u32)>,
    /// The sheet is there, but was not asked for; it has no rows here.
    pub unread: bool,
}

/// Reads every sheet of a file. What cannot be read is a finding of severity `error`.
#[must_use]
pub fn read_grids(file: &InputFile) -> (Vec<Grid>, Vec<Finding>) {
    read_grids_named(file, &|_| true)
}

/// Reads the sheets whose name `wanted` accepts; the others come without rows. A text file is
/// always read. What the file is is told by its content, not by its ending.
pub fn read_grids_named(
    file: &InputFile,
    wanted: &dyn Fn(&str) -> bool,
) -> (Vec<Grid>, Vec<Finding>) {
    let mut findings = Vec::new();
    let grids = match file.format() {
        Format::Zip => workbook::xlsx(file, wanted, &mut findings),
        Format::Compound => workbook::xls(file, wanted, &mut findings),
        Format::Text => match csv::read(file) {
            Ok(grid) => vec![grid],
            Err(finding) => {
                findings.push(*finding);
                Vec::new()
            }
        },
        Format::Empty => vec![Grid {
            file: file.name.clone(),
            ..Grid::default()
        }],
        Format::Markup | Format::Unknown => {
            findings.push(error(
                "not_a_table",
                Spot { file: &file.name, sheet: "" }.whole(),
                Text::new(
                    "文件内容不是表格（可能是网页或其他文件改了扩展名），未读取",
                    "The file is no table (perhaps a web page or another file with a changed ending) and was not read",
                ),
                Text::new("用 Excel 或 WPS 打开，另存为 .xlsx", "Open it in Excel or WPS and save it as .xlsx"),
            ));
            Vec::new()
        }
    };
    if grids.is_empty() && findings.iter().all(|f| f.severity != Severity::Error) {
        findings.push(error(
            "no_sheets",
            Spot {
                file: &file.name,
                sheet: "",
            }
            .whole(),
            Text::new(
                "工作簿里没有工作表，未读取",
                "The workbook has no worksheet and was not read",
            ),
            Text::new(
                "用 Excel 或 WPS 打开，确认表在其中，另存为 .xlsx",
                "Open it in Excel or WPS, see that the tables are there and save it as .xlsx",
            ),
        ));
    }
    (grids, findings)
}

impl Grid {
    /// The cell at `row`, `column`, both from 0; empty outside the sheet.
    #[must_use]
    pub fn at(&self, row: usize, column: usize) -> &Value {
        self.rows
            .get(row)
            .and_then(|r| r.get(column))
            .unwrap_or(&Value::Empty)
    }
}

impl Value {
    /// Whether the cell is a formula whose result the file does not hold.
    #[must_use]
    pub fn is_unstored(&self) -> bool {
        matches!(self, Self::Error(e) if e == UNSTORED)
    }

    /// The cell as text for headers and keys: trimmed, line breaks removed; `None` when blank.
    #[must_use]
    pub fn as_label(&self) -> Option<String> {
        let text = match self {
            Self::Empty => return None,
            Self::Text(t) | Self::Date(t) | Self::Error(t) => {
                t.split_whitespace().collect::<Vec<_>>().join("")
            }
            Self::Number(n) => n.to_string(),
            Self::Bool(b) => b.to_string(),
        };
        (!text.is_empty()).then_some(text)
    }
}

//! A sheet as a grid of cells, whatever file it came from.

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

    /// The cell at `row`, `column`, looking through merged areas to their first cell.
    #[must_use]
    pub fn through_merge(&self, row: usize, column: usize) -> &Value {
        let inside = |&&(r0, c0, r1, c1): &&(u32, u32, u32, u32)| {
            (r0 as usize..=r1 as usize).contains(&row)
                && (c0 as usize..=c1 as usize).contains(&column)
        };
        match self.merged.iter().find(inside) {
            Some(&(r0, c0, ..)) => self.at(r0 as usize, c0 as usize),
            None => self.at(row, column),
        }
    }
}

impl Value {
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

//! Columns of values, each value with the cell it came from.

use std::collections::BTreeMap;

use super::field::Field;

/// A sheet of a file that figures came from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// File name without its folder.
    pub file: String,
    /// Sheet name; empty for CSV.
    pub sheet: String,
}

/// Where a value stands: which source, row and column, both counted from 1 as Excel does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    /// Index into [`super::Snapshot::sources`].
    pub source: u16,
    /// Row, from 1.
    pub row: u32,
    /// Column, from 1.
    pub column: u32,
}

/// The letters of a column: 1 is A, 27 is AA.
///
/// ```
/// assert_eq!(junheng_core::model::column_letters(28), "AB");
/// ```
#[must_use]
pub fn column_letters(mut column: u32) -> String {
    let mut letters = Vec::new();
    while column > 0 {
        let rest = (column - 1) % 26;
        letters.push(char::from(b'A' + u8::try_from(rest).unwrap_or(0)));
        column = (column - 1) / 26;
    }
    letters.iter().rev().collect()
}

/// The values of one field, a value per row.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// Numbers; NaN is a missing value.
    Numbers(Vec<f64>),
    /// Texts; the empty text is a missing value.
    Texts(Vec<String>),
}

/// One field of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Its values.
    pub values: Values,
    /// Where each value came from, row by row; `None` where nothing was written in a file.
    pub cells: Vec<Option<Cell>>,
}

/// A table: columns of equal length. A column that no file had is absent.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    rows: usize,
    columns: BTreeMap<Field, Column>,
}

impl Table {
    /// An empty table.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The fields some file had, in the order of the field list.
    pub fn fields(&self) -> impl Iterator<Item = Field> + '_ {
        self.columns.keys().copied()
    }

    /// The column of a field, if some file had it.
    #[must_use]
    pub fn column(&self, field: Field) -> Option<&Column> {
        self.columns.get(&field)
    }

    /// A number, `None` where it is missing.
    #[must_use]
    pub fn number(&self, field: Field, row: usize) -> Option<f64> {
        match &self.columns.get(&field)?.values {
            Values::Numbers(v) => v.get(row).copied().filter(|x| !x.is_nan()),
            Values::Texts(_) => None,
        }
    }

    /// A text, `None` where it is missing.
    #[must_use]
    pub fn text(&self, field: Field, row: usize) -> Option<&str> {
        match &self.columns.get(&field)?.values {
            Values::Texts(v) => v.get(row).map(String::as_str).filter(|t| !t.is_empty()),
            Values::Numbers(_) => None,
        }
    }

    /// The cell a value came from.
    #[must_use]
    pub fn cell(&self, field: Field, row: usize) -> Option<Cell> {
        self.columns.get(&field)?.cells.get(row).copied().flatten()
    }

    /// Appends an empty row and returns its index.
    pub fn push_row(&mut self) -> usize {
        for column in self.columns.values_mut() {
            match &mut column.values {
                Values::Numbers(v) => v.push(f64::NAN),
                Values::Texts(v) => v.push(String::new()),
            }
            column.cells.push(None);
        }
        self.rows += 1;
        self.rows - 1
    }

    /// Keeps the rows of which `keep` says so; it is asked before any is gone.
    pub fn retain(&mut self, keep: impl Fn(&Self, usize) -> bool) {
        let kept: Vec<usize> = (0..self.rows).filter(|row| keep(self, *row)).collect();
        for column in self.columns.values_mut() {
            match &mut column.values {
                Values::Numbers(v) => *v = kept.iter().map(|row| v[*row]).collect(),
                Values::Texts(v) => {
                    *v = kept
                        .iter()
                        .map(|row| std::mem::take(&mut v[*row]))
                        .collect();
                }
            }
            column.cells = kept.iter().map(|row| column.cells[*row]).collect();
        }
        self.rows = kept.len();
    }

    /// Makes sure the column of `field` is there, so that its blanks are known to be blanks.
    pub fn add_column(&mut self, field: Field) {
        self.column_mut(field);
    }

    /// The column of `field`, added where it is not there: one look-up, for this runs once a cell.
    fn column_mut(&mut self, field: Field) -> &mut Column {
        let rows = self.rows;
        self.columns.entry(field).or_insert_with(|| Column {
            values: if field.kind().is_number() {
                Values::Numbers(vec![f64::NAN; rows])
            } else {
                Values::Texts(vec![String::new(); rows])
            },
            cells: vec![None; rows],
        })
    }

    /// Sets a number; ignored where `field` holds text or there is no such row.
    pub fn set_number(&mut self, field: Field, row: usize, value: f64, cell: Option<Cell>) {
        let column = self.column_mut(field);
        if let Values::Numbers(v) = &mut column.values
            && let Some(slot) = v.get_mut(row)
        {
            *slot = value;
            column.cells[row] = cell;
        }
    }

    /// Sets a text; ignored where `field` holds numbers or there is no such row.
    pub fn set_text(
        &mut self,
        field: Field,
        row: usize,
        value: impl Into<String>,
        cell: Option<Cell>,
    ) {
        let column = self.column_mut(field);
        if let Values::Texts(v) = &mut column.values
            && let Some(slot) = v.get_mut(row)
        {
            *slot = value.into();
            column.cells[row] = cell;
        }
    }
}

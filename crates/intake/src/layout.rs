//! Where the header of a table stands, and what its columns are.

use std::collections::BTreeMap;

use junheng_core::model::{Field, TableId};

use crate::grid::Grid;
use crate::header::{field_of, is_remark};

/// Rows among which the header is looked for.
const HEADER_ROWS: usize = 15;

/// The row of headers of a table, and what its columns are. Columns count from 0.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Header {
    /// Its row, from 0.
    pub row: usize,
    /// Every label of the row, by column.
    pub labels: BTreeMap<usize, String>,
    /// Columns of known fields: column, field, decimal places to shift.
    pub columns: Vec<(usize, Field, i32)>,
    /// Columns nobody knows: column, header.
    pub unknown: Vec<(usize, String)>,
    /// Second columns of a field that has one: column, field, header.
    pub repeated: Vec<(usize, Field, String)>,
}

/// Finds the header among the first 15 rows: the row with most known headers, at least two or a key.
#[must_use]
pub fn find(table: TableId, grid: &Grid) -> Option<Header> {
    let candidates = (0..grid.rows.len().min(HEADER_ROWS)).map(|row| header_at(table, grid, row));
    let known = |h: &Header| h.columns.iter().any(|(_, f, _)| table.key().contains(f));
    candidates
        .filter(|h| h.columns.len() >= 2 || known(h))
        .rev()
        .max_by_key(|h| h.columns.len())
}

fn header_at(table: TableId, grid: &Grid, row: usize) -> Header {
    let mut header = Header {
        row,
        ..Header::default()
    };
    // A merged header reaches beyond the cells of its own row.
    let inside = |m: &&(u32, u32, u32, u32)| (m.0 as usize..=m.2 as usize).contains(&row);
    for &(top, left, ..) in grid.merged.iter().filter(inside) {
        if let Some(label) = grid.at(top as usize, left as usize).as_label() {
            header.labels.insert(left as usize, label);
        }
    }
    for (column, value) in grid.rows.get(row).into_iter().flatten().enumerate() {
        if let Some(label) = value.as_label() {
            header.labels.insert(column, label);
        }
    }
    for (column, label) in &header.labels {
        let (column, label) = (*column, label.clone());
        match field_of(table, &label) {
            Some((field, _)) if header.columns.iter().any(|(_, f, _)| *f == field) => {
                header.repeated.push((column, field, label));
            }
            Some((field, shift)) => header.columns.push((column, field, shift)),
            None if is_remark(&label) => {}
            None => header.unknown.push((column, label)),
        }
    }
    header
}

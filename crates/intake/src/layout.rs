//! Where the header of a table stands, and what its columns are.

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
    let reach = grid
        .merged
        .iter()
        .filter(|m| (m.0 as usize..=m.2 as usize).contains(&row));
    let width = reach
        .map(|m| {
            (m.1 as usize + 1).max(
                grid.rows
                    .get(m.0 as usize)
                    .map_or(0, Vec::len)
                    .min(m.3 as usize + 1),
            )
        })
        .chain(grid.rows.get(row).map(Vec::len))
        .max()
        .unwrap_or(0);
    for column in 0..width {
        let Some(label) = grid.through_merge(row, column).as_label() else {
            continue;
        };
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

//! A county at one date, never changed once made.

use std::collections::BTreeMap;

use super::field::Field;
use super::shape::Shapes;
use super::table::{Cell, Source, Table};
use super::table_id::TableId;
use crate::date::Date;

/// A county fact whose key comes from a standard: `attest_G1`, `score_G7`.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// As written, trimmed.
    pub value: String,
    /// Where it stands.
    pub cell: Option<Cell>,
}

/// A county at one date.
///
/// Import, forecast and plan make new ones; nothing changes one.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Snapshot {
    /// The files and sheets that cells refer to.
    pub sources: Vec<Source>,
    /// The tables that were there. An absent table is missing, not empty.
    pub tables: BTreeMap<TableId, Table>,
    /// County facts named by a standard.
    pub facts: BTreeMap<String, Fact>,
    /// Areas on the map.
    pub shapes: Shapes,
}

impl Snapshot {
    /// A table, if it was there.
    #[must_use]
    pub fn table(&self, id: TableId) -> Option<&Table> {
        self.tables.get(&id)
    }

    /// Rows of a table; 0 where it was not there.
    #[must_use]
    pub fn rows(&self, id: TableId) -> usize {
        self.table(id).map_or(0, Table::rows)
    }

    /// A number.
    #[must_use]
    pub fn number(&self, field: Field, row: usize) -> Option<f64> {
        self.table(field.table())?.number(field, row)
    }

    /// A text.
    #[must_use]
    pub fn text(&self, field: Field, row: usize) -> Option<&str> {
        self.table(field.table())?.text(field, row)
    }

    /// The cell of a value.
    #[must_use]
    pub fn cell(&self, field: Field, row: usize) -> Option<Cell> {
        self.table(field.table())?.cell(field, row)
    }

    /// The source of a cell.
    #[must_use]
    pub fn source(&self, cell: Cell) -> Option<&Source> {
        self.sources.get(usize::from(cell.source))
    }

    /// The county's name, or its code, or nothing.
    #[must_use]
    pub fn county_name(&self) -> &str {
        self.text(Field::CountyName, 0)
            .or_else(|| self.text(Field::CountyCode, 0))
            .unwrap_or("")
    }

    /// First year of the school year, from `2025-2026`.
    #[must_use]
    pub fn school_year(&self) -> Option<i16> {
        let year: i16 = self.text(Field::SchoolYear, 0)?.get(..4)?.parse().ok()?;
        (1900..=2200).contains(&year).then_some(year)
    }

    /// The day standards are looked up for: `as_of`, else 1 September of the school year.
    #[must_use]
    pub fn as_of(&self) -> Option<Date> {
        self.text(Field::AsOf, 0)
            .and_then(|t| t.parse().ok())
            .or_else(|| self.school_year().map(Date::september_first))
    }
}

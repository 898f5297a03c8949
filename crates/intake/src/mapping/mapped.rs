//! What a mapping makes: text tables whose values know their cells.

use junheng_core::finding::Place;
use junheng_core::model::{Cell, Field, Sheet, Source, Table, TableId, column_letters};

use crate::Intake;
use crate::grid::{self, Grid};

/// A value as written, and the cell it came from; for a constant, its line of the mapping file.
///
/// A sum has the cell of its first part.
pub type Value = (String, Option<Cell>);

/// One table of the bundle to be.
#[derive(Debug, Clone, PartialEq)]
pub struct MappedTable {
    /// Which table.
    pub table: TableId,
    /// English ids; `key`, `value` for the county.
    pub header: Vec<String>,
    /// As many values per row as there are headers; blank where missing.
    pub rows: Vec<Vec<Value>>,
}

/// Text tables made from files that are no bundle.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Mapped {
    /// The files and sheets that cells refer to.
    pub sources: Vec<Source>,
    /// The tables that any source filled.
    pub tables: Vec<MappedTable>,
    /// What could not be found, joined or used.
    pub findings: Vec<junheng_core::finding::Finding>,
}

impl Mapped {
    /// The tables as they are written to a bundle.
    #[must_use]
    pub fn sheets(&self) -> Vec<Sheet> {
        let text = |row: &Vec<Value>| row.iter().map(|v| v.0.clone()).collect();
        let sheet = |t: &MappedTable| Sheet {
            table: t.table,
            header: t.header.clone(),
            rows: t.rows.iter().map(text).collect(),
        };
        let blank = |key: &str| vec![key.to_owned(), String::new()];
        // Exports seldom name the county: a table to fill in keeps the bundle usable.
        let county = (!self.tables.iter().any(|t| t.table == TableId::County)).then(|| Sheet {
            table: TableId::County,
            header: vec!["key".to_owned(), "value".to_owned()],
            rows: ["code", "name", "school_year"].map(blank).to_vec(),
        });
        county
            .into_iter()
            .chain(self.tables.iter().map(sheet))
            .collect()
    }

    /// The tables as sheets for the bundle reader: no file name, the table's id as sheet name,
    /// the header in row 1. [`Mapped::relocate`] undoes the coordinates.
    #[must_use]
    pub fn grids(&self) -> Vec<Grid> {
        let text = |value: &String| match value.is_empty() {
            true => grid::Value::Empty,
            false => grid::Value::Text(value.clone()),
        };
        let grid = |t: &MappedTable| Grid {
            sheet: t.table.id().to_owned(),
            rows: std::iter::once(t.header.iter().map(text).collect())
                .chain(
                    t.rows
                        .iter()
                        .map(|row| row.iter().map(|v| text(&v.0)).collect()),
                )
                .collect(),
            ..Grid::default()
        };
        self.tables.iter().map(grid).collect()
    }

    /// Where the value of a table's row and column (both from 1, the header being row 1) came from.
    #[must_use]
    pub fn origin(&self, table: TableId, row: u32, column: u32) -> Option<Cell> {
        let table = self.tables.iter().find(|t| t.table == table)?;
        let row = table.rows.get((row as usize).checked_sub(2)?)?;
        row.get((column as usize).checked_sub(1)?)?.1
    }

    /// Moves what the bundle reader made of [`Mapped::grids`] to the user's own files: cells,
    /// findings and sources; the mapping's findings come first, but after refusals.
    pub fn relocate(&self, intake: &mut Intake) {
        let read = std::mem::take(&mut intake.snapshot.sources);
        let tables: Vec<Option<TableId>> = read.iter().map(of_source).collect();
        let moved = |cell: Cell| {
            let table = tables.get(usize::from(cell.source)).copied().flatten()?;
            self.origin(table, cell.row, cell.column)
        };
        for table in intake.snapshot.tables.values_mut() {
            relocate_table(table, &moved);
        }
        for fact in intake.snapshot.facts.values_mut() {
            fact.cell = fact.cell.and_then(moved);
        }
        intake.snapshot.sources.clone_from(&self.sources);
        for finding in &mut intake.findings {
            if let Some(place) = self.original(&finding.place) {
                finding.place = place;
            }
        }
        // Refusals stay in front.
        let at = if intake.refused {
            intake.findings.len()
        } else {
            0
        };
        intake
            .findings
            .splice(at..at, self.findings.iter().cloned());
    }

    /// The user's place for a place in [`Mapped::grids`].
    fn original(&self, place: &Place) -> Option<Place> {
        let source = Source {
            file: place.file.clone(),
            sheet: place.sheet.clone(),
        };
        let id = of_source(&source)?;
        let table = self.tables.iter().find(|t| t.table == id)?;
        let column = (1..)
            .zip(&table.header)
            .map(|(c, _)| c)
            .find(|c| column_letters(*c) == place.column);
        let row = place.row.filter(|row| *row > 1);
        let cell = match (row, column) {
            (Some(row), Some(column)) => self.origin(id, row, column),
            _ => None,
        };
        // A blank has no cell of its own: point at its row, or at the table's first sheet.
        let near = || match row {
            Some(row) => table.rows.get(row as usize - 2)?.iter().find_map(own_cell),
            None => table.rows.iter().flatten().find_map(own_cell),
        };
        let near = match cell {
            Some(_) => None,
            None => Some(near()?),
        };
        let at = cell.or(near)?;
        let source = self.sources.get(usize::from(at.source))?;
        Some(Place {
            file: source.file.clone(),
            sheet: source.sheet.clone(),
            row: row.map(|_| at.row),
            column: cell.map(|c| column_letters(c.column)).unwrap_or_default(),
        })
    }
}

fn own_cell(value: &Value) -> Option<Cell> {
    value
        .1
        .filter(|cell| cell.source != super::OF_MAPPING)
        .or(value.1)
}

fn of_source(source: &Source) -> Option<TableId> {
    let stem = source.file.split('.').next().unwrap_or_default();
    TableId::named(&source.sheet).or_else(|| TableId::named(stem))
}

fn relocate_table(table: &mut Table, moved: &impl Fn(Cell) -> Option<Cell>) {
    let fields: Vec<Field> = table.fields().collect();
    for field in fields {
        for row in 0..table.rows() {
            let Some(cell) = table.cell(field, row) else {
                continue;
            };
            let cell = moved(cell);
            if field.kind().is_number() {
                let number = table.number(field, row).unwrap_or(f64::NAN);
                table.set_number(field, row, number, cell);
            } else {
                let text = table.text(field, row).unwrap_or_default().to_owned();
                table.set_text(field, row, text, cell);
            }
        }
    }
}

//! Collecting findings, each at its cell.

use junheng_core::finding::{Finding, Place, Severity};
use junheng_core::model::{Cell, Field, Snapshot, TableId, column_letters};
use junheng_core::text::Text;

use super::catalogue;

/// A message in both languages; both literals may name the same local variables.
macro_rules! say {
    ($zh:literal, $en:literal) => {
        ::junheng_core::text::Text::new(format!($zh), format!($en))
    };
}
pub(super) use say;

/// The findings so far.
pub(super) struct Report<'a> {
    snapshot: &'a Snapshot,
    findings: Vec<Finding>,
}

impl<'a> Report<'a> {
    pub(super) fn new(snapshot: &'a Snapshot) -> Self {
        Self {
            snapshot,
            findings: Vec::new(),
        }
    }

    /// A finding at a value; at its row where the value is blank.
    pub(super) fn at(&mut self, code: &'static str, field: Field, row: usize, message: Text) {
        let place = self.place(field, row);
        self.push(code, place, message);
    }

    /// A finding about a row as a whole.
    pub(super) fn at_row(&mut self, code: &'static str, field: Field, row: usize, message: Text) {
        let mut place = self.place(field, row);
        place.column.clear();
        self.push(code, place, message);
    }

    /// A finding about a table; about the bundle where the table is absent.
    pub(super) fn at_table(&mut self, code: &'static str, table: TableId, message: Text) {
        let table = self.snapshot.table(table);
        let cells = table.into_iter().flat_map(|t| {
            t.fields()
                .filter_map(|f| t.column(f))
                .flat_map(|c| c.cells.iter().flatten().copied())
        });
        let place = cells.min().map_or_else(Place::default, |c| Place {
            row: None,
            column: String::new(),
            ..self.place_of(c)
        });
        self.push(code, place, message);
    }

    /// All findings in the order of the files; equal ones once.
    pub(super) fn sorted(mut self) -> Vec<Finding> {
        // Letters sort by length first: Z stands before AA.
        self.findings.sort_by_cached_key(|f| {
            let p = &f.place;
            let place = (p.file.clone(), p.sheet.clone(), p.row, p.column.len());
            (place, p.column.clone(), f.code, f.message.clone())
        });
        self.findings.dedup();
        self.findings
    }

    fn push(&mut self, code: &'static str, place: Place, message: Text) {
        let entry = catalogue::entry(code);
        self.findings.push(Finding {
            code,
            severity: entry.map_or(Severity::Error, |e| e.severity),
            place,
            message,
            hint: entry.map_or_else(Text::default, |e| Text::new(e.fix.0, e.fix.1)),
        });
    }

    fn place(&self, field: Field, row: usize) -> Place {
        if let Some(cell) = self.snapshot.cell(field, row) {
            return self.place_of(cell);
        }
        let Some(table) = self.snapshot.table(field.table()) else {
            return Place::default();
        };
        let Some(neighbour) = table.fields().find_map(|f| table.cell(f, row)) else {
            return Place::default();
        };
        let place = self.place_of(neighbour);
        if field.table() == TableId::County {
            // Each county fact has a row of its own, and this one has none.
            return Place {
                row: None,
                column: String::new(),
                ..place
            };
        }
        let column = table.column(field).and_then(|c| {
            let mut cells = c.cells.iter().flatten();
            cells.find(|c| c.source == neighbour.source)
        });
        Place {
            column: column.map_or_else(String::new, |c| column_letters(c.column)),
            ..place
        }
    }

    fn place_of(&self, cell: Cell) -> Place {
        let source = self.snapshot.source(cell);
        Place {
            file: source.map_or_else(String::new, |s| s.file.clone()),
            sheet: source.map_or_else(String::new, |s| s.sheet.clone()),
            row: Some(cell.row),
            column: column_letters(cell.column),
        }
    }
}

/// A figure as a person writes it: two decimals at most, more only where it would vanish.
pub(super) fn num(x: f64) -> String {
    if x.abs() >= 1e15 || (x != 0.0 && x.abs() < 1e-6) {
        return format!("{x:.2e}");
    }
    let decimals = if x != 0.0 && x.abs() < 0.01 { 6 } else { 2 };
    let text = format!("{x:.decimals$}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text.is_empty() || text == "-0" {
        "0"
    } else {
        text
    }
    .to_owned()
}

/// Titles of fields as a list in both languages.
pub(super) fn titles(fields: impl IntoIterator<Item = Field>) -> Text {
    let (zh, en): (Vec<_>, Vec<_>) = fields
        .into_iter()
        .map(|f| (f.about().zh, f.about().en.to_lowercase()))
        .unzip();
    Text::new(zh.join("、"), en.join(", "))
}

//! Findings of planners, at the cell that they are about.

use junheng_core::finding::{Finding, Place};
use junheng_core::model::{Cell, Field, Snapshot, column_letters};
use junheng_core::text::Text;

/// An error of a cell; of a blank, which has no cell, of its row; else of its table.
pub(crate) fn at(
    snapshot: &Snapshot,
    code: &'static str,
    (field, row): (Field, usize),
    message: Text,
    hint: Text,
) -> Finding {
    let table = field.table();
    let named = |cell: Cell, column: String| {
        let source = snapshot.source(cell)?;
        Some(Place {
            file: source.file.clone(),
            sheet: source.sheet.clone(),
            row: Some(cell.row),
            column,
        })
    };
    let exact = snapshot.cell(field, row);
    let exact = exact.and_then(|cell| named(cell, column_letters(cell.column)));
    let place = exact.or_else(|| {
        let mut cells = table.fields().filter_map(|f| snapshot.cell(f, row));
        cells.next().and_then(|cell| named(cell, String::new()))
    });
    let finding = Finding::of_table(code, table, message, hint);
    Finding {
        place: place.unwrap_or_else(|| finding.place.clone()),
        ..finding
    }
}

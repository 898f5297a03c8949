//! The tables of a bundle of plain CSV, for programs that measure.

use std::path::Path;

use junheng_core::model::*;

/// Reads the CSV files of a folder; cells have no quotes.
pub(crate) fn load(dir: &Path) -> Snapshot {
    let mut snapshot = Snapshot::default();
    for id in TableId::ALL {
        if id == TableId::County {
            continue;
        }
        let Ok(text) = std::fs::read_to_string(dir.join(format!("{}.csv", id.id()))) else {
            continue;
        };
        let mut lines = text.lines();
        let fields: Vec<Option<Field>> = lines
            .next()
            .unwrap_or_default()
            .split(',')
            .map(|h| Field::by_id(id, h))
            .collect();
        let mut table = Table::new();
        for line in lines {
            let row = table.push_row();
            for (field, value) in fields.iter().zip(line.split(',')) {
                let Some(field) = *field else { continue };
                if field.kind().is_number() {
                    if let Ok(x) = value.parse() {
                        table.set_number(field, row, x, None);
                    }
                } else {
                    table.set_text(field, row, value, None);
                }
            }
        }
        snapshot.tables.insert(id, table);
    }
    snapshot
}

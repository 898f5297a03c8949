//! A single county as rows of the nation's table.

use junheng_core::model::{Field, Kind, Snapshot, Stage, TableId};

use crate::schema;
use crate::table::{Key, Rows};

/// Appends a county's sections with their schools' columns.
///
/// Rows without a known stage or school code are left out: the table has no place for them.
/// Lists of classes, rooms and teachers are not carried over; their totals are, where they stand.
pub fn export(snapshot: &Snapshot, rows: &mut Rows) {
    let county = snapshot.text(Field::CountyCode, 0).unwrap_or("000000");
    let synthetic = snapshot.number(Field::Synthetic, 0) == Some(1.0);
    let school_row = |id: &str| {
        (0..snapshot.rows(TableId::Schools))
            .find(|row| snapshot.text(Field::SchoolId, *row) == Some(id))
    };
    for row in 0..snapshot.rows(TableId::Sections) {
        let stage = snapshot
            .text(Field::SectionStage, row)
            .and_then(Stage::from_id);
        let Some((school_id, stage)) = snapshot.text(Field::SectionSchool, row).zip(stage) else {
            continue;
        };
        let school = school_row(school_id);
        let name = school.and_then(|s| snapshot.text(Field::SchoolName, s));
        rows.push(&Key {
            county,
            county_name: snapshot.county_name(),
            school_id,
            name: name.unwrap_or(school_id),
            stage,
            certified: None,
            synthetic,
        });
        for column in schema::columns() {
            let Some(field) = column.field else { continue };
            let at = match field.table() {
                TableId::Sections => Some(row),
                _ => school,
            };
            if let Some(value) = at.and_then(|at| figure(snapshot, field, at)) {
                rows.set(field, value);
            }
        }
    }
}

fn figure(snapshot: &Snapshot, field: Field, row: usize) -> Option<f64> {
    match field.kind() {
        Kind::Choice(list) => {
            let text = snapshot.text(field, row)?;
            let position = list.iter().position(|(id, ..)| *id == text)?;
            Some(position as f64)
        }
        _ => snapshot.number(field, row),
    }
}

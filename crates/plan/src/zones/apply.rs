//! The county with new zones: Snapshot → Snapshot, so that the one evaluator judges it.

use std::collections::BTreeMap;

use junheng_core::model::{Field, Snapshot, Stage, TableId};

/// The county in which these blocks belong to these schools.
///
/// The children of a block that changes school go with it: the students of both sections change by
/// the children of the block (capped at none left). Classes, staff and rooms stay where they are. Blocks
/// and schools that are not there are passed over; a school without a figure stays without one.
#[must_use]
pub fn apply<'a>(
    snapshot: &Snapshot,
    stage: Stage,
    assignment: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Snapshot {
    let (children, current) = match stage {
        Stage::Junior => (Field::ChildrenJunior, Field::CurrentJunior),
        Stage::Primary | Stage::Senior => (Field::ChildrenPrimary, Field::CurrentPrimary),
    };
    let rows: BTreeMap<&str, usize> = (0..snapshot.rows(TableId::Blocks))
        .filter_map(|row| Some((snapshot.text(Field::BlockId, row)?, row)))
        .collect();
    let sections: BTreeMap<&str, usize> = (0..snapshot.rows(TableId::Sections))
        .filter(|row| snapshot.text(Field::SectionStage, *row) == Some(stage.id()))
        .filter_map(|row| Some((snapshot.text(Field::SectionSchool, row)?, row)))
        .collect();
    let mut after = snapshot.clone();
    let mut gained: BTreeMap<usize, f64> = BTreeMap::new();
    for (block, school) in assignment {
        let (Some(&row), true) = (rows.get(block), sections.contains_key(school)) else {
            continue;
        };
        let today = snapshot.text(current, row);
        if today == Some(school) {
            continue;
        }
        let moved = snapshot.number(children, row).unwrap_or(0.0);
        // Of a block without a school nobody knows where its children sit now.
        if let Some(from) = today.and_then(|id| sections.get(id)) {
            *gained.entry(*from).or_default() -= moved;
            if let Some(to) = sections.get(school) {
                *gained.entry(*to).or_default() += moved;
            }
        }
        if let Some(blocks) = after.tables.get_mut(&TableId::Blocks) {
            blocks.add_column(current);
            blocks.set_text(current, row, school, None);
        }
    }
    if let Some(table) = after.tables.get_mut(&TableId::Sections) {
        for (row, more) in gained {
            if let Some(students) = snapshot.number(Field::Students, row) {
                table.set_number(Field::Students, row, (students + more).max(0.0), None);
            }
        }
    }
    after
}

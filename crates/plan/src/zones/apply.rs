//! The county with new zones: Snapshot → Snapshot, so that the one evaluator judges it.

use std::collections::BTreeMap;

use junheng_core::model::{Field, Snapshot, Stage, TableId};

/// The county in which these blocks belong to these schools: rows of block, school and share.
///
/// The children of a block that changes school go with it: the students of both sections change by
/// the children of the share (capped at none left). Classes, staff and rooms stay where they are. A
/// block of several schools keeps that of today where it is among them, else has the one with the
/// largest share. Blocks and schools that are not there are passed over; a school without a figure
/// stays without one.
#[must_use]
pub fn apply<'a>(
    snapshot: &Snapshot,
    stage: Stage,
    assignment: impl IntoIterator<Item = (&'a str, &'a str, f64)>,
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
    let mut zones: BTreeMap<usize, Vec<(&str, f64)>> = BTreeMap::new();
    for (block, school, share) in assignment {
        if let (Some(&row), true) = (rows.get(block), sections.contains_key(school)) {
            zones.entry(row).or_default().push((school, share));
        }
    }
    for (row, shares) in zones {
        let today = snapshot.text(current, row);
        let children = snapshot.number(children, row).unwrap_or(0.0);
        // Of a block without a school nobody knows where its children sit now.
        if let Some(from) = today.and_then(|id| sections.get(id)) {
            for (school, share) in shares.iter().filter(|s| today != Some(s.0)) {
                *gained.entry(*from).or_default() -= share * children;
                if let Some(to) = sections.get(school) {
                    *gained.entry(*to).or_default() += share * children;
                }
            }
        }
        let largest = shares.iter().rev().max_by(|a, b| a.1.total_cmp(&b.1));
        let kept = shares.iter().any(|s| today == Some(s.0));
        if let (false, Some((school, _)), Some(blocks)) =
            (kept, largest, after.tables.get_mut(&TableId::Blocks))
        {
            blocks.add_column(current);
            blocks.set_text(current, row, *school, None);
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

//! What is counted of a section's students follows them.

use junheng_core::model::{Field, Snapshot, Stage, TableId};

use super::section;
use crate::zones::{fit, regrade};

/// Counts of sections whose students changed: no part is more than all, and this year's grades keep
/// their shares. `joined` are sections that closed, with the one that each became part of.
pub(super) fn follow(
    before: &Snapshot,
    after: &mut Snapshot,
    stage: Stage,
    joined: &[(&str, Option<&str>)],
) {
    let students =
        |county: &Snapshot, id: &str| county.number(Field::Students, section(county, stage, id)?);
    let ids: Vec<String> = (0..after.rows(TableId::Sections))
        .filter(|row| after.text(Field::SectionStage, *row) == Some(stage.id()))
        .filter_map(|row| after.text(Field::SectionSchool, row).map(str::to_owned))
        .collect();
    for id in &ids {
        let closed = joined.iter().filter(|j| j.1 == Some(id)).map(|j| j.0);
        let all = std::iter::once(id.as_str()).chain(closed);
        let known: Option<f64> = all.map(|id| students(before, id)).sum();
        let (Some(known), Some(now)) = (known, students(after, id)) else {
            continue;
        };
        let Some(row) = section(after, stage, id).filter(|_| known != now) else {
            continue;
        };
        fit(after, row, now);
        regrade(after, stage, id, known, now);
    }
}

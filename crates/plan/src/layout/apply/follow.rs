//! What is counted of a section's students follows them.

use std::collections::BTreeMap;

use junheng_core::model::{Field, Snapshot, Stage, TableId};

use super::{grades, section};
use crate::proportion::in_proportion;
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
        if section(before, stage, id).is_none() {
            begin(before, after, stage, id);
            continue;
        }
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

/// This year's grades of a school that opens: as in the county. Without them the next forecast would
/// lose its children.
fn begin(before: &Snapshot, after: &mut Snapshot, stage: Stage, school: &str) {
    let row = section(after, stage, school);
    let students = row.and_then(|row| after.number(Field::Students, row));
    let (Some(students), Some(year), Some(history)) = (
        students.filter(|n| *n > 0.0),
        before.school_year(),
        after.tables.get_mut(&TableId::EnrolmentHistory),
    ) else {
        return;
    };
    let taught = grades(stage);
    let mut county: BTreeMap<u8, f64> = BTreeMap::new();
    for row in 0..before.rows(TableId::EnrolmentHistory) {
        let number = |field| before.number(field, row);
        let grade = number(Field::HistoryGrade).filter(|g| taught.contains(g));
        let now = number(Field::HistoryYear) == Some(f64::from(year));
        if let Some((grade, n)) = grade.filter(|_| now).zip(number(Field::HistoryStudents)) {
            *county.entry(grade as u8).or_default() += n;
        }
    }
    if county.values().sum::<f64>() == 0.0 {
        return;
    }
    let shares: Vec<f64> = county.values().copied().collect();
    for (grade, n) in county.keys().zip(in_proportion(&shares, students)) {
        let row = history.push_row();
        history.set_text(Field::HistorySchool, row, school, None);
        history.set_number(Field::HistoryYear, row, f64::from(year), None);
        history.set_number(Field::HistoryGrade, row, f64::from(*grade), None);
        history.set_number(Field::HistoryStudents, row, n, None);
    }
}

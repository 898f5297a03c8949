//! What is counted of a section's students follows them.

use junheng_core::model::{Field, Snapshot, Stage, Table, TableId};

use super::section;

/// Parts of the students of whom nobody knows who moved: at most all of them.
const PARTS: &[Field] = &[Field::Boarders, Field::MigrantStudents];

/// Counts of sections whose students changed. Who moves follows the zones: those who come live in the
/// new zone, those who go lived in the old one. This year's grades keep their shares. `joined` are
/// sections that closed, with the one that each became part of.
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
        let row = section(after, stage, id).filter(|_| known != now);
        let Some((row, table)) = row.zip(after.tables.get_mut(&TableId::Sections)) else {
            continue;
        };
        if let Some(inside) = table.number(Field::InZoneStudents, row) {
            let inside = (inside + now - known).clamp(0.0, now);
            table.set_number(Field::InZoneStudents, row, inside, None);
        }
        for field in PARTS {
            if let Some(part) = table.number(*field, row).filter(|part| *part > now) {
                table.set_number(*field, row, part.min(now), None);
            }
        }
        let year = before.school_year().map(f64::from);
        if let Some((year, history)) = year.zip(after.tables.get_mut(&TableId::EnrolmentHistory)) {
            regrade(history, (stage, id, year), known, now);
        }
    }
}

/// This year's grades, which add up to `known`, add up to `now`.
fn regrade(history: &mut Table, (stage, id, year): (Stage, &str, f64), known: f64, now: f64) {
    let grades = super::grades(stage);
    let rows: Vec<(usize, f64)> = (0..history.rows())
        .filter(|r| history.text(Field::HistorySchool, *r) == Some(id))
        .filter(|r| history.number(Field::HistoryYear, *r) == Some(year))
        .filter(|r| {
            let grade = history.number(Field::HistoryGrade, *r);
            grade.is_some_and(|g| grades.contains(&g))
        })
        .filter_map(|r| Some((r, history.number(Field::HistoryStudents, r)?)))
        .collect();
    // Grades that did not add up before are for the county to mend.
    if known <= 0.0 || rows.iter().map(|r| r.1).sum::<f64>() != known {
        return;
    }
    let (mut sum, mut given) = (0.0, 0.0);
    for (row, students) in rows {
        sum += students;
        let until = (sum / known * now).round();
        history.set_number(Field::HistoryStudents, row, until - given, None);
        given = until;
    }
}

//! The county with new zones: Snapshot → Snapshot, so that the one evaluator judges it.

use std::collections::BTreeMap;

use junheng_core::model::{Field, Snapshot, Stage, TableId};

use crate::proportion::in_proportion;

/// The county in which these blocks belong to these schools: rows of block, school and share.
///
/// The children of a block that changes school go with it: the students of both sections change by
/// the children of the share (capped at none left), those in their zone too. Classes, staff and
/// rooms stay where they are. A block of several schools keeps that of today where it is among them,
/// else has the one with the largest share. Blocks and schools that are not there are passed over; a
/// school without a figure stays without one.
#[must_use]
pub fn apply<'a>(
    snapshot: &Snapshot,
    stage: Stage,
    assignment: impl IntoIterator<Item = (&'a str, &'a str, f64)>,
) -> Snapshot {
    moved(snapshot, stage, 1.0, assignment)
}

/// The same, where only a share `following` of the children goes along, the others staying at the
/// school of today: from one section to another in whole students.
fn moved<'a>(
    snapshot: &Snapshot,
    stage: Stage,
    following: f64,
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
    let mut flows: BTreeMap<(usize, usize), f64> = BTreeMap::new();
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
                if let Some(to) = sections.get(school) {
                    *flows.entry((*from, *to)).or_default() += share * children * following;
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
    let mut gained: BTreeMap<usize, f64> = BTreeMap::new();
    for ((from, to), students) in flows {
        let students = if following < 1.0 {
            students.round()
        } else {
            students
        };
        *gained.entry(from).or_default() -= students;
        *gained.entry(to).or_default() += students;
    }
    if let Some(table) = after.tables.get_mut(&TableId::Sections) {
        for (row, more) in gained {
            // Who moves lives within the new zone.
            for field in [Field::Students, Field::InZoneStudents] {
                if let Some(students) = snapshot.number(field, row) {
                    table.set_number(field, row, (students + more).max(0.0), None);
                }
            }
        }
    }
    after
}

/// The county after a plan of zones alone, and what would not add up any more put right, so that the
/// next check finds no mistake that the plan made.
///
/// A share `following` of the children of a block that changes goes to the new school: all (1), or the
/// entrants of one year, whose grade alone then changes. Of a section whose students changed: its list
/// of classes goes, and its largest class is as large as the mean one at least; no part of its students
/// is more than all; its grades of this school year change in proportion.
#[must_use]
pub fn applied<'a>(
    snapshot: &Snapshot,
    stage: Stage,
    following: f64,
    assignment: impl IntoIterator<Item = (&'a str, &'a str, f64)>,
) -> Snapshot {
    let mut after = moved(snapshot, stage, following, assignment);
    for row in 0..snapshot.rows(TableId::Sections) {
        let students = |county: &Snapshot| county.number(Field::Students, row);
        let its = snapshot.text(Field::SectionStage, row) == Some(stage.id());
        let school = snapshot.text(Field::SectionSchool, row).filter(|_| its);
        if let (Some(school), Some(before), Some(now)) =
            (school, students(snapshot), students(&after))
            && before != now
        {
            fit(&mut after, row, now);
            classes(&mut after, (stage, school, row), now);
            let entrants = following < 1.0 && enter(&mut after, (stage, school), now - before);
            if !entrants {
                regrade(&mut after, stage, school, before, now);
            }
        }
    }
    after
}

/// No part of the students of a section is more than all.
pub(crate) fn fit(after: &mut Snapshot, row: usize, now: f64) {
    let Some(sections) = after.tables.get_mut(&TableId::Sections) else {
        return;
    };
    for part in [
        Field::Boarders,
        Field::MigrantStudents,
        Field::InZoneStudents,
    ] {
        if sections.number(part, row).is_some_and(|n| n > now) {
            sections.set_number(part, row, now, None);
        }
    }
}

/// A list of classes that does not add up to the students `now` goes; the largest class is no smaller
/// than the mean one.
fn classes(after: &mut Snapshot, (stage, school, row): (Stage, &str, usize), now: f64) {
    if let Some(sections) = after.tables.get_mut(&TableId::Sections) {
        let classes = sections.number(Field::SectionClasses, row);
        let mean = classes.filter(|n| *n > 0.0).map(|n| (now / n).ceil());
        let largest = sections.number(Field::LargestClass, row);
        if let Some((mean, _)) = mean.zip(largest).filter(|(mean, largest)| mean > largest) {
            sections.set_number(Field::LargestClass, row, mean, None);
        }
    }
    if let Some(classes) = after.tables.get_mut(&TableId::Classes) {
        classes.retain(|t, r| {
            t.text(Field::ClassSchool, r) != Some(school)
                || t.text(Field::ClassStage, r) != Some(stage.id())
        });
    }
}

/// This year's rows of a school in the table of grades.
fn this_year(after: &Snapshot, stage: Stage, school: &str) -> Vec<usize> {
    let (Some(year), Some(history)) = (after.school_year(), after.table(TableId::EnrolmentHistory))
    else {
        return Vec::new();
    };
    let its = |r: &usize| {
        let primary = history
            .number(Field::HistoryGrade, *r)
            .is_some_and(|g| g <= 6.0);
        history.text(Field::HistorySchool, *r) == Some(school)
            && history.number(Field::HistoryYear, *r) == Some(f64::from(year))
            && primary == (stage == Stage::Primary)
    };
    (0..history.rows()).filter(its).collect()
}

/// So many students `more` in this year's first grade of a section; false where it is not known or
/// smaller than those who leave.
fn enter(after: &mut Snapshot, (stage, school): (Stage, &str), more: f64) -> bool {
    let first = if stage == Stage::Primary { 1.0 } else { 7.0 };
    let rows = this_year(after, stage, school).into_iter();
    let mut rows = rows.filter(|r| after.number(Field::HistoryGrade, *r) == Some(first));
    let now = rows.next().and_then(|row| {
        let students = after.number(Field::HistoryStudents, row)? + more;
        Some((row, students)).filter(|_| students >= 0.0)
    });
    let (Some((row, students)), Some(history)) =
        (now, after.tables.get_mut(&TableId::EnrolmentHistory))
    else {
        return false;
    };
    history.set_number(Field::HistoryStudents, row, students, None);
    true
}

/// This year's grades of a section, which add up to `before`, add up to `now`. Grades that did not
/// are for the county to mend.
pub(crate) fn regrade(after: &mut Snapshot, stage: Stage, school: &str, before: f64, now: f64) {
    let rows = this_year(after, stage, school);
    let Some(history) = after.tables.get_mut(&TableId::EnrolmentHistory) else {
        return;
    };
    let of = |r: &usize| history.number(Field::HistoryStudents, *r);
    let grades: Option<Vec<f64>> = rows.iter().map(of).collect();
    let Some(grades) = grades.filter(|g| before > 0.0 && g.iter().sum::<f64>() == before) else {
        return;
    };
    for (row, students) in rows.into_iter().zip(in_proportion(&grades, now)) {
        history.set_number(Field::HistoryStudents, row, students, None);
    }
}

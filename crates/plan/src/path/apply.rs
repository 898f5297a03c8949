//! A county after a plan: Snapshot → Snapshot, so that the one evaluator judges it.

use junheng_core::evaluate::{Frame, Origin};
use junheng_core::exact::{Exact, decimal, to_f64};
use junheng_core::model::{Field, Kind, Snapshot, Table, TableId};
use junheng_core::standard::Standard;

use super::action::Step;

/// The county with these steps done.
///
/// A plan hires and moves people nobody knows yet, so where a step is about staff the counts of
/// the list of teachers are first written into the totals of the sections ([`settle`]). An asset
/// that a school reports as a whole grows as a whole and is shared again. A figure that is missing
/// stays missing.
#[must_use]
pub fn apply<'a>(
    snapshot: &Snapshot,
    standard: &Standard,
    steps: impl IntoIterator<Item = &'a Step>,
) -> Snapshot {
    let steps: Vec<&Step> = steps.into_iter().collect();
    let mut out = if steps.iter().any(|s| s.action.is_staff()) {
        settle(snapshot, standard)
    } else {
        snapshot.clone()
    };
    let frame = Frame::new(&out, standard);
    for step in &steps {
        let amount = Exact::from_integer(step.amount.into());
        for field in step.fields() {
            add(&frame, &mut out, field, step.section, &amount);
            if let Some(giver) = step.from {
                add(&frame, &mut out, field, giver, &-amount.clone());
            }
        }
    }
    if let Some(sections) = out.tables.get_mut(&TableId::Sections) {
        for step in steps.iter().filter(|s| s.action.is_staff()) {
            keep_parts(sections, step);
        }
    }
    out
}

/// Counts that are parts of the full-time teachers and no plan speaks of; the others stand in its steps.
const PARTS: [Field; 2] = [Field::Trained360, Field::MidTitleTeachers];

/// What a step does not speak of follows only as far as it must: of those who leave, so many were trained,
/// say, as are more than all who stay; and staff are at least the full-time teachers.
fn keep_parts(sections: &mut Table, step: &Step) {
    for (part, giver) in PARTS
        .into_iter()
        .filter_map(|part| Some((part, step.from?)))
    {
        if let Some(more) = over(sections, part, Field::FullTimeTeachers, giver, step) {
            raise(sections, part, giver, &decimal(-more));
            raise(sections, part, step.section, &decimal(more));
        }
    }
    if let Some(more) = over(
        sections,
        Field::FullTimeTeachers,
        Field::Staff,
        step.section,
        step,
    ) {
        raise(sections, Field::Staff, step.section, &decimal(more));
        if let Some(giver) = step.from {
            raise(sections, Field::Staff, giver, &decimal(-more));
        }
    }
}

/// By how much a part is more than its whole, at most by what the step moved.
fn over(sections: &Table, part: Field, whole: Field, row: usize, step: &Step) -> Option<f64> {
    let more = sections.number(part, row)? - sections.number(whole, row)?;
    (more > 0.0).then(|| more.min(step.amount as f64))
}

/// The same county with what its list of teachers makes written as totals, and without the list.
#[must_use]
pub(super) fn settle(snapshot: &Snapshot, standard: &Standard) -> Snapshot {
    let mut out = snapshot.clone();
    if out.tables.remove(&TableId::Teachers).is_none() {
        return out;
    }
    let frame = Frame::new(snapshot, standard);
    let Some(table) = out.tables.get_mut(&TableId::Sections) else {
        return out;
    };
    for field in TableId::Sections
        .fields()
        .filter(|f| f.kind() == Kind::Count)
    {
        for row in 0..frame.sections.len() {
            if matches!(frame.origin(field, row), Some(Origin::Teachers(_))) {
                let count = frame.section(field, row).unwrap_or(f64::NAN);
                table.set_number(field, row, count, None);
            }
        }
    }
    out
}

/// Adds to a figure of a section where it stands: in its own cell, or in its school's.
///
/// `frame` is of the county before any step.
pub(super) fn add(frame: &Frame, out: &mut Snapshot, field: Field, row: usize, amount: &Exact) {
    let shared = matches!(
        frame.origin(field, row),
        Some(Origin::Shared { .. } | Origin::Whole)
    );
    let school = frame.sections.get(row).and_then(|s| s.school);
    let of_school = Field::SHARED.iter().find(|(own, _)| *own == field);
    let (table, field, row) = match (shared, school, of_school) {
        (true, Some(school), Some((_, whole))) => (TableId::Schools, *whole, school),
        _ => (TableId::Sections, field, row),
    };
    if let Some(table) = out.tables.get_mut(&table) {
        raise(table, field, row, amount);
    }
}

fn raise(table: &mut Table, field: Field, row: usize, amount: &Exact) {
    if let Some(had) = table.number(field, row) {
        let sum = to_f64(&(decimal(had) + amount));
        let cell = table.cell(field, row);
        table.set_number(field, row, sum, cell);
    }
}

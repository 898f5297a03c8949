//! The county after the moves: what the evaluator judges.

use junheng_core::evaluate::{Frame, Origin};
use junheng_core::model::{Field, Snapshot, TableId};
use junheng_core::standard::Standard;

/// A move as the county's tables know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transfer<'a> {
    /// Row of `teachers`.
    pub row: usize,
    /// The school she joins.
    pub school_id: &'a str,
    /// Her stage, which stays the same.
    pub stage: &'a str,
}

/// The county with these moves made, and with its figures of the year's rotation
/// (eligible, moved, backbone teachers moved). Totals of sections move with the list of teachers.
#[must_use]
pub fn apply(
    snapshot: &Snapshot,
    standard: &Standard,
    transfers: &[Transfer<'_>],
    rotated: (usize, usize, usize),
) -> Snapshot {
    let mut after = snapshot.clone();
    if let Some(teachers) = after.tables.get_mut(&TableId::Teachers) {
        for t in transfers {
            teachers.set_text(Field::TeacherSchool, t.row, t.school_id, None);
            teachers.set_text(Field::TeacherStage, t.row, t.stage, None);
        }
    }
    if let Some(county) = after.tables.get_mut(&TableId::County) {
        let (eligible, moved, backbone) = rotated;
        for (field, n) in [
            (Field::RotationEligible, eligible),
            (Field::Rotated, moved),
            (Field::RotatedBackbone, backbone),
        ] {
            county.set_number(field, 0, n as f64, None);
        }
    }
    totals(snapshot, &mut after, standard);
    after
}

/// Where a section also gives as a total what its list counts, the total changes by what the list does: it
/// differs from the list by as much as before. Staff are at least the full-time teachers.
fn totals(before: &Snapshot, after: &mut Snapshot, standard: &Standard) {
    let [was, is] = [before, &*after].map(|county| Frame::new(county, standard));
    let Some(sections) = after.tables.get_mut(&TableId::Sections) else {
        return;
    };
    for row in 0..is.sections.len() {
        for &field in Field::COUNTED {
            let listed = |frame: &Frame| match frame.origin(field, row) {
                Some(Origin::Teachers(_)) => frame.section(field, row),
                _ => None,
            };
            if let (Some(had), Some(has), Some(given)) =
                (listed(&was), listed(&is), sections.number(field, row))
                && had != has
            {
                sections.set_number(field, row, given + has - had, None);
            }
        }
        let [staff, teachers] =
            [Field::Staff, Field::FullTimeTeachers].map(|f| sections.number(f, row));
        let fitted =
            before.number(Field::FullTimeTeachers, row) <= before.number(Field::Staff, row);
        if let (true, Some(staff), Some(teachers)) = (fitted, staff, teachers)
            && staff < teachers
        {
            sections.set_number(Field::Staff, row, teachers, None);
        }
    }
}

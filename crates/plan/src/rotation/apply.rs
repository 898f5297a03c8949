//! The county after the moves: what the evaluator judges.

use junheng_core::model::{Field, Snapshot, TableId};

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
/// (eligible, moved, backbone teachers moved).
#[must_use]
pub fn apply(
    snapshot: &Snapshot,
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
    after
}

//! Places (学位): need against places, classes against class size, planning norms.
//!
//! | file | idea |
//! | --- | --- |
//! | `need` | students of coming years against places, with the probability of a shortage |
//! | `ladder` | classes needed until no class is too large (消除大班额) |
//! | `norms` | per 1,000 residents, residents per school, service radius |

mod ladder;
mod need;
mod norms;
#[cfg(test)]
mod tests;

pub use ladder::{Rung, Step, class_size, ladder};
pub use need::{Need, needs};
pub use norms::{Figure, norms};

use junheng_core::model::{Field, Snapshot, Stage, TableId};

use crate::forecast::Level;

/// The rows of `sections` of the two stages that are judged: (row, school, stage).
fn sections(snapshot: &Snapshot) -> impl Iterator<Item = (usize, &str, Stage)> {
    (0..snapshot.rows(TableId::Sections)).filter_map(|row| {
        let stage = Stage::from_id(snapshot.text(Field::SectionStage, row)?)?;
        let school = snapshot.text(Field::SectionSchool, row)?;
        Stage::JUDGED
            .contains(&stage)
            .then_some((row, school, stage))
    })
}

fn level(stage: Stage) -> Level {
    match stage {
        Stage::Primary => Level::Primary,
        Stage::Junior => Level::Junior,
        Stage::Senior => Level::Senior,
    }
}

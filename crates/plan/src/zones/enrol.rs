//! The county as it would be under a plan, for the evaluator.

use std::collections::BTreeMap;

use junheng_core::model::{Field, Snapshot, TableId};

use super::plan::Plan;
use super::problem::Problem;

/// The snapshot with the students of every section of the stage as the plan has them.
#[must_use]
pub fn enrolled(snapshot: &Snapshot, problem: &Problem, plan: &Plan) -> Snapshot {
    let ids = problem.schools.iter().map(|s| s.id.as_str());
    let loads: BTreeMap<&str, f64> = ids.zip(plan.schools.iter().map(|s| s.load)).collect();
    let mut after = snapshot.clone();
    for row in 0..snapshot.rows(TableId::Sections) {
        let stage = snapshot.text(Field::SectionStage, row) == Some(problem.stage.id());
        let school = snapshot.text(Field::SectionSchool, row);
        if let Some(load) = school.and_then(|id| loads.get(id)).filter(|_| stage)
            && let Some(table) = after.tables.get_mut(&TableId::Sections)
        {
            table.set_number(Field::Students, row, *load, None);
        }
    }
    after
}

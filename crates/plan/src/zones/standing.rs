//! A plan in one line, by the yardstick that is the same for every plan, whoever made it.

use super::check::{Broken, check};
use super::plan::Plan;
use super::problem::Problem;

/// The figures of a plan and the rules that it breaks.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// What it costs; `None` where a pair is forbidden.
    pub objective: Option<f64>,
    /// Student-kilometres; `None` where travel is a cost or a pair is forbidden.
    pub student_km: Option<f64>,
    /// Mean way in metres.
    pub mean_metres: Option<f64>,
    /// Children who go elsewhere than today.
    pub moved_students: f64,
    /// Greatest load, students per place; `None` where no school has places.
    pub greatest_load: Option<f64>,
    /// Least load of a school with places.
    pub least_load: Option<f64>,
    /// Pieces of zones beyond one each; `None` without adjacency.
    pub extra_pieces: Option<u32>,
    /// Rules that it breaks.
    pub broken: Vec<Broken>,
}

impl Standing {
    /// Of a plan of ours.
    #[must_use]
    pub fn of(problem: &Problem, plan: &Plan) -> Self {
        let known = |x: f64| Some(x).filter(|x| x.is_finite());
        let children: f64 = problem.blocks.iter().map(|b| b.children).sum();
        let student_km = plan.student_km.and_then(known);
        let schools = problem.schools.iter().zip(&plan.schools);
        let loads = schools
            .filter(|(school, _)| school.places > 0.0)
            .map(|(school, planned)| planned.load / school.places);
        let adjacency = problem.neighbours.iter().any(|n| !n.is_empty());
        Self {
            objective: known(plan.objective),
            student_km,
            mean_metres: student_km.and_then(|km| known(km * 1000.0 / children)),
            moved_students: plan.moved_students,
            greatest_load: loads.clone().reduce(f64::max),
            least_load: loads.reduce(f64::min),
            extra_pieces: adjacency.then(|| {
                let beyond = plan.schools.iter().map(|s| s.pieces.saturating_sub(1));
                beyond.sum()
            }),
            broken: check(problem, plan),
        }
    }

    /// Of an assignment that somebody else made: per block its schools and shares.
    #[must_use]
    pub fn of_shares(problem: &Problem, shares: Vec<Vec<(usize, f64)>>) -> Self {
        let prices = vec![0.0; problem.schools.len()];
        Self::of(problem, &Plan::new(problem, shares, &prices))
    }

    /// Of the zones of today; `None` where no block has one.
    #[must_use]
    pub fn of_today(problem: &Problem) -> Option<Self> {
        let zones = problem.blocks.iter().map(|block| match block.current {
            super::Current::School(school) => vec![(school, 1.0)],
            _ => Vec::new(),
        });
        let shares: Vec<_> = zones.collect();
        let known = shares.iter().any(|s| !s.is_empty());
        known.then(|| Self::of_shares(problem, shares))
    }
}

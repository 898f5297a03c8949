//! Every rule again, on the finished plan, without anything of the planner's.

use super::plan::Plan;
use super::problem::{Contiguity, Problem};

/// A rule that a plan breaks.
#[derive(Debug, Clone, PartialEq)]
pub enum Broken {
    /// Shares of a block do not sum to 1, or lie outside 0 to 1.
    Shares(usize),
    /// A block is split though it must be whole.
    Split(usize),
    /// A block goes where it must not.
    Forbidden(usize, usize),
    /// Blocks that belong together do not go together.
    Apart(usize),
    /// A lock is not kept.
    Lock(usize, usize),
    /// More children than places.
    Overfull(usize),
    /// Too many pieces.
    Pieces(usize),
    /// The school is outside its zone.
    Home(usize),
    /// The mean of a zone is too far from the county's.
    Balance(usize),
    /// A figure of the plan is not what its assignment gives.
    Figure(&'static str),
}

/// All rules that a plan breaks; none for a good plan.
#[must_use]
pub fn check(problem: &Problem, plan: &Plan) -> Vec<Broken> {
    let mut broken = Vec::new();
    let total: f64 = problem.blocks.iter().map(|b| b.children).sum();
    let grain = 1e-9 * total.max(1.0);
    let mut loads = vec![0.0; problem.schools.len()];
    let mut tilts = vec![0.0; problem.schools.len()];
    let weighted = |(b, f): (&super::problem::Block, &f64)| b.children * f;
    let mean = problem
        .blocks
        .iter()
        .zip(&problem.figures)
        .map(weighted)
        .sum::<f64>()
        / total;
    let (mut objective, mut moved) = (0.0, 0.0);
    if plan.shares.len() != problem.blocks.len() {
        return vec![Broken::Figure("assignment")];
    }
    for (at, block) in problem.blocks.iter().enumerate() {
        let shares = &plan.shares[at];
        let sum: f64 = shares.iter().map(|s| s.1).sum();
        if (sum - 1.0).abs() > 1e-9 || shares.iter().any(|s| s.1 <= 0.0) {
            broken.push(Broken::Shares(at));
        }
        if shares.len() > 1 && !problem.rules.split {
            broken.push(Broken::Split(at));
        }
        for &(school, share) in shares {
            let travel = problem.travel.at(at, school);
            if !travel.is_finite() || problem.rules.max_metres.is_some_and(|m| travel > m) {
                broken.push(Broken::Forbidden(at, school));
            }
            loads[school] += share * block.children;
            if let Some(figure) = problem.figures.get(at) {
                tilts[school] += share * block.children * (figure - mean);
            }
            objective += share * problem.cost(at, school);
            if block.current.moved(school) {
                moved += share * block.children;
            }
        }
    }
    for &(block, school) in &problem.locked {
        if plan.shares[block].iter().any(|s| s.0 != school) {
            broken.push(Broken::Lock(block, school));
        }
    }
    for set in &problem.together {
        let mut others = set
            .iter()
            .filter(|b| plan.shares[**b] != plan.shares[set[0]]);
        broken.extend(others.next().map(|b| Broken::Apart(*b)));
    }
    let pieces = problem.pieces(&plan.shares);
    let allowed = problem.allowed_pieces();
    let tolerance = problem.rules.balance.as_ref().map(|b| b.1);
    for (at, school) in problem.schools.iter().enumerate() {
        if loads[at] > problem.room(at) + grain {
            broken.push(Broken::Overfull(at));
        }
        if pieces[at] > allowed[at] {
            broken.push(Broken::Pieces(at));
        }
        if let Some(home) = school.home
            && problem.contiguity != Contiguity::Off
            && plan.shares[home].iter().all(|s| s.0 != at)
        {
            broken.push(Broken::Home(at));
        }
        if tolerance.is_some_and(|t| tilts[at].abs() > t * loads[at] + grain) {
            broken.push(Broken::Balance(at));
        }
        if (plan.schools[at].load - loads[at]).abs() > grain
            || plan.schools[at].pieces != pieces[at]
        {
            broken.push(Broken::Figure("school"));
        }
    }
    if (plan.objective - objective).abs() > 1e-9 * objective.abs().max(1.0) {
        broken.push(Broken::Figure("objective"));
    }
    if (plan.moved_students - moved).abs() > grain {
        broken.push(Broken::Figure("moved_students"));
    }
    broken
}

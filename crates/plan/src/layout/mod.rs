//! Layout (布局): which schools open, close, are extended or merged, and who goes where.

mod assign;
mod compact;
mod dual;
mod knapsack;
mod model;
mod problem;
mod read;
mod reduce;
mod search;
mod select;
mod solve;
mod state;

pub use problem::{Block, Conflict, Offer, Problem, Rules, Site, Situation};
pub use read::{Asked, Reading, TABLES, read};

use crate::run::{Proof, Run};

/// TEMP
pub fn quick(problem: &Problem, run: &Run) -> Option<Proof> {
    let model = model::Model::new(problem, &problem.situations[0]);
    let solved = solve::solve(&model, problem.rules.gap, run);
    solved.plan.map(|p| Proof {
        objective: p.cost,
        bound: solved.bound,
    })
}

//! Several periods and scenarios, split blocks, and problems too large for `solve`.
//!
//! Prices per block and situation; every site packs parts of blocks and takes the cheapest schedule
//! over the periods. Rules that join the sites (places enough, how many, how much money) have
//! prices too. Schedules of good prices are served by transport, then improved site by site.

mod around;
mod bound;
mod joint;
mod schedule;
mod search;

use crate::run::Run;

use super::dual::LARGE;
use super::model::Model;
use super::parts::{Desk, Service};
use super::plan::{Plan, Share};
use super::problem::Problem;
use around::neighbours;
use joint::{Joint, joints};
use schedule::Schedule;

/// A plan, if one was found, and a bound.
#[derive(Debug)]
pub(super) struct Solved {
    pub(super) plan: Option<Plan>,
    pub(super) bound: f64,
}

struct Found {
    cost: f64,
    schedules: Vec<Schedule>,
    services: Vec<Service>,
}

struct Solver<'a> {
    problem: &'a Problem,
    run: &'a Run<'a>,
    desks: Vec<Desk>,
    /// The bound lets blocks be divided.
    parts: bool,
    /// Per site, others near it.
    neighbours: Vec<Vec<usize>>,
    joints: Vec<Joint>,
    best: Option<Found>,
    work: u64,
}

/// Solves any layout problem.
pub(super) fn solve(problem: &Problem, run: &Run) -> Solved {
    let desks: Vec<Desk> = problem
        .situations
        .iter()
        .map(|situation| {
            let mut model = Model::new(problem, situation);
            for cost in &mut model.cost {
                *cost *= situation.weight;
            }
            Desk::new(model)
        })
        .collect();
    let pairs = problem.sites.len() * problem.blocks.len();
    let mut solver = Solver {
        problem,
        run,
        parts: problem.rules.split || pairs > LARGE,
        neighbours: neighbours(&desks[0].model),
        desks,
        joints: joints(problem),
        best: None,
        work: 0,
    };
    let bound = solver.ascend();
    Solved {
        bound: bound.min(solver.upper()),
        plan: solver.best.map(|found| plan(problem, found)),
    }
}

impl Solver<'_> {
    fn upper(&self) -> f64 {
        self.best.as_ref().map_or(f64::INFINITY, |b| b.cost)
    }

    fn done(&self, bound: f64) -> bool {
        let upper = self.upper();
        self.run.stopped()
            || (upper.is_finite()
                && upper - bound <= self.problem.rules.gap.max(1e-9) * upper.abs())
    }
}

fn plan(problem: &Problem, found: Found) -> Plan {
    let period = |p: usize| found.schedules.iter().map(|s| s[p]).collect();
    Plan {
        open: (0..problem.periods).map(period).collect(),
        shares: found
            .services
            .into_iter()
            .map(|service| {
                let blocks = service.parts.into_iter().enumerate();
                blocks
                    .flat_map(|(block, mut parts)| {
                        parts.sort_by_key(|p| p.0);
                        parts
                            .into_iter()
                            .map(move |(site, part)| Share { block, site, part })
                    })
                    .collect()
            })
            .collect(),
    }
}

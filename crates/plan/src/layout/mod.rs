//! Layout (布局): which schools open, close, are extended or merged, and who goes where.
//!
//! [`read`] makes a [`Problem`] of a snapshot, [`plan`] an [`Outcome`] of a problem, and [`check`]
//! verifies a [`Plan`] without anything of the solver. `docs/method/layout.md` has the method.

mod apply;
mod compact;
mod conflict;
mod dual;
mod exact;
pub mod hearing;
mod horizon;
pub mod impact;
pub mod made;
mod model;
mod partition;
mod parts;
mod plan;
mod problem;
mod read;
mod search;
mod solve;
mod state;
#[cfg(test)]
mod tests;
mod tree;

pub use apply::apply;
pub use conflict::conflicts;
pub use plan::{Plan, Share, check};
pub use problem::{Block, Conflict, Offer, Problem, Rules, Site, Situation};
pub use read::{Asked, Outlook, Reading, Sizes, TABLES, read};

use conflict::relax;

use crate::run::{Proof, Run, Status};
use crate::transport::{Costs, Transport};

/// What planning came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// How it ended.
    pub status: Status,
    /// The plan, if there is one; it keeps every rule.
    pub plan: Option<Plan>,
    /// No plan is below; −∞ where nothing is known.
    pub bound: f64,
    /// Its objective and bound.
    pub proof: Option<Proof>,
    /// Why there is no plan.
    pub conflicts: Vec<Conflict>,
    /// Per situation and site: what one more place there would save if blocks could be divided, 0 where
    /// closed.
    pub seat_prices: Vec<Vec<f64>>,
}

/// Plans.
#[must_use]
pub fn plan(problem: &Problem, run: &Run) -> Outcome {
    let conflicts = conflicts(problem);
    if !conflicts.is_empty() {
        return without(
            Status::Infeasible,
            f64::INFINITY,
            relax::settle(problem, run, conflicts),
        );
    }
    let simple = problem.situations.len() == 1 && !problem.rules.split;
    let solved = simple.then(|| one_period(problem, run));
    // The other way may find a plan where the first found none.
    let (plan, bound) = match solved {
        Some((plan, bound)) if plan.is_some() || (run.stopped() && large(problem)) => (plan, bound),
        _ => {
            let solved = horizon::solve(problem, run);
            proven(problem, run, solved.plan, solved.bound)
        }
    };
    let plan = plan.map(|plan| nearest_for_nobody(problem, plan));
    // What the solver says is believed only after the check, which knows nothing of it.
    let Some(plan) = plan.filter(|p| check(problem, p).is_empty()) else {
        return nothing(bound, problem, run);
    };
    let proof = Proof {
        objective: plan.objective(problem),
        bound,
    };
    Outcome {
        status: proof.status(),
        bound: proof.bound,
        proof: Some(proof),
        seat_prices: seat_prices(problem, &plan),
        plan: Some(plan),
        conflicts: Vec::new(),
    }
}

/// Blocks without children, which cost nothing anywhere, belong to the nearest school that is open.
fn nearest_for_nobody(problem: &Problem, mut plan: Plan) -> Plan {
    if problem.unit == crate::travel::Unit::Cost {
        return plan;
    }
    for (situation, shares) in problem.situations.iter().zip(&mut plan.shares) {
        let open = &plan.open[situation.period];
        for share in shares.iter_mut() {
            let here = |j: &usize| problem.travel(*j, share.block);
            if situation.students[share.block] == 0.0 && share.part == 1.0 {
                let open = (0..problem.sites.len()).filter(|j| open[*j].is_some());
                share.site = open
                    .min_by(|a, b| here(a).total_cmp(&here(b)))
                    .unwrap_or(share.site);
            }
        }
    }
    plan
}

/// Places wanted against students, one try after the other, for whole blocks to fit.
const SLACK: [f64; 5] = [1.0, 1.003, 1.01, 1.03, 1.1];

/// Part of the time left in which the plan that divides blocks is sought.
const DIVIDED: f64 = 0.7;

/// Whether a whole tree of such models, or a second way to a plan, would take too long.
fn large(problem: &Problem) -> bool {
    problem.sites.len() * problem.blocks.len() > dual::LARGE
}

/// Blocks a school from which dividing one more or less is next to nothing.
const FEW: usize = 100;

/// Whole blocks in one period: a plan, if one was found, and a bound.
fn one_period(problem: &Problem, run: &Run) -> (Option<Plan>, f64) {
    let model = model::Model::new(problem, &problem.situations[0]);
    let large = large(problem);
    let mut bound = f64::NEG_INFINITY;
    // Dividing blocks tells little where a school has few of them.
    let few = model.count.is_some_and(|open| model.blocks < FEW * open);
    if !large || few {
        let solved = solve::solve(&model, problem.rules.gap, run);
        if !large || solved.plan.is_some() || run.stopped() {
            return (solved.plan.map(|state| whole(&model, &state)), solved.bound);
        }
        bound = solved.bound;
    }
    for slack in SLACK {
        let mut divided = problem.clone();
        divided.rules.split = true;
        for students in &mut divided.situations[0].students {
            *students *= slack;
        }
        // Whole blocks want some of the time too.
        let solved = horizon::solve(&divided, &run.part(DIVIDED));
        if slack == 1.0 {
            bound = bound.max(solved.bound);
        }
        let Some(divided) = solved.plan else { break };
        let found = solve::solve_large(&model, &divided, problem.rules.gap, bound, run);
        if let Some(state) = found {
            return (Some(whole(&model, &state)), bound);
        }
    }
    (None, bound)
}

/// More pairs of block and site, in all situations, are left as they are.
const PROVEN: usize = 10_000;

/// HiGHS on a small problem, which is then proven; the bound is infinite where there is no plan.
fn proven(problem: &Problem, run: &Run, plan: Option<Plan>, bound: f64) -> (Option<Plan>, f64) {
    let cost = |plan: &Option<Plan>| {
        let plan = plan.as_ref();
        plan.map_or(f64::INFINITY, |p| p.objective(problem))
    };
    let upper = cost(&plan);
    let close = upper.is_finite() && upper - bound <= problem.rules.gap.max(1e-9) * upper.abs();
    let whole = exact::Whole::new(problem);
    if close || run.stopped() || whole.pairs() > PROVEN {
        return (plan, bound);
    }
    match exact::solve(problem, &whole, run, plan.as_ref()) {
        exact::Exact::Infeasible if plan.is_none() => (None, f64::INFINITY),
        exact::Exact::Infeasible => (plan, bound),
        exact::Exact::Nothing(raised) => (plan, bound.max(raised.min(upper))),
        exact::Exact::Plan(found, raised) => {
            let better = found.objective(problem) < upper && check(problem, &found).is_empty();
            let plan = if better { Some(found) } else { plan };
            let upper = cost(&plan);
            (plan, bound.max(raised).min(upper))
        }
    }
}

fn without(status: Status, bound: f64, conflicts: Vec<Conflict>) -> Outcome {
    Outcome {
        status,
        plan: None,
        bound,
        proof: None,
        conflicts,
        seat_prices: Vec::new(),
    }
}

/// No plan was found: says whether there is none, and what would make one possible.
fn nothing(bound: f64, problem: &Problem, run: &Run) -> Outcome {
    match relax::relax(problem, run) {
        relax::Relaxed::Closed(ways) => without(
            Status::Infeasible,
            f64::INFINITY,
            vec![conflict::packed(&ways)],
        ),
        relax::Relaxed::Open if bound == f64::INFINITY => {
            without(Status::Infeasible, bound, vec![conflict::packed(&[])])
        }
        relax::Relaxed::Open => without(Status::OutOfTime, bound, Vec::new()),
    }
}

/// A plan of one period from a state.
fn whole(model: &model::Model, state: &state::State) -> Plan {
    let open = state.open.iter();
    let shares = state.site.iter().enumerate();
    Plan {
        open: vec![open.map(|o| o.map(|o| model.offers[o].rank)).collect()],
        shares: vec![
            shares
                .map(|(block, site)| Share {
                    block,
                    site: *site as usize,
                    part: 1.0,
                })
                .collect(),
        ],
    }
}

/// What one more place would save, parts of blocks allowed: the duals of the transport to the
/// schools that are open.
fn seat_prices(problem: &Problem, plan: &Plan) -> Vec<Vec<f64>> {
    let sites = problem.sites.len();
    let one = |situation: &Situation| {
        let period = situation.period;
        let mut costs = Costs::new(problem.blocks.len(), sites);
        for i in 0..problem.blocks.len() {
            for (j, cost) in costs.row_mut(i).iter_mut().enumerate() {
                *cost = problem.cost(situation, j, i);
            }
        }
        let places = |j| plan.offer(problem, period, j).map(|o| o.places);
        let open: Vec<usize> = (0..sites).filter(|&j| places(j).is_some()).collect();
        let capacity: Vec<f64> = (0..sites).map(|j| places(j).unwrap_or(0.0)).collect();
        let transport = Transport {
            costs: &costs,
            supply: &situation.students,
            capacity: &capacity,
            open: &open,
        };
        transport
            .solve()
            .map_or_else(|_| vec![0.0; sites], |flow| flow.seat_prices)
    };
    problem.situations.iter().map(one).collect()
}

//! Plans that may split blocks between schools.

use super::area::Area;
use super::exact::{self, Answer};
use super::plan::{Outcome, Plan, Prices};
use super::problem::Problem;
use super::solve;
use super::solve::effort::Effort;
use super::{check, conflict, frontier, infeasible, whole};
use crate::run::{Proof, Run, Status};
use crate::transport::Flow;

/// The best split plan: the transport problem's own where its zones hang together; on a small area
/// one programme; else blocks on the borders of the best whole-block plan are shared.
pub(super) fn plan(problem: &Problem, run: &Run) -> Outcome {
    let area = Area::shared(problem);
    let flow = match area.flow(run) {
        Ok(flow) => flow,
        Err(shortages) => {
            let conflicts = conflict::of_shortage(problem, &area, &shortages, None);
            return infeasible(conflicts, Status::Infeasible);
        }
    };
    let level = match level(&area, run) {
        Answer::Plan(level) => level,
        Answer::None => {
            let conflicts = vec![conflict::of_balance(problem, least(&area, run))];
            return infeasible(conflicts, Status::Infeasible);
        }
        Answer::Unknown => flow,
    };
    let of = |shares: Vec<Vec<(usize, f64)>>| Plan::new(problem, shares, &level.seat_prices);
    let mut plans = vec![of(level.shares.clone())];
    let mut bound = level.bound;
    plans.retain(|plan| check(problem, plan).is_empty());
    if plans.is_empty() {
        match exact::split(&area, run) {
            Answer::Plan((shares, proven)) => {
                plans.push(of(shares));
                bound = bound.max(proven);
            }
            Answer::None => {
                let conflicts = vec![conflict::scattered(problem, true)];
                return infeasible(conflicts, Status::Infeasible);
            }
            Answer::Unknown => plans.extend(from_whole(problem, run)),
        }
        plans.retain(|plan| check(problem, plan).is_empty());
    }
    let best = plans
        .into_iter()
        .min_by(|a, b| a.objective.total_cmp(&b.objective));
    let Some(best) = best else {
        return infeasible(vec![conflict::scattered(problem, false)], Status::OutOfTime);
    };
    let proof = Proof {
        objective: best.objective,
        bound: bound.min(best.objective),
    };
    Outcome {
        status: proof.status(),
        bound: proof.bound,
        prices: (!run.stopped()).then(|| prices(problem, (&area, &level), run, &best)),
        plans: vec![best],
        ties: Vec::new(),
        frontier: frontier(problem, run),
        conflicts: Vec::new(),
    }
}

/// Nothing is paid for whole blocks; shares in any shape are the transport problem's own.
fn prices(problem: &Problem, free: (&Area, &Flow), run: &Run, best: &Plan) -> Prices {
    let (area, level) = free;
    let mut stability = 0.0;
    if problem.rules.stay_metres > 0.0 {
        let mut restless = problem.clone();
        restless.rules.stay_metres = 0.0;
        let outcome = plan(&restless, run);
        let least = outcome.plans.first().and_then(|p| p.student_km);
        stability = best
            .student_km
            .zip(least)
            .map_or(0.0, |(a, b)| (a - b).max(0.0));
    }
    let contiguity = (best.objective - level.objective).max(0.0);
    Prices {
        whole: 0.0,
        // What rounding leaves is no price.
        contiguity: if contiguity > area.grain {
            contiguity
        } else {
            0.0
        },
        stability,
    }
}

/// Shares at the least cost, zones in any shape.
fn level(area: &Area, run: &Run) -> Answer<Flow> {
    if area.tilt.is_empty() {
        area.flow(run).map_or(Answer::None, Answer::Plan)
    } else {
        exact::shares(area, run)
    }
}

/// The least tolerance with which shares can keep the balance, by halving.
fn least(area: &Area, run: &Run) -> f64 {
    let own = area.tilt.iter().zip(&area.children);
    let own = own.filter(|(_, children)| **children > 0.0);
    let most = own.map(|(tilt, children)| (tilt / children).abs());
    let (mut low, mut high) = (area.tolerance, most.fold(area.tolerance, f64::max));
    for _ in 0..20 {
        let tolerance = (low + high) / 2.0;
        let wider = Area {
            tolerance,
            ..area.clone()
        };
        match exact::shares(&wider, run) {
            Answer::Plan(_) => high = tolerance,
            Answer::None | Answer::Unknown => low = tolerance,
        }
    }
    high
}

/// The best plan of whole blocks, and the same with the blocks on its borders shared.
fn from_whole(problem: &Problem, run: &Run) -> Vec<Plan> {
    let area = Area::new(problem);
    let Ok(flow) = area.flow(run) else {
        return Vec::new();
    };
    let effort = Effort::full(area.blocks(), area.schools());
    match solve::solve(&area, &flow, run, effort, None) {
        Ok(found) if found.cost.is_finite() => {
            let mut plans = vec![whole(problem, &found.owners, &flow)];
            plans.extend(at_borders(problem, &area, &found.owners, run));
            plans
        }
        _ => Vec::new(),
    }
}

/// Shares the blocks that touch another zone with it, as cheaply as can be.
fn at_borders(problem: &Problem, area: &Area, owners: &[u32], run: &Run) -> Option<Plan> {
    let mut bordered = area.clone();
    for block in 0..owners.len() {
        let mine = owners[block];
        let touches = |school: usize| {
            area.neighbours[block]
                .iter()
                .any(|n| owners[*n as usize] as usize == school)
        };
        for (school, cell) in bordered.costs.row_mut(block).iter_mut().enumerate() {
            if school != mine as usize && !touches(school) {
                *cell = f64::INFINITY;
            }
        }
    }
    match level(&bordered, run) {
        Answer::Plan(flow) => Some(Plan::new(problem, flow.shares, &flow.seat_prices)),
        Answer::None | Answer::Unknown => None,
    }
}

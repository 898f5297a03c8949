//! Plans that may split blocks between schools.

use super::area::Area;
use super::exact::{self, Answer};
use super::plan::{Outcome, Plan};
use super::problem::Problem;
use super::solve::Found;
use super::{check, frontier, whole};
use crate::run::{Proof, Run};
use crate::transport::Flow;

/// The best split plan: the flow itself where its zones hang together, else blocks on the borders
/// of the whole-block plan are shared; `None` where neither keeps the rules.
pub(super) fn outcome(
    problem: &Problem,
    area: &Area,
    flow: &Flow,
    found: &Found,
    run: &Run,
) -> Option<Outcome> {
    let mut plans = vec![Plan::new(problem, flow.shares.clone(), &flow.seat_prices)];
    if found.cost.is_finite() {
        plans.extend(at_borders(problem, area, &found.owners, run));
        plans.push(whole(problem, &found.owners, flow));
    }
    plans.retain(|plan| check(problem, plan).is_empty());
    let best = plans
        .into_iter()
        .min_by(|a, b| a.objective.total_cmp(&b.objective))?;
    let proof = Proof {
        objective: best.objective,
        bound: flow.bound.min(best.objective),
    };
    Some(Outcome {
        status: proof.status(),
        bound: proof.bound,
        plans: vec![best],
        prices: None,
        ties: Vec::new(),
        frontier: frontier(problem),
        conflicts: Vec::new(),
    })
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
    let flow = if area.tilt.is_empty() {
        bordered.flow().ok()?
    } else if let Answer::Plan(level) = exact::shares(&bordered, run) {
        level
    } else {
        return None;
    };
    Some(Plan::new(problem, flow.shares, &flow.seat_prices))
}

//! Attendance zones (学区): every block to a school, within the places, in one piece, with a bound.
//!
//! `docs/method/zones.md` has the model, the bound and the search.

mod apply;
mod area;
mod bound;
mod check;
mod conflict;
mod exact;
mod others;
mod plan;
mod pool;
mod problem;
mod read;
mod reduce;
mod solve;
mod split;
mod standing;
#[cfg(test)]
mod tests;
mod ties;

pub use apply::{applied, apply};
pub(crate) use apply::{fit, regrade};
pub use check::{Broken, check};
pub use conflict::relax::farther;
pub use plan::{Conflict, Outcome, Plan, Prices, SchoolPlan, Tie};
pub use problem::{Block, Contiguity, Current, Problem, Rules, School};
pub use read::{Reading, read, tables};
pub use standing::Standing;

use area::Area;
use conflict::relax;
use exact::Answer;
use solve::Found;
use solve::effort::{self, Effort};

use crate::run::{Proof, Run, Status};
use crate::transport::Flow;

/// Plans zones; `plans` different ones are tried for.
#[must_use]
pub fn plan(problem: &Problem, run: &Run, plans: usize) -> Outcome {
    let wishes = conflict::of_wishes(problem);
    if !wishes.is_empty() {
        return infeasible(wishes, Status::Infeasible);
    }
    if let Some(reduced) = reduce::reduced(problem) {
        let outcome = plan(&reduced.problem, run, plans);
        return Outcome {
            frontier: frontier(problem, run),
            ..reduced.back(problem, outcome)
        };
    }
    let rules = conflict::of_rules(problem);
    if !rules.is_empty() {
        return infeasible(rules, Status::Infeasible);
    }
    if problem.rules.split {
        return split::plan(problem, run);
    }
    let mut area = Area::new(problem);
    let large = conflict::of_large(problem, &area);
    let mut flow = match area.flow(run) {
        Ok(flow) if large.is_empty() => flow,
        Ok(_) => return infeasible(large, Status::Infeasible),
        Err(shortages) => {
            let mut all =
                conflict::of_shortage(problem, &area, &shortages, relax::load(problem, &area, run));
            all.extend(large);
            return infeasible(all, Status::Infeasible);
        }
    };
    let level = if area.tilt.is_empty() {
        Answer::Unknown
    } else {
        exact::shares(&area, run)
    };
    let effort = Effort::full(area.blocks(), area.schools());
    let mut found = solve::solve(&area, &flow, run, effort, None);
    if matches!(level, Answer::None) {
        return none_found(problem, &area, &found, true);
    }
    if !sound(problem, &found) {
        area.tighten();
        flow = match area.flow(run) {
            Ok(flow) => flow,
            Err(_) => return none_found(problem, &area, &found, true),
        };
        let first = match exact::any(&area, run) {
            Answer::Plan(first) => Some(first),
            Answer::None => return none_found(problem, &area, &found, true),
            Answer::Unknown => None,
        };
        // Once more, knowing what there is no room for.
        if first.is_some() || area.blocks() <= effort::LARGE {
            found = solve::solve(&area, &flow, run, effort, first).or(found);
        }
    }
    let least = match &level {
        Answer::Plan(level) => level,
        _ => &flow,
    };
    let keeps = sound(problem, &found);
    let mut found = match found {
        Ok(found) if keeps => found,
        other => return none_found(problem, &area, &other, false),
    };
    found.bound = found.bound.max(least.bound);
    prove(problem, &area, &flow, run, &mut found);
    let all = others::near_the_best((problem, &area), &flow, &found, run, plans);
    let proof = Proof {
        objective: all[0].objective,
        bound: found.bound.min(all[0].objective),
    };
    Outcome {
        status: proof.status(),
        bound: proof.bound,
        // Only beside the plan: not when the time is over.
        prices: (!run.stopped()).then(|| prices(problem, &flow, run, (&all[0], &found.owners))),
        ties: ties::ties(problem, &area, &found.owners),
        frontier: frontier(problem, run),
        plans: all,
        conflicts: Vec::new(),
    }
}

/// Whether a plan was found that keeps every rule.
fn sound(problem: &Problem, found: &Result<Found, Vec<usize>>) -> bool {
    let check = |owners: &[u32]| {
        let prices = vec![0.0; problem.schools.len()];
        check(problem, &Plan::new(problem, shares(owners), &prices)).is_empty()
    };
    found
        .as_ref()
        .is_ok_and(|f| f.cost.is_finite() && check(&f.owners))
}

/// The best plan and its proof where the area is small enough and the search left a gap.
fn prove(problem: &Problem, area: &Area, flow: &Flow, run: &Run, found: &mut Found) {
    let proof = Proof {
        objective: found.cost,
        bound: found.bound,
    };
    if proof.status() == Status::Optimal {
        return;
    }
    let Some((plan, bound)) = exact::best(area, run) else {
        return;
    };
    found.bound = found.bound.max(bound);
    if let Some(owners) = plan
        && area.cost(&owners) < found.cost
        && check(problem, &whole(problem, &owners, flow)).is_empty()
    {
        found.cost = area.cost(&owners);
        found.owners = owners;
    }
}

fn infeasible(conflicts: Vec<Conflict>, status: Status) -> Outcome {
    Outcome {
        status,
        bound: f64::NEG_INFINITY,
        plans: Vec::new(),
        prices: None,
        ties: Vec::new(),
        frontier: Vec::new(),
        conflicts,
    }
}

/// No plan of whole blocks was found; `proven` where there is none.
fn none_found(
    problem: &Problem,
    area: &Area,
    found: &Result<Found, Vec<usize>>,
    proven: bool,
) -> Outcome {
    let conflicts = match found {
        Ok(found) => conflict::of_nearest(problem, area, &found.owners, proven),
        Err(lost) => conflict::of_lost(problem, lost),
    };
    let status = if proven {
        Status::Infeasible
    } else {
        Status::OutOfTime
    };
    infeasible(conflicts, status)
}

fn shares(owners: &[u32]) -> Vec<Vec<(usize, f64)>> {
    owners.iter().map(|o| vec![(*o as usize, 1.0)]).collect()
}

fn whole(problem: &Problem, owners: &[u32], flow: &Flow) -> Plan {
    Plan::new(problem, shares(owners), &flow.seat_prices)
}

/// What whole blocks cost at most, contiguity and staying at least: quick searches from the best plan
/// find plans without these rules, but not the best of them.
fn prices(problem: &Problem, flow: &Flow, run: &Run, (best, owners): (&Plan, &[u32])) -> Prices {
    let quick = |problem: &Problem| {
        let area = Area::new(problem);
        let flow = area.flow(run).ok()?;
        let (effort, first) = (Effort::quick(area.blocks()), Some(owners.to_vec()));
        let found = solve::solve(&area, &flow, run, effort, first).ok()?;
        if !found.cost.is_finite() {
            return None;
        }
        let plan = whole(problem, &found.owners, &flow);
        Some((flow, plan))
    };
    let mut loose = problem.clone();
    loose.contiguity = Contiguity::Off;
    let (free, scattered) = match quick(&loose) {
        Some((flow, plan)) => (flow.objective, plan.objective.min(best.objective)),
        None => (flow.objective, best.objective),
    };
    let mut restless = problem.clone();
    restless.rules.stay_metres = 0.0;
    let stability = if problem.rules.stay_metres > 0.0 {
        let least = quick(&restless).map(|(_, plan)| plan.objective);
        best.student_km
            .zip(least)
            .map_or(0.0, |(a, b)| (a - b).max(0.0))
    } else {
        0.0
    };
    Prices {
        whole: (scattered - free.min(scattered)).max(0.0),
        contiguity: best.objective - scattered,
        stability,
    }
}

/// Children moved against student-kilometres, as the transport bound has it: what staying costs at
/// the least, for a growing weight of staying.
fn frontier(problem: &Problem, run: &Run) -> Vec<(f64, f64)> {
    let known = problem.blocks.iter().any(|b| b.current != Current::Blank);
    if !known || problem.unit == crate::travel::Unit::Cost || problem.blocks.len() > 20_000 {
        return Vec::new();
    }
    let mut points = Vec::new();
    for metres in [
        0.0, 250.0, 500.0, 1_000.0, 2_000.0, 4_000.0, 8_000.0, 16_000.0,
    ] {
        let mut asked = problem.clone();
        asked.rules.stay_metres = metres;
        let Some(shares) = floor(&asked, run).filter(|_| !run.stopped()) else {
            break;
        };
        let plan = Plan::new(&asked, shares, &vec![0.0; asked.schools.len()]);
        let point = (plan.moved_students, plan.student_km.unwrap_or(0.0));
        if points.last() != Some(&point) {
            points.push(point);
        }
    }
    points
}

/// Who goes where in the transport problem.
fn floor(problem: &Problem, run: &Run) -> Option<Vec<Vec<(usize, f64)>>> {
    match reduce::reduced(problem) {
        Some(reduced) => Some(reduced.shares(problem, &floor(&reduced.problem, run)?)),
        None => Some(Area::new(problem).flow(run).ok()?.shares),
    }
}

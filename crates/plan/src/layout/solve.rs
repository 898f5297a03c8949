//! One period: bound, search, reduction and proof, in turn.

use crate::mip::Limits;
use crate::run::{Progress, Run};

use super::compact::{self, Compact};
use super::dual::{Effort, Point, ascend, first_prices};
use super::knapsack::Knapsack;
use super::model::Model;
use super::reduce::reduce;
use super::search::Search;
use super::state::State;

/// A plan of whole blocks, if one was found, and a bound.
#[derive(Debug)]
pub(super) struct Solved {
    pub(super) plan: Option<State>,
    pub(super) bound: f64,
}

/// Solves a model of whole blocks.
pub(super) fn solve(model: &Model, gap: f64, run: &Run) -> Solved {
    let nearest = model.nearest();
    let grain = model.grain();
    let mut knapsack = Knapsack::default();
    let mut search = Search::new(model, &nearest, run.seed);
    let effort = Effort {
        steps: 1500,
        stride: 1.0,
        shortest: 1e-3,
        patience: 15,
    };
    let mut step = 0;
    let point = ascend(
        model,
        first_prices(model, &nearest),
        effort,
        &mut knapsack,
        |point| {
            step += 1;
            if step == 30 || (step > 30 && step % 25 == 0) {
                search.from_point(point);
            }
            tell(run, step as f64 / 3000.0, search.upper(), point.bound);
            let done = close(search.upper(), point.bound, gap, grain) || run.stopped();
            (search.upper(), done)
        },
    );
    search.from_point(&point);
    let mut bound = rounded(point.bound, grain);
    if !close(search.upper(), bound, gap, grain) && !run.stopped() {
        search.iterate(run, 20_000_000);
    }
    if std::env::var("LAYOUT_TRACE").is_ok() {
        eprintln!(
            "after search: upper {} bound {} steps {step} work {} {}",
            search.upper(),
            point.bound,
            search.assigner.work,
            knapsack.work
        );
    }
    if !close(search.upper(), bound, gap, grain) && !run.stopped() {
        bound = bound.max(finish(
            model,
            &point,
            &mut search,
            grain,
            &mut knapsack,
            run,
        ));
    }
    Solved {
        bound: bound.min(search.upper()),
        plan: search.best,
    }
}

/// HiGHS on what a better plan could still contain.
fn finish(
    model: &Model,
    point: &Point,
    search: &mut Search,
    grain: f64,
    knapsack: &mut Knapsack,
    run: &Run,
) -> f64 {
    let upper = search.upper();
    let limit = if grain > 0.0 {
        upper - grain / 2.0
    } else {
        upper - 1e-7 * upper.abs()
    };
    let mut reduced = model.clone();
    reduce(&mut reduced, point, limit, knapsack);
    if std::env::var("LAYOUT_TRACE").is_ok() {
        eprintln!(
            "reduced: offers {} of {}, stays {}, pairs {} of {}",
            reduced.offers.len(),
            model.offers.len(),
            reduced.stays.iter().filter(|s| **s).count(),
            reduced.cost.iter().filter(|c| c.is_finite()).count(),
            model.cost.len()
        );
    }
    match compact::solve(&reduced, run, Limits::default()) {
        Compact::Infeasible => upper,
        Compact::Nothing(bound) => bound.min(upper).max(point.bound),
        Compact::Plan(mut state, bound) => {
            for (j, open) in state.open.iter_mut().enumerate() {
                *open = open.and_then(|o| {
                    let rank = reduced.offers[o].rank;
                    model.of_site[j]
                        .clone()
                        .find(|&o| model.offers[o].rank == rank)
                });
            }
            state.refresh(model);
            search.offer(&state);
            // Outside the reduced model nothing is below the old best.
            bound.min(upper).max(point.bound)
        }
    }
}

/// Up to the next possible objective.
fn rounded(bound: f64, grain: f64) -> f64 {
    if grain > 0.0 && bound.is_finite() {
        (bound / grain - 1e-6).ceil() * grain
    } else {
        bound
    }
}

fn close(upper: f64, bound: f64, gap: f64, grain: f64) -> bool {
    let bound = rounded(bound, grain);
    upper.is_finite() && upper - bound <= gap.max(1e-9) * upper.abs()
}

fn tell(run: &Run, done: f64, upper: f64, bound: f64) {
    run.tell(Progress {
        done: done.min(1.0),
        objective: upper.is_finite().then_some(upper),
        bound: bound.is_finite().then_some(bound),
    });
}

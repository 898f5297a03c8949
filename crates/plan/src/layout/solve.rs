//! One period of whole blocks: bound, search, reduction and proof, in turn.

use crate::mip::Limits;
use crate::run::{Progress, Run};

use super::columns;
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

/// Moves that the search tries between two attempts at a proof.
const WORK: [u64; 3] = [2_000_000, 20_000_000, 60_000_000];

/// So few pairs of site and block go to HiGHS at once.
const SMALL: usize = 300;

struct Solver<'a> {
    model: &'a Model,
    nearest: &'a [Vec<u32>],
    run: &'a Run<'a>,
    search: Search<'a>,
    knapsack: Knapsack,
    grain: f64,
    gap: f64,
    bound: f64,
}

/// Solves a model of whole blocks.
pub(super) fn solve(model: &Model, gap: f64, run: &Run) -> Solved {
    let nearest = model.nearest();
    let mut solver = Solver {
        model,
        nearest: &nearest,
        run,
        search: Search::new(model, &nearest, run),
        knapsack: Knapsack::default(),
        grain: model.grain(),
        gap,
        bound: f64::NEG_INFINITY,
    };
    solver.solve();
    Solved {
        bound: solver.bound.min(solver.search.upper()),
        plan: solver.search.best,
    }
}

impl Solver<'_> {
    fn solve(&mut self) {
        let point = self.ascend();
        // A small model is proven sooner than searched.
        if !self.done() && self.model.pairs() <= SMALL && self.finish(&point, false) {
            return;
        }
        for (round, work) in WORK.into_iter().enumerate() {
            if self.done() {
                return;
            }
            self.search.iterate(work);
            if self.done() || self.finish(&point, round + 1 == WORK.len()) {
                return;
            }
        }
    }

    fn done(&self) -> bool {
        self.run.stopped() || close(self.search.upper(), self.bound, self.gap)
    }

    /// Prices from nothing, with plans made along the way.
    fn ascend(&mut self) -> Point {
        let effort = Effort {
            steps: 3000,
            stride: 1.0,
            shortest: 1e-4,
            patience: 40,
        };
        let start = first_prices(self.model, self.nearest);
        let (search, run) = (&mut self.search, self.run);
        let (gap, grain) = (self.gap, self.grain);
        let (mut step, mut next) = (0_usize, 30);
        let point = ascend(self.model, start, effort, &mut self.knapsack, |point| {
            step += 1;
            if step == next {
                search.plan_at(point);
                next += 30 + next / 4;
            }
            tell(run, step as f64 / 6000.0, search.upper(), point.bound);
            let bound = rounded(point.bound, grain);
            let done = close(search.upper(), bound, gap) || run.stopped();
            (search.upper(), done)
        });
        self.search.plan_at(&point);
        self.bound = rounded(point.bound, grain);
        point
    }

    /// Takes out what no better plan contains, again and again with better prices, and solves what
    /// is left, if it is small or at the last attempt. Whether there is nothing more to be done.
    fn finish(&mut self, point: &Point, last: bool) -> bool {
        let upper = self.search.upper();
        let limit = match self.grain {
            grain if grain > 0.0 => upper - grain / 2.0,
            _ if upper.is_infinite() => upper,
            _ => upper - 1e-7 * upper.abs(),
        };
        let mut left = self.model.clone();
        let mut point = point.clone();
        let mut pairs = left.pairs();
        for _ in 0..6 {
            reduce(&mut left, &point, limit, &mut self.knapsack);
            let now = left.pairs();
            if now * 20 > pairs * 19 {
                break;
            }
            pairs = now;
            let effort = Effort {
                steps: 400,
                stride: 0.3,
                shortest: 1e-4,
                patience: 20,
            };
            let run = self.run;
            let better = ascend(&left, point.prices, effort, &mut self.knapsack, |_| {
                (upper, run.stopped())
            });
            point = better;
            if point.bound >= limit {
                self.bound = upper;
                return true;
            }
        }
        // Outside what is left nothing is below the best plan.
        self.bound = self.bound.max(rounded(point.bound, self.grain).min(upper));
        let limits = Limits {
            gap: self.gap.max(1e-7),
            nodes: i32::try_from(20_000_000 / pairs.max(1)).unwrap_or(i32::MAX),
        };
        let listed = columns::solve(&left, &point, limit, self.run, limits);
        // HiGHS may fail on such a programme; the compact one is then the way.
        let settled = listed.filter(|l| !matches!(l, Compact::Nothing(b) if b.is_infinite()));
        let solved = match settled {
            Some(solved) => solved,
            None if last || pairs <= 1_000 => compact::solve(&left, self.run, limits),
            None => return false,
        };
        match solved {
            Compact::Infeasible => self.bound = upper,
            Compact::Nothing(bound) => self.raise(bound, upper),
            Compact::Plan(state, bound) => {
                let state = self.restored(&left, state);
                self.search.offer(&state);
                self.raise(bound, upper);
            }
        }
        true
    }

    fn raise(&mut self, bound: f64, upper: f64) {
        self.bound = self.bound.max(rounded(bound, self.grain).min(upper));
    }

    /// A state of the reduced model as one of the whole.
    fn restored(&self, left: &Model, mut state: State) -> State {
        for (j, open) in state.open.iter_mut().enumerate() {
            *open = open.and_then(|o| {
                let rank = left.offers[o].rank;
                let mut offers = self.model.of_site[j].clone();
                offers.find(|&o| self.model.offers[o].rank == rank)
            });
        }
        state.refresh(self.model);
        state
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

fn close(upper: f64, bound: f64, gap: f64) -> bool {
    upper.is_finite() && upper - bound <= gap.max(1e-9) * upper.abs()
}

fn tell(run: &Run, done: f64, upper: f64, bound: f64) {
    run.tell(Progress {
        done: done.min(1.0),
        objective: upper.is_finite().then_some(upper),
        bound: bound.is_finite().then_some(bound),
    });
}

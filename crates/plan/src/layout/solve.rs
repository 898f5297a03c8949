//! One period of whole blocks: prices, then search and proof in turn.

use crate::mip::Limits;
use crate::run::{Progress, Run};

use super::compact::{self, Compact};
use super::dual::knapsack::Knapsack;
use super::dual::{Effort, LARGE, Point, ascend, first_prices};
use super::model::Model;
use super::plan::Plan;
use super::search::{HOT, Search, WARM};
use super::state::State;
use super::tree::Tree;

/// A plan of whole blocks, if one was found, and a bound.
#[derive(Debug)]
pub(super) struct Solved {
    pub(super) plan: Option<State>,
    pub(super) bound: f64,
}

/// Moves for a plan made on the way up.
const EACH: u64 = 2_000_000;
/// Turns of search and proof; each is longer by a third.
const TURNS: usize = 16;
/// Runs of the search, each twice as long, before HiGHS is asked for a first plan.
const FIRST: usize = 4;
/// Moves that the search tries in the first turn in each of its two ways, and work of the tree.
const WORK: [f64; 2] = [1e6, 5e6];

/// Moves of each turn where the model is large and its sites are known, the turns, and moves of a
/// squeeze; those of the melt of one with so many sites to open, and the pairs of site and block that
/// its prices look at.
const LARGE_WORK: u64 = 10_000_000;
const LARGE_TURNS: usize = 40;
const SQUEEZE_WORK: u64 = 30_000_000;
const MELT_WORK: u64 = 15_000_000;
const LARGE_PAIRS: usize = 2_000_000_000;

/// No search for so few pairs of site and block.
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

/// Solves a large model: the choice of sites is that of a plan that divides blocks.
pub(super) fn solve_large(
    model: &Model,
    divided: &Plan,
    gap: f64,
    bound: f64,
    run: &Run,
) -> Option<State> {
    let nearest = model.nearest();
    let mut search = Search::new(model, &nearest, run);
    search.plan_near(divided);
    if search.best.is_none() {
        // Where places are only just enough, mending block by block does not find the way.
        search.squeeze(SQUEEZE_WORK);
    }
    for turn in 0..LARGE_TURNS {
        if close(search.upper(), bound, gap) || run.stopped() {
            break;
        }
        search.reassign(turn, LARGE_WORK);
        tell(run, 1.0, search.upper(), bound);
    }
    search.best
}

impl Solver<'_> {
    fn solve(&mut self) {
        let point = self.ascend();
        let large = self.model.pairs() > LARGE;
        if large && !self.done() {
            // Which sites are open is decided while it is hot.
            self.search.iterate(0, [HOT; 2], MELT_WORK);
            tell(self.run, 0.6, self.search.upper(), self.bound);
        }
        for turn in 0..FIRST {
            if self.search.best.is_none() && !self.done() {
                let work = (WORK[0] as u64) << (turn + 1);
                self.search.iterate(TURNS + turn, [HOT, WARM], work);
            }
        }
        if large {
            // The tree would be as large as many such models.
            return;
        }
        if self.search.best.is_none() && !self.done() {
            self.first_plan();
        }
        let mut tree = Tree::new(self.model, &point, self.run);
        let mut longer = 1.0;
        for turn in 0..TURNS {
            if self.done() || self.search.best.is_none() {
                return;
            }
            let [search, proof] = WORK.map(|work| (work * longer) as u64);
            longer *= 4.0 / 3.0;
            self.turn(turn, &mut tree, search, proof);
        }
    }

    /// Search, then proof, both from the best plan so far and each on two threads.
    fn turn(&mut self, turn: usize, tree: &mut Tree<'_>, search: u64, proof: u64) {
        // What is small is proven sooner than searched.
        if self.model.pairs() > SMALL {
            self.search.iterate(turn, [HOT, WARM], search);
        }
        if let Some(plan) = tree.improve(self.search.upper(), self.grain, proof) {
            self.search.offer(&plan);
        }
        self.raise(tree.bound(), self.search.upper());
        let share = (turn + 1) as f64 / TURNS as f64;
        tell(self.run, 0.5 + 0.5 * share, self.search.upper(), self.bound);
    }

    /// HiGHS, where the prices led to no plan.
    fn first_plan(&mut self) {
        let limits = Limits {
            gap: self.gap.max(1e-7),
            nodes: i32::try_from(20_000_000 / self.model.pairs().max(1)).unwrap_or(i32::MAX),
            ..Limits::default()
        };
        match compact::solve(self.model, self.run, limits) {
            Compact::Infeasible => self.bound = f64::INFINITY,
            Compact::Nothing(bound) => self.raise(bound, f64::INFINITY),
            Compact::Plan(state, bound) => {
                self.search.offer(&state);
                self.raise(bound, self.search.upper());
            }
        }
    }

    fn done(&self) -> bool {
        self.run.stopped() || close(self.search.upper(), self.bound, self.gap)
    }

    /// Prices from nothing, with plans made along the way.
    fn ascend(&mut self) -> Point {
        let effort = Effort {
            steps: (LARGE_PAIRS / self.model.pairs().max(1)).clamp(100, 3000),
            stride: 1.0,
            shortest: 1e-4,
            patience: 40,
        };
        // Where a few of many like sites are open, a block's school is some of them away.
        let open = self.model.count.filter(|_| self.model.pairs() > LARGE);
        let rank = open.map_or(1, |open| self.model.sites / open.max(1));
        let start = first_prices(self.model, self.nearest, rank);
        let (search, run) = (&mut self.search, self.run);
        let (gap, grain) = (self.gap, self.grain);
        let (mut step, mut next) = (0_usize, 30);
        let point = ascend(self.model, start, effort, &mut self.knapsack, |point| {
            step += 1;
            if step == next {
                search.plan_at(point, EACH);
                next += 30 + next / 4;
            }
            tell(run, step as f64 / 6000.0, search.upper(), point.bound);
            let bound = rounded(point.bound, grain);
            let done = close(search.upper(), bound, gap) || run.stopped();
            (search.upper(), done)
        });
        self.search.plan_at(&point, EACH);
        self.bound = rounded(point.bound, grain);
        point
    }

    fn raise(&mut self, bound: f64, upper: f64) {
        self.bound = self.bound.max(rounded(bound, self.grain).min(upper));
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

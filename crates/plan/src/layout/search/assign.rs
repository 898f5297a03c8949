//! Whole blocks to open schools: the generalised assignment problem by local search.

use crate::run::Run;

use super::super::model::Model;
use super::super::state::{NOWHERE, State};

/// Sites tried per block: the nearest open ones.
const NEAR: usize = 10;

/// Local search over the assignment, with its counted work.
pub(crate) struct Assigner<'a> {
    pub(crate) model: &'a Model,
    /// Per block, sites by cost.
    pub(crate) nearest: &'a [Vec<u32>],
    run: &'a Run<'a>,
    /// Moves tried so far.
    pub(crate) work: u64,
    /// Descents stop when the work comes to this.
    pub(crate) until: u64,
}

impl<'a> Assigner<'a> {
    pub(crate) fn new(model: &'a Model, nearest: &'a [Vec<u32>], run: &'a Run<'a>) -> Self {
        Self {
            model,
            nearest,
            run,
            work: 0,
            until: u64::MAX,
        }
    }

    /// The open sites that block `i` may go to, nearest first.
    pub(crate) fn open_near<'b>(
        &'b self,
        state: &'b State,
        i: usize,
    ) -> impl Iterator<Item = usize> + 'b {
        self.nearest[i]
            .iter()
            .map(|&j| j as usize)
            .filter(|&j| state.open[j].is_some())
            .take(NEAR)
    }

    /// Gives every block without a school one, the hardest to place first. False where a block
    /// reaches no open site.
    pub(crate) fn place(&mut self, state: &mut State) -> bool {
        let mut waiting: Vec<(f64, usize)> = Vec::new();
        for i in 0..self.model.blocks {
            if state.site[i] != NOWHERE && state.open[state.site[i] as usize].is_some() {
                continue;
            }
            let mut near = self.open_near(state, i);
            let (Some(first), second) = (near.next(), near.next()) else {
                return false;
            };
            let regret = second.map_or(f64::INFINITY, |s| {
                self.model.cost(s, i) - self.model.cost(first, i)
            });
            waiting.push((regret, i));
        }
        waiting.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        for (_, i) in waiting {
            let mut best: Option<(f64, usize)> = None;
            for j in self.open_near(state, i) {
                let delta = state.shift(self.model, i, j);
                if best.is_none_or(|(d, _)| delta < d) {
                    best = Some((delta, j));
                }
            }
            self.work += NEAR as u64;
            if let Some((_, j)) = best {
                state.put(self.model, i, j);
            }
        }
        true
    }

    /// Shifts and swaps until nothing helps.
    pub(crate) fn descend(&mut self, state: &mut State) {
        let all: Vec<usize> = (0..self.model.blocks).collect();
        self.descend_among(state, &all);
    }

    /// The same for the blocks of some sites and of the sites near them.
    pub(crate) fn descend_near(&mut self, state: &mut State, sites: &[usize]) {
        let mut near = vec![false; self.model.sites];
        for &j in sites {
            near[j] = true;
            for &i in &state.members[j] {
                for other in self.open_near(state, i as usize).take(4) {
                    near[other] = true;
                }
            }
        }
        let around = (0..self.model.sites).filter(|j| near[*j]);
        let blocks = around.flat_map(|j| state.members[j].iter().map(|i| *i as usize));
        let mut blocks: Vec<usize> = blocks.collect();
        blocks.sort_unstable();
        self.descend_among(state, &blocks);
    }

    fn descend_among(&mut self, state: &mut State, blocks: &[usize]) {
        let least = 1e-9 * state.priced().abs().max(1e-12);
        let mut still = 0;
        let (mut at, mut tried) = (0, 0_u32);
        while still < blocks.len() && self.work < self.until {
            // The clock is dearer than a move.
            tried += 1;
            if tried.is_multiple_of(256) && self.run.stopped() {
                break;
            }
            if self.improve(state, blocks[at], least) {
                still = 0;
            } else {
                still += 1;
            }
            at = (at + 1) % blocks.len();
        }
    }

    /// The best shift or swap of one block, if it helps.
    fn improve(&mut self, state: &mut State, i: usize, least: f64) -> bool {
        let model = self.model;
        let from = state.site[i];
        if from == NOWHERE {
            return false;
        }
        let from = from as usize;
        let here = model.cost(from, i);
        let here_strained = state.strained(model, from);
        let mut best = -least;
        let mut to = None;
        let mut tried = 0;
        for j in self.open_near(state, i) {
            if j == from {
                continue;
            }
            let delta = state.shift(model, i, j);
            tried += 1;
            if delta < best {
                best = delta;
                to = Some((j, None));
            }
            let away = model.cost(j, i) - here;
            let strained = here_strained || state.strained(model, j);
            for &k in &state.members[j] {
                let k = k as usize;
                let back = model.cost(from, k) - model.cost(j, k);
                // Only what saves travel or may relieve an overload is looked at closer.
                if !(away + back < best || strained) || !back.is_finite() {
                    continue;
                }
                tried += 1;
                let delta = state.swap(model, i, k);
                if delta < best {
                    best = delta;
                    to = Some((j, Some(k)));
                }
            }
            tried += state.members[j].len() / 8;
        }
        self.work += tried as u64;
        let Some((j, other)) = to else { return false };
        state.put(model, i, j);
        if let Some(k) = other {
            state.put(model, k, from);
        }
        true
    }

    /// From any start to a plan that keeps all loads, or the nearest to one that was found.
    pub(crate) fn repair(&mut self, state: &mut State, rounds: usize) {
        self.descend(state);
        let penalty = state.penalty;
        for _ in 0..rounds {
            if state.broken <= 0.0 {
                break;
            }
            state.penalty *= 3.0;
            self.descend(state);
        }
        state.penalty = penalty;
        state.refresh(self.model);
    }
}

//! Local search with a falling temperature: blocks cross borders singly, in chains of two, or with
//! all that hangs on them, and zones stay in one piece. Overfull schools are allowed at a price that
//! adapts.

use super::super::area::Area;
use super::state::{Move, State};
use crate::random::{Exponential, Random};
use crate::run::Run;

/// How long and how hot.
#[derive(Clone, Copy, Debug)]
pub(super) struct Heat {
    /// Proposals.
    pub(super) steps: u64,
    /// Temperature at the start.
    pub(super) hot: f64,
    /// Temperature at the end.
    pub(super) cold: f64,
    /// Whether places count for little at first.
    pub(super) lax: bool,
    /// How much of the prices of places children pay at first; nothing at the end. So blocks find
    /// their way through schools that are full.
    pub(super) toll: f64,
}

/// A state on its way.
pub(super) struct Anneal<'a> {
    area: &'a Area,
    random: Random,
    exponential: Exponential,
    pub(super) state: State<'a>,
    /// Price of a unit of excess.
    price: f64,
    /// Prices of places, and how much of them counts now.
    seats: &'a [f64],
    toll: f64,
    /// Schools worth proposing for a block where borders do not matter.
    near: &'a [Vec<u32>],
    /// Blocks that may move.
    free: &'a [u32],
}

impl<'a> Anneal<'a> {
    pub(super) fn new(
        area: &'a Area,
        seed: u64,
        owners: &[u32],
        price: f64,
        seats: &'a [f64],
        (near, free): (&'a [Vec<u32>], &'a [u32]),
    ) -> Self {
        Self {
            area,
            random: Random::new(seed),
            exponential: Exponential::new(),
            state: State::new(area, owners),
            price,
            seats,
            toll: 0.0,
            near,
            free,
        }
    }

    /// Anneals; `seen` is told of every state without excess after a move, with the schools that
    /// the move touched.
    pub(super) fn run(&mut self, heat: Heat, run: &Run, seen: &mut dyn FnMut(&State, [usize; 3])) {
        const EPOCHS: u64 = 256;
        // The epoch from which places count in full.
        const STRICT: f64 = 77.0;
        if self.free.is_empty() {
            return;
        }
        let ratio = (heat.cold / heat.hot).max(1e-12);
        // The 256th root by eight square roots.
        let cool = (0..8).fold(ratio, |r, _| r.sqrt());
        let (floor, top) = (self.price / 32.0, self.price * 32.0);
        let mut now = heat.hot;
        for epoch in 0..EPOCHS {
            if run.stopped() {
                return;
            }
            self.toll = heat.toll * (1.0 - epoch as f64 / EPOCHS as f64);
            let mut fit = 0u64;
            let each = (heat.steps / EPOCHS).max(1);
            for _ in 0..each {
                let limit = now * self.exponential.draw(&mut self.random);
                if let Some(touched) = self.step(limit)
                    && self.state.excess == 0.0
                {
                    seen(&self.state, touched);
                }
                fit += u64::from(self.state.excess == 0.0);
            }
            // About half of the time within the places keeps the border between both in sight.
            let strict = if heat.lax {
                (epoch as f64 / STRICT).min(1.0)
            } else {
                1.0
            };
            let share = fit as f64 / each as f64;
            if share < 0.3 * strict {
                self.price = (self.price * 1.05).min(top);
            } else if share > 0.7 * strict {
                self.price = (self.price / 1.05).max(floor);
            }
            self.state.refresh();
            now *= cool;
        }
    }

    /// Tries one random move; the schools it touched where it was taken.
    fn step(&mut self, limit: f64) -> Option<[usize; 3]> {
        let block = self.free[self.random.below(self.free.len())] as usize;
        let from = self.state.owners[block] as usize;
        let to = self.target(block)?;
        if self.random.below(2) == 0 {
            self.chain((block, from, to), limit)
        } else {
            self.single((block, from, to), limit)
        }
    }

    fn fits(&self, (cost, excess): (f64, f64), toll: f64, limit: f64) -> bool {
        cost + self.price * excess + self.toll * toll <= limit
    }

    /// What children pay more for their places at another school.
    fn toll(&self, children: f64, from: usize, to: usize) -> f64 {
        children * (self.seats[to] - self.seats[from])
    }

    /// One block; where it joins others to their school, these come too.
    fn single(&mut self, first: Move, limit: f64) -> Option<[usize; 3]> {
        let (block, from, to) = first;
        let change = self.state.change(&[first]);
        let toll = self.toll(self.area.children[block], from, to);
        let fits = self.fits(change, toll, limit);
        // A branch may fit where its first block alone does not; looking is dear.
        if !fits && self.random.below(16) != 0 {
            return None;
        }
        if !self.state.may_enter(block, to) {
            return None;
        }
        if self.state.may_leave(block, from) {
            if fits {
                self.state.apply(first);
                self.state.add(change);
            }
            return fits.then_some([from, to, to]);
        }
        if self.area.pieces[from] != 1 {
            return None;
        }
        let branch = self.state.branch(block, from)?;
        let change = self.state.change_of_many(&branch, from, to);
        let children = branch.iter().map(|b| self.area.children[*b as usize]);
        let toll = self.toll(children.sum(), from, to);
        if !self.fits(change, toll, limit) {
            return None;
        }
        for block in branch {
            self.state.apply((block as usize, from, to));
        }
        self.state.add(change);
        Some([from, to, to])
    }

    /// A block, and one of the school it goes to that makes room.
    fn chain(&mut self, first: Move, limit: f64) -> Option<[usize; 3]> {
        let (block, from, to) = first;
        let members = self.state.members(to);
        if members.is_empty() {
            return None;
        }
        let other = members[self.random.below(members.len())] as usize;
        let next = self.target(other)?;
        let second = (other, to, next);
        let change = self.state.change(&[first, second]);
        let toll = self.toll(self.area.children[block], from, to)
            + self.toll(self.area.children[other], to, next);
        if !self.fits(change, toll, limit)
            || !self.state.may_enter(block, to)
            || !self.state.may_leave(block, from)
        {
            return None;
        }
        self.state.apply(first);
        if !self.state.may_enter(other, next) || !self.state.may_leave(other, to) {
            self.state.apply((block, to, from));
            return None;
        }
        self.state.apply(second);
        self.state.add(change);
        Some([from, to, next])
    }

    /// Another school that a block could go to.
    fn target(&mut self, block: usize) -> Option<usize> {
        let from = self.state.owners[block];
        let around = &self.area.neighbours[block];
        let near = &self.near[block];
        let to = if near.is_empty() || (!around.is_empty() && self.random.below(8) > 0) {
            if around.is_empty() {
                return None;
            }
            self.state.owners[around[self.random.below(around.len())] as usize]
        } else {
            near[self.random.below(near.len())]
        };
        (to != from && self.area.costs.at(block, to as usize).is_finite()).then_some(to as usize)
    }
}

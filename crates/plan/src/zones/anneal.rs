//! Local search with a falling temperature: blocks cross borders singly or in chains of two, and
//! zones stay in one piece. Overfull schools are allowed at a price that adapts.

use super::area::Area;
use super::random::{Exponential, Random};
use crate::run::Run;

/// A complete assignment that keeps contiguity, and all that is kept up to date with it.
pub(super) struct Anneal<'a> {
    area: &'a Area,
    random: Random,
    exponential: Exponential,
    /// School of each block.
    pub(super) owners: Vec<u32>,
    /// Blocks of each zone, and where each block stands in its list.
    members: Vec<Vec<u32>>,
    place: Vec<u32>,
    loads: Vec<f64>,
    tilts: Vec<f64>,
    /// What tells one zone from another: the marks of its blocks together.
    marks: Vec<u64>,
    /// Cost without penalties.
    pub(super) cost: f64,
    /// Children too many, and balance missed, over all zones.
    pub(super) excess: f64,
    /// Price of a unit of excess.
    pub(super) price: f64,
    /// Schools worth proposing for a block where borders do not matter.
    near: Vec<Vec<u32>>,
    /// Blocks that may move.
    free: Vec<u32>,
    // For walks through a zone.
    stamp: Vec<u32>,
    now: u32,
    stack: Vec<u32>,
}

/// A block changes its school.
type Move = (usize, usize, usize);

impl<'a> Anneal<'a> {
    pub(super) fn new(
        area: &'a Area,
        seed: u64,
        owners: &[u32],
        price: f64,
        near: Vec<Vec<u32>>,
    ) -> Self {
        let mut anneal = Self {
            area,
            random: Random::new(seed),
            exponential: Exponential::new(),
            owners: Vec::new(),
            members: Vec::new(),
            place: vec![0; area.blocks()],
            loads: Vec::new(),
            tilts: Vec::new(),
            marks: Vec::new(),
            cost: 0.0,
            excess: 0.0,
            price,
            near,
            free: Vec::new(),
            stamp: vec![0; area.blocks()],
            now: 0,
            stack: Vec::new(),
        };
        let fixed = |b: usize| area.costs.row(b).iter().filter(|c| c.is_finite()).count() <= 1;
        anneal.free = (0..area.blocks())
            .filter(|b| !fixed(*b))
            .map(|b| b as u32)
            .collect();
        anneal.restart(owners);
        anneal
    }

    /// Starts again from an assignment.
    pub(super) fn restart(&mut self, owners: &[u32]) {
        let schools = self.area.schools();
        self.owners = owners.to_vec();
        self.members = vec![Vec::new(); schools];
        self.loads = vec![0.0; schools];
        self.tilts = vec![0.0; schools];
        self.marks = vec![0; schools];
        for (block, owner) in owners.iter().enumerate() {
            let owner = *owner as usize;
            self.place[block] = self.members[owner].len() as u32;
            self.members[owner].push(block as u32);
            self.loads[owner] += self.area.children[block];
            self.marks[owner] ^= mark(block);
            self.tilts[owner] += self.area.tilt.get(block).unwrap_or(&0.0);
        }
        self.cost = self.area.cost(owners);
        self.excess = (0..schools).map(|s| self.violation(s, 0.0, 0.0)).sum();
    }

    /// What a zone lacks when so many children, with so much tilt, come.
    fn violation(&self, school: usize, children: f64, tilt: f64) -> f64 {
        let load = self.loads[school] + children;
        let mut excess = (load - self.area.places[school]).max(0.0);
        if !self.area.tilt.is_empty() {
            let tilt = (self.tilts[school] + tilt).abs();
            excess += (tilt - self.area.tolerance * load).max(0.0) / self.area.tolerance.max(0.01);
        }
        if excess < self.area.grain() {
            0.0
        } else {
            excess
        }
    }

    fn tilt(&self, block: usize) -> f64 {
        self.area.tilt.get(block).copied().unwrap_or(0.0)
    }

    /// Runs `steps` proposals, the temperature falling from `hot` to `cold`; `seen` is told of
    /// every state without excess that is worth a look: after an accepted move.
    pub(super) fn run(
        &mut self,
        steps: u64,
        hot: f64,
        cold: f64,
        run: &Run,
        seen: &mut dyn FnMut(&Self, [usize; 3]),
    ) {
        const EPOCHS: u64 = 256;
        if self.free.is_empty() {
            return;
        }
        let ratio = (cold / hot).max(1e-12);
        // The 256th root by eight square roots.
        let cool = (0..8).fold(ratio, |r, _| r.sqrt());
        let (floor, top) = (self.price / 4.0, self.price * 32.0);
        let mut heat = hot;
        for _ in 0..EPOCHS {
            if run.stopped() {
                return;
            }
            let mut fit = 0u64;
            let each = (steps / EPOCHS).max(1);
            for _ in 0..each {
                let limit = heat * self.exponential.draw(&mut self.random);
                if let Some(touched) = self.step(limit)
                    && self.excess == 0.0
                {
                    seen(self, touched);
                }
                fit += u64::from(self.excess == 0.0);
            }
            // About half of the time within the places keeps the border between both in sight.
            if fit * 10 < each * 3 {
                self.price = (self.price * 1.05).min(top);
            } else if fit * 10 > each * 7 {
                self.price = (self.price / 1.05).max(floor);
            }
            // Sums drift by rounding; begin each epoch afresh.
            self.cost = self.area.cost(&self.owners);
            self.excess = (0..self.loads.len())
                .map(|s| self.violation(s, 0.0, 0.0))
                .sum();
            heat *= cool;
        }
    }

    /// Tries one random move or chain; the schools it touched where it was taken.
    fn step(&mut self, limit: f64) -> Option<[usize; 3]> {
        let block = self.free[self.random.below(self.free.len())] as usize;
        let from = self.owners[block] as usize;
        let to = self.target(block)?;
        let chain = self.random.below(2) == 0;
        let first = (block, from, to);
        if !chain {
            let (cost, excess) = self.change(&[first]);
            if cost + self.price * excess > limit || !self.keeps_pieces(first) {
                return None;
            }
            self.apply(first);
            self.cost += cost;
            self.add_excess(excess);
            return Some([from, to, to]);
        }
        let members = &self.members[to];
        if members.is_empty() {
            return None;
        }
        let other = members[self.random.below(members.len())] as usize;
        let next = self.target(other)?;
        let second = (other, to, next);
        let (cost, excess) = self.change(&[first, second]);
        if cost + self.price * excess > limit || !self.keeps_pieces(first) {
            return None;
        }
        self.apply(first);
        if !self.keeps_pieces(second) {
            self.apply((block, to, from));
            return None;
        }
        self.apply(second);
        self.cost += cost;
        self.add_excess(excess);
        Some([from, to, next])
    }

    fn add_excess(&mut self, excess: f64) {
        self.excess += excess;
        if self.excess < self.area.grain() {
            self.excess = 0.0;
        }
    }

    /// Another school that a block could go to.
    fn target(&mut self, block: usize) -> Option<usize> {
        let from = self.owners[block];
        let around = &self.area.neighbours[block];
        let near = &self.near[block];
        let to = if near.is_empty() || (!around.is_empty() && self.random.below(8) > 0) {
            if around.is_empty() {
                return None;
            }
            self.owners[around[self.random.below(around.len())] as usize]
        } else {
            near[self.random.below(near.len())]
        };
        (to != from && self.area.costs.at(block, to as usize).is_finite()).then_some(to as usize)
    }

    /// Change of cost and excess.
    fn change(&self, moves: &[Move]) -> (f64, f64) {
        let mut cost = 0.0;
        let mut touched: [(usize, f64, f64); 4] = [(usize::MAX, 0.0, 0.0); 4];
        let mut add = |school: usize, children: f64, tilt: f64| {
            for slot in &mut touched {
                if slot.0 == school || slot.0 == usize::MAX {
                    *slot = (school, slot.1 + children, slot.2 + tilt);
                    break;
                }
            }
        };
        for &(block, from, to) in moves {
            let row = self.area.costs.row(block);
            cost += row[to] - row[from];
            let (children, tilt) = (self.area.children[block], self.tilt(block));
            add(from, -children, -tilt);
            add(to, children, tilt);
        }
        let excess = touched
            .iter()
            .filter(|t| t.0 != usize::MAX)
            .map(|t| self.violation(t.0, t.1, t.2) - self.violation(t.0, 0.0, 0.0))
            .sum();
        (cost, excess)
    }

    fn apply(&mut self, (block, from, to): Move) {
        let (children, tilt) = (self.area.children[block], self.tilt(block));
        self.loads[from] -= children;
        self.loads[to] += children;
        self.tilts[from] -= tilt;
        self.tilts[to] += tilt;
        self.marks[from] ^= mark(block);
        self.marks[to] ^= mark(block);
        self.owners[block] = to as u32;
        let at = self.place[block] as usize;
        self.members[from].swap_remove(at);
        if let Some(moved) = self.members[from].get(at) {
            self.place[*moved as usize] = at as u32;
        }
        self.place[block] = self.members[to].len() as u32;
        self.members[to].push(block as u32);
    }

    /// Whether both zones keep to their number of pieces.
    fn keeps_pieces(&mut self, (block, from, to): Move) -> bool {
        let area = self.area;
        let touches = area.neighbours[block]
            .iter()
            .any(|n| self.owners[*n as usize] as usize == to);
        let joins = match area.pieces[to] {
            u32::MAX => true,
            1 => touches || self.members[to].is_empty(),
            limit => touches || self.pieces(to, usize::MAX) < limit,
        };
        joins
            && match area.pieces[from] {
                u32::MAX => true,
                1 => self.one_piece_without(block, from),
                limit => self.pieces(from, block) <= limit,
            }
    }

    /// Whether the rest of a zone in one piece hangs together without a block.
    fn one_piece_without(&mut self, block: usize, zone: usize) -> bool {
        let area = self.area;
        let mine = |owners: &[u32], b: u32| owners[b as usize] as usize == zone;
        let mut wanted = 0;
        self.now += 1;
        let mark = self.now;
        self.stack.clear();
        for &next in &area.neighbours[block] {
            if mine(&self.owners, next) {
                wanted += 1;
                if self.stack.is_empty() {
                    self.stack.push(next);
                    self.stamp[next as usize] = mark;
                }
            }
        }
        if wanted <= 1 {
            return true;
        }
        self.stamp[block] = mark;
        // Neighbours of the block are counted as they are met.
        let mut met = 1;
        while let Some(here) = self.stack.pop() {
            for &next in &area.neighbours[here as usize] {
                if self.stamp[next as usize] != mark && mine(&self.owners, next) {
                    self.stamp[next as usize] = mark;
                    self.stack.push(next);
                    if area.neighbours[next as usize]
                        .binary_search(&(block as u32))
                        .is_ok()
                    {
                        met += 1;
                        if met == wanted {
                            return true;
                        }
                    }
                }
            }
        }
        false
    }

    /// The pieces of a zone without a block.
    fn pieces(&mut self, zone: usize, without: usize) -> u32 {
        let area = self.area;
        self.now += 1;
        let mark = self.now;
        if let Some(stamp) = self.stamp.get_mut(without) {
            *stamp = mark;
        }
        let mut pieces = 0;
        for &start in &self.members[zone] {
            if self.stamp[start as usize] == mark {
                continue;
            }
            self.stamp[start as usize] = mark;
            pieces += 1;
            self.stack.push(start);
            while let Some(here) = self.stack.pop() {
                for &next in &area.neighbours[here as usize] {
                    if self.stamp[next as usize] != mark
                        && self.owners[next as usize] as usize == zone
                    {
                        self.stamp[next as usize] = mark;
                        self.stack.push(next);
                    }
                }
            }
        }
        pieces
    }

    /// What tells a zone from another of the same school.
    pub(super) fn mark(&self, school: usize) -> u64 {
        self.marks[school]
    }

    /// The blocks of a zone, unsorted.
    pub(super) fn members(&self, school: usize) -> &[u32] {
        &self.members[school]
    }
}

/// A number by chance for a block, always the same.
fn mark(block: usize) -> u64 {
    let mut x = (block as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

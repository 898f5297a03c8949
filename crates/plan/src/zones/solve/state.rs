//! A complete assignment of whole blocks, and all that follows from it kept up to date.

use super::super::area::Area;

/// A block changes its school: block, from, to.
pub(crate) type Move = (usize, usize, usize);

/// Who goes where, with loads, cost and what is missing.
#[derive(Clone)]
pub(crate) struct State<'a> {
    area: &'a Area,
    /// School of each block.
    pub(crate) owners: Vec<u32>,
    /// Blocks of each zone, and where each block stands in its list.
    members: Vec<Vec<u32>>,
    place: Vec<u32>,
    loads: Vec<f64>,
    tilts: Vec<f64>,
    /// What tells one zone from another: the marks of its blocks together.
    marks: Vec<u64>,
    /// Cost without penalties.
    pub(crate) cost: f64,
    /// Children too many, and balance missed, over all zones.
    pub(crate) excess: f64,
    // For walks through a zone.
    stamp: Vec<u32>,
    now: u32,
    stack: Vec<u32>,
}

impl<'a> State<'a> {
    pub(crate) fn new(area: &'a Area, owners: &[u32]) -> Self {
        let schools = area.schools();
        let mut state = Self {
            area,
            owners: owners.to_vec(),
            members: vec![Vec::new(); schools],
            place: vec![0; area.blocks()],
            loads: vec![0.0; schools],
            tilts: vec![0.0; schools],
            marks: vec![0; schools],
            cost: 0.0,
            excess: 0.0,
            stamp: vec![0; area.blocks()],
            now: 0,
            stack: Vec::new(),
        };
        for (block, owner) in owners.iter().enumerate() {
            let owner = *owner as usize;
            state.place[block] = state.members[owner].len() as u32;
            state.members[owner].push(block as u32);
            state.loads[owner] += area.children[block];
            state.marks[owner] ^= mark(block);
            state.tilts[owner] += state.tilt(block);
        }
        state.refresh();
        state
    }

    /// Sums drift by rounding; this reckons them afresh.
    pub(crate) fn refresh(&mut self) {
        self.cost = self.area.cost(&self.owners);
        let schools = 0..self.loads.len();
        self.excess = schools.map(|s| self.violation(s, 0.0, 0.0)).sum();
    }

    /// What a zone lacks when so many children, with so much tilt, come.
    fn violation(&self, school: usize, children: f64, tilt: f64) -> f64 {
        let area = self.area;
        let load = self.loads[school] + children;
        let mut excess = (load - area.places[school]).max(0.0);
        if !area.tilt.is_empty() && area.places[school].is_finite() {
            let tilt = (self.tilts[school] + tilt).abs();
            excess += (tilt - area.tolerance * load).max(0.0) / area.tolerance.max(0.01);
        }
        if excess < area.grain { 0.0 } else { excess }
    }

    fn tilt(&self, block: usize) -> f64 {
        self.area.tilt.get(block).copied().unwrap_or(0.0)
    }

    /// Change of cost and excess by at most two moves.
    pub(crate) fn change(&self, moves: &[Move]) -> (f64, f64) {
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

    /// Change of cost and excess when several blocks of one zone go to another.
    pub(crate) fn change_of_many(&self, blocks: &[u32], from: usize, to: usize) -> (f64, f64) {
        let (mut cost, mut children, mut tilt) = (0.0, 0.0, 0.0);
        for &block in blocks {
            let block = block as usize;
            let row = self.area.costs.row(block);
            cost += row[to] - row[from];
            children += self.area.children[block];
            tilt += self.tilt(block);
        }
        let excess = |school: usize, sign: f64| {
            self.violation(school, sign * children, sign * tilt) - self.violation(school, 0.0, 0.0)
        };
        (cost, excess(from, -1.0) + excess(to, 1.0))
    }

    /// Moves a block; cost and excess follow by [`Self::add`].
    pub(crate) fn apply(&mut self, (block, from, to): Move) {
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

    /// Counts a change that was applied.
    pub(crate) fn add(&mut self, (cost, excess): (f64, f64)) {
        self.cost += cost;
        self.excess += excess;
        if self.excess < self.area.grain {
            self.excess = 0.0;
        }
    }

    fn mine(&self, block: u32, zone: usize) -> bool {
        self.owners[block as usize] as usize == zone
    }

    /// Whether a zone keeps to its number of pieces when a block comes.
    pub(crate) fn may_enter(&mut self, block: usize, zone: usize) -> bool {
        let area = self.area;
        let limit = area.pieces[zone];
        limit == u32::MAX
            || area.neighbours[block].iter().any(|n| self.mine(*n, zone))
            || if limit == 1 {
                self.members[zone].is_empty()
            } else {
                self.pieces(zone, usize::MAX) < limit
            }
    }

    /// Whether a zone keeps to its number of pieces when a block goes.
    pub(crate) fn may_leave(&mut self, block: usize, zone: usize) -> bool {
        match self.area.pieces[zone] {
            u32::MAX => true,
            1 => self.one_piece_without(block, zone),
            limit => self.pieces(zone, block) <= limit,
        }
    }

    /// Whether the rest of a zone in one piece hangs together without a block: mostly seen from
    /// the block's neighbours alone, else the zone is walked.
    fn one_piece_without(&mut self, block: usize, zone: usize) -> bool {
        let area = self.area;
        let around = &area.neighbours[block];
        let mut wanted = 0u64;
        for (at, next) in around.iter().enumerate().take(64) {
            wanted |= u64::from(self.mine(*next, zone)) << at;
        }
        let links = &area.rings[block];
        if !links.is_empty() {
            let mut met = wanted & wanted.wrapping_neg();
            let mut open = met;
            while open != 0 {
                let at = open.trailing_zeros() as usize;
                open &= open - 1;
                let new = links[at] & wanted & !met;
                met |= new;
                open |= new;
            }
            if met == wanted {
                return true;
            }
        }
        self.walk_without(block, zone)
    }

    /// Walks a zone without a block from one of the block's neighbours until all others are met.
    fn walk_without(&mut self, block: usize, zone: usize) -> bool {
        let area = self.area;
        let around = &area.neighbours[block];
        let mut wanted = around.iter().filter(|n| self.mine(**n, zone)).count();
        let Some(start) = around.iter().copied().find(|n| self.mine(*n, zone)) else {
            return true;
        };
        let mark = self.next_mark();
        self.stamp[block] = mark;
        self.stamp[start as usize] = mark;
        self.stack.clear();
        self.stack.push(start);
        wanted -= 1;
        while let Some(here) = self.stack.pop() {
            for &next in &area.neighbours[here as usize] {
                if self.stamp[next as usize] != mark && self.mine(next, zone) {
                    self.stamp[next as usize] = mark;
                    self.stack.push(next);
                    wanted -= usize::from(around.binary_search(&next).is_ok());
                }
            }
            if wanted == 0 {
                return true;
            }
        }
        wanted == 0
    }

    /// A block of a zone in one piece and all that only it joins to the school's own block.
    pub(crate) fn branch(&mut self, block: usize, zone: usize) -> Option<Vec<u32>> {
        let area = self.area;
        let home = area.homes[zone]?;
        let mark = self.next_mark();
        self.stamp[block] = mark;
        self.stamp[home] = mark;
        self.stack.clear();
        self.stack.push(home as u32);
        self.spread(zone, mark);
        let kept = |b: &u32| self.stamp[*b as usize] != mark;
        let mut branch: Vec<u32> = self.members[zone].iter().copied().filter(kept).collect();
        branch.push(block as u32);
        Some(branch)
    }

    /// Whether no zone that may have several pieces has more.
    pub(crate) fn keeps_pieces(&mut self) -> bool {
        let area = self.area;
        let mut several = (0..area.schools()).filter(|s| (2..u32::MAX).contains(&area.pieces[*s]));
        several.all(|s| self.pieces(s, usize::MAX) <= area.pieces[s])
    }

    /// The pieces of a zone without a block.
    fn pieces(&mut self, zone: usize, without: usize) -> u32 {
        let mark = self.next_mark();
        if let Some(stamp) = self.stamp.get_mut(without) {
            *stamp = mark;
        }
        let mut pieces = 0;
        for at in 0..self.members[zone].len() {
            let start = self.members[zone][at];
            if self.stamp[start as usize] != mark {
                self.stamp[start as usize] = mark;
                pieces += 1;
                self.stack.push(start);
                self.spread(zone, mark);
            }
        }
        pieces
    }

    /// Marks all of a zone that hangs together with the blocks on the stack.
    fn spread(&mut self, zone: usize, mark: u32) {
        let area = self.area;
        while let Some(here) = self.stack.pop() {
            for &next in &area.neighbours[here as usize] {
                if self.stamp[next as usize] != mark && self.mine(next, zone) {
                    self.stamp[next as usize] = mark;
                    self.stack.push(next);
                }
            }
        }
    }

    /// A mark that no block carries.
    fn next_mark(&mut self) -> u32 {
        if self.now == u32::MAX {
            self.stamp.fill(0);
            self.now = 0;
        }
        self.now += 1;
        self.now
    }

    /// What tells a zone from another of the same school.
    pub(crate) fn mark(&self, school: usize) -> u64 {
        self.marks[school]
    }

    /// Children of a school.
    pub(crate) fn load(&self, school: usize) -> f64 {
        self.loads[school]
    }

    /// The blocks of a zone, unsorted.
    pub(crate) fn members(&self, school: usize) -> &[u32] {
        &self.members[school]
    }
}

/// A number by chance for a block, always the same.
pub(crate) fn mark(block: usize) -> u64 {
    let mut x = (block as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

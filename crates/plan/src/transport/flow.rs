//! Successive shortest paths: children leave overfull schools along the cheapest chains of moves.

use super::{Shortage, Transport};

/// No block.
const NONE: u32 = u32::MAX;

/// Who goes where, the cheapest move between every two schools, and the potentials.
///
/// Schools are counted within [`Transport::open`].
pub(super) struct State<'a> {
    problem: &'a Transport<'a>,
    schools: usize,
    /// Per block its schools and how many children go there.
    pub(super) amounts: Vec<Vec<(usize, f64)>>,
    /// Per school the blocks of which some children go there.
    zones: Vec<Vec<u32>>,
    /// Places that are left; below 0 where too many are there.
    spare: Vec<f64>,
    /// From school (row) to school: the least cost of moving one child, and the block.
    step: Vec<f64>,
    mover: Vec<u32>,
    /// Distance of each school from the overfull ones when it was last reached.
    potential: Vec<f64>,
    /// Room below this is none: rounding.
    grain: f64,
    /// What it costs now, and what the last move cost a child: the next ones cost no less.
    cost: f64,
    each: f64,
}

impl<'a> State<'a> {
    /// Everybody at the cheapest school.
    pub(super) fn nearest(problem: &'a Transport<'a>) -> Self {
        let schools = problem.open.len();
        let total: f64 = problem.supply.iter().sum();
        let mut state = Self {
            problem,
            schools,
            amounts: vec![Vec::new(); problem.supply.len()],
            zones: vec![Vec::new(); schools],
            spare: problem.open.iter().map(|s| problem.capacity[*s]).collect(),
            step: vec![f64::INFINITY; schools * schools],
            mover: vec![NONE; schools * schools],
            potential: vec![0.0; schools],
            grain: 1e-12 * total.max(1.0),
            cost: 0.0,
            each: 0.0,
        };
        for (block, &children) in problem.supply.iter().enumerate() {
            let row = problem.costs.row(block);
            let mut best = 0;
            for place in 1..schools {
                if row[problem.open[place]] < row[problem.open[best]] {
                    best = place;
                }
            }
            state.cost += row[problem.open[best]];
            if children > 0.0 {
                state.spare[best] -= children;
                state.enter(block, best, children);
            } else {
                state.amounts[block].push((best, 0.0));
            }
        }
        state
    }

    /// Moves children until no school is overfull, or it is stopped.
    pub(super) fn run(&mut self, stopped: &dyn Fn(&Self) -> bool) -> Result<(), Shortage> {
        let mut distance = vec![0.0; self.schools];
        let mut before = vec![usize::MAX; self.schools];
        let mut settled = vec![false; self.schools];
        while self.spare.iter().any(|s| *s < -self.grain) && !stopped(self) {
            let Some(end) = self.shortest(&mut distance, &mut before, &mut settled) else {
                return Err(self.shortage(&settled));
            };
            for (place, potential) in self.potential.iter_mut().enumerate() {
                *potential += distance[place].min(distance[end]);
            }
            self.each = self.potential[end];
            self.cost += self.each * self.push(end, &before);
        }
        Ok(())
    }

    /// No flow costs less: so many children are still to be moved.
    pub(super) fn least(&self) -> f64 {
        let over = self.spare.iter().map(|spare| (-spare).max(0.0));
        self.cost + self.each * over.sum::<f64>()
    }

    /// Dijkstra from all overfull schools to the first that has room; `None` if there is none.
    fn shortest(
        &self,
        distance: &mut [f64],
        before: &mut [usize],
        settled: &mut [bool],
    ) -> Option<usize> {
        for place in 0..self.schools {
            let start = self.spare[place] < -self.grain;
            distance[place] = if start { 0.0 } else { f64::INFINITY };
            before[place] = usize::MAX;
            settled[place] = false;
        }
        loop {
            let mut here = usize::MAX;
            let mut near = f64::INFINITY;
            for place in 0..self.schools {
                if !settled[place] && distance[place] < near {
                    near = distance[place];
                    here = place;
                }
            }
            if here == usize::MAX {
                return None;
            }
            if self.spare[here] > self.grain {
                return Some(here);
            }
            settled[here] = true;
            let row = &self.step[here * self.schools..(here + 1) * self.schools];
            let base = self.potential[here];
            for place in 0..self.schools {
                // Rounding may leave a reduced cost just below 0.
                let there = near + (row[place] + base - self.potential[place]).max(0.0);
                if there < distance[place] && !settled[place] {
                    distance[place] = there;
                    before[place] = here;
                }
            }
        }
    }

    /// Moves as many children as all steps of the path to `end` allow; how many.
    fn push(&mut self, end: usize, before: &[usize]) -> f64 {
        let mut many = self.spare[end];
        let mut to = end;
        while before[to] != usize::MAX {
            let from = before[to];
            many = many.min(self.amount(self.mover_of(from, to), from));
            to = from;
        }
        many = many.min(-self.spare[to]);
        self.spare[to] += many;
        self.spare[end] -= many;
        let mut to = end;
        while before[to] != usize::MAX {
            let from = before[to];
            let block = self.mover_of(from, to);
            self.enter(block, to, many);
            self.leave(block, from, many);
            to = from;
        }
        many
    }

    fn mover_of(&self, from: usize, to: usize) -> usize {
        self.mover[from * self.schools + to] as usize
    }

    fn amount(&self, block: usize, place: usize) -> f64 {
        self.amounts[block]
            .iter()
            .find(|a| a.0 == place)
            .map_or(0.0, |a| a.1)
    }

    /// Children of a block come to a school: its moves from there may be the cheapest now.
    fn enter(&mut self, block: usize, place: usize, children: f64) {
        if let Some(amount) = self.amounts[block].iter_mut().find(|a| a.0 == place) {
            amount.1 += children;
            return;
        }
        self.amounts[block].push((place, children));
        self.zones[place].push(block as u32);
        self.offer(block, place, None);
    }

    /// Children of a block leave a school; when none is left, its moves from there are replaced.
    fn leave(&mut self, block: usize, place: usize, children: f64) {
        let Some(at) = self.amounts[block].iter().position(|a| a.0 == place) else {
            return;
        };
        self.amounts[block][at].1 -= children;
        if self.amounts[block][at].1 > self.grain {
            return;
        }
        self.amounts[block].swap_remove(at);
        if let Some(at) = self.zones[place].iter().position(|b| *b == block as u32) {
            self.zones[place].swap_remove(at);
        }
        let row = place * self.schools..(place + 1) * self.schools;
        let lost: Vec<usize> = (0..self.schools)
            .filter(|to| self.mover[row.start + to] == block as u32)
            .collect();
        for to in &lost {
            self.step[row.start + to] = f64::INFINITY;
            self.mover[row.start + to] = NONE;
        }
        for at in 0..self.zones[place].len() {
            let other = self.zones[place][at] as usize;
            self.offer(other, place, Some(&lost));
        }
    }

    /// Offers the moves of a block from a school to the others (or to some of them).
    fn offer(&mut self, block: usize, place: usize, only: Option<&[usize]>) {
        let problem = self.problem;
        let row = problem.costs.row(block);
        let children = problem.supply[block];
        let here = row[problem.open[place]];
        let start = place * self.schools;
        let mut offer = |to: usize| {
            let cost = (row[problem.open[to]] - here) / children;
            let slot = start + to;
            // Equal moves go to the lower block, whatever the order of events.
            let better = cost < self.step[slot]
                || (cost == self.step[slot]
                    && cost.is_finite()
                    && (block as u32) < self.mover[slot]);
            if better && to != place {
                self.step[slot] = cost;
                self.mover[slot] = block as u32;
            }
        };
        match only {
            Some(only) => only.iter().for_each(|to| offer(*to)),
            None => (0..self.schools).for_each(offer),
        }
    }

    /// All that can be reached from the overfull schools is full.
    fn shortage(&self, reached: &[bool]) -> Shortage {
        let places = (0..self.schools).filter(|p| reached[*p]);
        let mut blocks: Vec<usize> = places
            .clone()
            .flat_map(|p| self.zones[p].iter().map(|b| *b as usize))
            .collect();
        blocks.sort_unstable();
        blocks.dedup();
        Shortage {
            blocks,
            schools: places.clone().map(|p| self.problem.open[p]).collect(),
            missing: places.map(|p| -self.spare[p]).sum::<f64>().max(0.0),
        }
    }

    /// What a place is worth: how much nearer to the free places than the farthest school.
    pub(super) fn prices(&self) -> Vec<f64> {
        let top = self.potential.iter().copied().fold(0.0, f64::max);
        self.potential.iter().map(|p| top - p).collect()
    }
}

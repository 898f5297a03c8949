//! The problem as the search sees it: numbers only.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::problem::{Contiguity, Problem};
use super::solve::start::Key;
use crate::run::Run;
use crate::transport::{Costs, Flow, Shortage, Transport};
use crate::travel::Unit;

/// Blocks, schools, what goes where at what cost, and what hangs together.
#[derive(Clone, Debug)]
pub(super) struct Area {
    /// Children per block.
    pub(super) children: Vec<f64>,
    /// Places per school, the greatest load included.
    pub(super) places: Vec<f64>,
    /// Cost of each block at each school; infinite where it may not go.
    pub(super) costs: Costs,
    /// Blocks that touch; empty lists where contiguity is not asked for.
    pub(super) neighbours: Vec<Vec<u32>>,
    /// Per block and neighbour of it: which of the block's neighbours that one touches, as bits;
    /// empty for a block with more than 64 neighbours.
    pub(super) rings: Vec<Vec<u64>>,
    /// How many pieces a zone may have; `u32::MAX` for any.
    pub(super) pieces: Vec<u32>,
    /// The block that a school stands in and that is in its zone.
    pub(super) homes: Vec<Option<usize>>,
    /// Per block children × (its figure − the county's), to be balanced; empty where not asked.
    pub(super) tilt: Vec<f64>,
    /// How far the mean of a zone may be from the county's.
    pub(super) tolerance: f64,
    /// What rounding may hide of children: sums of whole numbers are exact, others are not.
    pub(super) grain: f64,
}

impl Area {
    pub(super) fn blocks(&self) -> usize {
        self.children.len()
    }

    pub(super) fn schools(&self) -> usize {
        self.places.len()
    }

    /// The cost of whole blocks at their owners.
    pub(super) fn cost(&self, owners: &[u32]) -> f64 {
        owners
            .iter()
            .enumerate()
            .map(|(block, owner)| self.costs.at(block, *owner as usize))
            .sum()
    }

    /// Children per school.
    pub(super) fn loads(&self, owners: &[u32]) -> Vec<f64> {
        let mut loads = vec![0.0; self.schools()];
        for (block, owner) in owners.iter().enumerate() {
            loads[*owner as usize] += self.children[block];
        }
        loads
    }

    /// The numbers of a problem: homes and locks fixed, blocks that a zone cannot reach forbidden.
    pub(super) fn new(problem: &Problem) -> Self {
        Self::of(problem, true)
    }

    /// The same for blocks that may be shared: others may have a part of a school's own block.
    pub(super) fn shared(problem: &Problem) -> Self {
        Self::of(problem, false)
    }

    fn of(problem: &Problem, whole: bool) -> Self {
        let (blocks, schools) = (problem.blocks.len(), problem.schools.len());
        let mut costs = Costs::new(blocks, schools);
        // Blocks without children go where it is near, but count for nothing.
        let total: f64 = problem.blocks.iter().map(|b| b.children).sum();
        let trifle = 1e-12 * total.max(1.0);
        for block in 0..blocks {
            for (school, cell) in costs.row_mut(block).iter_mut().enumerate() {
                *cell = problem.cost(block, school);
                if problem.blocks[block].children == 0.0 && problem.unit == Unit::Metres {
                    *cell += trifle * problem.travel.at(block, school);
                }
            }
        }
        let contiguous = problem.contiguity != Contiguity::Off;
        let mut homes = vec![None; schools];
        if contiguous {
            for (home, school) in homes.iter_mut().zip(&problem.schools) {
                *home = school.home;
            }
        }
        let own = homes
            .iter()
            .enumerate()
            .filter_map(|(s, h)| h.map(|h| (h, s)))
            .filter(|_| whole);
        for (block, school) in own.chain(problem.locked.iter().copied()) {
            for (other, cell) in costs.row_mut(block).iter_mut().enumerate() {
                if other != school {
                    *cell = f64::INFINITY;
                }
            }
        }
        let mean = problem
            .figures
            .iter()
            .zip(&problem.blocks)
            .map(|(f, b)| f * b.children)
            .sum::<f64>()
            / total;
        let tilt = problem
            .figures
            .iter()
            .zip(&problem.blocks)
            .map(|(f, b)| (f - mean) * b.children);
        let neighbours = if contiguous {
            problem.neighbours.clone()
        } else {
            vec![Vec::new(); blocks]
        };
        let mut area = Self {
            children: problem.blocks.iter().map(|b| b.children).collect(),
            places: (0..schools).map(|s| problem.room(s)).collect(),
            costs,
            rings: rings(&neighbours),
            neighbours,
            pieces: problem.allowed_pieces(),
            homes,
            tilt: tilt.collect(),
            tolerance: problem.rules.balance.map_or(0.0, |b| b.1),
            grain: 1e-9 * total.max(1.0),
        };
        for school in 0..schools {
            if let Some(home) = area.homes[school].filter(|_| area.pieces[school] == 1) {
                area.forbid_beyond(school, home);
            }
        }
        area
    }

    /// Some blocks, ascending, and some schools: nobody else takes these blocks.
    pub(super) fn part(&self, schools: &[usize], blocks: &[u32]) -> Self {
        let mut costs = Costs::new(blocks.len(), schools.len());
        for (at, block) in blocks.iter().enumerate() {
            let row = self.costs.row(*block as usize);
            let cells = costs.row_mut(at).iter_mut().zip(schools);
            cells.for_each(|(cell, school)| *cell = row[*school]);
        }
        let place = |b: &u32| blocks.binary_search(b).ok();
        let around = |b: &u32| {
            let around = self.neighbours[*b as usize].iter();
            around.filter_map(|n| place(n).map(|n| n as u32)).collect()
        };
        let neighbours: Vec<Vec<u32>> = blocks.iter().map(around).collect();
        let home = |s: &usize| self.homes[*s].and_then(|h| place(&(h as u32)));
        let tilt = |b: &u32| self.tilt.get(*b as usize).copied();
        Self {
            children: blocks.iter().map(|b| self.children[*b as usize]).collect(),
            places: schools.iter().map(|s| self.places[*s]).collect(),
            costs,
            rings: rings(&neighbours),
            neighbours,
            pieces: schools.iter().map(|s| self.pieces[*s]).collect(),
            homes: schools.iter().map(home).collect(),
            tilt: blocks.iter().filter_map(tilt).collect(),
            tolerance: self.tolerance,
            grain: self.grain,
        }
    }

    /// Forbids the blocks that no chain of allowed blocks joins to the school.
    fn forbid_beyond(&mut self, school: usize, home: usize) {
        let mut reached = vec![false; self.blocks()];
        let mut stack = vec![home];
        reached[home] = true;
        while let Some(block) = stack.pop() {
            for &next in &self.neighbours[block] {
                let next = next as usize;
                if !reached[next] && self.costs.at(next, school).is_finite() {
                    reached[next] = true;
                    stack.push(next);
                }
            }
        }
        for (block, reached) in reached.into_iter().enumerate() {
            if !reached {
                self.costs.row_mut(block)[school] = f64::INFINITY;
            }
        }
    }

    /// Forbids what whole blocks and zones in one piece leave no room for: a school takes a block
    /// with those of some way to it, and with the blocks that can go nowhere else. What is
    /// forbidden binds other blocks, so this goes on while it forbids.
    pub(super) fn tighten(&mut self) {
        let mut again = true;
        while again {
            again = false;
            let only: Vec<Option<usize>> = (0..self.blocks()).map(|b| self.only(b)).collect();
            let mut bound = vec![0.0; self.schools()];
            for (block, school) in only.iter().enumerate() {
                if let Some(school) = *school {
                    bound[school] += self.children[block];
                }
            }
            for (school, bound) in bound.into_iter().enumerate() {
                let room = self.places[school] + self.grain - bound;
                let weight = |b: usize| {
                    if only[b] == Some(school) {
                        0.0
                    } else {
                        self.children[b]
                    }
                };
                let reached = match self.homes[school].filter(|_| self.pieces[school] == 1) {
                    Some(home) => self.within(school, home, room, weight),
                    None => (0..self.blocks()).map(|b| weight(b) <= room).collect(),
                };
                for (block, reached) in reached.into_iter().enumerate() {
                    let cell = &mut self.costs.row_mut(block)[school];
                    if !reached && cell.is_finite() {
                        *cell = f64::INFINITY;
                        again = true;
                    }
                }
            }
        }
    }

    /// The one school that a block may go to.
    fn only(&self, block: usize) -> Option<usize> {
        let row = self.costs.row(block);
        let mut open = (0..row.len()).filter(|s| row[*s].is_finite());
        open.next().filter(|_| open.next().is_none())
    }

    /// The blocks to which the lightest way from a school's own block weighs no more than `room`.
    fn within(
        &self,
        school: usize,
        home: usize,
        room: f64,
        weight: impl Fn(usize) -> f64,
    ) -> Vec<bool> {
        let mut reached = vec![false; self.blocks()];
        let mut heap = BinaryHeap::from([Reverse((Key(weight(home)), home))]);
        while let Some(Reverse((Key(way), block))) = heap.pop() {
            if way > room || std::mem::replace(&mut reached[block], true) {
                continue;
            }
            for &next in &self.neighbours[block] {
                let next = next as usize;
                if !reached[next] && self.costs.at(next, school).is_finite() {
                    heap.push(Reverse((Key(way + weight(next)), next)));
                }
            }
        }
        reached
    }

    /// The transport problem: shares instead of whole blocks, zones in any shape. Where time was
    /// over before it was solved, schools may be overfull.
    pub(super) fn flow(&self, run: &Run) -> Result<Flow, Vec<Shortage>> {
        let open: Vec<usize> = (0..self.schools()).collect();
        let transport = Transport {
            costs: &self.costs,
            supply: &self.children,
            capacity: &self.places,
            open: &open,
        };
        transport.solve_until(&|| run.stopped())
    }
}

/// Which neighbours of a block touch each other.
pub(super) fn rings(neighbours: &[Vec<u32>]) -> Vec<Vec<u64>> {
    let ring = |around: &Vec<u32>| {
        if around.len() > 64 {
            return Vec::new();
        }
        let touching = |next: &u32| {
            let touches = |other: &u32| neighbours[*next as usize].binary_search(other).is_ok();
            let bits = around.iter().enumerate();
            bits.map(|(at, other)| u64::from(touches(other)) << at)
                .sum()
        };
        around.iter().map(touching).collect()
    };
    neighbours.iter().map(ring).collect()
}

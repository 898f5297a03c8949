//! Zones met on the way, and the best plan that can be put together from them (set partitioning).

mod listing;
mod master;
pub(super) mod parts;
pub(super) mod proof;
mod whole;

use std::collections::BTreeSet;

use super::area::Area;
use super::bound::Bound;
use super::solve::start::{self, Key};
use super::solve::state::{State, mark};
use crate::mip::{Limits, Mip, Solution, Solved};
use crate::partition::Set;
use crate::run::Run;
use crate::transport::Costs;
use master::{Master, Prices};

/// A zone that keeps every rule.
#[derive(Clone)]
pub(super) struct Zone {
    pub(super) school: u32,
    mark: u64,
    /// Ascending.
    pub(super) blocks: Vec<u32>,
    pub(super) cost: f64,
}

impl Zone {
    pub(super) fn new(area: &Area, school: usize, mut blocks: Vec<u32>) -> Self {
        blocks.sort_unstable();
        let cost = |b: &u32| area.costs.at(*b as usize, school);
        Self {
            school: school as u32,
            mark: blocks.iter().fold(0, |all, b| all ^ mark(*b as usize)),
            cost: blocks.iter().map(cost).sum(),
            blocks,
        }
    }

    /// The zones of a plan.
    pub(super) fn of_plan(area: &Area, owners: &[u32]) -> Vec<Self> {
        let mut blocks = vec![Vec::new(); area.schools()];
        for (block, owner) in owners.iter().enumerate() {
            blocks[*owner as usize].push(block as u32);
        }
        let zones = blocks.into_iter().enumerate();
        zones
            .map(|(s, blocks)| Self::new(area, s, blocks))
            .collect()
    }
}

/// All zones met that a better plan could contain.
pub(super) struct Pool<'a> {
    pub(super) area: &'a Area,
    bound: &'a Bound,
    zones: Vec<Zone>,
    known: BTreeSet<(u32, u64)>,
    /// The price of each block: the zones that are good at these prices come first.
    pub(super) prices: Vec<f64>,
}

/// What putting zones together came to.
pub(super) struct Combined {
    /// A better plan.
    pub(super) better: Option<Vec<u32>>,
    /// The share of each school in each block, in the relaxation.
    pub(super) shares: Costs,
}

/// The linear relaxation of the plans that can be put together from some of the zones.
struct Relaxed {
    master: Master,
    /// Its zones, in the order they came, and which they are.
    order: Vec<usize>,
    used: Vec<bool>,
    /// The reduced cost of every zone met.
    value: Vec<f64>,
    point: Prices,
}

impl Relaxed {
    /// Takes in zones by their price until none lowers the optimum, or a few times.
    fn settle(&mut self, pool: &Pool, run: &Run, cost: f64) -> Option<()> {
        for _ in 0..ROUNDS {
            self.used.resize(pool.zones.len(), false);
            let reduced = |zone: &Zone| {
                let blocks = zone.blocks.iter().map(|b| self.point.blocks[*b as usize]);
                zone.cost - blocks.sum::<f64>() - self.point.schools[zone.school as usize]
            };
            self.value = pool.zones.iter().map(reduced).collect();
            let more = pool.choose(&mut self.used, &self.value, MORE, -1e-7 * cost.abs());
            if more.is_empty() {
                break;
            }
            more.iter().for_each(|z| self.master.add(&pool.zones[*z]));
            self.order.extend(more);
            self.point = self.master.solve(run)?;
        }
        Some(())
    }
}

/// Most zones that HiGHS chooses among: of three times as many it takes seconds and finds no more.
const COLUMNS: usize = 1_200;
/// Zones that the relaxation has at first, and those that each pricing adds.
const FIRST: usize = 2_000;
const MORE: usize = 800;
/// Rounds of pricing.
const ROUNDS: usize = 5;

impl<'a> Pool<'a> {
    pub(super) fn new(area: &'a Area, bound: &'a Bound) -> Self {
        Self {
            area,
            bound,
            zones: Vec::new(),
            known: BTreeSet::new(),
            prices: bound.blocks.clone(),
        }
    }

    /// Takes in the zones of some schools that a plan of at most `most` could contain.
    pub(super) fn take(&mut self, state: &State, schools: &[usize], most: f64) {
        for &school in schools {
            let mark = state.mark(school);
            if !self.known.insert((school as u32, mark)) {
                continue;
            }
            let zone = Zone::new(self.area, school, state.members(school).to_vec());
            if self.bound.value + self.bound.reduced(school, &zone.blocks, zone.cost) <= most {
                self.zones.push(zone);
            }
        }
    }

    /// Takes in the zones of another pool.
    pub(super) fn merge(&mut self, zones: Vec<Zone>) {
        for zone in zones {
            if self.known.insert((zone.school, zone.mark)) {
                self.zones.push(zone);
            }
        }
    }

    /// The zones; so many at most, those that a good plan needs least left out.
    pub(super) fn into_zones(mut self, most: usize) -> Vec<Zone> {
        if self.zones.len() > most {
            let price = |z: &Zone| self.bound.reduced(z.school as usize, &z.blocks, z.cost);
            self.zones
                .sort_by_cached_key(|z| (Key(price(z)), z.school, z.mark));
            self.zones.truncate(most);
        }
        self.zones
    }

    /// The zones of some schools that lie within some blocks, by the numbers of that part.
    pub(super) fn within(&self, part: &Area, schools: &[usize], blocks: &[u32]) -> Vec<Zone> {
        let place = |b: &u32| blocks.binary_search(b).ok().map(|at| at as u32);
        let zone = |zone: &Zone| {
            let school = schools.binary_search(&(zone.school as usize)).ok()?;
            let inside: Option<Vec<u32>> = zone.blocks.iter().map(place).collect();
            Some(Zone::new(part, school, inside?))
        };
        self.zones.iter().filter_map(zone).collect()
    }

    /// How much dearer than the best zone of its school each zone is, at prices of blocks.
    fn dearer(&self) -> Vec<f64> {
        let worth = |z: &Zone| {
            z.blocks
                .iter()
                .map(|b| self.prices[*b as usize])
                .sum::<f64>()
        };
        let mut least = vec![f64::INFINITY; self.area.schools()];
        let mut value: Vec<f64> = self.zones.iter().map(|z| z.cost - worth(z)).collect();
        for (value, zone) in value.iter().zip(&self.zones) {
            let least = &mut least[zone.school as usize];
            *least = least.min(*value);
        }
        for (value, zone) in value.iter_mut().zip(&self.zones) {
            *value -= least[zone.school as usize];
        }
        value
    }

    /// Which zones are those of a plan.
    pub(super) fn own(&self, owners: &[u32]) -> Vec<bool> {
        let mut counts = vec![0; self.area.schools()];
        owners.iter().for_each(|o| counts[*o as usize] += 1);
        let mine = |zone: &Zone| {
            zone.blocks.len() == counts[zone.school as usize]
                && zone
                    .blocks
                    .iter()
                    .all(|b| owners[*b as usize] == zone.school)
        };
        self.zones.iter().map(mine).collect()
    }

    /// The relaxation of the zones that are good at the prices known, with those of a plan.
    fn relax(&self, run: &Run, start: &[bool]) -> Option<Relaxed> {
        let value = self.dearer();
        let mut used = start.to_vec();
        let mut order: Vec<usize> = (0..used.len()).filter(|z| used[*z]).collect();
        order.extend(self.choose(&mut used, &value, FIRST, f64::INFINITY));
        let mut master = Master::new(self.area);
        order.iter().for_each(|z| master.add(&self.zones[*z]));
        let point = master.solve(run)?;
        Some(Relaxed {
            master,
            order,
            used,
            value,
            point,
        })
    }

    /// The zones that a plan below `limit` could contain, the most promising first.
    pub(super) fn sets(&self, bound: &Bound, limit: f64) -> Vec<Set> {
        const MOST: usize = 20_000;
        let reduced = |z: &Zone| bound.value + bound.reduced(z.school as usize, &z.blocks, z.cost);
        let mut all: Vec<(Key, usize)> = self.zones.iter().map(reduced).map(Key).zip(0..).collect();
        all.retain(|(least, _)| least.0 < limit);
        all.sort_unstable();
        all.truncate(MOST);
        let set = |(_, at): (Key, usize)| Set {
            kind: self.zones[at].school,
            rows: self.zones[at].blocks.clone(),
            cost: self.zones[at].cost,
        };
        all.into_iter().map(set).collect()
    }

    /// What the best zone of each school gains at prices of blocks, of those met.
    pub(super) fn gains(&self, prices: &[f64]) -> Vec<f64> {
        let mut gains = vec![f64::NEG_INFINITY; self.area.schools()];
        for zone in &self.zones {
            let worth = zone.blocks.iter().map(|b| prices[*b as usize]);
            let gain = &mut gains[zone.school as usize];
            *gain = gain.max(worth.sum::<f64>() - zone.cost);
        }
        gains
    }

    /// Puts the zones together anew, where that beats `owners`.
    pub(super) fn combine(&self, run: &Run, (owners, cost): (&[u32], f64)) -> Option<Combined> {
        let start = self.own(owners);
        let mut relaxed = self.relax(run, &start)?;
        relaxed.settle(self, run, cost)?;
        let Relaxed {
            order,
            value,
            point,
            ..
        } = relaxed;
        let mut shares = start::nothing(self.area);
        for (zone, share) in order.iter().zip(&point.used) {
            let zone = &self.zones[*zone];
            for block in &zone.blocks {
                shares.row_mut(*block as usize)[zone.school as usize] += share;
            }
        }
        let mut used = start.clone();
        let distance = (cost - point.objective).max(0.0);
        self.choose(&mut used, &value, COLUMNS, distance);
        Some(Combined {
            better: self.whole(run, &used, &start, owners, cost),
            shares,
        })
    }

    /// The best plan of the zones used, if it beats `owners`, which are those of `start`.
    fn whole(
        &self,
        run: &Run,
        used: &[bool],
        start: &[bool],
        owners: &[u32],
        cost: f64,
    ) -> Option<Vec<u32>> {
        let point = self.solve(run, used, start)?;
        if point.objective >= cost - 1e-9 * cost.abs() {
            return None;
        }
        let mut better = owners.to_vec();
        let columns = self.zones.iter().zip(used).filter(|(_, used)| **used);
        for ((zone, _), value) in columns.zip(&point.values) {
            if *value > 0.5 {
                for block in &zone.blocks {
                    better[*block as usize] = zone.school;
                }
            }
        }
        Some(better)
    }

    /// Adds the zones of least value, so many at most and below `limit`.
    fn choose(&self, used: &mut [bool], value: &[f64], many: usize, limit: f64) -> Vec<usize> {
        let mut open: Vec<usize> = (0..used.len())
            .filter(|z| !used[*z] && value[*z] <= limit)
            .collect();
        open.sort_by(|a, b| value[*a].total_cmp(&value[*b]).then(a.cmp(b)));
        open.truncate(many);
        open.iter().for_each(|z| used[*z] = true);
        open
    }

    /// The programme of the zones used: every block once, every school once at most.
    fn solve(&self, run: &Run, used: &[bool], start: &[bool]) -> Option<Solution> {
        let mut mip = Mip::default();
        let mut blocks = vec![Vec::new(); self.area.blocks()];
        let mut schools = vec![Vec::new(); self.area.schools()];
        let mut point = Vec::new();
        for (at, zone) in self.zones.iter().enumerate().filter(|(z, _)| used[*z]) {
            point.push(f64::from(u8::from(start[at])));
            let var = mip.add_whole(zone.cost, 0.0, 1.0);
            for block in &zone.blocks {
                blocks[*block as usize].push((var, 1.0));
            }
            schools[zone.school as usize].push((var, 1.0));
        }
        for row in blocks {
            mip.row(1.0, 1.0, row);
        }
        for row in schools {
            mip.row(0.0, 1.0, row);
        }
        let limits = Limits {
            gap: 1e-7,
            nodes: 50,
            ..Limits::default()
        };
        match mip.solve(run, limits, Some(&point)) {
            Solved::Point(point) => Some(point),
            _ => None,
        }
    }
}

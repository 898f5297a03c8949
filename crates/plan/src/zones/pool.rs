//! Zones met on the way, and the best plan that can be put together from them (set partitioning).

use std::collections::BTreeSet;

use super::area::Area;
use super::bound::Bound;
use super::start::Key;
use super::state::State;
use crate::mip::{Limits, Mip, Solution, Solved};
use crate::run::Run;

/// A zone that keeps every rule.
#[derive(Clone)]
pub(super) struct Zone {
    school: u32,
    mark: u64,
    blocks: Vec<u32>,
    cost: f64,
}

/// All zones met that a better plan could contain.
pub(super) struct Pool<'a> {
    area: &'a Area,
    bound: &'a Bound,
    zones: Vec<Zone>,
    known: BTreeSet<(u32, u64)>,
}

/// Columns that the first programme has, and those that each pricing adds.
const FIRST: usize = 1_500;
const MORE: usize = 800;
/// Rounds of pricing.
const ROUNDS: usize = 4;
/// Most columns of the whole-number programme: beyond, HiGHS takes more than seconds.
const COLUMNS: usize = 2_000;

impl<'a> Pool<'a> {
    pub(super) fn new(area: &'a Area, bound: &'a Bound) -> Self {
        Self {
            area,
            bound,
            zones: Vec::new(),
            known: BTreeSet::new(),
        }
    }

    /// Takes in the zones of some schools that a plan of at most `most` could contain.
    pub(super) fn take(&mut self, state: &State, schools: &[usize], most: f64) {
        for &school in schools {
            let mark = state.mark(school);
            if !self.known.insert((school as u32, mark)) {
                continue;
            }
            let members = state.members(school);
            let cost = members
                .iter()
                .map(|b| self.area.costs.at(*b as usize, school))
                .sum();
            if self.bound.value + self.bound.reduced(school, members, cost) <= most {
                let mut blocks = members.to_vec();
                blocks.sort_unstable();
                self.zones.push(Zone {
                    school: school as u32,
                    mark,
                    blocks,
                    cost,
                });
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

    /// The best plan of zones in the pool, if it beats `owners`.
    pub(super) fn combine(&self, run: &Run, owners: &[u32], cost: f64) -> Option<Vec<u32>> {
        let mut counts = vec![0; self.area.schools()];
        owners.iter().for_each(|o| counts[*o as usize] += 1);
        let mine = |zone: &Zone| {
            zone.blocks.len() == counts[zone.school as usize]
                && zone
                    .blocks
                    .iter()
                    .all(|b| owners[*b as usize] == zone.school)
        };
        let start: Vec<bool> = self.zones.iter().map(mine).collect();
        let reduced = |zone: &Zone| {
            self.bound
                .reduced(zone.school as usize, &zone.blocks, zone.cost)
        };
        let mut value: Vec<f64> = self.zones.iter().map(reduced).collect();
        let mut used = start.clone();
        self.choose(&mut used, &value, FIRST, f64::INFINITY);
        // Columns come by their price in the relaxation of those that are there.
        let mut floor = self.bound.value;
        for round in 0..ROUNDS {
            let point = self.solve(run, &used, None)?;
            floor = point.objective;
            for (value, zone) in value.iter_mut().zip(&self.zones) {
                let blocks = zone.blocks.iter().map(|b| point.duals[*b as usize]);
                let school = point.duals[self.area.blocks() + zone.school as usize];
                *value = zone.cost - blocks.sum::<f64>() - school;
            }
            if round + 1 == ROUNDS || self.choose(&mut used, &value, MORE, -1e-7 * cost.abs()) == 0
            {
                break;
            }
        }
        // Only what the relaxation had: its value is that of these.
        for (value, used) in value.iter_mut().zip(&used) {
            if !used {
                *value = f64::INFINITY;
            }
        }
        let mut used = start.clone();
        self.choose(&mut used, &value, COLUMNS, (cost - floor).max(0.0));
        let point = self.solve(run, &used, Some(&start))?;
        if point.objective >= cost - 1e-9 * cost.abs() {
            return None;
        }
        let mut better = owners.to_vec();
        let columns = self.zones.iter().zip(&used).filter(|(_, used)| **used);
        for ((zone, _), value) in columns.zip(&point.values) {
            if *value > 0.5 {
                for block in &zone.blocks {
                    better[*block as usize] = zone.school;
                }
            }
        }
        Some(better)
    }

    /// Adds the zones of least value, so many at most and below `limit`; how many.
    fn choose(&self, used: &mut [bool], value: &[f64], many: usize, limit: f64) -> usize {
        let mut open: Vec<usize> = (0..used.len())
            .filter(|z| !used[*z] && value[*z] <= limit)
            .collect();
        open.sort_by(|a, b| value[*a].total_cmp(&value[*b]).then(a.cmp(b)));
        open.truncate(many);
        open.iter().for_each(|z| used[*z] = true);
        open.len()
    }

    /// The programme of the zones used: every block once, every school once at most; whole zones
    /// where there is a start.
    fn solve(&self, run: &Run, used: &[bool], start: Option<&[bool]>) -> Option<Solution> {
        let mut mip = Mip::default();
        let mut blocks = vec![Vec::new(); self.area.blocks()];
        let mut schools = vec![Vec::new(); self.area.schools()];
        let mut point = Vec::new();
        for (at, zone) in self.zones.iter().enumerate().filter(|(z, _)| used[*z]) {
            let var = if let Some(start) = start {
                point.push(f64::from(u8::from(start[at])));
                mip.add_whole(zone.cost, 0.0, 1.0)
            } else {
                mip.add(zone.cost, 0.0, f64::INFINITY)
            };
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
        };
        match mip.solve(run, limits, start.map(|_| point.as_slice())) {
            Solved::Point(point) => Some(point),
            _ => None,
        }
    }
}

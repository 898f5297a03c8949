//! Zones met on the way, and the best plan that can be put together from them (set partitioning).

use std::collections::BTreeSet;

use super::anneal::Anneal;
use super::area::Area;
use crate::mip::{Limits, Mip, Solved};
use crate::run::Run;

/// A zone that keeps every rule.
struct Zone {
    school: u32,
    blocks: Vec<u32>,
    cost: f64,
    /// How much dearer than the bound a plan with it is at least.
    reduced: f64,
}

/// All zones met that a better plan could contain.
pub(super) struct Pool<'a> {
    area: &'a Area,
    /// Prices of places and of children, which make the bound.
    seats: &'a [f64],
    blocks: Vec<f64>,
    zones: Vec<Zone>,
    known: BTreeSet<(u32, u64)>,
}

/// Most columns of one partitioning problem: beyond, HiGHS takes more than seconds.
const COLUMNS: usize = 6_000;

impl<'a> Pool<'a> {
    pub(super) fn new(area: &'a Area, seats: &'a [f64]) -> Self {
        let price = |b: usize| {
            let row = area.costs.row(b);
            let pay = |s: usize| row[s] + area.children[b] * seats[s];
            (0..row.len()).map(pay).fold(f64::INFINITY, f64::min)
        };
        Self {
            area,
            seats,
            blocks: (0..area.blocks()).map(price).collect(),
            zones: Vec::new(),
            known: BTreeSet::new(),
        }
    }

    /// Takes in the zones of some schools.
    pub(super) fn take(&mut self, state: &Anneal, schools: &[usize], most: f64) {
        for &school in schools {
            if !self.known.insert((school as u32, state.mark(school))) {
                continue;
            }
            let members = state.members(school);
            let mut cost = 0.0;
            let mut reduced = self.seats[school] * self.area.places[school];
            for &block in members {
                let block = block as usize;
                cost += self.area.costs.at(block, school);
                reduced -= self.blocks[block];
            }
            reduced += cost;
            if reduced <= most {
                let mut blocks = members.to_vec();
                blocks.sort_unstable();
                self.zones.push(Zone {
                    school: school as u32,
                    blocks,
                    cost,
                    reduced,
                });
            }
        }
    }

    /// The best plan of zones in the pool, if it beats `owners`.
    pub(super) fn combine(&mut self, run: &Run, owners: &[u32], cost: f64) -> Option<Vec<u32>> {
        self.zones.sort_by(|a, b| {
            a.reduced
                .total_cmp(&b.reduced)
                .then_with(|| (a.school, &a.blocks).cmp(&(b.school, &b.blocks)))
        });
        let mut mip = Mip::default();
        let mut blocks = vec![Vec::new(); self.area.blocks()];
        let mut schools = vec![Vec::new(); self.area.schools()];
        let mut start = Vec::new();
        let mine = |zone: &Zone| {
            zone.blocks
                .iter()
                .all(|b| owners[*b as usize] == zone.school)
                && zone.blocks.len() == owners.iter().filter(|o| **o == zone.school).count()
        };
        let mut used = Vec::new();
        for zone in &self.zones {
            let now = mine(zone);
            if used.len() >= COLUMNS && !now {
                continue;
            }
            let var = mip.add_whole(zone.cost, 0.0, 1.0);
            for block in &zone.blocks {
                blocks[*block as usize].push((var, 1.0));
            }
            schools[zone.school as usize].push((var, 1.0));
            start.push(if now { 1.0 } else { 0.0 });
            used.push(zone);
        }
        for row in blocks {
            mip.row(1.0, 1.0, row);
        }
        for row in schools {
            mip.row(0.0, 1.0, row);
        }
        let limits = Limits {
            gap: 1e-7,
            nodes: 200,
        };
        let Solved::Point(point) = mip.solve(run, limits, Some(&start)) else {
            return None;
        };
        if point.objective >= cost - 1e-9 * cost.abs() {
            return None;
        }
        let mut better = owners.to_vec();
        for (zone, value) in used.iter().zip(&point.values) {
            if *value > 0.5 {
                for block in &zone.blocks {
                    better[*block as usize] = zone.school;
                }
            }
        }
        Some(better)
    }
}

//! Lower bounds, with the prices that prove them.
//!
//! Every block once is priced at `blocks`; what is left falls apart by school, and `zones` says how
//! much the best zone of each school could gain at these prices. Then no plan costs less than
//! Σ blocks − Σ zones, and none with a certain zone less than that and the zone's reduced cost.

pub(super) mod gain;
mod tree;

use super::area::Area;
use crate::transport::Flow;

/// A bound with its prices.
#[derive(Clone, Debug)]
pub(super) struct Bound {
    /// No plan costs less.
    pub(super) value: f64,
    /// The price of each block.
    pub(super) blocks: Vec<f64>,
    /// What the best zone of each school gains at most.
    pub(super) zones: Vec<f64>,
}

/// Most cells of knapsack tables that are filled: some tenths of a second.
const WORK: usize = 300_000_000;
/// Most steps of the prices.
const STEPS: usize = 300;

impl Bound {
    /// The bound of the transport problem.
    pub(super) fn of_flow(area: &Area, flow: &Flow) -> Self {
        let seats = &flow.seat_prices;
        let price = |b: usize| {
            let row = area.costs.row(b);
            let pay = |s: usize| row[s] + area.children[b] * seats[s];
            (0..row.len()).map(pay).fold(f64::INFINITY, f64::min)
        };
        Self {
            value: flow.bound,
            blocks: (0..area.blocks()).map(price).collect(),
            zones: seats.iter().zip(&area.places).map(|(s, p)| s * p).collect(),
        }
    }

    /// How much dearer than the bound a plan with this zone is at least.
    pub(super) fn reduced(&self, school: usize, blocks: &[u32], cost: f64) -> f64 {
        let worth: f64 = blocks.iter().map(|b| self.blocks[*b as usize]).sum();
        cost - worth + self.zones[school]
    }

    /// A better bound where children are whole numbers: each school takes whole blocks within its
    /// places (a knapsack), and prices climb along the subgradient towards `target`.
    pub(super) fn sharpen(&mut self, area: &Area, target: f64) {
        if area.children.iter().any(|c| c.fract() != 0.0) {
            return;
        }
        let mut prices = self.blocks.clone();
        let (mut pace, mut idle, mut work) = (1.0, 0, 0);
        for _ in 0..STEPS {
            let Some((zones, times)) = knapsacks(area, &prices, &mut work) else {
                return;
            };
            let value = prices.iter().sum::<f64>() - zones.iter().sum::<f64>();
            if value > self.value {
                idle = if value > self.value + 1e-5 * value.abs() {
                    0
                } else {
                    idle
                };
                (self.value, self.zones) = (value, zones);
                self.blocks.clone_from(&prices);
            }
            idle += 1;
            if idle > 10 {
                (pace, idle) = (pace / 2.0, 0);
            }
            let length: f64 = times.iter().map(|t| (1.0 - t) * (1.0 - t)).sum();
            if length == 0.0 || pace < 1e-3 || work > WORK {
                return;
            }
            let step = pace * (target - value).max(0.0) / length;
            for (price, times) in prices.iter_mut().zip(&times) {
                *price += step * (1.0 - times);
            }
        }
    }
}

/// What the best zone of each school gains, and how often each block is in one; `None` where a
/// school has no room for the blocks that may go to no other.
fn knapsacks(area: &Area, prices: &[f64], work: &mut usize) -> Option<(Vec<f64>, Vec<f64>)> {
    let mut times = vec![0.0; area.blocks()];
    let mut zones = vec![0.0; area.schools()];
    // Of each block the one school it must go to, if there is only one.
    let only: Vec<bool> = (0..area.blocks())
        .map(|b| area.costs.row(b).iter().filter(|c| c.is_finite()).count() == 1)
        .collect();
    for (school, zone) in zones.iter_mut().enumerate() {
        let mut room = (area.places[school] + area.grain).floor();
        let mut items = Vec::new();
        for (block, price) in prices.iter().enumerate() {
            let gain = price - area.costs.at(block, school);
            if !gain.is_finite() {
                continue;
            }
            let children = area.children[block];
            if only[block] || (children == 0.0 && gain > 0.0) {
                room -= children;
                *zone += gain;
                times[block] += 1.0;
            } else if gain > 0.0 {
                items.push((block, children as usize, gain));
            }
        }
        if room < 0.0 {
            return None;
        }
        items.retain(|item| area.children[item.0] <= room);
        // Room that all of them together leave free is never used: a school may have any places.
        let room = room.min(items.iter().map(|item| area.children[item.0]).sum());
        if *work as f64 + items.len() as f64 * (room + 1.0) > 2.0 * WORK as f64 {
            return None;
        }
        let room = room as usize;
        *work += items.len() * (room + 1);
        *zone += fill(&items, room, &mut times);
    }
    Some((zones, times))
}

/// The knapsack: the most that items (block, size, gain) gain within a room.
fn fill(items: &[(usize, usize, f64)], room: usize, times: &mut [f64]) -> f64 {
    let mut best = vec![0.0; room + 1];
    let mut taken = vec![false; items.len() * (room + 1)];
    for (item, taken) in items.iter().zip(taken.chunks_mut(room + 1)) {
        for size in (item.1..=room).rev() {
            let with = best[size - item.1] + item.2;
            if with > best[size] {
                best[size] = with;
                taken[size] = true;
            }
        }
    }
    let mut size = room;
    for (item, taken) in items.iter().zip(taken.chunks(room + 1)).rev() {
        if taken[size] {
            size -= item.1;
            times[item.0] += 1.0;
        }
    }
    best[room]
}

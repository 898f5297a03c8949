//! Prices of blocks at which the best zones of all schools fit together, nearly (Lagrange).
//!
//! As in the bound every block has a price and each school takes the zone that gains most; a block
//! that nobody takes becomes dearer, one that several take cheaper. But here zones are in one piece,
//! and found by annealing: what they gain is no proof. It shows where each block belongs.

use super::super::area::Area;
use super::super::pool::Zone;
use super::anneal::Heat;
use super::price::{self, Asked};
use super::start;
use crate::run::Run;
use crate::transport::Costs;

/// What climbing comes to.
pub(super) struct Climbed {
    /// The price of each block, the mean of the later steps.
    pub(super) prices: Vec<f64>,
    /// The best zones of all steps.
    pub(super) zones: Vec<Zone>,
    /// How often each block was in the later zones of each school.
    pub(super) shares: Costs,
}

/// How prices climb.
#[derive(Clone, Copy)]
pub(super) struct Way {
    /// Steps of the prices.
    pub(super) steps: usize,
    /// Proposals for a zone.
    pub(super) proposals: u64,
    /// Temperature at the start, for a zone.
    pub(super) hot: f64,
    /// Price of a child too many.
    pub(super) price: f64,
}

/// Zones kept of a school and step.
const KEPT: usize = 3;
/// The first step, as a share of [`DISTANCE`]; the last is a tenth of it.
const PACE: f64 = 0.2;
/// How far the prices are from what the best plan costs, about, as a share of it; also what a block
/// may cost beyond its price in a zone.
const DISTANCE: f64 = 0.01;
/// How much the zones of a step count in the next.
const MEMORY: f64 = 0.97;

/// Climbs from `prices`; `value` is what they prove. Zones begin with those of `owners`.
pub(super) fn climb(
    area: &Area,
    run: &Run,
    (value, prices): (f64, &[f64]),
    owners: &[u32],
    way: Way,
    seed: u64,
) -> Climbed {
    let schools: Vec<usize> = (0..area.schools()).collect();
    let mut zones = vec![Vec::new(); area.schools()];
    for (block, owner) in owners.iter().enumerate() {
        zones[*owner as usize].push(block as u32);
    }
    let mut shares = start::nothing(area);
    let mut now = prices.to_vec();
    let mut mean = vec![0.0; now.len()];
    let mut met = Vec::new();
    let late = way.steps * 3 / 5;
    let mut counted = 0.0;
    for step in 0..way.steps {
        if run.stopped() {
            break;
        }
        let asked = Asked {
            blocks: &now,
            slack: DISTANCE * value.abs(),
            price: way.price,
            heat: Heat {
                steps: way.proposals,
                hot: way.hot,
                cold: way.hot * 0.04,
                lax: false,
                toll: 0.0,
            },
            many: KEPT,
        };
        let mut times = vec![0.0; now.len()];
        (0..area.blocks()).for_each(|b| shares.row_mut(b).iter_mut().for_each(|s| *s *= MEMORY));
        let ask = |school: &usize| {
            let seed = seed + (step * schools.len() + school) as u64;
            price::zones(area, run, *school, &zones[*school], seed, asked)
        };
        for (school, found) in run.each(&schools, ask).into_iter().enumerate() {
            if let Some(best) = found.first() {
                zones[school].clone_from(&best.blocks);
                for &block in &best.blocks {
                    times[block as usize] += 1.0;
                    shares.row_mut(block as usize)[school] += 1.0 - MEMORY;
                }
            }
            met.extend(found);
        }
        if step >= late {
            counted += 1.0;
            mean.iter_mut()
                .zip(&now)
                .for_each(|(m, n)| *m += (n - *m) / counted);
        }
        let length: f64 = times.iter().map(|t: &f64| (1.0 - t) * (1.0 - t)).sum();
        let pace = PACE / (1.0 + 9.0 * step as f64 / way.steps as f64);
        let by = pace * DISTANCE * value.abs() / length.max(1.0);
        now.iter_mut()
            .zip(&times)
            .for_each(|(n, t)| *n += by * (1.0 - t));
    }
    Climbed {
        prices: if counted > 0.0 { mean } else { now },
        zones: met,
        shares,
    }
}

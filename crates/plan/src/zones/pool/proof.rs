//! A bound near the best plan: prices of blocks at which the zones met fit together, and the proof
//! that no zone, met or not, gains more there than what the search for it says.

use super::super::bound::{Bound, gain};
use super::{Pool, Zone};
use crate::run::Run;

/// Most rounds of prices.
const ROUNDS: usize = 40;
/// Steps of a search at first, more where prices stand still.
const FIRST: usize = 500_000;
/// How near to the optimum of the relaxation is near enough, as a share of the cost.
const ENOUGH: f64 = 1e-4;

/// A better bound than `known`, and better zones on the way; `owners` is the best plan known;
/// all searches have so many steps together, about.
pub(crate) fn certify(
    pool: &mut Pool,
    run: &Run,
    known: &Bound,
    (owners, cost): (&[u32], f64),
    work: usize,
) -> Bound {
    let mut bound = known.clone();
    let _ = climb(pool, run, &mut bound, (owners, cost), work);
    bound
}

fn climb(
    pool: &mut Pool,
    run: &Run,
    bound: &mut Bound,
    (owners, cost): (&[u32], f64),
    most: usize,
) -> Option<()> {
    let area = pool.area;
    if area.children.iter().any(|c| c.fract() != 0.0) {
        return None;
    }
    let schools: Vec<usize> = (0..area.schools()).collect();
    let mut relaxed = pool.relax(run, &pool.own(owners))?;
    relaxed.settle(pool, run, cost)?;
    let mut steady = pool.prices.clone();
    let mut share = 0.5;
    let (mut each, mut work, mut idle) = (FIRST, 0, 0);
    for _ in 0..ROUNDS {
        let near = relaxed.point.objective - bound.value <= ENOUGH * cost.abs();
        if run.stopped() || near || work > most {
            break;
        }
        let pull = steady.iter().zip(&relaxed.point.blocks);
        let prices: Vec<f64> = pull.map(|(s, p)| s + share * (p - s)).collect();
        let floors = pool.gains(&prices);
        let ask = |school: &usize| gain::best(area, *school, &prices, floors[*school], each);
        let found: Option<Vec<gain::Best>> = run.each(&schools, ask).into_iter().collect();
        let found = found?;
        let zones: Vec<f64> = found.iter().map(|f| f.most).collect();
        let value = prices.iter().sum::<f64>() - zones.iter().sum::<f64>();
        let mut fresh = 0;
        for (school, found) in found.into_iter().enumerate() {
            fresh += found.zones.len();
            work += found.work;
            let zones = found.zones.into_iter();
            pool.merge(zones.map(|zone| Zone::new(area, school, zone)).collect());
        }
        idle = if value > bound.value + ENOUGH * cost.abs() {
            0
        } else {
            idle + 1
        };
        if idle > 1 {
            (each, idle) = (2 * each, 0);
        }
        if value > bound.value {
            steady.clone_from(&prices);
            *bound = Bound {
                value,
                blocks: prices,
                zones,
            };
            share = 0.5;
        } else if fresh == 0 {
            share = 0.5 + share / 2.0;
        }
        relaxed.settle(pool, run, cost)?;
    }
    Some(())
}

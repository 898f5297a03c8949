//! The transport solver against the simplex of HiGHS: `cargo bench -p junheng-plan --bench transport`.
//!
//! Arguments: `large` also runs 300 schools × 50,000 blocks (without the peer, which needs minutes).

#![allow(missing_docs, clippy::panic)]

use std::time::{Duration, Instant};

use junheng_plan::mip::{Limits, Mip, Solved};
use junheng_plan::run::Run;
use junheng_plan::transport::{Costs, Transport};

/// A number between 0 and 1; the same on every machine.
fn random(state: &mut u64) -> f64 {
    *state = state
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    (*state >> 11) as f64 / (1u64 << 53) as f64
}

struct Case {
    costs: Costs,
    supply: Vec<f64>,
    capacity: Vec<f64>,
}

/// Blocks and schools in a square of 40 km, denser in towns; a tenth more places than children.
fn county(schools: usize, blocks: usize) -> Case {
    let mut state = 7;
    let towns: Vec<(f64, f64)> = (0..12)
        .map(|_| (random(&mut state) * 40_000.0, random(&mut state) * 40_000.0))
        .collect();
    let mut point = |_| {
        let town = towns[(random(&mut state) * 12.0) as usize % 12];
        let spread = if random(&mut state) < 0.5 {
            3_000.0
        } else {
            15_000.0
        };
        let mut shift = || (random(&mut state) + random(&mut state) - 1.0) * spread;
        (town.0 + shift(), town.1 + shift())
    };
    let sites: Vec<(f64, f64)> = (0..schools).map(&mut point).collect();
    let homes: Vec<(f64, f64)> = (0..blocks).map(&mut point).collect();
    let supply: Vec<f64> = (0..blocks)
        .map(|_| (1.0 + random(&mut state) * 30.0).floor())
        .collect();
    let places = supply.iter().sum::<f64>() * 1.1;
    let sizes: Vec<f64> = (0..schools).map(|_| 0.5 + random(&mut state)).collect();
    let total: f64 = sizes.iter().sum();
    let mut costs = Costs::new(blocks, schools);
    for (block, home) in homes.iter().enumerate() {
        for (cell, site) in costs.row_mut(block).iter_mut().zip(&sites) {
            *cell = supply[block] * (home.0 - site.0).hypot(home.1 - site.1);
        }
    }
    Case {
        costs,
        supply,
        capacity: sizes.iter().map(|s| (s / total * places).ceil()).collect(),
    }
}

fn by_highs(case: &Case) -> (f64, f64) {
    let mut mip = Mip::default();
    let mut loads = vec![Vec::new(); case.capacity.len()];
    for (block, children) in case.supply.iter().enumerate() {
        let mut row = Vec::new();
        for (school, load) in loads.iter_mut().enumerate() {
            let share = mip.add(case.costs.at(block, school), 0.0, 1.0);
            row.push((share, 1.0));
            load.push((share, *children));
        }
        mip.row(1.0, 1.0, row);
    }
    for (load, places) in loads.into_iter().zip(&case.capacity) {
        mip.row(f64::NEG_INFINITY, *places, load);
    }
    let start = Instant::now();
    let solved = mip.solve(&Run::new(1, Duration::MAX), Limits::default(), None);
    let seconds = start.elapsed().as_secs_f64();
    match solved {
        Solved::Point(point) => (point.objective, seconds),
        other => panic!("{other:?}"),
    }
}

fn main() {
    let large = std::env::args().any(|a| a == "large");
    let sizes: &[(usize, usize, bool)] = &[(50, 1_000, true), (200, 5_000, true)];
    let more = large.then_some((300, 50_000, false));
    for &(schools, blocks, peer) in sizes.iter().chain(&more) {
        let case = county(schools, blocks);
        let open: Vec<usize> = (0..schools).collect();
        let start = Instant::now();
        let problem = Transport {
            costs: &case.costs,
            supply: &case.supply,
            capacity: &case.capacity,
            open: &open,
        };
        let flow = match problem.solve() {
            Ok(flow) => flow,
            Err(shortage) => panic!("{shortage:?}"),
        };
        let own = start.elapsed().as_secs_f64();
        let (objective, split) = (flow.objective / 1000.0, flow.split().count());
        println!("{schools} x {blocks}: {own:.3} s, {objective:.3}, {split} split");
        if peer {
            let (other, seconds) = by_highs(&case);
            println!(
                "  HiGHS: {seconds:.2} s, {:.3}; {:.0} times",
                other / 1000.0,
                seconds / own
            );
        }
    }
}

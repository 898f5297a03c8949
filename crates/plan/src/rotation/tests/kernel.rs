//! Few arcs, then more: every rung has a valid bound, and together they reach the least.

use super::super::county::County;
use super::super::model::Goal;
use super::super::solve::cheapest::Best;
use super::super::solve::price::price;
use super::super::solve::{Stages, objective};
use super::*;
use crate::synthetic::{CountyOptions, county as synthetic};

/// A kernel of this few arcs is too small as a rule.
const FEW: usize = 15;

#[test]
fn the_second_rung_finds_what_the_first_lacks() {
    let standard = standard();
    let mut options = Options::new(&standard);
    options.shares.moved = 0.15;
    let mut second = 0;
    for seed in 0..6 {
        let snapshot = synthetic(&CountyOptions {
            schools: 6,
            seed,
            ..CountyOptions::default()
        });
        let county = County::new(&snapshot, &standard, &options).unwrap();
        let run = soon();
        let stages = Stages {
            county: &county,
            run: &run,
            gap: 1e-7,
            decided: Vec::new(),
        };
        let (first, failing) = stages.swapped().unwrap();
        let mut wanted = stages.wanted(Goal::Cost);
        wanted.failing = Some(failing);
        let priced = price(&county, wanted, &run, &first, (1e-5, f64::INFINITY)).unwrap();
        let search = |worths: &[usize]| {
            let mut best = Best {
                moves: first.clone(),
                bound: priced.bound,
            };
            stages.kernel(wanted, &priced, worths, &mut best);
            (objective(&county, &best.moves), best.bound)
        };
        let (least, bound) = search(&[usize::MAX]);
        let near = 1e-6 * least;
        assert!((least - bound).abs() <= near, "seed {seed}");
        let (few, few_bound) = search(&[FEW]);
        assert!(
            few_bound <= least + near && least <= few + near,
            "seed {seed}"
        );
        second += usize::from(few > few_bound + near);
        let (both, both_bound) = search(&[FEW, usize::MAX]);
        assert!(
            (both - least).abs() <= near && (both_bound - bound).abs() <= 2.0 * near,
            "seed {seed}"
        );
    }
    assert!(second > 0, "the first rung was always enough");
}

use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::mip::{Limits, Mip, Solved};
use crate::run::Run;

/// An instance: children per block, places per school, costs per child (`None` is forbidden).
#[derive(Clone, Debug)]
struct Case {
    supply: Vec<f64>,
    capacity: Vec<f64>,
    costs: Costs,
}

impl Case {
    fn new(supply: &[u32], capacity: &[u32], unit: &[Option<u32>]) -> Self {
        let mut costs = Costs::new(supply.len(), capacity.len());
        for (block, children) in supply.iter().enumerate() {
            for (school, cell) in costs.row_mut(block).iter_mut().enumerate() {
                if let Some(unit) = unit[block * capacity.len() + school] {
                    *cell = f64::from(unit) * f64::from(*children.max(&1));
                }
            }
        }
        let f64s = |list: &[u32]| list.iter().map(|x| f64::from(*x)).collect();
        Self {
            supply: f64s(supply),
            capacity: f64s(capacity),
            costs,
        }
    }

    fn solve(&self) -> Result<Flow, Vec<Shortage>> {
        let open: Vec<usize> = (0..self.capacity.len()).collect();
        self.problem(&open).solve()
    }

    fn problem<'a>(&'a self, open: &'a [usize]) -> Transport<'a> {
        Transport {
            costs: &self.costs,
            supply: &self.supply,
            capacity: &self.capacity,
            open,
        }
    }

    /// The same as a linear programme.
    fn by_highs(&self) -> Option<f64> {
        let mut mip = Mip::default();
        let mut loads = vec![Vec::new(); self.capacity.len()];
        for (block, children) in self.supply.iter().enumerate() {
            let mut row = Vec::new();
            for (school, load) in loads.iter_mut().enumerate() {
                let cost = self.costs.at(block, school);
                if cost.is_finite() {
                    let share = mip.add(cost, 0.0, 1.0);
                    row.push((share, 1.0));
                    load.push((share, *children));
                }
            }
            mip.row(1.0, 1.0, row);
        }
        for (load, places) in loads.into_iter().zip(&self.capacity) {
            mip.row(f64::NEG_INFINITY, *places, load);
        }
        match mip.solve(&Run::new(1, Duration::MAX), Limits::default(), None) {
            Solved::Point(point) => Some(point.objective),
            _ => None,
        }
    }
}

fn cases() -> impl Strategy<Value = Case> {
    (1usize..14, 1usize..6).prop_flat_map(|(blocks, schools)| {
        (
            prop::collection::vec(0u32..9, blocks),
            prop::collection::vec(0u32..30, schools),
            // Few different costs make ties, which is where flows get hard.
            prop::collection::vec(prop::option::weighted(0.85, 0u32..12), blocks * schools),
        )
            .prop_map(|(supply, capacity, unit)| Case::new(&supply, &capacity, &unit))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn equals_the_linear_programme(case in cases()) {
        match case.solve() {
            Ok(flow) => {
                let other = case.by_highs();
                prop_assert!(other.is_some_and(|o| (o - flow.objective).abs() < 1e-6));
                prop_assert!((flow.bound - flow.objective).abs() < 1e-6);
                prop_assert!(flow.split().count() < case.capacity.len());
                for (load, places) in flow.loads.iter().zip(&case.capacity) {
                    prop_assert!(*load <= places + 1e-9);
                }
                for (school, price) in flow.seat_prices.iter().enumerate() {
                    prop_assert!(*price >= 0.0);
                    // A price means no place is left.
                    prop_assert!(*price < 1e-9 || flow.loads[school] > case.capacity[school] - 1e-9);
                }
                for (block, shares) in flow.shares.iter().enumerate() {
                    prop_assert!((shares.iter().map(|s| s.1).sum::<f64>() - 1.0).abs() < 1e-9);
                    let children = case.supply[block].max(1.0);
                    for (school, _) in shares {
                        let price = if case.supply[block] > 0.0 { flow.seat_prices[*school] } else { 0.0 };
                        let pays = case.costs.at(block, *school) / children + price;
                        // Only schools at the block's price are used.
                        prop_assert!((pays - flow.block_prices[block]).abs() < 1e-9);
                    }
                }
            }
            Err(shortages) => {
                for shortage in &shortages {
                    let children: f64 = shortage.blocks.iter().map(|b| case.supply[*b]).sum();
                    let places: f64 = shortage.schools.iter().map(|s| case.capacity[*s]).sum();
                    // The certificate holds: these blocks may go nowhere else.
                    for block in &shortage.blocks {
                        for (school, cost) in case.costs.row(*block).iter().enumerate() {
                            prop_assert!(!cost.is_finite() || shortage.schools.contains(&school));
                        }
                    }
                    prop_assert!(shortage.schools.is_empty() || children > places);
                    prop_assert!((shortage.missing - (children - places)).abs() < 1e-9);
                }
                // Blocks without children count for the program too: they must go somewhere.
                prop_assert!(!shortages.is_empty() && case.by_highs().is_none());
            }
        }
    }

    #[test]
    fn the_cost_is_told_where_it_is_below_a_limit(case in cases(), limit in 0u32..600) {
        // Costs are whole numbers.
        let limit = f64::from(limit) + 0.5;
        let open: Vec<usize> = (0..case.capacity.len()).collect();
        let told = case.problem(&open).cost_below(limit);
        match case.solve().map(|flow| flow.objective) {
            Ok(cost) if cost < limit => prop_assert!(told.is_some_and(|told| (told - cost).abs() < 1e-6)),
            _ => prop_assert_eq!(told, None),
        }
    }

    #[test]
    fn scaling_changes_nothing_but_the_numbers(case in cases(), factor in 1u32..2000) {
        let factor = f64::from(factor);
        let mut scaled = case.clone();
        for block in 0..case.supply.len() {
            for cell in scaled.costs.row_mut(block) {
                *cell *= factor;
            }
        }
        match (case.solve(), scaled.solve()) {
            (Ok(a), Ok(b)) => prop_assert!((a.objective * factor - b.objective).abs() <= 1e-9 * b.objective),
            (a, b) => prop_assert_eq!(a.err(), b.err()),
        }
    }
}

#[test]
fn prices_of_a_full_school() {
    // Both blocks want school 0, which has places for one; block 1 pays less for going away.
    let case = Case::new(&[10, 10], &[10, 20], &[Some(1), Some(9), Some(2), Some(6)]);
    let flow = case.solve().expect("places suffice");
    assert_eq!(flow.objective, 10.0 + 60.0);
    assert_eq!(flow.seat_prices, [4.0, 0.0]);
    assert_eq!(flow.block_prices, [5.0, 6.0]);
    assert_eq!(flow.shares, [[(0, 1.0)], [(1, 1.0)]]);
}

#[test]
fn closed_schools_are_not_used() {
    let case = Case::new(&[10, 10], &[10, 20], &[Some(1), Some(9), Some(2), Some(6)]);
    let flow = case.problem(&[1]).solve().expect("places suffice");
    assert_eq!(flow.loads, [0.0, 20.0]);
    let short = case.problem(&[0]).solve().expect_err("too few places");
    assert_eq!(
        short,
        [Shortage {
            blocks: vec![0, 1],
            schools: vec![0],
            missing: 10.0
        }]
    );
}

#[test]
fn a_block_that_may_go_nowhere_is_named() {
    let case = Case::new(&[5, 7], &[50], &[Some(1), None]);
    let short = case.solve().expect_err("block 1 is stuck");
    assert_eq!((&short[0].blocks, short[0].missing), (&vec![1], 7.0));
}

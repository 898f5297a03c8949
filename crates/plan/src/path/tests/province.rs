//! Variants of the standard, as a province may lay over it, and students that change: against a
//! search that tries everything.

use junheng_core::model::Field as F;
use junheng_core::standard::Amount;
use proptest::prelude::*;

use super::small::{Dice, budgets, exhaustive, only, rich, set};
use super::*;

/// Another tolerance and floor, other thresholds and limits, and half the time a second rule.
fn province(dice: &mut Dice) -> Standard {
    let mut standard = standard();
    let thresholds = standard.indicators.iter_mut().map(|i| &mut i.limits);
    let limits = standard.variations.iter_mut().map(|v| &mut v.limits);
    for limit in thresholds.chain(limits).flatten().flatten() {
        if let Amount::Number(number) = &mut limit.amount {
            *number *= [0.9, 1.0, 1.1][dice.below(3) as usize];
        }
    }
    let rule = &mut standard.rules[0];
    rule.tolerated = dice.below(3) as u32;
    rule.floor = [None, Some(0.7), Some(0.85)][dice.below(3) as usize];
    if dice.below(2) == 0 {
        let mut second = rule.clone();
        second.id = "second".to_owned();
        second.indicators = vec![2, 6];
        second.tolerated = dice.below(2) as u32;
        standard.rules.push(second);
    }
    standard
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    /// Rooms and PE teachers in two years for two schools, whose students change between them.
    #[test]
    fn no_combination_is_better(seed in 0_u64..1_000_000) {
        let mut dice = Dice::new(seed);
        let standard = province(&mut dice);
        let students = [50 + dice.below(60), 50 + dice.below(60)];
        let mut county = rich(&students);
        let mut all = Vec::new();
        for (row, n) in students.into_iter().enumerate() {
            let mut have = |field, need: f64, less: u64| {
                let amount = (n as f64 * need).ceil() - dice.below(less) as f64;
                set(&mut county, field, row, amount.max(0.0));
            };
            have(F::MultimediaRooms, 0.023, 3);
            have(F::PeArtTeachers, 0.009, 2);
            have(F::TeachersAboveDegree, 0.042, 2);
            have(F::BackboneTeachers, 0.01, 2);
            for year in [2026, 2027] {
                for action in [Action::EquipRoom, Action::HirePeArtTeacher] {
                    let step = Step { year, section: row, action, from: None, counts: Vec::new(), amount: 1 };
                    all.push((step, 1));
                }
            }
        }
        only(&mut county, &[
            ("equip_multimedia_room", "5", 0, Some(1)),
            ("hire_pe_art_teacher", "7", 0, Some(1)),
        ]);
        if dice.below(2) == 0 {
            budgets(&mut county, &[dice.below(20) as f64, dice.below(15) as f64]);
        }
        let mut later = county.clone();
        for (row, n) in students.into_iter().enumerate() {
            set(&mut later, F::Students, row, (n + dice.below(30)) as f64);
        }
        let best = exhaustive(&[(2026, &county), (2027, &later)], &standard, &all);
        let judged = BTreeMap::from([(2027, later)]);
        let options = Options { horizon: 1, ..Options::after(2025) };
        let plan = plan(&county, &judged, &standard, &options, &run(60)).unwrap();
        if best.0 == usize::MAX {
            prop_assert_eq!(plan.status, crate::run::Status::Infeasible);
        } else {
            let found = check(&county, &judged, &standard, &plan);
            prop_assert!(found.broken.is_empty(), "{:?}", found.broken);
            prop_assert_eq!((plan.failing.len(), plan.proof.objective), best);
            prop_assert_eq!(plan.failing_bound, best.0);
            prop_assert_eq!(plan.status, crate::run::Status::Optimal);
        }
    }
}

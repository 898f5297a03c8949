//! Optimality: against a search that tries everything, closed forms and a greedy.

use junheng_core::model::{Field as F, Snapshot, TableId};
use proptest::prelude::*;

use super::small::{Dice, budgets, exhaustive, listed, only, placings, rich, set, short};
use super::*;

fn to(target: i16) -> Options {
    Options {
        target,
        ..Options::after(2025)
    }
}

fn step(year: i16, section: usize, action: Action) -> Step {
    Step {
        year,
        section,
        action,
        from: None,
        counts: Vec::new(),
        amount: 1,
    }
}

/// Rooms, degrees and PE teachers in two years with limits and, half the time, budgets.
fn choices(county: &Snapshot, rows: usize) -> Vec<(Step, u64)> {
    let mut all = Vec::new();
    let prices = Prices::read(county);
    for row in 0..rows {
        for year in [2026, 2027] {
            let limit = |a| {
                prices
                    .of(a, junheng_core::model::Stage::Primary)
                    .map(|p| p.limit)
            };
            if limit(Action::EquipRoom).is_some() {
                all.push((step(year, row, Action::EquipRoom), 1));
            }
            if limit(Action::NameBackbone).is_some() && year == 2026 {
                all.push((step(year, row, Action::NameBackbone), 2));
            }
            if limit(Action::HirePeArtTeacher).is_some() {
                all.push((step(year, row, Action::HirePeArtTeacher), 1));
            }
        }
    }
    all
}

/// A backbone teacher has to be named and a room equipped in the first year. A yuan less, and one room
/// is all that can be had: the plan says so, and does what can be paid.
#[test]
fn money_that_comes_too_late_names_the_coefficient() {
    let of = |first: f64| {
        let mut county = rich(&[60, 55]);
        for row in 0..2 {
            set(&mut county, F::MultimediaRooms, row, 0.0);
            set(&mut county, F::BackboneTeachers, row, 1.0 - row as f64);
        }
        only(
            &mut county,
            &[
                ("equip_multimedia_room", "5", 0, Some(1)),
                ("name_backbone", "3", 1, Some(2)),
            ],
        );
        budgets(&mut county, &[first, 9.0]);
        plan(&county, &BTreeMap::new(), &standard(), &to(2027), &run(60)).unwrap()
    };
    let late = of(7.0);
    assert_eq!(late.status, crate::run::Status::Infeasible);
    assert_eq!((late.conflicts.len(), late.proof.objective), (1, 8.0));
    let enough = of(8.0);
    assert!(enough.conflicts.is_empty());
    assert_eq!(enough.proof.objective, 13.0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    /// Two schools, three actions, two years: the plan is the best there is.
    #[test]
    fn no_combination_is_better(seed in 0_u64..1_000_000) {
        let mut dice = Dice::new(seed);
        let mut county = short(seed);
        let rows = 2;
        for id in [junheng_core::model::TableId::Sections, junheng_core::model::TableId::Schools] {
            // Only the first two schools.
            let small = rich(&[50 + dice.below(60), 50 + dice.below(60)]);
            county.tables.insert(id, small.tables[&id].clone());
        }
        for row in 0..rows {
            let n = county.number(F::Students, row).unwrap();
            let have = |need: f64, less: u64| ((n * need).ceil() - less as f64).max(0.0);
            set(&mut county, F::MultimediaRooms, row, have(0.023, dice.below(3)));
            set(&mut county, F::BackboneTeachers, row, have(0.01, dice.below(2)));
            set(&mut county, F::PeArtTeachers, row, have(0.009, dice.below(2)));
            set(&mut county, F::TeachersAboveDegree, row, have(0.042, dice.below(2)));
        }
        only(&mut county, &[
            ("equip_multimedia_room", "5", 0, Some(1)),
            ("name_backbone", "3", 1, Some(2)),
            ("hire_pe_art_teacher", "7", 0, Some(1)),
        ]);
        let standard = standard();
        let best = exhaustive(&[(2027, &county)], &standard, &choices(&county, rows));
        let plan = plan(&county, &BTreeMap::new(), &standard, &to(2027), &run(60)).unwrap();
        let found = check(&county, &BTreeMap::new(), &standard, &plan);
        if best.0 == usize::MAX {
            prop_assert_eq!(plan.status, crate::run::Status::Infeasible);
        } else if plan.conflicts.is_empty() {
            prop_assert!(found.broken.is_empty(), "{:?}", found.broken);
            prop_assert_eq!((plan.failing.len(), plan.proof.objective), best);
            prop_assert_eq!(plan.status, crate::run::Status::Optimal);
        } else {
            prop_assert!(false, "it can be done: {:?} {:?}", best, plan.conflicts);
        }
    }

    /// Teachers move between two schools, may be hired or raised: the best there is.
    #[test]
    fn no_exchange_is_better(seed in 0_u64..1_000_000) {
        let mut dice = Dice::new(seed);
        let mut county = rich(&[100, 100]);
        for row in 0..2 {
            set(&mut county, F::FullTimeTeachers, row, 6.0);
            set(&mut county, F::TeachersAboveDegree, row, 3.0 + dice.below(4) as f64);
            set(&mut county, F::PeArtTeachers, row, dice.below(3) as f64);
            set(&mut county, F::BackboneTeachers, row, 1.0);
        }
        only(&mut county, &[
            ("hire_pe_art_teacher", "11", 0, Some(1)),
            ("raise_degree", "4", 0, Some(2)),
            ("transfer_teacher", "1", 0, Some(1)),
        ]);
        let standard = standard();
        let mut all = Vec::new();
        let roster = |row: usize| {
            // Degrees and backbone from the front, PE and arts from the end.
            let of = |f| county.number(f, row).unwrap() as usize;
            let mut kinds: Vec<Vec<F>> = vec![Vec::new(); of(F::FullTimeTeachers)];
            for field in [F::TeachersAboveDegree, F::BackboneTeachers] {
                for kind in kinds.iter_mut().take(of(field)) {
                    kind.push(field);
                }
            }
            for kind in kinds.iter_mut().rev().take(of(F::PeArtTeachers)) {
                kind.push(F::PeArtTeachers);
            }
            kinds.sort();
            kinds
        };
        for row in 0..2 {
            all.push((step(2026, row, Action::HirePeArtTeacher), 1));
            all.push((step(2026, row, Action::RaiseDegree), 2));
            let mut kinds = roster(1 - row);
            let everybody = kinds.clone();
            kinds.dedup();
            for counts in kinds {
                let most = everybody.iter().filter(|k| **k == counts).count().min(1) as u64;
                let mut transfer = step(2026, row, Action::TransferTeacher);
                transfer.from = Some(1 - row);
                transfer.counts = counts;
                all.push((transfer, most));
            }
        }
        let best = exhaustive(&[(2026, &county)], &standard, &all);
        let plan = plan(&county, &BTreeMap::new(), &standard, &to(2026), &run(60)).unwrap();
        if best.0 == usize::MAX {
            prop_assert_eq!(plan.status, crate::run::Status::Infeasible);
        } else {
            let found = check(&county, &BTreeMap::new(), &standard, &plan);
            prop_assert!(found.broken.is_empty(), "{:?}", found.broken);
            prop_assert_eq!((plan.failing.len(), plan.proof.objective), best);
            prop_assert_eq!(plan.status, crate::run::Status::Optimal);
        }
    }

    /// Listed teachers anywhere, from schools that fail too: the best of all places for everybody.
    #[test]
    fn no_placing_of_teachers_is_better(seed in 0_u64..1_000_000) {
        let (county, teachers) = listed(seed);
        let standard = standard();
        let best = placings(&county, &standard, &teachers);
        let plan = plan(&county, &BTreeMap::new(), &standard, &to(2026), &run(60)).unwrap();
        if let Some(best) = best {
            let found = check(&county, &BTreeMap::new(), &standard, &plan);
            prop_assert!(found.broken.is_empty(), "{:?}", found.broken);
            prop_assert_eq!(plan.status, crate::run::Status::Optimal);
            prop_assert_eq!((plan.failing.len(), plan.proof.objective), best);
        } else {
            prop_assert_eq!(plan.status, crate::run::Status::Infeasible);
        }
    }
}

/// Rooms, area and equipment only: what a section lacks, less the dearest it may miss.
#[test]
fn separable_counties_have_a_closed_form() {
    let standard = standard();
    for seed in 1..40 {
        let mut dice = Dice::new(seed);
        let students: Vec<u64> = (0..6).map(|_| 60 + dice.below(900)).collect();
        let mut county = rich(&students);
        only(
            &mut county,
            &[
                ("equip_multimedia_room", "40000", 0, None),
                ("build_teaching_m2", "3000", 0, None),
                ("build_sports_m2", "500", 0, None),
                ("buy_equipment_yuan", "1", 0, None),
            ],
        );
        let mut cost = 0.0;
        for (row, n) in students.iter().enumerate() {
            let n = *n as f64;
            let mut sum = 0.0;
            let mut saved: f64 = 0.0;
            for (field, each, yuan) in [
                (F::MultimediaRooms, 0.023, 40_000.0),
                (F::TeachingArea, 4.5, 3_000.0),
                (F::SportsGround, 7.5, 500.0),
                (F::Equipment, 2_000.0, 1.0),
            ] {
                let share = 0.9 + 0.05 * dice.below(4) as f64;
                let have = (n * each * share).floor();
                set(&mut county, field, row, have);
                // In thousandths, so that no product of fractions decides.
                let units = |level: f64| {
                    ((n * each * level * 1e6).round() / 1e6 - have)
                        .ceil()
                        .max(0.0)
                };
                sum += units(1.0) * yuan;
                saved = saved.max((units(1.0) - units(0.85)) * yuan);
            }
            cost += sum - saved;
        }
        let plan = planned(&county, &standard, &to(2026));
        assert_eq!(plan.proof.objective, cost, "seed {seed}");
        assert_eq!(plan.status, crate::run::Status::Optimal);
    }
}

/// Never dearer than: every section alone, cheapest single action per indicator, no transfers.
#[test]
fn never_worse_than_a_greedy() {
    let standard = standard();
    for seed in 1..12 {
        let base = county(&CountyOptions {
            schools: 12,
            seed,
            ..CountyOptions::default()
        });
        let mut base = base;
        base.tables.remove(&junheng_core::model::TableId::Budgets);
        base.tables.remove(&junheng_core::model::TableId::UnitCosts);
        for (field, share) in [
            (F::PeArtTeachers, 0.7),
            (F::MultimediaRooms, 0.8),
            (F::BackboneTeachers, 0.7),
        ] {
            for row in 0..base.rows(junheng_core::model::TableId::Sections) {
                if let Some(n) = base.number(field, row) {
                    set(&mut base, field, row, (n * share).floor());
                }
            }
        }
        base.tables.remove(&junheng_core::model::TableId::Teachers);
        let greedy = greedy(&base, &standard);
        let plan = planned(&base, &standard, &to(2028));
        if let Some(cost) = greedy {
            assert!(plan.failing.is_empty(), "seed {seed}");
            assert!(
                plan.proof.objective <= cost,
                "seed {seed}: {} > {cost}",
                plan.proof.objective
            );
        }
    }
}

/// The cost of bringing every indicator to its threshold, section by section; `None` where that
/// breaks a coefficient.
fn greedy(base: &Snapshot, standard: &Standard) -> Option<f64> {
    use junheng_core::evaluate::{evaluate, shortfalls};
    let mut steps = Vec::new();
    let evaluation = evaluate(base, standard);
    let mut cost = 0.0;
    for section in evaluation.sections.iter().filter(|s| s.in_scope()) {
        for lack in shortfalls(standard, &evaluation.frame, section) {
            let action = match lack.field {
                F::TeachersAboveDegree => Action::HireTeacher,
                F::BackboneTeachers => Action::NameBackbone,
                F::PeArtTeachers => Action::HirePeArtTeacher,
                F::TeachingArea => Action::BuildTeaching,
                F::SportsGround => Action::BuildSports,
                F::Equipment => Action::BuyEquipment,
                F::MultimediaRooms => Action::EquipRoom,
                _ => return None,
            };
            // What a school holds as a whole is shared: its other sections take their part.
            let shared = matches!(
                evaluation.frame.origin(lack.field, section.row),
                Some(junheng_core::evaluate::Origin::Shared { .. })
            );
            let amount = lack.to_threshold * if shared { 4.0 } else { 1.0 };
            let mut one = step(2026, section.row, action);
            one.amount = amount as u64;
            cost += amount * action.assumed().0;
            steps.push(one);
        }
    }
    let after = evaluate(&apply(base, standard, &steps), standard);
    super::small::judge(&after)?.is_empty().then_some(cost)
}

/// Every threshold is met, but one school is so rich that a coefficient fails: the rest follows.
#[test]
fn a_coefficient_that_binds_is_a_waterline() {
    let standard = standard();
    let mut county = rich(&[100; 12]);
    // Sports ground only: eleven schools with 1,000 m², one with 6,000.
    set(&mut county, F::SportsGround, 0, 6_000.0);
    only(&mut county, &[("build_sports_m2", "500", 0, None)]);
    let before = junheng_core::evaluate::evaluate(&county, &standard);
    assert!(
        before
            .sections
            .iter()
            .all(|s| s.verdict == Some(junheng_core::verdict::Verdict::Met))
    );
    let plan = planned(&county, &standard, &to(2026));
    assert!(plan.conflicts.is_empty());
    // Equal schools are raised alike: y each with 11(y−m)² + (6000−m)² ≤ 12 (m/2)², m the mean.
    let fits = |sum: f64| {
        let y = (11_000.0 + sum) / 11.0;
        let m = (11.0 * y + 6_000.0) / 12.0;
        11.0 * (y - m).powi(2) + (6_000.0 - m).powi(2) <= 12.0 * (m / 2.0).powi(2)
    };
    let least = (0..100_000).find(|n| fits(f64::from(*n))).unwrap();
    let spent = plan.proof.objective / 500.0;
    assert!(
        spent >= f64::from(least) && spent <= f64::from(least) + 11.0,
        "{spent} {least}"
    );
    assert!(plan.proof.bound <= f64::from(least) * 500.0 + 1.0);
    assert!(plan.proof.gap() < 5e-3, "{:?}", plan.proof);
}

/// Where money is short it goes where most sections pass, and a later year's money counts too.
#[test]
fn money_goes_where_most_sections_pass() {
    let standard = standard();
    let mut county = rich(&[100, 200, 300]);
    only(&mut county, &[("equip_multimedia_room", "10", 0, None)]);
    for (row, rooms) in [1.0, 2.0, 3.0].into_iter().enumerate() {
        set(&mut county, F::MultimediaRooms, row, rooms);
    }
    // The floors are 2, 4 and 6 rooms.
    for (money, target, failing, cost) in [
        (&[35.0][..], 2026, &[2][..], 30.0),
        (&[0.0], 2026, &[0, 1, 2], 0.0),
        (&[30.0, 30.0], 2027, &[], 60.0),
        (&[25.0, 45.0], 2027, &[], 60.0),
        // Sixty in all, but no whole room fits into the last five of each year.
        (&[25.0, 35.0], 2027, &[2], 30.0),
        (&[29.0, 29.0], 2027, &[2], 30.0),
    ] {
        budgets(&mut county, money);
        let plan = planned(&county, &standard, &to(target));
        assert_eq!(
            (plan.failing.as_slice(), plan.proof.objective),
            (failing, cost),
            "{money:?}"
        );
        assert_eq!(plan.status, crate::run::Status::Optimal);
        assert!(plan.late.iter().all(|l| l.reason == Reason::Budget));
        county.tables.remove(&junheng_core::model::TableId::Budgets);
    }
}

/// A sum for all years together: as many sections as it can pay for, wherever the years' budgets are.
#[test]
fn a_sum_goes_as_far_as_it_can() {
    let standard = standard();
    let mut county = rich(&[100, 200, 300]);
    only(&mut county, &[("equip_multimedia_room", "10", 0, None)]);
    for (row, rooms) in [1.0, 2.0, 3.0].into_iter().enumerate() {
        set(&mut county, F::MultimediaRooms, row, rooms);
    }
    for (purse, failing, cost) in [
        (0.0, &[0, 1, 2][..], 0.0),
        (29.0, &[1, 2], 10.0),
        (30.0, &[2], 30.0),
        (59.9, &[2], 30.0),
        (60.0, &[], 60.0),
    ] {
        let options = Options {
            purse: Some(purse),
            ..to(2027)
        };
        let plan = planned(&county, &standard, &options);
        let passing = 3 - plan.failing.len();
        assert_eq!((passing, plan.proof.objective), (3 - failing.len(), cost));
        assert_eq!(plan.failing_bound, failing.len(), "{purse}");
    }
    budgets(&mut county, &[25.0, 45.0]);
    let options = Options {
        purse: Some(60.0),
        ..to(2027)
    };
    assert!(planned(&county, &standard, &options).failing.is_empty());
}

/// A county for the plain formulation: everything short by a pattern, no list of teachers.
fn poorer(seed: u64) -> Snapshot {
    let mut base = county(&CountyOptions {
        schools: 7,
        seed,
        ..CountyOptions::default()
    });
    for table in [TableId::Budgets, TableId::UnitCosts, TableId::Teachers] {
        base.tables.remove(&table);
    }
    for field in [F::PeArtTeachers, F::MultimediaRooms, F::BackboneTeachers] {
        for row in 0..base.rows(TableId::Sections) {
            if let Some(n) = base.number(field, row) {
                set(&mut base, field, row, (n * 0.75).floor());
            }
        }
    }
    base
}

/// The same failing sections and the same cost as HiGHS on the formulation anybody would write, where
/// everything counts at once and where lead times, yearly limits and budgets bind together.
#[test]
fn equal_to_the_plain_formulation() {
    let standard = standard();
    for seed in 1..7 {
        let free = poorer(seed);
        let mut bound = free.clone();
        let whole = county(&CountyOptions {
            schools: 7,
            seed,
            ..CountyOptions::default()
        });
        let costs = whole.tables[&TableId::UnitCosts].clone();
        bound.tables.insert(TableId::UnitCosts, costs);
        budgets(&mut bound, &[150_000.0, 90_000.0, 200_000.0]);
        for base in [free, bound] {
            let options = to(2027);
            let own = planned(&base, &standard, &options);
            let wrong = check(&base, &BTreeMap::new(), &standard, &own).broken;
            assert!(wrong.is_empty(), "seed {seed}: {wrong:?}");
            let (failing, proof) = plain(&base, &BTreeMap::new(), &standard, &options, &run(60))
                .unwrap()
                .unwrap();
            assert_eq!(own.failing.len(), failing, "seed {seed}");
            let apart = (own.proof.objective - proof.objective).abs();
            assert!(
                apart <= 1e-6 * proof.objective + own.proof.objective - own.proof.bound,
                "seed {seed}: {:?} {proof:?}",
                own.proof
            );
        }
    }
}

//! What holds of every plan, whatever is asked for.

use junheng_core::model::{Field as F, Snapshot, Stage, TableId};
use proptest::prelude::*;

use super::super::*;
use super::{grid, planned};

/// What may be asked for, all at once.
#[derive(Debug, Clone)]
struct Wishes {
    today: Vec<u8>,
    stay: u16,
    contiguity: u8,
    split: bool,
    far: bool,
    lock: Option<(usize, usize)>,
    together: bool,
    zone: bool,
    group: bool,
    grandfather: bool,
    balance: bool,
}

fn wishes() -> impl Strategy<Value = Wishes> {
    let rest = (
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
    );
    (
        prop::collection::vec(0u8..4, 12),
        0u16..3000,
        0u8..3,
        any::<bool>(),
        any::<bool>(),
        prop::option::of((0usize..12, 0usize..3)),
        rest,
    )
        .prop_map(|(today, stay, contiguity, split, far, lock, rest)| Wishes {
            today,
            stay,
            contiguity,
            split,
            far,
            lock,
            together: rest.0,
            zone: rest.1,
            group: rest.2,
            grandfather: rest.3,
            balance: rest.4,
        })
}

/// Twelve blocks, three schools, everything that is wished for.
fn wished(children: &[u32], places: &[u32], wishes: &Wishes) -> Problem {
    let places: Vec<f64> = places.iter().map(|p| f64::from(*p)).collect();
    let mut problem = grid(4, children, &[0, 3, 10], &places);
    for (block, today) in problem.blocks.iter_mut().zip(&wishes.today) {
        block.current = match today {
            3 => Current::Blank,
            school => Current::School(usize::from(*school)),
        };
    }
    problem.rules.stay_metres = f64::from(wishes.stay);
    problem.contiguity = [Contiguity::Adjacency, Contiguity::NotWorse, Contiguity::Off]
        [usize::from(wishes.contiguity)];
    problem.rules.split = wishes.split;
    if wishes.far {
        for block in 0..12 {
            for cell in problem.travel.row_mut(block) {
                if *cell > 4000.0 {
                    *cell = f64::INFINITY;
                }
            }
        }
        problem.rules.max_metres = Some(4000.0);
    }
    problem.locked.extend(wishes.lock);
    if wishes.together {
        problem.together = vec![vec![5, 6]];
    }
    let locked = wishes.zone && wishes.today.contains(&2);
    if locked {
        problem.locked_zones = vec![2];
        problem.schools[2].home = problem.schools[2].home.filter(|h| wishes.today[*h] == 2);
    }
    if wishes.group {
        problem.groups = vec![vec![0, 1]];
    }
    if wishes.grandfather {
        problem.rules.grandfather = true;
        for (at, school) in problem.schools.iter_mut().enumerate() {
            let own = |b: &&Block| b.current == Current::School(at);
            let children: f64 = problem.blocks.iter().filter(own).map(|b| b.children).sum();
            school.enrolled = children * 5.0 / 6.0;
        }
    }
    if wishes.balance && !locked {
        problem.figures = (0..12).map(|b| f64::from(b % 5)).collect();
        problem.rules.balance = Some((F::BlockResidents, 1.5));
    }
    problem
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn every_plan_keeps_every_rule_and_none_is_below_its_bound(
        children in prop::collection::vec(0u32..9, 12),
        places in prop::collection::vec(12u32..60, 3),
        wishes in wishes(),
    ) {
        let problem = wished(&children, &places, &wishes);
        let outcome = planned(&problem);
        for plan in &outcome.plans {
            prop_assert_eq!(check(&problem, plan), vec![]);
            prop_assert!(outcome.bound <= plan.objective + 1e-9 * plan.objective.abs().max(1.0));
        }
        // What one programme can say is decided: the best of all, or that there is none.
        let said = match problem.contiguity {
            Contiguity::Off => true,
            _ => !problem.rules.split || problem.groups.is_empty(),
        };
        if said {
            let decided = [Status::Optimal, Status::Infeasible];
            prop_assert!(decided.contains(&outcome.status), "{:?}", outcome.status);
        }
        // A plan, or why there is none; never both.
        prop_assert_eq!(outcome.plans.is_empty(), !outcome.conflicts.is_empty());
        for conflict in &outcome.conflicts {
            prop_assert!(!conflict.message.zh.is_empty() && !conflict.relaxation.en.is_empty());
            prop_assert!(conflict.blocks.iter().all(|b| *b < 12));
            prop_assert!(conflict.schools.iter().all(|s| *s < 3));
        }
    }

    #[test]
    fn other_units_change_nothing_but_the_numbers(
        children in prop::collection::vec(0u32..9, 12),
        places in prop::collection::vec(20u32..60, 3),
        stay in 0u16..3000,
        (metres, people) in (0i32..4, 0i32..4),
    ) {
        let mut problem = grid(4, &children, &[0, 3, 10], &[0.0; 3]);
        for (school, places) in problem.schools.iter_mut().zip(&places) {
            school.places = f64::from(*places);
        }
        for (at, block) in problem.blocks.iter_mut().enumerate() {
            block.current = Current::School(at % 3);
        }
        problem.rules.stay_metres = f64::from(stay);
        let mut scaled = problem.clone();
        // Powers of two, so that no digit is lost.
        let (metres, people) = (2f64.powi(metres), 2f64.powi(people));
        scaled.rules.stay_metres *= metres;
        for at in 0..12 {
            scaled.blocks[at].children *= people;
            scaled.travel.row_mut(at).iter_mut().for_each(|cell| *cell *= metres);
        }
        scaled.schools.iter_mut().for_each(|school| school.places *= people);
        let (a, b) = (planned(&problem), planned(&scaled));
        prop_assert_eq!(a.status, b.status);
        for (a, b) in a.plans.iter().zip(&b.plans) {
            prop_assert!((a.objective * metres * people - b.objective).abs()
                <= 1e-6 * b.objective.abs());
        }
    }

    #[test]
    fn permuted_rows_give_the_same_plan(
        children in prop::collection::vec(0u32..9, 12),
        order in Just((0..12usize).collect::<Vec<_>>()).prop_shuffle(),
        schools in Just((0..3usize).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let plan_of = |blocks: &[usize], schools: &[usize]| {
            let snapshot = tables(&children, blocks, schools);
            let reading = read(&snapshot, Stage::Primary, Rules::default()).expect("it can be read");
            let outcome = planned(&reading.problem);
            (outcome, reading.problem)
        };
        let straight: Vec<usize> = (0..12).collect();
        let (a, first) = plan_of(&straight, &[0, 1, 2]);
        let (b, second) = plan_of(&order, &schools);
        prop_assert_eq!(&a, &b);
        let ids = |p: &Problem| p.blocks.iter().map(|b| b.id.clone()).collect::<Vec<_>>();
        prop_assert_eq!(ids(&first), ids(&second));
    }
}

/// The tables of a grid of twelve blocks and three schools, rows in the order asked for.
fn tables(children: &[u32], blocks: &[usize], schools: &[usize]) -> Snapshot {
    let mut snapshot = Snapshot::default();
    let homes = [0usize, 3, 10];
    let name = |block: usize| format!("b{block:02}");
    for &school in schools {
        let table = snapshot.tables.entry(TableId::Schools).or_default();
        let row = table.push_row();
        let id = format!("s{school}");
        table.set_text(F::SchoolId, row, &id, None);
        table.set_text(F::SchoolBlock, row, name(homes[school]), None);
        let table = snapshot.tables.entry(TableId::Sections).or_default();
        let row = table.push_row();
        table.set_text(F::SectionSchool, row, &id, None);
        table.set_text(F::SectionStage, row, "primary", None);
        table.set_number(F::Places, row, 40.0 + 5.0 * school as f64, None);
    }
    for &block in blocks {
        let (x, y) = (block % 4, block / 4);
        let table = snapshot.tables.entry(TableId::Blocks).or_default();
        let row = table.push_row();
        table.set_text(F::BlockId, row, name(block), None);
        table.set_number(F::ChildrenPrimary, row, f64::from(children[block]), None);
        for &school in schools {
            let (a, b) = (homes[school] % 4, homes[school] / 4);
            let metres = 700.0 * x.abs_diff(a) as f64 + 900.0 * y.abs_diff(b) as f64;
            let table = snapshot.tables.entry(TableId::TravelPrimary).or_default();
            let row = table.push_row();
            table.set_text(F::TravelPrimaryBlock, row, name(block), None);
            table.set_text(F::TravelPrimarySchool, row, format!("s{school}"), None);
            table.set_number(F::TravelPrimaryMetres, row, metres, None);
        }
        let table = snapshot.tables.entry(TableId::Adjacency).or_default();
        let right = (x < 3).then(|| block + 1);
        let below = (y < 2).then(|| block + 4);
        for other in [right, below].into_iter().flatten() {
            let row = table.push_row();
            table.set_text(F::AdjacentA, row, name(block), None);
            table.set_text(F::AdjacentB, row, name(other), None);
        }
    }
    snapshot
}

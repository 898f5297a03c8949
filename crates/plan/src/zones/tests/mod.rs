mod apply;
mod others;
mod parts;
mod properties;
mod relax;
mod ties;
mod tighten;
mod wishes;

use std::time::Duration;

use junheng_core::model::{Field, Stage};
use proptest::prelude::*;

use super::*;
use crate::transport::Costs;
use crate::travel::{Source, Unit};

/// A grid of blocks with schools in it, everything near everything else.
pub(super) fn grid(width: usize, children: &[u32], homes: &[usize], places: &[f64]) -> Problem {
    let count = children.len();
    let mut travel = Costs::new(count, homes.len());
    let mut neighbours: Vec<Vec<u32>> = vec![Vec::new(); count];
    for (block, list) in neighbours.iter_mut().enumerate() {
        let (x, y) = (block % width, block / width);
        for (school, home) in homes.iter().enumerate() {
            let (a, b) = (home % width, home / width);
            travel.row_mut(block)[school] = 1000.0 * (x.abs_diff(a) + y.abs_diff(b)) as f64;
        }
        let around = [
            (x > 0).then(|| block - 1),
            (x + 1 < width && block + 1 < count).then(|| block + 1),
            (y > 0).then(|| block - width),
            (block + width < count).then(|| block + width),
        ];
        *list = around.into_iter().flatten().map(|b| b as u32).collect();
        list.sort_unstable();
    }
    let blocks = (0..count).map(|at| Block {
        id: format!("b{at:03}"),
        name: format!("村{at}"),
        row: at,
        children: f64::from(children[at]),
        current: Current::Blank,
    });
    let schools = homes
        .iter()
        .zip(places)
        .enumerate()
        .map(|(at, (home, places))| School {
            id: format!("s{at}"),
            name: format!("学校{at}"),
            places: *places,
            home: Some(*home),
            enrolled: 0.0,
        });
    Problem {
        stage: Stage::Primary,
        blocks: blocks.collect(),
        schools: schools.collect(),
        travel,
        unit: Unit::Metres,
        source: Source::Matrix,
        neighbours,
        contiguity: Contiguity::Adjacency,
        figures: Vec::new(),
        locked: Vec::new(),
        together: Vec::new(),
        locked_zones: Vec::new(),
        groups: Vec::new(),
        today: Vec::new(),
        rules: Rules::default(),
    }
}

pub(super) fn planned(problem: &Problem) -> Outcome {
    plan(problem, &Run::new(1, Duration::from_secs(600)), 1)
}

/// The least cost of whole blocks in one piece, by trying everything.
pub(super) fn by_trying(problem: &Problem) -> Option<f64> {
    let (n, k) = (problem.blocks.len(), problem.schools.len());
    let mut best: Option<f64> = None;
    for code in 0..k.pow(n as u32) {
        let mut rest = code;
        let owners: Vec<u32> = (0..n)
            .map(|_| {
                let owner = rest % k;
                rest /= k;
                owner as u32
            })
            .collect();
        let plan = Plan::new(problem, shares(&owners), &vec![0.0; k]);
        if best.is_none_or(|b| plan.objective < b) && check(problem, &plan).is_empty() {
            best = Some(plan.objective);
        }
    }
    best
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn small_grids_are_solved_to_the_optimum(
        children in prop::collection::vec(0u32..9, 9),
        room in 3.0f64..30.0,
    ) {
        let problem = grid(3, &children, &[0, 8], &[room.floor(), 24.0]);
        let outcome = planned(&problem);
        let best = by_trying(&problem);
        match outcome.plans.first() {
            Some(plan) => {
                prop_assert_eq!(check(&problem, plan), vec![]);
                prop_assert!((plan.objective - best.unwrap_or(-1.0)).abs() < 1e-9);
                prop_assert!(outcome.bound <= plan.objective + 1e-9);
            }
            None => {
                prop_assert!(best.is_none() && !outcome.conflicts.is_empty());
                prop_assert!(outcome.status != Status::Optimal && outcome.status != Status::Feasible);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn zones_no_worse_than_today_are_solved_to_the_optimum(
        children in prop::collection::vec(0u32..9, 9),
        today in prop::collection::vec(0usize..3, 9),
        places in prop::collection::vec(8u32..30, 3),
        island in prop::option::of(0u32..9),
    ) {
        let places: Vec<f64> = places.into_iter().map(f64::from).collect();
        let mut problem = grid(3, &children, &[0, 4, 8], &places);
        if let Some(island) = island {
            problem.neighbours[island as usize].clear();
            problem.neighbours.iter_mut().for_each(|list| list.retain(|n| *n != island));
        }
        for (block, school) in problem.blocks.iter_mut().zip(&today) {
            block.current = Current::School(*school);
        }
        for (at, school) in problem.schools.iter_mut().enumerate() {
            // Who stands outside his zone today may stay there.
            school.home = school.home.filter(|h| today[*h] == at || !today.contains(&at));
        }
        problem.contiguity = Contiguity::NotWorse;
        let outcome = planned(&problem);
        match by_trying(&problem) {
            Some(best) => {
                prop_assert_eq!(outcome.status, Status::Optimal);
                prop_assert!((outcome.plans[0].objective - best).abs() < 1e-9);
            }
            None => prop_assert_eq!(outcome.status, Status::Infeasible),
        }
    }
}

#[test]
fn staying_moves_fewer_and_travels_more() {
    let children = [5; 16];
    let mut problem = grid(4, &children, &[0, 15], &[50.0, 50.0]);
    for block in 0..16 {
        // Today everything but the far corner goes to the first school's upper rows.
        problem.blocks[block].current = Current::School(usize::from(block % 4 > 1));
    }
    let free = planned(&problem);
    problem.rules.stay_metres = 3_000.0;
    let kept = planned(&problem);
    assert!(kept.plans[0].moved_students <= free.plans[0].moved_students);
    assert!(kept.plans[0].student_km >= free.plans[0].student_km);
    assert_eq!(check(&problem, &kept.plans[0]), vec![]);
}

fn conflict_of(problem: &Problem) -> &'static str {
    let outcome = planned(problem);
    assert!(outcome.plans.is_empty(), "no half plan");
    outcome.conflicts[0].code
}

#[test]
fn conflicts_are_named() {
    let children = [5; 9];
    let good = grid(3, &children, &[0, 8], &[30.0, 30.0]);
    let mut few = good.clone();
    few.schools[0].places = 10.0;
    assert_eq!(conflict_of(&few), "places");
    let mut cut = good.clone();
    cut.neighbours[2] = Vec::new();
    for list in &mut cut.neighbours {
        list.retain(|b| *b != 2);
    }
    assert_eq!(conflict_of(&cut), "island");
    let mut hole = good.clone();
    hole.travel.row_mut(4).fill(f64::INFINITY);
    assert_eq!(conflict_of(&hole), "no_school");
    let mut both = good;
    both.schools[1].home = Some(0);
    assert_eq!(conflict_of(&both), "block_of_two_schools");
    let mut lumps = grid(2, &[6, 0, 6, 6], &[0, 1], &[9.0, 9.0]);
    assert_eq!(conflict_of(&lumps), "whole_blocks");
    lumps.rules.split = true;
    assert_eq!(planned(&lumps).status, Status::Optimal);
}

#[test]
fn the_number_of_threads_does_not_show() {
    let children: Vec<u32> = (0..48).map(|i| i * 7 % 11).collect();
    let problem = grid(8, &children, &[0, 21, 40], &[90.0, 85.0, 90.0]);
    let on = |threads| {
        let run = Run::new(1, Duration::from_secs(600)).on(threads);
        plan(&problem, &run, 3)
    };
    assert_eq!(on(1), on(2));
}

#[test]
fn the_number_of_threads_does_not_show_where_zones_are_put_together() {
    // Eight schools of eight large blocks each: too many variables for one programme.
    let children: Vec<u32> = (0..64).map(|i| 5 + i * 13 % 17).collect();
    let homes = [0, 3, 14, 25, 29, 40, 51, 63];
    let problem = grid(8, &children, &homes, &[112.0; 8]);
    let on = |threads| {
        let run = Run::new(1, Duration::from_secs(600)).on(threads);
        plan(&problem, &run, 2)
    };
    let one = on(1);
    assert!(
        one.plans
            .first()
            .is_some_and(|p| check(&problem, p).is_empty())
    );
    assert_eq!(one, on(2));
}

#[test]
fn nobody_to_place_is_a_plan() {
    let problem = grid(3, &[0; 9], &[0, 8], &[0.0, 5.0]);
    let outcome = planned(&problem);
    assert_eq!(outcome.status, Status::Optimal);
    assert_eq!(check(&problem, &outcome.plans[0]), vec![]);
}

#[test]
fn places_without_end_are_places_enough() {
    let children = [5, 3, 4, 2, 7, 3, 5, 1, 6];
    let solved = |places: f64| {
        let problem = grid(3, &children, &[0, 8], &[13.0, places]);
        let area = Area::new(&problem);
        let flow = area.flow(&Run::new(1, Duration::from_secs(600))).unwrap();
        let mut bound = bound::Bound::of_flow(&area, &flow);
        bound.sharpen(&area, 1.5 * flow.bound);
        let plan = planned(&problem).plans.remove(0);
        (bound.value, plan.objective, plan.shares)
    };
    let enough = solved(36.0);
    for places in [1e10, 1e15, 1e300] {
        assert_eq!(solved(places), enough);
    }
}

#[test]
fn locks_and_balance_are_kept() {
    let children = [4; 16];
    let mut problem = grid(4, &children, &[0, 15], &[60.0, 60.0]);
    problem.locked = vec![(5, 1)];
    problem.figures = (0..16).map(|b| f64::from(u8::from(b < 8)) * 10.0).collect();
    problem.rules.balance = Some((Field::BlockResidents, 2.0));
    let outcome = planned(&problem);
    assert_eq!(outcome.conflicts, vec![]);
    assert_eq!(check(&problem, &outcome.plans[0]), vec![]);
    assert_eq!(outcome.plans[0].shares[5], [(1, 1.0)]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn a_nearer_school_with_room_lowers_no_optimal_plan(
        children in prop::collection::vec(0u32..9, 12),
        room in 40.0f64..60.0,
    ) {
        let problem = grid(4, &children, &[0, 11], &[room.floor(), 50.0]);
        let outcome = planned(&problem);
        let plan = outcome.plans.first().expect("there is room");
        prop_assume!(outcome.status == Status::Optimal);
        for block in 0..12 {
            for school in 0..2 {
                let mut shares = plan.shares.clone();
                shares[block] = vec![(school, 1.0)];
                let other = Plan::new(&problem, shares, &[0.0; 2]);
                prop_assert!(!check(&problem, &other).is_empty()
                    || other.objective >= plan.objective - 1e-6 * plan.objective);
            }
        }
    }

    #[test]
    fn the_sharpened_bound_is_a_bound(
        children in prop::collection::vec(0u32..9, 9),
        places in 10.0f64..30.0,
    ) {
        let problem = grid(3, &children, &[0, 8], &[places.floor(), 24.0]);
        let area = Area::new(&problem);
        let run = Run::new(1, Duration::from_secs(600));
        if let (Ok(flow), Some(best)) = (area.flow(&run), by_trying(&problem)) {
            let mut bound = bound::Bound::of_flow(&area, &flow);
            prop_assert!((bound.value - flow.bound).abs() < 1e-9);
            bound.sharpen(&area, best);
            prop_assert!(bound.value >= flow.bound && bound.value <= best + 1e-6);
            let found = solve::solve(&area, &flow, &run, Effort::quick(9), None).unwrap();
            let mut pool = pool::Pool::new(&area, &bound);
            let schools: Vec<usize> = (0..area.schools()).collect();
            pool.take(&solve::state::State::new(&area, &found.owners), &schools, f64::INFINITY);
            if found.cost.is_finite() {
                let proven = pool::proof::certify(&mut pool, &run, &bound, (&found.owners, found.cost), 400_000_000);
                prop_assert!(proven.value >= bound.value && proven.value <= best + 1e-6);
            }
        }
    }
}

/// The proven optima of three real areas; skipped without the data.
#[test]
fn real_areas_come_near_the_proven_optimum() {
    let Ok(data) = std::env::var("JUNHENG_REAL_DATA") else {
        println!("skipped: JUNHENG_REAL_DATA is not set");
        return;
    };
    let mut sum = 0.0;
    for (area, optimum) in [
        ("zys_16b", 1591.8555),
        ("zys_17b", 1536.5262),
        ("zys_13c", 2822.2348),
    ] {
        let problem = real(&format!("{data}/bundles/zones-zy/{area}"));
        let outcome = planned(&problem);
        let plan = outcome.plans.first().expect("a plan exists");
        assert_eq!(check(&problem, plan), vec![]);
        assert!(
            outcome.bound <= optimum + 1e-3,
            "{area}: the bound is no bound"
        );
        let gap = plan.objective / optimum - 1.0;
        assert!(gap >= -1e-6, "{area}: better than proven");
        assert!(gap <= 0.005, "{area}: {gap}");
        sum += gap;
    }
    assert!(sum / 3.0 <= 0.001, "mean gap {}", sum / 3.0);
}

/// The proven optima of a real district, without and with 2 km for a child that moves; skipped
/// without the data.
#[test]
fn a_real_district_comes_near_the_optimum_with_and_without_staying() {
    let Ok(data) = std::env::var("JUNHENG_REAL_DATA") else {
        println!("skipped: JUNHENG_REAL_DATA is not set");
        return;
    };
    let folder = format!("{data}/bundles/zones-bcps");
    let mut problem = real(&folder);
    let today = rows(&format!("{folder}/blocks.csv"), &["current_primary"]);
    for (block, today) in problem.blocks.iter_mut().zip(&today) {
        let school = problem.schools.iter().position(|s| s.id == today[0]);
        block.current = school.map_or(Current::Blank, Current::School);
    }
    for (metres, optimum) in [(0.0, 5_748.0), (2_000.0, 6_835.957)] {
        problem.rules.stay_metres = metres;
        let outcome = planned(&problem);
        let plan = outcome.plans.first().expect("a plan exists");
        assert_eq!(check(&problem, plan), vec![]);
        let gap = plan.objective / optimum - 1.0;
        println!("{metres} m: {} ({gap:+.5})", plan.objective);
        assert!(gap.abs() <= 0.001, "{metres} m: {gap}");
        assert!(outcome.bound <= plan.objective);
    }
}

/// The columns of a CSV file without quotes.
fn rows(file: &str, columns: &[&str]) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(file).expect("the file is there");
    let mut lines = text.lines();
    let heads: Vec<&str> = lines.next().expect("a header").split(',').collect();
    let at: Vec<usize> = columns
        .iter()
        .map(|c| {
            heads
                .iter()
                .position(|h| h == c)
                .expect("the column is there")
        })
        .collect();
    lines
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            at.iter().map(|a| cells[*a].to_owned()).collect()
        })
        .collect()
}

fn real(folder: &str) -> Problem {
    let blocks = rows(
        &format!("{folder}/blocks.csv"),
        &["block_id", "children_primary"],
    );
    let schools = rows(&format!("{folder}/schools.csv"), &["school_id", "block_id"]);
    let places = rows(&format!("{folder}/sections.csv"), &["school_id", "places"]);
    let block = |id: &str| blocks.iter().position(|b| b[0] == id).expect("a block");
    let school = |id: &str| schools.iter().position(|s| s[0] == id).expect("a school");
    let mut problem = grid(1, &vec![0; blocks.len()], &[], &[]);
    for (about, row) in problem.blocks.iter_mut().zip(&blocks) {
        about.children = row[1].parse().expect("a number");
    }
    for row in &schools {
        let of = places.iter().find(|p| p[0] == row[0]).expect("places");
        problem.schools.push(School {
            id: row[0].clone(),
            name: row[0].clone(),
            places: of[1].parse().expect("a number"),
            home: Some(block(&row[1])),
            enrolled: 0.0,
        });
    }
    problem.travel = Costs::new(blocks.len(), schools.len());
    let travel = ["block_id", "school_id", "metres"];
    for row in rows(&format!("{folder}/travel_primary.csv"), &travel) {
        problem.travel.row_mut(block(&row[0]))[school(&row[1])] = row[2].parse().expect("a number");
    }
    problem.neighbours = vec![Vec::new(); blocks.len()];
    for row in rows(&format!("{folder}/adjacency.csv"), &["block_a", "block_b"]) {
        let (a, b) = (block(&row[0]), block(&row[1]));
        problem.neighbours[a].push(b as u32);
        problem.neighbours[b].push(a as u32);
    }
    for list in &mut problem.neighbours {
        list.sort_unstable();
        list.dedup();
    }
    problem
}

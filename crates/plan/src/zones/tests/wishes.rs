//! Grades that stay, zones that stay, zones that are shared.

use super::super::*;
use super::{by_trying, grid, planned};
use crate::transport::Costs;

/// Four rows of four blocks; the left half goes to the first school today, the right to the second.
fn halves(children: u32, places: [f64; 2]) -> Problem {
    let mut problem = grid(4, &[children; 16], &[0, 15], &places);
    for block in 0..16 {
        problem.blocks[block].current = Current::School(usize::from(block % 4 > 1));
    }
    problem
}

fn only_plan(problem: &Problem) -> Plan {
    let outcome = planned(problem);
    assert_eq!(outcome.conflicts, vec![]);
    let plan = outcome.plans.first().expect("there is a plan").clone();
    assert_eq!(check(problem, &plan), vec![]);
    assert!(outcome.bound <= plan.objective + 1e-9);
    plan
}

#[test]
fn those_in_school_stay_and_count() {
    // 8 blocks of 6 each: 48 a school, 8 entrants; the first keeps 40 of its 44 places.
    let mut problem = halves(6, [44.0, 80.0]);
    problem.rules.grandfather = true;
    problem.schools[0].enrolled = 40.0;
    problem.schools[1].enrolled = 40.0;
    // 4 entrants fit beside those who stay: 24 children of the new zone, not the 44 of the places.
    assert_eq!(problem.room(0), 24.0);
    let plan = only_plan(&problem);
    assert!(plan.schools[0].load <= 24.0);
    assert!(problem.first_year(0, plan.schools[0].load) <= 44.0);
    // Only entrants move, a sixth of the children of the blocks that change.
    let moved = plan.shares.iter().zip(&problem.blocks);
    let moved = moved.filter(|(s, b)| b.current.moved(s[0].0)).count();
    assert!((plan.moved_students - moved as f64).abs() < 1e-9);
    // The checker counts those who stay too.
    let mut worse = problem.clone();
    worse.schools[0].enrolled = 43.0;
    assert!(check(&worse, &plan).contains(&Broken::Crowded(0)));
    // Who fills the school alone cannot be planned away.
    worse.schools[0].enrolled = 45.0;
    let outcome = planned(&worse);
    assert!(outcome.plans.is_empty());
    assert_eq!(outcome.conflicts[0].code, "enrolled");
    assert!(
        outcome.conflicts[0]
            .relaxation
            .en
            .contains("--max-load 1.0228")
    );
    // The least load is enough, and a little less is not.
    worse.rules.max_load = 1.0227;
    assert_eq!(planned(&worse).conflicts[0].code, "enrolled");
}

#[test]
fn the_least_load_with_those_who_stay_is_enough() {
    let mut problem = halves(6, [50.0, 50.0]);
    problem.rules.grandfather = true;
    problem.rules.split = true;
    problem.contiguity = Contiguity::Off;
    problem.schools[0].enrolled = 48.0;
    problem.schools[1].enrolled = 48.0;
    let conflict = planned(&problem).conflicts.remove(0);
    assert_eq!(conflict.code, "places");
    // 96 children: 16 entrants beside 96 who stay need 112 places of 100.
    assert!(
        conflict.relaxation.en.contains("--max-load 1.12 "),
        "{}",
        conflict.relaxation.en
    );
    problem.rules.max_load = 1.12;
    only_plan(&problem);
    problem.rules.max_load = 1.119;
    assert_eq!(planned(&problem).conflicts[0].code, "places");
}

#[test]
fn siblings_of_those_in_school_follow_them() {
    let mut problem = halves(6, [60.0, 60.0]);
    problem.rules.grandfather = true;
    problem.rules.siblings = 0.25;
    assert!((problem.following() - 0.125).abs() < 1e-12);
    problem.schools[0].enrolled = 40.0 + 2.0;
    problem.schools[1].enrolled = 40.0 + 2.0;
    let today: Vec<u32> = (0..16).map(|b| u32::from(b % 4 > 1)).collect();
    let same = Plan::new(&problem, shares(&today), &[0.0; 2]);
    // Nothing changes: the first year is today.
    assert!((problem.first_year(0, same.schools[0].load) - 48.0).abs() < 1e-9);
}

#[test]
fn a_locked_zone_stays_whole_and_alone() {
    let mut problem = halves(5, [50.0, 50.0]);
    problem.schools.push(School {
        id: "s2".to_owned(),
        name: "学校2".to_owned(),
        places: 50.0,
        home: Some(12),
        enrolled: 0.0,
    });
    let mut travel = Costs::new(16, 3);
    for block in 0..16 {
        let (x, y) = (block % 4, block / 4);
        let row = travel.row_mut(block);
        row[..2].copy_from_slice(problem.travel.row(block));
        row[2] = 1000.0 * (x + 3 - y) as f64;
    }
    problem.travel = travel;
    problem.locked_zones = vec![1];
    let plan = only_plan(&problem);
    for block in 0..16 {
        assert_eq!(plan.shares[block] == [(1, 1.0)], block % 4 > 1, "{block}");
    }
    // The planner of the rest finds the best of all plans that keep the zone.
    assert_eq!(planned(&problem).status, Status::Optimal);
    let mut other = plan;
    other.shares[2] = vec![(0, 1.0)];
    let other = Plan::new(&problem, other.shares, &[0.0; 3]);
    assert!(check(&problem, &other).contains(&Broken::Zone(2, 1)));
    // A home inside the locked zone, and one that is too full, are named.
    problem.schools[2].home = Some(2);
    assert_eq!(planned(&problem).conflicts[0].code, "locked_zone");
    problem.schools[2].home = Some(12);
    problem.schools[1].places = 30.0;
    let conflict = &planned(&problem).conflicts[0];
    assert_eq!(conflict.code, "locked_zone_full");
    assert!(conflict.relaxation.en.contains("--max-load 1.3334"));
}

#[test]
fn a_zone_in_pieces_may_be_locked_as_it_is() {
    let mut problem = halves(5, [50.0, 50.0]);
    problem.blocks[0].current = Current::School(1);
    problem.blocks[1].current = Current::School(0);
    problem.schools[0].home = Some(1);
    problem.locked_zones = vec![1];
    let plan = only_plan(&problem);
    assert_eq!(plan.shares[0], [(1, 1.0)]);
    assert_eq!(plan.schools[1].pieces, 2);
}

#[test]
fn schools_of_a_group_share_their_zone_by_their_places() {
    let mut problem = grid(4, &[5; 16], &[0, 3, 15], &[20.0, 40.0, 40.0]);
    problem.groups = vec![vec![0, 1]];
    let plan = only_plan(&problem);
    assert_eq!(plan.schools[0].load * 2.0, plan.schools[1].load);
    for shares in &plan.shares {
        assert!(*shares == [(2, 1.0)] || (shares.len() == 2 && shares[0].0 == 0));
    }
    // Both schools stand in the shared zone, which is one piece.
    assert_eq!(plan.shares[0].len() + plan.shares[3].len(), 4);
    assert_eq!((plan.schools[0].pieces, plan.schools[1].pieces), (1, 1));
    let mut alone = plan;
    alone.shares[0] = vec![(0, 1.0)];
    let alone = Plan::new(&problem, alone.shares, &[0.0; 3]);
    assert!(check(&problem, &alone).contains(&Broken::Group(0)));
    // Too few places are too few together.
    problem.schools[1].places = 10.0;
    let conflict = &planned(&problem).conflicts[0];
    assert_eq!(conflict.code, "places");
    assert_eq!(conflict.schools, [0, 1, 2]);
}

#[test]
fn a_group_is_as_good_as_trying_everything() {
    let mut problem = grid(
        3,
        &[3, 1, 4, 1, 5, 2, 6, 5, 3],
        &[0, 2, 8],
        &[8.0, 8.0, 20.0],
    );
    let mut one = problem.clone();
    problem.groups = vec![vec![0, 1]];
    let plan = only_plan(&problem);
    // The group by hand: one school with the mean way, standing in the first block, locked to the other.
    one.schools.remove(1);
    one.schools[0].places = 16.0;
    one.locked = vec![(2, 0)];
    let mut travel = Costs::new(9, 2);
    for block in 0..9 {
        let row = problem.travel.row(block);
        travel
            .row_mut(block)
            .copy_from_slice(&[(row[0] + row[1]) / 2.0, row[2]]);
    }
    one.travel = travel;
    let best = by_trying(&one).expect("there is a plan");
    assert!(
        (plan.objective - best).abs() < 1e-9,
        "{} {best}",
        plan.objective
    );
}

#[test]
fn staying_is_no_part_of_the_way_to_a_group() {
    // Three blocks reach the group within the limit; with what moving costs they would not.
    let mut problem = grid(4, &[6; 12], &[0, 3, 10], &[40.0; 3]);
    for block in &mut problem.blocks {
        block.current = Current::School(2);
    }
    problem.contiguity = Contiguity::Off;
    problem.groups = vec![vec![0, 1]];
    problem.rules.stay_metres = 4_000.0;
    problem.rules.max_metres = Some(3_500.0);
    for block in 0..12 {
        for cell in problem.travel.row_mut(block) {
            *cell = if *cell > 3_500.0 {
                f64::INFINITY
            } else {
                *cell
            };
        }
    }
    for split in [false, true] {
        problem.rules.split = split;
        let plan = only_plan(&problem);
        assert!(plan.schools[0].load + plan.schools[1].load >= 32.0);
    }
}

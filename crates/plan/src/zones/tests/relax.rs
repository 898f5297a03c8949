//! What must give way, tried: the relaxation that is named is enough, and a little less is not.

use super::super::*;
use super::{by_trying, grid, planned};
use std::time::Duration;

fn run() -> Run<'static> {
    Run::new(1, Duration::from_secs(600))
}

/// The same with ways beyond `most` forbidden.
fn within(problem: &Problem, most: f64) -> Problem {
    let mut problem = problem.clone();
    problem.rules.max_metres = Some(most);
    for block in 0..problem.blocks.len() {
        let row = problem.travel.row_mut(block).iter_mut();
        row.filter(|way| **way > most)
            .for_each(|way| *way = f64::INFINITY);
    }
    problem
}

/// The number after an option in a relaxation.
fn asked(text: &str, option: &str) -> f64 {
    let at = text.find(option).expect("the option is named") + option.len() + 1;
    let digits: String = text[at..]
        .chars()
        .take_while(|c| c.is_ascii_digit() || *c == '.')
        .collect();
    digits.trim_end_matches('.').parse().expect("a number")
}

#[test]
fn too_few_places_name_a_load_with_which_whole_blocks_fit() {
    // Thirty children for 24 places: shares need 1.25, blocks of five each need 15 of 12.
    let problem = grid(3, &[5; 6], &[0, 5], &[12.0, 12.0]);
    let outcome = planned(&problem);
    assert_eq!(outcome.status, Status::Infeasible);
    assert_eq!(outcome.conflicts[0].code, "places");
    let load = asked(&outcome.conflicts[0].relaxation.en, "--max-load");
    assert_eq!(load, 1.25);
    // Uneven blocks: shares need 28 / 24, whole ones more.
    let problem = grid(3, &[8, 2, 6, 2, 2, 8], &[0, 5], &[8.0, 16.0]);
    let text = planned(&problem).conflicts[0].relaxation.clone();
    assert!(!text.en.contains("split"), "{text:?}");
    let load = asked(&text.en, "--max-load");
    assert!(load > 28.0 / 24.0);
    let with = |load: f64| {
        let mut wider = problem.clone();
        wider.rules.max_load = load;
        by_trying(&wider)
    };
    assert!(with(load).is_some());
    assert!(with(load - 0.001).is_none());
}

#[test]
fn a_way_that_is_too_short_names_the_least_that_is_enough() {
    // The far corner of three by two is 3,000 m from one school and the other is full.
    let free = grid(3, &[4; 6], &[0, 1], &[12.0, 12.0]);
    let short = within(&free, 1000.0);
    assert_eq!(planned(&short).status, Status::Infeasible);
    let told = farther(&free, 1000.0, &run()).expect("a way helps");
    let most = asked(&told.relaxation.en, "--max-metres");
    assert!(!planned(&within(&free, most)).plans.is_empty());
    assert!(by_trying(&within(&free, most - 1.0)).is_none());
    // No way makes places.
    let full = grid(3, &[5; 6], &[0, 1], &[12.0, 12.0]);
    assert!(farther(&full, 1000.0, &run()).is_none());
}

#[test]
fn whole_blocks_are_told_the_least_way_of_their_own() {
    let mut random = crate::random::Random::new(7);
    for _ in 0..30 {
        let children: Vec<u32> = (0..8).map(|_| 1 + random.below(9) as u32).collect();
        let half = f64::from(children.iter().sum::<u32>()) / 2.0;
        // Villages along a road: to fill both schools some pass the nearer one.
        let mut free = grid(8, &children, &[2, 5], &[half.ceil(), half.floor()]);
        free.rules.contiguity = Some(Contiguity::Off);
        free.schools
            .iter_mut()
            .for_each(|school| school.home = None);
        let Some(told) = farther(&free, 100.0, &run()) else {
            assert!(by_trying(&free).is_none());
            continue;
        };
        let most = asked(&told.relaxation.en, "--max-metres");
        if told.relaxation.en.contains("split") {
            assert!(by_trying(&free).is_none());
            continue;
        }
        assert!(!told.message.en.contains("at most"));
        assert!(by_trying(&within(&free, most)).is_some());
        assert!(by_trying(&within(&free, most - 1.0)).is_none());
    }
    // Five and three places: shares of the village between are near, whole villages fit only crosswise.
    let mut free = grid(3, &[3, 3, 2], &[0, 2], &[5.0, 3.0]);
    free.rules.contiguity = Some(Contiguity::Off);
    free.schools
        .iter_mut()
        .for_each(|school| school.home = None);
    let told = farther(&free, 500.0, &run()).expect("a way helps");
    assert_eq!(
        told.message.en,
        "--max-metres 500 is too short: 1000 is the least; for whole blocks it is 2000"
    );
    assert_eq!(told.relaxation.en, "--max-metres 2000");
}

#[test]
fn large_blocks_are_told_in_one_sentence() {
    let mut problem = grid(3, &[9, 3, 7, 3, 3, 3], &[0, 5], &[20.0, 20.0]);
    problem.rules.max_load = 0.3;
    let conflicts = planned(&problem).conflicts;
    let large: Vec<&Conflict> = conflicts
        .iter()
        .filter(|c| c.code == "block_too_large")
        .collect();
    assert_eq!(large.len(), 1);
    assert_eq!(large[0].blocks, [0, 2]);
    assert_eq!(asked(&large[0].relaxation.en, "--max-load"), 0.45);
}

#[test]
fn an_island_keeps_its_piece_where_zones_are_no_worse_than_today() {
    // Block 5 has no neighbours; it is a piece of the first school's zone today.
    let mut problem = grid(3, &[4, 4, 4, 4, 4, 4], &[0, 4], &[12.0, 16.0]);
    for list in &mut problem.neighbours {
        list.retain(|n| *n != 5);
    }
    problem.neighbours[5].clear();
    for (block, school) in [0, 1, 1, 0, 1, 0].into_iter().enumerate() {
        problem.blocks[block].current = Current::School(school);
    }
    assert_eq!(planned(&problem).conflicts[0].code, "island");
    problem.contiguity = Contiguity::NotWorse;
    problem.rules.contiguity = Some(Contiguity::NotWorse);
    let outcome = planned(&problem);
    let plan = outcome.plans.first().expect("today is a plan");
    assert_eq!(check(&problem, plan), vec![]);
    // The second zone is in one piece today, so the island stays with the first.
    assert_eq!(plan.shares[5], [(0, 1.0)]);
    assert_eq!(plan.objective, by_hand(&problem));
}

/// The cheapest of all whole plans that pass the check.
fn by_hand(problem: &Problem) -> f64 {
    let mut best = f64::INFINITY;
    for code in 0..1 << problem.blocks.len() {
        let shares = (0..problem.blocks.len()).map(|b| vec![(code >> b & 1, 1.0)]);
        let plan = Plan::new(problem, shares.collect(), &[0.0, 0.0]);
        if check(problem, &plan).is_empty() {
            best = best.min(plan.objective);
        }
    }
    best
}

#[test]
fn split_plans_have_prices_too() {
    // The cheap school for the middle lies behind the other's block.
    let mut problem = grid(5, &[6, 6, 6, 6, 6], &[0, 4], &[12.0, 24.0]);
    problem.travel.row_mut(1)[0] = 5000.0;
    problem.travel.row_mut(2)[0] = 100.0;
    problem.rules.split = true;
    let outcome = planned(&problem);
    let prices = outcome.prices.expect("prices");
    assert_eq!(prices.whole, 0.0);
    assert_eq!(prices.stability, 0.0);
    let mut loose = problem.clone();
    loose.contiguity = Contiguity::Off;
    let free = planned(&loose).plans[0].objective;
    assert!(prices.contiguity > 0.0);
    assert!((outcome.plans[0].objective - free - prices.contiguity).abs() < 1e-6);
}

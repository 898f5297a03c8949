use std::time::Duration;

use super::super::area::Area;
use super::super::bound::Bound;
use super::super::pool::Pool;
use super::super::pool::parts;
use super::super::solve::effort::Effort;
use super::super::solve::relay::relay;
use super::super::solve::state::State;
use super::super::*;
use super::grid;
use crate::random::Random;

fn run() -> Run<'static> {
    Run::new(1, Duration::from_secs(600))
}

#[test]
fn windows_find_the_best_zones() {
    // Four schools, each amidst nine blocks; two pairs of blocks have changed sides.
    let problem = grid(6, &[1; 36], &[7, 10, 25, 28], &[9.0; 4]);
    let area = Area::new(&problem);
    let best: Vec<u32> = (0..36).map(|b| b % 6 / 3 + b / 18 * 2).collect();
    let mut owners = best.clone();
    for (block, school) in [(2, 1), (15, 0), (20, 3), (33, 2)] {
        owners[block] = school;
    }
    assert_eq!(State::new(&area, &owners).excess, 0.0);
    let flow = area.flow(&run()).unwrap();
    let bound = Bound::of_flow(&area, &flow);
    let mut pool = Pool::new(&area, &bound);
    let mut random = Random::new(1);
    assert_eq!(
        parts::improve(&mut pool, &run(), &owners, 4, &mut random),
        best
    );
    assert_eq!(
        parts::improve(&mut pool, &run(), &best, 4, &mut random),
        best
    );
}

/// Without annealing: how often there is a plan after `rounds` of the ages and so many windows.
fn planned(rounds: usize, windows: usize) -> usize {
    let effort = Effort {
        ages: 1,
        climb: 0,
        rounds,
        runs: 0,
        blend_runs: 0,
        steps: 0,
        blends: 0,
        heat: 1.0,
        windows,
        toll: 0.0,
    };
    let mut random = Random::new(5);
    let mut found = 0;
    for _ in 0..12 {
        let mut child = || 1 + random.below(9) as u32;
        let children: Vec<u32> = (0..25).map(|_| child()).collect();
        let places = (f64::from(children.iter().sum::<u32>()) / 3.0 + 1.0).ceil();
        let problem = grid(5, &children, &[6, 8, 22], &[places; 3]);
        let area = Area::new(&problem);
        let flow = area.flow(&run()).unwrap();
        let solved = solve::solve(&area, &flow, &run(), effort, None).unwrap();
        if solved.cost.is_finite() {
            assert_eq!(check(&problem, &whole(&problem, &solved.owners, &flow)), []);
            found += 1;
        }
    }
    found
}

#[test]
fn where_there_is_no_plan_excess_is_annealed_away_or_windows_are_mended() {
    let handed_on = planned(0, 0);
    assert!(handed_on < planned(1, 0), "{handed_on}");
    assert!(handed_on < planned(0, 30), "{handed_on}");
}

#[test]
fn children_are_handed_on_along_a_chain_of_zones() {
    // In a row of nine blocks the left school has a child too many, the middle one is full, and the
    // right one has a place.
    let owners = [0, 0, 0, 0, 1, 1, 2, 2, 2];
    let handed = |children: &[u32; 9], places: &[f64; 3]| {
        let area = Area::new(&grid(9, children, &[1, 4, 7], places));
        let handed = relay(&area, &owners);
        let excess = State::new(&area, &handed).excess;
        (handed, excess)
    };
    let (plan, excess) = handed(&[1; 9], &[3.0, 2.0, 4.0]);
    assert_eq!((&plan[..], excess), (&[0, 0, 0, 1, 1, 2, 2, 2, 2][..], 0.0));
    // The middle school's block has no room at the right one: all stays as it is.
    let (plan, excess) = handed(&[1, 1, 1, 1, 1, 2, 1, 1, 1], &[3.0, 3.0, 4.0]);
    assert_eq!((&plan[..], excess), (&owners[..], 1.0));
}

#[test]
fn the_search_keeps_count_of_the_pieces_of_zones() {
    let mut random = Random::new(3);
    let mut found = 0;
    for case in 0..24 {
        let children: Vec<u32> = (0..20).map(|_| 1 + random.below(9) as u32).collect();
        let places = f64::from(children.iter().sum::<u32>()) * 0.45;
        let mut problem = grid(5, &children, &[1, 8, 17], &[places.ceil(); 3]);
        // Blocks on islands, in zones of several pieces.
        for island in [0, 4].into_iter().take(case % 3) {
            problem.neighbours[island as usize].clear();
            let lists = problem.neighbours.iter_mut();
            lists.for_each(|list| list.retain(|n| *n != island));
        }
        let today: Vec<usize> = (0..20).map(|_| random.below(3)).collect();
        for (block, school) in problem.blocks.iter_mut().zip(&today) {
            block.current = Current::School(*school);
        }
        for (at, school) in problem.schools.iter_mut().enumerate() {
            school.home = school.home.filter(|h| today[*h] == at);
        }
        problem.contiguity = Contiguity::NotWorse;
        let area = Area::new(&problem);
        let Ok(flow) = area.flow(&run()) else {
            continue;
        };
        let effort = Effort::quick(area.blocks());
        if let Ok(solved) = solve::solve(&area, &flow, &run(), effort, None)
            && solved.cost.is_finite()
        {
            assert_eq!(check(&problem, &whole(&problem, &solved.owners, &flow)), []);
            found += 1;
        }
    }
    assert!(found > 20, "{found}");
}

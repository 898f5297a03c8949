use std::time::Duration;

use super::area::Area;
use super::bound::Bound;
use super::effort::Effort;
use super::parts;
use super::pool::Pool;
use super::state::State;
use super::tests::grid;
use super::*;

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
    assert_eq!(parts::improve(&mut pool, &run(), &owners, 1), best);
    assert_eq!(parts::improve(&mut pool, &run(), &best, 1), best);
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
        windows,
        toll: 0.0,
    };
    let mut random = crate::random::Random::new(5);
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

//! Windows of a few neighbouring schools, their zones put together anew from all that could make
//! the plan cheaper, where zones are of few blocks.

use super::super::area::Area;
use super::super::bound::Bound;
use super::super::solve::mend::neighbouring;
use super::{Pool, Zone, proof, whole};
use crate::random::Random;
use crate::run::Run;

/// Steps of the searches for the prices of a window.
const WORK: usize = 40_000_000;
/// Most rounds.
const ROUNDS: usize = 4;

/// The plan after rounds of windows of `size` schools while they gain; each school is in one window
/// of a round.
pub(crate) fn improve(
    pool: &mut Pool,
    run: &Run,
    owners: &[u32],
    size: usize,
    random: &mut Random,
) -> Vec<u32> {
    let mut owners = owners.to_vec();
    for _ in 0..ROUNDS {
        if run.stopped() {
            break;
        }
        let before = pool.area.cost(&owners);
        let windows = windows(pool.area, &owners, size, random);
        let solved = run.each(&windows, |schools| solve(pool, run, &owners, schools));
        for (block, school) in solved.into_iter().flatten() {
            owners[block as usize] = school;
        }
        if pool.area.cost(&owners) >= before {
            break;
        }
        pool.merge(Zone::of_plan(pool.area, &owners));
    }
    owners
}

/// Windows that share no school.
fn windows(area: &Area, owners: &[u32], size: usize, random: &mut Random) -> Vec<Vec<usize>> {
    let mut open = vec![true; area.schools()];
    let mut left: Vec<usize> = (0..area.schools()).collect();
    let mut windows = Vec::new();
    while !left.is_empty() {
        let first = left[random.below(left.len())];
        let window = neighbouring(area, owners, first, size, random, &|s| open[s]);
        window.iter().for_each(|s| open[*s] = false);
        left.retain(|s| open[*s]);
        if window.len() > 1 {
            windows.push(window);
        }
    }
    windows
}

/// The blocks of a window that go elsewhere in a better plan.
fn solve(pool: &Pool, run: &Run, owners: &[u32], schools: &[usize]) -> Vec<(u32, u32)> {
    let run = run.part(1.0).on(1);
    let own = |b: &u32| schools.contains(&(owners[*b as usize] as usize));
    let blocks: Vec<u32> = (0..owners.len() as u32).filter(own).collect();
    let area = pool.area.part(schools, &blocks);
    let at = |b: &u32| schools.partition_point(|s| *s < owners[*b as usize] as usize) as u32;
    let before: Vec<u32> = blocks.iter().map(at).collect();
    let cost = area.cost(&before);
    let Ok(flow) = area.flow(&run) else {
        return Vec::new();
    };
    let known = Bound::of_flow(&area, &flow);
    let mut part = Pool::new(&area, &known);
    part.prices = blocks.iter().map(|b| pool.prices[*b as usize]).collect();
    part.merge(pool.within(&area, schools, &blocks));
    part.merge(Zone::of_plan(&area, &before));
    let bound = proof::certify(&mut part, &run, &known, (&before, cost), WORK);
    let known = part.sets(&bound, cost);
    let better = whole::solve(&area, &run, &bound, known, cost).unwrap_or(before);
    let to = better.iter().map(|s| schools[*s as usize] as u32);
    blocks.into_iter().zip(to).collect()
}

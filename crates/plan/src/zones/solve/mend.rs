//! Mends an assignment that has too many children somewhere: windows of neighbouring schools around
//! those that are overfull are solved exactly, a child too many at a high price.

use std::collections::BTreeSet;

use super::super::area::Area;
use super::state::State;
use super::window;
use crate::random::Random;
use crate::run::Run;

/// The assignment after so many windows at most, or as soon as it keeps every rule.
pub(crate) fn mend(
    area: &Area,
    run: &Run,
    nearest: &[u32],
    windows: usize,
    penalty: f64,
) -> Vec<u32> {
    let mut owners = nearest.to_vec();
    let mut random = Random::new(run.seed);
    // Windows that did not gain since the assignment last changed.
    let mut tried = BTreeSet::new();
    for turn in 0..windows {
        let loads = area.loads(&owners);
        let room = |s: &usize| area.places[*s] + area.grain;
        let over: Vec<usize> = (0..loads.len()).filter(|s| loads[*s] > room(s)).collect();
        if over.is_empty() || run.stopped() || State::new(area, &owners).excess == 0.0 {
            break;
        }
        let first = over[random.below(over.len())];
        let schools = neighbouring(area, &owners, first, 3 + turn % 3, &mut random, &|_| true);
        if tried.insert(schools.clone())
            && let Some(better) = window::solve(area, run, &owners, &schools, &|_, _| true, penalty)
        {
            tried.clear();
            owners = better;
        }
    }
    owners
}

/// A school and a few that are `open` whose zones touch, by chance.
pub(crate) fn neighbouring(
    area: &Area,
    owners: &[u32],
    first: usize,
    size: usize,
    random: &mut Random,
    open: &dyn Fn(usize) -> bool,
) -> Vec<usize> {
    let size = size.min(area.schools());
    let mut schools = vec![first];
    while schools.len() < size {
        let mut around: Vec<usize> = Vec::new();
        for (block, owner) in owners.iter().enumerate() {
            if schools.contains(&(*owner as usize)) {
                let next = area.neighbours[block]
                    .iter()
                    .map(|n| owners[*n as usize] as usize);
                around.extend(next.filter(|s| open(*s) && !schools.contains(s)));
            }
        }
        around.sort_unstable();
        around.dedup();
        if around.is_empty() {
            break;
        }
        schools.push(around[random.below(around.len())]);
    }
    schools.sort_unstable();
    schools
}

//! Voluntary exchanges: top trading cycles among persons of one profile.
//!
//! Everybody in a cycle gets a school she wished for and somebody of her own profile takes her
//! place, so that no count of any school changes and nobody is worse off.

use std::collections::BTreeSet;

use super::super::county::County;
use super::assign::hash;

/// The moves (person, place) of all cycles.
pub(super) fn cycles(county: &County, seed: u64) -> Vec<(usize, usize)> {
    let mut moves: Vec<(usize, usize)> = Vec::new();
    let mut gone: BTreeSet<usize> = BTreeSet::new();
    for profile in 0..county.profiles.len() {
        let mut left: Vec<usize> = county
            .movers()
            .filter(|t| county.persons[*t].profile == profile)
            .collect();
        left.sort_by_key(|t| hash(seed, &county.persons[*t].id, ""));
        loop {
            // Of a couple only one moves; whoever has no wish left is out.
            left.retain(|t| county.persons[*t].spouses.iter().all(|s| !gone.contains(s)));
            let before = left.len();
            let wanted: Vec<Option<usize>> = left.iter().map(|t| best(county, &left, *t)).collect();
            let mut keep = wanted.iter().map(Option::is_some);
            left.retain(|_| keep.next().unwrap_or(false));
            if left.is_empty() {
                break;
            }
            if left.len() < before {
                continue;
            }
            let cycle = cycle(county, &left, &wanted);
            let second = cycle.iter().map(|m| m.0).find(|t| {
                let spouses = &county.persons[*t].spouses;
                cycle.iter().any(|m| m.0 < *t && spouses.contains(&m.0))
            });
            if let Some(second) = second {
                left.retain(|x| *x != second);
                continue;
            }
            for (t, to) in cycle {
                left.retain(|x| *x != t);
                gone.insert(t);
                moves.push((t, to));
            }
        }
    }
    moves.sort_unstable();
    moves
}

/// The person first in line at the best school a person wishes for.
fn best(county: &County, left: &[usize], t: usize) -> Option<usize> {
    let wishes = county.persons[t].wishes.iter();
    let couple = |x: usize| county.persons[t].spouses.contains(&x);
    wishes.filter(|to| county.open(t, **to)).find_map(|to| {
        left.iter()
            .position(|x| county.persons[*x].place == *to && !couple(*x))
    })
}

/// Follows who wants whose place until somebody comes again.
fn cycle(county: &County, left: &[usize], wanted: &[Option<usize>]) -> Vec<(usize, usize)> {
    let mut path: Vec<usize> = Vec::new();
    let mut at = 0;
    while !path.contains(&at) {
        path.push(at);
        at = wanted.get(at).copied().flatten().unwrap_or(at);
    }
    let start = path.iter().position(|x| *x == at).unwrap_or(0);
    path[start..]
        .iter()
        .filter_map(|x| {
            let next = wanted[*x]?;
            Some((left[*x], county.persons[left[next]].place))
        })
        .collect()
}

//! A first plan in one piece per zone: all zones grow from their schools, cheapest block first.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::super::area::Area;
use crate::transport::Costs;

/// A number that can be ordered: no NaN comes here.
#[derive(PartialEq, Clone, Copy)]
pub(crate) struct Key(pub(crate) f64);

impl Eq for Key {}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

/// How often growing begins again, with ways kept free for blocks that were left out.
const TRIES: usize = 20;

/// Grows the zones by cost and price of a place, without regard to places.
///
/// # Errors
///
/// The blocks that no zone reaches.
pub(crate) fn grow(area: &Area, prices: &[f64]) -> Result<Vec<u32>, Vec<usize>> {
    let only = |b: &usize| area.costs.row(*b).iter().filter(|c| c.is_finite()).count() == 1;
    let mut goals: Vec<usize> = (0..area.blocks()).filter(only).collect();
    let mut lost = Vec::new();
    for _ in 0..TRIES {
        let owners = once(area, prices, &goals);
        lost = (0..owners.len()).filter(|b| owners[*b].is_none()).collect();
        if lost.is_empty() {
            return Ok(owners.into_iter().flatten().collect());
        }
        // The blocks left out choose their ways first.
        goals.retain(|b| !lost.contains(b));
        goals.splice(0..0, lost.iter().copied());
    }
    Err(lost)
}

/// Grows once; ways to the goals are kept free.
fn once(area: &Area, prices: &[f64], goals: &[usize]) -> Vec<Option<u32>> {
    let mut owners: Vec<Option<u32>> = vec![None; area.blocks()];
    let mut heap = BinaryHeap::new();
    let pay = |block: usize, school: usize| {
        area.costs.at(block, school) + area.children[block] * prices[school]
    };
    let best = |b: usize| {
        (0..area.schools())
            .map(|s| pay(b, s))
            .fold(f64::INFINITY, f64::min)
    };
    let best: Vec<f64> = (0..area.blocks()).map(best).collect();
    // How much dearer a school is than the best one for the block: 0 first.
    let loss = |block: usize, school: usize| pay(block, school) - best[block];
    let kept = corridors(area, goals);
    let cut_off = |b: &usize| kept[*b].is_none();
    let cut_off: Vec<usize> = goals.iter().copied().filter(cut_off).collect();
    for (school, seed) in seeds(area, prices, &cut_off).into_iter().enumerate() {
        if let Some(seed) = seed {
            heap.push(Reverse((Key(-1.0), seed, school)));
        }
    }
    // A zone of any shape may begin anywhere: each block knows the best such school.
    for block in 0..area.blocks() {
        let any = (0..area.schools()).filter(|s| area.pieces[*s] == u32::MAX);
        let open = any.filter(|s| area.costs.at(block, *s).is_finite());
        let nearest = open.min_by(|a, b| loss(block, *a).total_cmp(&loss(block, *b)));
        heap.extend(nearest.map(|s| Reverse((Key(loss(block, s)), block, s))));
    }
    for (block, school) in kept.into_iter().enumerate() {
        heap.extend(school.map(|s| Reverse((Key(-2.0), block, s))));
    }
    let mut spare: Vec<u32> = area.pieces.iter().map(|p| p.saturating_sub(1)).collect();
    loop {
        let Some(Reverse((_, block, school))) = heap
            .pop()
            .or_else(|| apart(area, &owners, &mut spare, loss))
        else {
            return owners;
        };
        if owners[block].is_some() {
            continue;
        }
        owners[block] = Some(school as u32);
        for &next in &area.neighbours[block] {
            let next = next as usize;
            if owners[next].is_none() && area.costs.at(next, school).is_finite() {
                heap.push(Reverse((Key(loss(next, school)), next, school)));
            }
        }
    }
}

/// A further piece where no zone reaches any more: the block with the fewest schools that may have
/// one, at the best of them.
fn apart(
    area: &Area,
    owners: &[Option<u32>],
    spare: &mut [u32],
    loss: impl Fn(usize, usize) -> f64,
) -> Option<Reverse<(Key, usize, usize)>> {
    let left = (0..owners.len()).filter(|b| owners[*b].is_none());
    let begin = left.filter_map(|block| {
        let may = |s: &usize| spare[*s] > 0 && area.costs.at(block, *s).is_finite();
        let open: Vec<usize> = (0..area.schools()).filter(may).collect();
        let least = |a: &&usize, b: &&usize| loss(block, **a).total_cmp(&loss(block, **b));
        Some((open.len(), block, *open.iter().min_by(least)?))
    });
    let (_, block, school) = begin.min()?;
    spare[school] -= 1;
    Some(Reverse((Key(loss(block, school)), block, school)))
}

/// Ways from schools to the goals, kept free before the zones grow: each goal has one to the
/// cheapest school that it can still be joined to.
fn corridors(area: &Area, goals: &[usize]) -> Vec<Option<usize>> {
    let mut kept: Vec<Option<usize>> = vec![None; area.blocks()];
    for (school, home) in area.homes.iter().enumerate() {
        if let Some(home) = home {
            kept[*home] = Some(school);
        }
    }
    for &goal in goals {
        let row = area.costs.row(goal);
        let mut open: Vec<usize> = (0..row.len())
            .filter(|s| row[*s].is_finite() && area.pieces[*s] != u32::MAX)
            .collect();
        open.sort_by(|a, b| row[*a].total_cmp(&row[*b]));
        if kept[goal].is_none() {
            open.into_iter()
                .any(|school| join(area, &mut kept, goal, school));
        }
    }
    kept
}

/// Keeps a shortest way from a block back to what a school has, if there is one.
fn join(area: &Area, kept: &mut [Option<usize>], goal: usize, school: usize) -> bool {
    let mut came: Vec<Option<usize>> = vec![None; area.blocks()];
    let mut queue = std::collections::VecDeque::from([goal]);
    came[goal] = Some(goal);
    while let Some(here) = queue.pop_front() {
        if kept[here] == Some(school) {
            let mut at = here;
            while at != goal {
                at = came[at].unwrap_or(goal);
                kept[at] = Some(school);
            }
            return true;
        }
        for &next in &area.neighbours[here] {
            let next = next as usize;
            let free = kept[next].is_none_or(|s| s == school);
            if came[next].is_none() && free && area.costs.at(next, school).is_finite() {
                came[next] = Some(here);
                queue.push_back(next);
            }
        }
    }
    false
}

/// The block each zone starts from: the school's own, else one that is `cut_off` from all schools'
/// own, else the one that is best for it.
fn seeds(area: &Area, prices: &[f64], cut_off: &[usize]) -> Vec<Option<usize>> {
    let mut taken = vec![false; area.blocks()];
    for home in area.homes.iter().flatten() {
        taken[*home] = true;
    }
    let mut seeds = area.homes.clone();
    for (school, seed) in seeds.iter_mut().enumerate() {
        if seed.is_some() || area.pieces[school] == u32::MAX {
            continue;
        }
        let unit = |b: usize| {
            let row = area.costs.row(b);
            let pay = |s: usize| row[s] / area.children[b].max(1.0) + prices[s];
            let rival = (0..row.len())
                .filter(|s| *s != school)
                .map(pay)
                .fold(f64::INFINITY, f64::min);
            // Nobody else wants it: as good as can be.
            if rival.is_finite() {
                pay(school) - rival
            } else {
                f64::NEG_INFINITY
            }
        };
        *seed = (0..area.blocks())
            .filter(|b| !taken[*b] && area.costs.at(*b, school).is_finite())
            .min_by_key(|b| (!cut_off.contains(b), Key(unit(*b)), *b));
        if let Some(seed) = seed {
            taken[*seed] = true;
        }
    }
    seeds
}

/// Zones in one piece that follow the shares of schools in blocks, without regard to places.
pub(crate) fn follow(area: &Area, shares: &Costs) -> Option<Vec<u32>> {
    let mut wish = area.clone();
    for block in 0..area.blocks() {
        for (cell, share) in wish.costs.row_mut(block).iter_mut().zip(shares.row(block)) {
            if cell.is_finite() {
                *cell = -share;
            }
        }
    }
    grow(&wish, &vec![0.0; area.schools()]).ok()
}

/// No share of any school in any block.
pub(crate) fn nothing(area: &Area) -> Costs {
    let mut shares = Costs::new(area.blocks(), area.schools());
    (0..area.blocks()).for_each(|b| shares.row_mut(b).fill(0.0));
    shares
}

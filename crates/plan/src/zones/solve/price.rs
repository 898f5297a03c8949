//! Zones that would make plans cheaper at given prices of blocks: one school at a time, annealed
//! against "nobody", who takes every block at its price.

use std::collections::BTreeMap;

use super::super::area::Area;
use super::super::pool::Zone;
use super::anneal::{Anneal, Heat};
use super::start::Key;
use super::state::State;
use crate::run::Run;
use crate::transport::Costs;

/// What blocks are worth, and how zones are looked for.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    /// The price of each block.
    pub(super) blocks: &'a [f64],
    /// Blocks that cost more than so much beyond their price are left out.
    pub(super) slack: f64,
    /// Price of a child too many.
    pub(super) price: f64,
    /// How long and how hot.
    pub(super) heat: Heat,
    /// Most zones wanted.
    pub(super) many: usize,
}

/// The best zones of a school, beginning with `start`.
pub(super) fn zones(
    area: &Area,
    run: &Run,
    school: usize,
    start: &[u32],
    seed: u64,
    asked: Asked,
) -> Vec<Zone> {
    let Some((local, blocks)) = cut(area, school, start, asked) else {
        return Vec::new();
    };
    let mut owners = vec![1; blocks.len()];
    for block in start {
        if let Ok(at) = blocks.binary_search(block) {
            owners[at] = 0;
        }
    }
    let near = if local.pieces[0] == 1 {
        vec![Vec::new(); blocks.len()]
    } else {
        vec![vec![0, 1]; blocks.len()]
    };
    let only = |b: &u32| local.costs.row(*b as usize).iter().all(|c| c.is_finite());
    let free: Vec<u32> = (0..blocks.len() as u32).filter(only).collect();
    let mut best: BTreeMap<(Key, u64), Vec<u32>> = BTreeMap::new();
    let mut anneal = Anneal::new(
        &local,
        seed,
        &owners,
        asked.price,
        &[0.0; 2],
        (&near, &free),
    );
    let mut take = |state: &State, _: [usize; 3]| {
        let key = (Key(state.cost), state.mark(0));
        let full = best.len() >= asked.many;
        let worst = best.last_key_value().map(|(k, _)| *k);
        if (!full || worst.is_some_and(|w| key < w)) && !best.contains_key(&key) {
            if full {
                best.pop_last();
            }
            best.insert(key, state.members(0).to_vec());
        }
    };
    anneal.run(asked.heat, run, &mut take);
    let zone = |members: Vec<u32>| {
        let members = members.into_iter().map(|b| blocks[b as usize]);
        Zone::new(area, school, members.collect())
    };
    best.into_values().map(zone).collect()
}

/// The school and "nobody" as an area of their own, and its blocks.
fn cut(area: &Area, school: usize, start: &[u32], asked: Asked) -> Option<(Area, Vec<u32>)> {
    let worth = |b: usize| area.costs.at(b, school) - asked.blocks[b];
    let good = |b: usize| worth(b) <= asked.slack;
    let blocks: Vec<u32> = if area.pieces[school] == 1 {
        let mut met = vec![false; area.blocks()];
        let mut stack: Vec<u32> = start.to_vec();
        stack.iter().for_each(|b| met[*b as usize] = true);
        while let Some(here) = stack.pop() {
            for &next in &area.neighbours[here as usize] {
                if !met[next as usize] && good(next as usize) {
                    met[next as usize] = true;
                    stack.push(next);
                }
            }
        }
        (0..area.blocks() as u32)
            .filter(|b| met[*b as usize])
            .collect()
    } else {
        (0..area.blocks() as u32)
            .filter(|b| good(*b as usize) || start.contains(b))
            .collect()
    };
    if blocks.is_empty() {
        return None;
    }
    let mut local = area.part(&[school], &blocks);
    let mut costs = Costs::new(blocks.len(), 2);
    for (at, block) in blocks.iter().enumerate() {
        let row = costs.row_mut(at);
        row[0] = worth(*block as usize);
        let here = area.costs.row(*block as usize);
        let other = (0..here.len()).any(|s| s != school && here[s].is_finite());
        row[1] = if other { 0.0 } else { f64::INFINITY };
    }
    local.costs = costs;
    local.places.push(f64::INFINITY);
    local.pieces.push(u32::MAX);
    local.homes.push(None);
    Some((local, blocks))
}

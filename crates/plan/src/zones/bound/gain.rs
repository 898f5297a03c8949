//! The zone in one piece that gains most at given prices of blocks, by branch and bound.
//!
//! A block can be in the zone only with its dominators, the blocks that every way to it from the
//! school passes. They form a tree, and the best packing of a tree is a table over the room, like
//! that of a knapsack. Where that packing does not hang together, a block on the cheapest way to
//! what is cut off is in the zone or not: both are asked, the more promising first.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::super::area::Area;
use super::super::solve::start::Key;
use super::tree::Tree;

/// Most cells of a table; children are counted in dozens or so where it would have more.
const TABLE: usize = 1_000_000;

/// What the best zone of a school gains.
pub(crate) struct Best {
    /// No zone gains more.
    pub(crate) most: f64,
    /// Zones met that gain more than the floor, each more than those before it.
    pub(crate) zones: Vec<Vec<u32>>,
    /// Steps it took.
    pub(crate) work: usize,
}

/// Whether a block is in the zone.
#[derive(Clone, Copy, PartialEq)]
enum Is {
    Open,
    In,
    Out,
}

/// A part of all zones, and where to divide it.
struct Part {
    most: f64,
    blocks: Vec<Is>,
    divide: usize,
}

/// What a part comes to.
enum Answer {
    /// No zone that gains more than the best one met.
    Nothing,
    /// The best zone of the part.
    Zone(f64, Vec<usize>),
    /// No zone gains more; a block to divide at.
    Above(f64, usize),
}

/// The blocks that may be in the zone of a school, by local numbers.
pub(crate) struct Region {
    pub(crate) blocks: Vec<u32>,
    pub(crate) gains: Vec<f64>,
    pub(crate) sizes: Vec<usize>,
    pub(crate) around: Vec<Vec<usize>>,
    /// The block from which the zone is reached; `None` where it may have any shape.
    pub(crate) home: Option<usize>,
    pub(crate) room: usize,
    /// The blocks that gain, most for a child first.
    pub(crate) order: Vec<usize>,
}

/// Searches with `work` steps for the zone of a school that gains more than `floor`; `None` where
/// the blocks that can go nowhere else have no room.
pub(crate) fn best(
    area: &Area,
    school: usize,
    prices: &[f64],
    floor: f64,
    work: usize,
) -> Option<Best> {
    let region = Region::new(area, school, prices, floor)?;
    let only = |b: &u32| {
        let row = area.costs.row(*b as usize).iter();
        row.filter(|c| c.is_finite()).count() == 1
    };
    let is = |b: &u32| if only(b) { Is::In } else { Is::Open };
    let mut all: Vec<Is> = region.blocks.iter().map(is).collect();
    region.home.iter().for_each(|h| all[*h] = Is::In);
    let (mut best, mut zones, mut used) = (floor, Vec::new(), 0);
    let mut parts: Vec<Part> = Vec::new();
    let mut heap = BinaryHeap::new();
    let mut asked = vec![(f64::INFINITY, all)];
    loop {
        for (above, blocks) in asked.drain(..) {
            match region.answer(&blocks, best, &mut used) {
                Answer::Nothing => {}
                Answer::Zone(gain, members) => {
                    best = gain;
                    zones.push(region.name(members));
                }
                Answer::Above(most, divide) => {
                    let most = most.min(above);
                    heap.push((Key(most), Reverse(parts.len())));
                    parts.push(Part {
                        most,
                        blocks,
                        divide,
                    });
                }
            }
        }
        let Some((_, Reverse(at))) = heap.pop() else {
            break;
        };
        let part = &mut parts[at];
        if part.most <= best {
            break;
        }
        if used > work {
            best = part.most;
            break;
        }
        let mut with = std::mem::take(&mut part.blocks);
        let mut without = with.clone();
        with[part.divide] = Is::In;
        without[part.divide] = Is::Out;
        asked = vec![(part.most, with), (part.most, without)];
    }
    // Where children are counted in dozens it may be too large.
    let load = |zone: &Vec<u32>| zone.iter().map(|b| area.children[*b as usize]).sum::<f64>();
    zones.retain(|zone| load(zone) <= area.places[school] + area.grain);
    Some(Best {
        most: best,
        zones,
        work: used,
    })
}

impl Region {
    /// The blocks that a zone which gains more than `floor` may contain.
    pub(crate) fn new(area: &Area, school: usize, prices: &[f64], floor: f64) -> Option<Self> {
        let places = area.places[school] + area.grain;
        let may = |b: &usize| area.costs.at(*b, school).is_finite();
        let blocks: Vec<usize> = (0..area.blocks()).filter(may).collect();
        let children: f64 = blocks.iter().map(|b| area.children[*b]).sum();
        let room = places.min(children).floor();
        if room < 0.0 {
            return None;
        }
        let unit = ((room + 1.0) * blocks.len() as f64 / TABLE as f64)
            .ceil()
            .max(1.0);
        let room = (room / unit) as usize;
        let home = area.homes[school].filter(|_| area.pieces[school] == 1);
        let gain = |b: &usize| prices[*b] - area.costs.at(*b, school);
        let around = |b: &usize| {
            let next = area.neighbours[*b].iter().map(|n| *n as usize);
            next.filter_map(|n| blocks.binary_search(&n).ok()).collect()
        };
        let mut region = Self {
            gains: blocks.iter().map(gain).collect(),
            sizes: blocks
                .iter()
                .map(|b| (area.children[*b] / unit) as usize)
                .collect(),
            around: blocks.iter().map(around).collect(),
            home: home.and_then(|h| blocks.binary_search(&h).ok()),
            blocks: blocks.iter().map(|b| *b as u32).collect(),
            room,
            order: Vec::new(),
        };
        let all = vec![Is::Open; blocks.len()];
        let rooted: Vec<usize> = region.home.into_iter().collect();
        region.rank();
        let slack = region.ceiling(&vec![true; blocks.len()], room) - floor;
        let near = region.near(&all, &rooted, room, slack);
        Some(region.only(&near))
    }

    /// The region without the blocks that are not `kept`.
    fn only(self, kept: &[bool]) -> Self {
        let left: Vec<usize> = (0..kept.len()).filter(|b| kept[*b]).collect();
        let place = |b: &usize| left.binary_search(b).ok();
        let around = |b: &usize| self.around[*b].iter().filter_map(place).collect();
        let mut region = Self {
            blocks: left.iter().map(|b| self.blocks[*b]).collect(),
            gains: left.iter().map(|b| self.gains[*b]).collect(),
            sizes: left.iter().map(|b| self.sizes[*b]).collect(),
            around: left.iter().map(around).collect(),
            home: self.home.as_ref().and_then(place),
            ..self
        };
        region.rank();
        region
    }

    /// Puts the blocks that gain in order.
    fn rank(&mut self) {
        self.order = (0..self.gains.len())
            .filter(|b| self.gains[*b] > 0.0)
            .collect();
        let each = |b: &usize| self.gains[*b] / self.sizes[*b] as f64;
        self.order
            .sort_by(|a, b| each(b).total_cmp(&each(a)).then(a.cmp(b)));
    }

    /// What the blocks `kept` that gain could gain within a room, parts of them too.
    fn ceiling(&self, kept: &[bool], room: usize) -> f64 {
        let (mut left, mut gain) = (room, 0.0);
        for &block in self.order.iter().filter(|b| kept[**b]) {
            if self.sizes[block] > left {
                return gain + self.gains[block] * left as f64 / self.sizes[block] as f64;
            }
            left -= self.sizes[block];
            gain += self.gains[block];
        }
        gain
    }

    /// The blocks by their numbers in the area.
    fn name(&self, members: Vec<usize>) -> Vec<u32> {
        let mut blocks: Vec<u32> = members.into_iter().map(|b| self.blocks[b]).collect();
        blocks.sort_unstable();
        blocks
    }

    /// The blocks to which some way from the rooted ones takes no more room and loses no more than
    /// there is.
    fn near(&self, is: &[Is], rooted: &[usize], room: usize, slack: f64) -> Vec<bool> {
        if self.home.is_none() {
            return self
                .sizes
                .iter()
                .zip(is)
                .map(|(s, is)| *s <= room && *is != Is::Out)
                .collect();
        }
        let size = |b: usize| self.sizes[b] as f64;
        let loss = |b: usize| (-self.gains[b]).max(0.0);
        let light = self.ways(is, rooted, size);
        let good = self.ways(is, rooted, loss);
        let fits = |(light, good): (&f64, &f64)| *light <= room as f64 && *good <= slack;
        light.iter().zip(&good).map(fits).collect()
    }

    /// What the cheapest way to each block costs, its own price included; nothing for rooted ones.
    fn ways(&self, is: &[Is], rooted: &[usize], price: impl Fn(usize) -> f64) -> Vec<f64> {
        let mut ways = vec![f64::INFINITY; is.len()];
        let mut heap = BinaryHeap::new();
        for &block in rooted {
            ways[block] = 0.0;
            heap.push(Reverse((Key(0.0), block)));
        }
        while let Some(Reverse((Key(way), block))) = heap.pop() {
            if way > ways[block] {
                continue;
            }
            for &next in &self.around[block] {
                let through = way + price(next);
                if is[next] != Is::Out && through < ways[next] {
                    ways[next] = through;
                    heap.push(Reverse((Key(through), next)));
                }
            }
        }
        ways
    }

    /// The blocks of `among` that hang together with the home.
    fn rooted(&self, among: &[bool]) -> Vec<usize> {
        let mut met: Vec<usize> = self.home.into_iter().collect();
        let mut seen = vec![false; among.len()];
        met.iter().for_each(|b| seen[*b] = true);
        let mut at = 0;
        while let Some(&block) = met.get(at) {
            for &next in &self.around[block] {
                if among[next] && !std::mem::replace(&mut seen[next], true) {
                    met.push(next);
                }
            }
            at += 1;
        }
        met
    }

    /// The best zone of a part, or how much it gains at most.
    fn answer(&self, is: &[Is], floor: f64, used: &mut usize) -> Answer {
        let within: Vec<bool> = is.iter().map(|is| *is == Is::In).collect();
        let rooted = self.rooted(&within);
        let size: usize = rooted.iter().map(|b| self.sizes[*b]).sum();
        let base: f64 = rooted.iter().map(|b| self.gains[*b]).sum();
        let Some(room) = self.room.checked_sub(size) else {
            return Answer::Nothing;
        };
        let mut kept: Vec<bool> = is.iter().map(|is| *is != Is::Out).collect();
        for _ in 0..2 {
            rooted.iter().for_each(|b| kept[*b] = false);
            let slack = base + self.ceiling(&kept, room) - floor;
            kept = self.near(is, &rooted, room, slack);
        }
        rooted.iter().for_each(|b| kept[*b] = false);
        let mut first = vec![self.home.is_none(); is.len()];
        for &block in &rooted {
            self.around[block].iter().for_each(|n| first[*n] = true);
        }
        let tree = Tree::new(&self.around, &kept, &first);
        let inside = |b: &usize| is[*b] == Is::In;
        *used += is.len() + tree.blocks.len() * (room + 1);
        let apart = within.iter().filter(|w| **w).count() - rooted.len();
        if tree.blocks.iter().filter(|b| inside(b)).count() < apart {
            return Answer::Nothing;
        }
        let Some((gain, packed)) = tree.pack(&self.gains, &self.sizes, room, inside) else {
            return Answer::Nothing;
        };
        let most = base + gain;
        if most <= floor {
            return Answer::Nothing;
        }
        let mut chosen = vec![false; is.len()];
        rooted.iter().chain(&packed).for_each(|b| chosen[*b] = true);
        let together = if self.home.is_some() {
            self.rooted(&chosen)
        } else {
            packed.clone()
        };
        if together.len() == rooted.len() + packed.len() {
            return Answer::Zone(most, together);
        }
        match self.divide(&kept, &chosen, &together) {
            Some(block) => Answer::Above(most, block),
            None => Answer::Nothing,
        }
    }

    /// The first block outside on the cheapest way to a chosen block that is cut off.
    fn divide(&self, kept: &[bool], chosen: &[bool], together: &[usize]) -> Option<usize> {
        let mut came: Vec<Option<usize>> = vec![None; kept.len()];
        let mut done = vec![false; kept.len()];
        let mut heap = BinaryHeap::new();
        for &block in together {
            heap.push(Reverse((Key(0.0), block, block)));
        }
        while let Some(Reverse((Key(way), block, from))) = heap.pop() {
            if std::mem::replace(&mut done[block], true) {
                continue;
            }
            came[block] = (from != block).then_some(from);
            if chosen[block] && from != block {
                let mut at = block;
                while let Some(before) = came[at] {
                    if came[before].is_none() {
                        return Some(at);
                    }
                    at = before;
                }
            }
            for &next in &self.around[block] {
                if kept[next] && !done[next] {
                    let price = 1e-6 + (-self.gains[next]).max(0.0);
                    heap.push(Reverse((Key(way + price), next, block)));
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::zones::tests::grid;

    proptest! {
        /// Against every set of blocks of a grid.
        #[test]
        fn no_zone_in_one_piece_gains_more(
            children in prop::collection::vec(0u32..9, 12),
            prices in prop::collection::vec(0.0f64..40.0, 12),
            places in 10u32..40,
            work in prop::sample::select(vec![0, 200, 1_000_000]),
        ) {
            let problem = grid(4, &children, &[5, 11], &[f64::from(places), 99.0]);
            let area = Area::new(&problem);
            let gain = |zone: &[u32]| -> f64 {
                zone.iter().map(|b| prices[*b as usize] - area.costs.at(*b as usize, 0)).sum()
            };
            let load = |zone: &[u32]| -> u32 { zone.iter().map(|b| children[*b as usize]).sum() };
            let pieces = |zone: &[u32]| {
                let mut met = vec![5];
                let mut at = 0;
                while let Some(&block) = met.get(at) {
                    let next = area.neighbours[block as usize].iter();
                    let more: Vec<u32> = next.filter(|n| zone.contains(n) && !met.contains(n)).copied().collect();
                    met.extend(more);
                    at += 1;
                }
                met.len() == zone.len()
            };
            let may = |zone: &[u32]| zone.contains(&5) && !zone.contains(&11) && load(zone) <= places && pieces(zone);
            let most = (0u32..1 << 12)
                .map(|code| (0..12).filter(|b| code >> b & 1 == 1).collect::<Vec<u32>>())
                .filter(|zone| may(zone))
                .map(|zone| gain(&zone))
                .fold(f64::NEG_INFINITY, f64::max);
            let Some(best) = best(&area, 0, &prices, f64::NEG_INFINITY, work) else {
                return Ok(());
            };
            prop_assert!(best.most >= most - 1e-9);
            if work > 1_000 {
                prop_assert!(most == f64::NEG_INFINITY || best.most <= most + 1e-9);
            }
            for zone in &best.zones {
                prop_assert!(may(zone) && gain(zone) <= most + 1e-9);
            }
        }
    }
}

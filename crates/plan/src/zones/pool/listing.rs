//! Zones in one piece that a better plan could contain, listed by branching: each open block around
//! the zone joins it, or stays out for good.

use super::super::area::Area;
use super::super::bound::Bound;
use super::super::bound::gain::Region;
use crate::partition::Set;
use crate::run::Run;

/// Steps for each zone that may be listed.
const STEPS: usize = 40;
/// From such a part of the gap down some zones are enough.
const LEAST: f64 = 0.01;

/// Zones of a reduced cost up to `gap`, of each school `each` at most: where that are too many, those
/// up to a part of it. Whether these are all.
pub(super) fn list(
    area: &Area,
    run: &Run,
    bound: &Bound,
    gap: f64,
    each: usize,
) -> (bool, Vec<Set>) {
    let schools: Vec<usize> = (0..area.schools()).collect();
    let one = |school: &usize| {
        let mut part = 1.0;
        loop {
            let least = bound.zones[*school] - part * gap;
            let (all, sets) = of_school(area, *school, &bound.blocks, least, each);
            if all || part < LEAST || run.stopped() {
                return (all && part >= 1.0, sets);
            }
            part *= 0.6;
        }
    };
    let listed = run.each(&schools, one);
    let all = listed.iter().all(|(all, _)| *all);
    (all, listed.into_iter().flat_map(|l| l.1).collect())
}

/// The zones of a school that gain no less; whether these are all.
fn of_school(
    area: &Area,
    school: usize,
    prices: &[f64],
    least: f64,
    each: usize,
) -> (bool, Vec<Set>) {
    // Rounding must not hide a zone.
    let least = least - 1e-9 * least.abs();
    let Some(region) = Region::new(area, school, prices, least) else {
        return (true, Vec::new());
    };
    let Some(home) = region.home else {
        // No zone gains as much; of zones of any shape none are listed.
        let tied = area.homes[school].is_some() && area.pieces[school] == 1;
        return (tied, Vec::new());
    };
    let Some(room) = region.room.checked_sub(region.sizes[home]) else {
        return (true, Vec::new());
    };
    let mut listing = Listing {
        area,
        school,
        least,
        taken: vec![false; region.blocks.len()],
        zone: vec![home],
        steps: STEPS * each,
        each,
        found: Vec::new(),
        region,
    };
    listing.taken[home] = true;
    let (gain, around) = (
        listing.region.gains[home],
        listing.region.around[home].clone(),
    );
    let all = listing.grow(gain, room, &around).is_some();
    (all, listing.found)
}

/// The search for the zones of a school; blocks by the numbers of its region.
struct Listing<'a> {
    area: &'a Area,
    school: usize,
    region: Region,
    /// The least gain of a zone.
    least: f64,
    /// In the zone, or left out of it.
    taken: Vec<bool>,
    zone: Vec<usize>,
    /// Left.
    steps: usize,
    /// Most zones.
    each: usize,
    found: Vec<Set>,
}

impl Listing<'_> {
    /// The zone so far and all larger ones; `None` where they are too many.
    fn grow(&mut self, gain: f64, room: usize, open: &[usize]) -> Option<()> {
        if gain >= self.least {
            self.note();
            if self.found.len() > self.each {
                return None;
            }
        }
        let mut out = Vec::new();
        for (at, &block) in open.iter().enumerate() {
            let size = self.region.sizes[block];
            if size > room {
                continue;
            }
            self.steps = self.steps.checked_sub(1)?;
            if gain + self.ceiling(room) < self.least {
                break;
            }
            self.taken[block] = true;
            out.push(block);
            let mut next: Vec<usize> = open[at + 1..].to_vec();
            let around = self.region.around[block].iter();
            next.extend(around.filter(|b| !self.taken[**b] && !open.contains(b)));
            let gains = &self.region.gains;
            next.sort_by(|a, b| gains[*b].total_cmp(&gains[*a]).then(a.cmp(b)));
            self.zone.push(block);
            self.grow(gain + gains[block], room - size, &next)?;
            self.zone.pop();
        }
        out.iter().for_each(|b| self.taken[*b] = false);
        Some(())
    }

    /// What blocks not taken could gain within the room, a part of one too.
    fn ceiling(&self, room: usize) -> f64 {
        let region = &self.region;
        let (mut left, mut gain) = (room, 0.0);
        for &block in &region.order {
            let size = region.sizes[block];
            if self.taken[block] || size > room {
                continue;
            }
            if size > left {
                return gain + region.gains[block] * left as f64 / size as f64;
            }
            left -= size;
            gain += region.gains[block];
        }
        gain
    }

    /// Keeps the zone, unless it is too large where children were counted in dozens.
    fn note(&mut self) {
        let mut rows: Vec<u32> = self.zone.iter().map(|b| self.region.blocks[*b]).collect();
        rows.sort_unstable();
        let load: f64 = rows.iter().map(|b| self.area.children[*b as usize]).sum();
        if load <= self.area.places[self.school] + self.area.grain {
            let cost = rows
                .iter()
                .map(|b| self.area.costs.at(*b as usize, self.school));
            self.found.push(Set {
                kind: self.school as u32,
                cost: cost.sum(),
                rows,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::zones::tests::grid;

    proptest! {
        /// Against every set of blocks of a grid.
        #[test]
        fn all_zones_that_gain_enough_are_listed(
            children in prop::collection::vec(0u32..9, 12),
            prices in prop::collection::vec(0.0f64..40.0, 12),
            places in 10u32..40,
            least in -20.0f64..120.0,
        ) {
            let problem = grid(4, &children, &[5, 11], &[f64::from(places), 99.0]);
            let area = Area::new(&problem);
            let (all, listed) = of_school(&area, 0, &prices, least, 5_000);
            prop_assert!(all);
            let listed: Vec<Vec<u32>> = listed.into_iter().map(|set| set.rows).collect();
            let once: BTreeSet<Vec<u32>> = listed.iter().cloned().collect();
            prop_assert_eq!(once.len(), listed.len());
            let together = |zone: &[u32]| {
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
            for code in 0u32..1 << 12 {
                let zone: Vec<u32> = (0..12).filter(|b| code >> b & 1 == 1).collect();
                let gain: f64 = zone.iter().map(|b| prices[*b as usize] - area.costs.at(*b as usize, 0)).sum();
                let load: u32 = zone.iter().map(|b| children[*b as usize]).sum();
                let may = zone.contains(&5) && !zone.contains(&11) && load <= places && together(&zone);
                if (gain - least).abs() > 1e-6 {
                    prop_assert_eq!(once.contains(&zone), may && gain > least, "{:?}", zone);
                }
            }
        }
    }
}

//! The most gain that fits into a school: 0/1 by branch and bound, or with parts of blocks.

use std::cmp::Ordering;

/// Nodes of a search before a table is made, and most cells of one.
const FEW: u64 = 200;
const TABLE: usize = 4_000_000;

/// A block that gains by going to the school.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Item {
    pub(crate) block: u32,
    /// It needs a boarding place.
    pub(crate) far: bool,
    pub(crate) gain: f64,
    pub(crate) weight: f64,
    /// Gain per student: dividing once gives a total order.
    worth: f64,
}

impl Item {
    pub(crate) fn new(block: usize, gain: f64, weight: f64, far: bool) -> Self {
        Self {
            block: block as u32,
            far,
            gain,
            weight,
            worth: gain / weight,
        }
    }
}

/// Those first that gain most per student.
fn by_worth(a: &Item, b: &Item) -> Ordering {
    b.worth.total_cmp(&a.worth).then(a.block.cmp(&b.block))
}

/// Items in the order of gain per student, with sums up to each; buffers are reused.
#[derive(Debug, Default)]
pub(crate) struct Knapsack {
    pub(crate) items: Vec<Item>,
    weights: Vec<f64>,
    gains: Vec<f64>,
    /// Part of each item in the last packing.
    pub(crate) taken: Vec<f64>,
    trial: Vec<bool>,
    /// Nodes of all searches so far: counted work.
    pub(crate) work: u64,
}

impl Knapsack {
    /// Sorts the items and sums them up.
    pub(crate) fn prepare(&mut self) {
        self.items.sort_unstable_by(by_worth);
        self.weights.clear();
        self.gains.clear();
        let (mut weight, mut gain) = (0.0, 0.0);
        self.weights.push(0.0);
        self.gains.push(0.0);
        for item in &self.items {
            weight += item.weight;
            gain += item.gain;
            self.weights.push(weight);
            self.gains.push(gain);
        }
        self.work += self.items.len() as u64 + 1;
    }

    /// The gain of items `from..` with parts allowed: above every packing of them.
    fn relaxed(&self, from: usize, room: f64) -> f64 {
        let limit = self.weights[from] + room;
        // All items up to `end` fit.
        let end = from + self.weights[from + 1..].partition_point(|w| *w <= limit);
        let whole = self.gains[end] - self.gains[from];
        match self.items.get(end) {
            Some(item) => whole + item.gain * (limit - self.weights[end]) / item.weight,
            None => whole,
        }
    }

    /// [`Self::relaxed`] of all items but one.
    pub(crate) fn relaxed_without(&self, skip: usize, room: f64) -> f64 {
        if room < 0.0 {
            return f64::NEG_INFINITY;
        }
        let item = self.items[skip];
        if self.weights[skip + 1] > room {
            // Those before it fill the room or split an item not after it.
            if self.weights[skip] <= room {
                // It would be the split one: the rest fills up from the next.
                return self.gains[skip] + self.relaxed(skip + 1, room - self.weights[skip]);
            }
            return self.relaxed(0, room);
        }
        self.relaxed(0, room + item.weight) - item.gain
    }

    /// [`Self::relaxed`] of all items.
    pub(crate) fn relaxed_all(&self, room: f64) -> f64 {
        if room < 0.0 {
            return f64::NEG_INFINITY;
        }
        self.relaxed(0, room)
    }

    /// Packs parts of items, `beds` for those that need one. Returns the gain, which is exact.
    pub(crate) fn pack_parts(&mut self, room: f64, beds: f64) -> f64 {
        let (mut room, mut beds, mut gain) = (room, beds, 0.0);
        self.taken.clear();
        for item in &self.items {
            let most = if item.far { room.min(beds) } else { room };
            let part = if item.weight <= most {
                1.0
            } else {
                (most / item.weight).max(0.0)
            };
            let used = part * item.weight;
            room -= used;
            if item.far {
                beds -= used;
            }
            gain += part * item.gain;
            self.taken.push(part);
        }
        gain
    }

    /// [`Self::pack_parts`] where none needs a bed, without an order of all items: those that gain most
    /// per student are halved until the room ends among them. Leaves the items in another order.
    pub(crate) fn pack_first(&mut self, mut room: f64) -> f64 {
        self.taken.clear();
        self.taken.resize(self.items.len(), 0.0);
        let (mut from, mut to, mut gain) = (0, self.items.len(), 0.0);
        self.work += to as u64 + 1;
        while from < to {
            let middle = from + (to - from - 1) / 2;
            self.items[from..to].select_nth_unstable_by(middle - from, by_worth);
            let half = &self.items[from..=middle];
            let (weight, all) = half.iter().fold((0.0, 0.0), |(weight, all), item| {
                (weight + item.weight, all + item.gain)
            });
            if weight <= room {
                self.taken[from..=middle].fill(1.0);
                room -= weight;
                gain += all;
                from = middle + 1;
            } else if from == middle {
                let part = (room / weight).max(0.0);
                self.taken[middle] = part;
                return gain + part * all;
            } else {
                to = middle + 1;
            }
        }
        gain
    }

    /// Packs whole items. Returns a gain that no packing exceeds: that of the packing, unless `nodes`
    /// nodes do not suffice and there is no table of reasonable size.
    pub(crate) fn pack(&mut self, room: f64, beds: f64, nodes: u64) -> f64 {
        let top = self.relaxed_all(room);
        if !top.is_finite() {
            self.taken.clear();
            self.taken.resize(self.items.len(), 0.0);
            return top;
        }
        self.search(room, beds, nodes.min(FEW))
            .or_else(|| self.tabulate(room, beds))
            .or_else(|| self.search(room, beds, nodes))
            .unwrap_or(top)
    }

    /// Better packings than the last one, by a table over the room of what the relaxation does not
    /// decide; `None` where items are not whole students, need beds, or are too many.
    fn tabulate(&mut self, room: f64, beds: f64) -> Option<f64> {
        let whole = |i: &Item| i.weight.fract() == 0.0 && (!i.far || beds == f64::INFINITY);
        if !self.items.iter().all(whole) {
            return None;
        }
        let each = self.items.iter().zip(&self.taken);
        let known: f64 = each.map(|(item, taken)| item.gain * taken).sum();
        let (mut gain, mut left) = (0.0, room.floor());
        let mut core: Vec<usize> = Vec::new();
        let mut packed = vec![0.0; self.items.len()];
        for (at, item) in self.items.iter().enumerate() {
            let without = self.relaxed_without(at, room);
            let with = item.gain + self.relaxed_without(at, room - item.weight);
            match (with > known, without > known) {
                (true, true) => core.push(at),
                (true, false) => {
                    packed[at] = 1.0;
                    gain += item.gain;
                    left -= item.weight;
                }
                (false, true) => {}
                (false, false) => return Some(known),
            }
        }
        if left < 0.0 {
            return Some(known);
        }
        let width = left as usize + 1;
        self.work += (core.len() * width / 16) as u64;
        if core.len() * width > TABLE {
            return None;
        }
        let mut best = vec![gain; width];
        let mut next = best.clone();
        let mut takes = vec![false; core.len() * width];
        for (&at, takes) in core.iter().zip(takes.chunks_mut(width)) {
            let (weight, gain) = (self.items[at].weight as usize, self.items[at].gain);
            next.copy_from_slice(&best);
            if weight < width {
                let to = next[weight..].iter_mut().zip(&mut takes[weight..]);
                for ((next, takes), before) in to.zip(&best) {
                    let with = before + gain;
                    *takes = with > *next;
                    *next = if *takes { with } else { *next };
                }
            }
            std::mem::swap(&mut best, &mut next);
        }
        let most = best[width - 1];
        if most <= known {
            return Some(known);
        }
        let mut room = width - 1;
        for (n, &at) in core.iter().enumerate().rev() {
            if takes[n * width + room] {
                packed[at] = 1.0;
                room -= self.items[at].weight as usize;
            }
        }
        self.taken = packed;
        Some(most)
    }

    /// Branch and bound in the order of the items; `None` where it takes more nodes, with the best
    /// packing met.
    fn search(&mut self, room: f64, beds: f64, nodes: u64) -> Option<f64> {
        let n = self.items.len();
        self.taken.clear();
        self.taken.resize(n, 0.0);
        let top = self.relaxed_all(room);
        self.trial.clear();
        self.trial.resize(n, false);
        let slack = top.abs() * 1e-12;
        let (mut best, mut gain) = (-1.0, 0.0);
        let (mut left, mut beds) = (room, beds);
        let (mut at, mut used) = (0, 0_u64);
        loop {
            let mut cut = false;
            while at < n {
                if gain + self.relaxed(at, left) <= best + slack {
                    cut = true;
                    break;
                }
                used += 1;
                let item = self.items[at];
                let fits = item.weight <= left && (!item.far || item.weight <= beds);
                if fits {
                    left -= item.weight;
                    gain += item.gain;
                    if item.far {
                        beds -= item.weight;
                    }
                }
                self.trial[at] = fits;
                at += 1;
            }
            if !cut && gain > best {
                best = gain;
                for (taken, trial) in self.taken.iter_mut().zip(&self.trial) {
                    *taken = f64::from(*trial);
                }
            }
            if best >= top - slack || used > nodes {
                break;
            }
            // Back to the last taken item, which is then left out.
            let Some(last) = self.trial[..at].iter().rposition(|t| *t) else {
                break;
            };
            let item = self.items[last];
            self.trial[last] = false;
            left += item.weight;
            gain -= item.gain;
            if item.far {
                beds += item.weight;
            }
            at = last + 1;
        }
        self.work += used;
        (used <= nodes).then_some(best)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn filled(items: &[(u32, u32, bool)]) -> Knapsack {
        let mut knapsack = Knapsack::default();
        for (block, &(gain, weight, far)) in items.iter().enumerate() {
            let item = Item::new(block, f64::from(gain), f64::from(weight), far);
            knapsack.items.push(item);
        }
        knapsack.prepare();
        knapsack
    }

    fn by_trying(items: &[Item], room: f64, beds: f64, with: Option<usize>) -> f64 {
        (0_u32..1 << items.len())
            .filter(|set| with.is_none_or(|i| set & (1 << i) == 0))
            .filter_map(|set| {
                let of = |i: &usize| set & (1 << i) != 0;
                let chosen = || (0..items.len()).filter(of).map(|i| items[i]);
                let weight: f64 = chosen().map(|i| i.weight).sum();
                let far: f64 = chosen().filter(|i| i.far).map(|i| i.weight).sum();
                (weight <= room && far <= beds).then(|| chosen().map(|i| i.gain).sum())
            })
            .fold(0.0, f64::max)
    }

    proptest! {
        #[test]
        fn packs_the_most(
            items in prop::collection::vec((1_u32..50, 0_u32..20, any::<bool>()), 0..10),
            room in 0_u32..80,
            beds in 0_u32..30,
        ) {
            let (room, beds) = (f64::from(room), f64::from(beds));
            let mut knapsack = filled(&items);
            let best = by_trying(&knapsack.items, room, beds, None);
            prop_assert_eq!(knapsack.pack(room, beds, u64::MAX), best);
            let packed: f64 = knapsack.items.iter().zip(&knapsack.taken).map(|(i, t)| i.gain * t).sum();
            prop_assert_eq!(packed, best);
            prop_assert!(knapsack.pack_parts(room, beds) >= best - 1e-9);
            let parts = knapsack.pack_parts(room, f64::INFINITY);
            let mut unsorted = filled(&items);
            unsorted.items.sort_by_key(|item| item.block);
            prop_assert!((unsorted.pack_first(room) - parts).abs() < 1e-9);
            let each = || unsorted.items.iter().zip(&unsorted.taken);
            prop_assert!((each().map(|(i, t)| i.gain * t).sum::<f64>() - parts).abs() < 1e-9);
            prop_assert!(each().map(|(i, t)| i.weight * t).sum::<f64>() <= room + 1e-9);
            prop_assert!(knapsack.pack(room, beds, 0) >= best);
            for skip in 0..knapsack.items.len() {
                let without = by_trying(&knapsack.items, room, f64::INFINITY, Some(skip));
                let bound = knapsack.relaxed_without(skip, room);
                prop_assert!(bound >= without - 1e-9);
                prop_assert!(bound <= knapsack.relaxed_all(room) + 1e-9);
            }
        }
    }
}

//! The most gain that fits into a school: 0/1 by branch and bound, or with parts of blocks.

/// A block that gains by going to the school.
#[derive(Debug, Clone, Copy)]
pub(super) struct Item {
    pub(super) block: u32,
    pub(super) gain: f64,
    pub(super) weight: f64,
    /// It needs a boarding place.
    pub(super) far: bool,
}

/// Items in the order of gain per student, with sums up to each; buffers are reused.
#[derive(Debug, Default)]
pub(super) struct Knapsack {
    pub(super) items: Vec<Item>,
    weights: Vec<f64>,
    gains: Vec<f64>,
    /// Part of each item in the last packing.
    pub(super) taken: Vec<f64>,
    trial: Vec<bool>,
    /// Nodes of all searches so far: counted work.
    pub(super) work: u64,
}

impl Knapsack {
    /// Sorts the items and sums them up.
    pub(super) fn prepare(&mut self) {
        // Dividing once gives a total order; multiplying crosswise does not, for its rounding.
        self.items.sort_unstable_by(|a, b| {
            let (left, right) = (a.gain / a.weight, b.gain / b.weight);
            right.total_cmp(&left).then(a.block.cmp(&b.block))
        });
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
    pub(super) fn relaxed_without(&self, skip: usize, room: f64) -> f64 {
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
    pub(super) fn relaxed_all(&self, room: f64) -> f64 {
        if room < 0.0 {
            return f64::NEG_INFINITY;
        }
        self.relaxed(0, room)
    }

    /// Packs parts of items, `beds` for those that need one. Returns the gain, which is exact.
    pub(super) fn pack_parts(&mut self, room: f64, beds: f64) -> f64 {
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

    /// Packs whole items. Returns a gain that no packing exceeds; with fewer than `nodes` nodes it
    /// is the gain of the packing.
    pub(super) fn pack(&mut self, room: f64, beds: f64, nodes: u64) -> f64 {
        let n = self.items.len();
        self.taken.clear();
        self.taken.resize(n, 0.0);
        let top = self.relaxed_all(room);
        if !top.is_finite() {
            return top;
        }
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
        if used > nodes { top } else { best }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn filled(items: &[(u32, u32, bool)]) -> Knapsack {
        let mut knapsack = Knapsack::default();
        for (block, &(gain, weight, far)) in items.iter().enumerate() {
            knapsack.items.push(Item {
                block: block as u32,
                gain: f64::from(gain),
                weight: f64::from(weight),
                far,
            });
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

//! Blocks of which each is taken only with others: the most they gain within a room.
//!
//! Cooper, Harvey and Kennedy, *A simple, fast dominance algorithm* (2001), for the tree; the table
//! goes down it in the order of a walk, so that leaving a block out leaves out what hangs on it.

/// The dominators of blocks: a block comes after those that every way to it passes.
pub(super) struct Tree {
    /// In the order of a walk down the tree.
    pub(super) blocks: Vec<usize>,
    /// How many follow that hang on each, itself included.
    spans: Vec<usize>,
}

impl Tree {
    /// Of the blocks that are `kept` and can be reached from the `first`.
    pub(super) fn new(around: &[Vec<usize>], kept: &[bool], first: &[bool]) -> Self {
        const NONE: usize = usize::MAX;
        let n = kept.len();
        // Blocks from the last to the first that a walk in depth finishes, the root (n) at the front.
        let mut seen = vec![false; n];
        let mut order = Vec::new();
        for start in (0..n).filter(|b| kept[*b] && first[*b]) {
            if seen[start] {
                continue;
            }
            seen[start] = true;
            let mut stack = vec![(start, 0)];
            while let Some((block, at)) = stack.pop() {
                let Some(&next) = around[block].get(at) else {
                    order.push(block);
                    continue;
                };
                stack.push((block, at + 1));
                if kept[next] && !seen[next] {
                    seen[next] = true;
                    stack.push((next, 0));
                }
            }
        }
        order.push(n);
        order.reverse();
        let mut rank = vec![NONE; n + 1];
        order.iter().enumerate().for_each(|(at, b)| rank[*b] = at);
        // Cooper, Harvey and Kennedy: what is common to the dominators of all that lead to a block.
        let mut above = vec![NONE; order.len()];
        above[0] = 0;
        let mut again = true;
        while again {
            again = false;
            for at in 1..order.len() {
                let block = order[at];
                let from = around[block].iter().map(|b| rank[*b]);
                let from = from.chain(first[block].then_some(0));
                let common = from
                    .filter(|r| *r != NONE && above[*r] != NONE)
                    .reduce(|mut a, mut b| {
                        while a != b {
                            if a > b {
                                a = above[a];
                            } else {
                                b = above[b];
                            }
                        }
                        a
                    })
                    .unwrap_or(0);
                if above[at] != common {
                    above[at] = common;
                    again = true;
                }
            }
        }
        let mut spans = vec![1; order.len()];
        let mut below = vec![Vec::new(); order.len()];
        for at in (1..order.len()).rev() {
            spans[above[at]] += spans[at];
            below[above[at]].push(at);
        }
        let mut tree = Self {
            blocks: Vec::new(),
            spans: Vec::new(),
        };
        let mut stack = std::mem::take(&mut below[0]);
        while let Some(at) = stack.pop() {
            tree.blocks.push(order[at]);
            tree.spans.push(spans[at]);
            stack.append(&mut below[at]);
        }
        tree
    }

    /// The most that blocks gain within a room, each with its dominators, and which they are;
    /// `None` where those `inside` have no room.
    pub(super) fn pack(
        &self,
        gains: &[f64],
        sizes: &[usize],
        room: usize,
        inside: impl Fn(&usize) -> bool,
    ) -> Option<(f64, Vec<usize>)> {
        let (n, width) = (self.blocks.len(), room + 1);
        let mut best = vec![0.0; (n + 1) * width];
        let mut needed = vec![0; n + 1];
        for at in (0..n).rev() {
            needed[at] = needed[at + 1] + usize::from(inside(&self.blocks[at]));
            let block = self.blocks[at];
            let (size, gain) = (sizes[block], gains[block]);
            let skip = (at + self.spans[at]) * width;
            let must = needed[at] > needed[at + self.spans[at]];
            for room in 0..width {
                let without = if must {
                    f64::NEG_INFINITY
                } else {
                    best[skip + room]
                };
                let with = match room.checked_sub(size) {
                    Some(left) => gain + best[(at + 1) * width + left],
                    None => f64::NEG_INFINITY,
                };
                best[at * width + room] = without.max(with);
            }
        }
        if best[room] == f64::NEG_INFINITY {
            return None;
        }
        let (mut at, mut left, mut packed) = (0, room, Vec::new());
        while at < n {
            let block = self.blocks[at];
            let here = best[at * width + left];
            let must = needed[at] > needed[at + self.spans[at]];
            if !must && best[(at + self.spans[at]) * width + left] == here {
                at += self.spans[at];
            } else {
                packed.push(block);
                left -= sizes[block];
                at += 1;
            }
        }
        Some((best[room], packed))
    }
}

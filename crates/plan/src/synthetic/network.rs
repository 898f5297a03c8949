//! Shortest ways along the roads.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Undirected roads between numbered places.
pub(super) struct Graph {
    ways: Vec<Vec<(usize, u32)>>,
}

impl Graph {
    /// Places without roads.
    pub(super) fn new(places: usize) -> Self {
        Self {
            ways: vec![Vec::new(); places],
        }
    }

    /// Adds a road.
    pub(super) fn join(&mut self, a: usize, b: usize, metres: u32) {
        self.ways[a].push((b, metres));
        self.ways[b].push((a, metres));
    }

    /// Every road once.
    pub(super) fn edges(&self) -> impl Iterator<Item = (usize, usize, u32)> + '_ {
        self.ways.iter().enumerate().flat_map(|(a, ways)| {
            ways.iter()
                .filter(move |(b, _)| a < *b)
                .map(move |&(b, m)| (a, b, m))
        })
    }

    /// For each place its `k` nearest goals, nearest first, as (number of the goal, metres).
    ///
    /// One search from all goals at once, each place settled at most `k` times: the whole table of
    /// places × goals, quadratic in the size of the county, is never made. The places that share
    /// their nearest goal hang together.
    pub(super) fn nearest(&self, goals: &[usize], k: usize) -> Vec<Vec<(usize, u32)>> {
        let mut found: Vec<Vec<(usize, u32)>> = vec![Vec::new(); self.ways.len()];
        let mut heap: BinaryHeap<Reverse<(u32, usize, usize)>> = goals
            .iter()
            .enumerate()
            .map(|(goal, &place)| Reverse((0, goal, place)))
            .collect();
        while let Some(Reverse((metres, goal, place))) = heap.pop() {
            let known = &mut found[place];
            if known.len() == k || known.iter().any(|(g, _)| *g == goal) {
                continue;
            }
            known.push((goal, metres));
            for &(next, way) in &self.ways[place] {
                if found[next].len() < k {
                    heap.push(Reverse((metres + way, goal, next)));
                }
            }
        }
        found
    }
}

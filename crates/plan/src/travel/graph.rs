//! The roads as nodes and ways, and the shortest ways from one node to all.

use junheng_core::geo::{Point, metres};
use junheng_core::model::{Field as F, Snapshot, TableId};

/// Ends of roads closer than this, in degrees, are one node: a centimetre.
const GRAIN: f64 = 1e-7;
/// The most buckets of a search; longer ways make wider buckets.
const BUCKETS: f64 = 4096.0;

/// Longitude and latitude in grains.
type Node = (i64, i64);

/// Undirected roads between numbered nodes.
#[derive(Debug, Default)]
pub(super) struct Graph {
    /// Nodes by longitude, then latitude: the order of the rows does not matter.
    pub(super) points: Vec<Point>,
    starts: Vec<usize>,
    ways: Vec<(u32, f64)>,
    /// Width of a bucket in metres.
    width: f64,
    /// Rows that have no usable ends.
    pub(super) unusable: usize,
    /// Rows without a length, which are as long as they are straight.
    pub(super) unmeasured: usize,
    /// Rows that are shorter than the straight line between their ends, by a tenth and 10 m or more.
    pub(super) too_short: usize,
}

impl Graph {
    /// The table roads; without nodes where no row is usable.
    pub(super) fn new(snapshot: &Snapshot) -> Self {
        let mut graph = Self::default();
        let mut roads = Vec::new();
        for row in 0..snapshot.rows(TableId::Roads) {
            let end = |lon, lat| {
                let at = (snapshot.number(lon, row)?, snapshot.number(lat, row)?);
                let possible = at.0.abs() <= 180.0 && at.1.abs() <= 90.0;
                possible.then(|| (grain(at.0), grain(at.1)))
            };
            let ends = (
                end(F::RoadFromLon, F::RoadFromLat),
                end(F::RoadToLon, F::RoadToLat),
            );
            let (Some(a), Some(b)) = ends else {
                graph.unusable += 1;
                continue;
            };
            let straight = metres(degrees(a), degrees(b));
            let given = snapshot.number(F::RoadMetres, row);
            let long = match given.filter(|m| m.is_finite() && *m >= 0.0) {
                Some(metres) => metres,
                None => {
                    graph.unmeasured += 1;
                    straight
                }
            };
            graph.too_short += usize::from(long < 0.9 * straight - 10.0);
            roads.push((a, b, long));
        }
        graph.join(&roads);
        graph
    }

    fn join(&mut self, roads: &[(Node, Node, f64)]) {
        let mut nodes: Vec<Node> = roads.iter().flat_map(|r| [r.0, r.1]).collect();
        nodes.sort_unstable();
        nodes.dedup();
        let number = |node| nodes.binary_search(&node).unwrap_or(0);
        let mut both: Vec<(usize, u32, f64)> = Vec::with_capacity(2 * roads.len());
        for &(a, b, long) in roads {
            let (a, b) = (number(a), number(b));
            if a != b {
                both.push((a, b as u32, long));
                both.push((b, a as u32, long));
            }
        }
        both.sort_unstable_by(|x, y| (x.0, x.1).cmp(&(y.0, y.1)).then(x.2.total_cmp(&y.2)));
        both.dedup_by_key(|way| (way.0, way.1));
        let longest = both.iter().map(|w| w.2).fold(0.0, f64::max);
        let mean = both.iter().map(|w| w.2).sum::<f64>() / both.len().max(1) as f64;
        self.width = mean.max(longest / BUCKETS).max(1e-3);
        self.points = nodes.into_iter().map(degrees).collect();
        self.starts = vec![0; self.points.len() + 1];
        for way in &both {
            self.starts[way.0 + 1] += 1;
        }
        for node in 0..self.points.len() {
            self.starts[node + 1] += self.starts[node];
        }
        self.ways = both.into_iter().map(|(_, b, long)| (b, long)).collect();
    }

    /// Parts that no road joins.
    pub(super) fn parts(&self) -> usize {
        let mut seen = vec![false; self.points.len()];
        let mut parts = 0;
        let mut open = Vec::new();
        for start in 0..seen.len() {
            if seen[start] {
                continue;
            }
            parts += 1;
            seen[start] = true;
            open.push(start);
            while let Some(node) = open.pop() {
                for &(next, _) in &self.ways[self.starts[node]..self.starts[node + 1]] {
                    if !seen[next as usize] {
                        seen[next as usize] = true;
                        open.push(next as usize);
                    }
                }
            }
        }
        parts
    }

    /// Metres from a node to every node, infinite where no road leads.
    ///
    /// Dijkstra's search with buckets as wide as the mean road. Within a bucket a node may be
    /// settled more than once, which costs less than an order; the least sums are the same.
    pub(super) fn search(&self, from: usize, buckets: &mut Buckets) -> Vec<f64> {
        let mut far = vec![f64::INFINITY; self.points.len()];
        if from >= far.len() {
            return far;
        }
        far[from] = 0.0;
        buckets.push(0, from as u32, 0.0);
        let mut at = 0;
        while buckets.waiting > 0 {
            while let Some((node, metres)) = buckets.pop(at) {
                let node = node as usize;
                if metres > far[node] {
                    continue;
                }
                for &(next, long) in &self.ways[self.starts[node]..self.starts[node + 1]] {
                    let sum = metres + long;
                    if sum < far[next as usize] {
                        far[next as usize] = sum;
                        buckets.push(((sum / self.width) as usize).max(at), next, sum);
                    }
                }
            }
            at += 1;
        }
        far
    }
}

/// A ring of buckets of nodes with the distances they were met at. No way is longer than the ring.
#[derive(Debug)]
pub(super) struct Buckets {
    ring: Vec<Vec<(u32, f64)>>,
    waiting: usize,
}

impl Buckets {
    pub(super) fn new() -> Self {
        // Two more for where in its bucket a way starts and ends, one for the rounding of a quotient.
        Self {
            ring: vec![Vec::new(); BUCKETS as usize + 3],
            waiting: 0,
        }
    }

    fn push(&mut self, bucket: usize, node: u32, metres: f64) {
        let slot = bucket % self.ring.len();
        self.ring[slot].push((node, metres));
        self.waiting += 1;
    }

    fn pop(&mut self, bucket: usize) -> Option<(u32, f64)> {
        let slot = bucket % self.ring.len();
        let popped = self.ring[slot].pop();
        self.waiting -= usize::from(popped.is_some());
        popped
    }
}

fn grain(degrees: f64) -> i64 {
    (degrees / GRAIN).round() as i64
}

fn degrees(node: Node) -> Point {
    // Divided by a whole number, so that 120.1 comes back as 120.1.
    (node.0 as f64 / 1e7, node.1 as f64 / 1e7)
}

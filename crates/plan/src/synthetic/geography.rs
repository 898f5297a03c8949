//! A made-up land: blocks, townships, which blocks touch, and roads.

use junheng_core::model::{Field as F, Snapshot, TableId};

use super::names;
use super::network::Graph;
use super::rng::{Rng, rounded};
use super::{Row, table};

/// A village or estate.
pub(super) struct Block {
    pub(super) name: String,
    pub(super) township: usize,
    /// Metres east and north of the county's middle.
    pub(super) at: (f64, f64),
    /// Column and row in the grid it was drawn from.
    cell: (f64, f64),
}

/// 乡镇 or 街道.
pub(super) struct Township {
    pub(super) name: String,
    /// Two characters, for the names of its schools.
    pub(super) short: String,
    pub(super) urban: bool,
    /// Its blocks, the middle one first.
    pub(super) blocks: Vec<usize>,
}

/// The land of a county.
pub(super) struct Land {
    pub(super) blocks: Vec<Block>,
    pub(super) townships: Vec<Township>,
    adjacency: Vec<(usize, usize)>,
    /// Roads between touching blocks, in metres.
    pub(super) roads: Graph,
    middle: (f64, f64),
}

impl Land {
    /// Longitude and latitude of a point, six digits (about 0.1 m).
    pub(super) fn lon_lat(&self, at: (f64, f64)) -> (f64, f64) {
        let metre = 1.0 / 111_320.0;
        // Cosine by its series: the library's differs between platforms.
        let a = self.middle.1 / 57.295_779_513;
        let a2 = a * a;
        let cosine = 1.0 - a2 / 2.0 + a2 * a2 / 24.0 - a2 * a2 * a2 / 720.0;
        (
            rounded(self.middle.0 + at.0 * metre / cosine, 6),
            rounded(self.middle.1 + at.1 * metre, 6),
        )
    }

    /// A point within `metres` of a block.
    pub(super) fn near(&self, block: usize, metres: f64, rng: &mut Rng) -> (f64, f64) {
        let (x, y) = self.blocks[block].at;
        (
            x + rng.between(-metres, metres),
            y + rng.between(-metres, metres),
        )
    }
}

/// The id of a block.
pub(super) fn block_id(block: usize) -> String {
    format!("B{:05}", block + 1)
}

fn squared(a: (f64, f64), b: (f64, f64)) -> f64 {
    let (x, y) = (a.0 - b.0, a.1 - b.1);
    x * x + y * y
}

/// The land for a county with so many schools.
pub(super) fn land(schools: usize, rng: &mut Rng) -> Land {
    let count = (7 * schools + 12) as f64;
    let side = (count * 1.275).sqrt().ceil() as usize;
    let radius = 2_700.0 * (schools as f64).sqrt().max(1.5);
    let names = names::places(rng);

    // A disc is π/4 of its square. A jittered grid cut to a disc, dense in the middle: its neighbours are the grid's.
    let half = side as f64 / 2.0;
    let mut index = vec![None; side * side];
    let mut blocks = Vec::new();
    for row in 0..side {
        for column in 0..side {
            let (u, v) = (column as f64 + 0.5 - half, row as f64 + 0.5 - half);
            if u * u + v * v > half * half {
                continue;
            }
            let cell = (u + rng.between(-0.3, 0.3), v + rng.between(-0.3, 0.3));
            let far = (cell.0 * cell.0 + cell.1 * cell.1).sqrt() / half;
            let stretch = radius / half * (0.2 + 0.8 * far);
            index[row * side + column] = Some(blocks.len());
            blocks.push(Block {
                name: String::new(),
                township: 0,
                at: (cell.0 * stretch * 1.2, cell.1 * stretch * 0.9),
                cell,
            });
        }
    }

    let at = |row: usize, column: usize| -> Option<usize> {
        (row < side && column < side).then(|| index[row * side + column])?
    };
    let mut adjacency = Vec::new();
    for row in 0..side {
        for column in 0..side {
            let Some(here) = at(row, column) else {
                continue;
            };
            let (right, below) = (at(row, column + 1), at(row + 1, column));
            adjacency.extend(right.into_iter().chain(below).map(|b| (here, b)));
            // Of the two diagonals of a square the shorter one touches, as in a Voronoi diagram.
            if let (Some(a), Some(b), Some(c)) = (right, below, at(row + 1, column + 1)) {
                let point = |i: usize| blocks[i].cell;
                let down = squared(point(here), point(c)) < squared(point(a), point(b));
                adjacency.push(if down {
                    (here, c)
                } else {
                    (a.min(b), a.max(b))
                });
            }
        }
    }
    adjacency.sort_unstable();

    let townships = townships(schools, &mut blocks, &names, rng);
    let roads = roads(&blocks, &adjacency, rng);
    let middle = (
        rounded(rng.between(109.0, 113.0), 2),
        rounded(rng.between(29.5, 33.0), 2),
    );
    Land {
        blocks,
        townships,
        adjacency,
        roads,
        middle,
    }
}

/// Spreads centres over the land and gives each block to the nearest.
fn townships(
    schools: usize,
    blocks: &mut [Block],
    names: &[String],
    rng: &mut Rng,
) -> Vec<Township> {
    let wanted = ((schools + 2) / 5).clamp(1, blocks.len() / 4);
    let middle = (0..blocks.len())
        .min_by(|a, b| {
            let far = |i: usize| squared(blocks[i].cell, (0.0, 0.0));
            far(*a).total_cmp(&far(*b))
        })
        .unwrap_or(0);
    let mut order: Vec<usize> = (0..blocks.len()).collect();
    rng.shuffle(&mut order);
    let mut centres = vec![middle];
    let mut spacing = blocks.len() as f64 / wanted as f64;
    while centres.len() < wanted {
        for &block in &order {
            let free = |c: &usize| squared(blocks[*c].cell, blocks[block].cell) > spacing;
            if centres.len() < wanted && centres.iter().all(free) {
                centres.push(block);
            }
        }
        spacing *= 0.7;
    }
    centres.sort_by(|a, b| {
        let far = |i: usize| squared(blocks[i].cell, (0.0, 0.0));
        far(*a).total_cmp(&far(*b)).then(a.cmp(b))
    });
    let urban = if wanted == 1 {
        0
    } else {
        (wanted as f64 * 0.2).round().max(1.0) as usize
    };
    let mut townships: Vec<Township> = (0..wanted)
        .map(|t| {
            let short = names::nth(names, t);
            let name = format!("{short}{}", if t < urban { "街道" } else { "镇" });
            Township {
                name,
                short,
                urban: t < urban,
                blocks: Vec::new(),
            }
        })
        .collect();
    let points: Vec<(f64, f64)> = centres.iter().map(|&c| blocks[c].cell).collect();
    for (i, block) in blocks.iter_mut().enumerate() {
        let near = (0..wanted)
            .min_by(|a, b| {
                squared(points[*a], block.cell).total_cmp(&squared(points[*b], block.cell))
            })
            .unwrap_or(0);
        let own = &mut townships[near];
        let name = names::nth(names, wanted + near * 7 + own.blocks.len());
        block.name = format!("{name}{}", if own.urban { "社区" } else { "村" });
        block.township = near;
        own.blocks.push(i);
    }
    for (township, centre) in townships.iter_mut().zip(&centres) {
        if let Some(at) = township.blocks.iter().position(|b| b == centre) {
            township.blocks.swap(0, at);
        }
    }
    townships
}

/// A road along every edge of a spanning tree and along half of the other edges.
fn roads(blocks: &[Block], adjacency: &[(usize, usize)], rng: &mut Rng) -> Graph {
    let mut order = adjacency.to_vec();
    rng.shuffle(&mut order);
    let mut root: Vec<usize> = (0..blocks.len()).collect();
    fn find(root: &mut [usize], mut i: usize) -> usize {
        while root[i] != i {
            root[i] = root[root[i]];
            i = root[i];
        }
        i
    }
    let mut graph = Graph::new(blocks.len());
    for (a, b) in order {
        let (ra, rb) = (find(&mut root, a), find(&mut root, b));
        if ra != rb || rng.chance(0.5) {
            root[ra] = rb;
            let straight = squared(blocks[a].at, blocks[b].at).sqrt();
            graph.join(
                a,
                b,
                (straight * rng.between(1.05, 1.35)).round().max(1.0) as u32,
            );
        }
    }
    graph
}

/// Writes adjacency and roads.
pub(super) fn write(land: &Land, out: &mut Snapshot) {
    let adjacency = table(out, TableId::Adjacency);
    for &(a, b) in &land.adjacency {
        Row::new(adjacency)
            .text(F::AdjacentA, block_id(a))
            .text(F::AdjacentB, block_id(b));
    }
    let roads = table(out, TableId::Roads);
    for (a, b, metres) in land.roads.edges() {
        let (from, to) = (
            land.lon_lat(land.blocks[a].at),
            land.lon_lat(land.blocks[b].at),
        );
        Row::new(roads)
            .number(F::RoadFromLon, from.0)
            .number(F::RoadFromLat, from.1)
            .number(F::RoadToLon, to.0)
            .number(F::RoadToLat, to.1)
            .number(F::RoadMetres, metres);
    }
}

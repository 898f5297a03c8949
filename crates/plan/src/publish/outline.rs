//! Borders of areas as directed edges on a grid of centimetres; inside is on the left.
//!
//! Two areas that touch have the same edge in opposite directions; where both belong to one zone
//! the two cancel, and what remains is the zone's border. An edge that the neighbour has in several
//! parts is first split at the neighbour's corners.

use std::collections::{BTreeMap, BTreeSet};

use junheng_core::geo::Point;
use junheng_core::model::Shape;

/// Centimetres east and north.
pub(super) type Spot = (i64, i64);
/// From, to.
pub(super) type Edge = (Spot, Spot);

/// A corner this near to an edge, in centimetres, stands on it: the rounding of both.
const NEAR: f64 = 2.0;

/// Twice the signed area of the triangle from the origin.
pub(super) fn cross(a: Spot, b: Spot) -> i128 {
    i128::from(a.0) * i128::from(b.1) - i128::from(a.1) * i128::from(b.0)
}

fn area(ring: &[Spot]) -> i128 {
    around(ring).map(|(a, b)| cross(a, b)).sum()
}

/// The edges of a ring, the closing one too.
fn around(ring: &[Spot]) -> impl Iterator<Item = Edge> + '_ {
    let next = ring.iter().cycle().skip(1);
    ring.iter().copied().zip(next.copied())
}

/// The edges of a shape, whatever the direction in which its rings were drawn.
pub(super) fn edges(shape: &Shape, spot: impl Fn(Point) -> Spot) -> Vec<Edge> {
    let mut edges = Vec::new();
    for polygon in shape {
        for (at, ring) in polygon.iter().enumerate() {
            let mut ring: Vec<Spot> = ring.iter().map(|p| spot(*p)).collect();
            ring.dedup();
            // The outer ring turns left, holes turn right.
            if (area(&ring) > 0) != (at == 0) {
                ring.reverse();
            }
            edges.extend(around(&ring).filter(|(a, b)| a != b));
        }
    }
    edges
}

/// The rings around the union of areas with these edges.
pub(super) fn rings(edges: impl Iterator<Item = Edge>) -> Vec<Vec<Spot>> {
    let mut left = cancel(edges);
    let corners: BTreeSet<Spot> = left.keys().flat_map(|(a, b)| [*a, *b]).collect();
    let split: Vec<Edge> = left
        .iter()
        .flat_map(|(edge, times)| vec![*edge; *times])
        .flat_map(|edge| split(edge, &corners))
        .collect();
    if split.len() > left.len() {
        left = cancel(split.into_iter());
    }
    trace(&left)
}

/// What is left when opposite edges cancel, and how often.
fn cancel(edges: impl Iterator<Item = Edge>) -> BTreeMap<Edge, usize> {
    let mut left: BTreeMap<Edge, usize> = BTreeMap::new();
    for (a, b) in edges {
        match left.get_mut(&(b, a)) {
            Some(1) => drop(left.remove(&(b, a))),
            Some(times) => *times -= 1,
            None => *left.entry((a, b)).or_default() += 1,
        }
    }
    left
}

/// An edge in the parts that corners standing on it make.
fn split((a, b): Edge, corners: &BTreeSet<Spot>) -> Vec<Edge> {
    let (dx, dy) = ((b.0 - a.0) as f64, (b.1 - a.1) as f64);
    let long = dx.hypot(dy);
    let (west, east) = (a.0.min(b.0) - NEAR as i64, a.0.max(b.0) + NEAR as i64);
    let (south, north) = (a.1.min(b.1) - NEAR as i64, a.1.max(b.1) + NEAR as i64);
    let mut on: Vec<(f64, Spot)> = corners
        .range((west, i64::MIN)..=(east, i64::MAX))
        .filter(|c| (south..=north).contains(&c.1) && **c != a && **c != b)
        .filter_map(|&c| {
            let (x, y) = ((c.0 - a.0) as f64, (c.1 - a.1) as f64);
            let along = (x * dx + y * dy) / long;
            let aside = (x * dy - y * dx).abs() / long;
            (aside <= NEAR && along > 0.0 && along < long).then_some((along, c))
        })
        .collect();
    on.sort_by(|p, q| p.0.total_cmp(&q.0).then(p.1.cmp(&q.1)));
    let stops: Vec<Spot> = std::iter::once(a)
        .chain(on.into_iter().map(|(_, c)| c))
        .chain([b])
        .collect();
    stops
        .windows(2)
        .map(|w| (w[0], w[1]))
        .filter(|(a, b)| a != b)
        .collect()
}

/// Follows the edges to closed rings, turning left as sharply as possible where several go on.
fn trace(edges: &BTreeMap<Edge, usize>) -> Vec<Vec<Spot>> {
    let mut from: BTreeMap<Spot, Vec<Spot>> = BTreeMap::new();
    for ((a, b), times) in edges {
        from.entry(*a).or_default().extend(vec![*b; *times]);
    }
    let mut rings = Vec::new();
    while let Some(start) = from.keys().next().copied() {
        let (mut ring, mut here, mut before) = (Vec::new(), start, None);
        while let Some(next) = from.get_mut(&here) {
            let at = sharpest(before, here, next);
            let to = next.swap_remove(at);
            if next.is_empty() {
                from.remove(&here);
            }
            ring.push(here);
            before = Some(here);
            here = to;
            if here == start {
                break;
            }
        }
        let ring = straightened(&ring);
        if ring.len() >= 3 && !is_slit(&ring) {
            rings.push(ring);
        }
    }
    rings
}

/// Whether a ring is no wider than the rounding.
fn is_slit(ring: &[Spot]) -> bool {
    let long: f64 = around(ring)
        .map(|(a, b)| ((b.0 - a.0) as f64).hypot((b.1 - a.1) as f64))
        .sum();
    area(ring).abs() as f64 <= NEAR * long
}

fn sharpest(before: Option<Spot>, here: Spot, next: &[Spot]) -> usize {
    let Some(before) = before.filter(|_| next.len() > 1) else {
        return 0;
    };
    let angle = |to: Spot| ((to.1 - here.1) as f64).atan2((to.0 - here.0) as f64);
    let back = angle(before);
    // Clockwise from where we came: the first is the sharpest turn to the left.
    let turn = |to: Spot| (back - angle(to)).rem_euclid(std::f64::consts::TAU);
    (0..next.len())
        .min_by(|a, b| turn(next[*a]).total_cmp(&turn(next[*b])))
        .unwrap_or(0)
}

/// Without corners on a straight line.
fn straightened(ring: &[Spot]) -> Vec<Spot> {
    let n = ring.len();
    let bends = |i: &usize| {
        let (a, b, c) = (ring[(i + n - 1) % n], ring[*i], ring[(i + 1) % n]);
        cross((b.0 - a.0, b.1 - a.1), (c.0 - b.0, c.1 - b.1)) != 0
    };
    (0..n).filter(bends).map(|i| ring[i]).collect()
}

/// Outer rings with the holes in them.
pub(super) fn polygons(rings: Vec<Vec<Spot>>) -> Vec<Vec<Vec<Spot>>> {
    let (outer, holes): (Vec<_>, Vec<_>) = rings.into_iter().partition(|ring| area(ring) > 0);
    let mut polygons: Vec<Vec<Vec<Spot>>> = outer.into_iter().map(|ring| vec![ring]).collect();
    for hole in holes {
        let around = polygons
            .iter_mut()
            .filter(|polygon| {
                hole.iter()
                    .filter(|spot| inside(**spot, &polygon[0]))
                    .count()
                    * 2
                    > hole.len()
            })
            .min_by_key(|polygon| area(&polygon[0]));
        if let Some(polygon) = around {
            polygon.push(hole);
        }
    }
    polygons
}

/// Whether a spot is inside a ring; on its border either.
pub(super) fn inside(spot: Spot, ring: &[Spot]) -> bool {
    around(ring).fold(false, |inside, (a, b)| inside ^ crosses(spot, a, b))
}

/// Whether the ray from a spot to the east crosses an edge.
pub(super) fn crosses(spot: Spot, a: Spot, b: Spot) -> bool {
    if (a.1 > spot.1) == (b.1 > spot.1) {
        return false;
    }
    let share = (spot.1 - a.1) as f64 / (b.1 - a.1) as f64;
    (spot.0 as f64) < a.0 as f64 + share * (b.0 - a.0) as f64
}

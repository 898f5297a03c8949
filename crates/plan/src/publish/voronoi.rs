//! What is nearer to a block's point than to any other's.

use std::collections::{BTreeMap, BTreeSet};

use super::outline::{Edge, Spot, cross, crosses};

type Corner = (f64, f64);

/// The cell of every spot as edges, cut off at `border`, or a little outside the outermost spots.
///
/// Blocks without a spot have no cell; of several at one spot the first has it.
pub(super) fn cells(spots: &[Option<Spot>], border: Option<&[Edge]>) -> Vec<Vec<Edge>> {
    let points: BTreeMap<Spot, usize> = spots
        .iter()
        .enumerate()
        .rev()
        .filter_map(|(block, spot)| Some(((*spot)?, block)))
        .collect();
    let mut cells = vec![Vec::new(); spots.len()];
    let hull = border.is_none().then(|| hull(&points));
    let border = border.or(hull.as_deref()).unwrap_or_default();
    let Some(frame) = Frame::around(&points, border) else {
        return cells;
    };
    let grid = Grid::new(&points, &frame);
    for (&spot, &block) in &points {
        let corners = cell(spot, &grid, &frame);
        cells[block] = if wholly(&corners, border) {
            closed(&corners)
        } else {
            cut(border, &corners)
        };
    }
    cells
}

/// Half the usual way between neighbours, at least 100 m.
fn room(points: &BTreeMap<Spot, usize>) -> f64 {
    let mut spans = [0.0; 2];
    for (span, of) in spans.iter_mut().zip([|s: &Spot| s.0, |s: &Spot| s.1]) {
        let (low, high) = (points.keys().map(of).min(), points.keys().map(of).max());
        *span = (high.unwrap_or(0) - low.unwrap_or(0) + 1) as f64;
    }
    let each = spans[0] * spans[1] / points.len().max(1) as f64;
    (each.sqrt() / 2.0).max(10_000.0)
}

/// The convex line around all spots, with some room, turning left.
fn hull(points: &BTreeMap<Spot, usize>) -> Vec<Edge> {
    let room = room(points);
    let octagon = [
        (1.0, 0.4),
        (0.4, 1.0),
        (-0.4, 1.0),
        (-1.0, 0.4),
        (-1.0, -0.4),
        (-0.4, -1.0),
        (0.4, -1.0),
        (1.0, -0.4),
    ];
    let around =
        |s: &Spot| octagon.map(|(x, y)| spot((s.0 as f64 + x * room, s.1 as f64 + y * room)));
    let all: BTreeSet<Spot> = points.keys().flat_map(around).collect();
    let mut ring: Vec<Spot> = Vec::new();
    // Once along the bottom, once back along the top.
    for forth in [true, false] {
        let start = ring.len();
        let mut step = |s: Spot| {
            while ring.len() >= start + 2
                && !turns_left(ring[ring.len() - 2], ring[ring.len() - 1], s)
            {
                ring.pop();
            }
            ring.push(s);
        };
        if forth {
            all.iter().for_each(|s| step(*s));
        } else {
            all.iter().rev().for_each(|s| step(*s));
        }
        ring.pop();
    }
    let next = ring.iter().cycle().skip(1);
    ring.iter().copied().zip(next.copied()).collect()
}

fn turns_left(a: Spot, b: Spot, c: Spot) -> bool {
    cross((b.0 - a.0, b.1 - a.1), (c.0 - b.0, c.1 - b.1)) > 0
}

/// The box in which cells are made.
struct Frame {
    low: Corner,
    high: Corner,
}

impl Frame {
    fn around(points: &BTreeMap<Spot, usize>, border: &[Edge]) -> Option<Self> {
        points.keys().next()?;
        let all = || points.keys().chain(border.iter().map(|(a, _)| a));
        let (west, east) = (all().map(|s| s.0).min()?, all().map(|s| s.0).max()?);
        let (south, north) = (all().map(|s| s.1).min()?, all().map(|s| s.1).max()?);
        Some(Self {
            low: (west as f64 - 1.0, south as f64 - 1.0),
            high: (east as f64 + 1.0, north as f64 + 1.0),
        })
    }
}

/// Spots by squares, about two in each.
struct Grid {
    low: Corner,
    side: f64,
    squares: BTreeMap<(i64, i64), Vec<Spot>>,
    rings: i64,
}

impl Grid {
    fn new(points: &BTreeMap<Spot, usize>, frame: &Frame) -> Self {
        let (w, h) = (frame.high.0 - frame.low.0, frame.high.1 - frame.low.1);
        let side = (2.0 * w * h / points.len().max(1) as f64).sqrt().max(1.0);
        let mut squares: BTreeMap<(i64, i64), Vec<Spot>> = BTreeMap::new();
        let mut grid = Self {
            low: frame.low,
            side,
            squares: BTreeMap::new(),
            rings: (w.max(h) / side) as i64 + 2,
        };
        for &spot in points.keys() {
            squares.entry(grid.square(spot)).or_default().push(spot);
        }
        grid.squares = squares;
        grid
    }

    fn square(&self, spot: Spot) -> (i64, i64) {
        let of = |x: i64, low: f64| ((x as f64 - low) / self.side).floor() as i64;
        (of(spot.0, self.low.0), of(spot.1, self.low.1))
    }

    /// The spots in the squares `ring` steps away.
    fn ring(&self, (x, y): (i64, i64), ring: i64) -> impl Iterator<Item = Spot> + '_ {
        let rows = (y - ring..=y + ring).flat_map(move |row| {
            let step = if (row - y).abs() == ring {
                1
            } else {
                (2 * ring).max(1)
            };
            (x - ring..=x + ring)
                .step_by(step as usize)
                .map(move |column| (column, row))
        });
        rows.filter_map(|square| self.squares.get(&square))
            .flatten()
            .copied()
    }
}

/// The cell of a spot in the frame, its corners turning left.
fn cell(spot: Spot, grid: &Grid, frame: &Frame) -> Vec<Corner> {
    let (l, h) = (frame.low, frame.high);
    let mut corners = vec![l, (h.0, l.1), h, (l.0, h.1)];
    let here = (spot.0 as f64, spot.1 as f64);
    let home = grid.square(spot);
    for ring in 0..=grid.rings {
        let mut others: Vec<Spot> = grid.ring(home, ring).filter(|o| *o != spot).collect();
        others.sort_by(|a, b| {
            far2(here, corner(*a))
                .total_cmp(&far2(here, corner(*b)))
                .then(a.cmp(b))
        });
        for other in others {
            corners = nearer(&corners, here, corner(other));
        }
        // Spots farther than twice the farthest corner take nothing away.
        let reach = corners
            .iter()
            .map(|c| far2(here, *c))
            .fold(0.0, f64::max)
            .sqrt();
        if ring as f64 * grid.side > 2.0 * reach {
            break;
        }
    }
    corners
}

fn corner(spot: Spot) -> Corner {
    (spot.0 as f64, spot.1 as f64)
}

fn far2(a: Corner, b: Corner) -> f64 {
    (a.0 - b.0).powi(2) + (a.1 - b.1).powi(2)
}

/// The part of a polygon that is nearer to `here` than to `other`.
fn nearer(polygon: &[Corner], here: Corner, other: Corner) -> Vec<Corner> {
    let (dx, dy) = (other.0 - here.0, other.1 - here.1);
    let middle = ((here.0 + other.0) / 2.0, (here.1 + other.1) / 2.0);
    clip(polygon, |p| (middle.0 - p.0) * dx + (middle.1 - p.1) * dy)
}

/// The part of a polygon where `side` is not negative (Sutherland and Hodgman).
fn clip(polygon: &[Corner], side: impl Fn(Corner) -> f64) -> Vec<Corner> {
    let mut kept = Vec::with_capacity(polygon.len() + 2);
    for (i, &a) in polygon.iter().enumerate() {
        let b = polygon[(i + 1) % polygon.len()];
        let (at_a, at_b) = (side(a), side(b));
        if at_a >= 0.0 {
            kept.push(a);
        }
        if (at_a >= 0.0) != (at_b >= 0.0) {
            let share = at_a / (at_a - at_b);
            kept.push((a.0 + share * (b.0 - a.0), a.1 + share * (b.1 - a.1)));
        }
    }
    kept
}

/// The centimetre of a corner. Corners half-way between two are common, as spots are whole; the
/// shift keeps the last bit from deciding where they fall.
fn spot(corner: Corner) -> Spot {
    let whole = |x: f64| (x + 0.2371).round() as i64;
    (whole(corner.0), whole(corner.1))
}

/// The edges of a polygon.
fn closed(corners: &[Corner]) -> Vec<Edge> {
    let spots: Vec<Spot> = corners.iter().map(|c| spot(*c)).collect();
    let next = spots.iter().cycle().skip(1);
    let edges = spots.iter().copied().zip(next.copied());
    edges.filter(|(a, b)| a != b).collect()
}

/// Whether a convex cell is inside the border, as far as no edge of it comes near.
fn wholly(cell: &[Corner], border: &[Edge]) -> bool {
    let Some(&first) = cell.first() else {
        return true;
    };
    let none = (
        f64::INFINITY,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NEG_INFINITY,
    );
    let (w, s, e, n) = cell.iter().fold(none, |(w, s, e, n), (x, y)| {
        (w.min(*x), s.min(*y), e.max(*x), n.max(*y))
    });
    let apart = |(a, b): &Edge| {
        let (x, y) = ((a.0 as f64, b.0 as f64), (a.1 as f64, b.1 as f64));
        x.0.max(x.1) < w || x.0.min(x.1) > e || y.0.max(y.1) < s || y.0.min(y.1) > n
    };
    border.iter().all(apart)
        && border
            .iter()
            .filter(|(a, b)| crosses(spot(first), *a, *b))
            .count()
            % 2
            == 1
}

/// The part of the border's land inside a convex cell.
///
/// Each ring is clipped on its own. Clipping may leave edges there and back along the cell's side;
/// they cancel when outlines are traced.
fn cut(border: &[Edge], cell: &[Corner]) -> Vec<Edge> {
    let mut edges = Vec::new();
    let mut start = 0;
    while start < border.len() {
        // The edges of a ring follow one another.
        let mut end = start + 1;
        while end < border.len()
            && border[end].0 == border[end - 1].1
            && border[end - 1].1 != border[start].0
        {
            end += 1;
        }
        let mut ring: Vec<Corner> = border[start..end].iter().map(|(a, _)| corner(*a)).collect();
        for (i, &a) in cell.iter().enumerate() {
            let b = cell[(i + 1) % cell.len()];
            ring = clip(&ring, |p| {
                (b.0 - a.0) * (p.1 - a.1) - (b.1 - a.1) * (p.0 - a.0)
            });
        }
        edges.extend(closed(&ring));
        start = end;
    }
    edges
}

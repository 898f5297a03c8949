//! The nearest of many points.

use junheng_core::geo::Point;

/// Points on the globe as a balanced tree, split by x, y and z in turn.
///
/// Distances are chords between points of the unit sphere, so no longitude or latitude is special
/// and one stray point does no harm.
pub(super) struct Nearest {
    tree: Vec<([f64; 3], u32)>,
}

impl Nearest {
    pub(super) fn new(points: &[Point]) -> Self {
        let mut tree: Vec<_> = points.iter().map(|&p| on_sphere(p)).zip(0..).collect();
        split(&mut tree, 0);
        Self { tree }
    }

    /// The number of the nearest point, the lowest among equals; `None` where there is none.
    pub(super) fn of(&self, point: Point) -> Option<usize> {
        let mut best = (f64::INFINITY, u32::MAX);
        look(&self.tree, 0, on_sphere(point), &mut best);
        (best.1 != u32::MAX).then_some(best.1 as usize)
    }
}

fn on_sphere((lon, lat): Point) -> [f64; 3] {
    let (lon, lat) = (lon.to_radians(), lat.to_radians());
    [lat.cos() * lon.cos(), lat.cos() * lon.sin(), lat.sin()]
}

fn split(points: &mut [([f64; 3], u32)], axis: usize) {
    if points.len() < 2 {
        return;
    }
    let middle = points.len() / 2;
    points.select_nth_unstable_by(middle, |a, b| {
        a.0[axis].total_cmp(&b.0[axis]).then(a.1.cmp(&b.1))
    });
    let (low, high) = points.split_at_mut(middle);
    split(low, (axis + 1) % 3);
    split(&mut high[1..], (axis + 1) % 3);
}

fn look(points: &[([f64; 3], u32)], axis: usize, at: [f64; 3], best: &mut (f64, u32)) {
    let Some((here, number)) = points.get(points.len() / 2) else {
        return;
    };
    let chord = (0..3).map(|i| (here[i] - at[i]).powi(2)).sum::<f64>();
    if (chord, *number) < *best {
        *best = (chord, *number);
    }
    let (low, rest) = points.split_at(points.len() / 2);
    let high = &rest[1..];
    let beyond = at[axis] - here[axis];
    let (first, second) = if beyond < 0.0 {
        (low, high)
    } else {
        (high, low)
    };
    look(first, (axis + 1) % 3, at, best);
    if beyond * beyond <= best.0 {
        look(second, (axis + 1) % 3, at, best);
    }
}

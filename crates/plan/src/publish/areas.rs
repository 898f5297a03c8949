//! The area of every block, and of every zone as one outline.

use junheng_core::geo::{Point, bounds, metres};
use junheng_core::model::{Shape, Shapes};

use super::Zoning;
use super::outline::{self, Edge, Spot};
use super::voronoi;

/// Where areas come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The polygons of `blocks.geojson`.
    Given,
    /// What is nearer to a block's point than to any other's: a sketch, no border.
    Voronoi,
    /// Neither polygons nor points.
    None,
}

/// Areas on a plane of centimetres around the middle of the county.
#[derive(Clone, Debug)]
pub struct Areas {
    /// Where they come from.
    pub origin: Origin,
    plane: Plane,
    blocks: Vec<Vec<Edge>>,
}

/// A plane that touches the globe in the middle of the county; true to a thousandth across 100 km.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plane {
    middle: Point,
    /// Centimetres per degree.
    scale: (f64, f64),
}

impl Plane {
    fn new(points: impl Iterator<Item = Point>) -> Self {
        let middle = bounds(points).map_or((105.0, 35.0), |[w, s, e, n]| {
            ((w + e) / 2.0, (s + n) / 2.0)
        });
        let degree = 100.0 * metres((0.0, 0.0), (0.0, 1.0));
        Self {
            middle,
            scale: (degree * middle.1.to_radians().cos().max(0.01), degree),
        }
    }

    pub(super) fn spot(&self, point: Point) -> Spot {
        let x = (point.0 - self.middle.0) * self.scale.0;
        let y = (point.1 - self.middle.1) * self.scale.1;
        (x.round() as i64, y.round() as i64)
    }

    /// Longitude and latitude with seven digits.
    fn point(&self, spot: Spot) -> Point {
        let seven = |x: f64| (x * 1e7).round() / 1e7;
        (
            seven(self.middle.0 + spot.0 as f64 / self.scale.0),
            seven(self.middle.1 + spot.1 as f64 / self.scale.1),
        )
    }
}

impl Areas {
    /// The given polygons if there are any, else Voronoi cells of the blocks' points, cut off at the
    /// county's outline or, without one, a little outside the outermost points.
    #[must_use]
    pub fn new(zoning: &Zoning<'_>, shapes: &Shapes) -> Self {
        let given: Vec<Option<&Shape>> = zoning
            .blocks
            .iter()
            .map(|b| shapes.blocks.get(b.id))
            .collect();
        let vertices = given
            .iter()
            .copied()
            .flatten()
            .chain(&shapes.boundary)
            .flatten()
            .flatten()
            .flatten();
        let points = zoning.blocks.iter().filter_map(|b| b.point);
        let schools = zoning.schools.iter().filter_map(|s| s.point);
        let plane = Plane::new(vertices.copied().chain(points).chain(schools));
        if given.iter().any(Option::is_some) {
            let edges = |shape: &Option<&Shape>| {
                shape.map_or(Vec::new(), |s| outline::edges(s, |p| plane.spot(p)))
            };
            return Self {
                origin: Origin::Given,
                plane,
                blocks: given.iter().map(edges).collect(),
            };
        }
        let spots: Vec<Option<Spot>> = zoning
            .blocks
            .iter()
            .map(|b| b.point.map(|p| plane.spot(p)))
            .collect();
        let border = shapes
            .boundary
            .as_ref()
            .map(|s| outline::edges(s, |p| plane.spot(p)));
        let blocks = voronoi::cells(&spots, border.as_deref());
        Self {
            origin: if spots.iter().any(Option::is_some) {
                Origin::Voronoi
            } else {
                Origin::None
            },
            plane,
            blocks,
        }
    }

    /// The plane of the areas.
    pub(super) fn plane(&self) -> &Plane {
        &self.plane
    }

    /// The rings around one block.
    pub(super) fn block(&self, block: usize) -> Vec<Vec<Spot>> {
        let edges = self.blocks.get(block).into_iter().flatten();
        outline::rings(edges.copied())
    }

    /// The rings of one block as longitude and latitude.
    #[must_use]
    pub fn outline(&self, block: usize) -> Vec<Vec<Point>> {
        let ring = |spots: Vec<Spot>| spots.into_iter().map(|s| self.plane.point(s)).collect();
        self.block(block).into_iter().map(ring).collect()
    }

    /// The rings around the blocks for which `member` holds; inside is on the left.
    pub(super) fn rings(&self, member: impl Fn(usize) -> bool) -> Vec<Vec<Spot>> {
        let edges = self
            .blocks
            .iter()
            .enumerate()
            .filter(|(block, _)| member(*block));
        outline::rings(edges.flat_map(|(_, edges)| edges).copied())
    }

    /// The zone of a school, dissolved: the blocks of which it has the largest share.
    #[must_use]
    pub fn zone(&self, zoning: &Zoning<'_>, school: usize) -> Shape {
        let rings = self
            .rings(|block| zoning.blocks.get(block).and_then(super::Block::school) == Some(school));
        let polygons = outline::polygons(rings);
        let point = |spots: Vec<Spot>| spots.into_iter().map(|s| self.plane.point(s)).collect();
        polygons
            .into_iter()
            .map(|polygon| polygon.into_iter().map(point).collect())
            .collect()
    }

    /// Square kilometres of a zone.
    #[must_use]
    pub fn square_km(&self, zoning: &Zoning<'_>, school: usize) -> f64 {
        let of =
            |block: usize| zoning.blocks.get(block).and_then(super::Block::school) == Some(school);
        let doubled: i128 = (0..self.blocks.len())
            .filter(|b| of(*b))
            .flat_map(|b| &self.blocks[b])
            .map(|(a, b)| outline::cross(*a, *b))
            .sum();
        // Square centimetres, twice.
        doubled as f64 / 2e10
    }
}

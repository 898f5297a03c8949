//! Areas on the map.

use std::collections::BTreeMap;

use crate::geo::Point;

/// A closed line in CGCS2000; the first point is not repeated at the end.
pub type Ring = Vec<Point>;

/// An outer ring and the rings of its holes.
pub type Polygon = Vec<Ring>;

/// One or more polygons, in CGCS2000.
pub type Shape = Vec<Polygon>;

/// The areas that came with the tables. Pictures are drawn from them; no figure comes from them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Shapes {
    /// The area of each block that has one, by `block_id`, from `blocks.geojson`.
    pub blocks: BTreeMap<String, Shape>,
    /// The outline of the county, from `boundary.geojson`.
    pub boundary: Option<Shape>,
}

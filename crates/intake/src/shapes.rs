//! Areas from GeoJSON: the blocks' and the county's.

use junheng_core::geo::{Point, to_cgcs2000};
use junheng_core::model::{Polygon, Ring, Shape};
use serde_json::Value;

use crate::header::narrow;

/// The largest file that is read: its parsed form takes several times as much memory.
const BYTES_MAX: usize = 64 << 20;

/// Why a map is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// No GeoJSON.
    Damaged,
    /// Larger than 64 MB.
    TooLarge,
}

/// An area and the properties it came with.
#[derive(Debug, Clone, PartialEq)]
pub struct Feature {
    /// Its polygons in CGCS2000.
    pub shape: Shape,
    properties: Value,
}

impl Feature {
    /// A property as text; a whole number is written without a point.
    #[must_use]
    pub fn property(&self, name: &str) -> Option<String> {
        match self.properties.get(name)? {
            Value::String(text) => Some(narrow(text).split_whitespace().collect()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
        .filter(|text| !text.is_empty())
    }
}

/// The polygons of a GeoJSON file. Points and lines are passed over.
///
/// GeoJSON is WGS-84, which is CGCS2000 here; a property `datum` of a feature says otherwise.
///
/// # Errors
/// Where the file is no GeoJSON or too large.
pub fn read(bytes: &[u8]) -> Result<Vec<Feature>, Trouble> {
    if bytes.len() > BYTES_MAX {
        return Err(Trouble::TooLarge);
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let root: Value = serde_json::from_slice(bytes).or(Err(Trouble::Damaged))?;
    let kind = root.get("type").and_then(Value::as_str);
    let features = match (kind, root.get("features")) {
        (Some("FeatureCollection"), Some(Value::Array(features))) => features.iter().collect(),
        (Some("Feature"), _) => vec![&root],
        _ => return Err(Trouble::Damaged),
    };
    let mut found = Vec::new();
    for feature in features {
        let properties = feature.get("properties").cloned().unwrap_or_default();
        let Some(geometry) = feature.get("geometry") else {
            return Err(Trouble::Damaged);
        };
        let coordinates = geometry.get("coordinates").and_then(Value::as_array);
        let polygons: Option<Shape> = match geometry.get("type").and_then(Value::as_str) {
            Some("Polygon") => coordinates.and_then(|c| Some(vec![polygon(c)?])),
            Some("MultiPolygon") => {
                coordinates.and_then(|all| all.iter().map(|c| polygon(c.as_array()?)).collect())
            }
            _ => continue,
        };
        let mut shape = polygons.ok_or(Trouble::Damaged)?;
        shape.retain(|polygon| !polygon.is_empty());
        if let Some(datum) = properties.get("datum").and_then(Value::as_str) {
            for point in shape.iter_mut().flatten().flatten() {
                *point = to_cgcs2000(*point, datum);
            }
        }
        found.push(Feature { shape, properties });
    }
    Ok(found)
}

/// Rings of at least three points; a polygon whose outer ring has fewer is empty.
fn polygon(rings: &[Value]) -> Option<Polygon> {
    let rings: Vec<Ring> = rings.iter().map(ring).collect::<Option<_>>()?;
    match rings.first() {
        Some(outer) if outer.len() >= 3 => {
            Some(rings.into_iter().filter(|r| r.len() >= 3).collect())
        }
        _ => Some(Vec::new()),
    }
}

fn ring(points: &Value) -> Option<Ring> {
    let mut ring: Ring = points
        .as_array()?
        .iter()
        .map(point)
        .collect::<Option<_>>()?;
    ring.dedup();
    if ring.len() > 1 && ring.first() == ring.last() {
        ring.pop();
    }
    Some(ring)
}

fn point(position: &Value) -> Option<Point> {
    let (lon, lat) = (position.get(0)?.as_f64()?, position.get(1)?.as_f64()?);
    (lon.abs() <= 180.0 && lat.abs() <= 90.0).then_some((lon, lat))
}

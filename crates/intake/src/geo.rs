//! Coordinate systems of Chinese maps, converted once to CGCS2000.
//!
//! WGS-84 and CGCS2000 differ by centimetres and are taken as one. GCJ-02 (高德, 腾讯) and BD-09
//! (百度) are the published public formulas; the inverse is their fixed point.

use std::f64::consts::PI;

use junheng_core::model::{Field, TableId};

/// Tables with coordinates of a declared system: longitude, latitude, system.
pub const COORDINATES: &[(TableId, Field, Field, Field)] = &[
    (
        TableId::Schools,
        Field::SchoolLon,
        Field::SchoolLat,
        Field::SchoolDatum,
    ),
    (
        TableId::Blocks,
        Field::BlockLon,
        Field::BlockLat,
        Field::BlockDatum,
    ),
    (
        TableId::Sites,
        Field::SiteLon,
        Field::SiteLat,
        Field::SiteDatum,
    ),
];

/// Krasovsky 1940: semi-major axis in metres and squared eccentricity, the ellipsoid of GCJ-02.
const AXIS: f64 = 6_378_245.0;
const ECCENTRICITY2: f64 = 0.006_693_421_622_965_943;

/// A point in degrees: (longitude, latitude).
pub type Point = (f64, f64);

/// Whether the point is in the box outside which maps do not shift.
fn in_china((lon, lat): Point) -> bool {
    (72.004..=137.8347).contains(&lon) && (0.8293..=55.8271).contains(&lat)
}

/// GCJ-02 of a CGCS2000 point.
#[must_use]
pub fn to_gcj02((lon, lat): Point) -> Point {
    if !in_china((lon, lat)) {
        return (lon, lat);
    }
    let (x, y) = (lon - 105.0, lat - 35.0);
    let ripple = 20.0 * ((6.0 * x * PI).sin() + (2.0 * x * PI).sin());
    let wave = |t: f64, a: f64, b: f64, c: f64| {
        a * (t * PI).sin()
            + 40.0 * (t / 3.0 * PI).sin()
            + b * (t / 12.0 * PI).sin()
            + c * (t / 30.0 * PI).sin()
    };
    let root = 0.1 * x.abs().sqrt();
    let north = -100.0
        + 2.0 * x
        + 3.0 * y
        + 0.2 * y * y
        + 0.1 * x * y
        + 2.0 * root
        + (ripple + wave(y, 20.0, 160.0, 320.0)) * 2.0 / 3.0;
    let east = 300.0
        + x
        + 2.0 * y
        + 0.1 * x * x
        + 0.1 * x * y
        + root
        + (ripple + wave(x, 20.0, 150.0, 300.0)) * 2.0 / 3.0;
    let phi = lat.to_radians();
    let magic = 1.0 - ECCENTRICITY2 * phi.sin().powi(2);
    let metres_north = AXIS * (1.0 - ECCENTRICITY2) / (magic * magic.sqrt());
    let metres_east = AXIS / magic.sqrt() * phi.cos();
    (
        lon + (east / metres_east).to_degrees(),
        lat + (north / metres_north).to_degrees(),
    )
}

/// CGCS2000 of a GCJ-02 point, to a millimetre.
#[must_use]
pub fn from_gcj02(point: Point) -> Point {
    let mut guess = point;
    for _ in 0..10 {
        let there = to_gcj02(guess);
        guess = (guess.0 + point.0 - there.0, guess.1 + point.1 - there.1);
    }
    guess
}

/// CGCS2000 of a BD-09 point.
#[must_use]
pub fn from_bd09((lon, lat): Point) -> Point {
    let turn = PI * 3000.0 / 180.0;
    let (x, y) = (lon - 0.0065, lat - 0.006);
    let radius = x.hypot(y) - 0.000_02 * (y * turn).sin();
    let angle = y.atan2(x) - 0.000_003 * (x * turn).cos();
    from_gcj02((radius * angle.cos(), radius * angle.sin()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metres(a: Point, b: Point) -> f64 {
        let east = (a.0 - b.0) * 111_320.0 * a.1.to_radians().cos();
        east.hypot((a.1 - b.1) * 110_940.0)
    }

    #[test]
    fn there_and_back() {
        for point in [(119.27, 29.47), (87.6, 43.8), (110.0, 20.0), (135.0, 48.0)] {
            assert!(
                metres(from_gcj02(to_gcj02(point)), point) < 0.001,
                "{point:?}"
            );
        }
        assert_eq!(to_gcj02((2.35, 48.85)), (2.35, 48.85));
        // A BD-09 point is a GCJ-02 point moved by some hundred metres.
        let moved = metres(from_bd09((116.404, 39.915)), from_gcj02((116.404, 39.915)));
        assert!((500.0..1500.0).contains(&moved), "{moved}");
    }
}

//! How far a teacher lives from a school.

/// Mean radius of the earth in metres.
const EARTH: f64 = 6_371_008.8;

/// A road is this much longer than the straight line.
const DETOUR: f64 = 1.3;

/// Metres of a commute one way: the straight line × 1.3, in whole metres so that equal plans are
/// equal exactly. Points are (longitude, latitude) in degrees.
///
/// ```
/// use junheng_plan::rotation::metres;
/// // A hundredth of a degree of latitude is 1,112 m.
/// assert_eq!(metres((120.0, 30.0), (120.0, 30.01)), 1446);
/// ```
#[must_use]
pub fn metres(a: (f64, f64), b: (f64, f64)) -> i64 {
    let (lat_a, lat_b) = (a.1.to_radians(), b.1.to_radians());
    let half = |x: f64| (x / 2.0).sin().powi(2);
    let h = half(lat_b - lat_a) + lat_a.cos() * lat_b.cos() * half((b.0 - a.0).to_radians());
    let line = 2.0 * EARTH * h.clamp(0.0, 1.0).sqrt().asin();
    (line * DETOUR).round() as i64
}

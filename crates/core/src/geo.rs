//! Points on the ground: coordinate systems of Chinese maps, brought to CGCS2000, and distances.
//!
//! WGS-84 and CGCS2000 differ by centimetres and are taken as one. GCJ-02 (高德, 腾讯) and BD-09
//! (百度) are the published public formulas; the inverse is their fixed point.

use std::f64::consts::PI;

use crate::text::Text;

/// Krasovsky 1940: semi-major axis in metres and squared eccentricity, the ellipsoid of GCJ-02.
const AXIS: f64 = 6_378_245.0;
const ECCENTRICITY2: f64 = 0.006_693_421_622_965_943;

/// A point in degrees: (longitude, latitude).
pub type Point = (f64, f64);

/// What has to stand on every map: the review number (审图号) of its base map and where that comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BaseMap {
    /// The review number; none where the map was not reviewed.
    pub number: Option<String>,
    /// Who made the base map.
    pub source: Option<String>,
}

impl BaseMap {
    /// As it was given; what is blank was not given.
    ///
    /// ```
    /// use junheng_core::geo::BaseMap;
    /// let map = BaseMap::new(Some(" 浙S(2026)1号 "), Some(""));
    /// assert_eq!(map.line().zh, "审图号：浙S(2026)1号");
    /// assert_eq!(BaseMap::default().line().en, "map review number: none");
    /// ```
    #[must_use]
    pub fn new(number: Option<&str>, source: Option<&str>) -> Self {
        let given = |text: &str| Some(text.trim().to_owned()).filter(|t| !t.is_empty());
        Self {
            number: number.and_then(given),
            source: source.and_then(given),
        }
    }

    /// The line below a map.
    #[must_use]
    pub fn line(&self) -> Text {
        let [none, no] = ["无(未送审)", "none"];
        let [mut zh, mut en] = [("审图号：", none), ("map review number: ", no)]
            .map(|(name, none)| format!("{name}{}", self.number.as_deref().unwrap_or(none)));
        if let Some(source) = &self.source {
            zh.push_str(&format!("；底图：{source}"));
            en.push_str(&format!("; base map: {source}"));
        }
        Text::new(zh, en)
    }
}

/// Mean radius of the ellipsoid of CGCS2000 in metres.
const RADIUS: f64 = 6_371_008.8;

/// The great-circle distance of two CGCS2000 points, in metres.
///
/// ```
/// use junheng_core::geo::metres;
/// assert!((metres((120.0, 30.0), (120.0, 31.0)) - 111_195.0).abs() < 1.0);
/// ```
#[must_use]
pub fn metres(a: Point, b: Point) -> f64 {
    let half = |degrees: f64| (degrees.to_radians() / 2.0).sin().powi(2);
    let h = half(b.1 - a.1) + a.1.to_radians().cos() * b.1.to_radians().cos() * half(b.0 - a.0);
    2.0 * RADIUS * h.clamp(0.0, 1.0).sqrt().asin()
}

/// The box of the points: [west, south, east, north] in degrees. `None` without points.
///
/// ```
/// use junheng_core::geo::bounds;
/// assert_eq!(bounds([(120.0, 30.0), (119.0, 31.0)]), Some([119.0, 30.0, 120.0, 31.0]));
/// assert_eq!(bounds([]), None);
/// ```
#[must_use]
pub fn bounds(points: impl IntoIterator<Item = Point>) -> Option<[f64; 4]> {
    points.into_iter().fold(None, |found, (x, y)| {
        let [w, s, e, n] = found.unwrap_or([x, y, x, y]);
        Some([w.min(x), s.min(y), e.max(x), n.max(y)])
    })
}

/// CGCS2000 of a point of the system called `datum` (`cgcs2000`, `wgs84`, `gcj02`, `bd09`).
///
/// A blank or unknown name is CGCS2000.
#[must_use]
pub fn to_cgcs2000(point: Point, datum: &str) -> Point {
    match datum {
        "gcj02" => from_gcj02(point),
        "bd09" => from_bd09(point),
        _ => point,
    }
}

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

//! Points that cannot be, or are far from where they belong.

use std::collections::BTreeMap;

use junheng_core::model::Field;

use super::limits;
use super::ratios::median;
use super::report::{Report, num, say};
use super::view::View;

/// Columns of a table that hold a point.
struct Columns {
    lon: Field,
    lat: Field,
    name: Field,
}

const COLUMNS: &[Columns] = &[
    Columns {
        lon: Field::SchoolLon,
        lat: Field::SchoolLat,
        name: Field::SchoolName,
    },
    Columns {
        lon: Field::BlockLon,
        lat: Field::BlockLat,
        name: Field::BlockName,
    },
    Columns {
        lon: Field::SiteLon,
        lat: Field::SiteLat,
        name: Field::SiteId,
    },
];

/// A point whose coordinates are possible.
struct Point<'a> {
    field: Field,
    row: usize,
    name: &'a str,
    lon: f64,
    lat: f64,
}

impl Point<'_> {
    /// Great-circle distance in kilometres.
    fn km(&self, lon: f64, lat: f64) -> f64 {
        let (a, b) = (self.lat.to_radians(), lat.to_radians());
        let half = |x: f64| (x / 2.0).sin().powi(2);
        let h = half(b - a) + a.cos() * b.cos() * half((lon - self.lon).to_radians());
        2.0 * 6371.0 * h.clamp(0.0, 1.0).sqrt().asin()
    }
}

pub(super) fn check(view: &View<'_>, report: &mut Report<'_>) {
    let points: Vec<Point> = COLUMNS
        .iter()
        .flat_map(|c| possible(view, report, c))
        .collect();
    let far = outside_county(&points, report);
    let inside: Vec<&Point> = points
        .iter()
        .zip(far)
        .filter(|(p, far)| !far && p.field == Field::SchoolLon)
        .map(|(p, _)| p)
        .collect();
    far_from_township(view, &inside, report);
    same_point(&inside, report);
}

/// The points of a table; a finding for each that is not in China.
fn possible<'a>(view: &View<'a>, report: &mut Report<'_>, columns: &Columns) -> Vec<Point<'a>> {
    let mut points = Vec::new();
    for row in view.rows(columns.lon.table()) {
        let name = view.text(columns.name, row);
        let (lon, lat) = match (view.number(columns.lon, row), view.number(columns.lat, row)) {
            (Some(lon), Some(lat)) => (lon, lat),
            (None, None) => continue,
            (lon, _) => {
                let field = if lon.is_some() {
                    columns.lat
                } else {
                    columns.lon
                };
                let (zh, en) = (field.about().zh, field.about().en.to_lowercase());
                report.at(
                    "half_coordinates",
                    field,
                    row,
                    say!(
                        "{name}：缺{zh}，这一点不能使用。",
                        "{name}: no {en}; the point is not used."
                    ),
                );
                continue;
            }
        };
        let in_china =
            |lon: f64, lat: f64| (73.0..=136.0).contains(&lon) && (3.0..=54.0).contains(&lat);
        if in_china(lon, lat) {
            points.push(Point {
                field: columns.lon,
                row,
                name,
                lon,
                lat,
            });
            continue;
        }
        let (x, y) = (coordinate(lon), coordinate(lat));
        let (code, message) = if lon == 0.0 && lat == 0.0 {
            (
                "zero_coordinates",
                say!(
                    "{name}：经纬度为 0,0。",
                    "{name}: the coordinates are 0, 0."
                ),
            )
        } else if in_china(lat, lon) {
            (
                "swapped_coordinates",
                say!(
                    "{name}：经度 {x}、纬度 {y}，像是填反了。",
                    "{name}: longitude {x}, latitude {y}: they seem to be swapped."
                ),
            )
        } else {
            (
                "outside_china",
                say!(
                    "{name}：经度 {x}、纬度 {y} 不在中国境内。",
                    "{name}: longitude {x}, latitude {y} is not in China."
                ),
            )
        };
        report.at(code, columns.lon, row, message);
    }
    points
}

/// Degrees with the digits that matter on the ground.
fn coordinate(degrees: f64) -> String {
    if degrees.abs() < 1e6 {
        format!("{degrees:.4}")
    } else {
        num(degrees)
    }
}

/// Which points lie far from the middle of all of them, each with a finding.
fn outside_county(points: &[Point<'_>], report: &mut Report<'_>) -> Vec<bool> {
    let lon = median(points.iter().map(|p| p.lon));
    let lat = median(points.iter().map(|p| p.lat));
    let (Some(lon), Some(lat)) = (lon, lat) else {
        return Vec::new();
    };
    let distances: Vec<f64> = points.iter().map(|p| p.km(lon, lat)).collect();
    let middle = median(distances.iter().copied()).unwrap_or(0.0);
    let spread = median(distances.iter().map(|d| (d - middle).abs())).unwrap_or(0.0);
    let bound = (middle + limits::COUNTY_SPREAD.high * spread).max(limits::COUNTY_RADIUS.high);
    // Of two points nobody can say which is wrong.
    let enough = points.len() > 2;
    let far: Vec<bool> = distances.iter().map(|&d| enough && d > bound).collect();
    for ((point, &far), &distance) in points.iter().zip(&far).zip(&distances) {
        if far {
            let (name, distance) = (point.name, num(distance.round()));
            let usual = num(middle.round());
            report.at(
                "outside_county",
                point.field,
                point.row,
                say!(
                    "{name}：离本县各点的中心 {distance} 公里，其他点一般 {usual} 公里。",
                    "{name}: {distance} km from the middle of the county's points; others lie about {usual} km from it."
                ),
            );
        }
    }
    far
}

fn far_from_township(view: &View<'_>, schools: &[&Point<'_>], report: &mut Report<'_>) {
    let mut townships = BTreeMap::<&str, Vec<&Point>>::new();
    for &point in schools {
        let township = view.text(Field::Township, point.row);
        if !township.is_empty() {
            townships.entry(township).or_default().push(point);
        }
    }
    for (township, points) in townships {
        if points.len() < 4 {
            continue;
        }
        let lon = median(points.iter().map(|p| p.lon)).unwrap_or(0.0);
        let lat = median(points.iter().map(|p| p.lat)).unwrap_or(0.0);
        let usual = median(points.iter().map(|p| p.km(lon, lat))).unwrap_or(0.0);
        for point in points {
            let distance = point.km(lon, lat);
            if !limits::TOWNSHIP_RADIUS.holds(distance) && distance > 3.0 * usual {
                let (name, distance) = (point.name, num(distance.round()));
                report.at(
                    "far_from_township",
                    point.field,
                    point.row,
                    say!(
                        "{name}：离{township}其他学校的中心 {distance} 公里。",
                        "{name}: {distance} km from the middle of the other schools of {township}."
                    ),
                );
            }
        }
    }
}

fn same_point(schools: &[&Point<'_>], report: &mut Report<'_>) {
    let mut places = BTreeMap::<(u64, u64), Vec<&Point>>::new();
    for &point in schools {
        let key = (point.lon.to_bits(), point.lat.to_bits());
        places.entry(key).or_default().push(point);
    }
    for mut points in places.into_values().filter(|p| p.len() > 1) {
        points.sort_by_key(|p| p.name);
        let names: Vec<&str> = points.iter().map(|p| p.name).collect();
        let (zh, en) = (names.join("、"), names.join(", "));
        for point in &points {
            report.at(
                "same_point",
                point.field,
                point.row,
                say!(
                    "{zh} 的坐标完全相同。",
                    "{en} have the very same coordinates."
                ),
            );
        }
    }
}

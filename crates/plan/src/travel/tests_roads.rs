use junheng_core::geo::{Point, metres};
use junheng_core::model::{Field as F, Snapshot, Stage, TableId};
use proptest::prelude::*;

use super::nearest::Nearest;
use super::tests::{county, said};
use super::{Source, Travel};

type Road = (Point, Point, f64);

fn lay(s: &mut Snapshot, roads: &[Road]) {
    let table = s.tables.entry(TableId::Roads).or_default();
    for (a, b, long) in roads {
        let row = table.push_row();
        table.set_number(F::RoadFromLon, row, a.0, None);
        table.set_number(F::RoadFromLat, row, a.1, None);
        table.set_number(F::RoadToLon, row, b.0, None);
        table.set_number(F::RoadToLat, row, b.1, None);
        table.set_number(F::RoadMetres, row, *long, None);
    }
}

fn put(s: &mut Snapshot, blocks: &[Point], schools: &[Point]) {
    let columns = [
        (
            TableId::Blocks,
            [F::BlockId, F::BlockLon, F::BlockLat],
            blocks,
        ),
        (
            TableId::Schools,
            [F::SchoolId, F::SchoolLon, F::SchoolLat],
            schools,
        ),
    ];
    for (id, [key, lon, lat], points) in columns {
        let table = s.tables.entry(id).or_default();
        for (number, point) in points.iter().enumerate() {
            let row = table.push_row();
            table.set_text(key, row, format!("{number}"), None);
            table.set_number(lon, row, point.0, None);
            table.set_number(lat, row, point.1, None);
        }
    }
}

const A: Point = (120.0, 30.0);
const B: Point = (120.0, 30.02);
const C: Point = (120.01, 30.02);
const D: Point = (120.0, 30.03);

#[test]
fn ways_are_summed_with_both_doors() {
    let mut s = county();
    let near = (120.0, 30.029);
    lay(
        &mut s,
        &[
            (A, B, 2500.0),
            (B, C, 1000.0),
            (C, near, 1400.0),
            (A, C, 9000.0),
        ],
    );
    let travel = Travel::new(&s, Stage::Primary, &["s1", "s2"]);
    assert_eq!(travel.source, Source::Roads);
    assert_eq!(travel.between(0, 0), Some(0.0));
    assert_eq!(travel.between(1, 0), Some(2500.0));
    let door = metres(near, D);
    assert_eq!(travel.between(0, 1), Some(4900.0 + door));
    assert_eq!(travel.between(1, 1), Some(2400.0 + door));
    assert_eq!(travel.notes.len(), 1, "{:#?}", travel.notes);
}

#[test]
fn roads_of_another_place_are_not_used() {
    let mut s = county();
    lay(&mut s, &[((100.0, 20.0), (100.1, 20.0), 10_500.0)]);
    let travel = Travel::new(&s, Stage::Primary, &["s1", "s2"]);
    assert_eq!(travel.source, Source::StraightLine);
    assert!(travel.between(0, 1).is_some_and(|way| way < 5_000.0));
    said(
        &travel,
        "道路离所有居住单元和学校都超过 2 公里",
        "more than 2 km from every block and school",
    );
}

#[test]
fn roads_that_do_not_reach_are_said() {
    let mut s = county();
    let island = (120.05, 30.02);
    s.tables
        .get_mut(&TableId::Blocks)
        .unwrap()
        .set_number(F::BlockLon, 1, 120.08, None);
    lay(
        &mut s,
        &[
            (A, D, f64::NAN),
            (island, (120.051, 30.02), 1.0),
            (A, (f64::NAN, 0.0), 1.0),
        ],
    );
    let travel = Travel::new(&s, Stage::Primary, &["s1", "s2"]);
    assert_eq!(travel.row(1).0, &[] as &[u32]);
    assert_eq!(travel.between(0, 1), Some(metres(A, D)));
    said(
        &travel,
        "2 片，有 2 对",
        "2 parts that do not join: 2 pairs",
    );
    said(&travel, "1 行没有长度", "1 rows of roads have no length");
    said(&travel, "1 行缺端点", "1 rows of roads lack");
    said(
        &travel,
        "短于两端的直线距离",
        "shorter than the straight line",
    );
    said(
        &travel,
        "超过 2 公里，请核对坐标系和道路范围：b2",
        "More than 2 km",
    );
    said(
        &travel,
        "到不了任何学校的居住单元：b2",
        "reach no school: b2",
    );
}

#[test]
fn roads_without_a_usable_row_are_said() {
    let mut s = county();
    lay(
        &mut s,
        &[(A, (f64::NAN, 0.0), 1.0), (A, (120.0, 300.0), 1.0)],
    );
    let travel = Travel::new(&s, Stage::Primary, &["s1"]);
    assert_eq!(travel.source, Source::StraightLine);
    said(&travel, "道路表没有一行可用", "No row of roads can be used");
}

/// A grid of `side` × `side` nodes with uneven roads, some missing.
fn grid(side: usize, seed: u64) -> Vec<Road> {
    let mut state = seed;
    let mut random = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f64 / (1u64 << 31) as f64
    };
    let at = |x: usize, y: usize| (119.0 + x as f64 * 1e-3, 30.0 + y as f64 * 1e-3);
    let mut roads = Vec::new();
    for x in 0..side {
        for y in 0..side {
            for (u, v) in [(x + 1, y), (x, y + 1), (x + 1, y + 1)] {
                if u < side && v < side && random() < 0.8 {
                    let (a, b) = (at(x, y), at(u, v));
                    roads.push((a, b, metres(a, b) * (1.0 + random())));
                }
            }
        }
    }
    roads
}

#[test]
fn hundreds_of_schools_on_a_large_network() {
    let side = 40;
    let mut s = Snapshot::default();
    let at = |i: usize| {
        (
            119.0 + (i % side) as f64 * 1e-3,
            30.0 + (i / side) as f64 * 1e-3,
        )
    };
    let blocks: Vec<Point> = (0..side * side).map(at).collect();
    let schools: Vec<Point> = (0..300).map(|i| at(i * side * side / 300)).collect();
    put(&mut s, &blocks, &schools);
    lay(&mut s, &grid(side, 1));
    let ids: Vec<String> = (0..300).map(|i| i.to_string()).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let travel = Travel::new(&s, Stage::Primary, &ids);
    assert_eq!(travel.pairs(), 300 * side * side);
    // A block at a school is there; the way between two schools is as long in both directions.
    for i in 0..300 {
        let (here, there) = (i * side * side / 300, (299 - i) * side * side / 300);
        let other = 299 - i;
        assert_eq!(travel.between(here, i), Some(0.0));
        let (to, back) = (travel.between(here, other), travel.between(there, i));
        assert!((to.unwrap() - back.unwrap()).abs() < 1e-6);
    }
}

/// Least sums by trying every road again and again.
fn slowly(points: &[Point], roads: &[(usize, usize, f64)], from: usize) -> Vec<f64> {
    let mut far = vec![f64::INFINITY; points.len()];
    far[from] = 0.0;
    for _ in points {
        for &(a, b, long) in roads {
            far[b] = far[b].min(far[a] + long);
            far[a] = far[a].min(far[b] + long);
        }
    }
    far
}

fn spot() -> impl Strategy<Value = Point> {
    (0u32..50, 0u32..50).prop_map(|(x, y)| (119.0 + f64::from(x) / 1e3, 30.0 + f64::from(y) / 1e3))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_nearest_is_the_nearest(points in prop::collection::vec(spot(), 1..60), at in spot()) {
        let found = Nearest::new(&points).of(at).unwrap();
        let least = points.iter().map(|p| metres(*p, at)).fold(f64::INFINITY, f64::min);
        prop_assert!(metres(points[found], at) <= least + 1e-6);
    }

    #[test]
    fn searches_find_the_least_sums(
        points in prop::collection::btree_set((0u32..40, 0u32..40), 2..20),
        ends in prop::collection::vec((0usize..20, 0usize..20, prop_oneof![0.0..5.0, 0.0..90_000.0]), 1..60),
        order in any::<u64>(),
    ) {
        let points: Vec<Point> = points.into_iter()
            .map(|(x, y)| (119.0 + f64::from(x) / 1e3, 30.0 + f64::from(y) / 1e3))
            .collect();
        let n = points.len();
        let ends: Vec<_> = ends.into_iter().map(|(a, b, m)| (a % n, b % n, m)).collect();
        // Points without a road are no nodes: join each to the first by a long one.
        let all: Vec<_> = ends.iter().copied().chain((1..n).map(|i| (0, i, 1e6))).collect();
        let mut roads: Vec<Road> = all.iter().map(|&(a, b, m)| (points[a], points[b], m)).collect();
        let mut s = Snapshot::default();
        put(&mut s, &points, &points[..1]);
        let mut shuffled = s.clone();
        lay(&mut s, &roads);
        let travel = Travel::new(&s, Stage::Primary, &["0"]);
        let truth = slowly(&points, &all, 0);
        for (block, far) in truth.iter().enumerate() {
            let found = travel.between(block, 0).unwrap();
            prop_assert!((found - far).abs() <= 1e-9 * far.max(1.0), "{found} {far}");
        }
        // The order and direction of the rows say nothing.
        let turn = (order % roads.len() as u64) as usize;
        roads.rotate_left(turn);
        for road in roads.iter_mut().step_by(2) {
            *road = (road.1, road.0, road.2);
        }
        lay(&mut shuffled, &roads);
        prop_assert_eq!(Travel::new(&shuffled, Stage::Primary, &["0"]), travel);
    }
}

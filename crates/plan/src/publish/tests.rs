use junheng_core::geo::{BaseMap, metres};
use junheng_core::model::{Shape, Shapes};
use junheng_core::text::Lang;
use proptest::prelude::*;

use super::*;
use crate::travel::{Source, Travel, Unit};

/// A county of blocks at these points, with children, and two schools at the first and last block.
fn county(points: &[Point], children: f64) -> Snapshot {
    let mut s = Snapshot::default();
    let table = s.tables.entry(TableId::Blocks).or_default();
    for (i, point) in points.iter().enumerate() {
        let row = table.push_row();
        table.set_text(F::BlockId, row, format!("b{i}"), None);
        table.set_text(F::BlockName, row, format!("村<{i}>"), None);
        table.set_text(
            F::BlockTownship,
            row,
            if i % 2 == 0 { "甲镇" } else { "乙镇" },
            None,
        );
        table.set_number(F::BlockLon, row, point.0, None);
        table.set_number(F::BlockLat, row, point.1, None);
        table.set_number(F::ChildrenPrimary, row, children, None);
        table.set_text(F::CurrentPrimary, row, "s0", None);
    }
    for (i, point) in [points[0], points[points.len() - 1]].iter().enumerate() {
        let table = s.tables.entry(TableId::Schools).or_default();
        let row = table.push_row();
        table.set_text(F::SchoolId, row, format!("s{i}"), None);
        table.set_text(F::SchoolName, row, format!("第{i}小学"), None);
        table.set_number(F::SchoolLon, row, point.0, None);
        table.set_number(F::SchoolLat, row, point.1, None);
        let table = s.tables.entry(TableId::Sections).or_default();
        let row = table.push_row();
        table.set_text(F::SectionSchool, row, format!("s{i}"), None);
        table.set_text(F::SectionStage, row, "primary", None);
        table.set_number(F::Places, row, 25.0, None);
    }
    s
}

fn line(n: usize) -> Vec<Point> {
    (0..n).map(|i| (119.0 + 0.01 * i as f64, 30.0)).collect()
}

fn square(lon: f64, lat: f64, side: f64) -> Shape {
    vec![vec![vec![
        (lon, lat),
        (lon + side, lat),
        (lon + side, lat + side),
        (lon, lat + side),
    ]]]
}

/// Square metres of a shape, by triangles.
fn area(shape: &Shape) -> f64 {
    let ring = |ring: &Vec<Point>| {
        let (lon, lat) = ring[0];
        let scale = (
            metres((lon, lat), (lon + 0.1, lat)) * 10.0,
            metres((lon, lat), (lon, lat + 0.1)) * 10.0,
        );
        let twice: f64 = (0..ring.len())
            .map(|i| {
                let (a, b) = (ring[i], ring[(i + 1) % ring.len()]);
                (a.0 - lon) * scale.0 * (b.1 - lat) * scale.1
                    - (b.0 - lon) * scale.0 * (a.1 - lat) * scale.1
            })
            .sum();
        twice / 2.0
    };
    shape.iter().flatten().map(ring).sum()
}

#[test]
fn blocks_of_a_zone_become_one_outline() {
    let s = county(&line(4), 10.0);
    let mut shapes = Shapes::default();
    // A row of four squares; the third has a corner in the middle of a side that it shares.
    for i in 0..4 {
        shapes.blocks.insert(
            format!("b{i}"),
            square(119.0 + 0.01 * f64::from(i), 30.0, 0.01),
        );
    }
    shapes.blocks.get_mut("b2").unwrap()[0][0].insert(4 - 1, (119.02, 30.01));
    shapes.blocks.get_mut("b2").unwrap()[0][0].push((119.02, 30.004));
    let zoning = Zoning::new(
        &s,
        Stage::Primary,
        [
            ("b0", "s0", 1.0),
            ("b1", "s0", 1.0),
            ("b2", "s0", 1.0),
            ("b3", "s1", 1.0),
        ],
    );
    let areas = Areas::new(&zoning, &shapes);
    assert_eq!(areas.origin, Origin::Given);
    let zone = areas.zone(&zoning, 0);
    assert_eq!((zone.len(), zone[0].len()), (1, 1));
    assert_eq!(zone[0][0].len(), 4, "{zone:?}");
    let km = areas.square_km(&zoning, 0);
    assert!((area(&zone) / 1e6 - km).abs() < 1e-3 * km, "{km}");
}

#[test]
fn a_zone_around_another_has_a_hole() {
    let points: Vec<Point> = (0..9)
        .map(|i| {
            (
                119.0 + 0.01 * f64::from(i % 3),
                30.0 + 0.01 * f64::from(i / 3),
            )
        })
        .collect();
    let s = county(&points, 1.0);
    let ids: Vec<String> = (0..9).map(|i| format!("b{i}")).collect();
    let rows = ids
        .iter()
        .enumerate()
        .map(|(i, id)| (id.as_str(), if i == 4 { "s1" } else { "s0" }, 1.0));
    let zoning = Zoning::new(&s, Stage::Primary, rows);
    let areas = Areas::new(&zoning, &Shapes::default());
    assert_eq!(areas.origin, Origin::Voronoi);
    let (ring, inner) = (areas.zone(&zoning, 0), areas.zone(&zoning, 1));
    assert_eq!((ring.len(), ring[0].len()), (1, 2));
    assert_eq!((inner.len(), inner[0].len(), inner[0][0].len()), (1, 1, 4));
}

#[test]
fn cells_end_at_the_outline_of_the_county() {
    let s = county(&[(119.01, 30.01), (119.03, 30.01)], 1.0);
    let zoning = Zoning::new(&s, Stage::Primary, [("b0", "s0", 1.0), ("b1", "s1", 1.0)]);
    // A bay from the north reaches below the points between them.
    let boundary: Shape = vec![vec![vec![
        (119.0, 30.0),
        (119.04, 30.0),
        (119.04, 30.02),
        (119.025, 30.02),
        (119.02, 30.005),
        (119.015, 30.02),
        (119.0, 30.02),
    ]]];
    let shapes = Shapes {
        boundary: Some(boundary.clone()),
        ..Shapes::default()
    };
    let areas = Areas::new(&zoning, &shapes);
    let (west, east) = (areas.zone(&zoning, 0), areas.zone(&zoning, 1));
    assert!((area(&west) - area(&east)).abs() < 1e-3 * area(&west));
    assert!((area(&west) + area(&east) - area(&boundary)).abs() < 1e-3 * area(&boundary));
    assert!(west.iter().flatten().flatten().all(|p| p.0 <= 119.0201));
}

#[test]
fn changes_say_what_the_figures_say() {
    let s = county(&line(4), 10.0);
    let zoning = Zoning::new(
        &s,
        Stage::Primary,
        [
            ("b0", "s0", 1.0),
            ("b1", "s0", 0.5),
            ("b1", "s1", 0.5),
            ("b3", "s1", 1.0),
        ],
    );
    let rows = (0..4).map(|i| {
        vec![
            (0, 100.0 * f64::from(i)),
            (1, 100.0 * f64::from(3 - i) + 5.0),
        ]
    });
    let travel = Travel::from_rows(Unit::Metres, Source::Matrix, 2, rows);
    let changes = changes(&zoning, &travel, &["s0", "s1"]);
    assert_eq!(changes.len(), 2);
    assert_eq!(
        (changes[0].block, changes[0].children, changes[0].to),
        (1, 5.0, 1)
    );
    // 40 children today for 25 places.
    assert_eq!(
        changes[0].reason.zh,
        "原学校按现行学区有 40 人、学位 25 个，超出 15 人；到新学校远 105 米"
    );
    assert_eq!(
        changes[1].reason.en,
        "the zone of today has 40 children for 25 places, 15 too many; the new school is 295 m nearer"
    );
    assert_eq!(zoning.blocks[1].moved(), 0.5);
    assert_eq!(
        (zoning.schools[0].load, zoning.schools[1].load),
        (15.0, 15.0)
    );

    let text = notice(&zoning, &["甲"]);
    assert!(
        text.contains("1. 第0小学\n   甲镇：村<0>。\n   乙镇：村<1>（部分，约 50%）。"),
        "{text}"
    );
    assert!(
        text.contains("尚未划入任何学区：村<2>。") && text.contains("- 甲\n"),
        "{text}"
    );
}

#[test]
fn a_closed_school_and_a_quiet_move_have_their_reasons() {
    let mut s = county(&line(2), 10.0);
    let travel = Travel::from_rows(Unit::Cost, Source::Matrix, 2, [[(0, 1.0), (1, 1.0)]; 2]);
    let zoning = Zoning::new(&s, Stage::Primary, [("b0", "s1", 1.0), ("b1", "s1", 1.0)]);
    let all = changes(&zoning, &travel, &["s0", "s1"]);
    assert_eq!(all[0].reason.zh, "原学校在方案中不再有学区");
    assert_eq!(all[0].metres_before, None);
    s.tables
        .get_mut(&TableId::Blocks)
        .unwrap()
        .set_text(F::CurrentPrimary, 1, "", None);
    let zoning = Zoning::new(&s, Stage::Primary, [("b0", "s0", 1.0), ("b1", "s1", 1.0)]);
    // A block of which nothing is known today does not move.
    assert_eq!(changes(&zoning, &travel, &["s0", "s1"]), []);
}

#[test]
fn the_map_is_whole_and_escaped() {
    let s = county(&line(5), 10.0);
    let rows = [
        ("b0", "s0", 1.0),
        ("b1", "s0", 1.0),
        ("b2", "s0", 1.0),
        ("b3", "s1", 1.0),
        ("b4", "s1", 1.0),
    ];
    let zoning = Zoning::new(&s, Stage::Primary, rows);
    let areas = Areas::new(&zoning, &Shapes::default());
    let draw = |lang, base: &BaseMap| {
        let words = junheng_core::text::Text::new("题 & 名", "title & name");
        let about = Picture {
            title: words.clone(),
            subtitle: words.clone(),
            source: words,
            base,
            lang,
            snapshot: &s,
        };
        picture(&zoning, &areas, &about)
    };
    let (none, given) = (
        BaseMap::default(),
        BaseMap::new(Some("浙S(2026)1号"), Some("天地图")),
    );
    let svg = draw(Lang::Zh, &none);
    assert_eq!(svg, draw(Lang::Zh, &none));
    let reviewed = draw(Lang::Zh, &given);
    assert!(reviewed.contains("审图号：浙S(2026)1号；底图：天地图。本图界线"));
    assert!(!reviewed.contains("不得公开登载") && svg.contains("不得公开登载"));
    assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
    assert_eq!(svg.matches("<g").count(), svg.matches("</g>").count());
    for part in [
        "审图号：无",
        "题 &amp; 名",
        "第0小学",
        "30/25",
        " 米<",
        "泰森多边形",
        "url(#moved)",
    ] {
        assert!(svg.contains(part), "{part}");
    }
    assert!(!svg.contains("NaN") && !svg.contains("inf"));
    assert!(draw(Lang::En, &none).contains("map review number: none"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Cells cover the land once: the zones' areas add up to that of all blocks as one zone.
    #[test]
    fn zones_cover_the_land_once(
        points in prop::collection::btree_set((0u32..60, 0u32..60), 2..40),
        zones in prop::collection::vec(0usize..2, 40),
    ) {
        let points: Vec<Point> = points.into_iter()
            .map(|(x, y)| (119.0 + f64::from(x) * 1e-3, 30.0 + f64::from(y) * 1e-3))
            .collect();
        let s = county(&points, 1.0);
        let ids: Vec<String> = (0..points.len()).map(|i| format!("b{i}")).collect();
        let rows = |all: bool| {
            let school = zones.iter().map(move |z| if all || *z == 0 { "s0" } else { "s1" });
            ids.iter().map(String::as_str).zip(school).map(|(b, s)| (b, s, 1.0)).collect::<Vec<_>>()
        };
        let parts = Zoning::new(&s, Stage::Primary, rows(false));
        let whole = Zoning::new(&s, Stage::Primary, rows(true));
        let areas = Areas::new(&parts, &Shapes::default());
        let land = areas.zone(&whole, 0);
        // One convex land, without a hole or a slit.
        prop_assert_eq!((land.len(), land[0].len()), (1, 1));
        let sum = area(&areas.zone(&parts, 0)) + area(&areas.zone(&parts, 1));
        prop_assert!((sum / area(&land) - 1.0).abs() < 1e-3);
        for (at, school) in [0, 1].into_iter().zip(&parts.schools) {
            let km = areas.square_km(&parts, at);
            prop_assert!((area(&areas.zone(&parts, at)) / 1e6 - km).abs() < 1e-3 * km.max(1.0), "{}", school.id);
        }
    }
}

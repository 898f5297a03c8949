use junheng_core::geo::metres;
use junheng_core::model::{Field as F, Snapshot, Stage, TableId};

use super::*;

/// A table of rows of (field, text); numbers are read.
pub(super) fn fill(snapshot: &mut Snapshot, id: TableId, rows: &[&[(F, &str)]]) {
    let table = snapshot.tables.entry(id).or_default();
    for cells in rows {
        let row = table.push_row();
        for (field, text) in *cells {
            match text.parse() {
                Ok(number) if field.kind().is_number() => {
                    table.set_number(*field, row, number, None);
                }
                _ => table.set_text(*field, row, *text, None),
            }
        }
    }
}

/// Two blocks and two schools on a line of longitude, and a site at the second school.
pub(super) fn county() -> Snapshot {
    let mut s = Snapshot::default();
    for (id, lat) in [("b1", "30.00"), ("b2", "30.02")] {
        let cells = [(F::BlockId, id), (F::BlockLon, "120"), (F::BlockLat, lat)];
        fill(&mut s, TableId::Blocks, &[&cells]);
    }
    for (id, lat) in [("s1", "30.00"), ("s2", "30.03")] {
        let cells = [
            (F::SchoolId, id),
            (F::SchoolLon, "120"),
            (F::SchoolLat, lat),
        ];
        fill(&mut s, TableId::Schools, &[&cells]);
    }
    fill(
        &mut s,
        TableId::Sites,
        &[&[
            (F::SiteId, "x"),
            (F::SiteStage, "primary"),
            (F::SiteExisting, "s2"),
        ]],
    );
    s
}

pub(super) fn said(travel: &Travel, zh: &str, en: &str) {
    let found = travel
        .notes
        .iter()
        .any(|n| n.zh.contains(zh) && n.en.contains(en));
    assert!(found, "{:#?}", travel.notes);
}

#[test]
fn straight_lines_say_so() {
    let travel = Travel::new(&county(), Stage::Primary, &["s1", "s2", "x"]);
    assert_eq!(
        (travel.unit, travel.source),
        (Unit::Metres, Source::StraightLine)
    );
    let far = 1.3 * metres((120.0, 30.02), (120.0, 30.0));
    assert_eq!(travel.between(1, 0), Some(far));
    assert_eq!(travel.between(0, 0), Some(0.0));
    // A site at a school is where the school is.
    assert_eq!(travel.between(1, 1), travel.between(1, 2));
    said(&travel, "直线距离 × 1.3", "straight line × 1.3");
    assert_eq!(travel.notes.len(), 1);
}

#[test]
fn datums_are_brought_together() {
    let mut s = county();
    let at = junheng_core::geo::to_gcj02((120.0, 30.03));
    let table = s.tables.get_mut(&TableId::Schools).unwrap();
    table.set_number(F::SchoolLon, 1, at.0, None);
    table.set_number(F::SchoolLat, 1, at.1, None);
    let moved = Travel::new(&s, Stage::Primary, &["s2"])
        .between(1, 0)
        .unwrap();
    s.tables
        .get_mut(&TableId::Schools)
        .unwrap()
        .set_text(F::SchoolDatum, 1, "gcj02", None);
    let right = Travel::new(&s, Stage::Primary, &["s2"])
        .between(1, 0)
        .unwrap();
    let truth = Travel::new(&county(), Stage::Primary, &["s2"])
        .between(1, 0)
        .unwrap();
    assert!((right - truth).abs() < 0.01 && (moved - truth).abs() > 50.0);
}

#[test]
fn without_a_point_nothing_is_reached() {
    let mut s = county();
    s.tables
        .get_mut(&TableId::Blocks)
        .unwrap()
        .set_number(F::BlockLat, 1, f64::NAN, None);
    let travel = Travel::new(&s, Stage::Primary, &["s1", "nowhere"]);
    assert_eq!(travel.row(1).0, &[] as &[u32]);
    said(&travel, "b2没有经纬度", "No coordinates for b2");
    said(&travel, "nowhere没有经纬度", "No coordinates for nowhere");
    assert_eq!(travel.notes.len(), 3);
}

fn matrix(rows: &[[&str; 3]], value: F) -> Travel {
    let mut s = county();
    for [block, school, number] in rows {
        let cells = [
            (F::TravelPrimaryBlock, *block),
            (F::TravelPrimarySchool, *school),
            (value, *number),
        ];
        fill(&mut s, TableId::TravelPrimary, &[&cells]);
    }
    Travel::new(&s, Stage::Primary, &["s2", "s1", "x"])
}

#[test]
fn a_matrix_wins_and_its_holes_are_forbidden() {
    let travel = matrix(
        &[["b1", "s1", "5.5"], ["b1", "s2", "7"], ["b2", "s2", ""]],
        F::TravelPrimaryMetres,
    );
    assert_eq!((travel.unit, travel.source), (Unit::Metres, Source::Matrix));
    // The site takes the rows of its school.
    assert_eq!(
        travel.of(0).collect::<Vec<_>>(),
        [(0, 7.0), (1, 5.5), (2, 7.0)]
    );
    assert_eq!(travel.between(1, 0), None);
    said(&travel, "有 1 行没有数值", "has 1 rows without a value");
    said(
        &travel,
        "到不了任何学校的居住单元：b2",
        "reach no school: b2",
    );
}

#[test]
fn doubled_and_unknown_rows_are_named() {
    let travel = matrix(
        &[
            ["b1", "s1", "5"],
            ["b1", "s1", "9"],
            ["b9", "s1", "1"],
            ["b1", "s9", "1"],
        ],
        F::TravelPrimaryCost,
    );
    assert_eq!(travel.unit, Unit::Cost);
    assert_eq!(travel.between(0, 1), Some(5.0));
    said(&travel, "1 对重复", "1 pairs more than once");
    said(&travel, "b9、s9", "b9, s9");
}

#[test]
fn a_blank_template_is_no_matrix() {
    let mut s = county();
    s.tables
        .entry(TableId::TravelPrimary)
        .or_default()
        .add_column(F::TravelPrimaryMetres);
    let travel = Travel::new(&s, Stage::Primary, &["s1"]);
    assert_eq!(travel.source, Source::StraightLine);
}

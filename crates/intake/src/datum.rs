//! Coordinates as declared, brought once to CGCS2000.

use std::collections::{BTreeMap, BTreeSet};

use junheng_core::geo;
use junheng_core::model::{Field, Table, TableId};
use junheng_core::text::Text;

use crate::grid::Grid;
use crate::log::{Log, Spot, explain, note};

/// Tables with coordinates of a declared system: longitude, latitude, system.
const COORDINATES: &[(TableId, Field, Field, Field)] = &[
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

/// Brings the coordinates of a table to CGCS2000.
pub(crate) fn convert(id: TableId, table: &mut Table, grid: &Grid, log: &mut Log) {
    let Some((_, lon, lat, datum)) = COORDINATES.iter().copied().find(|(t, ..)| *t == id) else {
        return;
    };
    let spot = Spot {
        file: &grid.file,
        sheet: &grid.sheet,
    };
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for row in 0..table.rows() {
        let (Some(x), Some(y)) = (table.number(lon, row), table.number(lat, row)) else {
            continue;
        };
        let system = table.text(datum, row).unwrap_or_default().to_owned();
        let (to_x, to_y) = geo::to_cgcs2000((x, y), &system);
        let cells = (
            table.cell(lon, row),
            table.cell(lat, row),
            table.cell(datum, row),
        );
        table.set_number(lon, row, to_x, cells.0);
        table.set_number(lat, row, to_y, cells.1);
        table.set_text(datum, row, "cgcs2000", cells.2);
        *counts.entry(system).or_default() += 1;
    }
    let moved: usize = ["gcj02", "bd09"]
        .iter()
        .filter_map(|s| counts.get(*s))
        .sum();
    if moved > 0 {
        log.add(note(
            "coordinates_converted",
            spot.whole(),
            Text::new(
                format!("{}表有 {moved} 个点由 GCJ-02 或 BD-09 换算为 CGCS2000，精度约 1 米", id.zh()),
                format!("{moved} points of {} were converted from GCJ-02 or BD-09 to CGCS2000, to about a metre", id.id()),
            ),
            Text::new("无须处理；原文件未改动", "Nothing to do; the file is unchanged"),
        ));
    }
    if let Some(blank) = counts.get("") {
        log.add(note(
            "datum_assumed",
            spot.whole(),
            Text::new(
                format!(
                    "{}表有 {blank} 个点没有注明坐标系，按 CGCS2000 处理",
                    id.zh()
                ),
                format!(
                    "{blank} points of {} name no coordinate system and are taken as CGCS2000",
                    id.id()
                ),
            ),
            Text::new(
                "坐标取自高德、腾讯填 gcj02，取自百度填 bd09",
                "Write gcj02 for Amap or Tencent, bd09 for Baidu",
            ),
        ));
    }
    // Blank, CGCS2000 and WGS-84 are one system in practice.
    let systems: BTreeSet<&str> = counts
        .keys()
        .map(|s| {
            if s == "gcj02" || s == "bd09" {
                s.as_str()
            } else {
                "cgcs2000"
            }
        })
        .collect();
    if systems.len() > 1 {
        let list = systems.into_iter().collect::<Vec<_>>();
        log.add(explain(
            "mixed_datums",
            spot.whole(),
            Text::new(
                format!(
                    "{}表混用了坐标系：{}；各点已分别换算",
                    id.zh(),
                    list.join("、")
                ),
                format!(
                    "{} mixes coordinate systems: {}; each point was converted by its own",
                    id.id(),
                    list.join(", ")
                ),
            ),
            Text::new(
                "核对每一行的坐标系是否属实",
                "Check that each row names its true system",
            ),
        ));
    }
}

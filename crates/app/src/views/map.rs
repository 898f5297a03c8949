//! The JSON of `map`: what a map of zones is drawn and changed from. Blocks and schools refer to each
//! other by their place in the lists, which keeps a county of 5,000 blocks small.

use std::collections::BTreeMap;

use junheng_core::geo::Point;
use junheng_core::model::{Field, Snapshot, TableId};
use junheng_plan::publish::{Areas, Zoning};
use junheng_plan::travel::{Travel, Unit};
use serde::{Deserialize, Serialize};

use super::document;
use crate::Context;
use crate::commands::plan::zones::out;

#[derive(Serialize, Deserialize)]
pub(crate) struct MapView<'a> {
    stage: &'a str,
    county: &'a str,
    synthetic: bool,
    /// `blocks`, `voronoi` or `none`.
    area: &'a str,
    area_note: &'a str,
    travel_source: &'a str,
    travel_title: &'a str,
    travel_unit: &'a str,
    schools: Vec<SchoolView<'a>>,
    blocks: Vec<BlockView<'a>>,
    /// Null without the table: nothing is known of what touches what.
    adjacency: Option<Vec<[usize; 2]>>,
}

#[derive(Serialize, Deserialize)]
struct SchoolView<'a> {
    school_id: &'a str,
    name: &'a str,
    point: Option<Point>,
    places: Option<f64>,
}

#[derive(Serialize, Deserialize)]
struct BlockView<'a> {
    block_id: &'a str,
    name: &'a str,
    township: &'a str,
    point: Option<Point>,
    children: f64,
    /// Its school's place in `schools`.
    school: Option<usize>,
    area: Vec<Vec<Point>>,
    /// School and way, in `travel_unit`.
    travel: Vec<(usize, f64)>,
}

/// `map --json`.
pub(crate) fn map(
    snapshot: &Snapshot,
    zoning: &Zoning<'_>,
    travel: &Travel,
    digest: &str,
    context: &Context,
) -> String {
    let areas = Areas::new(zoning, &snapshot.shapes);
    let (area, note) = out::kind(&areas);
    let title = travel.source.title();
    let six = |x: f64| (x * 1e6).round() / 1e6;
    let point = |(lon, lat): Point| (six(lon), six(lat));
    let blocks = zoning.blocks.iter().enumerate().map(|(row, block)| {
        let rings = areas.outline(row).into_iter();
        BlockView {
            block_id: block.id,
            name: block.name,
            township: block.township,
            point: block.point.map(point),
            children: block.children,
            school: block.school(),
            area: rings.map(|r| r.into_iter().map(point).collect()).collect(),
            travel: travel.of(row).map(|(s, way)| (s, way.round())).collect(),
        }
    });
    let content = MapView {
        stage: zoning.stage.id(),
        county: zoning.county,
        synthetic: zoning.synthetic,
        area,
        area_note: note.get(context.lang),
        travel_source: travel.source.id(),
        travel_title: title.get(context.lang),
        travel_unit: match travel.unit {
            Unit::Metres => "metres",
            Unit::Cost => "cost",
        },
        schools: zoning
            .schools
            .iter()
            .map(|school| SchoolView {
                school_id: school.id,
                name: school.name,
                point: school.point.map(point),
                places: school.places,
            })
            .collect(),
        blocks: blocks.collect(),
        adjacency: adjacency(snapshot, zoning),
    };
    document(Some(digest), content, Some(context))
}

fn adjacency(snapshot: &Snapshot, zoning: &Zoning<'_>) -> Option<Vec<[usize; 2]>> {
    snapshot.table(TableId::Adjacency)?;
    let rows: BTreeMap<&str, usize> = zoning.blocks.iter().map(|b| b.id).zip(0..).collect();
    let end = |field, row| rows.get(snapshot.text(field, row)?).copied();
    let pairs = (0..snapshot.rows(TableId::Adjacency))
        .filter_map(|row| Some([end(Field::AdjacentA, row)?, end(Field::AdjacentB, row)?]));
    Some(pairs.collect())
}

//! The map files of a bundle: roads of OpenStreetMap, areas of blocks, the outline of the county.

use std::collections::{BTreeMap, BTreeSet};

use junheng_core::finding::Place;
use junheng_core::geo::bounds;
use junheng_core::model::{Field as F, Snapshot, TableId};
use junheng_core::text::Text;

use crate::bundle::Used;
use crate::files::InputFile;
use crate::log::{Log, Spot, error, note, quoted};
use crate::osm::{self, Bounds};
use crate::shapes::{self, Feature};

/// Degrees around the outermost block or school within which roads are kept, about 20 km.
const AROUND: f64 = 0.2;

/// Reads what `tables` need of the maps; `used` takes the bytes that were read.
pub(crate) fn read<'a>(
    files: &'a [InputFile],
    tables: &BTreeSet<TableId>,
    snapshot: &mut Snapshot,
    used: &mut Used<'a>,
    log: &mut Log,
) {
    if tables.contains(&TableId::Blocks) {
        for (name, kept) in [("blocks", true), ("boundary", false)] {
            let map = |f: &&InputFile| f.is_map("geojson") && f.stem().eq_ignore_ascii_case(name);
            let Some(file) = files.iter().find(map) else {
                continue;
            };
            used.insert(format!("{name}.geojson"), &file.bytes);
            match shapes::read(&file.bytes) {
                Ok(features) if kept => blocks(features, file, snapshot, log),
                Ok(features) => {
                    let outline: Vec<_> = features.into_iter().flat_map(|f| f.shape).collect();
                    snapshot.shapes.boundary = (!outline.is_empty()).then_some(outline);
                }
                Err(trouble) => log.add(damaged_shapes(file, trouble)),
            }
        }
    }
    let mut maps = files.iter().filter(|f| f.is_map("pbf"));
    if tables.contains(&TableId::Roads)
        && snapshot.rows(TableId::Roads) == 0
        && let Some(file) = maps.next()
    {
        used.insert("roads.osm.pbf".to_owned(), &file.bytes);
        roads(file, snapshot, log);
        for other in maps {
            log.add(note(
                "second_road_map",
                place(other),
                Text::new(
                    format!("已读取道路图“{}”，这一份没有读", quoted(&file.name)),
                    format!(
                        "The road map “{}” was read, this one was not",
                        quoted(&file.name)
                    ),
                ),
                Text::new(
                    "只留一份 .osm.pbf，或先合并",
                    "Keep one .osm.pbf, or merge them",
                ),
            ));
        }
    }
}

fn place(file: &InputFile) -> Place {
    Spot {
        file: &file.name,
        sheet: "",
    }
    .whole()
}

fn blocks(features: Vec<Feature>, file: &InputFile, snapshot: &mut Snapshot, log: &mut Log) {
    let known: BTreeSet<&str> = (0..snapshot.rows(TableId::Blocks))
        .filter_map(|row| snapshot.text(F::BlockId, row))
        .collect();
    let (mut areas, mut strange) = (BTreeMap::new(), Vec::new());
    for feature in features {
        match feature.property("block_id") {
            Some(id) if known.contains(id.as_str()) => {
                let shape: &mut Vec<_> = areas.entry(id).or_default();
                shape.extend(feature.shape);
            }
            Some(id) => strange.push(quoted(&id)),
            None => strange.push(String::new()),
        }
    }
    let without = known.iter().filter(|id| !areas.contains_key(**id)).count();
    if !strange.is_empty() {
        let n = strange.len();
        let first = strange.iter().find(|id| !id.is_empty());
        let (zh, en) = match first {
            Some(id) => (format!("，例如 {id}"), format!(", such as {id}")),
            None => (String::new(), String::new()),
        };
        log.add(note(
            "shape_of_no_block",
            place(file),
            Text::new(
                format!("有 {n} 个图形没有居住单元表里的 block_id{zh}，没有采用"),
                format!("{n} shapes have no block_id of the table blocks{en}; they are not used"),
            ),
            Text::new(
                "图形的属性 block_id 应与居住单元表一致",
                "The property block_id of a shape is the one of the table blocks",
            ),
        ));
    }
    if without > 0 && !known.is_empty() {
        log.add(note(
            "block_without_shape",
            place(file),
            Text::new(
                format!("居住单元表有 {without} 个单元没有图形，地图上只画点"),
                format!("{without} blocks have no shape and are points on the map"),
            ),
            Text::new("补上它们的面", "Add their polygons"),
        ));
    }
    snapshot.shapes.blocks = areas;
}

fn damaged_shapes(file: &InputFile, trouble: shapes::Trouble) -> junheng_core::finding::Finding {
    let (zh, en) = match trouble {
        shapes::Trouble::Damaged => ("不是有效的 GeoJSON", "The file is no valid GeoJSON"),
        shapes::Trouble::TooLarge => ("超过 64 MB", "The file is over 64 MB"),
    };
    error(
        "damaged_shapes",
        place(file),
        Text::new(
            format!("{zh}，图形没有采用，表中的数据照常使用"),
            format!("{en}; its shapes are not used, the tables are"),
        ),
        Text::new(
            "用 QGIS 等软件另存为 GeoJSON（WGS 84 或 CGCS2000），必要时先简化边界",
            "Save it again as GeoJSON (WGS 84 or CGCS2000) with QGIS or the like; simplify its borders if need be",
        ),
    )
}

fn roads(file: &InputFile, snapshot: &mut Snapshot, log: &mut Log) {
    match osm::roads(&file.bytes, around(snapshot)) {
        Ok(roads) => {
            let (kept, scraps) = (roads.pieces.len(), roads.scraps);
            snapshot.tables.insert(TableId::Roads, roads.table());
            log.add(note(
                "road_map_read",
                place(file),
                Text::new(
                    format!("从地图读取了 {kept} 段可步行或乘车的道路；另有 {scraps} 段与路网不相连的短路未采用"),
                    format!("{kept} pieces of road to walk or drive along were read; {scraps} more, short and joined to nothing, were left out"),
                ),
                Text::new(
                    "两个方向都按可通行计；范围是各学校和居住单元周围约 20 公里",
                    "Both directions count as open; about 20 km around schools and blocks are kept",
                ),
            ));
        }
        Err(trouble) => {
            let (zh, en) = match trouble {
                osm::Trouble::Damaged => {
                    ("道路图已损坏或不完整", "The road map is damaged or cut off")
                }
                osm::Trouble::Packing => (
                    "道路图用了不支持的压缩或特性",
                    "The road map is packed or made in a way that is not read",
                ),
                osm::Trouble::TooLarge => (
                    "道路图过大，不像一个县的范围",
                    "The road map is too large for a county",
                ),
            };
            log.refuse(error(
                "unreadable_road_map",
                place(file),
                Text::new(format!("{zh}，未读取"), format!("{en}; it was not read")),
                Text::new(
                    "重新下载，或用 osmium extract 裁出本县并另存为 .osm.pbf；也可移走它，改用 roads.csv",
                    "Download it again, or cut out the county with osmium extract; or remove it and use roads.csv",
                ),
            ));
        }
    }
}

/// The box of all blocks, schools and sites, and some land around it.
fn around(snapshot: &Snapshot) -> Option<Bounds> {
    let columns = [
        (F::BlockLon, F::BlockLat),
        (F::SchoolLon, F::SchoolLat),
        (F::SiteLon, F::SiteLat),
    ];
    let points = columns.into_iter().flat_map(|(lon, lat)| {
        (0..snapshot.rows(lon.table()))
            .filter_map(move |row| Some((snapshot.number(lon, row)?, snapshot.number(lat, row)?)))
    });
    bounds(points).map(|[w, s, e, n]| [w - AROUND, s - AROUND, e + AROUND, n + AROUND])
}

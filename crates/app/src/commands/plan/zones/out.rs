//! The files of a plan of zones: assignment, map, public notice, who changes and why.

use std::path::Path;

use junheng_core::geo::BaseMap;
use junheng_core::model::{Shape, Snapshot};
use junheng_core::text::{Lang, Text};
use junheng_intake::write;
use junheng_plan::publish::{Areas, Origin, Picture, Zoning, changes, notice, picture};
use junheng_plan::travel::{Source, Travel, listed};
use junheng_plan::zones::{Plan, Problem, Reading, Rules};
use serde_json::{Value, json};

use crate::commands::write_together;
use crate::error::Failure;

/// A plan of zones, or the zones of today, and what was known when it was made.
pub(crate) struct Published<'a> {
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) zoning: &'a Zoning<'a>,
    pub(crate) travel: &'a Travel,
    /// The destinations of `travel`.
    pub(crate) destinations: &'a [&'a str],
    /// What kind of plan it is, with its figures; one line.
    pub(crate) about: Text,
    /// The share of the children who follow in the first year, where grades in school stay.
    pub(crate) first_year: Option<f64>,
    /// Sentences for the public notice.
    pub(crate) rules: Vec<String>,
    /// What the map is drawn on.
    pub(crate) base: &'a BaseMap,
    pub(crate) lang: Lang,
}

/// The name of a file, and what stands in it.
pub(crate) type OutFile = (String, Vec<u8>);

/// What plans were made from.
pub(crate) struct Made<'a> {
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) reading: &'a Reading,
    pub(crate) base: &'a BaseMap,
    pub(crate) lang: Lang,
}

/// Writes the files of zone plans into a folder: of the first all, of others who goes where and a map.
pub(crate) fn plans(
    out: &Path,
    made: &Made<'_>,
    plans: &[Plan],
    more: Option<OutFile>,
) -> Result<(), Failure> {
    let failed = |e: std::io::Error| Failure::file(out, &e);
    let mut files = Vec::new();
    for (at, plan) in plans.iter().enumerate() {
        files.extend(with(made, plan, |published| {
            if at == 0 {
                return all(published).map_err(failed);
            }
            let areas = Areas::new(published.zoning, &published.snapshot.shapes);
            let number = at + 1;
            Ok(vec![
                (
                    format!("assignment-{number}.csv"),
                    table(&assignment(published)).map_err(failed)?,
                ),
                (
                    format!("map-{number}.svg"),
                    map(published, &areas).into_bytes(),
                ),
            ])
        })?);
    }
    files.extend(more);
    write_together(out, &files)
}

/// A plan as people read it.
fn with<T>(made: &Made<'_>, plan: &Plan, then: impl FnOnce(&Published<'_>) -> T) -> T {
    let problem = &made.reading.problem;
    let ids: Vec<&str> = problem.schools.iter().map(|s| s.id.as_str()).collect();
    let rows = problem
        .blocks
        .iter()
        .zip(&plan.shares)
        .flat_map(|(block, shares)| {
            shares
                .iter()
                .map(|&(school, share)| (block.id.as_str(), ids[school], share))
        });
    let groups = problem.groups.iter();
    let groups: Vec<Vec<&str>> = groups
        .map(|g| g.iter().map(|s| ids[*s]).collect())
        .collect();
    let zoning = Zoning::new(made.snapshot, problem.stage, rows).shared(&groups);
    let moved = plan.moved_students.round();
    let (zh, en) = match plan.student_km {
        Some(km) => (
            format!("共 {km:.1} 人公里"),
            format!("{km:.1} student-km in all"),
        ),
        None => (
            format!("总成本 {:.1}", plan.objective),
            format!("cost {:.1}", plan.objective),
        ),
    };
    then(&Published {
        snapshot: made.snapshot,
        zoning: &zoning,
        travel: &Travel::new(made.snapshot, problem.stage, &ids),
        destinations: &ids,
        about: Text::new(
            format!("方案：{zh}；换学校的学生 {moved} 人"),
            format!("Plan: {en}; {moved} students change school"),
        ),
        first_year: problem.rules.grandfather.then(|| problem.following()),
        rules: since(&problem.rules),
        base: made.base,
        lang: made.lang,
    })
}

/// From when the zones hold and for whom, for the public notice.
fn since(rules: &Rules) -> Vec<String> {
    let mut said = Vec::new();
    if rules.grandfather {
        said.push("新学区自新生起实行，在校各年级学生留在原校就读。".to_owned());
    }
    if rules.siblings > 0.0 {
        said.push("新生有兄姐在原学区学校就读的，可随兄姐就读。".to_owned());
    }
    said
}

/// The blocks that `blocks.geojson` leaves out while it has others: they are missing on the map.
pub(crate) fn without_area(snapshot: &Snapshot, problem: &Problem) -> Option<Text> {
    let given = &snapshot.shapes.blocks;
    let without = problem.blocks.iter().filter(|b| !given.contains_key(&b.id));
    let without: Vec<&str> = without.map(|b| b.name.as_str()).collect();
    let some = without.len() < problem.blocks.len() && !without.is_empty();
    some.then(|| {
        let (zh, en) = listed(&without);
        Text::new(
            format!("blocks.geojson 中没有这些居住单元的面，地图、GeoJSON 和面积里缺它们：{zh}"),
            format!(
                "blocks.geojson has no area of these blocks; map, GeoJSON and areas lack them: {en}"
            ),
        )
    })
}

/// Writes `assignment.csv`, `changes.csv`, `zones.geojson`, `notice.txt` and `map.svg` into a folder.
pub(crate) fn write(out: &Path, plan: &Published<'_>) -> Result<(), Failure> {
    write_together(out, &all(plan).map_err(|e| Failure::file(out, &e))?)
}

fn all(plan: &Published<'_>) -> std::io::Result<Vec<OutFile>> {
    let areas = Areas::new(plan.zoning, &plan.snapshot.shapes);
    let files = [
        ("assignment.csv", table(&assignment(plan))?),
        ("changes.csv", table(&changed(plan))?),
        ("zones.geojson", features(plan, &areas)),
        ("notice.txt", words(plan).into_bytes()),
        ("map.svg", map(plan, &areas).into_bytes()),
    ];
    Ok(files.map(|(name, bytes)| (name.to_owned(), bytes)).into())
}

/// CSV with the mark that makes spreadsheets read it as UTF-8.
pub(super) fn table(rows: &[Vec<String>]) -> std::io::Result<Vec<u8>> {
    let mut bytes = b"\xEF\xBB\xBF".to_vec();
    bytes.extend(write::csv_rows(rows)?);
    Ok(bytes)
}

/// A number for a table: six digits behind the point at most.
fn short(number: f64) -> String {
    ((number * 1e6).round() / 1e6).to_string()
}

fn header(names: &[&str]) -> Vec<String> {
    names.iter().map(|n| (*n).to_owned()).collect()
}

fn assignment(plan: &Published<'_>) -> Vec<Vec<String>> {
    let mut rows = vec![header(&[
        "block_id",
        "name",
        "township",
        "school_id",
        "school",
        "share",
        "children",
    ])];
    for block in &plan.zoning.blocks {
        for &(school, share) in &block.shares {
            let school = &plan.zoning.schools[school];
            rows.push(vec![
                block.id.to_owned(),
                block.name.to_owned(),
                block.township.to_owned(),
                school.id.to_owned(),
                school.name.to_owned(),
                short(share),
                short(share * block.children),
            ]);
        }
    }
    rows
}

fn changed(plan: &Published<'_>) -> Vec<Vec<String>> {
    let mut rows = vec![header(&[
        "block_id",
        "name",
        "township",
        "children",
        "share",
        "from_school_id",
        "from_school",
        "to_school_id",
        "to_school",
        "metres_before",
        "metres_after",
        "reason",
    ])];
    if plan.first_year.is_some() {
        rows[0].push("first_year_children".to_owned());
    }
    let whole = |metres: Option<f64>| metres.map_or(String::new(), |m| format!("{m:.0}"));
    for change in changes(plan.zoning, plan.travel, plan.destinations) {
        let block = &plan.zoning.blocks[change.block];
        let (from, to) = (
            &plan.zoning.schools[change.from],
            &plan.zoning.schools[change.to],
        );
        rows.push(vec![
            block.id.to_owned(),
            block.name.to_owned(),
            block.township.to_owned(),
            short(change.children),
            short(change.share),
            from.id.to_owned(),
            from.name.to_owned(),
            to.id.to_owned(),
            to.name.to_owned(),
            whole(change.metres_before),
            whole(change.metres_after),
            change.reason.get(plan.lang).to_owned(),
        ]);
        if let (Some(row), Some(share)) = (rows.last_mut(), plan.first_year) {
            row.push(short(share * change.children));
        }
    }
    rows
}

/// What kind of areas they are, for the reader of the file.
pub(crate) fn kind(areas: &Areas) -> (&'static str, Text) {
    match areas.origin {
        Origin::Given => (
            "blocks",
            Text::new("由居住单元的面合并而成", "The blocks' polygons together"),
        ),
        Origin::Voronoi => (
            "voronoi",
            Text::new(
                "按居住点就近划分的示意（泰森多边形），不是法定边界",
                "A sketch (Voronoi cells of the blocks' points), no legal border",
            ),
        ),
        Origin::None => (
            "none",
            Text::new(
                "没有居住单元的图形和坐标",
                "The blocks have neither areas nor points",
            ),
        ),
    }
}

/// The zones as GeoJSON.
pub(crate) fn geojson(plan: &Published<'_>) -> Vec<u8> {
    features(plan, &Areas::new(plan.zoning, &plan.snapshot.shapes))
}

fn features(plan: &Published<'_>, areas: &Areas) -> Vec<u8> {
    let (kind, said) = kind(areas);
    let zones = plan
        .zoning
        .schools
        .iter()
        .enumerate()
        .filter_map(|(at, school)| {
            let shape = areas.zone(plan.zoning, at);
            let square_km = (areas.square_km(plan.zoning, at) * 1e4).round() / 1e4;
            let blocks: Vec<&str> = plan
                .zoning
                .blocks
                .iter()
                .filter(|b| b.shares.iter().any(|(s, _)| *s == at))
                .map(|b| b.id)
                .collect();
            (!blocks.is_empty()).then(|| {
                json!({
                    "type": "Feature",
                    "properties": {
                        "school_id": school.id,
                        "name": school.name,
                        "stage": plan.zoning.stage.id(),
                        "load": school.load,
                        "places": school.places,
                        "square_km": (!shape.is_empty()).then_some(square_km),
                        "shared_with": shared_with(plan.zoning, at),
                        "area": kind,
                        "blocks": blocks,
                    },
                    "geometry": if shape.is_empty() { Value::Null } else { geometry(&shape) },
                })
            })
        });
    let document = json!({
        "type": "FeatureCollection",
        "name": plan.about.get(plan.lang),
        "note": said.get(plan.lang),
        "map_number": plan.base.number,
        "map_source": plan.base.source,
        "features": zones.collect::<Vec<_>>(),
    });
    let mut bytes = document.to_string().into_bytes();
    bytes.push(b'\n');
    bytes
}

/// The other schools of a shared zone.
fn shared_with<'a>(zoning: &Zoning<'a>, school: usize) -> Vec<&'a str> {
    let others = zoning.sharing(school).into_iter().filter(|s| *s != school);
    others.map(|s| zoning.schools[s].id).collect()
}

/// Rings closed as GeoJSON wants them.
fn geometry(shape: &Shape) -> Value {
    let ring = |ring: &Vec<(f64, f64)>| {
        let points = ring.iter().chain(ring.first());
        Value::from(points.map(|(x, y)| json!([x, y])).collect::<Vec<_>>())
    };
    let polygons = shape
        .iter()
        .map(|polygon| Value::from(polygon.iter().map(ring).collect::<Vec<_>>()));
    json!({"type": "MultiPolygon", "coordinates": polygons.collect::<Vec<_>>()})
}

fn words(plan: &Published<'_>) -> String {
    let travel = plan.travel.source.title().zh;
    let mut notes = plan.rules.clone();
    notes.push(format!("{}。", plan.about.zh));
    notes.push(format!("路程依据：{travel}。"));
    let notes: Vec<&str> = notes.iter().map(String::as_str).collect();
    notice(plan.zoning, &notes)
}

fn map(plan: &Published<'_>, areas: &Areas) -> String {
    let county = plan.zoning.county;
    let stage = plan.zoning.stage.title();
    let way = plan.travel.source.title();
    let roads = plan.travel.source == Source::Roads;
    let title = Text::new(
        format!("{county}{}学区图", stage.zh),
        format!("{county}: zones of {} schools", stage.en),
    );
    let source = Text::new(
        format!(
            "学校、居住单元{}为本县填报；路程为{}",
            if roads { "、道路" } else { "" },
            way.zh
        ),
        format!(
            "schools, blocks{} as the county gave them; travel: {}",
            if roads { ", roads" } else { "" },
            way.en
        ),
    );
    picture(
        plan.zoning,
        areas,
        &Picture {
            title,
            subtitle: plan.about.clone(),
            source,
            base: plan.base,
            lang: plan.lang,
            snapshot: plan.snapshot,
        },
    )
}

//! `junheng map`: the zones of today, drawn and in words.

use clap::{ArgMatches, Command};
use junheng_core::geo::BaseMap;
use junheng_core::model::{Snapshot, Stage, TableId};
use junheng_core::text::{Lang, Text};
use junheng_plan::publish::{Block, Zoning};
use junheng_plan::travel::{Travel, Unit};

use super::plan::zones::out::{self, Published};
use super::{Entry, wrote};
use crate::cli::{self, Words};
use crate::error::Failure;
use crate::{Context, input, views};

pub(crate) const ENTRY: Entry = Entry {
    name: "map",
    command,
    run,
};

/// The tables that zones use.
const USED: &[TableId] = &[
    TableId::County,
    TableId::Schools,
    TableId::Sections,
    TableId::Sites,
    TableId::Blocks,
    TableId::Adjacency,
    TableId::TravelPrimary,
    TableId::TravelJunior,
    TableId::Roads,
];

fn command(words: Words) -> Command {
    words
        .command(
            "map",
            "现行学区：地图、GeoJSON、各校服务的村和小区",
            "The zones of today: a map, GeoJSON, villages and estates by school",
        )
        .arg(words.bundle())
        .arg(words.mapping())
        .arg(words.stage().default_value("primary"))
        .arg(
            words
                .out("DIR", "写入的文件夹", "The folder to write")
                .required(false)
                .required_unless_present("json"),
        )
        .args(words.base_map())
        .arg(words.json())
        .arg(words.timing())
}

fn run(matches: &ArgMatches, context: &Context) -> Result<String, Failure> {
    let intake = input::read(matches, "bundle", USED)?;
    let stage = cli::text(matches, "stage")
        .and_then(Stage::from_id)
        .unwrap_or(Stage::Primary);
    let snapshot = &intake.snapshot;
    let zoning = Zoning::today(snapshot, stage);
    let ids: Vec<&str> = zoning.schools.iter().map(|s| s.id).collect();
    let travel = Travel::new(snapshot, stage, &ids);
    let about = today(&zoning, &travel);
    if let Some(folder) = cli::text(matches, "out").map(std::path::Path::new) {
        out::write(
            folder,
            &Published {
                snapshot,
                zoning: &zoning,
                travel: &travel,
                destinations: &ids,
                about: about.clone(),
                first_year: None,
                rules: Vec::new(),
                base: &cli::base_map(matches),
                lang: context.lang,
            },
        )?;
        for note in &travel.notes {
            say!("{}", note.get(context.lang));
        }
        wrote(folder, context.lang);
    }
    Ok(if context.json {
        views::map(snapshot, &zoning, &travel, &intake.digest, context)
    } else {
        format!("{}\n", about.get(context.lang))
    })
}

/// The zones of today as GeoJSON.
pub(crate) fn geojson(snapshot: &Snapshot, stage: Stage, base: &BaseMap, lang: Lang) -> Vec<u8> {
    let zoning = Zoning::today(snapshot, stage);
    let ids: Vec<&str> = zoning.schools.iter().map(|s| s.id).collect();
    let travel = Travel::new(snapshot, stage, &ids);
    out::geojson(&Published {
        snapshot,
        zoning: &zoning,
        travel: &travel,
        destinations: &ids,
        about: today(&zoning, &travel),
        first_year: None,
        rules: Vec::new(),
        base,
        lang,
    })
}

/// The figures of the zones of today in a line.
fn today(zoning: &Zoning<'_>, travel: &Travel) -> Text {
    let served = zoning
        .blocks
        .iter()
        .filter(|b| b.school().is_some())
        .count();
    let mut zones = vec![false; zoning.schools.len()];
    for school in zoning.blocks.iter().filter_map(Block::school) {
        zones[school] = true;
    }
    let (all, schools) = (
        zoning.blocks.len(),
        zones.into_iter().filter(|z| *z).count(),
    );
    let mut zh =
        format!("现行学区：{schools} 所学校有学区，居住单元 {all} 个，其中 {served} 个已划入");
    let mut en =
        format!("Zones of today: {schools} schools with a zone, {served} of {all} blocks in one");
    if travel.unit == Unit::Metres {
        let km: f64 = zoning
            .blocks
            .iter()
            .enumerate()
            .filter_map(|(row, b)| Some(b.children * travel.between(row, b.school()?)?))
            .sum::<f64>()
            / 1000.0;
        let children: f64 = zoning
            .blocks
            .iter()
            .enumerate()
            .filter(|(row, b)| {
                b.school()
                    .is_some_and(|s| travel.between(*row, s).is_some())
            })
            .map(|(_, b)| b.children)
            .sum();
        if children > 0.0 {
            let mean = (1000.0 * km / children).round();
            zh = format!("{zh}；人均 {mean} 米，共 {km:.1} 人公里");
            en = format!("{en}; {mean} m per student, {km:.1} student-km in all");
        }
    }
    let over = zoning
        .schools
        .iter()
        .filter(|s| s.places.is_some_and(|p| s.load > p))
        .count();
    if over > 0 {
        zh = format!("{zh}；{over} 所学校超出学位");
        en = format!("{en}; {over} schools over their places");
    }
    Text::new(zh, en)
}

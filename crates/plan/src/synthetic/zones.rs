//! Who lives where: blocks with children, the schools they go to, the ways there, sites to build on.

use junheng_core::model::{Field as F, Snapshot, Stage, TableId};

use super::geography::{Land, block_id};
use super::rng::{Rng, rounded};
use super::schools::{School, Setting};
use super::{Row, table};

/// Schools a block knows the way to. A full table of blocks × schools grows with the square of
/// the county (60 million rows at 3,000 schools), and nobody is assigned to the hundredth-nearest.
const NEAREST: usize = 12;
/// Metres inside the block, from the door to the road.
const DOOR: u32 = 150;

/// A place where a school could be built.
struct Site {
    id: String,
    stage: Stage,
    block: usize,
    /// Name, places, yuan, boarding places.
    options: [(&'static str, u32, u32, u32); 2],
}

/// The schools of one stage that take in their neighbourhood.
struct Zones {
    /// School of each block, nearest along the roads; so every zone hangs together.
    school: Vec<usize>,
    children: Vec<u32>,
    /// Ways of each block: school and metres.
    ways: Vec<Vec<(usize, u32)>>,
}

/// Each school's students, spread over its zone by the size of the blocks.
fn zones(stage: Stage, schools: &[School], land: &Land, size: &[f64]) -> Zones {
    let goals: Vec<usize> = (0..schools.len())
        .filter(|&s| schools[s].zoned() && schools[s].section(stage).is_some())
        .collect();
    let places: Vec<usize> = goals.iter().map(|&s| schools[s].block).collect();
    let mut ways = land.roads.nearest(&places, NEAREST);
    for way in ways.iter_mut().flatten() {
        way.0 = goals[way.0];
    }
    let school: Vec<usize> = ways
        .iter()
        .map(|w| w.first().map_or(0, |(s, _)| *s))
        .collect();
    let mut blocks = vec![Vec::new(); schools.len()];
    for (block, &school) in school.iter().enumerate() {
        blocks[school].push(block);
    }
    let mut children = vec![0; land.blocks.len()];
    for &s in &goals {
        let students = schools[s]
            .section(stage)
            .map_or(0, super::enrolment::Section::students);
        let total: f64 = blocks[s].iter().map(|b| size[*b]).sum();
        let mut left = students;
        for &block in &blocks[s] {
            children[block] = (f64::from(students) * size[block] / total).floor() as u32;
            left -= children[block];
        }
        // What rounding left lives next to the school.
        children[schools[s].block] += left;
    }
    Zones {
        school,
        children,
        ways,
    }
}

/// Writes blocks, travel and sites; returns the residents of the county.
pub(super) fn write(schools: &[School], land: &Land, rng: &mut Rng, out: &mut Snapshot) -> u32 {
    let size: Vec<f64> = land.blocks.iter().map(|_| 0.2 + rng.skewed()).collect();
    let primary = zones(Stage::Primary, schools, land, &size);
    let junior = zones(Stage::Junior, schools, land, &size);
    let blocks = table(out, TableId::Blocks);
    let mut residents = 0;
    for (i, block) in land.blocks.iter().enumerate() {
        let children = f64::from(primary.children[i] + junior.children[i]);
        let people = 20.0 + children / 0.108 * rng.between(0.85, 1.15);
        residents += people.round() as u32;
        let (lon, lat) = land.lon_lat(block.at);
        Row::new(blocks)
            .text(F::BlockId, block_id(i))
            .text(F::BlockName, &block.name)
            .text(F::BlockTownship, &land.townships[block.township].name)
            .number(F::BlockLon, lon)
            .number(F::BlockLat, lat)
            .text(F::BlockDatum, "cgcs2000")
            .number(F::BlockResidents, people.round())
            .number(F::ChildrenPrimary, primary.children[i])
            .number(F::ChildrenJunior, junior.children[i])
            .text(F::CurrentPrimary, &schools[primary.school[i]].id)
            .text(F::CurrentJunior, &schools[junior.school[i]].id);
    }
    let sites = sites(schools, land, &primary, &junior);
    travel(&primary, schools, land, &sites, Stage::Primary, out);
    travel(&junior, schools, land, &sites, Stage::Junior, out);
    write_sites(&sites, schools, land, rng, out);
    residents
}

fn travel(
    zones: &Zones,
    schools: &[School],
    land: &Land,
    sites: &[Site],
    stage: Stage,
    out: &mut Snapshot,
) {
    let (id, block_field, school_field, metres_field) = match stage {
        Stage::Primary => (
            TableId::TravelPrimary,
            F::TravelPrimaryBlock,
            F::TravelPrimarySchool,
            F::TravelPrimaryMetres,
        ),
        _ => (
            TableId::TravelJunior,
            F::TravelJuniorBlock,
            F::TravelJuniorSchool,
            F::TravelJuniorMetres,
        ),
    };
    let sites: Vec<&Site> = sites.iter().filter(|s| s.stage == stage).collect();
    let places: Vec<usize> = sites.iter().map(|s| s.block).collect();
    let to_sites = land.roads.nearest(&places, NEAREST.min(places.len()));
    let table = table(out, id);
    let mut write = |block: usize, school: &str, metres: u32| {
        Row::new(table)
            .text(block_field, block_id(block))
            .text(school_field, school)
            .number(metres_field, metres + DOOR);
    };
    for (block, ways) in zones.ways.iter().enumerate() {
        for &(school, metres) in ways {
            write(block, &schools[school].id, metres);
        }
        for &(site, metres) in &to_sites[block] {
            write(block, &sites[site].id, metres);
        }
    }
}

/// New sites in the county seat, where most children live without a school at the door.
fn sites(schools: &[School], land: &Land, primary: &Zones, junior: &Zones) -> Vec<Site> {
    let taken: std::collections::BTreeSet<usize> = schools.iter().map(|s| s.block).collect();
    let town = land.townships.iter().any(|t| t.urban);
    let best = |zones: &Zones| {
        let seat = land
            .townships
            .iter()
            .filter(|t| t.urban == town)
            .flat_map(|t| &t.blocks);
        seat.copied()
            .filter(|b| !taken.contains(b))
            .max_by_key(|b| zones.children[*b])
    };
    let new = |id: &str, stage, zones, options| {
        best(zones).map(|block| Site {
            id: id.to_owned(),
            stage,
            block,
            options,
        })
    };
    let small = [("A", 1_080, 62_000_000, 0), ("B", 1_620, 88_000_000, 0)];
    let large = [("A", 900, 70_000_000, 0), ("B", 1_350, 98_000_000, 200)];
    new("N001", Stage::Primary, primary, small)
        .into_iter()
        .chain(new("N002", Stage::Junior, junior, large))
        .collect()
}

/// New sites, and existing schools whose future is open: points to keep or close, a town school
/// to extend. Those have the school's own code as their id, so its travel rows serve them.
fn write_sites(sites: &[Site], schools: &[School], land: &Land, rng: &mut Rng, out: &mut Snapshot) {
    let table = table(out, TableId::Sites);
    let mut row = |id: &str, stage: Stage, at, option: &str, numbers: [u32; 4], own: &str| {
        let (lon, lat) = land.lon_lat(at);
        let [places, yuan, least, beds] = numbers;
        Row::new(table)
            .text(F::SiteId, id)
            .text(F::SiteStage, stage.id())
            .number(F::SiteLon, lon)
            .number(F::SiteLat, lat)
            .text(F::SiteDatum, "cgcs2000")
            .text(F::SiteOption, option)
            .number(F::SitePlaces, places)
            .number(F::SiteCost, yuan)
            .text(F::SiteExisting, own)
            .number(F::SiteMinStudents, least)
            .number(F::SiteBoarding, beds);
    };
    for site in sites {
        let at = land.near(site.block, 100.0, rng);
        for (option, places, yuan, beds) in site.options {
            row(
                &site.id,
                site.stage,
                at,
                option,
                [places, yuan, 200, beds],
                "",
            );
        }
    }
    let mut extended = false;
    for school in schools {
        for section in school.sections.iter().filter(|s| s.stage != Stage::Senior) {
            let (id, places) = (&school.id, section.places);
            if school.kind == 218 {
                let yuan = rounded(rng.between(15.0, 40.0), 0) as u32 * 10_000;
                row(
                    id,
                    section.stage,
                    school.at,
                    "keep",
                    [places, yuan, 10, 0],
                    id,
                );
            } else if school.kind == 311 && school.setting == Setting::Town && !extended {
                extended = true;
                let beds = section.boarders;
                row(
                    id,
                    section.stage,
                    school.at,
                    "keep",
                    [places, 0, 0, beds],
                    id,
                );
                let more = [places + 300, 21_000_000, 0, beds + 120];
                row(id, section.stage, school.at, "extend", more, id);
            }
        }
    }
}

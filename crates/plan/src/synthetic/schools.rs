//! The legal schools: how many of each kind, where they stand, what they are called.

use std::collections::{BTreeMap, BTreeSet};

use junheng_core::model::{Field as F, Snapshot, Stage, TableId};

use super::assets::Assets;
use super::enrolment::Section;
use super::geography::{Land, block_id};
use super::rng::Rng;
use super::{Row, table};

/// Where a school stands in the hierarchy of a county, which decides its size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Setting {
    /// In the county seat.
    Urban,
    /// The central school of a town.
    Town,
    /// A village school.
    Village,
}

/// A legal school.
pub(super) struct School {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) kind: u16,
    pub(super) setting: Setting,
    pub(super) locale: u16,
    pub(super) private: bool,
    pub(super) township: usize,
    pub(super) block: usize,
    pub(super) at: (f64, f64),
    pub(super) founded: u32,
    pub(super) boarding: bool,
    pub(super) dense: bool,
    pub(super) parent: Option<usize>,
    pub(super) sections: Vec<Section>,
    /// Assets known for the whole school only, to be shared among its sections.
    pub(super) whole: Option<Assets>,
}

impl School {
    pub(super) fn students(&self) -> u32 {
        self.sections.iter().map(Section::students).sum()
    }

    pub(super) fn rural(&self) -> bool {
        self.locale >= 200
    }

    /// Zoned: it takes the children of the blocks around it.
    pub(super) fn zoned(&self) -> bool {
        !matches!(self.kind, 321 | 511)
    }

    pub(super) fn section(&self, stage: Stage) -> Option<&Section> {
        self.sections.iter().find(|s| s.stage == stage)
    }
}

/// The stages of a kind of school.
pub(super) fn stages(kind: u16) -> &'static [Stage] {
    use Stage::{Junior, Primary, Senior};
    match kind {
        211 | 218 => &[Primary],
        311 | 321 => &[Junior],
        341 => &[Junior, Senior],
        345 => &[Primary, Junior, Senior],
        _ => &[Primary, Junior],
    }
}

/// How many schools of each kind and setting: national shares of 2024, every kind from 20 schools on.
fn census(count: usize) -> Vec<(u16, Setting)> {
    use Setting::{Town, Urban, Village};
    let share = |part: f64| (count as f64 * part).round() as usize;
    let few = |part: f64| if count < 20 { 0 } else { share(part).max(1) };
    if count == 1 {
        return vec![(312, Town)];
    }
    let juniors = share(0.14).max(1);
    let urban_juniors = (juniors as f64 * 0.4).round() as usize;
    let mut all = Vec::new();
    let mut add = |n: usize, kind, setting| all.extend(std::iter::repeat_n((kind, setting), n));
    add(urban_juniors, 311, Urban);
    add(juniors - urban_juniors, 311, Town);
    add(few(0.07), 312, Town);
    add(few(0.015), 341, Urban);
    add(few(0.015), 345, Urban);
    add(few(0.01), 511, Urban);
    add(few(0.01), 321, Urban);
    add(share(0.16), 218, Village);
    let primaries = count - all.len();
    let (urban, town) = (primaries * 7 / 20, primaries * 6 / 20);
    let mut add = |n: usize, setting| all.extend(std::iter::repeat_n((211, setting), n));
    add(urban, Urban);
    add(town, Town);
    add(primaries - urban - town, Village);
    all
}

/// The first primary school of the county seat.
const FAMOUS: &str = "合成示例县实验小学";

/// The schools of a county, still without students.
pub(super) fn schools(count: usize, land: &Land, year: u32, rng: &mut Rng) -> Vec<School> {
    let all: Vec<usize> = (0..land.townships.len()).collect();
    let (urban, towns): (Vec<usize>, Vec<usize>) =
        all.iter().partition(|t| land.townships[**t].urban);
    let seats = |setting: Setting| match setting {
        Setting::Urban if !urban.is_empty() => &urban,
        Setting::Town | Setting::Village if !towns.is_empty() => &towns,
        _ => &all,
    };
    let mut turn = BTreeMap::new();
    let mut used = vec![false; land.blocks.len()];
    let mut made: Vec<School> = Vec::with_capacity(count);
    let mut per_township = vec![Vec::new(); all.len()];
    for (n, (kind, setting)) in census(count).into_iter().enumerate() {
        let seats = seats(setting);
        let turn = turn
            .entry((kind, setting as u8))
            .or_insert_with(|| rng.below(seats.len()));
        // Town after town, so that each gets its central school before any gets a second one.
        let township = seats[*turn % seats.len()];
        *turn += 1;
        let others: &[usize] = &per_township[township];
        let block = stand(land, township, others, &made, &mut used, rng);
        let of_kind = made.iter().filter(|s: &&School| s.kind == kind).count();
        let private = kind == 345 || (kind == 211 && setting == Setting::Urban && of_kind % 9 == 8);
        made.push(School {
            id: format!("{}99{:06}", category(kind), n + 1),
            name: String::new(),
            kind,
            setting,
            locale: locale(setting, kind, rng),
            private,
            township,
            block,
            at: land.near(block, 60.0, rng),
            founded: rng.whole(1950, year - 11),
            boarding: matches!(kind, 311 | 312) && setting != Setting::Urban && rng.chance(0.6),
            dense: false,
            parent: None,
            sections: Vec::new(),
            whole: None,
        });
        per_township[township].push(n);
    }
    // Points come before the primaries of their town, so parents are found when all are there.
    for i in 0..made.len() {
        if made[i].kind == 218 {
            made[i].parent = parent(&made, &per_township[made[i].township], made[i].township);
        }
    }
    christen(&mut made, land);
    if made.len() >= 20 {
        let mut centre = made
            .iter_mut()
            .filter(|s| s.kind == 211 && s.setting == Setting::Urban && s.locale == 111);
        for school in centre.by_ref().take(2) {
            school.dense = true;
        }
    }
    made
}

/// The middle of the township for its first school, else the free block farthest from the others.
fn stand(
    land: &Land,
    township: usize,
    others: &[usize],
    made: &[School],
    used: &mut [bool],
    rng: &mut Rng,
) -> usize {
    let own = &land.townships[township].blocks;
    let away = |block: usize| {
        let (x, y) = land.blocks[block].at;
        let far = |s: &usize| {
            let (a, b) = land.blocks[made[*s].block].at;
            (x - a) * (x - a) + (y - b) * (y - b)
        };
        others.iter().map(far).fold(f64::MAX, f64::min)
    };
    let best = if others.is_empty() {
        own.iter().copied().find(|b| !used[*b])
    } else {
        let mut scored: Vec<(f64, usize)> = own
            .iter()
            .filter(|b| !used[**b])
            .map(|&b| (away(b) * rng.between(0.6, 1.0), b))
            .collect();
        scored.sort_by(|a, b| b.0.total_cmp(&a.0));
        scored.first().map(|(_, b)| *b)
    };
    let block = best.or_else(|| used.iter().position(|u| !u)).unwrap_or(0);
    used[block] = true;
    block
}

/// The central primary school of a township.
fn parent(made: &[School], others: &[usize], township: usize) -> Option<usize> {
    let primary = |s: &School| matches!(s.kind, 211 | 312);
    let own = others.iter().copied().filter(|&i| primary(&made[i]));
    own.min_by_key(|&i| (made[i].setting as u8, made[i].kind))
        .or_else(|| {
            made.iter()
                .position(|s| primary(s) && s.township != township)
        })
}

fn category(kind: u16) -> u16 {
    match kind {
        211 | 218 => 21,
        311 | 312 => 31,
        321 => 32,
        511 => 51,
        _ => 34,
    }
}

fn locale(setting: Setting, kind: u16, rng: &mut Rng) -> u16 {
    let codes: &[(u16, f64)] = match setting {
        Setting::Urban => &[(111, 0.8), (112, 0.2)],
        Setting::Town if kind == 211 => &[(121, 0.6), (122, 0.15), (210, 0.25)],
        Setting::Town => &[(121, 0.8), (210, 0.2)],
        Setting::Village => &[(220, 0.9), (210, 0.1)],
    };
    if kind == 218 {
        220
    } else {
        rng.weighted(codes)
    }
}

/// Names every school; no two alike.
fn christen(schools: &mut [School], land: &Land) {
    let mut taken = BTreeSet::new();
    for school in schools {
        let township = &land.townships[school.township];
        let (town, short) = (&township.name, &township.short);
        let block = &land.blocks[school.block].name;
        let place = block.trim_end_matches('村').trim_end_matches("社区");
        let wished = match (school.kind, school.setting) {
            (218, _) => format!("{town}{place}教学点"),
            (211, Setting::Urban) if school.private => format!("{place}外国语小学"),
            (211, Setting::Urban) if !taken.contains(FAMOUS) => FAMOUS.to_owned(),
            (211, Setting::Urban) => format!("{place}小学"),
            (211, Setting::Town) => format!("{town}中心小学"),
            (211, Setting::Village) => format!("{town}{place}小学"),
            (311, Setting::Urban) => format!("{short}中学"),
            (311, _) => format!("{town}初级中学"),
            (312, _) => format!("{town}九年一贯制学校"),
            (321, _) => "合成示例县职业初级中学".to_owned(),
            (341, _) => "合成示例县高级完全中学".to_owned(),
            (345, _) => format!("{place}双语学校"),
            _ => "合成示例县特殊教育学校".to_owned(),
        };
        // The second of its pattern is named after its village: no two schools share a block.
        let other = match stages(school.kind) {
            [Stage::Primary] => format!("{town}{place}小学"),
            [Stage::Primary, ..] => format!("{town}{place}学校"),
            _ => format!("{town}{place}中学"),
        };
        let name = if taken.contains(&wished) {
            other
        } else {
            wished
        };
        taken.insert(name.clone());
        school.name = name;
    }
}

/// Writes the schools.
pub(super) fn write(schools: &[School], land: &Land, out: &mut Snapshot) {
    let table = table(out, TableId::Schools);
    for school in schools {
        let (lon, lat) = land.lon_lat(school.at);
        let mut row = Row::new(table);
        row.text(F::SchoolId, &school.id)
            .text(F::SchoolName, &school.name)
            .number(F::SchoolKind, school.kind)
            .number(F::Locale, school.locale)
            .text(F::Owner, if school.private { "private" } else { "public" })
            .text(F::Township, &land.townships[school.township].name)
            .number(F::SchoolLon, lon)
            .number(F::SchoolLat, lat)
            .text(F::SchoolDatum, "cgcs2000")
            .number(F::FoundedYear, school.founded)
            .flag(F::Boarding, school.boarding)
            .flag(F::DenseUrban, school.dense)
            .text(F::SchoolBlock, block_id(school.block));
        if let Some(parent) = school.parent {
            row.text(F::ParentSchool, &schools[parent].id);
        }
        if let Some(whole) = &school.whole {
            whole.write(&mut row, true);
        }
    }
}

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};

use junheng_core::model::{Field as F, Kind, Snapshot, Stage, TableId};
use proptest::prelude::*;

use super::*;

fn make(schools: usize, seed: u64) -> Snapshot {
    county(&CountyOptions {
        schools,
        seed,
        ..CountyOptions::default()
    })
}

fn text(out: &Snapshot, field: F, row: usize) -> String {
    out.text(field, row).unwrap_or_default().to_owned()
}

fn number(out: &Snapshot, field: F, row: usize) -> f64 {
    out.number(field, row).unwrap_or(0.0)
}

/// The values of some fields in every row, as one key.
fn keys(out: &Snapshot, fields: &[F]) -> Vec<String> {
    let table = fields[0].table();
    let key = |row| {
        let part = |f: &F| match out.number(*f, row) {
            Some(n) => n.to_string(),
            None => text(out, *f, row),
        };
        fields.iter().map(part).collect::<Vec<_>>().join("|")
    };
    (0..out.rows(table)).map(key).collect()
}

fn valid(out: &Snapshot) {
    for id in TableId::ALL {
        assert!(out.table(id).is_some(), "{} is missing", id.id());
        if !id.key().is_empty() {
            let keys = keys(out, id.key());
            let set: BTreeSet<&String> = keys.iter().collect();
            assert_eq!(set.len(), keys.len(), "{}: a key twice", id.id());
        }
        for field in id.fields() {
            let Kind::Ref(other) = field.kind() else {
                continue;
            };
            let known: BTreeSet<String> = keys(out, other.key()).into_iter().collect();
            for row in 0..out.rows(id) {
                if let Some(value) = out.text(field, row) {
                    assert!(known.contains(value), "{field}: {value} leads nowhere");
                }
            }
        }
    }
    let schools: BTreeSet<String> = keys(out, &[F::SchoolId]).into_iter().collect();
    let names: BTreeSet<String> = keys(out, &[F::SchoolName]).into_iter().collect();
    assert_eq!(schools.len(), names.len(), "a school name twice");
    for row in 0..out.rows(TableId::Teachers) {
        for wish in text(out, F::Wishes, row)
            .split(';')
            .filter(|w| !w.is_empty())
        {
            assert!(schools.contains(wish), "wish {wish} leads nowhere");
        }
    }
}

/// Sum, count or whatever of one table by some fields.
fn by(out: &Snapshot, fields: &[F], value: impl Fn(usize) -> f64) -> BTreeMap<String, f64> {
    let mut sums = BTreeMap::new();
    for (row, key) in keys(out, fields).into_iter().enumerate() {
        *sums.entry(key).or_insert(0.0) += value(row);
    }
    sums
}

fn agrees(out: &Snapshot) {
    let sections = keys(out, &[F::SectionSchool, F::SectionStage]);
    let section = |row: usize, field| number(out, field, row);
    let of_class = [F::ClassSchool, F::ClassStage];
    let of_teacher = [F::TeacherSchool, F::TeacherStage];
    let pe_art = |row| {
        let subject = text(out, F::TeacherSubject, row);
        f64::from(u8::from(
            ["pe", "music", "art", "arts"].contains(&subject.as_str()),
        ))
    };
    let mid = |row| {
        let title = text(out, F::TeacherTitle, row);
        f64::from(u8::from(
            ["mid", "senior", "full_senior"].contains(&title.as_str()),
        ))
    };
    let one = |_| 1.0;
    let sums = [
        (
            F::Students,
            by(out, &of_class, |r| number(out, F::ClassStudents, r)),
        ),
        (F::SectionClasses, by(out, &of_class, one)),
        (F::FullTimeTeachers, by(out, &of_teacher, one)),
        (
            F::TeachersAboveDegree,
            by(out, &of_teacher, |r| number(out, F::AboveDegree, r)),
        ),
        (
            F::BackboneTeachers,
            by(out, &of_teacher, |r| number(out, F::Backbone, r)),
        ),
        (
            F::CertifiedTeachers,
            by(out, &of_teacher, |r| number(out, F::Certified, r)),
        ),
        (F::PeArtTeachers, by(out, &of_teacher, pe_art)),
        (F::MidTitleTeachers, by(out, &of_teacher, mid)),
        (
            F::Trained360,
            by(out, &of_teacher, |r| {
                f64::from(u8::from(number(out, F::TrainingHours, r) >= 360.0))
            }),
        ),
    ];
    for (field, sums) in sums {
        for (row, key) in sections.iter().enumerate() {
            let sum = sums.get(key).copied().unwrap_or(0.0);
            assert_eq!(section(row, field), sum, "{field} of {key}");
        }
    }
    for (row, key) in sections.iter().enumerate() {
        for (part, whole) in [
            (F::Boarders, F::Students),
            (F::MigrantStudents, F::Students),
            (F::InZoneStudents, F::Students),
            (F::Students, F::Places),
            (F::IndoorPeArea, F::TeachingArea),
            (F::TrainingFund, F::PublicFund),
            (F::FullTimeTeachers, F::Staff),
        ] {
            assert!(
                section(row, part) <= section(row, whole),
                "{part} > {whole} of {key}"
            );
        }
    }
    // This year's history is this year's classes.
    let year = f64::from(out.school_year().unwrap());
    let classes = by(out, &[F::ClassSchool, F::ClassGrade], |r| {
        number(out, F::ClassStudents, r)
    });
    let mut seen = 0;
    for row in 0..out.rows(TableId::EnrolmentHistory) {
        if out.number(F::HistoryYear, row) == Some(year) {
            let grade = number(out, F::HistoryGrade, row);
            let key = format!("{}|{grade}", text(out, F::HistorySchool, row));
            assert_eq!(
                Some(&number(out, F::HistoryStudents, row)),
                classes.get(&key),
                "{key}"
            );
            seen += 1;
        }
    }
    let judged = keys(out, &[F::ClassGrade])
        .iter()
        .filter(|g| g.len() == 1)
        .count();
    assert!(seen > 0 && seen <= judged);
    // Every school has ten years.
    let years: BTreeSet<String> = keys(out, &[F::HistoryYear]).into_iter().collect();
    assert_eq!(years.len(), 10);
    // Children of the zones are the students of the schools, and they fit in.
    for (stage, current, children) in [
        (Stage::Primary, F::CurrentPrimary, F::ChildrenPrimary),
        (Stage::Junior, F::CurrentJunior, F::ChildrenJunior),
    ] {
        let zones = by(out, &[current], |r| number(out, children, r));
        for (row, key) in sections.iter().enumerate() {
            let Some((school, of)) = key.split_once('|') else {
                panic!("{key}")
            };
            if of == stage.id() && !school.starts_with("32") && !school.starts_with("51") {
                assert_eq!(Some(&section(row, F::Students)), zones.get(school), "{key}");
            }
        }
    }
    let eligible: f64 = (0..out.rows(TableId::Teachers))
        .map(|r| number(out, F::Eligible, r))
        .sum();
    let county = |f| number(out, f, 0);
    assert_eq!(eligible + county(F::Rotated), county(F::RotationEligible));
    let residents: f64 = (0..out.rows(TableId::Blocks))
        .map(|r| number(out, F::BlockResidents, r))
        .sum();
    assert_eq!(residents, county(F::CountyResidents));
}

/// Whether pairs join all of `nodes`.
fn connected(nodes: &[String], pairs: &[(String, String)]) -> bool {
    let mut next: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (a, b) in pairs {
        next.entry(a).or_default().push(b);
        next.entry(b).or_default().push(a);
    }
    let mut seen = BTreeSet::new();
    let mut open: Vec<&str> = nodes.first().map(String::as_str).into_iter().collect();
    while let Some(node) = open.pop() {
        if seen.insert(node) {
            open.extend(next.get(node).into_iter().flatten());
        }
    }
    nodes.iter().all(|n| seen.contains(n.as_str()))
}

fn hangs_together(out: &Snapshot) {
    let blocks = keys(out, &[F::BlockId]);
    let pair = |a, b, table| -> Vec<(String, String)> {
        (0..out.rows(table))
            .map(|r| (text(out, a, r), text(out, b, r)))
            .collect()
    };
    let adjacency = pair(F::AdjacentA, F::AdjacentB, TableId::Adjacency);
    assert!(connected(&blocks, &adjacency), "adjacency");
    for current in [F::CurrentPrimary, F::CurrentJunior] {
        let of: BTreeMap<String, String> = (0..blocks.len())
            .map(|r| (blocks[r].clone(), text(out, current, r)))
            .collect();
        let schools: BTreeSet<&String> = of.values().collect();
        for school in schools {
            let zone: Vec<String> = of
                .iter()
                .filter(|(_, s)| *s == school)
                .map(|(b, _)| b.clone())
                .collect();
            let inside: Vec<(String, String)> = adjacency
                .iter()
                .filter(|(a, b)| of[a] == *school && of[b] == *school)
                .cloned()
                .collect();
            assert!(connected(&zone, &inside), "zone of {school}");
        }
    }
    let ends = keys(out, &[F::BlockLon, F::BlockLat]);
    let roads: Vec<(String, String)> = keys(out, &[F::RoadFromLon, F::RoadFromLat])
        .into_iter()
        .zip(keys(out, &[F::RoadToLon, F::RoadToLat]))
        .collect();
    assert!(connected(&ends, &roads), "roads");
}

#[test]
fn counties_of_every_size_are_whole_and_agree_with_themselves() {
    for schools in [1, 2, 10, 60, 300] {
        let out = make(schools, 7);
        assert_eq!(out.rows(TableId::Schools), schools);
        valid(&out);
        agrees(&out);
        hangs_together(&out);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn any_seed_gives_a_county_that_agrees_with_itself(seed in any::<u64>(), schools in 1_usize..45) {
        let out = make(schools, seed);
        valid(&out);
        agrees(&out);
        hangs_together(&out);
    }
}

#[test]
fn every_block_knows_the_way_to_its_school_and_it_is_the_shortest() {
    let out = make(60, 11);
    let blocks = keys(&out, &[F::BlockId]);
    let schools: BTreeSet<String> = keys(&out, &[F::SchoolId]).into_iter().collect();
    for (block, school, metres, current) in [
        (
            F::TravelPrimaryBlock,
            F::TravelPrimarySchool,
            F::TravelPrimaryMetres,
            F::CurrentPrimary,
        ),
        (
            F::TravelJuniorBlock,
            F::TravelJuniorSchool,
            F::TravelJuniorMetres,
            F::CurrentJunior,
        ),
    ] {
        let mut nearest = BTreeMap::new();
        for row in 0..out.rows(block.table()) {
            let (goal, way) = (text(&out, school, row), number(&out, metres, row));
            assert!(way > 0.0);
            if schools.contains(&goal) {
                let best = nearest
                    .entry(text(&out, block, row))
                    .or_insert((goal.clone(), way));
                if way < best.1 {
                    *best = (goal, way);
                }
            }
        }
        for (row, id) in blocks.iter().enumerate() {
            assert_eq!(nearest[id].0, text(&out, current, row), "{id}");
        }
    }
    let sites = keys(&out, &[F::SiteId]);
    let goals: BTreeSet<String> = keys(&out, &[F::TravelPrimarySchool])
        .into_iter()
        .chain(keys(&out, &[F::TravelJuniorSchool]))
        .collect();
    assert!(sites.iter().any(|s| s.starts_with('N')));
    assert!(
        sites.iter().all(|s| goals.contains(s)),
        "a site nobody can reach"
    );
}

#[test]
fn births_lead_to_the_first_grade_six_years_later() {
    let out = make(60, 12);
    let total = |field, year_field: F, year: f64, grade: Option<F>| -> f64 {
        (0..out.rows(year_field.table()))
            .filter(|&r| out.number(year_field, r) == Some(year))
            .filter(|&r| grade.is_none_or(|g| out.number(g, r) == Some(1.0)))
            .map(|r| number(&out, field, r))
            .sum()
    };
    for year in [2016.0, 2020.0, 2025.0] {
        let entered = total(
            F::HistoryStudents,
            F::HistoryYear,
            year,
            Some(F::HistoryGrade),
        );
        let births = total(F::BirthCount, F::BirthYear, year - 6.0, None);
        assert!(
            (0.85..1.2).contains(&(births / entered)),
            "{year}: {births} {entered}"
        );
    }
    // Fewer are born now than in 2016, by a sixth and more.
    let births = |year| total(F::BirthCount, F::BirthYear, year, None);
    assert!(births(2024.0) < 0.85 * births(2016.0));
}

#[test]
fn every_kind_is_there_from_20_schools_on() {
    for schools in [20, 60] {
        let kinds: BTreeSet<String> = keys(&make(schools, 3), &[F::SchoolKind])
            .into_iter()
            .collect();
        let kinds: Vec<&str> = kinds.iter().map(String::as_str).collect();
        assert_eq!(
            kinds,
            ["211", "218", "311", "312", "321", "341", "345", "511"]
        );
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    assert_eq!(make(30, 5).sheets(), make(30, 5).sheets());
    assert_ne!(make(30, 5).sheets(), make(30, 6).sheets());
}

#[test]
fn every_table_is_labelled() {
    let mut sheets = make(10, 1).sheets();
    label(&mut sheets);
    assert_eq!(sheets.len(), TableId::ALL.len());
    for sheet in &sheets {
        assert_eq!(
            sheet.header.last().map(String::as_str),
            REMARKS.first().copied()
        );
        for row in &sheet.rows {
            assert_eq!(row.len(), sheet.header.len());
            assert_eq!(row.last().map(String::as_str), Some(LABEL));
        }
    }
}

#[test]
fn three_thousand_schools_stay_linear() {
    let out = make(3_000, 2);
    assert_eq!(out.rows(TableId::Schools), 3_000);
    let blocks = out.rows(TableId::Blocks);
    assert!(out.rows(TableId::TravelPrimary) <= 40 * blocks);
    let names: BTreeSet<String> = keys(&out, &[F::SchoolName]).into_iter().collect();
    assert_eq!(names.len(), 3_000);
}

mod flaws;
mod standard;

//! A nation is judged as its counties are one by one: the same figures to the last bit.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use junheng_core::evaluate::{Evaluation, evaluate};
use junheng_core::model::{Field, Snapshot, Stage, TableId};
use junheng_core::standard::{ItemTest, Pack, Standard};
use junheng_core::verdict::Verdict;
use junheng_nation::judge::{County, Options, Standards, Stop, Year, judge};
use junheng_nation::table::{Rows, writer};
use junheng_nation::{Area, export, open, schema};
use junheng_plan::synthetic::{CountyOptions, county};

/// A folder that goes away with its owner.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path =
            std::env::temp_dir().join(format!("junheng-nation-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

/// A built-in pack.
fn pack(id: &str) -> Pack {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../standards")
        .join(id);
    let mut files: Vec<(String, String)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "toml"))
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read_to_string(path).unwrap())
        })
        .collect();
    files.sort();
    Pack::load(&files).unwrap()
}

/// A built-in standard on a day, with a local one laid over it: `cn-2017-6+fj`.
fn standard(id: &str, day: &str) -> Standard {
    let (base, overlay) = id.split_once('+').unwrap_or((id, ""));
    let overlay = (!overlay.is_empty()).then(|| pack(overlay));
    let overlays: Vec<&Pack> = overlay.iter().collect();
    Standard::resolve(&pack(base), &overlays, day.parse().unwrap(), &[]).unwrap()
}

/// Counties with whole-school assets, exceptions, blanks, closed stages and small teaching points.
fn counties() -> Vec<Snapshot> {
    (0..6)
        .map(|seed| {
            let mut snapshot = county(&CountyOptions {
                schools: [12, 25, 60, 9, 40, 33][seed],
                seed: seed as u64,
                ..CountyOptions::default()
            });
            // Lists win over totals in a bundle; a nation has totals only.
            for table in [TableId::Teachers, TableId::Classes, TableId::Rooms] {
                snapshot.tables.remove(&table);
            }
            let code = format!("33010{seed}");
            let county = snapshot.tables.get_mut(&TableId::County).unwrap();
            county.set_text(Field::CountyCode, 0, code, None);
            spoil(&mut snapshot, seed);
            snapshot
        })
        .collect()
}

/// Blanks, zeros and whole-school figures in places that move with the seed.
fn spoil(snapshot: &mut Snapshot, seed: usize) {
    let number = |s: &mut Snapshot, field: Field, row: usize, value: f64| {
        s.tables
            .get_mut(&field.table())
            .unwrap()
            .set_number(field, row, value, None);
    };
    let sections = snapshot.rows(TableId::Sections);
    let schools = snapshot.rows(TableId::Schools);
    for row in 0..sections {
        match (row + seed) % 23 {
            3 if seed % 2 == 1 => number(snapshot, Field::BackboneTeachers, row, f64::NAN),
            7 if seed % 3 == 2 => number(snapshot, Field::Students, row, 0.0),
            11 => number(snapshot, Field::OffsiteSports, row, f64::NAN),
            13 => number(snapshot, Field::ItinerantPeArtTeachers, row, f64::NAN),
            // On the threshold, where binary fractions are not to be trusted.
            17 => {
                number(snapshot, Field::Students, row, 1000.0);
                number(snapshot, Field::TeachersAboveDegree, row, 42.0);
            }
            19 => {
                number(snapshot, Field::Students, row, 200.0);
                number(snapshot, Field::TeachingArea, row, 765.3);
                number(snapshot, Field::IndoorPeArea, row, 0.3);
            }
            _ => {}
        }
    }
    for row in 0..schools {
        match (row + seed) % 9 {
            2 => number(snapshot, Field::DenseUrban, row, 1.0),
            4 => number(snapshot, Field::Locale, row, 220.0),
            5 if seed == 4 => number(snapshot, Field::Locale, row, f64::NAN),
            _ => {}
        }
    }
    // A school that knows only its whole.
    for row in 0..sections {
        let own: Vec<f64> = [Field::Equipment, Field::SportsGround]
            .map(|f| snapshot.number(f, row).unwrap_or(f64::NAN))
            .to_vec();
        let id = snapshot.text(Field::SectionSchool, row).map(str::to_owned);
        let school = (0..schools).find(|s| snapshot.text(Field::SchoolId, *s) == id.as_deref());
        if let Some(school) = school.filter(|s| s % 4 == 1) {
            number(snapshot, Field::SchoolEquipment, school, own[0] * 2.0);
            number(snapshot, Field::SchoolSportsGround, school, own[1] * 2.5);
            number(snapshot, Field::Equipment, row, f64::NAN);
            number(snapshot, Field::SportsGround, row, f64::NAN);
        }
    }
}

/// Counties written as a nation; `groups` of rows each, `files` of counties each.
fn write(folder: &Folder, snapshots: &[Snapshot], name: &str) {
    let year = folder.0.join("year=2025");
    std::fs::create_dir_all(&year).unwrap();
    let mut rows = Rows::default();
    for snapshot in snapshots {
        export(snapshot, &mut rows);
    }
    let batch = rows.take().unwrap();
    let sink = std::fs::File::create(year.join(name)).unwrap();
    let mut writer = writer(sink, schema::arrow(&schema::columns()), false, &[]).unwrap();
    // A row group ends wherever it likes.
    for first in (0..batch.num_rows()).step_by(37) {
        writer
            .write(&batch.slice(first, 37.min(batch.num_rows() - first)))
            .unwrap();
        writer.flush().unwrap();
    }
    writer.close().unwrap();
}

fn judged(folder: &Folder, standard: &Standard, threads: usize) -> Year {
    let standards = Standards {
        all: vec![standard.clone()],
        areas: Vec::new(),
    };
    judged_by(folder, &standards, threads)
}

fn judged_by(folder: &Folder, standards: &Standards, threads: usize) -> Year {
    let options = Options {
        threads,
        details: true,
        area: Area::default(),
    };
    let nation = open(&folder.0).unwrap();
    let years = [(2025, standards)];
    match judge(&nation, &years, &options, &AtomicBool::new(false), |_| ()) {
        Ok(mut years) => years.remove(0),
        Err(Stop::Refused(findings)) => panic!("{findings:?}"),
        Err(Stop::Cancelled) => panic!("cancelled"),
    }
}

fn compare(county: &County, evaluation: &Evaluation, standard: &Standard) {
    let in_scope = |stage| {
        let all = evaluation
            .sections
            .iter()
            .filter(|s| s.in_scope() && s.stage == Some(stage));
        all.collect::<Vec<_>>()
    };
    for (n, stage) in Stage::JUDGED.into_iter().enumerate() {
        let sections = in_scope(stage);
        let count = |v| sections.iter().filter(|s| s.verdict == Some(v)).count();
        assert_eq!(
            county.sections[n],
            sections.len(),
            "{} {stage:?}",
            county.code
        );
        assert_eq!(
            county.failing[n],
            count(Verdict::NotMet),
            "{} {stage:?}",
            county.code
        );
        assert_eq!(
            county.open[n],
            count(Verdict::Undetermined),
            "{} {stage:?}",
            county.code
        );
    }
    assert_eq!(county.coefficients.len(), evaluation.variations.len());
    for (ours, theirs) in county.coefficients.iter().zip(&evaluation.variations) {
        assert_eq!(
            (ours.stage, ours.indicator),
            (theirs.stage, theirs.indicator)
        );
        // Bit by bit, not nearly.
        let bits = |x: Option<f64>| x.map(f64::to_bits);
        assert_eq!(bits(ours.mean), bits(theirs.spread.map(|s| s.mean)));
        assert_eq!(bits(ours.cv), bits(theirs.spread.and_then(|s| s.cv)));
        assert_eq!((ours.limit, ours.verdict), (theirs.limit, theirs.verdict));
        let count = |v| {
            let of = in_scope(ours.stage);
            let results = of
                .iter()
                .flat_map(|s| &s.indicators)
                .filter(|r| r.indicator == ours.indicator);
            results.filter(|r| r.verdict == Some(v)).count()
        };
        assert_eq!(ours.failing, count(Verdict::NotMet));
        assert_eq!(ours.tolerated, count(Verdict::Tolerated));
        assert_eq!(ours.open, count(Verdict::Undetermined));
    }
    for (ours, theirs) in county.composites.iter().zip(&evaluation.composites) {
        assert_eq!(
            *ours,
            (theirs.stage, theirs.cv, theirs.limit, theirs.verdict)
        );
    }
    let computed = |item: &&junheng_core::evaluate::ItemResult| {
        let parts = &standard.items[item.item].parts;
        parts.iter().all(|p| {
            matches!(
                p.test,
                ItemTest::SectionsPass(_)
                    | ItemTest::VariationWithin(_)
                    | ItemTest::CompositeWithin(_)
            )
        })
    };
    let items = evaluation.items.iter().filter(computed);
    assert_eq!(
        county.verdict,
        Verdict::all(items.map(|i| i.verdict)),
        "{}",
        county.code
    );
    // Failing sections, figure by figure.
    let expected = evaluation
        .sections
        .iter()
        .filter(|s| s.verdict == Some(Verdict::NotMet));
    let expected = expected.flat_map(|s| {
        let short = s
            .indicators
            .iter()
            .filter(|r| r.verdict.is_some_and(|v| v != Verdict::Met));
        short.map(|r| {
            (
                s.school_id.clone(),
                s.name.clone(),
                s.stage,
                r.indicator,
                r.judged.value,
                r.verdict,
            )
        })
    });
    let ours = county.short.iter().map(|s| {
        (
            s.school_id.clone(),
            s.name.clone(),
            Some(s.stage),
            s.indicator,
            s.value,
            Some(s.verdict),
        )
    });
    assert_eq!(ours.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
}

#[test]
fn a_county_of_a_nation_is_judged_like_a_county() {
    let snapshots = counties();
    let folder = Folder::new("same");
    write(&folder, &snapshots, "all.parquet");
    for (id, day) in [
        ("cn-2017-6", "2025-09-01"),
        ("cn-2017-6", "2018-09-01"),
        ("cn-2017-6+fj", "2025-09-01"),
        ("cn-2017-6+ah", "2025-09-01"),
        ("cn-2012-3", "2016-09-01"),
        ("cn-2012-3+sn", "2016-09-01"),
    ] {
        let standard = standard(id, day);
        let year = judged(&folder, &standard, 2);
        assert_eq!(year.counties.len(), snapshots.len());
        let mut verdicts = Vec::new();
        for (county, snapshot) in year.counties.iter().zip(&snapshots) {
            // Schools without any section are not in the table.
            compare(county, &evaluate(snapshot, &standard), &standard);
            verdicts.push(county.verdict);
            assert!(year.synthetic);
        }
        if id == "cn-2017-6" {
            let open: usize = year.counties.iter().flat_map(|c| c.open).sum();
            let failing: usize = year.counties.iter().flat_map(|c| c.failing).sum();
            let tolerated: usize = year
                .counties
                .iter()
                .flat_map(|c| &c.coefficients)
                .map(|c| c.tolerated)
                .sum();
            assert!(
                open > 0 && failing > 0 && tolerated > 0,
                "the counties try every verdict"
            );
        }
    }
}

#[test]
fn threads_and_the_place_of_rows_change_nothing() {
    let snapshots = counties();
    let standard = standard("cn-2017-6", "2025-09-01");
    let whole = Folder::new("whole");
    write(&whole, &snapshots, "all.parquet");
    let one = judged(&whole, &standard, 1);
    assert_eq!(one.counties, judged(&whole, &standard, 2).counties);
    assert_eq!(one.counties, judged(&whole, &standard, 7).counties);
    // Counties in other files, the last first.
    let split = Folder::new("split");
    for (n, snapshot) in snapshots.iter().enumerate() {
        write(
            &split,
            std::slice::from_ref(snapshot),
            &format!("{}.parquet", 9 - n),
        );
    }
    assert_eq!(one.counties, judged(&split, &standard, 2).counties);
}

#[test]
fn each_area_is_judged_by_its_own_standard() {
    let snapshots = counties();
    let folder = Folder::new("areas");
    write(&folder, &snapshots, "all.parquet");
    let standards = Standards {
        all: ["cn-2017-6", "cn-2017-6+fj", "cn-2017-6+ah"]
            .map(|id| standard(id, "2025-09-01"))
            .to_vec(),
        areas: vec![
            ("3301".to_owned(), 1),
            ("330103".to_owned(), 2),
            ("44".to_owned(), 0),
        ],
    };
    let year = judged_by(&folder, &standards, 2);
    for (county, snapshot) in year.counties.iter().zip(&snapshots) {
        let expected = if county.code == "330103" { 2 } else { 1 };
        assert_eq!(county.standard, expected);
        let standard = &standards.all[expected];
        compare(county, &evaluate(snapshot, standard), standard);
    }
}

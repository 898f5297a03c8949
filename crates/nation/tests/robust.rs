//! Whatever the files are, the answer is a result or a sentence.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use arrow::array::{
    ArrayRef, BooleanArray, Float32Array, Int64Array, LargeStringArray, RecordBatch, StringArray,
};
use junheng_core::finding::{Finding, Severity};
use junheng_core::standard::{Pack, Standard};
use junheng_core::verdict::Verdict;
use junheng_nation::judge::{Options, Standards, Stop, Year, judge};
use junheng_nation::table::writer;
use junheng_nation::{Area, generate, open};

struct Folder(std::path::PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path =
            std::env::temp_dir().join(format!("junheng-robust-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

type Columns = Vec<(&'static str, ArrayRef)>;

fn text(values: &[&str]) -> ArrayRef {
    Arc::new(StringArray::from(values.to_vec()))
}

fn whole(values: &[Option<i64>]) -> ArrayRef {
    Arc::new(Int64Array::from(values.to_vec()))
}

/// Three sections of a county with half of the columns.
fn columns() -> Columns {
    vec![
        ("county", text(&["330182", "330182", "330182"])),
        ("school_id", text(&["a", "b", "c"])),
        ("stage", text(&["primary", "初中", "junior"])),
        ("students", whole(&[Some(100), Some(200), Some(300)])),
        (
            "teachers_above_degree",
            Arc::new(Float32Array::from(vec![5.0, 11.0, 12.0])),
        ),
    ]
}

fn replaced(name: &'static str, array: ArrayRef) -> Columns {
    let mut all = columns();
    all.retain(|(n, _)| *n != name);
    all.push((name, array));
    all
}

fn write(path: &Path, columns: Columns) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let sink = std::fs::File::create(path).unwrap();
    let mut writer = writer(sink, batch.schema(), false, &[]).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
}

fn standard() -> Standard {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../standards/cn-2017-6");
    let mut files: Vec<(String, String)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "toml"))
        .map(|path| {
            (
                path.display().to_string(),
                std::fs::read_to_string(path).unwrap(),
            )
        })
        .collect();
    files.sort();
    Standard::resolve(
        &Pack::load(&files).unwrap(),
        &[],
        "2025-09-01".parse().unwrap(),
        &[],
    )
    .unwrap()
}

fn judged(folder: &Path, year: i16) -> Result<Year, Vec<Finding>> {
    let standards = Standards {
        all: vec![standard()],
        areas: Vec::new(),
    };
    let options = Options {
        threads: 2,
        details: true,
        area: Area::default(),
    };
    let nation = open(folder)?;
    let years = [(year, &standards)];
    match judge(&nation, &years, &options, &AtomicBool::new(false), |_| ()) {
        Ok(mut years) => Ok(years.remove(0)),
        Err(Stop::Refused(findings)) => Err(findings),
        Err(Stop::Cancelled) => panic!("nobody asked"),
    }
}

/// The codes a folder with this one table is refused with; every message in both languages.
fn refused(name: &str, columns: Columns) -> Vec<&'static str> {
    let folder = Folder::new(name);
    write(&folder.0.join("year=2025/a.parquet"), columns);
    let findings = judged(&folder.0, 2025).unwrap_err();
    for f in &findings {
        assert!(!f.message.zh.is_empty() && !f.message.en.is_empty() && !f.hint.zh.is_empty());
        assert_eq!(f.severity, Severity::Error);
    }
    findings.iter().map(|f| f.code).collect()
}

#[test]
fn missing_columns_leave_open_and_are_told() {
    let folder = Folder::new("missing");
    write(&folder.0.join("year=2025/a.parquet"), columns());
    let year = judged(&folder.0, 2025).unwrap();
    let county = &year.counties[0];
    assert_eq!((county.sections, county.verdict), ([1, 2], Verdict::NotMet));
    let mut l1 = county.coefficients.iter().filter(|c| c.indicator == 0);
    assert!(l1.all(|c| c.cv.is_some() && c.verdict == Some(Verdict::Met)));
    let mut rest = county.coefficients.iter().filter(|c| c.indicator != 0);
    assert!(rest.all(|c| c.cv.is_none() && c.verdict == Some(Verdict::Undetermined)));
    // 12 per 300 is 4.0, below 0.85 × 5.3: failing in L1, so the section has failed whatever the rest.
    assert_eq!((county.failing, county.open), ([0, 1], [1, 1]));
    let told = |column: &str| {
        year.findings
            .iter()
            .any(|f| f.code == "nation_column_missing" && f.place.column == column)
    };
    assert!(!told("books") && told("equipment_yuan") && told("kind"));
}

#[test]
fn a_county_without_a_section_in_scope_is_undetermined() {
    let folder = Folder::new("no-stage");
    let stages = text(&["kinder", "kinder", "kinder"]);
    write(
        &folder.0.join("year=2025/a.parquet"),
        replaced("stage", stages),
    );
    let year = judged(&folder.0, 2025).unwrap();
    let county = &year.counties[0];
    assert_eq!(
        (county.sections, county.verdict),
        ([0, 0], Verdict::Undetermined)
    );
    assert_eq!(county.distance(), None);
}

#[test]
fn wrong_types_and_missing_keys_are_refused_together() {
    assert_eq!(
        refused("type", replaced("students", text(&["1", "2", "3"]))),
        ["nation_column_type"]
    );
    let dates: ArrayRef = Arc::new(BooleanArray::from(vec![true, false, true]));
    assert_eq!(
        refused("stage", replaced("stage", dates)),
        ["nation_column_type"]
    );
    let mut few = columns();
    few.retain(|(n, _)| *n == "students");
    assert_eq!(refused("keys", few), ["nation_key_column_missing"; 3]);
}

#[test]
fn a_section_given_twice_is_refused() {
    let twice = replaced("school_id", text(&["a", "b", "b"]));
    assert_eq!(refused("twice", twice), ["nation_section_twice"]);
    // The same school in two files of a year.
    let folder = Folder::new("files");
    for file in ["a", "b"] {
        write(
            &folder.0.join(format!("year=2025/{file}.parquet")),
            columns(),
        );
    }
    assert_eq!(judged(&folder.0, 2025).unwrap_err().len(), 3);
}

#[test]
fn a_blank_county_is_refused() {
    assert_eq!(
        refused(
            "county",
            replaced("county", text(&["330182", " ", "330182"]))
        ),
        ["nation_county_blank"]
    );
}

#[test]
fn impossible_values_are_missing_and_told() {
    let folder = Folder::new("negative");
    let students = whole(&[Some(-1), None, Some(300)]);
    write(
        &folder.0.join("year=2025/a.parquet"),
        replaced("students", students),
    );
    let year = judged(&folder.0, 2025).unwrap();
    assert!(
        year.findings
            .iter()
            .any(|f| f.code == "nation_value_impossible")
    );
    assert_eq!(year.counties[0].open, [1, 1]);
}

#[test]
fn a_section_without_students_is_left_out_and_told() {
    let folder = Folder::new("empty");
    let students = whole(&[Some(0), Some(200), Some(300)]);
    write(
        &folder.0.join("year=2025/a.parquet"),
        replaced("students", students),
    );
    let year = judged(&folder.0, 2025).unwrap();
    let told = |f: &Finding| f.code == "nation_section_empty" && f.message.en.contains(": 1 ");
    assert!(year.findings.iter().any(told), "{:?}", year.findings);
    assert_eq!(year.counties[0].sections, [0, 2]);
}

#[test]
fn other_ways_to_store_the_same_are_read_alike() {
    let plain = Folder::new("plain");
    write(&plain.0.join("year=2025/a.parquet"), columns());
    let expected = judged(&plain.0, 2025).unwrap().counties;
    // A year as a column, county codes as numbers, texts as large texts and in other cases, an unknown
    // column.
    let other = Folder::new("other");
    let mut columns = replaced("county", whole(&[Some(330_182); 3]));
    columns.retain(|(n, _)| !["school_id", "stage"].contains(n));
    columns.push(("stage", text(&["Primary", "初中", " JUNIOR "])));
    columns.push((
        "school_id",
        Arc::new(LargeStringArray::from(vec!["a", "b", "c"])),
    ));
    columns.push(("year", whole(&[Some(2025); 3])));
    columns.push(("colour", text(&["", "", ""])));
    write(&other.0.join("all.parquet"), columns);
    let nation = open(&other.0).unwrap();
    assert_eq!(nation.findings[0].code, "nation_column_unknown");
    assert_eq!(judged(&other.0, 2025).unwrap().counties, expected);
}

#[test]
fn what_is_no_parquet_is_a_sentence() {
    let folder = Folder::new("none");
    assert_eq!(
        open(&folder.0).unwrap_err()[0].code,
        "nation_file_unreadable"
    );
    assert_eq!(
        open(&folder.0.join("nowhere")).unwrap_err()[0].code,
        "nation_file_unreadable"
    );
    let path = folder.0.join("year=2025/a.parquet");
    write(&path, columns());
    let bytes = std::fs::read(&path).unwrap();
    // Cut, overwritten, empty, and something else altogether.
    for n in (0..bytes.len()).step_by(7) {
        std::fs::write(&path, &bytes[..n]).unwrap();
        assert!(open(&folder.0).is_err(), "cut at {n}");
        let mut damaged = bytes.clone();
        damaged[n] ^= 0x5a;
        std::fs::write(&path, &damaged).unwrap();
        // A damaged file is refused or still read; it never panics.
        drop(judged(&folder.0, 2025));
    }
    std::fs::write(&path, "school,students\n").unwrap();
    assert!(open(&folder.0).is_err());
}

fn made(counties: usize, seed: u64) -> Vec<u8> {
    let options = generate::Options {
        counties,
        years: 1,
        seed,
        last: 2025,
    };
    let mut bytes = Vec::new();
    generate::year(&options, 2025, &mut bytes, &AtomicBool::new(false)).unwrap();
    bytes
}

#[test]
fn a_synthetic_nation_is_labelled_calibrated_and_the_same_again() {
    let bytes = made(300, 1);
    assert!(bytes == made(300, 1) && bytes != made(300, 2));
    let folder = Folder::new("made");
    std::fs::create_dir_all(folder.0.join("year=2025")).unwrap();
    std::fs::write(folder.0.join("year=2025/a.parquet"), &bytes).unwrap();
    let year = judged(&folder.0, 2025).unwrap();
    assert!(
        year.synthetic && year.findings.is_empty(),
        "{:?}",
        year.findings
    );
    assert_eq!(year.counties.len(), 300);
    // The published district near the line: CVs of L1, L2, L3, L4, L5, L6, L7 of primary schools.
    let published = [0.298, 0.502, 0.402, 0.288, 0.375, 0.313, 0.394];
    for (indicator, published) in published.into_iter().enumerate() {
        let of = year.counties.iter().flat_map(|c| &c.coefficients);
        let mut cvs: Vec<f64> = of
            .filter(|c| c.indicator == indicator)
            .filter_map(|c| c.cv)
            .collect();
        cvs.sort_by(f64::total_cmp);
        let median = cvs[cvs.len() / 2];
        assert!(
            (median / published - 1.0).abs() < 0.25,
            "L{}: {median} {published}",
            indicator + 1
        );
    }
    let met = year
        .counties
        .iter()
        .filter(|c| c.verdict == Verdict::Met)
        .count();
    assert!((15..90).contains(&met), "{met} of 300 meet the line");
    let sizes: Vec<usize> = year.counties.iter().map(|c| c.rows).collect();
    assert!(
        sizes.iter().max() > sizes.iter().min().map(|n| n * 4).as_ref(),
        "sizes are skewed"
    );
}

#[test]
fn a_flag_stops_the_work() {
    let stop = AtomicBool::new(true);
    let options = generate::Options {
        counties: 3,
        years: 1,
        seed: 1,
        last: 2025,
    };
    assert!(generate::year(&options, 2025, Vec::new(), &stop).is_err());
}

/// A table of `counties` × 8 schools with the year as a column, in the order `order` makes.
fn scattered(
    years: &[i64],
    counties: usize,
    order: impl Fn(&mut Vec<(i64, usize, usize)>),
) -> Columns {
    let mut rows = Vec::new();
    for year in years {
        for county in 0..counties {
            rows.extend((0..8).map(|school| (*year, county, school)));
        }
    }
    order(&mut rows);
    let texts = |of: &dyn Fn(&(i64, usize, usize)) -> String| -> ArrayRef {
        Arc::new(rows.iter().map(|r| Some(of(r))).collect::<StringArray>())
    };
    let figures = |of: &dyn Fn(&(i64, usize, usize)) -> i64| -> ArrayRef {
        Arc::new(rows.iter().map(|r| Some(of(r))).collect::<Int64Array>())
    };
    vec![
        ("county", texts(&|r| format!("US-{:04}", r.1))),
        ("school_id", texts(&|r| format!("{:x}", r.2 * 977))),
        (
            "stage",
            texts(&|r| ["primary", "junior"][r.2 % 2].to_owned()),
        ),
        (
            "students",
            figures(&|r| 100 + (r.2 * 37 + r.1 * 11) as i64 + r.0 % 7),
        ),
        (
            "teachers_above_degree",
            figures(&|r| 4 + (r.2 * r.1 % 9) as i64),
        ),
        ("year", figures(&|r| r.0)),
    ]
}

fn all_years(folder: &Path, area: &Area) -> Vec<Year> {
    let standards = Standards {
        all: vec![standard()],
        areas: Vec::new(),
    };
    let options = Options {
        threads: 2,
        details: true,
        area: area.clone(),
    };
    let nation = open(folder).unwrap();
    let years: Vec<i16> = nation.years().collect();
    let mut all = Vec::new();
    for together in nation.together(&years) {
        let asked: Vec<_> = together.iter().map(|year| (*year, &standards)).collect();
        let judged = judge(&nation, &asked, &options, &AtomicBool::new(false), |_| ());
        all.extend(judged.unwrap());
    }
    all
}

#[test]
fn one_file_with_all_years_in_any_order_is_judged_like_a_file_a_year() {
    let years = [2019, 2021, 2022];
    let apart = Folder::new("apart");
    for year in years {
        let path = apart.0.join(format!("{year}.parquet"));
        write(&path, scattered(&[year], 30, |_| ()));
    }
    let expected: Vec<Year> = all_years(&apart.0, &Area::default());
    assert_eq!(
        expected.iter().map(|y| y.year).collect::<Vec<_>>(),
        [2019, 2021, 2022]
    );
    assert!(expected.iter().all(|y| y.counties.len() == 30));
    let by_county = Folder::new("bycounty");
    // The same order of schools within a county and year, for sums are in the order of the rows.
    write(
        &by_county.0.join("all.parquet"),
        scattered(&years, 30, |rows| rows.sort_by_key(|r| r.1)),
    );
    let mixed = Folder::new("mixed");
    write(
        &mixed.0.join("all.parquet"),
        scattered(&years, 30, |rows| rows.sort_by_key(|r| r.2)),
    );
    for folder in [&by_county, &mixed] {
        let found = all_years(&folder.0, &Area::default());
        for (a, b) in found.iter().zip(&expected) {
            assert_eq!((a.year, &a.counties), (b.year, &b.counties));
        }
        let nation = open(&folder.0).unwrap();
        assert_eq!(
            nation.together(&[2019, 2021, 2022]),
            [[2019, 2021, 2022]],
            "read once"
        );
        let some = all_years(&folder.0, &Area::beginning("US-002"));
        assert_eq!(some[1].counties, expected[1].counties[20..30]);
    }
}

#[test]
fn a_year_that_does_not_fit_is_read_area_by_area() {
    let folder = Folder::new("large");
    // More rows than are held at once, no two of a county adjacent.
    let counties = 70_000;
    let columns = scattered(&[2025], counties, |rows| rows.sort_by_key(|r| (r.2, r.1)));
    write(&folder.0.join("all.parquet"), columns);
    let year = all_years(&folder.0, &Area::default()).remove(0);
    assert_eq!(year.counties.len(), counties);
    assert!(
        year.counties.is_sorted_by_key(|c| &c.code) && year.counties.iter().all(|c| c.rows == 8)
    );
    let one = all_years(&folder.0, &Area::beginning("US-0123")).remove(0);
    assert!(year.counties.contains(&one.counties[0]) && one.counties.len() == 1);
}

#[test]
fn files_without_rows_are_passed_over_or_refused() {
    let folder = Folder::new("norow");
    let none = columns()
        .into_iter()
        .map(|(name, array)| (name, array.slice(0, 0)));
    write(&folder.0.join("year=2025/a.parquet"), none.collect());
    assert_eq!(
        open(&folder.0).unwrap_err()[0].code,
        "nation_file_unreadable"
    );
    write(&folder.0.join("year=2025/b.parquet"), columns());
    let nation = open(&folder.0).unwrap();
    assert_eq!(nation.findings[0].code, "nation_file_empty");
    assert_eq!(judged(&folder.0, 2025).unwrap().counties.len(), 1);
}

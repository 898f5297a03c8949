//! Every county of a year, judged by the evaluator of a single county.

mod chunk;
mod result;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};

use junheng_core::evaluate::Rules;
use junheng_core::finding::{Finding, Severity};
use junheng_core::model::Field;
use junheng_core::standard::Standard;

pub use result::{Coefficient, County, Short, Year};

use crate::input::{Nation, Part, Wanted, read};
use crate::parallel;
use crate::problem::finding;
use crate::schema;

/// The standards of a year: the first holds where no other does.
#[derive(Debug, Clone)]
pub struct Standards {
    /// The standards.
    pub all: Vec<Standard>,
    /// Which holds where: the beginning of the county code, and an index into `all`. The longest
    /// beginning wins.
    pub areas: Vec<(String, usize)>,
}

impl Standards {
    /// The standard of a county.
    #[must_use]
    pub fn of(&self, county: &str) -> usize {
        let fits = self
            .areas
            .iter()
            .filter(|(area, _)| county.starts_with(area.as_str()));
        fits.max_by_key(|(area, _)| area.len())
            .map_or(0, |(_, n)| *n)
    }

    /// The id of an indicator of a county's standard.
    #[must_use]
    pub fn indicator(&self, county: &County, indicator: usize) -> &str {
        let standard = self.all.get(county.standard);
        let found = standard.and_then(|s| s.indicators.get(indicator));
        found.map_or("", |i| i.id.as_str())
    }
}

/// How a nation is judged.
#[derive(Debug, Clone)]
pub struct Options {
    /// At most so many threads; the result does not depend on it.
    pub threads: usize,
    /// List the sections that fail, with their figures.
    pub details: bool,
    /// Only counties whose code begins so; empty for all.
    pub area: String,
}

/// Why there is no result.
#[derive(Debug)]
pub enum Stop {
    /// The files are unusable.
    Refused(Vec<Finding>),
    /// Somebody asked to stop.
    Cancelled,
}

/// Consecutive rows of a part that belong to one county.
#[derive(Clone, Copy)]
struct Segment {
    part: usize,
    first: usize,
    rows: usize,
}

/// Where a county's rows are, in the order of the files.
struct Place {
    code: String,
    segments: Vec<Segment>,
    rows: usize,
}

/// Sections judged together: enough to be worth a frame, few enough to stay in the cache.
const CHUNK: usize = 4_096;

/// Judges all counties of a year, in the order of their codes.
///
/// A county's rows may stand anywhere in the year's files; sums run in the order of the rows.
///
/// # Errors
/// Rows without a county, a section given twice, a file that turns out damaged; or the flag.
pub fn judge(
    nation: &Nation,
    year: i16,
    standards: &Standards,
    options: &Options,
    cancelled: &AtomicBool,
) -> Result<Year, Stop> {
    let rules: Vec<Rules<'_>> = standards.all.iter().map(Rules::new).collect();
    let fields: BTreeSet<Field> = rules.iter().flat_map(Rules::fields).collect();
    let wanted = Wanted {
        fields: fields.into_iter().collect(),
        names: options.details,
        area: options.area.clone(),
    };
    let parts = read(nation, year, &wanted, options.threads).map_err(Stop::Refused)?;
    let places = places(&parts);
    let chunks = chunks(&places, standards);
    let work = chunk::Work {
        year,
        parts: &parts,
        wanted: &wanted,
        details: options.details,
    };
    let judged = parallel::map(chunks.len(), options.threads, |n| {
        if cancelled.load(Ordering::Relaxed) {
            return None;
        }
        let (standard, places) = &chunks[n];
        Some(chunk::judge(&work, &rules[*standard], *standard, places))
    });
    let mut result = Year::new(year);
    let mut repeated = Repeated::default();
    for chunk in judged {
        let Some(chunk) = chunk else {
            return Err(Stop::Cancelled);
        };
        result.counties.extend(chunk.counties);
        repeated.number += chunk.repeated.len();
        repeated.first.extend(chunk.repeated);
        repeated.first.truncate(SHOWN);
    }
    if repeated.number > 0 {
        return Err(Stop::Refused(repeated.findings(year)));
    }
    result.synthetic = parts.iter().any(|p| p.synthetic);
    result.findings = findings(year, &parts, &wanted);
    Ok(result)
}

/// How many examples a finding of many rows shows.
const SHOWN: usize = 5;

/// Sections that are given twice.
#[derive(Default)]
struct Repeated {
    first: Vec<String>,
    number: usize,
}

impl Repeated {
    fn findings(&self, year: i16) -> Vec<Finding> {
        let more = self.number.saturating_sub(self.first.len());
        let one = |which: &String| {
            finding(
                "nation_section_twice",
                Severity::Error,
                ("", schema::SCHOOL_ID),
                (
                    format!("{year} 年：{which} 出现不止一行"),
                    format!("{year}: {which} has more than one row"),
                ),
                (
                    "同一县、年、学校、学段只能有一行",
                    "one row for each county, year, school and stage",
                ),
            )
        };
        let mut all: Vec<Finding> = self.first.iter().map(one).collect();
        if more > 0 {
            all.push(one(&format!("… (+{more})")));
        }
        all
    }
}

fn places(parts: &[Part]) -> Vec<Place> {
    let mut places: BTreeMap<&str, Vec<Segment>> = BTreeMap::new();
    for (n, part) in parts.iter().enumerate() {
        let mut first = 0;
        for run in &part.counties {
            places.entry(&run.county).or_default().push(Segment {
                part: n,
                first,
                rows: run.rows,
            });
            first += run.rows;
        }
    }
    let place = |(code, segments): (&str, Vec<Segment>)| Place {
        code: code.to_owned(),
        rows: segments.iter().map(|s| s.rows).sum(),
        segments,
    };
    places.into_iter().map(place).collect()
}

/// Neighbouring counties of one standard, until there are enough rows.
fn chunks<'a>(places: &'a [Place], standards: &Standards) -> Vec<(usize, &'a [Place])> {
    let mut all = Vec::new();
    let mut first = 0;
    let mut rows = 0;
    for (n, place) in places.iter().enumerate() {
        rows += place.rows;
        let standard = standards.of(&place.code);
        let next = places.get(n + 1).map(|next| standards.of(&next.code));
        if rows >= CHUNK || next != Some(standard) {
            all.push((standard, &places[first..=n]));
            first = n + 1;
            rows = 0;
        }
    }
    all
}

/// What the numbers of a year leave to be said.
fn findings(year: i16, parts: &[Part], wanted: &Wanted) -> Vec<Finding> {
    let mut all = Vec::new();
    let rows: usize = parts.iter().map(|p| p.stages.len()).sum();
    for (n, field) in wanted.fields.iter().enumerate() {
        let Some(column) = schema::name_of(*field) else {
            continue;
        };
        let impossible: usize = parts.iter().map(|p| p.impossible[n]).sum();
        if impossible > 0 {
            all.push(finding(
                "nation_value_impossible",
                Severity::Error,
                ("", &column),
                (
                    format!("{year} 年：{column} 列有 {impossible} 个负数或无穷大，按未填处理"),
                    format!("{year}: {impossible} values of {column} are negative or infinite; taken as missing"),
                ),
                ("请改正后重新导出", "correct them and export again"),
            ));
        }
        let whole = Field::SHARED.iter().any(|(_, whole)| whole == field);
        if !whole && parts.iter().all(|p| p.values[n].is_empty()) {
            all.push(finding(
                "nation_column_missing",
                Severity::Explain,
                ("", &column),
                (
                    format!("{year} 年：没有 {column} 列，用到它的判定为无法判定"),
                    format!(
                        "{year}: there is no column {column}; what rests on it is undetermined"
                    ),
                ),
                (
                    "有数据的话请补上这一列",
                    "add the column if you have the figures",
                ),
            ));
        }
    }
    let unknown: usize = parts.iter().map(|p| p.unknown_stages).sum();
    if unknown > 0 {
        all.push(finding(
            "nation_stage_unknown",
            Severity::Error,
            ("", schema::STAGE),
            (
                format!("{year} 年：{rows} 行中有 {unknown} 行的学段未填或不是 primary、junior、senior，不评估"),
                format!("{year}: {unknown} of {rows} rows have no stage or one that is none of primary, junior, senior; they are not judged"),
            ),
            ("请补上学段", "fill in the stage"),
        ));
    }
    all
}

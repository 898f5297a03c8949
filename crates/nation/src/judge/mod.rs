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

use crate::input::{Area, Nation, Part, Wanted, read};
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
    /// Only these counties.
    pub area: Area,
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

/// Where a county's rows of a year are, in the order of the files.
struct Place {
    year: i16,
    code: String,
    segments: Vec<Segment>,
    rows: usize,
}

/// Sections judged together: enough to be worth a frame, few enough to stay in the cache.
const CHUNK: usize = 4_096;

/// Judges all counties of some years, each year in the order of their codes.
///
/// A county's rows may stand anywhere in a year's files; sums run in the order of the rows. Years
/// that are given at once ([`Nation::together`]) are read at once. `tell` hears of rows that are done.
///
/// # Errors
/// Rows without a county, a section given twice, a file that turns out damaged; or the flag.
pub fn judge(
    nation: &Nation,
    years: &[(i16, &Standards)],
    options: &Options,
    cancelled: &AtomicBool,
    mut tell: impl FnMut(usize),
) -> Result<Vec<Year>, Stop> {
    let mut tallies: BTreeMap<i16, Tally<'_>> = years
        .iter()
        .map(|(year, standards)| (*year, Tally::new(*year, standards)))
        .collect();
    let rules = tallies.values().flat_map(|tally| &tally.rules);
    let fields: BTreeSet<Field> = rules.flat_map(Rules::fields).collect();
    let wanted = Wanted {
        fields: fields.into_iter().collect(),
        names: options.details,
    };
    let years: Vec<i16> = tallies.keys().copied().collect();
    let passes = nation.passes(&years, &options.area, options.threads, cancelled);
    for pass in passes.map_err(Stop::Refused)? {
        let parts = read(nation, &pass, &wanted, options.threads, cancelled);
        let parts = parts.map_err(Stop::Refused)?;
        let places = places(&parts);
        let chunks = chunks(&places, &tallies);
        let work = chunk::Work {
            parts: &parts,
            wanted: &wanted,
            details: options.details,
        };
        let judged = parallel::map(chunks.len(), options.threads, |n| {
            if cancelled.load(Ordering::Relaxed) {
                return None;
            }
            let Chunk {
                tally,
                standard,
                places,
            } = &chunks[n];
            Some(chunk::judge(
                &work,
                &tally.rules[*standard],
                *standard,
                places,
            ))
        });
        let years: Vec<i16> = chunks.iter().map(|chunk| chunk.tally.year.year).collect();
        for (year, chunk) in years.into_iter().zip(judged) {
            if let Some(tally) = tallies.get_mut(&year) {
                tally.add(chunk.ok_or(Stop::Cancelled)?);
            }
        }
        for part in &parts {
            if let Some(tally) = tallies.get_mut(&part.year) {
                tally.note(part);
            }
        }
        tell(parts.iter().map(|part| part.stages.len()).sum());
    }
    // Reading stops early too, and then has too little.
    if cancelled.load(Ordering::Relaxed) {
        return Err(Stop::Cancelled);
    }
    let repeated: Vec<Finding> = tallies
        .values()
        .flat_map(|d| d.repeated.findings(d.year.year))
        .collect();
    if !repeated.is_empty() {
        return Err(Stop::Refused(repeated));
    }
    Ok(tallies
        .into_values()
        .map(|tally| tally.finish(&wanted))
        .collect())
}

/// A year while it is judged.
struct Tally<'a> {
    standards: &'a Standards,
    rules: Vec<Rules<'a>>,
    year: Year,
    repeated: Repeated,
    rows: usize,
    unknown_stages: usize,
    /// By wanted field: whether any file has the column, and how many values cannot be.
    columns: Vec<(bool, usize)>,
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

impl<'a> Tally<'a> {
    fn new(year: i16, standards: &'a Standards) -> Self {
        Self {
            standards,
            rules: standards.all.iter().map(Rules::new).collect(),
            year: Year::new(year),
            repeated: Repeated::default(),
            rows: 0,
            unknown_stages: 0,
            columns: Vec::new(),
        }
    }

    fn add(&mut self, chunk: chunk::Judged) {
        self.year.counties.extend(chunk.counties);
        self.repeated.number += chunk.repeated.len();
        self.repeated.first.extend(chunk.repeated);
        self.repeated.first.truncate(SHOWN);
        self.columns.resize(chunk.impossible.len(), (false, 0));
        for (column, impossible) in self.columns.iter_mut().zip(chunk.impossible) {
            column.1 += impossible;
        }
    }

    fn note(&mut self, part: &Part) {
        self.rows += part.stages.len();
        self.unknown_stages += part.unknown_stages;
        self.year.synthetic |= part.synthetic;
        for (column, values) in self.columns.iter_mut().zip(&part.values) {
            column.0 |= !values.is_absent();
        }
    }

    /// The year with what its numbers leave to be said.
    fn finish(mut self, wanted: &Wanted) -> Year {
        let year = self.year.year;
        let all = &mut self.year.findings;
        for (field, (found, impossible)) in wanted.fields.iter().zip(self.columns) {
            let Some(column) = schema::name_of(*field) else {
                continue;
            };
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
            if !whole && !found {
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
        let empty: usize = self.year.counties.iter().map(|c| c.empty).sum();
        if empty > 0 {
            all.push(finding(
                "nation_section_empty",
                Severity::Explain,
                ("", Field::Students.id()),
                (
                    format!("{year} 年：{empty} 个学段的在校生数为 0，不评估"),
                    format!("{year}: {empty} sections have 0 students and are left out"),
                ),
                (
                    "停办的学段请删去；漏填的请补上",
                    "take closed sections out, or fill in what was forgotten",
                ),
            ));
        }
        let (rows, unknown) = (self.rows, self.unknown_stages);
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
        self.year
    }
}

fn places(parts: &[Part]) -> Vec<Place> {
    let mut places: BTreeMap<(i16, &str), Vec<Segment>> = BTreeMap::new();
    for (n, part) in parts.iter().enumerate() {
        let mut first = 0;
        for run in &part.counties {
            let segments = places.entry((part.year, &run.county)).or_default();
            segments.push(Segment {
                part: n,
                first,
                rows: run.rows,
            });
            first += run.rows;
        }
    }
    let place = |((year, code), segments): ((i16, &str), Vec<Segment>)| Place {
        year,
        code: code.to_owned(),
        rows: segments.iter().map(|s| s.rows).sum(),
        segments,
    };
    places.into_iter().map(place).collect()
}

/// Counties of a year that are judged together, by one standard.
struct Chunk<'a> {
    tally: &'a Tally<'a>,
    standard: usize,
    places: &'a [Place],
}

/// Neighbouring counties of one year and standard, until there are enough rows.
fn chunks<'a>(places: &'a [Place], tallies: &'a BTreeMap<i16, Tally<'a>>) -> Vec<Chunk<'a>> {
    let mut all = Vec::new();
    let mut first = 0;
    let mut rows = 0;
    let of = |place: &Place| {
        let tally = tallies.get(&place.year)?;
        Some((tally, tally.standards.of(&place.code)))
    };
    for (n, place) in places.iter().enumerate() {
        rows += place.rows;
        let Some((tally, standard)) = of(place) else {
            continue;
        };
        let next = places
            .get(n + 1)
            .filter(|next| next.year == place.year)
            .and_then(of);
        if rows >= CHUNK || next.is_none_or(|(_, next)| next != standard) {
            all.push(Chunk {
                tally,
                standard,
                places: &places[first..=n],
            });
            first = n + 1;
            rows = 0;
        }
    }
    all
}

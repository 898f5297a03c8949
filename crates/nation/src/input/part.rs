//! Rows of a file as columns.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

use arrow::array::{Array, AsArray, BooleanArray, RecordBatch, StringViewArray};
use arrow::compute::{cast, filter_record_batch};
use arrow::datatypes::{DataType, Float64Type, Int64Type};
use junheng_core::finding::{Finding, Severity};
use junheng_core::model::{Field, Kind, STAGES, Stage};

use super::figures::Figures;
use super::files::{Group, Nation, Source, YEARS};
use super::pass::Pass;
use super::text::{choice, text, texts};
use crate::problem::finding;
use crate::schema;

/// What is read of a file.
pub(crate) struct Wanted {
    /// Fields of sections and schools.
    pub(crate) fields: Vec<Field>,
    /// Names of schools too.
    pub(crate) names: bool,
}

/// Consecutive rows of a file and year.
pub(crate) struct Part {
    pub(crate) year: i16,
    /// County codes and how many rows each has, in the order of the rows.
    pub(crate) counties: Vec<Run>,
    /// School ids; a blank is no school.
    pub(crate) schools: StringViewArray,
    /// School names.
    pub(crate) names: Option<StringViewArray>,
    /// Stages.
    pub(crate) stages: Vec<Option<Stage>>,
    /// By wanted field.
    pub(crate) values: Vec<Figures>,
    /// Stages that are none.
    pub(crate) unknown_stages: usize,
    /// Somebody made this up.
    pub(crate) synthetic: bool,
}

/// Rows of one county.
pub(crate) struct Run {
    pub(crate) county: String,
    pub(crate) name: String,
    pub(crate) certified: Option<i16>,
    pub(crate) rows: usize,
}

impl Part {
    /// A school's id; empty where it is blank.
    pub(crate) fn school(&self, row: usize) -> &str {
        text(&self.schools, row)
    }

    /// A school's name, or its id.
    pub(crate) fn name(&self, row: usize) -> &str {
        let name = self.names.as_ref().map_or("", |names| text(names, row));
        if name.is_empty() {
            self.school(row)
        } else {
            name
        }
    }
}

/// The rows of a pass, in the order of the files; fewer once somebody asked to stop.
pub(crate) fn read(
    nation: &Nation,
    pass: &Pass,
    wanted: &Wanted,
    threads: usize,
    cancelled: &AtomicBool,
) -> Result<Vec<Part>, Vec<Finding>> {
    let groups = pass.groups(nation);
    let read = |n: usize| {
        let (source, group) = groups[n];
        if cancelled.load(Ordering::Relaxed) {
            return Ok(Vec::new());
        }
        row_group(source, group, pass, wanted)
    };
    let mut parts = Vec::new();
    let mut errors = Vec::new();
    for result in crate::parallel::map(groups.len(), threads, read) {
        match result {
            Ok(more) => parts.extend(more),
            Err(error) => errors.push(*error),
        }
    }
    errors.dedup();
    if errors.is_empty() {
        Ok(parts)
    } else {
        Err(errors)
    }
}

fn row_group(
    source: &Source,
    group: &Group,
    pass: &Pass,
    wanted: &Wanted,
) -> Result<Vec<Part>, Box<Finding>> {
    let names: Vec<Option<String>> = wanted.fields.iter().map(|f| schema::name_of(*f)).collect();
    let mut needed = vec![
        schema::COUNTY,
        schema::COUNTY_NAME,
        schema::CERTIFIED,
        schema::SCHOOL_ID,
        schema::STAGE,
        schema::SYNTHETIC,
    ];
    needed.extend(names.iter().flatten().map(String::as_str));
    if wanted.names {
        needed.push(schema::NAME);
    }
    if source.year_column {
        needed.push(schema::YEAR);
    }
    let mut parts = Vec::new();
    for batch in source.batches(group.index, &needed)? {
        let mut batch = batch.map_err(|_ignored| source.damaged())?;
        if !pass.area.is_all() {
            batch = of_area(&batch, pass).ok_or_else(|| source.damaged())?;
        }
        let asked = group
            .years
            .iter()
            .copied()
            .filter(|y| pass.years.contains(y));
        for year in asked {
            let of_year = match group.years.as_slice() {
                [_] => None,
                _ => Some(of_year(&batch, year).ok_or_else(|| source.damaged())?),
            };
            let batch = of_year.as_ref().unwrap_or(&batch);
            if batch.num_rows() > 0 {
                parts.push(part(source, year, batch, wanted, &names)?);
            }
        }
    }
    Ok(parts)
}

fn of_year(batch: &RecordBatch, year: i16) -> Option<RecordBatch> {
    let years = cast(batch.column_by_name(schema::YEAR)?, &DataType::Int64).ok()?;
    let years = years.as_primitive::<Int64Type>().iter();
    let keep: BooleanArray = years.map(|y| Some(y == Some(i64::from(year)))).collect();
    filter_record_batch(batch, &keep).ok()
}

fn of_area(batch: &RecordBatch, pass: &Pass) -> Option<RecordBatch> {
    let counties = texts(batch.column_by_name(schema::COUNTY)?, 6)?;
    let keep: BooleanArray = (0..batch.num_rows())
        .map(|row| Some(pass.area.has(text(&counties, row))))
        .collect();
    filter_record_batch(batch, &keep).ok()
}

fn part(
    source: &Source,
    year: i16,
    batch: &RecordBatch,
    wanted: &Wanted,
    names: &[Option<String>],
) -> Result<Part, Box<Finding>> {
    let rows = batch.num_rows();
    let column = |name: &str, digits| {
        let found = batch.column_by_name(name).and_then(|a| texts(a, digits));
        found.unwrap_or_else(|| StringViewArray::new_null(rows))
    };
    let counties = runs(
        source,
        batch,
        &column(schema::COUNTY, 6),
        &column(schema::COUNTY_NAME, 1),
    )?;
    let mut stages = Vec::with_capacity(rows);
    let texts = column(schema::STAGE, 1);
    for run in alike(&texts) {
        let stage = stage(text(&texts, run.start));
        stages.resize(run.end, stage);
    }
    let values = names.iter().zip(&wanted.fields).map(|(name, field)| {
        let array = name.as_ref().and_then(|name| batch.column_by_name(name));
        match field.kind() {
            Kind::Choice(list) => Figures::choices(array, list),
            _ => Figures::new(array),
        }
    });
    let synthetic = batch.column_by_name(schema::SYNTHETIC);
    let synthetic = synthetic.and_then(|array| cast(array, &DataType::Boolean).ok());
    Ok(Part {
        year,
        counties,
        schools: column(schema::SCHOOL_ID, 1),
        names: wanted.names.then(|| column(schema::NAME, 1)),
        unknown_stages: stages.iter().filter(|s| s.is_none()).count(),
        stages,
        values: values.collect(),
        synthetic: synthetic.is_some_and(|marks| marks.as_boolean().true_count() > 0),
    })
}

/// Ranges of rows that surely have the same text: the next range may have it too.
fn alike(texts: &StringViewArray) -> impl Iterator<Item = Range<usize>> + '_ {
    let views = texts.views();
    let same =
        move |a: usize, b: usize| views[a] == views[b] && texts.is_null(a) == texts.is_null(b);
    let mut start = 0;
    std::iter::from_fn(move || {
        (start < texts.len()).then(|| {
            let first = start;
            start = (first + 1..texts.len())
                .find(|row| !same(first, *row))
                .unwrap_or(texts.len());
            first..start
        })
    })
}

fn runs(
    source: &Source,
    batch: &RecordBatch,
    counties: &StringViewArray,
    names: &StringViewArray,
) -> Result<Vec<Run>, Box<Finding>> {
    let certified = batch.column_by_name(schema::CERTIFIED);
    let certified = certified.and_then(|array| cast(array, &DataType::Float64).ok());
    let certified = certified
        .as_ref()
        .map(|array| array.as_primitive::<Float64Type>());
    let mut all: Vec<Run> = Vec::new();
    for rows in alike(counties) {
        let row = rows.start;
        let county = text(counties, row);
        if county.is_empty() {
            return Err(Box::new(finding(
                "nation_county_blank",
                Severity::Error,
                (&source.name, schema::COUNTY),
                (
                    format!("{}：有的行没有县代码，不知道属于哪个县", source.name),
                    format!(
                        "{}: some rows have no county code, so they belong nowhere",
                        source.name
                    ),
                ),
                (
                    "请补上县代码，或删去这些行",
                    "fill in the county codes, or take these rows out",
                ),
            )));
        }
        match all.last_mut() {
            Some(run) if run.county == county => run.rows += rows.len(),
            _ => {
                let known = certified.filter(|c| c.is_valid(row));
                let year = known.map(|c| c.value(row) as i16);
                all.push(Run {
                    county: county.to_owned(),
                    name: text(names, row).to_owned(),
                    certified: year.filter(|year| YEARS.contains(year)),
                    rows: rows.len(),
                });
            }
        }
    }
    Ok(all)
}

fn stage(text: &str) -> Option<Stage> {
    Stage::from_id(STAGES.get(choice(STAGES, text)?)?.0)
}

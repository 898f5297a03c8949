//! A row group as numbers.

use std::fs::File;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, RecordBatch, StringViewArray};
use arrow::compute::{cast, filter_record_batch};
use arrow::datatypes::{
    ArrowPrimitiveType, DataType, Float64Type, Int16Type, Int32Type, Int64Type,
};
use junheng_core::finding::{Finding, Severity};
use junheng_core::model::{Field, Kind, STAGES, Stage};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::files::{Nation, Source};
use super::text::{text, texts};
use crate::problem::{finding, unreadable};
use crate::schema;

/// Rows read at a time: the columns of so many rows stay in the cache.
const BATCH: usize = 32_768;

/// What is read of a file.
pub(crate) struct Wanted {
    /// Fields of sections and schools.
    pub(crate) fields: Vec<Field>,
    /// Names of schools too.
    pub(crate) names: bool,
    /// Only counties whose code begins so; empty for all.
    pub(crate) area: String,
}

/// Consecutive rows of a file.
pub(crate) struct Part {
    /// County codes and how many rows each has, in the order of the rows.
    pub(crate) counties: Vec<Run>,
    /// School ids; a blank is no school.
    pub(crate) schools: StringViewArray,
    /// School names.
    pub(crate) names: Option<StringViewArray>,
    /// Stages.
    pub(crate) stages: Vec<Option<Stage>>,
    /// By wanted field; empty where the file has no such column.
    pub(crate) values: Vec<Vec<f64>>,
    /// Values that cannot be, by wanted field: negative or infinite.
    pub(crate) impossible: Vec<usize>,
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

/// A year's rows, in the order of its files.
pub(crate) fn read(
    nation: &Nation,
    year: i16,
    wanted: &Wanted,
    threads: usize,
) -> Result<Vec<Part>, Vec<Finding>> {
    let sources = nation.years.get(&year).map_or(&[][..], Vec::as_slice);
    let groups: Vec<(&Source, usize)> = sources
        .iter()
        .map(|n| &nation.sources[*n])
        .flat_map(|s| (0..s.metadata.metadata().num_row_groups()).map(move |group| (s, group)))
        .collect();
    let read = |n: usize| {
        let (source, group) = groups[n];
        row_group(source, group, year, wanted)
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
    group: usize,
    year: i16,
    wanted: &Wanted,
) -> Result<Vec<Part>, Box<Finding>> {
    let damaged = || {
        Box::new(unreadable(
            &source.name,
            (
                "有一部分读不出来，文件可能已损坏",
                "a part of it cannot be read; it may be damaged",
            ),
        ))
    };
    let names: Vec<Option<String>> = wanted.fields.iter().map(|f| schema::name_of(*f)).collect();
    let keys = [
        schema::COUNTY,
        schema::COUNTY_NAME,
        schema::CERTIFIED,
        schema::SCHOOL_ID,
        schema::STAGE,
        schema::SYNTHETIC,
    ];
    let mut needed: Vec<&str> = keys.to_vec();
    needed.extend(names.iter().flatten().map(String::as_str));
    if wanted.names {
        needed.push(schema::NAME);
    }
    if source.year.is_none() {
        needed.push(schema::YEAR);
    }
    let columns: Vec<usize> = needed
        .iter()
        .filter_map(|name| source.metadata.schema().index_of(name).ok())
        .collect();
    let file = File::open(&source.path).map_err(|_ignored| damaged())?;
    let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, source.metadata.clone());
    let mask = ProjectionMask::roots(builder.parquet_schema(), columns);
    let reader = builder
        .with_projection(mask)
        .with_row_groups(vec![group])
        .with_batch_size(BATCH)
        .build()
        .map_err(|_ignored| damaged())?;
    let mut parts = Vec::new();
    for batch in reader {
        let mut batch = batch.map_err(|_ignored| damaged())?;
        if source.year.is_none() {
            batch = of_year(&batch, year).ok_or_else(damaged)?;
        }
        if !wanted.area.is_empty() {
            batch = of_area(&batch, &wanted.area).ok_or_else(damaged)?;
        }
        if batch.num_rows() > 0 {
            parts.push(part(source, &batch, wanted, &names)?);
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

fn of_area(batch: &RecordBatch, area: &str) -> Option<RecordBatch> {
    let counties = texts(batch.column_by_name(schema::COUNTY)?, 6)?;
    let keep: BooleanArray = (0..batch.num_rows())
        .map(|row| Some(text(&counties, row).starts_with(area)))
        .collect();
    filter_record_batch(batch, &keep).ok()
}

fn part(
    source: &Source,
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
    let stages = column(schema::STAGE, 1);
    let stages: Vec<Option<Stage>> = (0..rows).map(|row| stage(text(&stages, row))).collect();
    let mut impossible = vec![0; names.len()];
    let mut values = Vec::with_capacity(names.len());
    for ((name, field), impossible) in names.iter().zip(&wanted.fields).zip(&mut impossible) {
        let array = name.as_ref().and_then(|name| batch.column_by_name(name));
        values.push(match (array, field.kind()) {
            (None, _) => Vec::new(),
            (Some(array), Kind::Choice(list)) => choices(array, list),
            (Some(array), _) => numbers(array, impossible),
        });
    }
    let synthetic = batch
        .column_by_name(schema::SYNTHETIC)
        .is_some_and(|array| numbers(array, &mut 0).contains(&1.0));
    Ok(Part {
        counties,
        schools: column(schema::SCHOOL_ID, 1),
        names: wanted.names.then(|| column(schema::NAME, 1)),
        unknown_stages: stages.iter().filter(|s| s.is_none()).count(),
        stages,
        values,
        impossible,
        synthetic,
    })
}

fn runs(
    source: &Source,
    batch: &RecordBatch,
    counties: &StringViewArray,
    names: &StringViewArray,
) -> Result<Vec<Run>, Box<Finding>> {
    let certified = batch
        .column_by_name(schema::CERTIFIED)
        .map_or_else(Vec::new, |array| numbers(array, &mut 0));
    let mut all: Vec<Run> = Vec::new();
    for row in 0..counties.len() {
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
            Some(run) if run.county == county => run.rows += 1,
            _ => {
                let year = certified.get(row).copied().unwrap_or(f64::NAN);
                all.push(Run {
                    county: county.to_owned(),
                    name: text(names, row).to_owned(),
                    certified: (1900.0..=2200.0).contains(&year).then_some(year as i16),
                    rows: 1,
                });
            }
        }
    }
    Ok(all)
}

fn stage(text: &str) -> Option<Stage> {
    Stage::from_id(text).or_else(|| {
        let (id, ..) = STAGES.iter().find(|(_, zh, _)| *zh == text)?;
        Stage::from_id(id)
    })
}

/// Numbers; NaN is missing, and so are values that no figure of a school can have.
fn numbers(array: &ArrayRef, impossible: &mut usize) -> Vec<f64> {
    fn of<T: ArrowPrimitiveType>(array: &ArrayRef, number: impl Fn(T::Native) -> f64) -> Vec<f64> {
        let array = array.as_primitive::<T>();
        match array.nulls().filter(|n| n.null_count() > 0) {
            None => array.values().iter().map(|v| number(*v)).collect(),
            Some(nulls) => array
                .values()
                .iter()
                .zip(nulls)
                .map(|(v, known)| if known { number(*v) } else { f64::NAN })
                .collect(),
        }
    }
    let mut all = match array.data_type() {
        DataType::Int16 => of::<Int16Type>(array, f64::from),
        DataType::Int32 => of::<Int32Type>(array, f64::from),
        DataType::Float64 => of::<Float64Type>(array, |x| x),
        _ => match cast(array, &DataType::Float64) {
            Ok(cast) => of::<Float64Type>(&cast, |x| x),
            Err(_) => vec![f64::NAN; array.len()],
        },
    };
    let wrong = |x: &f64| *x < 0.0 || *x == f64::INFINITY;
    let found = all.iter().filter(|x| wrong(x)).count();
    if found > 0 {
        *impossible += found;
        all.iter_mut()
            .filter(|x| wrong(x))
            .for_each(|x| *x = f64::NAN);
    }
    all
}

/// A choice as its position in its list.
fn choices(array: &ArrayRef, list: &[(&str, &str, &str)]) -> Vec<f64> {
    let Some(array) = texts(array, 1) else {
        return Vec::new();
    };
    let position = |row| {
        let text = text(&array, row);
        list.iter()
            .position(|(id, zh, _)| *id == text || *zh == text)
    };
    (0..array.len())
        .map(|row| position(row).map_or(f64::NAN, |n| n as f64))
        .collect()
}

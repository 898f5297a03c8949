//! Results as tables: counties, coefficients, failing sections; as Parquet and as CSV.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, Int32Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use junheng_core::standard::Standard;
use junheng_core::verdict::Verdict;
use parquet::errors::Result;

use crate::judge::{Standards, Year};
use crate::table::writer;

/// Values of a column; `None` and the empty text are missing.
enum Values {
    Text(Vec<String>),
    Count(Vec<Option<i32>>),
    Number(Vec<Option<f64>>),
}

/// A table of results.
pub struct Sheet {
    /// Its file name without ending.
    pub name: &'static str,
    columns: Vec<(&'static str, Values)>,
    synthetic: bool,
}

fn count(n: usize) -> Option<i32> {
    i32::try_from(n).ok()
}

fn id(verdict: Option<Verdict>) -> String {
    verdict.map_or_else(String::new, |v| v.id().to_owned())
}

/// The standard and its overlays, as `cn-2017-6+ah`.
#[must_use]
pub fn standard_id(standard: &Standard) -> String {
    let overlays = standard.overlays.iter().map(|(id, _)| format!("+{id}"));
    standard.id.clone() + &overlays.collect::<String>()
}

/// A year's tables: `counties`, `coefficients`, `failing_sections`.
#[must_use]
pub fn sheets(year: &Year, standards: &Standards) -> [Sheet; 3] {
    let sheet = |name, columns| Sheet {
        name,
        columns,
        synthetic: year.synthetic,
    };
    [
        sheet("counties", counties(year, standards)),
        sheet("coefficients", coefficients(year, standards)),
        sheet("failing_sections", failing(year, standards)),
    ]
}

fn counties(year: &Year, standards: &Standards) -> Vec<(&'static str, Values)> {
    let all = &year.counties;
    let ids: Vec<String> = standards.all.iter().map(standard_id).collect();
    let of = |pick: fn(&crate::judge::County) -> usize| {
        Values::Count(all.iter().map(|c| count(pick(c))).collect())
    };
    vec![
        (
            "county",
            Values::Text(all.iter().map(|c| c.code.clone()).collect()),
        ),
        (
            "county_name",
            Values::Text(all.iter().map(|c| c.name.clone()).collect()),
        ),
        (
            "year",
            Values::Count(all.iter().map(|_| Some(i32::from(year.year))).collect()),
        ),
        (
            "standard",
            Values::Text(
                all.iter()
                    .map(|c| ids.get(c.standard).cloned().unwrap_or_default())
                    .collect(),
            ),
        ),
        (
            "certified_year",
            Values::Count(all.iter().map(|c| c.certified.map(i32::from)).collect()),
        ),
        ("rows", of(|c| c.rows)),
        ("primary_sections", of(|c| c.sections[0])),
        ("junior_sections", of(|c| c.sections[1])),
        ("failing_primary", of(|c| c.failing[0])),
        ("failing_junior", of(|c| c.failing[1])),
        ("undetermined_primary", of(|c| c.open[0])),
        ("undetermined_junior", of(|c| c.open[1])),
        (
            "sections_verdict",
            Values::Text(all.iter().map(|c| id(c.all_sections)).collect()),
        ),
        (
            "verdict",
            Values::Text(all.iter().map(|c| id(Some(c.verdict))).collect()),
        ),
        (
            "worst_excess",
            Values::Number(all.iter().map(crate::judge::County::worst_excess).collect()),
        ),
        (
            "distance",
            Values::Number(all.iter().map(crate::judge::County::distance).collect()),
        ),
    ]
}

fn coefficients(year: &Year, standards: &Standards) -> Vec<(&'static str, Values)> {
    let all: Vec<_> = year
        .counties
        .iter()
        .flat_map(|c| c.coefficients.iter().map(move |r| (c, r)))
        .collect();
    let name = |standard: usize, n: usize| {
        let indicator = standards
            .all
            .get(standard)
            .and_then(|s| s.indicators.get(n));
        indicator.map(|i| i.id.clone()).unwrap_or_default()
    };
    vec![
        (
            "county",
            Values::Text(all.iter().map(|(c, _)| c.code.clone()).collect()),
        ),
        (
            "year",
            Values::Count(all.iter().map(|_| Some(i32::from(year.year))).collect()),
        ),
        (
            "stage",
            Values::Text(all.iter().map(|(_, r)| r.stage.id().to_owned()).collect()),
        ),
        (
            "indicator",
            Values::Text(
                all.iter()
                    .map(|(c, r)| name(c.standard, r.indicator))
                    .collect(),
            ),
        ),
        (
            "mean",
            Values::Number(all.iter().map(|(_, r)| r.mean).collect()),
        ),
        (
            "cv",
            Values::Number(all.iter().map(|(_, r)| r.cv).collect()),
        ),
        (
            "limit",
            Values::Number(all.iter().map(|(_, r)| r.limit).collect()),
        ),
        (
            "verdict",
            Values::Text(all.iter().map(|(_, r)| id(r.verdict)).collect()),
        ),
        (
            "failing_sections",
            Values::Count(all.iter().map(|(_, r)| count(r.failing)).collect()),
        ),
        (
            "tolerated_sections",
            Values::Count(all.iter().map(|(_, r)| count(r.tolerated)).collect()),
        ),
        (
            "undetermined_sections",
            Values::Count(all.iter().map(|(_, r)| count(r.open)).collect()),
        ),
        (
            "distance",
            Values::Number(all.iter().map(|(_, r)| Some(r.cv? - r.limit?)).collect()),
        ),
    ]
}

fn failing(year: &Year, standards: &Standards) -> Vec<(&'static str, Values)> {
    let all: Vec<_> = year
        .counties
        .iter()
        .flat_map(|c| c.short.iter().map(move |s| (c, s)))
        .collect();
    let name = |standard: usize, n: usize| {
        let indicator = standards
            .all
            .get(standard)
            .and_then(|s| s.indicators.get(n));
        indicator.map(|i| i.id.clone()).unwrap_or_default()
    };
    vec![
        (
            "county",
            Values::Text(all.iter().map(|(c, _)| c.code.clone()).collect()),
        ),
        (
            "year",
            Values::Count(all.iter().map(|_| Some(i32::from(year.year))).collect()),
        ),
        (
            "school_id",
            Values::Text(all.iter().map(|(_, s)| s.school_id.clone()).collect()),
        ),
        (
            "name",
            Values::Text(all.iter().map(|(_, s)| s.name.clone()).collect()),
        ),
        (
            "stage",
            Values::Text(all.iter().map(|(_, s)| s.stage.id().to_owned()).collect()),
        ),
        (
            "indicator",
            Values::Text(
                all.iter()
                    .map(|(c, s)| name(c.standard, s.indicator))
                    .collect(),
            ),
        ),
        (
            "value",
            Values::Number(all.iter().map(|(_, s)| s.value).collect()),
        ),
        (
            "threshold",
            Values::Number(all.iter().map(|(_, s)| s.threshold).collect()),
        ),
        (
            "floor",
            Values::Number(all.iter().map(|(_, s)| s.floor).collect()),
        ),
        (
            "verdict",
            Values::Text(all.iter().map(|(_, s)| id(Some(s.verdict))).collect()),
        ),
    ]
}

impl Sheet {
    /// The table as a Parquet file.
    ///
    /// # Errors
    /// Never in practice: the columns are of one length and the sink is memory.
    pub fn parquet(&self) -> Result<Vec<u8>> {
        let mut fields = Vec::new();
        let mut arrays: Vec<ArrayRef> = Vec::new();
        for (name, values) in &self.columns {
            let (data_type, array): (DataType, ArrayRef) = match values {
                Values::Text(all) => {
                    let known = all.iter().map(|t| (!t.is_empty()).then_some(t));
                    (DataType::Utf8, Arc::new(known.collect::<StringArray>()))
                }
                Values::Count(all) => (
                    DataType::Int32,
                    Arc::new(all.iter().copied().collect::<Int32Array>()),
                ),
                Values::Number(all) => (
                    DataType::Float64,
                    Arc::new(all.iter().copied().collect::<Float64Array>()),
                ),
            };
            fields.push(Field::new(*name, data_type, true));
            arrays.push(array);
        }
        let schema = Arc::new(Schema::new(fields));
        let batch = RecordBatch::try_new(Arc::clone(&schema), arrays)?;
        let notes = [("junheng.synthetic", self.synthetic.to_string())];
        let mut bytes = Vec::new();
        let mut writer = writer(&mut bytes, schema, true, &notes)?;
        writer.write(&batch)?;
        writer.close()?;
        Ok(bytes)
    }

    /// The table as CSV: UTF-8, lines end in a line feed, missing is empty.
    #[must_use]
    pub fn csv(&self) -> Vec<u8> {
        let header: Vec<&str> = self.columns.iter().map(|c| c.0).collect();
        let mut text = header.join(",");
        text.push('\n');
        let rows = self.columns.first().map_or(0, |(_, values)| match values {
            Values::Text(all) => all.len(),
            Values::Count(all) => all.len(),
            Values::Number(all) => all.len(),
        });
        for row in 0..rows {
            for (n, (_, values)) in self.columns.iter().enumerate() {
                if n > 0 {
                    text.push(',');
                }
                match values {
                    Values::Text(all) => text.push_str(&quoted(&all[row])),
                    Values::Count(all) => {
                        text.push_str(&all[row].map_or_else(String::new, |n| n.to_string()));
                    }
                    Values::Number(all) => {
                        text.push_str(&all[row].map_or_else(String::new, |x| x.to_string()));
                    }
                }
            }
            text.push('\n');
        }
        text.into_bytes()
    }
}

/// A text for CSV; what a spreadsheet would run as a formula gets an apostrophe.
pub fn quoted(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if formula {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

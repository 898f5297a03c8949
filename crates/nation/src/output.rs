//! Results as tables: counties, coefficients, failing sections; as Parquet and as CSV.

use std::borrow::Cow;
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, Int32Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use junheng_core::evaluate::{Evaluation, IndicatorResult, Judged, SectionResult};
use junheng_core::model::{Snapshot, Stage};
use junheng_core::standard::Standard;
use junheng_core::verdict::Verdict;
use parquet::errors::Result;

use crate::judge::{County, Standards, Year};
use crate::table::writer;

/// Values of a column; `None` and the empty text are missing.
enum Values<'a> {
    Text(Vec<Cow<'a, str>>),
    Count(Vec<Option<i32>>),
    Number(Vec<Option<f64>>),
}

/// A table of results.
pub struct Sheet<'a> {
    /// Its file name without ending.
    pub name: &'static str,
    columns: Columns<'a>,
    synthetic: bool,
}

fn id(verdict: Option<Verdict>) -> &'static str {
    verdict.map_or("", Verdict::id)
}

/// The standard and its overlays, as `cn-2017-6+ah`.
#[must_use]
pub fn standard_id(standard: &Standard) -> String {
    let overlays = standard.overlays.iter().map(|o| format!("+{}", o.id));
    standard.id.clone() + &overlays.collect::<String>()
}

/// Names of a year's tables.
pub const SHEETS: [&str; 3] = ["counties", "coefficients", "failing_sections"];

/// A year's tables, in the order of [`SHEETS`].
#[must_use]
pub fn sheets<'a>(year: &'a Year, standards: &'a Standards) -> [Sheet<'a>; 3] {
    let tables = [counties, coefficients, failing];
    std::array::from_fn(|n| Sheet {
        name: SHEETS[n],
        columns: tables[n](year, standards),
        synthetic: year.synthetic,
    })
}

/// Rows of a table of a year.
struct Of<'a, T> {
    year: i16,
    rows: Vec<(&'a County, T)>,
}

/// One county's evaluation: a row per section and indicator, and one without indicator where a section
/// is out of scope.
#[must_use]
pub fn evaluation<'a>(
    snapshot: &Snapshot,
    standard: &'a Standard,
    evaluation: &'a Evaluation,
) -> Sheet<'a> {
    let rows: Vec<(&SectionResult, Option<&IndicatorResult>)> = evaluation
        .sections
        .iter()
        .flat_map(|s| {
            let judged = s.indicators.iter().map(Some);
            judged
                .chain(s.indicators.is_empty().then_some(None))
                .map(move |i| (s, i))
        })
        .collect();
    let of = |text: &dyn Fn(&'a SectionResult, Option<&'a IndicatorResult>) -> &'a str| {
        Values::Text(rows.iter().map(|(s, i)| text(s, *i).into()).collect())
    };
    let number = |figure: &dyn Fn(&Judged) -> Option<f64>| {
        let rows = rows.iter();
        Values::Number(rows.map(|(_, i)| figure(&i.as_ref()?.judged)).collect())
    };
    Sheet {
        name: "evaluation",
        columns: vec![
            ("school_id", of(&|s, _| s.school_id.as_str())),
            ("name", of(&|s, _| s.name.as_str())),
            ("stage", of(&|s, _| s.stage.map_or("", Stage::id))),
            (
                "students",
                Values::Number(rows.iter().map(|(s, _)| s.students).collect()),
            ),
            ("section_verdict", of(&|s, _| id(s.verdict))),
            (
                "indicator",
                of(&|_, i| i.map_or("", |i| standard.indicators[i.indicator].id.as_str())),
            ),
            ("value", number(&|j| j.value)),
            ("threshold", number(&|j| j.threshold)),
            ("floor", number(&|j| j.floor)),
            ("verdict", of(&|_, i| id(i.and_then(|i| i.verdict)))),
        ],
        synthetic: snapshot.number(junheng_core::model::Field::Synthetic, 0) == Some(1.0),
    }
}

type Columns<'a> = Vec<(&'static str, Values<'a>)>;

impl<'a, T> Of<'a, T> {
    /// The rows that each county has.
    fn each<I: Iterator<Item = T>>(year: &'a Year, rows: impl Fn(&'a County) -> I) -> Self {
        let rows = &rows;
        let all = year.counties.iter();
        Self {
            year: year.year,
            rows: all.flat_map(|c| rows(c).map(move |row| (c, row))).collect(),
        }
    }

    fn text<S: Into<Cow<'a, str>>>(&self, of: impl Fn(&'a County, &T) -> S) -> Values<'a> {
        Values::Text(self.rows.iter().map(|(c, row)| of(c, row).into()).collect())
    }

    fn number(&self, of: impl Fn(&'a County, &T) -> Option<f64>) -> Values<'a> {
        Values::Number(self.rows.iter().map(|(c, row)| of(c, row)).collect())
    }

    fn count(&self, of: impl Fn(&'a County, &T) -> usize) -> Values<'a> {
        let count = |(c, row): &(&'a County, T)| i32::try_from(of(c, row)).ok();
        Values::Count(self.rows.iter().map(count).collect())
    }

    fn county(&self) -> (&'static str, Values<'a>) {
        ("county", self.text(|c, _| c.code.as_str()))
    }

    fn year(&self) -> (&'static str, Values<'a>) {
        let year = Some(i32::from(self.year));
        ("year", Values::Count(vec![year; self.rows.len()]))
    }
}

fn counties<'a>(year: &'a Year, standards: &'a Standards) -> Columns<'a> {
    let ids: Vec<String> = standards.all.iter().map(standard_id).collect();
    let all = Of::each(year, |_| std::iter::once(()));
    let standard = |c: &County| ids.get(c.standard).cloned().unwrap_or_default();
    let certified = all.rows.iter().map(|(c, ())| c.certified.map(i32::from));
    vec![
        all.county(),
        ("county_name", all.text(|c, ()| c.name.as_str())),
        all.year(),
        ("standard", all.text(|c, ()| standard(c))),
        ("certified_year", Values::Count(certified.collect())),
        ("rows", all.count(|c, ()| c.rows)),
        ("primary_sections", all.count(|c, ()| c.sections[0])),
        ("junior_sections", all.count(|c, ()| c.sections[1])),
        ("failing_primary", all.count(|c, ()| c.failing[0])),
        ("failing_junior", all.count(|c, ()| c.failing[1])),
        ("undetermined_primary", all.count(|c, ()| c.open[0])),
        ("undetermined_junior", all.count(|c, ()| c.open[1])),
        ("sections_verdict", all.text(|c, ()| id(c.all_sections))),
        ("verdict", all.text(|c, ()| id(Some(c.verdict)))),
        ("worst_excess", all.number(|c, ()| c.worst_excess())),
        ("distance", all.number(|c, ()| c.distance())),
    ]
}

fn coefficients<'a>(year: &'a Year, standards: &'a Standards) -> Columns<'a> {
    let all = Of::each(year, |c| c.coefficients.iter());
    vec![
        all.county(),
        all.year(),
        ("stage", all.text(|_, r| r.stage.id())),
        (
            "indicator",
            all.text(|c, r| standards.indicator(c, r.indicator)),
        ),
        ("mean", all.number(|_, r| r.mean)),
        ("cv", all.number(|_, r| r.cv)),
        ("limit", all.number(|_, r| r.limit)),
        ("verdict", all.text(|_, r| id(r.verdict))),
        ("failing_sections", all.count(|_, r| r.failing)),
        ("tolerated_sections", all.count(|_, r| r.tolerated)),
        ("undetermined_sections", all.count(|_, r| r.open)),
        ("distance", all.number(|_, r| Some(r.cv? - r.limit?))),
    ]
}

fn failing<'a>(year: &'a Year, standards: &'a Standards) -> Columns<'a> {
    let all = Of::each(year, |c| c.short.iter());
    vec![
        all.county(),
        all.year(),
        ("school_id", all.text(|_, s| s.school_id.as_str())),
        ("name", all.text(|_, s| s.name.as_str())),
        ("stage", all.text(|_, s| s.stage.id())),
        (
            "indicator",
            all.text(|c, s| standards.indicator(c, s.indicator)),
        ),
        ("value", all.number(|_, s| s.value)),
        ("threshold", all.number(|_, s| s.threshold)),
        ("floor", all.number(|_, s| s.floor)),
        ("verdict", all.text(|_, s| id(Some(s.verdict)))),
    ]
}

impl Sheet<'_> {
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

/// A cell that a spreadsheet would run as a formula gets an apostrophe; a number stays one.
#[must_use]
pub fn plain(text: String) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if formula && text.parse::<f64>().is_err() {
        format!("'{text}")
    } else {
        text
    }
}

/// A text for CSV.
fn quoted(text: &str) -> String {
    let text = plain(text.to_owned());
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

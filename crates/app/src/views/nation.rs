//! The JSON of `nation`: half a million rows, so they are written as text at once.

use std::fmt::Write as _;
use std::path::Path;

use junheng_core::standard::Standard;
use junheng_core::verdict::Verdict;
use junheng_nation::forecast::Line;
use junheng_nation::generate::Options;
use junheng_nation::judge::{County, Standards, Year};
use junheng_nation::output::standard_id;
use serde::Serialize;

use super::{FindingView, document, findings};
use crate::Context;
use crate::commands::nation::Result;

#[derive(Serialize)]
struct NationView<'a> {
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    synthetic: bool,
    counties: usize,
    sections: usize,
    years: Vec<YearView>,
    findings: Vec<FindingView>,
    outlook: Vec<OutlookView<'a>>,
    backtest: BacktestView,
    verdicts: [(); 0],
    composite: [(); 0],
    rows: [(); 0],
}

#[derive(Serialize)]
struct YearView {
    year: i16,
    /// The first holds where no area says otherwise.
    standards: Vec<String>,
    counties: usize,
    sections: usize,
    met: usize,
    not_met: usize,
    undetermined: usize,
}

#[derive(Serialize)]
struct OutlookView<'a> {
    county: &'a str,
    name: &'a str,
    certified_year: Option<i16>,
    year: i16,
    now: &'static str,
    outlook: &'static str,
    sections_hold: Option<f64>,
    stage: Option<&'static str>,
    indicator: Option<&'a str>,
    limit: Option<f64>,
    p10: Option<f64>,
    p50: Option<f64>,
    p90: Option<f64>,
}

#[derive(Serialize)]
struct BacktestView {
    coefficients: usize,
    within_interval: usize,
    holds: [usize; 2],
    at_risk: [usize; 2],
    falls: [usize; 2],
}

/// The document of `nation`.
pub(crate) fn nation(result: &Result, digest: &str, context: &Context) -> String {
    let count = |year: &Year, verdict| {
        year.counties
            .iter()
            .filter(|c| c.verdict == verdict)
            .count()
    };
    let years = result.years.iter().map(|(year, standards)| YearView {
        year: year.year,
        standards: standards.all.iter().map(standard_id).collect(),
        counties: year.counties.len(),
        sections: year.sections(),
        met: count(year, Verdict::Met),
        not_met: count(year, Verdict::NotMet),
        undetermined: count(year, Verdict::Undetermined),
    });
    let codes = result
        .years
        .iter()
        .flat_map(|(y, _)| &y.counties)
        .map(|c| c.code.as_str());
    let counties: std::collections::BTreeSet<&str> = codes.collect();
    let tested = |n: usize| {
        let (counties, fallen) = result.backtest.counties[n];
        [counties, fallen]
    };
    let content = NationView {
        synthetic: result.years.iter().any(|(y, _)| y.synthetic),
        counties: counties.len(),
        sections: result.years.iter().map(|(y, _)| y.sections()).sum(),
        years: years.collect(),
        findings: findings(&result.findings, context.lang),
        outlook: outlook(result),
        backtest: BacktestView {
            coefficients: result.backtest.lines,
            within_interval: result.backtest.within,
            holds: tested(0),
            at_risk: tested(1),
            falls: tested(2),
        },
        verdicts: [],
        composite: [],
        rows: [],
    };
    let frame = document(Some(digest), content, Some(context));
    let frame = filled(&frame, "verdicts", verdict, result);
    let frame = filled(&frame, "composite", composites, result);
    filled(&frame, "rows", rows, result)
}

fn outlook(result: &Result) -> Vec<OutlookView<'_>> {
    let Some((_, standards)) = result.years.last() else {
        return Vec::new();
    };
    let part = |line: Option<Line>, pick: fn(Line) -> f64| line.map(pick);
    result
        .forecasts
        .iter()
        .map(|f| OutlookView {
            county: &f.county,
            name: &f.name,
            certified_year: f.certified,
            year: f.year,
            now: f.now.id(),
            outlook: f.outlook.id(),
            sections_hold: f.sections_hold,
            stage: f.tightest.map(|(stage, ..)| stage.id()),
            indicator: f
                .tightest
                .map(|(_, n, _)| id(&standards.all, f.standard, n)),
            limit: f.tightest.map(|(.., limit)| limit),
            p10: part(f.line, |l| l.p10),
            p50: part(f.line, |l| l.p50),
            p90: part(f.line, |l| l.p90),
        })
        .collect()
}

fn id(standards: &[Standard], standard: usize, indicator: usize) -> &str {
    let found = standards
        .get(standard)
        .and_then(|s| s.indicators.get(indicator));
    found.map_or("", |i| i.id.as_str())
}

type Write = fn(&mut String, &County, &Year, &Standards);

/// Puts the rows of every county and year in the place of an empty list.
fn filled(frame: &str, list: &str, write: Write, result: &Result) -> String {
    let empty = format!("\"{list}\": []");
    let Some((before, after)) = frame.split_once(&empty) else {
        return frame.to_owned();
    };
    let mut text = String::with_capacity(frame.len() + 4096);
    text.push_str(before);
    text.push_str(&empty[..empty.len() - 1]);
    for (year, standards) in &result.years {
        for county in &year.counties {
            write(&mut text, county, year, standards);
        }
    }
    if text.ends_with(',') {
        text.pop();
        text.push_str("\n  ");
    }
    text.push(']');
    text.push_str(after);
    text
}

/// A number as JSON; missing is null.
fn number(x: Option<f64>) -> String {
    x.filter(|x| x.is_finite())
        .map_or_else(|| "null".to_owned(), |x| x.to_string())
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

fn word(verdict: Option<Verdict>) -> String {
    verdict.map_or_else(|| "null".to_owned(), |v| format!("\"{}\"", v.id()))
}

fn rows(text: &mut String, county: &County, year: &Year, standards: &Standards) {
    let code = quoted(&county.code);
    for c in &county.coefficients {
        // Writing to a text cannot fail.
        let _written = write!(
            text,
            "\n    {{\"county\":{code},\"year\":{},\"stage\":\"{}\",\"indicator\":\"{}\",\"mean\":{},\"cv\":{},\"limit\":{},\"verdict\":{},\"failing_sections\":{},\"undetermined_sections\":{}}},",
            year.year,
            c.stage.id(),
            id(&standards.all, county.standard, c.indicator),
            number(c.mean),
            number(c.cv),
            number(c.limit),
            word(c.verdict),
            c.failing,
            c.open,
        );
    }
}

fn composites(text: &mut String, county: &County, year: &Year, _: &Standards) {
    for (stage, cv, limit, verdict) in &county.composites {
        let _written = write!(
            text,
            "\n    {{\"county\":{},\"year\":{},\"stage\":\"{}\",\"cv\":{},\"limit\":{},\"verdict\":\"{}\"}},",
            quoted(&county.code),
            year.year,
            stage.id(),
            number(*cv),
            number(*limit),
            verdict.id(),
        );
    }
}

fn verdict(text: &mut String, county: &County, year: &Year, _: &Standards) {
    let _written = write!(
        text,
        "\n    {{\"county\":{},\"name\":{},\"year\":{},\"verdict\":\"{}\",\"sections\":{},\"sections_verdict\":{},\"failing_sections\":{},\"undetermined_sections\":{},\"distance\":{}}},",
        quoted(&county.code),
        quoted(&county.name),
        year.year,
        county.verdict.id(),
        county.sections[0] + county.sections[1],
        word(county.all_sections),
        county.failing[0] + county.failing[1],
        county.open[0] + county.open[1],
        number(county.distance()),
    );
}

/// `generate nation`.
pub(crate) fn generated_nation(
    options: &Options,
    rows: usize,
    out: &Path,
    context: &Context,
) -> String {
    #[derive(Serialize)]
    struct Generated {
        out: String,
        counties: usize,
        years: Vec<i16>,
        seed: u64,
        sections: usize,
        synthetic: bool,
    }
    let content = Generated {
        out: out.display().to_string(),
        counties: options.counties,
        years: options.all_years().collect(),
        seed: options.seed,
        sections: rows,
        synthetic: true,
    };
    document(None, content, Some(context))
}

//! `forecast` as JSON.

use junheng_plan::forecast::{Driver, EntryBy, Errors, Place, Report, Row};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{FindingView, document, findings};
use crate::{Context, print};

#[derive(Serialize, Deserialize)]
pub(crate) struct ForecastView<'a> {
    first_year: Option<i16>,
    #[serde(borrow)]
    rows: Vec<RowView<'a>>,
    #[serde(borrow)]
    county: Vec<RowView<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    backtest: Option<BacktestView>,
    findings: Vec<FindingView>,
}

#[derive(Serialize, Deserialize)]
struct RowView<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    school_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    township: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    stage: &'a str,
    year: i16,
    grade: Value,
    mean: f64,
    p10: f64,
    p50: f64,
    p90: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    adjusted: Option<AdjustedView<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    drivers: Option<DriversView<'a>>,
}

/// What the planner wrote.
#[derive(Serialize, Deserialize)]
struct AdjustedView<'a> {
    students: f64,
    reason: &'a str,
}

/// What a number comes from.
#[derive(Serialize, Deserialize)]
struct DriversView<'a> {
    #[serde(borrow)]
    value: Option<DriverView<'a>>,
    cohort: Option<f64>,
    last_year: Option<f64>,
    usual: Option<f64>,
    weights: WeightsView,
    settled: f64,
    housing: f64,
}

/// Where a value comes from: the cohort of the year before, or entrants.
#[derive(Serialize, Deserialize, Default)]
struct DriverView<'a> {
    by: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ratio: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    own_ratio: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    own_weight: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<f64>,
}

#[derive(Serialize, Deserialize)]
struct WeightsView {
    cohort: f64,
    last_year: f64,
    usual: f64,
}

#[derive(Serialize, Deserialize)]
struct BacktestView {
    origins: Option<OriginsView>,
    ahead: Vec<ErrorsView>,
    entrants: Vec<ErrorsView>,
    grades: Vec<ErrorsView>,
}

#[derive(Serialize, Deserialize)]
struct OriginsView {
    from: i16,
    to: i16,
}

/// Errors in percent, and the share of cases inside the interval.
#[derive(Serialize, Deserialize)]
struct ErrorsView {
    years_ahead: usize,
    cases: usize,
    forecast: ErrorView,
    last_year: ErrorView,
    cohort: ErrorView,
    coverage: Option<f64>,
}

#[derive(Serialize, Deserialize)]
struct ErrorView {
    median: Option<f64>,
    mean: Option<f64>,
}

/// `forecast`.
pub(crate) fn forecast(result: &print::Forecast, digest: &str, context: &Context) -> String {
    let content = ForecastView {
        first_year: result
            .made
            .map(junheng_plan::forecast::Forecast::first_year),
        rows: result.rows.iter().map(|r| row(r, result)).collect(),
        county: result.county.iter().map(|r| row(r, result)).collect(),
        backtest: result.held_out.map(report),
        findings: findings(result.findings, context.lang),
    };
    document(Some(digest), content, Some(context))
}

fn row<'a>(row: &'a Row, result: &'a print::Forecast) -> RowView<'a> {
    let id = result.place_id(row);
    let of = |wanted: bool| wanted.then_some(id);
    let school = matches!(row.place, Place::School(_));
    RowView {
        school_id: of(school),
        township: of(matches!(row.place, Place::Township(_))),
        name: school.then(|| result.place_name(row)),
        stage: row.level.id(),
        year: row.year,
        grade: row.grade.map_or(Value::from("all"), Value::from),
        mean: row.mean,
        p10: row.p10,
        p50: row.p50,
        p90: row.p90,
        adjusted: row.adjusted.as_ref().map(|a| AdjustedView {
            students: a.students,
            reason: &a.reason,
        }),
        drivers: result.why(row).map(|why| drivers(&why)),
    }
}

fn drivers(why: &print::Why) -> DriversView<'static> {
    let (cell, weights) = (why.cell, why.weights);
    DriversView {
        value: driver(cell.driver),
        cohort: known(cell.cohort),
        last_year: known(cell.last),
        usual: known(cell.usual),
        weights: WeightsView {
            cohort: weights.cohort,
            last_year: weights.last,
            usual: weights.usual,
        },
        settled: why.settled,
        housing: why.housing,
    }
}

fn driver(driver: Driver) -> Option<DriverView<'static>> {
    match driver {
        Driver::None => None,
        Driver::Cohort {
            from,
            ratio,
            own,
            weight,
        } => Some(DriverView {
            by: "cohort",
            from: known(from),
            ratio: known(ratio),
            own_ratio: known(own),
            own_weight: known(weight),
            ..DriverView::default()
        }),
        Driver::Entry { by, level, index } => Some(DriverView {
            by: entry_id(by),
            level: known(level),
            index: known(index),
            ..DriverView::default()
        }),
    }
}

/// NaN is what there is nothing to reckon from.
fn known(x: f64) -> Option<f64> {
    x.is_finite().then_some(x)
}

fn entry_id(by: EntryBy) -> &'static str {
    match by {
        EntryBy::Births => "births",
        EntryBy::Register => "register",
        EntryBy::Leavers => "leavers",
        EntryBy::Trend => "trend",
    }
}

fn report(report: &Report) -> BacktestView {
    let all = |all: &[Errors]| {
        all.iter()
            .enumerate()
            .map(|(i, e)| errors(i + 1, e))
            .collect()
    };
    BacktestView {
        origins: report.origins.map(|(from, to)| OriginsView { from, to }),
        ahead: all(&report.ahead),
        entrants: all(&report.entrants),
        grades: all(&report.grades),
    }
}

fn errors(years_ahead: usize, errors: &Errors) -> ErrorsView {
    // Without a case there is no error, which is not an error of 0.
    let some = |x: f64| known(x).filter(|_| errors.cases > 0);
    let pair = |[median, mean]: [f64; 2]| ErrorView {
        median: some(median),
        mean: some(mean),
    };
    ErrorsView {
        years_ahead,
        cases: errors.cases,
        forecast: pair(errors.forecast),
        last_year: pair(errors.persistence),
        cohort: pair(errors.cohort),
        coverage: some(errors.coverage),
    }
}

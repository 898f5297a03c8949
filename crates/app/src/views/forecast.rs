//! `forecast` as JSON.

use junheng_plan::forecast::{Driver, EntryBy, Errors, Place, Report, Row};
use serde::Serialize;
use serde_json::{Value, json};

use super::{FindingView, document, findings};
use crate::{Context, print};

#[derive(Serialize)]
struct ForecastView<'a> {
    first_year: Option<i16>,
    rows: Vec<RowView<'a>>,
    county: Vec<RowView<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    backtest: Option<Value>,
    findings: Vec<FindingView>,
}

#[derive(Serialize)]
struct RowView<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    school_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    township: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    stage: &'static str,
    year: i16,
    grade: Value,
    mean: f64,
    p10: f64,
    p50: f64,
    p90: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    adjusted: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    drivers: Option<Value>,
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
        adjusted: row
            .adjusted
            .as_ref()
            .map(|a| json!({ "students": a.students, "reason": a.reason })),
        drivers: result.why(row).map(|why| {
            let (cell, weights) = (why.cell, why.weights);
            let from = match cell.driver {
                Driver::None => Value::Null,
                Driver::Cohort {
                    from,
                    ratio,
                    own,
                    weight,
                } => json!({
                    "by": "cohort", "from": from, "ratio": ratio,
                    "own_ratio": own.is_finite().then_some(own), "own_weight": weight,
                }),
                Driver::Entry { by, level, index } => json!({
                    "by": entry_id(by), "level": level, "index": index,
                }),
            };
            json!({
                "value": from,
                "cohort": cell.cohort, "last_year": cell.last, "usual": cell.usual,
                "weights": { "cohort": weights.cohort, "last_year": weights.last, "usual": weights.usual },
                "settled": why.settled,
                "housing": why.housing,
            })
        }),
    }
}

fn entry_id(by: EntryBy) -> &'static str {
    match by {
        EntryBy::Births => "births",
        EntryBy::Register => "register",
        EntryBy::Leavers => "leavers",
        EntryBy::Trend => "trend",
    }
}

fn report(report: &Report) -> Value {
    let ahead = |(i, e): (usize, &Errors)| {
        // Without a case there is no error, which is not an error of 0.
        let known = |x: f64| (e.cases > 0).then_some(x);
        let pair =
            |[median, mean]: [f64; 2]| json!({ "median": known(median), "mean": known(mean) });
        json!({
            "years_ahead": i + 1,
            "cases": e.cases,
            "forecast": pair(e.forecast),
            "last_year": pair(e.persistence),
            "cohort": pair(e.cohort),
            "coverage": known(e.coverage),
        })
    };
    let all = |errors: &[Errors]| errors.iter().enumerate().map(ahead).collect::<Vec<_>>();
    json!({
        "origins": report.origins.map(|(from, to)| json!({ "from": from, "to": to })),
        "ahead": all(&report.ahead),
        "entrants": all(&report.entrants),
        "grades": all(&report.grades),
    })
}

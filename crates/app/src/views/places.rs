//! `places` as JSON.

use junheng_core::standard::NormMeasure;
use junheng_core::text::Lang;
use junheng_plan::forecast::{Forecast, Level, total};
use junheng_plan::places::{Figure, Need};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{FindingView, document, findings};
use crate::{Context, print};

#[derive(Serialize, Deserialize)]
pub(crate) struct PlacesView<'a> {
    first_year: Option<i16>,
    #[serde(borrow)]
    warnings: Vec<NeedView<'a>>,
    #[serde(borrow)]
    needs: Vec<NeedView<'a>>,
    #[serde(borrow)]
    ladder: LadderView<'a>,
    #[serde(borrow)]
    norms: Vec<NormView<'a>>,
    #[serde(borrow)]
    housing: Vec<HousingView<'a>>,
    findings: Vec<FindingView>,
}

#[derive(Serialize, Deserialize)]
struct NeedView<'a> {
    school_id: &'a str,
    name: &'a str,
    stage: &'a str,
    year: i16,
    grade: Value,
    students: f64,
    p10: f64,
    p90: f64,
    places: Option<f64>,
    short: Option<f64>,
    short_p90: Option<f64>,
    probability: Option<f64>,
}

/// The way to classes that are not too large.
#[derive(Serialize, Deserialize)]
struct LadderView<'a> {
    #[serde(borrow)]
    steps: Vec<StepView<'a>>,
    #[serde(borrow)]
    rows: Vec<RungView<'a>>,
}

#[derive(Serialize, Deserialize)]
struct StepView<'a> {
    stage: &'a str,
    size: f64,
    title: &'a str,
    clause: &'a str,
}

#[derive(Serialize, Deserialize)]
struct RungView<'a> {
    school_id: &'a str,
    stage: &'a str,
    year: i16,
    size: f64,
    classes: Option<f64>,
    above: Option<usize>,
    needed: f64,
    more: Option<f64>,
}

#[derive(Serialize, Deserialize)]
struct NormView<'a> {
    township: Option<&'a str>,
    measure: &'a str,
    stage: &'a str,
    value: f64,
    norm: Option<&'a str>,
    at_least: Option<f64>,
    at_most: Option<f64>,
    radius_metres: Option<f64>,
    within: Option<bool>,
}

/// What new housing brings to a school.
#[derive(Serialize, Deserialize)]
struct HousingView<'a> {
    housing_id: &'a str,
    year: i16,
    school_id: &'a str,
    primary: f64,
    junior: f64,
}

/// `places`.
pub(crate) fn places(result: &print::Places, digest: &str, context: &Context) -> String {
    let lang = context.lang;
    let content = PlacesView {
        first_year: result.made.map(Forecast::first_year),
        warnings: result.warnings().map(need).collect(),
        needs: result.needs.iter().map(need).collect(),
        ladder: ladder(result, lang),
        norms: result.figures.iter().map(norm).collect(),
        housing: result.made.map(housing).unwrap_or_default(),
        findings: findings(result.findings, lang),
    };
    document(Some(digest), content, Some(context))
}

fn need(n: &Need) -> NeedView<'_> {
    NeedView {
        school_id: &n.school_id,
        name: &n.name,
        stage: n.stage.id(),
        year: n.year,
        grade: n.grade.map_or(Value::from("all"), Value::from),
        students: n.students,
        p10: n.p10,
        p90: n.p90,
        places: n.places,
        short: n.short(),
        short_p90: n.short_p90(),
        probability: n.probability,
    }
}

fn ladder<'a>(result: &'a print::Places, lang: Lang) -> LadderView<'a> {
    let steps = result.steps.iter().map(|s| StepView {
        stage: s.stage.id(),
        size: s.size,
        title: s.title.get(lang),
        clause: &s.clause,
    });
    let rows = result.rungs.iter().map(|r| RungView {
        school_id: &r.school_id,
        stage: r.stage.id(),
        year: r.year,
        size: r.size,
        classes: r.classes,
        above: r.above,
        needed: r.needed,
        more: r.more(),
    });
    LadderView {
        steps: steps.collect(),
        rows: rows.collect(),
    }
}

fn norm(figure: &Figure) -> NormView<'_> {
    let norm = figure.norm.as_ref();
    // Of the radius the figure is a share, the norm a distance: all children within it.
    let radius = figure.measure == NormMeasure::ServiceRadius;
    let [low, high] = [norm.and_then(|n| n.1), norm.and_then(|n| n.2)];
    NormView {
        township: figure.township.as_deref(),
        measure: measure(figure.measure),
        stage: figure.stage.id(),
        value: figure.value,
        norm: norm.map(|n| n.0.as_str()),
        at_least: if radius { norm.map(|_| 1.0) } else { low },
        at_most: high.filter(|_| !radius),
        radius_metres: high.filter(|_| radius),
        within: figure.within,
    }
}

fn housing(forecast: &Forecast) -> Vec<HousingView<'_>> {
    let history = &forecast.history;
    history
        .housing
        .iter()
        .flat_map(|h| {
            h.brings.iter().map(|(s, brings)| HousingView {
                housing_id: &h.id,
                year: h.year,
                school_id: &history.series[*s].school_id,
                primary: total(brings, Level::Primary),
                junior: total(brings, Level::Junior),
            })
        })
        .collect()
}

fn measure(measure: NormMeasure) -> &'static str {
    match measure {
        NormMeasure::PlacesPerThousand => "places_per_thousand",
        NormMeasure::ResidentsPerSchool => "residents_per_school",
        NormMeasure::ServiceRadius => "service_radius",
    }
}

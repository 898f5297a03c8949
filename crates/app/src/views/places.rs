//! `places` as JSON.

use junheng_core::standard::NormMeasure;
use junheng_plan::forecast::{Level, total};
use junheng_plan::places::Need;
use serde_json::{Value, json};

use super::{document, finding};
use crate::{Context, print};

/// `places`.
pub(crate) fn places(result: &print::Places, digest: &str, context: &Context) -> String {
    let lang = context.lang;
    let ladder = json!({
        "steps": result.steps.iter().map(|s| json!({
            "stage": s.stage.id(), "size": s.size, "title": s.title.get(lang), "clause": s.clause,
        })).collect::<Vec<_>>(),
        "rows": result.rungs.iter().map(|r| json!({
            "school_id": r.school_id, "stage": r.stage.id(), "year": r.year, "size": r.size,
            "classes": r.classes, "above": r.above, "needed": r.needed, "more": r.more(),
        })).collect::<Vec<_>>(),
    });
    let norms: Vec<Value> = result
        .figures
        .iter()
        .map(|f| {
            let norm = f.norm.as_ref();
            // Of the radius the figure is a share, the norm a distance: all children within it.
            let radius = f.measure == NormMeasure::ServiceRadius;
            let [low, high] = [norm.and_then(|n| n.1), norm.and_then(|n| n.2)];
            json!({
                "township": f.township, "measure": measure(f.measure), "stage": f.stage.id(),
                "value": f.value, "norm": norm.map(|n| &n.0),
                "at_least": if radius { norm.map(|_| 1.0) } else { low },
                "at_most": high.filter(|_| !radius), "radius_metres": high.filter(|_| radius),
                "within": f.within,
            })
        })
        .collect();
    let housing: Vec<Value> = result
        .made
        .iter()
        .flat_map(|f| {
            f.history.housing.iter().flat_map(|h| {
                h.brings.iter().map(|(s, brings)| {
                    json!({
                        "housing_id": h.id, "year": h.year,
                        "school_id": f.history.series[*s].school_id,
                        "primary": total(brings, Level::Primary),
                        "junior": total(brings, Level::Junior),
                    })
                })
            })
        })
        .collect();
    let findings: Vec<_> = result.findings.iter().map(|f| finding(f, lang)).collect();
    let content = json!({
        "first_year": result.made.map(junheng_plan::forecast::Forecast::first_year),
        "warnings": result.warnings().map(need).collect::<Vec<_>>(),
        "needs": result.needs.iter().map(need).collect::<Vec<_>>(),
        "ladder": ladder,
        "norms": norms,
        "housing": housing,
        "findings": findings,
    });
    document(Some(digest), content, Some(context))
}

fn need(n: &Need) -> Value {
    json!({
        "school_id": n.school_id, "name": n.name, "stage": n.stage.id(), "year": n.year,
        "grade": n.grade.map_or(Value::from("all"), Value::from),
        "students": n.students, "p10": n.p10, "p90": n.p90, "places": n.places,
        "short": n.short(), "short_p90": n.short_p90(), "probability": n.probability,
    })
}

fn measure(measure: NormMeasure) -> &'static str {
    match measure {
        NormMeasure::PlacesPerThousand => "places_per_thousand",
        NormMeasure::ResidentsPerSchool => "residents_per_school",
        NormMeasure::ServiceRadius => "service_radius",
    }
}

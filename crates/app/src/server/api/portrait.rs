//! A school's own portrait: its figures and verdicts in the data that its county has in force, by the
//! standard that the county chose, and nothing of anybody else.

use axum::Extension;
use axum::extract::{Query, State};
use junheng_core::verdict::Verdict;
use serde::Deserialize;
use serde_json::Value;

use super::Document;
use super::commands::told;
use super::public::chosen;
use crate::server::caller::Asked;
use crate::server::problem::Problem;
use crate::server::{App, scope};
use crate::store::SnapshotRow;

/// The caller's school in the data in force: the data set, by what it is judged, and the evaluation of
/// which only the school's own rows are left.
async fn own(app: &App, asked: &Asked) -> Result<(SnapshotRow, Vec<String>, Value), Problem> {
    let (school, row) = scope::school(app, asked).await?;
    let by = chosen(app, &row.org_id).await?.words();
    let id = std::slice::from_ref(&row.id);
    let text = told(app, asked.lang, "evaluate", id, by.clone()).await?;
    let mut value: Value = serde_json::from_str(&text).map_err(Problem::because("evaluation"))?;
    narrow(&mut value, &school.code);
    if rows(&value).next().is_none() {
        return Err(Problem::no_portrait());
    }
    Ok((row, by, value))
}

/// Of every list the rows of one school, and its verdict instead of the county's.
fn narrow(evaluation: &mut Value, school: &str) {
    for list in evaluation.as_object_mut().into_iter().flatten() {
        if let Value::Array(all) = list.1 {
            all.retain(|row| row["school_id"] == school);
        }
    }
    let judged = rows(evaluation).filter(|s| s["in_scope"] == true);
    let verdicts: Vec<Verdict> = judged
        .map(|s| {
            let id = s["verdict"].as_str().unwrap_or_default();
            Verdict::from_id(id).unwrap_or(Verdict::Undetermined)
        })
        .collect();
    let verdict = if verdicts.is_empty() {
        Verdict::NotApplicable
    } else {
        Verdict::all(verdicts)
    };
    evaluation["verdict"] = verdict.id().into();
}

/// Its sections.
fn rows(evaluation: &Value) -> impl Iterator<Item = &Value> {
    evaluation["sections"].as_array().into_iter().flatten()
}

/// The school's own figures and verdicts.
pub(crate) async fn evaluate(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
) -> Result<Document, Problem> {
    let (_, _, value) = own(&app, &asked).await?;
    Ok(Document(value.to_string().into()))
}

/// Which figure is to be explained.
#[derive(Deserialize)]
pub(crate) struct Wanted {
    item: String,
    stage: String,
}

/// Where one of the school's own figures comes from.
pub(crate) async fn explain(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Query(wanted): Query<Wanted>,
) -> Result<Document, Problem> {
    let (row, by, value) = own(&app, &asked).await?;
    let mut sections = rows(&value).filter(|s| s["stage"] == wanted.stage);
    let section = sections.next().ok_or_else(Problem::absent)?;
    let indicators = section["indicators"].as_array();
    let known = wanted.item == "students"
        || indicators.is_some_and(|all| all.iter().any(|i| i["id"] == wanted.item));
    let school = section["school_id"].as_str().filter(|_| known);
    let school = school.ok_or_else(Problem::absent)?;
    let mut options = vec![
        format!("--item={}", wanted.item),
        format!("--school={school}"),
        format!("--stage={}", wanted.stage),
    ];
    options.extend(by);
    let id = std::slice::from_ref(&row.id);
    Ok(Document(
        told(&app, asked.lang, "explain", id, options).await?,
    ))
}

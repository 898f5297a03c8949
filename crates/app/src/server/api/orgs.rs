//! The organisations in reach. Provinces, cities and counties are made by the security administrator above
//! them; townships, schools and their sections come from the data that a county accepted.

use axum::extract::State;
use axum::response::IntoResponse;
use axum::{Extension, Json};
use junheng_core::text::Lang;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Answer;
use super::commands::told;
use super::setup::person_name;
use crate::server::caller::Asked;
use crate::server::filing::base::Base;
use crate::server::problem::Problem;
use crate::server::{App, scope, secret};
use crate::store::{Change, Deed, Org};

/// The caller's part of the tree.
pub(crate) async fn list(State(app): State<App>, Extension(asked): Extension<Asked>) -> Answer {
    let orgs = app.store.orgs_below(scope::top(&asked)?).await?;
    Ok(Json(json!({ "orgs": orgs })).into_response())
}

/// Kinds that are made on the page, the widest first: each lies below one before it.
const MADE: [&str; 3] = ["province", "city", "county"];

/// A new province's, city's or county's place in the tree.
#[derive(Deserialize)]
pub(crate) struct New {
    kind: String,
    code: String,
    name: String,
    /// What it lies below; the caller's own organisation where it is not said.
    #[serde(default)]
    parent_id: Option<String>,
}

/// Adds a city or a county below an organisation in reach.
pub(crate) async fn add(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Json(new): Json<New>,
) -> Answer {
    let parent = new.parent_id.as_deref().unwrap_or(scope::top(&asked)?);
    scope::within(&app, &asked, parent).await?;
    let above = app.store.org(parent).await?.ok_or_else(Problem::absent)?;
    let place = |kind: &str| MADE.iter().position(|k| *k == kind);
    let fits = match (place(&above.kind), place(&new.kind)) {
        (Some(above), Some(own)) => above < own,
        _ => false,
    };
    if !fits {
        return Err(Problem::bad(
            "省下面可设市和县(区)，市下面可设县(区)；乡镇和学校由县采用的数据生成",
            "a province has cities and counties below it, a city has counties; townships and schools come from a county's data",
        ));
    }
    let org = Org {
        id: secret::id()?,
        parent_id: Some(above.id),
        kind: new.kind,
        code: division(&new.code)?,
        name: new.name.trim().to_owned(),
    };
    person_name(&org.name)?;
    let mut change = app.store.change().await?;
    if !change.add_org_once(&org).await? {
        return Err(Problem::conflict(
            "已有这个代码的机构",
            "there is an organisation of that code",
        ));
    }
    let deed = Deed {
        new: &secret::token_hash(&org.code),
        ..asked.deed("org.add", &org.id)?
    };
    change.record(app.now(), &deed).await?;
    change.commit().await?;
    Ok(Json(json!({ "id": org.id })).into_response())
}

/// A code of GB/T 2260.
pub(crate) fn division(text: &str) -> Result<String, Problem> {
    let code = text.trim();
    if code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(code.to_owned());
    }
    Err(Problem::bad(
        "行政区划代码应为六位数字",
        "a code of a division has six digits",
    ))
}

/// The counties in reach side by side: the verdict of what each accepted last, and what it rests on.
pub(crate) async fn counties(State(app): State<App>, Extension(asked): Extension<Asked>) -> Answer {
    let top = scope::top(&asked)?;
    let (orgs, all) = (
        app.store.orgs_below(top).await?,
        app.store.snapshots(top).await?,
    );
    let mut rows = Vec::new();
    for org in orgs.iter().filter(|o| o.kind == "county") {
        let last = all
            .iter()
            .filter(|s| s.org_id == org.id)
            .filter_map(|s| Some((s.accepted_at?, s)))
            .max_by_key(|(at, _)| *at);
        let above = orgs.iter().find(|o| Some(&o.id) == org.parent_id.as_ref());
        let mut row = json!({
            "id": org.id, "code": org.code, "name": org.name,
            "above": above.map_or("", |o| &o.name),
        });
        if let Some((at, snapshot)) = last {
            row["snapshot"] = json!(snapshot.id);
            row["accepted_at"] = json!(at);
            match summary(&app, asked.lang, &snapshot.id).await {
                Ok(summary) => row["summary"] = summary,
                Err(problem) => row["problem"] = json!(problem.message().get(asked.lang)),
            }
        }
        rows.push(row);
    }
    Ok(Json(json!({ "counties": rows })).into_response())
}

/// What an evaluation comes to: verdicts of the county, and how many of how many are met.
async fn summary(app: &App, lang: Lang, snapshot: &str) -> Result<Value, Problem> {
    let text = told(app, lang, "evaluate", &[snapshot.to_owned()], Vec::new()).await?;
    let told: Value = serde_json::from_str(&text).map_err(Problem::because("evaluation"))?;
    let count = |list: &str, counts: fn(&Value) -> bool| {
        let rows: Vec<&Value> = told[list]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|v| counts(v))
            .collect();
        let met = |v: &&&Value| matches!(v["verdict"].as_str(), Some("met" | "not_applicable"));
        json!({ "met": rows.iter().filter(met).count(), "of": rows.len() })
    };
    Ok(json!({
        "verdict": told["verdict"],
        "standard": told["standard"]["id"],
        "school_year": told["county"]["school_year"],
        "sections": count("sections", |s| s["in_scope"] == true),
        "variation": count("variation", |_| true),
        "items": count("items", |_| true),
    }))
}

/// The id of an organisation of a county: the same for the same code.
pub(crate) fn id(county: &str, kind: &str, code: &str) -> String {
    let mut hash = secret::token_hash(&format!("{county}/{kind}/{code}"));
    hash.truncate(32);
    hash
}

/// Puts the townships, schools and sections of a county's data below it.
pub(crate) async fn grow(change: &mut Change, county: &str, base: &Base) -> Result<(), Problem> {
    for school in base.schools() {
        let mut parent = county.to_owned();
        if !school.township.is_empty() {
            parent = id(county, "township", &school.township);
            let township = Org {
                id: parent.clone(),
                parent_id: Some(county.to_owned()),
                kind: "township".to_owned(),
                code: school.township.clone(),
                name: school.township.clone(),
            };
            change.put_org(&township).await?;
        }
        let own = Org {
            id: id(county, "school", &school.code),
            parent_id: Some(parent),
            kind: "school".to_owned(),
            code: school.code.clone(),
            name: school.name.clone(),
        };
        change.put_org(&own).await?;
        for stage in school.stages() {
            let section = Org {
                id: id(county, "section", &format!("{}/{stage}", school.code)),
                parent_id: Some(own.id.clone()),
                kind: "section".to_owned(),
                code: stage.clone(),
                name: school.name.clone(),
            };
            change.put_org(&section).await?;
        }
    }
    Ok(())
}

//! What the county makes public, and the settings that maps print. The pages are in `server/public`.

use axum::extract::State;
use axum::response::IntoResponse;
use axum::{Extension, Json};
use serde::Deserialize;
use serde_json::json;

use super::Answer;
use crate::server::caller::Asked;
use crate::server::problem::Problem;
use crate::server::{App, scope, secret};
use crate::store::{Deed, Publication};

/// Settings that there are: the review number of the county's base map (审图号), its source, and how
/// to reach the bureau, and below how many children public pages show no figures.
pub(crate) const SETTINGS: [&str; 4] = ["map_number", "map_source", "contact", "few"];
/// What a county may choose for the last.
const FEW: std::ops::RangeInclusive<u8> = 3..=10;
/// Most comments that are listed.
const COMMENTS: i64 = 500;
/// Longest text.
const LONGEST: usize = 4000;

/// The settings.
pub(crate) async fn settings(State(app): State<App>, Extension(asked): Extension<Asked>) -> Answer {
    let all = app.store.settings(scope::top(&asked)?).await?;
    Ok(Json(json!({ "settings": all })).into_response())
}

/// Sets some of them.
pub(crate) async fn set(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Json(given): Json<std::collections::BTreeMap<String, String>>,
) -> Answer {
    for (name, value) in &given {
        let few = name != "few" || value.parse().is_ok_and(|n| FEW.contains(&n));
        if !SETTINGS.contains(&name.as_str()) || value.chars().count() > 200 || !few {
            return Err(Problem::bad(
                "没有这项设置，或内容不合适",
                "there is no such setting, or its value does not fit",
            ));
        }
    }
    let org = scope::top(&asked)?;
    let mut change = app.store.change().await?;
    for (name, value) in &given {
        change.set(org, name, value.trim()).await?;
    }
    change
        .record(app.now(), &deed(&asked, "setting.set", org)?)
        .await?;
    change.commit().await?;
    settings(State(app), Extension(asked)).await
}

fn deed<'a>(asked: &'a Asked, action: &'a str, object: &'a str) -> Result<Deed<'a>, Problem> {
    Ok(Deed {
        actor: &asked.caller()?.account.login,
        address: &asked.address,
        action,
        object,
        result: "done",
        ..Deed::default()
    })
}

/// What is to be made public.
#[derive(Deserialize)]
pub(crate) struct New {
    kind: String,
    snapshot: String,
    #[serde(default)]
    stage: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    note: String,
    #[serde(default)]
    decided_on: String,
    #[serde(default)]
    comments_until: String,
}

/// All publications and comments.
pub(crate) async fn list(State(app): State<App>, Extension(asked): Extension<Asked>) -> Answer {
    let top = scope::top(&asked)?;
    let publications = app.store.publications(top).await?;
    let comments = app.store.comments(top, COMMENTS).await?;
    Ok(Json(json!({ "publications": publications, "comments": comments })).into_response())
}

/// Makes something public.
pub(crate) async fn publish(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Json(new): Json<New>,
) -> Answer {
    let caller = asked.caller()?;
    let kind = matches!(new.kind.as_str(), "county" | "zones" | "plan");
    let stage = match new.kind.as_str() {
        "zones" => matches!(new.stage.as_str(), "primary" | "junior"),
        _ => new.stage.is_empty(),
    };
    let dates = [&new.decided_on, &new.comments_until];
    let dates = dates.iter().all(|d| d.is_empty() || date(d));
    let words = new.title.chars().count() <= 100 && new.note.chars().count() <= LONGEST;
    if !(kind && stage && dates && words) || (new.kind == "plan" && new.title.trim().is_empty()) {
        return Err(Problem::bad(
            "请写明公开的内容：种类、学段(学区)、标题(方案)、日期(年-月-日)",
            "say what is made public: its kind, the stage (zones), a title (plans), dates as YYYY-MM-DD",
        ));
    }
    let Ok(snapshot) = scope::snapshot(&app, &asked, &new.snapshot).await else {
        return Err(Problem::bad("没有这份数据", "there is no such data set"));
    };
    let row = Publication {
        id: secret::id()?,
        org_id: snapshot.org_id,
        kind: new.kind,
        snapshot_id: new.snapshot,
        stage: new.stage,
        title: new.title.trim().to_owned(),
        note: new.note.trim().to_owned(),
        decided_on: new.decided_on,
        comments_until: new.comments_until,
        published_at: app.now(),
        withdrawn_at: None,
    };
    let mut change = app.store.change().await?;
    change.publish(&row, &caller.account.id).await?;
    change
        .record(app.now(), &deed(&asked, "publication.add", &row.id)?)
        .await?;
    change.commit().await?;
    Ok(Json(json!({ "id": row.id })).into_response())
}

/// A date as `2026-03-01`.
fn date(text: &str) -> bool {
    text.parse::<junheng_core::date::Date>().is_ok()
}

/// Which one.
#[derive(Deserialize)]
pub(crate) struct Which {
    id: String,
}

/// Takes a publication back.
pub(crate) async fn withdraw(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Json(which): Json<Which>,
) -> Answer {
    let caller = asked.caller()?;
    let all = app.store.publications(scope::top(&asked)?).await?;
    let known = all.iter().find(|p| p.id == which.id);
    known.ok_or_else(|| Problem::bad("没有这项公开", "there is no such publication"))?;
    let mut change = app.store.change().await?;
    change
        .withdraw(&which.id, &caller.account.id, app.now())
        .await?;
    change
        .record(app.now(), &deed(&asked, "publication.withdraw", &which.id)?)
        .await?;
    change.commit().await?;
    Ok(Json(json!({})).into_response())
}

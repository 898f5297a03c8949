//! What the county makes public, the settings that maps print, and the standard that the county chose to
//! be judged by. The public pages are in `server/public`.

use std::collections::BTreeMap;

use axum::extract::{Query, State};
use axum::{Extension, Json};
use junheng_core::geo::BaseMap;
use serde::{Deserialize, Serialize};

use super::commands::told;
use super::paging::{self, Paging};
use super::{Answer, Done, Made};
use crate::packs::{self, Wanted};
use crate::server::caller::Asked;
use crate::server::problem::Problem;
use crate::server::public::day;
use crate::server::{App, scope, secret};
use crate::store::{Comment, Deed, Publication, SnapshotRow, hash_of};

/// Settings that there are: the review number of the county's base map (审图号), its source, how to reach
/// the bureau, below how many children public pages show no figures, and the packs that the county is
/// judged by: a standard where it is not the national one, overlays and parameters with commas between
/// them.
pub(crate) const SETTINGS: [&str; 7] = [
    MAP_NUMBER, MAP_SOURCE, "contact", "few", STANDARD, OVERLAYS, CHOICES,
];
const MAP_NUMBER: &str = "map_number";
const MAP_SOURCE: &str = "map_source";
const STANDARD: &str = "standard";
const OVERLAYS: &str = "overlays";
const CHOICES: &str = "choices";
/// What a county may choose for the fewest children.
const FEW: std::ops::RangeInclusive<u8> = 3..=10;
/// Comments of a page unless somebody says how many.
const COMMENTS: usize = 500;
/// Longest text.
const LONGEST: usize = 4000;

/// Settings by name.
#[derive(Serialize, Deserialize)]
pub(crate) struct Settings {
    settings: BTreeMap<String, String>,
}

/// The settings.
pub(crate) async fn settings(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
) -> Answer<Settings> {
    let settings = app.store.settings(scope::top(&asked)?).await?;
    Ok(Json(Settings { settings }))
}

/// Sets some of them.
pub(crate) async fn set(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Json(given): Json<BTreeMap<String, String>>,
) -> Answer<Settings> {
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
    if [STANDARD, OVERLAYS, CHOICES]
        .iter()
        .any(|name| given.contains_key(*name))
    {
        let mut after = app.store.settings(org).await?;
        after.extend(given.clone());
        judges(&app, &asked, &wanted(&after)).await?;
    }
    let mut change = app.store.change().await?;
    let before = app.store.settings(org).await?;
    let mut after = before.clone();
    for (name, value) in &given {
        change.set(org, name, value.trim()).await?;
        after.insert(name.clone(), value.trim().to_owned());
    }
    let deed = Deed {
        old: &settings_hash(&before),
        new: &settings_hash(&after),
        ..asked.deed("setting.set", org)?
    };
    change.record(app.now(), &deed).await?;
    change.commit().await?;
    settings(State(app), Extension(asked)).await
}

/// What the audit keeps of settings.
fn settings_hash(all: &BTreeMap<String, String>) -> String {
    hash_of(all.iter().flat_map(|(name, value)| [name.as_str(), value]))
}

/// What the maps of an organisation stand on, of its settings.
pub(crate) fn base_map(settings: &BTreeMap<String, String>) -> BaseMap {
    let [number, source] = [MAP_NUMBER, MAP_SOURCE].map(|name| settings.get(name));
    BaseMap::new(number.map(String::as_str), source.map(String::as_str))
}

/// By what an organisation chose to be judged; where it chose nothing, the national standard of the day.
pub(crate) async fn chosen(app: &App, org: &str) -> Result<Wanted, Problem> {
    Ok(wanted(&app.store.settings(org).await?))
}

fn wanted(settings: &BTreeMap<String, String>) -> Wanted {
    let ids = |name| {
        let ids = settings.get(name).map_or("", String::as_str).split(',');
        let ids = ids.map(str::trim).filter(|id| !id.is_empty());
        ids.map(str::to_owned)
    };
    Wanted {
        standard: ids(STANDARD).next(),
        overlays: ids(OVERLAYS).collect(),
        choices: ids(CHOICES)
            .filter_map(|pair| {
                pair.split_once('=')
                    .map(|(a, b)| (a.to_owned(), b.to_owned()))
            })
            .collect(),
    }
}

/// Passes where packs are known, and the county's data can be judged by them.
async fn judges(app: &App, asked: &Asked, wanted: &Wanted) -> Result<(), Problem> {
    let known = |id: &String| packs::ids().any(|known| known == id);
    if !wanted.standard.iter().chain(&wanted.overlays).all(known) {
        return Err(Problem::bad("没有这个标准", "there is no such standard"));
    }
    let all = app.store.snapshots(scope::top(asked)?).await?;
    if let Some(last) = SnapshotRow::in_force(&all) {
        let id = std::slice::from_ref(&last.id);
        told(app, asked.lang, "evaluate", id, wanted.words()).await?;
    }
    Ok(())
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

/// What was made public, and what people said to it.
#[derive(Serialize, Deserialize)]
pub(crate) struct Publications {
    publications: Vec<Publication>,
    comments: Vec<Comment>,
    /// Where the next page of comments begins, where there is one.
    next: Option<String>,
}

/// All publications and comments.
pub(crate) async fn list(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Query(paging): Query<Paging>,
) -> Answer<Publications> {
    let (top, limit) = (scope::top(&asked)?, paging.limit_or(COMMENTS));
    let after = paging.after().unwrap_or_default();
    let comments = app.store.comments(top, after, limit).await?;
    Ok(Json(Publications {
        publications: app.store.publications(top).await?,
        next: paging::next(&comments, limit, |c| c.id.clone()),
        comments,
    }))
}

/// Makes something public.
pub(crate) async fn publish(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Json(new): Json<New>,
) -> Answer<Made> {
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
    // Nobody could comment until a day that is over.
    if !new.comments_until.is_empty() && new.comments_until < day(app.now()) {
        return Err(Problem::bad(
            format!(
                "意见截止日期 {} 已经过去，没有公开；请改为今天或以后",
                new.comments_until
            ),
            format!(
                "the last day for comments, {}, is over; nothing was made public: give today or later",
                new.comments_until
            ),
        ));
    }
    let Ok(snapshot) = scope::snapshot(&app, &asked, &new.snapshot).await else {
        return Err(Problem::bad("没有这份数据", "there is no such data set"));
    };
    // Zones and plans are also made public of a plan; the county's figures never are.
    let planned = new.kind != "county" && snapshot.parent_id.is_some();
    if !(planned || snapshot.is_of_record()) {
        return Err(Problem::conflict(
            "没有公开：本县和学校的数值只能来自县里采用的数据；未采用的请先采用，规划和预测请按方案公开",
            "nothing was made public: the figures of the county and its schools are those of data that it accepted; accept them first, and publish a plan or a forecast as a plan",
        ));
    }
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
    scope::in_use(&mut change, &row.snapshot_id).await?;
    change.publish(&row, &caller.account.id).await?;
    let deed = Deed {
        new: &row.hash(),
        ..asked.deed("publication.add", &row.id)?
    };
    change.record(app.now(), &deed).await?;
    change.commit().await?;
    Ok(Json(Made { id: row.id }))
}

/// A date as `2026-03-01`.
pub(super) fn date(text: &str) -> bool {
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
) -> Answer<Done> {
    let caller = asked.caller()?;
    let all = app.store.publications(scope::top(&asked)?).await?;
    let known = all.iter().find(|p| p.id == which.id);
    let known =
        known.ok_or_else(|| Problem::bad("没有这项公开", "there is no such publication"))?;
    let mut change = app.store.change().await?;
    change
        .withdraw(&which.id, &caller.account.id, app.now())
        .await?;
    let deed = Deed {
        old: &known.hash(),
        ..asked.deed("publication.withdraw", &which.id)?
    };
    change.record(app.now(), &deed).await?;
    change.commit().await?;
    Ok(Json(Done {}))
}

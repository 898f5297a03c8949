//! The organisations in reach. Provinces, cities and counties are made by the security administrator above
//! them; townships, schools and their sections come from the data that a county accepted.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::{Path, Query, State};
use axum::{Extension, Json};
use junheng_core::text::Lang;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::commands::told;
use super::paging::Paging;
use super::public::{chosen, date};
use super::setup::person_name;
use super::tasks::base;
use super::{Answer, Done, Made};
use crate::server::caller::Asked;
use crate::server::filing::base::Base;
use crate::server::problem::Problem;
use crate::server::rights::Role;
use crate::server::{App, scope, secret};
use crate::store::{Change, Deed, Millis, Org, SnapshotRow, Written};

/// A part of the tree.
#[derive(Serialize, Deserialize)]
pub(crate) struct Orgs {
    orgs: Vec<Org>,
    /// The days on which some of them were closed, by their ids.
    closed: BTreeMap<String, String>,
    /// Where the next page begins, where there is one.
    next: Option<String>,
}

/// The caller's part of the tree.
pub(crate) async fn list(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Query(paging): Query<Paging>,
) -> Answer<Orgs> {
    let top = scope::top(&asked)?;
    let (orgs, next) = paging.of(app.store.orgs_below(top).await?, |o| &o.id)?;
    let mut closed = app.store.closed(top).await?;
    closed.retain(|id, _| orgs.iter().any(|o| o.id == *id));
    Ok(Json(Orgs { orgs, closed, next }))
}

/// Kinds that are made on the page, the widest first: each lies below one before it.
const MADE: [&str; 3] = ["province", "city", "county"];

/// Whether organisations of one kind have those of another below them, among the kinds that are made here.
fn wider(above: &str, below: &str) -> bool {
    let place = |kind: &str| MADE.iter().position(|k| *k == kind);
    place(above).is_some_and(|a| place(below).is_some_and(|b| a < b))
}

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
) -> Answer<Made> {
    let parent = new.parent_id.as_deref().unwrap_or(scope::top(&asked)?);
    scope::within(&app, &asked, parent).await?;
    let above = app.store.org(parent).await?.ok_or_else(Problem::absent)?;
    if !wider(&above.kind, &new.kind) {
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
    Ok(Json(Made { id: org.id }))
}

/// How an organisation ends.
#[derive(Deserialize)]
pub(crate) struct End {
    /// The day it is closed on, as `2026-08-31`; blank opens it again.
    #[serde(default)]
    closed_on: Option<String>,
    /// It is taken out of the tree, where nothing belongs to it.
    #[serde(default)]
    remove: bool,
}

/// Closes an organisation below one's own on a day, opens it again, or removes it. Closed, it gets no new
/// accounts and no filing tasks of later dates; what it has stays as it is.
pub(crate) async fn end(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Path(id): Path<String>,
    Json(end): Json<End>,
) -> Answer<Done> {
    scope::within(&app, &asked, &id).await?;
    let org = app.store.org(&id).await?.ok_or_else(Problem::absent)?;
    if id == scope::top(&asked)? || org.kind == "section" {
        return Err(Problem::bad(
            "本单位不能自己撤销，学段随学校",
            "nobody closes their own organisation, and sections go with their school",
        ));
    }
    let day = end.closed_on.as_deref().map(str::trim);
    let mut change = app.store.change().await?;
    let before = app.store.closed(&id).await?.remove(&id).unwrap_or_default();
    match day {
        Some(day) if !end.remove && (day.is_empty() || date(day)) => {
            change.close_org(&id, day).await?;
        }
        None if end.remove => {
            let used = is_in_force(&app, &org).await?;
            if used || !change.remove_org(&id).await? {
                return Err(Problem::conflict(
                    format!(
                        "没有移除：{} 还有数据、账号或填报表；可登记停办日期",
                        org.name
                    ),
                    format!(
                        "{} was not removed: data, accounts or forms belong to it; it can be closed on a day",
                        org.name
                    ),
                ));
            }
        }
        _ => {
            return Err(Problem::bad(
                "请写停办日期(如 2026-08-31；恢复时留空)，或选择移除",
                "give the day it is closed on, as 2026-08-31 (blank to open it again), or remove it",
            ));
        }
    }
    let day = day.unwrap_or_default();
    let action = match day {
        _ if end.remove => "org.remove",
        "" => "org.open",
        _ => "org.close",
    };
    let deed = Deed {
        old: &secret::token_hash(&format!("{}\n{before}", org.code)),
        new: &secret::token_hash(day),
        ..asked.deed(action, &id)?
    };
    change.record(app.now(), &deed).await?;
    change.commit().await?;
    Ok(Json(Done {}))
}

/// Whether a school stands in the data that its county has in force: the next acceptance would bring it
/// back.
async fn is_in_force(app: &App, org: &Org) -> Result<bool, Problem> {
    let county = app.store.county_of(&org.id).await?;
    let Some(county) = county.filter(|_| org.kind == "school") else {
        return Ok(false);
    };
    let all = app.store.snapshots(&county.id).await?;
    let Some(last) = SnapshotRow::in_force(&all) else {
        return Ok(false);
    };
    Ok(base(app, &last.id).await?.school(&org.code).is_some())
}

/// Passes where an organisation is open on a day.
pub(crate) async fn open_on(app: &App, org: &Org, day: &str) -> Result<(), Problem> {
    let closed = app.store.closed(&org.id).await?;
    match closed.get(&org.id).filter(|closed| closed.as_str() <= day) {
        None => Ok(()),
        Some(closed) => Err(Problem::conflict(
            format!("{} 已于 {closed} 停办", org.name),
            format!("{} was closed on {closed}", org.name),
        )),
    }
}

/// A new organisation above all others.
#[derive(Deserialize)]
pub(crate) struct Above {
    kind: String,
    code: String,
    name: String,
}

/// Puts a city or a province above what was the site's topmost organisation, as when a county's site
/// becomes its city's. Who serves the whole site goes up with it; all others stay where they are.
pub(crate) async fn rise(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Json(new): Json<Above>,
) -> Answer<Made> {
    let below = app.store.org(scope::top(&asked)?).await?;
    let below = below.ok_or_else(Problem::absent)?;
    if below.parent_id.is_some() || !wider(&new.kind, &below.kind) {
        return Err(Problem::bad(
            "只能在本系统最上级的单位之上设市或省",
            "a city or a province is put above the topmost organisation of the site only",
        ));
    }
    let roles = app.store.all_roles().await?;
    let mut people = Vec::new();
    for account in app.store.accounts().await? {
        let held = roles.get(&account.id).map_or(&[][..], Vec::as_slice);
        let held: Vec<Role> = held.iter().filter_map(|r| Role::from_id(r)).collect();
        if account.org_id != below.id || !held.iter().any(|r| r.serves_the_site()) {
            continue;
        }
        if !held.iter().all(|r| r.serves_the_site()) {
            return Err(Problem::conflict(
                format!(
                    "{} 兼任本单位的业务角色；请先把系统、安全、审计三员分给专人，再新设上级",
                    account.login
                ),
                format!(
                    "{} also works for this organisation: give the duties of system, security and audit to people of their own first",
                    account.login
                ),
            ));
        }
        people.push(account.id);
    }
    let org = Org {
        id: secret::id()?,
        parent_id: None,
        kind: new.kind,
        code: division(&new.code)?,
        name: new.name.trim().to_owned(),
    };
    person_name(&org.name)?;
    let mut change = app.store.change().await?;
    change.add_org(&org).await?;
    let below = Org {
        parent_id: Some(org.id.clone()),
        ..below
    };
    change.put_org(&below).await?;
    for id in &people {
        let before = change.account_hash(id).await?;
        change
            .write_account(id, Written::Org, Some(&org.id))
            .await?;
        let deed = Deed {
            old: &before,
            new: &change.account_hash(id).await?,
            ..asked.deed("account.change", id)?
        };
        change.record(app.now(), &deed).await?;
    }
    let deed = Deed {
        old: &secret::token_hash(&below.code),
        new: &secret::token_hash(&org.code),
        ..asked.deed("org.rise", &org.id)?
    };
    change.record(app.now(), &deed).await?;
    change.commit().await?;
    Ok(Json(Made { id: org.id }))
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

/// Counties side by side.
#[derive(Serialize, Deserialize)]
pub(crate) struct Counties {
    counties: Vec<County>,
}

/// A county as those above it see it.
#[derive(Serialize, Deserialize)]
struct County {
    id: String,
    code: String,
    name: String,
    /// The name of what it lies below.
    above: String,
    /// What it has in force, if anything, and since when.
    snapshot: Option<String>,
    accepted_at: Option<Millis>,
    summary: Option<Summary>,
    /// Why there is no summary of it.
    problem: Option<String>,
}

/// What an evaluation comes to.
#[derive(Serialize, Deserialize)]
struct Summary {
    verdict: String,
    standard: String,
    school_year: Option<String>,
    sections: Share,
    variation: Share,
    items: Share,
}

/// How many of how many are met.
#[derive(Serialize, Deserialize)]
struct Share {
    met: usize,
    of: usize,
}

/// The counties in reach side by side: the verdict of what each has in force, and what it rests on.
pub(crate) async fn counties(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
) -> Answer<Counties> {
    let top = scope::top(&asked)?;
    let (orgs, all) = (
        app.store.orgs_below(top).await?,
        app.store.snapshots(top).await?,
    );
    let mut counties = Vec::new();
    for org in orgs.iter().filter(|o| o.kind == "county") {
        let of: Vec<SnapshotRow> = all.iter().filter(|s| s.org_id == org.id).cloned().collect();
        let above = orgs.iter().find(|o| Some(&o.id) == org.parent_id.as_ref());
        let mut county = County {
            id: org.id.clone(),
            code: org.code.clone(),
            name: org.name.clone(),
            above: above.map_or_else(String::new, |o| o.name.clone()),
            snapshot: None,
            accepted_at: None,
            summary: None,
            problem: None,
        };
        if let Some(snapshot) = SnapshotRow::in_force(&of) {
            county.snapshot = Some(snapshot.id.clone());
            county.accepted_at = snapshot.accepted_at;
            match summary(&app, asked.lang, snapshot).await {
                Ok(summary) => county.summary = Some(summary),
                Err(problem) => county.problem = Some(problem.message().get(asked.lang).to_owned()),
            }
        }
        counties.push(county);
    }
    Ok(Json(Counties { counties }))
}

/// The summary of an evaluation.
async fn summary(app: &App, lang: Lang, snapshot: &SnapshotRow) -> Result<Summary, Problem> {
    let by = chosen(app, &snapshot.org_id).await?.words();
    let text = told(
        app,
        lang,
        "evaluate",
        std::slice::from_ref(&snapshot.id),
        by,
    )
    .await?;
    let told: Value = serde_json::from_str(&text).map_err(Problem::because("evaluation"))?;
    let count = |list: &str, counts: fn(&Value) -> bool| {
        let rows: Vec<&Value> = told[list]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|v| counts(v))
            .collect();
        let met = |v: &&&Value| matches!(v["verdict"].as_str(), Some("met" | "not_applicable"));
        Share {
            met: rows.iter().filter(met).count(),
            of: rows.len(),
        }
    };
    let text = |value: &Value| value.as_str().map(str::to_owned);
    Ok(Summary {
        verdict: text(&told["verdict"]).unwrap_or_default(),
        standard: text(&told["standard"]["id"]).unwrap_or_default(),
        school_year: text(&told["county"]["school_year"]),
        sections: count("sections", |s| s["in_scope"] == true),
        variation: count("variation", |_| true),
        items: count("items", |_| true),
    })
}

/// The id of an organisation of a county: the same for the same code.
pub(crate) fn id(county: &str, kind: &str, code: &str) -> String {
    let mut hash = secret::token_hash(&format!("{county}/{kind}/{code}"));
    hash.truncate(32);
    hash
}

/// Puts the townships, schools and sections of a county's data below it.
pub(crate) async fn grow(change: &mut Change, county: &str, base: &Base) -> Result<(), Problem> {
    let mut townships = BTreeSet::new();
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
            if townships.insert(&school.township) {
                change.put_org(&township).await?;
            }
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

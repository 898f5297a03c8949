//! `serve --demo`: the synthetic county with people of every kind and an open filing task. The
//! passwords are made at random and only ever stand in the window where the server was started.

use axum::extract::{Path, State};
use axum::{Extension, Json};
use junheng_core::text::Lang;
use junheng_intake::files::InputFile;
use serde_json::json;

use super::api::{heavy, orgs, snapshots, tasks};
use super::caller::{Asked, Caller};
use super::filing::form::built_in;
use super::problem::Problem;
use super::rights::Role;
use super::{App, secret};
use crate::store::{Account, Deed, NewAccount, Org};

/// A month for the schools to file.
const MONTH: i64 = 30 * 86_400_000;
/// The city at the top of the demo's tree, and its two counties.
const CITY: &str = "demo-city";
const NEIGHBOUR: &str = "demo-neighbour";
const COUNTY: &str = "demo-county";

/// Fills an empty store; the logins with their roles, and the password of all. Nothing where there
/// are accounts already.
pub(crate) async fn fill(
    app: &App,
    files: Vec<InputFile>,
    neighbour: Vec<InputFile>,
    lang: Lang,
) -> Result<Option<(Vec<(String, Role)>, String)>, Problem> {
    if app.store.has_accounts().await? {
        return Ok(None);
    }
    let password = format!("Jh-{}", &secret::token()?[..12]);
    let plain = password.clone();
    let hash = heavy(move || secret::hash(&plain)).await??;
    let now = app.now();
    let mut change = app.store.change().await?;
    for (id, parent, kind, code, name) in [
        (
            CITY,
            None,
            "city",
            "999900",
            lang.pick("合成示例市", "Synthetic city"),
        ),
        (
            COUNTY,
            Some(CITY),
            "county",
            "999999",
            lang.pick("合成示例县", "Synthetic county"),
        ),
        (
            NEIGHBOUR,
            Some(CITY),
            "county",
            "999998",
            lang.pick("合成邻县", "Synthetic neighbour"),
        ),
    ] {
        let org = Org {
            id: id.to_owned(),
            parent_id: parent.map(str::to_owned),
            kind: kind.to_owned(),
            code: code.to_owned(),
            name: name.to_owned(),
        };
        change.add_org(&org).await?;
    }
    let mut people: Vec<_> = [
        (Role::County, COUNTY),
        (Role::Planner, COUNTY),
        (Role::Personnel, COUNTY),
        (Role::Inspector, COUNTY),
        (Role::City, CITY),
        (Role::System, CITY),
        (Role::Security, CITY),
        (Role::Auditor, CITY),
    ]
    .map(|(role, org)| (role.id().to_owned(), role, org.to_owned()))
    .into();
    for (login, role, org) in &people {
        add(&mut change, login, *role, org, &hash, now).await?;
    }
    change.commit().await?;

    // What a person would do on the page, by the same handlers.
    let account = app
        .store
        .account("county")
        .await?
        .ok_or_else(Problem::absent)?;
    let asked = Asked::of(Caller::working(account.clone(), vec![Role::County]), lang);
    let snapshot = accepted(app, &asked, COUNTY, files).await?;
    let beside = Account {
        org_id: NEIGHBOUR.to_owned(),
        ..account
    };
    let beside = Asked::of(Caller::working(beside, vec![Role::County]), lang);
    accepted(app, &beside, NEIGHBOUR, neighbour).await?;
    let base = tasks::base(app, &snapshot).await?;
    let form = built_in().map_err(Problem::because("forms"))?;
    let new = json!({
        "title": lang.pick("年度基础数据填报", "Yearly figures"),
        "form": form.last().map(|f| f.id.as_str()),
        "school_year": "2026-2027", "as_of": "2026-09-01",
        "deadline": now + MONTH, "snapshot": snapshot,
    });
    let new = serde_json::from_value(new).map_err(Problem::because("task"))?;
    drop(tasks::add(State(app.clone()), Extension(asked), Json(new)).await?);

    let first: Vec<_> = base.schools().take(2).collect();
    let mut change = app.store.change().await?;
    let mut more = Vec::new();
    if let Some(school) = first.first() {
        let org = orgs::id(COUNTY, "township", &school.township);
        more.push(("township".to_owned(), Role::Township, org));
    }
    for (n, school) in (1..).zip(first) {
        let org = orgs::id(COUNTY, "school", &school.code);
        more.push((format!("school{n}"), Role::School, org));
    }
    for (login, role, org) in &more {
        add(&mut change, login, *role, org, &hash, now).await?;
    }
    change.commit().await?;
    people.append(&mut more);
    if let Ok(mut token) = app.setup.lock() {
        *token = None;
    }
    let logins = people.into_iter().map(|(login, role, _)| (login, role));
    Ok(Some((logins.collect(), password)))
}

/// The id of a county's data that was imported and accepted.
async fn accepted(
    app: &App,
    asked: &Asked,
    county: &str,
    files: Vec<InputFile>,
) -> Result<String, Problem> {
    let id = secret::id()?;
    let new = snapshots::New {
        id: id.clone(),
        org: county,
        action: "snapshot.import",
        mark: String::new(),
    };
    snapshots::keep(app, asked, files, new).await?;
    let state = (State(app.clone()), Extension(asked.clone()));
    drop(snapshots::accept(state.0, state.1, Path(id.clone())).await?);
    Ok(id)
}

async fn add(
    change: &mut crate::store::Change,
    login: &str,
    role: Role,
    org: &str,
    hash: &str,
    now: i64,
) -> Result<(), Problem> {
    let id = secret::id()?;
    let new = NewAccount {
        id: &id,
        login,
        name: login,
        org_id: org,
        password: hash,
        must_change: false,
        phone: "",
        identity: None,
        roles: &[role.id()],
    };
    change.add_account(new, now).await?;
    let deed = Deed {
        action: "account.add",
        object: &id,
        new: &change.account_hash(&id).await?,
        result: "done",
        ..Deed::default()
    };
    Ok(change.record(now, &deed).await?)
}

//! Accounts: made by the security administrator, each for one natural person.

use axum::extract::State;
use axum::response::IntoResponse;
use axum::{Extension, Json};
use serde::Deserialize;
use serde_json::json;

use super::setup::{login_name, person_name};
use super::{Answer, heavy};
use crate::server::caller::Asked;
use crate::server::problem::Problem;
use crate::server::rights::{Role, may_be_together};
use crate::server::{App, secret};
use crate::store::{Deed, NewAccount};

/// Logins, names and roles.
pub(crate) async fn list(State(app): State<App>) -> Answer {
    let mut rows = Vec::new();
    for account in app.store.accounts().await? {
        let roles = app.store.roles(&account.id).await?;
        rows.push(json!({
            "id": account.id,
            "login": account.login,
            "name": account.name,
            "org_id": account.org_id,
            "roles": roles,
            "disabled": account.disabled != 0,
        }));
    }
    Ok(Json(json!({ "accounts": rows })).into_response())
}

/// A new account.
#[derive(Deserialize)]
pub(crate) struct New {
    login: String,
    name: String,
    roles: Vec<String>,
    /// Changed by the person at the first login.
    password: String,
}

/// Adds an account to the county.
pub(crate) async fn add(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Json(new): Json<New>,
) -> Answer {
    let caller = asked.caller()?;
    let login = login_name(&new.login)?;
    person_name(new.name.trim())?;
    let roles = new
        .roles
        .iter()
        .map(|r| Role::from_id(r))
        .collect::<Option<Vec<_>>>()
        .filter(|roles| !roles.is_empty())
        .ok_or_else(|| Problem::bad("没有这样的角色", "there is no such role"))?;
    if !may_be_together(&roles) {
        let mut change = app.store.change().await?;
        let deed = Deed {
            actor: &caller.account.login,
            address: &asked.address,
            action: "account.add",
            object: &login,
            result: "refused",
            ..Deed::default()
        };
        change.record(app.now(), &deed).await?;
        change.commit().await?;
        return Err(Problem::bad(
            "系统、安全、审计三员须分开，审计员不能兼任其他角色",
            "system, security and audit are three people's duties, and an auditor has no other role",
        ));
    }
    if let Some(weak) = secret::weakness(&new.password, &login) {
        return Err(Problem::bad(weak.zh, weak.en));
    }
    if app.store.account(&login).await?.is_some() {
        return Err(Problem::conflict(
            "已有同名账号",
            "there is an account of that login",
        ));
    }
    let hash = heavy(move || secret::hash(&new.password)).await??;
    let (id, now) = (secret::id()?, app.now());
    let roles: Vec<&str> = roles.iter().map(|r| r.id()).collect();
    let mut change = app.store.change().await?;
    let row = NewAccount {
        id: &id,
        login: &login,
        name: new.name.trim(),
        org_id: &caller.account.org_id,
        password: &hash,
        must_change: true,
        roles: &roles,
    };
    change.add_account(row, now).await?;
    let deed = Deed {
        actor: &caller.account.login,
        address: &asked.address,
        action: "account.add",
        object: &id,
        new: &secret::token_hash(&roles.join(",")),
        result: "done",
        ..Deed::default()
    };
    change.record(now, &deed).await?;
    change.commit().await?;
    Ok(Json(json!({ "id": id })).into_response())
}

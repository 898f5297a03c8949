//! Accounts: made and changed by the security administrator, each for one natural person.

use std::collections::BTreeMap;

use axum::extract::{Path, Query, State};
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};

use super::paging::Paging;
use super::setup::{login_name, person_name};
use super::{Answer, Done, Made, orgs, session, trying};
use crate::server::caller::Asked;
use crate::server::problem::Problem;
use crate::server::public::day;
use crate::server::rights::{ROLES, Role, may_be_together};
use crate::server::{App, keys, scope, secret};
use crate::store::{Account, Deed, Millis, NewAccount, Org, Written, hash_of};

/// The people in reach.
#[derive(Serialize, Deserialize)]
pub(crate) struct People {
    accounts: Vec<Person>,
    /// Where the next page begins, where there is one.
    next: Option<String>,
    /// Which organisations have people of each role; on the first page.
    places: BTreeMap<String, Vec<String>>,
}

/// One of them.
#[derive(Serialize, Deserialize)]
struct Person {
    id: String,
    login: String,
    name: String,
    phone: String,
    org_id: String,
    org: String,
    roles: Vec<String>,
    disabled: bool,
    /// Until when wrong passwords lock it.
    locked_until: Option<Millis>,
}

/// Logins, names and roles of the people in reach.
pub(crate) async fn list(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Query(paging): Query<Paging>,
) -> Answer<People> {
    let orgs = app.store.orgs_below(scope::top(&asked)?).await?;
    let names: BTreeMap<&str, &str> = orgs
        .iter()
        .map(|o| (o.id.as_str(), o.name.as_str()))
        .collect();
    let mut roles = app.store.all_roles().await?;
    let locked = session::locked(&app).await?;
    let accounts = app
        .store
        .accounts()
        .await?
        .into_iter()
        .filter_map(|account| {
            Some(Person {
                org: (*names.get(account.org_id.as_str())?).to_owned(),
                phone: phone_of(&app, &account.id, &account.phone),
                roles: roles.remove(&account.id).unwrap_or_default(),
                locked_until: locked.get(&account.login).copied(),
                id: account.id,
                login: account.login,
                name: account.name,
                org_id: account.org_id,
                disabled: account.disabled != 0,
            })
        });
    let (accounts, next) = paging.of(accounts.collect(), |p: &Person| &p.id)?;
    let first = ROLES.iter().filter(|_| paging.after().is_none());
    let places = first.map(|r| {
        let of = orgs.iter().filter(|o| r.is_held_at(o));
        (r.id().to_owned(), of.map(|o| o.id.clone()).collect())
    });
    Ok(Json(People {
        accounts,
        next,
        places: places.collect(),
    }))
}

/// A new account.
#[derive(Deserialize)]
pub(crate) struct New {
    login: String,
    name: String,
    roles: Vec<String>,
    /// Changed by the person at the first login.
    password: String,
    /// Whose person it is; the caller's own organisation where it is not said.
    #[serde(default)]
    org_id: Option<String>,
    #[serde(default)]
    phone: String,
    /// The number of the identity card, of which only what it cannot be read from is kept.
    #[serde(default)]
    identity: String,
}

/// What is kept of an identity number; nothing where none is given.
fn identity(app: &App, text: &str) -> Result<Option<String>, Problem> {
    let number = text.trim().to_uppercase();
    if number.is_empty() {
        return Ok(None);
    }
    if !secret::is_identity(&number) {
        return Err(Problem::bad(
            "身份证号不对：应为 18 位，末位是校验码",
            "this is no identity number: it has 18 places, the last is a check digit",
        ));
    }
    let key = app.keys.identity.as_ref().ok_or_else(|| {
        Problem::conflict(
            "密钥文件与数据库不符，不能登记身份证号；请系统管理员放回原来的密钥文件",
            "the key file does not belong to this database, so no identity number can be kept; the system administrator has to put the right one back",
        )
    })?;
    secret::identity(key, &number).map(Some)
}

/// Refuses an identity number that another account has; the deed's object may be the account that has it.
async fn one_person(app: &App, deed: Deed<'_>, identity: Option<&str>) -> Result<(), Problem> {
    let holder = match identity {
        Some(identity) => app.store.account_of_identity(identity).await?,
        None => None,
    };
    if holder.is_none_or(|id| id == deed.object) {
        return Ok(());
    }
    let mut change = app.store.change().await?;
    let deed = Deed {
        result: "refused",
        ..deed
    };
    change.record(app.now(), &deed).await?;
    change.commit().await?;
    Err(Problem::conflict(
        "这个身份证号已有账号：一人一号",
        "a person of this identity number has an account: one each",
    ))
}

/// The roles of words that people of an organisation of this kind may hold together.
async fn roles(
    app: &App,
    asked: &Asked,
    words: &[String],
    org: &Org,
    object: &str,
) -> Result<Vec<&'static str>, Problem> {
    let roles = words
        .iter()
        .map(|r| Role::from_id(r))
        .collect::<Option<Vec<_>>>()
        .filter(|roles| !roles.is_empty())
        .ok_or_else(|| {
            Problem::bad(
                "请至少给出一个角色，且须是系统已有的角色",
                "give at least one role, each one that there is",
            )
        })?;
    let together = may_be_together(&roles);
    if together && roles.iter().all(|r| r.is_held_at(org)) {
        return Ok(roles.iter().map(|r| r.id()).collect());
    }
    let mut change = app.store.change().await?;
    let deed = Deed {
        result: "refused",
        ..asked.deed("account.roles", object)?
    };
    change.record(app.now(), &deed).await?;
    change.commit().await?;
    Err(if together {
        Problem::bad(
            "这类机构的人员不能担任该角色",
            "people of this kind of organisation do not hold this role",
        )
    } else {
        Problem::bad(
            "系统、安全、审计三员须分开，审计员不能兼任其他角色",
            "system, security and audit are three people's duties, and an auditor has no other role",
        )
    })
}

/// A number to call as people read it; none where it cannot be opened.
pub(crate) fn phone_of(app: &App, account: &str, kept: &str) -> String {
    keys::phone(&app.keys.site, account, kept).unwrap_or_default()
}

fn phone(text: &str) -> Result<&str, Problem> {
    let text = text.trim();
    let plain = |c: char| c.is_ascii_digit() || "+-() ".contains(c);
    if text.len() <= 30 && text.chars().all(plain) {
        Ok(text)
    } else {
        Err(Problem::bad("电话号码不对", "this is no phone number"))
    }
}

/// Adds an account to an organisation in reach.
pub(crate) async fn add(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Json(new): Json<New>,
) -> Answer<Made> {
    let caller = asked.caller()?;
    let login = login_name(&new.login)?;
    person_name(new.name.trim())?;
    let phone = phone(&new.phone)?;
    let org = new.org_id.as_deref().unwrap_or(&caller.account.org_id);
    scope::within(&app, &asked, org).await?;
    let org = app.store.org(org).await?.ok_or_else(Problem::absent)?;
    orgs::open_on(&app, &org, &day(app.now())).await?;
    let roles = roles(&app, &asked, &new.roles, &org, &login).await?;
    if let Some(weak) = secret::weakness(&new.password, &login) {
        return Err(Problem::bad(weak.zh, weak.en));
    }
    let identity = identity(&app, &new.identity)?;
    one_person(
        &app,
        asked.deed("account.add", &login)?,
        identity.as_deref(),
    )
    .await?;
    if app.store.account(&login).await?.is_some() {
        return Err(Problem::conflict(
            "已有同名账号",
            "there is an account of that login",
        ));
    }
    let password = new.password;
    let hash = trying(move || secret::hash(&password)).await??;
    let (id, now) = (secret::id()?, app.now());
    let phone = keys::seal_phone(&app.keys.site, &id, phone)?;
    let mut change = app.store.change().await?;
    let row = NewAccount {
        id: &id,
        login: &login,
        name: new.name.trim(),
        org_id: &org.id,
        password: &hash,
        must_change: true,
        phone: &phone,
        identity: identity.as_deref(),
        roles: &roles,
    };
    change.add_account(row, now).await?;
    let deed = Deed {
        new: &change.account_hash(&id).await?,
        ..asked.deed("account.add", &id)?
    };
    change.record(now, &deed).await?;
    change.commit().await?;
    Ok(Json(Made { id }))
}

/// What is to be different; what is not named stays.
#[derive(Deserialize)]
pub(crate) struct Other {
    #[serde(default)]
    roles: Option<Vec<String>>,
    #[serde(default)]
    disabled: Option<bool>,
    /// A new first password, where the old one was forgotten; it also lifts the lock after wrong ones.
    #[serde(default)]
    password: Option<String>,
    /// Takes the second factor away, as after a lost telephone.
    #[serde(default)]
    drop_factor: bool,
    #[serde(default)]
    name: Option<String>,
    /// Blank for none.
    #[serde(default)]
    phone: Option<String>,
    /// The number of the identity card; blank for none.
    #[serde(default)]
    identity: Option<String>,
    /// Whose person it is from now on.
    #[serde(default)]
    org_id: Option<String>,
}

impl Other {
    /// Whether it changes what the person may do, or how they log in.
    fn ends_sessions(&self) -> bool {
        self.roles.is_some()
            || self.disabled.is_some()
            || self.password.is_some()
            || self.drop_factor
            || self.org_id.is_some()
    }
}

/// Changes an account in reach, never one's own. Its sessions end where its rights or its login change.
pub(crate) async fn change(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Path(id): Path<String>,
    Json(other): Json<Other>,
) -> Answer<Done> {
    let caller = asked.caller()?;
    let account = within(&app, &asked, &id).await?;
    if id == caller.account.id {
        return Err(Problem::forbidden(
            "不能更改自己的权限",
            "nobody changes their own rights",
        ));
    }
    let org = other.org_id.as_deref().unwrap_or(&account.org_id);
    scope::within(&app, &asked, org).await?;
    let org = app.store.org(org).await?.ok_or_else(Problem::absent)?;
    if other.org_id.is_some() {
        orgs::open_on(&app, &org, &day(app.now())).await?;
    }
    // Who moves holds the same roles there, or is given others.
    let held = match &other.roles {
        None if other.org_id.is_some() => Some(app.store.roles(&id).await?),
        given => given.clone(),
    };
    let roles = match &held {
        Some(words) => Some(roles(&app, &asked, words, &org, &id).await?),
        None => None,
    };
    let name = other.name.as_deref().map(str::trim);
    name.map_or(Ok(()), person_name)?;
    let phone = match &other.phone {
        Some(text) => Some(keys::seal_phone(&app.keys.site, &id, phone(text)?)?),
        None => None,
    };
    let number = match &other.identity {
        Some(text) => Some(identity(&app, text)?),
        None => None,
    };
    let deed = asked.deed("account.change", &id)?;
    one_person(
        &app,
        deed.clone(),
        number.as_ref().and_then(Option::as_deref),
    )
    .await?;
    let hash = match &other.password {
        Some(password) => {
            if let Some(weak) = secret::weakness(password, &account.login) {
                return Err(Problem::bad(weak.zh, weak.en));
            }
            let password = password.clone();
            Some(trying(move || secret::hash(&password)).await??)
        }
        None => None,
    };
    let now = app.now();
    let mut change = app.store.change().await?;
    let before = change.account_hash(&id).await?;
    if let Some(roles) = &roles {
        change.set_roles(&id, roles).await?;
    }
    if let Some(disabled) = other.disabled {
        change.set_disabled(&id, disabled).await?;
    }
    if let Some(hash) = &hash {
        change.set_password(&account, hash, true, now).await?;
        change.clear_failures(&account.login).await?;
    }
    if other.drop_factor {
        change.drop_factor(&id).await?;
    }
    let org = other.org_id.as_ref().map(|_| org.id.as_str());
    for (column, value) in [
        (Written::Name, name.map(Some)),
        (Written::Phone, phone.as_deref().map(Some)),
        (Written::Org, org.map(Some)),
        (Written::Identity, number.as_ref().map(Option::as_deref)),
    ] {
        if let Some(value) = value {
            change.write_account(&id, column, value).await?;
        }
    }
    if other.ends_sessions() {
        change.end_sessions_of(&id).await?;
        change.end_tokens_of(&id).await?;
    }
    let deed = Deed {
        old: &before,
        new: &change.account_hash(&id).await?,
        ..deed
    };
    change.record(now, &deed).await?;
    change.commit().await?;
    Ok(Json(Done {}))
}

/// An account in reach.
async fn within(app: &App, asked: &Asked, id: &str) -> Result<Account, Problem> {
    let account = app.store.account_by_id(id).await?;
    let account = account.ok_or_else(Problem::absent)?;
    scope::within(app, asked, &account.org_id).await?;
    Ok(account)
}

/// The interests of a person.
#[derive(Serialize, Deserialize)]
pub(crate) struct Known {
    interests: Vec<Interest>,
}

/// A school, and what the interest in it is.
#[derive(Serialize, Deserialize)]
struct Interest {
    org_id: String,
    reason: String,
}

/// The schools that a person has an interest in.
pub(crate) async fn interests(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Path(id): Path<String>,
) -> Answer<Known> {
    within(&app, &asked, &id).await?;
    let rows = app.store.interests(&id).await?;
    let rows = rows.into_iter();
    Ok(Json(Known {
        interests: rows
            .map(|(org_id, reason)| Interest { org_id, reason })
            .collect(),
    }))
}

/// All interests of a person: organisations with the reasons, as a relative or an earlier post.
#[derive(Deserialize)]
pub(crate) struct Interests {
    interests: BTreeMap<String, String>,
}

/// Records the interests of a person: they take no step of a reviewer with the forms of these schools.
pub(crate) async fn set_interests(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Path(id): Path<String>,
    Json(given): Json<Interests>,
) -> Answer<Done> {
    within(&app, &asked, &id).await?;
    let mut rows = Vec::new();
    for (org, reason) in given.interests {
        let reason = reason.trim().to_owned();
        scope::within(&app, &asked, &org).await?;
        if reason.is_empty() || reason.chars().count() > 200 {
            return Err(Problem::bad(
                "请写明利害关系，不超过 200 字",
                "say what the interest is, in at most 200 characters",
            ));
        }
        rows.push((org, reason));
    }
    let of = |rows: &[(String, String)]| {
        hash_of(rows.iter().flat_map(|(org, reason)| [org.as_str(), reason]))
    };
    let now = app.now();
    let mut change = app.store.change().await?;
    let before = app.store.interests(&id).await?;
    change.set_interests(&id, &rows, now).await?;
    let deed = Deed {
        old: &of(&before),
        new: &of(&rows),
        ..asked.deed("account.interests", &id)?
    };
    change.record(now, &deed).await?;
    change.commit().await?;
    Ok(Json(Done {}))
}

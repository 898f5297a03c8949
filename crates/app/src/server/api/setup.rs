//! First start, and what a page needs to know before anything else.

use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::extract::State;
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};

use super::orgs::division;
use super::{Answer, trying};
use crate::server::caller::Asked;
use crate::server::problem::Problem;
use crate::server::rights::Role;
use crate::server::served::SERVED;
use crate::server::{App, door, secret};
use crate::store::{Deed, Millis, NewAccount, Org};

/// So long the health page waits for the store.
const PATIENCE: Duration = Duration::from_secs(5);

/// How the server is.
#[derive(Serialize, Deserialize)]
pub(crate) struct Health {
    status: String,
    version: String,
    waiting_jobs: i64,
}

/// Whether the store answers and takes what is written, and how many jobs wait.
pub(crate) async fn health(State(app): State<App>) -> Answer<Health> {
    // Whoever asks does not wait as long as a database may be away.
    let told = tokio::time::timeout(PATIENCE, told(&app)).await;
    told.map_err(Problem::because("the store does not answer"))?
}

async fn told(app: &App) -> Answer<Health> {
    // Once something could not be written it is tried again, until it can.
    if app.full.load(Ordering::Relaxed) {
        app.store.try_to_write().await?;
        app.full.store(false, Ordering::Relaxed);
    }
    Ok(Json(Health {
        status: "ok".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        waiting_jobs: app.store.waiting_jobs().await?,
    }))
}

/// What a page needs to know before anything else.
#[derive(Serialize, Deserialize)]
pub(crate) struct Standing {
    version: String,
    /// Whether there is a first account.
    ready: bool,
    now: Millis,
    lang: String,
    /// The county whose figures the caller works with, or the site's own organisation.
    county: Option<Org>,
    account: Option<Person>,
}

/// Who is logged in.
#[derive(Serialize, Deserialize)]
struct Person {
    needs_factor: bool,
    login: String,
    name: String,
    org_id: String,
    roles: Vec<String>,
    /// Commands that they may start.
    commands: Vec<String>,
    must_change_password: bool,
    /// The secret that every change repeats.
    csrf: String,
}

/// Whether there is a first account, who is logged in, and the secret for changes.
pub(crate) async fn state(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
) -> Answer<Standing> {
    // A school's people work in their county, a city's in their city.
    let county = match &asked.caller {
        None => app.store.site().await?,
        Some(caller) => match app.store.county_of(&caller.account.org_id).await? {
            None => app.store.org(&caller.account.org_id).await?,
            county => county,
        },
    };
    let commands = |roles: &[Role]| {
        SERVED
            .iter()
            .filter(|s| s.is_for(roles))
            .map(|s| s.name.to_owned())
            .collect()
    };
    let account = asked.caller.as_ref().map(|c| Person {
        needs_factor: c.needs_factor,
        login: c.account.login.clone(),
        name: c.account.name.clone(),
        org_id: c.account.org_id.clone(),
        roles: c.roles.iter().map(|r| r.id().to_owned()).collect(),
        commands: commands(&c.roles),
        must_change_password: c.account.must_change != 0,
        csrf: asked
            .session()
            .map_or_else(|_| String::new(), |s| s.csrf.clone()),
    });
    Ok(Json(Standing {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        ready: app.store.has_accounts().await?,
        now: app.now(),
        lang: asked.lang.pick("zh", "en").to_owned(),
        county,
        account,
    }))
}

/// What the installer gives.
#[derive(Deserialize)]
pub(crate) struct Setup {
    token: String,
    /// Of the organisation that the site is for: a county where nothing else is said, a city, a province.
    #[serde(default = "county_kind")]
    org_kind: String,
    org_code: String,
    org_name: String,
    login: String,
    name: String,
    password: String,
}

fn county_kind() -> String {
    "county".to_owned()
}

/// The first account.
#[derive(Serialize, Deserialize)]
pub(crate) struct First {
    login: String,
}

/// Makes the organisation at the top and the first account, once.
pub(crate) async fn setup(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Json(wanted): Json<Setup>,
) -> Answer<First> {
    if app.setup_token().as_deref() != Some(wanted.token.trim()) {
        return Err(Problem::forbidden(
            "初始化口令不对，或已经初始化；口令在启动服务的窗口里",
            "the token is wrong or was used; it stands in the window where the server was started",
        ));
    }
    let code = division(&wanted.org_code)?;
    let reader = match wanted.org_kind.as_str() {
        "county" => Role::County,
        "city" => Role::City,
        "province" => Role::Province,
        _ => {
            return Err(Problem::bad(
                "使用单位是县(区)、市或省",
                "the site is for a county, a city or a province",
            ));
        }
    };
    let login = login_name(&wanted.login)?;
    let (county, name) = (wanted.org_name.trim(), wanted.name.trim());
    person_name(county)?;
    person_name(name)?;
    if let Some(weak) = secret::weakness(&wanted.password, &login) {
        return Err(Problem::bad(weak.zh, weak.en));
    }
    let password = wanted.password;
    let hash = trying(move || secret::hash(&password)).await??;
    let (org, id, now) = (secret::id()?, secret::id()?, app.now());
    let mut change = app.store.change().await?;
    if change.has_accounts().await? {
        return Err(Problem::conflict("已经初始化", "it is set up already"));
    }
    change
        .add_org(&Org {
            id: org.clone(),
            parent_id: None,
            kind: wanted.org_kind,
            code,
            name: county.to_owned(),
        })
        .await?;
    let roles = [Role::Security, reader].map(Role::id);
    let new = NewAccount {
        id: &id,
        login: &login,
        name,
        org_id: &org,
        password: &hash,
        must_change: false,
        phone: "",
        identity: None,
        roles: &roles,
    };
    change.add_account(new, now).await?;
    let deed = Deed {
        actor: &login,
        address: &asked.address,
        action: "setup",
        object: &org,
        new: &change.account_hash(&id).await?,
        result: "done",
        ..Deed::default()
    };
    change.record(now, &deed).await?;
    change.commit().await?;
    if let Ok(mut token) = app.setup.lock() {
        *token = None;
    }
    Ok(Json(First { login }))
}

/// A name of a person or a county as people write it.
pub(crate) fn person_name(text: &str) -> Result<(), Problem> {
    if (1..=100).contains(&text.chars().count()) && door::is_one_line(text) {
        Ok(())
    } else {
        Err(Problem::bad(
            "请填写姓名和单位名称，不超过 100 个字",
            "a name is missing, or longer than 100 characters",
        ))
    }
}

/// A login: letters, digits, dots, hyphens and underlines.
pub(crate) fn login_name(text: &str) -> Result<String, Problem> {
    let login = text.trim().to_lowercase();
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
    if (2..=40).contains(&login.chars().count()) && login.chars().all(plain) {
        Ok(login)
    } else {
        Err(Problem::bad(
            "用户名为 2 至 40 个字母、数字、汉字、点、横线或下划线",
            "a login has 2 to 40 letters, digits, dots, hyphens or underlines",
        ))
    }
}

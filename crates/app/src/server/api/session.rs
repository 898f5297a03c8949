//! Logging in and out, and changing one's password.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::{HeaderName, header};
use axum::response::AppendHeaders;
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};

use super::setup::login_name;
use super::{Answer, Done, trying};
use crate::server::caller::{Asked, COOKIE};
use crate::server::problem::Problem;
use crate::server::{App, secret, totp};
use crate::store::{Change, Deed, Factor, Millis};

/// So many wrong passwords …
const TRIES: usize = 5;
/// … within this time …
const WITHIN: Millis = 10 * 60 * 1000;
/// … lock an account for so long.
const LOCKED: Millis = 15 * 60 * 1000;
/// How many passwords back may not be used again.
const REMEMBERED: i64 = 5;
/// Verified against where there is no such account, so that the answer takes as long.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Until when wrong passwords, the newest first, lock an account.
fn locked_until(times: &[Millis], now: Millis) -> Option<Millis> {
    let (newest, fifth) = (times.first()?, times.get(TRIES - 1)?);
    let until = newest + LOCKED;
    (newest - fifth <= WITHIN && (*newest..until).contains(&now)).then_some(until)
}

/// Whether a login is locked. Asked within a change: who tries many at once gets no more tries than who
/// waits.
async fn is_locked(app: &App, login: &str, now: Millis) -> Result<bool, Problem> {
    let times = app.store.failures(login, now, TRIES as i64).await?;
    Ok(locked_until(&times, now).is_some())
}

/// The logins that are locked, and until when.
pub(crate) async fn locked(app: &App) -> Result<BTreeMap<String, Millis>, Problem> {
    let now = app.now();
    let times = app.store.failures_since(now - LOCKED - WITHIN, now).await?;
    let locked = times
        .into_iter()
        .filter_map(|(login, times)| Some((login, locked_until(&times, now)?)));
    Ok(locked.collect())
}

/// A login and its password.
#[derive(Deserialize)]
pub(crate) struct Login {
    login: String,
    password: String,
    /// The telephone's code, or a recovery code, where the account has a second factor.
    #[serde(default)]
    code: String,
}

/// A session that was opened.
#[derive(Serialize, Deserialize)]
pub(crate) struct Opened {
    /// The secret that every change repeats.
    csrf: String,
    must_change_password: bool,
}

/// A cookie beside what is told.
type WithCookie<T> = Result<(AppendHeaders<[(HeaderName, String); 1]>, Json<T>), Problem>;

fn with_cookie<T>(cookie: String, told: T) -> WithCookie<T> {
    Ok((AppendHeaders([(header::SET_COOKIE, cookie)]), Json(told)))
}

/// Whether a password is right; nothing where its address has given too many wrong ones. Asked in its turn:
/// who sends many at once gets no more tries than who waits.
fn tried(app: &App, address: &str, at: Millis, password: &str, stored: &str) -> Option<bool> {
    if app.limiter.lock().is_ok_and(|l| l.guesses(address, at)) {
        return None;
    }
    let right = secret::holds(password, stored);
    if !right && let Ok(mut limiter) = app.limiter.lock() {
        limiter.wrong(address, at);
    }
    Some(right)
}

/// Opens a session.
pub(crate) async fn login(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Json(given): Json<Login>,
) -> WithCookie<Opened> {
    // What is no login is nobody's; the audit does not take more than a login's length of it.
    let mut login = given.login.trim().to_lowercase();
    if login_name(&login).is_err() {
        login = "?".to_owned();
    }
    let account = app.store.account(&login).await?.filter(|a| a.disabled == 0);
    let stored = account
        .as_ref()
        .map_or_else(|| NOBODY.to_owned(), |a| a.password.clone());
    let password = given.password;
    let (limits, address, at) = (app.clone(), asked.address.clone(), app.now());
    let kept = stored.clone();
    let right = trying(move || tried(&limits, &address, at, &password, &kept)).await?;
    let right = right.ok_or_else(Problem::busy)?;
    let mut change = app.store.change().await?;
    // The time of this turn: of those that came together each sees what the others tried before it.
    let now = app.now();
    let locked = is_locked(&app, &login, now).await?;
    // It may have been shut, or given another password, while this one was tried.
    let account = app.store.account(&login).await?;
    let account = account.filter(|a| a.disabled == 0 && a.password == stored);
    let mut deed = Deed {
        actor: &login,
        address: &asked.address,
        action: "login",
        object: "session",
        result: "refused",
        ..Deed::default()
    };
    let Some(account) = account.filter(|_| right && !locked) else {
        if !locked {
            change.add_failure(&login, now).await?;
        }
        change.record(now, &deed).await?;
        change.commit().await?;
        return Err(Problem::wrong_login());
    };
    if let Some(factor) = app
        .store
        .factor(&account.id)
        .await?
        .filter(|f| f.confirmed != 0)
        && !second(
            &app.keys.site,
            &mut change,
            &account.id,
            &factor,
            given.code.trim(),
            now,
        )
        .await?
    {
        // Asking for the code is no failure; a wrong one is.
        if !given.code.trim().is_empty() {
            change.add_failure(&login, now).await?;
        }
        change.record(now, &deed).await?;
        change.commit().await?;
        return Err(Problem::second_factor());
    }
    let (token, csrf) = (secret::token()?, secret::token()?);
    change.clear_failures(&login).await?;
    change
        .add_session(&secret::token_hash(&token), &account.id, &csrf, now)
        .await?;
    deed.result = "done";
    change.record(now, &deed).await?;
    change.commit().await?;
    let secure = if app.secure { "; Secure" } else { "" };
    let cookie = format!("{COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict{secure}");
    let opened = Opened {
        csrf,
        must_change_password: account.must_change != 0,
    };
    with_cookie(cookie, opened)
}

/// Whether a code of the telephone, or a recovery code, is right and was not used before.
async fn second(
    key: &[u8; 32],
    change: &mut Change,
    account: &str,
    factor: &Factor,
    code: &str,
    now: Millis,
) -> Result<bool, Problem> {
    let bytes = totp::unseal(key, account, &factor.secret)?;
    if let Some(step) = totp::step_of(&bytes, code, now) {
        return Ok(step > factor.last_step && change.use_code(account, step).await?);
    }
    Ok(change
        .use_recovery(account, &secret::token_hash(code))
        .await?)
}

/// Ends the session.
pub(crate) async fn logout(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
) -> WithCookie<Done> {
    let caller = asked.caller()?;
    let mut change = app.store.change().await?;
    change.end_session(&asked.session()?.token_hash).await?;
    let deed = Deed {
        actor: &caller.account.login,
        address: &asked.address,
        action: "logout",
        object: "session",
        result: "done",
        ..Deed::default()
    };
    change.record(app.now(), &deed).await?;
    change.commit().await?;
    let cookie = format!("{COOKIE}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
    with_cookie(cookie, Done {})
}

/// The old and the new password.
#[derive(Deserialize)]
pub(crate) struct Passwords {
    old: String,
    new: String,
}

/// Changes the caller's own password and ends their sessions.
pub(crate) async fn password(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Json(given): Json<Passwords>,
) -> Answer<Done> {
    let caller = asked.caller()?;
    if let Some(weak) = secret::weakness(&given.new, &caller.account.login) {
        return Err(Problem::bad(weak.zh, weak.en));
    }
    let mut before = app
        .store
        .old_passwords(&caller.account.id, REMEMBERED - 1)
        .await?;
    before.insert(0, caller.account.password.clone());
    let (right, used, hash) = trying(move || {
        let right = secret::holds(&given.old, &before[0]);
        let used = before.iter().any(|hash| secret::holds(&given.new, hash));
        (right, used, secret::hash(&given.new))
    })
    .await?;
    let (id, login) = (&caller.account.id, &caller.account.login);
    let mut change = app.store.change().await?;
    let now = app.now();
    // Whoever sits at somebody else's desk does not get to guess either.
    let locked = is_locked(&app, login, now).await?;
    if !right || locked {
        if !locked {
            change.add_failure(login, now).await?;
        }
        let deed = Deed {
            result: "refused",
            ..asked.deed("password", id)?
        };
        change.record(now, &deed).await?;
        change.commit().await?;
        return Err(Problem::wrong_login());
    }
    if used {
        return Err(Problem::bad(
            "最近五次用过的密码不能再用",
            "none of the last five passwords may be used again",
        ));
    }
    let before = change.account_hash(id).await?;
    change
        .set_password(&caller.account, &hash?, false, now)
        .await?;
    change.end_sessions_of(id).await?;
    let deed = Deed {
        old: &before,
        new: &change.account_hash(id).await?,
        ..asked.deed("password", id)?
    };
    change.record(now, &deed).await?;
    change.commit().await?;
    Ok(Json(Done {}))
}

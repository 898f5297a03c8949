//! Who asks: read from the cookie once, in front of every handler.

use std::net::IpAddr;

use axum::http::{HeaderMap, Method, header};
use junheng_core::text::Lang;

use super::problem::Problem;
use super::rights::{Access, Role};
use super::{App, secret};
use crate::store::{Account, Deed, Session, is_full};

/// The name of the cookie.
pub(crate) const COOKIE: &str = "junheng_session";
/// The header that repeats the session's secret on every change.
pub(crate) const CSRF: &str = "x-csrf-token";

/// How a caller is known.
#[derive(Clone, Debug)]
pub(crate) enum By {
    /// A browser, which repeats the session's secret on every change.
    Session(Session),
    /// A script; whether its token may change anything.
    Token { writes: bool },
}

/// A person, or a script of theirs.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) account: Account,
    pub(crate) roles: Vec<Role>,
    pub(crate) by: By,
    /// Their role wants a second factor, and they have none yet.
    pub(crate) needs_factor: bool,
}

/// What every handler knows of a request.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) lang: Lang,
    pub(crate) address: String,
    pub(crate) caller: Option<Caller>,
}

impl Caller {
    /// Somebody on whose behalf the program itself works.
    pub(crate) fn working(account: Account, roles: Vec<Role>) -> Self {
        Self {
            account,
            roles,
            by: By::Token { writes: true },
            needs_factor: false,
        }
    }
}

impl Asked {
    /// What the program itself asks on somebody's behalf.
    pub(crate) fn of(caller: Caller, lang: Lang) -> Self {
        Self {
            lang,
            address: String::new(),
            caller: Some(caller),
        }
    }

    /// The person, where an endpoint is not public.
    pub(crate) fn caller(&self) -> Result<&Caller, Problem> {
        self.caller.as_ref().ok_or_else(Problem::login)
    }

    /// Something that the caller did, for the audit.
    pub(crate) fn deed<'a>(
        &'a self,
        action: &'a str,
        object: &'a str,
    ) -> Result<Deed<'a>, Problem> {
        Ok(Deed {
            actor: &self.caller()?.account.login,
            address: &self.address,
            action,
            object,
            result: "done",
            ..Deed::default()
        })
    }

    /// The session, where it is a person's own doing.
    pub(crate) fn session(&self) -> Result<&Session, Problem> {
        match &self.caller()?.by {
            By::Session(session) => Ok(session),
            By::Token { .. } => Err(Problem::login()),
        }
    }
}

/// The language a browser wants; Chinese where it says nothing.
pub(crate) fn lang(headers: &HeaderMap) -> Lang {
    let wanted = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default();
    if wanted.trim_start().to_lowercase().starts_with("en") {
        Lang::En
    } else {
        Lang::Zh
    }
}

/// Where a request comes from. Behind a proxy it is what that proxy, the last before us, says; anybody
/// else could write anything.
pub(crate) fn address(peer: Option<IpAddr>, proxied: bool, headers: &HeaderMap) -> String {
    let said = headers
        .get_all("x-forwarded-for")
        .iter()
        .next_back()
        .and_then(|v| {
            v.to_str()
                .ok()?
                .rsplit(',')
                .next()?
                .trim()
                .parse::<IpAddr>()
                .ok()
        });
    said.filter(|_| proxied)
        .or(peer)
        .map_or_else(String::new, |a| a.to_string())
}

/// Who asks, by a session or a token that holds.
pub(crate) async fn caller(app: &App, headers: &HeaderMap) -> Result<Option<Caller>, Problem> {
    let now = app.now();
    let (account, by) = if let Some(token) = bearer(headers) {
        let Some(token) = app.store.token(&secret::token_hash(token), now).await? else {
            return Ok(None);
        };
        let writes = token.scope == "write";
        (token.account_id, By::Token { writes })
    } else {
        let Some(token) = cookie(headers) else {
            return Ok(None);
        };
        let hash = secret::token_hash(token);
        let Some(session) = app.store.session(&hash, now, app.idle).await? else {
            return Ok(None);
        };
        // A write per minute is enough to know that somebody is there; a clock that went back is one too.
        if (now - session.seen_at).abs() > 60_000 {
            match app.store.touch(&session, now).await {
                // Where the disk is full people still read.
                Err(error) if is_full(&error) => tracing::error!(%error, "session"),
                done => done?,
            }
        }
        (session.account_id.clone(), By::Session(session))
    };
    let account = app.store.account_by_id(&account).await?;
    let Some(account) = account.filter(|a| a.disabled == 0) else {
        return Ok(None);
    };
    let roles = app.store.roles(&account.id).await?;
    let roles: Vec<Role> = roles.iter().filter_map(|r| Role::from_id(r)).collect();
    let mut needs_factor = roles.iter().any(|r| app.factor_for.contains(r));
    if needs_factor {
        let factor = app.store.factor(&account.id).await?;
        needs_factor = factor.is_none_or(|f| f.confirmed == 0);
    }
    Ok(Some(Caller {
        account,
        roles,
        by,
        needs_factor,
    }))
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    value.strip_prefix("Bearer ").map(str::trim)
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(COOKIE)?.strip_prefix('='))
}

/// Whether the request may pass: the access of the endpoint, the secret on every change, and a
/// first password changed before anything else.
pub(crate) fn admit(
    access: Access,
    caller: Option<&Caller>,
    method: &Method,
    headers: &HeaderMap,
) -> Result<(), Problem> {
    if matches!(access, Access::Public) {
        return Ok(());
    }
    let caller = caller.ok_or_else(Problem::login)?;
    let reads = matches!(*method, Method::GET | Method::HEAD);
    match &caller.by {
        By::Session(session) => {
            let secret = headers.get(CSRF).and_then(|v| v.to_str().ok());
            if !reads && secret != Some(session.csrf.as_str()) {
                return Err(Problem::forbidden(
                    "请求不是从本系统的页面发出的；请刷新页面后再试",
                    "the request does not come from a page of this system; reload it and try again",
                ));
            }
        }
        // A script changes neither accounts nor its own person.
        By::Token { writes } => {
            let own = matches!(access, Access::Session | Access::Person);
            if (!reads && (!writes || own)) || caller.roles.contains(&Role::Security) {
                return Err(Problem::forbidden(
                    "令牌没有这项权限",
                    "the token does not have this right",
                ));
            }
        }
    }
    if matches!(access, Access::Session) {
        return Ok(());
    }
    if caller.account.must_change != 0 {
        return Err(Problem::forbidden(
            "请先修改初始密码",
            "please change the first password before anything else",
        ));
    }
    if caller.needs_factor {
        return Err(Problem::forbidden(
            "您的角色须先启用动态口令",
            "your role needs a second factor first",
        ));
    }
    if access.allows(&caller.roles) {
        Ok(())
    } else {
        Err(Problem::role(access))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statement_32_an_address_is_believed_of_the_proxy_alone() {
        let peer: IpAddr = "10.0.0.9".parse().unwrap();
        let mut headers = HeaderMap::new();
        assert_eq!(address(Some(peer), true, &headers), "10.0.0.9");
        headers.insert("x-forwarded-for", "1.2.3.4, 203.0.113.7".parse().unwrap());
        assert_eq!(address(Some(peer), false, &headers), "10.0.0.9");
        assert_eq!(address(Some(peer), true, &headers), "203.0.113.7");
        headers.insert("x-forwarded-for", "<script>".parse().unwrap());
        assert_eq!(address(Some(peer), true, &headers), "10.0.0.9");
        assert_eq!(address(None, true, &headers), "");
    }
}

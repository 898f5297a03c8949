//! One's own second factor, and the tokens of one's own scripts.

use axum::extract::{Path, State};
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};

use super::setup::person_name;
use super::{Answer, Done};
use crate::server::caller::Asked;
use crate::server::problem::Problem;
use crate::server::{App, secret, totp};
use crate::store::{Deed, Millis, Token};

/// So many recovery codes are given.
const RECOVERY: usize = 8;
/// A token holds at most so many days.
const LONGEST: i64 = 366;
const DAY: Millis = 86_400_000;

/// A second factor that is begun: for the telephone.
#[derive(Serialize, Deserialize)]
pub(crate) struct Begun {
    secret: String,
    link: String,
}

/// Begins a second factor: the secret is shown this once.
pub(crate) async fn begin(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
) -> Answer<Begun> {
    let account = &asked.caller()?.account;
    if app
        .store
        .factor(&account.id)
        .await?
        .is_some_and(|f| f.confirmed != 0)
    {
        return Err(Problem::conflict(
            "已启用动态口令；更换手机请联系安全管理员",
            "a second factor is in use; the security administrator can take it away",
        ));
    }
    let bytes = secret::bytes::<20>()?;
    let mut change = app.store.change().await?;
    let sealed = totp::seal(&app.keys.site, &account.id, &bytes)?;
    change.put_factor(&account.id, &sealed).await?;
    let deed = asked.deed("factor.begin", &account.id)?;
    change.record(app.now(), &deed).await?;
    change.commit().await?;
    let secret = totp::base32(&bytes);
    let link = format!(
        "otpauth://totp/Junheng:{}?secret={secret}&issuer=Junheng",
        account.id
    );
    Ok(Json(Begun { secret, link }))
}

/// A code of the telephone.
#[derive(Deserialize)]
pub(crate) struct Code {
    code: String,
}

/// Codes that do without the telephone, each once.
#[derive(Serialize, Deserialize)]
pub(crate) struct Codes {
    recovery: Vec<String>,
}

/// Confirms a second factor with its first code; gives the recovery codes, this once.
pub(crate) async fn confirm(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Json(given): Json<Code>,
) -> Answer<Codes> {
    let account = &asked.caller()?.account;
    let factor = app.store.factor(&account.id).await?;
    let factor = factor
        .filter(|f| f.confirmed == 0)
        .ok_or_else(Problem::absent)?;
    let now = app.now();
    let bytes = totp::unseal(&app.keys.site, &account.id, &factor.secret)?;
    let step = totp::step_of(&bytes, &given.code, now);
    let step = step.ok_or_else(|| {
        Problem::bad(
            "动态口令不对，请核对手机时间",
            "the code is wrong; check the telephone's clock",
        )
    })?;
    let mut codes = Vec::new();
    let mut change = app.store.change().await?;
    change.use_code(&account.id, step).await?;
    for _ in 0..RECOVERY {
        let code = secret::hex(&secret::bytes::<5>()?);
        change
            .add_recovery(&account.id, &secret::token_hash(&code))
            .await?;
        codes.push(code);
    }
    change
        .record(now, &asked.deed("factor.confirm", &account.id)?)
        .await?;
    change.commit().await?;
    Ok(Json(Codes { recovery: codes }))
}

/// Tokens without their secrets.
#[derive(Serialize, Deserialize)]
pub(crate) struct Tokens {
    tokens: Vec<Token>,
}

/// One's own tokens.
pub(crate) async fn tokens(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
) -> Answer<Tokens> {
    let tokens = app.store.tokens(&asked.caller()?.account.id).await?;
    Ok(Json(Tokens { tokens }))
}

/// A token to be made.
#[derive(Deserialize)]
pub(crate) struct New {
    name: String,
    scope: String,
    days: i64,
}

/// A token that was made.
#[derive(Serialize, Deserialize)]
pub(crate) struct Shown {
    id: String,
    token: String,
    expires_at: Millis,
}

/// Makes a token; it is shown this once.
pub(crate) async fn add_token(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Json(new): Json<New>,
) -> Answer<Shown> {
    let account = &asked.caller()?.account;
    if person_name(new.name.trim()).is_err() {
        return Err(Problem::bad(
            "请给令牌起一个名称，不超过 100 个字，如“夜间脚本”",
            "give the token a name of at most 100 characters, as \"nightly script\"",
        ));
    }
    if !["read", "write"].contains(&new.scope.as_str()) || !(1..=LONGEST).contains(&new.days) {
        return Err(Problem::bad(
            "令牌的权限为 read 或 write，有效期 1 至 366 天",
            "a token's scope is read or write, and it holds 1 to 366 days",
        ));
    }
    let (now, text) = (app.now(), format!("jh_{}", secret::token()?));
    let token = Token {
        id: secret::id()?,
        account_id: account.id.clone(),
        name: new.name.trim().to_owned(),
        scope: new.scope,
        created_at: now,
        expires_at: now + new.days * DAY,
    };
    let mut change = app.store.change().await?;
    change.add_token(&token, &secret::token_hash(&text)).await?;
    let deed = Deed {
        new: &token.hash(),
        ..asked.deed("token.add", &token.id)?
    };
    change.record(now, &deed).await?;
    change.commit().await?;
    Ok(Json(Shown {
        id: token.id,
        token: text,
        expires_at: token.expires_at,
    }))
}

/// Ends one of one's own tokens.
pub(crate) async fn end_token(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Path(id): Path<String>,
) -> Answer<Done> {
    let mut change = app.store.change().await?;
    if !change.end_token(&asked.caller()?.account.id, &id).await? {
        return Err(Problem::absent());
    }
    change
        .record(app.now(), &asked.deed("token.end", &id)?)
        .await?;
    change.commit().await?;
    Ok(Json(Done {}))
}

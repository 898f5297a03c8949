//! Second factors of people, and tokens of their scripts.

use super::{Change, Millis, Result, Store, hash_of};

/// The second factor of an account.
#[derive(Clone, Debug)]
pub(crate) struct Factor {
    /// Hexadecimal.
    pub(crate) secret: String,
    pub(crate) confirmed: i64,
    /// The time step of the last code that was used: no code is used twice.
    pub(crate) last_step: i64,
}

row!(Factor {
    secret,
    confirmed,
    last_step
});

/// A token of a script.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub(crate) struct Token {
    pub(crate) id: String,
    #[serde(skip)]
    pub(crate) account_id: String,
    pub(crate) name: String,
    /// `read`, or `write` for changes too.
    pub(crate) scope: String,
    pub(crate) created_at: Millis,
    pub(crate) expires_at: Millis,
}

row!(Token {
    id,
    account_id,
    name,
    scope,
    created_at,
    expires_at
});

impl Token {
    /// What the audit keeps of what a token may.
    pub(crate) fn hash(&self) -> String {
        hash_of([
            self.name.as_str(),
            &self.scope,
            &self.expires_at.to_string(),
        ])
    }
}

const TOKEN: &str = "SELECT id, account_id, name, scope, created_at, expires_at FROM token";

impl Store {
    /// The second factor of an account.
    pub(crate) async fn factor(&self, account: &str) -> Result<Option<Factor>> {
        sqlx::query_as(
            "SELECT secret, confirmed, last_step FROM second_factor WHERE account_id = $1",
        )
        .bind(account)
        .fetch_optional(&self.pool)
        .await
    }

    /// The token of a hash, if it has not expired.
    pub(crate) async fn token(&self, hash: &str, now: Millis) -> Result<Option<Token>> {
        sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "{TOKEN} WHERE hash = $1 AND expires_at > $2"
        )))
        .bind(hash)
        .bind(now)
        .fetch_optional(&self.pool)
        .await
    }

    /// The tokens of an account, newest first.
    pub(crate) async fn tokens(&self, account: &str) -> Result<Vec<Token>> {
        sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "{TOKEN} WHERE account_id = $1 ORDER BY created_at DESC, id"
        )))
        .bind(account)
        .fetch_all(&self.pool)
        .await
    }
}

impl Change {
    /// Begins a second factor anew; it counts once it is confirmed.
    pub(crate) async fn put_factor(&mut self, account: &str, secret: &str) -> Result<()> {
        self.drop_factor(account).await?;
        sqlx::query(
            "INSERT INTO second_factor (account_id, secret, confirmed, last_step) VALUES ($1, $2, 0, 0)",
        )
        .bind(account)
        .bind(secret)
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    /// Notes that a code was used; false where it, or a later one, was used before.
    pub(crate) async fn use_code(&mut self, account: &str, step: i64) -> Result<bool> {
        let done = sqlx::query(
            "UPDATE second_factor SET confirmed = 1, last_step = $2 WHERE account_id = $1 AND last_step < $2",
        )
        .bind(account)
        .bind(step)
        .execute(&mut *self.tx)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Takes the second factor away, as after a lost telephone.
    pub(crate) async fn drop_factor(&mut self, account: &str) -> Result<()> {
        for statement in [
            "DELETE FROM recovery_code WHERE account_id = $1",
            "DELETE FROM second_factor WHERE account_id = $1",
        ] {
            sqlx::query(statement)
                .bind(account)
                .execute(&mut *self.tx)
                .await?;
        }
        Ok(())
    }

    /// Keeps a recovery code by its hash.
    pub(crate) async fn add_recovery(&mut self, account: &str, hash: &str) -> Result<()> {
        sqlx::query("INSERT INTO recovery_code (account_id, hash) VALUES ($1, $2)")
            .bind(account)
            .bind(hash)
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }

    /// Uses a recovery code up; false where there is none.
    pub(crate) async fn use_recovery(&mut self, account: &str, hash: &str) -> Result<bool> {
        let done = sqlx::query("DELETE FROM recovery_code WHERE account_id = $1 AND hash = $2")
            .bind(account)
            .bind(hash)
            .execute(&mut *self.tx)
            .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Keeps a token by its hash.
    pub(crate) async fn add_token(&mut self, token: &Token, hash: &str) -> Result<()> {
        sqlx::query(
            "INSERT INTO token (hash, id, account_id, name, scope, created_at, expires_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(hash)
        .bind(&token.id)
        .bind(&token.account_id)
        .bind(&token.name)
        .bind(&token.scope)
        .bind(token.created_at)
        .bind(token.expires_at)
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    /// Ends a token; false where the account has none of this id.
    pub(crate) async fn end_token(&mut self, account: &str, id: &str) -> Result<bool> {
        let done = sqlx::query("DELETE FROM token WHERE account_id = $1 AND id = $2")
            .bind(account)
            .bind(id)
            .execute(&mut *self.tx)
            .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Ends all tokens of an account, as after other roles.
    pub(crate) async fn end_tokens_of(&mut self, account: &str) -> Result<()> {
        sqlx::query("DELETE FROM token WHERE account_id = $1")
            .bind(account)
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }
}

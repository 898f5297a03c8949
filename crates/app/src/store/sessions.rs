//! Who is logged in. The token itself is only in the person's browser; here is its hash.

use super::{Change, Millis, Result, Store};

/// The longest time without a request that can be set; after it a session is forgotten.
const LONGEST: Millis = 60 * 60 * 1000;

/// A session.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub(crate) token_hash: String,
    pub(crate) account_id: String,
    pub(crate) csrf: String,
    pub(crate) seen_at: Millis,
}

row!(Session {
    token_hash,
    account_id,
    csrf,
    seen_at
});

impl Store {
    /// The session of a token's hash, if it has not ended.
    pub(crate) async fn session(
        &self,
        hash: &str,
        now: Millis,
        idle: Millis,
    ) -> Result<Option<Session>> {
        sqlx::query_as(
            "SELECT token_hash, account_id, csrf, seen_at FROM session \
             WHERE token_hash = $1 AND seen_at > $2",
        )
        .bind(hash)
        .bind(now - idle)
        .fetch_optional(&self.pool)
        .await
    }

    /// Notes that a session is alive. Where the clock was put back, the others were so until now too: they
    /// do not wait for the clock to come round again.
    pub(crate) async fn touch(&self, session: &Session, now: Millis) -> Result<()> {
        let _turn = self.turn().await?;
        sqlx::query("UPDATE session SET seen_at = $2 WHERE token_hash = $1 OR seen_at > $2")
            .bind(&session.token_hash)
            .bind(now)
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}

impl Change {
    /// Opens a session.
    pub(crate) async fn add_session(
        &mut self,
        hash: &str,
        account: &str,
        csrf: &str,
        now: Millis,
    ) -> Result<()> {
        for (statement, at) in [
            ("DELETE FROM session WHERE seen_at <= $1", now - LONGEST),
            ("UPDATE session SET seen_at = $1 WHERE seen_at > $1", now),
        ] {
            sqlx::query(statement)
                .bind(at)
                .execute(&mut *self.tx)
                .await?;
        }
        sqlx::query(
            "INSERT INTO session (token_hash, account_id, csrf, created_at, seen_at) \
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(hash)
        .bind(account)
        .bind(csrf)
        .bind(now)
        .bind(now)
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    /// Ends a session.
    pub(crate) async fn end_session(&mut self, hash: &str) -> Result<()> {
        sqlx::query("DELETE FROM session WHERE token_hash = $1")
            .bind(hash)
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }

    /// Ends all sessions of an account, as after a new password or other roles.
    pub(crate) async fn end_sessions_of(&mut self, account: &str) -> Result<()> {
        sqlx::query("DELETE FROM session WHERE account_id = $1")
            .bind(account)
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }
}

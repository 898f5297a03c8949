//! What the store keeps sealed under the site's key: read together and put back together when that key
//! is changed for another.

use super::{Change, Result, Store};

/// A sealed column, and what tells its rows apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sealed {
    /// Keys of the store itself, by name.
    Key,
    /// Secrets of second factors, by account.
    Factor,
    /// Telephone numbers, by account.
    Phone,
}

/// All of them.
pub(crate) const SEALED: [Sealed; 3] = [Sealed::Key, Sealed::Factor, Sealed::Phone];

impl Sealed {
    /// The purpose that a row is sealed for: what was sealed for one row opens for no other.
    pub(crate) fn purpose(self, row: &str) -> String {
        let name = match self {
            Sealed::Key => "key",
            Sealed::Factor => "factor",
            Sealed::Phone => "phone",
        };
        format!("{name} {row}")
    }

    fn select(self) -> &'static str {
        match self {
            Sealed::Key => "SELECT name, sealed FROM store_key ORDER BY name",
            Sealed::Factor => "SELECT account_id, secret FROM second_factor ORDER BY account_id",
            Sealed::Phone => "SELECT id, phone FROM account WHERE phone <> '' ORDER BY id",
        }
    }

    fn update(self) -> &'static str {
        match self {
            Sealed::Key => "UPDATE store_key SET sealed = $2 WHERE name = $1",
            Sealed::Factor => "UPDATE second_factor SET secret = $2 WHERE account_id = $1",
            Sealed::Phone => "UPDATE account SET phone = $2 WHERE id = $1",
        }
    }
}

impl Store {
    /// A key of the store as it is kept.
    pub(crate) async fn store_key(&self, name: &str) -> Result<Option<String>> {
        sqlx::query_scalar("SELECT sealed FROM store_key WHERE name = $1")
            .bind(name)
            .fetch_optional(&self.pool)
            .await
    }
}

impl Change {
    /// Keeps a key where there is none of its name.
    pub(crate) async fn add_store_key(&mut self, name: &str, sealed: &str) -> Result<()> {
        sqlx::query(
            "INSERT INTO store_key (name, sealed) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING",
        )
        .bind(name)
        .bind(sealed)
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    /// The rows of a sealed column.
    pub(crate) async fn sealed(&mut self, which: Sealed) -> Result<Vec<(String, String)>> {
        sqlx::query_as(which.select())
            .fetch_all(&mut *self.tx)
            .await
    }

    /// Puts one of them back.
    pub(crate) async fn put_sealed(&mut self, which: Sealed, row: &str, kept: &str) -> Result<()> {
        sqlx::query(which.update())
            .bind(row)
            .bind(kept)
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }

    /// Forgets everything that only a lost key opens: second factors, telephone numbers, and which
    /// identity numbers were given.
    pub(crate) async fn forget_sealed(&mut self) -> Result<()> {
        for statement in [
            "DELETE FROM recovery_code",
            "DELETE FROM second_factor",
            "DELETE FROM store_key",
            "UPDATE account SET phone = '', identity = NULL",
        ] {
            sqlx::query(statement).execute(&mut *self.tx).await?;
        }
        Ok(())
    }
}

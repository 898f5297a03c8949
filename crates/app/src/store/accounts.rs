//! Organisations and the people of them.

use std::collections::BTreeMap;

use sqlx::{AnyConnection, Row};

use super::{Change, Millis, Result, Store, hash_of};

/// A node of the tree: province, city, county, township or school.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub(crate) struct Org {
    pub(crate) id: String,
    pub(crate) parent_id: Option<String>,
    pub(crate) kind: String,
    pub(crate) code: String,
    pub(crate) name: String,
}

row!(Org {
    id,
    parent_id,
    kind,
    code,
    name
});

/// An account of one natural person.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) id: String,
    pub(crate) login: String,
    pub(crate) name: String,
    pub(crate) org_id: String,
    pub(crate) password: String,
    pub(crate) must_change: i64,
    pub(crate) disabled: i64,
    /// As it is kept: sealed.
    pub(crate) phone: String,
}

row!(Account {
    id,
    login,
    name,
    org_id,
    password,
    must_change,
    disabled,
    phone
});

/// An account to be made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NewAccount<'a> {
    pub(crate) id: &'a str,
    pub(crate) login: &'a str,
    pub(crate) name: &'a str,
    pub(crate) org_id: &'a str,
    /// Argon2id, never the password itself.
    pub(crate) password: &'a str,
    pub(crate) must_change: bool,
    pub(crate) phone: &'a str,
    /// What is kept of the identity number.
    pub(crate) identity: Option<&'a str>,
    pub(crate) roles: &'a [&'a str],
}

const ACCOUNT: &str =
    "SELECT id, login, name, org_id, password, must_change, disabled, phone FROM account";

impl Store {
    /// Whether anybody can log in yet.
    pub(crate) async fn has_accounts(&self) -> Result<bool> {
        let n: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM account")
            .fetch_one(&self.pool)
            .await?;
        Ok(n > 0)
    }

    /// An account by its login.
    pub(crate) async fn account(&self, login: &str) -> Result<Option<Account>> {
        sqlx::query_as(sqlx::AssertSqlSafe(format!("{ACCOUNT} WHERE login = $1")))
            .bind(login)
            .fetch_optional(&self.pool)
            .await
    }

    /// An account by its id.
    pub(crate) async fn account_by_id(&self, id: &str) -> Result<Option<Account>> {
        sqlx::query_as(sqlx::AssertSqlSafe(format!("{ACCOUNT} WHERE id = $1")))
            .bind(id)
            .fetch_optional(&self.pool)
            .await
    }

    /// All accounts, by login.
    pub(crate) async fn accounts(&self) -> Result<Vec<Account>> {
        sqlx::query_as(sqlx::AssertSqlSafe(format!("{ACCOUNT} ORDER BY login")))
            .fetch_all(&self.pool)
            .await
    }

    /// Whose account somebody of this identity has.
    pub(crate) async fn account_of_identity(&self, identity: &str) -> Result<Option<String>> {
        sqlx::query_scalar("SELECT id FROM account WHERE identity = $1")
            .bind(identity)
            .fetch_optional(&self.pool)
            .await
    }

    /// The roles of an account.
    pub(crate) async fn roles(&self, account: &str) -> Result<Vec<String>> {
        sqlx::query_scalar("SELECT role FROM account_role WHERE account_id = $1 ORDER BY role")
            .bind(account)
            .fetch_all(&self.pool)
            .await
    }

    /// The roles of all accounts that have any.
    pub(crate) async fn all_roles(&self) -> Result<BTreeMap<String, Vec<String>>> {
        let rows =
            sqlx::query("SELECT account_id, role FROM account_role ORDER BY account_id, role")
                .fetch_all(&self.pool)
                .await?;
        let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for row in &rows {
            all.entry(row.try_get(0)?)
                .or_default()
                .push(row.try_get(1)?);
        }
        Ok(all)
    }

    /// The passwords an account had, newest first.
    pub(crate) async fn old_passwords(&self, account: &str, most: i64) -> Result<Vec<String>> {
        sqlx::query_scalar(
            "SELECT password FROM old_password WHERE account_id = $1 ORDER BY at DESC LIMIT $2",
        )
        .bind(account)
        .bind(most)
        .fetch_all(&self.pool)
        .await
    }

    /// When wrong passwords were given since, by login, newest first.
    pub(crate) async fn failures_since(
        &self,
        since: Millis,
        now: Millis,
    ) -> Result<BTreeMap<String, Vec<Millis>>> {
        let rows = sqlx::query(
            "SELECT login, at FROM login_failure WHERE at > $1 AND at <= $2 ORDER BY at DESC",
        )
        .bind(since)
        .bind(now)
        .fetch_all(&self.pool)
        .await?;
        let mut all: BTreeMap<String, Vec<Millis>> = BTreeMap::new();
        for row in &rows {
            all.entry(row.try_get(0)?)
                .or_default()
                .push(row.try_get(1)?);
        }
        Ok(all)
    }

    /// When wrong passwords were last given for a login, newest first.
    pub(crate) async fn failures(
        &self,
        login: &str,
        now: Millis,
        most: i64,
    ) -> Result<Vec<Millis>> {
        // After the clock was set back, those of the future neither lock nor hide the present ones.
        sqlx::query_scalar(
            "SELECT at FROM login_failure WHERE login = $1 AND at <= $2 ORDER BY at DESC LIMIT $3",
        )
        .bind(login)
        .bind(now)
        .bind(most)
        .fetch_all(&self.pool)
        .await
    }
}

/// A column of an account that may be written anew.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Written {
    Name,
    Org,
    /// As it is kept: sealed.
    Phone,
    /// What is kept of the identity number.
    Identity,
}

/// The hash of all columns of an account and of its roles.
pub(super) async fn account_hash(database: &mut AnyConnection, account: &str) -> Result<String> {
    let columns = sqlx::query(
        "SELECT login, name, org_id, password, CAST(must_change AS TEXT), CAST(disabled AS TEXT), \
         phone, COALESCE(identity, '') FROM account WHERE id = $1",
    )
    .bind(account)
    .fetch_one(&mut *database)
    .await?;
    let mut parts: Vec<String> = (0..8).map(|n| columns.try_get(n)).collect::<Result<_>>()?;
    let roles: Vec<String> =
        sqlx::query_scalar("SELECT role FROM account_role WHERE account_id = $1 ORDER BY role")
            .bind(account)
            .fetch_all(database)
            .await?;
    parts.extend(roles);
    Ok(hash_of(parts.iter().map(String::as_str)))
}

impl Change {
    /// Adds an account with its roles.
    pub(crate) async fn add_account(&mut self, new: NewAccount<'_>, at: Millis) -> Result<()> {
        sqlx::query(
            "INSERT INTO account (id, login, name, org_id, password, must_change, disabled, created_at, phone, identity) \
             VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8, $9)",
        )
        .bind(new.id)
        .bind(new.login)
        .bind(new.name)
        .bind(new.org_id)
        .bind(new.password)
        .bind(i64::from(new.must_change))
        .bind(at)
        .bind(new.phone)
        .bind(new.identity)
        .execute(&mut *self.tx)
        .await?;
        self.set_roles(new.id, new.roles).await
    }

    /// Gives an account these roles and no others.
    pub(crate) async fn set_roles(&mut self, account: &str, roles: &[&str]) -> Result<()> {
        sqlx::query("DELETE FROM account_role WHERE account_id = $1")
            .bind(account)
            .execute(&mut *self.tx)
            .await?;
        for role in roles {
            sqlx::query("INSERT INTO account_role (account_id, role) VALUES ($1, $2)")
                .bind(account)
                .bind(*role)
                .execute(&mut *self.tx)
                .await?;
        }
        Ok(())
    }

    /// Writes a column of an account anew.
    pub(crate) async fn write_account(
        &mut self,
        account: &str,
        column: Written,
        value: Option<&str>,
    ) -> Result<()> {
        let statement = match column {
            Written::Name => "UPDATE account SET name = $2 WHERE id = $1",
            Written::Org => "UPDATE account SET org_id = $2 WHERE id = $1",
            Written::Phone => "UPDATE account SET phone = $2 WHERE id = $1",
            Written::Identity => "UPDATE account SET identity = $2 WHERE id = $1",
        };
        sqlx::query(statement)
            .bind(account)
            .bind(value)
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }

    /// What the audit keeps of an account as it stands in this change: all columns and the roles.
    pub(crate) async fn account_hash(&mut self, account: &str) -> Result<String> {
        account_hash(&mut self.tx, account).await
    }

    /// Shuts an account, or opens it again.
    pub(crate) async fn set_disabled(&mut self, account: &str, disabled: bool) -> Result<()> {
        sqlx::query("UPDATE account SET disabled = $2 WHERE id = $1")
            .bind(account)
            .bind(i64::from(disabled))
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }

    /// Whether anybody can log in yet, seen from inside the change.
    pub(crate) async fn has_accounts(&mut self) -> Result<bool> {
        let n: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM account")
            .fetch_one(&mut *self.tx)
            .await?;
        Ok(n > 0)
    }

    /// Gives an account a new password and keeps the old one, so that it is not used again.
    pub(crate) async fn set_password(
        &mut self,
        account: &Account,
        password: &str,
        must_change: bool,
        at: Millis,
    ) -> Result<()> {
        sqlx::query("INSERT INTO old_password (account_id, password, at) VALUES ($1, $2, $3)")
            .bind(&account.id)
            .bind(&account.password)
            .bind(at)
            .execute(&mut *self.tx)
            .await?;
        sqlx::query("UPDATE account SET password = $2, must_change = $3 WHERE id = $1")
            .bind(&account.id)
            .bind(password)
            .bind(i64::from(must_change))
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }

    /// Notes a wrong password.
    pub(crate) async fn add_failure(&mut self, login: &str, at: Millis) -> Result<()> {
        sqlx::query("INSERT INTO login_failure (login, at) VALUES ($1, $2)")
            .bind(login)
            .bind(at)
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }

    /// Forgets the wrong passwords of a login.
    pub(crate) async fn clear_failures(&mut self, login: &str) -> Result<()> {
        sqlx::query("DELETE FROM login_failure WHERE login = $1")
            .bind(login)
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }
}

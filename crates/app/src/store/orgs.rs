//! The tree of organisations: what lies below whom.

use std::collections::BTreeMap;

use sqlx::{AnyConnection, AssertSqlSafe, Row};

use super::audit::hash_of;
use super::{Change, Org, Result, Store};

/// Ids of `$1` and of all below it.
pub(super) const BELOW: &str = "(WITH RECURSIVE below (id) AS (SELECT id FROM org WHERE id = $1 \
    UNION ALL SELECT o.id FROM org o JOIN below b ON o.parent_id = b.id) SELECT id FROM below)";

/// Beginning of a query over the ids of `$1` and of all above it, as `up`.
const UP: &str = "WITH RECURSIVE up (id) AS (SELECT id FROM org WHERE id = $1 UNION ALL \
    SELECT o.parent_id FROM org o JOIN up u ON o.id = u.id WHERE o.parent_id IS NOT NULL)";

/// The setting of an organisation that holds the day it was closed on.
const CLOSED: &str = "closed_on";

/// What may belong to an organisation, as tables whose rows name it.
const BELONGS: [&str; 9] = [
    "account",
    "filing",
    "interest",
    "reminder",
    "snapshot",
    "task",
    "job",
    "explanation",
    "evidence",
];

/// The audit's line of what the tree and its settings came to by a change.
pub(super) const TREE: &str = "tree.state";

/// The hash of all organisations and their settings.
pub(super) async fn tree_hash(database: &mut AnyConnection) -> Result<String> {
    let mut all: Vec<Vec<String>> = Vec::new();
    for (columns, rows) in [
        (
            5,
            "SELECT id, COALESCE(parent_id, ''), kind, code, name FROM org",
        ),
        (3, "SELECT org_id, name, value FROM org_setting"),
    ] {
        for row in sqlx::query(rows).fetch_all(&mut *database).await? {
            all.push(
                (0..columns)
                    .map(|n| row.try_get(n))
                    .collect::<Result<_>>()?,
            );
        }
    }
    // Databases sort texts each in its own way.
    all.sort();
    Ok(hash_of(all.iter().flatten().map(String::as_str)))
}

const ORG: &str = "SELECT id, parent_id, kind, code, name FROM org";

impl Store {
    /// One organisation.
    pub(crate) async fn org(&self, id: &str) -> Result<Option<Org>> {
        sqlx::query_as(AssertSqlSafe(format!("{ORG} WHERE id = $1")))
            .bind(id)
            .fetch_optional(&self.pool)
            .await
    }

    /// The topmost organisation, which the site is for.
    pub(crate) async fn site(&self) -> Result<Option<Org>> {
        sqlx::query_as(AssertSqlSafe(format!("{ORG} WHERE parent_id IS NULL")))
            .fetch_optional(&self.pool)
            .await
    }

    /// All counties, by code.
    pub(crate) async fn counties(&self) -> Result<Vec<Org>> {
        sqlx::query_as(AssertSqlSafe(format!(
            "{ORG} WHERE kind = 'county' ORDER BY code, id"
        )))
        .fetch_all(&self.pool)
        .await
    }

    /// The county that an organisation is, or lies in.
    pub(crate) async fn county_of(&self, org: &str) -> Result<Option<Org>> {
        sqlx::query_as(AssertSqlSafe(format!(
            "{UP} SELECT o.id, o.parent_id, o.kind, o.code, o.name FROM org o JOIN up u ON o.id = u.id \
             WHERE o.kind = 'county'"
        )))
        .bind(org)
        .fetch_optional(&self.pool)
        .await
    }

    /// An organisation and all below it, by kind and code.
    pub(crate) async fn orgs_below(&self, top: &str) -> Result<Vec<Org>> {
        sqlx::query_as(AssertSqlSafe(format!(
            "{ORG} WHERE id IN {BELOW} ORDER BY kind, code, id"
        )))
        .bind(top)
        .fetch_all(&self.pool)
        .await
    }

    /// The days on which organisations that are `top` or lie below it were closed, by their ids.
    pub(crate) async fn closed(&self, top: &str) -> Result<BTreeMap<String, String>> {
        let rows = sqlx::query(AssertSqlSafe(format!(
            "SELECT org_id, value FROM org_setting WHERE name = '{CLOSED}' AND value <> '' \
             AND org_id IN {BELOW}"
        )))
        .bind(top)
        .fetch_all(&self.pool)
        .await?;
        rows.iter()
            .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
            .collect()
    }

    /// Whether an organisation is `top` or lies below it.
    pub(crate) async fn is_below(&self, org: &str, top: &str) -> Result<bool> {
        let count = format!("{UP} SELECT COUNT(*) FROM up WHERE id = $2");
        self.any(count, &[org, top]).await
    }
}

impl Change {
    /// Adds an organisation whose code no other of its kind has; whether it was added.
    pub(crate) async fn add_org_once(&mut self, org: &Org) -> Result<bool> {
        let n: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM org WHERE kind = $1 AND code = $2")
            .bind(&org.kind)
            .bind(&org.code)
            .fetch_one(&mut *self.tx)
            .await?;
        if n == 0 {
            self.add_org(org).await?;
        }
        Ok(n == 0)
    }

    /// Notes the tree before it is written, so that the audit tells of it where it is another afterwards.
    pub(super) async fn note_tree(&mut self) -> Result<()> {
        if self.tree.is_none() {
            self.tree = Some(tree_hash(&mut self.tx).await?);
        }
        Ok(())
    }

    /// Adds an organisation.
    pub(crate) async fn add_org(&mut self, org: &Org) -> Result<()> {
        self.insert_org(org, "").await
    }

    /// Adds an organisation, or puts its present name and place on it.
    pub(crate) async fn put_org(&mut self, org: &Org) -> Result<()> {
        let present = "ON CONFLICT (id) DO UPDATE SET parent_id = excluded.parent_id, \
                       name = excluded.name";
        self.insert_org(org, present).await
    }

    async fn insert_org(&mut self, org: &Org, known: &str) -> Result<()> {
        self.note_tree().await?;
        let columns = "INSERT INTO org (id, parent_id, kind, code, name)";
        let sql = format!("{columns} VALUES ($1, $2, $3, $4, $5) {known}");
        sqlx::query(AssertSqlSafe(sql))
            .bind(&org.id)
            .bind(&org.parent_id)
            .bind(&org.kind)
            .bind(&org.code)
            .bind(&org.name)
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }

    /// Closes an organisation on a day, or opens it again where there is none.
    pub(crate) async fn close_org(&mut self, id: &str, day: &str) -> Result<()> {
        self.set(id, CLOSED, day).await
    }

    /// Takes an organisation out of the tree with its sections; whether it was taken: what anything
    /// belongs to stays.
    pub(crate) async fn remove_org(&mut self, id: &str) -> Result<bool> {
        let counts = BELONGS.map(|t| format!("(SELECT COUNT(*) FROM {t} WHERE org_id = $1)"));
        let parts = "(SELECT COUNT(*) FROM org WHERE parent_id = $1 AND kind <> 'section')";
        let count = format!("SELECT {} + {parts}", counts.join(" + "));
        let held: i64 = sqlx::query_scalar(AssertSqlSafe(count))
            .bind(id)
            .fetch_one(&mut *self.tx)
            .await?;
        if held > 0 {
            return Ok(false);
        }
        self.note_tree().await?;
        for rows in [
            "org_setting WHERE org_id = $1",
            "org WHERE parent_id = $1",
            "org WHERE id = $1",
        ] {
            sqlx::query(AssertSqlSafe(format!("DELETE FROM {rows}")))
                .bind(id)
                .execute(&mut *self.tx)
                .await?;
        }
        Ok(true)
    }
}

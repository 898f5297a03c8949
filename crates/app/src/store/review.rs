//! What people add to the figures: explanations of findings, evidence of items, and their own interests
//! in schools.

use std::collections::BTreeMap;

use sqlx::Row;

use super::audit::hash_of;
use super::{Change, Millis, Result, Store};

/// Why a figure that looks wrong is right.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub(crate) struct Explanation {
    pub(crate) finding: String,
    pub(crate) reason: String,
    pub(crate) name: String,
    pub(crate) at: Millis,
}

row!(Explanation {
    finding,
    reason,
    name,
    at
});

/// A file that shows that an item is met.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub(crate) struct Evidence {
    pub(crate) id: String,
    pub(crate) org_id: String,
    /// The id of the item.
    pub(crate) item: String,
    pub(crate) title: String,
    /// The name of the file as it came.
    pub(crate) file: String,
    /// What its content is: `pdf`, `docx` and so on.
    pub(crate) kind: String,
    pub(crate) size: i64,
    pub(crate) sha256: String,
    /// The last day it holds, as `2026-12-31`; empty where it does not end.
    pub(crate) expires_on: String,
    /// Who added it.
    pub(crate) name: String,
    pub(crate) at: Millis,
}

impl Evidence {
    /// What the audit keeps of it.
    pub(crate) fn hash(&self) -> String {
        let Self {
            sha256,
            item,
            title,
            file,
            expires_on,
            ..
        } = self;
        hash_of([sha256.as_str(), item, title, file, expires_on])
    }
}

row!(Evidence {
    id,
    org_id,
    item,
    title,
    file,
    kind,
    size,
    sha256,
    expires_on,
    name,
    at
});

const EVIDENCE: &str = "SELECT id, org_id, item, title, file, kind, size, sha256, expires_on, name, at \
    FROM evidence WHERE id NOT IN (SELECT evidence_id FROM evidence_removal)";

impl Store {
    /// The explanations of an organisation that stand, by finding.
    pub(crate) async fn explanations(&self, org: &str) -> Result<BTreeMap<String, Explanation>> {
        let rows: Vec<Explanation> = sqlx::query_as(
            "SELECT finding, reason, name, at FROM explanation WHERE org_id = $1 ORDER BY finding, seq",
        )
        .bind(org)
        .fetch_all(&self.pool)
        .await?;
        // The newest of each comes last; an empty one takes the others back.
        let mut all: BTreeMap<String, Explanation> =
            rows.into_iter().map(|e| (e.finding.clone(), e)).collect();
        all.retain(|_, e| !e.reason.is_empty());
        Ok(all)
    }

    /// The evidence of an organisation, by item and then the oldest first.
    pub(crate) async fn evidence(&self, org: &str) -> Result<Vec<Evidence>> {
        sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "{EVIDENCE} AND org_id = $1 ORDER BY item, at, id"
        )))
        .bind(org)
        .fetch_all(&self.pool)
        .await
    }

    /// One of them.
    pub(crate) async fn evidence_of(&self, id: &str) -> Result<Option<Evidence>> {
        sqlx::query_as(sqlx::AssertSqlSafe(format!("{EVIDENCE} AND id = $1")))
            .bind(id)
            .fetch_optional(&self.pool)
            .await
    }

    /// Bytes by their hash.
    pub(crate) async fn original(&self, sha256: &str) -> Result<Option<Vec<u8>>> {
        sqlx::query_scalar("SELECT content FROM original WHERE sha256 = $1")
            .bind(sha256)
            .fetch_optional(&self.pool)
            .await
    }

    /// Whether a person has an interest of their own in a school.
    pub(crate) async fn has_interest(&self, account: &str, org: &str) -> Result<bool> {
        const COUNT: &str = "SELECT COUNT(*) FROM interest WHERE account_id = $1 AND org_id = $2";
        self.any(COUNT, &[account, org]).await
    }

    /// The organisations that a person has an interest in, with the reasons.
    pub(crate) async fn interests(&self, account: &str) -> Result<Vec<(String, String)>> {
        let rows = sqlx::query(
            "SELECT org_id, reason FROM interest WHERE account_id = $1 ORDER BY org_id",
        )
        .bind(account)
        .fetch_all(&self.pool)
        .await?;
        rows.iter()
            .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
            .collect()
    }
}

impl Change {
    /// Keeps an explanation; an empty reason takes the one before back.
    pub(crate) async fn explain(&mut self, org: &str, new: &Explanation) -> Result<()> {
        sqlx::query(
            "INSERT INTO explanation (org_id, finding, reason, name, at, seq) \
             SELECT $1, $2, $3, $4, $5, COALESCE(MAX(seq), 0) + 1 FROM explanation \
             WHERE org_id = $1 AND finding = $2",
        )
        .bind(org)
        .bind(&new.finding)
        .bind(&new.reason)
        .bind(&new.name)
        .bind(new.at)
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    /// Keeps a piece of evidence with its bytes.
    pub(crate) async fn add_evidence(&mut self, new: &Evidence, bytes: &[u8]) -> Result<()> {
        self.add_original(bytes).await?;
        sqlx::query(
            "INSERT INTO evidence (id, org_id, item, title, file, kind, size, sha256, expires_on, name, at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        )
        .bind(&new.id)
        .bind(&new.org_id)
        .bind(&new.item)
        .bind(&new.title)
        .bind(&new.file)
        .bind(&new.kind)
        .bind(new.size)
        .bind(&new.sha256)
        .bind(&new.expires_on)
        .bind(&new.name)
        .bind(new.at)
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    /// Takes a piece of evidence out of use; its bytes stay. Twice changes nothing.
    pub(crate) async fn remove_evidence(&mut self, id: &str, by: &str, at: Millis) -> Result<()> {
        sqlx::query(
            "INSERT INTO evidence_removal (evidence_id, name, at) VALUES ($1, $2, $3) \
             ON CONFLICT (evidence_id) DO NOTHING",
        )
        .bind(id)
        .bind(by)
        .bind(at)
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    /// Records the interests of a person; those before are forgotten.
    pub(crate) async fn set_interests(
        &mut self,
        account: &str,
        interests: &[(String, String)],
        at: Millis,
    ) -> Result<()> {
        sqlx::query("DELETE FROM interest WHERE account_id = $1")
            .bind(account)
            .execute(&mut *self.tx)
            .await?;
        for (org, reason) in interests {
            sqlx::query(
                "INSERT INTO interest (account_id, org_id, reason, at) VALUES ($1, $2, $3, $4)",
            )
            .bind(account)
            .bind(org)
            .bind(reason)
            .bind(at)
            .execute(&mut *self.tx)
            .await?;
        }
        Ok(())
    }
}

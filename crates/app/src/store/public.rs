//! What the county makes public, what people say to it, and settings that every page prints.

use std::collections::BTreeMap;

use sqlx::Row;

use super::orgs::BELOW;
use super::{Change, Millis, Result, Store, hash_of};

/// Something made public. `kind` is `county`, `zones` or `plan`; dates are as the county wrote them.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub(crate) struct Publication {
    pub(crate) id: String,
    /// The county.
    pub(crate) org_id: String,
    pub(crate) kind: String,
    pub(crate) snapshot_id: String,
    pub(crate) stage: String,
    pub(crate) title: String,
    pub(crate) note: String,
    pub(crate) decided_on: String,
    pub(crate) comments_until: String,
    pub(crate) published_at: Millis,
    pub(crate) withdrawn_at: Option<Millis>,
}

row!(Publication {
    id,
    org_id,
    kind,
    snapshot_id,
    stage,
    title,
    note,
    decided_on,
    comments_until,
    published_at,
    withdrawn_at
});

impl Publication {
    /// What the audit keeps of what was made public.
    pub(crate) fn hash(&self) -> String {
        hash_of([
            self.kind.as_str(),
            &self.snapshot_id,
            &self.stage,
            &self.title,
            &self.note,
            &self.decided_on,
            &self.comments_until,
        ])
    }
}

const PUBLICATION: &str = "SELECT p.id, s.org_id, p.kind, p.snapshot_id, p.stage, p.title, p.note, \
    p.decided_on, p.comments_until, p.published_at, w.withdrawn_at FROM publication p \
    JOIN snapshot s ON s.id = p.snapshot_id LEFT JOIN withdrawal w ON w.publication_id = p.id";
const NEWEST: &str = "ORDER BY p.published_at DESC, p.id";

/// What somebody said to a publication.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub(crate) struct Comment {
    pub(crate) id: String,
    pub(crate) publication_id: String,
    pub(crate) name: String,
    pub(crate) content: String,
    pub(crate) at: Millis,
}

row!(Comment {
    id,
    publication_id,
    name,
    content,
    at
});

impl Store {
    /// The publications of an organisation and of those below it, the newest first.
    pub(crate) async fn publications(&self, top: &str) -> Result<Vec<Publication>> {
        sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "{PUBLICATION} WHERE s.org_id IN {BELOW} {NEWEST}"
        )))
        .bind(top)
        .fetch_all(&self.pool)
        .await
    }

    /// What any county ever made public, the newest first.
    pub(crate) async fn all_publications(&self) -> Result<Vec<Publication>> {
        sqlx::query_as(sqlx::AssertSqlSafe(format!("{PUBLICATION} {NEWEST}")))
            .fetch_all(&self.pool)
            .await
    }

    /// The newest comments on what an organisation and those below it made public, older than one of them
    /// if it is named.
    pub(crate) async fn comments(
        &self,
        top: &str,
        after: &str,
        most: usize,
    ) -> Result<Vec<Comment>> {
        sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "SELECT c.id, c.publication_id, c.name, c.content, c.at FROM comment c \
             JOIN publication p ON p.id = c.publication_id \
             JOIN snapshot s ON s.id = p.snapshot_id \
             WHERE s.org_id IN {BELOW} AND ($2 = '' OR (c.at, c.id) < \
             (SELECT at, id FROM comment WHERE id = $2)) ORDER BY c.at DESC, c.id DESC LIMIT $3"
        )))
        .bind(top)
        .bind(after)
        .bind(i64::try_from(most).unwrap_or(i64::MAX))
        .fetch_all(&self.pool)
        .await
    }

    /// Whether somebody said the very same to a publication.
    pub(crate) async fn has_comment(&self, publication: &str, content: &str) -> Result<bool> {
        const COUNT: &str =
            "SELECT COUNT(*) FROM comment WHERE publication_id = $1 AND content = $2";
        self.any(COUNT, &[publication, content]).await
    }

    /// How many comments came since.
    pub(crate) async fn comments_since(&self, since: Millis) -> Result<i64> {
        sqlx::query_scalar("SELECT COUNT(*) FROM comment WHERE at >= $1")
            .bind(since)
            .fetch_one(&self.pool)
            .await
    }

    /// Settings of an organisation by name.
    pub(crate) async fn settings(&self, org: &str) -> Result<BTreeMap<String, String>> {
        let rows = sqlx::query("SELECT name, value FROM org_setting WHERE org_id = $1")
            .bind(org)
            .fetch_all(&self.pool)
            .await?;
        rows.iter()
            .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
            .collect()
    }
}

impl Change {
    /// Makes something public.
    pub(crate) async fn publish(&mut self, new: &Publication, by: &str) -> Result<()> {
        sqlx::query(
            "INSERT INTO publication (id, kind, snapshot_id, stage, title, note, decided_on, \
             comments_until, published_by, published_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(&new.id)
        .bind(&new.kind)
        .bind(&new.snapshot_id)
        .bind(&new.stage)
        .bind(&new.title)
        .bind(&new.note)
        .bind(&new.decided_on)
        .bind(&new.comments_until)
        .bind(by)
        .bind(new.published_at)
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    /// Takes it back; twice changes nothing.
    pub(crate) async fn withdraw(&mut self, id: &str, by: &str, at: Millis) -> Result<()> {
        sqlx::query(
            "INSERT INTO withdrawal (publication_id, withdrawn_by, withdrawn_at) \
             VALUES ($1, $2, $3) ON CONFLICT (publication_id) DO NOTHING",
        )
        .bind(id)
        .bind(by)
        .bind(at)
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    /// Keeps a comment.
    pub(crate) async fn comment(&mut self, new: &Comment) -> Result<()> {
        sqlx::query(
            "INSERT INTO comment (id, publication_id, name, content, at) \
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(&new.id)
        .bind(&new.publication_id)
        .bind(&new.name)
        .bind(&new.content)
        .bind(new.at)
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    /// Sets a setting of an organisation.
    pub(crate) async fn set(&mut self, org: &str, name: &str, value: &str) -> Result<()> {
        self.note_tree().await?;
        sqlx::query(
            "INSERT INTO org_setting (org_id, name, value) VALUES ($1, $2, $3) \
             ON CONFLICT (org_id, name) DO UPDATE SET value = excluded.value",
        )
        .bind(org)
        .bind(name)
        .bind(value)
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    /// Remembers what a snapshot was made of: its parent, and the step as JSON.
    pub(crate) async fn derive(&mut self, id: &str, parent: &str, step: &str) -> Result<()> {
        sqlx::query("INSERT INTO derivation (snapshot_id, parent_id, step) VALUES ($1, $2, $3)")
            .bind(id)
            .bind(parent)
            .bind(step)
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }
}

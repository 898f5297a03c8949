//! Snapshots: the files as they came, under their hash, and which of them were accepted.

use std::collections::BTreeMap;

use junheng_intake::files::InputFile;
use sha2::{Digest, Sha256};
use sqlx::Row;
use sqlx::any::AnyRow;

use super::audit::{hash_of, hex};
use super::orgs::BELOW;
use super::verify::list_hash;
use super::{Change, Deed, Millis, Result, Store};

/// A snapshot as listed.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub(crate) struct SnapshotRow {
    pub(crate) id: String,
    pub(crate) org_id: String,
    pub(crate) title: String,
    pub(crate) digest: String,
    #[serde(skip)]
    pub(crate) created_by: String,
    pub(crate) created_at: Millis,
    pub(crate) accepted_at: Option<Millis>,
    /// The snapshot that a plan was made on, for the county after the plan.
    pub(crate) parent_id: Option<String>,
    /// That plan as JSON: its command and options.
    pub(crate) step: Option<String>,
}

impl SnapshotRow {
    /// Whether its figures are the county's own: it was accepted, and is no plan or forecast.
    pub(crate) fn is_of_record(&self) -> bool {
        self.accepted_at.is_some() && self.parent_id.is_none()
    }

    /// The one in force: the county's own figures that were accepted last.
    pub(crate) fn in_force(all: &[Self]) -> Option<&Self> {
        let accepted = all.iter().filter(|s| s.is_of_record());
        // Of those accepted at the same moment the newest, which comes first.
        accepted.rev().max_by_key(|s| s.accepted_at)
    }
}

row!(SnapshotRow {
    id,
    org_id,
    title,
    digest,
    created_by,
    created_at,
    accepted_at,
    parent_id,
    step
});

/// A snapshot to be kept.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NewSnapshot<'a> {
    pub(crate) id: &'a str,
    pub(crate) org_id: &'a str,
    pub(crate) title: &'a str,
    pub(crate) digest: &'a str,
    pub(crate) created_by: &'a str,
    pub(crate) files: &'a [InputFile],
}

/// What became of a snapshot: its title from then on, and whether it was taken out of use.
#[derive(Clone, Debug)]
pub(crate) struct SnapshotChange {
    pub(crate) snapshot_id: String,
    pub(crate) title: String,
    /// 1 if so.
    pub(crate) removed: i64,
    /// Who did it.
    pub(crate) name: String,
    pub(crate) at: Millis,
}

row!(SnapshotChange {
    snapshot_id,
    title,
    removed,
    name,
    at
});

impl SnapshotChange {
    /// What the audit keeps of it.
    pub(crate) fn hash(&self) -> String {
        hash_of([self.title.as_str(), &self.removed.to_string()])
    }
}

const LISTED: &str = "SELECT s.id, s.org_id, COALESCE(c.title, s.title) AS title, s.digest, \
    s.created_by, s.created_at, a.accepted_at, d.parent_id, d.step FROM snapshot s \
    LEFT JOIN acceptance a ON a.snapshot_id = s.id LEFT JOIN derivation d ON d.snapshot_id = s.id \
    LEFT JOIN snapshot_change c ON c.snapshot_id = s.id \
    AND c.seq = (SELECT MAX(seq) FROM snapshot_change WHERE snapshot_id = s.id) \
    WHERE COALESCE(c.removed, 0) = 0";

impl Store {
    /// The snapshots of an organisation and of those below it, newest first.
    pub(crate) async fn snapshots(&self, top: &str) -> Result<Vec<SnapshotRow>> {
        sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "{LISTED} AND s.org_id IN {BELOW} ORDER BY s.created_at DESC, s.id DESC"
        )))
        .bind(top)
        .fetch_all(&self.pool)
        .await
    }

    /// One snapshot.
    pub(crate) async fn snapshot(&self, id: &str) -> Result<Option<SnapshotRow>> {
        sqlx::query_as(sqlx::AssertSqlSafe(format!("{LISTED} AND s.id = $1")))
            .bind(id)
            .fetch_optional(&self.pool)
            .await
    }

    /// All that became of snapshots, oldest first.
    pub(crate) async fn snapshot_changes(&self) -> Result<Vec<SnapshotChange>> {
        sqlx::query_as(
            "SELECT snapshot_id, title, removed, name, at FROM snapshot_change \
             ORDER BY snapshot_id, seq",
        )
        .fetch_all(&self.pool)
        .await
    }

    /// One of the files of a snapshot.
    pub(crate) async fn file(&self, snapshot: &str, name: &str) -> Result<Option<Vec<u8>>> {
        sqlx::query_scalar(
            "SELECT o.content FROM snapshot_file f JOIN original o ON o.sha256 = f.sha256 \
             WHERE f.snapshot_id = $1 AND f.name = $2",
        )
        .bind(snapshot)
        .bind(name)
        .fetch_optional(&self.pool)
        .await
    }

    /// The files that a snapshot is read from, byte for byte as they came, by name; not those in folders,
    /// which only show where they came from.
    pub(crate) async fn files(&self, snapshot: &str) -> Result<Vec<InputFile>> {
        let rows = sqlx::query(
            "SELECT f.name, o.content FROM snapshot_file f JOIN original o ON o.sha256 = f.sha256 \
             WHERE f.snapshot_id = $1 AND f.name NOT LIKE '%/%' ORDER BY f.name",
        )
        .bind(snapshot)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(file).collect()
    }
}

/// A row of a name and a content.
pub(super) fn file(row: &AnyRow) -> Result<InputFile> {
    Ok(InputFile {
        name: row.try_get(0)?,
        bytes: row.try_get(1)?,
    })
}

impl Change {
    /// Keeps a snapshot and its files; the audit gets the deed, and a line with the hash of title and files.
    pub(crate) async fn add_snapshot(
        &mut self,
        new: NewSnapshot<'_>,
        deed: &Deed<'_>,
        at: Millis,
    ) -> Result<()> {
        sqlx::query(
            "INSERT INTO snapshot (id, org_id, title, digest, created_by, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(new.id)
        .bind(new.org_id)
        .bind(new.title)
        .bind(new.digest)
        .bind(new.created_by)
        .bind(at)
        .execute(&mut *self.tx)
        .await?;
        let mut list = BTreeMap::new();
        for file in new.files {
            let hash = self.add_original(&file.bytes).await?;
            sqlx::query(
                "INSERT INTO snapshot_file (snapshot_id, name, sha256) VALUES ($1, $2, $3)",
            )
            .bind(new.id)
            .bind(&file.name)
            .bind(&hash)
            .execute(&mut *self.tx)
            .await?;
            list.insert(file.name.clone(), hash);
        }
        self.record(at, deed).await?;
        let files = Deed {
            action: "snapshot.files",
            old: "",
            new: &list_hash(new.title, &list),
            ..deed.clone()
        };
        self.record(at, &files).await
    }

    /// Keeps bytes under their hash, once.
    pub(crate) async fn add_original(&mut self, bytes: &[u8]) -> Result<String> {
        let hash = hex(&Sha256::digest(bytes));
        sqlx::query(
            "INSERT INTO original (sha256, content) VALUES ($1, $2) ON CONFLICT (sha256) DO NOTHING",
        )
        .bind(&hash)
        .bind(bytes)
        .execute(&mut *self.tx)
        .await?;
        Ok(hash)
    }

    /// Whether a snapshot is in use: one that was taken out is nothing to rest on.
    pub(crate) async fn in_use(&mut self, snapshot: &str) -> Result<bool> {
        const COUNT: &str = "SELECT COUNT(*) FROM snapshot s WHERE s.id = $1 AND NOT EXISTS \
            (SELECT 1 FROM snapshot_change c WHERE c.snapshot_id = s.id AND c.removed = 1)";
        self.any(COUNT, snapshot).await
    }

    /// What was accepted, or something else rests on, so that it stays: the data of a plan, of a filing
    /// task, of what is or was public.
    pub(crate) async fn is_rested_on(&mut self, snapshot: &str) -> Result<bool> {
        const COUNT: &str = "SELECT (SELECT COUNT(*) FROM derivation d WHERE d.parent_id = $1 AND NOT EXISTS \
            (SELECT 1 FROM snapshot_change c WHERE c.snapshot_id = d.snapshot_id AND c.removed = 1)) \
            + (SELECT COUNT(*) FROM task WHERE base_snapshot = $1) \
            + (SELECT COUNT(*) FROM publication WHERE snapshot_id = $1) \
            + (SELECT COUNT(*) FROM acceptance WHERE snapshot_id = $1)";
        self.any(COUNT, snapshot).await
    }

    /// Gives a snapshot another title, or takes it out of use; its files stay.
    pub(crate) async fn change_snapshot(&mut self, new: &SnapshotChange) -> Result<()> {
        sqlx::query(
            "INSERT INTO snapshot_change (snapshot_id, seq, title, removed, name, at) \
             SELECT $1, COALESCE(MAX(seq), 0) + 1, $2, $3, $4, $5 FROM snapshot_change \
             WHERE snapshot_id = $1",
        )
        .bind(&new.snapshot_id)
        .bind(&new.title)
        .bind(new.removed)
        .bind(&new.name)
        .bind(new.at)
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    /// Accepts a snapshot; accepted again, it is in force again.
    pub(crate) async fn accept(&mut self, snapshot: &str, by: &str, at: Millis) -> Result<()> {
        sqlx::query(
            "INSERT INTO acceptance (snapshot_id, accepted_by, accepted_at) VALUES ($1, $2, $3) \
             ON CONFLICT (snapshot_id) DO UPDATE \
             SET accepted_by = excluded.accepted_by, accepted_at = excluded.accepted_at",
        )
        .bind(snapshot)
        .bind(by)
        .bind(at)
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }
}

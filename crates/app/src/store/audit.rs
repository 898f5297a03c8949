//! Who did what and when: append-only, each line chained to the one before by its hash.

use sha2::{Digest, Sha256};
use sqlx::Row;

use super::orgs::{TREE, tree_hash};
use super::{Change, Millis, Result, Store};

/// Something done, to be recorded.
#[derive(Clone, Debug, Default)]
pub(crate) struct Deed<'a> {
    /// Login of who did it; empty for the program itself.
    pub(crate) actor: &'a str,
    /// Network address it came from.
    pub(crate) address: &'a str,
    /// What was done, as `snapshot.accept`.
    pub(crate) action: &'a str,
    /// To what: an id, never a person's data.
    pub(crate) object: &'a str,
    /// Hash of the value before.
    pub(crate) old: &'a str,
    /// Hash of the value after.
    pub(crate) new: &'a str,
    /// `done` or `refused`.
    pub(crate) result: &'a str,
}

/// A line of the audit.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub(crate) struct Record {
    pub(crate) seq: i64,
    pub(crate) at: Millis,
    pub(crate) actor: String,
    pub(crate) address: String,
    pub(crate) action: String,
    pub(crate) object: String,
    pub(crate) old_hash: String,
    pub(crate) new_hash: String,
    pub(crate) result: String,
    pub(crate) hash: String,
}

row!(Record {
    seq,
    at,
    actor,
    address,
    action,
    object,
    old_hash,
    new_hash,
    result,
    hash
});

/// Where the chain does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Broken {
    /// The first line that is missing or was altered.
    pub(crate) seq: i64,
}

impl Record {
    /// The hash of this line after `previous`: each part with its length, so that none can run into
    /// the next.
    fn chained(&self, previous: &str) -> String {
        let (seq, at) = (self.seq.to_string(), self.at.to_string());
        hash_of([
            previous,
            &seq,
            &at,
            &self.actor,
            &self.address,
            &self.action,
            &self.object,
            &self.old_hash,
            &self.new_hash,
            &self.result,
        ])
    }
}

/// A hash of texts, each with its length: what the audit keeps of a value of several parts.
pub(crate) fn hash_of<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hex(&hash.finalize())
}

/// Bytes in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

impl Change {
    /// Adds a line to the audit; it stands when the change does. Before it stands what the tree of
    /// organisations came to, where the deed has changed it.
    pub(crate) async fn record(&mut self, at: Millis, deed: &Deed<'_>) -> Result<()> {
        if let Some(before) = self.tree.take() {
            let after = tree_hash(&mut self.tx).await?;
            let state = Deed {
                action: TREE,
                object: "tree",
                old: &before,
                new: &after,
                ..deed.clone()
            };
            if after != before {
                self.line(at, &state).await?;
            }
        }
        self.line(at, deed).await
    }

    async fn line(&mut self, at: Millis, deed: &Deed<'_>) -> Result<()> {
        // Not the last line of the table: where that was removed, the gap must stay.
        let last = sqlx::query("SELECT seq, hash FROM audit_end")
            .fetch_optional(&mut *self.tx)
            .await?;
        let (seq, previous): (i64, String) = match last {
            Some(row) => (row.try_get(0)?, row.try_get(1)?),
            None => (0, String::new()),
        };
        let mut line = Record {
            seq: seq + 1,
            at,
            actor: deed.actor.to_owned(),
            address: deed.address.to_owned(),
            action: deed.action.to_owned(),
            object: deed.object.to_owned(),
            old_hash: deed.old.to_owned(),
            new_hash: deed.new.to_owned(),
            result: deed.result.to_owned(),
            hash: String::new(),
        };
        line.hash = line.chained(&previous);
        sqlx::query(
            "INSERT INTO audit (seq, at, actor, address, action, object, old_hash, new_hash, result, hash) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(line.seq)
        .bind(line.at)
        .bind(line.actor)
        .bind(line.address)
        .bind(line.action)
        .bind(line.object)
        .bind(line.old_hash)
        .bind(line.new_hash)
        .bind(line.result)
        .bind(&line.hash)
        .execute(&mut *self.tx)
        .await?;
        sqlx::query(
            "INSERT INTO audit_end (one, seq, hash) VALUES (1, $1, $2) \
             ON CONFLICT (one) DO UPDATE SET seq = excluded.seq, hash = excluded.hash",
        )
        .bind(line.seq)
        .bind(line.hash)
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }
}

impl Store {
    /// Lines of the audit after `seq`, oldest first.
    pub(crate) async fn audit(&self, after: i64, limit: i64) -> Result<Vec<Record>> {
        sqlx::query_as("SELECT * FROM audit WHERE seq > $1 ORDER BY seq LIMIT $2")
            .bind(after)
            .bind(limit)
            .fetch_all(&self.pool)
            .await
    }

    /// Where the audit ends as its writer left it; nothing in a backup of a program that did not note it.
    pub(crate) async fn audit_end(&self) -> Result<Option<(i64, String)>> {
        /// The version of the tables from which on it is noted.
        const NOTED: i64 = 6;
        if super::version(&self.pool).await? < NOTED {
            return Ok(None);
        }
        let end = sqlx::query("SELECT seq, hash FROM audit_end")
            .fetch_optional(&self.pool)
            .await?;
        // Without a line the chain is empty, and must be.
        Ok(Some(match end {
            Some(row) => (row.try_get(0)?, row.try_get(1)?),
            None => (0, String::new()),
        }))
    }

    /// Walks the whole chain and shows each line that holds: how many do, and where it breaks. Nobody has
    /// an account without a line.
    pub(super) async fn walk_audit(
        &self,
        mut see: impl FnMut(&Record),
    ) -> Result<(i64, Option<Broken>)> {
        let (mut seq, mut previous) = (0, String::new());
        loop {
            let lines = self.audit(seq, 1000).await?;
            if lines.is_empty() {
                let end = self.audit_end().await?;
                let whole = end.is_none_or(|end| end == (seq, previous))
                    && (seq > 0 || !self.has_accounts().await?);
                return Ok((seq, (!whole).then_some(Broken { seq: seq + 1 })));
            }
            for line in lines {
                let holds = line.seq == seq + 1 && line.hash == line.chained(&previous);
                if !holds {
                    return Ok((seq, Some(Broken { seq: seq + 1 })));
                }
                see(&line);
                seq = line.seq;
                previous = line.hash;
            }
        }
    }
}

//! Evaluations as they were made: of which data, with which options, by which program. None is ever
//! changed; another program makes another one.

use super::{Change, Millis, Result, Store};

/// An evaluation that was made; its document is kept as an original is.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub(crate) struct Evaluated {
    /// The same for the same data, options, language and program.
    pub(crate) id: String,
    pub(crate) snapshot_id: String,
    /// The words of the command line, one a line.
    pub(crate) options: String,
    pub(crate) lang: String,
    /// The version of the program.
    pub(crate) program: String,
    /// Of the document.
    pub(crate) sha256: String,
    pub(crate) made_at: Millis,
}

row!(Evaluated {
    id,
    snapshot_id,
    options,
    lang,
    program,
    sha256,
    made_at
});

impl Store {
    /// The document of an evaluation.
    pub(crate) async fn evaluation(&self, id: &str) -> Result<Option<Vec<u8>>> {
        sqlx::query_scalar(
            "SELECT o.content FROM evaluation e JOIN original o ON o.sha256 = e.sha256 \
             WHERE e.id = $1",
        )
        .bind(id)
        .fetch_optional(&self.pool)
        .await
    }

    /// The evaluations of a snapshot, the oldest first.
    pub(crate) async fn evaluations(&self, snapshot: &str) -> Result<Vec<Evaluated>> {
        sqlx::query_as(
            "SELECT id, snapshot_id, options, lang, program, sha256, made_at FROM evaluation \
             WHERE snapshot_id = $1 ORDER BY made_at, id",
        )
        .bind(snapshot)
        .fetch_all(&self.pool)
        .await
    }
}

impl Change {
    /// Keeps an evaluation with its document; whether it is new.
    pub(crate) async fn add_evaluation(&mut self, new: &Evaluated, document: &str) -> Result<bool> {
        self.add_original(document.as_bytes()).await?;
        let done = sqlx::query(
            "INSERT INTO evaluation (id, snapshot_id, options, lang, program, sha256, made_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING",
        )
        .bind(&new.id)
        .bind(&new.snapshot_id)
        .bind(&new.options)
        .bind(&new.lang)
        .bind(&new.program)
        .bind(&new.sha256)
        .bind(new.made_at)
        .execute(&mut *self.tx)
        .await?;
        Ok(done.rows_affected() > 0)
    }
}

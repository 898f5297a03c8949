//! Jobs: work that takes longer than a request, shared by all workers on the database.

use junheng_intake::files::InputFile;

use super::orgs::BELOW;
use super::snapshots::file;
use super::{Change, Millis, Result, Store};

/// A running job belongs to its worker for so long after each sign of life.
pub(crate) const LEASE: Millis = 30_000;
/// A lease that ends later than this was given by a clock that has been put back since.
const ODD: Millis = 20 * LEASE;
/// So many workers may die of a job before it is given up.
const ATTEMPTS: i64 = 3;

/// A job. `state` is `waiting`, `running`, `done`, `failed` or `cancelled`.
#[derive(Clone, Debug)]
pub(crate) struct Job {
    pub(crate) id: String,
    pub(crate) org_id: String,
    pub(crate) command: String,
    /// What was asked for, as the JSON of the request.
    pub(crate) input: String,
    pub(crate) lang: String,
    pub(crate) state: String,
    /// Millionths of the work budget.
    pub(crate) progress: i64,
    /// Which attempt this is; a worker that lost its lease is told by it.
    pub(crate) attempts: i64,
    pub(crate) cancel_asked: i64,
    pub(crate) created_by: String,
    pub(crate) created_at: Millis,
    pub(crate) started_at: Option<Millis>,
    pub(crate) finished_at: Option<Millis>,
    /// The JSON of the problem of a failed job.
    pub(crate) problem: String,
}

row!(Job {
    id,
    org_id,
    command,
    input,
    lang,
    state,
    progress,
    attempts,
    cancel_asked,
    created_by,
    created_at,
    started_at,
    finished_at,
    problem
});

/// How a job ended.
pub(crate) struct Ended<'a> {
    pub(crate) state: &'a str,
    pub(crate) problem: &'a str,
    pub(crate) files: &'a [InputFile],
}

const JOB: &str = "SELECT id, org_id, command, input, lang, state, progress, attempts, cancel_asked, \
    created_by, created_at, started_at, finished_at, problem FROM job";

impl Store {
    /// The newest jobs of an organisation and of those below it, older than one of them if it is named.
    pub(crate) async fn jobs(&self, top: &str, after: &str, most: usize) -> Result<Vec<Job>> {
        sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "{JOB} WHERE org_id IN {BELOW} AND ($2 = '' OR (created_at, id) < \
             (SELECT created_at, id FROM job WHERE id = $2)) \
             ORDER BY created_at DESC, id DESC LIMIT $3"
        )))
        .bind(top)
        .bind(after)
        .bind(i64::try_from(most).unwrap_or(i64::MAX))
        .fetch_all(&self.pool)
        .await
    }

    /// One job.
    pub(crate) async fn job(&self, id: &str) -> Result<Option<Job>> {
        sqlx::query_as(sqlx::AssertSqlSafe(format!("{JOB} WHERE id = $1")))
            .bind(id)
            .fetch_optional(&self.pool)
            .await
    }

    /// A job of somebody that asks the same in a language, where one has not failed.
    pub(crate) async fn same_job(&self, job: &Job, by: &str, lang: &str) -> Result<Option<Job>> {
        sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "{JOB} WHERE command = $1 AND input = $2 AND created_by = $3 AND lang = $4 \
             AND state IN ('waiting', 'running', 'done') ORDER BY created_at DESC, id LIMIT 1"
        )))
        .bind(&job.command)
        .bind(&job.input)
        .bind(by)
        .bind(lang)
        .fetch_optional(&self.pool)
        .await
    }

    /// Names of a job's files.
    pub(crate) async fn job_files(&self, job: &str) -> Result<Vec<String>> {
        sqlx::query_scalar("SELECT name FROM job_file WHERE job_id = $1 ORDER BY name")
            .bind(job)
            .fetch_all(&self.pool)
            .await
    }

    /// The content of one of a job's files.
    pub(crate) async fn job_file(&self, job: &str, name: &str) -> Result<Option<Vec<u8>>> {
        sqlx::query_scalar(
            "SELECT o.content FROM job_file f JOIN original o ON o.sha256 = f.sha256 \
             WHERE f.job_id = $1 AND f.name = $2",
        )
        .bind(job)
        .bind(name)
        .fetch_optional(&self.pool)
        .await
    }

    /// The files that a job was given.
    pub(crate) async fn uploads(&self, job: &str) -> Result<Vec<InputFile>> {
        let rows = sqlx::query("SELECT name, content FROM upload WHERE job_id = $1 ORDER BY name")
            .bind(job)
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(file).collect()
    }

    /// How many jobs of an account have not ended.
    pub(crate) async fn open_jobs(&self, account: &str) -> Result<i64> {
        sqlx::query_scalar(
            "SELECT COUNT(*) FROM job WHERE created_by = $1 AND state IN ('waiting', 'running')",
        )
        .bind(account)
        .fetch_one(&self.pool)
        .await
    }

    /// How many jobs nobody has begun.
    pub(crate) async fn waiting_jobs(&self) -> Result<i64> {
        sqlx::query_scalar("SELECT COUNT(*) FROM job WHERE state = 'waiting'")
            .fetch_one(&self.pool)
            .await
    }

    /// A sign of life of a running job; whether it is still this worker's, and still wanted.
    pub(crate) async fn beat(&self, job: &Job, progress: i64, now: Millis) -> Result<Option<bool>> {
        let turn = self.turn().await?;
        let done = sqlx::query(
            "UPDATE job SET progress = $3, lease_until = $4 \
             WHERE id = $1 AND attempts = $2 AND state = 'running'",
        )
        .bind(&job.id)
        .bind(job.attempts)
        .bind(progress)
        .bind(now + LEASE)
        .execute(&self.pool)
        .await?;
        drop(turn);
        if done.rows_affected() == 0 {
            return Ok(None);
        }
        let asked = self.job(&job.id).await?.map_or(0, |j| j.cancel_asked);
        Ok(Some(asked == 0))
    }

    /// The leases of a data folder that nobody else can be using are those of the dead.
    pub(crate) async fn end_leases(&self) -> Result<()> {
        if self.engine == super::Engine::Sqlite {
            sqlx::query("UPDATE job SET lease_until = 0 WHERE state = 'running'")
                .execute(&self.pool)
                .await?;
        }
        Ok(())
    }
}

impl Change {
    /// Adds a job to those that wait.
    pub(crate) async fn add_job(&mut self, job: &Job) -> Result<()> {
        sqlx::query(
            "INSERT INTO job (id, org_id, command, input, lang, state, progress, attempts, lease_until, \
             cancel_asked, created_by, created_at, problem) \
             VALUES ($1, $2, $3, $4, $5, 'waiting', 0, 0, 0, 0, $6, $7, '')",
        )
        .bind(&job.id)
        .bind(&job.org_id)
        .bind(&job.command)
        .bind(&job.input)
        .bind(&job.lang)
        .bind(&job.created_by)
        .bind(job.created_at)
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    /// Keeps a file for a job until it ends.
    pub(crate) async fn add_upload(&mut self, job: &str, file: &InputFile) -> Result<()> {
        sqlx::query("INSERT INTO upload (job_id, name, content) VALUES ($1, $2, $3)")
            .bind(job)
            .bind(&file.name)
            .bind(&file.bytes)
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }

    /// What a job was given is needed no more.
    async fn drop_uploads(&mut self, job: &str) -> Result<()> {
        sqlx::query("DELETE FROM upload WHERE job_id = $1")
            .bind(job)
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }

    /// Takes the oldest job that waits or whose worker is gone. One that was begun too often, or is
    /// no longer wanted, is ended instead.
    pub(crate) async fn take_job(&mut self, now: Millis) -> Result<Option<Job>> {
        loop {
            let next: Option<Job> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
                "{JOB} WHERE state = 'waiting' \
                 OR (state = 'running' AND NOT lease_until BETWEEN $1 AND $2) \
                 ORDER BY created_at, id LIMIT 1"
            )))
            .bind(now)
            .bind(now + ODD)
            .fetch_optional(&mut *self.tx)
            .await?;
            let Some(mut job) = next else {
                return Ok(None);
            };
            let state = if job.cancel_asked != 0 {
                "cancelled"
            } else if job.attempts >= ATTEMPTS {
                "failed"
            } else {
                "running"
            };
            let runs = state == "running";
            sqlx::query(
                "UPDATE job SET state = $2, attempts = attempts + 1, lease_until = $3, started_at = $4, \
                 finished_at = $5 WHERE id = $1",
            )
            .bind(&job.id)
            .bind(state)
            .bind(now + LEASE)
            .bind(now)
            .bind((!runs).then_some(now))
            .execute(&mut *self.tx)
            .await?;
            if runs {
                job.attempts += 1;
                return Ok(Some(job));
            }
            self.drop_uploads(&job.id).await?;
        }
    }

    /// Notes that a job is no longer wanted.
    pub(crate) async fn cancel_job(&mut self, id: &str, now: Millis) -> Result<()> {
        sqlx::query("UPDATE job SET cancel_asked = 1 WHERE id = $1")
            .bind(id)
            .execute(&mut *self.tx)
            .await?;
        let stopped = sqlx::query(
            "UPDATE job SET state = 'cancelled', finished_at = $2 WHERE id = $1 AND state = 'waiting'",
        )
        .bind(id)
        .bind(now)
        .execute(&mut *self.tx)
        .await?;
        if stopped.rows_affected() > 0 {
            self.drop_uploads(id).await?;
        }
        Ok(())
    }

    /// Ends a running job, unless another worker has taken it meanwhile.
    pub(crate) async fn end_job(
        &mut self,
        job: &Job,
        ended: Ended<'_>,
        now: Millis,
    ) -> Result<bool> {
        let done = sqlx::query(
            "UPDATE job SET state = $3, problem = $4, finished_at = $5, \
             progress = CASE WHEN $3 = 'done' THEN 1000000 ELSE progress END WHERE id = $1 AND attempts = $2 AND state = 'running'",
        )
        .bind(&job.id)
        .bind(job.attempts)
        .bind(ended.state)
        .bind(ended.problem)
        .bind(now)
        .execute(&mut *self.tx)
        .await?;
        if done.rows_affected() == 0 {
            return Ok(false);
        }
        self.drop_uploads(&job.id).await?;
        for file in ended.files {
            let hash = self.add_original(&file.bytes).await?;
            sqlx::query("INSERT INTO job_file (job_id, name, sha256) VALUES ($1, $2, $3)")
                .bind(&job.id)
                .bind(&file.name)
                .bind(&hash)
                .execute(&mut *self.tx)
                .await?;
        }
        Ok(true)
    }
}

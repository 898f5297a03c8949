//! Tasks, the forms that schools file, every step they took, and corrections with both values.

use super::audit::hash_of;
use super::orgs::BELOW;
use super::{Change, Millis, Result, Store};

/// A task: a form version for a school year, with last year's county beside it.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub(crate) struct Task {
    pub(crate) id: String,
    pub(crate) org_id: String,
    pub(crate) title: String,
    /// The definition of the form, as JSON.
    #[serde(skip)]
    pub(crate) form: String,
    pub(crate) school_year: String,
    pub(crate) as_of: String,
    pub(crate) deadline: Millis,
    /// Whether it was withdrawn; 1 if so.
    pub(crate) closed: i64,
    /// Why it was withdrawn or its deadline moved.
    pub(crate) reason: String,
    pub(crate) base_snapshot: String,
    #[serde(skip)]
    pub(crate) created_by: String,
    pub(crate) created_at: Millis,
}

impl Task {
    /// What the audit keeps of a task as it was opened.
    pub(crate) fn hash(&self) -> String {
        let (deadline, created_at) = (self.deadline.to_string(), self.created_at.to_string());
        hash_of([
            self.org_id.as_str(),
            &self.title,
            &self.form,
            &self.school_year,
            &self.as_of,
            &deadline,
            &self.base_snapshot,
            &self.created_by,
            &created_at,
        ])
    }

    /// The same of its latest change.
    pub(crate) fn changed_hash(&self) -> String {
        let (deadline, closed) = (self.deadline.to_string(), self.closed.to_string());
        hash_of([self.id.as_str(), &deadline, &closed, &self.reason])
    }
}

row!(Task {
    id,
    org_id,
    title,
    form,
    school_year,
    as_of,
    deadline,
    closed,
    reason,
    base_snapshot,
    created_by,
    created_at
});

/// One school's form, with the school's own place in the tree.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub(crate) struct Filing {
    pub(crate) id: String,
    pub(crate) task_id: String,
    pub(crate) org_id: String,
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) township: String,
    pub(crate) state: String,
    pub(crate) version: i64,
    /// How many figures it asks for.
    pub(crate) asked: i64,
    #[serde(skip)]
    pub(crate) submitted_by: String,
    pub(crate) submitted_at: Option<Millis>,
    pub(crate) changed_at: Millis,
}

row!(Filing {
    id,
    task_id,
    org_id,
    code,
    name,
    township,
    state,
    version,
    asked,
    submitted_by,
    submitted_at,
    changed_at
});

/// A value of a form, and when in the form's own versions it was written.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) key: String,
    pub(crate) value: String,
    pub(crate) version: i64,
    /// The name of who wrote it.
    pub(crate) changed_by: String,
}

row!(Answer {
    key,
    value,
    version,
    changed_by
});

/// A step that was taken.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub(crate) struct StepTaken {
    pub(crate) seq: i64,
    pub(crate) step: String,
    pub(crate) reason: String,
    pub(crate) name: String,
    pub(crate) at: Millis,
    /// Hash of all values at that moment, which are kept.
    pub(crate) sha256: String,
}

impl StepTaken {
    /// What the audit keeps of a step.
    pub(crate) fn hash(&self) -> String {
        let at = self.at.to_string();
        hash_of([
            self.sha256.as_str(),
            &self.step,
            &self.reason,
            &self.name,
            &at,
        ])
    }
}

row!(StepTaken {
    seq,
    step,
    reason,
    name,
    at,
    sha256
});

/// A correction of a locked form.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub(crate) struct Correction {
    pub(crate) seq: i64,
    pub(crate) key: String,
    pub(crate) old_value: String,
    pub(crate) new_value: String,
}

row!(Correction {
    seq,
    key,
    old_value,
    new_value
});

/// Somebody to call.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub(crate) struct Contact {
    pub(crate) account_id: String,
    pub(crate) org_id: String,
    pub(crate) name: String,
    /// As it is kept: sealed.
    pub(crate) phone: String,
}

row!(Contact {
    account_id,
    org_id,
    name,
    phone
});

const TASK: &str = "SELECT t.id, t.org_id, t.title, t.form, t.school_year, t.as_of, \
    COALESCE(c.deadline, t.deadline) AS deadline, COALESCE(c.closed, 0) AS closed, \
    COALESCE(c.reason, '') AS reason, t.base_snapshot, t.created_by, t.created_at FROM task t \
    LEFT JOIN task_change c ON c.task_id = t.id \
    AND c.seq = (SELECT MAX(seq) FROM task_change WHERE task_id = t.id)";
/// Tasks as they were opened.
const OPENED: &str = "SELECT id, org_id, title, form, school_year, as_of, deadline, \
    CAST(0 AS BIGINT) AS closed, '' AS reason, base_snapshot, created_by, created_at FROM task";
/// Tasks after each of their changes.
const CHANGED: &str = "SELECT t.id, t.org_id, t.title, t.form, t.school_year, t.as_of, c.deadline, \
    c.closed, c.reason, t.base_snapshot, t.created_by, t.created_at \
    FROM task_change c JOIN task t ON t.id = c.task_id";
const FILING: &str = "SELECT f.id, f.task_id, f.org_id, o.code, o.name, \
    COALESCE((SELECT p.name FROM org p WHERE p.id = o.parent_id AND p.kind = 'township'), '') AS township, \
    f.state, f.version, f.asked, f.submitted_by, f.submitted_at, f.changed_at \
    FROM filing f JOIN org o ON o.id = f.org_id";

impl Store {
    /// Tasks that concern an organisation or one below it, newest first.
    pub(crate) async fn tasks(&self, top: &str) -> Result<Vec<Task>> {
        sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "{TASK} WHERE t.id IN (SELECT task_id FROM filing WHERE org_id IN {BELOW}) \
             ORDER BY t.created_at DESC, t.id DESC"
        )))
        .bind(top)
        .fetch_all(&self.pool)
        .await
    }

    /// One task.
    pub(crate) async fn task(&self, id: &str) -> Result<Option<Task>> {
        sqlx::query_as(sqlx::AssertSqlSafe(format!("{TASK} WHERE t.id = $1")))
            .bind(id)
            .fetch_optional(&self.pool)
            .await
    }

    /// All tasks as they were opened.
    pub(super) async fn all_tasks(&self) -> Result<Vec<Task>> {
        sqlx::query_as(OPENED).fetch_all(&self.pool).await
    }

    /// All tasks as each of their changes left them.
    pub(super) async fn task_changes(&self) -> Result<Vec<Task>> {
        sqlx::query_as(CHANGED).fetch_all(&self.pool).await
    }

    /// The forms of a task that an organisation may see, by township and code.
    pub(crate) async fn filings(&self, task: &str, top: &str) -> Result<Vec<Filing>> {
        sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "{FILING} WHERE f.task_id = $2 AND f.org_id IN {BELOW} ORDER BY township, o.code"
        )))
        .bind(top)
        .bind(task)
        .fetch_all(&self.pool)
        .await
    }

    /// One form.
    pub(crate) async fn filing(&self, id: &str) -> Result<Option<Filing>> {
        sqlx::query_as(sqlx::AssertSqlSafe(format!("{FILING} WHERE f.id = $1")))
            .bind(id)
            .fetch_optional(&self.pool)
            .await
    }

    /// All values of a form.
    pub(crate) async fn answers(&self, filing: &str) -> Result<Vec<Answer>> {
        sqlx::query_as(ANSWERS)
            .bind(filing)
            .fetch_all(&self.pool)
            .await
    }

    /// The steps of a form, oldest first.
    pub(crate) async fn steps(&self, filing: &str) -> Result<Vec<StepTaken>> {
        sqlx::query_as(
            "SELECT seq, step, reason, name, at, sha256 FROM filing_step WHERE filing_id = $1 ORDER BY seq",
        )
        .bind(filing)
        .fetch_all(&self.pool)
        .await
    }

    /// The corrections of a form, oldest first.
    pub(crate) async fn corrections(&self, filing: &str) -> Result<Vec<Correction>> {
        sqlx::query_as(
            "SELECT seq, key, old_value, new_value FROM filing_correction WHERE filing_id = $1 \
             ORDER BY seq, key",
        )
        .bind(filing)
        .fetch_all(&self.pool)
        .await
    }

    /// When an organisation was last reminded of a task.
    pub(crate) async fn reminded(&self, task: &str, org: &str) -> Result<Option<Millis>> {
        sqlx::query_scalar(
            "SELECT at FROM reminder WHERE task_id = $1 AND org_id = $2 ORDER BY at DESC LIMIT 1",
        )
        .bind(task)
        .bind(org)
        .fetch_optional(&self.pool)
        .await
    }

    /// Who fills forms in for the organisations below one.
    pub(crate) async fn contacts(&self, top: &str) -> Result<Vec<Contact>> {
        sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "SELECT a.id AS account_id, a.org_id, a.name, a.phone FROM account a JOIN account_role r ON r.account_id = a.id \
             WHERE r.role = 'school' AND a.disabled = 0 AND a.org_id IN {BELOW} ORDER BY a.org_id, a.login"
        )))
        .bind(top)
        .fetch_all(&self.pool)
        .await
    }
}

const ANSWERS: &str =
    "SELECT key, value, version, changed_by FROM filing_value WHERE filing_id = $1 ORDER BY key";

impl Change {
    /// Opens a task.
    pub(crate) async fn add_task(&mut self, task: &Task) -> Result<()> {
        sqlx::query(
            "INSERT INTO task (id, org_id, title, form, school_year, as_of, deadline, base_snapshot, \
             created_by, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(&task.id)
        .bind(&task.org_id)
        .bind(&task.title)
        .bind(&task.form)
        .bind(&task.school_year)
        .bind(&task.as_of)
        .bind(task.deadline)
        .bind(&task.base_snapshot)
        .bind(&task.created_by)
        .bind(task.created_at)
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    /// Moves the deadline of a task, or withdraws it.
    pub(crate) async fn change_task(&mut self, task: &Task, by: &str, at: Millis) -> Result<()> {
        sqlx::query(
            "INSERT INTO task_change (task_id, seq, deadline, closed, reason, name, at) \
             SELECT $1, COALESCE(MAX(seq), 0) + 1, $2, $3, $4, $5, $6 FROM task_change WHERE task_id = $1",
        )
        .bind(&task.id)
        .bind(task.deadline)
        .bind(task.closed)
        .bind(&task.reason)
        .bind(by)
        .bind(at)
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    /// Gives a task to a school.
    pub(crate) async fn add_filing(
        &mut self,
        id: &str,
        task: &Task,
        org: &str,
        asked: i64,
    ) -> Result<()> {
        sqlx::query(
            "INSERT INTO filing (id, task_id, org_id, state, version, asked, submitted_by, changed_at) \
             VALUES ($1, $2, $3, 'draft', 0, $4, '', $5)",
        )
        .bind(id)
        .bind(&task.id)
        .bind(org)
        .bind(asked)
        .bind(task.created_at)
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    /// A form and its values as they stand in this change.
    pub(crate) async fn filing(&mut self, id: &str) -> Result<Option<(Filing, Vec<Answer>)>> {
        let filing = sqlx::query_as(sqlx::AssertSqlSafe(format!("{FILING} WHERE f.id = $1")))
            .bind(id)
            .fetch_optional(&mut *self.tx)
            .await?;
        let Some(filing) = filing else {
            return Ok(None);
        };
        let answers = sqlx::query_as(ANSWERS)
            .bind(id)
            .fetch_all(&mut *self.tx)
            .await?;
        Ok(Some((filing, answers)))
    }

    /// Writes values of a form as its next version.
    pub(crate) async fn answer(
        &mut self,
        filing: &Filing,
        values: &[(&str, &str)],
        asked: i64,
        by: &str,
        at: Millis,
    ) -> Result<i64> {
        let version = filing.version + 1;
        for (key, value) in values {
            sqlx::query(
                "INSERT INTO filing_value (filing_id, key, value, version, changed_by) \
                 VALUES ($1, $2, $3, $4, $5) ON CONFLICT (filing_id, key) DO UPDATE \
                 SET value = excluded.value, version = excluded.version, changed_by = excluded.changed_by",
            )
            .bind(&filing.id)
            .bind(*key)
            .bind(*value)
            .bind(version)
            .bind(by)
            .execute(&mut *self.tx)
            .await?;
        }
        sqlx::query("UPDATE filing SET version = $2, changed_at = $3, asked = $4 WHERE id = $1")
            .bind(&filing.id)
            .bind(version)
            .bind(at)
            .bind(asked)
            .execute(&mut *self.tx)
            .await?;
        Ok(version)
    }

    /// Takes a step, and keeps all values of that moment; its number.
    pub(crate) async fn step(
        &mut self,
        filing: &Filing,
        taken: &StepTaken,
        to: &str,
        by: &str,
    ) -> Result<i64> {
        let seq: i64 =
            sqlx::query_scalar("SELECT COUNT(*) + 1 FROM filing_step WHERE filing_id = $1")
                .bind(&filing.id)
                .fetch_one(&mut *self.tx)
                .await?;
        sqlx::query(
            "INSERT INTO filing_step (filing_id, seq, step, reason, name, at, sha256) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(&filing.id)
        .bind(seq)
        .bind(&taken.step)
        .bind(&taken.reason)
        .bind(&taken.name)
        .bind(taken.at)
        .bind(&taken.sha256)
        .execute(&mut *self.tx)
        .await?;
        let submits = taken.step == "submit";
        let (who, when) = if submits {
            (by, Some(taken.at))
        } else {
            (filing.submitted_by.as_str(), filing.submitted_at)
        };
        sqlx::query(
            "UPDATE filing SET state = $2, submitted_by = $3, submitted_at = $4 WHERE id = $1",
        )
        .bind(&filing.id)
        .bind(to)
        .bind(who)
        .bind(when)
        .execute(&mut *self.tx)
        .await?;
        Ok(seq)
    }

    /// Keeps both values of a correction.
    pub(crate) async fn add_correction(&mut self, filing: &str, one: &Correction) -> Result<()> {
        sqlx::query(
            "INSERT INTO filing_correction (filing_id, seq, key, old_value, new_value) \
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(filing)
        .bind(one.seq)
        .bind(&one.key)
        .bind(&one.old_value)
        .bind(&one.new_value)
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    /// Notes that a school was reminded.
    pub(crate) async fn remind(
        &mut self,
        task: &str,
        org: &str,
        by: &str,
        at: Millis,
    ) -> Result<()> {
        sqlx::query("INSERT INTO reminder (task_id, org_id, at, name) VALUES ($1, $2, $3, $4)")
            .bind(task)
            .bind(org)
            .bind(at)
            .bind(by)
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }
}

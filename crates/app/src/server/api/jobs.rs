//! Jobs: commands that take longer than a request. See `server/worker.rs` for who carries them out.

use axum::extract::{Path, Query, State};
use axum::{Extension, Json};
use junheng_core::text::Lang;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::commands::{others, words};
use super::paging::{self, Paging};
use super::{Answer, Document, Download};
use crate::server::caller::Asked;
use crate::server::problem::{Problem, Refusal};
use crate::server::rights::{READERS, Role};
use crate::server::served::{Out, Reads, Served};
use crate::server::{App, scope, secret, worker};
use crate::store::{Deed, Job, Millis};
use junheng_intake::files::InputFile;

/// So many jobs of one account may be open.
const OPEN: i64 = 20;
/// So many are listed unless somebody says how many.
const LISTED: usize = 100;

/// What is asked for: `{"command": "plan zones", "snapshot": ID, "options": {"stage": "primary"}}`.
/// A value is a text, a number, `true` for a flag, or a list where an option may be repeated; `format`
/// chooses the kind of file.
#[derive(Deserialize, Serialize)]
pub(crate) struct Wanted {
    pub(crate) command: String,
    #[serde(default)]
    pub(crate) snapshot: String,
    #[serde(default)]
    pub(crate) options: Map<String, Value>,
    #[serde(default)]
    pub(crate) format: Option<String>,
}

impl Wanted {
    /// The options one by one.
    pub(crate) fn given(&self) -> Result<Vec<(String, String)>, Problem> {
        let mut given = Vec::new();
        for (name, value) in &self.options {
            let values = match value {
                Value::Array(values) => values.as_slice(),
                one => std::slice::from_ref(one),
            };
            for value in values {
                let text = match value {
                    Value::Bool(true) => String::new(),
                    Value::Bool(false) | Value::Null => continue,
                    Value::Number(number) => number.to_string(),
                    Value::String(text) if !text.is_empty() => text.clone(),
                    _ => {
                        return Err(Problem::bad(
                            format!("参数 {name} 的写法不对"),
                            format!("option {name} is not written like this"),
                        ));
                    }
                };
                given.push((name.clone(), text));
            }
        }
        Ok(given)
    }

    /// The kind of file to write.
    pub(crate) fn kind(&self, kinds: &'static [&'static str]) -> Option<&'static str> {
        match self.format.as_deref() {
            None => kinds.first().copied(),
            Some(format) => kinds.iter().copied().find(|k| *k == format),
        }
    }
}

/// A job as the page sees it.
#[derive(Serialize, Deserialize)]
pub(crate) struct JobView {
    id: String,
    command: String,
    snapshot: String,
    options: Map<String, Value>,
    /// `waiting`, `running`, `done`, `failed` or `cancelled`.
    state: String,
    /// How much is done, 0 to 1.
    progress: f64,
    /// How long it has run.
    seconds: Option<f64>,
    created_at: Millis,
    cancel_asked: bool,
    /// Whether there is a document.
    result: bool,
    /// Names of the files that it made.
    files: Vec<String>,
    /// Whether there is a plan to take.
    applied: bool,
    /// Why it failed.
    problem: Option<Refusal>,
}

async fn view(app: &App, job: &Job, lang: Lang) -> Result<JobView, Problem> {
    let input = wanted(job)?;
    let mut problem: Option<Refusal> = serde_json::from_str(&job.problem).ok();
    if job.state == "failed" && problem.is_none() {
        problem = Some(worker::broken().body(lang));
    }
    let files = app.store.job_files(&job.id).await?;
    let seconds = job.started_at.map(|began| {
        let until = job.finished_at.unwrap_or_else(|| app.now());
        (until - began).max(0) as f64 / 1000.0
    });
    Ok(JobView {
        id: job.id.clone(),
        command: job.command.clone(),
        snapshot: input.snapshot,
        options: input.options,
        state: job.state.clone(),
        progress: job.progress as f64 / 1e6,
        seconds,
        created_at: job.created_at,
        cancel_asked: job.cancel_asked != 0,
        result: files.iter().any(|f| f == worker::DOCUMENT),
        applied: files.iter().any(|f| applied(f)),
        files: files
            .into_iter()
            .filter(|f| f != worker::DOCUMENT && !applied(f))
            .collect(),
        problem,
    })
}

/// A file of the county after a plan.
pub(crate) fn applied(name: &str) -> bool {
    name.split_once('/')
        .is_some_and(|(folder, _)| folder == worker::APPLIED)
}

/// A job that this caller may see: whoever may start its command, or whoever started it.
pub(crate) async fn visible(app: &App, asked: &Asked, id: &str) -> Result<Job, Problem> {
    let caller = asked.caller()?;
    let job = app.store.job(id).await?.ok_or_else(Problem::absent)?;
    scope::within(app, asked, &job.org_id).await?;
    if sees(&job, &caller.account.id, &caller.roles) {
        Ok(job)
    } else {
        Err(Problem::absent())
    }
}

/// A job to be read: one that the caller may see, and once its plan was taken one of everybody who reads
/// the county.
async fn readable(app: &App, asked: &Asked, id: &str) -> Result<Job, Problem> {
    let caller = asked.caller()?;
    let job = app.store.job(id).await?.ok_or_else(Problem::absent)?;
    let reads = caller.roles.iter().any(|r| READERS.contains(r));
    if reads && app.store.is_taken(&job.org_id, id).await? {
        scope::within(app, asked, &job.org_id).await?;
        return Ok(job);
    }
    visible(app, asked, id).await
}

fn sees(job: &Job, account: &str, roles: &[Role]) -> bool {
    job.created_by == account || Served::named(&job.command).is_some_and(|s| s.is_for(roles))
}

/// Jobs, the newest first.
#[derive(Serialize, Deserialize)]
pub(crate) struct Jobs {
    jobs: Vec<JobView>,
    /// Where the next page begins, where there is one.
    next: Option<String>,
}

/// The newest jobs that the caller may see.
pub(crate) async fn list(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Query(paging): Query<Paging>,
) -> Answer<Jobs> {
    let caller = asked.caller()?;
    let (top, limit) = (scope::top(&asked)?, paging.limit_or(LISTED));
    let after = paging.after().unwrap_or_default();
    let page = app.store.jobs(top, after, limit).await?;
    let next = paging::next(&page, limit, |j| j.id.clone());
    let mut jobs = Vec::new();
    for job in page {
        if sees(&job, &caller.account.id, &caller.roles) {
            jobs.push(view(&app, &job, asked.lang).await?);
        }
    }
    Ok(Json(Jobs { jobs, next }))
}

/// Adds a job.
pub(crate) async fn add(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Json(wanted): Json<Wanted>,
) -> Answer<JobView> {
    let caller = asked.caller()?;
    let served = Served::named(&wanted.command)
        .ok_or_else(|| Problem::bad("没有这样的命令", "there is no such command"))?;
    if !served.is_for(&caller.roles) {
        return Err(Problem::forbidden(
            "您的角色不能执行这条命令",
            "your role does not run this command",
        ));
    }
    // What would be refused later is refused now.
    let given = wanted.given()?;
    others(&app, &asked, served, &given).await?;
    words(&app, served, &given).await?;
    let format = match served.out {
        Out::File(kinds) => wanted.kind(kinds).is_some(),
        _ => wanted.format.is_none(),
    };
    if !format {
        return Err(Problem::bad(
            "没有这种文件格式",
            "there is no such kind of file",
        ));
    }
    match served.reads {
        Reads::Nothing => {}
        Reads::Files => {
            return Err(Problem::bad(
                "这条命令要随文件一起提交：POST /api/v1/imports 或 /api/v1/nation",
                "this command comes with its files: POST /api/v1/imports or /api/v1/nation",
            ));
        }
        Reads::Two => {
            return Err(Problem::bad(
                "比较是即时的：GET /api/v1/compare/之前/之后",
                "a comparison is answered at once: GET /api/v1/compare/BEFORE/AFTER",
            ));
        }
        Reads::Snapshot => drop(scope::snapshot(&app, &asked, &wanted.snapshot).await?),
    }
    begin(&app, &asked, &wanted, &[]).await
}

/// Adds a job with the files it is given.
pub(crate) async fn begin(
    app: &App,
    asked: &Asked,
    wanted: &Wanted,
    files: &[InputFile],
) -> Answer<JobView> {
    let caller = asked.caller()?;
    if app.store.open_jobs(&caller.account.id).await? >= OPEN {
        return Err(Problem::busy());
    }
    let (id, now) = (secret::id()?, app.now());
    let job = Job {
        id: id.clone(),
        org_id: caller.account.org_id.clone(),
        command: wanted.command.clone(),
        input: serde_json::to_string(wanted).map_err(Problem::because("job"))?,
        lang: asked.lang.pick("zh", "en").to_owned(),
        state: "waiting".to_owned(),
        progress: 0,
        attempts: 0,
        cancel_asked: 0,
        created_by: caller.account.id.clone(),
        created_at: now,
        started_at: None,
        finished_at: None,
        problem: String::new(),
    };
    let mut change = app.store.change().await?;
    change.add_job(&job).await?;
    for file in files {
        change.add_upload(&id, file).await?;
    }
    let deed = Deed {
        new: &secret::token_hash(&job.input),
        ..asked.deed("job.add", &id)?
    };
    change.record(now, &deed).await?;
    change.commit().await?;
    app.jobs.notify_one();
    Ok(Json(view(app, &job, asked.lang).await?))
}

/// The request that a job was made of.
pub(crate) fn wanted(job: &Job) -> Result<Wanted, Problem> {
    serde_json::from_str(&job.input).map_err(Problem::because("job"))
}

/// How far a job is.
pub(crate) async fn one(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Path(id): Path<String>,
) -> Answer<JobView> {
    let job = readable(&app, &asked, &id).await?;
    let mut view = view(&app, &job, asked.lang).await?;
    if job.command == ROTATION && !scope::personal(&asked)? {
        view.files.clear();
    }
    Ok(Json(view))
}

/// Asks a job to stop.
pub(crate) async fn cancel(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Path(id): Path<String>,
) -> Answer<JobView> {
    visible(&app, &asked, &id).await?;
    let now = app.now();
    let mut change = app.store.change().await?;
    change.cancel_job(&id, now).await?;
    change.record(now, &asked.deed("job.cancel", &id)?).await?;
    change.commit().await?;
    let job = visible(&app, &asked, &id).await?;
    Ok(Json(view(&app, &job, asked.lang).await?))
}

/// The document of a job that has ended.
pub(crate) async fn result(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Path(id): Path<String>,
) -> Result<Document, Problem> {
    let bytes = output(&app, &asked, &id, worker::DOCUMENT).await?;
    Ok(Document(String::from_utf8_lossy(&bytes).into()))
}

/// A file that a job made.
pub(crate) async fn file(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Path((id, name)): Path<(String, String)>,
) -> Result<Download, Problem> {
    let bytes = output(&app, &asked, &id, &name).await?;
    let mut change = app.store.change().await?;
    change
        .record(app.now(), &asked.deed("job.export", &id)?)
        .await?;
    change.commit().await?;
    Ok(Download { bytes, name })
}

async fn output(app: &App, asked: &Asked, id: &str, name: &str) -> Result<Vec<u8>, Problem> {
    let job = readable(app, asked, id).await?;
    let bytes = app.store.job_file(id, name).await?;
    let bytes = bytes.ok_or_else(Problem::absent)?;
    if job.command != ROTATION || scope::personal(asked)? {
        Ok(bytes)
    } else if name == worker::DOCUMENT {
        impersonal(&bytes)
    } else {
        Err(Problem::absent())
    }
}

/// Names teachers one by one.
const ROTATION: &str = "plan rotation";

/// A rotation without what follows from teachers' homes and families: ways, and the reasons that tell them.
fn impersonal(bytes: &[u8]) -> Result<Vec<u8>, Problem> {
    let mut plan: Value = serde_json::from_slice(bytes).map_err(Problem::because("plan"))?;
    for row in plan["moves"].as_array_mut().into_iter().flatten() {
        row["commute_metres_before"] = Value::Null;
        row["commute_metres_after"] = Value::Null;
        row["reason"] = "".into();
    }
    serde_json::to_vec(&plan).map_err(Problem::because("plan"))
}

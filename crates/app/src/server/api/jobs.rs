//! Jobs: commands that take longer than a request. See `server/worker.rs` for who carries them out.

use std::collections::BTreeSet;

use axum::extract::{Path, Query, State};
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::commands::{others, words};
use super::paging::{self, Paging};
use super::{Answer, Document, Download};
use crate::server::caller::Asked;
use crate::server::problem::{Problem, Refusal};
use crate::server::rights::{Access, READERS};
use crate::server::served::{Out, Reads, Served};
use crate::server::{App, scope, secret, worker};
use crate::store::{Deed, Job, Millis};
use crate::views;
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
    /// The language of its words, `zh` or `en`.
    lang: String,
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

async fn view(app: &App, asked: &Asked, job: &Job) -> Result<JobView, Problem> {
    let (lang, personal) = (asked.lang, scope::personal(asked)?);
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
        lang: job.lang.clone(),
        state: job.state.clone(),
        progress: job.progress as f64 / 1e6,
        seconds,
        created_at: job.created_at,
        cancel_asked: job.cancel_asked != 0,
        result: files.iter().any(|f| f == worker::DOCUMENT),
        applied: files.iter().any(|f| applied(f)),
        files: files
            .into_iter()
            .filter(|f| f != worker::DOCUMENT && !applied(f) && is_told(&job.command, f, personal))
            .collect(),
        problem,
    })
}

/// A file of the county after a plan.
pub(crate) fn applied(name: &str) -> bool {
    name.split_once('/')
        .is_some_and(|(folder, _)| folder == worker::APPLIED)
}

/// Files of a rotation plan without a word on a teacher's home or wishes.
const IMPERSONAL: [&str; 4] = [
    worker::DOCUMENT,
    "itinerant.csv",
    "post_moves.csv",
    "posts.csv",
];

/// Whether a file of a job is for somebody who may, or may not, be told what is personal of teachers.
fn is_told(command: &str, file: &str, personal: bool) -> bool {
    personal || (!applied(file) && (command != ROTATION || IMPERSONAL.contains(&file)))
}

/// The one plan that speaks of persons.
const ROTATION: &str = "plan rotation";

/// A job that this caller may see.
pub(crate) async fn visible(app: &App, asked: &Asked, id: &str) -> Result<Job, Problem> {
    let job = app.store.job(id).await?.ok_or_else(Problem::absent)?;
    scope::within(app, asked, &job.org_id).await?;
    // Who waits for a job asks often.
    let own = job.created_by == asked.caller()?.account.id;
    if own || sees(asked, &job, &told(app, asked).await?)? {
        Ok(job)
    } else {
        Err(Problem::absent())
    }
}

/// Jobs are for whoever started them; for whoever may start their command, on data that they see; and for
/// readers where their plan was taken.
fn sees(asked: &Asked, job: &Job, told: &Told) -> Result<bool, Problem> {
    let caller = asked.caller()?;
    let snapshot = wanted(job)?.snapshot;
    let starts = Served::named(&job.command).is_some_and(|s| s.is_for(&caller.roles));
    let data = snapshot.is_empty() || told.snapshots.contains(&snapshot);
    let reads = caller.roles.iter().any(|r| READERS.contains(r));
    Ok(job.created_by == caller.account.id
        || (starts && data)
        || (reads && told.plans.contains(&job.id)))
}

/// The snapshots that a caller sees, and the jobs whose plans they are.
struct Told {
    snapshots: BTreeSet<String>,
    plans: BTreeSet<String>,
}

async fn told(app: &App, asked: &Asked) -> Result<Told, Problem> {
    let mut told = Told {
        snapshots: BTreeSet::new(),
        plans: BTreeSet::new(),
    };
    for row in scope::snapshots(app, asked).await? {
        let step = row
            .step
            .and_then(|s| serde_json::from_str::<Value>(&s).ok());
        told.plans
            .extend(step.and_then(|s| Some(s["job"].as_str()?.to_owned())));
        told.snapshots.insert(row.id);
    }
    Ok(told)
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
    let (top, limit) = (scope::top(&asked)?, paging.limit_or(LISTED));
    let after = paging.after().unwrap_or_default();
    let page = app.store.jobs(top, after, limit).await?;
    let next = paging::next(&page, limit, |j| j.id.clone());
    let told = told(&app, &asked).await?;
    let mut jobs = Vec::new();
    for job in page {
        if sees(&asked, &job, &told)? {
            jobs.push(view(&app, &asked, &job).await?);
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
        return Err(Problem::role(Access::Roles(served.roles)));
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
        return Err(Problem::too_many(
            format!("您已有 {OPEN} 项任务没有完成；请等其中的完成，或取消不再需要的"),
            format!(
                "{OPEN} jobs of yours have not ended; wait for one, or cancel one that is not needed"
            ),
        ));
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
    Ok(Json(view(app, asked, &job).await?))
}

/// What a job told, once more in the caller's language: for whoever may read it, whatever they may start,
/// since planners repeat themselves exactly. Each caller gets it made once.
pub(crate) async fn retell(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Path(id): Path<String>,
) -> Answer<JobView> {
    let job = visible(&app, &asked, &id).await?;
    let lang = asked.lang.pick("zh", "en");
    let reads = Served::named(&job.command).map(|s| s.reads);
    if job.state != "done" || reads != Some(Reads::Snapshot) {
        return Err(Problem::conflict(
            "只有算完的方案可以换一种语言",
            "only a plan that is done can be told in another language",
        ));
    }
    if job.lang == lang {
        return Ok(Json(view(&app, &asked, &job).await?));
    }
    let own = &asked.caller()?.account.id;
    match app.store.same_job(&job, own, lang).await? {
        Some(known) => Ok(Json(view(&app, &asked, &known).await?)),
        None => begin(&app, &asked, &wanted(&job)?, &[]).await,
    }
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
    let job = visible(&app, &asked, &id).await?;
    Ok(Json(view(&app, &asked, &job).await?))
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
    Ok(Json(view(&app, &asked, &job).await?))
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

/// One of a job's files, as far as it is for the caller.
async fn output(app: &App, asked: &Asked, id: &str, name: &str) -> Result<Vec<u8>, Problem> {
    let job = visible(app, asked, id).await?;
    let personal = scope::personal(asked)?;
    if !is_told(&job.command, name, personal) {
        return Err(Problem::absent());
    }
    let bytes = app.store.job_file(id, name).await?;
    let bytes = bytes.ok_or_else(Problem::absent)?;
    if job.command == ROTATION && name == worker::DOCUMENT && !personal {
        return views::impersonal(&bytes).map_err(Problem::because("result"));
    }
    Ok(bytes)
}

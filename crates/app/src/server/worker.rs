//! Workers: each takes a job, runs its command under a watch, tells that it lives, and keeps what came
//! out. Several servers on one PostgreSQL share the jobs; the lease of one that died is taken over.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use junheng_core::text::{Lang, Text};
use junheng_intake::files::InputFile;
use serde::{Deserialize, Serialize};
use tokio::task::JoinSet;

use super::api::commands::{laid_out, words};
use super::api::{imports, jobs, papers, public};
use super::problem::Problem;
use super::served::{Out, Reads, Served};
use super::{App, backups, secret};
use crate::commands;
use crate::error::Failure;
use crate::store::{Deed, Ended, Job, list_hash};
use crate::watch::Watch;

/// The name of a job's document among its files.
pub(crate) const DOCUMENT: &str = "result.json";
/// The county after a plan, or in a coming year, among the files of its job: `applied/county.csv` and so on.
pub(crate) const APPLIED: &str = "applied";
/// How often a running job gives a sign of life and asks whether it is still wanted.
const BEAT: Duration = Duration::from_millis(500);
/// How often an idle worker looks for a job that another server added or lost.
const IDLE: Duration = Duration::from_secs(2);

/// Starts the workers; they end when this is dropped.
pub(crate) fn start(app: &App) -> JoinSet<()> {
    // One core is left to answer requests.
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut workers = JoinSet::new();
    for _ in 0..cores.saturating_sub(1).max(1) {
        workers.spawn(go_on(app.clone()));
    }
    workers
}

/// One job after the other, whatever becomes of them.
async fn go_on(app: App) {
    loop {
        // In a task of its own, so that a panic ends that job's attempt and not the worker.
        let mut one = JoinSet::new();
        let its = app.clone();
        one.spawn(async move { work(&its).await });
        match one.join_next().await {
            Some(Ok(Ok(true))) => {}
            Some(Ok(Ok(false))) => {
                let _ = tokio::time::timeout(IDLE, app.jobs.notified()).await;
            }
            // Said in the log already; a full disk may be emptied.
            Some(Ok(Err(_))) | None => tokio::time::sleep(IDLE).await,
            Some(Err(error)) => {
                tracing::error!(%error, "worker");
                tokio::time::sleep(IDLE).await;
            }
        }
    }
}

/// Takes one job and carries it out; false where there is none.
pub(crate) async fn work(app: &App) -> Result<bool, Problem> {
    let mut change = app.store.change().await?;
    let job = change.take_job(app.now()).await?;
    change.commit().await?;
    let Some(job) = job else {
        return Ok(false);
    };
    let lang = if job.lang == "en" { Lang::En } else { Lang::Zh };
    let folder = app.work.join(secret::id()?);
    let outcome = carry_out(app, &job, lang, &folder).await;
    // The folders are only where files were written before they were kept.
    for folder in [&folder, &added(&folder)] {
        drop(std::fs::remove_dir_all(folder));
    }
    let stopped = app
        .store
        .job(&job.id)
        .await?
        .is_some_and(|j| j.cancel_asked != 0);
    let (state, problem, files) = match &outcome {
        Ok(files) if stopped => ("cancelled", String::new(), files.as_slice()),
        Ok(files) => ("done", String::new(), files.as_slice()),
        Err(_) if stopped => ("cancelled", String::new(), &[][..]),
        Err(problem) => (
            "failed",
            serde_json::to_string(&problem.body(lang)).unwrap_or_default(),
            &[][..],
        ),
    };
    let ended = Ended {
        state,
        problem: &problem,
        files,
    };
    let now = app.now();
    let mut change = app.store.change().await?;
    if change.end_job(&job, ended, now).await? {
        let list = files
            .iter()
            .map(|f| (f.name.clone(), secret::sha256(&f.bytes)));
        let deed = Deed {
            action: "job.end",
            object: &job.id,
            new: &list_hash("", &list.collect()),
            result: state,
            ..Deed::default()
        };
        change.record(now, &deed).await?;
    }
    change.commit().await?;
    Ok(true)
}

/// The command line of a job, run while its lease is held.
async fn carry_out(
    app: &App,
    job: &Job,
    lang: Lang,
    folder: &Path,
) -> Result<Vec<InputFile>, Problem> {
    let wanted = jobs::wanted(job)?;
    let served = Served::named(&wanted.command).ok_or_else(Problem::absent)?;
    if served.name == "import" {
        let kept = imports::carry_out(app, job, lang).await?;
        return Ok(vec![told(&kept)?]);
    }
    if served.out == Out::Backup {
        let made = backups::by_hand(app).await?;
        return Ok(vec![told(&made)?]);
    }
    let mut arguments = vec!["junheng".to_owned()];
    arguments.extend(served.name.split(' ').map(str::to_owned));
    let out = match served.out {
        Out::Nothing => None,
        Out::Folder | Out::Snapshot => Some(folder.to_owned()),
        Out::File(kinds) => {
            let kind = wanted.kind(kinds).unwrap_or_default();
            Some(folder.join(format!("{}.{kind}", served.name)))
        }
        Out::Backup => None,
    };
    arguments.push("--json".to_owned());
    match served.reads {
        Reads::Nothing | Reads::Two => {}
        Reads::Snapshot => {
            let bundle = laid_out(app, &wanted.snapshot).await?;
            arguments.push(bundle.display().to_string());
        }
        Reads::Files => {
            let sent = added(folder);
            let (files, place) = (app.store.uploads(&job.id).await?, sent.clone());
            super::api::heavy(move || imports::lay_out(&files, &place)).await??;
            arguments.push(sent.display().to_string());
        }
    }
    if let Some(out) = &out {
        arguments.extend(["--out".to_owned(), out.display().to_string()]);
        let parent = out.parent().unwrap_or(folder);
        std::fs::create_dir_all(parent).map_err(|e| Failure::file(parent, &e))?;
    }
    let given = wanted.given()?;
    if served.applies(&given) {
        let after = folder.join(APPLIED);
        arguments.extend(["--applied".to_owned(), after.display().to_string()]);
    }
    arguments.extend(["--lang".to_owned(), lang.pick("zh", "en").to_owned()]);
    arguments.extend(words(app, served, &given).await?);
    if served.draws() {
        arguments.extend(base_map(app, &wanted.snapshot).await?);
    }
    if served.name == "report" {
        arguments.extend(papers::added(app, &wanted.snapshot, &added(folder)).await?);
    }
    let text = watched(app, job, arguments, lang).await?;
    let place = folder.to_owned();
    let files = super::api::heavy(move || outputs(served.out, text, &place)).await??;
    if served.out == Out::Snapshot {
        let made = files.into_iter().filter(|f| f.name != DOCUMENT).collect();
        let kept = imports::keep_once(app, job, lang, "snapshot.generate", made).await?;
        return Ok(vec![told(&kept)?]);
    }
    Ok(files)
}

/// Options of commands that draw maps: what the county of a snapshot set for them.
async fn base_map(app: &App, snapshot: &str) -> Result<Vec<String>, Problem> {
    let snapshot = app.store.snapshot(snapshot).await?;
    let snapshot = snapshot.ok_or_else(Problem::absent)?;
    let base = public::base_map(&app.store.settings(&snapshot.org_id).await?);
    let given = [("number", base.number), ("source", base.source)];
    let option = |(name, value): (&str, Option<String>)| Some(format!("--map-{name}={}", value?));
    Ok(given.into_iter().filter_map(option).collect())
}

/// Runs a command and meanwhile tells that this worker lives.
async fn watched(
    app: &App,
    job: &Job,
    arguments: Vec<String>,
    lang: Lang,
) -> Result<String, Problem> {
    let far = Arc::new(AtomicI64::new(0));
    let heard = far.clone();
    let watch = Arc::new(Watch::new(move |progress| {
        let done = (progress.done.clamp(0.0, 1.0) * 1e6) as i64;
        heard.fetch_max(done, Ordering::Relaxed);
    }));
    let running = watch.clone();
    let mut command = tokio::task::spawn_blocking(move || {
        commands::perform_under(&arguments, lang, Some(running))
    });
    loop {
        tokio::select! {
            done = &mut command => return Ok(done.map_err(|error| {
                tracing::error!(%error, "job");
                broken()
            })??),
            () = tokio::time::sleep(BEAT) => {
                match app.store.beat(job, far.load(Ordering::Relaxed), app.now()).await {
                    Ok(Some(true)) => {}
                    // Cancelled, or another worker's by now.
                    Ok(Some(false) | None) => watch.cancel(),
                    Err(error) => tracing::warn!(%error, "beat"),
                }
            }
        }
    }
}

/// A job whose command did not come to an end, again and again.
pub(crate) fn broken() -> Problem {
    Failure::Other(Text::new(
        "命令没能完成，数据没有改动；请把任务编号告诉管理员",
        "the command broke off and changed nothing; tell the administrator the job's number",
    ))
    .into()
}

/// What is told of files that were written.
#[derive(Serialize, Deserialize)]
pub(crate) struct Written {
    files: Vec<String>,
}

/// What a command left: its document, and the files it wrote. A command that only writes files says
/// where on this machine, which is nobody's business.
fn outputs(out: Out, text: String, folder: &Path) -> Result<Vec<InputFile>, Problem> {
    let mut files = Vec::new();
    if folder.is_dir() {
        collect(folder, "", &mut files)?;
    }
    let document = match out {
        Out::Nothing | Out::Folder | Out::Snapshot | Out::Backup => text,
        Out::File(_) => {
            let files = files.iter().map(|f| f.name.clone()).collect();
            serde_json::to_string(&Written { files }).map_err(Problem::because("document"))?
        }
    };
    files.push(result(document));
    Ok(files)
}

/// What came of it, as the document of a job.
fn told(made: &impl Serialize) -> Result<InputFile, Problem> {
    let text = serde_json::to_string(made).map_err(Problem::because("document"))?;
    Ok(result(text))
}

fn result(document: String) -> InputFile {
    InputFile {
        name: DOCUMENT.to_owned(),
        bytes: document.into_bytes(),
    }
}

/// What a command is given besides a snapshot: beside the folder of its outputs.
fn added(folder: &Path) -> PathBuf {
    folder.with_extension("added")
}

/// The files of a folder and those in it by name, with a prefix before their names.
fn collect(folder: &Path, prefix: &str, into: &mut Vec<InputFile>) -> Result<(), Problem> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .and_then(|entries| entries.map(|e| e.map(|e| e.path())).collect())
        .map_err(|e| Failure::file(folder, &e))?;
    paths.sort();
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let name = format!("{prefix}{name}");
        if path.is_dir() {
            collect(&path, &format!("{name}/"), into)?;
        } else {
            let bytes = std::fs::read(&path).map_err(|e| Failure::file(&path, &e))?;
            into.push(InputFile { name, bytes });
        }
    }
    Ok(())
}

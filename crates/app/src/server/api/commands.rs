//! The commands of the command line on a stored snapshot: the same code, the same bytes.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use axum::extract::{Path, Query, RawQuery, State};
use axum::{Extension, Json};
use junheng_core::text::Lang;
use junheng_intake::files::InputFile;
use serde::{Deserialize, Serialize};

use super::paging::Paging;
use super::{Answer, Document, heavy};
use crate::commands;
use crate::error::Failure;
use crate::server::caller::Asked;
use crate::server::problem::Problem;
use crate::server::served::Served;
use crate::server::{App, scope, secret};
use crate::store::{Deed, Evaluated};

/// A command on one snapshot.
pub(crate) async fn snapshot(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Path((id, command)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Document, Problem> {
    let served = Served::named(&command)
        .filter(|s| s.quick)
        .ok_or_else(Problem::absent)?;
    scope::snapshot(&app, &asked, &id).await?;
    let given = form(query.as_deref().unwrap_or_default());
    others(&app, &asked, served, &given).await?;
    let options = words(&app, served, &given).await?;
    let text = told(&app, asked.lang, served.name, &[id], options).await?;
    Ok(Document(text))
}

/// Passes where the other snapshots that options name are in reach.
pub(crate) async fn others(
    app: &App,
    asked: &Asked,
    served: &Served,
    given: &[(String, String)],
) -> Result<(), Problem> {
    for id in served.snapshots(given) {
        scope::snapshot(app, asked, id).await?;
    }
    Ok(())
}

/// Options as words, with the other snapshots they name laid out.
pub(crate) async fn words(
    app: &App,
    served: &Served,
    given: &[(String, String)],
) -> Result<Vec<String>, Problem> {
    let mut folders = BTreeMap::new();
    for id in served.snapshots(given) {
        folders.insert(id, laid_out(app, id).await?.display().to_string());
    }
    served.words(given, |id| folders.get(id).cloned())
}

/// What changed between two snapshots.
pub(crate) async fn compare(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Path((before, after)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Document, Problem> {
    scope::snapshot(&app, &asked, &before).await?;
    scope::snapshot(&app, &asked, &after).await?;
    let served = Served::named("compare").ok_or_else(Problem::absent)?;
    let given = form(query.as_deref().unwrap_or_default());
    let options = served.words(&given, |_| None)?;
    let text = told(&app, asked.lang, "compare", &[before, after], options).await?;
    Ok(Document(text))
}

/// The document of a quick command; it never changes, so it is kept.
pub(crate) async fn told(
    app: &App,
    lang: Lang,
    command: &str,
    snapshots: &[String],
    options: Vec<String>,
) -> Result<Arc<str>, Problem> {
    let lang_word = if lang == Lang::En { "en" } else { "zh" };
    let key = format!(
        "{}\n{command}\n{lang_word}\n{}",
        snapshots.join("\n"),
        options.join("\n")
    );
    if let Some(known) = app.answers.lock().ok().and_then(|mut a| a.get(&key)) {
        return Ok(known);
    }
    let mut arguments = vec!["junheng".to_owned(), command.to_owned()];
    for id in snapshots {
        arguments.push(laid_out(app, id).await?.display().to_string());
    }
    arguments.extend(options.iter().cloned());
    arguments.extend(["--json", "--lang", lang_word].map(str::to_owned));
    let work = move || commands::perform(&arguments, lang);
    let text: Arc<str> = match snapshots {
        [one] if command == "evaluate" => evaluated(app, lang_word, one, &options, work).await?,
        _ => heavy(work).await??.into(),
    };
    if let Ok(mut answers) = app.answers.lock() {
        answers.put(key, text.clone());
    }
    Ok(text)
}

/// The evaluation of a snapshot as it was made, or made now and kept: for this program, options and
/// language there is one. What is tried with `--set` is not kept.
async fn evaluated(
    app: &App,
    lang: &str,
    snapshot: &str,
    options: &[String],
    work: impl FnOnce() -> Result<String, Failure> + Send + 'static,
) -> Result<Arc<str>, Problem> {
    if options.iter().any(|o| o.starts_with("--set=")) {
        return Ok(heavy(work).await??.into());
    }
    let (options, program) = (options.join("\n"), program());
    let id = secret::sha256(format!("{snapshot}\n{program}\n{lang}\n{options}").as_bytes());
    if let Some(kept) = app.store.evaluation(&id).await? {
        let text = String::from_utf8(kept).map_err(Problem::because("evaluation"))?;
        return Ok(text.into());
    }
    let text: Arc<str> = heavy(work).await??.into();
    let new = Evaluated {
        id,
        snapshot_id: snapshot.to_owned(),
        options,
        lang: lang.to_owned(),
        program: program.to_owned(),
        sha256: secret::sha256(text.as_bytes()),
        made_at: app.now(),
    };
    // Where the disk is full people still read.
    if let Err(error) = keep(app, &new, &text).await {
        tracing::warn!(%error, "evaluation");
    }
    Ok(text)
}

/// The version of this program and the beginning of its hash: two builds of one version are two programs.
fn program() -> &'static str {
    static PROGRAM: OnceLock<String> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let bytes = std::env::current_exe().and_then(std::fs::read);
        let hash = secret::sha256(&bytes.unwrap_or_default());
        format!("{} {}", env!("CARGO_PKG_VERSION"), &hash[..16])
    })
}

async fn keep(app: &App, new: &Evaluated, text: &str) -> crate::store::Result<()> {
    let mut change = app.store.change().await?;
    if change.add_evaluation(new, text).await? {
        let deed = Deed {
            action: "evaluation.add",
            object: &new.snapshot_id,
            new: &new.sha256,
            result: "done",
            ..Deed::default()
        };
        change.record(new.made_at, &deed).await?;
    }
    change.commit().await
}

/// Evaluations without their documents.
#[derive(Serialize, Deserialize)]
pub(crate) struct Evaluations {
    evaluations: Vec<Evaluated>,
    /// Where the next page begins, where there is one.
    next: Option<String>,
}

/// The evaluations that were made of a snapshot.
pub(crate) async fn evaluations(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Path(id): Path<String>,
    Query(paging): Query<Paging>,
) -> Answer<Evaluations> {
    scope::snapshot(&app, &asked, &id).await?;
    let evaluations = app.store.evaluations(&id).await?;
    let (evaluations, next) = paging.of(evaluations, |e| &e.id)?;
    Ok(Json(Evaluations { evaluations, next }))
}

/// A query string taken apart; what a form sends is written the same way.
pub(crate) fn form(query: &str) -> Vec<(String, String)> {
    let decode = |text: &str| {
        let mut bytes = Vec::new();
        let mut rest = text.as_bytes().iter().copied();
        while let Some(b) = rest.next() {
            let byte = match b {
                b'+' => b' ',
                b'%' => {
                    let mut digit = || rest.next().and_then(|d| char::from(d).to_digit(16));
                    match (digit(), digit()) {
                        (Some(high), Some(low)) => (high * 16 + low) as u8,
                        _ => b'?',
                    }
                }
                other => other,
            };
            bytes.push(byte);
        }
        String::from_utf8_lossy(&bytes).into_owned()
    };
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        })
        .collect()
}

/// The files of a snapshot in a folder for the commands, made at the first use.
pub(crate) async fn laid_out(app: &App, id: &str) -> Result<PathBuf, Problem> {
    app.store.snapshot(id).await?.ok_or_else(Problem::absent)?;
    // The id is one of ours by now, so it is no path.
    let folder = app.work.join(id);
    if !folder.exists() {
        let files = app.store.files(id).await?;
        // Two callers at once lay out two folders; the slower one's is dropped.
        let (place, fresh) = (folder.clone(), app.work.join(secret::id()?));
        heavy(move || lay_out(&files, &fresh, &place))
            .await?
            .map_err(|error| {
                tracing::error!(%error, "work folder");
                Problem::internal("work folder")
            })?;
    }
    Ok(folder)
}

fn lay_out(
    files: &[InputFile],
    fresh: &std::path::Path,
    place: &std::path::Path,
) -> std::io::Result<()> {
    std::fs::create_dir_all(fresh)?;
    for file in files {
        std::fs::write(fresh.join(&file.name), &file.bytes)?;
    }
    // Somebody else may have been faster; theirs is the same.
    match std::fs::rename(fresh, place) {
        Err(_) if place.exists() => std::fs::remove_dir_all(fresh),
        other => other,
    }
}

//! Importing as a job: the files wait in the store until a worker has read them.

use std::collections::BTreeMap;
use std::path::Path;

use axum::Extension;
use axum::extract::{Multipart, RawQuery, State};
use junheng_core::model::TableId;
use junheng_core::text::{Lang, Text};
use junheng_intake::files::InputFile;
use junheng_intake::write;
use serde_json::Value;

use super::commands::form;
use super::jobs::{JobView, Wanted};
use super::snapshots::{Kept, New, keep, received};
use super::{Answer, Download, heavy, jobs};
use crate::commands;
use crate::error::Failure;
use crate::input;
use crate::server::caller::{Asked, Caller};
use crate::server::problem::Problem;
use crate::server::served::Served;
use crate::server::{App, secret};
use crate::store::Job;

/// The folder, beside the tables made of them, of files of another system as they came.
const ORIGINALS: &str = "original";

/// The mapping that comes as a file beside the tables.
const OWN: &str = "own";

fn is_mapping(file: &InputFile) -> bool {
    file.name.ends_with(".toml")
}

/// Takes files for a job that imports them; `?mapping=statistics` or `oneroster` where they are of
/// another system, `own` with a mapping file among them.
pub(crate) async fn add(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    RawQuery(query): RawQuery,
    sent: Multipart,
) -> Answer<JobView> {
    with_files(&app, &asked, "import", query, sent).await
}

/// Takes Parquet files of many counties for a job that judges them; nothing of them is kept.
pub(crate) async fn nation(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    RawQuery(query): RawQuery,
    sent: Multipart,
) -> Answer<JobView> {
    with_files(&app, &asked, "nation", query, sent).await
}

async fn with_files(
    app: &App,
    asked: &Asked,
    command: &str,
    query: Option<String>,
    sent: Multipart,
) -> Answer<JobView> {
    let given = form(query.as_deref().unwrap_or_default());
    let served = Served::named(command).ok_or_else(Problem::absent)?;
    served.words(&given, |_| None)?;
    let files = received(app, sent).await?;
    let mut options: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for (name, value) in given {
        let value = if value.is_empty() {
            Value::Bool(true)
        } else {
            Value::String(value)
        };
        options.entry(name).or_default().push(value);
    }
    let wanted = Wanted {
        command: command.to_owned(),
        snapshot: String::new(),
        options: options
            .into_iter()
            .map(|(name, values)| (name, Value::Array(values)))
            .collect(),
        format: None,
    };
    jobs::begin(app, asked, &wanted, &files).await
}

/// Drafts a mapping file from tables of a bureau's own; nothing is kept.
pub(crate) async fn mapping(State(app): State<App>, sent: Multipart) -> Result<Download, Problem> {
    let files = received(&app, sent).await?;
    let (draft, _) = heavy(move || commands::mapping::draft(&files)).await??;
    Ok(Download {
        bytes: draft.into_bytes(),
        name: "mapping.toml".to_owned(),
    })
}

/// What a worker does: reads the files, and keeps them as a snapshot when they can be used. They wait no
/// more, whatever came of it.
pub(crate) async fn carry_out(app: &App, job: &Job, lang: Lang) -> Result<Kept, Problem> {
    let files = app.store.uploads(&job.id).await?;
    let input: Value = serde_json::from_str(&job.input).unwrap_or_default();
    let files = match input["options"]["mapping"][0].as_str() {
        None => files,
        Some(mapping) => {
            let folder = app.work.join(secret::id()?);
            let (mapping, place) = (mapping.to_owned(), folder.clone());
            let made = heavy(move || mapped(files, &mapping, &place)).await?;
            drop(std::fs::remove_dir_all(&folder));
            made?
        }
    };
    keep_once(app, job, lang, "snapshot.import", files).await
}

/// Keeps the files of a job as a snapshot, with the job's id: a worker that died between keeping it and
/// saying so makes no second.
pub(crate) async fn keep_once(
    app: &App,
    job: &Job,
    lang: Lang,
    action: &str,
    files: Vec<InputFile>,
) -> Result<Kept, Problem> {
    if let Some(row) = app.store.snapshot(&job.id).await? {
        return Ok(Kept::of(row));
    }
    let account = app.store.account_by_id(&job.created_by).await?;
    let account = account.ok_or_else(Problem::absent)?;
    let asked = Asked::of(Caller::working(account, Vec::new()), lang);
    let new = New {
        id: job.id.clone(),
        org: &job.org_id,
        action,
        mark: String::new(),
    };
    keep(app, &asked, files, new).await
}

/// Writes files into a folder of their own. A browser leaves folders out, so `year=2025.parquet` stands for
/// a file of the folder `year=2025`.
pub(crate) fn lay_out(files: &[InputFile], place: &Path) -> Result<(), Failure> {
    let failed = |e: std::io::Error| Failure::file(place, &e);
    for file in files {
        let year = file.name.strip_suffix(".parquet");
        let year = year.filter(|name| name.starts_with("year="));
        let folder = place.join(year.unwrap_or_default());
        std::fs::create_dir_all(&folder)
            .and_then(|()| std::fs::write(folder.join(&file.name), &file.bytes))
            .map_err(failed)?;
    }
    Ok(())
}

/// The tables made of files of another system, and those files as they came.
fn mapped(files: Vec<InputFile>, mapping: &str, place: &Path) -> Result<Vec<InputFile>, Failure> {
    let failed = |e: std::io::Error| Failure::file(place, &e);
    let (drafts, tables): (Vec<_>, Vec<_>) = files.into_iter().partition(is_mapping);
    lay_out(&tables, &place.join("tables"))?;
    lay_out(&drafts, place)?;
    let own = match (mapping, drafts.as_slice()) {
        (OWN, [draft]) => place.join(&draft.name).display().to_string(),
        (OWN, _) => {
            return Err(Failure::usage(Text::new(
                "请把映射文件(.toml，一个)和表一起选上；没有映射文件时，先用“起草映射文件”",
                "send one mapping file (.toml) along with the tables; draft one first where there is none",
            )));
        }
        _ => mapping.to_owned(),
    };
    let (mapped, intake) = input::through(&own, &[place.join("tables")], &TableId::ALL)?;
    if intake.refused {
        return Err(Failure::Refused(intake.findings));
    }
    let sheets = write::csv_files(&mapped.sheets()).map_err(failed)?;
    let mut made: Vec<InputFile> = sheets
        .into_iter()
        .map(|(name, bytes)| InputFile { name, bytes })
        .collect();
    for file in tables.into_iter().chain(drafts) {
        let name = if file.is_table() || is_mapping(&file) {
            format!("{ORIGINALS}/{}", file.name)
        } else {
            file.name
        };
        made.push(InputFile {
            name,
            bytes: file.bytes,
        });
    }
    Ok(made)
}

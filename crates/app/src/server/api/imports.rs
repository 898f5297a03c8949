//! Importing as a job: the files wait in the store until a worker has read them.

use axum::Extension;
use axum::extract::{Multipart, RawQuery, State};
use junheng_core::model::TableId;
use junheng_core::text::Lang;
use junheng_intake::files::InputFile;
use junheng_intake::write;
use serde_json::{Value, json};

use super::commands::form;
use super::snapshots::{keep, received};
use super::{Answer, heavy, jobs};
use crate::error::Failure;
use crate::input;
use crate::server::caller::{Asked, Caller};
use crate::server::problem::Problem;
use crate::server::served::Served;
use crate::server::{App, secret};
use crate::store::Job;

/// The folder, beside the tables made of them, of files of another system as they came.
const ORIGINALS: &str = "original";

/// Takes files for a job that imports them; `?mapping=statistics` or `oneroster` where they are of
/// another system.
pub(crate) async fn add(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    RawQuery(query): RawQuery,
    sent: Multipart,
) -> Answer {
    let given = form(query.as_deref().unwrap_or_default());
    if let Some(import) = Served::named("import") {
        import.words(&given, |_| None)?;
    }
    let files = received(&app, sent).await?;
    let options: serde_json::Map<String, Value> = given
        .into_iter()
        .map(|(name, value)| (name, Value::String(value)))
        .collect();
    let input = json!({ "command": "import", "options": options });
    jobs::begin(&app, &asked, "import", &input, &files).await
}

/// What a worker does: reads the files, and keeps them as a snapshot when they can be used. They wait no
/// more, whatever came of it.
pub(crate) async fn carry_out(app: &App, job: &Job, asked: &Asked) -> Result<Value, Problem> {
    // The data set has its job's id: a worker that died between keeping it and saying so makes no second.
    if let Some(row) = app.store.snapshot(&job.id).await? {
        return Ok(json!({ "id": row.id, "title": row.title, "digest": row.digest }));
    }
    let files = app.store.uploads(&job.id).await?;
    let input: Value = serde_json::from_str(&job.input).unwrap_or_default();
    let files = match input["options"]["mapping"].as_str() {
        None => files,
        Some(mapping) => {
            let folder = app.work.join(secret::id()?);
            let (mapping, place) = (mapping.to_owned(), folder.clone());
            let made = heavy(move || mapped(files, &mapping, &place)).await?;
            drop(std::fs::remove_dir_all(&folder));
            made?
        }
    };
    let id = job.id.clone();
    keep(app, asked, files, "snapshot.import", &job.org_id, id).await
}

/// The tables made of files of another system, and those files as they came.
fn mapped(
    files: Vec<InputFile>,
    mapping: &str,
    place: &std::path::Path,
) -> Result<Vec<InputFile>, Failure> {
    let failed = |e: std::io::Error| Failure::file(place, &e);
    std::fs::create_dir_all(place).map_err(failed)?;
    for file in &files {
        std::fs::write(place.join(&file.name), &file.bytes).map_err(failed)?;
    }
    let (mapped, intake) = input::through(mapping, &[place], &TableId::ALL)?;
    if intake.refused {
        return Err(Failure::Refused(intake.findings));
    }
    let tables = write::csv_files(&mapped.sheets()).map_err(failed)?;
    let tables = tables.into_iter();
    let mut made: Vec<InputFile> = tables
        .map(|(name, bytes)| InputFile { name, bytes })
        .collect();
    for file in files {
        let name = if file.is_table() {
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

/// Whoever started a job, as a caller of their own.
pub(crate) async fn starter(app: &App, job: &Job, lang: Lang) -> Result<Asked, Problem> {
    let account = app.store.account_by_id(&job.created_by).await?;
    let account = account.ok_or_else(Problem::absent)?;
    Ok(Asked::of(Caller::working(account, Vec::new()), lang))
}

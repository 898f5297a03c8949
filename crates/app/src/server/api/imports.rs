//! Importing as a job: the files wait in the store until a worker has read them.

use axum::Extension;
use axum::extract::{Multipart, RawQuery, State};
use junheng_core::model::TableId;
use junheng_intake::files::InputFile;
use junheng_intake::write;
use serde_json::{Value, json};

use super::commands::form;
use super::snapshots::{files, keep};
use super::{Answer, heavy, jobs};
use crate::error::Failure;
use crate::input;
use crate::server::caller::{Asked, Caller};
use crate::server::problem::Problem;
use crate::server::served::Served;
use crate::server::{App, scan, scope, secret};
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
    scope::top(&asked)?;
    let given = form(query.as_deref().unwrap_or_default());
    if let Some(import) = Served::named("import") {
        import.words(&given, |_| None)?;
    }
    let files = files(sent).await?;
    let mut clean = Vec::with_capacity(files.len());
    for file in files {
        let bytes = scan::clean(&app, file.bytes).await?;
        clean.push(InputFile {
            name: file.name,
            bytes,
        });
    }
    let options: serde_json::Map<String, Value> = given
        .into_iter()
        .map(|(name, value)| (name, Value::String(value)))
        .collect();
    let input = json!({ "command": "import", "options": options });
    jobs::begin(&app, &asked, "import", &input, &clean).await
}

/// What a worker does: reads the files, and keeps them as a snapshot when they can be used. They wait no
/// more, whatever came of it.
pub(crate) async fn carry_out(app: &App, job: &Job, asked: &Asked) -> Result<Value, Problem> {
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
    keep(app, asked, files, "snapshot.import", &job.org_id).await
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
pub(crate) async fn starter(app: &App, job: &Job) -> Result<Asked, Problem> {
    let account = app.store.account_by_id(&job.created_by).await?;
    let account = account.ok_or_else(Problem::absent)?;
    let lang = if job.lang == "en" {
        junheng_core::text::Lang::En
    } else {
        junheng_core::text::Lang::Zh
    };
    Ok(Asked::of(Caller::working(account, Vec::new()), lang))
}

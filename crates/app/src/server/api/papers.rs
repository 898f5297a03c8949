//! What papers are told besides the figures, and whether a paper still says what the data say.

use std::path::Path as File;

use axum::extract::{Multipart, Path, State};
use axum::{Extension, Json};
use junheng_core::text::Text;
use junheng_intake::write;
use serde::{Deserialize, Serialize};

use super::commands::laid_out;
use super::snapshots::files;
use super::{Answer, findings, heavy};
use crate::commands;
use crate::commands::report::{EVIDENCE, EXPLAINED, place};
use crate::error::Failure;
use crate::server::caller::Asked;
use crate::server::problem::Problem;
use crate::server::{App, scope, secret};

/// Options of `report` that tell it what people said of a snapshot: explanations and evidence, in files
/// of a folder.
pub(crate) async fn added(
    app: &App,
    snapshot: &str,
    folder: &File,
) -> Result<Vec<String>, Problem> {
    let row = app
        .store
        .snapshot(snapshot)
        .await?
        .ok_or_else(Problem::absent)?;
    let said = findings::reasons(app, snapshot, &row.org_id).await?;
    let said = said.into_iter().map(|(finding, why)| {
        let mut row = place(&finding).to_vec();
        row.push(why.reason);
        row
    });
    let kept = app.store.evidence(&row.org_id).await?;
    let kept = kept.into_iter().map(|e| {
        vec![
            e.item,
            e.title,
            e.file,
            e.sha256,
            e.expires_on,
            String::new(),
        ]
    });
    let mut options = Vec::new();
    for (option, columns, rows) in [
        ("explained", EXPLAINED, said.collect::<Vec<_>>()),
        ("evidence", EVIDENCE, kept.collect()),
    ] {
        if rows.is_empty() {
            continue;
        }
        let file = folder.join(format!("{option}.csv"));
        let header: Vec<String> = columns.iter().map(|c| c.id.to_owned()).collect();
        let failed = |e: std::io::Error| Failure::file(&file, &e);
        let bytes = write::csv_rows(std::iter::once(&header).chain(&rows)).map_err(failed)?;
        std::fs::create_dir_all(folder).map_err(failed)?;
        std::fs::write(&file, bytes).map_err(failed)?;
        options.push(format!("--{option}={}", file.display()));
    }
    Ok(options)
}

/// Whether a paper is of these figures.
#[derive(Serialize, Deserialize)]
pub(crate) struct Verified {
    verified: bool,
    /// The check code of its evaluation, and the standard, where it is.
    evaluation: Option<String>,
    standard: Option<String>,
    /// Why it is not.
    message: Option<String>,
}

/// Whether the figures of a paper are those of a snapshot, in the words of `verify-paper`.
pub(crate) async fn verify(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Path(id): Path<String>,
    form: Multipart,
) -> Answer<Verified> {
    scope::snapshot(&app, &asked, &id).await?;
    let sent = files(form).await?;
    let [paper] = sent.as_slice() else {
        return Err(Problem::bad("请上传一份文书", "send one paper"));
    };
    let bundle = laid_out(&app, &id).await?;
    let folder = app.work.join(secret::id()?);
    let (lang, bytes) = (asked.lang, paper.bytes.clone());
    let (place, shown) = (folder.clone(), paper.name.clone());
    let told = heavy(move || {
        // Under a name of ours: the sender's is only shown.
        let file = place.join("paper");
        let failed = |e: std::io::Error| Failure::file(&file, &e);
        std::fs::create_dir_all(&place).map_err(failed)?;
        std::fs::write(&file, bytes).map_err(failed)?;
        let words = [
            "junheng".to_owned(),
            "verify-paper".to_owned(),
            file.display().to_string(),
            format!("--bundle={}", bundle.display()),
            "--json".to_owned(),
        ];
        match commands::perform(&words, lang) {
            Ok(text) => serde_json::from_str(&text)
                .map_err(|error| Failure::Other(Text::same(error.to_string()))),
            Err(Failure::Other(said)) => {
                let said = said.get(lang).replace(&file.display().to_string(), &shown);
                Ok(Verified {
                    verified: false,
                    evaluation: None,
                    standard: None,
                    message: Some(said),
                })
            }
            Err(other) => Err(other),
        }
    })
    .await;
    drop(std::fs::remove_dir_all(&folder));
    Ok(Json(told??))
}

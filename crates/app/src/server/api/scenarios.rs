//! Plans and forecasts as data sets: the county after one is a snapshot whose parent is the county before it.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::{Extension, Json};
use junheng_core::model::{Stage, TableId};
use junheng_intake::files::InputFile;
use junheng_intake::{bundle, write};
use junheng_plan::zones;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::commands::laid_out;
use super::jobs::{applied, visible};
use super::snapshots::TITLE;
use super::{Answer, heavy};
use crate::server::caller::Asked;
use crate::server::problem::Problem;
use crate::server::rights::Access;
use crate::server::served::Served;
use crate::server::worker::APPLIED;
use crate::server::{App, scope, secret};
use crate::store::{Deed, NewSnapshot};

/// How a plan is to be called.
#[derive(Deserialize)]
pub(crate) struct Named {
    #[serde(default)]
    title: String,
}

/// The data set that was made.
#[derive(Serialize, Deserialize)]
pub(crate) struct Titled {
    id: String,
    title: String,
}

/// Takes the plan of a job: the county after it becomes a snapshot.
pub(crate) async fn accept(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Path(id): Path<String>,
    Json(named): Json<Named>,
) -> Answer<Titled> {
    let job = visible(&app, &asked, &id).await?;
    // A plan that was taken is read by more than may take it.
    let served = Served::named(&job.command).ok_or_else(Problem::absent)?;
    if !served.is_for(&asked.caller()?.roles) {
        return Err(Problem::role(Access::Roles(served.roles)));
    }
    let mut files = Vec::new();
    for name in app.store.job_files(&id).await? {
        if let Some(bytes) = app
            .store
            .job_file(&id, &name)
            .await?
            .filter(|_| applied(&name))
        {
            let name = name
                .trim_start_matches(APPLIED)
                .trim_start_matches('/')
                .to_owned();
            files.push(InputFile { name, bytes });
        }
    }
    if files.is_empty() {
        return Err(Problem::bad(
            "这项任务没有可采用的方案",
            "this job has no plan to take",
        ));
    }
    let input: Value = serde_json::from_str(&job.input).unwrap_or_default();
    let parent = input["snapshot"].as_str().unwrap_or_default().to_owned();
    let step = json!({ "command": job.command, "options": input["options"], "job": job.id });
    keep(&app, &asked, &parent, &named.title, files, &step).await
}

/// Zones as they were drawn by hand.
#[derive(Deserialize)]
pub(crate) struct Drawn {
    #[serde(default)]
    title: String,
    #[serde(default)]
    stage: String,
    /// Blocks that change, and the schools they go to.
    #[serde(default)]
    zones: BTreeMap<String, String>,
    /// The job whose offer was taken into them, if one was.
    #[serde(default)]
    job: String,
}

/// Keeps zones that were drawn by hand: the county with them becomes a snapshot.
pub(crate) async fn draw(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Path(id): Path<String>,
    Json(drawn): Json<Drawn>,
) -> Answer<Titled> {
    let stage = match Stage::from_id(&drawn.stage) {
        Some(stage @ (Stage::Primary | Stage::Junior)) => stage,
        _ => {
            return Err(Problem::bad(
                "请写明学段：primary 或 junior",
                "give the stage: primary or junior",
            ));
        }
    };
    if drawn.zones.is_empty() {
        return Err(Problem::bad(
            "学区没有变动，没有保存",
            "no block changed its school; nothing was kept",
        ));
    }
    scope::snapshot(&app, &asked, &id).await?;
    let folder = laid_out(&app, &id).await?;
    let mut step = json!({
        "command": "zones",
        "options": { "stage": stage.id(), "zones": drawn.zones },
    });
    if !drawn.job.is_empty() {
        step["job"] = visible(&app, &asked, &drawn.job).await?.id.into();
    }
    let files = heavy(move || {
        let intake = bundle::read_path(&folder, &TableId::ALL);
        let zones = drawn
            .zones
            .iter()
            .map(|(b, s)| (b.as_str(), s.as_str(), 1.0));
        let after = zones::applied(&intake.snapshot, stage, 1.0, zones);
        let tables = write::csv_files(&after.sheets())?.into_iter();
        let mut files: Vec<InputFile> = tables
            .map(|(name, bytes)| InputFile { name, bytes })
            .collect();
        let others = junheng_intake::files::load(&folder).unwrap_or_default();
        files.extend(others.into_iter().filter(|f| !f.is_table()));
        Ok::<_, std::io::Error>(files)
    })
    .await?
    .map_err(Problem::because("tables"))?;
    keep(&app, &asked, &id, &drawn.title, files, &step).await
}

async fn keep(
    app: &App,
    asked: &Asked,
    parent: &str,
    title: &str,
    files: Vec<InputFile>,
    step: &Value,
) -> Answer<Titled> {
    let caller = asked.caller()?;
    let before = scope::snapshot(app, asked, parent).await?;
    let (files, digest) = heavy(move || {
        let digest = bundle::read_bundle(&files, &TableId::ALL).digest;
        (files, digest)
    })
    .await?;
    let named: String = title.trim().chars().take(TITLE).collect();
    let title = if named.is_empty() {
        before.title
    } else {
        named
    };
    let (id, now) = (secret::id()?, app.now());
    let mut change = app.store.change().await?;
    scope::in_use(&mut change, parent).await?;
    let new = NewSnapshot {
        id: &id,
        org_id: &before.org_id,
        title: &title,
        digest: &digest,
        created_by: &caller.account.id,
        files: &files,
    };
    let deed = Deed {
        old: &before.digest,
        new: &digest,
        ..asked.deed("plan.accept", &id)?
    };
    change.add_snapshot(new, &deed, now).await?;
    change.derive(&id, parent, &step.to_string()).await?;
    change.commit().await?;
    Ok(Json(Titled { id, title }))
}

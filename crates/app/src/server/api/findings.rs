//! What is wrong with a data set, what people say to it, and the workbook with both in its cells.

use axum::extract::{Multipart, Path, State};
use axum::{Extension, Json};
use junheng_core::finding::{Finding, Severity};
use junheng_core::model::TableId;
use junheng_intake::bundle;
use junheng_intake::files::InputFile;
use serde::{Deserialize, Serialize};

use super::snapshots::{files, other_county};
use super::{Answer, Download, heavy};
use crate::commands::check::{all, marked};
use crate::server::caller::Asked;
use crate::server::problem::Problem;
use crate::server::{App, door, scope, secret};
use crate::store::{Deed, Explanation};
use crate::views::{self, FindingView};

/// Longest explanation.
const LONGEST: usize = 500;

/// What a finding is known by: the same words of the same cell are the same finding, in any data set.
fn key(finding: &Finding) -> String {
    let place = &finding.place;
    let row = place.row.map_or(String::new(), |r| r.to_string());
    let parts = [
        finding.code,
        &place.file,
        &place.sheet,
        &row,
        &place.column,
        &finding.message.zh,
    ];
    secret::token_hash(&parts.join("\n"))
}

/// The findings of a snapshot.
async fn found(app: &App, id: &str, org: &str) -> Result<(Vec<InputFile>, Vec<Finding>), Problem> {
    let files = app.store.files(id).await?;
    let (files, snapshot, mut found) = heavy(move || {
        let intake = bundle::read_bundle(&files, &TableId::ALL);
        let found = all(&intake, None);
        (files, intake.snapshot, found)
    })
    .await?;
    found.extend(other_county(app, org, &snapshot).await?);
    Ok((files, found))
}

/// Why each finding stands, where somebody said so.
pub(crate) async fn reasons(
    app: &App,
    id: &str,
    org: &str,
) -> Result<Vec<(Finding, Explanation)>, Problem> {
    let mut said = app.store.explanations(org).await?;
    if said.is_empty() {
        return Ok(Vec::new());
    }
    let (_, found) = found(app, id, org).await?;
    Ok(found
        .into_iter()
        .filter_map(|f| said.remove(&key(&f)).map(|e| (f, e)))
        .collect())
}

/// The findings of a data set.
#[derive(Serialize, Deserialize)]
pub(crate) struct Findings {
    findings: Vec<Explained>,
    /// How many still have to be explained.
    unexplained: usize,
}

/// A finding with what was said to it.
#[derive(Serialize, Deserialize)]
struct Explained {
    code: String,
    severity: String,
    file: String,
    sheet: String,
    row: Option<u32>,
    column: String,
    message: String,
    hint: String,
    /// What it is known by.
    key: String,
    explanation: Option<Explanation>,
}

impl Explained {
    fn of(view: FindingView, key: String, explanation: Option<Explanation>) -> Self {
        Self {
            code: view.code,
            severity: view.severity,
            file: view.file,
            sheet: view.sheet,
            row: view.row,
            column: view.column,
            message: view.message,
            hint: view.hint,
            key,
            explanation,
        }
    }
}

/// The findings of a snapshot, with what was said to them.
pub(crate) async fn list(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Path(id): Path<String>,
) -> Answer<Findings> {
    let row = scope::snapshot(&app, &asked, &id).await?;
    let (_, found) = found(&app, &id, &row.org_id).await?;
    let said = app.store.explanations(&row.org_id).await?;
    let unexplained = found
        .iter()
        .filter(|f| f.severity == Severity::Explain && !said.contains_key(&key(f)))
        .count();
    let views = views::findings(&found, asked.lang).into_iter().zip(&found);
    let findings = views.map(|(view, finding)| {
        let key = key(finding);
        let explanation = said.get(&key).cloned();
        Explained::of(view, key, explanation)
    });
    Ok(Json(Findings {
        findings: findings.collect(),
        unexplained,
    }))
}

/// Why a finding is no mistake; an empty reason takes it back.
#[derive(Deserialize)]
pub(crate) struct Said {
    finding: String,
    reason: String,
}

/// Keeps why a finding is no mistake.
pub(crate) async fn explain(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Path(id): Path<String>,
    Json(given): Json<Said>,
) -> Answer<Explanation> {
    let row = scope::snapshot(&app, &asked, &id).await?;
    let reason = given.reason.trim();
    if reason.chars().count() > LONGEST || !door::is_one_line(reason) {
        return Err(Problem::bad(
            format!("说明不超过 {LONGEST} 字，写在一行内"),
            format!("an explanation is one line of at most {LONGEST} characters"),
        ));
    }
    let (_, found) = found(&app, &id, &row.org_id).await?;
    let known = found
        .iter()
        .any(|f| f.severity == Severity::Explain && key(f) == given.finding);
    if !known {
        return Err(Problem::bad(
            "没有这条须说明的问题；须改正的请改正后重新导入",
            "there is no such finding to explain; what is wrong is mended and imported anew",
        ));
    }
    let new = Explanation {
        finding: given.finding,
        reason: reason.to_owned(),
        name: asked.caller()?.account.name.clone(),
        at: app.now(),
    };
    let before = app.store.explanations(&row.org_id).await?;
    let before = before.get(&new.finding).map(|e| e.reason.as_str());
    let mut change = app.store.change().await?;
    change.explain(&row.org_id, &new).await?;
    let deed = Deed {
        old: &before.map(secret::token_hash).unwrap_or_default(),
        new: &secret::token_hash(&new.reason),
        ..asked.deed("finding.explain", &id)?
    };
    change.record(new.at, &deed).await?;
    change.commit().await?;
    Ok(Json(new))
}

/// The county's own file back, with the findings in its cells.
pub(crate) async fn workbook(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Path(id): Path<String>,
) -> Result<Download, Problem> {
    let row = scope::snapshot(&app, &asked, &id).await?;
    let (files, found) = found(&app, &id, &row.org_id).await?;
    let mut change = app.store.change().await?;
    let deed = asked.deed("snapshot.export", &id)?;
    change.record(app.now(), &deed).await?;
    change.commit().await?;
    let lang = asked.lang;
    let tables = files.iter().filter(|f| f.is_table()).count();
    let copy = heavy(move || marked(&files, &found, lang)).await??;
    // Of many tables the copy bears the name of the data, not that of one of them.
    let name = match copy.name.rsplit_once('-') {
        Some((_, end)) if tables > 1 => format!("{}-{end}", row.title),
        _ => copy.name,
    };
    Ok(Download {
        bytes: copy.bytes,
        name,
    })
}

/// The same of files that are sent and not kept, as those that were refused.
pub(crate) async fn mark(
    Extension(asked): Extension<Asked>,
    form: Multipart,
) -> Result<Download, Problem> {
    let files = files(form).await?;
    let lang = asked.lang;
    let copy = heavy(move || {
        let found = all(&bundle::read_bundle(&files, &TableId::ALL), None);
        marked(&files, &found, lang)
    })
    .await??;
    Ok(Download {
        bytes: copy.bytes,
        name: copy.name,
    })
}

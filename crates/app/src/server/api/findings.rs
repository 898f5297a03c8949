//! What is wrong with a data set, what people say to it, and the workbook with both in its cells.

use std::collections::BTreeMap;

use axum::extract::{Multipart, Path, State};
use axum::{Extension, Json};
use junheng_core::finding::{Finding, Severity};
use junheng_core::model::{Field, Snapshot, TableId, column_letters};
use junheng_intake::bundle;
use junheng_intake::files::InputFile;
use serde::{Deserialize, Serialize};

use super::filings::Reason;
use super::snapshots::{files, other_county};
use super::{Answer, Download, heavy};
use crate::commands::check::{all, marked};
use crate::server::caller::Asked;
use crate::server::filing::figures;
use crate::server::problem::Problem;
use crate::server::{App, door, scope, secret};
use crate::store::{Deed, Explanation, Millis};
use crate::views::{self, FindingView};

/// Longest explanation.
const LONGEST: usize = 500;

/// Where something stands: file, sheet and row.
type At<'a> = (&'a str, &'a str, u32);

/// What each finding is known by in any data set of the county: its code, whose row it stands in, the field
/// and its value. Where it stands at no value, or two would be known by the same, the figures that it tells
/// count too, and at last its words.
fn keys(snapshot: &Snapshot, found: &[Finding]) -> Vec<String> {
    let mut rows: BTreeMap<At, Option<(TableId, usize)>> = BTreeMap::new();
    for place in found.iter().map(|f| &f.place) {
        if let Some(row) = place.row {
            rows.insert((&place.file, &place.sheet, row), None);
        }
    }
    let mut values = BTreeMap::new();
    for (id, table) in &snapshot.tables {
        for field in table.fields() {
            let cells = table.column(field).into_iter().flat_map(|c| &c.cells);
            for (n, cell) in cells.enumerate() {
                let Some((cell, source)) = cell.and_then(|c| Some((c, snapshot.source(c)?))) else {
                    continue;
                };
                let at = (source.file.as_str(), source.sheet.as_str(), cell.row);
                if let Some(row) = rows.get_mut(&at) {
                    *row = Some((*id, n));
                    values.insert((at, column_letters(cell.column)), field);
                }
            }
        }
    }
    let written = |field: Field, row: usize| match snapshot.text(field, row) {
        Some(text) => text.to_owned(),
        None => snapshot
            .number(field, row)
            .map_or(String::new(), |x| x.to_string()),
    };
    let known = |finding: &Finding, told: Told| {
        let (place, said) = (&finding.place, &finding.message.zh);
        let at = place
            .row
            .map(|row| (place.file.as_str(), place.sheet.as_str(), row));
        let row = at.and_then(|at| rows.get(&at).copied().flatten());
        let mut parts = vec![finding.code.to_owned()];
        let mut stands = false;
        match row {
            Some((table, row)) => {
                parts.push(table.id().to_owned());
                parts.extend(table.key().iter().map(|f| written(*f, row)));
                let field = at.and_then(|at| values.get(&(at, place.column.clone())));
                if let Some(field) = field {
                    parts.extend([field.id().to_owned(), written(*field, row)]);
                    stands = true;
                }
            }
            None => parts.extend([place.file.clone(), place.sheet.clone()]),
        }
        if told >= Told::Figures || !stands {
            parts.extend(figures(said).into_iter().map(str::to_owned));
        }
        if told == Told::Words {
            parts.push(said.clone());
        }
        secret::token_hash(&parts.join("\n"))
    };
    let mut keys: Vec<String> = found.iter().map(|f| known(f, Told::Value)).collect();
    for told in [Told::Figures, Told::Words] {
        let mut times: BTreeMap<String, usize> = BTreeMap::new();
        for key in &keys {
            *times.entry(key.clone()).or_default() += 1;
        }
        for (key, finding) in keys.iter_mut().zip(found) {
            if times.get(key) != Some(&1) {
                *key = known(finding, told);
            }
        }
    }
    keys
}

/// How much of a finding it is known by.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Told {
    Value,
    Figures,
    Words,
}

/// The findings of a snapshot, each with what it is known by.
struct Found {
    files: Vec<InputFile>,
    findings: Vec<Finding>,
    keys: Vec<String>,
}

async fn found(app: &App, id: &str, org: &str) -> Result<Found, Problem> {
    let files = app.store.files(id).await?;
    let (files, snapshot, mut findings) = heavy(move || {
        let intake = bundle::read_bundle(&files, &TableId::ALL);
        let found = all(&intake, None);
        (files, intake.snapshot, found)
    })
    .await?;
    findings.extend(other_county(app, org, &snapshot).await?);
    let keys = keys(&snapshot, &findings);
    Ok(Found {
        files,
        findings,
        keys,
    })
}

/// Why each finding stands, where somebody said so.
pub(crate) async fn reasons(
    app: &App,
    id: &str,
    org: &str,
) -> Result<Vec<(Finding, Explanation)>, Problem> {
    let said = app.store.explanations(org).await?;
    if said.is_empty() {
        return Ok(Vec::new());
    }
    let found = found(app, id, org).await?;
    let told = found.findings.into_iter().zip(found.keys);
    Ok(told
        .filter_map(|(finding, key)| Some((finding, said.get(&key)?.clone())))
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
    /// It was said of an earlier data set, and the same stands in this one.
    carried: bool,
}

impl Explained {
    fn of(view: FindingView, key: String, explanation: Option<Explanation>, since: Millis) -> Self {
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
            carried: explanation.as_ref().is_some_and(|e| e.at < since),
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
    let found = found(&app, &id, &row.org_id).await?;
    let said = app.store.explanations(&row.org_id).await?;
    let all = found.findings.iter().zip(&found.keys);
    let unexplained = all
        .filter(|(f, key)| f.severity == Severity::Explain && !said.contains_key(*key))
        .count();
    let views = views::findings(&found.findings, asked.lang).into_iter();
    let findings = views.zip(found.keys).map(|(view, key)| {
        let explanation = said.get(&key).cloned();
        Explained::of(view, key, explanation, row.created_at)
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
    let found = found(&app, &id, &row.org_id).await?;
    let known = found
        .findings
        .iter()
        .zip(&found.keys)
        .any(|(f, key)| f.severity == Severity::Explain && *key == given.finding);
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
    let mut change = app.store.change().await?;
    let before = app.store.explanations(&row.org_id).await?;
    let before = before.get(&new.finding).map(|e| e.reason.as_str());
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

/// Keeps what schools said to findings of their forms where the same stand in the county's data: nobody
/// explains them twice. What the county said itself stays.
pub(crate) async fn take_over(
    app: &App,
    asked: &Asked,
    id: &str,
    org: &str,
    reasons: &[Reason],
) -> Result<(), Problem> {
    if reasons.is_empty() {
        return Ok(());
    }
    let found = found(app, id, org).await?;
    let mut change = app.store.change().await?;
    let known = app.store.explanations(org).await?;
    for (finding, key) in found.findings.iter().zip(found.keys) {
        let same = |r: &&Reason| r.code == finding.code && r.told == finding.message.zh;
        let Some(said) = reasons.iter().find(same) else {
            continue;
        };
        if finding.severity == Severity::Explain && !known.contains_key(&key) {
            let new = Explanation {
                finding: key,
                reason: said.why.clone(),
                name: said.name.clone(),
                at: app.now(),
            };
            change.explain(org, &new).await?;
            let deed = Deed {
                new: &secret::token_hash(&new.reason),
                ..asked.deed("finding.explain", id)?
            };
            change.record(new.at, &deed).await?;
        }
    }
    change.commit().await?;
    Ok(())
}

/// The county's own file back, with the findings in its cells.
pub(crate) async fn workbook(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
    Path(id): Path<String>,
) -> Result<Download, Problem> {
    let row = scope::snapshot(&app, &asked, &id).await?;
    let Found {
        files, findings, ..
    } = found(&app, &id, &row.org_id).await?;
    let mut change = app.store.change().await?;
    let deed = asked.deed("snapshot.export", &id)?;
    change.record(app.now(), &deed).await?;
    change.commit().await?;
    let lang = asked.lang;
    let tables = files.iter().filter(|f| f.is_table()).count();
    let copy = heavy(move || marked(&files, &findings, lang)).await??;
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

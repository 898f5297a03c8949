//! The audit, for the auditor alone.

use axum::extract::{Query, State};
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};

use super::Answer;
use super::paging::{self, Paging};
use crate::server::App;
use crate::server::caller::Asked;
use crate::store::Record;

/// Lines of a page unless somebody says how many.
const LINES: usize = 500;

/// Lines of the audit.
#[derive(Serialize, Deserialize)]
pub(crate) struct Lines {
    lines: Vec<Record>,
    /// Where the next page begins, where there is one.
    next: Option<String>,
}

/// The lines after a number, oldest first.
pub(crate) async fn list(State(app): State<App>, Query(paging): Query<Paging>) -> Answer<Lines> {
    let limit = paging.limit_or(LINES);
    let most = i64::try_from(limit).unwrap_or(i64::MAX);
    let lines = app.store.audit(paging.after_number()?, most).await?;
    let next = paging::next(&lines, limit, |l| l.seq.to_string());
    Ok(Json(Lines { lines, next }))
}

/// How far the chain holds, and whether the store holds what it tells of.
#[derive(Serialize, Deserialize)]
pub(crate) struct Chain {
    lines: i64,
    /// The number of the first line that is not what it was.
    broken_at: Option<i64>,
    /// Objects that are not what the audit says of them, each in a sentence.
    wrong: Vec<String>,
}

/// Whether the chain holds, where it breaks, and what is no longer as its lines tell.
pub(crate) async fn verify(
    State(app): State<App>,
    Extension(asked): Extension<Asked>,
) -> Answer<Chain> {
    let (lines, broken, wrong) = app.store.verify_audit().await?;
    let wrong = wrong.iter().map(|t| t.get(asked.lang).to_owned());
    Ok(Json(Chain {
        lines,
        broken_at: broken.map(|b| b.seq),
        wrong: wrong.collect(),
    }))
}

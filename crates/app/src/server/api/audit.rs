//! The audit, for the auditor alone.

use axum::Json;
use axum::extract::{Query, State};
use serde::{Deserialize, Serialize};

use super::Answer;
use crate::server::App;
use crate::store::Record;

/// Which lines.
#[derive(Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    after: i64,
}

/// Lines of the audit.
#[derive(Serialize, Deserialize)]
pub(crate) struct Lines {
    lines: Vec<Record>,
}

/// Up to 500 lines after a number, oldest first.
pub(crate) async fn list(State(app): State<App>, Query(wanted): Query<Wanted>) -> Answer<Lines> {
    let lines = app.store.audit(wanted.after, 500).await?;
    Ok(Json(Lines { lines }))
}

/// How far the chain holds.
#[derive(Serialize, Deserialize)]
pub(crate) struct Chain {
    lines: i64,
    /// The number of the first line that is not what it was.
    broken_at: Option<i64>,
}

/// Whether the chain holds, and where it breaks.
pub(crate) async fn verify(State(app): State<App>) -> Answer<Chain> {
    let (lines, broken) = app.store.verify_audit().await?;
    let broken_at = broken.map(|b| b.seq);
    Ok(Json(Chain { lines, broken_at }))
}

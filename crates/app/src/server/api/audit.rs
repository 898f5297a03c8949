//! The audit, for the auditor alone.

use axum::Json;
use axum::extract::{Query, State};
use axum::response::IntoResponse;
use serde::Deserialize;
use serde_json::json;

use super::Answer;
use crate::server::App;

/// Which lines.
#[derive(Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    after: i64,
}

/// Up to 500 lines after a number, oldest first.
pub(crate) async fn list(State(app): State<App>, Query(wanted): Query<Wanted>) -> Answer {
    let lines = app.store.audit(wanted.after, 500).await?;
    Ok(Json(json!({ "lines": lines })).into_response())
}

/// Whether the chain holds, and where it breaks.
pub(crate) async fn verify(State(app): State<App>) -> Answer {
    let (lines, broken) = app.store.verify_audit().await?;
    let body = json!({ "lines": lines, "broken_at": broken.map(|b| b.seq) });
    Ok(Json(body).into_response())
}

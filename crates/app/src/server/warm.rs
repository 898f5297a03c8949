//! What people look at first is evaluated before they ask: at the start, and with an import.

use std::time::Duration;

use junheng_core::text::Lang;

use super::App;
use super::api::commands::told;
use super::problem::Problem;

/// Whoever comes first waits no longer than this for a start to be ready.
const PATIENCE: Duration = Duration::from_secs(5);

/// Evaluates a data set in both languages. What cannot be evaluated says so when it is asked for.
pub(crate) async fn evaluated(app: &App, id: &str) {
    for lang in [Lang::Zh, Lang::En] {
        let id = [id.to_owned()];
        if let Err(problem) = told(app, lang, "evaluate", &id, Vec::new()).await {
            tracing::warn!(?problem, "evaluation");
        }
    }
}

/// Evaluates what pages show first: the data that a county accepted last, else its newest.
pub(crate) async fn ready(app: &App) {
    match tokio::time::timeout(PATIENCE, shown(app)).await {
        Ok(Ok(())) => {}
        Ok(Err(problem)) => tracing::warn!(?problem, "evaluation"),
        Err(_) => tracing::warn!("evaluation takes long"),
    }
}

async fn shown(app: &App) -> Result<(), Problem> {
    for org in app.store.orgs().await? {
        if org.kind != "county" {
            continue;
        }
        let all = app.store.snapshots(&org.id).await?;
        let accepted = all.iter().find(|s| s.accepted_at.is_some());
        if let Some(row) = accepted.or(all.first()) {
            evaluated(app, &row.id).await;
        }
    }
    Ok(())
}

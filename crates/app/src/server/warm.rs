//! What people look at first is evaluated before they ask: at the start, and with an import.

use std::time::Duration;

use junheng_core::text::Lang;

use super::App;
use super::api::commands::told;
use super::api::public::chosen;
use super::problem::Problem;
use crate::store::SnapshotRow;

/// Whoever comes first waits no longer than this for a start to be ready.
const PATIENCE: Duration = Duration::from_secs(5);

/// Evaluates a county's data set in both languages. What cannot be evaluated says so when it is asked for.
pub(crate) async fn evaluated(app: &App, org: &str, id: &str) {
    let both = async {
        let by = chosen(app, org).await?.words();
        for lang in [Lang::Zh, Lang::En] {
            told(app, lang, "evaluate", &[id.to_owned()], by.clone()).await?;
        }
        Ok::<_, Problem>(())
    };
    if let Err(problem) = both.await {
        tracing::warn!(?problem, "evaluation");
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
    for org in app.store.counties().await? {
        let all = app.store.snapshots(&org.id).await?;
        if let Some(row) = SnapshotRow::in_force(&all).or(all.first()) {
            evaluated(app, &org.id, &row.id).await;
        }
    }
    Ok(())
}

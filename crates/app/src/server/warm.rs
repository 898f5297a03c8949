//! What people look at first is evaluated before they ask: after a start, and after an import.

use junheng_core::text::Lang;

use super::App;
use super::api::commands::told;
use super::problem::Problem;

/// Keeps the evaluations of the newest data, and of those that the county accepted last, ready.
pub(crate) async fn keep_ready(app: App) {
    loop {
        if let Err(problem) = ready(&app).await {
            tracing::warn!(?problem, "evaluation");
        }
        app.imported.notified().await;
    }
}

async fn ready(app: &App) -> Result<(), Problem> {
    for org in app.store.orgs().await? {
        if org.kind != "county" {
            continue;
        }
        let all = app.store.snapshots(&org.id).await?;
        let accepted = all.iter().find(|s| s.accepted_at.is_some());
        for row in accepted.into_iter().chain(all.first()) {
            for lang in [Lang::Zh, Lang::En] {
                let id = std::slice::from_ref(&row.id);
                told(app, lang, "evaluate", id, Vec::new()).await?;
            }
        }
    }
    Ok(())
}

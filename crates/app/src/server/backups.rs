//! Backups that the server makes by itself (`--backup-to DIR`): one a day, sealed where a key is given,
//! the newest kept.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::App;
use crate::store::{Deed, Key, Store};

/// How long after the newest the next one is made, and how often that is looked at.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const LOOK: Duration = Duration::from_secs(10 * 60);
/// So many are kept.
const KEPT: usize = 30;

/// Where backups go, and what they are sealed with.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) folder: PathBuf,
    pub(crate) key: Option<Key>,
}

/// Makes a backup whenever the newest is a day old; never ends.
pub(crate) async fn keep_making(app: App, plan: Plan) {
    loop {
        if due(&plan.folder, SystemTime::now()) {
            let made = make(&app.store, &plan, app.now()).await;
            if let Err(error) = &made {
                tracing::error!(%error, "backup");
            }
            if let Ok(mut change) = app.store.change().await {
                let deed = Deed {
                    action: "backup",
                    result: if made.is_ok() { "done" } else { "failed" },
                    ..Deed::default()
                };
                if change.record(app.now(), &deed).await.is_ok() {
                    // What a full disk does not take is in the log.
                    drop(change.commit().await);
                }
            }
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// The backups of a folder, oldest first: their names hold the time.
fn made(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut all: Vec<PathBuf> = entries
        .map(|e| e.path())
        .filter(|p| {
            let name = p.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with("junheng-") && name.ends_with(".backup")
        })
        .collect();
    all.sort();
    all
}

/// Whether the newest is a day old; a clock that went back makes one more, never none.
fn due(folder: &Path, now: SystemTime) -> bool {
    let newest = made(folder)
        .pop()
        .and_then(|p| p.metadata().ok()?.modified().ok());
    newest.is_none_or(|at| now.duration_since(at).map_or(true, |age| age >= DAY))
}

/// Makes one, whole or not at all, and lets the oldest go.
pub(super) async fn make(store: &Store, plan: &Plan, now: i64) -> std::io::Result<PathBuf> {
    let file = plan.folder.join(format!("junheng-{now:014}.backup"));
    let plan = plan.clone();
    std::fs::create_dir_all(&plan.folder)?;
    let fresh = file.with_extension("part");
    drop(std::fs::remove_file(&fresh));
    let copied = store.backup(&fresh).await.map_err(std::io::Error::other);
    let place = file.clone();
    let done = tokio::task::spawn_blocking(move || {
        let done = copied.and_then(|()| match &plan.key {
            None => std::fs::rename(&fresh, &place),
            Some(key) => {
                let sealed = fresh.with_extension("sealed");
                key.seal(&fresh, &sealed)?;
                std::fs::rename(&sealed, &place)
            }
        });
        drop(std::fs::remove_file(&fresh));
        done?;
        let all = made(&plan.folder);
        for old in &all[..all.len().saturating_sub(KEPT)] {
            std::fs::remove_file(old)?;
        }
        Ok::<_, std::io::Error>(())
    });
    done.await.map_err(std::io::Error::other)??;
    Ok(file)
}

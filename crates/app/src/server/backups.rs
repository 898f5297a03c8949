//! Backups that the server makes by itself (`--backup-to DIR`): one a day, sealed where a key is given.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::App;
use crate::store::{Deed, Key, Store, put};

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

/// Whether none is of the last day. One from the future, as after a clock that went back, does not count.
fn due(folder: &Path, now: SystemTime) -> bool {
    let fresh = |file: &PathBuf| {
        let at = file.metadata().ok()?.modified().ok()?;
        Some(now.duration_since(at).ok()? < DAY)
    };
    !made(folder).iter().any(|f| fresh(f) == Some(true))
}

/// Makes one, whole or not at all, and lets the oldest go.
async fn make(store: &Store, plan: &Plan, now: i64) -> std::io::Result<()> {
    let file = plan.folder.join(format!("junheng-{now:014}.backup"));
    let plan = plan.clone();
    std::fs::create_dir_all(&plan.folder)?;
    let fresh = file.with_extension("part");
    drop(std::fs::remove_file(&fresh));
    let copied = store.backup(&fresh).await.map_err(std::io::Error::other);
    let done = tokio::task::spawn_blocking(move || {
        let done = copied.and_then(|()| put(&fresh, &file, plan.key.as_ref()));
        drop(std::fs::remove_file(&fresh));
        done?;
        let all = made(&plan.folder);
        for old in &all[..all.len().saturating_sub(KEPT)] {
            std::fs::remove_file(old)?;
        }
        Ok(())
    });
    done.await.map_err(std::io::Error::other)?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statement_36_one_a_day_whatever_the_clock_says() {
        let folder = std::env::temp_dir().join(format!("junheng-due-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let now = SystemTime::now();
        assert!(due(&folder, now));
        std::fs::write(folder.join("other.txt"), "").unwrap();
        assert!(due(&folder, now));
        std::fs::write(folder.join("junheng-1.backup"), "").unwrap();
        assert!(!due(&folder, now + Duration::from_secs(60)));
        assert!(due(&folder, now + DAY * 2));
        assert!(due(&folder, now - DAY), "the clock went back");
        std::fs::remove_dir_all(&folder).unwrap();
    }
}

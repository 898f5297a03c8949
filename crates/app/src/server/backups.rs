//! Backups that the server makes: one a day by itself (`--backup-to DIR`), and when the system administrator
//! asks; sealed where a key is given, and readable by their owner alone.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use super::App;
use super::problem::Problem;
use super::public::day;
use crate::error::Failure;
use crate::store::{Deed, Key, Millis, Store, own_folder, put};

/// How long after the newest the next one is made, and how often that is looked at.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const LOOK: Duration = Duration::from_secs(10 * 60);
/// So many are kept.
const KEPT: usize = 30;
/// One is made after the other, so that each finds a name of its own.
static TURN: Mutex<()> = Mutex::const_new(());
/// UTC+8.
const CHINA: Millis = 8 * 60 * 60 * 1000;

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
            let made = make(&app.store, &plan, app.now()).await.map(drop);
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

/// A backup that was asked for.
#[derive(Serialize, Deserialize)]
pub(crate) struct Made {
    folder: String,
    file: String,
    bytes: u64,
    /// Whether it needs its key.
    sealed: bool,
}

/// Makes one now: where the daily ones go, else in the data folder.
pub(crate) async fn by_hand(app: &App) -> Result<Made, Problem> {
    if !app.store.is_a_file() {
        return Err(Problem::conflict(
            "没有备份：PostgreSQL 用它自己的备份工具",
            "nothing was backed up: PostgreSQL has backup tools of its own",
        ));
    }
    let plan = app.backups.clone().unwrap_or_else(|| Plan {
        folder: app.data.join("backups"),
        key: None,
    });
    let failed = |error: std::io::Error| Failure::file(&plan.folder, &error);
    let file = make(&app.store, &plan, app.now()).await.map_err(failed)?;
    let bytes = file.metadata().map_err(failed)?.len();
    Ok(Made {
        folder: plan.folder.display().to_string(),
        file: file
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned(),
        bytes,
        sealed: plan.key.is_some(),
    })
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
///
/// Its name says when, by the county's clock; a second one of that moment is numbered.
async fn make(store: &Store, plan: &Plan, now: Millis) -> std::io::Result<PathBuf> {
    let seconds = (now + CHINA).div_euclid(1000);
    let [h, m, s] = [seconds / 3600 % 24, seconds / 60 % 60, seconds % 60];
    let moment = format!("junheng-{}-{h:02}{m:02}{s:02}", day(now));
    let _turn = TURN.lock().await;
    let mut file = plan.folder.join(format!("{moment}.backup"));
    // Sorted by name they are in the order of time: `_` comes after `.`.
    for n in 2..100 {
        if !file.exists() {
            break;
        }
        file = plan.folder.join(format!("{moment}_{n:02}.backup"));
    }
    if file.exists() {
        return Err(std::io::ErrorKind::AlreadyExists.into());
    }
    let (plan, made_as) = (plan.clone(), file.clone());
    own_folder(&plan.folder)?;
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
        Ok::<_, std::io::Error>(())
    });
    done.await.map_err(std::io::Error::other)??;
    Ok(made_as)
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

//! Backup while the server writes, restoring to an empty folder.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::AssertSqlSafe;

use super::own::own_file;
use super::{Engine, FILE, Result, Store};

/// Held as long as a server or a restore uses a data folder.
#[derive(Debug)]
pub(crate) struct Lock(#[expect(dead_code, reason = "held, not read")] File);

/// Takes the data folder for this process alone; `None` when another one has it.
///
/// # Errors
/// The folder cannot be written.
pub(crate) fn lock(data: &Path) -> std::io::Result<Option<Lock>> {
    /// A process that is being started holds our files for a moment, and a server takes a moment to
    /// stop: so long a lock is waited for, in steps.
    const STEPS: u32 = 20;
    const STEP: Duration = Duration::from_millis(50);
    let file = File::create(data.join("junheng.lock"))?;
    for _ in 0..STEPS {
        match file.try_lock() {
            Ok(()) => return Ok(Some(Lock(file))),
            Err(TryLockError::WouldBlock) => std::thread::sleep(STEP),
            Err(TryLockError::Error(e)) => return Err(e),
        }
    }
    Ok(None)
}

impl Store {
    /// Writes a consistent copy to a file that is not there yet, while others write.
    pub(crate) async fn backup(&self, file: &Path) -> Result<()> {
        if self.engine == Engine::Postgres {
            return Err(sqlx::Error::Configuration("PostgreSQL".into()));
        }
        own_file(file)?;
        let name = file.display().to_string().replace('\'', "''");
        sqlx::query(AssertSqlSafe(format!("VACUUM INTO '{name}'")))
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}

/// Puts a verified backup into a data folder; what was there is kept beside it.
///
/// # Errors
/// The folder cannot be written.
pub(crate) fn restore(backup: &Path, data: &Path) -> std::io::Result<Option<PathBuf>> {
    fs::create_dir_all(data)?;
    let (place, fresh) = (data.join(FILE), data.join("restoring.db"));
    fs::copy(backup, &fresh)?;
    File::open(&fresh)?.sync_all()?;
    let mut kept = None;
    if place.exists() {
        let aside = (1..)
            .map(|n| data.join(format!("{FILE}.before-{n}")))
            .find(|p| !p.exists());
        if let Some(aside) = aside {
            fs::rename(&place, &aside)?;
            kept = Some(aside);
        }
    }
    // The log of the old database must not be laid over the new one.
    for tail in ["-wal", "-shm"] {
        let old = data.join(format!("{FILE}{tail}"));
        if old.exists() {
            let aside = kept.as_ref().map_or_else(
                || data.join(format!("{FILE}.before{tail}")),
                |k| PathBuf::from(format!("{}{tail}", k.display())),
            );
            fs::rename(&old, aside)?;
        }
    }
    fs::rename(&fresh, &place)?;
    Ok(kept)
}

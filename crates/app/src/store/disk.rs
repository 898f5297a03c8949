//! What was committed reaches the disk, and only then is acknowledged; many changes with one write.

use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use sqlx::{AnyPool, Executor};
use tokio::sync::Mutex;

use super::Result;

/// Who keeps the log of changes.
#[derive(Debug)]
pub(super) enum Log {
    /// SQLite in this file beside the database, which a commit writes without waiting for the disk.
    File(PathBuf),
    /// PostgreSQL: what is committed after is on the disk after all that was committed before.
    Server(AnyPool),
    /// Nothing is changed.
    None,
}

/// The way to the disk. A write that reaches it takes tens of milliseconds; those that commit meanwhile wait for
/// the next one together, as five hundred schools in the last minute do.
#[derive(Debug)]
pub(super) struct Disk {
    log: Log,
    /// How many changes were committed.
    committed: AtomicU64,
    /// How many of them are on the disk.
    kept: Mutex<u64>,
    #[cfg(test)]
    writes: AtomicU64,
}

impl Disk {
    pub(super) fn new(log: Log) -> Self {
        Self {
            log,
            committed: AtomicU64::new(0),
            kept: Mutex::new(0),
            #[cfg(test)]
            writes: AtomicU64::new(0),
        }
    }

    /// Counts a change that was committed just now.
    pub(super) fn committed(&self) -> u64 {
        self.committed.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// Waits until the change of this number is on the disk.
    pub(super) async fn keep(&self, number: u64) -> Result<()> {
        let mut kept = self.kept.lock().await;
        if *kept < number {
            let all = self.committed.load(Ordering::SeqCst);
            self.write().await?;
            *kept = all;
        }
        Ok(())
    }

    async fn write(&self) -> Result<()> {
        #[cfg(test)]
        self.writes.fetch_add(1, Ordering::SeqCst);
        match &self.log {
            Log::File(file) => {
                let file = file.clone();
                let written = tokio::task::spawn_blocking(move || {
                    match OpenOptions::new().write(true).open(file) {
                        Ok(log) => log.sync_data(),
                        // The last connection closed, and all of it is in the database.
                        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
                        Err(error) => Err(error),
                    }
                });
                written.await.map_err(std::io::Error::other)??;
            }
            Log::Server(pool) => {
                pool.execute("SELECT CAST(pg_logical_emit_message(true, 'junheng', '') AS TEXT)")
                    .await?;
            }
            Log::None => {}
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::store::{Deed, Store, sqlite_url};

    #[tokio::test]
    async fn a_change_is_acknowledged_on_the_disk() {
        let folder = std::env::temp_dir().join(format!("junheng-disk-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let store = Store::open(&sqlite_url(&folder)).await.unwrap();
        let before = store.disk.writes.load(Ordering::SeqCst);
        let all = store.disk.committed.load(Ordering::SeqCst) + 100;
        // While the disk is busy, a hundred commit; then all of them are written at once.
        let busy = store.disk.kept.lock().await;
        let mut running = tokio::task::JoinSet::new();
        for _ in 0..100 {
            let store = store.clone();
            running.spawn(async move { change(&store).await });
        }
        while store.disk.committed.load(Ordering::SeqCst) < all {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
        assert_eq!(store.disk.writes.load(Ordering::SeqCst), before);
        drop(busy);
        assert!(running.join_all().await.iter().all(|done| done.is_ok()));
        assert_eq!(store.disk.writes.load(Ordering::SeqCst), before + 1);
        // One alone has a write of its own.
        for n in 2..5 {
            change(&store).await.unwrap();
            assert_eq!(store.disk.writes.load(Ordering::SeqCst), before + n);
        }
        // Where the disk does not take it, it is not acknowledged.
        let mut lame = store.clone();
        lame.disk = Arc::new(Disk::new(Log::File(folder.clone())));
        assert!(change(&lame).await.is_err());
        store.close().await;
        std::fs::remove_dir_all(&folder).unwrap();
    }

    async fn change(store: &Store) -> Result<()> {
        let mut change = store.change().await?;
        change.record(7, &Deed::default()).await?;
        change.commit().await
    }
}

//! The store: SQLite in the data folder, or PostgreSQL by its address, with the same SQL text.

/// Reads a row into a struct whose fields are the columns.
macro_rules! row {
    ($type:ident { $($field:ident),+ }) => {
        impl sqlx::FromRow<'_, sqlx::any::AnyRow> for $type {
            fn from_row(row: &sqlx::any::AnyRow) -> sqlx::Result<Self> {
                use sqlx::Row as _;
                Ok(Self { $($field: row.try_get(stringify!($field))?),+ })
            }
        }
    };
}

mod access;
mod accounts;
mod audit;
mod backup;
mod disk;
mod evaluations;
mod filing;
mod jobs;
mod keys;
mod orgs;
mod own;
mod public;
mod review;
mod sealed;
mod sessions;
mod snapshots;
mod verify;

pub(crate) use access::{Factor, Token};
pub(crate) use accounts::{Account, NewAccount, Org, Written};
pub(crate) use audit::{Deed, Record, hash_of};
pub(crate) use backup::{Lock, lock, restore};
pub(crate) use evaluations::Evaluated;
pub(crate) use filing::{Answer, Correction, Filing, StepTaken, Task};
pub(crate) use jobs::{Ended, Job};
pub(crate) use keys::{SEALED, Sealed};
pub(crate) use own::own_folder;
pub(crate) use public::{Comment, Publication};
pub(crate) use review::{Evidence, Explanation};
pub(crate) use sealed::{Key, is_sealed, put};
pub(crate) use sessions::Session;
pub(crate) use snapshots::{NewSnapshot, SnapshotChange, SnapshotRow};
pub(crate) use verify::{Verified, list_hash};

use std::path::{Path, PathBuf};
use std::sync::Arc;

use sqlx::any::{Any, AnyPoolOptions};
use sqlx::{AnyPool, AssertSqlSafe, Connection, Executor, Transaction};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use self::disk::{Disk, Log};

/// The file of SQLite in the data folder.
pub(crate) const FILE: &str = "junheng.db";

/// What the store answers.
pub(crate) type Result<T> = std::result::Result<T, sqlx::Error>;

/// Milliseconds since 1970, UTC.
pub(crate) type Millis = i64;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Engine {
    Sqlite,
    Postgres,
}

/// All that the server keeps.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    pool: AnyPool,
    engine: Engine,
    /// Whose turn it is to write. It is waited for without a connection: those that wait would otherwise
    /// hold all there are, and whoever writes may need a second one to read.
    turn: Arc<Semaphore>,
    disk: Arc<Disk>,
}

/// A change: everything in it comes about, or nothing does. Changes run one after the other, so that
/// the audit is one chain.
pub(crate) struct Change {
    tx: Transaction<'static, Any>,
    turn: OwnedSemaphorePermit,
    disk: Arc<Disk>,
    /// What the tree of organisations was before it was written since the last line of the audit.
    tree: Option<String>,
}

impl Change {
    /// Makes it so: what is acknowledged outlives a power cut.
    pub(crate) async fn commit(self) -> Result<()> {
        self.tx.commit().await?;
        let number = self.disk.committed();
        drop(self.turn);
        self.disk.keep(number).await
    }

    /// Whether a query, which counts rows by a text, finds any.
    async fn any(&mut self, count: &'static str, text: &str) -> Result<bool> {
        let found: i64 = sqlx::query_scalar(count)
            .bind(text)
            .fetch_one(&mut *self.tx)
            .await?;
        Ok(found > 0)
    }
}

/// Whether an error says that there is no room left: SQLite's 13, PostgreSQL's 53100.
pub(crate) fn is_full(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|e| e.code());
    matches!(code.as_deref(), Some("13" | "53100"))
}

/// Where SQLite writes what is not in its file yet.
fn log_of(file: &Path) -> PathBuf {
    let mut log = file.as_os_str().to_owned();
    log.push("-wal");
    log.into()
}

/// What an address would take for something else in the name of a file.
const ESCAPES: [(&str, &str); 3] = [("%", "%25"), ("?", "%3F"), ("#", "%23")];

/// The address of a SQLite file.
fn url_of(file: &Path, mode: &str) -> String {
    let mut name = file.display().to_string();
    for (plain, escaped) in ESCAPES {
        name = name.replace(plain, escaped);
    }
    format!("sqlite://{name}?{mode}")
}

/// The file of such an address.
fn file_of(url: &str) -> Option<PathBuf> {
    let (name, _) = url.strip_prefix("sqlite://")?.split_once('?')?;
    let mut name = name.to_owned();
    for (plain, escaped) in ESCAPES.iter().rev() {
        name = name.replace(escaped, plain);
    }
    Some(name.into())
}

/// The address of the SQLite file of a data folder.
pub(crate) fn sqlite_url(data: &Path) -> String {
    url_of(&data.join(FILE), "mode=rwc")
}

impl Store {
    /// Opens the store at an address, and brings its tables up to date.
    ///
    /// # Errors
    /// The database cannot be reached, or was made by a newer program.
    pub(crate) async fn open(url: &str) -> Result<Self> {
        sqlx::any::install_default_drivers();
        let file = file_of(url);
        // SQLite gives its log the rights of the file.
        if let Some(file) = file.as_ref().filter(|f| !f.exists()) {
            own::own_file(file)?;
        }
        let engine = match file {
            Some(_) => Engine::Sqlite,
            None => Engine::Postgres,
        };
        let pool = AnyPoolOptions::new()
            .max_connections(8)
            .after_connect(move |connection, _| {
                Box::pin(async move {
                    if engine == Engine::Sqlite {
                        // NORMAL: a commit does not wait for the disk; `Disk` does, for many.
                        connection
                            .execute(
                                "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; \
                                 PRAGMA busy_timeout = 10000; PRAGMA foreign_keys = ON",
                            )
                            .await?;
                    }
                    Ok(())
                })
            })
            // A change that a full disk broke off may leave its connection within it for good.
            .before_acquire(|connection, _| {
                let free = !connection.is_in_transaction();
                Box::pin(async move { Ok(free) })
            })
            .connect(url)
            .await?;
        let log = match file {
            Some(file) => Log::File(log_of(&file)),
            None => Log::Server(pool.clone()),
        };
        let store = Self::over(pool, engine, log);
        store.migrate(MIGRATIONS).await?;
        Ok(store)
    }

    /// Opens a SQLite file to look at it; nothing in it is changed.
    pub(crate) async fn look(file: &Path) -> Result<Self> {
        sqlx::any::install_default_drivers();
        // A log beside it, as after a kill, belongs to it and is read with it.
        let mode = if file.ends_with(FILE) && log_of(file).exists() {
            "mode=rw"
        } else {
            "mode=ro&immutable=true"
        };
        Self::look_over(&url_of(file, mode), Engine::Sqlite).await
    }

    /// Opens a PostgreSQL database to look at it; nothing in it is changed.
    pub(crate) async fn look_at(url: &str) -> Result<Self> {
        sqlx::any::install_default_drivers();
        Self::look_over(url, Engine::Postgres).await
    }

    async fn look_over(url: &str, engine: Engine) -> Result<Self> {
        let pool = AnyPoolOptions::new()
            .max_connections(1)
            .connect(url)
            .await?;
        let store = Self::over(pool, engine, Log::None);
        version(&store.pool).await?;
        Ok(store)
    }

    fn over(pool: AnyPool, engine: Engine, log: Log) -> Self {
        Self {
            pool,
            engine,
            turn: Arc::new(Semaphore::new(1)),
            disk: Arc::new(Disk::new(log)),
        }
    }

    /// Waits to be the one that writes.
    async fn turn(&self) -> Result<OwnedSemaphorePermit> {
        let turn = self.turn.clone().acquire_owned().await;
        turn.map_err(|closed| sqlx::Error::Io(std::io::Error::other(closed)))
    }

    /// Begins a change and waits for its turn.
    pub(crate) async fn change(&self) -> Result<Change> {
        let turn = self.turn().await?;
        let tx = match self.engine {
            Engine::Sqlite => self.pool.begin_with("BEGIN IMMEDIATE").await?,
            Engine::Postgres => {
                let mut tx = self.pool.begin().await?;
                tx.execute(
                    "SET LOCAL synchronous_commit = off; \
                     SELECT pg_advisory_xact_lock(20170426)",
                )
                .await?;
                tx
            }
        };
        let disk = self.disk.clone();
        Ok(Change {
            tx,
            turn,
            disk,
            tree: None,
        })
    }

    /// Writes what is there already, to see whether anything can be written.
    pub(crate) async fn try_to_write(&self) -> Result<()> {
        let mut change = self.change().await?;
        // There and back: SQLite does not write what stays as it is.
        for statement in [
            "UPDATE audit_end SET seq = seq + 1",
            "UPDATE audit_end SET seq = seq - 1",
        ] {
            change.tx.execute(statement).await?;
        }
        change.commit().await
    }

    /// Whether the database is a file, of which the program makes backups itself.
    pub(crate) fn is_a_file(&self) -> bool {
        self.engine == Engine::Sqlite
    }

    /// Closes all connections; SQLite folds its log into the file.
    pub(crate) async fn close(&self) {
        self.pool.close().await;
    }

    /// Runs a statement behind the program's back.
    #[cfg(test)]
    pub(crate) async fn tamper(&self, statement: &str) -> Result<()> {
        self.pool
            .execute(AssertSqlSafe(statement.to_owned()))
            .await?;
        Ok(())
    }

    /// Whether a query, which counts rows by texts, finds any.
    async fn any(&self, count: impl Into<String>, texts: &[&str]) -> Result<bool> {
        let mut query = sqlx::query_scalar::<_, i64>(AssertSqlSafe(count.into()));
        for text in texts {
            query = query.bind(*text);
        }
        Ok(query.fetch_one(&self.pool).await? > 0)
    }

    async fn migrate(&self, migrations: &[&str]) -> Result<()> {
        self.pool
            .execute("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT PRIMARY KEY)")
            .await?;
        let mut change = self.change().await?;
        let version = version(&mut *change.tx).await?;
        for (n, migration) in (1..).zip(migrations) {
            if n <= version {
                continue;
            }
            for statement in statements(migration, self.engine) {
                change.tx.execute(AssertSqlSafe(statement)).await?;
            }
            sqlx::query("INSERT INTO schema_version (version) VALUES ($1)")
                .bind(n)
                .execute(&mut *change.tx)
                .await?;
        }
        change.commit().await
    }
}

async fn version<'a>(database: impl sqlx::Executor<'a, Database = Any>) -> Result<i64> {
    let version: i64 =
        sqlx::query_scalar("SELECT CAST(COALESCE(MAX(version), 0) AS BIGINT) FROM schema_version")
            .fetch_one(database)
            .await?;
    let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    if version > known {
        return Err(sqlx::Error::Configuration(
            format!("schema {version} is newer than {known}").into(),
        ));
    }
    Ok(version)
}

/// Each brings the tables one version on; what has been released is never changed.
const MIGRATIONS: &[&str] = &[
    include_str!("schema.sql"),
    include_str!("jobs.sql"),
    include_str!("filing.sql"),
    include_str!("access.sql"),
    include_str!("public.sql"),
    include_str!("review.sql"),
    include_str!("keys.sql"),
    include_str!("tree.sql"),
    include_str!("tasks.sql"),
    include_str!("snapshots.sql"),
];

fn statements(migration: &str, engine: Engine) -> Vec<String> {
    let bytes = match engine {
        Engine::Sqlite => "BLOB",
        Engine::Postgres => "BYTEA",
    };
    let plain: Vec<&str> = migration.lines().filter(|l| !l.starts_with("--")).collect();
    plain
        .join("\n")
        .replace(" BYTES ", &format!(" {bytes} "))
        .split(';')
        .map(str::trim)
        .filter(|s| !s.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder may be called anything: what an address would take for an escape or its end, too.
    #[tokio::test]
    async fn a_data_folder_has_any_name() {
        let top = std::env::temp_dir().join(format!("junheng-names-{}", std::process::id()));
        for name in ["清溪 县", "a%41b", "100%", "a?b#c", "%2525"] {
            let folder = top.join(name);
            std::fs::create_dir_all(&folder).unwrap();
            let store = Store::open(&sqlite_url(&folder)).await.unwrap();
            assert_eq!(file_of(&sqlite_url(&folder)), Some(folder.join(FILE)));
            assert!(log_of(&folder.join(FILE)).exists(), "{name}");
            store.close().await;
            assert!(std::fs::metadata(folder.join(FILE)).unwrap().len() > 0);
            Store::look(&folder.join(FILE)).await.unwrap();
        }
        std::fs::remove_dir_all(&top).unwrap();
    }

    /// What any earlier program left is brought up to date, with all that stands in it.
    #[tokio::test]
    async fn each_earlier_version_is_brought_up() {
        sqlx::any::install_default_drivers();
        let folder = std::env::temp_dir().join(format!("junheng-older-{}", std::process::id()));
        for n in 1..MIGRATIONS.len() {
            std::fs::create_dir_all(&folder).unwrap();
            let url = sqlite_url(&folder);
            let pool = AnyPool::connect(&url).await.unwrap();
            let older = Store::over(pool, Engine::Sqlite, Log::None);
            older.migrate(&MIGRATIONS[..n]).await.unwrap();
            let line = ["", "1", "7", "", "", "account.add", "a", "", "", "done"];
            for statement in [
                "INSERT INTO org (id, kind, code, name) VALUES ('o', 'county', '999999', '示例县')",
                "INSERT INTO account (id, login, name, org_id, password, must_change, disabled, created_at) \
                 VALUES ('a', 'lihua', '李华', 'o', 'x', 0, 0, 7)",
                &format!(
                    "INSERT INTO audit VALUES (1, 7, '', '', 'account.add', 'a', '', '', 'done', '{}')",
                    hash_of(line)
                ),
            ] {
                older.tamper(statement).await.unwrap();
            }
            if older.audit_end().await.unwrap().is_some() {
                let end = format!("INSERT INTO audit_end VALUES (1, 1, '{}')", hash_of(line));
                older.tamper(&end).await.unwrap();
            }
            older.close().await;
            let store = Store::open(&url).await.unwrap();
            assert_eq!(version(&store.pool).await.unwrap(), MIGRATIONS.len() as i64);
            let account = store.account("lihua").await.unwrap().unwrap();
            assert_eq!(
                (account.name.as_str(), account.org_id.as_str()),
                ("李华", "o")
            );
            let told = store.verify().await.unwrap();
            assert!(told.broken.is_empty(), "from {n}: {:?}", told.broken);
            store.close().await;
            std::fs::remove_dir_all(&folder).unwrap();
        }
    }
}

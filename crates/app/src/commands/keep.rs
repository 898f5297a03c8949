//! `junheng backup`, `restore` and `verify`: of a data folder.

use std::path::Path;

use clap::ArgMatches;
use junheng_core::text::Text;

use super::Entry;
use super::serve::{alone, now, runtime, unopened};
use crate::cli::{self, Words};
use crate::error::Failure;
use crate::store::{self, Deed, FILE, Key, Store, Verified, own_folder};
use crate::{Context, views};

pub(crate) const BACKUP: Entry = Entry {
    name: "backup",
    command: |words| {
        words
            .command(
                "backup",
                "备份数据文件夹，服务运行中也可以",
                "Back a data folder up, also while it is served",
            )
            .arg(data(words))
            .arg(words.out(
                "FILE",
                "备份文件，不能已经存在",
                "The backup; must not be there yet",
            ))
            .arg(key(words))
    },
    run: run_backup,
};

pub(crate) const VERIFY: Entry = Entry {
    name: "verify",
    command: |words| {
        words
            .command(
                "verify",
                "核对数据文件夹、备份或 PostgreSQL 库：数据库、审计链、每个原始文件的哈希",
                "Check a data folder, a backup or a PostgreSQL database: database, audit chain, the hash of every original",
            )
            .arg(
                words
                    .place("place", "DIR|FILE", "数据文件夹或备份文件", "A data folder or a backup")
                    .required_unless_present("database"),
            )
            .arg(
                words
                    .option(
                        "database",
                        "URL",
                        "核对 PostgreSQL 库：postgres://用户@主机/库，服务运行中也可以",
                        "Check a PostgreSQL database, also while it is served: postgres://user@host/database",
                    )
                    .conflicts_with_all(["place", "key"]),
            )
            .arg(key(words))
            .arg(words.json())
    },
    run: run_verify,
};

pub(crate) const RESTORE: Entry = Entry {
    name: "restore",
    command: |words| {
        words
            .command(
                "restore",
                "用备份恢复数据文件夹；原有数据库改名保留",
                "Restore a data folder from a backup; the database that was there is kept beside it",
            )
            .arg(words.place("backup", "FILE", "备份文件", "The backup").required(true))
            .arg(data(words))
            .arg(key(words))
    },
    run: run_restore,
};

fn data(words: Words) -> clap::Arg {
    words
        .option("data", "DIR", "数据文件夹", "The data folder")
        .required(true)
}

fn key(words: Words) -> clap::Arg {
    words.option(
        "key",
        "FILE",
        "密钥文件(至少 32 个随机字符)，备份用它加密；不要与备份放在一起",
        "A key file (at least 32 random characters) that seals the backup; keep it elsewhere",
    )
}

/// The key that a command names.
fn named_key(matches: &ArgMatches) -> Result<Option<Key>, Failure> {
    let Some(file) = cli::text(matches, "key").map(Path::new) else {
        return Ok(None);
    };
    read_key(file).map(Some)
}

/// The key of a file.
pub(super) fn read_key(file: &Path) -> Result<Key, Failure> {
    Key::read(file).map_err(|_error| {
        let file = file.display();
        Failure::usage(Text::new(
            format!("{file} 不能作密钥：读不到，或少于 32 个字符"),
            format!("{file} is no key: it cannot be read, or has fewer than 32 characters"),
        ))
    })
}

/// Does something with a backup that can be read: a sealed one is opened beside it first.
fn opened<T>(
    file: &Path,
    key: Option<&Key>,
    work: impl FnOnce(&Path) -> Result<T, Failure>,
) -> Result<T, Failure> {
    if !store::is_sealed(file).map_err(|e| Failure::file(file, &e))? {
        return work(file);
    }
    let shown = file.display();
    let key = key.ok_or_else(|| {
        Failure::usage(Text::new(
            format!("{shown} 是加密的备份，请用 --key 给出密钥文件"),
            format!("{shown} is sealed; give its key file with --key"),
        ))
    })?;
    let plain = file.with_extension(format!("{}.part", std::process::id()));
    let done = key
        .open(file, &plain)
        .map_err(|_error| {
            Failure::Other(Text::new(
                format!("{shown} 不能解密：密钥不对，或文件已被改动、不完整"),
                format!("{shown} cannot be opened: another key, or it was changed or cut"),
            ))
        })
        .and_then(|()| work(&plain));
    drop(std::fs::remove_file(&plain));
    done
}

fn run_backup(matches: &ArgMatches, context: &Context) -> Result<String, Failure> {
    let (data, out) = (cli::path(matches, "data"), cli::path(matches, "out"));
    let file = there(&data.join(FILE))?;
    let key = named_key(matches)?;
    if out.exists() {
        return Err(Failure::Other(Text::new(
            format!("{} 已经存在，没有覆盖；请换一个文件名", out.display()),
            format!(
                "{} is there already and was left alone; take another name",
                out.display()
            ),
        )));
    }
    let fresh = out.with_extension("part");
    let outcome = runtime()?.block_on(async {
        let store = Store::open(&store::sqlite_url(&data))
            .await
            .map_err(|e| unopened(&e))?;
        let done = store.backup(&fresh).await;
        store.close().await;
        done.map_err(|error| {
            tracing::error!(%error, "backup");
            Failure::Other(Text::new(
                "备份没有完成，没有留下文件；请检查磁盘空间和目标文件夹",
                "the backup was not finished and no file was left; check the disk and the folder",
            ))
        })
    });
    let outcome = outcome.and_then(|()| {
        let done = store::put(&fresh, &out, key.as_ref());
        done.map_err(|e| Failure::file(&out, &e))
    });
    // What cannot be removed is at least not called a backup.
    let _ = std::fs::remove_file(&fresh);
    outcome?;
    say!(
        "{} {} → {}",
        context.lang.pick("已备份", "backed up"),
        file.display(),
        out.display()
    );
    Ok(String::new())
}

fn run_verify(matches: &ArgMatches, context: &Context) -> Result<String, Failure> {
    let verified = match cli::text(matches, "database") {
        Some(url) => verified_at(url)?,
        None => {
            let place = cli::path(matches, "place");
            let file = if place.is_dir() {
                place.join(FILE)
            } else {
                place
            };
            opened(&there(&file)?, named_key(matches)?.as_ref(), verified)?
        }
    };
    if !verified.broken.is_empty() {
        let list = |pick: fn(&Text) -> &str| {
            verified
                .broken
                .iter()
                .map(pick)
                .collect::<Vec<_>>()
                .join("；")
        };
        return Err(Failure::Other(Text::new(
            list(|t| &t.zh),
            list(|t| &t.en).replace('；', "; "),
        )));
    }
    Ok(if context.json {
        views::verified(&verified, context)
    } else {
        let text = Text::new(
            format!(
                "完好：审计记录 {} 条，原始文件 {} 个",
                verified.audit, verified.originals
            ),
            format!(
                "sound: {} audit lines, {} originals",
                verified.audit, verified.originals
            ),
        );
        format!("{}\n", text.get(context.lang))
    })
}

fn run_restore(matches: &ArgMatches, context: &Context) -> Result<String, Failure> {
    let backup = there(&cli::path(matches, "backup"))?;
    let data = cli::path(matches, "data");
    own_folder(&data).map_err(|e| Failure::file(&data, &e))?;
    let _lock = alone(&data)?;
    let key = named_key(matches)?;
    let kept = opened(&backup, key.as_ref(), |backup| {
        if !verified(backup)?.broken.is_empty() {
            return Err(Failure::Other(Text::new(
                "备份已损坏，没有恢复；用 junheng verify 查看原因",
                "the backup is damaged and was not restored; see junheng verify",
            )));
        }
        store::restore(backup, &data).map_err(|e| Failure::file(&data, &e))
    })?;
    runtime()?.block_on(told(&data)).map_err(|e| unopened(&e))?;
    say!(
        "{} {}",
        context.lang.pick("已恢复到", "restored to"),
        data.display()
    );
    if let Some(kept) = kept {
        let said = context
            .lang
            .pick("原有数据库保留在", "the database that was there is kept as");
        say!("{said} {}", kept.display());
    }
    Ok(String::new())
}

/// Leaves a line of the restore in the audit: what came after the backup is not in it any more.
async fn told(data: &Path) -> store::Result<()> {
    let store = Store::open(&store::sqlite_url(data)).await?;
    let deed = Deed {
        action: "restore",
        object: "database",
        result: "done",
        ..Deed::default()
    };
    let mut change = store.change().await?;
    change.record(now(), &deed).await?;
    change.commit().await?;
    store.close().await;
    Ok(())
}

fn there(file: &Path) -> Result<std::path::PathBuf, Failure> {
    match std::fs::metadata(file) {
        Ok(_) => Ok(file.to_owned()),
        Err(e) => Err(Failure::file(file, &e)),
    }
}

/// Why a database cannot be looked at: made by a newer program, or damaged.
fn unread(file: &Path, error: &sqlx::Error) -> Failure {
    if error.as_database_error().is_none() {
        return unopened(error);
    }
    let file = file.display();
    Failure::Other(Text::new(
        format!("{file} 已损坏，或不是均衡的数据库或备份；没有改动。请换一份备份"),
        format!(
            "{file} is damaged, or no database or backup of Junheng; nothing was changed. Take another backup"
        ),
    ))
}

fn verified(file: &Path) -> Result<Verified, Failure> {
    runtime()?.block_on(async {
        let store = Store::look(file).await.map_err(|e| unread(file, &e))?;
        let verified = store.verify().await.map_err(|e| unread(file, &e));
        store.close().await;
        verified
    })
}

fn verified_at(url: &str) -> Result<Verified, Failure> {
    runtime()?.block_on(async {
        let store = Store::look_at(url).await.map_err(|e| unopened(&e))?;
        let verified = store.verify().await.map_err(|e| unopened(&e));
        store.close().await;
        verified
    })
}

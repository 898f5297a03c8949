//! `junheng serve`: the web application.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use clap::{Arg, ArgMatches, Command};
use junheng_core::text::{Lang, Text};
use junheng_intake::files::InputFile;

use super::Entry;
use crate::Context;
use crate::cli::{self, Words};
use crate::error::Failure;
use crate::server::{self, App, Options, Role};
use crate::store::{self, Millis, Store, own_folder};

pub(crate) const ENTRY: Entry = Entry {
    name: "serve",
    command,
    run,
};

fn command(words: Words) -> Command {
    words
        .command(
            "serve",
            "启动网页应用：一个程序、一个数据文件夹，不需要互联网",
            "The web application: one program, one data folder, no internet",
        )
        .arg(
            words
                .option(
                    "data",
                    "DIR",
                    "数据文件夹，没有就新建",
                    "The data folder; made where there is none",
                )
                .required_unless_present("demo"),
        )
        .arg(words.flag(
            "demo",
            "用合成示例县试用：自动建立各类账号并打印口令(默认放在临时文件夹)",
            "Try it with the synthetic county: accounts of every kind, passwords printed (in a temporary folder unless told)",
        ))
        .arg(
            words
                .option("listen", "ADDR", "监听地址", "The address to listen on")
                .default_value("127.0.0.1:8080"),
        )
        .arg(database_option(words))
        .arg(key_option(words))
        .arg(
            words
                .option(
                    "idle",
                    "MINUTES",
                    "多少分钟无操作后自动退出，5 至 60",
                    "Minutes without a request after which a session ends, 5 to 60",
                )
                .default_value("15")
                .value_parser(clap::value_parser!(i64).range(5..=60)),
        )
        .arg(
            words
                .option(
                    "second-factor",
                    "ROLE,…",
                    "必须使用动态口令登录的角色，如 county,auditor",
                    "Roles that log in with a second factor, as county,auditor",
                )
                .value_delimiter(',')
                .value_parser(clap::builder::PossibleValuesParser::new(
                    server::ROLES.iter().map(|r| r.id()),
                ))
                .hide_possible_values(true),
        )
        .arg(words.option(
            "backup-to",
            "DIR",
            "每天自动备份到这个文件夹(最好在另一台机器上)，保留 30 份",
            "A backup a day into this folder, best on another machine; 30 are kept",
        ))
        .arg(
            words
                .option(
                    "backup-key",
                    "FILE",
                    "自动备份用这个密钥文件加密，见 backup --key",
                    "Seals these backups with a key file; see backup --key",
                )
                .requires("backup-to"),
        )
        .arg(words.option(
            "scan",
            "PROGRAM",
            "查毒程序：每个上传的文件先交它检查，退出码 0 才保存",
            "A virus scanner, as clamdscan: every upload is shown to it first and kept when it ends with 0",
        ))
        .arg(
            words
                .flag(
                    "behind-tls",
                    "前面有 TLS 代理：会话只经加密连接发送",
                    "A proxy with TLS stands in front: sessions travel over TLS only",
                )
                .conflicts_with("tls-cert"),
        )
        .arg(
            words
                .option(
                    "tls-cert",
                    "FILE",
                    "不经代理，由程序自己提供 TLS：证书链，PEM 文件",
                    "TLS by the program itself: the chain of certificates, a PEM file",
                )
                .requires("tls-key"),
        )
        .arg(
            words
                .option(
                    "tls-key",
                    "FILE",
                    "证书的私钥，PEM 文件",
                    "The certificate's private key, a PEM file",
                )
                .requires("tls-cert"),
        )
}

/// `--database URL`.
pub(super) fn database_option(words: Words) -> Arg {
    words.option(
        "database",
        "URL",
        "改用 PostgreSQL：postgres://用户@主机/库(默认：数据文件夹中的 SQLite)",
        "Use PostgreSQL: postgres://user@host/database (default: SQLite in the data folder)",
    )
}

/// The address of the database.
pub(super) fn database(matches: &ArgMatches, data: &Path) -> String {
    cli::text(matches, "database").map_or_else(|| store::sqlite_url(data), str::to_owned)
}

/// `--secret-key FILE`.
pub(super) fn key_option(words: Words) -> Arg {
    words.option(
        "secret-key",
        "FILE",
        "封存动态口令密钥、电话等的密钥文件，没有就新建；可放在数据文件夹之外(默认：环境变量 JUNHENG_SECRET_KEY，再无则数据文件夹中的 key)",
        "The key file that secrets of second factors and telephone numbers are sealed under, made where there is none; best outside the data folder (default: JUNHENG_SECRET_KEY of the environment, else `key` in the data folder)",
    )
}

/// The site's key file.
pub(super) fn key_file(matches: &ArgMatches, data: &Path) -> PathBuf {
    let told = cli::text(matches, "secret-key").map(PathBuf::from);
    told.or_else(|| std::env::var_os("JUNHENG_SECRET_KEY").map(PathBuf::from))
        .unwrap_or_else(|| data.join("key"))
}

fn run(matches: &ArgMatches, context: &Context) -> Result<String, Failure> {
    let demo = matches.get_flag("demo");
    let data = match cli::text(matches, "data") {
        Some(data) => data.into(),
        None => std::env::temp_dir().join("junheng-demo"),
    };
    own_folder(&data).map_err(|e| Failure::file(&data, &e))?;
    let _lock = alone(&data)?;
    let url = database(matches, &data);
    let address = cli::text(matches, "listen").unwrap_or_default().to_owned();
    let key = key_file(matches, &data);
    server::keys::read(&key).map_err(|e| Failure::file(&key, &e))?;
    let (proxied, tls) = (matches.get_flag("behind-tls"), tls(matches)?);
    let scheme = if tls.is_some() { "https" } else { "http" };
    let plain = !proxied && tls.is_none();
    let options = Options {
        key,
        data: data.clone(),
        secure: proxied || tls.is_some(),
        proxied,
        idle: matches.get_one::<i64>("idle").map_or(15, |m| *m) * 60_000,
        factor_for: cli::texts(matches, "second-factor")
            .iter()
            .filter_map(|id| Role::from_id(id))
            .collect(),
        scan: cli::text(matches, "scan").map(Into::into),
        backups: backups(matches, &url)?,
        clock: now,
    };
    tracing_subscriber::fmt()
        .json()
        .with_writer(std::io::stderr)
        // A reader that went away is no reason to stop: without this the complaint itself panics.
        .log_internal_errors(false)
        .with_env_filter(filter())
        .init();
    let lang = context.lang;
    runtime()?.block_on(async {
        let store = Store::open(&url).await.map_err(|e| unopened(&e))?;
        let app = App::new(store, options).await.map_err(|problem| {
            tracing::error!(?problem, "start");
            stopped("数据库不能使用", "the database cannot be used")
        })?;
        let listener = tokio::net::TcpListener::bind(&address).await.map_err(|e| {
            stopped(
                &format!("不能监听 {address}：{e}；请换一个端口(--listen)"),
                &format!("cannot listen on {address}: {e}; take another port (--listen)"),
            )
        })?;
        if app.keys.identity.is_none() {
            say!("{}", lang.pick(
                "密钥文件与数据库不符：动态口令、电话和身份证号打不开；请放回原来的密钥文件后重新启动，确已丢失的用 rotate-key --lost",
                "the key file does not belong to this database: second factors, telephone and identity numbers cannot be opened; put the right one back and start again, or rotate-key --lost",
            ));
        }
        if demo {
            show(&app, &data, lang).await?;
        }
        let at = listener.local_addr().map_or(address, |a| a.to_string());
        say!("{} {scheme}://{at}/", lang.pick("网页：", "The page:"));
        if plain && listener.local_addr().is_ok_and(|a| !a.ip().is_loopback()) {
            say!("{}", lang.pick(
                "注意：别的机器也能访问，而密码和数据在网上不加密；请用 --tls-cert，或在前面放 TLS 代理并用 --behind-tls",
                "Note: other machines can reach it, and passwords and data travel unencrypted; use --tls-cert, or a proxy with TLS in front and --behind-tls",
            ));
        }
        if let Some(token) = app.setup_token() {
            let said = lang.pick(
                "首次启动，请在网页上输入初始化口令：",
                "First start; the page asks for this token:",
            );
            say!("{said} {token}");
        }
        server::run(app, listener, tls).await;
        Ok::<_, Failure>(())
    })?;
    Ok(String::new())
}

/// Fills a first start with the synthetic county, and says who can log in.
async fn show(app: &App, data: &Path, lang: Lang) -> Result<(), Failure> {
    let files = made(&data.join("demo"), &["--schools=60"], lang)?;
    let mut neighbour = made(
        &data.join("demo-neighbour"),
        &["--schools=24", "--seed=7"],
        lang,
    )?;
    for file in neighbour.iter_mut().filter(|f| f.name == "county.csv") {
        let text = String::from_utf8_lossy(&file.bytes);
        file.bytes = text.replace("合成示例县", "合成邻县").into_bytes();
    }
    let told = server::demo::fill(app, files, neighbour, lang)
        .await
        .map_err(|problem| {
            tracing::error!(?problem, "demo");
            stopped("示例县没有建立", "the demo county could not be made")
        })?;
    match told {
        None => say!(
            "{}",
            lang.pick(
                "已有账号，没有新建示例",
                "there are accounts already; no demo was made"
            )
        ),
        Some((people, password)) => {
            for (login, role) in people {
                say!("{:10} {}", login, role.id());
            }
            say!(
                "{} {password}",
                lang.pick("以上账号的密码：", "the password of all:")
            );
        }
    }
    Ok(())
}

/// The files of a synthetic county.
fn made(folder: &Path, options: &[&str], lang: Lang) -> Result<Vec<InputFile>, Failure> {
    let out = format!("--out={}", folder.display());
    let words = [&["junheng", "generate", "county", &out], options].concat();
    let words: Vec<String> = words.into_iter().map(str::to_owned).collect();
    super::perform(&words, lang)?;
    junheng_intake::files::load(folder).map_err(|f| Failure::Refused(vec![*f]))
}

/// The certificate that the server shows, if it speaks TLS itself.
fn tls(matches: &ArgMatches) -> Result<Option<server::TlsAcceptor>, Failure> {
    let file = |name| cli::text(matches, name).map(Path::new);
    let Some((certificate, key)) = file("tls-cert").zip(file("tls-key")) else {
        return Ok(None);
    };
    let tls = server::tls(certificate, key).map_err(|error| {
        stopped(
            &format!("TLS 证书或私钥不能使用：{error}；请核对两个 PEM 文件是否成对"),
            &format!("the TLS certificate or its key cannot be used: {error}; see that the two PEM files belong together"),
        )
    })?;
    Ok(Some(tls))
}

/// Where backups go by themselves, if anywhere.
fn backups(matches: &ArgMatches, url: &str) -> Result<Option<server::Plan>, Failure> {
    let Some(folder) = cli::text(matches, "backup-to") else {
        return Ok(None);
    };
    if !url.starts_with("sqlite") {
        return Err(Failure::usage(Text::new(
            "PostgreSQL 用它自己的备份工具；--backup-to 只用于 SQLite",
            "PostgreSQL has backup tools of its own; --backup-to is for SQLite",
        )));
    }
    let key = cli::text(matches, "backup-key").map(Path::new);
    Ok(Some(server::Plan {
        folder: folder.into(),
        key: key.map(super::keep::read_key).transpose()?,
    }))
}

/// What is logged: what `JUNHENG_LOG` says, else warnings. The own words of the solver and of the drawer of
/// pictures name paths of the machine they were built on, and say nothing that a plan or a paper does not.
fn filter() -> tracing_subscriber::EnvFilter {
    use tracing_subscriber::EnvFilter;
    let filter = EnvFilter::try_from_env("JUNHENG_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    let quiet = ["highs=off", "usvg=off"].into_iter();
    quiet
        .filter_map(|directive| directive.parse().ok())
        .fold(filter, EnvFilter::add_directive)
}

/// Milliseconds since 1970.
pub(super) fn now() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |d| {
        Millis::try_from(d.as_millis()).unwrap_or(Millis::MAX)
    })
}

/// The threads that the server runs on.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|e| stopped(&format!("不能启动：{e}"), &format!("cannot start: {e}")))
}

/// The data folder for this process alone.
pub(crate) fn alone(data: &Path) -> Result<store::Lock, Failure> {
    let held = store::lock(data).map_err(|e| Failure::file(data, &e))?;
    held.ok_or_else(|| {
        let data = data.display();
        stopped(
            &format!("{data} 正由另一个均衡程序使用；请先停止它"),
            &format!("{data} is in use by another Junheng; stop that one first"),
        )
    })
}

/// Why a database could not be opened.
pub(crate) fn unopened(error: &sqlx::Error) -> Failure {
    if matches!(error, sqlx::Error::Configuration(_)) {
        return stopped(
            "数据库由更新版本的程序建立，或地址写法不对；没有改动。请使用新版本程序",
            "the database was made by a newer program, or its address is wrong; nothing was changed",
        );
    }
    tracing::error!(%error, "open");
    stopped(
        "数据库不能打开；没有改动。请检查文件夹权限、磁盘空间或数据库地址",
        "the database cannot be opened; nothing was changed. Check the folder's rights, the disk's space or the address",
    )
}

fn stopped(zh: &str, en: &str) -> Failure {
    Failure::Other(Text::new(zh, en))
}

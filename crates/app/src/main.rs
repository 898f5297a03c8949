//! The program `junheng`: its commands.

/// Says a line on standard error. That nobody listens any more stops nothing, where `eprintln!` panics.
macro_rules! say {
    ($($words:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(std::io::stderr().lock(), $($words)*);
    }};
}

mod bar;
mod cli;
mod commands;
mod error;
mod input;
mod interrupt;
mod locale;
mod packs;
mod pinyin;
mod print;
mod server;
mod store;
mod views;
mod watch;
mod width;

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use junheng_core::text::Lang;

use crate::error::Failure;
use crate::watch::Watch;

/// What every command is given besides its arguments.
pub(crate) struct Context {
    /// Language of messages.
    pub(crate) lang: Lang,
    /// Print JSON.
    pub(crate) json: bool,
    /// Colours on standard output.
    pub(crate) colour: bool,
    /// When the command began, if it is to be told.
    pub(crate) began: Option<Instant>,
    /// Who is told how far it is, and may stop it.
    pub(crate) watch: Option<Arc<Watch>>,
}

impl Context {
    /// Files are written from now on: what is begun is finished.
    pub(crate) fn writing(&self) {
        if let Some(watch) = &self.watch {
            watch.writing();
        }
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args_os()
        .map(|a| a.to_string_lossy().into_owned())
        .collect();
    let lang =
        cli::asked_lang(&arguments).unwrap_or_else(|| locale::lang(|k| std::env::var(k).ok()));
    let matches = match cli::command(lang).try_get_matches_from(&arguments) {
        Ok(matches) => matches,
        Err(error) => return unusable(&error, lang, &arguments),
    };
    let colour =
        io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty());
    let json = arguments.iter().any(|a| a == "--json");
    let planning = matches.subcommand_name() == Some("plan");
    let line = planning.then(|| commands::plan::watch::Line::new(lang, json));
    let watch = line.as_ref().map(|line| line.watch.clone());
    let done = commands::dispatch(&matches, lang, colour, watch);
    drop(line);
    match done {
        Ok(output) => finish(&output, lang),
        Err(failure) => fail(failure, lang, json),
    }
}

/// Prints what a command made; a reader that went away is no failure.
fn finish(output: &str, lang: Lang) -> ExitCode {
    let mut out = io::stdout().lock();
    match out.write_all(output.as_bytes()).and_then(|()| out.flush()) {
        Err(e) if e.kind() != io::ErrorKind::BrokenPipe => {
            say!(
                "{}",
                lang.pick(
                    "标准输出写不下(磁盘已满或不可写)，显示的内容不完整；请换一个位置后重试。",
                    "standard output cannot take it (the disk is full or not writable): what it holds is not whole. Try another place."
                )
            );
            ExitCode::FAILURE
        }
        _ => ExitCode::SUCCESS,
    }
}

fn unusable(error: &clap::Error, lang: Lang, arguments: &[String]) -> ExitCode {
    if !error.use_stderr() {
        return finish(&cli::help(&error.render().to_string(), lang), lang);
    }
    if matches!(
        error.kind(),
        clap::error::ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
    ) {
        say!(
            "{}",
            cli::help(&error.render().to_string(), lang).trim_end()
        );
        return ExitCode::from(2);
    }
    let json = arguments.iter().any(|a| a == "--json");
    fail(Failure::Usage(cli::sentence(error)), lang, json)
}

/// Says why, on standard error, and as JSON too where that was asked for.
fn fail(failure: Failure, lang: Lang, json_asked: bool) -> ExitCode {
    let (status, json) = match failure {
        Failure::Usage(message) => {
            say!("{}", message.get(lang));
            (2, views::failed("usage", &message, &[], lang))
        }
        Failure::Other(message) | Failure::File { said: message, .. } => {
            say!("{}", message.get(lang));
            (1, views::failed("failed", &message, &[], lang))
        }
        Failure::Refused(findings) => {
            let message = print::refusal(&findings);
            say!("{}", print::findings(&findings, lang, false).trim_end());
            say!("{}", message.get(lang));
            (3, views::failed("refused", &message, &findings, lang))
        }
    };
    if json_asked {
        finish(&json, lang);
    }
    ExitCode::from(status)
}

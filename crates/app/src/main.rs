//! The program `junheng`: its commands.

mod cli;
mod commands;
mod error;
mod input;
mod locale;
mod packs;
mod print;
mod views;
mod width;

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;
use std::time::Instant;

use junheng_core::text::Lang;

use crate::error::Failure;

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
    let Some((name, matches)) = matches.subcommand() else {
        return ExitCode::from(2);
    };
    let mut last = matches;
    while let Some((_, inner)) = last.subcommand() {
        last = inner;
    }
    let flag = |id: &str| matches!(last.try_get_one::<bool>(id), Ok(Some(true)));
    let context = Context {
        lang,
        json: flag("json"),
        colour: io::stdout().is_terminal()
            && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty()),
        began: flag("timing").then(Instant::now),
    };
    let Some(entry) = commands::ALL.iter().find(|c| c.name == name) else {
        return ExitCode::from(2);
    };
    match (entry.run)(matches, &context) {
        Ok(output) => finish(&output),
        Err(failure) => fail(failure, &context),
    }
}

/// Prints what a command made; a reader that went away is no failure.
fn finish(output: &str) -> ExitCode {
    let mut out = io::stdout().lock();
    match out.write_all(output.as_bytes()).and_then(|()| out.flush()) {
        Err(e) if e.kind() != io::ErrorKind::BrokenPipe => ExitCode::FAILURE,
        _ => ExitCode::SUCCESS,
    }
}

fn unusable(error: &clap::Error, lang: Lang, arguments: &[String]) -> ExitCode {
    if !error.use_stderr() {
        return finish(&cli::help(&error.render().to_string(), lang));
    }
    if matches!(
        error.kind(),
        clap::error::ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
    ) {
        eprint!("{}", cli::help(&error.render().to_string(), lang));
        return ExitCode::from(2);
    }
    let context = Context {
        lang,
        json: arguments.iter().any(|a| a == "--json"),
        colour: false,
        began: None,
    };
    fail(Failure::Usage(cli::sentence(error)), &context)
}

/// Says why, on standard error, and as JSON too where that was asked for.
fn fail(failure: Failure, context: &Context) -> ExitCode {
    let (status, json) = match failure {
        Failure::Usage(message) => {
            eprintln!("{}", message.get(context.lang));
            (2, views::failed("usage", &message, &[], context.lang))
        }
        Failure::Other(message) => {
            eprintln!("{}", message.get(context.lang));
            (1, views::failed("failed", &message, &[], context.lang))
        }
        Failure::Refused(findings) => {
            let message = print::refusal(&findings);
            eprint!("{}", print::findings(&findings, context.lang, false));
            eprintln!("{}", message.get(context.lang));
            (
                3,
                views::failed("refused", &message, &findings, context.lang),
            )
        }
    };
    if context.json {
        finish(&json);
    }
    ExitCode::from(status)
}

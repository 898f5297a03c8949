//! One file per command: its options, and what it does.

mod check;
mod compare;
mod completions;
mod docs;
mod evaluate;
mod explain;
pub(crate) mod fields;
mod generate;
mod import;
mod map;
mod mapping;
mod plan;
pub(crate) mod standards;
mod template;

use clap::{ArgMatches, Command};
use junheng_core::model::{Snapshot, TableId};
use junheng_core::text::Text;

use crate::Context;
use crate::cli::{self, Words};
use crate::error::Failure;
use crate::packs::Wanted;

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
    fields::ENTRY,
    standards::ENTRY,
    plan::ENTRY,
    map::ENTRY,
    generate::ENTRY,
    completions::ENTRY,
    docs::ENTRY,
];

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

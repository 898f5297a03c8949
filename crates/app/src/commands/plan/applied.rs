//! `--applied`: the county after a plan as a bundle, so that plans can follow one another.

use std::path::Path;

use clap::{Arg, ArgMatches};
use junheng_core::model::{Snapshot, TableId};
use junheng_intake::write::csv_files;

use crate::cli::{self, Words};
use crate::commands::write_together;
use crate::error::Failure;
use crate::input;

/// The option.
pub(super) fn option(words: Words) -> Arg {
    words.option(
        "applied",
        "DIR",
        "把实施方案后的全县数据写入文件夹，可再评估、再规划",
        "Write the county as it is after the plan: to be judged, and planned again",
    )
}

/// Writes the whole county with a change made, where the option asks for it. Maps and roads go along.
pub(super) fn write(
    matches: &ArgMatches,
    change: impl FnOnce(&Snapshot) -> Snapshot,
) -> Result<(), Failure> {
    let Some(out) = cli::text(matches, "applied").map(Path::new) else {
        return Ok(());
    };
    let whole = input::read(matches, "bundle", &TableId::ALL)?;
    let tables = csv_files(&change(&whole.snapshot).sheets());
    let mut files = tables.map_err(|e| Failure::file(out, &e))?;
    let read = input::load(&cli::path(matches, "bundle"))?.into_iter();
    files.extend(read.filter(|f| !f.is_table()).map(|f| (f.name, f.bytes)));
    write_together(out, &files)
}

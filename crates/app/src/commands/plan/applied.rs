//! `--applied`: the county after a plan as a bundle, so that plans can follow one another.

use clap::{Arg, ArgMatches};
use junheng_core::model::{Snapshot, TableId};
use junheng_intake::write;

use crate::cli::{self, Words};
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
    let Some(out) = cli::text(matches, "applied").map(std::path::Path::new) else {
        return Ok(());
    };
    let whole = input::read(matches, "bundle", &TableId::ALL)?;
    let failed = |e: std::io::Error| Failure::file(out, &e);
    write::write_folder(&change(&whole.snapshot).sheets(), out).map_err(failed)?;
    for file in input::load(&cli::path(matches, "bundle"))? {
        if !file.is_table() {
            write::write_file(&out.join(&file.name), &file.bytes).map_err(failed)?;
        }
    }
    Ok(())
}

//! `--applied`: the county after a plan, or in a year of a forecast, as a bundle, so that one can follow
//! another.

use std::path::Path;

use clap::{Arg, ArgMatches};
use junheng_core::model::{Snapshot, TableId};
use junheng_core::text::{Lang, Text};
use junheng_intake::write::csv_files;

use crate::cli::{self, Words};
use crate::commands::{write_together, wrote};
use crate::error::Failure;
use crate::input;

/// The option of plans.
pub(crate) fn option(words: Words) -> Arg {
    words.option(
        "applied",
        "DIR",
        "把实施方案后的全县数据写入文件夹，可再评估、再规划",
        "Write the county as it is after the plan: to be judged, and planned again",
    )
}

/// Writes the whole county with a change made, where the option asks for it. Maps and roads go along.
pub(crate) fn write(
    matches: &ArgMatches,
    lang: Lang,
    change: impl FnOnce(&Snapshot) -> Snapshot,
) -> Result<(), Failure> {
    let Some(out) = cli::text(matches, "applied").map(Path::new) else {
        return Ok(());
    };
    let bundle = cli::path(matches, "bundle");
    let whole = input::read(matches, "bundle", &TableId::ALL)?;
    let tables = csv_files(&change(&whole.snapshot).sheets());
    let mut files = tables.map_err(|e| Failure::file(out, &e))?;
    let read = input::load(&bundle)?.into_iter();
    files.extend(read.filter(|f| !f.is_table()).map(|f| (f.name, f.bytes)));
    mixed(&bundle, out, &files)?;
    write_together(out, &files)?;
    wrote(out, lang);
    Ok(())
}

/// Refuses the folder of the bundle, and one whose other files would become part of the new county.
fn mixed(bundle: &Path, out: &Path, files: &[(String, Vec<u8>)]) -> Result<(), Failure> {
    let real = |path: &Path| path.canonicalize().ok();
    let within = out.read_dir().into_iter().flatten().flatten();
    let names = within.map(|e| e.file_name());
    let other = names
        .filter(|name| files.iter().all(|f| *f.0 != **name))
        .min();
    let place = out.display();
    if real(out).is_some() && real(out) == real(bundle) {
        return Err(Failure::usage(Text::new(
            format!("--applied 不能写入原数据所在的文件夹 {place}，请另选一个空文件夹"),
            format!(
                "--applied may not be the folder of the bundle itself, {place}: name an empty one"
            ),
        )));
    }
    other.map_or(Ok(()), |name| {
        let name = name.to_string_lossy();
        Err(Failure::usage(Text::new(
            format!("--applied 的文件夹 {place} 里已有 {name} 等文件，会混进要写的数据，请另选一个空文件夹"),
            format!("{place}, the folder of --applied, holds {name}, which would mix with the county to be written: name an empty folder"),
        )))
    })
}

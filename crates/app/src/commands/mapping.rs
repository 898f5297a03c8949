//! `junheng mapping`: drafts a mapping file from the tables a bureau has.

use clap::{ArgAction, ArgMatches, Command};
use junheng_core::finding::Finding;
use junheng_intake::files::InputFile;
use junheng_intake::grid::read_grids;
use junheng_intake::{mapping, write};

use super::Entry;
use crate::cli::{self, Words};
use crate::error::Failure;
use crate::{Context, input, views};

pub(crate) const ENTRY: Entry = Entry {
    name: "mapping",
    command,
    run,
};

fn command(words: Words) -> Command {
    words
        .command(
            "mapping",
            "根据现有表格起草映射文件，修改后用于 import",
            "Draft a mapping file from tables at hand, to mend and use with import",
        )
        .arg(
            words
                .place("files", "FILE", "文件或文件夹，可多个", "Files or folders")
                .required(true)
                .action(ArgAction::Append)
                .num_args(1..),
        )
        .arg(words.out("M.toml", "写入的映射文件", "The mapping file to write"))
        .arg(words.json())
        .arg(words.timing())
}

/// The draft for some files, and what was said of them.
///
/// # Errors
/// None of them holds a table.
pub(crate) fn draft(files: &[InputFile]) -> Result<(String, Vec<Finding>), Failure> {
    let mut grids = Vec::new();
    let mut findings = Vec::new();
    for file in files {
        let (more, said) = read_grids(file);
        grids.extend(more);
        findings.extend(said);
    }
    if grids.is_empty() {
        return Err(Failure::Refused(findings));
    }
    Ok((mapping::draft(&grids), findings))
}

fn run(matches: &ArgMatches, context: &Context) -> Result<String, Failure> {
    let mut files = Vec::new();
    for path in cli::texts(matches, "files") {
        files.extend(input::load(path.as_ref())?);
    }
    let (draft, findings) = draft(&files)?;
    let out = cli::path(matches, "out");
    write::write_file(&out, draft.as_bytes()).map_err(|e| Failure::file(&out, &e))?;
    if context.json {
        return Ok(views::written(&[out], &findings, context));
    }
    say!(
        "{} {}",
        context.lang.pick(
            "已写入草稿，请逐行核对：",
            "wrote a draft, check every line:"
        ),
        out.display()
    );
    Ok(String::new())
}

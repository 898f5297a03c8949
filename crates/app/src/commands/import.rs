//! `junheng import`: files of another system into a bundle.

use clap::{ArgAction, ArgMatches, Command};
use junheng_core::model::TableId;
use junheng_core::text::Text;
use junheng_intake::write;

use super::{Entry, wrote};
use crate::cli::{self, Words};
use crate::error::Failure;
use crate::{Context, input, print, views};

pub(crate) const ENTRY: Entry = Entry {
    name: "import",
    command,
    run,
};

fn command(words: Words) -> Command {
    words
        .command(
            "import",
            "按映射文件把统计系统、OneRoster 或本单位的表格转换为数据文件夹",
            "Turn exports of the statistics system, OneRoster or own tables into a bundle",
        )
        .arg(
            words
                .place("files", "FILE", "文件或文件夹，可多个", "Files or folders")
                .required(true)
                .action(ArgAction::Append)
                .num_args(1..),
        )
        .arg(words.mapping().required(true))
        .arg(words.out("BUNDLE", "写入的文件夹", "The folder to write"))
        .arg(words.json())
        .arg(words.timing())
}

/// Nothing is written when the result would be unusable.
fn run(matches: &ArgMatches, context: &Context) -> Result<String, Failure> {
    let name = cli::text(matches, "mapping").unwrap_or_default();
    let paths = cli::texts(matches, "files");
    let (mapped, intake) = input::through(name, &paths, &TableId::ALL)?;
    if intake.refused {
        return Err(Failure::Refused(intake.findings));
    }
    let out = cli::path(matches, "out");
    let sheets = mapped.sheets();
    let named = |id: TableId| format!("{}.csv", id.id());
    let others: Vec<String> = TableId::ALL
        .iter()
        .filter(|id| sheets.iter().all(|s| s.table != **id))
        .map(|id| named(*id))
        .filter(|name| out.join(name).exists())
        .collect();
    if !others.is_empty() {
        return Err(Failure::usage(Text::new(
            format!(
                "{} 里已有 {}，会与导入的表混在一起；没有写入，请另选一个空文件夹",
                out.display(),
                others.join("、")
            ),
            format!(
                "{} holds {} already, which would mix with what is imported; nothing was written, choose an empty folder",
                out.display(),
                others.join(", ")
            ),
        )));
    }
    write::write_folder(&sheets, &out).map_err(|e| Failure::file(&out, &e))?;
    if context.json {
        return Ok(views::written(&[out], &intake.findings, context));
    }
    wrote(&out, context.lang);
    Ok(print::check(&intake.findings, context))
}

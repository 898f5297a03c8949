//! `junheng template`: the blank workbook to fill.

use clap::{ArgMatches, Command};
use junheng_core::text::Text;
use junheng_intake::{template, write};

use super::{Entry, wrote};
use crate::cli::{self, Words};
use crate::error::Failure;
use crate::{Context, views};

pub(crate) const ENTRY: Entry = Entry {
    name: "template",
    command,
    run,
};

fn command(words: Words) -> Command {
    words
        .command(
            "template",
            "生成空白填报工作簿：下拉选项、单位、说明、示例行",
            "Write the blank workbook to fill: drop-downs, units, notes, an example row",
        )
        .arg(words.out("F.xlsx", "写入的工作簿", "The workbook to write"))
        .arg(words.json())
        .arg(words.timing())
}

fn run(matches: &ArgMatches, context: &Context) -> Result<String, Failure> {
    let out = cli::path(matches, "out");
    let bytes = template::workbook().map_err(|e| {
        Failure::Other(Text::new(
            format!("工作簿没有生成：{e}"),
            format!("the workbook was not made: {e}"),
        ))
    })?;
    write::write_file(&out, &bytes).map_err(|e| Failure::file(&out, &e))?;
    Ok(if context.json {
        views::written(&[out], &[], context)
    } else {
        wrote(&out, context.lang);
        String::new()
    })
}

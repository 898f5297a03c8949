//! `junheng fields`: every field the program knows.

use clap::{ArgMatches, Command};
use junheng_core::model::{Field, Filler, TableId};
use junheng_core::text::Lang;

use super::Entry;
use crate::Context;
use crate::cli::Words;
use crate::error::Failure;
use crate::views;
use crate::width::pad;

pub(crate) const ENTRY: Entry = Entry {
    name: "fields",
    command,
    run,
};

fn command(words: Words) -> Command {
    words
        .command(
            "fields",
            "列出全部字段：标识、名称、单位、由谁填报、统计报表出处",
            "List every field: id, title, unit, who fills it, statistics form",
        )
        .arg(words.json())
        .arg(words.timing())
}

fn run(_: &ArgMatches, context: &Context) -> Result<String, Failure> {
    if context.json {
        return Ok(views::fields(context));
    }
    Ok(text(context.lang))
}

/// Who fills a field.
pub(crate) fn filler(filler: Filler, lang: Lang) -> &'static str {
    match filler {
        Filler::School => lang.pick("学校", "school"),
        Filler::County => lang.pick("县", "county"),
        Filler::State => lang.pick("国家", "state"),
    }
}

fn text(lang: Lang) -> String {
    let mut out = String::new();
    for table in TableId::ALL {
        let title = lang.pick(table.zh(), table.id());
        out.push_str(&format!("\n{title} ({})\n", table.id()));
        for field in table.fields() {
            out.push_str(&line(field, lang));
        }
    }
    for (prefix, zh, en) in junheng_core::model::FACT_PREFIXES {
        out.push_str(&format!("\n{prefix}*  {}\n", lang.pick(zh, en)));
    }
    out.trim_start().to_owned()
}

fn line(field: Field, lang: Lang) -> String {
    let about = field.about();
    let form = if about.form.is_empty() {
        String::new()
    } else {
        format!("  {}", about.form)
    };
    format!(
        "  {}{}{}{}{form}\n",
        pad(about.id, 44),
        pad(lang.pick(about.zh, about.en), 44),
        pad(about.unit, 10),
        filler(about.filler, lang)
    )
    .replace("  \n", "\n")
}

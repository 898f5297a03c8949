//! `junheng standards [ID]`: the packs, or one as a book.

use clap::{ArgMatches, Command};
use junheng_core::standard::{Pack, PackKind, book};
use junheng_core::text::Lang;

use super::Entry;
use crate::cli::{self, Words};
use crate::error::Failure;
use crate::width::pad;
use crate::{Context, packs, views};

pub(crate) const ENTRY: Entry = Entry {
    name: "standards",
    command,
    run,
};

fn command(words: Words) -> Command {
    words
        .command(
            "standards",
            "列出评估标准；给出标识时打印成册",
            "List the standards, or print one as a book",
        )
        .arg(words.place(
            "id",
            "ID",
            "标准的标识，或标准包文件夹",
            "Id of a standard, or the folder of a pack",
        ))
        .arg(words.json())
        .arg(words.timing())
}

fn run(matches: &ArgMatches, context: &Context) -> Result<String, Failure> {
    if let Some(id) = cli::text(matches, "id") {
        let pack = packs::pack(id)?;
        return Ok(if context.json {
            views::standard_book(&pack, context)
        } else {
            book(&pack, context.lang)
        });
    }
    let all = packs::ids()
        .map(packs::pack)
        .collect::<Result<Vec<_>, _>>()?;
    if context.json {
        return Ok(views::standards(&all, context));
    }
    Ok(all.iter().map(|p| line(p, context.lang)).collect())
}

/// What a pack is for.
pub(crate) fn kind(pack: &Pack, lang: Lang) -> &'static str {
    match pack.kind {
        PackKind::National => lang.pick("国家标准", "national"),
        PackKind::Overlay => lang.pick("叠加标准", "overlay"),
        PackKind::Definitions => lang.pick("定义", "definitions"),
    }
}

fn line(pack: &Pack, lang: Lang) -> String {
    format!(
        "{}{}{}  {}\n",
        pad(&pack.id, 18),
        pad(kind(pack, lang), 14),
        pack.title.get(lang),
        pack.document
    )
}

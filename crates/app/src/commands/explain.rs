//! `junheng explain`: the whole derivation of one number.

use clap::{ArgMatches, Command};
use junheng_core::evaluate::evaluate;
use junheng_core::explain::{Target, explain};
use junheng_core::model::Stage;

use super::{EVALUATED, Entry, wanted};
use crate::cli::{self, Words};
use crate::error::Failure;
use crate::{Context, input, packs, print, views};

pub(crate) const ENTRY: Entry = Entry {
    name: "explain",
    command,
    run,
};

fn command(words: Words) -> Command {
    let command = words
        .command(
            "explain",
            "解释一个数或一个结论：公式、数据所在单元格、条款、例外",
            "Explain one number or verdict: formula, cells, clause, exceptions",
        )
        .arg(words.bundle())
        .arg(
            words
                .option(
                    "item",
                    "ID",
                    "指标或条目，如 L1、G3、R2；学段表的数，如 students；county 为全县",
                    "An indicator or item, as L1, G3, R2; a figure of sections, as students; county for all",
                )
                .required(true),
        )
        .arg(words.option("school", "ID", "学校标识码", "School code"))
        .arg(words.stage());
    words
        .standard(command)
        .arg(words.mapping())
        .arg(words.json())
        .arg(words.timing())
}

fn run(matches: &ArgMatches, context: &Context) -> Result<String, Failure> {
    let wanted = wanted(matches)?;
    let intake = input::read(matches, "bundle", EVALUATED)?;
    let standard = packs::standard(&wanted, &intake.snapshot)?;
    let evaluation = evaluate(&intake.snapshot, &standard);
    let target = Target {
        item: cli::text(matches, "item").unwrap_or_default(),
        school: cli::text(matches, "school"),
        stage: cli::text(matches, "stage").and_then(Stage::from_id),
    };
    let explanation =
        explain(&intake.snapshot, &standard, &evaluation, target).map_err(Failure::Usage)?;
    Ok(if context.json {
        views::explanation(&explanation, &standard, target, &intake.digest, context)
    } else {
        print::explanation(&explanation, context)
    })
}

//! `junheng compare`: what changed, and which change turned which verdict.

use clap::{ArgMatches, Command};
use junheng_core::compare::compare;
use junheng_core::evaluate::evaluate;

use super::{EVALUATED, Entry, wanted};
use crate::cli::Words;
use crate::error::Failure;
use crate::{Context, input, packs, print, views};

pub(crate) const ENTRY: Entry = Entry {
    name: "compare",
    command,
    run,
};

fn command(words: Words) -> Command {
    let command = words
        .command(
            "compare",
            "比较两份数据：什么变了，哪个变化改变了哪个结论",
            "Compare two bundles: what changed, and which change turned which verdict",
        )
        .arg(
            words
                .place("before", "BEFORE", "之前的数据", "The earlier bundle")
                .display_order(1)
                .required(true),
        )
        .arg(
            words
                .place("after", "AFTER", "之后的数据", "The later bundle")
                .display_order(2)
                .required(true),
        );
    words
        .standard(command)
        .arg(words.mapping())
        .arg(words.json())
        .arg(words.timing())
}

/// Both bundles are judged by the standard of the later one, so that only the data differ.
fn run(matches: &ArgMatches, context: &Context) -> Result<String, Failure> {
    let wanted = wanted(matches)?;
    let before = input::read(matches, "before", EVALUATED)?;
    let after = input::read(matches, "after", EVALUATED)?;
    let standard = packs::standard(&wanted, &after.snapshot)?;
    let (first, second) = (
        evaluate(&before.snapshot, &standard),
        evaluate(&after.snapshot, &standard),
    );
    let comparison = compare(
        &standard,
        (&before.snapshot, &first),
        (&after.snapshot, &second),
    );
    Ok(if context.json {
        views::comparison(
            &comparison,
            &standard,
            [&before.digest, &after.digest],
            context,
        )
    } else {
        print::comparison(
            &comparison,
            &standard,
            &after.snapshot,
            &before.snapshot,
            context.lang,
        )
    })
}

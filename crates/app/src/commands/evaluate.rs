//! `junheng evaluate`: the verdict.

use clap::{ArgMatches, Command};
use junheng_core::evaluate::{Weighting, evaluate, inequality};

use super::{EVALUATED, Entry, wanted};
use crate::cli::{self, Words};
use crate::error::Failure;
use crate::{Context, input, packs, print, views};

pub(crate) const ENTRY: Entry = Entry {
    name: "evaluate",
    command,
    run,
};

fn command(words: Words) -> Command {
    let command = words
        .command(
            "evaluate",
            "评估：是否达到标准，谁在哪一项上不达标，还差多少",
            "The verdict: who fails on what, and what it would take",
        )
        .arg(words.bundle());
    words
        .standard(command)
        .arg(words.flag(
            "unweighted",
            "基尼、泰尔系数不按学生数加权，每个学段等权",
            "Gini and Theil without weights: every section alike",
        ))
        .arg(words.mapping())
        .arg(words.json())
        .arg(words.timing())
}

fn run(matches: &ArgMatches, context: &Context) -> Result<String, Failure> {
    let wanted = wanted(matches)?;
    let intake = input::read(matches, "bundle", EVALUATED)?;
    let standard = packs::standard(&wanted, &intake.snapshot)?;
    let evaluation = evaluate(&intake.snapshot, &standard);
    let weighting = if matches.get_flag("unweighted") {
        Weighting::Sections
    } else {
        Weighting::Students
    };
    let inequality = inequality(
        &standard,
        &evaluation.frame,
        &evaluation.sections,
        &evaluation.variations,
        weighting,
    );
    let result = print::Result {
        snapshot: &intake.snapshot,
        standard: &standard,
        evaluation: &evaluation,
        inequality: &inequality,
        findings: &intake.findings,
    };
    Ok(if context.json {
        views::evaluation(&result, &intake.digest, context)
    } else {
        print::evaluation(&result, context)
    })
}

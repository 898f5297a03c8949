//! `junheng plan layout`: which schools open, close, are extended or merged.

use std::collections::BTreeMap;

use clap::{ArgMatches, Command, value_parser};
use junheng_core::model::Stage;
use junheng_core::text::Text;
use junheng_plan::layout::{self, Asked, Outlook, Rules, TABLES};

use super::super::Entry;
use super::asked;
use crate::cli::{self, Words};
use crate::error::Failure;
use crate::{Context, input, print, views};

pub(crate) const ENTRY: Entry = Entry {
    name: "layout",
    command,
    run,
};

fn command(words: Words) -> Command {
    words
        .command(
            "layout",
            "布局：哪些学校新建、扩建、合并、撤销，谁到哪里上学；附下界与差距",
            "Which schools open, close, are extended or merged, and who goes where",
        )
        .arg(words.bundle())
        .arg(words.stage().required(true))
        .arg(
            words
                .option(
                    "open-exactly",
                    "P",
                    "恰好开办几处(现有并保留的也算)",
                    "Exactly so many open, those that stay included",
                )
                .value_parser(value_parser!(u32)),
        )
        .arg(number(
            words,
            "budget-yuan",
            "YUAN",
            "建设费用总额上限(元)",
            "Most yuan to spend on opening and extending",
        ))
        .arg(number(
            words,
            "max-metres",
            "M",
            "走读的最远路程(米)；更远的须有寄宿床位",
            "Farthest way of a day student; beyond it a boarding place is needed",
        ))
        .arg(
            number(
                words,
                "yuan-per-km",
                "YUAN",
                "目标中每名学生每公里折合多少元",
                "What a student-kilometre counts in the objective",
            )
            .default_value("1"),
        )
        .arg(
            number(
                words,
                "gap",
                "SHARE",
                "差距不大于此即停止，如 0.005",
                "Stop at this gap, as 0.005",
            )
            .default_value("0"),
        )
        .arg(
            words
                .option(
                    "periods",
                    "N",
                    "分几期规划(逐年)",
                    "Plan for so many periods (years)",
                )
                .default_value("1")
                .value_parser(value_parser!(u32).range(1..=30)),
        )
        .arg(
            number(
                words,
                "growth",
                "SHARE",
                "学生数每期变化的比例，如 -0.03",
                "Change of the number of children per period, as -0.03",
            )
            .default_value("0")
            .allow_negative_numbers(true),
        )
        .arg(words.flag(
            "split",
            "居住单元可以拆分到几所学校",
            "Blocks may be split between schools",
        ))
        .arg(words.flag(
            "close-protected",
            "允许撤销教学点和乡村学校(默认保留)",
            "Teaching points and rural schools may close (they stay by default)",
        ))
        .arg(words.mapping())
        .arg(words.json())
        .arg(words.timing())
}

fn number(words: Words, id: &'static str, unit: &'static str, zh: &str, en: &str) -> clap::Arg {
    words
        .option(id, unit, zh, en)
        .value_parser(value_parser!(f64))
}

/// A number of an option, not below `least`.
fn amount(matches: &ArgMatches, id: &str, least: f64) -> Result<Option<f64>, Failure> {
    match matches.get_one::<f64>(id).copied() {
        Some(x) if !x.is_finite() || x < least => Err(Failure::usage(Text::new(
            format!("--{id} 应是不小于 {least} 的数"),
            format!("--{id} wants a number not below {least}"),
        ))),
        other => Ok(other),
    }
}

fn run(matches: &ArgMatches, context: &Context) -> Result<String, Failure> {
    let run = asked(matches, context)?;
    let stage = cli::text(matches, "stage").and_then(Stage::from_id);
    let rules = Rules {
        open_exactly: matches
            .get_one::<u32>("open-exactly")
            .and_then(|p| usize::try_from(*p).ok()),
        budget: amount(matches, "budget-yuan", 0.0)?,
        budget_by_period: Vec::new(),
        split: matches.get_flag("split"),
        max_metres: amount(matches, "max-metres", 0.0)?,
        yuan_per_km: amount(matches, "yuan-per-km", 0.0)?.unwrap_or(1.0),
        gap: amount(matches, "gap", 0.0)?.unwrap_or(0.0),
    };
    let growth = amount(matches, "growth", -1.0)?.unwrap_or(0.0);
    let periods = matches.get_one::<u32>("periods").copied().unwrap_or(1);
    let asked = Asked {
        stage: stage.unwrap_or(Stage::Primary),
        rules,
        close_protected: matches.get_flag("close-protected"),
        outlook: outlook(periods, growth),
    };
    let intake = input::read(matches, "bundle", TABLES)?;
    let reading = layout::read(&intake.snapshot, asked).map_err(|found| {
        let mut findings = intake.findings.clone();
        findings.extend(found);
        Failure::Refused(findings)
    })?;
    let outcome = layout::plan(&reading.problem, &run);
    let result = print::Layout {
        snapshot: &intake.snapshot,
        reading: &reading,
        outcome: &outcome,
    };
    Ok(if context.json {
        views::layout(&result, &intake.digest, context)
    } else {
        print::layout(&result, context)
    })
}

/// One scenario per period: today's children grown; one period is today.
fn outlook(periods: u32, growth: f64) -> Vec<Outlook> {
    let mut factor = 1.0;
    (0..periods as usize)
        .map(|period| {
            factor *= 1.0 + growth;
            Outlook {
                period,
                weight: 1.0,
                factors: BTreeMap::from([(String::new(), factor)]),
            }
        })
        .collect()
}

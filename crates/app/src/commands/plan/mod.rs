//! `junheng plan`: one file per planner, and the options that all share.

mod layout;
pub(crate) mod path;
mod rotation;
pub(crate) mod watch;
pub(crate) mod zones;

use std::time::Duration;

use clap::{ArgMatches, Command, value_parser};
use junheng_core::finding::{Finding, Severity};
use junheng_core::model::{Stage, TableId};
use junheng_core::text::{Lang, Text};
use junheng_intake::Intake;
use junheng_plan::run::Run;
use junheng_plan::travel::travel_table;

pub(crate) use rotation::Result as Rotation;

use super::{Entry, applied, wrote};
use crate::cli::{self, Words};
use crate::error::Failure;
use crate::{Context, input};

pub(crate) const ENTRY: Entry = Entry {
    name: "plan",
    command,
    run,
};

/// All planners, in the order of the help.
const PLANNERS: &[Entry] = &[path::ENTRY, rotation::ENTRY, zones::ENTRY, layout::ENTRY];

fn command(words: Words) -> Command {
    let command = words
        .command(
            "plan",
            "规划：每个方案都附证明(目标值、下界、差距)，并由评估器重新评估",
            "Plans, each with its proof (objective, bound, gap), judged again by the evaluator",
        )
        .subcommand_required(true)
        .arg_required_else_help(true);
    PLANNERS.iter().fold(command, |command, planner| {
        command.subcommand(limits(words, (planner.command)(words)))
    })
}

/// `--time-limit` and `--seed`.
fn limits(words: Words, command: Command) -> Command {
    command
        .arg(
            words
                .option(
                    "time-limit",
                    "S",
                    "最长用时(秒)，到时给出目前最好的方案",
                    "Most seconds to take; the best plan so far is given then",
                )
                .default_value("60")
                .value_parser(value_parser!(f64)),
        )
        .arg(words.seed())
}

/// `--threads`, of planners that ask independent questions.
fn threads(words: Words) -> clap::Arg {
    words
        .option(
            "threads",
            "N",
            "同时使用的线程数(默认全部核)，不影响结果",
            "Threads to work on (default: all cores); the result is the same",
        )
        .value_parser(value_parser!(u16).range(1..=256))
}

fn run(matches: &ArgMatches, context: &Context) -> Result<String, Failure> {
    let planner = matches
        .subcommand()
        .and_then(|(name, matches)| Some((PLANNERS.iter().find(|p| p.name == name)?, matches)));
    match planner {
        Some((planner, matches)) => (planner.run)(matches, context),
        None => Err(Failure::usage(Text::new(
            "没有说明要做哪一种规划",
            "which plan to make is missing",
        ))),
    }
}

/// The bundle of a plan. Where it is refused for the `spare` tables alone, it is read without them,
/// and the findings still name what is wrong there; roads are spare only where travel is given.
fn read(
    matches: &ArgMatches,
    stage: Stage,
    tables: &[TableId],
    spare: &[TableId],
) -> Result<Intake, Failure> {
    let refused = match input::read(matches, "bundle", tables) {
        Err(Failure::Refused(findings)) => findings,
        read => return read,
    };
    let given = |intake: &Intake| intake.snapshot.rows(travel_table(stage)) > 0;
    let needed = tables.iter().filter(|t| !spare.contains(t));
    let needed: Vec<TableId> = needed.copied().collect();
    match input::read(matches, "bundle", &needed) {
        Ok(intake) if given(&intake) || needed.contains(&TableId::Roads) => Ok(Intake {
            findings: refused,
            ..intake
        }),
        _ => Err(Failure::Refused(refused)),
    }
}

/// Cells told of what could not be used.
const TOLD: usize = 5;

/// What of the data could not be used, in a sentence: figures that the plan took as missing.
fn unusable(intake: &Intake) -> Option<Text> {
    let all: Vec<&Finding> = intake
        .findings
        .iter()
        .filter(|f| f.severity == Severity::Error)
        .collect();
    let told = |lang: Lang| {
        let one = |f: &&Finding| {
            let row = f.place.row.map_or(String::new(), |row| row.to_string());
            let place = [&f.place.file, &f.place.sheet].map(String::as_str);
            let place = place.into_iter().filter(|part| !part.is_empty());
            let place = place.collect::<Vec<_>>().join(" ");
            let message = f.message.get(lang);
            format!("{place} {}{row} {message}", f.place.column)
        };
        let some: Vec<String> = all.iter().take(TOLD).map(one).collect();
        some.join(lang.pick("；", "; "))
    };
    let (n, zh, en) = (all.len(), told(Lang::Zh), told(Lang::En));
    (n > 0).then(|| {
        Text::new(
            format!("数据中有 {n} 处不能用，其余照常规划(全部见数据核查的问题清单)：{zh}"),
            format!("figures that cannot be used: {n}; the rest was planned all the same (the findings of the data list all): {en}"),
        )
    })
}

/// What stood in the way of the forecast that a plan is made for, in a sentence.
fn of_forecast(findings: &[Finding]) -> Option<Text> {
    let told = |lang: Lang| {
        let some = findings.iter().take(TOLD).map(|f| f.message.get(lang));
        let some: Vec<&str> = some.collect();
        some.join(lang.pick("；", "; "))
    };
    let (n, zh, en) = (findings.len(), told(Lang::Zh), told(Lang::En));
    (n > 0).then(|| {
        Text::new(
            format!("预测所用的数据有 {n} 处要看(全部见学生数预测)：{zh}"),
            format!("the data of the forecast have {n} findings (the forecast lists all): {en}"),
        )
    })
}

/// The seed and the safety net that the user asked for, under the watch of whoever runs the command.
pub(crate) fn asked<'a>(matches: &ArgMatches, context: &'a Context) -> Result<Run<'a>, Failure> {
    let seed = cli::seed(matches);
    let seconds = matches.get_one::<f64>("time-limit").copied();
    let limit = Duration::try_from_secs_f64(seconds.unwrap_or(60.0)).map_err(|_error| {
        Failure::usage(Text::new(
            "--time-limit 应是不小于 0 的秒数",
            "--time-limit wants a number of seconds, not below 0",
        ))
    })?;
    let threads = match matches.try_get_one::<u16>("threads") {
        Ok(Some(threads)) => usize::from(*threads),
        _ => std::thread::available_parallelism().map_or(1, usize::from),
    };
    let run = Run::new(seed, limit).on(threads);
    Ok(match &context.watch {
        Some(watch) => watch.over(run),
        None => run,
    })
}

//! `junheng forecast`: how many children, by school and grade or by township.

use clap::builder::PossibleValuesParser;
use clap::{ArgMatches, Command, value_parser};
use junheng_core::model::{Sheet, TableId};
use junheng_core::text::Lang;
use junheng_intake::write;
use junheng_plan::forecast::{Forecast, History, Quantile, Row, backtest, forecast};

use super::{Entry, applied, wrote};
use crate::cli::{self, Words};
use crate::error::Failure;
use crate::{Context, input, print, views};

pub(crate) const ENTRY: Entry = Entry {
    name: "forecast",
    command,
    run,
};

/// The tables a forecast uses.
pub(crate) const FORECAST: &[TableId] = &[
    TableId::County,
    TableId::Schools,
    TableId::EnrolmentHistory,
    TableId::Births,
    TableId::Preschool,
    TableId::Housing,
    TableId::ForecastAdjustments,
    TableId::Sections,
];

fn command(words: Words) -> Command {
    words
        .command(
            "forecast",
            "预测：今后各年各校各年级(或各乡镇)有多少学生，附区间",
            "Enrolment of coming years by school and grade or township, with intervals",
        )
        .arg(words.bundle())
        .arg(years(words))
        .arg(
            words
                .option(
                    "by",
                    "WHOM",
                    "按学校(school，默认)或按乡镇(township)列出",
                    "A row per school (the default) or per township",
                )
                .value_parser(PossibleValuesParser::new(["school", "township"]))
                .default_value("school")
                .hide_possible_values(true)
                .hide_default_value(true),
        )
        .arg(
            words
                .option(
                    "backtest",
                    "N",
                    "回测：从最近 N 个年份分别预测，与后来的实际比较",
                    "Hold-out report: forecasts from each of the last N years against what came",
                )
                .value_parser(value_parser!(u16).range(1..=100)),
        )
        .arg(words.flag(
            "explain",
            "说明每个数由什么得来(升级比例、出生、登记、毕业生、权重)",
            "Say what drives each number: cohort, births, register, leavers, weights",
        ))
        .arg(words.seed())
        .arg(
            words
                .out("FILE.csv", "写入的 CSV 文件", "The CSV file to write")
                .required(false),
        )
        .arg(words.option(
            "applied",
            "DIR",
            "把预测最后一年的全县数据写入文件夹，可评估、可规划",
            "Write the county of the last year ahead: to be judged, and planned",
        ))
        .arg(
            words
                .option(
                    "students",
                    "WHICH",
                    "--applied 的学生数：mean(默认)、p10 或 p90",
                    "The students of --applied: mean (the default), p10 or p90",
                )
                .value_parser(PossibleValuesParser::new(["mean", "p10", "p90"]))
                .default_value("mean")
                .hide_possible_values(true)
                .hide_default_value(true),
        )
        .arg(words.mapping())
        .arg(words.json())
        .arg(words.timing())
}

/// `--years`.
pub(crate) fn years(words: Words) -> clap::Arg {
    words
        .option("years", "N", "预测年数，1 至 30", "Years ahead, 1 to 30")
        .default_value("3")
        .value_parser(value_parser!(u16).range(1..=30))
}

fn run(matches: &ArgMatches, context: &Context) -> Result<String, Failure> {
    let whole = |id: &str| matches.get_one::<u16>(id).copied().map(usize::from);
    let seed = cli::seed(matches);
    let township = cli::text(matches, "by") == Some("township");
    let intake = input::read(matches, "bundle", FORECAST)?;
    let mut findings = intake.findings;
    let made = match forecast(&intake.snapshot, whole("years").unwrap_or(3), seed) {
        Ok(mut made) => {
            findings.append(&mut made.findings);
            Some(made)
        }
        Err(finding) => {
            findings.push(*finding);
            None
        }
    };
    let held_out = whole("backtest").and_then(|origins| {
        let (history, _) = History::read(&intake.snapshot).ok()?;
        Some(backtest(&history, origins, seed))
    });
    let result = print::Forecast {
        made: made.as_ref(),
        rows: made.as_ref().map_or_else(Vec::new, |f| {
            if township {
                f.by_township()
            } else {
                f.by_school()
            }
        }),
        county: made.as_ref().map_or_else(Vec::new, |f| f.of_county()),
        held_out: held_out.as_ref(),
        findings: &findings,
        explain: matches.get_flag("explain"),
    };
    if let Some(made) = &made {
        write_county(matches, made, context.lang)?;
    }
    if let Some(out) = cli::text(matches, "out") {
        let path = std::path::Path::new(out);
        let bytes = write::csv_bytes(&sheet(&result, township))
            .and_then(|bytes| write::write_file(path, &bytes).map(|()| bytes.len()));
        bytes.map_err(|e| Failure::file(path, &e))?;
        wrote(path, context.lang);
    }
    Ok(if context.json {
        views::forecast(&result, &intake.digest, context)
    } else {
        print::forecast(&result, context)
    })
}

/// Writes the county of the last year, where the option asks for it.
fn write_county(matches: &ArgMatches, made: &Forecast, lang: Lang) -> Result<(), Failure> {
    let at = match cli::text(matches, "students") {
        Some("p10") => Quantile::Low,
        Some("p90") => Quantile::High,
        _ => Quantile::Base,
    };
    let last = made.years.saturating_sub(1);
    applied::write(matches, lang, |county| {
        made.snapshot(county, last, &made.at_quantile(last, at))
    })
}

/// The rows as a CSV table, with the ids of the JSON.
fn sheet(result: &print::Forecast, township: bool) -> Sheet {
    let whose = if township { "township" } else { "school_id" };
    let header = [
        whose, "stage", "year", "grade", "mean", "p10", "p50", "p90", "adjusted", "reason",
    ];
    let line = |row: &Row| {
        let adjusted = row.adjusted.as_ref();
        vec![
            result.place_id(row).to_owned(),
            row.level.id().to_owned(),
            row.year.to_string(),
            row.grade.map_or("all".to_owned(), |g| g.to_string()),
            row.mean.to_string(),
            row.p10.to_string(),
            row.p50.to_string(),
            row.p90.to_string(),
            adjusted.map_or(String::new(), |a| a.students.to_string()),
            adjusted.map_or(String::new(), |a| a.reason.clone()),
        ]
    };
    Sheet {
        table: TableId::EnrolmentHistory,
        header: header.map(str::to_owned).to_vec(),
        rows: result.rows.iter().map(line).collect(),
    }
}

//! `junheng forecast`: how many children, by school and grade or by township.

use clap::builder::PossibleValuesParser;
use clap::{ArgMatches, Command, value_parser};
use junheng_core::model::{Sheet, Snapshot, TableId};
use junheng_core::text::{Lang, Text};
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
                    "target-year",
                    "YEAR",
                    "预测到哪一学年(学年起始年)，代替 --years",
                    "The school year to forecast up to, in place of --years",
                )
                .conflicts_with("years")
                .value_parser(value_parser!(i16).range(1980..=2130)),
        )
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

/// Most years ahead.
const MOST: usize = 30;

/// `--years`.
pub(crate) fn years(words: Words) -> clap::Arg {
    words
        .option("years", "N", "预测年数，1 至 30", "Years ahead, 1 to 30")
        .default_value("3")
        .value_parser(value_parser!(u16).range(1..=30))
}

fn run(matches: &ArgMatches, context: &Context) -> Result<String, Failure> {
    let seed = cli::seed(matches);
    let township = cli::text(matches, "by") == Some("township");
    let intake = input::read(matches, "bundle", FORECAST)?;
    let years = ahead(matches, &intake.snapshot)?;
    let mut findings = intake.findings;
    let made = match forecast(&intake.snapshot, years, seed) {
        Ok(mut made) => {
            findings.append(&mut made.findings);
            Some(made)
        }
        Err(finding) => {
            findings.push(*finding);
            None
        }
    };
    let origins = matches.get_one::<u16>("backtest").copied().map(usize::from);
    let held_out = origins.and_then(|origins| {
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
        write_county(matches, made, &intake.snapshot, context.lang)?;
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

/// How many years ahead: as many as asked for, or up to the school year that was named.
fn ahead(matches: &ArgMatches, county: &Snapshot) -> Result<usize, Failure> {
    let years = matches
        .get_one::<u16>("years")
        .copied()
        .map_or(3, usize::from);
    let target = matches.get_one::<i16>("target-year").copied();
    let Some((target, (history, _))) = target.zip(History::read(county).ok()) else {
        return Ok(years);
    };
    let last = history.last_year();
    match usize::try_from(target - last) {
        Ok(years @ 1..=MOST) => Ok(years),
        _ => Err(Failure::usage(Text::new(
            format!(
                "历年学生数到 {last} 年为止，只能预测 {} 至 {} 年，不能预测 {target} 年；请另选学年",
                last + 1,
                usize::from(last.unsigned_abs()) + MOST
            ),
            format!(
                "the known students end with {last}: {} to {} can be forecast, {target} cannot; choose another year",
                last + 1,
                usize::from(last.unsigned_abs()) + MOST
            ),
        ))),
    }
}

/// Writes the county of the last year, where the option asks for it.
fn write_county(
    matches: &ArgMatches,
    made: &Forecast,
    county: &Snapshot,
    lang: Lang,
) -> Result<(), Failure> {
    if cli::text(matches, "applied").is_some() && made.ahead(county) >= made.years {
        let own = county.school_year().unwrap_or_default();
        return Err(Failure::usage(Text::new(
            format!("这份数据已是 {own} 学年的；要写出的全县须是更晚的学年，请预测到更晚的年份"),
            format!(
                "the bundle is of {own} already: the county to be written is one of a later year, so forecast further ahead"
            ),
        )));
    }
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

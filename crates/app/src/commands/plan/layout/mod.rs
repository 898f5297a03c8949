//! `junheng plan layout`: which schools open, close, are extended or merged.

mod files;

use std::path::Path;

use clap::{ArgMatches, Command, value_parser};
use junheng_core::finding::Finding;
use junheng_core::model::{Snapshot, Stage, TableId};
use junheng_core::text::Text;
use junheng_plan::forecast::{History, Quantile, Year, forecast};
use junheng_plan::layout::{self, Asked, Outlook, Rules, Sizes, TABLES};
use junheng_plan::places::class_size;

use super::super::forecast::FORECAST;
use super::{Entry, applied, asked, of_forecast, unusable, wrote};
use crate::cli::{self, Words};
use crate::error::Failure;
use crate::packs::Wanted;
use crate::{Context, packs, print, views};

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
                    "分几期规划(逐年)，各期学生数按预测",
                    "Plan for so many periods (years), with the children of the forecast",
                )
                .default_value("1")
                .value_parser(value_parser!(u32).range(1..=30)),
        )
        .arg(
            words
                .option(
                    "scenarios",
                    "N",
                    "用预测的几种情景；方案在每种情景下都可行，路程按概率平均",
                    "So many scenarios of the forecast; the plan holds in each, travel is their mean",
                )
                .default_value("1")
                .value_parser(value_parser!(u16).range(1..=50)),
        )
        .arg(
            number(
                words,
                "growth",
                "SHARE",
                "不用预测，学生数每期按此比例变化，如 -0.03",
                "Instead of the forecast: change of the number of children per period, as -0.03",
            )
            .allow_negative_numbers(true)
            .conflicts_with("scenarios"),
        )
        .arg(words.flag(
            "split",
            "居住单元可以拆分到几所学校",
            "Blocks may be split between schools",
        ))
        .arg(
            words
                .option(
                    "classes",
                    "N,N",
                    "新建和扩建只取这些标准班数，如 12,18,24,30；学位数 = 班数 × 班额，费用按校址表内插",
                    "Build and extend only to these numbers of classes, as 12,18,24,30; places are classes × class size, costs lie between the site's rows",
                )
                .value_delimiter(',')
                .value_parser(value_parser!(u32).range(1..=200)),
        )
        .arg(
            number(
                words,
                "class-size",
                "N",
                "标准班额(人)，默认取现行标准的班额上限(小学 45，初中 50)",
                "Students of a class; by default the limit of the standard in force (45, junior 50)",
            )
            .requires("classes"),
        )
        .arg(words.flag(
            "close-protected",
            "允许撤销教学点和乡村学校(默认保留)",
            "Teaching points and rural schools may close (they stay by default)",
        ))
        .arg(words.option(
            "out",
            "DIR",
            "写入方案文件的文件夹：去向、校址、撤并影响、撤并前须做(CSV 和工作簿)",
            "Folder for the plan's files: who goes where, sites, closures (CSV and a workbook)",
        ))
        .arg(applied::option(words))
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
    let years = Years {
        stage: stage.unwrap_or(Stage::Primary),
        periods: matches.get_one::<u32>("periods").copied().unwrap_or(1) as usize,
        scenarios: usize::from(matches.get_one::<u16>("scenarios").copied().unwrap_or(1)),
        growth: amount(matches, "growth", -1.0)?,
        seed: run.seed,
    };
    let mut tables = TABLES.to_vec();
    if years.by_forecast() {
        tables.extend(FORECAST.iter().filter(|t| !TABLES.contains(t)));
    }
    let intake = super::read(matches, years.stage, &tables, &[TableId::Roads])?;
    let refused = |found| {
        let mut findings = intake.findings.clone();
        findings.extend(found);
        Failure::Refused(findings)
    };
    let (outlook, notes) = years.outlook(&intake.snapshot).map_err(refused)?;
    let asked = Asked {
        stage: years.stage,
        rules,
        close_protected: matches.get_flag("close-protected"),
        sizes: sizes(matches, &intake.snapshot, years.stage)?,
        outlook,
    };
    let mut reading = layout::read(&intake.snapshot, asked).map_err(refused)?;
    reading.notes.extend(notes);
    reading.notes.extend(unusable(&intake));
    if years.periods > 1 && matches.contains_id("applied") {
        reading.notes.push(Text::new(
            "--applied 写出的是最后一期的学校与划片，学生数仍是今天的；再规划前请更新学生数",
            "--applied writes schools and blocks of the last period, with the children of today: bring those up to date before planning again",
        ));
    }
    let outcome = layout::plan(&reading.problem, &run);
    let result = print::Layout {
        snapshot: &intake.snapshot,
        reading: &reading,
        outcome: &outcome,
    };
    if let Some(plan) = &outcome.plan {
        context.writing();
        if let Some(out) = cli::text(matches, "out") {
            files::write(&result, plan, Path::new(out), context.lang)?;
            wrote(Path::new(out), context.lang);
        }
        applied::write(matches, context.lang, |county| {
            layout::apply(county, &reading.problem, plan)
        })?;
    }
    Ok(if context.json {
        views::layout(&result, &intake.digest, context)
    } else {
        print::layout(&result, context)
    })
}

/// The standard sizes that are asked for.
fn sizes(matches: &ArgMatches, county: &Snapshot, stage: Stage) -> Result<Option<Sizes>, Failure> {
    let Some(classes) = matches.get_many::<u32>("classes") else {
        return Ok(None);
    };
    let mut classes: Vec<u32> = classes.copied().collect();
    classes.sort_unstable();
    classes.dedup();
    let given = amount(matches, "class-size", 1.0)?;
    let class_size = match given {
        Some(size) => Some(size),
        None => class_size(&packs::standard(&Wanted::default(), county)?, stage),
    };
    let class_size = class_size.ok_or_else(|| {
        Failure::usage(Text::new(
            "现行标准没有班额上限，请用 --class-size 给出",
            "the standard in force has no class size: give --class-size",
        ))
    })?;
    Ok(Some(Sizes {
        classes,
        class_size,
    }))
}

/// The coming years that are planned for.
struct Years {
    stage: Stage,
    periods: usize,
    scenarios: usize,
    growth: Option<f64>,
    seed: u64,
}

impl Years {
    fn by_forecast(&self) -> bool {
        self.growth.is_none() && (self.periods > 1 || self.scenarios > 1)
    }

    /// Children by period and scenario, and what was taken for granted; none is today.
    ///
    /// # Errors
    /// Scenarios without a past to forecast from.
    fn outlook(&self, today: &Snapshot) -> Result<(Vec<Outlook>, Vec<Text>), Vec<Finding>> {
        if let Some(growth) = self.growth {
            let mut factor = 1.0;
            let period = |period| {
                factor *= 1.0 + growth;
                Outlook::of(today, self.stage, period, 1.0).grown(factor)
            };
            return Ok(((0..self.periods).map(period).collect(), Vec::new()));
        }
        if !self.by_forecast() {
            return Ok((Vec::new(), Vec::new()));
        }
        if today.rows(TableId::EnrolmentHistory) == 0 && self.scenarios == 1 {
            let period = |period| Outlook::of(today, self.stage, period, 1.0);
            let note = Text::new(
                "没有历年在校生表(enrolment_history)，各期学生数按今天不变；可用 --growth 给出变化",
                "Without a table of past enrolment the children of all periods are those of today; --growth gives a change",
            );
            return Ok(((0..self.periods).map(period).collect(), vec![note]));
        }
        // Periods are the years after the county's; the forecast may begin before them.
        let (history, _) = History::read(today).map_err(|f| vec![*f])?;
        let now = today.school_year().unwrap_or(history.last_year());
        let before = usize::try_from(now - history.last_year()).unwrap_or(0);
        let made = forecast(today, before + self.periods, self.seed).map_err(|f| vec![*f])?;
        let mut outlook = Vec::new();
        let scenarios = match self.scenarios {
            1 => Vec::new(),
            many => made.scenarios(many),
        };
        for period in 0..self.periods {
            let step = before + period;
            let mut add = |students: &[Year], weight| {
                let then = made.snapshot(today, step, students);
                outlook.push(Outlook::of(&then, self.stage, period, weight));
            };
            if scenarios.is_empty() {
                add(&made.at_quantile(step, Quantile::Base), 1.0);
            }
            for scenario in scenarios.iter().filter(|s| s.probability > 0.0) {
                add(&scenario.years[step], scenario.probability);
            }
        }
        let mut notes = vec![Text::new(
            "学生数取自预测：居住单元按其现在就读学校的变化推算",
            "Children are those of the forecast: a block follows the school it goes to today",
        )];
        notes.extend(of_forecast(&made.findings));
        Ok((outlook, notes))
    }
}

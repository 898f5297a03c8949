//! `junheng plan path`: the cheapest path to certification.

mod files;
mod page;
mod students;
pub(crate) mod told;

use std::collections::BTreeMap;
use std::path::Path;

use clap::{ArgMatches, Command, value_parser};
use junheng_core::evaluate::evaluate;
use junheng_core::model::{Field, Snapshot, Table, TableId};
use junheng_core::standard::Standard;
use junheng_core::text::Text;
use junheng_core::verdict::Verdict;
use junheng_plan::path::{self, Options, Plan};

use super::{Entry, applied, asked, threads, unusable, wrote};
use crate::cli::{self, Words};
use crate::commands::forecast::FORECAST;
use crate::commands::{EVALUATED, wanted};
use crate::error::Failure;
use crate::{Context, input, packs, print, views};
use students::Students;
use told::{Told, YearSum, count};

pub(crate) const ENTRY: Entry = Entry {
    name: "path",
    command,
    run,
};

/// Points of the curve.
const POINTS: usize = 8;

fn command(words: Words) -> Command {
    let command = words
        .command(
            "path",
            "达标路径：哪一年、在哪所学校、做什么，花钱最少",
            "The cheapest path to certification: what to do where and when",
        )
        .arg(words.bundle());
    let year = |id, zh, en| {
        words
            .option(id, "Y", zh, en)
            .value_parser(value_parser!(i16).range(1990..=2200))
    };
    words
        .standard(command)
        .arg(year(
            "target-year",
            "目标年(学年起始年，默认数据的下一年)",
            "School year by which all holds (default: the one after the bundle's)",
        ))
        .arg(year(
            "from-year",
            "最早可花钱的年份(默认数据的下一年，或预算表中更早的年份)",
            "First year with money (default: the one after the bundle's, or an earlier budget)",
        ))
        .arg(
            words
                .option(
                    "horizon",
                    "N",
                    "目标年之后再保持 N 年",
                    "Everything still holds N more years",
                )
                .default_value("0")
                .value_parser(value_parser!(u16).range(0..=30)),
        )
        .arg(words.flag(
            "forecast",
            "在校生按预测的较高值(p90)计算，不按现状不变",
            "Students as forecast, cautiously (p90), instead of constant",
        ))
        .arg(words.option(
            "school",
            "ID",
            "只规划这一所学校",
            "Plan for this school only",
        ))
        .arg(
            words
                .option(
                    "yuan",
                    "X",
                    "只有 X 元(各年合计)时，能让多少学段达标",
                    "How many sections pass with X yuan in all",
                )
                .value_parser(value_parser!(f64)),
        )
        .arg(words.flag(
            "curve",
            "再算：有多少钱能让多少个学段达标",
            "Also: how far which sum goes",
        ))
        .arg(words.flag(
            "prices",
            "再算：哪一条规定最费钱",
            "Also: which single rule costs most",
        ))
        .arg(words.option(
            "out",
            "DIR",
            "把措施表(CSV、xlsx)、图和一页说明写入文件夹",
            "Write the actions (CSV, xlsx), a chart and one page to a folder",
        ))
        .arg(
            words
                .option(
                    "budget-yuan",
                    "N",
                    "每年可用的资金(元)，代替预算表",
                    "Yuan to spend each year, instead of the table of budgets",
                )
                .value_parser(value_parser!(f64)),
        )
        .arg(applied::option(words))
        .arg(threads(words))
        .arg(words.mapping())
        .arg(words.json())
        .arg(words.timing())
}

fn run(matches: &ArgMatches, context: &Context) -> Result<String, Failure> {
    let wanted = wanted(matches)?;
    let limits = asked(matches, context)?;
    let forecast = matches.get_flag("forecast");
    let mut tables: Vec<TableId> = EVALUATED.to_vec();
    tables.extend([TableId::UnitCosts, TableId::Budgets]);
    tables.extend(FORECAST.iter().filter(|_| forecast));
    tables.sort_unstable();
    tables.dedup();
    let mut intake = input::read(matches, "bundle", &tables)?;
    let options = options(matches, &intake.snapshot)?;
    if let Some(yuan) = cli::amount(matches, "budget-yuan")? {
        let years = options.first..=options.target;
        intake
            .snapshot
            .tables
            .insert(TableId::Budgets, each_year(yuan, years));
    }
    let base = &intake.snapshot;
    let standard = packs::standard(&wanted, base)?;
    let students = if forecast {
        Students::forecast(base, &options, limits.seed)
    } else {
        Students::constant()
    };
    let judged = &students.judged;
    let failed = |e: path::PathError| Failure::Usage(e.0);
    let mut plan = path::plan(base, judged, &standard, &options, &limits).map_err(failed)?;
    plan.notes.extend(students.notes.iter().cloned());
    plan.notes.extend(unusable(&intake));
    let check = path::check(base, judged, &standard, &plan);
    let before = evaluate(base, &standard);
    let last = path::county_of(base, judged, plan.last);
    let after = evaluate(&plan.county(&standard, base, last, plan.last), &standard);
    let years = years(base, judged, &standard, &plan, &options);
    let mut curve = None;
    if matches.get_flag("curve") {
        let points = path::curve(base, judged, &standard, &options, POINTS, &limits);
        curve = Some(points.map_err(failed)?);
    }
    let mut prices = None;
    if matches.get_flag("prices") {
        let found = path::rule_prices(base, judged, &standard, &options, &limits);
        prices = Some(found.map_err(failed)?);
    }
    if limits.stopped() && (curve.is_some() || prices.is_some()) {
        // Half an answer would be a wrong one.
        (curve, prices) = (None, None);
        plan.notes.push(Text::new(
            "时间不够，没有算完投入曲线和各项规定的代价；请用 --time-limit 给更多时间",
            "too little time for the curve and the price of each rule; give more with --time-limit",
        ));
    }
    let told = Told {
        base,
        standard: &standard,
        plan: &plan,
        check: &check,
        options: &options,
        students: &students,
        before: &before,
        after: &after,
        years: &years,
        curve: curve.as_deref(),
        prices: prices.as_deref(),
    };
    context.writing();
    applied::write(matches, context.lang, |county| {
        plan.county(&standard, county, county, plan.last)
    })?;
    if let Some(out) = cli::text(matches, "out") {
        files::write(&told, Path::new(out))?;
        wrote(Path::new(out), context.lang);
    }
    Ok(if context.json {
        views::path(&told, &intake.digest, context)
    } else {
        print::path(&told, context)
    })
}

/// The same sum in each of these years.
fn each_year(yuan: f64, years: std::ops::RangeInclusive<i16>) -> Table {
    let mut table = Table::new();
    table.add_column(Field::BudgetYear);
    table.add_column(Field::BudgetYuan);
    for year in years {
        let row = table.push_row();
        table.set_number(Field::BudgetYear, row, f64::from(year), None);
        table.set_number(Field::BudgetYuan, row, yuan, None);
    }
    table
}

fn options(matches: &ArgMatches, base: &Snapshot) -> Result<Options, Failure> {
    let asked = |id: &str| matches.get_one::<i16>(id).copied();
    let known = base.school_year();
    let year = known.or_else(|| asked("target-year").map(|y| y - 1));
    let Some(year) = year else {
        return Err(Failure::usage(Text::new(
            "county 没有 school_year(学年)，不知道从哪一年规划；请补填，或用 --target-year 指定",
            "the table of the county has no school year (school_year), so there is no year to plan from; fill it in or give --target-year",
        )));
    };
    let plain = Options::after(year);
    let budgets = (0..base.rows(TableId::Budgets))
        .filter_map(|row| base.number(Field::BudgetYear, row))
        .map(|y| y as i16)
        .filter(|y| *y >= year)
        .min();
    let first =
        asked("from-year").unwrap_or_else(|| budgets.map_or(plain.first, |b| b.min(plain.first)));
    Ok(Options {
        purse: cli::amount(matches, "yuan")?,
        target: asked("target-year").unwrap_or(plain.target),
        horizon: matches.get_one::<u16>("horizon").copied().unwrap_or(0),
        first,
        school: cli::text(matches, "school").map(str::to_owned),
        ..plain
    })
}

/// Money and verdicts of each year from the first to the last.
fn years(
    base: &Snapshot,
    judged: &BTreeMap<i16, Snapshot>,
    standard: &Standard,
    plan: &Plan,
    options: &Options,
) -> Vec<YearSum> {
    let frame = junheng_core::evaluate::Frame::new(base, standard);
    let yuan = |year: i16| {
        let steps = plan.steps.iter().filter(|s| s.year == year);
        steps
            .filter_map(|s| Some(plan.yuan(s, frame.sections.get(s.section)?.stage?)))
            .sum()
    };
    let one = |year: i16| {
        let county = path::county_of(base, judged, year);
        let evaluation = evaluate(&plan.county(standard, base, county, year), standard);
        let above = evaluation.variations.iter();
        YearSum {
            year,
            yuan: yuan(year),
            budget: plan.prices.budgets.get(&year).copied(),
            sections: count(&evaluation),
            cv_above: above.filter(|v| v.verdict == Some(Verdict::NotMet)).count(),
        }
    };
    (options.first..=plan.last).map(one).collect()
}

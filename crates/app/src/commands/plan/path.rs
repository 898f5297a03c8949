//! `junheng plan path`: the cheapest path to certification.

use std::collections::BTreeMap;

use clap::{ArgMatches, Command, value_parser};
use junheng_core::evaluate::{Evaluation, evaluate};
use junheng_core::model::{Field, Snapshot, Stage, Table, TableId};
use junheng_core::standard::Standard;
use junheng_core::text::{Lang, Text};
use junheng_core::verdict::Verdict;
use junheng_plan::path::{self, Check, CurvePoint, Options, Plan, RulePrice, Step};
use junheng_plan::run::Run;

use super::{Entry, applied, asked, path_files};
use crate::cli::{self, Words};
use crate::commands::{EVALUATED, wanted};
use crate::error::Failure;
use crate::{Context, input, packs, print, views};

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
        .arg(words.option(
            "school",
            "ID",
            "只规划这一所学校",
            "Plan for this school only",
        ))
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
        .arg(words.mapping())
        .arg(words.json())
        .arg(words.timing())
}

/// A plan with all that is told of it.
pub(crate) struct Told<'a> {
    pub(crate) base: &'a Snapshot,
    pub(crate) standard: &'a Standard,
    pub(crate) plan: &'a Plan,
    pub(crate) check: &'a Check,
    pub(crate) options: &'a Options,
    pub(crate) before: &'a Evaluation,
    /// In the last judged year.
    pub(crate) after: &'a Evaluation,
    pub(crate) years: &'a [YearSum],
    pub(crate) curve: Option<&'a [CurvePoint]>,
    pub(crate) prices: Option<&'a [RulePrice]>,
}

/// One year of a plan.
pub(crate) struct YearSum {
    pub(crate) year: i16,
    pub(crate) yuan: f64,
    pub(crate) budget: Option<f64>,
    /// Sections in scope: met, not met, undetermined.
    pub(crate) sections: [usize; 3],
    /// Coefficients above their limit.
    pub(crate) cv_above: usize,
}

impl Told<'_> {
    pub(crate) fn stage(&self, row: usize) -> Option<Stage> {
        self.before.sections.get(row).and_then(|s| s.stage)
    }

    pub(crate) fn school(&self, row: usize) -> (&str, &str) {
        let section = self.before.sections.get(row);
        section.map_or(("", ""), |s| (s.school_id.as_str(), s.name.as_str()))
    }

    pub(crate) fn yuan(&self, step: &Step) -> f64 {
        let stage = self.stage(step.section);
        stage.map_or(0.0, |stage| self.plan.yuan(step, stage))
    }

    pub(crate) fn indicator(&self, index: usize) -> &str {
        let indicator = self.standard.indicators.get(index);
        indicator.map_or("", |i| i.id.as_str())
    }
}

/// Met, not met and undetermined sections in scope.
pub(crate) fn count(evaluation: &Evaluation) -> [usize; 3] {
    let mut all = [0; 3];
    for section in evaluation.sections.iter().filter(|s| s.in_scope()) {
        match section.verdict {
            Some(Verdict::Met) => all[0] += 1,
            Some(Verdict::NotMet) => all[1] += 1,
            _ => all[2] += 1,
        }
    }
    all
}

fn run(matches: &ArgMatches, context: &Context) -> Result<String, Failure> {
    let wanted = wanted(matches)?;
    let limits = asked(matches, context)?;
    let tables: Vec<TableId> = EVALUATED
        .iter()
        .copied()
        .chain([TableId::UnitCosts, TableId::Budgets])
        .collect();
    let mut intake = input::read(matches, "bundle", &tables)?;
    let options = options(matches, &intake.snapshot)?;
    if let Some(yuan) = budget(matches)? {
        let years = options.first..=options.target;
        intake
            .snapshot
            .tables
            .insert(TableId::Budgets, each_year(yuan, years));
    }
    let base = &intake.snapshot;
    let standard = packs::standard(&wanted, base)?;
    let judged: BTreeMap<i16, Snapshot> = BTreeMap::new();
    let failed = |e: path::PathError| Failure::Usage(e.0);
    let plan = path::plan(base, &judged, &standard, &options, &limits).map_err(failed)?;
    let check = path::check(base, &judged, &standard, &plan);
    let before = evaluate(base, &standard);
    let after = evaluate(&plan.county(&standard, base, base, plan.last), &standard);
    let years = years(base, &standard, &plan, &options);
    let more = |flag: &str| matches.get_flag(flag);
    let again = || asked(matches, context);
    let curve = if more("curve") {
        let run: Run<'_> = again()?;
        let points = path::curve(base, &judged, &standard, &options, POINTS, &run);
        Some(points.map_err(failed)?)
    } else {
        None
    };
    let prices = if more("prices") {
        let run: Run<'_> = again()?;
        let prices = path::rule_prices(base, &judged, &standard, &options, &run);
        Some(prices.map_err(failed)?)
    } else {
        None
    };
    let told = Told {
        base,
        standard: &standard,
        plan: &plan,
        check: &check,
        options: &options,
        before: &before,
        after: &after,
        years: &years,
        curve: curve.as_deref(),
        prices: prices.as_deref(),
    };
    applied::write(matches, |county| {
        plan.county(&standard, county, county, plan.last)
    })?;
    if cli::text(matches, "out").is_some() {
        path_files::write(&told, &cli::path(matches, "out"))?;
    }
    Ok(if context.json {
        views::path(&told, &intake.digest, context)
    } else {
        print::path(&told, context)
    })
}

/// `--budget-yuan`.
fn budget(matches: &ArgMatches) -> Result<Option<f64>, Failure> {
    match matches.get_one::<f64>("budget-yuan").copied() {
        Some(x) if !x.is_finite() || x < 0.0 => Err(Failure::usage(Text::new(
            "--budget-yuan 应是不小于 0 的数",
            "--budget-yuan wants a number not below 0",
        ))),
        other => Ok(other),
    }
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
            "county has no school_year, so there is no year to plan from; fill it in or give --target-year",
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
        target: asked("target-year").unwrap_or(plain.target),
        horizon: matches.get_one::<u16>("horizon").copied().unwrap_or(0),
        first,
        school: cli::text(matches, "school").map(str::to_owned),
        ..plain
    })
}

/// Money and verdicts of each year from the first to the last.
fn years(base: &Snapshot, standard: &Standard, plan: &Plan, options: &Options) -> Vec<YearSum> {
    let frame = junheng_core::evaluate::Frame::new(base, standard);
    let yuan = |year: i16| {
        let steps = plan.steps.iter().filter(|s| s.year == year);
        steps
            .filter_map(|s| Some(plan.yuan(s, frame.sections.get(s.section)?.stage?)))
            .sum()
    };
    let one = |year: i16| {
        let evaluation = evaluate(&plan.county(standard, base, base, year), standard);
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

/// A sentence of why a section fails.
pub(crate) fn because(told: &Told<'_>, late: &path::Late) -> Text {
    use path::Reason;
    let id = late.indicator.map_or("", |i| told.indicator(i));
    let from = |lang: Lang| match (late.earliest, lang) {
        (Some(year), Lang::Zh) => format!("最早 {year} 年"),
        (Some(year), Lang::En) => format!("from {year} at the earliest"),
        (None, Lang::Zh) => "在现有单价表下无法达到".to_owned(),
        (None, Lang::En) => "never, as unit_costs stands".to_owned(),
    };
    match late.reason {
        Reason::Lead(action) => Text::new(
            format!(
                "{id}：{}要过几年才见效，{}",
                action.title().zh,
                from(Lang::Zh)
            ),
            format!(
                "{id}: to {} takes years to count, {}",
                action.title().en,
                from(Lang::En)
            ),
        ),
        Reason::Limit(action) => Text::new(
            format!("{id}：{}每年有上限，{}", action.title().zh, from(Lang::Zh)),
            format!(
                "{id}: the yearly limit to {}, {}",
                action.title().en,
                from(Lang::En)
            ),
        ),
        Reason::Forbidden => Text::new(
            format!("{id}：没有允许的措施能提高它"),
            format!("{id}: no action that is allowed raises it"),
        ),
        Reason::Budget => Text::new(
            "资金或师资不够，用在别的学段能让更多学段达标",
            "money or staff are short and let more sections pass elsewhere",
        ),
    }
}

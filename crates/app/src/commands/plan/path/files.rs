//! The files of `plan path --out`: tables for the budget office, a chart, one page in Chinese.

use std::path::Path;

use junheng_core::evaluate::{Evaluation, SectionResult, VariationResult};
use junheng_core::model::Stage;
use junheng_core::text::Lang;
use junheng_core::verdict::Verdict;
use junheng_intake::sheets::{Page, Value, csv, workbook};
use junheng_paper::model::Picture;
use junheng_plan::path::Action;

use super::page::page;
use super::told::{Told, because};
use crate::commands::{is_synthetic, rounded, write_together};
use crate::error::Failure;
use crate::print::path_words::rule;

/// Writes every file into the folder, which is made where it is missing.
pub(crate) fn write(told: &Told<'_>, folder: &Path) -> Result<(), Failure> {
    let actions = actions(told);
    let mut pages = vec![
        by_year(told),
        actions.clone(),
        progress(told),
        verdicts(told),
    ];
    pages.extend([by_indicator(told), variation(told)]);
    pages.extend(curve(told));
    pages.extend(prices(told));
    let book =
        workbook(&pages, &[]).map_err(|e| Failure::file(folder, &std::io::Error::other(e)))?;
    let paper = junheng_paper::docx(&page(told)).map_err(Failure::Other)?;
    write_together(
        folder,
        &[
            ("path.csv", csv(&actions)),
            ("path.xlsx", book),
            ("path.svg", chart(told).svg.into_bytes()),
            ("path.docx", paper),
        ],
    )
}

fn sheet(
    told: &Told<'_>,
    id: &'static str,
    name: &str,
    head: &[&str],
    rows: Vec<Vec<Value>>,
) -> Page {
    let mark = if is_synthetic(told.base) {
        "（合成数据）"
    } else {
        ""
    };
    Page {
        id,
        name: name.to_owned(),
        title: format!("{}达标路径：{name}{mark}", told.base.county_name()),
        head: head.iter().map(|h| (*h).to_owned()).collect(),
        rows,
    }
}

fn whole(n: usize) -> Value {
    Value::Number(n as f64)
}

fn year(year: i16) -> Value {
    Value::Number(f64::from(year))
}

/// Words, or nothing.
fn blank() -> Value {
    Value::from("")
}

fn action_price(told: &Told<'_>, action: Action) -> Value {
    let price = |stage| Some(told.plan.prices.of(action, stage)?.yuan);
    match Stage::JUDGED.map(price) {
        [Some(a), Some(b)] if a != b => blank(),
        [Some(a), _] | [None, Some(a)] => Value::Amount(a),
        [None, None] => blank(),
    }
}

/// What each year is to pay for, with a sum per year and over all.
fn by_year(told: &Told<'_>) -> Page {
    let mut rows = Vec::new();
    for of in told.years {
        for (action, (amount, yuan)) in told.by_action(Some(of.year)) {
            rows.push(vec![
                year(of.year),
                action.title().zh.into(),
                Value::Amount(amount as f64),
                action.unit().1.into(),
                action_price(told, action),
                Value::Amount(yuan),
                blank(),
                blank(),
            ]);
        }
        rows.push(vec![
            "合计".into(),
            format!("{} 年", of.year).into(),
            blank(),
            blank(),
            blank(),
            Value::Amount(of.yuan),
            of.budget.map_or_else(|| "不限".into(), Value::Amount),
            of.budget.map_or_else(blank, |b| Value::Amount(b - of.yuan)),
        ]);
    }
    let mut all = vec!["合计".into(), "各年".into()];
    all.extend([blank(), blank(), blank()]);
    all.push(Value::Amount(told.plan.proof.objective));
    all.extend([blank(), blank()]);
    rows.push(all);
    let head = [
        "年份",
        "措施",
        "数量",
        "单位",
        "单价(元)",
        "金额(元)",
        "预算(元)",
        "结余(元)",
    ];
    sheet(told, "by_year", "分年预算", &head, rows)
}

fn actions(told: &Told<'_>) -> Page {
    let mut rows = Vec::new();
    for step in &told.plan.steps {
        let (id, name) = told.school(step.section);
        let stage = told.stage(step.section);
        let price = stage.and_then(|s| told.plan.prices.of(step.action, s));
        let giver = step.from.map(|row| told.school(row));
        rows.push(vec![
            year(step.year),
            id.into(),
            name.into(),
            stage_name(stage),
            step.action.title().zh.into(),
            giver.map_or("", |g| g.0).into(),
            giver.map_or("", |g| g.1).into(),
            Value::Amount(step.amount as f64),
            step.action.unit().1.into(),
            price.map_or_else(blank, |p| Value::Amount(p.yuan)),
            Value::Amount(told.yuan(step)),
            price.map_or_else(blank, |p| year(step.year.saturating_add(p.lead))),
            price
                .map_or("", |p| if p.assumed { "假定" } else { "本县" })
                .into(),
        ]);
    }
    let mut all = vec!["合计".into()];
    all.extend(vec![blank(); 9]);
    all.push(Value::Amount(told.plan.proof.objective));
    all.extend([blank(), blank()]);
    rows.push(all);
    let head = [
        "年份",
        "学校标识码",
        "学校",
        "学段",
        "措施",
        "调出学校标识码",
        "调出学校",
        "数量",
        "单位",
        "单价(元)",
        "金额(元)",
        "见效年份",
        "单价来源",
    ];
    sheet(told, "actions", "逐校措施", &head, rows)
}

fn stage_name(stage: Option<Stage>) -> Value {
    stage.map_or_else(blank, |s| s.title().zh.into())
}

fn progress(told: &Told<'_>) -> Page {
    let rows = told.years.iter().map(|of| {
        let mut row = vec![year(of.year)];
        row.extend(of.sections.map(whole));
        row.push(whole(of.cv_above));
        row
    });
    let head = [
        "年份",
        "达标学段",
        "不达标学段",
        "无法判定学段",
        "超限差异系数",
    ];
    sheet(told, "progress", "达标进度", &head, rows.collect())
}

/// Each section before and after, and why it still fails.
fn verdicts(told: &Told<'_>) -> Page {
    let verdict = |s: Option<&SectionResult>| {
        let verdict = s.and_then(|s| s.verdict);
        Value::from(verdict.map_or(String::new(), |v| v.title().zh))
    };
    let in_scope = |e: &Evaluation, row: usize| e.sections.get(row).is_some_and(|s| s.in_scope());
    let rows = told
        .before
        .sections
        .iter()
        .filter(|s| in_scope(told.before, s.row) || in_scope(told.after, s.row));
    let rows = rows.map(|s| {
        let late = told.plan.late.iter().find(|l| l.section == s.row);
        let yuan = told.plan.steps.iter().filter(|p| p.section == s.row);
        vec![
            s.school_id.as_str().into(),
            s.name.as_str().into(),
            stage_name(s.stage),
            verdict(Some(s)),
            verdict(told.after.sections.get(s.row)),
            Value::Amount(yuan.map(|p| told.yuan(p)).sum()),
            late.map_or_else(blank, |l| because(told, l).zh.into()),
        ]
    });
    let head = [
        "学校标识码",
        "学校",
        "学段",
        "规划前",
        "规划后",
        "投入(元)",
        "仍不达标的原因",
    ];
    sheet(told, "sections", "学校达标情况", &head, rows.collect())
}

fn by_indicator(told: &Told<'_>) -> Page {
    let rows = told.by_indicator().into_iter().map(|of| {
        let indicator = told.standard.indicators.get(of.indicator);
        vec![
            told.indicator(of.indicator).into(),
            indicator.map_or_else(blank, |i| i.title.zh.as_str().into()),
            whole(of.below[0]),
            whole(of.below[1]),
            Value::Amount(of.yuan),
        ]
    });
    let head = [
        "指标",
        "名称",
        "规划前低于标准的学段",
        "规划后低于标准的学段",
        "相关投入(元，可重复计)",
    ];
    sheet(told, "by_indicator", "分指标", &head, rows.collect())
}

fn variation(told: &Told<'_>) -> Page {
    let number = |v: &VariationResult| {
        let cv = v.spread.and_then(|s| s.cv);
        cv.map_or_else(
            || "无法判定".into(),
            |cv| Value::Number(rounded(cv, v.limit)),
        )
    };
    let pairs = told.before.variations.iter().zip(&told.after.variations);
    let rows = pairs.map(|(before, after)| {
        let indicator = told.standard.indicators.get(after.indicator);
        vec![
            after.stage.title().zh.into(),
            told.indicator(after.indicator).into(),
            indicator.map_or_else(blank, |i| i.title.zh.as_str().into()),
            number(before),
            number(after),
            after.limit.map_or_else(blank, Value::Number),
            after
                .verdict
                .map_or_else(blank, |v: Verdict| v.title().zh.into()),
        ]
    });
    let head = [
        "学段",
        "指标",
        "名称",
        "规划前",
        "规划后",
        "限值",
        "规划后结论",
    ];
    sheet(told, "variation", "校际差异系数", &head, rows.collect())
}

fn curve(told: &Told<'_>) -> Option<Page> {
    let rows = told.curve?.iter().map(|p| {
        vec![
            whole(p.passing),
            Value::Amount(p.yuan),
            Value::Amount(p.bound),
        ]
    });
    let head = ["达标学段", "最少需(元)", "下界(元)"];
    Some(sheet(told, "curve", "投入与达标", &head, rows.collect()))
}

fn prices(told: &Told<'_>) -> Option<Page> {
    let rows = told.prices?.iter().map(|p| {
        let name = rule(told, p.rule, Lang::Zh);
        let saved = told.plan.proof.objective - p.yuan;
        vec![name.into(), Value::Amount(p.yuan), Value::Amount(saved)]
    });
    let head = ["去掉的规定", "最少需(元)", "可省(元)"];
    Some(sheet(
        told,
        "prices",
        "各项规定的代价",
        &head,
        rows.collect(),
    ))
}

/// Money by year and action.
fn chart(told: &Told<'_>) -> Picture {
    let parts = Action::ALL.map(|a| a.title().zh);
    let years: Vec<(String, Vec<f64>)> = told
        .years
        .iter()
        .map(|of| {
            let sums = told.by_action(Some(of.year));
            let yuan = |a: &Action| sums.get(a).map_or(0.0, |s| s.1 / 10_000.0);
            (of.year.to_string(), Action::ALL.iter().map(yuan).collect())
        })
        .collect();
    let mark = if is_synthetic(told.base) {
        "（合成数据）"
    } else {
        ""
    };
    let caption = format!("{}达标路径各年支出{mark}", told.base.county_name());
    junheng_paper::stack(&caption, "万元", &parts, &years)
}

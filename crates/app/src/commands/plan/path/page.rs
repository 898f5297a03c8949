//! One page in Chinese about a path, for those who decide: where the county stands, what it
//! takes, what each year brings, what stays open.

use junheng_core::evaluate::VariationResult;
use junheng_core::show;
use junheng_core::text::Lang;
use junheng_core::verdict::Verdict;
use junheng_paper::model::{Align, Block, Manner, Paper, Table};

use super::told::{Told, because, count};
use crate::commands::is_synthetic;
use crate::print::path_words::{deed, money, summary};

/// Schools that are named, so that it stays one page.
const NAMED: usize = 3;

/// The page.
pub(super) fn page(told: &Told<'_>) -> Paper {
    let (plan, base) = (told.plan, told.base);
    let mut body = vec![text(today(told)), text(wanted(told))];
    body.push(Block::Table(years(told)));
    body.extend(schools(told).map(text));
    body.extend(open(told).map(text));
    let checked = if told.check.broken.is_empty() {
        "方案已由独立程序按整数和分数逐条核对，结论由评估器重新评估。"
    } else {
        "独立核对发现不符，见命令输出，本页不可使用。"
    };
    let assumed = if plan.prices.any_assumed() {
        "部分单价为假定值，见逐校措施表。"
    } else {
        ""
    };
    let note = format!("{checked}{assumed}明细见 path.xlsx。");
    body.push(Block::Paragraph(Manner::Note, note));
    let synthetic = is_synthetic(base);
    Paper {
        title: format!("{}义务教育优质均衡达标路径", base.county_name()),
        subtitle: format!("目标年 {} 年", plan.target),
        body,
        day: base
            .as_of()
            .map_or_else(|| "2000-01-01".to_owned(), |d| d.to_string()),
        mark: if synthetic {
            "合成数据，非真实县情".to_owned()
        } else {
            String::new()
        },
        ..Paper::default()
    }
}

fn text(words: String) -> Block {
    Block::Paragraph(Manner::Text, words)
}

fn today(told: &Told<'_>) -> String {
    let [met, not_met, open] = count(told.before);
    let variations = &told.before.variations;
    let above: Vec<&VariationResult> = variations
        .iter()
        .filter(|v| v.verdict == Some(Verdict::NotMet))
        .collect();
    let named = above.iter().take(NAMED).filter_map(|v| {
        let cv = v.spread.and_then(|s| s.cv)?;
        Some(format!(
            "{}{} {}",
            v.stage.title().zh,
            told.title(v.indicator).zh,
            show::column(cv, v.limit, 3)
        ))
    });
    let named: Vec<String> = named.collect();
    let above = if above.is_empty() {
        "均在限值以内".to_owned()
    } else {
        format!("有 {} 项超过限值({})", above.len(), named.join("、"))
    };
    let unknown = if open > 0 {
        format!("、{open} 个因缺数无法判定")
    } else {
        String::new()
    };
    format!(
        "按{}评估，在评估范围内的小学、初中学段共 {} 个，达标 {met} 个，不达标 {not_met} 个{unknown}；{} 项校际差异系数{above}。",
        told.standard.document,
        met + not_met + open,
        variations.len(),
    )
}

fn wanted(told: &Told<'_>) -> String {
    let students = if told.students.judged.is_empty() {
        "在校生按现状不变"
    } else {
        "在校生按预测的较高值"
    };
    let held = if told.plan.last > told.plan.target {
        format!("，并保持到 {} 年", told.plan.last)
    } else {
        String::new()
    };
    format!("{students}{held}。{}", summary(told, Lang::Zh).concat())
}

/// Years that pay for something, and the last.
fn years(told: &Told<'_>) -> Table {
    let wan = |yuan: f64| show::number(yuan / 10_000.0, 2);
    let told_of = told
        .years
        .iter()
        .filter(|y| y.yuan > 0.0 || y.year == told.plan.last);
    let rows = told_of.map(|of| {
        let parts = told
            .by_action(Some(of.year))
            .into_iter()
            .map(|(action, (n, _))| format!("{}{n}{}", action.title().zh, action.unit().1));
        let parts: Vec<String> = parts.collect();
        vec![
            of.year.to_string(),
            if parts.is_empty() {
                "—".to_owned()
            } else {
                parts.join("，")
            },
            wan(of.yuan),
            of.budget.map_or_else(|| "不限".to_owned(), wan),
            of.sections[0].to_string(),
        ]
    });
    Table {
        caption: "分年安排(万元)".to_owned(),
        columns: vec![
            (0.9, Align::Centre),
            (4.6, Align::Left),
            (1.2, Align::Right),
            (1.2, Align::Right),
            (1.1, Align::Centre),
        ],
        head: ["年份", "措施", "支出", "预算", "达标学段"]
            .map(str::to_owned)
            .to_vec(),
        rows: rows.collect(),
    }
}

/// Where most of the money goes.
fn schools(told: &Told<'_>) -> Option<String> {
    let mut steps: Vec<_> = told.plan.steps.iter().collect();
    steps.sort_by(|a, b| told.yuan(b).total_cmp(&told.yuan(a)).then(a.cmp(b)));
    let named = steps.iter().take(NAMED).map(|step| {
        format!(
            "{} 年{}{}，{}",
            step.year,
            told.school(step.section).1,
            deed(told, step, Lang::Zh),
            money(told.yuan(step), Lang::Zh)
        )
    });
    let named: Vec<String> = named.collect();
    (!named.is_empty()).then(|| format!("支出最多的是：{}。", named.join("；")))
}

/// What does not hold in time.
fn open(told: &Told<'_>) -> Option<String> {
    let conflicts = told.plan.conflicts.iter().map(|c| {
        let (stage, id) = (c.stage.title().zh, told.title(c.indicator).zh);
        let limit = show::number(c.limit, 4);
        match c.reachable {
            Some(cv) => format!(
                "{stage}{id}的差异系数限值 {limit}，最低约 {}",
                show::beside(cv, c.limit, 4)
            ),
            None => format!("{stage}{id}均值为 0，差异系数无法计算"),
        }
    });
    let late = &told.plan.late;
    let schools = late.iter().map(|l| {
        let stage = told
            .stage(l.section)
            .map_or(String::new(), |s| s.title().zh);
        format!(
            "{}{stage}({})",
            told.school(l.section).1,
            because(told, l).zh
        )
    });
    let all: Vec<String> = conflicts.chain(schools).collect();
    let more = all.len().saturating_sub(NAMED);
    let rest = if more > 0 {
        format!("；另有 {more} 项见表")
    } else {
        String::new()
    };
    let named = all.get(..all.len().min(NAMED)).unwrap_or_default();
    (!all.is_empty()).then(|| format!("到期仍不能达到的：{}{rest}。", named.join("；")))
}

//! Tables of the resource part: every section, the coefficients, what falls short.

use junheng_core::evaluate::{SectionResult, shortfalls};
use junheng_core::model::Stage;
use junheng_core::show;
use junheng_core::standard::{Group, of_stage};
use junheng_core::verdict::Verdict;

use super::super::fields::section_name;
use super::{table, told_elsewhere};
use crate::compose::Scene;
use crate::model::{Align, Block, Manner};
use crate::official;
use crate::words::{indicator, reached, whole};

/// Every section of a stage with its figures.
pub(super) fn sections(s: &Scene<'_>, words: &str) -> Vec<Block> {
    let subject = &s.subject;
    let Some(stage) = Stage::from_id(words) else {
        return Vec::new();
    };
    let standard = subject.standard;
    let judged = !standard.rules.is_empty();
    let mut columns = vec![
        (0.8, Align::Centre, "序号".to_owned()),
        (3.2, Align::Left, "学校名称".to_owned()),
        (1.35, Align::Centre, "在校生数".to_owned()),
    ];
    for (n, i) in standard.indicators.iter().enumerate() {
        // Thousands of yuan are wider than shares of a person.
        let wide = Stage::JUDGED
            .into_iter()
            .filter_map(|x| subject.at(0).limit::<f64>(of_stage(&i.limits, x)?))
            .chain(subject.means(n))
            .any(|l| l >= 1000.0);
        columns.push((if wide { 1.5 } else { 1.1 }, Align::Centre, i.id.clone()));
    }
    if judged {
        columns.push((1.35, Align::Centre, "综合评估".to_owned()));
    }
    let mark = |verdict: Option<Verdict>| match verdict {
        Some(Verdict::Tolerated) => "△",
        Some(Verdict::NotMet) => "×",
        _ => "",
    };
    let mut rows: Vec<Vec<String>> = Vec::new();
    for (n, section) in (1..).zip(subject.sections(stage)) {
        let mut row = vec![n.to_string(), section.name.clone(), whole(section.students)];
        for result in &section.indicators {
            row.push(format!(
                "{}{}",
                indicator(subject, result),
                mark(result.verdict)
            ));
        }
        if judged {
            row.push(section.verdict.map_or("", reached).to_owned());
        }
        rows.push(row);
    }
    if rows.is_empty() {
        return Vec::new();
    }
    // What they are compared with stands first.
    let mut limits = vec![String::new(), "标准".to_owned(), String::new()];
    for i in &standard.indicators {
        let limit = of_stage(&i.limits, stage).and_then(|l| subject.at(0).limit::<f64>(l));
        limits.push(limit.map_or_else(|| "—".to_owned(), |l| show::number(l, 4)));
    }
    if judged {
        limits.push(String::new());
    }
    let limited = limits.iter().skip(3).any(|l| !l.is_empty() && l != "—");
    if limited {
        rows.insert(0, limits);
    }
    let title = stage.title().zh;
    let named: Vec<(f64, Align, &str)> = columns.iter().map(|c| (c.0, c.1, c.2.as_str())).collect();
    let mut blocks = table(format!("{title}各校资源配置情况"), &named, rows);
    let titles: Vec<String> = standard
        .indicators
        .iter()
        .map(|i| format!("{} {}", i.id, i.title.zh))
        .collect();
    blocks.push(Block::Paragraph(
        Manner::Note,
        format!(
            "注：{}{}。",
            if limited {
                "△为未达标但不低于下限，×为低于下限或未达标。"
            } else {
                ""
            },
            titles.join("；")
        ),
    ));
    blocks
}

/// Means, coefficients and limits.
pub(super) fn variation(s: &Scene<'_>) -> Vec<Block> {
    let subject = &s.subject;
    let mut rows = Vec::new();
    for stage in Stage::JUDGED {
        for v in subject.variations(stage) {
            let about = &subject.standard.indicators[v.indicator];
            let mean = v.spread.map_or_else(
                || "—".to_owned(),
                |x| show::column(x.mean, None, subject.decimals(v.indicator)),
            );
            let cv = v
                .spread
                .and_then(|x| x.cv)
                .map_or_else(|| "无法计算".to_owned(), |cv| show::column(cv, v.limit, 3));
            let limit = v.limit.map_or_else(|| "—".to_owned(), |l| format!("≤{l}"));
            rows.push(vec![
                stage.title().zh,
                format!("{} {}", about.id, about.title.zh),
                mean,
                cv,
                limit,
                v.verdict.map_or("—", reached).to_owned(),
            ]);
        }
    }
    table(
        "各项指标全县平均值与校际差异系数",
        &[
            (0.8, Align::Centre, "学段"),
            (4.6, Align::Left, "指标"),
            (1.3, Align::Centre, "全县平均值"),
            (1.2, Align::Centre, "差异系数"),
            (0.9, Align::Centre, "标准"),
            (1.2, Align::Centre, "是否达标"),
        ],
        rows,
    )
}

/// A section's failures in words: "生均体育运动场馆面积5.10，低于标准7.5，差1234平方米".
pub(super) fn failures(s: &Scene<'_>, section: &SectionResult) -> Vec<String> {
    let subject = &s.subject;
    let short = shortfalls(subject.standard, &subject.evaluation.frame, section);
    section
        .indicators
        .iter()
        .filter(|r| matches!(r.verdict, Some(Verdict::NotMet | Verdict::Tolerated)))
        .map(|r| {
            let about = &subject.standard.indicators[r.indicator];
            let limit = r
                .judged
                .threshold
                .map_or_else(String::new, |t| show::number(t, 4));
            let need = short
                .iter()
                .find(|x| x.indicator == r.indicator)
                .map_or_else(String::new, |x| {
                    let unit = x.field.about().unit;
                    format!("，到标准尚差{}{unit}", show::number(x.to_threshold, 2))
                });
            let word = if r.verdict == Some(Verdict::Tolerated) {
                "（不低于下限）"
            } else {
                ""
            };
            let value = indicator(subject, r);
            format!("{}为{value}，标准{limit}{word}{need}", about.title.zh)
        })
        .collect()
}

/// Signs of a line of a short list; a longer one is told without its figures.
const SHORT: usize = 90;
/// Lines of a long list: hundreds of schools belong into the rectification list.
const LONG: usize = 60;

/// What falls short, each with its figures and in few words: vetoes, other items, coefficients,
/// sections.
fn shortcomings(s: &Scene<'_>) -> Vec<(String, String)> {
    let subject = &s.subject;
    let (mut lines, mut vetoes) = (Vec::new(), 0);
    for result in &subject.evaluation.items {
        let item = &subject.standard.items[result.item];
        if result.verdict == Verdict::NotMet && !told_elsewhere(item, result) {
            let figures = official::conclusion(subject, &item.id, result);
            let figures = figures.trim_end_matches('。');
            let title = &item.title.zh;
            let colon = if figures.is_empty() { "" } else { "：" };
            let short = official::short_parts(result);
            if item.group == Group::Veto {
                let line = format!("发生一票否决事项：{title}。");
                lines.insert(vetoes, (line.clone(), line));
                vetoes += 1;
                continue;
            }
            lines.push((
                format!("未达到“{title}”{colon}{figures}。"),
                format!("未达到“{title}”{short}。"),
            ));
        }
    }
    for v in &subject.evaluation.variations {
        if v.verdict == Some(Verdict::NotMet)
            && let Some((cv, limit)) = v.spread.and_then(|x| x.cv).zip(v.limit)
        {
            let title = &subject.standard.indicators[v.indicator].title.zh;
            let stage = v.stage.title().zh;
            let cv = show::column(cv, Some(limit), 3);
            let line = format!("{stage}{title}校际差异系数{cv}，标准不大于{limit}。");
            lines.push((line.clone(), line));
        }
    }
    for section in subject.judged() {
        if section.verdict == Some(Verdict::NotMet) {
            let (name, all) = (section_name(section), failures(s, section));
            let few = format!("{name}：{}项指标未达到标准。", all.len());
            lines.push((format!("{name}：{}。", all.join("；")), few));
        }
    }
    lines
}

/// The list of what falls short; with a number, that many lines in few words and small print.
pub(super) fn problems(s: &Scene<'_>, words: &str) -> Vec<Block> {
    let few: Option<usize> = words.parse().ok();
    let manner = if few.is_some() {
        Manner::Item
    } else {
        Manner::Text
    };
    let lines = shortcomings(s);
    let (all, most) = (lines.len(), few.unwrap_or(LONG));
    let head =
        (few.is_some() && all > 0).then(|| Block::Paragraph(Manner::Note, "主要问题：".to_owned()));
    let list = (1..)
        .zip(lines.into_iter().take(most))
        .map(|(n, (whole, short))| {
            let line = if few.is_some() && whole.chars().count() > SHORT {
                short
            } else {
                whole
            };
            Block::Paragraph(manner, format!("{n}．{line}"))
        });
    let mut blocks: Vec<Block> = head.into_iter().chain(list).collect();
    if all > most {
        let rest = format!("共{all}条，以上列出前{most}条，其余见整改清单。");
        blocks.push(Block::Paragraph(manner, rest));
    }
    blocks
}

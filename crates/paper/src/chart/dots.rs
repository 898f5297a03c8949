//! Every school against the standard: a strip of marks per indicator, in percent of the standard.

use std::collections::BTreeSet;

use junheng_core::evaluate::{IndicatorResult, SectionResult};
use junheng_core::model::Stage;
use junheng_core::verdict::Verdict;

use super::svg::{Anchor, FAINT, INK, SHORT, Svg};
use super::{legend, mark, name};
use crate::Subject;
use crate::model::Picture;

const LEFT: f64 = 176.0;
const RIGHT: f64 = 16.0;
const WIDE: f64 = 560.0;
const STRIP: f64 = 40.0;
const TOP: f64 = 42.0;
/// The axis ends here; what lies beyond stands at its end.
const MOST: f64 = 250.0;
/// What the marks mean.
const MARKS: [(Option<Verdict>, &str); 3] = [
    (Some(Verdict::Met), "达标"),
    (Some(Verdict::Tolerated), "达到下限"),
    (Some(Verdict::NotMet), "低于下限"),
];
/// Rows of marks in a strip.
const ROWS: usize = 5;

fn place(percent: f64) -> f64 {
    LEFT + percent.clamp(0.0, MOST) / MOST * (WIDE - LEFT - RIGHT)
}

/// Grid, the line of the standard and of its floor.
fn axes(svg: &mut Svg, high: f64, floor: Option<f64>) {
    for step in 0..=5 {
        let percent = f64::from(step) * 50.0;
        let x = place(percent);
        svg.line((x, TOP - 6.0), (x, high - 26.0), FAINT, 0.8);
        let more = if step == 5 { "%及以上" } else { "%" };
        let anchor = if step == 5 {
            Anchor::End
        } else {
            Anchor::Middle
        };
        let x = if step == 5 { WIDE - 4.0 } else { x };
        svg.text(
            (x, high - 10.0),
            10.5,
            anchor,
            INK,
            &format!("{percent}{more}"),
        );
    }
    if let Some(floor) = floor {
        let x = place(floor * 100.0);
        svg.dashed((x, TOP - 6.0), (x, high - 26.0), SHORT);
        svg.text(
            (x - 3.0, TOP - 10.0),
            10.5,
            Anchor::End,
            SHORT,
            &format!("下限{}%", floor * 100.0),
        );
    }
    let x = place(100.0);
    svg.line((x, TOP - 6.0), (x, high - 26.0), SHORT, 1.4);
    svg.text(
        (x + 3.0, TOP - 10.0),
        10.5,
        Anchor::Start,
        SHORT,
        "标准100%",
    );
}

/// One stage: every section, every indicator that has a standard.
pub(crate) fn dots(subject: &Subject<'_>, stage: Stage) -> Option<Picture> {
    let sections = subject.sections(stage);
    // One that nobody has filled in keeps its strip; where nothing is filled in there is no picture.
    let indicators: Vec<usize> = (0..subject.standard.indicators.len())
        .filter(|i| sections.iter().any(|s| threshold(s, *i).is_some()))
        .collect();
    let some = |i: &usize| sections.iter().any(|s| of(s, *i).is_some());
    if !indicators.iter().any(some) {
        return None;
    }
    let high = TOP + STRIP * indicators.len() as f64 + 30.0;
    let mut svg = Svg::new(WIDE, high);
    legend(&mut svg, (LEFT + 150.0, 14.0), &MARKS);
    axes(&mut svg, high, floor(subject));
    let radius = if sections.len() > 200 { 2.0 } else { 3.0 };
    let mut unknown = 0;
    for (strip, indicator) in indicators.iter().enumerate() {
        let y = TOP + STRIP * (strip as f64 + 0.5);
        let about = &subject.standard.indicators[*indicator];
        name(&mut svg, (LEFT - 8.0, y - 6.0), 10.5, 16, &about.title.zh);
        let met = sections
            .iter()
            .filter(|s| verdict(s, *indicator) == Some(Verdict::Met))
            .count();
        let count = format!("{}  达标{met}/{}", about.id, sections.len());
        svg.text((LEFT - 8.0, y + 16.0), 10.0, Anchor::End, INK, &count);
        svg.line(
            (LEFT, y + STRIP / 2.0),
            (WIDE - RIGHT, y + STRIP / 2.0),
            FAINT,
            0.5,
        );
        // Thousands of schools fall on the same spots: each spot is drawn once.
        let mut drawn = BTreeSet::new();
        for (n, section) in sections.iter().enumerate() {
            let Some(percent) = of(section, *indicator) else {
                unknown +=
                    usize::from(section.indicators.iter().any(|r| r.indicator == *indicator));
                continue;
            };
            let verdict = verdict(section, *indicator);
            let row = n % ROWS;
            let x = place(percent);
            if drawn.insert((x.round() as i64, row, verdict)) {
                let y = y + (row as f64 - (ROWS as f64 - 1.0) / 2.0) * 6.0;
                mark(&mut svg, (x, y), radius, verdict);
            }
        }
    }
    let note = if unknown > 0 {
        format!("（另有{unknown}个数据未填，未画出）")
    } else {
        String::new()
    };
    let title = stage.title().zh;
    Some(
        svg.finish(
            format!("{title}各校七项指标与标准之比{note}")
                .replace("七项", &count_word(indicators.len())),
            format!(
                "{title}每所学校每项指标占标准的百分比，共{}所",
                sections.len()
            ),
        ),
    )
}

fn count_word(n: usize) -> String {
    const WORDS: [&str; 10] = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    WORDS
        .get(n)
        .map_or_else(|| format!("{n}项"), |w| format!("{w}项"))
}

fn floor(subject: &Subject<'_>) -> Option<f64> {
    subject.standard.rules.iter().find_map(|r| r.floor)
}

fn result(section: &SectionResult, indicator: usize) -> Option<&IndicatorResult> {
    section.indicators.iter().find(|r| r.indicator == indicator)
}

/// What a section's indicator is compared with.
fn threshold(section: &SectionResult, indicator: usize) -> Option<f64> {
    let judged = &result(section, indicator)?.judged;
    judged.threshold.filter(|t| *t > 0.0)
}

/// A section's indicator in percent of its threshold.
fn of(section: &SectionResult, indicator: usize) -> Option<f64> {
    let value = result(section, indicator)?.judged.value?;
    Some(value / threshold(section, indicator)? * 100.0)
}

fn verdict(section: &SectionResult, indicator: usize) -> Option<Verdict> {
    result(section, indicator)?.verdict
}

/// One school of one stage: a bar per indicator. With two stages the table alone fills the page.
pub(crate) fn school(subject: &Subject<'_>, sections: &[&SectionResult]) -> Option<Picture> {
    let [section] = sections else { return None };
    let rows: Vec<(usize, f64)> = (0..subject.standard.indicators.len())
        .filter_map(|i| Some((i, of(section, i)?)))
        .collect();
    if rows.is_empty() {
        return None;
    }
    let step = 22.0;
    let high = TOP + step * rows.len() as f64 + 30.0;
    let mut svg = Svg::new(WIDE, high);
    legend(&mut svg, (LEFT + 150.0, 14.0), &MARKS);
    axes(&mut svg, high, floor(subject));
    for (n, (indicator, percent)) in rows.iter().enumerate() {
        let y = TOP + step * n as f64;
        let verdict = verdict(section, *indicator);
        let fill = match verdict {
            Some(Verdict::Met) => super::MET,
            Some(Verdict::Tolerated) => super::NEAR,
            Some(Verdict::NotMet) => super::SHORT,
            _ => super::OPEN,
        };
        svg.bar((LEFT, y + 3.0), (place(*percent) - LEFT, step - 6.0), fill);
        let end = (place(*percent) + 7.0, y + step / 2.0);
        mark(&mut svg, end, 4.0, verdict);
        let about = &subject.standard.indicators[*indicator];
        let title = format!("{} {}", about.id, about.title.zh);
        name(&mut svg, (LEFT - 8.0, y + step / 2.0), 9.5, 17, &title);
    }
    Some(svg.finish(
        "本校各项指标与标准之比".to_owned(),
        "本校每项指标占标准的百分比".to_owned(),
    ))
}

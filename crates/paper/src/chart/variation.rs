//! Coefficients of variation with their limits: a row per indicator, a panel per stage.

use junheng_core::evaluate::VariationResult;
use junheng_core::model::Stage;
use junheng_core::show;
use junheng_core::verdict::Verdict;

use super::name;
use super::svg::{Anchor, FAINT, INK, MET, NEAR, OPEN, SHORT, Svg};
use crate::Subject;
use crate::model::Picture;
use crate::words::reached;

const WIDE: f64 = 560.0;
/// Names of the indicators.
const LEFT: f64 = 160.0;
/// The figure and its verdict at the right of a panel.
const FIGURE: f64 = 76.0;
const TOP: f64 = 40.0;
const STEP: f64 = 21.0;

fn cv(v: &VariationResult) -> Option<f64> {
    v.spread.and_then(|s| s.cv)
}

/// Both stages side by side.
pub(crate) fn variation(subject: &Subject<'_>) -> Option<Picture> {
    let panels: Vec<_> = Stage::JUDGED
        .into_iter()
        .map(|stage| (stage, subject.variations(stage)))
        .filter(|(_, all)| all.iter().any(|v| cv(v).is_some()))
        .collect();
    let rows: Vec<usize> = panels.first()?.1.iter().map(|v| v.indicator).collect();
    let figures = panels.iter().flat_map(|(_, all)| all);
    let most = figures
        .flat_map(|v| [v.limit, cv(v)])
        .flatten()
        .fold(0.5_f64, f64::max)
        * 1.05;
    let bottom = TOP + STEP * rows.len() as f64;
    let mut svg = Svg::new(WIDE, bottom + 8.0);
    for (n, indicator) in rows.iter().enumerate() {
        let about = &subject.standard.indicators[*indicator];
        let title = format!("{} {}", about.id, about.title.zh);
        let middle = TOP + STEP * (n as f64 + 0.5);
        name(&mut svg, (LEFT - 8.0, middle), 9.5, 16, &title);
    }
    let wide = (WIDE - LEFT) / panels.len() as f64;
    for (n, (stage, all)) in panels.iter().enumerate() {
        let left = LEFT + wide * n as f64;
        let place = |cv: f64| left + cv / most * (wide - FIGURE - 6.0);
        let title = stage.title().zh;
        svg.text((left, 15.0), 12.5, Anchor::Start, INK, &title);
        svg.line((left, TOP), (left, bottom), FAINT, 1.0);
        for v in all {
            let Some(row) = rows.iter().position(|i| *i == v.indicator) else {
                continue;
            };
            let y = TOP + STEP * row as f64;
            let right = (left + wide - 6.0, y + STEP / 2.0 + 3.8);
            let Some(cv) = cv(v) else {
                svg.text(right, 10.0, Anchor::End, OPEN, "未填，无法计算");
                continue;
            };
            let (fill, word) = match v.verdict {
                Some(Verdict::Met) => (MET, reached(Verdict::Met)),
                Some(other) => (SHORT, reached(other)),
                None => (NEAR, ""),
            };
            svg.bar((left, y + 4.0), (place(cv) - left, STEP - 8.0), fill);
            let shown = show::column(cv, v.limit, 3);
            let text = format!("{shown} {word}");
            svg.text(right, 10.5, Anchor::End, INK, &text);
        }
        if let Some(limit) = all.iter().find_map(|v| v.limit) {
            let x = place(limit);
            svg.dashed((x, TOP - 1.0), (x, bottom + 2.0), INK);
            let text = format!("标准≤{limit}");
            svg.text((x, TOP - 7.0), 10.5, Anchor::Middle, INK, &text);
        }
    }
    Some(svg.finish(
        "各项指标校际差异系数与标准".to_owned(),
        "每项指标的校际差异系数，与小学、初中的标准比较".to_owned(),
    ))
}

//! Coefficients of variation with their limits: a bar per indicator, a panel per stage.

use junheng_core::model::Stage;
use junheng_core::show;
use junheng_core::verdict::Verdict;

use super::shorten;
use super::svg::{Anchor, FAINT, INK, MET, NEAR, SHORT, Svg};
use crate::Subject;
use crate::model::Picture;
use crate::words::reached;

const WIDE: f64 = 560.0;
const LEFT: f64 = 176.0;
const RIGHT: f64 = 96.0;
const STEP: f64 = 17.0;

/// Both stages, one below the other.
pub(crate) fn variation(subject: &Subject<'_>) -> Option<Picture> {
    let panels: Vec<_> = Stage::JUDGED
        .into_iter()
        .map(|stage| (stage, subject.variations(stage)))
        .filter(|(_, all)| all.iter().any(|v| v.spread.is_some_and(|s| s.cv.is_some())))
        .collect();
    if panels.is_empty() {
        return None;
    }
    let cvs = panels
        .iter()
        .flat_map(|(_, all)| all)
        .flat_map(|v| [v.limit, v.spread.and_then(|s| s.cv)]);
    let most = cvs.flatten().fold(0.5_f64, f64::max) * 1.08;
    let place = |cv: f64| LEFT + cv.min(most) / most * (WIDE - LEFT - RIGHT);
    let rows: usize = panels.iter().map(|(_, all)| all.len()).sum();
    let high = STEP * rows as f64 + 38.0 * panels.len() as f64 + 6.0;
    let mut svg = Svg::new(WIDE, high);
    let mut y = 0.0;
    for (stage, all) in &panels {
        y += 18.0;
        svg.text((8.0, y), 12.5, Anchor::Start, INK, &stage.title().zh);
        let limit = all.iter().find_map(|v| v.limit);
        let top = y + 8.0;
        let bottom = top + STEP * all.len() as f64;
        svg.line((LEFT, top), (LEFT, bottom), FAINT, 1.0);
        for (n, v) in all.iter().enumerate() {
            let y = top + STEP * n as f64;
            let about = &subject.standard.indicators[v.indicator];
            let title = format!("{} {}", about.id, shorten(&about.title.zh, 13));
            svg.text((LEFT - 8.0, y + 12.5), 10.5, Anchor::End, INK, &title);
            let Some(cv) = v.spread.and_then(|s| s.cv) else {
                svg.text(
                    (LEFT + 6.0, y + 12.5),
                    10.5,
                    Anchor::Start,
                    INK,
                    "数据未填，无法计算",
                );
                continue;
            };
            let (fill, word) = match v.verdict {
                Some(Verdict::Met) => (MET, reached(Verdict::Met)),
                Some(other) => (SHORT, reached(other)),
                None => (NEAR, ""),
            };
            svg.bar((LEFT, y + 3.0), (place(cv) - LEFT, 11.0), fill);
            let shown = show::column(cv, v.limit, 3);
            svg.text(
                (WIDE - 8.0, y + 12.5),
                10.5,
                Anchor::End,
                INK,
                &format!("{shown} {word}"),
            );
        }
        if let Some(limit) = limit {
            let x = place(limit);
            svg.dashed((x, top - 3.0), (x, bottom + 2.0), INK);
            svg.text(
                (x, top - 6.0),
                10.5,
                Anchor::Middle,
                INK,
                &format!("标准≤{limit}"),
            );
        }
        y = bottom + 12.0;
    }
    Some(svg.finish(
        "各项指标校际差异系数与标准".to_owned(),
        "每项指标的校际差异系数，与小学、初中的标准比较".to_owned(),
    ))
}

//! Two years side by side: how each coefficient of variation moved.

use junheng_core::model::Stage;
use junheng_core::show;

use super::svg::{Anchor, FAINT, INK, MET, SHORT, Svg};
use crate::Subject;
use crate::model::Picture;

const WIDE: f64 = 560.0;
const HIGH: f64 = 270.0;

/// The coefficients of both years by indicator, for those known in both.
pub(crate) fn pairs(
    before: &Subject<'_>,
    after: &Subject<'_>,
    stage: Stage,
) -> Vec<(String, f64, f64, Option<f64>)> {
    let old = before.variations(stage);
    after
        .variations(stage)
        .iter()
        .filter_map(|v| {
            let id = &after.standard.indicators[v.indicator].id;
            let other = old
                .iter()
                .find(|o| before.standard.indicators[o.indicator].id == *id)?;
            Some((id.clone(), other.spread?.cv?, v.spread?.cv?, v.limit))
        })
        .collect()
}

/// A panel per stage.
pub(crate) fn slope(before: &Subject<'_>, after: &Subject<'_>) -> Option<Picture> {
    let panels: Vec<_> = Stage::JUDGED
        .into_iter()
        .map(|stage| (stage, pairs(before, after, stage)))
        .filter(|(_, lines)| !lines.is_empty())
        .collect();
    if panels.is_empty() {
        return None;
    }
    let mut svg = Svg::new(WIDE, HIGH);
    let wide = WIDE / panels.len() as f64;
    for (n, (stage, lines)) in panels.iter().enumerate() {
        let left = wide * n as f64;
        let (x0, x1) = (left + wide * 0.24, left + wide * 0.76);
        let figures = lines
            .iter()
            .flat_map(|l| [Some(l.1), Some(l.2), l.3])
            .flatten();
        let (low, top) = figures.fold((f64::MAX, 0.0_f64), |(a, b), x| (a.min(x), b.max(x)));
        let (low, top) = (low * 0.9, (top * 1.05).max(low * 0.9 + 1e-6));
        let y = |cv: f64| 44.0 + (top - cv) / (top - low) * (HIGH - 68.0);
        svg.text(
            (left + wide / 2.0, 16.0),
            12.5,
            Anchor::Middle,
            INK,
            &stage.title().zh,
        );
        let years = [before, after].map(|subject| subject.day().year().to_string());
        let labels = if years[0] == years[1] {
            ["比较数据".to_owned(), "本次数据".to_owned()]
        } else {
            years
        };
        for (x, label) in [x0, x1].into_iter().zip(&labels) {
            svg.line((x, 38.0), (x, HIGH - 18.0), FAINT, 1.0);
            svg.text((x, 33.0), 11.0, Anchor::Middle, INK, label);
        }
        if let Some(limit) = lines.iter().find_map(|l| l.3) {
            svg.dashed(
                (left + wide * 0.06, y(limit)),
                (left + wide * 0.94, y(limit)),
                INK,
            );
            svg.text(
                (left + wide / 2.0, y(limit) - 4.0),
                10.0,
                Anchor::Middle,
                INK,
                &format!("标准≤{limit}"),
            );
        }
        // Labels that would lie on each other are pushed apart.
        let spread = |mut at: Vec<(usize, f64)>| {
            at.sort_by(|a, b| a.1.total_cmp(&b.1));
            let mut last = f64::MIN;
            let mut out = vec![0.0; at.len()];
            for (index, y) in at {
                last = y.max(last + 12.0);
                out[index] = last;
            }
            out
        };
        let lefts = spread(lines.iter().enumerate().map(|(i, l)| (i, y(l.1))).collect());
        let rights = spread(lines.iter().enumerate().map(|(i, l)| (i, y(l.2))).collect());
        for (index, (id, a, b, limit)) in lines.iter().enumerate() {
            let colour = if limit.is_some_and(|l| *b > l) {
                SHORT
            } else {
                MET
            };
            svg.line((x0, y(*a)), (x1, y(*b)), colour, 1.6);
            svg.dot((x0, y(*a)), 3.0, colour);
            svg.dot((x1, y(*b)), 3.0, colour);
            let label = |cv: f64| show::column(cv, *limit, 3);
            svg.text(
                (x0 - 7.0, lefts[index] + 4.0),
                10.0,
                Anchor::End,
                INK,
                &format!("{id} {}", label(*a)),
            );
            svg.text(
                (x1 + 7.0, rights[index] + 4.0),
                10.0,
                Anchor::Start,
                INK,
                &format!("{} {id}", label(*b)),
            );
        }
    }
    Some(svg.finish(
        "校际差异系数变化".to_owned(),
        "每项指标前后的校际差异系数".to_owned(),
    ))
}

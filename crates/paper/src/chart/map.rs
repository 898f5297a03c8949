//! Where the schools stand, and which of them pass.

use junheng_core::geo::BaseMap;
use junheng_core::model::{Field, TableId};
use junheng_core::verdict::Verdict;

use super::svg::{Anchor, FAINT, INK, Svg};
use super::{legend, mark};
use crate::Subject;
use crate::model::Picture;

const WIDE: f64 = 560.0;
const EDGE: f64 = 30.0;
/// Kilometres per degree of latitude.
const KM: f64 = 111.32;

/// Every school with coordinates; none where they are fewer than two.
pub(crate) fn map(subject: &Subject<'_>, base: Option<&BaseMap>) -> Option<Picture> {
    let schools: Vec<(f64, f64, Option<Verdict>)> = (0..subject.snapshot.rows(TableId::Schools))
        .filter_map(|row| {
            let lon = subject.snapshot.number(Field::SchoolLon, row)?;
            let lat = subject.snapshot.number(Field::SchoolLat, row)?;
            let on_earth = (-180.0..=180.0).contains(&lon) && (-85.0..=85.0).contains(&lat);
            on_earth.then_some((lon, lat, verdict(subject, row)))
        })
        .collect();
    let mean = schools.iter().map(|s| s.1).sum::<f64>() / schools.len().max(1) as f64;
    let squeeze = mean.to_radians().cos().max(0.1);
    if schools.len() < 2 {
        return None;
    }
    let (west, east) = span(schools.iter().map(|s| s.0 * squeeze * KM));
    let (south, north) = span(schools.iter().map(|s| s.1 * KM));
    let (across, along) = ((east - west).max(1.0), (north - south).max(1.0));
    let scale = ((WIDE - 2.0 * EDGE) / across).min(280.0 / along);
    let high = along * scale + 2.0 * EDGE + 34.0;
    // In the middle, also where all stand in one place.
    let left = (WIDE - (east - west) * scale) / 2.0;
    let top = EDGE + (along - (north - south)) * scale / 2.0;
    let mut svg = Svg::new(WIDE, high);
    svg.bar((1.0, 1.0), (WIDE - 2.0, high - 36.0), "#f6f7f8");
    // Passed ones first, so that the others stand on top.
    let order = |v: Option<Verdict>| match v {
        Some(Verdict::Met) => 1,
        Some(Verdict::NotMet) => 3,
        None => 0,
        _ => 2,
    };
    let mut sorted = schools.clone();
    sorted.sort_by_key(|s| order(s.2));
    let radius = if schools.len() > 300 { 2.5 } else { 4.5 };
    for (lon, lat, verdict) in &sorted {
        let x = left + (lon * squeeze * KM - west) * scale;
        let y = top + (north - lat * KM) * scale;
        mark(&mut svg, (x, y), radius, *verdict);
    }
    let judged = !subject.standard.rules.is_empty();
    let words: &[_] = if judged {
        &[
            (Some(Verdict::Met), "综合评估达标"),
            (Some(Verdict::NotMet), "未达标"),
            (None, "无法判定或不在评估范围"),
        ]
    } else {
        &[(None, "学校")]
    };
    legend(&mut svg, (20.0, high - 12.0), words);
    let km = [0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0]
        .into_iter()
        .rfind(|km| km * scale <= 120.0)
        .unwrap_or(0.1);
    let (from, to) = (WIDE - 20.0 - km * scale, WIDE - 20.0);
    svg.line((from, high - 12.0), (to, high - 12.0), INK, 2.0);
    svg.line((from, high - 16.0), (from, high - 8.0), FAINT, 1.0);
    svg.text(
        ((from + to) / 2.0, high - 18.0),
        10.0,
        Anchor::Middle,
        INK,
        &format!("{km}千米"),
    );
    let number = base.map_or_else(String::new, |b| format!("；{}", b.line().zh));
    Some(svg.finish(
        format!(
            "学校位置{}（示意，不作边界依据{number}）",
            if judged { "与达标情况" } else { "" }
        ),
        format!("{}所学校的位置，按综合评估是否达标区分", schools.len()),
    ))
}

/// Least and greatest.
fn span(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values.fold((f64::MAX, f64::MIN), |(a, b), x| (a.min(x), b.max(x)))
}

/// All sections of a school together; `None` where none is judged.
fn verdict(subject: &Subject<'_>, school: usize) -> Option<Verdict> {
    let verdicts: Vec<Verdict> = subject
        .evaluation
        .sections
        .iter()
        .filter(|s| s.school == Some(school))
        .filter_map(|s| s.verdict)
        .collect();
    (!verdicts.is_empty())
        .then(|| Verdict::all(verdicts))
        .filter(|v| *v != Verdict::Undetermined)
}

//! Amounts by year, made up of parts: stacked bars, each part named with its sum beside them.

use junheng_core::show;

use super::shorten;
use super::svg::{Anchor, FAINT, INK, Svg};
use crate::model::Picture;

const WIDE: f64 = 560.0;
const HIGH: f64 = 320.0;
/// The plot: left, right, top, bottom.
const PLOT: (f64, f64, f64, f64) = (58.0, 340.0, 58.0, 288.0);
/// Dark and light in turn, so that neighbours differ in print too.
const FILLS: [&str; 10] = [
    "#1f4e79", "#9dc3e6", "#7f6000", "#f0c75e", "#385723", "#a9d18e", "#843c0b", "#f4b183",
    "#404040", "#bfbfbf",
];

/// Stacked bars: `years` with an amount for each of `parts`, in `unit`. Parts of nothing have no
/// place in the legend.
#[must_use]
pub fn stack(caption: &str, unit: &str, parts: &[String], years: &[(String, Vec<f64>)]) -> Picture {
    let (left, right, top, bottom) = PLOT;
    let total = |amounts: &[f64]| -> f64 { amounts.iter().sum() };
    let most = years.iter().map(|(_, a)| total(a)).fold(0.0, f64::max);
    let step = step(most);
    let scale = (most / step).ceil().max(1.0) * step;
    let place = |amount: f64| bottom - amount / scale * (bottom - top);
    let mut svg = Svg::new(WIDE, HIGH);
    svg.text((8.0, 18.0), 13.0, Anchor::Start, INK, caption);
    let unit = format!("单位：{unit}");
    svg.text((8.0, 40.0), 10.5, Anchor::Start, INK, &unit);
    let mut tick = 0.0;
    while tick <= scale * (1.0 + 1e-9) {
        let y = place(tick);
        svg.line(
            (left, y),
            (right, y),
            FAINT,
            if tick == 0.0 { 1.4 } else { 0.8 },
        );
        let text = show::number(tick, 2);
        svg.text((left - 6.0, y + 4.0), 10.5, Anchor::End, INK, &text);
        tick += step;
    }
    let slot = (right - left) / years.len().max(1) as f64;
    let bar = (slot * 0.6).min(64.0);
    for (n, (year, amounts)) in years.iter().enumerate() {
        let middle = left + slot * (n as f64 + 0.5);
        let mut sum = 0.0;
        for (amount, fill) in amounts.iter().zip(FILLS.iter().cycle()) {
            let (low, high) = (place(sum), place(sum + amount));
            svg.bar((middle - bar / 2.0, high), (bar, low - high), fill);
            sum += amount;
        }
        let text = show::number(sum, 2);
        svg.text((middle, place(sum) - 5.0), 10.5, Anchor::Middle, INK, &text);
        svg.text((middle, bottom + 16.0), 10.5, Anchor::Middle, INK, year);
    }
    let used = parts.iter().zip(FILLS.iter().cycle()).enumerate();
    let used = used.filter_map(|(n, (part, fill))| {
        let sum: f64 = years.iter().filter_map(|(_, a)| a.get(n)).sum();
        (sum > 0.0).then_some((part, fill, sum))
    });
    let mut words = Vec::new();
    for (n, (part, fill, sum)) in used.enumerate() {
        let y = top + 6.0 + 21.0 * n as f64;
        svg.bar((right + 18.0, y - 9.0), (11.0, 11.0), fill);
        let text = format!("{} {}", shorten(part, 12), show::number(sum, 2));
        svg.text((right + 35.0, y + 1.0), 10.5, Anchor::Start, INK, &text);
        words.push(text);
    }
    let alt = format!("{caption}：{}", words.join("，"));
    svg.finish(caption.to_owned(), alt)
}

/// A round step with at most six of them below `most`.
fn step(most: f64) -> f64 {
    if most <= 0.0 {
        return 1.0;
    }
    let power = 10_f64.powf((most / 5.0).log10().floor());
    let steps = [1.0, 2.0, 5.0, 10.0].map(|n| n * power);
    steps
        .into_iter()
        .find(|s| most / s <= 5.0)
        .unwrap_or(power * 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_round_and_few() {
        assert_eq!(step(0.0), 1.0);
        assert_eq!(step(218.49), 50.0);
        assert_eq!(step(4.0), 1.0);
        assert!((step(0.7) - 0.2).abs() < 1e-12);
    }

    #[test]
    fn a_part_of_nothing_has_no_legend() {
        let parts = ["甲".to_owned(), "乙".to_owned()];
        let picture = stack("图", "万元", &parts, &[("2026".to_owned(), vec![3.0, 0.0])]);
        assert!(picture.svg.contains("甲 3") && !picture.svg.contains('乙'));
        assert_eq!(picture.alt, "图：甲 3");
    }
}

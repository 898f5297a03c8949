//! The charts of the papers, drawn as SVG: every colour comes with its own shape or word.

mod dots;
mod map;
mod slope;
mod stack;
mod svg;
mod variation;

pub(crate) use dots::{dots, school};
pub(crate) use map::map;
pub(crate) use slope::{pairs, slope};
pub use stack::stack;
pub(crate) use variation::variation;

use junheng_core::verdict::Verdict;
use svg::{Anchor, INK, MET, NEAR, OPEN, SHORT, Svg};

/// The mark of a verdict: ● met, ▲ tolerated, ✕ not met, ○ open.
fn mark(svg: &mut Svg, at: (f64, f64), r: f64, verdict: Option<Verdict>) {
    match verdict {
        Some(Verdict::Met) => svg.dot(at, r, MET),
        Some(Verdict::Tolerated) => svg.triangle(at, r * 1.2, NEAR),
        Some(Verdict::NotMet) => svg.cross(at, r, SHORT),
        _ => svg.ring(at, r, OPEN),
    }
}

/// The legend of the marks, in a row.
fn legend(svg: &mut Svg, at: (f64, f64), words: &[(Option<Verdict>, &str)]) {
    let mut x = at.0;
    for (verdict, word) in words {
        mark(svg, (x, at.1 - 4.0), 4.0, *verdict);
        svg.text((x + 9.0, at.1), 11.0, Anchor::Start, INK, word);
        x += 26.0 + 11.0 * word.chars().count() as f64;
    }
}

/// A name to the left of `at`, its middle there; in two lines where it is longer than `most` signs.
fn name(svg: &mut Svg, at: (f64, f64), size: f64, most: usize, text: &str) {
    let count = text.chars().count();
    let mut line = |y: f64, text: &str| {
        svg.text((at.0, y + size * 0.36), size, Anchor::End, INK, text);
    };
    if count <= most {
        line(at.1, text);
    } else {
        let half = count.div_ceil(2).min(most);
        let (head, tail): (String, String) = (
            text.chars().take(half).collect(),
            text.chars().skip(half).collect(),
        );
        line(at.1 - size * 0.55, &head);
        line(at.1 + size * 0.55, &shorten(&tail, most));
    }
}

/// A name short enough for an axis.
fn shorten(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let head: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{head}…")
}

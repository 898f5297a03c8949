//! A drawing in the making: shapes and Chinese text, nothing else.

use std::fmt::Write;

use crate::fonts::SANS_NAME;

/// Colours told apart in print too: every one comes with its own shape or word.
pub(crate) const MET: &str = "#2f7d6b";
/// Tolerated.
pub(crate) const NEAR: &str = "#c98a1b";
/// Not met.
pub(crate) const SHORT: &str = "#b5372f";
/// Undetermined, out of scope.
pub(crate) const OPEN: &str = "#8a8f98";
/// Lines and words.
pub(crate) const INK: &str = "#222222";
/// Grid.
pub(crate) const FAINT: &str = "#d5d8dd";

/// Where a text is anchored.
#[derive(Clone, Copy)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// An SVG drawing.
pub(crate) struct Svg {
    text: String,
    size: (f64, f64),
}

/// A coordinate, short and the same everywhere.
fn n(x: f64) -> String {
    let text = format!("{:.1}", x + 0.0);
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

fn escape(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_control())
        .fold(String::new(), |mut out, c| {
            match c {
                '&' => out.push_str("&amp;"),
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                c => out.push(c),
            }
            out
        })
}

impl Svg {
    pub(crate) fn new(wide: f64, high: f64) -> Self {
        Self {
            text: format!(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" font-family=\"{SANS_NAME}\"><rect width=\"{0}\" height=\"{1}\" fill=\"#ffffff\"/>",
                n(wide),
                n(high)
            ),
            size: (wide, high),
        }
    }

    fn add(&mut self, text: std::fmt::Arguments<'_>) {
        // Writing to a text cannot fail.
        let _ = self.text.write_fmt(text);
    }

    pub(crate) fn line(&mut self, from: (f64, f64), to: (f64, f64), colour: &str, wide: f64) {
        self.add(format_args!(
            "<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" stroke=\"{colour}\" stroke-width=\"{wide}\"/>",
            n(from.0),
            n(from.1),
            n(to.0),
            n(to.1)
        ));
    }

    pub(crate) fn dashed(&mut self, from: (f64, f64), to: (f64, f64), colour: &str) {
        self.add(format_args!(
            "<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" stroke=\"{colour}\" stroke-width=\"1.2\" stroke-dasharray=\"5 3\"/>",
            n(from.0),
            n(from.1),
            n(to.0),
            n(to.1)
        ));
    }

    pub(crate) fn bar(&mut self, at: (f64, f64), size: (f64, f64), fill: &str) {
        self.add(format_args!(
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{fill}\"/>",
            n(at.0),
            n(at.1),
            n(size.0.max(0.0)),
            n(size.1.max(0.0))
        ));
    }

    /// ● filled.
    pub(crate) fn dot(&mut self, at: (f64, f64), r: f64, fill: &str) {
        self.add(format_args!(
            "<circle cx=\"{}\" cy=\"{}\" r=\"{}\" fill=\"{fill}\" fill-opacity=\"0.75\"/>",
            n(at.0),
            n(at.1),
            n(r)
        ));
    }

    /// ○ hollow.
    pub(crate) fn ring(&mut self, at: (f64, f64), r: f64, colour: &str) {
        self.add(format_args!(
            "<circle cx=\"{}\" cy=\"{}\" r=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.2\"/>",
            n(at.0),
            n(at.1),
            n(r)
        ));
    }

    /// ▲.
    pub(crate) fn triangle(&mut self, at: (f64, f64), r: f64, fill: &str) {
        let (x, y) = at;
        self.add(format_args!(
            "<path d=\"M{} {}L{} {}L{} {}Z\" fill=\"{fill}\"/>",
            n(x),
            n(y - r * 1.2),
            n(x + r * 1.1),
            n(y + r * 0.8),
            n(x - r * 1.1),
            n(y + r * 0.8)
        ));
    }

    /// ✕.
    pub(crate) fn cross(&mut self, at: (f64, f64), r: f64, colour: &str) {
        let (x, y) = at;
        self.line((x - r, y - r), (x + r, y + r), colour, 1.6);
        self.line((x - r, y + r), (x + r, y - r), colour, 1.6);
    }

    pub(crate) fn text(
        &mut self,
        at: (f64, f64),
        size: f64,
        anchor: Anchor,
        colour: &str,
        text: &str,
    ) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        self.add(format_args!(
            "<text x=\"{}\" y=\"{}\" font-size=\"{}\" text-anchor=\"{anchor}\" fill=\"{colour}\">{}</text>",
            n(at.0),
            n(at.1),
            n(size),
            escape(text)
        ));
    }

    pub(crate) fn finish(mut self, caption: String, alt: String) -> crate::model::Picture {
        self.text.push_str("</svg>");
        crate::model::Picture {
            caption,
            alt,
            svg: self.text,
            size: self.size,
        }
    }
}

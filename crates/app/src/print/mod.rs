//! Text for the terminal: readable at 80 columns, colours always with a sign.

mod evaluation;
mod explanation;
mod findings;
mod forecast;
mod layout;
pub(crate) mod nation;
mod nation_lists;
mod page;
mod path;
mod places;
mod rotation;
mod zones;
mod zones_compare;

pub(crate) use evaluation::evaluation;
pub(crate) use explanation::{comparison, explanation};
pub(crate) use findings::{check, findings, refusal};
pub(crate) use forecast::{Forecast, Why, forecast};
pub(crate) use layout::{Layout, layout};
pub(crate) use nation_lists::nation_pages;
pub(crate) use path::path;
pub(crate) use places::{Places, places};
pub(crate) use rotation::{rotation, subject as rotation_subject};
pub(crate) use zones::{Judged, Zones, zones};

/// Words of a path that its files use too.
pub(crate) mod path_words {
    pub(crate) use super::path::{deed, money, rule, summary};
}

use junheng_core::evaluate::{Evaluation, Inequality};
use junheng_core::finding::Finding;
use junheng_core::model::Snapshot;
use junheng_core::standard::Standard;
use junheng_core::text::Lang;
use junheng_core::verdict::Verdict;

/// Columns of the narrowest terminal.
const COLUMNS: usize = 80;

/// An evaluation with what it was made from.
pub(crate) struct Result<'a> {
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) standard: &'a Standard,
    pub(crate) evaluation: &'a Evaluation,
    pub(crate) inequality: &'a [Inequality],
    pub(crate) findings: &'a [Finding],
}

/// A colour of the terminal.
#[derive(Clone, Copy)]
enum Paint {
    Green,
    Red,
    Amber,
    Grey,
    Bold,
}

fn paint(text: &str, paint: Paint, colour: bool) -> String {
    if !colour {
        return text.to_owned();
    }
    let code = match paint {
        Paint::Green => "32",
        Paint::Red => "31",
        Paint::Amber => "33",
        Paint::Grey => "90",
        Paint::Bold => "1",
    };
    format!("\u{1b}[{code}m{text}\u{1b}[0m")
}

fn colour_of(verdict: Verdict) -> Paint {
    match verdict {
        Verdict::Met => Paint::Green,
        Verdict::NotMet => Paint::Red,
        Verdict::Undetermined | Verdict::Tolerated => Paint::Amber,
        Verdict::NotApplicable => Paint::Grey,
    }
}

/// Sign and word of a verdict.
fn verdict(v: Verdict, lang: Lang, colour: bool) -> String {
    let title = v.title();
    paint(
        &format!("{} {}", v.sign(), title.get(lang)),
        colour_of(v),
        colour,
    )
}

//! Lines of a text for the terminal, in the language of the reader.

use junheng_core::model::{Field, Snapshot};
use junheng_core::standard::{Overlay, Standard};
use junheng_core::text::{Lang, Text};

use super::{COLUMNS, Paint, paint};
use crate::Context;
use crate::commands::is_synthetic;
use crate::width::wrap;

/// Rows of a list that are shown; JSON has all.
pub(super) const SHOWN: usize = 20;

/// The standard with its overlays, and their versions.
pub(super) fn standard(of: &Standard) -> String {
    let mut words = format!("{} ({} v{})", of.document, of.id, of.version);
    for Overlay { id, version, .. } in &of.overlays {
        words.push_str(&format!(" + {id} v{version}"));
    }
    words
}

/// A text that grows by the line.
pub(super) struct Page {
    pub(super) lang: Lang,
    pub(super) colour: bool,
    pub(super) out: String,
}

impl Page {
    pub(super) fn new(context: &Context) -> Self {
        Self {
            lang: context.lang,
            colour: context.colour,
            out: String::new(),
        }
    }

    /// Which county, which year, what of it; and that it is made up, where it is.
    pub(super) fn head(&mut self, snapshot: &Snapshot, about: &[String]) {
        let mut parts = vec![snapshot.county_name().to_owned()];
        if let Some(year) = snapshot.text(Field::SchoolYear, 0) {
            parts.push(match self.lang {
                Lang::Zh => format!("{year}学年"),
                Lang::En => format!("school year {year}"),
            });
        }
        parts.extend_from_slice(about);
        parts.retain(|part| !part.is_empty());
        self.line(&parts.join(" · "), 2);
        if is_synthetic(snapshot) {
            let (zh, en) = (
                "合成数据，不是真实的县。",
                "Synthetic data, not a real county.",
            );
            let text = paint(self.lang.pick(zh, en), Paint::Amber, self.colour);
            self.line(&text, 0);
        }
    }

    /// A paragraph, wrapped; its later lines are indented.
    pub(super) fn line(&mut self, text: &str, indent: usize) {
        self.out.push_str(&wrap(text, COLUMNS, indent));
        self.out.push('\n');
    }

    pub(super) fn say(&mut self, zh: String, en: String) {
        let text = match self.lang {
            Lang::Zh => zh,
            Lang::En => en,
        };
        self.line(&text, 2);
    }

    pub(super) fn heading(&mut self, zh: &str, en: &str) {
        let text = paint(self.lang.pick(zh, en), Paint::Bold, self.colour);
        self.out.push_str(&format!("\n{text}\n"));
    }

    /// How many rows of a list are not shown.
    pub(super) fn rest(&mut self, count: usize) {
        if count > SHOWN {
            let more = count - SHOWN;
            self.say(
                format!("另有 {more} 个，见 --json"),
                format!("{more} more: see --json"),
            );
        }
    }

    /// Why there is no plan, and what would help.
    pub(super) fn conflict(&mut self, message: &Text, relaxation: &Text) {
        let (message, relaxation) = (message.get(self.lang), relaxation.get(self.lang));
        self.line(&format!("• {message} → {relaxation}"), 2);
    }

    /// What was taken for granted.
    pub(super) fn notes(&mut self, notes: &[Text]) {
        if notes.is_empty() {
            return;
        }
        self.heading("说明", "Notes");
        for note in notes {
            let text = format!("• {}", note.get(self.lang));
            self.line(&text, 2);
        }
    }
}

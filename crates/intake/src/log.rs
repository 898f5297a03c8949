//! Findings as a reader collects them.

use std::collections::BTreeMap;

use junheng_core::finding::{Finding, Place, Severity};
use junheng_core::model::column_letters;
use junheng_core::text::Text;

use crate::header::is_invisible;

/// Findings of one code in one column that are listed one by one; the rest is counted.
const LISTED: usize = 200;

/// Findings and reasons to refuse, in the order in which they were met.
#[derive(Debug, Default)]
pub struct Log {
    refusals: Vec<Finding>,
    findings: Vec<Finding>,
    seen: BTreeMap<(&'static str, Place), usize>,
}

impl Log {
    /// Keeps a finding; beyond 200 alike in one column it is only counted.
    pub fn add(&mut self, finding: Finding) {
        if self.listed(&finding) {
            self.findings.push(finding);
        }
    }

    /// Keeps a reason why the input is unusable.
    pub fn refuse(&mut self, finding: Finding) {
        if self.listed(&finding) || self.refusals.is_empty() {
            self.refusals.push(finding);
        }
    }

    /// Whether a reason to refuse was met.
    #[must_use]
    pub fn refused(&self) -> bool {
        !self.refusals.is_empty()
    }

    /// All findings, refusals first, then what was only counted.
    #[must_use]
    pub fn close(self) -> Vec<Finding> {
        let rest = self
            .seen
            .into_iter()
            .filter(|(_, n)| *n > LISTED)
            .map(|((code, place), n)| {
                let more = n - LISTED;
                note(
                    "more_alike",
                    place,
                    Text::new(
                        format!("同类问题（{code}）另有 {more} 处，未逐一列出"),
                        format!(
                            "{more} more findings of the kind {code} are not listed one by one"
                        ),
                    ),
                    Text::new(
                        "先改正已列出的，再检查一次",
                        "Fix those listed, then check again",
                    ),
                )
            });
        let mut all = self.refusals;
        all.extend(self.findings);
        all.extend(rest);
        all
    }

    fn listed(&mut self, finding: &Finding) -> bool {
        let place = Place {
            row: None,
            ..finding.place.clone()
        };
        let count = self.seen.entry((finding.code, place)).or_default();
        *count += 1;
        *count <= LISTED
    }
}

/// A sheet as the start of places.
#[derive(Debug, Clone, Copy)]
pub struct Spot<'a> {
    /// File name.
    pub file: &'a str,
    /// Sheet name; empty for CSV.
    pub sheet: &'a str,
}

impl Spot<'_> {
    /// The sheet as a whole.
    #[must_use]
    pub fn whole(self) -> Place {
        Place {
            file: self.file.to_owned(),
            sheet: self.sheet.to_owned(),
            ..Place::default()
        }
    }

    /// A row, counted from 0.
    #[must_use]
    pub fn row(self, row: usize) -> Place {
        Place {
            row: Some(one_based(row)),
            ..self.whole()
        }
    }

    /// A cell, row and column counted from 0.
    #[must_use]
    pub fn cell(self, row: usize, column: usize) -> Place {
        Place {
            column: column_letters(one_based(column)),
            ..self.row(row)
        }
    }
}

/// An index from 0 as Excel counts.
#[must_use]
pub fn one_based(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX - 1) + 1
}

/// A finding that must be fixed.
#[must_use]
pub fn error(code: &'static str, place: Place, message: Text, hint: Text) -> Finding {
    Finding {
        code,
        severity: Severity::Error,
        place,
        message,
        hint,
    }
}

/// A finding to fix or explain.
#[must_use]
pub fn explain(code: &'static str, place: Place, message: Text, hint: Text) -> Finding {
    Finding {
        code,
        severity: Severity::Explain,
        place,
        message,
        hint,
    }
}

/// Good to know.
#[must_use]
pub fn note(code: &'static str, place: Place, message: Text, hint: Text) -> Finding {
    Finding {
        code,
        severity: Severity::Note,
        place,
        message,
        hint,
    }
}

/// Untrusted text as it may stand in a message: one line, at most 40 characters.
#[must_use]
pub fn quoted(text: &str) -> String {
    let shown = |c: &char| !c.is_control() && !is_invisible(*c);
    let mut short: String = text.chars().filter(shown).take(40).collect();
    if text.chars().filter(shown).nth(40).is_some() {
        short.push('…');
    }
    short
}

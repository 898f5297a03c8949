//! The hash of an evaluation, which every paper carries.
//!
//! It covers the standard with its overlays and choices, the county, every section with its figures
//! and verdicts, the coefficients and the items. Names of files and the program's version are left
//! out: the same figures give the same hash. Papers of more than a county hash their own [`Figures`].

mod content;

pub use content::{Change, Content, margins};

use std::fmt::Write;

use sha2::{Digest, Sha256};

use crate::Subject;

/// What a paper says of its evaluation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seal {
    /// SHA-256 over the evaluation, 64 hex digits.
    pub evaluation: String,
    /// The standard it was judged by: base, overlays and choices, `cn-2017-6+ln;retention=B`; of a
    /// nation the options of its run, `nation;years=2024,2025;ahead=1`. Without blanks.
    pub standard: String,
}

/// Name of the property of a workbook that says how it is made again.
pub const FORM: &str = "junheng-form";

/// Figures in a fixed order, one line after the other, as a seal covers them.
#[derive(Debug)]
pub struct Figures(Sha256);

impl Figures {
    /// No figure yet of `kind`, whose lines mean the same in every version.
    #[must_use]
    pub fn new(kind: &str) -> Self {
        let mut figures = Self(Sha256::new());
        figures.line(&[kind]);
        figures
    }

    /// One more line.
    pub fn line(&mut self, parts: &[&str]) {
        for (n, part) in parts.iter().enumerate() {
            if n > 0 {
                self.0.update("\t");
            }
            self.0.update(part);
        }
        self.0.update("\n");
    }

    /// The seal of what was judged by `standard`.
    #[must_use]
    pub fn seal(self, standard: String) -> Seal {
        Seal {
            evaluation: hex(&self.0.finalize()),
            standard,
        }
    }
}

/// A figure of a line; `{:?}` of a number is exact and the same everywhere.
#[must_use]
pub fn number(x: Option<f64>) -> String {
    x.map_or_else(|| "-".to_owned(), |x| format!("{x:?}"))
}

impl Seal {
    /// The seal of a subject.
    #[must_use]
    pub fn of(subject: &Subject<'_>) -> Self {
        figures(subject).seal(standard(subject))
    }

    /// The first digits, as printed in a footer.
    #[must_use]
    pub fn short(&self) -> &str {
        self.evaluation.get(..16).unwrap_or(&self.evaluation)
    }

    /// The properties of an Office file that carry it.
    #[must_use]
    pub fn properties(&self) -> [(&'static str, &str); 2] {
        [
            ("junheng-evaluation", &self.evaluation),
            ("junheng-standard", &self.standard),
        ]
    }
}

fn standard(subject: &Subject<'_>) -> String {
    let standard = subject.standard;
    let mut text = standard.id.clone();
    for overlay in &standard.overlays {
        text.push('+');
        text.push_str(&overlay.id);
    }
    for (id, choice) in &standard.choices {
        text.push(';');
        text.push_str(id);
        text.push('=');
        text.push_str(&choice.chosen);
    }
    text
}

fn figures(subject: &Subject<'_>) -> Figures {
    let (standard, evaluation) = (subject.standard, subject.evaluation);
    let mut figures = Figures::new("junheng-evaluation-1");
    let mut line = |parts: &[&str]| figures.line(parts);
    line(&[&self::standard(subject), &standard.version]);
    line(&[
        subject.snapshot.county_name(),
        &subject.day().to_string(),
        evaluation.verdict.id(),
    ]);
    for section in &evaluation.sections {
        let stage = section.stage.map_or("-", |s| s.id());
        let verdict = section.verdict.map_or("-", |v| v.id());
        let students = number(section.students);
        line(&[&section.school_id, &section.name, stage, &students, verdict]);
        for result in &section.indicators {
            let id = &standard.indicators[result.indicator].id;
            let verdict = result.verdict.map_or("-", |v| v.id());
            let judged = &result.judged;
            let figures = [judged.value, judged.threshold, judged.floor].map(number);
            line(&[id, &figures[0], &figures[1], &figures[2], verdict]);
        }
    }
    for v in &evaluation.variations {
        let figures = [
            v.spread.map(|s| s.mean),
            v.spread.and_then(|s| s.cv),
            v.limit,
        ]
        .map(number);
        line(&[
            &standard.indicators[v.indicator].id,
            v.stage.id(),
            &figures[0],
            &figures[1],
            &figures[2],
            v.verdict.map_or("-", |v| v.id()),
        ]);
    }
    for c in &evaluation.composites {
        let figures = [c.cv, c.limit].map(number);
        line(&[c.stage.id(), &figures[0], &figures[1], c.verdict.id()]);
    }
    for item in &evaluation.items {
        let id = &standard.items[item.item].id;
        line(&[id, &number(item.value), item.verdict.id()]);
        for part in &item.parts {
            let figures = [part.value, part.threshold].map(number);
            line(&[&part.id, &figures[0], &figures[1], part.verdict.id()]);
        }
    }
    figures
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, b| {
        // Writing to a text cannot fail.
        let _ = write!(out, "{b:02x}");
        out
    })
}

/// How a PDF says its seal among its keywords.
const KEYWORD: &str = "junheng-evaluation:";

/// How a PDF says the hash of itself.
const FILE: &str = "junheng-file:";

/// Zeros where the hash of the file will stand.
fn unsealed() -> String {
    format!("{FILE}{}", "0".repeat(64))
}

/// The seal in three words, for the keywords of a PDF; the hash of the file is still missing.
pub(crate) fn keyword(seal: &Seal) -> String {
    format!(
        "{KEYWORD}{} {} {}",
        seal.evaluation,
        seal.standard,
        unsealed()
    )
}

/// Writes the hash of a PDF into it, wherever its keywords stand.
pub(crate) fn sign(bytes: &mut [u8]) {
    let (blank, hash) = (unsealed(), hex(&Sha256::digest(&*bytes)));
    let mut at = 0;
    while let Some(found) = (bytes.get(at..)).and_then(|rest| {
        rest.windows(blank.len())
            .position(|w| w == blank.as_bytes())
    }) {
        let end = at + found + blank.len();
        bytes[end - hash.len()..end].copy_from_slice(hash.as_bytes());
        at = end;
    }
}

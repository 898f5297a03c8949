//! Every finding of the program: what it means, why it matters, what to do.
//!
//! The only list of codes; `docs/generated/findings.md` is printed from it.
//! A new finding is an entry here and a check (`CONTRIBUTING.md`, recipe "a finding").

macro_rules! entries {
    ($($code:ident $severity:ident $title_zh:literal $title_en:literal
        $why_zh:literal $why_en:literal
        $fix_zh:literal $fix_en:literal
        $example_zh:literal $example_en:literal;)+) => {
        pub(super) const ENTRIES: &[Entry] = {
            use junheng_core::finding::Severity::*;
            &[$(Entry {
                code: stringify!($code), severity: $severity, title: ($title_zh, $title_en),
                why: ($why_zh, $why_en), fix: ($fix_zh, $fix_en), example: ($example_zh, $example_en),
            }),+]
        };
    };
}

mod forecast;
mod mapping;
mod maps;
mod meaning;
mod nation;
mod reading;

use junheng_core::finding::Severity;

/// A kind of finding. Pairs are Chinese and English.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// Stable code of the finding.
    pub code: &'static str,
    /// How it is dealt with.
    pub severity: Severity,
    /// What it is, in a few words.
    pub title: (&'static str, &'static str),
    /// Why it matters, or what the program did.
    pub why: (&'static str, &'static str),
    /// What to do.
    pub fix: (&'static str, &'static str),
    /// A message as it may read.
    pub example: (&'static str, &'static str),
}

/// All codes: of reading, of mapping other files, of a nation's files, of forecasts, of the checks.
pub const CATALOGUE: &[Entry] = &joined();

const PARTS: [&[Entry]; 6] = [
    reading::ENTRIES,
    maps::ENTRIES,
    mapping::ENTRIES,
    nation::ENTRIES,
    forecast::ENTRIES,
    meaning::ENTRIES,
];

const COUNT: usize = count();

const fn count() -> usize {
    let (mut part, mut n) = (0, 0);
    while part < PARTS.len() {
        n += PARTS[part].len();
        part += 1;
    }
    n
}

const fn joined() -> [Entry; COUNT] {
    let mut all = [reading::ENTRIES[0]; COUNT];
    let (mut part, mut n) = (0, 0);
    while part < PARTS.len() {
        let mut i = 0;
        while i < PARTS[part].len() {
            all[n] = PARTS[part][i];
            (i, n) = (i + 1, n + 1);
        }
        part += 1;
    }
    all
}

/// The entry of a code.
#[must_use]
pub fn entry(code: &str) -> Option<&'static Entry> {
    CATALOGUE.iter().find(|e| e.code == code)
}

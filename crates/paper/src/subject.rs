//! What a paper reports on, in the one order that every table keeps.

use junheng_core::date::Date;
use junheng_core::evaluate::{At, Evaluation, SectionResult, VariationResult};
use junheng_core::model::{Field, Snapshot, Stage, TableId};
use junheng_core::standard::{Standard, Unit};
use junheng_core::verdict::Verdict;

/// A county, how it was judged, and what else is known of it.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The county.
    pub snapshot: &'a Snapshot,
    /// What it is judged by.
    pub standard: &'a Standard,
    /// The verdict.
    pub evaluation: &'a Evaluation,
}

/// Kind of a teaching point.
const POINT: f64 = 218.0;
/// Kinds of special-education schools.
const SPECIAL: std::ops::Range<f64> = 510.0..520.0;

impl<'a> Subject<'a> {
    /// An indicator's mean in each stage.
    pub(crate) fn means(&self, indicator: usize) -> impl Iterator<Item = f64> {
        let own = self.evaluation.variations.iter();
        own.filter(move |v| v.indicator == indicator)
            .filter_map(|v| Some(v.spread?.mean))
    }

    /// Decimals of an indicator's figures: two; four for shares of one that have no limit beside them.
    pub(crate) fn decimals(&self, indicator: usize) -> u32 {
        let limits = &self.standard.indicators[indicator].limits;
        let limited = limits.iter().any(Option::is_some);
        let small = self.means(indicator).all(|mean| mean < 1.0);
        if small && !limited { 4 } else { 2 }
    }

    /// The county's name; its code where it has none; a blank to fill where neither is known.
    #[must_use]
    pub fn county(&self) -> &'a str {
        match self.snapshot.county_name() {
            "" => "＿＿县",
            name => name,
        }
    }

    /// Invented, so every page says so.
    #[must_use]
    pub fn synthetic(&self) -> bool {
        self.snapshot.number(Field::Synthetic, 0) == Some(1.0)
    }

    /// Whether evidence may be given for an id: an item's or an indicator's.
    #[must_use]
    pub fn takes_evidence(&self, id: &str) -> bool {
        self.standard.items.iter().any(|item| item.id == id)
            || self.standard.indicators.iter().any(|i| i.id == id)
    }

    /// The day of the figures, never the clock's.
    #[must_use]
    pub fn day(&self) -> Date {
        self.snapshot.as_of().unwrap_or(self.standard.date)
    }

    /// A number of the school of a row of `schools`.
    pub(crate) fn school_number(&self, field: Field, school: Option<usize>) -> Option<f64> {
        self.snapshot.number(field, school?)
    }

    pub(crate) fn kind(&self, section: &SectionResult) -> Option<f64> {
        self.school_number(Field::SchoolKind, section.school)
    }

    pub(crate) fn is_point(&self, section: &SectionResult) -> bool {
        self.kind(section) == Some(POINT)
    }

    pub(crate) fn is_special(&self, school: usize) -> bool {
        self.snapshot
            .number(Field::SchoolKind, school)
            .is_some_and(|k| SPECIAL.contains(&k))
    }

    /// The sections in scope of a stage: as in the table, teaching points last.
    pub(crate) fn sections(&self, stage: Stage) -> Vec<&'a SectionResult> {
        let mut all: Vec<&SectionResult> = self
            .evaluation
            .sections
            .iter()
            .filter(|s| s.in_scope() && s.stage == Some(stage))
            .collect();
        all.sort_by_key(|s| self.is_point(s));
        all
    }

    /// The judged stages of which there is a section, in scope or not.
    pub(crate) fn stages(&self) -> impl Iterator<Item = Stage> {
        let sections = &self.evaluation.sections;
        let there = |stage: &Stage| sections.iter().any(|s| s.stage == Some(*stage));
        Stage::JUDGED.into_iter().filter(there)
    }

    /// Every section in scope, primary first.
    pub(crate) fn judged(&self) -> Vec<&'a SectionResult> {
        Stage::JUDGED
            .into_iter()
            .flat_map(|stage| self.sections(stage))
            .collect()
    }

    /// Rows of schools of compulsory education, teaching points last, special schools after them.
    pub(crate) fn schools(&self) -> Vec<usize> {
        let mut all: Vec<usize> = (0..self.snapshot.rows(TableId::Schools)).collect();
        all.sort_by_key(|row| {
            let point = self.snapshot.number(Field::SchoolKind, *row) == Some(POINT);
            (self.is_special(*row), point)
        });
        all
    }

    /// The coefficients of a stage, in the order of the indicators.
    pub(crate) fn variations(&self, stage: Stage) -> Vec<&'a VariationResult> {
        self.evaluation
            .variations
            .iter()
            .filter(|v| v.stage == stage)
            .collect()
    }

    /// A figure of a section, after lists and sharing.
    pub(crate) fn figure(&self, field: Field, row: usize) -> Option<f64> {
        self.evaluation.frame.section(field, row)
    }

    /// Where a section's figures are read.
    pub(crate) fn at(&self, row: usize) -> At<'a> {
        At {
            frame: &self.evaluation.frame,
            unit: Unit::Section,
            row,
        }
    }

    /// A sum over the compulsory sections of ordinary schools; `None` where one is blank.
    pub(crate) fn sum(&self, stage: Stage, field: Field) -> Option<f64> {
        let mut total = 0.0;
        for (row, section) in self.evaluation.frame.sections.iter().enumerate() {
            let special = section.school.is_some_and(|s| self.is_special(s));
            if section.stage == Some(stage) && !special {
                total += self.figure(field, row)?;
            }
        }
        Some(total)
    }

    /// How many sections of a stage have a verdict.
    pub(crate) fn count(&self, stage: Stage, verdict: Verdict) -> usize {
        self.sections(stage)
            .iter()
            .filter(|s| s.verdict == Some(verdict))
            .count()
    }

    /// A county figure.
    pub(crate) fn fact(&self, field: Field) -> Option<f64> {
        self.snapshot.number(field, 0)
    }
}

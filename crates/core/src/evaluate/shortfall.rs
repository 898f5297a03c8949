//! What it would take: people, square metres, yuan, rooms.

use super::frame::Frame;
use super::ratio::{At, try_exceptions};
use super::sections::{IndicatorResult, SectionResult};
use crate::exact::{Exact, decimal, to_f64};
use crate::model::{Field, Kind};
use crate::standard::{Compare, Relief, Standard, Unit, Variable};
use crate::verdict::Verdict;

/// How much more of an indicator's resource a section needs.
#[derive(Debug, Clone, PartialEq)]
pub struct Shortfall {
    /// Index into [`Standard::indicators`].
    pub indicator: usize,
    /// Up to the threshold, in whole units: persons, rooms, m², yuan.
    pub to_threshold: f64,
    /// Up to the floor; 0 where that is reached.
    pub to_floor: f64,
    /// The field that would have to grow.
    pub field: Field,
}

/// The shortfalls of a section, for every indicator that is below its threshold.
#[must_use]
pub fn shortfalls(standard: &Standard, frame: &Frame, section: &SectionResult) -> Vec<Shortfall> {
    section
        .indicators
        .iter()
        .filter_map(|result| one(standard, frame, section, result))
        .collect()
}

fn one(
    standard: &Standard,
    frame: &Frame,
    section: &SectionResult,
    result: &IndicatorResult,
) -> Option<Shortfall> {
    let indicator = &standard.indicators[result.indicator];
    let threshold = result.judged.threshold?;
    if result.verdict == Some(Verdict::Met) || indicator.compare != Compare::AtLeast {
        return None;
    }
    let at = At {
        frame,
        unit: Unit::Section,
        row: section.row,
    };
    let mut adds: Vec<Variable> = Vec::new();
    for tried in try_exceptions(standard, &indicator.id, at, section.stage) {
        if let Relief::Adds(more) = &standard.exceptions[tried.exception].relief
            && tried.holds.worst
        {
            adds.extend(more);
        }
    }
    let have: Exact = at.numerator(&indicator.measure, &adds)?;
    let students: Exact = at.denominator(&indicator.measure)?;
    let scale = decimal(indicator.measure.per) / decimal(indicator.measure.divisor);
    let more = |level: f64| {
        let needed = decimal(level) * &students / &scale - &have;
        to_f64(&needed.ceil()).max(0.0)
    };
    let field = indicator.measure.plus.first()?.field()?;
    Some(Shortfall {
        indicator: result.indicator,
        to_threshold: more(threshold),
        to_floor: result.judged.floor.map_or(0.0, more),
        field,
    })
}

impl Shortfall {
    /// Chinese and English unit of the missing amount.
    #[must_use]
    pub fn unit(&self) -> (&'static str, &'static str) {
        match (self.field.kind(), self.field.about().unit) {
            (Kind::Yuan, _) => ("元", "yuan"),
            (_, "平方米") => ("平方米", "m²"),
            (_, "间") => ("间", "rooms"),
            (_, "人") => ("人", "persons"),
            (_, unit) => (unit, ""),
        }
    }
}

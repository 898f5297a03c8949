//! The items of the assessment: entry, government, quality, recognition, vetoes.

mod classes;
mod county;
mod resource;
mod units;

use std::collections::BTreeSet;

pub(crate) use units::universe;

use super::frame::Frame;
use super::ratio::{At, Tried};
use super::sections::SectionResult;
use super::variation::{CompositeResult, VariationResult};
use crate::model::{Field, Snapshot};
use crate::standard::{Compare, Item, ItemTest, Part, Ratio, Standard, Unit, Variable};
use crate::text::Text;
use crate::verdict::{Grade, Span, Verdict};

/// A unit that a part looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitResult {
    /// Section or school.
    pub unit: Unit,
    /// Its row.
    pub row: usize,
    /// The figure, where there is one.
    pub value: Option<f64>,
    /// What it was compared with.
    pub threshold: Option<f64>,
    /// Met, not met, undetermined.
    pub verdict: Verdict,
    /// Exceptions tried.
    pub tried: Vec<Tried>,
}

impl UnitResult {
    /// It fails, is open, or an exception may have helped it.
    #[must_use]
    pub fn matters(&self) -> bool {
        self.verdict != Verdict::Met || self.tried.iter().any(|t| t.holds.best)
    }
}

/// A figure whose absence leaves something open, or that cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap {
    /// The unit, as 0 section, 1 school, 2 county: rows of one are kept together.
    pub unit: u8,
    /// Its row.
    pub row: usize,
    /// What is missing.
    pub variable: Variable,
}

impl Gap {
    fn of(unit: Unit, row: usize, variable: Variable) -> Self {
        Self {
            unit: unit as u8,
            row,
            variable,
        }
    }

    /// The unit.
    #[must_use]
    pub fn at(self) -> Unit {
        match self.unit {
            0 => Unit::Section,
            1 => Unit::School,
            _ => Unit::County,
        }
    }
}

/// A part of an item.
#[derive(Debug, Clone, PartialEq)]
pub struct PartResult {
    /// Its id within the item.
    pub id: String,
    /// What it is called.
    pub title: Text,
    /// The figure.
    pub value: Option<f64>,
    /// What it is compared with.
    pub threshold: Option<f64>,
    /// How.
    pub compare: Compare,
    /// The verdict of the figures.
    pub verdict: Verdict,
    /// Units looked at; of a sum, those that are short by themselves.
    pub units: Vec<UnitResult>,
    /// Missing figures.
    pub gaps: Vec<Gap>,
    /// Index into the item's parts.
    pub part: usize,
}

/// An item.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemResult {
    /// Index into [`Standard::items`].
    pub item: usize,
    /// The figure, where the item has one part.
    pub value: Option<f64>,
    /// What it is compared with.
    pub threshold: Option<f64>,
    /// The verdict.
    pub verdict: Verdict,
    /// Its parts.
    pub parts: Vec<PartResult>,
    /// What the county attested: `true` is met.
    pub attested: Option<bool>,
    /// The attestation decided, not the figures.
    pub by_attestation: bool,
    /// Schools that fail, in the order of the table.
    pub failing: Vec<String>,
}

/// All that items look at.
pub(super) struct Scene<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) standard: &'a Standard,
    pub(super) frame: &'a Frame,
    pub(super) sections: &'a [SectionResult],
    pub(super) variations: &'a [VariationResult],
    pub(super) composites: &'a [CompositeResult],
}

/// A part before its name is put to it.
struct Outcome {
    value: Option<f64>,
    threshold: Option<f64>,
    compare: Compare,
    verdict: Verdict,
    units: Vec<UnitResult>,
    gaps: Vec<Gap>,
}

impl Outcome {
    fn new(compare: Compare, verdict: Verdict) -> Self {
        Self {
            value: None,
            threshold: None,
            compare,
            verdict,
            units: Vec::new(),
            gaps: Vec::new(),
        }
    }
}

/// Judges every item, in the standard's order.
pub(super) fn judge_items(scene: &Scene<'_>) -> Vec<ItemResult> {
    scene
        .standard
        .items
        .iter()
        .enumerate()
        .map(|(index, item)| scene.item(index, item))
        .collect()
}

impl Scene<'_> {
    fn item(&self, index: usize, item: &Item) -> ItemResult {
        let parts: Vec<PartResult> = item
            .parts
            .iter()
            .enumerate()
            .flat_map(|(n, part)| self.part(item, n, part))
            .collect();
        let figures = if parts.iter().all(|p| p.verdict == Verdict::NotApplicable) {
            Verdict::NotApplicable
        } else {
            Verdict::all(parts.iter().map(|p| p.verdict))
        };
        let failing = self.failing(&parts);
        let attested = self.attested(&item.id);
        let computed = item.parts.iter().any(|p| {
            matches!(
                p.test,
                ItemTest::SectionsPass(_)
                    | ItemTest::VariationWithin(_)
                    | ItemTest::CompositeWithin(_)
            )
        });
        // Figures judge; attestation fills in where they cannot, but never against a unit that is
        // known to fail, nor for what the program itself computes. `not_met` overrides.
        let fills_in = !computed && failing.is_empty();
        let (verdict, by_attestation) = match (attested, figures) {
            (Some(false), _) => (Verdict::NotMet, figures != Verdict::NotMet),
            (Some(true), Verdict::Undetermined) if fills_in => (Verdict::Met, true),
            _ => (figures, false),
        };
        let only = if let [only] = parts.as_slice() {
            Some(only)
        } else {
            None
        };
        ItemResult {
            item: index,
            value: only.and_then(|p| p.value),
            threshold: only.and_then(|p| p.threshold),
            verdict,
            attested,
            by_attestation: by_attestation
                || item.parts.iter().all(|p| p.test == ItemTest::Attested),
            failing,
            parts,
        }
    }

    fn attested(&self, id: &str) -> Option<bool> {
        match self
            .snapshot
            .facts
            .get(&format!("attest_{id}"))?
            .value
            .as_str()
        {
            "met" => Some(true),
            "not_met" => Some(false),
            _ => None,
        }
    }

    /// Ids of schools with a failing unit, in the order of the schools.
    fn failing(&self, parts: &[PartResult]) -> Vec<String> {
        let mut schools = BTreeSet::new();
        let mut unknown = Vec::new();
        for unit in parts.iter().flat_map(|p| &p.units) {
            if unit.verdict != Verdict::NotMet {
                continue;
            }
            match unit.unit {
                Unit::School => {
                    schools.insert(unit.row);
                }
                Unit::Section => match self.frame.sections[unit.row].school {
                    Some(school) => {
                        schools.insert(school);
                    }
                    None => unknown.push(self.sections[unit.row].school_id.clone()),
                },
                Unit::County => {}
            }
        }
        let known = schools
            .into_iter()
            .filter_map(|row| self.snapshot.text(Field::SchoolId, row).map(str::to_owned));
        known.chain(unknown).collect()
    }

    fn part(&self, item: &Item, index: usize, part: &Part) -> Vec<PartResult> {
        if let ItemTest::Monitoring { level, difference } = part.test {
            return self.monitoring(index, level, difference);
        }
        let target = format!("{}.{}", item.id, part.id);
        let outcome = match &part.test {
            ItemTest::SectionsPass(rule) => self.sections_pass(*rule),
            ItemTest::VariationWithin(rule) => self.variation_within(*rule),
            ItemTest::CompositeWithin(rule) => self.composite_within(*rule),
            ItemTest::County {
                ratio,
                compare,
                object_required,
            } => self.county(ratio, *compare, *object_required, &part.limits),
            ItemTest::Total {
                stage,
                ratio,
                compare,
                filter,
            } => self.total(item, *stage, ratio, *compare, filter, &part.limits),
            ItemTest::Every {
                unit,
                ratio,
                compare,
                filter,
            } => self.every(item, &target, *unit, ratio, *compare, filter, &part.limits),
            ItemTest::ClassesAtMost => self.classes_at_most(item, &part.limits),
            ItemTest::ClassShare { above, compare } => {
                self.class_share(item, *above, *compare, &part.limits)
            }
            ItemTest::Rooms { room, per_classes } => {
                self.rooms(item, &target, room, *per_classes, &part.limits)
            }
            ItemTest::Points(items) => self.points(items, &part.limits),
            ItemTest::Score => Outcome {
                value: self.score(&item.id),
                threshold: self.county_limit(&part.limits),
                ..Outcome::new(Compare::AtLeast, Verdict::NotApplicable)
            },
            ItemTest::Attested => Outcome::new(
                Compare::AtLeast,
                self.attested(&item.id)
                    .map_or(Verdict::Undetermined, reached),
            ),
            ItemTest::Veto(field) => self.veto(*field),
            ItemTest::Monitoring { .. } => return Vec::new(),
        };
        vec![PartResult {
            id: part.id.clone(),
            title: part.title.clone(),
            value: outcome.value,
            threshold: outcome.threshold,
            compare: outcome.compare,
            verdict: outcome.verdict,
            units: outcome.units,
            gaps: outcome.gaps,
            part: index,
        }]
    }
}

fn reached(yes: bool) -> Verdict {
    if yes { Verdict::Met } else { Verdict::NotMet }
}

fn holds(order: std::cmp::Ordering, compare: Compare) -> bool {
    match compare {
        Compare::AtLeast => order.is_ge(),
        Compare::AtMost => order.is_le(),
        Compare::Below => order.is_lt(),
    }
}

fn passed(span: Span<Grade>) -> Span<bool> {
    Span {
        worst: span.worst == Grade::Reached,
        best: span.best == Grade::Reached,
    }
}

/// The variables of a ratio that are missing at a unit; of a share above 1, the parts.
pub(super) fn missing_variables(at: At<'_>, ratio: &Ratio) -> Vec<Gap> {
    let value = at.ratio::<f64>(ratio, &[]);
    let wrong = value.is_some_and(|v| ratio.contradicts(v));
    let parts = ratio.plus.iter().copied().filter(|_| wrong);
    let blank = ratio.variables().filter(|v| at.read::<f64>(*v).is_none());
    let all: BTreeSet<Variable> = parts.chain(blank).collect();
    let gap = |variable| Gap::of(at.unit, at.row, variable);
    all.into_iter().map(gap).collect()
}

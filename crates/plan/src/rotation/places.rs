//! Places that teachers leave or join, and the indicators that their lists decide.

use std::collections::BTreeSet;

use junheng_core::evaluate::{At, Evaluation, Origin, try_exceptions};
use junheng_core::exact::{Exact, decimal};
use junheng_core::model::{Field, Snapshot, Stage, is_special};
use junheng_core::standard::{Compare, Ratio, Relief, Standard, Unit, Variable};
use num_traits::ToPrimitive;

use super::Options;
use super::county::Profile;

/// A section that teachers may leave or join.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// Row of `sections`.
    pub(super) row: usize,
    /// Row of `schools`.
    pub(super) school: usize,
    pub(super) school_id: String,
    pub(super) name: String,
    pub(super) stage: Stage,
    pub(super) point: Option<(f64, f64)>,
    pub(super) gives: bool,
    pub(super) takes: bool,
    /// Limits of arrivals − departures.
    pub(super) net: (i64, i64),
}

/// An indicator of a section that the list of teachers decides.
#[derive(Debug, Clone)]
pub(super) struct Pair {
    pub(super) place: usize,
    pub(super) indicator: usize,
    /// Factor of each column in the numerator.
    pub(super) factors: Vec<i64>,
    /// What must be added, net, to reach the threshold; not positive where it is reached.
    pub(super) deficit: i64,
}

impl Pair {
    /// What a person of a profile adds.
    pub(super) fn weight(&self, profile: &Profile) -> i64 {
        let counted = |bit: usize| i64::from(profile.marks >> bit & 1);
        self.factors
            .iter()
            .enumerate()
            .map(|(bit, f)| f * counted(bit))
            .sum()
    }
}

/// The counted columns that indicators read and that at least one list decides.
pub(super) fn columns(standard: &Standard, before: &Evaluation) -> Vec<Field> {
    let listed = |field: Field| {
        (0..before.sections.len())
            .any(|row| matches!(before.frame.origin(field, row), Some(Origin::Teachers(_))))
    };
    let fields: BTreeSet<Field> = standard
        .indicators
        .iter()
        .flat_map(|i| i.measure.plus.iter().chain(&i.measure.minus))
        .filter_map(|v| match v {
            Variable::Section(field) if listed(*field) => Some(*field),
            _ => None,
        })
        .collect();
    fields.into_iter().take(32).collect()
}

pub(super) fn places(
    snapshot: &Snapshot,
    before: &Evaluation,
    columns: &[Field],
    options: &Options,
) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::new();
    for section in &before.sections {
        let (Some(school), Some(stage)) = (section.school, section.stage) else {
            continue;
        };
        let listed = |field| before.frame.origin(field, section.row).is_some();
        let known = |field| before.frame.section(field, section.row).is_some();
        if stage == Stage::Senior || !listed(Field::FullTimeTeachers) {
            continue;
        }
        let special = snapshot
            .number(Field::SchoolKind, school)
            .is_some_and(is_special);
        let private = snapshot.text(Field::Owner, school) == Some("private");
        let silent = columns.iter().any(|f| !listed(*f));
        let blank = columns.iter().any(|f| !known(*f));
        let part = !special && !private && !silent;
        let balance = i64::from(options.balance);
        places.push(Place {
            row: section.row,
            school,
            school_id: section.school_id.clone(),
            name: section.name.clone(),
            stage,
            point: snapshot
                .number(Field::SchoolLon, school)
                .zip(snapshot.number(Field::SchoolLat, school)),
            gives: part && !blank,
            takes: part && section.students != Some(0.0),
            net: options
                .posts
                .get(&section.row)
                .copied()
                .unwrap_or((-balance, balance)),
        });
    }
    places.sort_by(|a, b| (a.stage, &a.school_id).cmp(&(b.stage, &b.school_id)));
    places
}

pub(super) fn pairs(
    standard: &Standard,
    before: &Evaluation,
    places: &[Place],
    columns: &[Field],
) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for (place, p) in places.iter().enumerate() {
        for result in &before.sections[p.row].indicators {
            let indicator = &standard.indicators[result.indicator];
            let factor = |field: &Field| -> i64 {
                let n = |all: &[Variable]| {
                    all.iter()
                        .filter(|v| **v == Variable::Section(*field))
                        .count() as i64
                };
                n(&indicator.measure.plus) - n(&indicator.measure.minus)
            };
            let factors: Vec<i64> = columns.iter().map(factor).collect();
            if indicator.compare != Compare::AtLeast || factors.iter().all(|f| *f == 0) {
                continue;
            }
            let (Some(_), Some(threshold)) = (result.judged.value, result.judged.threshold) else {
                continue;
            };
            let deficit = deficit(
                standard,
                before,
                p,
                &indicator.id,
                &indicator.measure,
                threshold,
            );
            if let Some(deficit) = deficit {
                pairs.push(Pair {
                    place,
                    indicator: result.indicator,
                    factors,
                    deficit,
                });
            }
        }
    }
    pairs
}

/// How many more must count for the threshold to be reached, exactly.
fn deficit(
    standard: &Standard,
    before: &Evaluation,
    place: &Place,
    indicator: &str,
    measure: &Ratio,
    threshold: f64,
) -> Option<i64> {
    let at = At {
        frame: &before.frame,
        unit: Unit::Section,
        row: place.row,
    };
    let mut adds: Vec<Variable> = Vec::new();
    for tried in try_exceptions(standard, indicator, at, Some(place.stage)) {
        if let Relief::Adds(more) = &standard.exceptions[tried.exception].relief
            && tried.holds.worst
        {
            adds.extend(more);
        }
    }
    let now: Exact = at.numerator(measure, &adds)?;
    let over: Exact = at.denominator(measure)?;
    let wanted = decimal(threshold) * over * decimal(measure.divisor) / decimal(measure.per);
    (wanted - now).ceil().to_integer().to_i64()
}

//! A judged year as the planner sees it: where each indicator stands and what would move it.
//!
//! Nothing here knows an indicator. Values and limits come from the evaluator; what one more unit
//! of a field does to each indicator is measured with it, so splits, exceptions and any
//! standard's definitions are right by construction.

use std::collections::{BTreeMap, BTreeSet};

use junheng_core::evaluate::{At, Evaluation, Frame, evaluate, try_exceptions};
use junheng_core::exact::{Exact, decimal, to_f64};
use junheng_core::model::{Field, Snapshot, Stage};
use junheng_core::standard::{Compare, Relief, Standard, Unit, Variable};
use junheng_core::verdict::Verdict;
use num_traits::{One, Zero};

use super::apply::{add, settle};

/// What a section's indicator must reach, in the unit of its numerator.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Goal {
    /// The standard sets nothing.
    None,
    /// A figure is missing: nothing can be planned for it, and it settles nothing.
    Unknown,
    /// It is judged, but no action can move it: met or not, tolerated or not.
    Fixed(Verdict),
    /// Numerator at least this; the floor where one miss is tolerated.
    AtLeast {
        /// The threshold.
        need: Exact,
        /// The floor; `None` where a miss is a miss, however far.
        floor: Option<Exact>,
    },
}

/// One indicator of one section.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Standing {
    /// Numerator and denominator; `None` where a figure is missing.
    pub(super) figure: Option<(Exact, Exact)>,
    /// What it must reach.
    pub(super) goal: Goal,
}

impl Standing {
    /// The threshold or the floor, whichever a level has reached: below it more would be lost.
    pub(super) fn held(&self, level: f64) -> f64 {
        let Goal::AtLeast { need, floor } = &self.goal else {
            return 0.0;
        };
        let levels = [Some(need), floor.as_ref()].into_iter().flatten();
        let mut held = levels.map(to_f64).filter(|l| *l <= level * (1.0 + 1e-12));
        held.next().unwrap_or(0.0)
    }
}

/// A section in scope.
#[derive(Clone, Debug)]
pub(super) struct Seat {
    pub(super) stage: Stage,
    /// By indicator of the standard.
    pub(super) standings: Vec<Standing>,
}

/// A coefficient of variation that must keep its limit.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Cone {
    pub(super) rule: usize,
    pub(super) indicator: usize,
    pub(super) stage: Stage,
    /// The limit as the standard has it.
    pub(super) limit: f64,
    /// Rows of sections.
    pub(super) members: Vec<usize>,
}

/// What one more unit of a field of a section adds to numerators: (row, indicator, by how much).
pub(super) type Push = Vec<(usize, usize, Exact)>;

/// A judged year.
#[derive(Clone)]
pub(super) struct View {
    pub(super) year: i16,
    /// By row of `sections`; `None` out of scope.
    pub(super) seats: Vec<Option<Seat>>,
    pub(super) cones: Vec<Cone>,
    pub(super) pushes: BTreeMap<(usize, Field), Push>,
}

impl View {
    /// The view of a year's county, for actions on `fields`.
    pub(super) fn new(
        year: i16,
        snapshot: &Snapshot,
        standard: &Standard,
        fields: &[Field],
    ) -> Self {
        let settled = settle(snapshot, standard);
        let evaluation = evaluate(&settled, standard);
        let seats: Vec<Option<Seat>> = evaluation
            .sections
            .iter()
            .map(|section| {
                let stage = section.stage.filter(|_| section.in_scope())?;
                let standings = standings(standard, &evaluation, section.row, stage, fields);
                Some(Seat { stage, standings })
            })
            .collect();
        let cones = cones(standard, &evaluation, &seats);
        let pushes = pushes(&settled, standard, &evaluation.frame, &seats, fields);
        Self {
            year,
            seats,
            cones,
            pushes,
        }
    }

    /// A section in scope.
    pub(super) fn seat(&self, row: usize) -> Option<&Seat> {
        self.seats.get(row)?.as_ref()
    }

    /// One indicator of a section in scope.
    pub(super) fn standing(&self, row: usize, indicator: usize) -> Option<&Standing> {
        self.seat(row)?.standings.get(indicator)
    }
}

/// Variables that exceptions surely add.
fn sure_adds(standard: &Standard, indicator: usize, at: At<'_>, stage: Stage) -> Vec<Variable> {
    let Some(indicator) = standard.indicators.get(indicator) else {
        return Vec::new();
    };
    try_exceptions(standard, &indicator.id, at, Some(stage))
        .iter()
        .filter(|t| t.holds.worst)
        .filter_map(|t| standard.exceptions.get(t.exception))
        .filter_map(|e| match &e.relief {
            Relief::Adds(more) => Some(more.clone()),
            Relief::Limit(_) => None,
        })
        .flatten()
        .collect()
}

fn numerator(
    standard: &Standard,
    frame: &Frame,
    row: usize,
    stage: Stage,
    indicator: usize,
) -> Option<Exact> {
    let at = At {
        frame,
        unit: Unit::Section,
        row,
    };
    let adds = sure_adds(standard, indicator, at, stage);
    at.numerator(&standard.indicators.get(indicator)?.measure, &adds)
}

fn standings(
    standard: &Standard,
    evaluation: &Evaluation,
    row: usize,
    stage: Stage,
    fields: &[Field],
) -> Vec<Standing> {
    let at = At {
        frame: &evaluation.frame,
        unit: Unit::Section,
        row,
    };
    let results = evaluation.sections.get(row).map(|s| &s.indicators);
    standard
        .indicators
        .iter()
        .enumerate()
        .map(|(index, indicator)| {
            let measure = &indicator.measure;
            let denominator = at
                .denominator::<Exact>(measure)
                .filter(|d| *d > Exact::zero());
            let figure = numerator(standard, &evaluation.frame, row, stage, index).zip(denominator);
            let result = results.and_then(|r| r.iter().find(|r| r.indicator == index));
            let below = measure.over.iter().chain(&measure.over_minus);
            let moves_below = below.filter_map(|v| v.field()).any(|f| fields.contains(&f));
            let goal = match (result.and_then(|r| Some((r, r.verdict?))), &figure) {
                (None, _) => Goal::None,
                (Some((r, verdict)), Some((_, den)))
                    if indicator.compare == Compare::AtLeast && !moves_below =>
                {
                    let scale = decimal(measure.per) / decimal(measure.divisor);
                    let amount = |limit: f64| decimal(limit) * den / &scale;
                    match r.judged.threshold {
                        Some(threshold) => Goal::AtLeast {
                            need: amount(threshold),
                            floor: r.judged.floor.map(amount),
                        },
                        None if verdict == Verdict::Undetermined => Goal::Unknown,
                        None => Goal::Fixed(verdict),
                    }
                }
                (Some((_, Verdict::Undetermined)), _) => Goal::Unknown,
                (Some((_, verdict)), _) => Goal::Fixed(verdict),
            };
            Standing { figure, goal }
        })
        .collect()
}

fn cones(standard: &Standard, evaluation: &Evaluation, seats: &[Option<Seat>]) -> Vec<Cone> {
    let limited = evaluation.variations.iter().filter_map(|v| {
        let limit = v.limit.filter(|_| v.missing.is_empty())?;
        // A rule whose items do not judge it would still be hard: limits are what the pack sets.
        standard.variations.get(v.rule)?;
        let members = seats
            .iter()
            .enumerate()
            .filter(|(_, s)| s.as_ref().is_some_and(|s| s.stage == v.stage));
        Some(Cone {
            rule: v.rule,
            indicator: v.indicator,
            stage: v.stage,
            limit,
            members: members.map(|(row, _)| row).collect(),
        })
    });
    limited.collect()
}

/// Measures what one more unit of each field does: one county per field and place in the school.
fn pushes(
    settled: &Snapshot,
    standard: &Standard,
    frame: &Frame,
    seats: &[Option<Seat>],
    fields: &[Field],
) -> BTreeMap<(usize, Field), Push> {
    let mut all = BTreeMap::new();
    let schools = schools(frame, seats);
    let most = schools.iter().map(Vec::len).max().unwrap_or(0);
    for field in fields {
        let touched = touched(standard, *field);
        if touched.is_empty() {
            continue;
        }
        for place in 0..most {
            let mut more = settled.clone();
            for rows in &schools {
                if let Some(row) = rows.get(place) {
                    add(frame, &mut more, *field, *row, &Exact::one());
                }
            }
            let after = Frame::new(&more, standard);
            for rows in &schools {
                let Some(row) = rows.get(place) else {
                    continue;
                };
                let push = difference(standard, frame, &after, seats, rows, &touched);
                if !push.is_empty() {
                    all.insert((*row, *field), push);
                }
            }
        }
    }
    all
}

/// Rows in scope, school by school; a section without a school stands alone.
fn schools(frame: &Frame, seats: &[Option<Seat>]) -> Vec<Vec<usize>> {
    let mut by_school: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut alone = Vec::new();
    for (row, section) in frame.sections.iter().enumerate() {
        if seats.get(row).is_none_or(Option::is_none) {
            continue;
        }
        match section.school {
            Some(school) => by_school.entry(school).or_default().push(row),
            None => alone.push(vec![row]),
        }
    }
    by_school.into_values().chain(alone).collect()
}

/// Indicators that read a field, themselves or through an exception.
fn touched(standard: &Standard, field: Field) -> BTreeSet<usize> {
    let shared = Field::SHARED.iter().find(|(own, _)| *own == field);
    let reads = |v: Variable| {
        v.field()
            .is_some_and(|f| f == field || shared.is_some_and(|s| s.1 == f))
    };
    let by_exception = |id: &str| {
        standard.exceptions.iter().any(|e| {
            e.applies_to == id
                && matches!(&e.relief, Relief::Adds(more) if more.iter().any(|v| reads(*v)))
        })
    };
    standard
        .indicators
        .iter()
        .enumerate()
        .filter(|(_, i)| i.measure.variables().any(reads) || by_exception(&i.id))
        .map(|(index, _)| index)
        .collect()
}

fn difference(
    standard: &Standard,
    before: &Frame,
    after: &Frame,
    seats: &[Option<Seat>],
    rows: &[usize],
    touched: &BTreeSet<usize>,
) -> Push {
    let mut push = Push::new();
    for row in rows {
        let Some(Some(seat)) = seats.get(*row) else {
            continue;
        };
        for indicator in touched {
            let now = numerator(standard, after, *row, seat.stage, *indicator);
            let then = numerator(standard, before, *row, seat.stage, *indicator);
            if let Some((now, then)) = now.zip(then)
                && now != then
            {
                push.push((*row, *indicator, now - then));
            }
        }
    }
    push
}

//! Items judged section by section or school by school.

use std::collections::BTreeSet;

use super::{Gap, Outcome, Scene, UnitResult, holds, missing_variables, passed, reached};
use crate::evaluate::ratio::{Against, At, Tried, judge, try_exceptions};
use crate::evaluate::sections::SectionResult;
use crate::exact::{Arith, Exact, compare as compare_near};
use crate::model::Stage;
use crate::standard::{
    Amount, ByStage, Compare, Item, Limit, Ratio, Test, Unit, all_hold, of_stage,
};
use crate::verdict::{Span, Verdict};

/// Sections an item counts: in scope, or out of it but counted here.
pub(crate) fn universe<'a>(
    item: &Item,
    sections: &'a [SectionResult],
) -> impl Iterator<Item = &'a SectionResult> {
    let id = item.id.clone();
    sections
        .iter()
        .filter(move |s| s.in_scope() || s.counted_in.contains(&id))
}

impl Scene<'_> {
    pub(super) fn universe(&self, item: &Item) -> impl Iterator<Item = &SectionResult> {
        universe(item, self.sections)
    }

    pub(super) fn at(&self, unit: Unit, row: usize) -> At<'_> {
        At {
            frame: self.frame,
            unit,
            row,
        }
    }

    pub(super) fn qualifies(&self, filter: &[Test], unit: Unit, row: usize) -> Span<bool> {
        all_hold(filter, &self.frame.reader(unit, row))
    }

    pub(super) fn total(
        &self,
        item: &Item,
        stage: Option<Stage>,
        ratio: &Ratio,
        compare: Compare,
        filter: &[Test],
        limits: &ByStage,
    ) -> Outcome {
        let Some(limit) = stage
            .and_then(|s| of_stage(limits, s))
            .or(limits[0].as_ref())
            .or(limits[1].as_ref())
        else {
            return Outcome::new(compare, Verdict::Undetermined);
        };
        let rows: Vec<(usize, Span<bool>)> = self
            .universe(item)
            .filter(|s| stage.is_none() || s.stage == stage)
            .map(|s| (s.row, self.qualifies(filter, Unit::Section, s.row)))
            .filter(|(_, q)| q.best)
            .collect();
        if rows.is_empty() {
            return Outcome::new(compare, self.nothing());
        }
        let sure: Vec<usize> = rows
            .iter()
            .filter(|(_, q)| q.worst)
            .map(|(r, _)| *r)
            .collect();
        let maybe: Vec<usize> = rows.iter().map(|(r, _)| *r).collect();
        let first = self.sum_verdict(&sure, ratio, compare, limit);
        let second = if maybe.len() == sure.len() {
            first
        } else {
            self.sum_verdict(&maybe, ratio, compare, limit)
        };
        let verdict = match (first.1, second.1) {
            (a, b) if a == b => a,
            // Whether there is anything to judge is itself open.
            (Verdict::NotApplicable, Verdict::Met) | (Verdict::Met, Verdict::NotApplicable) => {
                Verdict::Met
            }
            _ => Verdict::Undetermined,
        };
        let mut gaps: Vec<Gap> = Vec::new();
        for (row, q) in &rows {
            gaps.extend(missing_variables(self.at(Unit::Section, *row), ratio));
            if q.settled().is_none() {
                gaps.extend(self.missing_tests(filter, Unit::Section, *row));
            }
        }
        let threshold = self.county_at().limit::<f64>(limit);
        Outcome {
            value: first.0,
            threshold,
            units: if verdict == Verdict::Met {
                Vec::new()
            } else {
                self.short_units(&sure, ratio, compare, limit)
            },
            gaps: if verdict == Verdict::Undetermined {
                gaps
            } else {
                Vec::new()
            },
            ..Outcome::new(compare, verdict)
        }
    }

    pub(super) fn missing_tests(&self, filter: &[Test], unit: Unit, row: usize) -> Vec<Gap> {
        filter
            .iter()
            .flat_map(|t| [Some(t.variable), t.over])
            .flatten()
            .filter(|v| self.frame.number(unit, row, *v).is_nan())
            .map(|v| Gap::of(unit, row, v))
            .collect()
    }

    /// Σ numerators ÷ Σ denominators over rows, and how it compares.
    pub(super) fn sum_verdict(
        &self,
        rows: &[usize],
        ratio: &Ratio,
        compare: Compare,
        limit: &Limit,
    ) -> (Option<f64>, Verdict) {
        fn sums<N: Arith>(scene: &Scene<'_>, rows: &[usize], ratio: &Ratio) -> Option<(N, N)> {
            let mut top = N::of(0.0);
            let mut bottom = N::of(0.0);
            for row in rows {
                let at = scene.at(Unit::Section, *row);
                top = top.plus(at.numerator(ratio, &[])?);
                bottom = bottom.plus(at.denominator(ratio)?);
            }
            Some((
                top.times(N::of(ratio.per)),
                bottom.times(N::of(ratio.divisor)),
            ))
        }
        let Some((top, bottom)) = sums::<f64>(self, rows, ratio) else {
            return (None, Verdict::Undetermined);
        };
        if bottom == 0.0 {
            return (None, Verdict::NotApplicable);
        }
        let value = top / bottom;
        if ratio.contradicts(value) {
            return (Some(value), Verdict::Undetermined);
        }
        let Some(number) = self.county_at().limit::<f64>(limit) else {
            return (Some(value), Verdict::Undetermined);
        };
        let exact = || {
            let (top, bottom) = sums::<Exact>(self, rows, ratio)?;
            let limit = self.county_at().limit::<Exact>(limit)?;
            Some(top.cmp(&(limit * bottom)))
        };
        let order = compare_near(value, number, exact);
        (Some(value), reached(holds(order, compare)))
    }

    /// Sections that are short by themselves, to say where the county's sum falls short.
    pub(super) fn short_units(
        &self,
        rows: &[usize],
        ratio: &Ratio,
        compare: Compare,
        limit: &Limit,
    ) -> Vec<UnitResult> {
        rows.iter()
            .filter_map(|row| {
                let (value, verdict) = self.sum_verdict(&[*row], ratio, compare, limit);
                (verdict != Verdict::Met && verdict != Verdict::NotApplicable).then(|| UnitResult {
                    unit: Unit::Section,
                    row: *row,
                    value,
                    threshold: self.county_at().limit(limit),
                    verdict,
                    tried: Vec::new(),
                })
            })
            .collect()
    }

    /// Rows of the unit an item counts.
    pub(super) fn units(&self, item: &Item, unit: Unit) -> Vec<(usize, Option<Stage>)> {
        match unit {
            Unit::Section => self.universe(item).map(|s| (s.row, s.stage)).collect(),
            Unit::School => {
                let schools: BTreeSet<usize> =
                    self.universe(item).filter_map(|s| s.school).collect();
                schools.into_iter().map(|row| (row, None)).collect()
            }
            Unit::County => Vec::new(),
        }
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "the parts of one test, each read once"
    )]
    pub(super) fn every(
        &self,
        item: &Item,
        target: &str,
        unit: Unit,
        ratio: &Ratio,
        compare: Compare,
        filter: &[Test],
        limits: &ByStage,
    ) -> Outcome {
        let mut tally = Tally::default();
        for (row, stage) in self.units(item, unit) {
            let qualifies = self.qualifies(filter, unit, row);
            if !qualifies.best {
                continue;
            }
            let limit = match stage {
                Some(stage) => of_stage(limits, stage),
                None => limits[0].as_ref().or(limits[1].as_ref()),
            };
            let Some(limit) = limit else { continue };
            let at = self.at(unit, row);
            let tried = try_exceptions(self.standard, target, at, stage);
            let against = Against::new(ratio, limit, compare, None, false);
            // Nothing to measure by: neither short nor passed.
            if !ratio.over.is_empty() && at.denominator::<f64>(ratio) == Some(0.0) {
                continue;
            }
            let judged = judge(self.standard, at, &against, &tried);
            let span = passed(judged.span);
            // A unit that may not qualify can only be passed or open.
            let span = Span {
                worst: span.worst,
                best: span.best || !qualifies.worst,
            };
            let mut gaps = missing_variables(at, ratio);
            if let Amount::Figure(variable) = limit.amount
                && at.read::<f64>(variable).is_none()
            {
                gaps.push(Gap::of(unit, row, variable));
            }
            gaps.extend(self.missing_tests(filter, unit, row));
            gaps.extend(self.missing_exceptions(&tried, unit, row));
            tally.add(
                UnitResult {
                    unit,
                    row,
                    value: judged.value,
                    threshold: judged.threshold,
                    verdict: span.verdict(),
                    tried,
                },
                gaps,
            );
        }
        tally.outcome(compare, self.nothing())
    }

    pub(super) fn missing_exceptions(&self, tried: &[Tried], unit: Unit, row: usize) -> Vec<Gap> {
        tried
            .iter()
            .filter(|t| t.holds.settled().is_none())
            .flat_map(|t| {
                self.missing_tests(&self.standard.exceptions[t.exception].when, unit, row)
            })
            .collect()
    }
}

/// Units of a part, counted as they come.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) verdicts: Vec<Verdict>,
    units: Vec<UnitResult>,
    gaps: Vec<Gap>,
}

impl Tally {
    pub(super) fn add(&mut self, unit: UnitResult, gaps: Vec<Gap>) {
        self.verdicts.push(unit.verdict);
        if unit.verdict == Verdict::Undetermined {
            self.gaps.extend(gaps);
        }
        self.units.push(unit);
    }

    /// The value is how many units fail; `nothing` is the verdict where there is nothing.
    pub(super) fn outcome(self, compare: Compare, nothing: Verdict) -> Outcome {
        if self.verdicts.is_empty() {
            return Outcome::new(compare, nothing);
        }
        let failing = self
            .verdicts
            .iter()
            .filter(|v| **v == Verdict::NotMet)
            .count();
        let settled = !self.verdicts.contains(&Verdict::Undetermined);
        Outcome {
            value: settled.then_some(failing as f64),
            threshold: Some(0.0),
            compare: Compare::AtMost,
            verdict: Verdict::all(self.verdicts),
            units: self.units,
            gaps: self.gaps,
        }
    }
}

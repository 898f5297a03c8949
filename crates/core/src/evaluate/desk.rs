//! The sections of one county column by column: an indicator is reckoned for all of them at once.
//!
//! Nearly every figure is a sum of columns over students, far from its limit; what an exception
//! concerns, or what stands next to a limit, is judged by itself ([`super::ratio`]).

use std::ops::Range;

use super::frame::Frame;
use super::ratio::{At, Judged, Tried, judge, judge_plain, quotient};
use super::rules::{Rules, Scope};
use super::sections::IndicatorResult;
use super::variation::{Distribution, adds};
use crate::model::Stage;
use crate::standard::{Ratio, Unit, Variable};

/// Columns of one county, used again for the next.
#[derive(Default)]
pub struct Desk {
    /// Of every row, judged or not.
    pub(super) scopes: Vec<Scope>,
    /// What coefficients need, by judged stage and indicator.
    pub(super) spread: [Vec<Distribution>; 2],
    /// Every indicator of every row; empty places where a row is out of scope.
    results: Vec<IndicatorResult>,
    indicators: usize,
    numerators: Vec<f64>,
    denominators: Vec<f64>,
    /// Taken off, before it is.
    less: Vec<f64>,
    tried: Vec<Tried>,
}

impl Desk {
    /// The indicators of a row in scope.
    pub(super) fn row(&self, n: usize) -> &[IndicatorResult] {
        &self.results[n * self.indicators..][..self.indicators]
    }

    /// Judges every indicator of the sections `of` one stage, which are among `rows`.
    pub(super) fn columns(
        &mut self,
        rules: &Rules<'_>,
        frame: &Frame,
        rows: Range<usize>,
        stage: Stage,
        of: &[usize],
    ) {
        self.indicators = rules.standard.indicators.len();
        self.results
            .resize_with(rows.len() * self.indicators, IndicatorResult::none);
        let spread = &mut self.spread[stage as usize];
        spread.resize_with(self.indicators, Distribution::default);
        spread.iter_mut().for_each(Distribution::clear);
        let mut last: Option<&Ratio> = None;
        for indicator in 0..self.indicators {
            let measure = &rules.standard.indicators[indicator].measure;
            // Mostly all are per student.
            if last.is_none_or(|l| (&l.over, &l.over_minus) != (&measure.over, &measure.over_minus))
            {
                self.denominators(frame, of, measure);
            }
            last = Some(measure);
            sums(frame, of, &measure.plus, &mut self.numerators);
            self.less(frame, of, &measure.minus);
            take_off(&mut self.numerators, &self.less);
            self.column(rules, frame, rows.start, stage, of, indicator);
        }
    }

    fn denominators(&mut self, frame: &Frame, of: &[usize], measure: &Ratio) {
        if measure.over.is_empty() {
            self.denominators.clear();
            self.denominators.resize(of.len(), 1.0);
            return;
        }
        sums(frame, of, &measure.over, &mut self.denominators);
        self.less(frame, of, &measure.over_minus);
        take_off(&mut self.denominators, &self.less);
    }

    fn less(&mut self, frame: &Frame, of: &[usize], minus: &[Variable]) {
        if minus.is_empty() {
            self.less.clear();
        } else {
            sums(frame, of, minus, &mut self.less);
        }
    }

    /// One indicator, its sums ready.
    fn column(
        &mut self,
        rules: &Rules<'_>,
        frame: &Frame,
        first: usize,
        stage: Stage,
        of: &[usize],
        indicator: usize,
    ) {
        let standard = rules.standard;
        let prepared = &rules.prepared(stage)[indicator];
        let measure = &standard.indicators[indicator].measure;
        let scale = measure.per / measure.divisor;
        let spread = &mut self.spread[stage as usize][indicator];
        let mut results = self.results.chunks_exact_mut(self.indicators);
        let mut next = first;
        let sums = self.numerators.iter().zip(&self.denominators);
        for (row, (top, bottom)) in of.iter().copied().zip(sums) {
            let Some(result) = results.nth(row - next) else {
                return;
            };
            next = row + 1;
            let result = &mut result[indicator];
            let at = At {
                frame,
                unit: Unit::Section,
                row,
            };
            let value = quotient(*top, *bottom, measure).filter(|x| !x.is_nan());
            let concerned = !prepared.exceptions.is_empty() && {
                self.tried.clear();
                self.tried.extend(rules.tried(prepared, at));
                !self.tried.is_empty()
            };
            let judged = if concerned {
                let (sure, best) = adds(standard, &self.tried);
                let top = |adds: &[Variable]| at.numerator(measure, adds).unwrap_or(f64::NAN);
                spread.add(scale, row, *bottom, top(&sure), top(&best));
                match &prepared.against {
                    Some(against) => judge(standard, at, against, &self.tried),
                    None => Judged::unlimited(value),
                }
            } else {
                spread.add(scale, row, *bottom, *top, *top);
                match (&prepared.against, value) {
                    (Some(against), Some(value)) => against
                        .far(value)
                        .unwrap_or_else(|| judge_plain(at, against, Some(value))),
                    (Some(against), None) => judge_plain(at, against, None),
                    (None, _) => Judged::unlimited(value),
                }
            };
            let limited = prepared.against.is_some();
            *result = IndicatorResult {
                indicator,
                verdict: limited.then(|| judged.span.verdict()),
                judged,
            };
        }
    }
}

/// The sum of some variables in every row; NaN where one is missing.
fn sums(frame: &Frame, of: &[usize], variables: &[Variable], sums: &mut Vec<f64>) {
    sums.clear();
    sums.resize(of.len(), 0.0);
    for variable in variables {
        match frame.column(*variable) {
            Some(column) => {
                for (sum, row) in sums.iter_mut().zip(of) {
                    *sum += column.get(*row).copied().unwrap_or(f64::NAN);
                }
            }
            None => {
                for (sum, row) in sums.iter_mut().zip(of) {
                    *sum += frame.number(Unit::Section, *row, *variable);
                }
            }
        }
    }
}

fn take_off(from: &mut [f64], less: &[f64]) {
    for (sum, less) in from.iter_mut().zip(less) {
        *sum -= less;
    }
}

//! The official coefficient of variation (差异系数): student-weighted, population form.
//!
//! Source: 教督〔2012〕3号, 差异系数计算方法. With P students and x the original quantity of a
//! section, X = x ÷ P, the county mean is Σx ÷ ΣP (not the mean of ratios) and
//! CV = √(Σ (P÷ΣP)·(X − mean)²) ÷ mean.

use std::cmp::Ordering;

use super::frame::Frame;
use super::ratio::{At, Tried, try_exceptions};
use super::rules::Rules;
use super::sections::SectionResult;
use crate::exact::{Arith, Exact, compare, decimal, near, rounded_half_up};
use crate::model::Stage;
use crate::standard::{Amount, Indicator, Ratio, Relief, Standard, Unit, Variable, of_stage};
use crate::verdict::Verdict;

/// Mean, deviation and coefficient of one distribution.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// Σ amounts ÷ Σ weights.
    pub mean: f64,
    /// Weighted population standard deviation.
    pub sd: f64,
    /// sd ÷ mean; `None` where the mean is not positive.
    pub cv: Option<f64>,
}

/// The official coefficient of variation of `amounts` held by groups of `weights` (students).
///
/// `None` when there is nothing or a weight is not positive.
///
/// ```
/// use junheng_core::evaluate::spread;
/// // The published worked example: five primary schools, their students and books.
/// let s = spread(&[45.0, 37.0, 89.0, 76.0, 55.0], &[279.0, 137.0, 935.0, 160.0, 402.0]).unwrap();
/// assert!((s.cv.unwrap() - 0.515257).abs() < 5e-7);
/// ```
#[must_use]
pub fn spread(weights: &[f64], amounts: &[f64]) -> Option<Spread> {
    if weights.len() != amounts.len() || weights.iter().any(|w| *w <= 0.0 || w.is_nan()) {
        return None;
    }
    let total: f64 = weights.iter().sum();
    let mean = amounts.iter().sum::<f64>() / total;
    let variance = weights
        .iter()
        .zip(amounts)
        .map(|(w, x)| w / total * (x / w - mean).powi(2))
        .sum::<f64>();
    let sd = variance.sqrt();
    mean.is_finite().then(|| Spread {
        mean,
        sd,
        cv: (mean > 0.0).then(|| sd / mean),
    })
}

/// A coefficient rounded before it is compared.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rounded {
    /// Decimals.
    pub digits: u32,
    /// The rounded coefficient.
    pub cv: f64,
    /// What comparing it gives.
    pub verdict: Verdict,
}

/// One indicator of one stage over the county.
#[derive(Debug, Clone, PartialEq)]
pub struct VariationResult {
    /// Index into [`Standard::variations`].
    pub rule: usize,
    /// Index into [`Standard::indicators`].
    pub indicator: usize,
    /// The stage.
    pub stage: Stage,
    /// The figures; `None` where one section's value is missing.
    pub spread: Option<Spread>,
    /// The limit; `None` where only a composite is judged.
    pub limit: Option<f64>,
    /// The verdict by the standard's way of comparing; `None` without a limit.
    pub verdict: Option<Verdict>,
    /// The other way of comparing, so that both are always shown.
    pub rounded: Option<Rounded>,
    /// Rows of sections whose value is missing.
    pub missing: Vec<usize>,
    /// The mean is not positive, so the coefficient is not defined.
    pub mean_zero: bool,
}

/// A mean of coefficients.
#[derive(Debug, Clone, PartialEq)]
pub struct CompositeResult {
    /// Index into [`Standard::composites`].
    pub rule: usize,
    /// The stage.
    pub stage: Stage,
    /// The mean of the coefficients; `None` where one is missing.
    pub cv: Option<f64>,
    /// The limit.
    pub limit: Option<f64>,
    /// The verdict.
    pub verdict: Verdict,
}

/// Weights and amounts of one indicator and stage.
#[derive(Default)]
pub(super) struct Distribution {
    weights: Vec<f64>,
    amounts: Vec<f64>,
    /// Amounts if every exception that may apply did; empty where that changes nothing.
    best: Vec<f64>,
    missing: Vec<usize>,
}

impl Distribution {
    /// Forgets all.
    pub(super) fn clear(&mut self) {
        self.weights.clear();
        self.amounts.clear();
        self.best.clear();
        self.missing.clear();
    }

    /// Adds a section: its denominator, its numerator, its numerator at best; NaN is missing.
    #[inline]
    pub(super) fn add(&mut self, scale: f64, row: usize, weight: f64, amount: f64, best: f64) {
        if weight.is_nan() || weight <= 0.0 || amount.is_nan() {
            self.missing.push(row);
            return;
        }
        let best = if best.is_nan() { amount } else { best };
        if best != amount && self.best.is_empty() {
            self.best.clone_from(&self.amounts);
        }
        if best != amount || !self.best.is_empty() {
            self.best.push(best * scale);
        }
        self.weights.push(weight);
        self.amounts.push(amount * scale);
    }
}

/// What one coefficient is about.
struct Subject<'a> {
    rules: &'a Rules<'a>,
    frame: &'a Frame,
    indicator: usize,
    stage: Stage,
    rows: &'a [usize],
    distribution: &'a Distribution,
}

/// Coefficients of every rule, indicator and stage that has a section in scope.
pub(super) fn judge_variations(
    rules: &Rules<'_>,
    frame: &Frame,
    in_scope: &[Vec<usize>; 2],
    spread: &[Vec<Distribution>; 2],
) -> Vec<VariationResult> {
    let mut all = Vec::new();
    for (rule, variation) in rules.standard.variations.iter().enumerate() {
        for (stage, rows) in Stage::JUDGED.into_iter().zip(in_scope) {
            let spread = &spread[stage as usize];
            if rows.is_empty() {
                continue;
            }
            for indicator in &variation.indicators {
                let subject = Subject {
                    rules,
                    frame,
                    indicator: *indicator,
                    stage,
                    rows,
                    distribution: &spread[*indicator],
                };
                all.push(subject.judge(rule));
            }
        }
    }
    all
}

/// Variables that exceptions add, those that surely apply and those that may.
pub(super) fn adds(standard: &Standard, tried: &[Tried]) -> (Vec<Variable>, Vec<Variable>) {
    let mut sure = Vec::new();
    let mut maybe = Vec::new();
    for tried in tried {
        if let Relief::Adds(more) = &standard.exceptions[tried.exception].relief {
            if tried.holds.worst {
                sure.extend(more);
            }
            if tried.holds.best {
                maybe.extend(more);
            }
        }
    }
    (sure, maybe)
}

impl Subject<'_> {
    fn measure(&self) -> &Ratio {
        &self.rules.standard.indicators[self.indicator].measure
    }

    fn at(&self, row: usize) -> At<'_> {
        At {
            frame: self.frame,
            unit: Unit::Section,
            row,
        }
    }

    fn adds(&self, row: usize) -> (Vec<Variable>, Vec<Variable>) {
        let prepared = &self.rules.prepared(self.stage)[self.indicator];
        let tried: Vec<Tried> = self.rules.tried(prepared, self.at(row)).collect();
        adds(self.rules.standard, &tried)
    }

    fn judge(&self, rule: usize) -> VariationResult {
        let standard = self.rules.standard;
        let d = self.distribution;
        let complete = d.missing.is_empty();
        let spread_ = if complete {
            spread(&d.weights, &d.amounts)
        } else {
            None
        };
        let limit = of_stage(&standard.variations[rule].limits, self.stage);
        let number = limit.and_then(|l| match l.amount {
            Amount::Number(number) => Some(number),
            _ => None,
        });
        let digits = standard.rounding();
        let exactly = |to: f64, sure: bool| Some(against(&self.exactly(sure)?, to));
        let within = |spread: Option<Spread>, sure: bool| -> Option<Verdict> {
            let cv = spread?.cv?;
            let limit = number?;
            Some(match digits {
                Some(digits) => rounded(cv, limit, digits, |tie| exactly(tie, sure)).verdict,
                None => met(compare(cv, limit, || exactly(limit, sure)).is_le()),
            })
        };
        let verdict = limit.map(|_| {
            if !complete || number.is_none() {
                return Verdict::Undetermined;
            }
            let worst = within(spread_, true);
            let best = if d.best.is_empty() {
                worst
            } else {
                within(spread(&d.weights, &d.best), false)
            };
            match (worst, best) {
                (Some(a), Some(b)) if a == b => a,
                _ => Verdict::Undetermined,
            }
        });
        let shown = spread_.zip(number).and_then(|(s, limit)| {
            let digits = digits.unwrap_or(2);
            Some(rounded(s.cv?, limit, digits, |tie| exactly(tie, true)))
        });
        VariationResult {
            rule,
            indicator: self.indicator,
            stage: self.stage,
            mean_zero: spread_.is_some_and(|s| s.cv.is_none()),
            spread: spread_,
            limit: number,
            verdict,
            rounded: shown,
            missing: d.missing.clone(),
        }
    }

    /// (weight, amount) of each section, exactly.
    fn exactly(&self, sure: bool) -> Option<Vec<(Exact, Exact)>> {
        let measure = self.measure();
        let one = |row: &usize| {
            let (certain, maybe) = self.adds(*row);
            let adds = if sure { certain } else { maybe };
            let at = self.at(*row);
            Some((at.denominator(measure)?, at.numerator(measure, &adds)?))
        };
        self.rows.iter().map(one).collect()
    }
}

fn met(within: bool) -> Verdict {
    if within {
        Verdict::Met
    } else {
        Verdict::NotMet
    }
}

/// Rounds half up; `exact` says how the coefficient compares with a tie, where one is near.
fn rounded(
    cv: f64,
    limit: f64,
    digits: u32,
    exact: impl FnOnce(f64) -> Option<Ordering>,
) -> Rounded {
    let scale = 10_f64.powi(digits.cast_signed());
    let below = (cv * scale).floor();
    let tie = (below + 0.5) / scale;
    let shown = match near(cv, tie).then(|| exact(tie)).flatten() {
        Some(Ordering::Less) => below / scale,
        Some(_) => (below + 1.0) / scale,
        None => rounded_half_up(cv, digits),
    };
    Rounded {
        digits,
        cv: shown,
        // Both are the nearest of short decimals: equal where these are.
        verdict: met(shown <= limit),
    }
}

/// How the coefficient compares with a number: Σ (P÷ΣP)(X − mean)² with number² mean², without a
/// square root.
fn against(values: &[(Exact, Exact)], number: f64) -> Ordering {
    let zero = || Exact::of(0.0);
    let total = values.iter().fold(zero(), |sum, (w, _)| sum + w);
    let mean = values.iter().fold(zero(), |sum, (_, x)| sum + x) / &total;
    let variance = values.iter().fold(zero(), |sum, (w, x)| {
        let gap = x / w - &mean;
        sum + w / &total * &gap * &gap
    });
    let number = decimal(number);
    variance.cmp(&(&number * &number * &mean * &mean))
}

/// Means of coefficients, where the standard has one.
pub(super) fn judge_composites(
    standard: &Standard,
    variations: &[VariationResult],
) -> Vec<CompositeResult> {
    let mut all = Vec::new();
    for (rule, composite) in standard.composites.iter().enumerate() {
        for stage in Stage::JUDGED {
            let parts: Vec<&VariationResult> = variations
                .iter()
                .filter(|v| v.rule == composite.variation && v.stage == stage)
                .collect();
            if parts.is_empty() {
                continue;
            }
            let sum: Option<f64> = parts
                .iter()
                .try_fold(0.0, |sum, v| Some(sum + v.spread?.cv?));
            let cv = sum.map(|s| s / parts.len() as f64);
            let limit = of_stage(&composite.limits, stage).and_then(|l| match l.amount {
                Amount::Number(number) => Some(number),
                _ => None,
            });
            let verdict = match (cv, limit) {
                (Some(cv), Some(limit)) => match standard.rounding() {
                    Some(digits) => rounded(cv, limit, digits, |_| None).verdict,
                    None => met(cv <= limit),
                },
                _ => Verdict::Undetermined,
            };
            all.push(CompositeResult {
                rule,
                stage,
                cv,
                limit,
                verdict,
            });
        }
    }
    all
}

/// The sections behind a coefficient: (row, students, per-student value).
#[must_use]
pub fn members(
    standard: &Standard,
    frame: &Frame,
    sections: &[SectionResult],
    indicator: usize,
    stage: Stage,
) -> Vec<(usize, Option<f64>, Option<f64>)> {
    sections
        .iter()
        .filter(|s| s.in_scope() && s.stage == Some(stage))
        .map(|s| {
            let at = At {
                frame,
                unit: Unit::Section,
                row: s.row,
            };
            let Indicator { id, measure, .. } = &standard.indicators[indicator];
            let tried = try_exceptions(standard, id, at, Some(stage));
            let (sure, _) = adds(standard, &tried);
            (s.row, at.denominator(measure), at.ratio(measure, &sure))
        })
        .collect()
}

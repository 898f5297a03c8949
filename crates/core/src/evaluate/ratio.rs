//! One implementation of ratios, thresholds and exceptions, for indicators and items alike.

use std::cmp::Ordering;

use super::frame::Frame;
use crate::exact::{Arith, Exact, compare, decimal, near, round_half_up, to_f64};
use crate::model::Stage;
use crate::standard::{
    Amount, Compare, Exception, Limit, Ratio, Relief, SectionRule, Standard, Unit, Variable,
    all_hold,
};
use crate::verdict::{Grade, Span};

/// What a judgement reads of one unit.
#[derive(Debug, Clone, Copy)]
pub struct At<'a> {
    /// The columns.
    pub frame: &'a Frame,
    /// Section, school or county.
    pub unit: Unit,
    /// Its row.
    pub row: usize,
}

impl At<'_> {
    /// A variable; `None` where missing.
    #[must_use]
    pub fn read<N: Arith>(&self, variable: Variable) -> Option<N> {
        self.frame.read(self.unit, self.row, variable)
    }

    fn sum<N: Arith>(&self, variables: &[Variable]) -> Option<N> {
        variables
            .iter()
            .try_fold(N::of(0.0), |sum, v| Some(sum.plus(self.read(*v)?)))
    }

    /// The numerator with what exceptions add; an added figure that is missing adds nothing here.
    #[must_use]
    pub fn numerator<N: Arith>(&self, ratio: &Ratio, adds: &[Variable]) -> Option<N> {
        let base: N = self.sum(&ratio.plus)?;
        let more = adds.iter().fold(base, |sum, v| match self.read(*v) {
            Some(extra) => sum.plus(extra),
            None => sum,
        });
        Some(more.minus(self.sum(&ratio.minus)?))
    }

    /// The denominator; 1 for a plain sum.
    #[must_use]
    pub fn denominator<N: Arith>(&self, ratio: &Ratio) -> Option<N> {
        if ratio.over.is_empty() {
            return Some(N::of(1.0));
        }
        Some(
            self.sum::<N>(&ratio.over)?
                .minus(self.sum(&ratio.over_minus)?),
        )
    }

    /// The ratio; `None` where a figure is missing or the denominator is 0.
    #[must_use]
    pub fn ratio<N: Arith>(&self, ratio: &Ratio, adds: &[Variable]) -> Option<N> {
        quotient(
            self.numerator(ratio, adds)?,
            self.denominator(ratio)?,
            ratio,
        )
    }

    /// The value of a limit here; `None` where it is unknown or rests on a missing figure.
    #[must_use]
    pub fn limit<N: Arith>(&self, limit: &Limit) -> Option<N> {
        match &limit.amount {
            Amount::Number(number) => Some(N::of(*number)),
            Amount::Figure(variable) => self.read(*variable),
            Amount::Unknown => None,
            Amount::Steps {
                by,
                points,
                interpolate,
            } => {
                let size: f64 = self.read(*by)?;
                let after = points.iter().position(|p| p.0 > size);
                let (low, high) = match after {
                    Some(0) => return Some(N::of(points.first()?.1)),
                    None => return Some(N::of(points.last()?.1)),
                    Some(n) => (points[n - 1], points[n]),
                };
                if !interpolate {
                    return Some(N::of(low.1));
                }
                let rise = N::of(high.1).minus(N::of(low.1));
                let run = N::of(high.0).minus(N::of(low.0));
                let steps = self.read::<N>(*by)?.minus(N::of(low.0));
                Some(N::of(low.1).plus(rise.times(steps).over(run)?))
            }
        }
    }
}

/// per × numerator ÷ denominator ÷ divisor; `None` where the denominator is 0.
#[inline]
pub(super) fn quotient<N: Arith>(numerator: N, denominator: N, ratio: &Ratio) -> Option<N> {
    numerator
        .times(N::of(ratio.per))
        .over(denominator)?
        .over(N::of(ratio.divisor))
}

/// An exception tried on a unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tried {
    /// Index into [`Standard::exceptions`].
    pub exception: usize,
    /// Whether its condition holds.
    pub holds: Span<bool>,
    /// It adds a figure that is missing.
    pub amount_missing: bool,
}

/// Every exception for `target` (an indicator, or `ITEM.PART`), tried on a unit.
#[must_use]
pub fn try_exceptions(
    standard: &Standard,
    target: &str,
    at: At<'_>,
    stage: Option<Stage>,
) -> Vec<Tried> {
    exceptions_for(standard, target, stage)
        .map(|exception| try_one(standard, exception, at))
        .collect()
}

/// The exceptions for a target and stage, as indices.
pub(super) fn exceptions_for(
    standard: &Standard,
    target: &str,
    stage: Option<Stage>,
) -> impl Iterator<Item = usize> {
    let fits =
        move |e: &Exception| e.applies_to == target && e.stage.is_none_or(|s| Some(s) == stage);
    let all = standard.exceptions.iter().enumerate();
    all.filter(move |(_, e)| fits(e)).map(|(n, _)| n)
}

/// Whether an exception holds for a unit.
pub(super) fn exception_holds(standard: &Standard, exception: usize, at: At<'_>) -> Span<bool> {
    let when = &standard.exceptions[exception].when;
    all_hold(when, &at.frame.reader(at.unit, at.row))
}

/// One exception, tried on a unit.
pub(super) fn try_one(standard: &Standard, exception: usize, at: At<'_>) -> Tried {
    let e = &standard.exceptions[exception];
    Tried {
        exception,
        holds: exception_holds(standard, exception, at),
        amount_missing: match &e.relief {
            Relief::Adds(adds) => adds.iter().any(|v| at.read::<f64>(*v).is_none()),
            Relief::Limit(_) => false,
        },
    }
}

/// What a unit is judged against.
#[derive(Debug, Clone, Copy)]
pub(super) struct Against<'a> {
    /// What is measured.
    pub(super) ratio: &'a Ratio,
    /// Its limit.
    pub(super) limit: &'a Limit,
    /// How they are compared.
    pub(super) compare: Compare,
    /// Share of the limit that is tolerated.
    pub(super) floor: Option<f64>,
    /// The floor as printed, rounded half up to two decimals.
    pub(super) printed: bool,
    /// Threshold and floor where they are the same for all units.
    pub(super) fixed: Option<(f64, Option<f64>)>,
}

impl<'a> Against<'a> {
    /// Reckons threshold and floor once where the limit is a number.
    pub(super) fn new(
        ratio: &'a Ratio,
        limit: &'a Limit,
        compare: Compare,
        floor: Option<f64>,
        printed: bool,
    ) -> Self {
        let fixed = match limit.amount {
            Amount::Number(number) => {
                let floor = floor.map(|f| to_f64(&floor_of(&decimal(number), f, printed)));
                Some((number, floor))
            }
            _ => None,
        };
        Self {
            ratio,
            limit,
            compare,
            floor,
            printed,
            fixed,
        }
    }

    /// The judgement of a figure that is far from limits which are the same for all: there `f64`
    /// is trusted. `None` where it is not, or the limits are not.
    #[inline]
    pub(super) fn far(&self, value: f64) -> Option<Judged> {
        let (threshold, floor) = self.fixed?;
        let close = near(value, threshold) || floor.is_some_and(|floor| near(value, floor));
        (!close).then(|| Judged {
            value: Some(value),
            best_value: Some(value),
            threshold: Some(threshold),
            floor,
            span: Span::sure(self.grade(value.total_cmp(&threshold), || {
                floor.map(|floor| value.total_cmp(&floor))
            })),
        })
    }

    /// The grade of a figure that stands so to the threshold, and so to the floor.
    #[inline]
    fn grade(&self, to_threshold: Ordering, to_floor: impl FnOnce() -> Option<Ordering>) -> Grade {
        let reached = match self.compare {
            Compare::AtLeast => to_threshold != Ordering::Less,
            Compare::AtMost => to_threshold != Ordering::Greater,
            Compare::Below => to_threshold == Ordering::Less,
        };
        if reached {
            Grade::Reached
        } else if to_floor().is_some_and(|to_floor| to_floor != Ordering::Less) {
            Grade::Tolerated
        } else {
            Grade::Failed
        }
    }
}

/// The floor under a threshold.
fn floor_of(threshold: &Exact, share: f64, printed: bool) -> Exact {
    let floor = threshold * decimal(share);
    if printed {
        round_half_up(&floor, 2)
    } else {
        floor
    }
}

/// The exact floor and the printed one under an indicator, where a figure reaches one of them only
/// and so the reading decides.
#[must_use]
pub fn floors_disagree(standard: &Standard, indicator: usize, judged: &Judged) -> Option<[f64; 2]> {
    let (value, threshold) = judged.value.zip(judged.threshold)?;
    let of = |r: &&SectionRule| r.indicators.contains(&indicator);
    let share = standard.rules.iter().find(of)?.floor?;
    let floors =
        [false, true].map(|printed| to_f64(&floor_of(&decimal(threshold), share, printed)));
    let reached = floors.map(|floor| value >= floor);
    (value < threshold && reached[0] != reached[1]).then_some(floors)
}

/// A judgement of one unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judged {
    /// The figure, with the exceptions that surely apply.
    pub value: Option<f64>,
    /// The figure if every exception that may apply did.
    pub best_value: Option<f64>,
    /// The threshold that held.
    pub threshold: Option<f64>,
    /// The floor.
    pub floor: Option<f64>,
    /// From the worst case to the best.
    pub span: Span<Grade>,
}

/// Judges a unit: with the exceptions that surely apply, and with those that may.
#[must_use]
pub(super) fn judge(
    standard: &Standard,
    at: At<'_>,
    against: &Against<'_>,
    tried: &[Tried],
) -> Judged {
    let pick = |keep: fn(&Tried) -> bool| -> Vec<&Exception> {
        tried
            .iter()
            .filter(|t| keep(t))
            .filter_map(|t| standard.exceptions.get(t.exception))
            .collect()
    };
    let sure = with_relief(at, against, &pick(|t| t.holds.worst));
    let open = tried.iter().any(|t| t.holds.best && !t.holds.worst);
    let maybe = if open {
        with_relief(at, against, &pick(|t| t.holds.best))
    } else {
        sure
    };
    // An exception that surely applies, with its figure blank, may add any amount. Where it is not
    // even known to apply and nothing is reported, there is nothing that could turn the verdict.
    let unbounded = tried.iter().any(|t| t.holds.worst && t.amount_missing);
    let span = match (sure.grade, maybe.grade) {
        (Some(worst), Some(best)) => Span {
            worst,
            best: if unbounded { Grade::Reached } else { best },
        },
        _ => Span::OPEN,
    };
    Judged {
        value: sure.value,
        best_value: maybe.value,
        threshold: sure.threshold,
        floor: sure.floor,
        span,
    }
}

impl Judged {
    /// A figure that nothing is demanded of.
    pub(super) fn unlimited(value: Option<f64>) -> Self {
        Self {
            value,
            best_value: value,
            threshold: None,
            floor: None,
            span: Span::OPEN,
        }
    }
}

/// Judges a unit that no exception concerns, by its figure.
#[must_use]
#[inline]
pub(super) fn judge_plain(at: At<'_>, against: &Against<'_>, value: Option<f64>) -> Judged {
    let outcome = outcome(at, against, &[], None, value);
    Judged {
        value: outcome.value,
        best_value: outcome.value,
        threshold: outcome.threshold,
        floor: outcome.floor,
        span: outcome.grade.map_or(Span::OPEN, Span::sure),
    }
}

#[derive(Clone, Copy)]
struct Outcome {
    value: Option<f64>,
    threshold: Option<f64>,
    floor: Option<f64>,
    grade: Option<Grade>,
}

fn with_relief(at: At<'_>, against: &Against<'_>, reliefs: &[&Exception]) -> Outcome {
    let mut adds: Vec<Variable> = Vec::new();
    let mut relaxed: Option<f64> = None;
    for exception in reliefs {
        match &exception.relief {
            Relief::Adds(more) => adds.extend(more),
            Relief::Limit(limit) => {
                let kinder = match against.compare {
                    Compare::AtLeast => f64::min,
                    Compare::AtMost | Compare::Below => f64::max,
                };
                relaxed = Some(relaxed.map_or(*limit, |other| kinder(other, *limit)));
            }
        }
    }
    let value = at.ratio::<f64>(against.ratio, &adds);
    outcome(at, against, &adds, relaxed, value)
}

/// How a figure with `adds` stands against its limit, or a relaxed one.
#[inline]
fn outcome(
    at: At<'_>,
    against: &Against<'_>,
    adds: &[Variable],
    relaxed: Option<f64>,
    value: Option<f64>,
) -> Outcome {
    let fixed = against.fixed.filter(|_| relaxed.is_none());
    let threshold = match fixed {
        Some((threshold, _)) => Some(threshold),
        None => relaxed.or_else(|| at.limit(against.limit)),
    };
    let exact_threshold = || match relaxed {
        Some(limit) => Some(decimal(limit)),
        None => at.limit::<Exact>(against.limit),
    };
    let exact_floor = || {
        Some(floor_of(
            &exact_threshold()?,
            against.floor?,
            against.printed,
        ))
    };
    let floor = match fixed {
        Some((_, floor)) => floor,
        None => exact_floor().map(|f| to_f64(&f)),
    };
    let exact_value = || at.ratio::<Exact>(against.ratio, adds);
    // On a limit the figure shown is the exact one, so that it never contradicts its verdict.
    let on = |limit: Option<f64>| value.zip(limit).is_some_and(|(v, l)| near(v, l));
    let value = if on(threshold) || on(floor) {
        exact_value().map(|v| to_f64(&v))
    } else {
        value
    };
    let sound = value.filter(|v| !against.ratio.contradicts(*v));
    let grade = sound.zip(threshold).map(|(value, threshold)| {
        let to_threshold = compare(value, threshold, || {
            Some(exact_value()?.cmp(&exact_threshold()?))
        });
        against.grade(to_threshold, || {
            let exact = |floor| compare(value, floor, || Some(exact_value()?.cmp(&exact_floor()?)));
            floor.map(exact)
        })
    });
    Outcome {
        value,
        threshold,
        floor,
        grade,
    }
}

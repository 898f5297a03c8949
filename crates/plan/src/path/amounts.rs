//! What chosen amounts lead to: numerators, who passes, how far coefficients are from their limits.

use junheng_core::exact::{Exact, to_f64};
use junheng_core::standard::Standard;
use junheng_core::verdict::Verdict;
use num_traits::Zero;

use super::model::Ask;
use super::problem::{Lever, Problem};
use super::view::{Cone, Goal, View};

/// Whole units, by lever.
pub(super) type Amounts = Vec<u64>;

/// Numerators of a judged year after the amounts, by row and indicator.
pub(super) type Numerators = Vec<Vec<Option<Exact>>>;

/// Yuan of the amounts.
pub(super) fn yuan(problem: &Problem, amounts: &Amounts) -> f64 {
    let all = problem.levers.iter().zip(amounts);
    all.map(|(lever, n)| lever.yuan * *n as f64).sum()
}

/// Whether every run of years with budgets can pay what must be paid within it.
pub(super) fn affordable(problem: &Problem, amounts: &Amounts) -> bool {
    let budgets = problem.money();
    let left = Money::left(problem, amounts).0;
    let mut runs = budgets.iter().zip(&left);
    runs.all(|((.., budget), (.., left))| *left >= -1e-12 * budget)
}

/// Yuan left in every run of years with budgets: its first and last year, and what is left.
pub(super) struct Money(Vec<(i16, i16, f64)>);

impl Money {
    /// What is left after the amounts.
    pub(super) fn left(problem: &Problem, amounts: &Amounts) -> Self {
        let mut money = Self(problem.money());
        for (lever, amount) in problem.levers.iter().zip(amounts).filter(|(_, n)| **n > 0) {
            money.pay(lever, *amount);
        }
        money
    }

    /// So many units of a lever can be paid.
    pub(super) fn units(&self, lever: &Lever) -> u64 {
        let pays = |(from, to, _): &&(i16, i16, f64)| lever.pay.0 >= *from && lever.pay.1 <= *to;
        let runs = self.0.iter().filter(pays);
        let least = runs.map(|(.., left)| *left).fold(f64::INFINITY, f64::min);
        if lever.yuan > 0.0 {
            (least / lever.yuan * (1.0 + 1e-12)).floor() as u64
        } else {
            u64::MAX
        }
    }

    pub(super) fn pay(&mut self, lever: &Lever, units: u64) {
        for (from, to, left) in &mut self.0 {
            if lever.pay.0 >= *from && lever.pay.1 <= *to {
                *left -= lever.yuan * units as f64;
            }
        }
    }
}

/// Numerators of the judged year `index`.
pub(super) fn numerators(problem: &Problem, index: usize, amounts: &Amounts) -> Numerators {
    let Some(view) = problem.views.get(index) else {
        return Vec::new();
    };
    let mut all: Numerators = view
        .seats
        .iter()
        .map(|seat| {
            let standings = seat.iter().flat_map(|s| &s.standings);
            standings
                .map(|s| s.figure.as_ref().map(|f| f.0.clone()))
                .collect()
        })
        .collect();
    let effects = problem.effects.get(index).into_iter().flatten();
    for (effects, amount) in effects.zip(amounts).filter(|(_, n)| **n > 0) {
        for (row, indicator, by) in effects {
            let slot = all.get_mut(*row).and_then(|r| r.get_mut(*indicator));
            if let Some(Some(sum)) = slot {
                *sum += by * Exact::from_integer((*amount).into());
            }
        }
    }
    all
}

/// Whether a section keeps every rule, as far as its figures are known.
pub(super) fn passes(
    view: &View,
    standard: &Standard,
    row: usize,
    numerators: &Numerators,
    waived: Option<usize>,
) -> bool {
    let Some(seat) = view.seat(row) else {
        return true;
    };
    standard.rules.iter().all(|rule| {
        let mut missed = 0;
        for indicator in rule.indicators.iter().filter(|i| waived != Some(**i)) {
            let Some(standing) = seat.standings.get(*indicator) else {
                continue;
            };
            let now = numerators.get(row).and_then(|r| r.get(*indicator));
            let (short, failed) = match (&standing.goal, now) {
                (Goal::AtLeast { need, floor }, Some(Some(now))) => {
                    (now < need, floor.as_ref().is_some_and(|f| now < f))
                }
                (Goal::Fixed(Verdict::Tolerated), _) => (true, false),
                (Goal::Fixed(Verdict::NotMet), _) => (true, rule.floor.is_some()),
                _ => (false, false),
            };
            if failed {
                return false;
            }
            missed += u32::from(short);
        }
        missed <= rule.tolerated
    })
}

/// Sections in scope that do not pass in some judged year.
pub(super) fn failing(
    problem: &Problem,
    standard: &Standard,
    amounts: &Amounts,
    ask: &Ask,
) -> Vec<usize> {
    let years: Vec<(&View, Numerators)> = problem
        .views
        .iter()
        .enumerate()
        .map(|(n, view)| (view, numerators(problem, n, amounts)))
        .collect();
    let asked = |row: &usize| ask.only.as_ref().is_none_or(|only| only.contains(row));
    let fails = |row: &usize| {
        years
            .iter()
            .any(|(view, now)| !passes(view, standard, *row, now, ask.waived))
    };
    let rows = problem.rows().into_iter();
    rows.filter(asked).filter(fails).collect()
}

/// A coefficient of variation in floating point; infinite where the mean is 0, since it is then
/// not defined and keeps no limit.
pub(super) fn variation(view: &View, cone: &Cone, numerators: &Numerators) -> f64 {
    let (weights, amounts) = distribution(view, cone, numerators);
    coefficient(&weights, &amounts)
}

/// The same of weights and amounts.
pub(super) fn coefficient(weights: &[f64], amounts: &[f64]) -> f64 {
    let total: f64 = weights.iter().sum();
    let mean = amounts.iter().sum::<f64>() / total;
    if mean.is_nan() || mean <= 0.0 {
        return f64::INFINITY;
    }
    let parts = weights.iter().zip(amounts);
    let variance: f64 = parts
        .map(|(w, x)| w / total * (x / w / mean - 1.0).powi(2))
        .sum();
    variance.sqrt()
}

/// Weights and amounts of a cone's members.
pub(super) fn distribution(
    view: &View,
    cone: &Cone,
    numerators: &Numerators,
) -> (Vec<f64>, Vec<f64>) {
    let parts = cone.members.iter().filter_map(|row| {
        let standing = view.standing(*row, cone.indicator)?;
        let weight = &standing.figure.as_ref()?.1;
        let amount = numerators.get(*row)?.get(cone.indicator)?.as_ref()?;
        (!weight.is_zero()).then(|| (to_f64(weight), to_f64(amount)))
    });
    parts.unzip()
}

/// Cones of a problem that the amounts break: (view, cone).
pub(super) fn broken(
    problem: &Problem,
    standard: &Standard,
    amounts: &Amounts,
    ask: &Ask,
) -> Vec<(usize, usize)> {
    let mut all = Vec::new();
    for (n, view) in problem.views.iter().enumerate() {
        let now = numerators(problem, n, amounts);
        for (index, cone) in view.cones.iter().enumerate() {
            let limit = ask.limit(standard, (n, index), cone);
            if variation(view, cone, &now) > limit * (1.0 + 1e-12) {
                all.push((n, index));
            }
        }
    }
    all
}

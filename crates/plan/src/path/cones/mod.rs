//! Coefficients of variation around a solution: new tangents, and whole units that mend the rest.

pub(super) mod chords;
pub(super) mod even;
pub(super) mod pools;
mod rows;

use std::collections::BTreeMap;

use junheng_core::exact::to_f64;
use junheng_core::model::Field;
use junheng_core::standard::Standard;

use super::amounts::{self, Amounts, Money, broken, numerators};
use super::model::{Ask, Tangents, room};
use super::problem::{Deed, Problem, trait_given};
use super::view::Cone;
use even::{Excess, even};
use pools::share;

/// A cone by (judged year, place).
pub(super) type At = (usize, usize);

/// The cone at a place.
pub(super) fn cone(problem: &Problem, at: At) -> Option<&Cone> {
    problem.views.get(at.0)?.cones.get(at.1)
}

/// Weights and amounts of a cone's members when levers have these values.
pub(super) fn spread(problem: &Problem, at: At, values: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let Some((view, cone)) = problem.views.get(at.0).zip(cone(problem, at)) else {
        return (Vec::new(), Vec::new());
    };
    let base = numerators(problem, at.0, &Vec::new());
    let (weights, mut amounts) = amounts::distribution(view, cone, &base);
    let place: BTreeMap<usize, usize> = cone
        .members
        .iter()
        .enumerate()
        .map(|(n, row)| (*row, n))
        .collect();
    let effects = problem.effects.get(at.0).into_iter().flatten();
    for (effects, value) in effects.zip(values).filter(|(_, v)| **v != 0.0) {
        for (row, indicator, by) in effects {
            if *indicator == cone.indicator
                && let Some(slot) = place.get(row).and_then(|n| amounts.get_mut(*n))
            {
                *slot += to_f64(by) * value;
            }
        }
    }
    (weights, amounts)
}

/// Ratios at which every member has a tangent.
const FIRST: [f64; 5] = [0.4, 0.7, 1.0, 1.5, 3.0];
/// Tangents of a member that whole numbers are searched with, beside those at whole amounts.
const NEAREST: usize = 3;
/// Ratios nearer than this are the same to whole numbers.
const APART: f64 = 1e-3;

/// Keeps the tangents nearest to the ratios that these values have, with new ones at the whole
/// amounts around them: there a point of whole numbers keeps its limit, and it is found the sooner
/// the fewer tangents there are.
pub(super) fn nearest(tangents: &mut Tangents, problem: &Problem, values: &[f64]) {
    for (at, all) in tangents {
        let (weights, amounts) = spread(problem, *at, values);
        let (_, bases) = spread(problem, *at, &[]);
        let units = units(problem, *at);
        let mean = amounts.iter().sum::<f64>() / weights.iter().sum::<f64>();
        for (n, ratios) in all.iter_mut().enumerate() {
            let (Some(weight), Some(amount), Some(base)) =
                (weights.get(n), amounts.get(n), bases.get(n))
            else {
                continue;
            };
            let ratio = amount / weight / mean;
            ratios.sort_by(|a, b| (a - ratio).abs().total_cmp(&(b - ratio).abs()));
            ratios.truncate(NEAREST);
            let unit = units.get(n).copied().unwrap_or(f64::INFINITY);
            let below = ((amount - base) / unit).floor();
            let whole = [-1.0, 0.0, 1.0, 2.0].map(|k| (base + (below + k) * unit) / weight / mean);
            let steps = unit.is_finite() && unit / weight / mean > APART;
            for ratio in whole.into_iter().filter(|r| steps && *r > 0.0) {
                if ratios.iter().all(|r| (r - ratio).abs() > APART) {
                    ratios.push(ratio);
                }
            }
        }
    }
}

/// The smallest amount that one unit of a lever adds to each member of a cone; infinite where
/// nothing does.
fn units(problem: &Problem, at: At) -> Vec<f64> {
    let Some(cone) = cone(problem, at) else {
        return Vec::new();
    };
    let mut all = vec![f64::INFINITY; cone.members.len()];
    let place: BTreeMap<usize, usize> = cone.members.iter().copied().zip(0..).collect();
    for (row, indicator, by) in problem.effects.get(at.0).into_iter().flatten().flatten() {
        let slot = place.get(row).and_then(|n| all.get_mut(*n));
        if let Some(slot) = slot.filter(|_| *indicator == cone.indicator) {
            *slot = slot.min(to_f64(by).abs());
        }
    }
    all
}

/// Adds a tangent for each member at its ratio to the mean; says whether any was new.
pub(super) fn touch(tangents: &mut Tangents, problem: &Problem, at: At, values: &[f64]) -> bool {
    let (weights, amounts) = spread(problem, at, values);
    let total: f64 = weights.iter().sum();
    let mean = amounts.iter().sum::<f64>() / total;
    let first = !tangents.contains_key(&at);
    let all = tangents
        .entry(at)
        .or_insert_with(|| vec![FIRST.to_vec(); weights.len()]);
    let mut new = first;
    for ((weight, amount), at) in weights.iter().zip(&amounts).zip(all) {
        let ratio = if mean > 0.0 {
            amount / weight / mean
        } else {
            1.0
        };
        if at.iter().all(|r| (r - ratio).abs() > 1e-5 * (1.0 + r)) {
            at.push(ratio);
            new = true;
        }
    }
    new
}

/// Adds whole units that can be paid, the most useful for their money first, until every cone holds.
///
/// Says whether it did; a few units as a rule, because the search has come close.
pub(super) fn mend(
    problem: &Problem,
    standard: &Standard,
    ask: &Ask,
    amounts: &mut Amounts,
) -> bool {
    for _ in 0..8 {
        even(problem, standard, ask, amounts);
        let open = broken(problem, standard, amounts, ask);
        if open.is_empty() {
            return true;
        }
        let mut mended = true;
        for at in open {
            mended &= mend_one(problem, standard, ask, at, amounts);
        }
        if !mended {
            return false;
        }
    }
    broken(problem, standard, amounts, ask).is_empty()
}

/// A lever that raises one member: its index, the member, by how much, and what is left of it.
pub(super) struct Raise {
    pub(super) lever: usize,
    pub(super) member: usize,
    pub(super) by: f64,
    pub(super) left: u64,
    pub(super) yuan: f64,
}

fn mend_one(
    problem: &Problem,
    standard: &Standard,
    ask: &Ask,
    at: At,
    amounts: &mut Amounts,
) -> bool {
    let (Some(cone), Some(mut excess)) = (
        cone(problem, at),
        Excess::new(problem, standard, ask, at, amounts),
    ) else {
        return true;
    };
    let mut raises = raises(problem, at, cone, amounts);
    let mut money = Money::left(problem, amounts);
    for _ in 0..20_000 {
        let over = excess.value();
        if over <= 0.0 && excess.sum > 0.0 {
            return true;
        }
        let mut best: Option<(f64, usize, u64)> = None;
        for (n, raise) in raises.iter().enumerate().filter(|(_, r)| r.left > 0) {
            let one = excess.square(raise.member, raise.by) - excess.mean(raise.by);
            if one >= 0.0 {
                continue;
            }
            // A hundredth of the way at most, so that the next section gets its turn.
            let enough = (over / -one).ceil().max(1.0);
            let units = enough.min((enough / 100.0).ceil().max(1.0)) as u64;
            let worth = -one / (raise.yuan + 1e-3);
            if best.is_some_and(|b| worth <= b.0) {
                continue;
            }
            let lever = problem.levers.get(raise.lever);
            let paid = lever.map_or(0, |lever| money.units(lever));
            if paid > 0 {
                best = Some((worth, n, units.min(raise.left).min(paid)));
            }
        }
        let Some((_, n, units)) = best else {
            // Nothing that can be bought helps.
            return share(problem, at, &mut excess, amounts);
        };
        let Some(raise) = raises.get_mut(n) else {
            return false;
        };
        raise.left -= units;
        if let Some(lever) = problem.levers.get(raise.lever) {
            money.pay(lever, units);
        }
        excess.add(raise.member, raise.by * units as f64);
        if let Some(slot) = amounts.get_mut(raise.lever) {
            *slot += units;
        }
    }
    false
}

pub(super) fn raises(problem: &Problem, at: At, cone: &Cone, amounts: &Amounts) -> Vec<Raise> {
    let mut all = Vec::new();
    let place: BTreeMap<usize, usize> = cone.members.iter().copied().zip(0..).collect();
    let effects = problem.effects.get(at.0).into_iter().flatten();
    let levers = problem.levers.iter().zip(amounts).enumerate();
    for ((index, (lever, amount)), effects) in levers.zip(effects) {
        if !matches!(lever.deed, Deed::Act(_)) {
            continue;
        }
        let mut most = lever.most.unwrap_or(u64::MAX / 2);
        if let Some(field) = trait_given(lever.deed) {
            most = most.min(amount.saturating_add(left_without(
                problem,
                lever.section,
                field,
                amounts,
            )));
        }
        for (row, indicator, by) in effects {
            let member = place.get(row).copied();
            if let Some(member) = member.filter(|_| *indicator == cone.indicator) {
                all.push(Raise {
                    lever: index,
                    member,
                    by: to_f64(by),
                    left: most.saturating_sub(*amount),
                    yuan: lever.yuan,
                });
            }
        }
    }
    all
}

/// Teachers of a section who are still without a trait after the amounts.
pub(super) fn left_without(
    problem: &Problem,
    section: usize,
    field: Field,
    amounts: &Amounts,
) -> u64 {
    let base = problem.without.get(&(section, field)).copied();
    let mut left = base.map_or(0, |n| i64::try_from(n).unwrap_or(i64::MAX));
    let levers = problem.levers.iter().zip(amounts);
    for (lever, amount) in levers.filter(|(l, n)| l.section == section && **n > 0) {
        left += room(lever.deed, field) * i64::try_from(*amount).unwrap_or(0);
    }
    u64::try_from(left).unwrap_or(0)
}

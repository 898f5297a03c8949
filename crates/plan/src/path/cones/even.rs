//! Whole units moved between sections, and taken back, where a coefficient of variation binds.
//!
//! A whole-number point is spread by tangents, which do not tell neighbours apart, so the same
//! units placed better often keep a limit that it misses by a little, or leave one to spare.

use std::collections::BTreeMap;

use junheng_core::standard::Standard;

use super::super::amounts::{Amounts, failing};
use super::super::model::Ask;
use super::super::problem::Problem;
use super::{At, Raise, cone, raises, spread};

/// Most units moved or taken back for one coefficient.
const STEPS: usize = 2_000;

/// Moves units for every coefficient that has tangents, and takes back what none needs.
pub(crate) fn even(problem: &Problem, standard: &Standard, ask: &Ask, amounts: &mut Amounts) {
    let mut better = amounts.clone();
    for at in ask.tangents.keys() {
        even_one(problem, standard, ask, *at, &mut better);
    }
    let before = failing(problem, standard, amounts, ask);
    let after = failing(problem, standard, &better, ask);
    if after.iter().all(|row| before.contains(row)) {
        *amounts = better;
    }
}

/// A place of units: where it stands, and what its section must keep.
struct Place {
    raise: Raise,
    has: u64,
    keep: f64,
}

/// Σ N²/w·W − (1 + c²)(ΣN)², at most 0 where a coefficient keeps its limit c.
pub(crate) struct Excess {
    weights: Vec<f64>,
    pub(crate) now: Vec<f64>,
    pub(crate) total: f64,
    factor: f64,
    pub(crate) sum: f64,
}

impl Excess {
    pub(crate) fn new(
        problem: &Problem,
        standard: &Standard,
        ask: &Ask,
        at: At,
        amounts: &Amounts,
    ) -> Option<Self> {
        let limit = ask.limit(standard, at, cone(problem, at)?) * (1.0 - 1e-11);
        let values: Vec<f64> = amounts.iter().map(|n| *n as f64).collect();
        let (weights, now) = spread(problem, at, &values);
        Some(Self {
            total: weights.iter().sum(),
            factor: 1.0 + limit * limit,
            sum: now.iter().sum(),
            weights,
            now,
        })
    }

    pub(crate) fn value(&self) -> f64 {
        let square: f64 = self
            .weights
            .iter()
            .zip(&self.now)
            .map(|(w, x)| x * x / w)
            .sum();
        self.total * square - self.factor * self.sum * self.sum
    }

    /// What Σ N²/w·W gains when a member gets `by`.
    pub(crate) fn square(&self, member: usize, by: f64) -> f64 {
        match (self.weights.get(member), self.now.get(member)) {
            (Some(w), Some(x)) => self.total * (2.0 * x * by + by * by) / w,
            _ => f64::INFINITY,
        }
    }

    /// What (1 + c²)(ΣN)² gains with it.
    pub(crate) fn mean(&self, by: f64) -> f64 {
        self.factor * (2.0 * self.sum * by + by * by)
    }

    pub(crate) fn add(&mut self, member: usize, by: f64) {
        self.sum += by;
        if let Some(slot) = self.now.get_mut(member) {
            *slot += by;
        }
    }
}

fn even_one(problem: &Problem, standard: &Standard, ask: &Ask, at: At, amounts: &mut Amounts) {
    let Some(mut excess) = Excess::new(problem, standard, ask, at, amounts) else {
        return;
    };
    let mut groups = places(problem, at, &excess.now, amounts);
    for _ in 0..STEPS {
        let over = excess.value();
        if over <= 0.0 && take_back(&mut groups, &mut excess, over) {
            continue;
        }
        if !move_one(&mut groups, &mut excess) {
            break;
        }
    }
    for place in groups.iter().flatten() {
        if let Some(slot) = amounts.get_mut(place.raise.lever) {
            *slot = place.has;
        }
    }
}

/// Units that can stand for each other, of one action, pay years and effect, dearest first.
fn places(problem: &Problem, at: At, now: &[f64], amounts: &Amounts) -> Vec<Vec<Place>> {
    let Some(cone) = cone(problem, at) else {
        return Vec::new();
    };
    let mut groups: BTreeMap<_, Vec<Place>> = BTreeMap::new();
    for raise in raises(problem, at, cone, amounts) {
        let effects = problem
            .effects
            .get(at.0)
            .and_then(|all| all.get(raise.lever));
        let (Some(lever), Some([_])) =
            (problem.levers.get(raise.lever), effects.map(Vec::as_slice))
        else {
            continue;
        };
        let row = cone.members.get(raise.member);
        let standing = row.and_then(|row| problem.views.get(at.0)?.standing(*row, cone.indicator));
        let level = now.get(raise.member).copied().unwrap_or(0.0);
        let keep = standing.map_or(0.0, |s| s.held(level));
        let key = (
            std::cmp::Reverse(raise.yuan.to_bits()),
            lever.deed,
            lever.pay,
            raise.by.to_bits(),
        );
        let has = amounts.get(raise.lever).copied().unwrap_or(0);
        groups
            .entry(key)
            .or_default()
            .push(Place { raise, has, keep });
    }
    groups.into_values().collect()
}

/// The place of a group whose unit can best be missed.
fn giver(group: &[Place], excess: &Excess) -> Option<(usize, f64)> {
    let spare = |p: &Place| {
        let level = excess.now.get(p.raise.member).copied().unwrap_or(0.0);
        p.has > 0 && level - p.raise.by >= p.keep * (1.0 - 1e-12)
    };
    let all = group.iter().enumerate().filter(|(_, p)| spare(p));
    all.map(|(n, p)| (n, excess.square(p.raise.member, -p.raise.by)))
        .min_by(|a, b| a.1.total_cmp(&b.1))
}

/// Takes a unit back that the limit does not need, the dearest first.
fn take_back(groups: &mut [Vec<Place>], excess: &mut Excess, over: f64) -> bool {
    for group in groups {
        let Some((n, square)) = giver(group, excess) else {
            continue;
        };
        let Some(place) = group.get_mut(n) else {
            continue;
        };
        // A mean of 0 has no coefficient.
        let some = excess.sum > place.raise.by * (1.0 + 1e-9);
        if some && over + square - excess.mean(-place.raise.by) <= 0.0 {
            place.has -= 1;
            place.raise.left += 1;
            excess.add(place.raise.member, -place.raise.by);
            return true;
        }
    }
    false
}

/// Moves the unit that lowers the excess most; says whether there was one.
fn move_one(groups: &mut [Vec<Place>], excess: &mut Excess) -> bool {
    let mut best: Option<(f64, usize, usize, usize)> = None;
    for (n, group) in groups.iter().enumerate() {
        let Some((from, less)) = giver(group, excess) else {
            continue;
        };
        let open = group.iter().enumerate().filter(|(_, p)| p.raise.left > 0);
        let to = open
            .map(|(n, p)| (n, excess.square(p.raise.member, p.raise.by)))
            .min_by(|a, b| a.1.total_cmp(&b.1));
        let Some((to, more)) = to.filter(|t| t.0 != from) else {
            continue;
        };
        let change = less + more;
        if change < -1e-9 * excess.total && best.is_none_or(|b| change < b.0) {
            best = Some((change, n, from, to));
        }
    }
    let Some((_, n, from, to)) = best else {
        return false;
    };
    let Some(group) = groups.get_mut(n) else {
        return false;
    };
    for (place, sign) in [(from, -1_i64), (to, 1)] {
        if let Some(place) = group.get_mut(place) {
            place.has = place.has.saturating_add_signed(sign);
            place.raise.left = place.raise.left.saturating_add_signed(-sign);
            excess.add(place.raise.member, place.raise.by * sign as f64);
        }
    }
    true
}

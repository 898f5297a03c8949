//! Chords: what whole units add to a coefficient of variation that divisible ones do not.
//!
//! Between neighbouring whole levels l and h of an amount N, N² is at least (l + h)N − lh; a tangent
//! is up to a quarter of a squared unit below it, in every section. For that the mean must not
//! stand below the fraction: (ΣN)² is replaced by its chord over the range that the mean has in
//! plans that cost no more than one at hand.

use std::collections::{BTreeMap, BTreeSet};

use junheng_core::exact::to_f64;

use super::super::model::{Aim, Ask};
use super::super::problem::Problem;
use super::super::solve::Search;
use super::super::solve::refine::Divisible;
use super::{At, cone, spread, touch};
use crate::mip::{Limits, Solved};

/// Times that chords are added where the divisible problem wants them.
const ROUNDS: usize = 12;
/// A relative gain of the bound that is not worth another round.
const SLOW: f64 = 2e-5;
/// What an end of a range is off by, relatively.
const LOOSE: f64 = 1e-7;

/// The chords of a cone.
#[derive(Clone, Debug)]
pub(crate) struct Chords {
    /// Least and most mean, in units of today's.
    pub(crate) low: f64,
    pub(crate) high: f64,
    /// What a unit is to each member; infinite where nothing moves it.
    units: Vec<f64>,
    /// Units beside today's at which a chord of a member begins.
    levels: Vec<BTreeSet<i64>>,
}

impl Chords {
    /// Both ends of each chord of a member, as amounts beside today's.
    pub(crate) fn of(&self, member: usize) -> impl Iterator<Item = (f64, f64)> + '_ {
        let unit = self.units.get(member).copied().unwrap_or(f64::INFINITY);
        let levels = self.levels.get(member).into_iter().flatten();
        levels.map(move |k| (*k as f64 * unit, (k + 1) as f64 * unit))
    }

    /// Adds chords at these amounts beside today's; says whether any was new.
    fn touch(&mut self, beside: impl Iterator<Item = f64>) -> bool {
        let mut new = false;
        let members = self.units.iter().zip(&mut self.levels);
        for ((unit, levels), beside) in members.zip(beside).filter(|((u, _), _)| u.is_finite()) {
            let at = (beside / unit + 1e-7).floor() as i64;
            let near = if levels.is_empty() { 1 } else { 0 };
            for level in at - near..=at + near {
                new |= levels.insert(level);
            }
        }
        new
    }
}

impl Search<'_> {
    /// Adds chords where all units are whole, for plans of at most `cost` yuan; gives the divisible
    /// solution with them.
    pub(crate) fn chorded(&self, ask: &mut Ask, from: &Divisible, cost: f64) -> Option<Divisible> {
        let mut divisible = Ask {
            relaxed: true,
            totals: false,
            most: Some(cost),
            ..ask.clone()
        };
        divisible.chords = self.ranges(&divisible);
        if divisible.chords.is_empty() {
            return None;
        }
        self.touch_chords(&mut divisible.chords, &from.values);
        let mut last: Option<Divisible> = None;
        for _ in 0..ROUNDS {
            let Some((cost, values)) = self.divisible(&divisible) else {
                break;
            };
            let mut new = self.touch_chords(&mut divisible.chords, &values);
            for (at, _) in self.over(&divisible, &values) {
                new |= touch(&mut divisible.tangents, self.problem, at, &values);
            }
            let before = last.as_ref().map(|l| l.cost);
            last = Some(Divisible {
                may_fail: from.may_fail,
                cost,
                values,
            });
            if !new || before.is_some_and(|before| cost - before < SLOW * cost) {
                break;
            }
        }
        (ask.chords, ask.tangents) = (divisible.chords, divisible.tangents);
        last
    }

    /// The ranges of means where all units are whole.
    fn ranges(&self, ask: &Ask) -> BTreeMap<At, Chords> {
        let range = |at: &At| {
            let units = lattice(self.problem, *at)?;
            let low = self.end(ask, Aim::Least(*at))?;
            let high = -self.end(ask, Aim::Most(*at))?;
            let chords = Chords {
                low: low * (1.0 - LOOSE),
                high: high * (1.0 + LOOSE),
                levels: vec![BTreeSet::new(); units.len()],
                units,
            };
            Some((*at, chords))
        };
        ask.tangents.keys().filter_map(range).collect()
    }

    /// Adds chords where levers have these values; says whether any was new.
    pub(crate) fn touch_chords(&self, chords: &mut BTreeMap<At, Chords>, values: &[f64]) -> bool {
        let mut new = false;
        for (at, chords) in chords {
            let now = spread(self.problem, *at, values).1;
            let today = spread(self.problem, *at, &[]).1;
            new |= chords.touch(now.iter().zip(&today).map(|(now, today)| now - today));
        }
        new
    }

    /// The objective of an end of a range; `None` where there is no telling.
    fn end(&self, ask: &Ask, aim: Aim) -> Option<f64> {
        let ask = Ask { aim, ..ask.clone() };
        match self.ask(&ask, Limits::default(), None).1 {
            Solved::Point(point) => Some(point.objective),
            _ => None,
        }
    }
}

/// What one unit is to each member of a cone; `None` where some units are divisible, or not alike.
fn lattice(problem: &Problem, at: At) -> Option<Vec<f64>> {
    let cone = cone(problem, at)?;
    let place: BTreeMap<usize, usize> = cone.members.iter().copied().zip(0..).collect();
    let mut units = vec![f64::INFINITY; cone.members.len()];
    for (lever, effects) in problem.levers.iter().zip(problem.effects.get(at.0)?) {
        let here = effects.iter().filter(|e| e.1 == cone.indicator);
        for (row, _, by) in here {
            let Some(unit) = place.get(row).and_then(|n| units.get_mut(*n)) else {
                continue;
            };
            let by = to_f64(by).abs();
            if lever.deed.action().is_fine() || (unit.is_finite() && *unit != by) {
                return None;
            }
            *unit = by;
        }
    }
    Some(units)
}

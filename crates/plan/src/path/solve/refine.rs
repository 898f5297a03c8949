//! The divisible problem: where tangents are wanted, and which limits cannot be kept.

use super::super::amounts::coefficient;
use super::super::cones::{At, cone, spread, touch};
use super::super::model::{Aim, Ask};
use super::{Search, Stuck, values};
use crate::mip::{Limits, Solved};

/// Steps of tangents before whole numbers are asked for.
const REFINEMENTS: usize = 12;
/// A relative gain of the bound that is not worth another step.
const SLOW: f64 = 2e-5;
/// A relative excess of a coefficient that another tangent is worth.
const WORTH: f64 = 2e-5;
/// Times that limits are raised, and how far the worst is ahead of those that stay: what is
/// over by less may be what tangents leave.
const LOOSENINGS: usize = 4;
const AHEAD: f64 = 50.0;

/// A solution whose amounts need not be whole.
pub(crate) struct Divisible {
    pub(crate) may_fail: usize,
    pub(crate) cost: f64,
    pub(crate) values: Vec<f64>,
}

impl Search<'_> {
    /// Tangents where the divisible problem wants them, higher limits where they cannot be kept, and
    /// the divisible solution if it has as few failing sections as asked.
    pub(crate) fn refine(
        &self,
        ask: &mut Ask,
        may_fail: usize,
        stuck: &mut Vec<Stuck>,
    ) -> Option<Divisible> {
        let mut divisible = Ask {
            failing: Some(may_fail),
            relaxed: true,
            ..ask.clone()
        };
        let mut loosened = 0;
        let mut last = None;
        for _ in 0..REFINEMENTS {
            match self.sharpen(&mut divisible) {
                Some((new, cost, values)) => {
                    let before = last.as_ref().map(|l: &Divisible| l.cost);
                    let slow = before.is_some_and(|c| cost - c < SLOW * cost);
                    last = Some(Divisible {
                        may_fail,
                        cost,
                        values,
                    });
                    if !new || slow {
                        break;
                    }
                }
                None if loosened == LOOSENINGS || self.run.stopped() => break,
                None => {
                    loosened += 1;
                    let more = self.loosen(&mut divisible);
                    if more.is_empty() {
                        // The limits can be kept, but not with so few failing sections.
                        divisible.failing = None;
                        divisible.aim = Aim::Failing;
                    }
                    stuck.extend(more);
                }
            }
        }
        let cost = divisible.aim == Aim::Cost;
        ask.tangents = divisible.tangents;
        ask.limits = divisible.limits;
        last.filter(|_| cost)
    }

    /// One divisible solve and the tangents it asks for: whether there were any, cost and values.
    fn sharpen(&self, ask: &mut Ask) -> Option<(bool, f64, Vec<f64>)> {
        let (cost, values) = self.divisible(ask)?;
        let mut new = false;
        for (at, _) in self.over(ask, &values) {
            new |= touch(&mut ask.tangents, self.problem, at, &values);
        }
        Some((new, cost, values))
    }

    /// Coefficients above their limits when levers have these values.
    pub(crate) fn over(&self, ask: &Ask, values: &[f64]) -> Vec<(At, f64)> {
        let mut over = Vec::new();
        for (n, view) in self.problem.views.iter().enumerate() {
            for (index, cone) in view.cones.iter().enumerate() {
                let at = (n, index);
                let (weights, amounts) = spread(self.problem, at, values);
                let now = coefficient(&weights, &amounts);
                if now > ask.limit(self.standard, at, cone) * (1.0 + WORTH) {
                    over.push((at, now));
                }
            }
        }
        over
    }

    /// Cost and values of a divisible solution.
    pub(crate) fn divisible(&self, ask: &Ask) -> Option<(f64, Vec<f64>)> {
        let (levers, Solved::Point(point)) = self.ask(ask, Limits::default(), None) else {
            return None;
        };
        Some((point.objective, values(&levers, &point)))
    }

    /// Raises the limits that no plan keeps to what can be reached.
    fn loosen(&self, ask: &mut Ask) -> Vec<Stuck> {
        let mut least = Ask {
            aim: Aim::Excess,
            failing: None,
            ..ask.clone()
        };
        // Tangents say little of where no point has been: the best point, not the last.
        let mut best: Option<(f64, Vec<(At, f64)>)> = None;
        for _ in 0..REFINEMENTS {
            let Some((_, values)) = self.divisible(&least) else {
                break;
            };
            let over = self.over(&least, &values);
            let mut new = false;
            for (at, _) in &over {
                new |= touch(&mut least.tangents, self.problem, *at, &values);
            }
            let by = over.iter().map(|(at, cv)| self.ahead(&least, *at, *cv));
            let sum = by.sum();
            if best.as_ref().is_none_or(|b| sum < b.0) {
                best = Some((sum, over));
            }
            if !new {
                break;
            }
        }
        ask.tangents = least.tangents;
        let over = best.map_or(Vec::new(), |b| b.1);
        let ahead = |(at, cv): &(At, f64)| self.ahead(ask, *at, *cv);
        let worst = over.iter().map(ahead).fold(0.0, f64::max);
        let over: Vec<(At, f64)> = over
            .into_iter()
            .filter(|o| ahead(o) * AHEAD >= worst)
            .collect();
        for (at, reachable) in &over {
            ask.limits.insert(*at, reachable * 1.002);
        }
        let stuck = |(at, reachable)| Stuck { at, reachable };
        over.into_iter().map(stuck).collect()
    }

    /// By how much a coefficient is above its limit, relative to it.
    fn ahead(&self, ask: &Ask, at: At, now: f64) -> f64 {
        let limit = cone(self.problem, at).map(|c| ask.limit(self.standard, at, c));
        limit.map_or(0.0, |limit| now / limit - 1.0)
    }
}

//! Whole numbers where coefficients of variation bind.
//!
//! A plan stands at once: what sections need beside the divisible amounts rounded down, mended. With
//! it as a start the solver has only to prove, and to improve what it can.

use super::super::amounts::{Amounts, broken, coefficient};
use super::super::cones::{At, cone, nearest, spread, touch};
use super::super::model::{Aim, Ask, Tangents};
use super::refine::Divisible;
use super::{Found, Search, Stuck, values};
use crate::mip::{Limits, Solved};

/// With more levers than this a plan within this gap is left as it is when coefficients bind.
const WIDE: usize = 3_000;
const LARGE_GAP: f64 = 5e-3;
/// What is searched there, one after the other until the gap is small enough: everywhere or, while
/// no plan keeps the limits, around the divisible solution; and with how many branches. The third is
/// for a proof: it goes on below that gap, without a search for points beside its root.
const PASSES: [(bool, i32, bool); 4] = [
    (true, 30, false),
    (false, 1, false),
    (true, 1, true),
    (true, 100, false),
];
/// The same with limits raised to what can be reached: hardly any whole units keep them all, so
/// that branches find little.
const RAISED: [(bool, i32, bool); 2] = [(false, 1, false), (true, 1, false)];
/// The gap that is small enough there, per lever and at most: the last hundredths of a percent
/// take ten times as long as all before.
const GAP_PER_LEVER: f64 = 1e-6;
const MOST_GAP: f64 = 1e-3;
/// HiGHS goes on to this share of it: mending costs a little of what it finds.
const SHARE: f64 = 0.9;
/// Branches when it is asked by how much limits must be raised.
const EXCESS_NODES: i32 = 100;
/// By how much limits are lowered to find points that keep them.
const TIGHT: f64 = 1e-5;

impl Search<'_> {
    /// A plan of whole numbers from a divisible one, with its bound, and whether limits had to be
    /// raised so that it is to be asked again.
    pub(super) fn coupled(
        &self,
        ask: &mut Ask,
        lost: usize,
        divisible: Divisible,
        stuck: &mut Vec<Stuck>,
    ) -> (Found, bool) {
        let found = self.down(ask, &divisible);
        let raised = self.give_in(ask, &found.amounts);
        let divisible = if raised.is_empty() {
            Some(divisible)
        } else {
            stuck.extend(raised);
            self.refine(ask, divisible.may_fail, stuck)
        };
        let found = self.weigh(ask, found.amounts);
        match divisible {
            Some(divisible) => self.around(ask, lost, divisible, found, stuck),
            None => (found, false),
        }
    }

    /// A plan in a moment: what sections need beside the divisible amounts rounded down, mended.
    fn down(&self, ask: &Ask, divisible: &Divisible) -> Found {
        let mut needs = Ask {
            failing: Some(divisible.may_fail),
            // What coefficients want stands in the values.
            tangents: Tangents::new(),
            near: Some((divisible.values.clone(), 0.0)),
            ..ask.clone()
        };
        for aim in [Aim::Cost, Aim::Failing] {
            needs.aim = aim;
            if let (levers, Solved::Point(point)) = self.run_model(&needs, None) {
                return self.mended(ask, self.whole(ask, &values(&levers, &point)));
            }
            // In whole units so few cannot fail: then as few as can.
            needs.failing = None;
        }
        self.mended(ask, self.whole(ask, &divisible.values))
    }

    /// Better whole numbers than a plan's, and a better bound than the divisible one, for a counted
    /// number of branches; and whether limits had to be raised.
    fn around(
        &self,
        ask: &mut Ask,
        lost: usize,
        divisible: Divisible,
        found: Found,
        stuck: &mut Vec<Stuck>,
    ) -> (Found, bool) {
        let mut best = Found {
            bound: self.least(divisible.cost),
            ..found
        };
        let gap = (GAP_PER_LEVER * self.problem.levers.len() as f64).min(MOST_GAP);
        let gap = gap.max(self.effort.gap);
        let raised = ask.limits.values().any(|limit| limit.is_finite());
        let allowed = lost + divisible.may_fail;
        let enough = |best: &Found, gap| best.failing.len() <= allowed && best.within(gap);
        if self.problem.levers.len() > WIDE && enough(&best, LARGE_GAP) {
            return (best, false);
        }
        let mut wide = Ask {
            failing: Some(divisible.may_fail),
            totals: true,
            ..ask.clone()
        };
        let cost = best.cost;
        if self.problem.levers.len() <= WIDE
            && best.broken == 0
            && best.failing.len() <= allowed
            && !best.within(gap)
            && let Some(closer) = self.chorded(&mut wide, &divisible, cost)
        {
            best.bound = best.bound.max(self.least(closer.cost).min(cost));
            best.take(self.down(ask, &closer), allowed);
        }
        // Chords are for plans that cost no more than this.
        let chorded = if wide.chords.is_empty() {
            f64::INFINITY
        } else {
            cost
        };
        let mut near = self.near(ask, divisible);
        let passes = if raised { &RAISED[..] } else { &PASSES[..] };
        for &(everywhere, nodes, proof) in passes {
            let gap = if proof { self.effort.gap } else { gap };
            let useful = match everywhere {
                true => !raised || best.broken == 0,
                false => best.broken > 0,
            };
            if !useful || enough(&best, gap) || self.run.stopped() {
                continue;
            }
            let asked = if everywhere { &mut wide } else { &mut near };
            let limits = Limits {
                gap: SHARE * gap,
                nodes,
                bound_only: proof,
            };
            let start: Vec<f64> = best.amounts.iter().map(|n| *n as f64).collect();
            let start = Some(&start[..]).filter(|_| best.broken == 0);
            let (levers, solved) = self.ask(asked, limits, start);
            let bound = match &solved {
                Solved::Point(point) => point.bound,
                Solved::Nothing { bound } => *bound,
                Solved::Infeasible if everywhere && best.broken > 0 => {
                    let more = self.settle_for(ask);
                    let raised = !more.is_empty();
                    stuck.extend(more);
                    return (self.weigh(ask, best.amounts), raised);
                }
                Solved::Infeasible => continue,
            };
            if everywhere {
                best.bound = best.bound.max(self.least(bound).min(chorded));
            }
            let Solved::Point(point) = solved else {
                continue;
            };
            let reached = values(&levers, &point);
            let amounts = self.whole(ask, &reached);
            for at in broken(self.problem, self.standard, &amounts, ask) {
                touch(&mut asked.tangents, self.problem, at, &reached);
            }
            self.touch_chords(&mut asked.chords, &reached);
            best.take(self.mended(ask, amounts), allowed);
        }
        if best.broken == 0 && best.failing.len() > allowed {
            return self.fewest(ask, lost, best);
        }
        (best, false)
    }

    /// Where in whole units more sections fail than in divisible ones: as few as can be found, and
    /// whether the cost of so many is to be asked for.
    fn fewest(&self, ask: &Ask, lost: usize, mut best: Found) -> (Found, bool) {
        let fewest = Ask {
            aim: Aim::Failing,
            failing: None,
            ..ask.clone()
        };
        let start: Vec<f64> = best.amounts.iter().map(|n| *n as f64).collect();
        let (levers, solved) = self.ask(
            &fewest,
            Limits {
                nodes: EXCESS_NODES,
                ..Limits::default()
            },
            Some(&start),
        );
        let bound = match &solved {
            Solved::Point(point) => point.bound,
            Solved::Nothing { bound } => *bound,
            Solved::Infeasible => return (best, false),
        };
        best.failing_bound = lost + (bound - 1e-6).ceil().max(0.0) as usize;
        if let Solved::Point(point) = solved {
            let amounts = self.whole(ask, &values(&levers, &point));
            best.take(self.mended(ask, amounts), lost);
        }
        (best, true)
    }

    /// Raises limits that were raised already to what these amounts reach.
    fn give_in(&self, ask: &mut Ask, amounts: &Amounts) -> Vec<Stuck> {
        let open = broken(self.problem, self.standard, amounts, ask).into_iter();
        let raised = open.filter(|at| ask.limits.contains_key(at)).collect();
        self.raise(ask, amounts, raised)
    }

    /// Raises the limits of these coefficients to what the amounts reach.
    fn raise(&self, ask: &mut Ask, amounts: &Amounts, open: Vec<At>) -> Vec<Stuck> {
        let reached: Vec<f64> = amounts.iter().map(|n| *n as f64).collect();
        let stuck = open.into_iter().map(|at| {
            let (weights, amounts) = spread(self.problem, at, &reached);
            let reachable = coefficient(&weights, &amounts);
            ask.limits.insert(at, reachable * (1.0 + 1e-9));
            Stuck { at, reachable }
        });
        stuck.collect()
    }

    /// Raises limits that whole units do not keep to what they reach.
    pub(super) fn settle_for(&self, ask: &mut Ask) -> Vec<Stuck> {
        let least = Ask {
            aim: Aim::Excess,
            failing: None,
            ..ask.clone()
        };
        let limits = Limits {
            gap: 1e-3,
            nodes: EXCESS_NODES,
            ..Limits::default()
        };
        let (levers, Solved::Point(point)) = self.ask(&least, limits, None) else {
            return Vec::new();
        };
        let amounts = self.whole(ask, &values(&levers, &point));
        let open = broken(self.problem, self.standard, &amounts, ask);
        self.raise(ask, &amounts, open)
    }

    /// What is asked around a divisible solution.
    fn near(&self, ask: &Ask, divisible: Divisible) -> Ask {
        let mut near = Ask {
            failing: Some(divisible.may_fail),
            ..self.tight(ask)
        };
        nearest(&mut near.tangents, self.problem, &divisible.values);
        near.near = Some((divisible.values, 1.0));
        near
    }

    /// The same with limits a little lower: tangents leave a point a little above them, where no
    /// whole unit may be left that mends it.
    fn tight(&self, ask: &Ask) -> Ask {
        let mut tight = ask.clone();
        for at in ask.tangents.keys() {
            if let Some(cone) = cone(self.problem, *at) {
                let limit = tight.limits.entry(*at).or_insert(cone.limit);
                *limit *= 1.0 - TIGHT;
            }
        }
        tight
    }
}

//! The search: sections first, then money, with coefficients of variation brought in as they bind.

use std::collections::BTreeMap;

use junheng_core::model::Stage;
use junheng_core::standard::Standard;

use super::amounts::{self, Amounts, broken, coefficient, failing};
use super::cones::{cone, mend, nearest, spread, touch};
use super::model::{Aim, Ask, Model, Tangents};
use super::problem::{Deed, Problem};
use super::refine::Divisible;
use crate::mip::{Limits, Solution, Solved, Var};
use crate::run::{Progress, Run};

/// A coefficient that no plan brings to its limit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Stuck {
    /// Judged year and cone.
    pub(super) at: (usize, usize),
    /// The lowest that could be reached, within the search's precision; infinite where the mean
    /// stays 0.
    pub(super) reachable: f64,
}

/// What a search found.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) amounts: Amounts,
    /// Sections that fail with it.
    pub(super) failing: Vec<usize>,
    /// No plan has fewer failing sections.
    pub(super) failing_bound: usize,
    pub(super) cost: f64,
    /// No plan with as few failing sections costs less.
    pub(super) bound: f64,
    pub(super) stuck: Vec<Stuck>,
    /// Sections that fail whatever is done.
    pub(super) lost: usize,
    /// Coefficients above their limit, or above what `stuck` says; and one for money that is
    /// not there.
    pub(super) broken: usize,
}

/// What a wide search of whole numbers says.
enum Wide {
    /// A plan, and what none costs less than.
    Found(Found, f64),
    /// There is none.
    Impossible,
    /// A limit came first.
    Nothing,
}

/// How hard to search.
#[derive(Clone, Copy, Debug)]
pub(super) struct Effort {
    pub(super) gap: f64,
    pub(super) nodes: i32,
}

/// Rounds of whole numbers.
const ROUNDS: usize = 4;
/// The same where problems are so small that a round is nothing.
const SMALL_ROUNDS: usize = 200;
/// Up to this many levers whole numbers are searched everywhere, else around the divisible optimum
/// where coefficients bind.
const EXACT: usize = 300;
/// Up to this many levers whole numbers are searched everywhere as well when coefficients bind.
const WIDE: usize = 3_000;
/// Branches of each round of that search, and its rounds.
const WIDE_NODES: i32 = 100;
const WIDE_ROUNDS: usize = 3;
/// By how much limits are lowered to find points that keep them.
const TIGHT: f64 = 1e-5;
/// Branches around a divisible solution.
const NEAR_NODES: i32 = 200;
/// Times that new tangents are added there.
const NEAR_ROUNDS: usize = 4;

/// What is asked of a search; by default everything, and as few failing sections as can be.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Question<'a> {
    /// An indicator that the section rule leaves out.
    pub(super) waived: Option<usize>,
    /// Only these sections.
    pub(super) only: Option<&'a [usize]>,
    /// Sections that may fail beyond those that must.
    pub(super) may_fail: usize,
    /// A coefficient without a limit.
    pub(super) free: Option<(usize, Stage)>,
}

/// What is searched, and with what.
pub(super) struct Search<'a> {
    pub(super) problem: &'a Problem,
    pub(super) standard: &'a Standard,
    pub(super) run: &'a Run<'a>,
    pub(super) effort: Effort,
}

impl Search<'_> {
    /// The best plan found, with its bounds.
    pub(super) fn solve(&self, question: &Question<'_>) -> Found {
        let Question {
            waived,
            only,
            may_fail,
            free,
        } = *question;
        let mut ask = Ask {
            waived,
            ..Ask::plain(only)
        };
        for (n, view) in self.problem.views.iter().enumerate() {
            for (index, cone) in view.cones.iter().enumerate() {
                if free == Some((cone.indicator, cone.stage)) {
                    ask.limits.insert((n, index), f64::INFINITY);
                }
            }
        }
        let Model { lost, mip, .. } = Model::new(self.problem, self.standard, &ask);
        let lost = lost.len();
        let nothing: Amounts = vec![0; self.problem.levers.len()];
        let mut best = self.weigh(&ask, nothing);
        best.failing_bound = lost;
        best.bound = 0.0;
        best.lost = lost;
        let mut stuck = Vec::new();
        if mip.is_empty() {
            // Nothing can be done: what is above its limit stays there.
            if only.is_none() {
                best.stuck = self.above(&best.amounts, &stuck, free);
            }
            return best;
        }
        let small = self.problem.levers.len() <= EXACT;
        let rounds = if small { SMALL_ROUNDS } else { ROUNDS };
        for round in 0..rounds {
            if self.run.stopped() {
                break;
            }
            let mut divisible = None;
            if !ask.tangents.is_empty() {
                let may_fail = best.failing.len().saturating_sub(lost).max(may_fail);
                let refined = self.refine(&mut ask, may_fail);
                stuck.extend(refined.0);
                divisible = refined.1.filter(|_| self.problem.levers.len() > EXACT);
            }
            let near = divisible.and_then(|d| self.near(&ask, best.failing_bound, d));
            let rounded = near.is_some();
            let Some((solution, failing_bound, bound)) =
                near.or_else(|| self.lexicographic(&ask, lost, may_fail))
            else {
                // Divisible it could be done, in whole units it cannot.
                let more = self.settle_for(&mut ask);
                if more.is_empty() {
                    break;
                }
                stuck.extend(more);
                continue;
            };
            let values = values(
                &Model::new(self.problem, self.standard, &ask).levers,
                &solution,
            );
            let mut found = self.weigh(&ask, self.whole(&ask, &values));
            if round == 0 && only.is_none() {
                best.broken = broken(self.problem, self.standard, &best.amounts, &ask).len();
            }
            let mut new = false;
            if only.is_none() {
                let before = broken(self.problem, self.standard, &found.amounts, &ask);
                for at in &before {
                    new |= touch(&mut ask.tangents, self.problem, *at, &values);
                }
                if !before.is_empty() {
                    let mut mended = found.amounts.clone();
                    mend(self.problem, self.standard, &ask, &mut mended);
                    found = self.weigh(&ask, mended);
                }
            }
            let mut bound = bound;
            if rounded && !self.closed(&found, bound) && self.problem.levers.len() <= WIDE {
                let may_fail = best.failing.len().saturating_sub(lost).max(may_fail);
                match self.wide(&mut ask, may_fail, failing_bound) {
                    Wide::Found(other, least) => {
                        bound = bound.max(least);
                        new = false;
                        if (other.broken, other.cost) < (found.broken, found.cost) {
                            found = other;
                        }
                    }
                    Wide::Impossible if found.broken > 0 => {
                        stuck.extend(self.settle_for(&mut ask));
                        new = true;
                    }
                    _ => {}
                }
            }
            found.failing_bound = failing_bound;
            found.bound = bound;
            let allowed = |f: &Found| f.failing.len().max(lost + may_fail);
            let better = (found.broken, allowed(&found))
                .cmp(&(best.broken, allowed(&best)))
                .then(found.cost.total_cmp(&best.cost));
            let bounds = (best.failing_bound.max(failing_bound), bound);
            if better.is_lt() || round == 0 {
                best = found;
            }
            (best.failing_bound, best.bound) = bounds;
            self.run.tell(Progress {
                done: (round + 1) as f64 / rounds as f64,
                objective: Some(best.cost),
                bound: Some(best.bound),
            });
            if !new || self.closed(&best, best.bound) {
                break;
            }
        }
        if !stuck.is_empty() {
            best.stuck = self.above(&best.amounts, &stuck, free);
        }
        best.lost = lost;
        best
    }

    fn closed(&self, found: &Found, bound: f64) -> bool {
        found.broken == 0 && found.cost - bound <= self.effort.gap * found.cost
    }

    /// Coefficients that these amounts leave above the standard's limits, with what was found
    /// to be within reach, or what they come to.
    fn above(
        &self,
        amounts: &Amounts,
        known: &[Stuck],
        free: Option<(usize, Stage)>,
    ) -> Vec<Stuck> {
        let values: Vec<f64> = amounts.iter().map(|n| *n as f64).collect();
        let open = broken(self.problem, self.standard, amounts, &Ask::plain(None));
        let judged = open.into_iter().filter(|at| {
            free.is_none_or(|f| cone(self.problem, *at).is_none_or(|c| (c.indicator, c.stage) != f))
        });
        let stuck = |at| {
            let (weights, amounts) = spread(self.problem, at, &values);
            let now = coefficient(&weights, &amounts);
            let same = known.iter().filter(|s| s.at == at).map(|s| s.reachable);
            let reachable = same.fold(now, f64::min);
            Stuck { at, reachable }
        };
        judged.map(stuck).collect()
    }

    /// Whole numbers everywhere, for a counted number of branches, with new tangents where the
    /// point breaks a coefficient.
    fn wide(&self, ask: &mut Ask, may_fail: usize, failing_bound: usize) -> Wide {
        let limits = Limits {
            gap: self.effort.gap,
            nodes: WIDE_NODES,
            ..Limits::default()
        };
        let mut best: Option<Found> = None;
        let mut bound: f64 = 0.0;
        for round in 0..WIDE_ROUNDS {
            let all = Ask {
                failing: Some(may_fail),
                totals: true,
                ..if round == 0 {
                    ask.clone()
                } else {
                    self.tight(ask)
                }
            };
            let (levers, solved) = self.ask(&all, limits, None);
            let point = match solved {
                Solved::Point(point) => point,
                Solved::Infeasible if round == 0 => return Wide::Impossible,
                _ => break,
            };
            let mut amounts = self.whole(ask, &values(&levers, &point));
            if round == 0 {
                bound = self.cost_point(failing_bound, point).2;
            }
            let reached: Vec<f64> = amounts.iter().map(|n| *n as f64).collect();
            let open = broken(self.problem, self.standard, &amounts, ask);
            mend(self.problem, self.standard, ask, &mut amounts);
            let found = self.weigh(ask, amounts);
            let better = |b: &Found| (found.broken, found.cost) < (b.broken, b.cost);
            if best.as_ref().is_none_or(better) {
                best = Some(found);
            }
            let mut new = false;
            for at in open {
                new |= touch(&mut ask.tangents, self.problem, at, &reached);
            }
            if !new || best.as_ref().is_some_and(|b| self.closed(b, bound)) {
                break;
            }
        }
        best.map_or(Wide::Nothing, |best| Wide::Found(best, bound))
    }

    /// Raises limits that whole units do not keep to what they reach.
    fn settle_for(&self, ask: &mut Ask) -> Vec<Stuck> {
        let least = Ask {
            aim: Aim::Excess,
            failing: None,
            ..ask.clone()
        };
        let limits = Limits {
            gap: 1e-3,
            nodes: WIDE_NODES,
            ..Limits::default()
        };
        let (levers, Solved::Point(point)) = self.ask(&least, limits, None) else {
            return Vec::new();
        };
        let amounts = self.whole(ask, &values(&levers, &point));
        let reached: Vec<f64> = amounts.iter().map(|n| *n as f64).collect();
        let mut stuck = Vec::new();
        for at in broken(self.problem, self.standard, &amounts, ask) {
            let (weights, amounts) = spread(self.problem, at, &reached);
            let reachable = coefficient(&weights, &amounts);
            ask.limits.insert(at, reachable * (1.0 + 1e-9));
            stuck.push(Stuck { at, reachable });
        }
        stuck
    }

    /// Fewest failing sections, then least cost: the point, and both bounds.
    fn lexicographic(
        &self,
        ask: &Ask,
        lost: usize,
        may_fail: usize,
    ) -> Option<(Solution, usize, f64)> {
        let all = Ask {
            aim: Aim::Cost,
            failing: Some(may_fail),
            ..ask.clone()
        };
        if let Solved::Point(point) = self.run_model(&all, None) {
            return Some(self.cost_point(lost, point));
        }
        let fewest = Ask {
            aim: Aim::Failing,
            ..ask.clone()
        };
        let Solved::Point(point) = self.run_model(&fewest, None) else {
            return None;
        };
        let failing = point.objective.round() as usize;
        let bound = (point.bound - 1e-6).ceil().max(0.0) as usize;
        let cheapest = Ask {
            aim: Aim::Cost,
            failing: Some(failing.max(may_fail)),
            ..ask.clone()
        };
        match self.run_model(&cheapest, Some(&point.values)) {
            Solved::Point(cheap) => Some(self.cost_point(lost + bound, cheap)),
            _ => Some((point, lost + bound, 0.0)),
        }
    }

    fn cost_point(&self, failing_bound: usize, point: Solution) -> (Solution, usize, f64) {
        // Moves count less than half a yuan in the objective: take that out again.
        let whole = self.problem.levers.iter().all(|l| l.yuan.fract() == 0.0);
        let bound = point.bound - 0.4;
        let bound = if whole {
            (bound - 1e-3 - 1e-9 * bound.abs()).ceil()
        } else {
            bound
        };
        (point, failing_bound, bound.max(0.0))
    }

    fn run_model(&self, ask: &Ask, start: Option<&[f64]>) -> Solved {
        let limits = Limits {
            gap: self.effort.gap,
            nodes: self.effort.nodes,
            ..Limits::default()
        };
        self.ask(ask, limits, start).1
    }

    /// Where the levers stand in a programme, and what HiGHS says of it. When the time is up it is
    /// not even written down: that takes long enough to break a limit.
    pub(super) fn ask(
        &self,
        ask: &Ask,
        limits: Limits,
        start: Option<&[f64]>,
    ) -> (Vec<Option<Var>>, Solved) {
        if self.run.stopped() {
            let bound = f64::NEG_INFINITY;
            return (Vec::new(), Solved::Nothing { bound });
        }
        let Model { mip, levers, .. } = Model::new(self.problem, self.standard, ask);
        (levers, mip.solve(self.run, limits, start))
    }

    /// Whole numbers around a divisible solution, whose cost is the bound.
    fn near(
        &self,
        ask: &Ask,
        failing_bound: usize,
        divisible: Divisible,
    ) -> Option<(Solution, usize, f64)> {
        let small = self.problem.levers.len() <= WIDE;
        let mut tangents = ask.tangents.clone();
        nearest(&mut tangents, self.problem, &divisible.values);
        let mut around = Ask {
            failing: Some(divisible.may_fail),
            tangents,
            near: Some((divisible.values, if small { 1.0 } else { 0.0 })),
            ..self.tight(ask)
        };
        if !small {
            // What coefficients want stands in the values, and mending does the rest.
            around.tangents = Tangents::new();
        }
        let mut bound = divisible.cost;
        let mut best: Option<(Found, Solution)> = None;
        for round in 0..if small { NEAR_ROUNDS } else { 1 } {
            let limits = Limits {
                gap: self.effort.gap.max(1e-4),
                nodes: match round {
                    // The best point is found before the first branch as a rule.
                    0 if small => 1,
                    _ => self.effort.nodes.min(NEAR_NODES),
                },
                target: bound * (1.0 + 0.95 * self.effort.gap),
                ..Limits::default()
            };
            let (levers, Solved::Point(point)) = self.ask(&around, limits, None) else {
                break;
            };
            let reached = values(&levers, &point);
            let mut amounts = self.whole(ask, &reached);
            let open = broken(self.problem, self.standard, &amounts, ask);
            mend(self.problem, self.standard, ask, &mut amounts);
            let found = self.weigh(ask, amounts);
            let first = small && round == 0;
            if first && !self.closed(&found, bound) {
                bound = bound.max(self.totals(ask, divisible.may_fail));
            }
            let done = self.closed(&found, bound) || (open.is_empty() && !first);
            for at in open {
                touch(&mut around.tangents, self.problem, at, &reached);
            }
            let better =
                |b: &(Found, Solution)| (found.broken, found.cost) < (b.0.broken, b.0.cost);
            if best.as_ref().is_none_or(better) {
                best = Some((found, point));
            }
            if done {
                break;
            }
        }
        let (_, point) = best?;
        Some(self.cost_point(failing_bound, Solution { bound, ..point }))
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

    /// Whole units: divisible ones downwards, upwards where a section would fail by it.
    fn whole(&self, ask: &Ask, values: &[f64]) -> Amounts {
        let down = |v: &f64| (v + 1e-6).floor().max(0.0) as u64;
        let up = |v: &f64| (v - 1e-6).ceil().max(0.0) as u64;
        let mut amounts: Amounts = values.iter().map(down).collect();
        let raised: Amounts = values.iter().map(up).collect();
        self.cancel(&mut amounts);
        if amounts == raised {
            return amounts;
        }
        let could = failing(self.problem, self.standard, &raised, ask);
        let now = failing(self.problem, self.standard, &amounts, ask);
        for effects in &self.problem.effects {
            for ((effects, amount), up) in effects.iter().zip(&mut amounts).zip(&raised) {
                let helps = effects
                    .iter()
                    .any(|(row, ..)| now.contains(row) && !could.contains(row));
                if helps {
                    *amount = *up;
                }
            }
        }
        amounts
    }

    /// Somebody who leaves and somebody like her who comes stay where they are.
    fn cancel(&self, amounts: &mut Amounts) {
        let mut places: BTreeMap<_, usize> = BTreeMap::new();
        let levers = &self.problem.levers;
        for (index, lever) in levers.iter().enumerate() {
            if let Deed::Give(kind) = lever.deed {
                places.insert((lever.section, kind, lever.counts_from, lever.pay), index);
            }
        }
        for (index, lever) in levers.iter().enumerate() {
            let Deed::Receive(kind) = lever.deed else {
                continue;
            };
            let key = (lever.section, kind, lever.counts_from, lever.pay);
            if let Some(give) = places.get(&key) {
                let both = amounts.get(index).copied().unwrap_or(0);
                let both = both.min(amounts.get(*give).copied().unwrap_or(0));
                for place in [index, *give] {
                    if let Some(slot) = amounts.get_mut(place) {
                        *slot -= both;
                    }
                }
            }
        }
    }

    /// Sections that fail when nothing is done.
    pub(super) fn today(&self, only: Option<&[usize]>) -> usize {
        let nothing = vec![0; self.problem.levers.len()];
        failing(self.problem, self.standard, &nothing, &Ask::plain(only)).len()
    }

    /// Whether a coefficient is above its limit today.
    pub(super) fn binds(&self, indicator: usize, stage: Stage) -> bool {
        let nothing = vec![0; self.problem.levers.len()];
        let open = broken(self.problem, self.standard, &nothing, &Ask::plain(None));
        let is = |at: &(usize, usize)| {
            cone(self.problem, *at).is_some_and(|c| (c.indicator, c.stage) == (indicator, stage))
        };
        open.iter().any(is)
    }

    /// Other amounts under the same bounds.
    pub(super) fn rest(&self, amounts: Amounts, found: &Found) -> Found {
        let ask = Ask::plain(None);
        Found {
            failing_bound: found.failing_bound,
            bound: 0.0,
            stuck: found.stuck.clone(),
            ..self.weigh(&ask, amounts)
        }
    }

    fn weigh(&self, ask: &Ask, amounts: Amounts) -> Found {
        let above = match ask.only {
            Some(_) => 0,
            None => broken(self.problem, self.standard, &amounts, ask).len(),
        };
        let paid = amounts::affordable(self.problem, &amounts);
        Found {
            failing: failing(self.problem, self.standard, &amounts, ask),
            failing_bound: 0,
            cost: amounts::yuan(self.problem, &amounts),
            bound: 0.0,
            stuck: Vec::new(),
            lost: 0,
            broken: above + usize::from(!paid),
            amounts,
        }
    }
}

/// Values of levers at a point.
pub(super) fn values(levers: &[Option<Var>], point: &Solution) -> Vec<f64> {
    let value = |v: &Option<Var>| {
        v.and_then(|v| point.values.get(v.index()).copied())
            .unwrap_or(0.0)
    };
    levers.iter().map(value).collect()
}

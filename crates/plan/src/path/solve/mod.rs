//! The search: sections first, then money, with coefficients of variation brought in as they bind.

mod coupled;
pub(super) mod refine;

use std::collections::BTreeMap;

use junheng_core::model::Stage;
use junheng_core::standard::Standard;

use super::amounts::{self, Amounts, broken, coefficient, failing};
use super::cones::{cone, mend, spread, touch};
use super::model::{Aim, Ask, Model};
use super::problem::{Deed, Problem};
use crate::mip::{Limits, Mip, Solution, Solved, Var};
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

impl Found {
    /// What comes first in the question first: less is better. Up to `allowed` sections may fail.
    pub(super) fn rank(&self, allowed: usize) -> (usize, usize, f64) {
        (self.broken, self.failing.len().max(allowed), self.cost)
    }

    /// Takes over a better plan; what is proven stays.
    fn take(&mut self, found: Self, allowed: usize) {
        if found.rank(allowed) < self.rank(allowed) {
            *self = Self {
                bound: self.bound,
                failing_bound: self.failing_bound,
                ..found
            };
        }
    }

    /// Whether it keeps every limit at a cost within this gap.
    pub(super) fn within(&self, gap: f64) -> bool {
        self.broken == 0 && self.cost - self.bound <= gap * self.cost
    }
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
/// Branches of a programme with coefficients where no divisible solution leads.
const COUPLED_NODES: i32 = 200;

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
            only,
            may_fail,
            free,
            ..
        } = *question;
        let mut ask = self.first(question);
        let Model { lost, mip, .. } = Model::new(self.problem, self.standard, &ask);
        let lost = lost.len();
        let allowed = lost + may_fail;
        let nothing: Amounts = vec![0; self.problem.levers.len()];
        let mut best = self.weigh(&ask, nothing);
        best.failing_bound = lost;
        best.bound = 0.0;
        best.lost = lost;
        let mut stuck = Vec::new();
        // What no plan costs less than, whatever the limits of coefficients.
        let mut uncoupled: f64 = 0.0;
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
            let mut coupled = None;
            let coupling = !ask.tangents.is_empty();
            if coupling {
                let may_fail = best.failing.len().saturating_sub(lost).max(may_fail);
                let divisible = self.refine(&mut ask, may_fail, &mut stuck);
                let divisible = divisible.filter(|_| !small);
                coupled = divisible.map(|d| self.coupled(&mut ask, lost, d, &mut stuck));
            }
            let new;
            let found = if let Some((found, raised)) = coupled {
                new = raised;
                Found {
                    failing_bound: best.failing_bound.max(found.failing_bound),
                    bound: found.bound.max(uncoupled),
                    ..found
                }
            } else if let Some((found, touched)) = self.direct(&mut ask, (lost, may_fail), only) {
                if !coupling {
                    uncoupled = found.bound;
                }
                new = touched;
                Found {
                    failing_bound: found.failing_bound.max(best.failing_bound),
                    ..found
                }
            } else {
                // Divisible it could be done, in whole units it cannot.
                let more = self.settle_for(&mut ask);
                if more.is_empty() {
                    break;
                }
                stuck.extend(more);
                continue;
            };
            let (failing_bound, bound) = (found.failing_bound, found.bound);
            if round == 0 || found.rank(allowed) < best.rank(allowed) {
                best = found;
            }
            (best.failing_bound, best.bound) = (failing_bound, bound);
            self.run.tell(Progress {
                done: (round + 1) as f64 / rounds as f64,
                objective: Some(best.cost),
                bound: Some(best.bound),
            });
            if !new || best.within(self.effort.gap) {
                break;
            }
        }
        if !stuck.is_empty() {
            best.stuck = self.above(&best.amounts, &stuck, free);
        }
        best.lost = lost;
        best
    }

    /// Everything, but for what a question leaves out; a coefficient that is free has no limit.
    fn first(&self, question: &Question<'_>) -> Ask {
        let mut ask = Ask {
            waived: question.waived,
            ..Ask::plain(question.only)
        };
        for (n, view) in self.problem.views.iter().enumerate() {
            for (index, cone) in view.cones.iter().enumerate() {
                if question.free == Some((cone.indicator, cone.stage)) {
                    ask.limits.insert((n, index), f64::INFINITY);
                }
            }
        }
        ask
    }

    /// A plan of whole numbers with the coefficients that bind so far, and whether it breaks others,
    /// which bind from now on.
    fn direct(
        &self,
        ask: &mut Ask,
        (lost, may_fail): (usize, usize),
        only: Option<&[usize]>,
    ) -> Option<(Found, bool)> {
        let (values, failing_bound, bound) = self.lexicographic(ask, lost, may_fail)?;
        let amounts = self.whole(ask, &values);
        let mut new = false;
        if only.is_none() {
            for at in broken(self.problem, self.standard, &amounts, ask) {
                new |= touch(&mut ask.tangents, self.problem, at, &values);
            }
        }
        let found = Found {
            failing_bound,
            bound,
            ..self.mended(ask, amounts)
        };
        Some((found, new))
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

    /// Fewest failing sections, then least cost: values of the levers, and both bounds.
    fn lexicographic(
        &self,
        ask: &Ask,
        lost: usize,
        may_fail: usize,
    ) -> Option<(Vec<f64>, usize, f64)> {
        let all = Ask {
            aim: Aim::Cost,
            failing: Some(may_fail),
            ..ask.clone()
        };
        if let (levers, Solved::Point(point)) = self.run_model(&all, None) {
            return Some((values(&levers, &point), lost, self.least(point.bound)));
        }
        let fewest = Ask {
            aim: Aim::Failing,
            ..ask.clone()
        };
        let (levers, Solved::Point(point)) = self.run_model(&fewest, None) else {
            return None;
        };
        let failing = point.objective.round() as usize;
        let bound = (point.bound - 1e-6).ceil().max(0.0) as usize;
        let cheapest = Ask {
            aim: Aim::Cost,
            failing: Some(failing.max(may_fail)),
            ..ask.clone()
        };
        let start = values(&levers, &point);
        match self.run_model(&cheapest, Some(&start)) {
            (levers, Solved::Point(cheap)) => {
                let bounds = (lost + bound, self.least(cheap.bound));
                Some((values(&levers, &cheap), bounds.0, bounds.1))
            }
            _ => Some((start, lost + bound, 0.0)),
        }
    }

    /// Yuan that no plan costs less than, of a bound of the programme.
    pub(super) fn least(&self, bound: f64) -> f64 {
        // Moves count less than half a yuan in the objective: take that out again.
        let whole = self.problem.levers.iter().all(|l| l.yuan.fract() == 0.0);
        let bound = bound - 0.4;
        let bound = if whole {
            (bound - 1e-3 - 1e-9 * bound.abs()).ceil()
        } else {
            bound
        };
        bound.max(0.0)
    }

    pub(super) fn run_model(&self, ask: &Ask, start: Option<&[f64]>) -> (Vec<Option<Var>>, Solved) {
        let coupled = !ask.tangents.is_empty() && self.problem.levers.len() > EXACT;
        let nodes = self.effort.nodes;
        let limits = Limits {
            gap: self.effort.gap,
            nodes: if coupled {
                nodes.min(COUPLED_NODES)
            } else {
                nodes
            },
            ..Limits::default()
        };
        self.ask(ask, limits, start)
    }

    /// Where the levers stand in a programme, and what HiGHS says of it, from `start` (values of
    /// levers) if there is one. When the time is up it is not even written down: that takes long
    /// enough to break a limit.
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
        let start = start.map(|start| {
            let mut all = vec![Mip::OPEN; mip.len()];
            for (var, value) in levers.iter().zip(start) {
                if let Some(slot) = var.and_then(|v| all.get_mut(v.index())) {
                    *slot = *value;
                }
            }
            all
        });
        (levers, mip.solve(self.run, limits, start.as_deref()))
    }

    /// Whole units: divisible ones downwards, upwards where a section would fail by it.
    pub(super) fn whole(&self, ask: &Ask, values: &[f64]) -> Amounts {
        let down = |v: &f64| (v + 1e-6).floor().max(0.0) as u64;
        let up = |v: &f64| (v - 1e-6).ceil().max(0.0) as u64;
        let mut amounts: Amounts = values.iter().map(down).collect();
        let raised: Amounts = values.iter().map(up).collect();
        self.cancel(&mut amounts);
        if amounts == raised {
            return amounts;
        }
        self.pair(&mut amounts);
        let could = failing(self.problem, self.standard, &raised, ask);
        let now = failing(self.problem, self.standard, &amounts, ask);
        for effects in &self.problem.effects {
            let levers = effects.iter().zip(&self.problem.levers);
            for (((effects, lever), amount), up) in levers.zip(&mut amounts).zip(&raised) {
                let helps = effects
                    .iter()
                    .any(|(row, ..)| now.contains(row) && !could.contains(row));
                if helps && matches!(lever.deed, Deed::Act(_)) {
                    *amount = *up;
                }
            }
        }
        amounts
    }

    /// As many come as go: of those too many the last stay where they are.
    fn pair(&self, amounts: &mut Amounts) {
        let mut pools: BTreeMap<_, [Vec<usize>; 2]> = BTreeMap::new();
        for (index, lever) in self.problem.levers.iter().enumerate() {
            let (kind, side) = match lever.deed {
                Deed::Give(kind) => (kind, 0),
                Deed::Receive(kind) => (kind, 1),
                Deed::Act(_) => continue,
            };
            let pool = pools.entry((lever.stage, kind, lever.counts_from, lever.pay));
            pool.or_default()[side].push(index);
        }
        for sides in pools.into_values() {
            let sums = sides
                .each_ref()
                .map(|s| s.iter().map(|l| amounts[*l]).sum::<u64>());
            let most = sums[0].min(sums[1]);
            for (side, sum) in sides.into_iter().zip(sums) {
                let mut over = sum - most;
                for lever in side.into_iter().rev() {
                    let less = over.min(amounts[lever]);
                    amounts[lever] -= less;
                    over -= less;
                }
            }
        }
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

    /// Amounts with units added until the coefficients hold; as they were where that cannot be paid.
    pub(super) fn mended(&self, ask: &Ask, amounts: Amounts) -> Found {
        let mut better = amounts.clone();
        if ask.only.is_none() {
            mend(self.problem, self.standard, ask, &mut better);
        }
        let paid = |amounts: &Amounts| amounts::affordable(self.problem, amounts);
        let better = if paid(&better) || !paid(&amounts) {
            better
        } else {
            amounts
        };
        self.weigh(ask, better)
    }

    pub(super) fn weigh(&self, ask: &Ask, amounts: Amounts) -> Found {
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

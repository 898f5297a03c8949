//! The problem as a linear programme in whole numbers.
//!
//! What keeps it tight: deficits are counted in whole units before the solver sees them, a section
//! chooses which indicator it is allowed to miss (no big-M), teachers that move form a pool per
//! kind instead of pairs, and a coefficient of variation is a sum of per-section tangents that
//! hold whatever the county's mean becomes.

use std::collections::{BTreeMap, BTreeSet};

use junheng_core::exact::Exact;
use junheng_core::model::Field;
use junheng_core::standard::Standard;
use junheng_core::verdict::Verdict;
use num_traits::Zero;

use super::cones::At;
use super::cones::chords::Chords;
use super::problem::{Deed, Lever, Problem, trait_given};
use super::view::{Cone, Goal, View};
use super::wanted::Wanted;
use crate::mip::{Mip, Var};

/// What is minimised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Aim {
    /// By how much the coefficients of variation exceed their limits.
    Excess,
    /// Sections that do not pass.
    Failing,
    /// Yuan, and among equals the persons moved.
    Cost,
    /// The mean of the figures of a cone.
    Least(At),
    /// Minus it.
    Most(At),
}

/// Ratios to the mean at which each member of a cone has a tangent, by (view, cone).
pub(super) type Tangents = BTreeMap<(usize, usize), Vec<Vec<f64>>>;

/// What a solve asks.
#[derive(Clone, Debug)]
pub(super) struct Ask {
    pub(super) aim: Aim,
    /// Sections that may fail, beyond those that must.
    pub(super) failing: Option<usize>,
    /// Whole amounts may be divided: for a bound.
    pub(super) relaxed: bool,
    /// What the sections of a stage have of an action together is whole all the same.
    pub(super) totals: bool,
    /// Cones that are in force, with their tangents.
    pub(super) tangents: Tangents,
    /// Limits that replace those of the standard, by (view, cone).
    pub(super) limits: BTreeMap<(usize, usize), f64>,
    /// An indicator whose threshold and floor are left out of the section rule.
    pub(super) waived: Option<usize>,
    /// Only these sections must pass; the others are only not made worse.
    pub(super) only: Option<Vec<usize>>,
    /// Whole amounts stay beside these values, or within so many units more.
    pub(super) near: Option<(Vec<f64>, f64)>,
    /// Cones whose tangents are replaced.
    pub(super) chords: BTreeMap<At, Chords>,
    /// At most so many yuan.
    pub(super) most: Option<f64>,
}

impl Ask {
    /// Everything whole, at least cost, with the limits of the standard.
    pub(super) fn plain(only: Option<&[usize]>) -> Self {
        Self {
            aim: Aim::Cost,
            failing: None,
            relaxed: false,
            totals: false,
            tangents: Tangents::new(),
            limits: BTreeMap::new(),
            waived: None,
            only: only.map(<[usize]>::to_vec),
            near: None,
            chords: BTreeMap::new(),
            most: None,
        }
    }

    /// A coefficient's limit, as the largest value that passes.
    pub(super) fn limit(&self, standard: &Standard, at: (usize, usize), cone: &Cone) -> f64 {
        let own = self.limits.get(&at).copied().unwrap_or(cone.limit);
        match standard.rounding() {
            Some(digits) => own + 0.5 * 0.1_f64.powi(i32::try_from(digits).unwrap_or(2)),
            None => own,
        }
    }
}

/// More than this many levers, and amounts of small units are divisible while searching.
const FINE_FROM: usize = 400;
/// Yuan that a moved person counts beside her price, to prefer fewer moves: all persons together
/// less than half a yuan, so that it never outweighs money.
pub(super) fn per_move(problem: &Problem) -> f64 {
    let could = problem.levers.iter().filter_map(|l| match l.deed {
        Deed::Give(_) => l.most,
        _ => None,
    });
    (0.4 / (1 + could.sum::<u64>()) as f64).min(0.001)
}

/// A programme with the places of its variables.
pub(super) struct Model {
    pub(super) mip: Mip,
    /// By lever; `None` where it cannot be used.
    pub(super) levers: Vec<Option<Var>>,
    pub(super) fails: BTreeMap<usize, Var>,
    /// Sections that fail whatever is done.
    pub(super) lost: Vec<usize>,
    /// Excess of each cone.
    pub(super) excess: BTreeMap<(usize, usize), Var>,
}

/// Terms of a row: variable and what one unit adds.
pub(super) type Terms = Vec<(Var, Exact)>;

impl Model {
    pub(super) fn new(problem: &Problem, standard: &Standard, ask: &Ask) -> Self {
        let mut model = Self {
            mip: Mip::default(),
            levers: Vec::new(),
            fails: BTreeMap::new(),
            lost: Vec::new(),
            excess: BTreeMap::new(),
        };
        model.columns(problem, ask);
        if ask.totals {
            model.totals(problem);
        }
        model.sections(problem, standard, ask);
        model.pools(problem);
        model.limits(problem);
        model.rooms(problem);
        model.budgets(problem);
        if let Some(most) = ask.most {
            model.paid(problem, most, |_| true);
        }
        for (at, tangents) in &ask.tangents {
            model.cone(problem, standard, ask, *at, tangents);
        }
        let mut fails: Vec<(Var, f64)> = model.fails.values().map(|v| (*v, 1.0)).collect();
        if let Some(most) = ask.failing {
            model.mip.row(0.0, most as f64, fails.clone());
        }
        if ask.aim == Aim::Failing {
            let count = model.mip.add(1.0, 0.0, f64::INFINITY);
            fails.push((count, -1.0));
            model.mip.row(0.0, 0.0, fails);
        }
        model
    }

    fn columns(&mut self, problem: &Problem, ask: &Ask) {
        let given: BTreeSet<_> = problem
            .levers
            .iter()
            .filter_map(|l| match l.deed {
                Deed::Give(kind) => Some((l.stage, kind, l.counts_from, l.pay)),
                _ => None,
            })
            .collect();
        let fine = problem.levers.len() > FINE_FROM;
        let per_move = per_move(problem);
        for (index, lever) in problem.levers.iter().enumerate() {
            if let Deed::Receive(kind) = lever.deed
                && !given.contains(&(lever.stage, kind, lever.counts_from, lever.pay))
            {
                self.levers.push(None);
                continue;
            }
            let moves = if matches!(lever.deed, Deed::Receive(_)) {
                per_move
            } else {
                0.0
            };
            let cost = match ask.aim {
                Aim::Cost => lever.yuan + moves,
                _ => 0.0,
            };
            let most = lever.most.map_or(f64::INFINITY, |n| n as f64);
            let divisible = ask.relaxed || (fine && lever.deed.action().is_fine());
            let near = ask.near.as_ref();
            let near = near.and_then(|(all, more)| Some((all.get(index)?, more)));
            let low = near.map_or(0.0, |(v, more)| ((v + 1e-6).floor() - more).max(0.0));
            let high = match (near, lever.deed) {
                (Some((value, more)), Deed::Give(_) | Deed::Receive(_)) => {
                    ((value - 1e-6).ceil() + more).max(low).min(most)
                }
                _ => most,
            };
            let var = if divisible {
                self.mip.add(cost, low, high)
            } else {
                self.mip.add_whole(cost, low, high)
            };
            self.levers.push(Some(var));
        }
    }

    /// The sum of each action in a stage, where its units are whole: a coefficient asks for so
    /// much of it in all, and branches on the sum say so at once.
    fn totals(&mut self, problem: &Problem) {
        let mut sums: BTreeMap<_, Vec<(Var, f64)>> = BTreeMap::new();
        for (lever, var) in problem.levers.iter().zip(&self.levers) {
            let whole = matches!(lever.deed, Deed::Act(action) if !action.is_fine());
            if let Some(var) = var.filter(|_| whole) {
                let sum = sums.entry((lever.stage, lever.deed)).or_default();
                sum.push((var, 1.0));
            }
        }
        for mut terms in sums.into_values() {
            let total = self.mip.add_whole(0.0, 0.0, f64::INFINITY);
            terms.push((total, -1.0));
            self.mip.row(0.0, 0.0, terms);
        }
    }

    /// A yes-or-no variable.
    fn choice(&mut self, relaxed: bool) -> Var {
        if relaxed {
            self.mip.add(0.0, 0.0, 1.0)
        } else {
            self.mip.add_whole(0.0, 0.0, 1.0)
        }
    }

    /// Each section passes its rules in every judged year, or counts as failing.
    fn sections(&mut self, problem: &Problem, standard: &Standard, ask: &Ask) {
        for (index, view) in problem.views.iter().enumerate() {
            let mut terms = self.effects(problem, index);
            for row in problem.rows() {
                let bound = ask.only.as_ref().is_none_or(|only| only.contains(&row));
                self.section(view, standard, ask, row, bound, &mut terms);
            }
        }
    }

    /// Terms of every (row, indicator) of a judged year.
    pub(super) fn effects(
        &self,
        problem: &Problem,
        view: usize,
    ) -> BTreeMap<(usize, usize), Terms> {
        let mut all: BTreeMap<(usize, usize), Terms> = BTreeMap::new();
        for (effects, var) in problem
            .effects
            .get(view)
            .into_iter()
            .flatten()
            .zip(&self.levers)
        {
            let Some(var) = var else { continue };
            for (row, indicator, by) in effects {
                let terms = all.entry((*row, *indicator)).or_default();
                terms.push((*var, by.clone()));
            }
        }
        all
    }

    fn section(
        &mut self,
        view: &View,
        standard: &Standard,
        ask: &Ask,
        row: usize,
        bound: bool,
        terms: &mut BTreeMap<(usize, usize), Terms>,
    ) {
        let Some(seat) = view.seat(row) else { return };
        let mut wanted: Vec<Wanted> = Vec::new();
        let mut slots: Vec<(i64, Vec<usize>)> = Vec::new();
        let mut lost = !bound;
        for rule in &standard.rules {
            let mut slack = i64::from(rule.tolerated);
            let mut choices = Vec::new();
            for indicator in &rule.indicators {
                let Some(standing) = seat.standings.get(*indicator) else {
                    continue;
                };
                if ask.waived == Some(*indicator) {
                    continue;
                }
                match (&standing.goal, &standing.figure) {
                    (Goal::None | Goal::Unknown, _) | (Goal::AtLeast { .. }, None) => {}
                    (Goal::Fixed(verdict), _) => match verdict {
                        Verdict::Tolerated => slack -= 1,
                        Verdict::NotMet if rule.floor.is_some() => lost = true,
                        Verdict::NotMet => slack -= 1,
                        _ => {}
                    },
                    (Goal::AtLeast { need, floor }, Some((base, _))) => {
                        let terms = terms.get(&(row, *indicator)).cloned().unwrap_or_default();
                        let low = floor.clone().unwrap_or_else(Exact::zero);
                        let want = Wanted::new(base, need, &low, &terms);
                        if terms.is_empty() {
                            match () {
                                () if base >= need => {}
                                () if *base >= low => slack -= 1,
                                () => lost = true,
                            }
                        } else if want.need > 0.0 || want.falls {
                            choices.push(wanted.len());
                            wanted.push(want);
                        }
                    }
                }
            }
            slots.push((slack, choices));
            lost |= slack < 0;
        }
        if lost {
            if bound {
                if let Some(fail) = self.fails.remove(&row) {
                    self.mip.row(1.0, 1.0, [(fail, 1.0)]);
                }
                if !self.lost.contains(&row) {
                    self.lost.push(row);
                }
            } else {
                for want in &wanted {
                    want.keep_row(&mut self.mip);
                }
            }
            return;
        }
        if wanted.is_empty() || self.lost.contains(&row) {
            return;
        }
        let fail = match self.fails.get(&row) {
            Some(fail) => *fail,
            None => {
                let fail = self.choice(ask.relaxed);
                self.fails.insert(row, fail);
                fail
            }
        };
        for (slack, choices) in slots {
            let mut may = Vec::new();
            for choice in choices {
                let Some(want) = wanted.get(choice) else {
                    continue;
                };
                let miss = (slack > 0).then(|| self.choice(ask.relaxed));
                want.row(&mut self.mip, miss, fail);
                may.extend(miss.map(|m| (m, 1.0)));
            }
            if !may.is_empty() {
                may.push((fail, slack as f64));
                self.mip.row(f64::NEG_INFINITY, slack as f64, may);
            }
        }
    }

    /// Whoever leaves a school arrives at another of the same stage.
    fn pools(&mut self, problem: &Problem) {
        let mut pools: BTreeMap<_, Vec<(Var, f64)>> = BTreeMap::new();
        for (lever, var) in problem.levers.iter().zip(&self.levers) {
            let (kind, sign) = match lever.deed {
                Deed::Receive(kind) => (kind, 1.0),
                Deed::Give(kind) => (kind, -1.0),
                Deed::Act(_) => continue,
            };
            if let Some(var) = var {
                let key = (lever.stage, kind, lever.counts_from, lever.pay);
                pools.entry(key).or_default().push((*var, sign));
            }
        }
        for terms in pools.into_values() {
            self.mip.row(0.0, 0.0, terms);
        }
    }

    /// Limits that several levers share: persons of a kind, and transfers into a section.
    fn limits(&mut self, problem: &Problem) {
        let mut given: BTreeMap<_, (f64, Vec<(Var, f64)>)> = BTreeMap::new();
        let mut received: BTreeMap<_, (f64, Vec<(Var, f64)>)> = BTreeMap::new();
        for (lever, var) in problem.levers.iter().zip(&self.levers) {
            let Some((var, most)) = var.zip(lever.most) else {
                continue;
            };
            let slot = match lever.deed {
                Deed::Give(kind) => given.entry((lever.section, kind)),
                Deed::Receive(_) => {
                    let key = (lever.section, lever.counts_from, lever.pay);
                    let slot = received.entry(key).or_default();
                    slot.0 = most as f64;
                    slot.1.push((var, 1.0));
                    continue;
                }
                Deed::Act(_) => continue,
            };
            let slot = slot.or_default();
            slot.0 = most as f64;
            slot.1.push((var, 1.0));
        }
        let shared = given.into_values().chain(received.into_values());
        for (most, terms) in shared.filter(|s| s.1.len() > 1) {
            self.mip.row(f64::NEG_INFINITY, most, terms);
        }
    }

    /// No more teachers are raised or named than are there without it, in any judged year.
    fn rooms(&mut self, problem: &Problem) {
        let mut by_section: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (index, lever) in problem.levers.iter().enumerate() {
            by_section.entry(lever.section).or_default().push(index);
        }
        for ((row, field), without) in &problem.without {
            let Some(levers) = by_section.get(row) else {
                continue;
            };
            let levers: Vec<_> = levers
                .iter()
                .filter_map(|l| Some((problem.levers.get(*l)?, (*self.levers.get(*l)?)?)))
                .collect();
            if !levers
                .iter()
                .any(|(l, _)| trait_given(l.deed) == Some(*field))
            {
                continue;
            }
            for view in 0..problem.views.len() {
                let terms = levers.iter().filter(|(l, _)| l.counts_from <= view);
                let terms: Vec<(Var, f64)> = terms
                    .map(|(l, var)| (*var, room(l.deed, *field) as f64))
                    .filter(|t| t.1 != 0.0)
                    .collect();
                self.mip.row(-(*without as f64), f64::INFINITY, terms);
            }
        }
    }

    /// What is paid within each run of years with budgets.
    fn budgets(&mut self, problem: &Problem) {
        for (from, to, sum) in problem.money() {
            self.paid(problem, sum, |l| l.pay.0 >= from && l.pay.1 <= to);
        }
    }

    /// At most so many yuan for these levers.
    fn paid(&mut self, problem: &Problem, most: f64, of: impl Fn(&Lever) -> bool) {
        let paid = problem.levers.iter().zip(&self.levers);
        let terms: Vec<(Var, f64)> = paid
            .filter(|(l, _)| l.yuan > 0.0 && of(l))
            .filter_map(|(l, var)| Some(((*var)?, l.yuan * 1e-4)))
            .collect();
        if !terms.is_empty() {
            self.mip.row(f64::NEG_INFINITY, most * 1e-4, terms);
        }
    }
}

/// By how much a unit of a deed changes the teachers without a trait.
pub(super) fn room(deed: Deed, field: Field) -> i64 {
    deed.changes()
        .iter()
        .map(|(f, by)| match f {
            Field::FullTimeTeachers => *by,
            f if *f == field => -by,
            _ => 0,
        })
        .sum()
}

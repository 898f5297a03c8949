//! The plain formulation: a level per indicator, a variable per year and pair of schools, one
//! gradient cut per coefficient, as anybody would write it first.
//!
//! The planner is measured against it (`examples/path_bench.rs`) and tested against it. It shares
//! the reading of the problem and nothing of its solution.

use std::collections::BTreeMap;

use junheng_core::exact::{Exact, to_f64};
use junheng_core::model::{Snapshot, Stage};
use junheng_core::standard::Standard;
use junheng_core::verdict::Verdict;
use num_traits::Zero;

use super::cones::{At, cone};
use super::plan::{Options, PathError, pose};
use super::problem::{Deed, Kind, Problem, trait_given};
use super::view::Goal;
use crate::mip::{Limits, Mip, Solved, Var};
use crate::run::{Proof, Run};

/// Gradient cuts before it gives up.
const ROUNDS: usize = 40;

/// Something that can be done: what a unit costs and which levers of the problem it moves.
struct Choice {
    yuan: f64,
    most: f64,
    levers: Vec<usize>,
}

/// What a teacher moves between.
type Pool = (Stage, Kind, usize, (i16, i16));

/// Fewest failing sections and then yuan, by HiGHS alone; `None` where it found no plan in time.
///
/// # Errors
/// As of [`super::plan()`].
pub fn plain(
    base: &Snapshot,
    judged: &BTreeMap<i16, Snapshot>,
    standard: &Standard,
    options: &Options,
    run: &Run<'_>,
) -> Result<Option<(usize, Proof)>, PathError> {
    let posed = pose(base, judged, standard, options)?;
    let problem = posed.problem.by_year(&posed.prices);
    let mut plain = Plain {
        choices: choices(&problem),
        problem,
        standard,
        run,
        gap: options.gap,
        gradients: Vec::new(),
    };
    let Some((failing, _)) = plain.converge(None) else {
        return Ok(None);
    };
    let failing = failing.round();
    let found = plain.converge(Some(failing));
    Ok(found.map(|(objective, bound)| (failing as usize, Proof { objective, bound })))
}

fn choices(problem: &Problem) -> Vec<Choice> {
    let mut all = Vec::new();
    let mut givers: BTreeMap<Pool, Vec<usize>> = BTreeMap::new();
    for (index, lever) in problem.levers.iter().enumerate() {
        if let Deed::Give(kind) = lever.deed {
            let pool = (lever.stage, kind, lever.counts_from, lever.pay);
            givers.entry(pool).or_default().push(index);
        }
    }
    for (index, lever) in problem.levers.iter().enumerate() {
        let most = lever.most.map_or(f64::INFINITY, |n| n as f64);
        let choice = |levers| Choice {
            yuan: lever.yuan,
            most,
            levers,
        };
        match lever.deed {
            Deed::Act(_) => all.push(choice(vec![index])),
            Deed::Receive(kind) => {
                let pool = (lever.stage, kind, lever.counts_from, lever.pay);
                let from = givers.get(&pool).into_iter().flatten();
                let others = from.filter(|g| {
                    problem
                        .levers
                        .get(**g)
                        .is_some_and(|g| g.section != lever.section)
                });
                all.extend(others.map(|giver| choice(vec![index, *giver])));
            }
            Deed::Give(_) => {}
        }
    }
    all
}

struct Plain<'a> {
    problem: Problem,
    choices: Vec<Choice>,
    standard: &'a Standard,
    run: &'a Run<'a>,
    gap: f64,
    /// Cuts so far: the cone and a factor per member.
    gradients: Vec<(At, Vec<f64>)>,
}

/// At most so much of these.
type Capped = (f64, Vec<(Var, f64)>);

/// Where a level stands: judged year, row, indicator.
type Level = (usize, usize, usize);

impl Plain<'_> {
    /// Solves and cuts until every coefficient keeps its limit: value and bound.
    fn converge(&mut self, failing: Option<f64>) -> Option<(f64, f64)> {
        for _ in 0..ROUNDS {
            let (value, bound, levels) = self.solve(failing)?;
            if !self.cut(&levels) {
                return Some((value, bound));
            }
        }
        None
    }

    fn solve(&self, failing: Option<f64>) -> Option<(f64, f64, BTreeMap<Level, f64>)> {
        let mut mip = Mip::default();
        let cost = |yuan: f64| if failing.is_some() { yuan } else { 0.0 };
        let vars: Vec<Var> = self
            .choices
            .iter()
            .map(|c| mip.add_whole(cost(c.yuan), 0.0, c.most))
            .collect();
        let levels = self.levels(&mut mip, &vars);
        let passes = self.sections(&mut mip, &levels, failing.is_none());
        self.shared(&mut mip, &vars);
        if let Some(most) = failing {
            let all = passes.len() as f64;
            mip.row(all - most, f64::INFINITY, passes.iter().map(|p| (*p, 1.0)));
        }
        for (at, factors) in &self.gradients {
            let members = cone(&self.problem, *at).map(|c| (c.indicator, c.members.iter()));
            let Some((indicator, members)) = members else {
                continue;
            };
            let terms = members.zip(factors).filter_map(|(row, f)| {
                let level = (at.0, *row, indicator);
                Some((*levels.get(&level)?, *f * self.unit(level)))
            });
            mip.row(f64::NEG_INFINITY, 0.0, terms);
        }
        let limits = Limits {
            gap: self.gap,
            ..Limits::default()
        };
        let count = passes.len() as f64;
        match mip.solve(self.run, limits, None) {
            Solved::Point(point) => {
                let at = |v: &Var| point.values.get(v.index()).copied().unwrap_or(0.0);
                let reached = levels.iter().map(|(k, v)| (*k, at(v) * self.unit(*k)));
                let reached = reached.collect();
                let add = if failing.is_some() { 0.0 } else { count };
                Some((point.objective + add, point.bound + add, reached))
            }
            _ => None,
        }
    }

    /// What a level is counted in: the threshold. In teachers and yuan alike HiGHS proves bounds
    /// that plans go below.
    fn unit(&self, (n, row, indicator): Level) -> f64 {
        let standing = self
            .problem
            .views
            .get(n)
            .and_then(|v| v.standing(row, indicator));
        match standing.map(|s| &s.goal) {
            Some(Goal::AtLeast { need, .. }) if *need > Exact::zero() => to_f64(need),
            _ => 1.0,
        }
    }

    /// A variable for the numerator of every indicator.
    fn levels(&self, mip: &mut Mip, vars: &[Var]) -> BTreeMap<Level, Var> {
        let mut all = BTreeMap::new();
        for (n, view) in self.problem.views.iter().enumerate() {
            let mut terms: BTreeMap<(usize, usize), Vec<(Var, f64)>> = BTreeMap::new();
            for (choice, var) in self.choices.iter().zip(vars) {
                let effects = choice
                    .levers
                    .iter()
                    .filter_map(|l| self.problem.effects.get(n)?.get(*l));
                for (row, indicator, by) in effects.flatten() {
                    terms
                        .entry((*row, *indicator))
                        .or_default()
                        .push((*var, -to_f64(by)));
                }
            }
            for (row, seat) in view.seats.iter().enumerate() {
                let Some(seat) = seat else { continue };
                for (indicator, standing) in seat.standings.iter().enumerate() {
                    let Some((base, _)) = &standing.figure else {
                        continue;
                    };
                    let level = mip.add(0.0, 0.0, f64::INFINITY);
                    let moved = terms.remove(&(row, indicator)).unwrap_or_default();
                    let unit = self.unit((n, row, indicator));
                    let base = to_f64(base) / unit;
                    let moved = moved.into_iter().map(|(var, by)| (var, by / unit));
                    mip.row(base, base, moved.chain([(level, 1.0)]));
                    all.insert((n, row, indicator), level);
                }
            }
        }
        all
    }

    /// Whether each section passes: as many indicators reach their threshold as must, the others
    /// their floor.
    fn sections(&self, mip: &mut Mip, levels: &BTreeMap<Level, Var>, count: bool) -> Vec<Var> {
        let mut passes = Vec::new();
        for row in self.problem.rows() {
            let pass = mip.add_whole(if count { -1.0 } else { 0.0 }, 0.0, 1.0);
            passes.push(pass);
            for (n, view) in self.problem.views.iter().enumerate() {
                let Some(seat) = view.seat(row) else { continue };
                for rule in &self.standard.rules {
                    let mut reached: Vec<(Var, f64)> = Vec::new();
                    let mut wanted = -f64::from(rule.tolerated);
                    for indicator in &rule.indicators {
                        let Some(standing) = seat.standings.get(*indicator) else {
                            continue;
                        };
                        match (&standing.goal, levels.get(&(n, row, *indicator))) {
                            (Goal::AtLeast { need, floor }, Some(level)) => {
                                let unit = self.unit((n, row, *indicator));
                                let of = |x: &Exact| to_f64(x) / unit;
                                let need = of(need);
                                let low = floor.as_ref().map_or(0.0, of);
                                let hit = mip.add_whole(0.0, 0.0, 1.0);
                                mip.row(0.0, f64::INFINITY, [(*level, 1.0), (hit, -need)]);
                                mip.row(0.0, f64::INFINITY, [(*level, 1.0), (pass, -low)]);
                                reached.push((hit, 1.0));
                                wanted += 1.0;
                            }
                            (Goal::Fixed(Verdict::NotMet), _) if rule.floor.is_some() => {
                                mip.row(0.0, 0.0, [(pass, 1.0)]);
                            }
                            (Goal::Fixed(Verdict::NotMet | Verdict::Tolerated), _) => wanted += 1.0,
                            _ => {}
                        }
                    }
                    reached.push((pass, -wanted));
                    mip.row(0.0, f64::INFINITY, reached);
                }
            }
        }
        passes
    }

    /// Persons, limits of transfers, budgets.
    fn shared(&self, mip: &mut Mip, vars: &[Var]) {
        let levers = &self.problem.levers;
        let mut given: BTreeMap<(usize, Kind), Capped> = BTreeMap::new();
        let mut received: BTreeMap<_, Capped> = BTreeMap::new();
        let mut paid: BTreeMap<i16, Vec<(Var, f64)>> = BTreeMap::new();
        for (choice, var) in self.choices.iter().zip(vars) {
            for lever in choice.levers.iter().filter_map(|l| levers.get(*l)) {
                if lever.yuan > 0.0 {
                    let paid = paid.entry(lever.pay.0).or_default();
                    paid.push((*var, lever.yuan));
                }
                let Some(most) = lever.most else { continue };
                let slot = match lever.deed {
                    Deed::Give(kind) => given.entry((lever.section, kind)).or_default(),
                    Deed::Receive(_) => received.entry((lever.section, lever.pay)).or_default(),
                    Deed::Act(_) => continue,
                };
                *slot = (most as f64, std::mem::take(&mut slot.1));
                slot.1.push((*var, 1.0));
            }
        }
        for (most, terms) in given.into_values().chain(received.into_values()) {
            mip.row(f64::NEG_INFINITY, most, terms);
        }
        for (from, to, most) in self.problem.money() {
            let terms = paid.range(from..=to).flat_map(|(_, terms)| terms);
            mip.row(f64::NEG_INFINITY, most, terms.copied());
        }
        for ((row, field), without) in &self.problem.without {
            for view in 0..self.problem.views.len() {
                let mut terms = Vec::new();
                let mut gives = false;
                for (choice, var) in self.choices.iter().zip(vars) {
                    let here = choice.levers.iter().filter_map(|l| levers.get(*l));
                    let here = here.filter(|l| l.section == *row && l.counts_from <= view);
                    for lever in here {
                        gives |= trait_given(lever.deed) == Some(*field);
                        terms.push((*var, super::model::room(lever.deed, *field) as f64));
                    }
                }
                if gives {
                    mip.row(-(*without as f64), f64::INFINITY, terms);
                }
            }
        }
    }

    /// Adds the gradient of every coefficient that is broken; says whether there was one.
    fn cut(&mut self, levels: &BTreeMap<Level, f64>) -> bool {
        let mut cuts = Vec::new();
        for (n, view) in self.problem.views.iter().enumerate() {
            for (index, cone) in view.cones.iter().enumerate() {
                let weight = |row: &usize| {
                    let standing = view.standing(*row, cone.indicator)?;
                    standing.figure.as_ref().map(|f| to_f64(&f.1))
                };
                let parts: Vec<(f64, f64)> = cone
                    .members
                    .iter()
                    .filter_map(|row| {
                        Some((weight(row)?, *levels.get(&(n, *row, cone.indicator))?))
                    })
                    .collect();
                let total: f64 = parts.iter().map(|p| p.0).sum();
                let sum: f64 = parts.iter().map(|p| p.1).sum();
                let square: f64 = parts.iter().map(|(w, x)| x * x / w).sum();
                let most = (1.0 + cone.limit * cone.limit).sqrt();
                let norm = (total * square).sqrt();
                if norm > most * sum * (1.0 + 1e-9) {
                    let factor = |(w, x): &(f64, f64)| total * x / w / norm - most;
                    cuts.push(((n, index), parts.iter().map(factor).collect()));
                }
            }
        }
        let any = !cuts.is_empty();
        self.gradients.extend(cuts);
        any
    }
}

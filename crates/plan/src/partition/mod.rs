//! The best choice among listed sets: every row in one of them, of each group one at most, and what
//! other rows ask.
//!
//! The relaxation is raised by subset-row cuts ([`cuts`]). What a set would bring the bound to the
//! limit is dropped, until few are left for HiGHS.

pub(crate) mod cuts;

use std::collections::BTreeSet;

use crate::lp::Growing;
use crate::mip::{Limits, Mip, Solved, Var};
use crate::run::Run;
use cuts::{Cut, broken, counts};

/// Sets that join the relaxation at once, and of a group.
const JOIN: usize = 300;
const JOIN_GROUP: usize = 20;
/// Rounds of cuts, and rows beyond which none are sought.
const ROUNDS: usize = 60;
const ROWS: usize = 1_200;

/// A set that may be chosen.
#[derive(Clone, Debug)]
pub(crate) struct Set {
    pub(crate) kind: u32,
    /// Ascending.
    pub(crate) rows: Vec<u32>,
    pub(crate) cost: f64,
}

/// What the sets of a kind have in common.
pub(crate) struct Kind {
    /// Of its group at most one set is chosen.
    pub(crate) group: usize,
    /// What each counts in the other rows.
    pub(crate) others: Vec<f64>,
}

/// What is chosen from: how many rows there are, least and most of each group and of the other rows,
/// and the kinds of sets.
pub(crate) struct Frame {
    pub(crate) rows: usize,
    pub(crate) groups: Vec<(f64, f64)>,
    pub(crate) others: Vec<(f64, f64)>,
    pub(crate) kinds: Vec<Kind>,
}

/// When cuts end: few sets are left, so many steps of the simplex method are done, or the bound
/// without cuts is not worth them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Until {
    pub(crate) few: usize,
    pub(crate) steps: u64,
    pub(crate) worth: f64,
}

/// The relaxation over the sets, most of which join it only when they are wanted.
pub(crate) struct Partition {
    rows: usize,
    groups: usize,
    kinds: Vec<Kind>,
    /// Least and most of each row: those of sets, groups, others, cuts.
    sides: Vec<(f64, f64)>,
    /// The row of the first cut.
    first: usize,
    cuts: Vec<Cut>,
    sets: Vec<Set>,
    /// Per set the rows of the cuts that count it.
    cut_by: Vec<Vec<u32>>,
    /// Sets that a choice below the limit may contain still.
    alive: Vec<bool>,
    joined: Vec<bool>,
    lp: Growing,
    /// The set of each variable of the relaxation; none of those that stand for lacking sets.
    of_var: Vec<Option<u32>>,
    /// Choices that cost as much are not wanted.
    pub(crate) limit: f64,
    /// No choice of these sets is below.
    pub(crate) bound: f64,
    /// Cost of each set less the prices of its rows, when the bound was best, and these prices.
    reduced: Vec<f64>,
    prices: Vec<f64>,
    /// Of the simplex method.
    steps: u64,
}

impl Partition {
    /// No set yet. What is lacking of a row that must be met costs its `dear`.
    pub(crate) fn new(frame: Frame, dear: impl Fn(usize) -> f64, limit: f64) -> Self {
        let Frame {
            rows,
            groups,
            others,
            kinds,
        } = frame;
        let mut sides = vec![(1.0, 1.0); rows];
        sides.extend(&groups);
        sides.extend(others);
        let mut lp = Growing::new();
        sides.iter().for_each(|(low, high)| lp.row(*low, *high, []));
        let must = sides.iter().enumerate().filter(|(_, side)| side.0 > 0.0);
        let lacking: Vec<usize> = must
            .map(|(row, (low, _))| lp.column(dear(row), [(row, 1.0 / low)]))
            .collect();
        Self {
            rows,
            groups: groups.len(),
            kinds,
            first: sides.len(),
            sides,
            cuts: Vec::new(),
            sets: Vec::new(),
            cut_by: Vec::new(),
            alive: Vec::new(),
            joined: Vec::new(),
            lp,
            of_var: vec![None; lacking.len()],
            limit,
            bound: f64::NEG_INFINITY,
            reduced: Vec::new(),
            prices: Vec::new(),
            steps: 0,
        }
    }

    /// More sets to choose among; those known already are left out. Of the bound nothing is known then.
    pub(crate) fn add(&mut self, mut sets: Vec<Set>) {
        let key = |s: &Set| (s.kind, s.rows.clone());
        let kept = self.sets.iter().zip(&self.alive).filter(|c| *c.1);
        let known: BTreeSet<_> = kept.map(|c| key(c.0)).collect();
        sets.retain(|c| known.is_empty() || !known.contains(&key(c)));
        let cut_by = sets.iter().map(|set| self.cuts_of(set));
        self.cut_by.append(&mut cut_by.collect());
        self.sets.append(&mut sets);
        self.alive.resize(self.sets.len(), true);
        self.joined.resize(self.sets.len(), false);
        self.reduced.resize(self.sets.len(), 0.0);
        self.bound = f64::NEG_INFINITY;
    }

    /// The rows of the cuts that count a set.
    fn cuts_of(&self, set: &Set) -> Vec<u32> {
        let cuts = (self.first as u32..).zip(&self.cuts);
        let by = cuts.filter(|(_, cut)| counts(self.members(set), cut));
        by.map(|(row, _)| row).collect()
    }

    /// The rows of a set and the one of its group.
    fn members<'s>(&self, set: &'s Set) -> impl Iterator<Item = u32> + 's {
        let group = self.rows + self.kinds[set.kind as usize].group;
        set.rows.iter().copied().chain([group as u32])
    }

    /// What a set counts in each row.
    fn terms<'s>(
        &'s self,
        set: &'s Set,
        cuts: &'s [u32],
    ) -> impl Iterator<Item = (usize, f64)> + 's {
        let others = &self.kinds[set.kind as usize].others;
        let others = (self.rows + self.groups..).zip(others.iter().copied());
        let whole = |row: u32| (row as usize, 1.0);
        self.members(set)
            .map(whole)
            .chain(others.filter(|(_, factor)| *factor != 0.0))
            .chain(cuts.iter().map(move |row| whole(*row)))
    }

    /// Cost of a set less these prices of its rows.
    fn reduced_cost(&self, set: &Set, cuts: &[u32], prices: &[f64]) -> f64 {
        let price = |(row, f): (usize, f64)| prices.get(row).map_or(0.0, |p| p * f);
        set.cost - self.terms(set, cuts).map(price).sum::<f64>()
    }

    /// What prices of the rows come to.
    fn base_at(&self, prices: &[f64]) -> f64 {
        let rows = prices.iter().zip(&self.sides);
        let sides = rows.map(|(p, (low, high))| if *p > 0.0 { p * low } else { p * high });
        sides.sum()
    }

    /// How many sets a choice below the limit may contain.
    pub(crate) fn left(&self) -> usize {
        self.alive.iter().filter(|a| **a).count()
    }

    /// Raises the bound by cuts and drops sets; `None` where HiGHS failed or was stopped.
    pub(crate) fn tighten(&mut self, until: Until, run: &Run, work: &mut u64) -> Option<()> {
        let mut since = (self.bound, 0);
        for round in 0..ROUNDS {
            let values = self.optimum(run, work)?;
            let done = self.bound >= self.limit || self.left() <= until.few;
            if done || self.steps > until.steps {
                break;
            }
            // Less than a fiftieth of the gap in four rounds is not worth the work.
            if round == 0 {
                if self.bound < until.worth {
                    break;
                }
                since.0 = self.bound;
            } else if round >= since.1 + 4 {
                if self.bound - since.0 < 0.02 * (self.limit - self.bound) {
                    break;
                }
                since = (self.bound, round);
            }
            let cuts = self.broken(&values);
            if cuts.is_empty() {
                break;
            }
            *work += self.sets.len() as u64 * cuts.len() as u64;
            cuts.into_iter().for_each(|cut| self.cut(cut));
        }
        Some(())
    }

    /// Solves the relaxation over all sets. Gives the values of its variables.
    fn optimum(&mut self, run: &Run, work: &mut u64) -> Option<Vec<f64>> {
        loop {
            if run.stopped() {
                return None;
            }
            let optimum = self.lp.solve(run)?;
            self.steps += optimum.steps;
            *work += optimum.steps * self.sides.len() as u64 / 4 + 4 * self.sets.len() as u64;
            let mut wanted = self.price(&optimum.duals);
            if wanted.is_empty() || self.bound >= self.limit {
                return Some(optimum.values);
            }
            wanted.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            let mut of_group = vec![0; self.groups];
            let mut joining = 0;
            for (_, at) in wanted {
                let group = self.group(at);
                if of_group[group] < JOIN_GROUP && joining < JOIN {
                    of_group[group] += 1;
                    joining += 1;
                    self.join(at);
                }
            }
        }
    }

    fn group(&self, at: usize) -> usize {
        self.kinds[self.sets[at].kind as usize].group
    }

    fn join(&mut self, at: usize) {
        self.joined[at] = true;
        self.of_var.push(Some(at as u32));
        let set = &self.sets[at];
        let terms: Vec<(usize, f64)> = self.terms(set, &self.cut_by[at]).collect();
        self.lp.column(set.cost, terms);
    }

    /// The bound of these prices, and what it rules out; the sets that would lower the relaxation.
    fn price(&mut self, duals: &[f64]) -> Vec<(f64, usize)> {
        let rows = duals.iter().zip(&self.sides);
        let clean = rows.map(|(dual, (low, high))| {
            // The sign of a price that the row allows.
            let side = if *dual > 0.0 { low } else { high };
            if side.is_finite() { *dual } else { 0.0 }
        });
        let prices: Vec<f64> = clean.collect();
        let mut least = vec![0.0_f64; self.groups];
        let mut reduced = vec![0.0; self.sets.len()];
        let mut wanted = Vec::new();
        let tolerance = 1e-8 * self.limit.abs();
        for (at, set) in self.sets.iter().enumerate() {
            if !self.alive[at] {
                continue;
            }
            let cost = self.reduced_cost(set, &self.cut_by[at], &prices);
            reduced[at] = cost;
            let least = &mut least[self.group(at)];
            *least = least.min(cost);
            if cost < -tolerance && !self.joined[at] {
                wanted.push((cost, at));
            }
        }
        let bound = self.base_at(&prices) + least.iter().sum::<f64>();
        for (at, cost) in reduced.iter().enumerate() {
            if self.alive[at] {
                self.alive[at] = bound - least[self.group(at)] + cost < self.limit;
            }
        }
        for (var, set) in self.of_var.iter().enumerate() {
            if let Some(at) = *set
                && !self.alive[at as usize]
            {
                self.lp.drop(var);
            }
        }
        if bound >= self.bound {
            self.bound = bound;
            self.reduced = reduced;
            self.prices = prices;
        }
        wanted.retain(|(_, at)| self.alive[*at]);
        wanted
    }

    /// Cuts that the sets break in these shares.
    fn broken(&self, values: &[f64]) -> Vec<Cut> {
        let rows = self.rows + self.groups;
        if rows > ROWS {
            return Vec::new();
        }
        let chosen = self.of_var.iter().zip(values).filter(|c| *c.1 > 1e-6);
        let chosen = chosen.filter_map(|(set, share)| {
            let set = &self.sets[(*set)? as usize];
            Some((self.members(set).collect(), *share))
        });
        broken(rows, &chosen.collect::<Vec<_>>())
    }

    fn cut(&mut self, cut: Cut) {
        let row = self.sides.len() as u32;
        self.sides.push((0.0, 1.0));
        self.cuts.push(cut);
        for at in 0..self.sets.len() {
            if self.alive[at] && counts(self.members(&self.sets[at]), &cut) {
                self.cut_by[at].push(row);
            }
        }
        let counted =
            |set: &Option<u32>| set.is_some_and(|at| self.cut_by[at as usize].last() == Some(&row));
        let vars = self.of_var.iter().enumerate().filter(|(_, s)| counted(s));
        let vars: Vec<(usize, f64)> = vars.map(|(var, _)| (var, 1.0)).collect();
        self.lp.row(0.0, 1.0, vars);
    }

    /// The sets of least reduced cost.
    pub(crate) fn cheapest(&self, most: usize) -> Vec<usize> {
        let mut alive: Vec<usize> = (0..self.sets.len()).filter(|at| self.alive[*at]).collect();
        let of = |at: &usize| self.reduced[*at];
        alive.sort_by(|a, b| of(a).total_cmp(&of(b)).then(a.cmp(b)));
        alive.truncate(most);
        alive
    }

    /// HiGHS chooses among some sets, in the order given.
    pub(crate) fn choose(&self, chosen: &[usize], nodes: i32, run: &Run) -> Solved {
        let mut mip = Mip::default();
        let mut of_row: Vec<Vec<(Var, f64)>> = vec![Vec::new(); self.sides.len()];
        for &at in chosen {
            let set = &self.sets[at];
            let var = mip.add_whole(set.cost, 0.0, 1.0);
            for (row, factor) in self.terms(set, &self.cut_by[at]) {
                of_row[row].push((var, factor));
            }
        }
        for (row, (terms, (low, high))) in of_row.into_iter().zip(&self.sides).enumerate() {
            if terms.is_empty() && *low > 0.0 {
                return Solved::Infeasible;
            }
            let binding = self.prices.get(row).is_some_and(|p| *p < -1e-9);
            if !terms.is_empty() && (row < self.first || binding) {
                mip.row(*low, *high, terms);
            }
        }
        let limits = Limits {
            nodes,
            ..Limits::default()
        };
        mip.solve(run, limits, None)
    }

    /// The set with a number.
    pub(crate) fn set(&self, at: usize) -> &Set {
        &self.sets[at]
    }

    /// The prices of the rows of sets when the bound was best.
    pub(crate) fn prices(&self) -> &[f64] {
        &self.prices[..self.rows]
    }

    /// The cuts that cost something at these prices, and what.
    pub(crate) fn dear_cuts(&self) -> Vec<(Cut, f64)> {
        let cuts = self.cuts.iter().zip(self.prices.iter().skip(self.first));
        let dear = cuts.filter(|(_, price)| **price < 0.0);
        dear.map(|(cut, price)| (*cut, -price)).collect()
    }

    /// Cost of a set, known or not, less these prices of its rows.
    pub(crate) fn weigh(&self, set: &Set) -> f64 {
        self.reduced_cost(set, &self.cuts_of(set), &self.prices)
    }

    /// No choice is below what the rows come to at these prices and the least that sets of each
    /// group weigh, where below nothing.
    pub(crate) fn bound_over(&self, sets: &[Set]) -> f64 {
        let mut least = vec![0.0_f64; self.groups];
        for set in sets {
            let least = &mut least[self.kinds[set.kind as usize].group];
            *least = least.min(self.weigh(set));
        }
        self.base_at(&self.prices) + least.iter().sum::<f64>()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;

    /// The least cost of so many sets that have every row once and every group once at most.
    fn by_trying(sets: &[Set], rows: usize, most: usize) -> Option<f64> {
        let cost = |code: u32| {
            let chosen = (0..sets.len()).filter(|at| code >> at & 1 == 1);
            let chosen: Vec<&Set> = chosen.map(|at| &sets[at]).collect();
            let mut groups: Vec<u32> = chosen.iter().map(|s| s.kind).collect();
            let mut met: Vec<u32> = chosen.iter().flat_map(|s| s.rows.clone()).collect();
            groups.sort_unstable();
            met.sort_unstable();
            let apart = groups.windows(2).all(|g| g[0] < g[1]);
            let once = met.iter().copied().eq(0..rows as u32);
            (apart && once && chosen.len() <= most)
                .then(|| chosen.iter().map(|s| s.cost).sum::<f64>())
        };
        (0u32..1 << sets.len()).filter_map(cost).reduce(f64::min)
    }

    proptest! {
        #[test]
        fn the_best_choice_is_found_and_no_bound_is_above_it(
            sets in prop::collection::vec((0u32..4, 1u32..64, 1u32..30), 6..13),
            most in 1_usize..5,
        ) {
            let rows = 6;
            let mut seen = BTreeSet::new();
            let sets = sets.into_iter().filter(|s| seen.insert((s.0, s.1)));
            let sets: Vec<Set> = sets.map(|(kind, code, cost)| Set {
                kind,
                rows: (0..rows as u32).filter(|row| code >> row & 1 == 1).collect(),
                cost: f64::from(cost),
            }).collect();
            let limit = 200.0;
            let run = Run::new(1, Duration::from_secs(60));
            let frame = Frame {
                rows,
                groups: vec![(0.0, 1.0); 4],
                others: vec![(0.0, most as f64)],
                kinds: (0..4).map(|group| Kind { group, others: vec![1.0] }).collect(),
            };
            let mut partition = Partition::new(frame, |_| limit, limit);
            partition.add(sets.clone());
            let until = Until { few: 0, steps: u64::MAX, worth: f64::NEG_INFINITY };
            prop_assert!(partition.tighten(until, &run, &mut 0).is_some());
            let best = by_trying(&sets, rows, most);
            prop_assert!(partition.bound <= best.unwrap_or(f64::INFINITY) + 1e-6);
            let chosen = partition.cheapest(usize::MAX);
            match (partition.choose(&chosen, 100, &run), best) {
                (Solved::Point(point), Some(best)) => prop_assert!((point.objective - best).abs() < 1e-6),
                (Solved::Infeasible | Solved::Nothing { .. }, None) => {}
                (answer, best) => prop_assert!(false, "{answer:?} {best:?}"),
            }
        }
    }
}

//! The best choice among listed sets: every row in one of them, of each group one at most.
//!
//! The relaxation is raised by subset-row cuts ([`cuts`]). What a set would bring the bound to the
//! limit is dropped, until few are left for HiGHS.

pub(crate) mod cuts;

use std::collections::BTreeSet;

use crate::lp::Growing;
use crate::mip::{Limits, Mip, Solved, Var};
use crate::run::Run;
use cuts::{Cut, broken};

/// Sets that join the relaxation at once, and of a group.
const JOIN: usize = 300;
const JOIN_GROUP: usize = 20;
/// Rounds of cuts.
const ROUNDS: usize = 60;
/// Steps of the simplex method after which no cuts are added: some seconds.
const STEPS: u64 = 40_000;

/// A set that may be chosen.
#[derive(Clone, Debug)]
pub(crate) struct Set {
    /// Of its group at most one set is chosen.
    pub(crate) group: u32,
    /// Ascending.
    pub(crate) rows: Vec<u32>,
    pub(crate) cost: f64,
}

/// The relaxation over the sets, most of which join it only when they are wanted.
pub(crate) struct Partition {
    rows: usize,
    groups: usize,
    sets: Vec<Set>,
    /// Per set the cuts that count it.
    cut_by: Vec<Vec<u32>>,
    cuts: Vec<Cut>,
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
    /// Cost of each set less the prices of its rows, when the bound was best, and these prices: of
    /// rows, of groups, of cuts.
    reduced: Vec<f64>,
    prices: Vec<f64>,
    /// Of the simplex method.
    steps: u64,
}

impl Partition {
    /// What is lacking of a row costs its `dear`.
    pub(crate) fn new(dear: &[f64], groups: usize, limit: f64) -> Self {
        let rows = dear.len();
        let mut lp = Growing::new();
        (0..rows).for_each(|_| lp.row(1.0, 1.0, []));
        (0..groups).for_each(|_| lp.row(0.0, 1.0, []));
        for (row, dear) in dear.iter().enumerate() {
            lp.column(*dear, [(row, 1.0)]);
        }
        Self {
            rows,
            groups,
            sets: Vec::new(),
            cut_by: Vec::new(),
            cuts: Vec::new(),
            alive: Vec::new(),
            joined: Vec::new(),
            lp,
            of_var: vec![None; rows],
            limit,
            bound: f64::NEG_INFINITY,
            reduced: Vec::new(),
            prices: vec![0.0; rows + groups],
            steps: 0,
        }
    }

    /// More sets to choose among; those known already are left out.
    pub(crate) fn add(&mut self, mut sets: Vec<Set>) {
        let key = |s: &Set| (s.group, s.rows.clone());
        let kept = self.sets.iter().zip(&self.alive).filter(|c| *c.1);
        let known: BTreeSet<_> = kept.map(|c| key(c.0)).collect();
        sets.retain(|c| known.is_empty() || !known.contains(&key(c)));
        for set in &sets {
            let cuts = self.cuts.iter().enumerate();
            let by = cuts.filter(|(_, cut)| self.counts(set, cut));
            self.cut_by.push(by.map(|(at, _)| at as u32).collect());
        }
        self.sets.append(&mut sets);
        self.alive.resize(self.sets.len(), true);
        self.joined.resize(self.sets.len(), false);
        self.reduced.resize(self.sets.len(), 0.0);
        // Nothing is known of the new ones.
        self.bound = f64::NEG_INFINITY;
    }

    /// Whether a set has two of three rows.
    fn counts(&self, set: &Set, cut: &Cut) -> bool {
        let has = |row: &&u32| {
            **row == self.rows as u32 + set.group || set.rows.binary_search(row).is_ok()
        };
        cut.iter().filter(has).count() >= 2
    }

    fn members(&self, set: u32) -> impl Iterator<Item = usize> + Clone + '_ {
        let set = &self.sets[set as usize];
        let group = self.rows + set.group as usize;
        set.rows.iter().map(|r| *r as usize).chain([group])
    }

    /// How many sets a choice below the limit may contain.
    pub(crate) fn left(&self) -> usize {
        self.alive.iter().filter(|a| **a).count()
    }

    /// Raises the bound by cuts and drops sets until `few` are left; `None` where HiGHS failed or
    /// was stopped.
    pub(crate) fn tighten(&mut self, run: &Run, few: usize) -> Option<()> {
        let mut since = (self.bound, 0);
        for round in 0..ROUNDS {
            let values = self.optimum(run)?;
            let done = self.bound >= self.limit || self.left() <= few;
            if done || self.steps > STEPS {
                break;
            }
            // Less than a fiftieth of the gap in four rounds is not worth the work.
            if round == 0 {
                since.0 = self.bound;
            } else if round >= since.1 + 4 {
                if self.bound - since.0 < 0.02 * (self.limit - self.bound) {
                    break;
                }
                since = (self.bound, round);
            }
            let chosen = self.of_var.iter().zip(&values).filter(|c| *c.1 > 1e-6);
            let members = |at: u32| self.members(at).map(|row| row as u32).collect();
            let chosen: Vec<(Vec<u32>, f64)> = chosen
                .filter_map(|(set, share)| Some((members((*set)?), *share)))
                .collect();
            let cuts = broken(self.rows + self.groups, &chosen);
            if cuts.is_empty() {
                break;
            }
            cuts.into_iter().for_each(|cut| self.cut(cut));
        }
        Some(())
    }

    /// Solves the relaxation over all sets. Gives the values of its variables.
    fn optimum(&mut self, run: &Run) -> Option<Vec<f64>> {
        loop {
            if run.stopped() {
                return None;
            }
            let optimum = self.lp.solve(run)?;
            self.steps += optimum.steps;
            let mut wanted = self.price(&optimum.duals);
            if wanted.is_empty() || self.bound >= self.limit {
                return Some(optimum.values);
            }
            wanted.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            let mut of_group = vec![0; self.groups];
            let mut joining = 0;
            for (_, at) in wanted {
                let group = self.sets[at].group as usize;
                if of_group[group] < JOIN_GROUP && joining < JOIN {
                    of_group[group] += 1;
                    joining += 1;
                    self.join(at);
                }
            }
        }
    }

    fn join(&mut self, at: usize) {
        self.joined[at] = true;
        self.of_var.push(Some(at as u32));
        let first = self.rows + self.groups;
        let cuts = self.cut_by[at].iter().map(|c| first + *c as usize);
        let terms: Vec<(usize, f64)> = self
            .members(at as u32)
            .chain(cuts)
            .map(|r| (r, 1.0))
            .collect();
        self.lp.column(self.sets[at].cost, terms);
    }

    /// The bound of these prices, and what it rules out; the sets that would lower the relaxation.
    fn price(&mut self, duals: &[f64]) -> Vec<(f64, usize)> {
        let mut prices = duals.to_vec();
        // Rows with one side have a price of one sign.
        prices[self.rows..].iter_mut().for_each(|p| *p = p.min(0.0));
        let first = self.rows + self.groups;
        let mut least = vec![0.0_f64; self.groups];
        let mut reduced = vec![0.0; self.sets.len()];
        let mut wanted = Vec::new();
        let tolerance = 1e-8 * self.limit.abs();
        for (at, set) in self.sets.iter().enumerate() {
            if !self.alive[at] {
                continue;
            }
            let group = set.group as usize;
            let cuts = self.cut_by[at].iter().map(|c| prices[first + *c as usize]);
            let rows = set.rows.iter().map(|r| prices[*r as usize]);
            let cost = set.cost - prices[self.rows + group] - rows.chain(cuts).sum::<f64>();
            reduced[at] = cost;
            least[group] = least[group].min(cost);
            if cost < -tolerance && !self.joined[at] {
                wanted.push((cost, at));
            }
        }
        let bound = prices.iter().sum::<f64>() + least.iter().sum::<f64>();
        for (at, cost) in reduced.iter().enumerate() {
            if self.alive[at] {
                let least = least[self.sets[at].group as usize];
                self.alive[at] = bound - least + cost < self.limit;
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

    fn cut(&mut self, three: Cut) {
        let cut = self.cuts.len() as u32;
        self.cuts.push(three);
        for at in 0..self.sets.len() {
            if self.alive[at] && self.counts(&self.sets[at], &three) {
                self.cut_by[at].push(cut);
            }
        }
        let counted =
            |set: &Option<u32>| set.is_some_and(|at| self.cut_by[at as usize].last() == Some(&cut));
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
        let first = self.rows + self.groups;
        let mut of_row: Vec<Vec<(Var, f64)>> = vec![Vec::new(); first + self.cuts.len()];
        for &at in chosen {
            let var = mip.add_whole(self.sets[at].cost, 0.0, 1.0);
            let cuts = self.cut_by[at].iter().map(|c| first + *c as usize);
            for row in self.members(at as u32).chain(cuts) {
                of_row[row].push((var, 1.0));
            }
        }
        for (row, terms) in of_row.into_iter().enumerate() {
            if row < self.rows {
                if terms.is_empty() {
                    return Solved::Infeasible;
                }
                mip.row(1.0, 1.0, terms);
            } else if !terms.is_empty()
                && (row < first || self.prices.get(row).is_some_and(|d| *d < -1e-9))
            {
                mip.row(0.0, 1.0, terms);
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
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;

    /// The least cost of sets that have every row once and every group once at most.
    fn by_trying(sets: &[Set], rows: usize) -> Option<f64> {
        let cost = |code: u32| {
            let chosen = (0..sets.len()).filter(|at| code >> at & 1 == 1);
            let chosen: Vec<&Set> = chosen.map(|at| &sets[at]).collect();
            let mut groups: Vec<u32> = chosen.iter().map(|s| s.group).collect();
            let mut met: Vec<u32> = chosen.iter().flat_map(|s| s.rows.clone()).collect();
            groups.sort_unstable();
            met.sort_unstable();
            let apart = groups.windows(2).all(|g| g[0] < g[1]);
            let once = met.iter().copied().eq(0..rows as u32);
            (apart && once).then(|| chosen.iter().map(|s| s.cost).sum::<f64>())
        };
        (0u32..1 << sets.len()).filter_map(cost).reduce(f64::min)
    }

    proptest! {
        #[test]
        fn the_best_choice_is_found_and_no_bound_is_above_it(
            sets in prop::collection::vec((0u32..4, 1u32..64, 1u32..30), 6..13),
        ) {
            let rows = 6;
            let mut seen = BTreeSet::new();
            let sets = sets.into_iter().filter(|s| seen.insert((s.0, s.1)));
            let sets: Vec<Set> = sets.map(|(group, code, cost)| Set {
                group,
                rows: (0..rows as u32).filter(|row| code >> row & 1 == 1).collect(),
                cost: f64::from(cost),
            }).collect();
            let limit = 200.0;
            let run = Run::new(1, Duration::from_secs(60));
            let mut partition = Partition::new(&[limit; 6], 4, limit);
            partition.add(sets.clone());
            prop_assert!(partition.tighten(&run, 0).is_some());
            let best = by_trying(&sets, rows);
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

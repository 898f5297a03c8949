//! The relaxation of set partitioning over listed sets: prices, what they prove and rule out.

use std::collections::BTreeSet;

use crate::lp::Growing;
use crate::mip::{Limits, Mip, Solved, Var};
use crate::partition::cuts::{Cut, broken, counts};
use crate::run::Run;

use super::super::dual::Point;
use super::super::model::Model;
use super::super::state::State;
use super::super::tree::regions::Limit;
use super::columns::{Column, Prices, list};
use super::{FEW, Reach, listed};

/// Nodes of HiGHS.
const NODES: i32 = 500;
/// Sets that join the relaxation at once, and of a site.
const JOIN: usize = 300;
const JOIN_SITE: usize = 20;
/// Sets of an offer that join where not all can.
const EACH: usize = 30;
/// Rounds of cuts, and rows beyond which none are sought.
const ROUNDS: usize = 60;
const ROWS: usize = 1_200;

/// The relaxation over the sets, most of which join it only when they are wanted.
pub(super) struct Master<'a> {
    model: &'a Model,
    columns: Vec<Column>,
    /// What each set counts in each row: its blocks and its site first, then other rows and cuts.
    terms: Vec<Vec<(u32, f64)>>,
    /// The row of the first cut, and the rows of each.
    first: usize,
    cuts: Vec<Cut>,
    /// Sets that a plan below the limit may contain still.
    alive: Vec<bool>,
    joined: Vec<bool>,
    /// Least and most of each row: blocks, sites, coupling rows, cuts.
    rows: Vec<(f64, f64)>,
    lp: Growing,
    /// The set of each variable of the relaxation; none of those that stand for lacking sets.
    sets: Vec<Option<u32>>,
    /// What a plan must stay below.
    pub(super) limit: f64,
    /// No plan of the sets is below.
    pub(super) bound: f64,
    /// Cost of each set less the prices of its rows, when the bound was best, and these prices.
    reduced: Vec<f64>,
    duals: Vec<f64>,
}

impl<'a> Master<'a> {
    /// The relaxation of plans below `limit` over these sets.
    pub(super) fn new(model: &'a Model, point: &Point, columns: Vec<Column>, limit: f64) -> Self {
        let mut rows = vec![(1.0, 1.0); model.blocks];
        rows.extend(model.stays.iter().map(|s| (f64::from(u8::from(*s)), 1.0)));
        let sizes = |l: &Limit| (l.least as f64, l.most.min(model.sites) as f64);
        rows.extend(model.limits.iter().map(sizes));
        rows.extend(model.count.map(|count| (count as f64, count as f64)));
        rows.extend(model.budget.is_finite().then_some((0.0, model.budget)));
        let mut lp = Growing::new();
        let mut sets = Vec::new();
        rows.iter().for_each(|(low, high)| lp.row(*low, *high, []));
        // What is lacking costs as much more than its price as a plan may cost more than the bound.
        let gap = limit - point.bound;
        for (row, (low, _)) in rows.iter().enumerate().filter(|(_, row)| row.0 > 0.0) {
            let dear = point
                .prices
                .get(row)
                .map_or(limit.abs(), |p| p.max(0.0) + gap);
            lp.column(dear, [(row, 1.0 / low)]);
            sets.push(None);
        }
        let mut master = Self {
            model,
            terms: Vec::new(),
            alive: Vec::new(),
            joined: Vec::new(),
            reduced: Vec::new(),
            columns: Vec::new(),
            first: rows.len(),
            cuts: Vec::new(),
            duals: Vec::new(),
            lp,
            sets,
            limit,
            bound: f64::NEG_INFINITY,
            rows,
        };
        master.add(columns);
        master
    }

    /// More sets to choose among; those known already are left out.
    fn add(&mut self, mut columns: Vec<Column>) {
        let key = |c: &Column| (c.offer, c.blocks.clone());
        let kept = self.columns.iter().zip(&self.alive).filter(|c| *c.1);
        let known: BTreeSet<_> = kept.map(|c| key(c.0)).collect();
        columns.retain(|c| known.is_empty() || !known.contains(&key(c)));
        for column in &columns {
            let terms = self.terms_of(column);
            self.terms.push(terms);
        }
        self.columns.append(&mut columns);
        self.alive.resize(self.columns.len(), true);
        self.joined.resize(self.columns.len(), false);
        self.reduced.resize(self.columns.len(), 0.0);
    }

    /// What a set counts in each row.
    fn terms_of(&self, column: &Column) -> Vec<(u32, f64)> {
        let model = self.model;
        let offer = &model.offers[column.offer];
        let blocks = column.blocks.iter().copied();
        let members = blocks.chain([(model.blocks + offer.site) as u32]);
        let mut terms: Vec<(u32, f64)> = members.clone().map(|row| (row, 1.0)).collect();
        let mut row = model.blocks + model.sites;
        let mut push = |terms: &mut Vec<(u32, f64)>, factor: f64| {
            if factor != 0.0 {
                terms.push((row as u32, factor));
            }
            row += 1;
        };
        for limit in &model.limits {
            push(
                &mut terms,
                f64::from(u8::from(limit.sites.contains(&offer.site))),
            );
        }
        if model.count.is_some() {
            push(&mut terms, 1.0);
        }
        if model.budget.is_finite() {
            push(&mut terms, offer.yuan);
        }
        for cut in &self.cuts {
            let counted = counts(members.clone(), cut);
            push(&mut terms, f64::from(u8::from(counted)));
        }
        terms
    }

    /// Lists the sets below a part of the gap at the prices of the best bound. Gives a bound on all
    /// plans, and below what they are made of the sets in the relaxation now.
    pub(super) fn list_again(
        &mut self,
        reach: Reach,
        run: &Run,
        work: &mut u64,
    ) -> Option<(f64, f64)> {
        let model = self.model;
        let alone = (0..model.offers.len()).map(|offer| {
            let blocks = Vec::new();
            let cost = model.offers[offer].yuan;
            self.reduced_cost(
                &self.terms_of(&Column {
                    offer,
                    blocks,
                    cost,
                }),
                cost,
                &self.duals,
            )
        });
        let alone: Vec<f64> = alone.collect();
        let at = |part: f64| {
            // Sets that are not listed must not gain: of a part of the sets the relaxation may be
            // above the limit.
            let below = part * (self.limit - self.bound).max(0.0);
            let cuts = self.cuts.iter().zip(self.duals.iter().skip(self.first));
            let cuts = cuts.filter(|(_, dual)| **dual < 0.0);
            let prices = Prices {
                blocks: &self.duals[..model.blocks],
                dearest: alone.iter().map(|alone| below - alone).collect(),
                cuts: cuts.map(|(cut, dual)| (*cut, -dual)).collect(),
                each: usize::MAX,
            };
            (below, prices)
        };
        let Some((below, columns)) = listed(model, at, reach, run, work) else {
            // Some that lower the relaxation; nothing is known of the others.
            let prices = Prices {
                each: EACH,
                ..at(0.0).1
            };
            let columns = list(model, &prices, reach.most, work)?;
            self.add(columns);
            self.bound = f64::NEG_INFINITY;
            return Some((f64::NEG_INFINITY, f64::NEG_INFINITY));
        };
        let mut least = vec![0.0_f64; model.sites];
        for column in &columns {
            let cost = self.reduced_cost(&self.terms_of(column), column.cost, &self.duals);
            let least = &mut least[model.offers[column.offer].site];
            *least = least.min(cost);
        }
        let bound = self.base(&self.duals) + least.iter().sum::<f64>();
        self.add(columns);
        self.bound = f64::NEG_INFINITY;
        Some((bound, bound + below))
    }

    fn reduced_cost(&self, terms: &[(u32, f64)], cost: f64, duals: &[f64]) -> f64 {
        let price = |(row, f): &(u32, f64)| duals.get(*row as usize).map_or(0.0, |d| d * f);
        cost - terms.iter().map(price).sum::<f64>()
    }

    /// What the prices of the rows come to.
    fn base(&self, duals: &[f64]) -> f64 {
        let rows = duals.iter().zip(&self.rows);
        let sides =
            rows.map(|(dual, (low, high))| if *dual > 0.0 { dual * low } else { dual * high });
        sides.sum()
    }

    /// Raises the bound by cuts, where it comes to `worth` without them, and drops sets; false where
    /// HiGHS failed or was stopped.
    pub(super) fn tighten(&mut self, worth: f64, run: &Run, work: &mut u64) -> bool {
        let mut since = (self.bound, 0);
        for round in 0..ROUNDS {
            let Some(values) = self.optimum(run, work) else {
                return false;
            };
            if self.bound >= self.limit || self.left() <= FEW / 3 {
                break;
            }
            // Less than a fiftieth of the gap in four rounds is not worth the work.
            if round == 0 {
                if self.bound < worth {
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
            *work += self.columns.len() as u64 * cuts.len() as u64;
            for cut in cuts {
                self.cut(cut);
            }
        }
        true
    }

    /// Solves the relaxation over all sets. Gives the values of its variables.
    fn optimum(&mut self, run: &Run, work: &mut u64) -> Option<Vec<f64>> {
        loop {
            if run.stopped() {
                return None;
            }
            let optimum = self.lp.solve(run)?;
            *work += optimum.steps * self.rows.len() as u64 / 4 + 4 * self.columns.len() as u64;
            let mut wanted = self.price(&optimum.duals);
            if wanted.is_empty() || self.bound >= self.limit {
                return Some(optimum.values);
            }
            wanted.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            let mut of_site = vec![0; self.model.sites];
            let mut joining = 0;
            for (_, at) in wanted {
                let site = self.model.offers[self.columns[at].offer].site;
                if of_site[site] < JOIN_SITE && joining < JOIN {
                    of_site[site] += 1;
                    joining += 1;
                    self.join(at);
                }
            }
        }
    }

    fn join(&mut self, at: usize) {
        self.joined[at] = true;
        self.sets.push(Some(at as u32));
        let terms = self.terms[at].iter().map(|(row, f)| (*row as usize, *f));
        self.lp.column(self.columns[at].cost, terms);
    }

    /// The bound of these prices, and what it rules out; the sets that would lower the relaxation.
    fn price(&mut self, duals: &[f64]) -> Vec<(f64, usize)> {
        let rows = duals.iter().zip(&self.rows);
        let clean = rows.map(|(dual, (low, high))| {
            // The sign of a price that the row allows.
            let side = if *dual > 0.0 { low } else { high };
            if side.is_finite() { *dual } else { 0.0 }
        });
        let duals: Vec<f64> = clean.collect();
        // At most one set of each site is chosen.
        let mut least = vec![0.0_f64; self.model.sites];
        let mut reduced = vec![0.0; self.columns.len()];
        let mut wanted = Vec::new();
        let tolerance = 1e-8 * self.limit.abs();
        for (at, column) in self.columns.iter().enumerate() {
            if !self.alive[at] {
                continue;
            }
            let cost = self.reduced_cost(&self.terms[at], column.cost, &duals);
            reduced[at] = cost;
            let site = self.model.offers[column.offer].site;
            least[site] = least[site].min(cost);
            if cost < -tolerance && !self.joined[at] {
                wanted.push((cost, at));
            }
        }
        let bound = self.base(&duals) + least.iter().sum::<f64>();
        for (at, cost) in reduced.iter().enumerate() {
            if !self.alive[at] {
                continue;
            }
            let site = self.model.offers[self.columns[at].offer].site;
            self.alive[at] = bound - least[site] + cost < self.limit;
        }
        for (var, set) in self.sets.iter().enumerate() {
            if let Some(at) = *set
                && !self.alive[at as usize]
            {
                self.lp.drop(var);
            }
        }
        if bound >= self.bound {
            self.bound = bound;
            self.reduced = reduced;
            self.duals = duals;
        }
        wanted.retain(|(_, at)| self.alive[*at]);
        wanted
    }

    /// Cuts that the sets break in these shares.
    fn broken(&self, values: &[f64]) -> Vec<Cut> {
        let rows = self.model.blocks + self.model.sites;
        if rows > ROWS {
            return Vec::new();
        }
        let sets = self.sets.iter().zip(values);
        let chosen = sets.filter(|(_, share)| **share > 1e-6);
        let chosen = chosen.filter_map(|(set, share)| {
            let at = (*set)? as usize;
            Some((
                members(&self.columns[at], &self.terms[at]).collect(),
                *share,
            ))
        });
        broken(rows, &chosen.collect::<Vec<_>>())
    }

    fn cut(&mut self, cut: Cut) {
        let row = self.rows.len() as u32;
        self.rows.push((0.0, 1.0));
        self.cuts.push(cut);
        let sets = self.columns.iter().zip(&mut self.terms).zip(&self.alive);
        for ((column, terms), _) in sets.filter(|(_, alive)| **alive) {
            if counts(members(column, terms), &cut) {
                terms.push((row, 1.0));
            }
        }
        let sets = self.sets.iter().enumerate();
        let counted = sets.filter(|(_, set)| {
            let last = set.and_then(|at| self.terms[at as usize].last());
            last.is_some_and(|(r, _)| *r == row)
        });
        let counted: Vec<(usize, f64)> = counted.map(|(var, _)| (var, 1.0)).collect();
        self.lp.row(0.0, 1.0, counted);
    }

    /// How many sets a plan below the limit may contain still.
    pub(super) fn left(&self) -> usize {
        self.alive.iter().filter(|alive| **alive).count()
    }

    /// The sets of least reduced cost.
    pub(super) fn cheapest(&self, most: usize) -> Vec<usize> {
        let mut alive: Vec<usize> = (0..self.columns.len())
            .filter(|at| self.alive[*at])
            .collect();
        alive.sort_by(|&a, &b| {
            let of = |at: usize| self.reduced[at];
            of(a).total_cmp(&of(b)).then(a.cmp(&b))
        });
        alive.truncate(most);
        alive
    }

    /// HiGHS chooses among some sets.
    pub(super) fn choose(&self, chosen: &[usize], run: &Run) -> Solved {
        let mut mip = Mip::default();
        let mut of_row: Vec<Vec<(Var, f64)>> = vec![Vec::new(); self.rows.len()];
        for &at in chosen {
            let var = mip.add_whole(self.columns[at].cost, 0.0, 1.0);
            for &(row, f) in &self.terms[at] {
                of_row[row as usize].push((var, f));
            }
        }
        for (row, (terms, (low, high))) in of_row.into_iter().zip(&self.rows).enumerate() {
            if terms.is_empty() && *low > 0.0 {
                return Solved::Infeasible;
            }
            let binding = self.duals.get(row).is_some_and(|d| *d < -1e-9);
            if !terms.is_empty() && (row < self.first || binding) {
                mip.row(*low, *high, terms);
            }
        }
        let limits = Limits {
            nodes: NODES,
            ..Limits::default()
        };
        mip.solve(run, limits, None)
    }

    /// The plan of some sets.
    pub(super) fn state(&self, chosen: impl Iterator<Item = usize> + Clone) -> State {
        let model = self.model;
        let mut open = vec![None; model.sites];
        for at in chosen.clone() {
            let offer = self.columns[at].offer;
            open[model.offers[offer].site] = Some(offer);
        }
        let mut state = State::new(model, open, 0.0);
        for at in chosen {
            let column = &self.columns[at];
            for &i in &column.blocks {
                state.put(model, i as usize, model.offers[column.offer].site);
            }
        }
        state.refresh(model);
        state
    }
}

/// The rows of its blocks and its site, with which the terms of a set begin.
fn members(column: &Column, terms: &[(u32, f64)]) -> impl Iterator<Item = u32> {
    terms[..=column.blocks.len()].iter().map(|(row, _)| *row)
}

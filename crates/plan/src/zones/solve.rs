//! From numbers to the best whole-block plan that can be found within the work budget.

use std::collections::BTreeSet;

use super::anneal::Anneal;
use super::area::Area;
use super::pool::Pool;
use super::random::Random;
use super::{start, window};
use crate::run::{Progress, Run};
use crate::transport::Flow;

/// How much work is done, in counted steps.
#[derive(Clone, Copy, Debug)]
pub(super) struct Effort {
    /// Runs of annealing from the start.
    pub(super) runs: u64,
    /// Proposals of each.
    pub(super) steps: u64,
    /// Windows solved exactly.
    pub(super) windows: usize,
}

impl Effort {
    /// About ten seconds for a district, a minute for the largest county.
    pub(super) fn full(blocks: usize) -> Self {
        if blocks > 5_000 {
            return Self {
                runs: 1,
                steps: 60_000_000,
                windows: 0,
            };
        }
        Self {
            runs: 3,
            steps: 2_000_000,
            windows: 90,
        }
    }

    /// For figures that only go beside the plan.
    pub(super) fn quick(blocks: usize) -> Self {
        Self {
            runs: 1,
            steps: (500_000).max(40 * blocks as u64),
            windows: 0,
        }
    }
}

/// The best assignment found.
pub(super) struct Found {
    pub(super) owners: Vec<u32>,
    pub(super) cost: f64,
    /// Children per school.
    pub(super) loads: Vec<f64>,
    /// Good assignments that differ, for a choice of plans.
    pub(super) others: Vec<Vec<u32>>,
}

/// The best plan found, or the nearest to one; the blocks that no zone reaches.
pub(super) fn solve(
    area: &Area,
    flow: &Flow,
    run: &Run,
    effort: Effort,
) -> Result<Found, Vec<usize>> {
    let prices = &flow.seat_prices;
    let grown = start::grow(area, prices);
    let lost: Vec<usize> = (0..grown.len()).filter(|b| grown[*b].is_none()).collect();
    if !lost.is_empty() {
        return Err(lost);
    }
    let owners: Vec<u32> = grown.into_iter().flatten().collect();
    let mut search = Search::new(area, flow, run);
    let unit = flow.objective.abs() / area.blocks() as f64;
    let top = prices.iter().copied().fold(0.0, f64::max);
    let mean = flow.objective / area.children.iter().sum::<f64>().max(1.0);
    let price = (4.0 * top).max(mean);
    let near = near(area, prices);
    // Large counties start near the flow; there is no time to melt them.
    let hot = if area.blocks() > 5_000 { 0.3 } else { 1.0 };
    for turn in 0..effort.runs {
        if run.stopped() && search.found.is_some() {
            break;
        }
        let mut anneal = Anneal::new(
            area,
            run.seed.wrapping_mul(1_000).wrapping_add(turn),
            &owners,
            price,
            near.clone(),
        );
        search.watch(&mut anneal, effort.steps, unit * hot, unit * 0.01);
        search.tell(0.6 * (turn + 1) as f64 / effort.runs as f64);
    }
    if effort.windows > 0 {
        search.improve(effort.windows, 20.0 * price);
    }
    Ok(search.finish())
}

/// The schools a block may well go to where borders do not hold it: the cheapest few.
fn near(area: &Area, prices: &[f64]) -> Vec<Vec<u32>> {
    const FEW: usize = 8;
    let schools = |block: usize| {
        if area.pieces.iter().all(|p| *p == 1) {
            return Vec::new();
        }
        let row = area.costs.row(block);
        let mut all: Vec<usize> = (0..row.len()).filter(|s| row[*s].is_finite()).collect();
        let pay = |s: &usize| row[*s] + area.children[block] * prices[*s];
        all.sort_by(|a, b| pay(a).total_cmp(&pay(b)));
        all.truncate(FEW);
        all.into_iter().map(|s| s as u32).collect()
    };
    (0..area.blocks()).map(schools).collect()
}

struct Search<'a> {
    area: &'a Area,
    flow: &'a Flow,
    run: &'a Run<'a>,
    pool: Pool<'a>,
    found: Option<(Vec<u32>, f64)>,
    /// The least excess met while nothing was found.
    nearest: Option<(Vec<u32>, f64)>,
    others: Vec<Vec<u32>>,
}

impl<'a> Search<'a> {
    fn new(area: &'a Area, flow: &'a Flow, run: &'a Run<'a>) -> Self {
        Self {
            area,
            flow,
            run,
            pool: Pool::new(area, &flow.seat_prices),
            found: None,
            nearest: None,
            others: Vec::new(),
        }
    }

    /// Anneals, keeping the best plan and the zones of good ones.
    fn watch(&mut self, anneal: &mut Anneal, steps: u64, hot: f64, cold: f64) {
        let large = self.area.blocks() > 5_000;
        let (found, pool) = (&mut self.found, &mut self.pool);
        let bound = self.flow.bound;
        let mut here = f64::INFINITY;
        let mut kept: Option<Vec<u32>> = None;
        let mut since = 0usize;
        anneal.run(steps, hot, cold, self.run, &mut |state, touched| {
            since += 1;
            let better = state.cost < here - 1e-9;
            if better && since * 2_000 >= state.owners.len() {
                here = state.cost;
                kept = Some(state.owners.clone());
                since = 0;
            }
            if !large && state.cost < here * 1.005 {
                let best = found.as_ref().map_or(here, |f| f.1.min(here));
                let schools = if better { &touched[..] } else { &touched[..2] };
                pool.take(state, schools, best - bound);
            }
        });
        if anneal.excess == 0.0 && anneal.cost < here {
            kept = Some(anneal.owners.clone());
        }
        match kept {
            Some(owners) => self.offer(owners),
            None => {
                if self.nearest.as_ref().is_none_or(|n| anneal.excess < n.1) {
                    self.nearest = Some((anneal.owners.clone(), anneal.excess));
                }
            }
        }
    }

    fn offer(&mut self, owners: Vec<u32>) {
        let cost = self.area.cost(&owners);
        self.others.push(owners.clone());
        if self.found.as_ref().is_none_or(|f| cost < f.1) {
            self.found = Some((owners, cost));
        }
    }

    fn tell(&self, done: f64) {
        self.run.tell(Progress {
            done,
            objective: self.found.as_ref().map(|f| f.1),
            bound: Some(self.flow.bound),
        });
    }

    /// Puts zones together anew, then solves windows of neighbouring schools, first around those
    /// that are overfull.
    fn improve(&mut self, windows: usize, penalty: f64) {
        if let Some((owners, cost)) = self.found.clone()
            && let Some(better) = self.pool.combine(self.run, &owners, cost)
        {
            self.offer(better);
        }
        let mut random = Random::new(self.run.seed);
        // Windows that did not gain since the plan last changed.
        let mut tried = BTreeSet::new();
        for turn in 0..windows {
            let best = self.found.clone().or_else(|| self.nearest.clone());
            let Some((owners, cost)) = best.filter(|_| !self.run.stopped()) else {
                return;
            };
            let loads = self.area.loads(&owners);
            let room = |s: &usize| self.area.places[*s] + self.area.grain();
            let over: Vec<usize> = (0..loads.len()).filter(|s| loads[*s] > room(s)).collect();
            let (first, slack) = if over.is_empty() {
                (random.below(loads.len()), cost - self.flow.bound)
            } else {
                (over[random.below(over.len())], f64::INFINITY)
            };
            let schools = neighbouring(self.area, &owners, first, 3 + turn % 3, &mut random);
            if !tried.insert(schools.clone()) {
                continue;
            }
            let prices = &self.flow.seat_prices;
            let better = window::solve(
                self.area, self.run, &owners, &schools, prices, slack, penalty,
            );
            if let Some(better) = better {
                tried.clear();
                let loads = self.area.loads(&better);
                let excess: f64 = (0..loads.len())
                    .map(|s| (loads[s] - room(&s)).max(0.0))
                    .sum();
                if excess == 0.0 {
                    self.offer(better);
                } else if self.found.is_none() {
                    self.nearest = Some((better, excess));
                }
            }
            self.tell(0.6 + 0.4 * (turn + 1) as f64 / windows as f64);
        }
    }

    fn finish(self) -> Found {
        let plan = self.found.is_some();
        let owners = match (self.found, self.nearest) {
            (Some((owners, _)), _) => owners,
            (None, Some((owners, _))) => owners,
            (None, None) => Vec::new(),
        };
        Found {
            loads: self.area.loads(&owners),
            cost: if plan {
                self.area.cost(&owners)
            } else {
                f64::INFINITY
            },
            owners,
            others: self.others,
        }
    }
}

/// A school and a few whose zones touch, by chance.
fn neighbouring(
    area: &Area,
    owners: &[u32],
    first: usize,
    size: usize,
    random: &mut Random,
) -> Vec<usize> {
    let size = size.min(area.schools());
    let mut schools = vec![first];
    while schools.len() < size {
        let mut around: Vec<usize> = Vec::new();
        for (block, owner) in owners.iter().enumerate() {
            if schools.contains(&(*owner as usize)) {
                let next = area.neighbours[block]
                    .iter()
                    .map(|n| owners[*n as usize] as usize);
                around.extend(next.filter(|s| !schools.contains(s)));
            }
        }
        around.sort_unstable();
        around.dedup();
        if around.is_empty() {
            around = (0..area.schools())
                .filter(|s| !schools.contains(s))
                .collect();
        }
        schools.push(around[random.below(around.len())]);
    }
    schools.sort_unstable();
    schools
}

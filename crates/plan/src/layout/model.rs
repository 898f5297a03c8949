//! One situation as flat arrays: what the solver works on. Reducing a model gives a model.

use std::ops::Range;

use super::problem::{Problem, Situation};
use super::tree::regions::Limit;

/// One size of one site.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Offer {
    pub(super) site: usize,
    /// Its place among the offers of its site in the problem.
    pub(super) rank: usize,
    pub(super) places: f64,
    pub(super) yuan: f64,
    pub(super) least: f64,
    pub(super) beds: f64,
}

/// A single-period layout problem.
#[derive(Debug, Clone)]
pub(super) struct Model {
    pub(super) blocks: usize,
    pub(super) sites: usize,
    pub(super) students: Vec<f64>,
    /// Of whole blocks, site by site; infinite where forbidden.
    pub(super) cost: Vec<f64>,
    /// Pairs for boarders only, like `cost`; empty where there are none.
    pub(super) far: Vec<bool>,
    /// Site by site.
    pub(super) offers: Vec<Offer>,
    pub(super) of_site: Vec<Range<usize>>,
    pub(super) stays: Vec<bool>,
    pub(super) count: Option<usize>,
    /// How many sites of a region may be open: what a branch of the proof decides.
    pub(super) limits: Vec<Limit>,
    pub(super) budget: f64,
    /// Blocks stay whole.
    pub(super) whole: bool,
}

impl Model {
    pub(super) fn new(problem: &Problem, situation: &Situation) -> Self {
        let (blocks, sites) = (problem.blocks.len(), problem.sites.len());
        let mut model = Self {
            blocks,
            sites,
            students: situation.students.clone(),
            cost: Vec::with_capacity(blocks * sites),
            far: Vec::new(),
            offers: Vec::new(),
            of_site: Vec::new(),
            stays: problem.sites.iter().map(|s| s.stays).collect(),
            count: problem.rules.open_exactly,
            limits: Vec::new(),
            budget: problem.rules.budget.unwrap_or(f64::INFINITY),
            whole: !problem.rules.split,
        };
        let mut far = Vec::with_capacity(blocks * sites);
        for (j, site) in problem.sites.iter().enumerate() {
            let beds = site.offers.iter().any(|o| o.beds > 0.0);
            for i in 0..blocks {
                let beyond = problem.far(j, i);
                let cost = problem.cost(situation, j, i);
                model
                    .cost
                    .push(if beyond && !beds && situation.students[i] > 0.0 {
                        f64::INFINITY
                    } else {
                        cost
                    });
                far.push(beyond && beds);
            }
            let from = model.offers.len();
            let offers = site.offers.iter().enumerate().map(|(rank, o)| Offer {
                site: j,
                rank,
                places: o.places,
                yuan: o.yuan,
                least: o.least,
                beds: o.beds,
            });
            model.offers.extend(offers);
            model.of_site.push(from..model.offers.len());
        }
        if far.iter().any(|f| *f) {
            model.far = far;
        }
        model
    }

    /// Cost of a whole block at a site.
    pub(super) fn cost(&self, site: usize, block: usize) -> f64 {
        self.cost[site * self.blocks + block]
    }

    /// The costs of one site.
    pub(super) fn row(&self, site: usize) -> &[f64] {
        &self.cost[site * self.blocks..(site + 1) * self.blocks]
    }

    /// Whether the pair needs a boarding place.
    pub(super) fn far(&self, site: usize, block: usize) -> bool {
        self.far
            .get(site * self.blocks + block)
            .copied()
            .unwrap_or(false)
    }

    pub(super) fn demand(&self) -> f64 {
        self.students.iter().sum()
    }

    /// How many pairs of site and block are allowed.
    pub(super) fn pairs(&self) -> usize {
        self.cost.iter().filter(|c| c.is_finite()).count()
    }

    /// Leaves only these offers.
    pub(super) fn keep(&mut self, kept: &[bool]) {
        let all = std::mem::take(&mut self.offers);
        for range in &mut self.of_site {
            let from = self.offers.len();
            let offers = range.clone().filter(|&o| kept[o]).map(|o| all[o]);
            self.offers.extend(offers);
            *range = from..self.offers.len();
        }
    }

    /// Every possible objective is a multiple of this; 0 where nothing is known.
    ///
    /// A bound may be rounded up to the next multiple.
    pub(super) fn grain(&self) -> f64 {
        if !self.whole {
            return 0.0;
        }
        let whole = |x: f64| x.fract() == 0.0 && x.abs() < 1e9;
        let costs = self.cost.iter().filter(|c| c.is_finite());
        let all = costs.copied().chain(self.offers.iter().map(|o| o.yuan));
        if all.clone().all(whole) {
            let divisor = all.fold(0, |d, x| gcd(d, x.abs() as u64));
            return divisor as f64;
        }
        0.0
    }

    /// Per block, the sites that may take it, cheapest first.
    pub(super) fn nearest(&self) -> Vec<Vec<u32>> {
        (0..self.blocks)
            .map(|i| {
                let mut sites: Vec<u32> = (0..self.sites)
                    .filter(|&j| !self.of_site[j].is_empty() && self.cost(j, i).is_finite())
                    .map(|j| j as u32)
                    .collect();
                sites.sort_by(|&a, &b| {
                    let of = |j: u32| self.cost(j as usize, i);
                    of(a).total_cmp(&of(b)).then(a.cmp(&b))
                });
                sites
            })
            .collect()
    }
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

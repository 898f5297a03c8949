//! Branch and bound over Lagrangian prices: the proof where prices alone leave a gap.
//!
//! A node is what is left of the model and the prices of its parent. Prices are raised, what no
//! better plan contains is taken out (`reduce`), all sets of blocks are listed where they are few
//! (`columns`); else the node is halved: by how many sites of a region are open, by a site or by the
//! sites of a block.

pub(super) mod reduce;
pub(super) mod regions;

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use crate::mip::Limits;
use crate::run::Run;

use super::compact::{self, Compact};
use super::dual::knapsack::Knapsack;
use super::dual::{Effort, Point, ascend};
use super::model::Model;
use super::partition::{self, Reach};
use super::state::State;
use reduce::reduce;
use regions::{Limit, regions};

/// Sets of a set partitioning problem in the root, with a part of the gap if need be; in a node.
const ROOT: Reach = Reach {
    most: 100_000,
    least: 0.1,
    again: 20,
};
const NODE: Reach = Reach {
    most: 5_000,
    least: 1.0,
    again: 0,
};
/// Pairs of site and block that HiGHS takes at once, in the root; an eighth in other nodes. Its nodes.
const PAIRS: usize = 1_000;
const NODES: i32 = 1_000;
/// Regions, sites and blocks whose branches are tried.
const CANDIDATES: usize = 2;
/// How much more the choices of a step count than those of the step before.
const LATER: f64 = 1.05;
/// Nodes that are looked at together, on however many threads.
const TOGETHER: usize = 4;

/// What is left of the model.
#[derive(Debug, Clone)]
struct Node {
    bound: f64,
    /// Counts up, so that equal bounds have an order: the deepest first.
    number: u64,
    prices: Vec<f64>,
    pairs: Vec<u32>,
    offers: Vec<bool>,
    stays: Vec<bool>,
    limits: Vec<Limit>,
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Node {}

impl PartialOrd for Node {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Node {
    /// The greatest is looked at next: that of the least bound.
    fn cmp(&self, other: &Self) -> Ordering {
        let bounds = other.bound.total_cmp(&self.bound);
        bounds.then(self.number.cmp(&other.number))
    }
}

/// The nodes that are still to be looked at.
pub(super) struct Tree<'a> {
    model: &'a Model,
    run: &'a Run<'a>,
    regions: Vec<Vec<usize>>,
    open: BinaryHeap<Node>,
    number: u64,
    /// Nodes given up for want of a branch: nothing is known above this.
    lost: f64,
    /// Of all nodes so far, as [`Knapsack::work`] counts it.
    work: u64,
}

/// What a look at a node came to.
#[derive(Default)]
struct Expanded {
    plan: Option<State>,
    /// Its halves, or what is left of it.
    nodes: Vec<Node>,
    /// Its bound, where it is given up.
    lost: Option<f64>,
}

impl<'a> Tree<'a> {
    /// The whole model at the prices of a point.
    pub(super) fn new(model: &'a Model, point: &Point, run: &'a Run<'a>) -> Self {
        let pairs = (0..model.cost.len()).filter(|&p| model.cost[p].is_finite());
        let root = Node {
            bound: point.bound,
            number: 0,
            prices: point.prices.clone(),
            pairs: pairs.map(|p| p as u32).collect(),
            offers: vec![true; model.offers.len()],
            stays: model.stays.clone(),
            limits: Vec::new(),
        };
        Self {
            model,
            regions: regions(model),
            run,
            open: BinaryHeap::from([root]),
            number: 0,
            lost: f64::INFINITY,
            work: 0,
        }
    }

    /// No plan is below this, but those of `limit` and above.
    pub(super) fn bound(&self) -> f64 {
        self.open
            .peek()
            .map_or(f64::INFINITY, |n| n.bound)
            .min(self.lost)
    }

    /// The best plan below `upper` that it comes to with so much more work. Objectives are multiples
    /// of `grain`, if it is not 0.
    pub(super) fn improve(&mut self, mut upper: f64, grain: f64, work: u64) -> Option<State> {
        let mut best = None;
        let until = self.work.saturating_add(work);
        while self.work < until && !self.run.stopped() {
            let limit = below(upper, grain);
            let next = std::iter::from_fn(|| self.open.pop().filter(|node| node.bound < limit));
            let nodes: Vec<Node> = next.take(TOGETHER).collect();
            if nodes.len() < TOGETHER {
                // Best first: all others are as high as the limit.
                self.open.clear();
            }
            let looked = self.run.each(&nodes, |node| {
                let mut knapsack = Knapsack::default();
                let expanded = self.expand(node, limit, grain, &mut knapsack);
                (expanded, knapsack.work)
            });
            if looked.is_empty() {
                break;
            }
            for (expanded, work) in looked {
                self.work += work;
                self.lost = self.lost.min(expanded.lost.unwrap_or(f64::INFINITY));
                for mut node in expanded.nodes {
                    self.number += 1;
                    node.number = self.number;
                    self.open.push(node);
                }
                if let Some(plan) = expanded.plan.filter(|plan| plan.cost < upper) {
                    upper = plan.cost;
                    best = Some(plan);
                }
            }
        }
        best
    }

    fn expand(&self, node: &Node, limit: f64, grain: f64, knapsack: &mut Knapsack) -> Expanded {
        let mut expanded = Expanded::default();
        let mut left = self.restricted(node);
        if impossible(&left) {
            return expanded;
        }
        let mut torn = Torn::new(&left);
        let run = self.run;
        let mut prices = node.prices.clone();
        let mut pairs = left.pairs();
        let mut point;
        loop {
            let effort = Effort {
                steps: if node.number == 0 { 400 } else { 80 },
                stride: 0.3,
                shortest: 1e-3,
                patience: 10,
            };
            torn.clear();
            point = ascend(&left, prices, effort, knapsack, |p| {
                torn.add(&left, p);
                (limit, p.bound >= limit || run.stopped())
            });
            if point.bound >= limit {
                return expanded;
            }
            reduce(&mut left, &point, limit, knapsack);
            if impossible(&left) {
                return expanded;
            }
            let now = left.pairs();
            if now * 10 > pairs * 9 || run.stopped() {
                break;
            }
            pairs = now;
            prices = point.prices;
        }
        let bound = point.bound.max(node.bound);
        let mut bound = bound;
        match self.settled(&left, &point, (limit, grain), node.number == 0, knapsack) {
            Some(Compact::Plan(state, proven)) => {
                let state = self.restored(&left, state);
                if proven < below(state.cost, grain) {
                    // A better one may be hidden here still.
                    let rest = self.node(&left, &point, bound.max(proven));
                    expanded.nodes.push(rest);
                }
                expanded.plan = Some(state);
                return expanded;
            }
            Some(Compact::Infeasible) => return expanded,
            Some(Compact::Nothing(proven)) if proven >= limit => return expanded,
            // HiGHS failed or gave up.
            Some(Compact::Nothing(proven)) => bound = bound.max(proven),
            None => {}
        }
        let mut candidates = torn.of_regions(&self.regions, CANDIDATES);
        candidates.extend(torn.halves(&left, CANDIDATES));
        let Some(halves) = self.best(&left, &point, candidates, limit, knapsack) else {
            expanded.lost = Some(bound);
            return expanded;
        };
        for half in halves {
            let mut child = left.clone();
            half.cut(&mut child);
            expanded.nodes.push(self.node(&child, &point, bound));
        }
        expanded
    }

    /// The candidate whose halves have the highest bounds after a few steps.
    fn best(
        &self,
        left: &Model,
        point: &Point,
        mut candidates: Vec<[Half; 2]>,
        limit: f64,
        knapsack: &mut Knapsack,
    ) -> Option<[Half; 2]> {
        if candidates.len() < 2 {
            return candidates.pop();
        }
        let effort = Effort {
            steps: 8,
            stride: 0.3,
            shortest: 0.0,
            patience: 5,
        };
        let mut best: Option<(f64, [Half; 2])> = None;
        for halves in candidates {
            let mut gains = [0.0; 2];
            for (gain, half) in gains.iter_mut().zip(&halves) {
                let mut child = left.clone();
                half.cut(&mut child);
                let raised = ascend(&child, point.prices.clone(), effort, knapsack, |p| {
                    (limit, p.bound >= limit)
                });
                *gain = (raised.bound.min(limit) - point.bound).max(1e-6 * limit.abs());
            }
            let score = gains[0] * gains[1];
            if best.as_ref().is_none_or(|(b, _)| score > *b) {
                best = Some((score, halves));
            }
        }
        best.map(|b| b.1)
    }

    /// HiGHS on what is small enough for it: all sets of blocks, else the pairs.
    fn settled(
        &self,
        left: &Model,
        point: &Point,
        (limit, grain): (f64, f64),
        root: bool,
        knapsack: &mut Knapsack,
    ) -> Option<Compact> {
        let reach = if root { ROOT } else { NODE };
        let below = |cost| below(cost, grain);
        let work = &mut knapsack.work;
        let listed = partition::solve(left, point, limit, reach, below, self.run, work);
        let most = if root { PAIRS } else { PAIRS / 8 };
        if left.pairs() > most || matches!(listed, Some(Compact::Plan(..) | Compact::Infeasible)) {
            return listed;
        }
        let limits = Limits {
            nodes: NODES,
            ..Limits::default()
        };
        let solved = compact::solve(left, self.run, limits);
        match solved {
            // A plan that is not proven here may hide a better one.
            Compact::Plan(state, proven) if proven < limit.min(state.cost) => {
                if state.cost < limit {
                    Some(Compact::Plan(state, proven))
                } else {
                    Some(Compact::Nothing(proven))
                }
            }
            solved => Some(solved),
        }
    }

    fn node(&self, left: &Model, point: &Point, bound: f64) -> Node {
        let mut offers = vec![false; self.model.offers.len()];
        for offer in &left.offers {
            if let Some(o) = self.same(offer.site, offer.rank) {
                offers[o] = true;
            }
        }
        let pairs = (0..left.cost.len()).filter(|&p| left.cost[p].is_finite());
        Node {
            bound,
            number: 0,
            prices: point.prices.clone(),
            pairs: pairs.map(|p| p as u32).collect(),
            offers,
            stays: left.stays.clone(),
            limits: left.limits.clone(),
        }
    }

    /// The offer of the whole model.
    fn same(&self, site: usize, rank: usize) -> Option<usize> {
        let mut offers = self.model.of_site[site].clone();
        offers.find(|&o| self.model.offers[o].rank == rank)
    }

    fn restricted(&self, node: &Node) -> Model {
        let mut left = self.model.clone();
        left.cost.fill(f64::INFINITY);
        for &p in &node.pairs {
            left.cost[p as usize] = self.model.cost[p as usize];
        }
        left.stays.clone_from(&node.stays);
        left.limits.clone_from(&node.limits);
        left.keep(&node.offers);
        left
    }

    /// A state of a reduced model as one of the whole.
    fn restored(&self, left: &Model, mut state: State) -> State {
        for (j, open) in state.open.iter_mut().enumerate() {
            *open = open.and_then(|o| self.same(j, left.offers[o].rank));
        }
        state.refresh(self.model);
        state
    }
}

/// What a plan must stay below to be better than one of this cost.
fn below(upper: f64, grain: f64) -> f64 {
    if grain > 0.0 {
        upper - grain / 2.0
    } else {
        upper - 1e-7 * upper.abs()
    }
}

/// Whether a block or a site that must be open has nothing left.
fn impossible(model: &Model) -> bool {
    let stay = model.stays.iter().filter(|s| **s).count();
    let mut reached = vec![false; model.blocks];
    for j in 0..model.sites {
        if model.of_site[j].is_empty() {
            if model.stays[j] {
                return true;
            }
            continue;
        }
        for (reached, cost) in reached.iter_mut().zip(model.row(j)) {
            *reached |= cost.is_finite();
        }
    }
    model.count.is_some_and(|count| stay > count) || reached.contains(&false)
}

/// What is decided in one half of a node.
enum Half {
    Open(usize),
    Close(usize),
    /// How many sites of a region are open.
    Limit(Limit),
    /// Sites that do not take a block.
    Without(usize, Vec<usize>),
}

impl Half {
    fn cut(&self, model: &mut Model) {
        match self {
            Self::Open(j) => model.stays[*j] = true,
            Self::Close(j) => {
                let kept: Vec<bool> = model.offers.iter().map(|o| o.site != *j).collect();
                let row = j * model.blocks..(j + 1) * model.blocks;
                model.cost[row].fill(f64::INFINITY);
                model.keep(&kept);
            }
            Self::Limit(limit) => model.limit(limit),
            Self::Without(i, sites) => {
                for j in sites {
                    model.cost[j * model.blocks + i] = f64::INFINITY;
                }
            }
        }
    }
}

/// How often, of late, the prices opened each site and sent each block where.
struct Torn {
    sites: Vec<f64>,
    pairs: Vec<f64>,
    weight: f64,
    all: f64,
}

impl Torn {
    fn new(model: &Model) -> Self {
        Self {
            sites: vec![0.0; model.sites],
            pairs: vec![0.0; model.cost.len()],
            weight: 1.0,
            all: 0.0,
        }
    }

    fn clear(&mut self) {
        self.sites.fill(0.0);
        self.pairs.fill(0.0);
        self.weight = 1.0;
        self.all = 0.0;
    }

    fn add(&mut self, model: &Model, point: &Point) {
        for &o in point.selection.open.iter().flatten() {
            let j = model.offers[o].site;
            self.sites[j] += self.weight;
            for &(i, part) in &point.packs[o] {
                self.pairs[j * model.blocks + i as usize] += self.weight * part;
            }
        }
        self.all += self.weight;
        self.weight *= LATER;
    }

    /// Regions of which a broken number of sites is open on average, halved between fewer and more.
    fn of_regions(&self, regions: &[Vec<usize>], most: usize) -> Vec<[Half; 2]> {
        let open = |region: &Vec<usize>| -> f64 {
            let sites = region.iter().map(|j| self.sites[*j]);
            sites.sum::<f64>() / self.all
        };
        let mut broken: Vec<(f64, f64, &Vec<usize>)> = regions
            .iter()
            .map(|region| {
                let open = open(region);
                ((open - open.round()).abs(), open, region)
            })
            .filter(|(broken, ..)| *broken > 0.1)
            .collect();
        // The larger of those that are as broken.
        broken.reverse();
        broken.sort_by(|a, b| b.0.total_cmp(&a.0));
        broken.truncate(most);
        let halved = |(_, open, region): (f64, f64, &Vec<usize>)| {
            let limit = |least, most| {
                Half::Limit(Limit {
                    sites: region.clone(),
                    least,
                    most,
                })
            };
            let fewer = open.floor() as usize;
            [limit(0, fewer), limit(fewer + 1, usize::MAX)]
        };
        broken.into_iter().map(halved).collect()
    }

    /// Ways to halve what is left, the most promising first: a site open or closed, or a block's
    /// sites parted.
    fn halves(&self, model: &Model, most: usize) -> Vec<[Half; 2]> {
        let free = |j: &usize| !model.stays[*j] && !model.of_site[*j].is_empty();
        let mut sites: Vec<(f64, usize)> = (0..model.sites)
            .filter(free)
            .map(|j| {
                let share = self.sites[j] / self.all;
                (share.min(1.0 - share), j)
            })
            .filter(|(undecided, _)| *undecided > 0.02)
            .collect();
        sites.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        sites.truncate(most);
        let sites = sites.into_iter();
        let mut all: Vec<[Half; 2]> = sites
            .map(|(_, j)| [Half::Close(j), Half::Open(j)])
            .collect();
        let pair = |j: usize, i: usize| j * model.blocks + i;
        let mut torn: Vec<(f64, usize)> = Vec::new();
        for i in 0..model.blocks {
            let sites = (0..model.sites).filter(|&j| model.cost(j, i).is_finite());
            let (mut most, mut sum, mut count) = (0.0_f64, 0.0, 0);
            for j in sites {
                most = most.max(self.pairs[pair(j, i)]);
                sum += self.pairs[pair(j, i)];
                count += 1;
            }
            if count > 1 {
                torn.push(((sum - most + 1e-6 * self.all) * model.students[i], i));
            }
        }
        torn.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        torn.truncate(most);
        all.extend(torn.into_iter().map(|(_, i)| self.parted(model, i)));
        all
    }

    /// The sites of a block in two halves.
    fn parted(&self, model: &Model, i: usize) -> [Half; 2] {
        let pair = |j: usize, i: usize| j * model.blocks + i;
        let mut sites: Vec<usize> = (0..model.sites)
            .filter(|&j| model.cost(j, i).is_finite())
            .collect();
        sites.sort_by(|&a, &b| {
            let of = |j: usize| self.pairs[pair(j, i)];
            of(b).total_cmp(&of(a)).then(a.cmp(&b))
        });
        // Dealt out in turn, the more used first, so that both halves bear on the prices.
        let (mut one, mut other) = ((0.0, Vec::new()), (0.0, Vec::new()));
        for j in sites {
            let lighter = other.0 < one.0 || (other.0 == one.0 && other.1.len() < one.1.len());
            let half = if lighter { &mut other } else { &mut one };
            half.0 += self.pairs[pair(j, i)];
            half.1.push(j);
        }
        [Half::Without(i, one.1), Half::Without(i, other.1)]
    }
}

//! The Lagrangian bound: every block has a price, every site packs what gains most.
//!
//! Relaxed is that each block goes to exactly one school. What is left are a knapsack per site and
//! the choice of sites (`select`). Any prices give a bound; a subgradient method raises it.

pub(super) mod knapsack;
pub(super) mod select;

use std::ops::Range;

use super::model::Model;
use knapsack::{Item, Knapsack};
use select::{Selection, select};

/// Nodes of one knapsack; beyond it its relaxation is used, which is still a bound.
const NODES: u64 = 2_000;
/// More pairs of site and block than this are a large problem: small beside a school, blocks may
/// as well be divided, and the bound loses next to nothing.
pub(super) const LARGE: usize = 250_000;

/// One evaluation of the Lagrangian.
#[derive(Debug, Clone)]
pub(super) struct Point {
    /// Price per block.
    pub(super) prices: Vec<f64>,
    /// No plan is below.
    pub(super) bound: f64,
    /// Cost of each offer with its best blocks, their prices taken off.
    pub(super) reduced: Vec<f64>,
    /// Chosen offers.
    pub(super) selection: Selection,
    /// How much of each block the chosen offers took.
    pub(super) covered: Vec<f64>,
    /// What each site took, by its last offer evaluated or chosen: (block, part).
    pub(super) packs: Vec<Vec<(u32, f64)>>,
}

/// What each offer would take at given prices.
#[derive(Debug)]
pub(super) struct Packed {
    /// Cost of each offer with its blocks, their prices taken off, without opening.
    pub(super) costs: Vec<f64>,
    /// Per offer what it took: (block, part).
    pub(super) packs: Vec<Vec<(u32, f64)>>,
}

/// Packs every offer.
pub(super) fn pack_all(model: &Model, prices: &[f64], knapsack: &mut Knapsack) -> Packed {
    pack_some(model, prices, 0..model.sites, !model.whole, knapsack)
}

/// Packs the offers of some sites, whole blocks or parts of them.
pub(super) fn pack_some(
    model: &Model,
    prices: &[f64],
    sites: Range<usize>,
    parts: bool,
    knapsack: &mut Knapsack,
) -> Packed {
    let mut all = Packed {
        costs: Vec::new(),
        packs: Vec::new(),
    };
    for j in sites {
        let offers = &model.of_site[j];
        if offers.is_empty() {
            continue;
        }
        fill(model, prices, j, knapsack);
        let no_beds = model.far.is_empty();
        if !(parts && no_beds) {
            knapsack.prepare();
        }
        for o in offers.clone() {
            let offer = &model.offers[o];
            let gain = if parts && no_beds {
                knapsack.pack_first(offer.places)
            } else if parts {
                knapsack.pack_parts(offer.places, offer.beds)
            } else {
                knapsack.pack(offer.places, offer.beds, NODES)
            };
            let taken = knapsack.items.iter().zip(&knapsack.taken);
            let taken = taken.filter(|(_, t)| **t > 0.0);
            let mut pack: Vec<(u32, f64)> = taken.map(|(i, t)| (i.block, *t)).collect();
            let mut cost = -gain;
            if offer.least > 0.0 {
                cost += fill_up(model, prices, o, knapsack, &mut pack);
            }
            all.costs.push(cost);
            all.packs.push(pack);
        }
    }
    all
}

/// Evaluates prices.
pub(super) fn evaluate(model: &Model, prices: Vec<f64>, knapsack: &mut Knapsack) -> Point {
    let Packed { costs, packs } = pack_all(model, &prices, knapsack);
    let yuan = model.offers.iter().map(|o| o.yuan);
    let reduced: Vec<f64> = costs.iter().zip(yuan).map(|(c, y)| c + y).collect();
    let selection = select(model, &reduced, model.demand());
    let mut covered = vec![0.0; model.blocks];
    for &o in selection.open.iter().flatten() {
        for &(i, part) in &packs[o] {
            covered[i as usize] += part;
        }
    }
    Point {
        bound: prices.iter().sum::<f64>() + selection.value,
        prices,
        reduced,
        selection,
        covered,
        packs,
    }
}

/// The blocks that gain at a site.
pub(super) fn fill(model: &Model, prices: &[f64], site: usize, knapsack: &mut Knapsack) {
    knapsack.items.clear();
    for (i, (cost, price)) in model.row(site).iter().zip(prices).enumerate() {
        if cost < price {
            let item = Item::new(i, price - cost, model.students[i], model.far(site, i));
            knapsack.items.push(item);
        }
    }
    knapsack.work += model.blocks as u64 / 8;
}

/// The least it costs to reach the fewest students, where all blocks that gain are too few.
fn fill_up(
    model: &Model,
    prices: &[f64],
    o: usize,
    knapsack: &Knapsack,
    pack: &mut Vec<(u32, f64)>,
) -> f64 {
    let offer = &model.offers[o];
    let all: f64 = knapsack.items.iter().map(|i| i.weight).sum();
    let mut lacking = offer.least - all;
    if lacking <= 0.0 {
        return 0.0;
    }
    // With some left out for want of beds, the bound without the floor is taken.
    if pack.len() < knapsack.items.len() {
        return 0.0;
    }
    let row = model.row(offer.site);
    let mut losing: Vec<(f64, u32)> = (0..model.blocks)
        .filter(|&i| row[i].is_finite() && row[i] >= prices[i] && model.students[i] > 0.0)
        .map(|i| ((row[i] - prices[i]) / model.students[i], i as u32))
        .collect();
    losing.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut loss = 0.0;
    for (each, i) in losing {
        let students = model.students[i as usize];
        let part = (lacking / students).min(1.0);
        loss += each * part * students;
        lacking -= part * students;
        pack.push((i, part));
        if lacking <= 0.0 {
            return loss;
        }
    }
    f64::INFINITY
}

/// How long the prices are improved.
#[derive(Debug, Clone, Copy)]
pub(super) struct Effort {
    /// Evaluations.
    pub(super) steps: usize,
    /// The first step length, as a share of the gap.
    pub(super) stride: f64,
    /// Stop when the stride is this short.
    pub(super) shortest: f64,
    /// Evaluations without a better bound before the stride is halved.
    pub(super) patience: usize,
}

/// Raises the bound from `start`. `seen` is shown every point and says the best plan known and
/// whether to stop.
pub(super) fn ascend(
    model: &Model,
    start: Vec<f64>,
    effort: Effort,
    knapsack: &mut Knapsack,
    mut seen: impl FnMut(&Point) -> (f64, bool),
) -> Point {
    let mut point = evaluate(model, start, knapsack);
    let mut best = point.clone();
    let (mut upper, mut stop) = seen(&point);
    let mut stride = effort.stride;
    let mut direction = vec![0.0; model.blocks];
    let mut idle = 0;
    for _ in 1..effort.steps {
        if stop || stride < effort.shortest || !best.bound.is_finite() {
            break;
        }
        let mut norm = 0.0;
        for (d, covered) in direction.iter_mut().zip(&point.covered) {
            *d = 0.6 * (1.0 - covered) + 0.4 * *d;
            norm += *d * *d;
        }
        if norm < 1e-12 {
            break;
        }
        // Without a plan, aim a little above the bound.
        let aim = if upper.is_finite() {
            upper
        } else {
            best.bound + 0.05 * best.bound.abs().max(1e-9)
        };
        let distance = (aim - point.bound).max(1e-4 * aim.abs());
        let step = stride * distance / norm;
        let mut prices = point.prices;
        for (price, d) in prices.iter_mut().zip(&direction) {
            *price += step * d;
        }
        point = evaluate(model, prices, knapsack);
        (upper, stop) = seen(&point);
        if point.bound > best.bound + 1e-7 * best.bound.abs() {
            idle = 0;
        } else {
            idle += 1;
        }
        if point.bound > best.bound {
            best = point.clone();
        }
        if idle >= effort.patience {
            idle = 0;
            stride /= 2.0;
            point = best.clone();
            direction.fill(0.0);
        }
    }
    best
}

/// Prices to begin with: what a block costs at the site of this rank among its nearest, with its
/// part of opening.
pub(super) fn first_prices(model: &Model, nearest: &[Vec<u32>], rank: usize) -> Vec<f64> {
    // The cheapest seat anywhere stands for the cost of opening.
    let seat = model
        .offers
        .iter()
        .filter(|o| o.places > 0.0)
        .map(|o| o.yuan / o.places)
        .fold(f64::INFINITY, f64::min);
    let seat = if seat.is_finite() { seat } else { 0.0 };
    nearest
        .iter()
        .enumerate()
        .map(|(i, sites)| {
            let there = sites.get(rank).or(sites.first());
            let cost = there.map_or(0.0, |&j| model.cost(j as usize, i));
            cost + seat * model.students[i]
        })
        .collect()
}

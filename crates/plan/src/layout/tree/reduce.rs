//! What no plan better than the best one can contain is taken out of the model.

use super::super::dual::knapsack::Knapsack;
use super::super::dual::{Point, fill};
use super::super::model::Model;

/// Forbids all offers and pairs that would bring the bound of `point` to `limit` or above, and
/// opens the sites whose closing would. A plan below `limit` loses nothing.
pub(crate) fn reduce(model: &mut Model, point: &Point, limit: f64, knapsack: &mut Knapsack) {
    let prices: f64 = point.prices.iter().sum();
    let selection = &point.selection;
    let mut kept = vec![false; model.offers.len()];
    for (o, keep) in kept.iter_mut().enumerate() {
        *keep = prices + selection.if_open(model, o) < limit;
    }
    let mut must = model.stays.clone();
    for (j, must) in must.iter_mut().enumerate() {
        *must = *must || prices + selection.if_closed(model, j) >= limit;
    }
    let mut cost = model.cost.clone();
    for j in 0..model.sites {
        let row = &mut cost[j * model.blocks..(j + 1) * model.blocks];
        let offers: Vec<usize> = model.of_site[j].clone().filter(|&o| kept[o]).collect();
        if offers.is_empty() {
            row.fill(f64::INFINITY);
            continue;
        }
        fill(model, &point.prices, j, knapsack);
        knapsack.prepare();
        let mut at = vec![usize::MAX; model.blocks];
        for (position, item) in knapsack.items.iter().enumerate() {
            at[item.block as usize] = position;
        }
        let bases: Vec<(usize, f64)> = offers
            .iter()
            .map(|&o| (o, prices + selection.if_open(model, o)))
            .collect();
        for (i, cost) in row.iter_mut().enumerate() {
            if !cost.is_finite() {
                continue;
            }
            let students = model.students[i];
            let possible = bases.iter().any(|&(o, base)| {
                let offer = &model.offers[o];
                // Without splitting, a part may go there: its share of the loss is no bound.
                if !model.whole {
                    return true;
                }
                let rest = offer.places - students;
                let (own, others) = match at[i] {
                    usize::MAX => (point.prices[i] - *cost, knapsack.relaxed_all(rest)),
                    at => (knapsack.items[at].gain, knapsack.relaxed_without(at, rest)),
                };
                let with = offer.yuan - own - others;
                base + (with - point.reduced[o]).max(0.0) < limit
            });
            if !possible {
                *cost = f64::INFINITY;
            }
        }
    }
    model.cost = cost;
    model.stays = must;
    model.keep(&kept);
    while follow(model) {}
}

/// The site of each block that has only one left.
pub(crate) fn bound_to(model: &Model) -> Vec<Option<usize>> {
    let mut found = vec![(0, None); model.blocks];
    for j in 0..model.sites {
        for (found, cost) in found.iter_mut().zip(model.row(j)) {
            if cost.is_finite() {
                *found = (found.0 + 1, Some(j));
            }
        }
    }
    let single = found.into_iter().map(|(n, j)| j.filter(|_| n == 1));
    single.collect()
}

/// What follows from blocks that have only one site left: it is open, with room for them, and what
/// does not fit beside them is taken out. Whether a pair was.
fn follow(model: &mut Model) -> bool {
    let to = bound_to(model);
    let mut load = vec![0.0; model.sites];
    for (i, j) in to.iter().enumerate() {
        if let Some(j) = *j {
            load[j] += model.students[i];
            model.stays[j] = true;
        }
    }
    let fits = |load: f64, places: f64| load <= places * (1.0 + 1e-9);
    let offers = model.offers.iter();
    let kept: Vec<bool> = offers.map(|o| fits(load[o.site], o.places)).collect();
    model.keep(&kept);
    let mut less = false;
    for (j, load) in load.iter().enumerate() {
        let places = model.of_site[j].clone().map(|o| model.offers[o].places);
        let most = places.fold(f64::NEG_INFINITY, f64::max);
        for (i, to) in to.iter().enumerate() {
            let cost = &mut model.cost[j * model.blocks + i];
            if cost.is_finite() && to.is_none() && !fits(load + model.students[i], most) {
                *cost = f64::INFINITY;
                less = true;
            }
        }
    }
    less
}

//! What no plan better than the best one can contain is taken out of the model.

use super::dual::{Point, fill};
use super::knapsack::Knapsack;
use super::model::Model;

/// Forbids all offers and pairs that would bring the bound of `point` to `limit` or above, and
/// opens the sites whose closing would. A plan below `limit` loses nothing.
pub(super) fn reduce(model: &mut Model, point: &Point, limit: f64, knapsack: &mut Knapsack) {
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
}

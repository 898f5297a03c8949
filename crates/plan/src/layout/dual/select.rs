//! Which sites to open when each offer has a price: the coupling rules of the Lagrangian.

use std::ops::Range;

use super::super::model::Model;
use super::knapsack::{Item, Knapsack};

/// A choice of offers whose value no admissible choice goes below.
#[derive(Debug, Clone)]
pub(crate) struct Selection {
    /// The lower bound.
    pub(crate) value: f64,
    /// The offer of each open site.
    pub(crate) open: Vec<Option<usize>>,
    /// Price per offer, multipliers included, for reckoning what a forced choice would cost.
    price: Vec<f64>,
    /// The value that belongs to `price`, and its choice.
    base: f64,
    picked: Vec<Option<usize>>,
}

impl Selection {
    /// A lower bound on the value if this offer is open.
    pub(crate) fn if_open(&self, model: &Model, o: usize) -> f64 {
        let site = model.offers[o].site;
        match self.picked[site] {
            Some(chosen) => self.base + (self.price[o] - self.price[chosen]).max(0.0),
            None if model.count.is_some() => {
                self.base + (self.price[o] - self.last(model)).max(0.0)
            }
            // It may stand in for one that a region must have.
            None if !model.limits.is_empty() => {
                self.base + (self.price[o] - self.last(model).max(0.0)).max(0.0)
            }
            None => self.base + self.price[o].max(0.0),
        }
    }

    /// A lower bound on the value if this site is closed.
    pub(crate) fn if_closed(&self, model: &Model, site: usize) -> f64 {
        let Some(chosen) = self.picked[site] else {
            return self.base;
        };
        let instead = if model.count.is_some() {
            self.next(model)
        } else if model.limits.is_empty() {
            0.0
        } else {
            self.next(model).min(0.0)
        };
        self.base + (instead - self.price[chosen]).max(0.0)
    }

    /// The dearest chosen offer of a site that may close.
    fn last(&self, model: &Model) -> f64 {
        let chosen = self.picked.iter().enumerate();
        let free = chosen
            .filter(|(j, _)| !model.stays[*j])
            .filter_map(|(_, o)| *o);
        free.map(|o| self.price[o])
            .fold(f64::NEG_INFINITY, f64::max)
    }

    /// The cheapest offer of a site that is not chosen.
    fn next(&self, model: &Model) -> f64 {
        let closed = (0..model.sites).filter(|&j| self.picked[j].is_none());
        let offers = closed.flat_map(|j| model.of_site[j].clone());
        offers.map(|o| self.price[o]).fold(f64::INFINITY, f64::min)
    }
}

/// Chooses at most one offer per site, a given number of sites, enough places within the budget,
/// with the least sum of `reduced`; the last two rules by a multiplier where they bind.
pub(crate) fn select(model: &Model, reduced: &[f64], demand: f64) -> Selection {
    let plain = cheapest(model, |o| reduced[o]);
    let (short, over) = violated(model, &plain.open, demand);
    if !short && !over {
        return plain;
    }
    if short && !over && model.count.is_none() && model.budget.is_infinite() {
        let single = model.of_site.iter().all(|offers| offers.len() <= 1);
        if single && let Some((value, open)) = covering(model, reduced, demand) {
            let linear = priced(model, reduced, demand, short);
            return Selection {
                value: value.max(linear.value),
                open,
                ..linear
            };
        }
    }
    priced(model, reduced, demand, short)
}

/// Without the rules on places and budget.
fn cheapest(model: &Model, price: impl Fn(usize) -> f64) -> Selection {
    let prices: Vec<f64> = (0..model.offers.len()).map(price).collect();
    let mut open = vec![None; model.sites];
    let mut value = 0.0;
    let mut others: Vec<(f64, usize, usize)> = Vec::new();
    let mut opened = 0;
    let best = |offers: &Range<usize>| {
        let priced = offers.clone().map(|o| (prices[o], o));
        priced.min_by(|a, b| a.0.total_cmp(&b.0))
    };
    let best: Vec<Option<(f64, usize)>> = model.of_site.iter().map(best).collect();
    let of_sites: Vec<Option<f64>> = best.iter().map(|b| b.map(|b| b.0)).collect();
    let limited = model.limited(&of_sites);
    if limited.is_none() {
        value = f64::INFINITY;
    }
    let (forced, dropped) =
        limited.unwrap_or_else(|| (model.stays.clone(), vec![false; model.sites]));
    for (j, best) in best.into_iter().enumerate() {
        let Some((price, offer)) = best else { continue };
        if forced[j] {
            open[j] = Some(offer);
            value += price;
            opened += 1;
        } else if !dropped[j] {
            others.push((price, j, offer));
        }
    }
    others.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let take = match model.count {
        Some(count) => {
            if opened > count {
                value = f64::INFINITY;
            }
            count.saturating_sub(opened).min(others.len())
        }
        None => others.partition_point(|(price, ..)| *price < 0.0),
    };
    for &(price, j, offer) in &others[..take] {
        open[j] = Some(offer);
        value += price;
    }
    Selection {
        value,
        base: value,
        picked: open.clone(),
        open,
        price: prices,
    }
}

fn violated(model: &Model, open: &[Option<usize>], demand: f64) -> (bool, bool) {
    let chosen = || open.iter().flatten().map(|&o| &model.offers[o]);
    let places: f64 = chosen().map(|o| o.places).sum();
    let yuan: f64 = chosen().map(|o| o.yuan).sum();
    let tolerance = 1e-9 * demand.max(1.0);
    (
        places < demand - tolerance,
        yuan > model.budget * (1.0 + 1e-9),
    )
}

/// Enough places exactly: leave out what saves most, as a knapsack.
fn covering(model: &Model, reduced: &[f64], demand: f64) -> Option<(f64, Vec<Option<usize>>)> {
    let mut open: Vec<Option<usize>> = vec![None; model.sites];
    let (mut value, mut places) = (0.0, 0.0);
    let mut knapsack = Knapsack::default();
    for (j, offers) in model.of_site.iter().enumerate() {
        let Some(o) = offers.clone().next() else {
            continue;
        };
        open[j] = Some(o);
        value += reduced[o];
        places += model.offers[o].places;
        if reduced[o] > 0.0 && !model.stays[j] {
            let item = Item::new(j, reduced[o], model.offers[o].places, false);
            knapsack.items.push(item);
        }
    }
    let room = places - demand;
    if room < 0.0 {
        return None;
    }
    knapsack.prepare();
    value -= knapsack.pack(room, 0.0, 100_000);
    for (item, taken) in knapsack.items.iter().zip(&knapsack.taken) {
        if *taken > 0.0 {
            open[item.block as usize] = None;
        }
    }
    Some((value, open))
}

/// A multiplier on the rule that is broken: places or money. Any multiplier gives a bound.
fn priced(model: &Model, reduced: &[f64], demand: f64, short: bool) -> Selection {
    let at = |price: f64| {
        let mut selection = cheapest(model, |o| {
            let offer = &model.offers[o];
            if short {
                reduced[o] - price * offer.places
            } else {
                reduced[o] + price * offer.yuan
            }
        });
        selection.value += if short {
            price * demand
        } else {
            -price * model.budget
        };
        selection.base = selection.value;
        selection
    };
    let broken = |s: &Selection| {
        let (few, dear) = violated(model, &s.open, demand);
        if short { few } else { dear }
    };
    let scale = reduced.iter().fold(
        0.0,
        |m: f64, r| {
            if r.is_finite() { m.max(r.abs()) } else { m }
        },
    );
    let (mut low, mut high) = (0.0, scale.max(1e-9) * 1e-6);
    let mut best = at(low);
    for _ in 0..60 {
        let middle = at(high);
        let enough = !broken(&middle);
        if middle.value > best.value {
            best = middle;
        }
        if enough {
            break;
        }
        low = high;
        high *= 4.0;
    }
    for _ in 0..24 {
        let price = (low + high) / 2.0;
        let middle = at(price);
        if broken(&middle) {
            low = price;
        } else {
            high = price;
        }
        if middle.value > best.value {
            best = middle;
        }
    }
    best
}

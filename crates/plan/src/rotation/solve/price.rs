//! Prices of all arcs, without a programme that holds them all (column generation).
//!
//! The divisible programme over few arcs prices all others; those that would make it cheaper join,
//! until none would. Its value is then a bound for all arcs, and whoever takes an arc of some price
//! costs at least that much more: arcs dearer than what a plan is from the bound are not needed.

use super::super::county::County;
use super::super::model::{Arcs, Model, Prices, Wanted};
use crate::run::Run;

/// Arcs of a person at first: to the places that add least to her commute.
const FIRST: usize = 4;

/// Arcs of a person that join in a round.
const JOINING: usize = 4;

/// Rounds, at most; each gives a bound.
const ROUNDS: usize = 60;

/// A price below this is no rounding of 0.
const BELOW: f64 = -1e-6;

/// What the prices prove.
pub(crate) struct Priced {
    /// No plan costs less.
    pub(crate) bound: f64,
    pub(crate) prices: Prices,
    /// (price, person, place) of every arc, the least first.
    arcs: Vec<(f64, usize, usize)>,
}

impl Priced {
    /// Places by person, of so many arcs of least price and of some others, and the price of the
    /// first arc that is left out.
    pub(crate) fn least(
        &self,
        county: &County,
        count: usize,
        others: &[(usize, usize)],
    ) -> (Vec<Vec<usize>>, f64) {
        let count = count.min(self.arcs.len());
        let chosen = self.arcs[..count].iter().map(|(_, t, to)| (*t, *to));
        let lists = lists(county, chosen.chain(others.iter().copied()));
        let next = self.arcs.get(count).map_or(f64::INFINITY, |arc| arc.0);
        (lists, next)
    }

    /// How many arcs have at most this price.
    pub(crate) fn within(&self, price: f64) -> usize {
        self.arcs.partition_point(|arc| arc.0 <= price)
    }
}

/// Prices every arc, beginning with the nearest and those of a plan, until the bound is `enough` or
/// so close, relatively, to that of a programme with all arcs; `None` where the time is up.
pub(crate) fn price(
    county: &County,
    wanted: Wanted<'_>,
    run: &Run,
    plan: &[(usize, usize)],
    (tolerance, enough): (f64, f64),
) -> Option<Priced> {
    let homed: Vec<usize> = county.movers().filter(|t| county.homed(*t)).collect();
    let open = |t: usize| (0..county.places.len()).filter(move |to| county.open(t, *to));
    let nearest = homed.iter().flat_map(|&t| {
        let mut near: Vec<(i64, usize)> = open(t).map(|to| (county.added(t, to), to)).collect();
        near.sort_unstable();
        near.into_iter().take(FIRST).map(move |(_, to)| (t, to))
    });
    let mut lists = lists(county, nearest.chain(plan.iter().copied()));
    let mut best: Option<(f64, Prices)> = None;
    for _ in 0..ROUNDS {
        let arcs = Arcs::Only(&lists);
        let Some(prices) = Model::new(county, Wanted { arcs, ..wanted }).prices(run) else {
            break;
        };
        let divisible = prices.bound;
        let mut bound = divisible;
        for &t in &homed {
            let priced = open(t).map(|to| (prices.of(county, t, to), to));
            let mut cheap: Vec<(f64, usize)> = priced
                .filter(|(price, to)| *price < BELOW && !lists[t].contains(to))
                .collect();
            cheap.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            // A person takes one arc at most.
            bound += cheap.first().map_or(0.0, |arc| arc.0);
            lists[t].extend(cheap.into_iter().take(JOINING).map(|arc| arc.1));
        }
        if best.as_ref().is_none_or(|b| b.0 < bound) {
            best = Some((bound, prices));
        }
        if bound >= enough || divisible - bound <= tolerance * divisible.abs() {
            break;
        }
    }
    let (bound, prices) = best?;
    let mut arcs: Vec<(f64, usize, usize)> = homed
        .iter()
        .flat_map(|&t| open(t).map(move |to| (t, to)))
        .map(|(t, to)| (prices.of(county, t, to), t, to))
        .collect();
    arcs.sort_by(|a, b| a.0.total_cmp(&b.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    Some(Priced {
        bound,
        prices,
        arcs,
    })
}

/// Places by person.
fn lists(county: &County, arcs: impl Iterator<Item = (usize, usize)>) -> Vec<Vec<usize>> {
    let mut lists: Vec<Vec<usize>> = vec![Vec::new(); county.persons.len()];
    for (t, to) in arcs {
        lists[t].push(to);
    }
    for list in &mut lists {
        list.sort_unstable();
        list.dedup();
    }
    lists
}

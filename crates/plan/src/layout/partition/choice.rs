//! The plans of a model as choices among listed sets: the rows they keep, and sets listed anew at the
//! prices of these.

use crate::partition::{Frame, Kind, Partition, Set};
use crate::run::Run;

use super::super::dual::Point;
use super::super::model::{Model, Offer};
use super::super::state::State;
use super::super::tree::regions::Limit;
use super::columns::{Prices, list};
use super::{Reach, listed};

/// Sets of an offer that join where not all can.
const EACH: usize = 30;

/// The choice of plans below `limit` among these sets: every block in one, of each site one at most.
pub(super) fn choice(model: &Model, point: &Point, sets: Vec<Set>, limit: f64) -> Partition {
    let stays = model.stays.iter();
    let sizes = |l: &Limit| (l.least as f64, l.most.min(model.sites) as f64);
    let mut others: Vec<(f64, f64)> = model.limits.iter().map(sizes).collect();
    others.extend(model.count.map(|count| (count as f64, count as f64)));
    others.extend(model.budget.is_finite().then_some((0.0, model.budget)));
    let kind = |offer: &Offer| {
        let limits = model.limits.iter();
        let within = limits.map(|l| f64::from(u8::from(l.sites.contains(&offer.site))));
        let one = model.count.map(|_| 1.0);
        let yuan = model.budget.is_finite().then_some(offer.yuan);
        Kind {
            group: offer.site,
            others: within.chain(one).chain(yuan).collect(),
        }
    };
    let frame = Frame {
        rows: model.blocks,
        groups: stays.map(|s| (f64::from(u8::from(*s)), 1.0)).collect(),
        others,
        kinds: model.offers.iter().map(kind).collect(),
    };
    // What is lacking costs as much more than its price as a plan may cost more than the bound.
    let gap = limit - point.bound;
    let dear = |row: usize| {
        let price = point.prices.get(row);
        price.map_or(limit.abs(), |p| p.max(0.0) + gap)
    };
    let mut partition = Partition::new(frame, dear, limit);
    partition.add(sets);
    partition
}

/// Lists the sets below a part of the gap at the prices of the best bound. Gives a bound on all
/// plans, and below what they are made of the sets in the relaxation now.
pub(super) fn list_again(
    model: &Model,
    partition: &mut Partition,
    reach: Reach,
    run: &Run,
    work: &mut u64,
) -> Option<(f64, f64)> {
    let offers = model.offers.iter().zip(0..);
    let alone = offers.map(|(offer, kind)| {
        let (rows, cost) = (Vec::new(), offer.yuan);
        partition.weigh(&Set { kind, rows, cost })
    });
    let alone: Vec<f64> = alone.collect();
    let cuts = partition.dear_cuts();
    let at = |part: f64| {
        // Sets that are not listed must not gain: of a part of the sets the relaxation may be
        // above the limit.
        let below = part * (partition.limit - partition.bound).max(0.0);
        let prices = Prices {
            blocks: partition.prices(),
            dearest: alone.iter().map(|alone| below - alone).collect(),
            cuts: cuts.clone(),
            each: usize::MAX,
        };
        (below, prices)
    };
    let Some((below, sets)) = listed(model, at, reach, run, work) else {
        // Some that lower the relaxation; nothing is known of the others.
        let prices = Prices {
            each: EACH,
            ..at(0.0).1
        };
        let sets = list(model, &prices, reach.most, work)?;
        partition.add(sets);
        return Some((f64::NEG_INFINITY, f64::NEG_INFINITY));
    };
    let bound = partition.bound_over(&sets);
    partition.add(sets);
    Some((bound, bound + below))
}

/// The plan of some sets.
pub(super) fn state<'s>(model: &Model, sets: impl Iterator<Item = &'s Set> + Clone) -> State {
    let site = |set: &Set| model.offers[set.kind as usize].site;
    let mut open = vec![None; model.sites];
    for set in sets.clone() {
        open[site(set)] = Some(set.kind as usize);
    }
    let mut state = State::new(model, open, 0.0);
    for set in sets {
        let blocks = set.rows.iter();
        blocks.for_each(|i| state.put(model, *i as usize, site(set)));
    }
    state.refresh(model);
    state
}

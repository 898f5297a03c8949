//! The plain formulation: a yes or no for every person and place, as anybody would write it first.
//!
//! The planner is measured against it (`examples/rotation.rs`) and tested against it where there
//! are too many plans to try them all. It has no pools, no near arcs and no stages of its own.

use std::collections::BTreeMap;

use junheng_core::model::Snapshot;
use junheng_core::standard::Standard;

use super::county::County;
use super::model::build::{school_net, taught};
use super::{MOVE, Options, Refusal, ShareOf};
use crate::mip::{Limits, Mip, Solved, Var};
use crate::run::{Proof, Run};

/// Fewest failing pairs and then the objective, by HiGHS alone; `None` where a stage found nothing.
///
/// # Errors
/// As of [`super::plan()`].
pub fn plain(
    snapshot: &Snapshot,
    standard: &Standard,
    options: &Options,
    run: &Run,
) -> Result<Option<(i64, Proof)>, Refusal> {
    let county = County::new(snapshot, standard, options)?;
    let Some((failing, _)) = stage(&county, None, 0.0, run) else {
        return Ok(None);
    };
    let least = failing.round() as i64;
    let found = stage(&county, Some(least), options.gap, run);
    Ok(found.map(|(objective, bound)| (least, Proof { objective, bound })))
}

/// One programme: fewest failing pairs, or the objective with at most so many.
fn stage(county: &County, failing: Option<i64>, gap: f64, run: &Run) -> Option<(f64, f64)> {
    let mut mip = Mip::default();
    // Terms of (arrivals − departures) by place and person.
    let mut change: BTreeMap<usize, Vec<(usize, Var, f64)>> = BTreeMap::new();
    let mut all: Vec<(Var, f64)> = Vec::new();
    let mut moves: BTreeMap<usize, Vec<(Var, f64)>> = BTreeMap::new();
    for t in county.movers() {
        let here = county.persons[t].place;
        for to in (0..county.places.len()).filter(|to| county.open(t, *to)) {
            let cost = MOVE as f64 + county.added(t, to) as f64 / 1000.0;
            let x = mip.add_whole(if failing.is_some() { cost } else { 0.0 }, 0.0, 1.0);
            change.entry(to).or_default().push((t, x, 1.0));
            change.entry(here).or_default().push((t, x, -1.0));
            moves.entry(t).or_default().push((x, 1.0));
            all.push((x, 1.0));
        }
        let own = moves.entry(t).or_default().clone();
        let low = f64::from(u8::from(county.persons[t].pinned));
        mip.row(low, 1.0, own);
    }
    for t in county.movers() {
        for s in county.persons[t].spouses.iter().filter(|s| t < **s) {
            let both = county.persons[t].pinned && county.persons[*s].pinned;
            if let (Some(a), Some(b), false) = (moves.get(&t), moves.get(s), both) {
                mip.row(0.0, 1.0, a.iter().chain(b).copied());
            }
        }
    }
    let net = |places: &[usize], weight: &dyn Fn(usize) -> f64| -> Vec<(Var, f64)> {
        let mut sum: BTreeMap<Var, f64> = BTreeMap::new();
        for (t, x, sign) in places.iter().filter_map(|p| change.get(p)).flatten() {
            *sum.entry(*x).or_default() += sign * weight(*t);
        }
        sum.into_iter().filter(|(_, w)| *w != 0.0).collect()
    };
    let mut schools: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, place) in county.places.iter().enumerate() {
        schools.entry(place.school).or_default().push(at);
        mip.row(place.net.0 as f64, place.net.1 as f64, net(&[at], &|_| 1.0));
    }
    for at in schools.values().filter(|at| at.len() > 1) {
        let (low, high) = school_net(county, at);
        mip.row(low as f64, high as f64, net(at, &|_| 1.0));
    }
    for ((place, subject), (n, _)) in taught(county) {
        let same = |t: usize| f64::from(u8::from(county.profile(t).subject == subject));
        mip.row(1.0 - n as f64, f64::INFINITY, net(&[place], &same));
    }
    let mut fails: Vec<(Var, f64)> = Vec::new();
    for pair in &county.pairs {
        let weight = |t: usize| pair.weight(county.profile(t)) as f64;
        let fail = mip.add_whole(if failing.is_none() { 1.0 } else { 0.0 }, 0.0, 1.0);
        fails.push((fail, 1.0));
        let reach = pair.deficit as f64 + county.persons.len() as f64;
        let mut terms = net(&[pair.place], &weight);
        terms.push((fail, reach.max(0.0)));
        mip.row(pair.deficit as f64, f64::INFINITY, terms);
    }
    if let Some(most) = failing {
        mip.row(f64::NEG_INFINITY, most as f64, fails);
    }
    let stars = |county: &County| -> Vec<(Var, f64)> {
        let star = moves.iter().filter(|(t, _)| county.profile(**t).backbone);
        star.flat_map(|(_, x)| x.iter().copied()).collect()
    };
    mip.row(county.least as f64, f64::INFINITY, all.iter().copied());
    let (share, of) = county.backbone;
    match of {
        ShareOf::Eligible => {
            let least = county.least_backbone(0) as f64;
            mip.row(least, f64::INFINITY, stars(county));
        }
        ShareOf::Moved => {
            let mut sum: BTreeMap<Var, f64> = all.iter().map(|(x, _)| (*x, -share)).collect();
            for (x, _) in stars(county) {
                *sum.entry(x).or_default() += 1.0;
            }
            mip.row(0.0, f64::INFINITY, sum);
        }
    }
    let limits = Limits {
        gap,
        ..Limits::default()
    };
    match mip.solve(run, limits, None) {
        Solved::Point(point) => Some((point.objective, point.bound)),
        _ => None,
    }
}

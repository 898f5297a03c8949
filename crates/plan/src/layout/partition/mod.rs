//! The best choice among listed sets of blocks: set partitioning with subset-row cuts
//! ([`crate::partition`]).
//!
//! Its relaxation is as strong as the Lagrangian bound. Cuts raise it, sets are listed at its prices
//! (`columns`), until few are left for HiGHS.

mod choice;
mod columns;

use crate::mip::Solved;
use crate::partition::{Set, Until};
use crate::run::Run;

use super::compact::Compact;
use super::dual::Point;
use super::model::Model;
use super::state::State;
use choice::{choice, list_again, state};
use columns::{Prices, list};

/// Sets that HiGHS chooses among.
const FEW: usize = 1_500;
/// Nodes of HiGHS.
const NODES: i32 = 500;
/// The part of the gap by which they may prove less than prices, to be worth cuts.
const BEHIND: f64 = 0.1;

/// How many sets are listed at most, the least part of the gap for which it is done, and how often
/// they are listed anew at the prices of the relaxation where they are not all.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reach {
    pub(super) most: usize,
    pub(super) least: f64,
    pub(super) again: usize,
}

/// Looks for the best plan below `limit` among all sets that such a plan may contain, or where these
/// are too many, among those of a part of the gap; `None` where even these are too many.
pub(super) fn solve(
    model: &Model,
    point: &Point,
    limit: f64,
    reach: Reach,
    below: impl Fn(f64) -> f64,
    run: &Run,
    work: &mut u64,
) -> Option<Compact> {
    let at = |part: f64| {
        let within = limit - (1.0 - part) * (limit - point.bound);
        (within, Prices::at(model, point, within))
    };
    let (mut within, sets) = listed(model, at, reach, run, work)?;
    let mut partition = choice(model, point, sets, limit);
    let mut proven = point.bound;
    // Prices know that whole sites have places enough, shares of sets do not: where that tells, sets
    // prove less.
    let worth = proven - BEHIND * (limit - proven);
    // Plans below `within` are made of the sets in the relaxation.
    let until = |worth: f64| Until {
        few: FEW / 3,
        steps: u64::MAX,
        worth,
    };
    let mut finished = partition.tighten(until(worth), run, work).is_some();
    if partition.bound < worth && partition.left() > FEW {
        return None;
    }
    for _ in 0..reach.again {
        proven = proven.max(partition.bound.min(within));
        if !finished || within >= limit || proven >= limit {
            break;
        }
        let Some((bound, reached)) = list_again(model, &mut partition, reach, run, work) else {
            break;
        };
        if bound.is_finite() && bound <= proven && reached <= within {
            break;
        }
        proven = proven.max(bound);
        within = within.max(reached);
        finished = partition
            .tighten(until(f64::NEG_INFINITY), run, work)
            .is_some();
    }
    let mut best: Option<State> = None;
    loop {
        let limit = partition.limit;
        proven = proven.max(partition.bound.min(within));
        let chosen = partition.cheapest(FEW);
        let all = finished && within >= limit && chosen.len() == partition.left();
        if all && chosen.is_empty() {
            proven = proven.max(limit);
        }
        if proven >= limit || !finished || chosen.is_empty() {
            break;
        }
        let answer = partition.choose(&chosen, NODES, run);
        let bound = match &answer {
            Solved::Infeasible => f64::INFINITY,
            Solved::Point(solution) => solution.bound,
            Solved::Nothing { bound } => *bound,
        };
        if all {
            proven = proven.max(bound.min(limit));
        }
        let Solved::Point(solution) = answer else {
            break;
        };
        let values = chosen.iter().zip(&solution.values);
        let taken = values.filter(|(_, x)| **x > 0.5);
        let state = state(model, taken.map(|(at, _)| partition.set(*at)));
        if state.cost >= limit {
            break;
        }
        // With a better plan fewer sets are left.
        partition.limit = below(state.cost);
        best = Some(state);
        if all {
            break;
        }
        finished = partition
            .tighten(until(f64::NEG_INFINITY), run, work)
            .is_some();
    }
    Some(match best {
        Some(state) => {
            let proven = if proven >= partition.limit {
                state.cost
            } else {
                proven
            };
            Compact::Plan(state, proven)
        }
        None if proven >= limit => Compact::Infeasible,
        None => Compact::Nothing(proven),
    })
}

/// The sets below the prices of a part of the gap, as large as their number allows.
fn listed<'p>(
    model: &Model,
    at: impl Fn(f64) -> (f64, Prices<'p>),
    reach: Reach,
    run: &Run,
    work: &mut u64,
) -> Option<(f64, Vec<Set>)> {
    let mut part = 1.0;
    while part >= reach.least && !run.stopped() {
        let (within, prices) = at(part);
        if let Some(sets) = list(model, &prices, reach.most, work) {
            return Some((within, sets));
        }
        part *= 0.7;
    }
    None
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::super::dual::knapsack::Knapsack;
    use super::super::dual::{evaluate, first_prices};
    use super::super::made;
    use super::*;

    const SITES: usize = 4;
    const BLOCKS: usize = 6;

    /// The least cost of all plans, by trying every one.
    fn by_trying(model: &Model) -> Option<f64> {
        let mut best: Option<f64> = None;
        for going in 0..SITES.pow(BLOCKS as u32) {
            let (mut rest, mut cost, mut load) = (going, 0.0, [0.0; SITES]);
            for i in 0..BLOCKS {
                let j = rest % SITES;
                rest /= SITES;
                cost += model.cost(j, i);
                load[j] += model.students[i];
            }
            let offers = model.offers.iter();
            if offers.clone().any(|o| load[o.site] > o.places) {
                continue;
            }
            let yuan = |used: bool| {
                let offers = offers.clone().filter(move |o| (load[o.site] > 0.0) == used);
                offers.map(|o| o.yuan).collect::<Vec<f64>>()
            };
            let (used, mut idle) = (yuan(true), yuan(false));
            let idly = model.count.map_or(Some(0), |c| c.checked_sub(used.len()));
            let Some(idly) = idly.filter(|n| *n <= idle.len()) else {
                continue;
            };
            idle.sort_by(f64::total_cmp);
            cost += used.iter().chain(&idle[..idly]).sum::<f64>();
            if best.is_none_or(|b| cost < b) {
                best = Some(cost);
            }
        }
        best
    }

    proptest! {
        #[test]
        fn equals_trying_every_plan(
            seed in 0_u64..10_000,
            count in prop::option::of(2_usize..4),
            most in prop::sample::select(vec![15_usize, 60, 100_000]),
        ) {
            let problem = made::single_source(SITES, BLOCKS, seed);
            let mut model = Model::new(&problem, &problem.situations[0]);
            model.count = count;
            let run = Run::new(1, Duration::from_secs(600));
            let start = first_prices(&model, &model.nearest(), 1);
            let point = evaluate(&model, start, &mut Knapsack::default());
            let reach = Reach { most, least: 0.01, again: 20 };
            let asked = |limit: f64| solve(&model, &point, limit, reach, |cost| cost - 0.5, &run, &mut 0);
            let best = by_trying(&model);
            // Costs are whole numbers: below `best` and a half is only what costs `best`.
            let limit = best.unwrap_or(point.bound + 2_000.0) + 0.5;
            match asked(limit) {
                Some(Compact::Plan(state, proven)) => {
                    prop_assert!(state.keeps());
                    prop_assert_eq!(Some(state.cost), best);
                    prop_assert!(proven <= state.cost + 1e-6);
                    prop_assert!(most < 100_000 || proven > state.cost - 0.5);
                }
                Some(Compact::Infeasible) => prop_assert_eq!(best, None),
                Some(Compact::Nothing(bound)) => {
                    prop_assert!(most < 100_000);
                    prop_assert!(best.is_none_or(|b| bound <= b + 1e-6));
                }
                None => prop_assert!(most < 100_000),
            }
            // Nothing is below the best.
            match best.and_then(|best| asked(best - 0.5)) {
                Some(Compact::Plan(state, _)) => prop_assert!(false, "{} below {:?}", state.cost, best),
                Some(Compact::Nothing(_)) => prop_assert!(most < 100_000),
                Some(Compact::Infeasible) | None => {}
            }
        }
    }
}

//! The best plan that can be put together from the zones that a better plan could contain: those
//! met and those listed, with cuts.

use super::area::Area;
use super::bound::Bound;
use super::listing::list;
use crate::mip::Solved;
use crate::partition::{Partition, Set};
use crate::run::Run;

/// How much is tried.
#[derive(Clone, Copy)]
pub(super) struct Breadth {
    /// Zones listed of a school.
    pub(super) each: usize,
    /// How often zones are listed anew, each time below a better plan.
    pub(super) turns: usize,
    /// Zones that HiGHS chooses among, and its nodes.
    pub(super) many: usize,
    pub(super) nodes: i32,
}

/// A better plan than one of `cost`, and what no plan is below; `known` are zones met.
pub(super) fn solve(
    area: &Area,
    run: &Run,
    bound: &Bound,
    known: Vec<Set>,
    mut cost: f64,
    breadth: Breadth,
) -> (Option<Vec<u32>>, f64) {
    let below = |cost: f64| cost - 1e-9 * cost.abs();
    let (mut best, mut proven) = (None, bound.value);
    // What is lacking costs as much more than its price as a plan may cost more than the bound.
    let gap = (cost - bound.value).max(0.0);
    let dear: Vec<f64> = bound.blocks.iter().map(|p| p.max(0.0) + gap).collect();
    let mut partition = Partition::new(&dear, area.schools(), below(cost));
    partition.add(known);
    for _ in 0..breadth.turns {
        let gap = partition.limit - bound.value;
        let (part, sets) = list(area, run, bound, gap, breadth.each);
        // Plans below `within` are made of the zones listed.
        let within = bound.value + part * gap;
        partition.add(sets);
        if partition.tighten(run, breadth.many).is_none() {
            break;
        }
        proven = proven.max(partition.bound.min(within));
        let chosen = partition.cheapest(breadth.many);
        let all = part >= 1.0 && chosen.len() == partition.left();
        let answer = partition.choose(&chosen, breadth.nodes, run);
        if all {
            proven = proven.max(match &answer {
                Solved::Infeasible => partition.limit,
                Solved::Point(point) => point.bound.min(partition.limit),
                Solved::Nothing { bound } => bound.min(partition.limit),
            });
        }
        let Solved::Point(point) = answer else { break };
        let mut owners = vec![0; area.blocks()];
        for (at, _) in chosen.iter().zip(&point.values).filter(|c| *c.1 > 0.5) {
            let set = partition.set(*at);
            set.rows
                .iter()
                .for_each(|b| owners[*b as usize] = set.group);
        }
        let found = area.cost(&owners);
        if found >= partition.limit {
            break;
        }
        (cost, best) = (found, Some(owners));
        partition.limit = below(cost);
        if all || proven >= partition.limit {
            break;
        }
    }
    (
        best,
        if proven >= partition.limit {
            cost
        } else {
            proven
        },
    )
}

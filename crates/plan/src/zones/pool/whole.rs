//! The best plan that can be put together from the zones that a better plan could contain: those
//! met and those listed, with cuts.

use super::super::area::Area;
use super::super::bound::Bound;
use super::listing::list;
use crate::mip::Solved;
use crate::partition::{Partition, Set};
use crate::run::Run;

/// Zones listed of a school.
const EACH: usize = 800;
/// How often zones are listed anew, each time below a better plan.
const TURNS: usize = 2;
/// Zones that HiGHS chooses among, and its nodes.
const MANY: usize = 1_500;
const NODES: i32 = 20;

/// A better plan than one of `cost`; `known` are zones met.
pub(super) fn solve(
    area: &Area,
    run: &Run,
    bound: &Bound,
    known: Vec<Set>,
    cost: f64,
) -> Option<Vec<u32>> {
    let below = |cost: f64| cost - 1e-9 * cost.abs();
    let mut best = None;
    // What is lacking costs as much more than its price as a plan may cost more than the bound.
    let gap = (cost - bound.value).max(0.0);
    let dear: Vec<f64> = bound.blocks.iter().map(|p| p.max(0.0) + gap).collect();
    let mut partition = Partition::new(&dear, area.schools(), below(cost));
    partition.add(known);
    for _ in 0..TURNS {
        let (all, sets) = list(area, run, bound, partition.limit - bound.value, EACH);
        partition.add(sets);
        if partition.tighten(run, MANY).is_none() {
            break;
        }
        let chosen = partition.cheapest(MANY);
        let proven = all && chosen.len() == partition.left();
        let Solved::Point(point) = partition.choose(&chosen, NODES, run) else {
            break;
        };
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
        best = Some(owners);
        partition.limit = below(found);
        if proven {
            break;
        }
    }
    best
}

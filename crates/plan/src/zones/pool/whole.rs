//! The best plan that can be put together from the zones that a better plan could contain: those
//! met and those listed, with cuts.

use super::super::area::Area;
use super::super::bound::Bound;
use super::listing::list;
use crate::mip::Solved;
use crate::partition::{Frame, Kind, Partition, Set, Until};
use crate::run::Run;

/// Zones listed of a school.
const EACH: usize = 800;
/// How often zones are listed anew, each time below a better plan.
const TURNS: usize = 2;
/// Zones that HiGHS chooses among, and its nodes.
const MANY: usize = 1_500;
const NODES: i32 = 20;
/// Steps of the simplex method after which no cuts are added: some seconds.
const STEPS: u64 = 40_000;

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
    let school = |group| Kind {
        group,
        others: Vec::new(),
    };
    let frame = Frame {
        rows: area.blocks(),
        groups: vec![(0.0, 1.0); area.schools()],
        others: Vec::new(),
        kinds: (0..area.schools()).map(school).collect(),
    };
    let mut partition = Partition::new(frame, |block| dear[block], below(cost));
    let until = Until {
        few: MANY,
        steps: STEPS,
        worth: f64::NEG_INFINITY,
    };
    partition.add(known);
    for _ in 0..TURNS {
        let (all, sets) = list(area, run, bound, partition.limit - bound.value, EACH);
        partition.add(sets);
        if partition.tighten(until, run, &mut 0).is_none() {
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
            set.rows.iter().for_each(|b| owners[*b as usize] = set.kind);
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

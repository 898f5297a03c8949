//! A few neighbouring schools solved again exactly: whole blocks, places, one piece each.
//!
//! Contiguity stands in the programme from the start: a block belongs to a school only if a
//! neighbour nearer to it (in steps, by the zone as it is, then beyond it) does too. That leaves
//! out some shapes, but never the present one, and steps change as the plan does.

use super::super::area::Area;
use super::state::State;
use crate::mip::{Limits, Mip, Solved, Var};
use crate::run::Run;

/// Steps to a block that is not reached.
const FAR: u32 = u32::MAX;

/// Solves the zones of `schools` again, everything else as it is; `None` where nothing is better.
///
/// A child too many counts `penalty`, so that a plan that is nearly good can be mended.
pub(super) fn solve(
    area: &Area,
    run: &Run,
    owners: &[u32],
    schools: &[usize],
    open: &dyn Fn(usize, usize) -> bool,
    penalty: f64,
) -> Option<Vec<u32>> {
    let blocks: Vec<usize> = (0..owners.len())
        .filter(|b| schools.contains(&(owners[*b] as usize)))
        .collect();
    let mut before: f64 = blocks
        .iter()
        .map(|b| area.costs.at(*b, owners[*b] as usize))
        .sum();
    let mut mip = Mip::default();
    let mut vars: Vec<Vec<(usize, Var)>> = vec![Vec::new(); area.blocks()];
    let mut start = Vec::new();
    for &block in &blocks {
        let row = area.costs.row(block);
        for &school in schools {
            let mine = owners[block] as usize == school;
            if row[school].is_finite() && (mine || open(block, school)) {
                vars[block].push((school, mip.add_whole(row[school], 0.0, 1.0)));
                start.push(if mine { 1.0 } else { 0.0 });
            }
        }
        mip.row(1.0, 1.0, vars[block].iter().map(|v| (v.1, 1.0)));
    }
    for &school in schools {
        let members: Vec<(usize, Var)> = blocks
            .iter()
            .filter_map(|b| Some((*b, vars[*b].iter().find(|v| v.0 == school)?.1)))
            .collect();
        let load = members.iter().map(|(b, v)| (*v, area.children[*b]));
        let load: Vec<(Var, f64)> = load.collect();
        let now: f64 = blocks
            .iter()
            .filter(|b| owners[**b] as usize == school)
            .map(|b| area.children[*b])
            .sum();
        let over = (now - area.places[school]).max(0.0);
        let over = if over > area.grain { over } else { 0.0 };
        let more = (over > 0.0).then(|| (mip.add(penalty, 0.0, over), -1.0));
        start.extend(more.map(|_| over));
        before += penalty * over;
        mip.row(
            f64::NEG_INFINITY,
            area.places[school],
            load.into_iter().chain(more),
        );
        if !area.tilt.is_empty() {
            for sign in [1.0, -1.0] {
                let lean = |b: usize| sign * area.tilt[b] - area.tolerance * area.children[b];
                mip.row(
                    f64::NEG_INFINITY,
                    0.0,
                    members.iter().map(|(b, v)| (*v, lean(*b))),
                );
            }
        }
        if area.pieces[school] != u32::MAX {
            chain(area, owners, school, &members, &mut mip);
        }
    }
    let limits = Limits {
        gap: 1e-6,
        nodes: 400,
        ..Limits::default()
    };
    let Solved::Point(point) = mip.solve(run, limits, Some(&start)) else {
        return None;
    };
    if point.objective >= before - 1e-9 * before.abs().max(1.0) {
        return None;
    }
    let mut next = owners.to_vec();
    for &block in &blocks {
        let value = |v: &Var| point.values[v.index()];
        let best = vars[block]
            .iter()
            .max_by(|a, b| value(&a.1).total_cmp(&value(&b.1)))?;
        next[block] = best.0 as u32;
    }
    // A zone of several pieces is chained to what it has, which may have fallen apart.
    State::new(area, &next).keeps_pieces().then_some(next)
}

/// Each block of a zone needs a neighbour that is nearer to the school.
fn chain(area: &Area, owners: &[u32], school: usize, members: &[(usize, Var)], mip: &mut Mip) {
    let mut var: Vec<Option<Var>> = vec![None; area.blocks()];
    for (block, v) in members {
        var[*block] = Some(*v);
    }
    let mine: Vec<usize> = (0..owners.len())
        .filter(|b| owners[*b] as usize == school)
        .collect();
    let Some(root) = area.homes[school].or(mine.first().copied()) else {
        return;
    };
    let mut steps = vec![FAR; area.blocks()];
    // Pieces of a zone that may have several are roots of their own.
    let mut roots = vec![root];
    if area.pieces[school] > 1 {
        roots.clone_from(&mine);
    }
    for root in &roots {
        steps[*root] = 0;
    }
    // First through the zone as it is, then on from all of it.
    spread(area, &mut steps, &roots, &|b| owners[b] as usize == school);
    let reached: Vec<usize> = (0..steps.len()).filter(|b| steps[*b] != FAR).collect();
    spread(area, &mut steps, &reached, &|b| var[b].is_some());
    for (block, v) in members {
        if roots.contains(block) {
            continue;
        }
        let nearer = area.neighbours[*block]
            .iter()
            .map(|n| *n as usize)
            .filter(|n| steps[*n] < steps[*block])
            .filter_map(|n| var[n])
            .map(|n| (n, -1.0));
        mip.row(f64::NEG_INFINITY, 0.0, nearer.chain([(*v, 1.0)]));
    }
}

/// Steps from the blocks that have them, through the blocks that may be passed.
fn spread(area: &Area, steps: &mut [u32], from: &[usize], passes: &dyn Fn(usize) -> bool) {
    let mut queue: Vec<usize> = from.to_vec();
    queue.sort_by_key(|b| steps[*b]);
    let mut at = 0;
    while at < queue.len() {
        let here = queue[at];
        for &next in &area.neighbours[here] {
            let next = next as usize;
            if steps[next] == FAR && passes(next) {
                steps[next] = steps[here] + 1;
                queue.push(next);
            }
        }
        at += 1;
    }
}

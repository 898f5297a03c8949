//! Where a border is arbitrary: another school is as near, and those who draw it should know.

use super::area::Area;
use super::plan::Tie;
use super::problem::Problem;

/// Blocks that touch another zone whose school costs the same, each with what lies behind it: the
/// blocks of its zone that are as undecided and reached from it through such blocks. On roads
/// everything behind a gateway is. What lies behind several is told once.
pub(super) fn ties(problem: &Problem, area: &Area, owners: &[u32]) -> Vec<Tie> {
    let same = |block: usize, other: usize| {
        let here = area.costs.at(block, owners[block] as usize);
        (area.costs.at(block, other) - here).abs() <= 1e-9 * here.abs().max(1.0)
    };
    let mut found = Vec::new();
    for (block, owner) in owners.iter().enumerate() {
        if problem.blocks[block].children == 0.0 {
            continue;
        }
        let around = area.neighbours[block].iter().map(|n| owners[*n as usize]);
        let mut others: Vec<u32> = around.filter(|s| s != owner).collect();
        others.sort_unstable();
        others.dedup();
        let others = others.into_iter().map(|s| s as usize);
        found.extend(others.filter(|s| same(block, *s)).map(|s| (block, s)));
    }
    let mut told: Vec<(usize, usize)> = found.clone();
    let mut ties = Vec::new();
    for &(block, other) in &found {
        let mut behind = Vec::new();
        let mut stack = vec![block];
        while let Some(at) = stack.pop() {
            for next in area.neighbours[at].iter().map(|n| *n as usize) {
                let inside = owners[next] == owners[block] && same(next, other);
                if inside && !told.contains(&(next, other)) {
                    told.push((next, other));
                    behind.push(next);
                    stack.push(next);
                }
            }
        }
        behind.retain(|b| problem.blocks[*b].children > 0.0);
        behind.sort_unstable();
        ties.push(Tie {
            block,
            school: owners[block] as usize,
            other,
            behind,
        });
    }
    ties
}

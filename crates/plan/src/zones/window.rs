//! A few neighbouring schools solved again exactly: whole blocks, places, one piece each.

use super::area::Area;
use crate::mip::{Limits, Mip, Solved, Var};
use crate::run::Run;

/// Rounds of cuts before a window is given up.
const ROUNDS: usize = 12;

/// Solves the zones of `schools` again, everything else as it is; `None` where nothing is better.
///
/// `prices` are those of the places: pairs whose reduced cost exceeds `slack` cannot gain.
pub(super) fn solve(
    area: &Area,
    run: &Run,
    owners: &[u32],
    schools: &[usize],
    prices: &[f64],
    slack: f64,
) -> Option<Vec<u32>> {
    let blocks: Vec<usize> = (0..owners.len())
        .filter(|b| schools.contains(&(owners[*b] as usize)))
        .collect();
    let before: f64 = blocks
        .iter()
        .map(|b| area.costs.at(*b, owners[*b] as usize))
        .sum();
    // Pairs worth a variable.
    let mut pairs: Vec<Vec<usize>> = vec![Vec::new(); owners.len()];
    for &block in &blocks {
        let row = area.costs.row(block);
        let pay = |s: usize| row[s] + area.children[block] * prices[s];
        let best = schools
            .iter()
            .map(|s| pay(*s))
            .fold(f64::INFINITY, f64::min);
        for &school in schools {
            if pay(school) - best <= slack || owners[block] as usize == school {
                pairs[block].push(school);
            }
        }
    }
    // Cuts: a block belongs to a school only if one of the others does too.
    let mut cuts: Vec<(usize, usize, Vec<usize>)> = Vec::new();
    for _ in 0..ROUNDS {
        if run.stopped() {
            return None;
        }
        let found = once(area, run, owners, schools, &blocks, &pairs, &cuts)?;
        let mut next = owners.to_vec();
        for (block, school) in &found {
            next[*block] = *school as u32;
        }
        let after: f64 = blocks
            .iter()
            .map(|b| area.costs.at(*b, next[*b] as usize))
            .sum();
        if after >= before - 1e-9 * before.abs().max(1.0) {
            return None;
        }
        let more = separate(area, &next, schools, &blocks);
        if more.is_empty() {
            return Some(next);
        }
        cuts.extend(more);
    }
    None
}

/// One integer programme with the cuts so far: the school of each block.
fn once(
    area: &Area,
    run: &Run,
    owners: &[u32],
    schools: &[usize],
    blocks: &[usize],
    pairs: &[Vec<usize>],
    cuts: &[(usize, usize, Vec<usize>)],
) -> Option<Vec<(usize, usize)>> {
    let mut mip = Mip::default();
    let mut loads: Vec<Vec<(Var, f64)>> = vec![Vec::new(); area.schools()];
    let mut tilts: Vec<Vec<(Var, f64)>> = vec![Vec::new(); area.schools()];
    let mut vars: Vec<Vec<(usize, Var)>> = vec![Vec::new(); area.blocks()];
    let mut start = Vec::new();
    for &block in blocks {
        for &school in &pairs[block] {
            let cost = area.costs.at(block, school);
            if !cost.is_finite() {
                continue;
            }
            let var = mip.add_whole(cost, 0.0, 1.0);
            vars[block].push((school, var));
            loads[school].push((var, area.children[block]));
            if let Some(tilt) = area.tilt.get(block) {
                tilts[school].push((var, *tilt));
            }
            start.push(if owners[block] as usize == school {
                1.0
            } else {
                0.0
            });
        }
        mip.row(1.0, 1.0, vars[block].iter().map(|v| (v.1, 1.0)));
    }
    for &school in schools {
        if !area.tilt.is_empty() {
            for sign in [1.0, -1.0] {
                let both = tilts[school].iter().zip(&loads[school]);
                let terms: Vec<(Var, f64)> = both
                    .map(|(t, l)| (t.0, sign * t.1 - area.tolerance * l.1))
                    .collect();
                mip.row(f64::NEG_INFINITY, 0.0, terms);
            }
        }
        mip.row(
            f64::NEG_INFINITY,
            area.places[school],
            std::mem::take(&mut loads[school]),
        );
    }
    let var = |block: usize, school: usize| vars[block].iter().find(|v| v.0 == school).map(|v| v.1);
    for (block, school, others) in cuts {
        let Some(here) = var(*block, *school) else {
            continue;
        };
        let around = others
            .iter()
            .filter_map(|b| var(*b, *school))
            .map(|v| (v, -1.0));
        mip.row(f64::NEG_INFINITY, 0.0, around.chain([(here, 1.0)]));
    }
    let limits = Limits {
        gap: 1e-6,
        nodes: 300,
    };
    let Solved::Point(point) = mip.solve(run, limits, Some(&start)) else {
        return None;
    };
    let mut found = Vec::new();
    for &block in blocks {
        let best = vars[block]
            .iter()
            .max_by(|a, b| point.values[a.1.index()].total_cmp(&point.values[b.1.index()]))?;
        found.push((block, best.0));
    }
    Some(found)
}

/// What joins pieces that hang apart to their zone: for each block of such a piece the blocks
/// around the piece, one of which must belong as well.
fn separate(
    area: &Area,
    owners: &[u32],
    schools: &[usize],
    blocks: &[usize],
) -> Vec<(usize, usize, Vec<usize>)> {
    let mut cuts = Vec::new();
    let mut seen = vec![false; owners.len()];
    for &school in schools {
        if area.pieces[school] == u32::MAX {
            continue;
        }
        let mut pieces: Vec<Vec<usize>> = Vec::new();
        for &start in blocks {
            if owners[start] as usize != school || std::mem::replace(&mut seen[start], true) {
                continue;
            }
            let mut piece = vec![start];
            let mut at = 0;
            while at < piece.len() {
                for &next in &area.neighbours[piece[at]] {
                    let next = next as usize;
                    if owners[next] as usize == school && !std::mem::replace(&mut seen[next], true)
                    {
                        piece.push(next);
                    }
                }
                at += 1;
            }
            pieces.push(piece);
        }
        // The piece with the school, else the largest, is the zone.
        let main = (0..pieces.len()).max_by_key(|p| {
            let home = area.homes[school].is_some_and(|h| pieces[*p].contains(&h));
            (home, pieces[*p].len())
        });
        for (at, piece) in pieces.iter().enumerate() {
            if Some(at) == main || pieces.len() as u32 <= area.pieces[school] {
                continue;
            }
            let mut around: Vec<usize> = piece
                .iter()
                .flat_map(|b| area.neighbours[*b].iter().map(|n| *n as usize))
                .filter(|n| !piece.contains(n))
                .collect();
            around.sort_unstable();
            around.dedup();
            cuts.extend(piece.iter().map(|b| (*b, school, around.clone())));
        }
    }
    cuts
}

//! Schools that share one zone (多校划片): planned as one school, whose children are drawn by lot.

use super::super::problem::{Block, Contiguity, Current, Problem, Rules, School};
use super::Reduced;
use crate::transport::Costs;
use crate::travel::Unit;

/// The problem with each group of schools as one, at the place of its first.
///
/// Each child of the zone has the same chance at each school, in proportion to its room: travel is
/// the mean of the ways so weighted, and staying is counted for the part that leaves its school.
pub(super) fn merged(problem: &Problem) -> Reduced {
    let count = problem.schools.len();
    let firsts: Vec<usize> = (0..count).map(|s| problem.sharing(s)[0]).collect();
    let schools: Vec<Vec<(usize, f64)>> = (0..count)
        .filter(|s| firsts[*s] == *s)
        .map(|s| parts(problem, &problem.sharing(s)))
        .collect();
    let at = |first: &usize| schools.iter().position(|s| s[0].0 == *first);
    let place: Vec<usize> = firsts.iter().map(|f| at(f).unwrap_or(0)).collect();
    let mut travel = Costs::new(problem.blocks.len(), schools.len());
    for (block, about) in problem.blocks.iter().enumerate() {
        for (at, sharing) in schools.iter().enumerate() {
            let sum = |of: &dyn Fn(usize) -> f64| -> f64 {
                let open = sharing.iter().filter(|s| s.1 > 0.0);
                open.map(|(s, part)| part * of(*s)).sum()
            };
            travel.row_mut(block)[at] = match problem.unit {
                // Staying is counted here, for only a part may leave the school of today.
                Unit::Metres if about.children > 0.0 => {
                    sum(&|s| problem.cost(block, s)) * 1000.0 / about.children
                }
                _ => sum(&|s| problem.travel.at(block, s)),
            };
        }
    }
    let mut locked: Vec<(usize, usize)> = problem
        .locked
        .iter()
        .map(|(b, s)| (*b, place[*s]))
        .collect();
    let pieces = problem.pieces_today();
    let school = |(at, sharing): (usize, &Vec<(usize, f64)>)| {
        let members: Vec<&School> = sharing.iter().map(|s| &problem.schools[s.0]).collect();
        let [only] = members[..] else {
            let mut homes = members.iter().filter_map(|s| s.home);
            let home = homes.next();
            if problem.contiguity != Contiguity::Off {
                locked.extend(homes.map(|h| (h, at)));
            }
            let room: f64 = sharing.iter().map(|s| problem.room(s.0)).sum();
            let load = problem.rules.max_load;
            let names: Vec<&str> = members.iter().map(|s| s.name.as_str()).collect();
            return School {
                id: members[0].id.clone(),
                name: names.join("、"),
                places: if load > 0.0 { room / load } else { 0.0 },
                home,
                enrolled: 0.0,
            };
        };
        only.clone()
    };
    let merged = schools.iter().enumerate().map(school).collect();
    let blank = |block: &Block| Block {
        current: Current::Blank,
        ..block.clone()
    };
    Reduced {
        problem: Problem {
            blocks: problem.blocks.iter().map(blank).collect(),
            schools: merged,
            travel,
            locked,
            groups: Vec::new(),
            today: schools.iter().map(|s| pieces[s[0].0]).collect(),
            // Who is too far has no way; these ways hold staying too.
            rules: Rules {
                max_metres: None,
                stay_metres: 0.0,
                ..problem.rules.clone()
            },
            ..problem.clone()
        },
        blocks: (0..problem.blocks.len()).map(Some).collect(),
        schools,
    }
}

/// The schools of a group and the part of each in the room of all.
fn parts(problem: &Problem, group: &[usize]) -> Vec<(usize, f64)> {
    let room: f64 = group.iter().map(|s| problem.room(*s)).sum();
    let part = |school: &usize| {
        if room > 0.0 {
            problem.room(*school) / room
        } else {
            1.0 / group.len() as f64
        }
    };
    group.iter().map(|s| (*s, part(s))).collect()
}

//! Blocks that go to one school together, as the blocks of a feeder school: planned as one block.

use super::super::problem::{Block, Current, Problem, Rules, School};
use super::Reduced;
use crate::transport::Costs;
use crate::travel::Unit;

/// The problem with each set of blocks as one.
pub(super) fn merged(problem: &Problem) -> Reduced {
    let mut leader: Vec<usize> = (0..problem.blocks.len()).collect();
    for set in &problem.together {
        set.iter().for_each(|b| leader[*b] = set[0]);
    }
    let mut sets: Vec<Vec<usize>> = vec![Vec::new(); problem.blocks.len()];
    for (block, leader) in leader.iter().enumerate() {
        sets[*leader].push(block);
    }
    sets.retain(|set| !set.is_empty());
    let mut place = vec![0; problem.blocks.len()];
    for (at, set) in sets.iter().enumerate() {
        set.iter().for_each(|b| place[*b] = at);
    }
    let mut travel = Costs::new(sets.len(), problem.schools.len());
    for (at, set) in sets.iter().enumerate() {
        let children: f64 = set.iter().map(|b| problem.blocks[*b].children).sum();
        for (school, cell) in travel.row_mut(at).iter_mut().enumerate() {
            let metres = set.iter().map(|b| problem.travel.at(*b, school));
            *cell = match problem.unit {
                // Staying is counted here, for today's schools of a set may differ.
                Unit::Metres if children > 0.0 && metres.clone().all(f64::is_finite) => {
                    let cost = set.iter().map(|b| problem.cost(*b, school));
                    cost.sum::<f64>() * 1000.0 / children
                }
                Unit::Metres => metres.fold(0.0, f64::max),
                Unit::Cost => metres.sum(),
            };
        }
    }
    let near = |set: &Vec<usize>, at: usize| {
        let all = set.iter().flat_map(|b| &problem.neighbours[*b]);
        let mut near: Vec<u32> = all.map(|n| place[*n as usize] as u32).collect();
        near.retain(|n| *n as usize != at);
        near.sort_unstable();
        near.dedup();
        near
    };
    let blocks = sets.iter().map(|set| Block {
        children: set.iter().map(|b| problem.blocks[*b].children).sum(),
        current: Current::Blank,
        ..problem.blocks[set[0]].clone()
    });
    let figure = |set: &Vec<usize>| {
        let children: f64 = set.iter().map(|b| problem.blocks[*b].children).sum();
        let all = set.iter();
        let sum: f64 = all
            .map(|b| problem.figures[*b] * problem.blocks[*b].children)
            .sum();
        if children > 0.0 { sum / children } else { 0.0 }
    };
    let merged = Problem {
        blocks: blocks.collect(),
        schools: problem
            .schools
            .iter()
            .map(|s| School {
                home: s.home.map(|h| place[h]),
                ..s.clone()
            })
            .collect(),
        travel,
        neighbours: sets
            .iter()
            .enumerate()
            .map(|(at, set)| near(set, at))
            .collect(),
        figures: if problem.figures.is_empty() {
            Vec::new()
        } else {
            sets.iter().map(figure).collect()
        },
        locked: problem
            .locked
            .iter()
            .map(|(b, s)| (place[*b], *s))
            .collect(),
        together: Vec::new(),
        today: problem.pieces_today(),
        rules: Rules {
            stay_metres: 0.0,
            ..problem.rules.clone()
        },
        ..problem.clone()
    };
    Reduced {
        schools: (0..problem.schools.len()).map(|s| vec![(s, 1.0)]).collect(),
        blocks: place.into_iter().map(Some).collect(),
        problem: merged,
    }
}

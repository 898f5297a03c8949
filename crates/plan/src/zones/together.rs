//! Blocks that go to one school together, as the blocks of a feeder school: planned as one block.

use junheng_core::text::Text;

use super::plan::{Conflict, Outcome, Plan, Tie};
use super::problem::{Block, Contiguity, Current, Problem};
use crate::transport::Costs;
use crate::travel::Unit;

/// The problem with each set of blocks as one, and the place of every block in it.
pub(super) fn merged(problem: &Problem) -> (Problem, Vec<usize>) {
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
            .map(|s| super::problem::School {
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
        rules: super::problem::Rules {
            stay_metres: 0.0,
            ..problem.rules.clone()
        },
        ..problem.clone()
    };
    (merged, place)
}

/// The outcome for the blocks themselves.
pub(super) fn spread(problem: &Problem, place: &[usize], mut outcome: Outcome) -> Outcome {
    for plan in &mut outcome.plans {
        let shares = place.iter().map(|at| plan.shares[*at].clone()).collect();
        let prices: Vec<f64> = plan.schools.iter().map(|s| s.seat_price).collect();
        *plan = Plan::new(problem, shares, &prices);
    }
    let first = |at: usize| place.iter().position(|p| *p == at).unwrap_or(0);
    for tie in &mut outcome.ties {
        *tie = Tie {
            block: first(tie.block),
            ..*tie
        };
    }
    for block in outcome.conflicts.iter_mut().flat_map(|c| &mut c.blocks) {
        *block = first(*block);
    }
    outcome
}

/// Sets that do not hang together though their zone must.
pub(super) fn apart(problem: &Problem) -> Vec<Conflict> {
    if problem.contiguity != Contiguity::Adjacency {
        return Vec::new();
    }
    let pieces = |set: &Vec<usize>| {
        let mut shares = vec![Vec::new(); problem.blocks.len()];
        set.iter().for_each(|b| shares[*b] = vec![(0, 1.0)]);
        problem.pieces(&shares).first().copied().unwrap_or(0)
    };
    let sets = problem.together.iter().filter(|set| pieces(set) > 1);
    let conflict = |set: &Vec<usize>| {
        let (name, count) = (&problem.blocks[set[0]].name, pieces(set));
        Conflict {
            code: "set_apart",
            message: Text::new(
                format!(
                    "须划到同一所学校的一组居住单元（{name} 等 {} 个）分成 {count} 片",
                    set.len()
                ),
                format!(
                    "{} blocks that must stay together ({name} and others) lie in {count} pieces",
                    set.len()
                ),
            ),
            relaxation: Text::new(
                "在相邻表中补上相邻关系，或用 --contiguity not-worse 或 off",
                "add the missing pairs to the table adjacency, or use --contiguity not-worse or off",
            ),
            blocks: set.clone(),
            schools: Vec::new(),
        }
    };
    sets.map(conflict).collect()
}

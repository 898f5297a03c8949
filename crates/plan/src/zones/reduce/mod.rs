//! Wishes that make a smaller problem of the same kind: locked zones leave it, blocks that belong
//! together are one block, schools that share a zone are one school.

mod groups;
mod locked;
mod together;

use super::plan::{Outcome, Plan, Tie};
use super::problem::{Current, Problem};
use crate::run::Proof;

/// The smaller problem, and how its plans are read.
pub(super) struct Reduced {
    pub(super) problem: Problem,
    /// The place of every block in it; `None` for a block that stays where it is.
    blocks: Vec<Option<usize>>,
    /// The schools that each of its schools stands for, and the part of the children of each.
    schools: Vec<Vec<(usize, f64)>>,
}

/// The problem without one of its wishes; `None` where there is none of the kind.
pub(super) fn reduced(problem: &Problem) -> Option<Reduced> {
    if !problem.locked_zones.is_empty() {
        Some(locked::without(problem))
    } else if !problem.together.is_empty() {
        Some(together::merged(problem))
    } else if !problem.groups.is_empty() {
        Some(groups::merged(problem))
    } else {
        None
    }
}

impl Reduced {
    /// Who goes where in the problem itself.
    pub(super) fn shares(
        &self,
        problem: &Problem,
        shares: &[Vec<(usize, f64)>],
    ) -> Vec<Vec<(usize, f64)>> {
        let of = |(block, place): (usize, &Option<usize>)| match place {
            None => match problem.blocks[block].current {
                Current::School(school) => vec![(school, 1.0)],
                _ => Vec::new(),
            },
            Some(at) => {
                let schools = shares[*at].iter().flat_map(|&(school, share)| {
                    self.schools[school]
                        .iter()
                        .map(move |(s, part)| (*s, share * part))
                });
                let mut all: Vec<(usize, f64)> = schools.filter(|s| s.1 > 0.0).collect();
                all.sort_unstable_by_key(|s| s.0);
                all
            }
        };
        self.blocks.iter().enumerate().map(of).collect()
    }

    /// The outcome for the problem itself; the frontier is left out.
    pub(super) fn back(&self, problem: &Problem, outcome: Outcome) -> Outcome {
        let mut fixed = 0.0;
        for (block, place) in self.blocks.iter().enumerate() {
            if let (None, Current::School(school)) = (place, problem.blocks[block].current) {
                fixed += problem.cost(block, school);
            }
        }
        let plan = |plan: &Plan| {
            let mut prices = vec![0.0; problem.schools.len()];
            for (schools, planned) in self.schools.iter().zip(&plan.schools) {
                schools
                    .iter()
                    .for_each(|(s, _)| prices[*s] = planned.seat_price);
            }
            Plan::new(problem, self.shares(problem, &plan.shares), &prices)
        };
        let plans: Vec<Plan> = outcome.plans.iter().map(plan).collect();
        let bound = outcome.bound + fixed;
        let proof = plans.first().map(|best| Proof {
            objective: best.objective,
            bound: bound.min(best.objective),
        });
        let block = |at: usize| self.blocks.iter().position(|p| *p == Some(at)).unwrap_or(0);
        let all = |at: usize| {
            let places = self.blocks.iter().enumerate();
            places.filter_map(move |(block, place)| (*place == Some(at)).then_some(block))
        };
        let school = |at: usize| self.schools[at].first().map_or(0, |s| s.0);
        let mut conflicts = outcome.conflicts;
        for conflict in &mut conflicts {
            conflict.blocks.iter_mut().for_each(|b| *b = block(*b));
            let of = |s: &usize| self.schools[*s].iter().map(|s| s.0);
            conflict.schools = conflict.schools.iter().flat_map(of).collect();
        }
        Outcome {
            status: proof.map_or(outcome.status, Proof::status),
            bound: proof.map_or(bound, |p| p.bound),
            plans,
            prices: outcome.prices,
            ties: outcome
                .ties
                .iter()
                .map(|tie| Tie {
                    block: block(tie.block),
                    school: school(tie.school),
                    other: school(tie.other),
                    behind: tie.behind.iter().flat_map(|b| all(*b)).collect(),
                })
                .collect(),
            frontier: Vec::new(),
            conflicts,
        }
    }
}

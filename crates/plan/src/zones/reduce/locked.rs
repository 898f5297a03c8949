//! Zones that stay as they are: they leave the problem with their blocks.

use super::super::problem::{Block, Current, Problem, School};
use super::Reduced;
use crate::transport::Costs;

/// The problem of the other schools and their blocks.
pub(super) fn without(problem: &Problem) -> Reduced {
    let locked = |school: &usize| problem.locked_zones.contains(school);
    let fixed = |block: &Block| matches!(block.current, Current::School(s) if locked(&s));
    let schools: Vec<usize> = (0..problem.schools.len()).filter(|s| !locked(s)).collect();
    let kept: Vec<usize> = (0..problem.blocks.len())
        .filter(|b| !fixed(&problem.blocks[*b]))
        .collect();
    let blocks = places(problem.blocks.len(), &kept);
    let at = places(problem.schools.len(), &schools);
    let mut travel = Costs::new(kept.len(), schools.len());
    for (row, block) in kept.iter().enumerate() {
        for (column, school) in schools.iter().enumerate() {
            travel.row_mut(row)[column] = problem.travel.at(*block, *school);
        }
    }
    let block = |block: &usize| {
        let about = problem.blocks[*block].clone();
        Block {
            current: match about.current {
                Current::School(school) => at[school].map_or(Current::Elsewhere, Current::School),
                other => other,
            },
            ..about
        }
    };
    let school = |school: &usize| {
        let about = problem.schools[*school].clone();
        School {
            home: about.home.and_then(|h| blocks[h]),
            ..about
        }
    };
    let near = |block: &usize| {
        let all = problem.neighbours[*block].iter();
        all.filter_map(|n| blocks[*n as usize].map(|n| n as u32))
            .collect()
    };
    let figure = |block: &usize| problem.figures.get(*block).copied();
    let set = |set: &Vec<usize>| {
        let inside: Vec<usize> = set.iter().filter_map(|b| blocks[*b]).collect();
        (inside.len() > 1).then_some(inside)
    };
    let lock = |&(block, school): &(usize, usize)| Some((blocks[block]?, at[school]?));
    let group = |group: &Vec<usize>| group.iter().map(|s| at[*s]).collect::<Option<Vec<usize>>>();
    let pieces = problem.pieces_today();
    Reduced {
        problem: Problem {
            blocks: kept.iter().map(block).collect(),
            schools: schools.iter().map(school).collect(),
            travel,
            neighbours: kept.iter().map(near).collect(),
            figures: kept.iter().filter_map(figure).collect(),
            locked: problem.locked.iter().filter_map(lock).collect(),
            together: problem.together.iter().filter_map(set).collect(),
            groups: problem.groups.iter().filter_map(group).collect(),
            locked_zones: Vec::new(),
            today: schools.iter().map(|s| pieces[*s]).collect(),
            ..problem.clone()
        },
        schools: schools.into_iter().map(|s| vec![(s, 1.0)]).collect(),
        blocks,
    }
}

/// The place of each of `count` things among those that are kept.
fn places(count: usize, kept: &[usize]) -> Vec<Option<usize>> {
    let mut places = vec![None; count];
    for (at, one) in kept.iter().enumerate() {
        places[*one] = Some(at);
    }
    places
}

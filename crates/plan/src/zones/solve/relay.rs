//! Hands children on from overfull schools to free places: along the chain of neighbouring zones to
//! the nearest school with room, each zone gives blocks to the next, the last one first.

use std::collections::VecDeque;

use super::super::area::Area;
use super::state::State;

/// The assignment with as few children too many as handing on can reach; zones stay in one piece.
pub(crate) fn relay(area: &Area, owners: &[u32]) -> Vec<u32> {
    let mut state = State::new(area, owners);
    let over = |state: &State, s: usize| state.load(s) > area.places[s] + area.grain;
    for school in 0..area.schools() {
        // Schools with room that nothing could be handed to.
        let mut shut = vec![false; area.schools()];
        while over(&state, school) {
            let Some(chain) = chain(area, &state, school, &shut) else {
                break;
            };
            let before = state.load(school);
            let need = before - area.places[school];
            for pair in chain.windows(2) {
                hand(area, &mut state, pair[1], pair[0], need);
            }
            if state.load(school) == before {
                shut[chain[0]] = true;
            }
        }
    }
    state.owners
}

/// The schools from the nearest with room back to an overfull one.
fn chain(area: &Area, state: &State, from: usize, shut: &[bool]) -> Option<Vec<usize>> {
    let mut came = vec![usize::MAX; area.schools()];
    came[from] = from;
    let mut queue = VecDeque::from([from]);
    while let Some(here) = queue.pop_front() {
        if here != from && !shut[here] && state.load(here) < area.places[here] - area.grain {
            let mut chain = vec![here];
            let mut at = here;
            while at != from {
                at = came[at];
                chain.push(at);
            }
            return Some(chain);
        }
        let around = state.members(here).iter();
        for next in around.flat_map(|b| &area.neighbours[*b as usize]) {
            let next = state.owners[*next as usize] as usize;
            if came[next] == usize::MAX {
                came[next] = here;
                queue.push_back(next);
            }
        }
    }
    None
}

/// Moves blocks from a zone to its neighbour until `need` children have gone or there is no room:
/// the cheapest block that is enough by itself, else the largest.
fn hand(area: &Area, state: &mut State, from: usize, to: usize, need: f64) {
    let mut gone = 0.0;
    while gone < need {
        let room = area.places[to] + area.grain - state.load(to);
        let touches = |b: &u32| {
            let around = area.neighbours[*b as usize].iter();
            around
                .into_iter()
                .any(|n| state.owners[*n as usize] as usize == to)
        };
        let fits = |b: &u32| {
            let (children, cost) = (area.children[*b as usize], area.costs.at(*b as usize, to));
            children > 0.0 && children <= room && cost.is_finite()
        };
        let members = state.members(from).iter().copied();
        let mut open: Vec<u32> = members.filter(|b| fits(b) && touches(b)).collect();
        let rank = |b: &u32| {
            let row = area.costs.row(*b as usize);
            let children = area.children[*b as usize];
            if children >= need - gone {
                (0, row[to] - row[from])
            } else {
                (1, -children)
            }
        };
        open.sort_by(|a, b| {
            let (a, b) = ((rank(a), a), (rank(b), b));
            a.0.0
                .cmp(&b.0.0)
                .then(a.0.1.total_cmp(&b.0.1))
                .then(a.1.cmp(b.1))
        });
        let free = open.into_iter().map(|b| b as usize);
        let mut free = free.filter(|b| state.may_enter(*b, to) && state.may_leave(*b, from));
        let Some(block) = free.next() else {
            return;
        };
        drop(free);
        let change = state.change(&[(block, from, to)]);
        state.apply((block, from, to));
        state.add(change);
        gone += area.children[block];
    }
}

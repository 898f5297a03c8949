//! Small areas exactly: whole blocks, places and contiguity in one programme, to prove that there
//! is no plan or to find the first one where the search fails.

use super::area::Area;
use crate::mip::{Limits, Mip, Solved, Var};
use crate::run::Run;

/// What the programme says.
pub(super) enum Answer {
    /// Some plan.
    Plan(Vec<u32>),
    /// No plan exists.
    None,
    /// Too large, or not decided within the work budget.
    Unknown,
}

/// Most variables that HiGHS decides in seconds.
const VARIABLES: usize = 20_000;

/// Any plan of whole blocks that keeps all rules, or the proof that there is none.
///
/// A zone in one piece is a flow from the school's block along the adjacency that leaves one unit in
/// each block of the zone. Without a block of the school, or where several pieces are allowed,
/// contiguity is left out: then only the proof counts.
pub(super) fn any(area: &Area, run: &Run) -> Answer {
    let tied = |school: usize| area.homes[school].filter(|_| area.pieces[school] == 1);
    let ways: usize = area.neighbours.iter().map(Vec::len).sum();
    let count = |s: usize| area.blocks() + if tied(s).is_some() { ways } else { 0 };
    if (0..area.schools()).map(count).sum::<usize>() > VARIABLES {
        return Answer::Unknown;
    }
    let mut mip = Mip::default();
    let mut vars: Vec<Vec<Option<Var>>> = Vec::new();
    for block in 0..area.blocks() {
        let row = area.costs.row(block).iter();
        let row: Vec<Option<Var>> = row
            .map(|c| c.is_finite().then(|| mip.add_whole(0.0, 0.0, 1.0)))
            .collect();
        mip.row(1.0, 1.0, row.iter().flatten().map(|v| (*v, 1.0)));
        vars.push(row);
    }
    for school in 0..area.schools() {
        let members = (0..area.blocks()).filter_map(|b| Some((b, vars[b][school]?)));
        let load = members.map(|(b, v)| (v, area.children[b]));
        mip.row(f64::NEG_INFINITY, area.places[school], load);
        if !area.tilt.is_empty() {
            for sign in [1.0, -1.0] {
                let lean = |b: usize| sign * area.tilt[b] - area.tolerance * area.children[b];
                let members = (0..area.blocks()).filter_map(|b| Some((b, vars[b][school]?)));
                mip.row(f64::NEG_INFINITY, 0.0, members.map(|(b, v)| (v, lean(b))));
            }
        }
        if let Some(home) = tied(school) {
            let own: Vec<Option<Var>> = vars.iter().map(|row| row[school]).collect();
            flow(area, home, &own, &mut mip);
        }
    }
    let limits = Limits {
        gap: 1e-6,
        nodes: 2_000,
    };
    match mip.solve(run, limits, None) {
        Solved::Infeasible => Answer::None,
        Solved::Point(point) => {
            let value = |v: &Option<Var>| v.map_or(0.0, |v| point.values[v.index()]);
            let owner = |row: &Vec<Option<Var>>| {
                let best =
                    (0..row.len()).max_by(|a, b| value(&row[*a]).total_cmp(&value(&row[*b])));
                best.unwrap_or(0) as u32
            };
            if (0..area.schools()).all(|s| area.pieces[s] == u32::MAX || tied(s).is_some()) {
                Answer::Plan(vars.iter().map(owner).collect())
            } else {
                Answer::Unknown
            }
        }
        Solved::Nothing { .. } => Answer::Unknown,
    }
}

/// The flow from a school's block that reaches its zone, and only through it.
fn flow(area: &Area, home: usize, own: &[Option<Var>], mip: &mut Mip) {
    let most = area.blocks() as f64;
    let mut balance: Vec<Vec<(Var, f64)>> = vec![Vec::new(); area.blocks()];
    for (from, around) in area.neighbours.iter().enumerate() {
        let Some(here) = own[from] else { continue };
        let mut out = Vec::new();
        for &to in around {
            if own[to as usize].is_some() {
                let way = mip.add(0.0, 0.0, most);
                out.push((way, 1.0));
                balance[from].push((way, -1.0));
                balance[to as usize].push((way, 1.0));
            }
        }
        mip.row(
            f64::NEG_INFINITY,
            0.0,
            out.into_iter().chain([(here, -most)]),
        );
    }
    for (block, balance) in balance.into_iter().enumerate() {
        if let Some(here) = own[block].filter(|_| block != home) {
            mip.row(0.0, 0.0, balance.into_iter().chain([(here, -1.0)]));
        }
    }
}

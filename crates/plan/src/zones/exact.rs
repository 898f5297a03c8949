//! Small areas exactly: blocks, places, balance and contiguity in one programme, to prove that
//! there is no plan, to find the first one where the search fails, or to prove the best.

use super::area::Area;
use crate::mip::{Limits, Mip, Solution, Solved, Var};
use crate::run::Run;
use crate::transport::Flow;

/// What the programme says.
pub(super) enum Answer<T> {
    /// Some plan.
    Plan(T),
    /// No plan exists.
    None,
    /// Too large, or not decided within the work budget.
    Unknown,
}

/// Most variables of a programme for which HiGHS finds a plan, of one in which it proves the best,
/// and of one without whole numbers, each within seconds.
const ANY: usize = 20_000;
const BEST: usize = 2_000;
const SHARES: usize = 200_000;

/// The least part of a block that a programme gives to a school, so that a zone does not hang on
/// nobody.
const LEAST: f64 = 0.01;

/// The schools of each block and its shares.
type Shares = Vec<Vec<(usize, f64)>>;

/// A programme, and the variable of each block at each school.
struct Programme<'a> {
    area: &'a Area,
    mip: Mip,
    vars: Vec<Vec<Option<Var>>>,
}

/// Any plan of whole blocks that keeps all rules, or the proof that there is none.
pub(super) fn any(area: &Area, run: &Run) -> Answer<Vec<u32>> {
    let Some(programme) = whole(area, ANY, |_, _| 0.0) else {
        return Answer::Unknown;
    };
    let Programme { mip, vars, .. } = programme;
    let limits = Limits {
        gap: 1e-6,
        nodes: 2_000,
        ..Limits::default()
    };
    match mip.solve(run, limits, None) {
        Solved::Infeasible => Answer::None,
        Solved::Point(point) => Answer::Plan(owners(&vars, &point)),
        Solved::Nothing { .. } => Answer::Unknown,
    }
}

/// A cheapest plan of whole blocks, and what no plan is below.
pub(super) fn best(area: &Area, run: &Run) -> Option<(Option<Vec<u32>>, f64)> {
    let Programme { mip, vars, .. } = whole(area, BEST, |b, s| area.costs.at(b, s))?;
    let limits = Limits {
        gap: 1e-9,
        nodes: 1_000,
        ..Limits::default()
    };
    match mip.solve(run, limits, None) {
        Solved::Point(point) => Some((Some(owners(&vars, &point)), point.bound)),
        Solved::Infeasible => None,
        Solved::Nothing { bound } => Some((None, bound)),
    }
}

/// The transport problem with balance: shares of blocks at the least cost, zones in any shape.
pub(super) fn shares(area: &Area, run: &Run) -> Answer<Flow> {
    if area.blocks() * area.schools() > SHARES {
        return Answer::Unknown;
    }
    let mut programme = Programme::new(area, |mip, block, school| {
        mip.add(area.costs.at(block, school), 0.0, 1.0)
    });
    programme.places_and_balance();
    let Programme { mip, vars, .. } = programme;
    let point = match mip.solve(run, Limits::default(), None) {
        Solved::Infeasible => return Answer::None,
        Solved::Nothing { .. } => return Answer::Unknown,
        Solved::Point(point) => point,
    };
    let shares = read(&vars, &point);
    let mut loads = vec![0.0; area.schools()];
    for (block, shares) in shares.iter().enumerate() {
        for (school, share) in shares {
            loads[*school] += share * area.children[block];
        }
    }
    let price = |row: usize| point.duals.get(row).copied().unwrap_or(0.0);
    let seat_prices = (0..area.schools()).map(|s| (-price(area.blocks() + s)).max(0.0));
    let block_price = |b: usize| price(b) / area.children[b].max(1.0);
    Answer::Plan(Flow {
        shares,
        loads,
        seat_prices: seat_prices.collect(),
        block_prices: (0..area.blocks()).map(block_price).collect(),
        objective: point.objective,
        bound: point.bound,
    })
}

/// Shares of blocks, each at least [`LEAST`], at the least cost, zones in no more pieces than they
/// may have that contain their schools; and what no such plan is below.
pub(super) fn split(area: &Area, run: &Run) -> Answer<(Shares, f64)> {
    let ways: usize = area.neighbours.iter().map(Vec::len).sum();
    let many =
        |s: usize| 2 * area.blocks() + ways + 2 * area.blocks() * usize::from(further(area, s) > 0);
    if (0..area.schools()).map(many).sum::<usize>() > BEST {
        return Answer::Unknown;
    }
    let mut programme = Programme::new(area, |mip, block, school| {
        mip.add(area.costs.at(block, school), 0.0, 1.0)
    });
    programme.places_and_balance();
    let Programme { mut mip, vars, .. } = programme;
    for school in 0..area.schools() {
        if area.pieces[school] == u32::MAX {
            continue;
        }
        let mut own = Vec::new();
        for (block, row) in vars.iter().enumerate() {
            own.push(row[school].map(|share| {
                let least = f64::from(u8::from(area.homes[school] == Some(block)));
                let there = mip.add_whole(0.0, least, 1.0);
                mip.row(f64::NEG_INFINITY, 0.0, [(share, 1.0), (there, -1.0)]);
                mip.row(0.0, f64::INFINITY, [(share, 1.0), (there, -LEAST)]);
                there
            }));
        }
        in_pieces(area, school, &own, &mut mip);
    }
    let limits = Limits {
        gap: 1e-9,
        nodes: 1_000,
        ..Limits::default()
    };
    match mip.solve(run, limits, None) {
        Solved::Infeasible => Answer::None,
        Solved::Nothing { .. } => Answer::Unknown,
        Solved::Point(point) => Answer::Plan((read(&vars, &point), point.bound)),
    }
}

/// What the solver calls 0 is none, and the shares of a block sum to 1.
fn read(vars: &[Vec<Option<Var>>], point: &Solution) -> Shares {
    let one = |row: &Vec<Option<Var>>| {
        let share = |v: &Option<Var>| v.map_or(0.0, |v| point.values[v.index()]);
        let kept = row.iter().enumerate().map(|(s, v)| (s, share(v)));
        let mut kept: Vec<(usize, f64)> = kept.filter(|s| s.1 > 1e-9).collect();
        let sum: f64 = kept.iter().map(|s| s.1).sum();
        kept.iter_mut().for_each(|s| s.1 /= sum);
        kept
    };
    vars.iter().map(one).collect()
}

/// Whole blocks with every rule that a programme can say; `None` where it has too many variables.
fn whole(area: &Area, most: usize, cost: impl Fn(usize, usize) -> f64) -> Option<Programme<'_>> {
    let count = |s: usize| {
        let may = |b: &usize| area.costs.at(*b, s).is_finite();
        let blocks: Vec<usize> = (0..area.blocks()).filter(may).collect();
        let ways = blocks.iter().flat_map(|b| &area.neighbours[*b]);
        let ways = ways.filter(|n| may(&(**n as usize))).count();
        match (area.pieces[s], further(area, s)) {
            (u32::MAX, _) => blocks.len(),
            (_, 0) => blocks.len() + ways,
            _ => 3 * blocks.len() + ways,
        }
    };
    if (0..area.schools()).map(count).sum::<usize>() > most {
        return None;
    }
    let mut programme = Programme::new(area, |mip, block, school| {
        mip.add_whole(cost(block, school), 0.0, 1.0)
    });
    programme.places_and_balance();
    for school in 0..area.schools() {
        let own: Vec<Option<Var>> = programme.vars.iter().map(|row| row[school]).collect();
        in_pieces(area, school, &own, &mut programme.mip);
    }
    Some(programme)
}

/// How many pieces a zone may have beside the one with the school's own block.
fn further(area: &Area, school: usize) -> u32 {
    area.pieces[school] - u32::from(area.homes[school].is_some())
}

fn owners(vars: &[Vec<Option<Var>>], point: &Solution) -> Vec<u32> {
    let value = |v: &Option<Var>| v.map_or(0.0, |v| point.values[v.index()]);
    let owner = |row: &Vec<Option<Var>>| {
        let best = (0..row.len()).max_by(|a, b| value(&row[*a]).total_cmp(&value(&row[*b])));
        best.unwrap_or(0) as u32
    };
    vars.iter().map(owner).collect()
}

impl<'a> Programme<'a> {
    /// Every block goes to schools that may take it, once in all.
    fn new(area: &'a Area, mut var: impl FnMut(&mut Mip, usize, usize) -> Var) -> Self {
        let mut mip = Mip::default();
        let mut vars: Vec<Vec<Option<Var>>> = Vec::new();
        for block in 0..area.blocks() {
            let row = area.costs.row(block).iter().enumerate();
            let row = row.map(|(s, cost)| cost.is_finite().then(|| var(&mut mip, block, s)));
            vars.push(row.collect());
        }
        for row in &vars {
            mip.row(1.0, 1.0, row.iter().flatten().map(|v| (*v, 1.0)));
        }
        Self { area, mip, vars }
    }

    /// A row for the places of each school, then two for its balance where one is asked for.
    fn places_and_balance(&mut self) {
        let Self { area, mip, vars } = self;
        let members = |school: usize| {
            let vars = vars.iter().enumerate();
            vars.filter_map(move |(b, row)| Some((b, row[school]?)))
        };
        for school in 0..area.schools() {
            let load = members(school).map(|(b, v)| (v, area.children[b]));
            mip.row(f64::NEG_INFINITY, area.places[school], load);
        }
        if area.tilt.is_empty() {
            return;
        }
        for school in 0..area.schools() {
            for sign in [1.0, -1.0] {
                let lean = |b: usize| sign * area.tilt[b] - area.tolerance * area.children[b];
                let lean = members(school).map(|(b, v)| (v, lean(b)));
                mip.row(f64::NEG_INFINITY, 0.0, lean);
            }
        }
    }
}

/// A zone in no more pieces than it may have: a flow along the adjacency, only through the zone,
/// which leaves one unit in each of its blocks. It comes from the school's own block, and in each
/// further piece from the first of its blocks.
fn in_pieces(area: &Area, school: usize, own: &[Option<Var>], mip: &mut Mip) {
    if area.pieces[school] == u32::MAX {
        return;
    }
    let (home, further) = (area.homes[school], further(area, school));
    let most = area.blocks() as f64;
    let mut balance: Vec<Vec<(Var, f64)>> = vec![Vec::new(); area.blocks()];
    let mut firsts = Vec::new();
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
        if further > 0 && home != Some(from) {
            let first = mip.add_whole(0.0, 0.0, 1.0);
            let source = mip.add(0.0, 0.0, most);
            mip.row(f64::NEG_INFINITY, 0.0, [(source, 1.0), (first, -most)]);
            for before in around.iter().filter(|n| (**n as usize) < from) {
                if let Some(before) = own[*before as usize] {
                    mip.row(f64::NEG_INFINITY, 1.0, [(first, 1.0), (before, 1.0)]);
                }
            }
            balance[from].push((source, 1.0));
            firsts.push((first, 1.0));
        }
    }
    for (block, balance) in balance.into_iter().enumerate() {
        if let Some(here) = own[block].filter(|_| Some(block) != home) {
            mip.row(0.0, 0.0, balance.into_iter().chain([(here, -1.0)]));
        }
    }
    if !firsts.is_empty() {
        mip.row(f64::NEG_INFINITY, f64::from(further), firsts);
    }
}

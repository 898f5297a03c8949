//! The whole model as an integer programme, for HiGHS.

use crate::mip::{Limits, Mip, Solution, Solved, Var};
use crate::run::Run;

use super::model::Model;
use super::state::{NOWHERE, State};

/// What HiGHS said.
#[derive(Debug)]
pub(super) enum Compact {
    /// A plan (open offers, site and part per block) and a bound.
    Plan(State, f64),
    /// Nothing within the model.
    Infeasible,
    /// No plan in the nodes given; a bound.
    Nothing(f64),
}

/// Solves the model with whole blocks, from `start` if there is one.
pub(super) fn solve(model: &Model, run: &Run, limits: Limits, start: Option<&State>) -> Compact {
    let mut mip = Mip::default();
    let mut first: Vec<f64> = Vec::new();
    let opened: Vec<Var> = (0..model.offers.len())
        .map(|o| {
            let offer = &model.offers[o];
            let alone = model.of_site[offer.site].len() == 1;
            let low = f64::from(u8::from(model.stays[offer.site] && alone));
            let open = start.is_some_and(|s| s.open[offer.site].is_some_and(|s| same(model, s, o)));
            first.push(f64::from(u8::from(open)));
            mip.add_whole(offer.yuan, low, 1.0)
        })
        .collect();
    let mut of_block: Vec<Vec<(usize, Var)>> = vec![Vec::new(); model.blocks];
    let mut of_site: Vec<Vec<(usize, Var)>> = vec![Vec::new(); model.sites];
    for j in 0..model.sites {
        if model.of_site[j].is_empty() {
            continue;
        }
        for i in 0..model.blocks {
            if model.cost(j, i).is_finite() {
                let x = mip.add_whole(model.cost(j, i), 0.0, 1.0);
                first.push(f64::from(u8::from(
                    start.is_some_and(|s| s.site[i] == j as u32),
                )));
                of_block[i].push((j, x));
                of_site[j].push((i, x));
            }
        }
    }
    if of_block.iter().any(Vec::is_empty) {
        return Compact::Infeasible;
    }
    for pairs in &of_block {
        mip.row(1.0, 1.0, pairs.iter().map(|(_, x)| (*x, 1.0)));
    }
    site_rows(model, &mut mip, &opened, &of_site);
    let over = |f: fn(&super::model::Offer) -> f64| {
        opened
            .iter()
            .enumerate()
            .map(move |(o, y)| (*y, f(&model.offers[o])))
    };
    if let Some(count) = model.count {
        mip.row(count as f64, count as f64, over(|_| 1.0));
    }
    if model.budget.is_finite() {
        mip.row(f64::NEG_INFINITY, model.budget, over(|o| o.yuan));
    }
    mip.row(model.demand(), f64::INFINITY, over(|o| o.places));
    let start = start.map(|_| first.as_slice());
    match mip.solve(run, limits, start) {
        Solved::Infeasible => Compact::Infeasible,
        Solved::Nothing { bound } => Compact::Nothing(bound),
        Solved::Point(point) => {
            let bound = point.bound;
            Compact::Plan(state(model, &point, &opened, &of_site), bound)
        }
    }
}

/// Whether two offers of one site are the same size; a reduced model numbers them anew.
fn same(model: &Model, of_start: usize, o: usize) -> bool {
    of_start == o
        || model
            .offers
            .get(of_start)
            .is_some_and(|s| *s == model.offers[o])
}

fn site_rows(model: &Model, mip: &mut Mip, opened: &[Var], of_site: &[Vec<(usize, Var)>]) {
    for (j, pairs) in of_site.iter().enumerate() {
        let offers = model.of_site[j].clone();
        if offers.is_empty() {
            continue;
        }
        let sized = |f: fn(&super::model::Offer) -> f64| {
            offers
                .clone()
                .map(move |o| (opened[o], -f(&model.offers[o])))
        };
        let load = || pairs.iter().map(|&(i, x)| (x, model.students[i]));
        mip.row(f64::NEG_INFINITY, 0.0, load().chain(sized(|o| o.places)));
        if offers.clone().any(|o| model.offers[o].least > 0.0) {
            mip.row(0.0, f64::INFINITY, load().chain(sized(|o| o.least)));
        }
        let far: Vec<(Var, f64)> = pairs
            .iter()
            .filter(|(i, _)| model.far(j, *i))
            .map(|&(i, x)| (x, model.students[i]))
            .collect();
        if !far.is_empty() {
            mip.row(
                f64::NEG_INFINITY,
                0.0,
                far.into_iter().chain(sized(|o| o.beds)),
            );
        }
        if offers.len() > 1 {
            let low = f64::from(u8::from(model.stays[j]));
            mip.row(low, 1.0, offers.clone().map(|o| (opened[o], 1.0)));
        }
        // A site that is open whatever happens needs no link.
        if !(model.stays[j] && offers.len() == 1) {
            for &(_, x) in pairs {
                mip.row(
                    f64::NEG_INFINITY,
                    0.0,
                    [(x, 1.0)].into_iter().chain(sized(|_| 1.0)),
                );
            }
        }
    }
}

fn state(model: &Model, point: &Solution, opened: &[Var], of_site: &[Vec<(usize, Var)>]) -> State {
    let set = |x: Var| point.values.get(x.index()).is_some_and(|v| *v > 0.5);
    let mut open = vec![None; model.sites];
    for (o, y) in opened.iter().enumerate() {
        if set(*y) {
            open[model.offers[o].site] = Some(o);
        }
    }
    let mut state = State::new(model, open, 0.0);
    for (j, pairs) in of_site.iter().enumerate() {
        for &(i, x) in pairs {
            if set(x) && state.site[i] == NOWHERE {
                state.put(model, i, j);
            }
        }
    }
    state.refresh(model);
    state
}

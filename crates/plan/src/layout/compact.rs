//! The whole model as an integer programme, for HiGHS.

use crate::mip::{Limits, Mip, Solution, Solved, Var};
use crate::run::Run;

use super::model::{Model, Offer};
use super::state::{NOWHERE, State};

/// What HiGHS said.
#[derive(Debug)]
pub(super) enum Compact {
    /// A plan and a bound.
    Plan(State, f64),
    /// Nothing within the model.
    Infeasible,
    /// No plan in the nodes given; a bound.
    Nothing(f64),
}

/// Solves the model with whole blocks.
pub(super) fn solve(model: &Model, run: &Run, limits: Limits) -> Compact {
    let Some(programme) = Programme::new(model, false) else {
        return Compact::Infeasible;
    };
    match programme.mip.solve(run, limits, None) {
        Solved::Infeasible => Compact::Infeasible,
        Solved::Nothing { bound } => Compact::Nothing(bound),
        Solved::Point(point) => {
            let state = state(model, &point, &programme.open, &programme.pairs);
            Compact::Plan(state, point.bound)
        }
    }
}

/// A plan of parts of blocks: offers per site, and (block, site, part).
#[derive(Debug)]
pub(super) struct Parts {
    pub(super) open: Vec<Option<usize>>,
    pub(super) parts: Vec<(usize, usize, f64)>,
    pub(super) bound: f64,
}

/// Solves the model with parts of blocks; `None` where that is not settled or nothing fits.
pub(super) fn solve_parts(model: &Model, run: &Run, limits: Limits) -> Option<Parts> {
    let programme = Programme::new(model, false)?;
    let Solved::Point(point) = programme.mip.solve(run, limits, None) else {
        return None;
    };
    let value = |x: &Var| point.values.get(x.index()).copied().unwrap_or(0.0);
    let mut open = vec![None; model.sites];
    for (o, y) in programme.open.iter().enumerate() {
        if value(y) > 0.5 {
            open[model.offers[o].site] = Some(o);
        }
    }
    let mut parts = Vec::new();
    for (j, pairs) in programme.pairs.iter().enumerate() {
        let of_site = pairs.iter().map(|(i, x)| (*i, j, value(x).min(1.0)));
        parts.extend(of_site.filter(|(.., part)| *part > 1e-9));
    }
    parts.sort_by_key(|(i, j, _)| (*i, *j));
    Some(Parts {
        open,
        parts,
        bound: point.bound,
    })
}

/// The fewest students beyond the limits of their schools, if that could be settled; infinite where
/// no places help, because the number of schools or the money stands in the way.
pub(super) fn lacking(model: &Model, run: &Run) -> Option<f64> {
    let limits = Limits {
        gap: 1e-4,
        nodes: 2_000,
        ..Limits::default()
    };
    let programme = Programme::new(model, true)?;
    match programme.mip.solve(run, limits, None) {
        // Settled where the bound says that some are lacking.
        Solved::Point(point) => {
            (point.bound > 1e-6 || point.objective < 1e-6).then_some(point.objective)
        }
        Solved::Infeasible => Some(f64::INFINITY),
        Solved::Nothing { .. } => None,
    }
}

/// The least money for which a plan exists, if that could be settled.
pub(super) fn least_money(model: &Model, run: &Run) -> Option<f64> {
    let mut model = model.clone();
    model.budget = f64::INFINITY;
    model
        .cost
        .iter_mut()
        .filter(|c| c.is_finite())
        .for_each(|c| *c = 0.0);
    let limits = Limits {
        gap: 1e-4,
        nodes: 2_000,
        ..Limits::default()
    };
    match Programme::new(&model, false)?.mip.solve(run, limits, None) {
        Solved::Point(point) => Some(point.objective),
        Solved::Infeasible | Solved::Nothing { .. } => None,
    }
}

/// The programme with its variables: per offer, and per site its blocks.
struct Programme {
    mip: Mip,
    open: Vec<Var>,
    pairs: Vec<Vec<(usize, Var)>>,
}

impl Programme {
    /// `elastic` allows students beyond the limits, and only their number costs.
    fn new(model: &Model, elastic: bool) -> Option<Self> {
        let price = |cost: f64| if elastic { 0.0 } else { cost };
        let mut mip = Mip::default();
        let offers = model.offers.iter();
        let open: Vec<Var> = offers
            .map(|offer| {
                let alone = model.of_site[offer.site].len() == 1;
                let low = f64::from(u8::from(model.stays[offer.site] && alone));
                mip.add_whole(price(offer.yuan), low, 1.0)
            })
            .collect();
        let mut of_block: Vec<Vec<Var>> = vec![Vec::new(); model.blocks];
        let mut pairs: Vec<Vec<(usize, Var)>> = vec![Vec::new(); model.sites];
        for (j, pairs) in pairs.iter_mut().enumerate() {
            if model.of_site[j].is_empty() {
                continue;
            }
            for (i, cost) in model.row(j).iter().enumerate() {
                if cost.is_finite() {
                    let x = if model.whole {
                        mip.add_whole(price(*cost), 0.0, 1.0)
                    } else {
                        mip.add(price(*cost), 0.0, 1.0)
                    };
                    of_block[i].push(x);
                    pairs.push((i, x));
                }
            }
        }
        if of_block.iter().any(Vec::is_empty) {
            return None;
        }
        for vars in &of_block {
            mip.row(1.0, 1.0, vars.iter().map(|x| (*x, 1.0)));
        }
        let mut programme = Self { mip, open, pairs };
        for j in 0..model.sites {
            programme.site_rows(model, j, elastic);
        }
        programme.coupling_rows(model, elastic);
        Some(programme)
    }

    /// How many, how dear, and that the places suffice (which follows, but helps).
    fn coupling_rows(&mut self, model: &Model, elastic: bool) {
        let all = |f: fn(&Offer) -> f64| {
            let offers = model.offers.iter().map(f);
            self.open.iter().copied().zip(offers).collect::<Vec<_>>()
        };
        let (ones, yuan, places) = (all(|_| 1.0), all(|o| o.yuan), all(|o| o.places));
        if let Some(count) = model.count {
            self.mip.row(count as f64, count as f64, ones);
        }
        if model.budget.is_finite() {
            self.mip.row(f64::NEG_INFINITY, model.budget, yuan);
        }
        if !elastic {
            self.mip.row(model.demand(), f64::INFINITY, places);
        }
    }

    /// What a site can take.
    fn site_rows(&mut self, model: &Model, j: usize, elastic: bool) {
        let Self { mip, open, pairs } = self;
        let offers = model.of_site[j].clone();
        let pairs = &pairs[j];
        if offers.is_empty() {
            return;
        }
        let sized = |f: fn(&Offer) -> f64| {
            let sizes = offers.clone().map(move |o| -f(&model.offers[o]));
            offers.clone().map(|o| open[o]).zip(sizes)
        };
        let slack =
            |mip: &mut Mip, sign: f64| elastic.then(|| (mip.add(1.0, 0.0, f64::INFINITY), sign));
        let load = || pairs.iter().map(|&(i, x)| (x, model.students[i]));
        let over = slack(mip, -1.0);
        let terms = load().chain(sized(|o| o.places)).chain(over);
        mip.row(f64::NEG_INFINITY, 0.0, terms);
        if offers.clone().any(|o| model.offers[o].least > 0.0) {
            let few = slack(mip, 1.0);
            let terms = load().chain(sized(|o| o.least)).chain(few);
            mip.row(0.0, f64::INFINITY, terms);
        }
        let far = || pairs.iter().filter(|(i, _)| model.far(j, *i));
        if far().next().is_some() {
            let without = slack(mip, -1.0);
            let terms = far().map(|&(i, x)| (x, model.students[i]));
            mip.row(
                f64::NEG_INFINITY,
                0.0,
                terms.chain(sized(|o| o.beds)).chain(without),
            );
        }
        if offers.len() > 1 {
            let low = f64::from(u8::from(model.stays[j]));
            mip.row(low, 1.0, offers.clone().map(|o| (open[o], 1.0)));
        }
        // A site that is open whatever happens needs no link.
        if !(model.stays[j] && offers.len() == 1) {
            for &(_, x) in pairs {
                let terms = [(x, 1.0)].into_iter().chain(sized(|_| 1.0));
                mip.row(f64::NEG_INFINITY, 0.0, terms);
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

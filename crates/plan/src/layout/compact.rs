//! A layout as an integer programme, for HiGHS: one model, or every situation of a problem at once.

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
    let one = Span {
        models: std::slice::from_ref(model),
        period: &[0],
        exists: &[],
        money: &[f64::INFINITY],
    };
    let Some(programme) = Programme::new(&one, Aim::Cost) else {
        return Compact::Infeasible;
    };
    match programme.mip.solve(run, limits, None) {
        Solved::Infeasible => Compact::Infeasible,
        Solved::Nothing { bound } => Compact::Nothing(bound),
        Solved::Point(point) => {
            let state = state(model, &point, &programme.open[0], &programme.pairs[0]);
            Compact::Plan(state, point.bound)
        }
    }
}

/// What a programme is about: a model per situation, all with the same sites and offers.
#[derive(Clone, Copy)]
pub(super) struct Span<'a> {
    pub(super) models: &'a [Model],
    /// The period of each.
    pub(super) period: &'a [usize],
    /// Per site, whether a school stands there today; asked from the second period on.
    pub(super) exists: &'a [bool],
    /// Most yuan of each period.
    pub(super) money: &'a [f64],
}

/// What is to be least.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Aim {
    /// Opening and travel.
    Cost,
    /// Students beyond places and beds, or short of floors, which then are allowed.
    Beyond,
    /// Yuan beyond what there is, which then is allowed.
    Money,
    /// The distance to the number of facilities asked for, which then may differ.
    Count,
}

/// The programme with its variables.
pub(super) struct Programme {
    pub(super) mip: Mip,
    /// Per period and offer.
    pub(super) open: Vec<Vec<Var>>,
    /// Likewise: it is chosen then and was not before.
    pub(super) paid: Vec<Vec<Var>>,
    /// Per situation and site, its blocks.
    pub(super) pairs: Vec<Vec<Vec<(usize, Var)>>>,
    /// [`Aim::Money`]: yuan beyond in each period and, at the end, in all.
    pub(super) beyond: Vec<Var>,
    /// [`Aim::Count`]: facilities that are open.
    pub(super) count: Option<Var>,
    /// [`Aim::Beyond`]: per site, the most in any situation.
    pub(super) slacks: Vec<[Var; 3]>,
}

/// Students beyond the places of a site, short of its floor, beyond its beds.
type Slack = Option<[Var; 3]>;

impl Programme {
    /// `None` where a block can go nowhere.
    pub(super) fn new(span: &Span<'_>, aim: Aim) -> Option<Self> {
        let mut programme = Self {
            mip: Mip::default(),
            open: Vec::new(),
            paid: Vec::new(),
            pairs: Vec::new(),
            beyond: Vec::new(),
            count: None,
            slacks: Vec::new(),
        };
        for period in 0..span.money.len() {
            programme.offers(span, aim, period);
        }
        let sites = span.models.first().map_or(0, |m| m.sites);
        if aim == Aim::Beyond {
            let mip = &mut programme.mip;
            let slack = |_| [(); 3].map(|()| mip.add(1.0, 0.0, f64::INFINITY));
            programme.slacks = (0..sites).map(slack).collect();
        }
        for (model, &period) in span.models.iter().zip(span.period) {
            programme.situation(model, period, aim)?;
        }
        programme.coupling(span, aim);
        Some(programme)
    }

    /// What may be open in a period, after the period before it.
    fn offers(&mut self, span: &Span<'_>, aim: Aim, period: usize) {
        let Some(model) = span.models.first() else {
            return;
        };
        let mip = &mut self.mip;
        let price = |o: &Offer| if aim == Aim::Cost { o.yuan } else { 0.0 };
        let first = period == 0;
        let open: Vec<Var> = model
            .offers
            .iter()
            .map(|offer| {
                let alone = model.of_site[offer.site].len() == 1;
                let low = f64::from(u8::from(model.stays[offer.site] && alone));
                mip.add_whole(if first { price(offer) } else { 0.0 }, low, 1.0)
            })
            .collect();
        for (j, of_site) in model.of_site.iter().enumerate() {
            if of_site.len() > 1 {
                let low = f64::from(u8::from(model.stays[j]));
                mip.row(low, 1.0, of_site.clone().map(|o| (open[o], 1.0)));
            }
        }
        let Some(before) = self.open.last() else {
            self.paid.push(open.clone());
            self.open.push(open);
            return;
        };
        let mut paid = Vec::with_capacity(open.len());
        for (o, offer) in model.offers.iter().enumerate() {
            let pay = mip.add(price(offer), 0.0, 1.0);
            let terms = [(pay, 1.0), (open[o], -1.0), (before[o], 1.0)];
            mip.row(0.0, f64::INFINITY, terms);
            paid.push(pay);
        }
        for (j, of_site) in model.of_site.iter().enumerate() {
            // What closed stays closed, what was built stays.
            let now = of_site.clone().map(|o| (open[o], 1.0));
            let then = of_site.clone().map(|o| (before[o], -1.0));
            let (low, high) = match span.exists.get(j) {
                Some(true) => (f64::NEG_INFINITY, 0.0),
                _ => (0.0, f64::INFINITY),
            };
            mip.row(low, high, now.chain(then));
            // Schools grow only.
            for o in of_site.clone() {
                let most = model.offers[o].places;
                let not_more = |q: &usize| *q != o && model.offers[*q].places <= most;
                let mut terms: Vec<(Var, f64)> = of_site
                    .clone()
                    .filter(not_more)
                    .map(|q| (open[q], 1.0))
                    .collect();
                if !terms.is_empty() {
                    terms.push((before[o], 1.0));
                    mip.row(f64::NEG_INFINITY, 1.0, terms);
                }
            }
        }
        self.paid.push(paid);
        self.open.push(open);
    }

    /// Who goes where in a situation.
    fn situation(&mut self, model: &Model, period: usize, aim: Aim) -> Option<()> {
        let mip = &mut self.mip;
        let mut of_block: Vec<Vec<Var>> = vec![Vec::new(); model.blocks];
        let mut pairs: Vec<Vec<(usize, Var)>> = vec![Vec::new(); model.sites];
        for (j, pairs) in pairs.iter_mut().enumerate() {
            if model.of_site[j].is_empty() {
                continue;
            }
            for (i, cost) in model.row(j).iter().enumerate() {
                if cost.is_finite() {
                    let cost = if aim == Aim::Cost { *cost } else { 0.0 };
                    let x = if model.whole {
                        mip.add_whole(cost, 0.0, 1.0)
                    } else {
                        mip.add(cost, 0.0, 1.0)
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
        for (j, pairs) in pairs.iter().enumerate() {
            let slack = self.slacks.get(j).copied();
            site_rows(mip, model, j, &self.open[period], pairs, slack);
        }
        if aim != Aim::Beyond {
            // Follows, but helps.
            let places = self.open[period].iter().zip(&model.offers);
            let places = places.map(|(y, o)| (*y, o.places));
            self.mip.row(model.demand(), f64::INFINITY, places);
        }
        self.pairs.push(pairs);
        Some(())
    }

    /// How many, and how dear.
    fn coupling(&mut self, span: &Span<'_>, aim: Aim) {
        let Some(model) = span.models.first() else {
            return;
        };
        let mip = &mut self.mip;
        if let Some(count) = model.count.map(|c| c as f64) {
            let free = (aim == Aim::Count).then(|| {
                let open = mip.add_whole(0.0, 0.0, model.sites as f64);
                let off = mip.add(1.0, 0.0, f64::INFINITY);
                mip.row(count, f64::INFINITY, [(open, 1.0), (off, 1.0)]);
                mip.row(f64::NEG_INFINITY, count, [(open, 1.0), (off, -1.0)]);
                open
            });
            for open in &self.open {
                let ones = open.iter().map(|y| (*y, 1.0));
                let at = if free.is_some() { 0.0 } else { count };
                mip.row(at, at, ones.chain(free.map(|n| (n, -1.0))));
            }
            self.count = free;
        }
        let mut spent = |paid: &[Vec<Var>], limit: f64| {
            let yuan = paid.iter().flat_map(|paid| {
                let yuan = paid.iter().zip(&model.offers);
                yuan.map(|(y, o)| (*y, o.yuan))
            });
            let more = (aim == Aim::Money).then(|| mip.add(1.0, 0.0, f64::INFINITY));
            if limit.is_finite() {
                mip.row(
                    f64::NEG_INFINITY,
                    limit,
                    yuan.chain(more.map(|v| (v, -1.0))),
                );
            }
            self.beyond.extend(more);
        };
        for (paid, limit) in self.paid.iter().zip(span.money) {
            spent(std::slice::from_ref(paid), *limit);
        }
        spent(&self.paid, model.budget);
    }
}

/// What a site can take.
fn site_rows(
    mip: &mut Mip,
    model: &Model,
    j: usize,
    open: &[Var],
    pairs: &[(usize, Var)],
    slack: Slack,
) {
    let offers = model.of_site[j].clone();
    if offers.is_empty() {
        return;
    }
    let sized = |f: fn(&Offer) -> f64| {
        let sizes = offers.clone().map(move |o| -f(&model.offers[o]));
        offers.clone().map(|o| open[o]).zip(sizes)
    };
    let [over, few, without] = match slack {
        Some([over, few, without]) => [Some((over, -1.0)), Some((few, 1.0)), Some((without, -1.0))],
        None => [None; 3],
    };
    let load = || pairs.iter().map(|&(i, x)| (x, model.students[i]));
    let terms = load().chain(sized(|o| o.places)).chain(over);
    mip.row(f64::NEG_INFINITY, 0.0, terms);
    if offers.clone().any(|o| model.offers[o].least > 0.0) {
        let terms = load().chain(sized(|o| o.least)).chain(few);
        mip.row(0.0, f64::INFINITY, terms);
    }
    let far = || pairs.iter().filter(|(i, _)| model.far(j, *i));
    if far().next().is_some() {
        let terms = far().map(|&(i, x)| (x, model.students[i]));
        let terms = terms.chain(sized(|o| o.beds)).chain(without);
        mip.row(f64::NEG_INFINITY, 0.0, terms);
    }
    // A site that is open whatever happens needs no link.
    if !(model.stays[j] && offers.len() == 1) {
        for &(_, x) in pairs {
            let terms = [(x, 1.0)].into_iter().chain(sized(|_| 1.0));
            mip.row(f64::NEG_INFINITY, 0.0, terms);
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

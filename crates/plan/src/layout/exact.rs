//! A whole problem as one integer programme: every period, scenario and rule, where that is small.

use crate::mip::{Limits, Mip, Solution, Solved, Var};
use crate::run::Run;

use super::compact::{Aim, Programme, Span};
use super::model::Model;
use super::plan::{Plan, Share};
use super::problem::Problem;

/// What HiGHS said.
#[derive(Debug)]
pub(super) enum Exact {
    /// A plan and a bound.
    Plan(Plan, f64),
    /// There is no plan.
    Infeasible,
    /// No plan in the nodes given; a bound.
    Nothing(f64),
}

/// The models of a problem, a situation each, and what joins them.
pub(super) struct Whole {
    models: Vec<Model>,
    period: Vec<usize>,
    exists: Vec<bool>,
    pub(super) money: Vec<f64>,
}

impl Whole {
    pub(super) fn new(problem: &Problem) -> Self {
        let models = problem.situations.iter().map(|situation| {
            let mut model = Model::new(problem, situation);
            model.cost.iter_mut().for_each(|c| *c *= situation.weight);
            model
        });
        let money = |period| {
            let limit = problem.rules.budget_by_period.get(period).copied();
            limit.flatten().unwrap_or(f64::INFINITY)
        };
        Self {
            models: models.collect(),
            period: problem.situations.iter().map(|s| s.period).collect(),
            exists: problem.sites.iter().map(|s| s.exists).collect(),
            money: (0..problem.periods).map(money).collect(),
        }
    }

    /// Pairs of block and site in all situations.
    pub(super) fn pairs(&self) -> usize {
        self.models.iter().map(Model::pairs).sum()
    }

    /// `None` where a block can go nowhere.
    pub(super) fn programme(&self, aim: Aim) -> Option<Programme> {
        let span = Span {
            models: &self.models,
            period: &self.period,
            exists: &self.exists,
            money: &self.money,
        };
        Programme::new(&span, aim)
    }

    /// Nodes that take about as long for any problem.
    pub(super) fn limits(&self, gap: f64) -> Limits {
        Limits {
            gap,
            nodes: i32::try_from(WORK / self.pairs().max(1)).unwrap_or(i32::MAX),
            ..Limits::default()
        }
    }
}

/// Nodes × pairs of block and site.
const WORK: usize = 20_000_000;

/// Solves the problem, from a plan if there is one.
pub(super) fn solve(problem: &Problem, whole: &Whole, run: &Run, start: Option<&Plan>) -> Exact {
    let Some(programme) = whole.programme(Aim::Cost) else {
        return Exact::Infeasible;
    };
    let limits = whole.limits(problem.rules.gap.max(1e-7));
    let start = start.map(|plan| values(&programme, whole, plan));
    let Programme {
        mip, open, pairs, ..
    } = programme;
    match mip.solve(run, limits, start.as_deref()) {
        Solved::Infeasible => Exact::Infeasible,
        Solved::Nothing { bound } => Exact::Nothing(bound),
        Solved::Point(point) => {
            Exact::Plan(plan(problem, whole, &point, &open, &pairs), point.bound)
        }
    }
}

/// A plan as values of the variables.
fn values(programme: &Programme, whole: &Whole, plan: &Plan) -> Vec<f64> {
    let mut values = vec![0.0; programme.mip.len()];
    for (p, (open, paid)) in programme.open.iter().zip(&programme.paid).enumerate() {
        for (o, offer) in whole.models[0].offers.iter().enumerate() {
            let chosen = |period: usize| plan.open[period][offer.site] == Some(offer.rank);
            if chosen(p) {
                values[open[o].index()] = 1.0;
                if p == 0 || !chosen(p - 1) {
                    values[paid[o].index()] = 1.0;
                }
            }
        }
    }
    for (pairs, shares) in programme.pairs.iter().zip(&plan.shares) {
        for share in shares {
            let of_site = &pairs[share.site];
            if let Ok(at) = of_site.binary_search_by_key(&share.block, |(i, _)| *i) {
                values[of_site[at].1.index()] = share.part;
            }
        }
    }
    values
}

/// The plan at a point.
fn plan(
    problem: &Problem,
    whole: &Whole,
    point: &Solution,
    open: &[Vec<Var>],
    pairs: &[Vec<Vec<(usize, Var)>>],
) -> Plan {
    let value = |x: &Var| point.values.get(x.index()).copied().unwrap_or(0.0);
    let offers = &whole.models[0].offers;
    let chosen = |open: &Vec<Var>| {
        let mut of_site = vec![None; problem.sites.len()];
        for (y, offer) in open.iter().zip(offers) {
            if value(y) > 0.5 {
                of_site[offer.site] = Some(offer.rank);
            }
        }
        of_site
    };
    let shares = |pairs: &Vec<Vec<(usize, Var)>>| {
        let mut shares = Vec::new();
        for (site, of_site) in pairs.iter().enumerate() {
            for (block, x) in of_site {
                let part = value(x).min(1.0);
                let part = if problem.rules.split {
                    part
                } else {
                    part.round()
                };
                if part > 1e-9 {
                    let block = *block;
                    shares.push(Share { block, site, part });
                }
            }
        }
        shares.sort_by_key(|s| (s.block, s.site));
        shares
    };
    Plan {
        open: open.iter().map(chosen).collect(),
        shares: pairs.iter().map(shares).collect(),
    }
}

/// The least of `aim`, if that could be settled: its value, the programme's variables and values.
pub(super) fn least(whole: &Whole, aim: Aim, run: &Run) -> Least {
    let Some(mut programme) = whole.programme(aim) else {
        return Least::Never;
    };
    let mip: Mip = std::mem::take(&mut programme.mip);
    match mip.solve(run, whole.limits(1e-4), None) {
        // Settled where the bound tells some from none.
        Solved::Point(point) if point.bound > 1e-6 || point.objective < 1e-6 => {
            Least::Some(Box::new((programme, point)))
        }
        Solved::Infeasible => Least::Never,
        Solved::Point(_) | Solved::Nothing { .. } => Least::Unknown,
    }
}

/// What [`least`] came to.
pub(super) enum Least {
    /// Possible only so.
    Some(Box<(Programme, Solution)>),
    /// Not even so.
    Never,
    /// The nodes did not suffice.
    Unknown,
}

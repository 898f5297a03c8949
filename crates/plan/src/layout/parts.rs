//! Children to the schools that are open, parts of blocks allowed: transport, or HiGHS where
//! schools have a floor or beds.

use crate::mip::{Limits, Mip, Solved, Var};
use crate::run::Run;
use crate::transport::{Costs, Transport};

use super::model::Model;
use super::search::assign::Assigner;
use super::state::State;

/// Who goes where in one situation, and what it costs.
#[derive(Debug, Clone)]
pub(super) struct Service {
    pub(super) cost: f64,
    /// Per block its sites and parts.
    pub(super) parts: Vec<Vec<(usize, f64)>>,
    /// Price of each whole block, travel and places: they prove the cost of the flow.
    pub(super) prices: Vec<f64>,
    /// Per site its blocks and parts, were all allowed to be divided and no school too small.
    pub(super) members: Vec<Vec<(usize, f64)>>,
}

/// One situation with its costs turned for the transport.
#[derive(Debug)]
pub(super) struct Desk {
    pub(super) model: Model,
    costs: Costs,
    nearest: Vec<Vec<u32>>,
}

impl Desk {
    pub(super) fn new(model: Model) -> Self {
        let mut costs = Costs::new(model.blocks, model.sites);
        for i in 0..model.blocks {
            for (j, cost) in costs.row_mut(i).iter_mut().enumerate() {
                *cost = model.cost(j, i);
            }
        }
        let nearest = if model.whole {
            model.nearest()
        } else {
            Vec::new()
        };
        Self {
            model,
            costs,
            nearest,
        }
    }

    /// The cheapest way to serve all with these offers; `None` where there is none.
    pub(super) fn serve(&self, open: &[Option<usize>], run: &Run) -> Option<Service> {
        let model = &self.model;
        let used: Vec<usize> = (0..model.sites).filter(|&j| open[j].is_some()).collect();
        let places = |o: &Option<usize>| o.map_or(0.0, |o| model.offers[o].places);
        let capacity: Vec<f64> = open.iter().map(places).collect();
        let transport = Transport {
            costs: &self.costs,
            supply: &model.students,
            capacity: &capacity,
            open: &used,
        };
        let flow = transport.solve().ok()?;
        let mut members = vec![Vec::new(); model.sites];
        for (i, parts) in flow.shares.iter().enumerate() {
            for &(j, part) in parts {
                members[j].push((i, part));
            }
        }
        let each = flow.block_prices.iter().zip(&model.students);
        let service = Service {
            cost: flow.objective,
            prices: each
                .map(|(price, students)| price * if *students > 0.0 { *students } else { 1.0 })
                .collect(),
            parts: flow.shares,
            members,
        };
        let service = if self.keeps(open, &service) {
            service
        } else {
            self.with_floors(open, &service, run)?
        };
        if model.whole {
            self.rounded(open, &service, run)
        } else {
            Some(service)
        }
    }

    /// Floors and beds; places the transport keeps itself.
    fn keeps(&self, open: &[Option<usize>], service: &Service) -> bool {
        let model = &self.model;
        let (mut load, mut far) = (vec![0.0; model.sites], vec![0.0; model.sites]);
        for (i, parts) in service.parts.iter().enumerate() {
            for &(j, part) in parts {
                load[j] += part * model.students[i];
                if model.far(j, i) {
                    far[j] += part * model.students[i];
                }
            }
        }
        open.iter().enumerate().all(|(j, o)| {
            o.is_none_or(|o| {
                let offer = &model.offers[o];
                let slack = 1e-9 * offer.places.max(1.0);
                load[j] >= offer.least - slack && far[j] <= offer.beds + slack
            })
        })
    }

    /// A linear programme over the nearest open sites of each block.
    fn with_floors(&self, open: &[Option<usize>], start: &Service, run: &Run) -> Option<Service> {
        const NEAR: usize = 12;
        let model = &self.model;
        let mut mip = Mip::default();
        let mut pairs: Vec<(usize, usize, Var)> = Vec::new();
        let mut of_site: Vec<Vec<(Var, f64, bool)>> = vec![Vec::new(); model.sites];
        for i in 0..model.blocks {
            let mut sites: Vec<usize> = (0..model.sites)
                .filter(|&j| open[j].is_some() && model.cost(j, i).is_finite())
                .collect();
            sites.sort_by(|&a, &b| {
                let (x, y) = (model.cost(a, i), model.cost(b, i));
                x.total_cmp(&y).then(a.cmp(&b))
            });
            let used = |j: &usize| start.parts[i].iter().any(|(s, _)| s == j);
            let mut near: Vec<usize> = sites.iter().copied().take(NEAR).collect();
            near.extend(sites.iter().skip(NEAR).filter(|j| used(j)));
            let vars: Vec<Var> = near
                .iter()
                .map(|&j| {
                    let x = mip.add(model.cost(j, i), 0.0, 1.0);
                    pairs.push((i, j, x));
                    of_site[j].push((x, model.students[i], model.far(j, i)));
                    x
                })
                .collect();
            mip.row(1.0, 1.0, vars.into_iter().map(|x| (x, 1.0)));
        }
        for (j, vars) in of_site.iter().enumerate() {
            let Some(o) = open[j] else { continue };
            let offer = &model.offers[o];
            let load = vars.iter().map(|(x, w, _)| (*x, *w));
            mip.row(offer.least, offer.places, load);
            let far = vars.iter().filter(|v| v.2).map(|(x, w, _)| (*x, *w));
            mip.row(f64::NEG_INFINITY, offer.beds, far);
        }
        let Solved::Point(point) = mip.solve(run, Limits::default(), None) else {
            return None;
        };
        let mut parts = vec![Vec::new(); model.blocks];
        for (i, j, x) in pairs {
            let part = point.values.get(x.index()).copied().unwrap_or(0.0);
            if part > 1e-9 {
                parts[i].push((j, part.min(1.0)));
            }
        }
        Some(Service {
            cost: point.objective,
            parts,
            ..start.clone()
        })
    }

    /// Whole blocks: where most of each goes, mended by local search.
    fn rounded(&self, open: &[Option<usize>], service: &Service, run: &Run) -> Option<Service> {
        let model = &self.model;
        let scale = service.cost / model.demand().max(1e-9);
        let mut state = State::new(model, open.to_vec(), 2.0 * scale.max(1e-9));
        for (i, parts) in service.parts.iter().enumerate() {
            let most = parts
                .iter()
                .max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
            state.put(model, i, most?.0);
        }
        let mut assigner = Assigner::new(model, &self.nearest, run);
        assigner.repair(&mut state, 8);
        let yuan: f64 = open.iter().flatten().map(|&o| model.offers[o].yuan).sum();
        state.keeps().then(|| Service {
            cost: state.cost - yuan,
            parts: state
                .site
                .iter()
                .map(|j| vec![(*j as usize, 1.0)])
                .collect(),
            ..service.clone()
        })
    }
}

//! What a change of a few sites costs, reckoned among the schools around them only.

use super::super::model::Model;
use super::super::parts::{Desk, Service};
use crate::transport::{Costs, Transport};

/// Open schools looked at around each site that changes.
const AROUND: usize = 16;
/// Sites per block that are said to be near each other.
const NEAR: usize = 24;

/// Per site the others, those first that are near the same children.
pub(super) fn neighbours(model: &Model) -> Vec<Vec<usize>> {
    let mut shared = vec![0.0; model.sites * model.sites];
    for (sites, students) in model.nearest().iter().zip(&model.students) {
        let near = &sites[..sites.len().min(NEAR)];
        for (n, a) in near.iter().enumerate() {
            for (m, b) in near.iter().enumerate() {
                // What is nearer counts for more.
                let both = students / (1 + n + m) as f64;
                shared[*a as usize * model.sites + *b as usize] += both;
            }
        }
    }
    let others = |j: usize| {
        let with = |k: usize| shared[j * model.sites + k];
        let mut all: Vec<usize> = (0..model.sites)
            .filter(|k| *k != j && with(*k) > 0.0)
            .collect();
        all.sort_by(|a, b| with(*b).total_cmp(&with(*a)).then(a.cmp(b)));
        all
    };
    (0..model.sites).map(others).collect()
}

/// What travel costs more after the change of `sites` than before, and the work it took; infinite
/// where that is not below `limit`, or the schools around have no room.
pub(super) fn rise(
    desk: &Desk,
    service: &Service,
    neighbours: &[Vec<usize>],
    sites: &[usize],
    [before, after]: [&[Option<usize>]; 2],
    limit: f64,
) -> (u64, f64) {
    let model = &desk.model;
    let open = |j: &usize| before[*j].is_some() || after[*j].is_some();
    let mut around: Vec<usize> = sites.to_vec();
    for j in sites {
        around.extend(neighbours[*j].iter().copied().filter(open).take(AROUND));
    }
    around.sort_unstable();
    around.dedup();
    let mut supply = Vec::new();
    let mut rows: Vec<(usize, f64)> = Vec::new();
    let mut cost = 0.0;
    for &j in &around {
        for &(i, part) in &service.members[j] {
            rows.push((i, part));
            supply.push(model.students[i] * part);
            cost += model.cost(j, i) * part;
        }
    }
    let mut costs = Costs::new(rows.len(), around.len());
    for (n, (i, part)) in rows.iter().enumerate() {
        for (cost, &j) in costs.row_mut(n).iter_mut().zip(&around) {
            *cost = model.cost(j, *i) * part;
        }
    }
    let places = |j: &usize| after[*j].map_or(0.0, |o| model.offers[o].places);
    let capacity: Vec<f64> = around.iter().map(places).collect();
    let used = |n: &usize| after[around[*n]].is_some();
    let used: Vec<usize> = (0..around.len()).filter(used).collect();
    let transport = Transport {
        costs: &costs,
        supply: &supply,
        capacity: &capacity,
        open: &used,
    };
    let work = (rows.len() * around.len()) as u64 + 1_000;
    let after = transport.cost_below(cost + limit);
    (work, after.map_or(f64::INFINITY, |after| after - cost))
}

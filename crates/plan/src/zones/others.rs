//! Several different plans near the best.
//!
//! Besides those that the search met on its way, plans are looked for where children pay for
//! staying where the plans before have them (hop, skip and jump: Brill, Chang and Hopkins 1982).

use super::area::Area;
use super::plan::Plan;
use super::problem::Problem;
use super::solve::effort::Effort;
use super::solve::{self, Found};
use super::{check, whole};
use crate::random::Random;
use crate::run::Run;
use crate::transport::Flow;

/// How much dearer than the best another plan may be.
const NEAR: f64 = 0.02;
/// What a child pays for staying, tried one after the other: times what all children together would
/// have to pay for the dearest plan.
const WEIGHTS: [f64; 4] = [1.0, 4.0, 16.0, 64.0];

/// The best plan and up to `plans` − 1 others within 2 % of it, each as different from those before
/// as can be found.
pub(super) fn near_the_best(
    (problem, area): (&Problem, &Area),
    flow: &Flow,
    found: &Found,
    run: &Run,
    plans: usize,
) -> Vec<Plan> {
    let plan = |owners: &Vec<u32>| whole(problem, owners, flow);
    let best = plan(&found.owners);
    let most = best.objective + NEAR * best.objective.abs();
    let near = |plan: &Plan| plan.objective <= most && check(problem, plan).is_empty();
    let mut all = vec![best];
    let mut owners = vec![found.owners.clone()];
    let mut met: Vec<Vec<u32>> = found.others.clone();
    met.retain(|owners| near(&plan(owners)));
    while all.len() < plans {
        if !run.stopped() {
            let away = WEIGHTS.map(|weight| {
                let weight = weight * NEAR * found.cost.abs() / area.children.iter().sum::<f64>();
                elsewhere(area, flow, run, &owners, weight)
            });
            met.extend(
                away.into_iter()
                    .flatten()
                    .filter(|owners| near(&plan(owners))),
            );
        }
        let far = |owners: &Vec<u32>| {
            let other = plan(owners);
            let differs = all.iter().map(|p| p.differs(&other, problem));
            differs.fold(f64::INFINITY, f64::min)
        };
        let farthest =
            (0..met.len()).max_by(|a, b| far(&met[*a]).total_cmp(&far(&met[*b])).then(b.cmp(a)));
        let Some(next) = farthest.filter(|at| far(&met[*at]) > 0.0) else {
            break;
        };
        let next = met.swap_remove(next);
        all.push(plan(&next));
        owners.push(next);
    }
    all
}

/// A plan where every child pays `weight` for each earlier plan that has it at the same school;
/// beside several plans by chance more or less, or all ways between them would cost the same.
fn elsewhere(
    area: &Area,
    flow: &Flow,
    run: &Run,
    earlier: &[Vec<u32>],
    weight: f64,
) -> Option<Vec<u32>> {
    const PARTS: usize = 1_000;
    let mut dearer = area.clone();
    let mut random = Random::new(run.seed.wrapping_add(earlier.len() as u64));
    for owners in earlier {
        for (block, owner) in owners.iter().enumerate() {
            let chance = match earlier.len() {
                1 => 1.0,
                _ => 2.0 * random.below(PARTS) as f64 / PARTS as f64,
            };
            dearer.costs.row_mut(block)[*owner as usize] += chance * weight * area.children[block];
        }
    }
    let effort = Effort::quick(area.blocks());
    let found = solve::solve(&dearer, flow, run, effort, earlier.first().cloned()).ok()?;
    found.cost.is_finite().then_some(found.owners)
}

//! Prices per block, situation and joint rule, and the bound that they prove.

use std::ops::Range;

use super::super::dual::knapsack::Knapsack;
use super::super::dual::{Packed, first_prices, pack_some};
use super::super::model::Model;
use super::Solver;
use super::joint::Joint;
use super::schedule::{Schedule, cheapest};
use crate::run::Progress;

/// Evaluations.
const STEPS: usize = 1_500;
/// The stride at which they end, and those without a better bound that halve it.
const SHORTEST: f64 = 1e-4;
const PATIENCE: usize = 30;

#[derive(Debug, Clone)]
pub(super) struct Prices {
    blocks: Vec<Vec<f64>>,
    joints: Vec<f64>,
}

pub(super) struct Point {
    prices: Prices,
    bound: f64,
    schedules: Vec<Schedule>,
    /// Cost of each offer in each period, without paying for it: period × (site, offer).
    pub(super) open: Vec<Vec<f64>>,
    /// How far blocks and joint rules are from being kept.
    slack_blocks: Vec<Vec<f64>>,
    slack_joints: Vec<f64>,
}

impl Solver<'_> {
    /// What every offer takes in every situation at prices of blocks.
    pub(super) fn packed(&self, prices: &[&Vec<f64>]) -> Vec<Packed> {
        let sites = self.problem.sites.len();
        let halves = [0..sites / 2, sites / 2..sites];
        let desks = self.desks.iter().zip(prices);
        let asked: Vec<(&Model, &[f64], Range<usize>)> = desks
            .flat_map(|(desk, prices)| halves.clone().map(|half| (&desk.model, &prices[..], half)))
            .collect();
        let answers = self.run.each(&asked, |(model, prices, half)| {
            pack_some(
                model,
                prices,
                half.clone(),
                self.parts,
                &mut Knapsack::default(),
            )
        });
        let mut answers = answers.into_iter();
        let mut both = || {
            let mut one = answers.next()?;
            let other = answers.next()?;
            one.costs.extend(other.costs);
            one.packs.extend(other.packs);
            Some(one)
        };
        std::iter::from_fn(&mut both).collect()
    }

    /// What offers cost in each period while they are open.
    pub(super) fn while_open(&self, packed: &[Packed]) -> Vec<Vec<f64>> {
        let offers = self.desks[0].model.offers.len();
        let mut open = vec![vec![0.0; offers]; self.problem.periods];
        for (packed, situation) in packed.iter().zip(&self.problem.situations) {
            for (sum, cost) in open[situation.period].iter_mut().zip(&packed.costs) {
                *sum += cost;
            }
        }
        open
    }

    fn evaluate(&self, prices: Prices) -> Point {
        let problem = self.problem;
        let model = &self.desks[0].model;
        let packed = self.packed(&prices.blocks.iter().collect::<Vec<_>>());
        let open = self.while_open(&packed);
        let mut bound: f64 = prices.blocks.iter().flatten().sum();
        let mut slack_joints: Vec<f64> = self.joints.iter().map(|j| j.least).collect();
        for (least, price) in slack_joints.iter().zip(&prices.joints) {
            bound += price * least;
        }
        let mut slack_blocks = vec![vec![1.0; model.blocks]; self.desks.len()];
        let mut schedules = Vec::with_capacity(model.sites);
        for (j, site) in problem.sites.iter().enumerate() {
            let first = model.of_site[j].start;
            let (value, schedule) = self.schedule(j, &prices, &open);
            bound += value;
            for (joint, slack) in self.joints.iter().zip(&mut slack_joints) {
                *slack -= joint.of(site, &schedule);
            }
            let each = packed.iter().zip(&problem.situations);
            for ((packed, situation), slack) in each.zip(&mut slack_blocks) {
                let Some(rank) = schedule[situation.period] else {
                    continue;
                };
                for &(i, part) in &packed.packs[first + rank] {
                    slack[i as usize] -= part;
                }
            }
            schedules.push(schedule);
        }
        Point {
            prices,
            bound,
            schedules,
            open,
            slack_blocks,
            slack_joints,
        }
    }

    /// The cheapest schedule of a site at these prices.
    fn schedule(&self, j: usize, prices: &Prices, open: &[Vec<f64>]) -> (f64, Schedule) {
        let site = &self.problem.sites[j];
        let first = self.desks[0].model.of_site[j].start;
        let priced = |of: &dyn Fn(&Joint) -> f64| -> f64 {
            let each = self.joints.iter().zip(&prices.joints);
            each.map(|(joint, price)| price * of(joint)).sum()
        };
        cheapest(
            site,
            self.problem.periods,
            |period, o| {
                let offer = &site.offers[o];
                open[period][first + o] - priced(&|joint| joint.of_open(period, offer))
            },
            |period, o| {
                let offer = &site.offers[o];
                offer.yuan - priced(&|joint| joint.of_pay(period, offer))
            },
        )
    }

    /// Raises the bound, makes plans along the way and improves the best at the end.
    pub(super) fn ascend(&mut self) -> f64 {
        let start = Prices {
            blocks: self
                .desks
                .iter()
                .map(|d| first_prices(&d.model, &d.model.nearest(), 1))
                .collect(),
            joints: vec![0.0; self.joints.len()],
        };
        let mut point = self.evaluate(start);
        let (mut best, mut best_bound) = (point.prices.clone(), point.bound);
        let mut direction = Prices {
            blocks: point.slack_blocks.clone(),
            joints: point.slack_joints.clone(),
        };
        let (mut stride, mut idle) = (1.0, 0);
        let mut next = 40;
        for step in 1..STEPS {
            if stride < SHORTEST || self.done(best_bound) {
                break;
            }
            if step == next {
                self.try_schedules(point.schedules.clone());
                next += 20 + next / 2;
            }
            let norm = blend(&mut direction, &point, &self.joints);
            if norm < 1e-12 {
                break;
            }
            let upper = self.upper();
            let aim = if upper.is_finite() {
                upper
            } else {
                best_bound + 0.05 * best_bound.abs().max(1e-9)
            };
            let length = stride * (aim - point.bound).max(1e-4 * aim.abs()) / norm;
            let mut prices = point.prices;
            climb(&mut prices, &direction, length, &self.joints);
            point = self.evaluate(prices);
            if point.bound > best_bound + 1e-6 * best_bound.abs() {
                idle = 0;
            } else {
                idle += 1;
            }
            if point.bound > best_bound {
                best_bound = point.bound;
                best = point.prices.clone();
            }
            if idle >= PATIENCE {
                idle = 0;
                stride /= 2.0;
                point = self.evaluate(best.clone());
                zero(&mut direction);
            }
            self.run.tell(Progress {
                done: step as f64 / (2 * STEPS) as f64,
                objective: Some(self.upper()).filter(|u| u.is_finite()),
                bound: Some(best_bound).filter(|b| b.is_finite()),
            });
        }
        let point = self.evaluate(best);
        self.try_schedules(point.schedules.clone());
        self.improve(&point, best_bound);
        best_bound
    }
}

fn blend(direction: &mut Prices, point: &Point, joints: &[Joint]) -> f64 {
    let mut norm = 0.0;
    let slacks = point.slack_blocks.iter().flatten();
    for (d, slack) in direction.blocks.iter_mut().flatten().zip(slacks) {
        *d = 0.6 * slack + 0.4 * *d;
        norm += *d * *d;
    }
    let each = point
        .slack_joints
        .iter()
        .zip(&point.prices.joints)
        .zip(joints);
    for (d, ((slack, price), joint)) in direction.joints.iter_mut().zip(each) {
        // A price at zero does not go below it.
        let slack = if !joint.exact && *price <= 0.0 {
            slack.max(0.0)
        } else {
            *slack
        };
        *d = 0.6 * slack + 0.4 * *d;
        norm += *d * *d;
    }
    norm
}

fn climb(prices: &mut Prices, direction: &Prices, length: f64, joints: &[Joint]) {
    let directions = direction.blocks.iter().flatten();
    for (price, d) in prices.blocks.iter_mut().flatten().zip(directions) {
        *price += length * d;
    }
    let each = direction.joints.iter().zip(joints);
    for (price, (d, joint)) in prices.joints.iter_mut().zip(each) {
        *price += length * d;
        if !joint.exact {
            *price = price.max(0.0);
        }
    }
}

fn zero(direction: &mut Prices) {
    direction.blocks.iter_mut().flatten().for_each(|d| *d = 0.0);
    direction.joints.fill(0.0);
}

//! Several periods and scenarios, split blocks, and problems too large for `solve`.
//!
//! Prices per block and situation; every site packs parts of blocks and takes the cheapest schedule
//! over the periods. Rules that join the sites (places enough, how many, how much money) have
//! prices too. Schedules of good prices are served by transport, then improved site by site.

use crate::run::{Progress, Run};

use super::dual::first_prices;
use super::knapsack::Knapsack;
use super::model::Model;
use super::parts::{Desk, Service};
use super::plan::{Plan, Share};
use super::problem::Problem;
use super::schedule::{Schedule, cheapest, simple};

/// Pairs of site and block looked at in services: the work budget.
const WORK: u64 = 400_000_000;
const STEPS: usize = 700;

/// A plan, if one was found, and a bound.
#[derive(Debug)]
pub(super) struct Solved {
    pub(super) plan: Option<Plan>,
    pub(super) bound: f64,
}

/// A rule that joins the sites: Σ of its coefficients over what is chosen, at least `least`.
///
/// Its coefficients are scaled so that one site weighs about 1.
#[derive(Debug)]
struct Joint {
    least: f64,
    /// Whether the sum must equal `least`.
    exact: bool,
    /// Per period, site and offer, while open.
    open: fn(&super::problem::Offer) -> f64,
    /// And when chosen.
    pay: fn(&super::problem::Offer) -> f64,
    scale: f64,
    /// The period it is about; `None` for all.
    period: Option<usize>,
}

impl Joint {
    fn about(&self, period: usize) -> bool {
        self.period.is_none_or(|p| p == period)
    }
}

#[derive(Debug, Clone)]
struct Prices {
    blocks: Vec<Vec<f64>>,
    joints: Vec<f64>,
}

struct Point {
    prices: Prices,
    bound: f64,
    schedules: Vec<Schedule>,
    /// Cost of each offer in each period, without paying for it: period × (site, offer).
    open: Vec<Vec<f64>>,
    /// How far blocks and joint rules are from being kept.
    slack_blocks: Vec<Vec<f64>>,
    slack_joints: Vec<f64>,
}

struct Found {
    cost: f64,
    schedules: Vec<Schedule>,
    services: Vec<Service>,
}

struct Solver<'a> {
    problem: &'a Problem,
    run: &'a Run<'a>,
    desks: Vec<Desk>,
    joints: Vec<Joint>,
    best: Option<Found>,
    work: u64,
}

/// Solves any layout problem.
pub(super) fn solve(problem: &Problem, run: &Run) -> Solved {
    let desks: Vec<Desk> = problem
        .situations
        .iter()
        .map(|situation| {
            let mut model = Model::new(problem, situation);
            for cost in &mut model.cost {
                *cost *= situation.weight;
            }
            Desk::new(model)
        })
        .collect();
    let mut solver = Solver {
        problem,
        run,
        joints: joints(problem),
        desks,
        best: None,
        work: 0,
    };
    let bound = solver.ascend();
    Solved {
        bound: bound.min(solver.upper()),
        plan: solver.best.map(|found| plan(problem, found)),
    }
}

fn joints(problem: &Problem) -> Vec<Joint> {
    let offers: Vec<_> = problem.sites.iter().flat_map(|s| &s.offers).collect();
    let mean = |f: fn(&super::problem::Offer) -> f64| {
        let sum: f64 = offers.iter().map(|o| f(o)).sum();
        (sum / offers.len().max(1) as f64).max(1e-9)
    };
    let mut joints = Vec::new();
    for period in 0..problem.periods {
        let situations = problem.situations.iter().filter(|s| s.period == period);
        let demand = situations
            .map(|s| s.students.iter().sum::<f64>())
            .fold(0.0, f64::max);
        let scale = mean(|o| o.places);
        joints.push(Joint {
            least: demand / scale,
            exact: false,
            open: |o| o.places,
            pay: |_| 0.0,
            scale,
            period: Some(period),
        });
        if let Some(count) = problem.rules.open_exactly {
            joints.push(Joint {
                least: count as f64,
                exact: true,
                open: |_| 1.0,
                pay: |_| 0.0,
                scale: 1.0,
                period: Some(period),
            });
        }
    }
    let by_period = problem.rules.budget_by_period.iter().enumerate();
    let limits = by_period.map(|(p, limit)| (Some(p), *limit));
    for (period, limit) in limits.chain([(None, problem.rules.budget)]) {
        let Some(limit) = limit else { continue };
        let scale = mean(|o| o.yuan);
        joints.push(Joint {
            least: -limit / scale,
            exact: false,
            open: |_| 0.0,
            pay: |o| -o.yuan,
            scale,
            period,
        });
    }
    joints
}

impl Solver<'_> {
    fn upper(&self) -> f64 {
        self.best.as_ref().map_or(f64::INFINITY, |b| b.cost)
    }

    fn done(&self, bound: f64) -> bool {
        let upper = self.upper();
        self.run.stopped()
            || (upper.is_finite()
                && upper - bound <= self.problem.rules.gap.max(1e-9) * upper.abs())
    }

    fn evaluate(&self, prices: Prices, knapsack: &mut Knapsack) -> Point {
        let problem = self.problem;
        let model = &self.desks[0].model;
        let mut open = vec![vec![0.0; model.offers.len()]; problem.periods];
        let mut packs: Vec<Vec<Vec<(u32, f64)>>> = Vec::with_capacity(self.desks.len());
        for (k, desk) in self.desks.iter().enumerate() {
            let reduced = super::dual::pack_all(&desk.model, &prices.blocks[k], knapsack);
            let period = problem.situations[k].period;
            for (sum, cost) in open[period].iter_mut().zip(&reduced.costs) {
                *sum += cost;
            }
            packs.push(reduced.packs);
        }
        let mut bound: f64 = prices.blocks.iter().flatten().sum();
        let mut slack_joints: Vec<f64> = Vec::with_capacity(self.joints.len());
        for (joint, price) in self.joints.iter().zip(&prices.joints) {
            bound += price * joint.least;
            slack_joints.push(joint.least);
        }
        let mut slack_blocks = vec![vec![1.0; model.blocks]; self.desks.len()];
        let mut schedules = Vec::with_capacity(model.sites);
        for (j, site) in problem.sites.iter().enumerate() {
            let first = model.of_site[j].start;
            let (value, schedule) = self.schedule(j, &prices, &open);
            bound += value;
            for (period, chosen) in schedule.iter().enumerate() {
                let Some(rank) = *chosen else { continue };
                let offer = &site.offers[rank];
                let paid = period == 0 || schedule[period - 1] != *chosen;
                for (joint, slack) in self.joints.iter().zip(&mut slack_joints) {
                    if joint.about(period) {
                        let pay = if paid { (joint.pay)(offer) } else { 0.0 };
                        *slack -= ((joint.open)(offer) + pay) / joint.scale;
                    }
                }
                for (k, situation) in problem.situations.iter().enumerate() {
                    if situation.period == period {
                        for &(i, part) in &packs[k][first + rank] {
                            slack_blocks[k][i as usize] -= part;
                        }
                    }
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
        let of = |period: usize, f: &dyn Fn(&Joint) -> f64| -> f64 {
            let joints = self.joints.iter().zip(&prices.joints);
            let about = joints.filter(|(joint, _)| joint.about(period));
            about
                .map(|(joint, price)| price * f(joint) / joint.scale)
                .sum()
        };
        cheapest(
            site,
            self.problem.periods,
            |period, o| {
                open[period][first + o] - of(period, &|joint| (joint.open)(&site.offers[o]))
            },
            |period, o| {
                let offer = &site.offers[o];
                offer.yuan - of(period, &|joint| (joint.pay)(offer))
            },
        )
    }

    /// Raises the bound, makes plans along the way and improves the best at the end.
    fn ascend(&mut self) -> f64 {
        let mut knapsack = Knapsack::default();
        let start = Prices {
            blocks: self
                .desks
                .iter()
                .map(|d| first_prices(&d.model, &d.model.nearest()))
                .collect(),
            joints: vec![0.0; self.joints.len()],
        };
        let mut point = self.evaluate(start, &mut knapsack);
        let (mut best, mut best_bound) = (point.prices.clone(), point.bound);
        let mut direction = Prices {
            blocks: point.slack_blocks.clone(),
            joints: point.slack_joints.clone(),
        };
        let (mut stride, mut idle) = (1.0, 0);
        let mut next = 40;
        for step in 1..STEPS {
            if stride < 1e-3 || self.done(best_bound) {
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
            point = self.evaluate(prices, &mut knapsack);
            if point.bound > best_bound + 1e-6 * best_bound.abs() {
                idle = 0;
            } else {
                idle += 1;
            }
            if point.bound > best_bound {
                best_bound = point.bound;
                best = point.prices.clone();
            }
            if idle >= 12 {
                idle = 0;
                stride /= 2.0;
                point = self.evaluate(best.clone(), &mut knapsack);
                zero(&mut direction);
            }
            self.run.tell(Progress {
                done: step as f64 / (2 * STEPS) as f64,
                objective: Some(self.upper()).filter(|u| u.is_finite()),
                bound: Some(best_bound).filter(|b| b.is_finite()),
            });
        }
        let point = self.evaluate(best, &mut knapsack);
        self.try_schedules(point.schedules.clone());
        self.improve(&point, best_bound);
        best_bound
    }

    /// Offers per site of a period, as the models number them.
    fn chosen(&self, schedules: &[Schedule], period: usize) -> Vec<Option<usize>> {
        let model = &self.desks[0].model;
        let ranked = schedules.iter().zip(&model.of_site);
        ranked
            .map(|(s, offers)| s[period].map(|o| offers.start + o))
            .collect()
    }

    /// Whether the rules on the choice of sites hold.
    fn admissible(&self, schedules: &[Schedule]) -> bool {
        let problem = self.problem;
        let mut sums: Vec<f64> = self.joints.iter().map(|j| -j.least).collect();
        for (site, schedule) in problem.sites.iter().zip(schedules) {
            if site.stays && schedule.contains(&None) {
                return false;
            }
            for (period, chosen) in schedule.iter().enumerate() {
                let Some(o) = *chosen else { continue };
                let paid = period == 0 || schedule[period - 1] != *chosen;
                for (joint, sum) in self.joints.iter().zip(&mut sums) {
                    if joint.about(period) {
                        let pay = if paid {
                            (joint.pay)(&site.offers[o])
                        } else {
                            0.0
                        };
                        *sum += ((joint.open)(&site.offers[o]) + pay) / joint.scale;
                    }
                }
            }
        }
        let kept = self.joints.iter().zip(sums);
        kept.into_iter()
            .all(|(j, sum)| sum >= -1e-9 * j.least.abs().max(1.0) && !(j.exact && sum > 1e-9))
    }

    fn opening(&self, schedules: &[Schedule]) -> f64 {
        let each = self.problem.sites.iter().zip(schedules);
        each.map(|(site, schedule)| {
            let periods = schedule.iter().enumerate();
            let paid = periods.filter(|(p, o)| *p == 0 || schedule[*p - 1] != **o);
            paid.filter_map(|(_, o)| o.map(|o| site.offers[o].yuan))
                .sum::<f64>()
        })
        .sum()
    }

    /// Serves schedules and keeps them if they are the best. `same` are services of another plan
    /// that still hold for the periods in which both agree.
    fn try_plan(&mut self, schedules: Vec<Schedule>, same: Option<usize>) -> bool {
        if !self.admissible(&schedules) {
            return false;
        }
        let mut cost = self.opening(&schedules);
        let mut services = Vec::with_capacity(self.desks.len());
        for k in 0..self.desks.len() {
            let period = self.problem.situations[k].period;
            let kept = same.zip(self.best.as_ref()).and_then(|(_, best)| {
                let agree = |(a, b): (&Schedule, &Schedule)| a[period] == b[period];
                let agree = best.schedules.iter().zip(&schedules).all(agree);
                agree.then(|| best.services[k].clone())
            });
            let service = match kept {
                Some(service) => service,
                None => {
                    let model = &self.desks[k].model;
                    self.work += (model.blocks * model.sites) as u64;
                    let open = self.chosen(&schedules, period);
                    let Some(service) = self.desks[k].serve(&open, self.run) else {
                        return false;
                    };
                    service
                }
            };
            cost += service.cost;
            if cost >= self.upper() - 1e-9 * cost.abs() {
                return false;
            }
            services.push(service);
        }
        self.best = Some(Found {
            cost,
            schedules,
            services,
        });
        true
    }

    /// Schedules of the prices; where places are short in some period, the cheapest are added.
    fn try_schedules(&mut self, mut schedules: Vec<Schedule>) {
        for _ in 0..self.problem.sites.len() {
            if self.try_plan(schedules.clone(), None) || self.upper().is_finite() {
                return;
            }
            // No plan yet: the largest site that can still be added or grow.
            let mut choice: Option<(f64, usize, Schedule)> = None;
            for (j, site) in self.problem.sites.iter().enumerate() {
                for (o, offer) in site.offers.iter().enumerate() {
                    let now = schedules[j]
                        .iter()
                        .map(|s| s.map_or(0.0, |s| site.offers[s].places));
                    let least = now.fold(f64::INFINITY, f64::min);
                    let more = offer.places - least;
                    let each = (offer.yuan + 1.0) / more;
                    if more > 0.0 && choice.as_ref().is_none_or(|(best, ..)| each < *best) {
                        choice = Some((each, j, vec![Some(o); self.problem.periods]));
                    }
                }
            }
            let Some((_, j, schedule)) = choice else {
                return;
            };
            schedules[j] = schedule;
        }
    }

    /// Other schedules of one or two sites, those first that the prices favour.
    fn improve(&mut self, point: &Point, bound: f64) {
        let until = self.work.saturating_add(WORK);
        let options: Vec<Vec<(f64, Schedule)>> = (0..self.problem.sites.len())
            .map(|j| self.options(j, point))
            .collect();
        loop {
            let Some(best) = &self.best else { return };
            let current = best.schedules.clone();
            let moves = self.moves(&current, &options);
            let mut better = false;
            for (_, changes) in moves {
                if self.work >= until || self.done(bound) {
                    return;
                }
                let mut schedules = current.clone();
                for (j, at) in changes {
                    schedules[j].clone_from(&options[j][at].1);
                }
                if self.try_plan(schedules, Some(0)) {
                    better = true;
                    break;
                }
            }
            if !better {
                return;
            }
        }
    }

    /// The simple schedules of a site with what they cost at the prices.
    fn options(&self, j: usize, point: &Point) -> Vec<(f64, Schedule)> {
        let site = &self.problem.sites[j];
        let first = self.desks[0].model.of_site[j].start;
        let all = simple(self.problem, site).into_iter();
        all.map(|schedule| {
            let mut cost = 0.0;
            for (period, chosen) in schedule.iter().enumerate() {
                let Some(o) = *chosen else { continue };
                cost += point.open[period][first + o];
                if period == 0 || schedule[period - 1] != *chosen {
                    cost += site.offers[o].yuan;
                }
            }
            (cost, schedule)
        })
        .collect()
    }

    /// Changes of one site, and pairs of the most promising ones, best first.
    fn moves(
        &self,
        current: &[Schedule],
        options: &[Vec<(f64, Schedule)>],
    ) -> Vec<(f64, Vec<(usize, usize)>)> {
        let mut single: Vec<(f64, usize, usize)> = Vec::new();
        for (j, options) in options.iter().enumerate() {
            let now = options.iter().find(|o| o.1 == current[j]).map(|o| o.0);
            let now = now.unwrap_or(f64::NEG_INFINITY);
            for (at, option) in options.iter().enumerate() {
                if option.1 != current[j] {
                    let change = if now.is_finite() { option.0 - now } else { 0.0 };
                    single.push((change, j, at));
                }
            }
        }
        single.sort_by(|a, b| a.0.total_cmp(&b.0).then((a.1, a.2).cmp(&(b.1, b.2))));
        let mut moves: Vec<(f64, Vec<(usize, usize)>)> = Vec::new();
        for (n, a) in single.iter().enumerate().take(400) {
            moves.push((a.0, vec![(a.1, a.2)]));
            for b in single[..n].iter().take(60) {
                if a.1 != b.1 {
                    moves.push((a.0 + b.0, vec![(b.1, b.2), (a.1, a.2)]));
                }
            }
        }
        moves.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(&b.1)));
        moves.truncate(2_000);
        moves
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

fn plan(problem: &Problem, found: Found) -> Plan {
    let period = |p: usize| found.schedules.iter().map(|s| s[p]).collect();
    Plan {
        open: (0..problem.periods).map(period).collect(),
        shares: found
            .services
            .into_iter()
            .map(|service| {
                let blocks = service.parts.into_iter().enumerate();
                blocks
                    .flat_map(|(block, mut parts)| {
                        parts.sort_by_key(|p| p.0);
                        parts
                            .into_iter()
                            .map(move |(site, part)| Share { block, site, part })
                    })
                    .collect()
            })
            .collect(),
    }
}

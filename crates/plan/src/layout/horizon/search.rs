//! Plans: schedules of good prices, served by transport and then changed site by site.

use std::collections::BTreeSet;

use super::super::parts::Service;
use super::super::problem::Site;
use super::around;
use super::bound::Point;
use super::joint::{Joint, chosen};
use super::schedule::{Schedule, simple};
use super::{Found, Solver};
use crate::run::Progress;

/// Pairs of site and block looked at in services: the work budget.
const WORK: u64 = 800_000_000;
/// Most changes of one site, the best others that each is paired with wherever they are, the sites
/// beside it whose changes it is paired with, and changes in all.
const SINGLE: usize = 600;
const OTHERS: usize = 80;
const BESIDE: usize = 12;
const CHANGES: usize = 8_000;
/// Changes that are reckoned at the same time, and those of them that are served if they help.
const TOGETHER: usize = 60;
const SERVED: usize = 4;

/// Sites with another of their options.
type Change = Vec<(usize, usize)>;

impl Solver<'_> {
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
        let each = || problem.sites.iter().zip(schedules);
        let stay = |(site, schedule): (&Site, &Schedule)| !site.stays || !schedule.contains(&None);
        let keeps = |joint: &Joint| {
            let sum = each()
                .map(|(site, schedule)| joint.of(site, schedule))
                .sum();
            joint.keeps(sum)
        };
        each().all(stay) && self.joints.iter().all(keeps)
    }

    fn opening(&self, schedules: &[Schedule]) -> f64 {
        let each = self.problem.sites.iter().zip(schedules);
        let paid = each.flat_map(|(site, schedule)| chosen(site, schedule));
        let yuan = paid
            .filter(|(.., paid)| *paid)
            .map(|(_, offer, _)| offer.yuan);
        yuan.sum()
    }

    /// Serves schedules, if they could be the best, and counts the work. What the best has for a
    /// period in which both agree still holds.
    fn served(&self, schedules: Vec<Schedule>) -> (u64, Option<Found>) {
        if !self.admissible(&schedules) {
            return (0, None);
        }
        let best = self.best.as_ref();
        let same = |period: usize| {
            let best = best.filter(|best| {
                let mut each = best.schedules.iter().zip(&schedules);
                each.all(|(a, b)| a[period] == b[period])
            });
            best.map(|best| &best.services)
        };
        let kept: Vec<Option<&Vec<Service>>> = (0..self.problem.periods).map(same).collect();
        let mut cost = self.opening(&schedules);
        let mut services = Vec::with_capacity(self.desks.len());
        let mut work = 0;
        for (k, situation) in self.problem.situations.iter().enumerate() {
            let service = match kept[situation.period] {
                Some(services) => services.get(k).cloned(),
                None => {
                    let desk = &self.desks[k];
                    work += (desk.model.blocks * desk.model.sites) as u64;
                    desk.serve(&self.chosen(&schedules, situation.period), self.run)
                }
            };
            let Some(service) = service else {
                return (work, None);
            };
            cost += service.cost;
            if cost >= self.upper() - 1e-9 * cost.abs() {
                return (work, None);
            }
            services.push(service);
        }
        let found = Found {
            cost,
            schedules,
            services,
        };
        (work, Some(found))
    }

    /// Keeps the best of some schedules if it is better than the best so far.
    fn try_plans(&mut self, asked: &[Vec<Schedule>]) -> bool {
        let answers = self
            .run
            .each(asked, |schedules| self.served(schedules.clone()));
        self.work += answers.iter().map(|a| a.0).sum::<u64>();
        let found = answers.into_iter().filter_map(|a| a.1);
        let Some(found) = found.reduce(|a, b| if b.cost < a.cost { b } else { a }) else {
            return false;
        };
        self.best = Some(found);
        true
    }

    /// Schedules of the prices; where places are short in some period, the cheapest are added.
    pub(super) fn try_schedules(&mut self, mut schedules: Vec<Schedule>) {
        for _ in 0..self.problem.sites.len() {
            if self.try_plans(&[schedules.clone()]) || self.upper().is_finite() {
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

    /// Other schedules of one or two sites, those first that the prices favour: those of the
    /// bound, and those of the best plan, which also prove that most changes are in vain.
    pub(super) fn improve(&mut self, point: &Point, bound: f64) {
        let until = self.work.saturating_add(WORK);
        let sites = self.problem.sites.iter();
        let options: Vec<Vec<Schedule>> = sites.map(|s| simple(self.problem, s)).collect();
        let mut failed: BTreeSet<Change> = BTreeSet::new();
        let mut forgotten = self.upper();
        loop {
            let mut better = false;
            let mut changes = self.changes(point, &options);
            changes.retain(|change| !failed.contains(change));
            for some in changes.chunks(TOGETHER) {
                let Some(best) = &self.best else { return };
                if self.work >= until || self.done(bound) {
                    return;
                }
                let changed = |change: &Change| {
                    let mut schedules = best.schedules.clone();
                    for &(j, at) in change {
                        schedules[j].clone_from(&options[j][at]);
                    }
                    schedules
                };
                let asked: Vec<(&Change, Vec<Schedule>)> = some
                    .iter()
                    .map(|change| (change, changed(change)))
                    .collect();
                let rises = self.run.each(&asked, |(change, schedules)| {
                    let sites: Vec<usize> = change.iter().map(|c| c.0).collect();
                    self.rise(best, &sites, schedules)
                });
                let mut helpful: Vec<(f64, Vec<Schedule>)> = Vec::new();
                for ((work, rise), (_, schedules)) in rises.into_iter().zip(asked) {
                    self.work += work;
                    if rise < -1e-9 * best.cost {
                        helpful.push((rise, schedules));
                    }
                }
                helpful.sort_by(|a, b| a.0.total_cmp(&b.0));
                helpful.truncate(SERVED);
                let helpful: Vec<Vec<Schedule>> = helpful.into_iter().map(|h| h.1).collect();
                better = self.try_plans(&helpful);
                self.run.tell(Progress {
                    done: 0.5 + 0.5 * (1.0 - (until - self.work.min(until)) as f64 / WORK as f64),
                    objective: Some(self.upper()),
                    bound: Some(bound).filter(|b| b.is_finite()),
                });
                if better {
                    break;
                }
                failed.extend(some.iter().cloned());
            }
            if !better {
                if self.upper() >= forgotten {
                    return;
                }
                // What failed beside another plan may do now.
                forgotten = self.upper();
                failed.clear();
            }
        }
    }

    /// What other schedules of some sites cost more than the best, as far as the schools around
    /// them tell (infinite where it may be nothing less), and the work that took.
    fn rise(&self, best: &Found, sites: &[usize], schedules: &[Schedule]) -> (u64, f64) {
        if !self.admissible(schedules) {
            return (0, f64::INFINITY);
        }
        let mut rise = self.opening(schedules) - self.opening(&best.schedules);
        let mut work = 0;
        let last = self.problem.situations.len() - 1;
        for (k, situation) in self.problem.situations.iter().enumerate() {
            let period = situation.period;
            let same = |j: &usize| schedules[*j][period] == best.schedules[*j][period];
            if sites.iter().all(same) {
                continue;
            }
            let before = self.chosen(&best.schedules, period);
            let after = self.chosen(schedules, period);
            let (desk, service) = (&self.desks[k], &best.services[k]);
            // What later situations save is not known yet.
            let limit = if k == last { -rise } else { f64::INFINITY };
            let chosen = [&before[..], &after[..]];
            let (more, travel) =
                around::rise(desk, service, &self.neighbours, sites, chosen, limit);
            work += more;
            rise += travel;
            if rise.is_infinite() {
                break;
            }
        }
        (work, rise)
    }

    /// Changes of one site, and pairs of the most promising ones, best first.
    fn changes(&self, point: &Point, options: &[Vec<Schedule>]) -> Vec<Change> {
        let Some(best) = &self.best else {
            return Vec::new();
        };
        let prices: Vec<&Vec<f64>> = best.services.iter().map(|s| &s.prices).collect();
        let open = self.while_open(&self.packed(&prices));
        let value = |open: &[Vec<f64>], j: usize, schedule: &Schedule| -> f64 {
            let first = self.desks[0].model.of_site[j].start;
            let site = &self.problem.sites[j];
            let periods = schedule.iter().zip(open);
            let of_open = periods.filter_map(|(chosen, open)| open.get(first + (*chosen)?));
            let paid = chosen(site, schedule).filter(|(.., paid)| *paid);
            of_open.sum::<f64>() + paid.map(|(_, offer, _)| offer.yuan).sum::<f64>()
        };
        // No plan with the schedules of the best costs less than `least`, and a change by which it
        // rises to the best helps nothing.
        let mut least: f64 = prices.into_iter().flatten().sum();
        let mut single: Vec<(f64, f64, (usize, usize))> = Vec::new();
        for (j, options) in options.iter().enumerate() {
            let now = &best.schedules[j];
            let base = value(&open, j, now);
            let base_of_point = value(&point.open, j, now);
            least += base;
            for (at, option) in options.iter().enumerate().filter(|o| o.1 != now) {
                let rise = value(&open, j, option) - base;
                let favour = value(&point.open, j, option) - base_of_point;
                single.push((rise + favour, rise, (j, at)));
            }
        }
        let room = self.upper() - least;
        single.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.2.cmp(&b.2)));
        let beside = |a: usize, b: usize| {
            let mut near = self.neighbours[a].iter().take(BESIDE);
            near.any(|j| *j == b)
        };
        let mut changes: Vec<(f64, Change)> = Vec::new();
        for (n, a) in single.iter().enumerate().take(SINGLE) {
            if a.1 < room {
                changes.push((a.0, vec![a.2]));
            }
            for (m, b) in single[..n].iter().enumerate() {
                let (j, k) = (a.2.0, b.2.0);
                let with = m < OTHERS || beside(j, k) || beside(k, j);
                if with && j != k && a.1 + b.1 < room {
                    changes.push((a.0 + b.0, vec![b.2, a.2]));
                }
            }
        }
        changes.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(&b.1)));
        changes.truncate(CHANGES);
        changes.into_iter().map(|c| c.1).collect()
    }
}

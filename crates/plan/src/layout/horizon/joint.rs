//! Rules that join the sites: places enough, how many, how much money.

use super::super::problem::{Offer, Problem, Site};
use super::schedule::Schedule;

/// A rule that joins the sites: Σ of its coefficients over what is chosen, at least `least`.
///
/// Its coefficients are scaled so that one site weighs about 1.
#[derive(Debug)]
pub(super) struct Joint {
    pub(super) least: f64,
    /// Whether the sum must equal `least`.
    pub(super) exact: bool,
    /// Per period, site and offer, while open.
    open: fn(&Offer) -> f64,
    /// And when chosen.
    pay: fn(&Offer) -> f64,
    scale: f64,
    /// The period it is about; `None` for all.
    period: Option<usize>,
}

impl Joint {
    fn about(&self, period: usize) -> bool {
        self.period.is_none_or(|p| p == period)
    }

    /// What an open offer adds in a period.
    pub(super) fn of_open(&self, period: usize, offer: &Offer) -> f64 {
        if self.about(period) {
            (self.open)(offer) / self.scale
        } else {
            0.0
        }
    }

    /// What choosing an offer in a period adds to that.
    pub(super) fn of_pay(&self, period: usize, offer: &Offer) -> f64 {
        if self.about(period) {
            (self.pay)(offer) / self.scale
        } else {
            0.0
        }
    }

    /// What the schedule of a site adds.
    pub(super) fn of(&self, site: &Site, schedule: &Schedule) -> f64 {
        chosen(site, schedule)
            .map(|(period, offer, paid)| {
                let pay = if paid {
                    self.of_pay(period, offer)
                } else {
                    0.0
                };
                self.of_open(period, offer) + pay
            })
            .sum()
    }

    /// Whether the sum over all sites keeps the rule.
    pub(super) fn keeps(&self, sum: f64) -> bool {
        let slack = 1e-9 * self.least.abs().max(1.0);
        sum >= self.least - slack && !(self.exact && sum > self.least + slack)
    }
}

/// What is open when: period, offer, and whether it is paid for then.
pub(super) fn chosen<'a>(
    site: &'a Site,
    schedule: &'a Schedule,
) -> impl Iterator<Item = (usize, &'a Offer, bool)> {
    let periods = schedule.iter().enumerate();
    periods.filter_map(|(period, chosen)| {
        let offer = site.offers.get((*chosen)?)?;
        let paid = period == 0 || schedule[period - 1] != *chosen;
        Some((period, offer, paid))
    })
}

/// The joint rules of a problem.
pub(super) fn joints(problem: &Problem) -> Vec<Joint> {
    let offers: Vec<_> = problem.sites.iter().flat_map(|s| &s.offers).collect();
    let mean = |f: fn(&Offer) -> f64| {
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

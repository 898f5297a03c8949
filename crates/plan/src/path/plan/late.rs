//! Why a section cannot pass in time, and from which year it could, alone and without a budget.

use junheng_core::exact::Exact;
use junheng_core::standard::Standard;
use num_traits::{Signed, ToPrimitive, Zero};

use super::super::action::Action;
use super::super::prices::Prices;
use super::super::problem::Problem;
use super::super::view::{Goal, View};
use super::Options;

/// What holds a section back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The action counts too late.
    Lead(Action),
    /// So many units a year are not enough.
    Limit(Action),
    /// The county does not allow any action that would help.
    Forbidden,
    /// Money or staff go further elsewhere.
    Budget,
}

/// A section that does not pass.
#[derive(Clone, Debug, PartialEq)]
pub struct Late {
    /// Row of `sections`.
    pub section: usize,
    /// The indicator that holds it back; `None` where none does alone.
    pub indicator: Option<usize>,
    /// Why.
    pub reason: Reason,
    /// First school year in which it could pass by its own actions; `None` for never.
    pub earliest: Option<i16>,
}

/// When an indicator can be at a level, and what it waits for.
type When = (Option<i16>, Reason);

/// Why these sections fail.
pub(super) fn late(
    standard: &Standard,
    problem: &Problem,
    prices: &Prices,
    failing: &[usize],
    options: &Options,
) -> Vec<Late> {
    let Some(view) = problem.views.last() else {
        return Vec::new();
    };
    let one = |row: &usize| {
        let (indicator, (earliest, reason)) = section(standard, view, prices, *row, options.first);
        let in_time = earliest.is_some_and(|year| year <= options.target);
        Late {
            section: *row,
            indicator: indicator.filter(|_| !in_time),
            reason: if in_time { Reason::Budget } else { reason },
            earliest,
        }
    };
    failing.iter().map(one).collect()
}

/// Later is worse, and never is the worst.
fn order(when: &When) -> i16 {
    when.0.unwrap_or(i16::MAX)
}

fn section(
    standard: &Standard,
    view: &View,
    prices: &Prices,
    row: usize,
    first: i16,
) -> (Option<usize>, When) {
    let now = (Some(first), Reason::Budget);
    let mut worst: (Option<usize>, When) = (None, now);
    for rule in &standard.rules {
        let mut each: Vec<(usize, When, When)> = Vec::new();
        for indicator in &rule.indicators {
            let Some(standing) = view.standing(row, *indicator) else {
                continue;
            };
            let Some((base, _)) = &standing.figure else {
                continue;
            };
            if let Goal::AtLeast { need, floor } = &standing.goal {
                let low = floor.clone().unwrap_or_else(Exact::zero);
                let when =
                    |level: &Exact| reach(view, prices, row, *indicator, &(level - base), first);
                each.push((*indicator, when(need), when(&low)));
            } else if let Goal::Fixed(junheng_core::verdict::Verdict::NotMet) = standing.goal {
                each.push((
                    *indicator,
                    (None, Reason::Forbidden),
                    (None, Reason::Forbidden),
                ));
            }
        }
        // The misses that are tolerated are best spent where the threshold takes longest.
        each.sort_by_key(|(_, to_need, _)| std::cmp::Reverse(order(to_need)));
        for (n, (indicator, to_need, to_floor)) in each.iter().enumerate() {
            let when = if n < rule.tolerated as usize {
                to_floor
            } else {
                to_need
            };
            if order(when) > order(&worst.1) {
                worst = (Some(*indicator), *when);
            }
        }
    }
    worst
}

/// The first year in which a section's own actions can add so much to an indicator.
fn reach(
    view: &View,
    prices: &Prices,
    row: usize,
    indicator: usize,
    short: &Exact,
    first: i16,
) -> When {
    if !short.is_positive() {
        return (Some(first), Reason::Budget);
    }
    let Some(seat) = view.seat(row) else {
        return (None, Reason::Forbidden);
    };
    let mut best: When = (None, Reason::Forbidden);
    for action in Action::ALL {
        let by = action.fields().iter().fold(Exact::zero(), |sum, field| {
            let pushes = view.pushes.get(&(row, *field)).into_iter().flatten();
            let here = pushes.filter(|p| p.0 == row && p.1 == indicator);
            here.fold(sum, |sum, p| sum + &p.2)
        });
        let Some(price) = prices.of(action, seat.stage).filter(|_| by.is_positive()) else {
            continue;
        };
        let units = (short / by).ceil().to_u64().unwrap_or(u64::MAX);
        let years = match price.limit {
            Some(0) => continue,
            Some(limit) => units.div_ceil(limit),
            None => 1,
        };
        let more = i16::try_from(years.saturating_sub(1)).unwrap_or(i16::MAX);
        let year = first.saturating_add(price.lead).saturating_add(more);
        let reason = if more > 0 {
            Reason::Limit(action)
        } else {
            Reason::Lead(action)
        };
        if best.0.is_none_or(|b| year < b) {
            best = (Some(year), reason);
        }
    }
    best
}

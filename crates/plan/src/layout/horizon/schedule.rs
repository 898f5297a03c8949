//! What may become of one site over the periods, and the cheapest of it.

use super::super::problem::{Problem, Site};

/// The offer of a site in each period, if it is open then.
pub(super) type Schedule = Vec<Option<usize>>;

/// Whether a site may go from one state to the next. What closed stays closed, what was built
/// stays, and schools grow only.
pub(super) fn may_follow(site: &Site, before: Option<usize>, now: Option<usize>) -> bool {
    match (before, now) {
        (None, Some(_)) => !site.exists,
        (Some(_), None) => site.exists && !site.stays,
        (Some(a), Some(b)) => a == b || site.offers[b].places > site.offers[a].places,
        (None, None) => true,
    }
}

/// The cheapest schedule: `price(period, offer)` is what an offer costs while it is open,
/// `pay(period, offer)` what choosing it costs.
pub(super) fn cheapest(
    site: &Site,
    periods: usize,
    price: impl Fn(usize, usize) -> f64,
    pay: impl Fn(usize, usize) -> f64,
) -> (f64, Schedule) {
    let states = site.offers.len() + 1;
    let offer = |state: usize| state.checked_sub(1);
    // Backward: what the rest costs from each state of a period, and the next state.
    let mut rest = vec![0.0; states];
    let mut next: Vec<Vec<usize>> = Vec::with_capacity(periods);
    for period in (0..periods).rev() {
        // From before the first period every state may follow.
        let from_all = if period == 0 { 1 } else { states };
        let mut values = vec![f64::INFINITY; from_all];
        let mut choice = vec![0; from_all];
        for before in 0..from_all {
            for (now, rest) in rest.iter().enumerate() {
                let (a, b) = (offer(before), offer(now));
                let allowed = if period == 0 {
                    b.is_some() || !site.stays
                } else {
                    may_follow(site, a, b)
                };
                if !allowed {
                    continue;
                }
                let mut value = *rest;
                if let Some(o) = b {
                    value += price(period, o);
                    if period == 0 || a != b {
                        value += pay(period, o);
                    }
                }
                if value < values[before] {
                    values[before] = value;
                    choice[before] = now;
                }
            }
        }
        rest = values;
        next.push(choice);
    }
    next.reverse();
    let mut schedule = Vec::with_capacity(periods);
    let mut state = 0;
    for choice in &next {
        state = choice[state];
        schedule.push(offer(state));
    }
    (rest[0], schedule)
}

/// All schedules of a site that change at most once, for a search.
pub(super) fn simple(problem: &Problem, site: &Site) -> Vec<Schedule> {
    let states: Vec<Option<usize>> = std::iter::once(None)
        .chain((0..site.offers.len()).map(Some))
        .collect();
    let mut all = Vec::new();
    for &first in &states {
        for &then in &states {
            for at in 1..=problem.periods {
                let same = first == then;
                if same != (at == problem.periods) {
                    continue;
                }
                if (same || may_follow(site, first, then)) && !(site.stays && first.is_none()) {
                    let period = |p| if p < at { first } else { then };
                    all.push((0..problem.periods).map(period).collect());
                }
            }
        }
    }
    all
}

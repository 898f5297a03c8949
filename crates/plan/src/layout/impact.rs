//! What a plan changes: per site, and per block whose school closes.

use junheng_core::text::Text;

use super::plan::Plan;
use super::problem::Problem;

/// What becomes of a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It stands today and stays.
    Stays,
    /// It stands today and gets more places.
    Extends,
    /// It is new.
    Opens,
    /// It stands today and closes.
    Closes,
    /// It is not built.
    NotBuilt,
}

impl Change {
    /// The id in JSON.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Stays => "stays",
            Self::Extends => "extends",
            Self::Opens => "opens",
            Self::Closes => "closes",
            Self::NotBuilt => "not_built",
        }
    }

    /// For people.
    #[must_use]
    pub fn title(self) -> Text {
        let (zh, en) = match self {
            Self::Stays => ("保留", "stays"),
            Self::Extends => ("扩建", "extended"),
            Self::Opens => ("新建", "new"),
            Self::Closes => ("撤并", "closes"),
            Self::NotBuilt => ("不建", "not built"),
        };
        Text::new(zh, en)
    }
}

/// What becomes of a site up to a period.
#[must_use]
pub fn change(problem: &Problem, plan: &Plan, period: usize, site: usize) -> Change {
    let exists = problem.sites[site].exists;
    match plan.offer(problem, period, site) {
        None if exists => Change::Closes,
        None => Change::NotBuilt,
        // Money for the places that are there already is repair.
        Some(offer)
            if exists
                && problem.sites[site]
                    .places_today
                    .map_or(offer.yuan > 0.0, |today| offer.places > today) =>
        {
            Change::Extends
        }
        Some(_) if exists => Change::Stays,
        Some(_) => Change::Opens,
    }
}

/// The situation that a plan is shown in and applied as: the most probable scenario of the last period,
/// the first of equals.
#[must_use]
pub fn shown(problem: &Problem) -> usize {
    let last = problem.periods.saturating_sub(1);
    let all = problem.situations.iter().enumerate();
    let last = all.filter(|(_, s)| s.period == last).rev();
    let most = last.max_by(|a, b| a.1.weight.total_cmp(&b.1.weight));
    most.map_or(0, |(at, _)| at)
}

/// What becomes of a site in a period, where its size is another than in the period before.
#[must_use]
pub fn new_in(problem: &Problem, plan: &Plan, period: usize, site: usize) -> Option<Change> {
    let now = change(problem, plan, period, site);
    let same = match period.checked_sub(1) {
        Some(before) => plan.open[before][site] == plan.open[period][site],
        None => matches!(now, Change::Stays | Change::NotBuilt),
    };
    (!same).then_some(now)
}

/// The period in which a school closes, where there are several.
#[must_use]
pub fn closes_in(problem: &Problem, plan: &Plan, site: usize) -> Option<usize> {
    let closes = |t: &usize| new_in(problem, plan, *t, site) == Some(Change::Closes);
    (0..problem.periods)
        .find(closes)
        .filter(|_| problem.periods > 1)
}

/// The children of a block whose school closes.
#[derive(Debug, Clone, PartialEq)]
pub struct Displaced {
    /// Which block.
    pub block: usize,
    /// The site that closes.
    pub from: usize,
    /// Where they go.
    pub to: usize,
    /// How many.
    pub students: f64,
    /// Their way today, in the travel table's unit; `None` where it is unknown.
    pub before: Option<f64>,
    /// Their way then.
    pub after: f64,
}

/// Who loses the school, in a situation; by block.
#[must_use]
pub fn displaced(problem: &Problem, plan: &Plan, situation: usize) -> Vec<Displaced> {
    let period = problem.situations[situation].period;
    let students = &problem.situations[situation].students;
    let mut rows = Vec::new();
    for share in &plan.shares[situation] {
        let current = problem.blocks[share.block].current.as_deref();
        let from = current.and_then(|id| problem.sites.iter().position(|s| s.id == id));
        let Some(from) = from else { continue };
        if change(problem, plan, period, from) != Change::Closes {
            continue;
        }
        let before = problem.travel(from, share.block);
        rows.push(Displaced {
            block: share.block,
            from,
            to: share.site,
            students: students[share.block] * share.part,
            before: before.is_finite().then_some(before),
            after: problem.travel(share.site, share.block),
        });
    }
    rows
}

/// The school that most children of a closed one go to, and how many of how many.
#[must_use]
pub fn merged_into(rows: &[Displaced], site: usize) -> Option<(usize, f64, f64)> {
    let mut into: Vec<(usize, f64)> = Vec::new();
    for row in rows.iter().filter(|r| r.from == site) {
        match into.iter_mut().find(|(to, _)| *to == row.to) {
            Some((_, students)) => *students += row.students,
            None => into.push((row.to, row.students)),
        }
    }
    let all: f64 = into.iter().map(|i| i.1).sum();
    into.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    into.first().map(|(to, students)| (*to, *students, all))
}

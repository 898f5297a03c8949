//! One projection, year by year: cohorts move up, entrants come from births, from the primary
//! leavers of the township and county, or from the school's own past.

use super::entry::Entries;
use super::fit::{Fit, dropped, filling, span, taught};
use super::history::{GRADES, History, Level, Series, Year};

/// Share of the last two years' change that carries on, and how it fades.
const DRIFT: f64 = 0.2;
const DRIFT_FADES: f64 = 0.6;

/// How much of the standard deviation of a draw between cohorts and last year an interval holds.
const APART: f64 = 0.5;

/// Where a number comes from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Driver {
    /// The grade is not taught.
    None,
    /// The grade below of the year before, times a ratio.
    Cohort {
        /// Students of the grade below.
        from: f64,
        /// The ratio used.
        ratio: f64,
        /// The school's own ratio; NaN without cohorts.
        own: f64,
        /// Weight of the own ratio; the rest is the township's and county's.
        weight: f64,
    },
    /// Entrants: their smoothed number, times an index.
    Entry {
        /// What moves the index.
        by: EntryBy,
        /// Smoothed number of entrants.
        level: f64,
        /// Index against the years smoothed over.
        index: f64,
    },
}

/// What moves the number of entrants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryBy {
    /// Births six years before.
    Births,
    /// Children registered before school.
    Register,
    /// Leavers of the grade below in other schools.
    Leavers,
    /// The school's own trend, damped.
    Trend,
}

/// A grade of a school in a coming year, before weighing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell {
    /// By cohorts and entrants; NaN where the grade is not taught.
    pub cohort: f64,
    /// Last year's figure; the cohort's where the grade is new.
    pub last: f64,
    /// The smoothed figure of past years; the cohort's where the grade is new.
    pub usual: f64,
    /// Where `cohort` comes from.
    pub driver: Driver,
}

pub(super) const EMPTY: Cell = Cell {
    cohort: f64::NAN,
    last: f64::NAN,
    usual: f64::NAN,
    driver: Driver::None,
};

/// How much each of three simple forecasts counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weights {
    /// By cohorts and entrants.
    pub cohort: f64,
    /// As last year.
    pub last: f64,
    /// As in past years, smoothed.
    pub usual: f64,
}

impl Weights {
    /// `cohort` of cohorts; of the rest, `usual` of the smoothed past.
    pub(super) fn new(cohort: f64, usual: f64) -> Self {
        Self {
            cohort,
            last: (1.0 - cohort) * (1.0 - usual),
            usual: (1.0 - cohort) * usual,
        }
    }

    /// Cohorts count so much more (or less), the rest in the same proportion.
    pub(super) fn with_more(self, more: f64) -> Self {
        Self::new((self.cohort + more).clamp(0.0, 1.0), self.usual_of_rest())
    }

    /// All to cohorts but a share of what the rest counts.
    pub(super) fn nearer(self, share: f64) -> Self {
        Self::new(1.0 - share * (1.0 - self.cohort), self.usual_of_rest())
    }

    /// The least standard deviation that cohorts and last year being apart leaves: a part of that of
    /// a draw between them.
    pub(super) fn apart(self, cohort: f64, last: f64) -> f64 {
        APART * (self.cohort * (1.0 - self.cohort)).sqrt() * (cohort - last).abs()
    }

    /// The share of the smoothed past in what is not cohorts.
    pub(super) fn usual_of_rest(self) -> f64 {
        let rest = self.last + self.usual;
        if rest > 0.0 { self.usual / rest } else { 0.0 }
    }

    /// The weighted mean.
    pub(super) fn of(self, cohort: f64, last: f64, usual: f64) -> f64 {
        self.cohort * cohort + self.last * last + self.usual * usual
    }
}

/// The coming years of one series; empty where it takes no part.
pub(super) type Path = Vec<[Cell; GRADES]>;

/// Projects all series `steps` years from year index `t`.
pub(super) fn project(history: &History, t: usize, steps: usize) -> Vec<Path> {
    let fit = Fit::new(history, t);
    let today = t + 1 == history.years;
    let mut now: Vec<Year> = Vec::with_capacity(history.series.len());
    let mut plans = Vec::with_capacity(history.series.len());
    for series in &history.series {
        let base = series
            .base(t)
            .filter(|base| if today { series.open } else { *base == t });
        now.push(base.map_or([f64::NAN; GRADES], |b| {
            std::array::from_fn(|g| {
                let open = taught(&series.years, b, g);
                if open { series.years[b][g] } else { f64::NAN }
            })
        }));
        plans.push(base.map_or(Changes::default(), |b| {
            Changes::new(&fit, history, series, b)
        }));
    }
    let last = now.clone();
    let mut entries = Entries::new(history, t);
    let mut paths: Vec<Path> = vec![Vec::with_capacity(steps); history.series.len()];
    for step in 0..steps {
        entries.advance(history, &now, t + step);
        let mut next = Vec::with_capacity(now.len());
        for (s, series) in history.series.iter().enumerate() {
            let mut cells = [EMPTY; GRADES];
            for g in 0..GRADES {
                let open = plans[s].teaches(&last[s], g, step);
                if !open {
                    continue;
                }
                let below = if g == 0 { f64::NAN } else { now[s][g - 1] };
                let new = last[s][g].is_nan();
                let ratio = fit.ratio[s][g];
                let moves_up = g > 0 && !below.is_nan() && !ratio.is_nan();
                let driver = if moves_up && (g > 1 || !entries.knows(series.township)) {
                    Driver::Cohort {
                        from: below,
                        ratio,
                        own: fit.own[s][g],
                        weight: fit.weight[s][g],
                    }
                } else {
                    entry(&fit, &entries, series.township, s, g, step)
                };
                let cohort = match driver {
                    Driver::Cohort { from, ratio, .. } => from * ratio,
                    Driver::Entry { level, index, .. } => level * index,
                    Driver::None => f64::NAN,
                };
                cells[g] = Cell {
                    cohort,
                    last: if new { cohort } else { last[s][g] },
                    usual: if new { cohort } else { fit.level[s][g] },
                    driver,
                };
            }
            next.push(cells.map(|c| c.cohort));
            if last[s].iter().any(|x| !x.is_nan()) {
                paths[s].push(cells);
            }
        }
        now = next;
    }
    paths
}

fn entry(fit: &Fit, entries: &Entries, township: usize, s: usize, g: usize, step: usize) -> Driver {
    let level = fit.level[s][g];
    if level.is_nan() {
        return Driver::None;
    }
    if let Some((by, index)) = entries.index(township, g) {
        return Driver::Entry { by, level, index };
    }
    let fades: f64 = (0..=step)
        .fold((0.0, 1.0), |(sum, w), _| (sum + w, w * DRIFT_FADES))
        .0;
    let level = fit.recent[s][g];
    let moved = (level + DRIFT * fit.drift[s][g] * fades).max(0.0);
    Driver::Entry {
        by: EntryBy::Trend,
        level,
        index: if level > 0.0 { moved / level } else { 1.0 },
    }
}

/// Grades that a school opens or gives up in the coming years.
#[derive(Clone, Copy, Default)]
struct Changes {
    /// First grade that is new next year, and the last that it will open.
    fills: Option<(usize, usize)>,
    /// Lowest grade that it gives up next year.
    drains: Option<usize>,
    /// The same of a higher level alone.
    closes: Option<(Level, usize)>,
}

impl Changes {
    /// A school that is new or has just opened a grade goes on as schools here mostly did; one
    /// that has just dropped its lowest grade likewise.
    fn new(fit: &Fit, history: &History, series: &Series, t: usize) -> Self {
        let Some(now) = span(&series.years, t) else {
            return Self::default();
        };
        let mut changes = Self::default();
        if filling(history, series, t) {
            let top = (now.1 + 1..GRADES)
                .take_while(|g| fit.fills[*g] > 0.5)
                .last();
            changes.fills = top.map(|top| (now.1 + 1, top));
        }
        let before = t.checked_sub(1).and_then(|t| span(&series.years, t));
        if before.is_some_and(|before| now.0 == before.0 + 1) && fit.drains[0] > 0.5 {
            changes.drains = Some(now.0);
        }
        if fit.drains[1] > 0.5 {
            let closes = |l: Level| Some((l, dropped(&series.years, t, l)?));
            changes.closes = Level::ALL.into_iter().find_map(closes);
        }
        changes
    }

    fn teaches(&self, last: &Year, g: usize, step: usize) -> bool {
        let drained = self.drains.is_some_and(|low| g >= 1 && g <= low + step);
        let filled = self
            .fills
            .is_some_and(|(from, top)| g >= from && g <= top && g <= from + step);
        let closed = self
            .closes
            .is_some_and(|(level, low)| level.grades().contains(&g) && g <= low + step);
        !drained && !closed && (!last[g].is_nan() || filled)
    }
}

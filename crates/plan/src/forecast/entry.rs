//! Indices of entrants: births six years before, children registered before school, and leavers
//! of the grade below in schools that do not have the next grade.

use std::collections::BTreeMap;

use junheng_core::finding::Finding;

use super::fit::entry_weights;
use super::history::notes;
use super::history::{GRADES, History, Year};
use super::project::EntryBy;

/// Years from birth to grade 1.
const AGE: i16 = 6;
/// Children by which a township's index is drawn to the county's.
const PRIOR: f64 = 200.0;
/// Past years that say how far townships follow their own births, and the births × squared change of
/// index that outweigh what is usual.
const FOLLOWS_YEARS: usize = 10;
const FOLLOWS_PRIOR: f64 = 8.0;
/// How far the leavers' index is followed.
const LEAVERS: f64 = 0.7;
/// An index beyond these is taken as these: such a jump is more often a slip than a change.
pub(super) const LEAST: f64 = 0.3;
pub(super) const MOST: f64 = 3.0;
/// The county's place among the sums.
const COUNTY: usize = usize::MAX;

/// Indices of the coming year, by township.
pub(super) struct Entries {
    t: usize,
    /// How much more than usual a township follows its own births instead of the county's.
    follows: f64,
    births: Vec<Option<f64>>,
    register: Vec<Option<f64>>,
    leavers: Vec<[Option<f64>; GRADES]>,
    /// Smoothed leavers before the forecast, by township and grade entered; the county last.
    usual: Vec<Year>,
    /// Smoothed entrants of grade 1 by township.
    entrants: Vec<f64>,
}

impl Entries {
    pub(super) fn new(history: &History, t: usize) -> Self {
        let n = history.townships.len().max(1);
        let mut usual = vec![[0.0; GRADES]; n + 1];
        let mut entrants = vec![0.0; n];
        let mut weights = 0.0;
        for (at, w) in entry_weights(t) {
            for series in &history.series {
                let now = series.years[at][1];
                if now > 0.0 {
                    entrants[series.township] += w * now;
                }
            }
            if at == 0 {
                continue;
            }
            weights += w;
            for series in &history.series {
                let leaving = leaving(&series.years[at - 1], &series.years[at]);
                add(&mut usual[series.township], &leaving, w);
                add(&mut usual[n], &leaving, w);
            }
        }
        if weights > 0.0 {
            usual.iter_mut().flatten().for_each(|x| *x /= weights);
        }
        let all: f64 = entry_weights(t).map(|(_, w)| w).sum();
        entrants.iter_mut().for_each(|x| *x /= all);
        Self {
            t,
            follows: follows(history, t),
            births: vec![None; n],
            register: vec![None; n],
            leavers: vec![[None; GRADES]; n],
            usual,
            entrants,
        }
    }

    /// Moves to the year after index `at`, in which `now` are the students of each series.
    pub(super) fn advance(&mut self, history: &History, now: &[Year], at: usize) {
        let year = history.first + i16::try_from(at + 1).unwrap_or(i16::MAX / 2);
        let n = self.births.len();
        let county = cut_births(history, COUNTY, self.t, year);
        for township in 0..n {
            let own = cut_births(history, township, self.t, year);
            self.births[township] = match (own, county) {
                (Some((near, births)), Some((far, _))) => {
                    Some(far + (self.follows * share(births)).min(1.0) * (near - far))
                }
                (own, county) => own.or(county).map(|(index, _)| index),
            };
            self.register[township] = self
                .register_index(history, township, year)
                .map(|index| index.clamp(LEAST, MOST));
        }
        let mut coming = vec![[0.0; GRADES]; n + 1];
        for (series, now) in history.series.iter().zip(now) {
            let leaving = leaving(now, now);
            add(&mut coming[series.township], &leaving, 1.0);
            add(&mut coming[n], &leaving, 1.0);
        }
        for township in 0..n {
            for (g, index) in self.leavers[township].iter_mut().enumerate().skip(2) {
                let (near, far) = (self.usual[township][g], self.usual[n][g]);
                *index = (far >= 20.0).then(|| {
                    let far = coming[n][g] / far;
                    let index = if township == 0 || near <= 0.0 {
                        far
                    } else {
                        (coming[township][g] + PRIOR * far) / (near + PRIOR)
                    };
                    (1.0 + LEAVERS * (index - 1.0)).clamp(0.5, 2.0)
                });
            }
        }
    }

    /// Children registered for a year against the smoothed entrants.
    fn register_index(&self, history: &History, township: usize, year: i16) -> Option<f64> {
        let registered = history.preschool.get(township)?.get(&year)?;
        let usual = self.entrants[township];
        (usual > 0.0).then(|| registered / usual)
    }

    /// Whether grade 1 is known from births or a register.
    pub(super) fn knows(&self, township: usize) -> bool {
        self.births[township].is_some() || self.register[township].is_some()
    }

    /// What moves the entrants of a grade, and by how much against the years smoothed over.
    pub(super) fn index(&self, township: usize, g: usize) -> Option<(EntryBy, f64)> {
        if g == 1 {
            return self.register[township]
                .map(|x| (EntryBy::Register, x))
                .or(self.births[township].map(|x| (EntryBy::Births, x)));
        }
        self.leavers[township][g].map(|x| (EntryBy::Leavers, x))
    }
}

/// Registers and births of the next `steps` years that are not followed all the way.
pub(super) fn cut(history: &History, steps: usize) -> Vec<Finding> {
    let t = history.years.saturating_sub(1);
    let entries = Entries::new(history, t);
    let mut findings = Vec::new();
    for year in (1..=steps).map(|step| history.year(t + step)) {
        for (township, name) in history.townships.iter().enumerate().skip(1) {
            let register = entries.register_index(history, township, year);
            let births = || Some(births_index(history, township, t, year)?.0);
            let index = register.map(|index| (EntryBy::Register, index));
            let index = index.or_else(|| Some((EntryBy::Births, births()?)));
            if let Some((by, index)) = index.filter(|i| !(LEAST..=MOST).contains(&i.1))
                && entries.entrants[township] > 0.0
            {
                findings.push(notes::cut(name, by, year, index));
            }
        }
    }
    findings
}

/// Share of a township's own births against the county's, before anything is learned.
fn share(births: f64) -> f64 {
    births / (births + PRIOR)
}

/// How much more (or less) than usual townships followed their own births in past years: least
/// squares over the years, weighted by births, drawn to 1.
fn follows(history: &History, t: usize) -> f64 {
    let mut entrants = vec![vec![0.0; t + 1]; history.births.len()];
    for series in &history.series {
        for (sum, year) in entrants[series.township].iter_mut().zip(&series.years) {
            if year[1] > 0.0 {
                *sum += year[1];
            }
        }
    }
    let mut sums = [FOLLOWS_PRIOR; 2];
    for at in t.saturating_sub(FOLLOWS_YEARS)..t {
        let year = history.year(at + 1);
        let Some((far, _)) = cut_births(history, COUNTY, at, year) else {
            continue;
        };
        // The unknown township has no births of its own.
        for (township, entrants) in entrants.iter().enumerate().skip(1) {
            let Some((near, births)) = cut_births(history, township, at, year) else {
                continue;
            };
            let (mut usual, mut weights) = (0.0, 0.0);
            for (before, w) in entry_weights(at).take(6) {
                usual += w * entrants[before];
                weights += w;
            }
            if usual > 0.0 {
                let came = (entrants[at + 1] * weights / usual).clamp(LEAST, MOST);
                let apart = share(births) * (near - far);
                sums[0] += births * apart * (came - far);
                sums[1] += births * apart * apart;
            }
        }
    }
    (sums[0] / sums[1]).max(0.0)
}

/// Students who leave because their school has no next grade, by the grade they enter. Of a school
/// without any figure in the year after nobody knows.
fn leaving(before: &Year, after: &Year) -> Year {
    if after.iter().all(|n| n.is_nan()) {
        return [0.0; GRADES];
    }
    std::array::from_fn(|g| match g.checked_sub(1).map(|below| before[below]) {
        Some(n) if n > 0.0 && (after[g].is_nan() || after[g] <= 0.0) => n,
        _ => 0.0,
    })
}

fn add(sum: &mut Year, more: &Year, weight: f64) {
    for (sum, x) in sum.iter_mut().zip(more) {
        *sum += weight * x;
    }
}

/// Births behind grade 1 of `year` against those behind the years smoothed over, with the number
/// of births that says so.
fn births_index(history: &History, township: usize, t: usize, year: i16) -> Option<(f64, f64)> {
    let births = |year: i16| -> Option<f64> {
        let of = |r: &BTreeMap<i16, f64>| r.get(&(year - AGE)).copied();
        if township == COUNTY {
            let known: Vec<f64> = history.births.iter().filter_map(of).collect();
            (!known.is_empty()).then(|| known.iter().sum())
        } else {
            history.births.get(township).and_then(of)
        }
    };
    let coming = births(year)?;
    let (mut sum, mut weights) = (0.0, 0.0);
    for (at, w) in entry_weights(t).take(6) {
        let then = history.first + i16::try_from(at).ok()?;
        if let Some(b) = births(then) {
            sum += w * b;
            weights += w;
        }
    }
    // Less than half of the smoothed years: the index would compare different things.
    (weights >= 1.0 && sum > 0.0).then(|| (coming * weights / sum, sum))
}

/// The same as far as it is followed.
fn cut_births(history: &History, township: usize, t: usize, year: i16) -> Option<(f64, f64)> {
    let (index, births) = births_index(history, township, t, year)?;
    Some((index.clamp(LEAST, MOST), births))
}

//! The hold-out report: forecasts from past years against what came, beside last-year-persists and
//! plain cohort survival.

use super::history::{History, Level, Year, total};
use super::learn;
use super::paths::quantile;
use super::{Forecast, GRADES};

/// Years ahead that are reported.
const AHEAD: usize = 3;
/// Series below this many students are left out, as the contract says.
const FEWEST: f64 = 100.0;
/// Grades below this many students are left out.
const FEWEST_IN_GRADE: f64 = 15.0;
/// Years whose mean ratio plain cohort survival uses.
const PLAIN_YEARS: usize = 3;

/// Absolute percentage errors at one distance.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Errors {
    /// Comparisons.
    pub cases: usize,
    /// Median and mean of the forecast, as a share.
    pub forecast: [f64; 2],
    /// The same of last-year-persists.
    pub persistence: [f64; 2],
    /// The same of plain cohort survival.
    pub cohort: [f64; 2],
    /// Share of the cases within p10 and p90.
    pub coverage: f64,
}

/// Errors by years ahead, pooled over series and origins.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// First and last origin: the last years that were known.
    pub origins: Option<(i16, i16)>,
    /// Totals of a school and level, one, two, three years ahead.
    pub ahead: Vec<Errors>,
    /// The same of the grades in which students enter.
    pub entrants: Vec<Errors>,
    /// The same of the other grades.
    pub grades: Vec<Errors>,
}

/// Forecasts from each of the last `origins` years that have a year after them.
///
/// Each knows nothing of the years after it: weights and intervals are learned again.
#[must_use]
pub fn backtest(history: &History, origins: usize, seed: u64) -> Report {
    let cases = learn::cases(history);
    let last = history.years.saturating_sub(1);
    let from = last.saturating_sub(origins);
    let mut all = [(); 3].map(|()| vec![Vec::new(); AHEAD]);
    let mut forecast = Forecast::at(history.clone(), &cases, Some(from), AHEAD, seed);
    for origin in from..last {
        forecast = Forecast::at(forecast.history, &cases, Some(origin), AHEAD, seed);
        compare(&forecast, origin, &mut all);
    }
    let year = |at: usize| history.first + i16::try_from(at).unwrap_or(0);
    let [ahead, entrants, grades] =
        all.map(|kind| kind.iter().map(|cases| errors(cases)).collect());
    Report {
        origins: (from < last).then(|| (year(from), year(last - 1))),
        ahead,
        entrants,
        grades,
    }
}

/// [forecast, persistence, cohort, inside] of one figure.
type Case = [f64; 4];

/// Adds the cases of every series of one origin: of totals, entrants and other grades.
fn compare(forecast: &Forecast, origin: usize, all: &mut [Vec<Vec<Case>>; 3]) {
    let history = &forecast.history;
    for (s, series) in history.series.iter().enumerate() {
        if !forecast.takes_part(s) {
            continue;
        }
        let plain = plain(&series.years, origin);
        let futures = forecast.futures(s);
        let before = &series.years[origin];
        for (step, plain) in plain.iter().enumerate().take(AHEAD) {
            let Some(came) = series.years.get(origin + 1 + step) else {
                break;
            };
            let point = forecast.point(s, step);
            let case = |of: &dyn Fn(&Year) -> f64, fewest: f64| -> Option<Case> {
                let (came, before) = (of(came), of(before));
                if !(came >= fewest && before > 0.0) {
                    return None;
                }
                let mut values: Vec<f64> = futures.iter().map(|f| of(&f[step])).collect();
                let inside =
                    quantile(&mut values, 0.1) <= came && came <= quantile(&mut values, 0.9);
                let error = |said: f64| {
                    let said = if said.is_nan() { 0.0 } else { said };
                    (said - came).abs() / came
                };
                Some([
                    error(of(&point)),
                    error(before),
                    error(of(plain)),
                    f64::from(u8::from(inside)),
                ])
            };
            for level in Level::ALL {
                all[0][step].extend(case(&|y| total(y, level), FEWEST));
                for g in level.grades() {
                    let kind = if forecast.enters(s, g) { 1 } else { 2 };
                    all[kind][step].extend(case(&|y| y[g], FEWEST_IN_GRADE));
                }
            }
        }
    }
}

/// Plain cohort survival: the school's own mean ratios of three years, entrants as last year.
fn plain(years: &[Year], t: usize) -> Vec<Year> {
    let ratio: Year = std::array::from_fn(|g| {
        let (mut above, mut below) = (0.0, 0.0);
        for at in (1..=t).rev().take(PLAIN_YEARS) {
            let before = if g == 0 {
                f64::NAN
            } else {
                years[at - 1][g - 1]
            };
            let now = years[at][g];
            if before > 0.0 && !now.is_nan() {
                above += now;
                below += before;
            }
        }
        if below > 0.0 { above / below } else { f64::NAN }
    });
    let mut now = years[t];
    (0..AHEAD)
        .map(|_| {
            let next: Year = std::array::from_fn(|g| {
                if now[g].is_nan() {
                    return f64::NAN;
                }
                let below = if g == 0 { f64::NAN } else { now[g - 1] };
                let moved = below * ratio[g];
                if moved.is_nan() { years[t][g] } else { moved }
            });
            now = next;
            next
        })
        .collect()
}

fn errors(cases: &[[f64; 4]]) -> Errors {
    let column = |i: usize| -> Vec<f64> { cases.iter().map(|c| c[i]).collect() };
    let both = |i: usize| {
        let mut values = column(i);
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        [quantile(&mut values, 0.5), mean]
    };
    if cases.is_empty() {
        return Errors::default();
    }
    Errors {
        cases: cases.len(),
        forecast: both(0),
        persistence: both(1),
        cohort: both(2),
        coverage: column(3).iter().sum::<f64>() / cases.len() as f64,
    }
}

const _: () = assert!(GRADES > 9);

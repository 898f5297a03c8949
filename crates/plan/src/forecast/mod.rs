//! How many children: enrolment of coming years by school and grade, with intervals.
//!
//! Cohorts progress by ratios shrunk from the school to township and county; entrants come from
//! births, registers, leavers of other schools or the school's own past; the result is weighed
//! against "as last year" and given intervals by what earlier forecasts from the same data got
//! wrong. `docs/method/forecast.md` has the formulas.
//!
//! | file | idea |
//! | --- | --- |
//! | `history` | a snapshot's figures, and what is wrong with them |
//! | `fit`, `entry`, `project` | one projection from one past year |
//! | `grades` | grades beside their level's total |
//! | `learn` | weights and errors from all past years |
//! | `paths` | possible futures |
//! | `rows` | figures by school, township and county |
//! | `backtest` | the hold-out report |
//! | `adjust`, `history::housing` | what planners add |
//! | `scenario` | a forecast as a snapshot |

mod adjust;
mod backtest;
mod entry;
mod fit;
mod grades;
mod history;
mod learn;
mod paths;
mod project;
mod rows;
mod scenario;
#[cfg(test)]
mod tests;

pub use adjust::Adjustment;
pub use backtest::{Errors, Report, backtest};
pub use history::{GRADES, History, Housing, Level, Series, Year, total};
pub use paths::{PATHS, quantile};
pub use project::{Cell, Driver, EntryBy, Weights};
pub use rows::{Adjusted, Place, Row};
pub use scenario::{Quantile, Scenario};

use std::collections::BTreeMap;

use junheng_core::finding::Finding;
use junheng_core::model::Snapshot;

use adjust::Planned;
use grades::Figures;
use history::GRADES as N;
use learn::{Case, Learned};
use paths::{Draws, EIGHTY};
use project::Path;

/// A forecast of all schools of a county.
pub struct Forecast {
    /// What it was made from.
    pub history: History,
    /// Years ahead.
    pub years: usize,
    /// What could not be used as it was.
    pub findings: Vec<Finding>,
    /// Figures that planners set beside the model's.
    pub adjustments: Vec<Adjustment>,
    planned: BTreeMap<(usize, usize), Planned>,
    /// What new housing brings to each series, and from which year on.
    brought: Vec<Vec<(i16, Year)>>,
    paths: Vec<Path>,
    /// Figures by series and years ahead, without housing.
    figures: Vec<Vec<Figures>>,
    learned: Learned,
    /// Of the random numbers; see [`paths::key`].
    key: u64,
    /// The last year that it knows, by index.
    origin: usize,
}

/// A forecast of the next `years` years (1 to 30) after the last one of `enrolment_history`.
///
/// # Errors
/// The reason why nothing can be forecast, as a finding.
pub fn forecast(snapshot: &Snapshot, years: usize, seed: u64) -> Result<Forecast, Box<Finding>> {
    let (history, mut findings) = History::read(snapshot)?;
    findings.extend(entry::cut(&history, years));
    let adjustments = adjust::read(snapshot, &history, &mut findings);
    let cases = learn::cases(&history);
    let mut forecast = Forecast::at(history, &cases, None, years, seed);
    forecast.findings = findings;
    forecast.adjustments = adjustments;
    forecast.planned = adjust::planned(&forecast);
    Ok(forecast)
}

impl Forecast {
    /// The forecast from year index `origin`, or from the last year.
    fn at(
        history: History,
        cases: &[Case],
        origin: Option<usize>,
        years: usize,
        seed: u64,
    ) -> Self {
        let origin = origin.unwrap_or(history.years.saturating_sub(1));
        let years = years.clamp(1, 30);
        let learned = Learned::new(cases, history.series.len(), origin);
        let paths = project::project(&history, origin, years);
        let figures = paths
            .iter()
            .enumerate()
            .map(|(s, path)| grades::grades(&learned, s, path))
            .collect();
        let mut brought = vec![Vec::new(); history.series.len()];
        for project in &history.housing {
            for (s, brings) in &project.brings {
                brought[*s].push((project.year, *brings));
            }
        }
        Self {
            brought,
            paths,
            figures,
            learned,
            years,
            key: paths::key(seed),
            origin,
            findings: Vec::new(),
            adjustments: Vec::new(),
            planned: BTreeMap::new(),
            history,
        }
    }

    /// First year that is forecast.
    #[must_use]
    pub fn first_year(&self) -> i16 {
        self.history.first + i16::try_from(self.origin + 1).unwrap_or(i16::MAX / 2)
    }

    /// The year of a step.
    fn year(&self, step: usize) -> i16 {
        self.first_year() + i16::try_from(step).unwrap_or(i16::MAX / 2)
    }

    /// Whether a series takes part.
    #[must_use]
    pub fn takes_part(&self, s: usize) -> bool {
        self.paths.get(s).is_some_and(|p| !p.is_empty())
    }

    /// Whether students enter a series in this grade: they do not come up from the grade below.
    fn enters(&self, s: usize, grade: usize) -> bool {
        let cell = self.paths[s].first().map(|cells| cells[grade].driver);
        matches!(cell, Some(Driver::Entry { .. }))
    }

    /// What a figure is made of: its parts, how much each counts, and what settling the grades to
    /// their level's total added.
    #[must_use]
    pub fn why(&self, s: usize, step: usize, grade: usize) -> Option<(Cell, Weights, f64)> {
        let figures = self.figures.get(s)?.get(step)?;
        let (cell, weights) = (figures.cells.get(grade)?, figures.weights[grade]);
        (cell.driver != Driver::None).then(|| (*cell, weights, figures.settled(grade)))
    }

    /// Students that new housing brings.
    #[must_use]
    pub fn housing(&self, s: usize, step: usize, grade: usize) -> f64 {
        let year = self.year(step);
        let all = self.brought.get(s).into_iter().flatten();
        all.filter(|(from, _)| *from <= year)
            .map(|(_, brings)| brings[grade])
            .sum()
    }

    /// The model's figures of a series `step` years on; NaN where a grade is not taught.
    #[must_use]
    pub fn point(&self, s: usize, step: usize) -> Year {
        let Some(figures) = self.figures.get(s).and_then(|f| f.get(step)) else {
            return [f64::NAN; N];
        };
        let mut year = figures.mean;
        for (g, x) in year.iter_mut().enumerate() {
            let housing = self.housing(s, step, g);
            if housing > 0.0 {
                *x = housing + if x.is_nan() { 0.0 } else { *x };
            }
        }
        year
    }

    /// The figures of all years in a pair of paths.
    fn pair(&self, s: usize, points: &[Year], pair: usize, signs: [f64; 2]) -> [Vec<Year>; 2] {
        let draws = Draws::new(&self.learned, self.key);
        let mut both = [points.to_vec(), points.to_vec()];
        let lag = self.history.series[s]
            .base(self.origin)
            .map_or(0, |base| self.origin - base);
        for level in Level::ALL {
            if points.iter().all(|p| total(p, level).is_nan()) {
                continue;
            }
            let errors = draws.level(pair, s, level, points.len() + lag);
            let bells = draws.grades(pair, s, level);
            for (step, (point, figures)) in points.iter().zip(&self.figures[s]).enumerate() {
                let all = total(point, level);
                if all.is_nan() || all <= 0.0 {
                    continue;
                }
                let least = figures.apart[level as usize] / all * EIGHTY;
                let spread = self.learned.spread(s, level, all, step + lag).max(least);
                let one = spread / EIGHTY * all;
                let apart = grades::Errors::new(figures, level, one * one);
                for (year, sign) in both.iter_mut().zip(signs) {
                    let aim = all * (1.0 + sign * spread * errors[step + lag]).max(0.0);
                    apart.draw(&mut year[step], &bells, sign, aim);
                }
            }
        }
        both
    }

    /// All paths of one series: by path, year and grade.
    #[must_use]
    pub fn futures(&self, s: usize) -> Vec<Vec<Year>> {
        let points: Vec<Year> = (0..self.years).map(|step| self.point(s, step)).collect();
        (0..PATHS / 2)
            .flat_map(|pair| self.pair(s, &points, pair, [1.0, -1.0]))
            .collect()
    }
}

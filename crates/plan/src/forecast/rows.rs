//! The figures of a forecast, by school, township and county.

use super::history::{Level, total};
use super::paths::{PATHS, quantile};
use super::{Forecast, Year};

/// Whose students a row counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// A series of the history.
    School(usize),
    /// A township of the history.
    Township(usize),
    /// All.
    County,
}

/// Students of one grade, or of all grades of a level, in one year.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Whose.
    pub place: Place,
    /// Primary, junior …
    pub level: Level,
    /// First year of the school year.
    pub year: i16,
    /// The grade; `None` for all grades of the level.
    pub grade: Option<usize>,
    /// The model's figure. Means add up over grades, schools and townships.
    pub mean: f64,
    /// One year in ten is below.
    pub p10: f64,
    /// As many above as below.
    pub p50: f64,
    /// One year in ten is above.
    pub p90: f64,
    /// The figure with what planners set instead.
    pub adjusted: Option<Adjusted>,
}

/// A figure that planners' figures make, and why they set them.
#[derive(Clone, Debug, PartialEq)]
pub struct Adjusted {
    /// Students instead of the model's.
    pub students: f64,
    /// The reasons, `; ` between them.
    pub reason: String,
}

impl Forecast {
    /// Rows by school.
    #[must_use]
    pub fn by_school(&self) -> Vec<Row> {
        (0..self.history.series.len())
            .filter(|s| self.takes_part(*s))
            .flat_map(|s| self.rows(Place::School(s), &[s]))
            .collect()
    }

    /// Rows by township; schools without one stand in the first, which has no name.
    #[must_use]
    pub fn by_township(&self) -> Vec<Row> {
        (0..self.history.townships.len())
            .flat_map(|t| {
                let there = self.members(|s| self.history.series[s].township == t);
                self.rows(Place::Township(t), &there)
            })
            .collect()
    }

    /// Rows of the county as a whole.
    #[must_use]
    pub fn of_county(&self) -> Vec<Row> {
        self.rows(Place::County, &self.members(|_| true))
    }

    fn members(&self, with: impl Fn(usize) -> bool) -> Vec<usize> {
        (0..self.history.series.len())
            .filter(|s| self.takes_part(*s) && with(*s))
            .collect()
    }

    /// Rows of the sum of some series.
    #[must_use]
    pub fn rows(&self, place: Place, members: &[usize]) -> Vec<Row> {
        if members.is_empty() {
            return Vec::new();
        }
        let nothing = vec![[f64::NAN; super::GRADES]; self.years];
        let mut mean = nothing.clone();
        let mut planned = nothing.clone();
        let mut paths = vec![nothing; PATHS];
        for s in members {
            for (step, sum) in mean.iter_mut().enumerate() {
                let point = self.point(*s, step);
                add(sum, &point);
                add(&mut planned[step], &self.adjusted(*s, step, &point));
            }
            for (sums, path) in paths.iter_mut().zip(self.futures(*s)) {
                for (sum, year) in sums.iter_mut().zip(&path) {
                    add(sum, year);
                }
            }
        }
        let mut rows = Vec::new();
        for level in Level::ALL {
            for (step, mean) in mean.iter().enumerate() {
                if total(mean, level).is_nan() {
                    continue;
                }
                let year = self.year(step);
                let grades = level.grades().filter(|g| !mean[*g].is_nan()).map(Some);
                for grade in grades.chain([None]) {
                    let of = |year: &Year| grade.map_or_else(|| total(year, level), |g| year[g]);
                    let grades = grade.map_or(level.grades(), |g| g..g + 1);
                    let mut values: Vec<f64> = paths.iter().map(|p| of(&p[step])).collect();
                    let [p10, p50, p90] = [0.1, 0.5, 0.9].map(|share| quantile(&mut values, share));
                    rows.push(Row {
                        place,
                        level,
                        year,
                        grade,
                        mean: of(mean),
                        p10,
                        p50,
                        p90,
                        adjusted: self.reasons(members, step, grades).map(|reason| Adjusted {
                            students: of(&planned[step]),
                            reason,
                        }),
                    });
                }
            }
        }
        rows
    }
}

fn add(sum: &mut Year, year: &Year) {
    for (sum, x) in sum.iter_mut().zip(year) {
        if sum.is_nan() {
            *sum = *x;
        } else if !x.is_nan() {
            *sum += x;
        }
    }
}

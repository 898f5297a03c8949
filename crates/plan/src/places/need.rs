//! Students of coming years against places.

use junheng_core::model::{Field, Snapshot, Stage};

use super::{level, sections};
use crate::forecast::{Forecast, Year, quantile, total};

/// Students and places of a section, or of one of its grades, in one year.
#[derive(Clone, Debug, PartialEq)]
pub struct Need {
    /// The school.
    pub school_id: String,
    /// Its name.
    pub name: String,
    /// The stage.
    pub stage: Stage,
    /// First year of the school year.
    pub year: i16,
    /// The grade; `None` for the whole stage.
    pub grade: Option<usize>,
    /// Students expected; planners' figures included.
    pub students: f64,
    /// One year in ten is below.
    pub p10: f64,
    /// One year in ten is above.
    pub p90: f64,
    /// Places; of a grade, an even share. `None` where the school gives none.
    pub places: Option<f64>,
    /// Share of the possible futures in which students exceed places.
    pub probability: Option<f64>,
}

impl Need {
    /// Students above places, 0 or more.
    #[must_use]
    pub fn short(&self) -> Option<f64> {
        self.places.map(|p| (self.students - p).max(0.0))
    }

    /// The same one year in ten.
    #[must_use]
    pub fn short_p90(&self) -> Option<f64> {
        self.places.map(|p| (self.p90 - p).max(0.0))
    }
}

/// Every section that is forecast, by year, then by grade.
#[must_use]
pub fn needs(snapshot: &Snapshot, forecast: &Forecast) -> Vec<Need> {
    let mut needs = Vec::new();
    for (row, school, stage) in sections(snapshot) {
        let Some(s) = forecast.series(school).filter(|s| forecast.takes_part(*s)) else {
            continue;
        };
        let places = snapshot.number(Field::Places, row);
        let futures = forecast.futures(s);
        for step in 0..forecast.years {
            let mean = forecast.adjusted(s, step, &forecast.point(s, step));
            let taught: Vec<usize> = level(stage)
                .grades()
                .filter(|g| !mean[*g].is_nan())
                .collect();
            let paths: Vec<Year> = futures
                .iter()
                .map(|f| forecast.adjusted(s, step, &f[step]))
                .collect();
            let grades = taught.iter().copied().map(Some);
            for grade in grades.chain((!taught.is_empty()).then_some(None)) {
                let of = |year: &Year| grade.map_or_else(|| total(year, level(stage)), |g| year[g]);
                let mut values: Vec<f64> = paths.iter().map(of).collect();
                let share = if grade.is_some() {
                    taught.len() as f64
                } else {
                    1.0
                };
                let places = places.map(|p| p / share);
                let over =
                    |p: f64| values.iter().filter(|v| **v > p).count() as f64 / values.len() as f64;
                let probability = places.map(over);
                needs.push(Need {
                    school_id: school.to_owned(),
                    name: forecast.history.series[s].name.clone(),
                    stage,
                    year: forecast.first_year() + i16::try_from(step).unwrap_or(0),
                    grade,
                    students: of(&mean),
                    p10: quantile(&mut values, 0.1),
                    p90: quantile(&mut values, 0.9),
                    places,
                    probability,
                });
            }
        }
    }
    needs
}

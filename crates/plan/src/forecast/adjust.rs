//! Figures that planners set beside the model's.

use junheng_core::finding::Finding;
use junheng_core::model::{Field, Snapshot, TableId};

use super::history::{History, Level, Year, total};
use super::{Forecast, notes};

/// A planner's figure. The model's stays beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct Adjustment {
    /// The series.
    pub series: usize,
    /// Its level.
    pub level: Level,
    /// First year of the school year.
    pub year: i16,
    /// The grade; `None` for the whole level.
    pub grade: Option<usize>,
    /// Students instead of the model's.
    pub students: f64,
    /// Why.
    pub reason: String,
}

/// The adjustments that can be used.
pub(super) fn read(
    snapshot: &Snapshot,
    history: &History,
    findings: &mut Vec<Finding>,
) -> Vec<Adjustment> {
    let mut all: Vec<Adjustment> = Vec::new();
    for row in 0..snapshot.rows(TableId::ForecastAdjustments) {
        let number = |field| snapshot.number(field, row);
        let school = snapshot.text(Field::AdjustedSchool, row).unwrap_or("");
        let series = history
            .series
            .iter()
            .position(|s| s.open && s.school_id == school);
        let grade = number(Field::AdjustedGrade).map(|g| g as usize);
        let stage = snapshot.text(Field::AdjustedStage, row);
        let level = Level::ALL.into_iter().find(|l| {
            (grade.is_some() || stage.is_some())
                && grade.is_none_or(|g| l.grades().contains(&g))
                && stage.is_none_or(|id| l.id() == id)
        });
        let year = number(Field::AdjustedYear).filter(|y| *y > f64::from(history.last_year()));
        let students = number(Field::AdjustedStudents).filter(|n| *n >= 0.0);
        let (Some(series), Some(level), Some(year), Some(students)) =
            (series, level, year, students)
        else {
            findings.push(notes::adjustment(school, row));
            continue;
        };
        let year = year as i16;
        let same =
            |a: &Adjustment| (a.series, a.level, a.year, a.grade) == (series, level, year, grade);
        if all.iter().any(same) {
            findings.push(notes::adjusted_twice(school, row));
            continue;
        }
        all.push(Adjustment {
            series,
            level,
            year,
            grade,
            students,
            reason: snapshot
                .text(Field::AdjustedReason, row)
                .unwrap_or("")
                .to_owned(),
        });
    }
    all
}

impl Forecast {
    /// `values` of a series with the planners' figures in the place of the model's: an adjusted
    /// grade is scaled by adjusted ÷ model, an adjusted level likewise, by its other grades.
    #[must_use]
    pub fn adjusted(&self, s: usize, step: usize, values: &Year) -> Year {
        let year = self.first_year() + i16::try_from(step).unwrap_or(0);
        let here = |a: &&Adjustment| a.series == s && a.year == year;
        let mut adjusted = *values;
        if !self.adjustments.iter().any(|a| here(&a)) {
            return adjusted;
        }
        let model = self.point(s, step);
        let scaled = |value: f64, before: f64, after: f64| {
            if before > 0.0 {
                value * (after / before)
            } else {
                after
            }
        };
        for level in Level::ALL {
            let of_level = || {
                self.adjustments
                    .iter()
                    .filter(here)
                    .filter(move |a| a.level == level)
            };
            let own: Vec<usize> = of_level().filter_map(|a| a.grade).collect();
            for (g, a) in of_level().filter_map(|a| Some((a.grade?, a))) {
                adjusted[g] = scaled(values[g], model[g], a.students);
            }
            let Some(whole) = of_level().find(|a| a.grade.is_none()) else {
                continue;
            };
            let aim = scaled(total(values, level), total(&model, level), whole.students);
            let left = (aim - own.iter().map(|g| adjusted[*g]).sum::<f64>()).max(0.0);
            let others = || level.grades().filter(|g| !own.contains(g));
            let now: f64 = others().map(|g| values[g]).filter(|x| !x.is_nan()).sum();
            let count = others().count() as f64;
            for g in others() {
                adjusted[g] = if now > 0.0 {
                    values[g] * (left / now)
                } else {
                    left / count
                };
            }
        }
        adjusted
    }
}

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
    let mut all = Vec::new();
    for row in 0..snapshot.rows(TableId::ForecastAdjustments) {
        let number = |field| snapshot.number(field, row);
        let school = snapshot.text(Field::AdjustedSchool, row).unwrap_or("");
        let series = history
            .series
            .iter()
            .position(|s| s.open && s.school_id == school);
        let grade = number(Field::AdjustedGrade).map(|g| g as usize);
        let level = match (grade, snapshot.text(Field::AdjustedStage, row)) {
            (Some(g), _) => Level::ALL.into_iter().find(|l| l.grades().contains(&g)),
            (None, Some(id)) => Level::ALL.into_iter().find(|l| l.id() == id),
            (None, None) => None,
        };
        let year = number(Field::AdjustedYear).filter(|y| *y > f64::from(history.last_year()));
        let students = number(Field::AdjustedStudents).filter(|n| *n >= 0.0);
        let (Some(series), Some(level), Some(year), Some(students)) =
            (series, level, year, students)
        else {
            findings.push(notes::adjustment(school, row));
            continue;
        };
        all.push(Adjustment {
            series,
            level,
            year: year as i16,
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
    /// grade is scaled by adjusted ÷ model, the grades of an adjusted level alike.
    #[must_use]
    pub fn adjusted(&self, s: usize, step: usize, values: &Year) -> Year {
        let year = self.first_year() + i16::try_from(step).unwrap_or(0);
        let model = self.point(s, step);
        let mut values = *values;
        // Levels first, so that a grade's own figure wins.
        for whole in [true, false] {
            for a in self
                .adjustments
                .iter()
                .filter(|a| a.series == s && a.year == year && a.grade.is_none() == whole)
            {
                let (before, grades) = match a.grade {
                    Some(g) => (model[g], g..g + 1),
                    None => (total(&model, a.level), a.level.grades()),
                };
                let n = grades.len() as f64;
                for x in &mut values[grades] {
                    *x = if before > 0.0 {
                        *x * (a.students / before)
                    } else {
                        a.students / n
                    };
                }
            }
        }
        values
    }
}

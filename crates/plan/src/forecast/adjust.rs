//! Figures that planners set beside the model's.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use junheng_core::finding::Finding;
use junheng_core::model::{Field, Snapshot, TableId};

use super::Forecast;
use super::history::notes;
use super::history::{GRADES, History, Level, Year};
use super::project::Driver;

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

/// A series in one coming year with the planners' figures in the place of the model's.
pub(super) struct Planned {
    students: Year,
    /// The adjustments that each grade's figure comes from, its own or its cohort's.
    by: [Vec<usize>; GRADES],
}

/// The coming years that planners' figures change, by series and years ahead.
///
/// A figure of a grade stands; one of a level is shared by the level's other grades. What either
/// added or took moves up with its cohort, as far as the cohort stays in the school.
pub(super) fn planned(forecast: &Forecast) -> BTreeMap<(usize, usize), Planned> {
    let mut all: BTreeMap<(usize, usize), Planned> = BTreeMap::new();
    let series: BTreeSet<usize> = forecast.adjustments.iter().map(|a| a.series).collect();
    for s in series {
        for step in 0..forecast.years {
            let mut year = Planned {
                students: forecast.point(s, step),
                by: Default::default(),
            };
            let before = step.checked_sub(1).and_then(|step| all.get(&(s, step)));
            if let Some(before) = before {
                year.come_up(forecast, s, step, before);
            }
            year.set(forecast, s, step);
            if year.by.iter().any(|by| !by.is_empty()) {
                all.insert((s, step), year);
            }
        }
    }
    all
}

impl Planned {
    /// Cohorts bring what planners changed in the year before.
    fn come_up(&mut self, forecast: &Forecast, s: usize, step: usize, before: &Self) {
        let model = forecast.point(s, step - 1);
        for g in 1..GRADES {
            let Some((cell, ..)) = forecast.why(s, step, g) else {
                continue;
            };
            if let Driver::Cohort { ratio, .. } = cell.driver
                && !before.by[g - 1].is_empty()
            {
                let below = if model[g - 1].is_nan() {
                    0.0
                } else {
                    model[g - 1]
                };
                let moved = self.students[g] + ratio * (before.students[g - 1] - below);
                self.students[g] = moved.max(0.0);
                self.by[g].clone_from(&before.by[g - 1]);
            }
        }
    }

    /// Sets the figures of the year itself.
    fn set(&mut self, forecast: &Forecast, s: usize, step: usize) {
        let year = forecast.year(step);
        let here = || {
            let all = forecast.adjustments.iter().enumerate();
            all.filter(move |(_, a)| a.series == s && a.year == year)
        };
        for (i, a) in here() {
            if let Some(g) = a.grade {
                self.students[g] = a.students;
                self.by[g] = vec![i];
            }
        }
        for (i, a) in here().filter(|(_, a)| a.grade.is_none()) {
            let own = |g: &usize| here().any(|(_, a)| a.grade == Some(*g));
            let (own, others): (Vec<usize>, Vec<usize>) = a.level.grades().partition(own);
            let known = |x: &f64| !x.is_nan();
            let sum = |grades: &[usize]| -> f64 {
                grades.iter().map(|g| self.students[*g]).filter(known).sum()
            };
            let (left, now) = ((a.students - sum(&own)).max(0.0), sum(&others));
            for g in &others {
                self.students[*g] = if now > 0.0 {
                    self.students[*g] * (left / now)
                } else {
                    left / others.len() as f64
                };
                self.by[*g].push(i);
            }
        }
    }
}

impl Forecast {
    /// `values` of a series with the planners' figures in the place of the model's: where planners
    /// changed the model's figure, a value is changed in the same proportion.
    #[must_use]
    pub fn adjusted(&self, s: usize, step: usize, values: &Year) -> Year {
        let Some(planned) = self.planned.get(&(s, step)) else {
            return *values;
        };
        let model = self.point(s, step);
        std::array::from_fn(|g| {
            let students = planned.students[g];
            match planned.by[g].is_empty() {
                true => values[g],
                false if model[g] > 0.0 => values[g] * (students / model[g]),
                false => students,
            }
        })
    }

    /// Why planners changed a figure, where they did: their reasons, after the year they were given
    /// for where that is an earlier one.
    pub(super) fn reasons(
        &self,
        members: &[usize],
        step: usize,
        grades: Range<usize>,
    ) -> Option<String> {
        let mut by: Vec<usize> = members
            .iter()
            .filter_map(|s| self.planned.get(&(*s, step)))
            .flat_map(|planned| planned.by[grades.clone()].iter().flatten().copied())
            .collect();
        by.sort_unstable();
        by.dedup();
        let mut reasons: Vec<String> = Vec::new();
        for a in by.iter().map(|i| &self.adjustments[*i]) {
            let reason = match (a.year == self.year(step), a.reason.as_str()) {
                (true, reason) => reason.to_owned(),
                (false, "") => a.year.to_string(),
                (false, reason) => format!("{}: {reason}", a.year),
            };
            if !reason.is_empty() && !reasons.contains(&reason) {
                reasons.push(reason);
            }
        }
        (!by.is_empty()).then(|| reasons.join("; "))
    }
}

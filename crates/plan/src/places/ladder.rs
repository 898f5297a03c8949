//! The ladder to zero large classes (消除大班额): how many classes each class size asks for.

use std::collections::BTreeMap;

use junheng_core::model::{Field, Snapshot, Stage, TableId};
use junheng_core::standard::{Amount, ItemTest, Standard, of_stage};
use junheng_core::text::Text;

use super::{level, sections};
use crate::forecast::{Forecast, Year};

/// A class size that a standard names.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The stage.
    pub stage: Stage,
    /// Most students of a class.
    pub size: f64,
    /// What it is called.
    pub title: Text,
    /// Where it stands.
    pub clause: String,
}

/// What one class size asks of a section in one year.
#[derive(Clone, Debug, PartialEq)]
pub struct Rung {
    /// The school.
    pub school_id: String,
    /// The stage.
    pub stage: Stage,
    /// First year of the school year; the first is the last one known.
    pub year: i16,
    /// Most students of a class.
    pub size: f64,
    /// Classes today; `None` where not given.
    pub classes: Option<f64>,
    /// Classes above the size today, from the class list; where only the largest class is known, 1
    /// if it is above; `None` without both or in a coming year.
    pub above: Option<usize>,
    /// Classes needed: each grade's students ÷ size, rounded up.
    pub needed: f64,
}

impl Rung {
    /// Classes to add, 0 or more.
    #[must_use]
    pub fn more(&self) -> Option<f64> {
        self.classes.map(|c| (self.needed - c).max(0.0))
    }
}

/// The limits of a standard for all classes of a stage.
fn limits(standard: &Standard, stage: Stage) -> impl Iterator<Item = Step> {
    let parts = standard
        .items
        .iter()
        .flat_map(|item| item.parts.iter().map(move |part| (item, part)));
    parts.filter_map(move |(item, part)| {
        let limit = of_stage(&part.limits, stage)?;
        let Amount::Number(size) = limit.amount else {
            return None;
        };
        matches!(part.test, ItemTest::ClassesAtMost).then(|| Step {
            stage,
            size,
            title: item.title.clone(),
            clause: limit.clause.text.clone(),
        })
    })
}

/// Most students of a class that a standard allows; `None` where it has no such limit.
#[must_use]
pub fn class_size(standard: &Standard, stage: Stage) -> Option<f64> {
    limits(standard, stage).map(|s| s.size).reduce(f64::min)
}

/// The class sizes of a standard: its limit for all classes, and the upper edges of the bands above
/// it.
fn steps(standard: &Standard) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for stage in Stage::JUDGED {
        let mut own: Vec<Step> = limits(standard, stage).collect();
        let least = own.iter().map(|s| s.size).fold(0.0, f64::max);
        own.extend(standard.bands.iter().filter_map(|band| {
            let size = band.at_most.filter(|size| *size > least)?;
            Some(Step {
                stage,
                size,
                title: band.title.clone(),
                clause: band.clause.text.clone(),
            })
        }));
        own.sort_by(|a, b| b.size.total_cmp(&a.size));
        own.dedup_by(|a, b| a.size == b.size);
        steps.extend(own);
    }
    steps
}

/// The steps, widest class first, and what each asks of every section that is forecast.
#[must_use]
pub fn ladder(
    snapshot: &Snapshot,
    forecast: &Forecast,
    standard: &Standard,
) -> (Vec<Step>, Vec<Rung>) {
    let steps = steps(standard);
    let listed = listed(snapshot);
    let mut rungs = Vec::new();
    for (row, school, stage) in sections(snapshot) {
        let Some(s) = forecast.series(school).filter(|s| forecast.takes_part(*s)) else {
            continue;
        };
        let sizes = listed.get(&(school, stage));
        let classes = sizes
            .map(|sizes| sizes.len() as f64)
            .or(snapshot.number(Field::SectionClasses, row));
        let largest = snapshot.number(Field::LargestClass, row);
        let above = |size: f64| match (sizes, largest) {
            (Some(sizes), _) => Some(sizes.iter().filter(|n| **n > size).count()),
            (None, largest) => largest.map(|n| usize::from(n > size)),
        };
        let series = &forecast.history.series[s];
        let today = series.years.last().copied();
        let coming =
            (0..forecast.years).map(|step| forecast.adjusted(s, step, &forecast.point(s, step)));
        for (at, year) in today.into_iter().chain(coming).enumerate() {
            for step in steps.iter().filter(|step| step.stage == stage) {
                let needed = needed(&year, stage, step.size);
                if needed == 0.0 {
                    continue;
                }
                rungs.push(Rung {
                    school_id: school.to_owned(),
                    stage,
                    year: forecast.first_year() - 1 + i16::try_from(at).unwrap_or(0),
                    size: step.size,
                    classes,
                    above: above(step.size).filter(|_| at == 0),
                    needed,
                });
            }
        }
    }
    (steps, rungs)
}

fn needed(year: &Year, stage: Stage, size: f64) -> f64 {
    // Students are whole: a grade expected at 45.3 is a class of 45.
    let classes = |n: &f64| (n.round() / size).ceil();
    year[level(stage).grades()]
        .iter()
        .filter(|n| **n > 0.0)
        .map(classes)
        .sum()
}

type Listed<'a> = BTreeMap<(&'a str, Stage), Vec<f64>>;

/// Sizes of the listed classes by section.
fn listed(snapshot: &Snapshot) -> Listed<'_> {
    let mut listed = Listed::new();
    for row in 0..snapshot.rows(TableId::Classes) {
        let stage = snapshot
            .text(Field::ClassStage, row)
            .and_then(Stage::from_id);
        if let (Some(school), Some(stage), Some(n)) = (
            snapshot.text(Field::ClassSchool, row),
            stage,
            snapshot.number(Field::ClassStudents, row),
        ) {
            listed.entry((school, stage)).or_default().push(n);
        }
    }
    listed
}

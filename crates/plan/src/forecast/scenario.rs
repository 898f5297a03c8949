//! A forecast as snapshots, so that the evaluator and every planner can be tried on a coming year.

use std::collections::BTreeMap;

use junheng_core::model::{Field, Snapshot, Stage, TableId};

use super::history::{Level, Year, total};
use super::paths::{PATHS, quantile};
use super::{Forecast, GRADES};
use crate::proportion::in_proportion;

/// Rounds in which medoids are moved.
const ROUNDS: usize = 20;

/// Which of the possible futures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantile {
    /// p10 of every school and level: one year in ten is below.
    Low,
    /// The model's figure.
    Base,
    /// p90 of every school and level.
    High,
}

/// One possible future and its probability.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// Share of the paths that it stands for.
    pub probability: f64,
    /// Students by year ahead, series and grade; NaN where a grade is not taught.
    pub years: Vec<Vec<Year>>,
}

impl Forecast {
    /// The students of every series `step` years on, at a quantile; planners' figures included.
    ///
    /// Low and high are those of each school: all schools at once at p10 is rarer than 10 %.
    #[must_use]
    pub fn at_quantile(&self, step: usize, at: Quantile) -> Vec<Year> {
        (0..self.history.series.len())
            .map(|s| {
                let mut year = self.point(s, step);
                let share = match at {
                    Quantile::Base => return self.adjusted(s, step, &year),
                    Quantile::Low => 0.1,
                    Quantile::High => 0.9,
                };
                let futures = self.futures(s);
                for level in Level::ALL {
                    let mean = total(&year, level);
                    if mean > 0.0 {
                        let mut all: Vec<f64> =
                            futures.iter().map(|f| total(&f[step], level)).collect();
                        let scale = quantile(&mut all, share) / mean;
                        year[level.grades()].iter_mut().for_each(|x| *x *= scale);
                    }
                }
                self.adjusted(s, step, &year)
            })
            .collect()
    }

    /// `count` futures that stand for all paths: medoids of the paths by the totals of each school
    /// and year, with the share of the paths nearest to each.
    #[must_use]
    pub fn scenarios(&self, count: usize) -> Vec<Scenario> {
        let features = self.features();
        let distances: Vec<Vec<f64>> = features
            .iter()
            .map(|a| {
                features
                    .iter()
                    .map(|b| a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum())
                    .collect()
            })
            .collect();
        let medoids = medoids(&distances, count.clamp(1, PATHS));
        let nearest = nearest(&distances, &medoids);
        let mut scenarios: Vec<Scenario> = medoids
            .iter()
            .enumerate()
            .map(|(i, _)| Scenario {
                probability: nearest.iter().filter(|n| **n == i).count() as f64 / PATHS as f64,
                years: vec![vec![[f64::NAN; GRADES]; self.history.series.len()]; self.years],
            })
            .collect();
        for s in 0..self.history.series.len() {
            if !self.takes_part(s) {
                continue;
            }
            let futures = self.futures(s);
            for (scenario, path) in scenarios.iter_mut().zip(&medoids) {
                for (step, year) in scenario.years.iter_mut().enumerate() {
                    year[s] = self.adjusted(s, step, &futures[*path][step]);
                }
            }
        }
        scenarios
    }

    /// By path: the total of every series, level and year.
    fn features(&self) -> Vec<Vec<f64>> {
        let mut features = vec![Vec::new(); PATHS];
        for s in (0..self.history.series.len()).filter(|s| self.takes_part(*s)) {
            for (all, path) in features.iter_mut().zip(self.futures(s)) {
                for year in &path {
                    let totals = Level::ALL.map(|level| total(year, level));
                    all.extend(totals.iter().filter(|x| !x.is_nan()));
                }
            }
        }
        features
    }

    /// `base` as it would be `step` years on with these students of every series: sections and
    /// blocks are scaled, the school year and the day move on.
    ///
    /// - `students` of a section are whole; boarders, migrants and children of the zone keep their
    ///   share; classes keep their size, rounded up; the class list and the largest class, which
    ///   nobody knows yet, are left out.
    /// - Children of a block follow their school, else their township, else the county, from what
    ///   these have in the school year of `base`; those that follow the same keep their sum.
    /// - Teachers, rooms and land stay as they are: that is what plans are for.
    #[must_use]
    pub fn snapshot(&self, base: &Snapshot, step: usize, students: &[Year]) -> Snapshot {
        let mut next = base.clone();
        let year = self.first_year() + i16::try_from(step).unwrap_or(0);
        next.tables.remove(&TableId::Classes);
        if let Some(county) = next.tables.get_mut(&TableId::County) {
            let name = format!("{year}-{}", i32::from(year) + 1);
            county.set_text(Field::SchoolYear, 0, name, None);
            county.set_text(Field::AsOf, 0, format!("{year}-09-01"), None);
        }
        self.sections(&mut next, students);
        self.blocks(&mut next, base, students);
        next
    }

    fn sections(&self, next: &mut Snapshot, students: &[Year]) {
        let Some(table) = next.tables.get_mut(&TableId::Sections) else {
            return;
        };
        for row in 0..table.rows() {
            let stage = table
                .text(Field::SectionStage, row)
                .and_then(Stage::from_id);
            let school = table.text(Field::SectionSchool, row);
            let Some(then) = school.zip(stage).and_then(|(id, stage)| {
                let s = self.series(id)?;
                Some(total(students.get(s)?, level_of(stage))).filter(|n| !n.is_nan())
            }) else {
                continue;
            };
            let then = then.round();
            let now = table.number(Field::Students, row);
            table.set_number(Field::Students, row, then, None);
            let Some(now) = now.filter(|n| *n > 0.0) else {
                continue;
            };
            let scale = then / now;
            for field in [
                Field::Boarders,
                Field::MigrantStudents,
                Field::InZoneStudents,
            ] {
                if let Some(n) = table.number(field, row) {
                    table.set_number(field, row, (n * scale).round(), None);
                }
            }
            if let Some(classes) = table.number(Field::SectionClasses, row) {
                let classes = (classes * scale - 1e-9).ceil().max(0.0);
                table.set_number(Field::SectionClasses, row, classes, None);
            }
            if table.number(Field::LargestClass, row).is_some() {
                table.set_number(Field::LargestClass, row, f64::NAN, None);
            }
        }
    }

    fn blocks(&self, next: &mut Snapshot, base: &Snapshot, students: &[Year]) {
        let Some(table) = next.tables.get_mut(&TableId::Blocks) else {
            return;
        };
        let year = base.school_year();
        for (stage, children, current) in [
            (
                Stage::Primary,
                Field::ChildrenPrimary,
                Field::CurrentPrimary,
            ),
            (Stage::Junior, Field::ChildrenJunior, Field::CurrentJunior),
        ] {
            let level = level_of(stage);
            let growth = |of: Follows| self.growth(students, level, year, of);
            let mut known: BTreeMap<Follows, Option<f64>> = BTreeMap::new();
            let mut together: BTreeMap<Follows, Vec<(usize, f64)>> = BTreeMap::new();
            for row in 0..table.rows() {
                let Some(now) = table.number(children, row) else {
                    continue;
                };
                let school = base.text(current, row).and_then(|id| self.series(id));
                let township = base
                    .text(Field::BlockTownship, row)
                    .and_then(|t| self.history.townships.iter().position(|x| x == t));
                let whom = [
                    school.map(Follows::School),
                    township.map(Follows::Township),
                    Some(Follows::County),
                ];
                let found = whom.into_iter().flatten().find_map(|of| {
                    let scale = *known.entry(of).or_insert_with(|| growth(of));
                    scale.map(|scale| (of, now * scale))
                });
                let (of, then) = found.unwrap_or((Follows::County, now));
                together.entry(of).or_default().push((row, then));
            }
            for mut blocks in together.into_values() {
                // Of blocks alike the first by its id has one more, wherever its row stands.
                blocks.sort_by_key(|(row, _)| base.text(Field::BlockId, *row));
                let (rows, then): (Vec<usize>, Vec<f64>) = blocks.into_iter().unzip();
                let sum = then.iter().sum::<f64>().round();
                for (row, n) in rows.into_iter().zip(in_proportion(&then, sum)) {
                    table.set_number(children, row, n, None);
                }
            }
        }
    }

    /// Students then ÷ in the year of the children that are to grow.
    fn growth(
        &self,
        students: &[Year],
        level: Level,
        year: Option<i16>,
        of: Follows,
    ) -> Option<f64> {
        let (mut then, mut now) = (0.0, 0.0);
        for (s, series) in self.history.series.iter().enumerate() {
            let member = match of {
                Follows::School(at) => at == s,
                Follows::Township(at) => at == series.township,
                Follows::County => true,
            };
            if !member || !self.takes_part(s) {
                continue;
            }
            let after = students.get(s).map_or(f64::NAN, |y| total(y, level));
            if let Some(before) = self.in_year(s, level, year).filter(|n| *n > 0.0)
                && !after.is_nan()
            {
                now += before;
                then += after;
            }
        }
        (now > 0.0).then_some(then / now)
    }

    /// Students of a series in a year: counted, or forecast where the history ends before it. Its
    /// last figures stand in for a year without.
    fn in_year(&self, s: usize, level: Level, year: Option<i16>) -> Option<f64> {
        let series = &self.history.series[s];
        let ahead = year.map_or(-1, |y| i32::from(y) - i32::from(self.first_year()));
        if let Some(step) = usize::try_from(ahead)
            .ok()
            .filter(|step| *step < self.years)
        {
            let there = self.adjusted(s, step, &self.point(s, step));
            return Some(total(&there, level));
        }
        let at = usize::try_from(i32::from(year.unwrap_or(0)) - i32::from(self.history.first));
        let counted = at.ok().and_then(|at| series.years.get(at));
        let counted = counted.map(|y| total(y, level)).filter(|n| !n.is_nan());
        counted.or_else(|| Some(total(&series.years[series.base(self.origin)?], level)))
    }

    /// The series of a school.
    #[must_use]
    pub fn series(&self, school_id: &str) -> Option<usize> {
        self.history
            .series
            .binary_search_by(|s| s.school_id.as_str().cmp(school_id))
            .ok()
    }
}

/// Whose change the children of a block follow.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Follows {
    School(usize),
    Township(usize),
    County,
}

fn level_of(stage: Stage) -> Level {
    match stage {
        Stage::Primary => Level::Primary,
        Stage::Junior => Level::Junior,
        Stage::Senior => Level::Senior,
    }
}

/// For each path, which medoid is nearest; the first of equals.
fn nearest(distances: &[Vec<f64>], medoids: &[usize]) -> Vec<usize> {
    distances
        .iter()
        .map(|row| {
            (0..medoids.len())
                .min_by(|a, b| row[medoids[*a]].total_cmp(&row[medoids[*b]]))
                .unwrap_or(0)
        })
        .collect()
}

/// k-medoids: farthest-first from the most central path, then moved until nothing changes.
fn medoids(distances: &[Vec<f64>], k: usize) -> Vec<usize> {
    let cost = |path: usize, members: &[usize]| -> f64 {
        members.iter().map(|m| distances[path][*m]).sum()
    };
    let all: Vec<usize> = (0..distances.len()).collect();
    let central = |members: &[usize]| {
        members
            .iter()
            .copied()
            .min_by(|a, b| cost(*a, members).total_cmp(&cost(*b, members)))
    };
    let mut medoids: Vec<usize> = central(&all).into_iter().collect();
    while medoids.len() < k.min(distances.len()) {
        let gap = |path: usize| {
            let from = medoids.iter().map(|m| distances[path][*m]);
            from.fold(f64::INFINITY, f64::min)
        };
        let next = all
            .iter()
            .copied()
            .max_by(|a, b| gap(*a).total_cmp(&gap(*b)));
        medoids.extend(next);
    }
    for _ in 0..ROUNDS {
        let nearest = nearest(distances, &medoids);
        let moved: Vec<usize> = (0..medoids.len())
            .map(|i| {
                let members: Vec<usize> =
                    all.iter().copied().filter(|p| nearest[*p] == i).collect();
                central(&members).unwrap_or(medoids[i])
            })
            .collect();
        if moved == medoids {
            break;
        }
        medoids = moved;
    }
    medoids
}

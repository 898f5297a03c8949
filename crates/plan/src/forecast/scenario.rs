//! A forecast as snapshots, so that the evaluator and every planner can be tried on a coming year.

use std::collections::BTreeMap;

use junheng_core::model::{Field, Snapshot, Stage, TableId};

use super::history::{Level, Series, Year, total};
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
    /// - Sections and blocks grow by the forecast of that year ÷ that of the year of `base`, so that
    ///   what a plan, or an earlier forecast, changed in `base` stays changed.
    /// - `students` of a section are whole; boarders, migrants and children of the zone keep their
    ///   share; classes keep their size, rounded up; the class list and the largest class, which
    ///   nobody knows yet, are left out. A section without a figure gets the forecast itself.
    /// - Children of a block follow their school, else their township, else the county; those that
    ///   follow the same keep their sum.
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
        let today = self.today(base);
        self.sections(&mut next, &today, students);
        self.blocks(&mut next, base, &today, students);
        next
    }

    /// How many years the school year of a county is ahead of the last one that is known.
    #[must_use]
    pub fn ahead(&self, base: &Snapshot) -> usize {
        let year = base.school_year().unwrap_or(i16::MIN);
        usize::try_from(i32::from(year) - i32::from(self.first_year()) + 1).unwrap_or(0)
    }

    /// The students of every series in the school year of a county: as they are known, or as they
    /// are forecast where it is the county of a coming year.
    fn today(&self, base: &Snapshot) -> Vec<Year> {
        match self.ahead(base).min(self.years).checked_sub(1) {
            Some(step) => self.at_quantile(step, Quantile::Base),
            None => {
                let known = self.history.series.iter();
                let last = |s: &Series| {
                    s.base(self.origin)
                        .map_or([f64::NAN; GRADES], |b| s.years[b])
                };
                known.map(last).collect()
            }
        }
    }

    fn sections(&self, next: &mut Snapshot, today: &[Year], students: &[Year]) {
        let Some(table) = next.tables.get_mut(&TableId::Sections) else {
            return;
        };
        for row in 0..table.rows() {
            let stage = table
                .text(Field::SectionStage, row)
                .and_then(Stage::from_id);
            let school = table.text(Field::SectionSchool, row);
            let Some((before, then)) = school.zip(stage).and_then(|(id, stage)| {
                let s = self.series(id)?;
                let of = |all: &[Year]| Some(total(all.get(s)?, level_of(stage)));
                Some((of(today)?, of(students)?)).filter(|(_, then)| !then.is_nan())
            }) else {
                continue;
            };
            let now = table.number(Field::Students, row);
            // 1 where the section is as the history says.
            let own = now.filter(|_| before > 0.0).map_or(1.0, |n| n / before);
            let then = (then * own).round();
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

    fn blocks(&self, next: &mut Snapshot, base: &Snapshot, today: &[Year], students: &[Year]) {
        let Some(table) = next.tables.get_mut(&TableId::Blocks) else {
            return;
        };
        for (stage, children, current) in [
            (
                Stage::Primary,
                Field::ChildrenPrimary,
                Field::CurrentPrimary,
            ),
            (Stage::Junior, Field::ChildrenJunior, Field::CurrentJunior),
        ] {
            let level = level_of(stage);
            let growth = |of: Follows| self.growth(today, students, level, of);
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

    /// Students then ÷ today.
    fn growth(&self, today: &[Year], students: &[Year], level: Level, of: Follows) -> Option<f64> {
        let (mut then, mut now) = (0.0, 0.0);
        for (s, (before, after)) in today.iter().zip(students).enumerate() {
            let member = match of {
                Follows::School(at) => at == s,
                Follows::Township(at) => at == self.history.series[s].township,
                Follows::County => true,
            };
            if !member || !self.takes_part(s) {
                continue;
            }
            let (before, after) = (total(before, level), total(after, level));
            if before > 0.0 && !after.is_nan() {
                now += before;
                then += after;
            }
        }
        (now > 0.0).then_some(then / now)
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

//! What earlier forecasts from the same data got wrong: how far to trust cohorts against "as last
//! year", and how wide the intervals must be.
//!
//! Every past year is an origin: its forecast uses that year and those before it only, and is
//! compared with the years after. What is learned is drawn to the experience of other places in
//! proportion to the number of comparisons, so that short histories are safe.

use super::grades::{Grades, Seen};
use super::history::{History, Level, total};
use super::project::{Cell, Driver, EntryBy, Path, Weights, project};

/// Years ahead that are learned from; those beyond use the last.
pub(super) const AHEAD: usize = 6;
/// Past years that are learned from.
const ORIGINS: usize = 15;
/// Weight of cohorts against last year where nothing is known, by years ahead; with births.
const COHORT_WEIGHT: [f64; AHEAD] = [0.72, 0.65, 0.58, 0.55, 0.55, 0.55];
const BIRTHS_WEIGHT: f64 = 0.85;
/// The share of the smoothed past in the rest, by years ahead.
const USUAL_WEIGHT: [f64; AHEAD] = [0.0, 0.1, 0.2, 0.2, 0.2, 0.2];
/// Comparisons that outweigh both.
const WEIGHT_CASES: f64 = 60.0;
/// How far cohorts and last year are apart, in units of the usual error, where a comparison counts in
/// full: births must have moved to say how far they can be trusted.
const APART: [f64; 2] = [0.25, 1.0];
/// Comparisons, in which cohorts and last year are a usual error apart, that outweigh what a series
/// says of its own trust in cohorts.
const TRUST_CASES: f64 = 5.0;
/// Errors beyond this count as this: one closed school must not decide for all.
const MOST: f64 = 0.3;
/// Schools below this many students have errors of another kind.
const FEWEST: f64 = 30.0;
/// Comparisons that outweigh what is known of a series' own errors.
const OWN_CASES: f64 = 4.0;
/// The least a series' errors are taken to be, in units of the usual ones: figures that never moved
/// were copied from year to year.
const LEAST_OWN: f64 = 0.2;

/// Mean of absolute errors of which 80 % are within 1: that of a normal distribution.
const USUAL_MEAN: f64 = 0.62;

/// One series and level forecast from one past year.
pub(super) struct Case {
    pub(super) series: usize,
    pub(super) level: Level,
    /// Index of the last year that was known.
    pub(super) origin: usize,
    /// Births moved the entrants.
    pub(super) births: bool,
    /// Students in that year.
    pub(super) students: f64,
    /// By cohorts, as last year, as usual, and what came; NaN where nothing is known. By years ahead.
    pub(super) years: Vec<[f64; 4]>,
    /// The grades one year ahead likewise, and whether students enter there.
    pub(super) grades: Vec<(bool, [f64; 4])>,
}

/// All cases of a history, the oldest origins first.
pub(super) fn cases(history: &History) -> Vec<Case> {
    let last = history.years.saturating_sub(1);
    let mut all = Vec::new();
    for origin in 0..last {
        let ahead = AHEAD.min(last - origin);
        for (s, path) in project(history, origin, ahead).into_iter().enumerate() {
            for level in Level::ALL {
                if let Some(case) = case(history, s, level, origin, &path) {
                    all.push(case);
                }
            }
        }
    }
    all
}

/// Whether births or a register move the entrants of a level.
pub(super) fn by_births(path: &Path, level: Level) -> bool {
    level == Level::Primary
        && path.first().is_some_and(|cells| {
            matches!(
                cells[1].driver,
                Driver::Entry {
                    by: EntryBy::Births | EntryBy::Register,
                    ..
                }
            )
        })
}

fn case(history: &History, s: usize, level: Level, origin: usize, path: &Path) -> Option<Case> {
    let series = &history.series[s];
    let students = total(series.years.get(origin)?, level);
    if path.is_empty() || students.is_nan() || students <= 0.0 {
        return None;
    }
    let years = path
        .iter()
        .enumerate()
        .map(|(step, cells)| {
            let sum = |of: fn(&Cell) -> f64| -> f64 {
                cells[level.grades()]
                    .iter()
                    .map(of)
                    .filter(|x| !x.is_nan())
                    .sum()
            };
            let came = total(&series.years[origin + 1 + step], level);
            [sum(|c| c.cohort), sum(|c| c.last), sum(|c| c.usual), came]
        })
        .collect();
    let grades = path
        .first()
        .into_iter()
        .flat_map(|cells| level.grades().map(|g| (g, cells[g])))
        .map(|(g, c)| {
            let enters = matches!(c.driver, Driver::Entry { .. });
            let came = series.years[origin + 1][g];
            (enters, [c.cohort, c.last, c.usual, came])
        })
        .filter(|(_, [cohort, _, _, came])| *cohort > 0.0 && !came.is_nan())
        .collect();
    Some(Case {
        grades,
        series: s,
        level,
        origin,
        births: by_births(path, level),
        students,
        years,
    })
}

/// Errors of one past forecast in units of what is usual for its size, by years ahead.
pub(super) struct Block {
    pub(super) series: usize,
    pub(super) level: Level,
    pub(super) errors: Vec<f64>,
}

/// What the cases say.
pub(super) struct Learned {
    /// Weights without and with births, by years ahead.
    weights: [[Weights; AHEAD]; 2],
    /// How much more than usual cohorts count in each series.
    trust: Vec<f64>,
    /// How much larger than usual the errors of grades are.
    pub(super) grades: Grades,
    /// Blocks of errors by origin; origins without any are left out.
    pub(super) origins: Vec<Vec<Block>>,
    /// How much larger a series' errors are than usual, by series and level.
    own: Vec<[f64; 4]>,
    /// Comparisons at one year ahead.
    pub(super) cases: usize,
}

/// The 80 % error of a forecast `ahead` years for so many students, as a share of them, as seen
/// in other places.
pub(super) fn usual_error(students: f64, ahead: usize) -> f64 {
    const GROWS: [f64; 6] = [1.0, 1.65, 2.2, 2.7, 3.15, 3.6];
    let grows = match GROWS.get(ahead) {
        Some(g) => *g,
        None => 3.6 + 0.4 * (ahead as f64 - 5.0),
    };
    grows * (0.02 * 0.02 + 1.45 * 1.45 / students.max(4.0)).sqrt()
}

impl Learned {
    /// Learns from the cases that were over by year index `t`.
    pub(super) fn new(cases: &[Case], series: usize, t: usize) -> Self {
        let recent: Vec<&Case> = cases
            .iter()
            .filter(|c| c.origin < t && c.origin + ORIGINS >= t)
            .collect();
        let mut learned = Self {
            weights: [[Weights::new(1.0, 0.0); AHEAD]; 2],
            trust: vec![0.0; series],
            grades: Seen::default().learned(0.0),
            origins: Vec::new(),
            own: vec![[1.0; 4]; series],
            cases: recent.iter().filter(|c| known(c, 0, t).is_some()).count(),
        };
        for births in [false, true] {
            for ahead in 0..AHEAD {
                learned.weights[usize::from(births)][ahead] = weights(&recent, births, ahead, t);
            }
        }
        let sums = learned.sums(&recent, series, t);
        learned.errors(&recent, &sums, t);
        learned.grades = learned.seen(&recent, t);
        learned.trust = sums.into_iter().map(trusted).collect();
        learned
    }

    /// How much each simple forecast counts.
    pub(super) fn weights(&self, s: usize, births: bool, ahead: usize) -> Weights {
        self.weights[usize::from(births)][ahead.min(AHEAD - 1)].with_more(self.trust[s])
    }

    /// What the cases say of grades.
    fn seen(&self, recent: &[&Case], t: usize) -> Grades {
        let mut seen = Seen::default();
        let (mut origins, mut last) = (0.0, None);
        for c in recent.iter().filter(|c| known(c, 0, t).is_some()) {
            if last != Some(c.origin) {
                origins += 1.0;
                last = Some(c.origin);
            }
            let weights = self.weights[usize::from(c.births)][0];
            for (enters, [cohort, last, usual, came]) in &c.grades {
                let weighed = weights.of(*cohort, *last, *usual);
                if *enters {
                    seen.entrants(weighed, *came);
                } else {
                    seen.cohort(*cohort, weighed, *came);
                }
            }
        }
        seen.learned(20.0 * origins)
    }

    /// What the cases say of each series' trust in its cohorts.
    fn sums(&self, recent: &[&Case], series: usize, t: usize) -> Vec<[f64; 2]> {
        let mut sums = vec![[0.0; 2]; series];
        for c in recent {
            let said = self.says(c, t);
            sums[c.series]
                .iter_mut()
                .zip(said)
                .for_each(|(sum, x)| *sum += x);
        }
        sums
    }

    /// What one case says of it: how far it would have been right to follow cohorts further, and
    /// how sure that is; in units of the usual error. A case in which cohorts said the same as last
    /// year says nothing.
    fn says(&self, c: &Case, t: usize) -> [f64; 2] {
        let mut sum = [0.0; 2];
        for ahead in 0..c.years.len() {
            let Some([cohort, last, usual, came]) = known(c, ahead, t) else {
                break;
            };
            let weights = self.weights[usize::from(c.births)][ahead];
            let rest = weights.with_more(-1.0).of(cohort, last, usual);
            let said = weights.of(cohort, last, usual);
            if rest <= 0.0 {
                break;
            }
            let unit = usual_error(c.students, ahead);
            let moved = ((cohort - rest) / rest).clamp(-MOST, MOST) / unit;
            let missed = ((came - said) / rest).clamp(-MOST, MOST) / unit;
            sum[0] += moved * missed;
            sum[1] += moved * moved;
        }
        sum
    }

    /// The 80 % error of a series, as a share of its students.
    pub(super) fn spread(&self, s: usize, level: Level, students: f64, ahead: usize) -> f64 {
        usual_error(students, ahead) * self.own[s][level as usize]
    }

    /// `says`: what all cases say of the trust of each series.
    fn errors(&mut self, recent: &[&Case], says: &[[f64; 2]], t: usize) {
        let mut sums = vec![[[0.0; 2]; 4]; says.len()];
        let mut all = [0.0; 2];
        let mut blocks: Vec<(usize, Block)> = Vec::new();
        for c in recent {
            let mut errors = Vec::new();
            // Without what this case itself said, as a coming year has said nothing yet.
            let (all_say, own) = (says[c.series], self.says(c, t));
            let trust = trusted([all_say[0] - own[0], all_say[1] - own[1]]);
            for ahead in 0..c.years.len() {
                let Some([cohort, last, usual, came]) = known(c, ahead, t) else {
                    break;
                };
                let weights = self.weights[usize::from(c.births)][ahead].with_more(trust);
                let said = weights.of(cohort, last, usual);
                if said <= 0.0 {
                    break;
                }
                let error = (came - said) / said / usual_error(c.students, ahead);
                let error = error.clamp(-5.0, 5.0);
                errors.push(error);
                let size = error.abs().min(2.5);
                for sum in [&mut sums[c.series][c.level as usize], &mut all] {
                    sum[0] += size;
                    sum[1] += 1.0;
                }
            }
            if !errors.is_empty() {
                blocks.push((
                    c.origin,
                    Block {
                        series: c.series,
                        level: c.level,
                        errors,
                    },
                ));
            }
        }
        if all[1] == 0.0 || all[0] == 0.0 {
            return;
        }
        let mean = (all[0] / 3.0 + OWN_CASES * USUAL_MEAN) / (all[1] / 3.0 + OWN_CASES);
        for (own, sums) in self.own.iter_mut().zip(&sums) {
            for (own, [size, n]) in own.iter_mut().zip(sums) {
                // Years ahead of one origin go together: three of them count as one.
                let n3 = n / 3.0;
                let found = (size / 3.0 + OWN_CASES * mean) / (n3 + OWN_CASES) / USUAL_MEAN;
                *own = found.max(LEAST_OWN);
            }
        }
        let mut last = None;
        for (origin, mut block) in blocks {
            let own = self.own[block.series][block.level as usize];
            block.errors.iter_mut().for_each(|e| *e /= own);
            if last != Some(origin) {
                self.origins.push(Vec::new());
                last = Some(origin);
            }
            if let Some(blocks) = self.origins.last_mut() {
                blocks.push(block);
            }
        }
    }
}

/// By how much more than elsewhere a series trusts its cohorts: least squares, drawn to 0. Years
/// ahead of one origin go together: three of them count as one.
fn trusted([above, below]: [f64; 2]) -> f64 {
    above / (below + 3.0 * TRUST_CASES)
}

/// A case `ahead` years on, if that year was over by `t`.
fn known(c: &Case, ahead: usize, t: usize) -> Option<[f64; 4]> {
    let year = *c.years.get(ahead)?;
    (c.origin + 1 + ahead <= t && !year[3].is_nan() && c.students >= FEWEST).then_some(year)
}

/// The weights with the least mean error, drawn to what is usual elsewhere.
fn weights(recent: &[&Case], births: bool, ahead: usize, t: usize) -> Weights {
    const STEPS: usize = 20;
    const USUAL_STEPS: usize = 4;
    let mut losses = [[0.0; USUAL_STEPS + 1]; STEPS + 1];
    let (mut cases, mut origins, mut last) = (0.0_f64, 0.0, None);
    for c in recent.iter().filter(|c| c.births == births) {
        let Some([cohort, before, usual, came]) = known(c, ahead, t) else {
            continue;
        };
        if came <= 0.0 {
            continue;
        }
        // Where both say the same, nothing is learned of which is right.
        let apart = (cohort - before) / before.max(1.0) / usual_error(c.students, ahead);
        cases += (apart / APART[usize::from(births)]).powi(2).min(1.0);
        if last != Some(c.origin) {
            origins += 1.0;
            last = Some(c.origin);
        }
        for (i, losses) in losses.iter_mut().enumerate() {
            for (j, loss) in losses.iter_mut().enumerate() {
                let w = Weights::new(share(i, STEPS), share(j, USUAL_STEPS));
                *loss += ((w.of(cohort, before, usual) - came).abs() / came).min(MOST);
            }
        }
    }
    let (mut best, mut at) = (f64::INFINITY, [0.0; 2]);
    for (i, losses) in losses.iter().enumerate() {
        for (j, loss) in losses.iter().enumerate() {
            if *loss < best {
                (best, at) = (*loss, [share(i, STEPS), share(j, USUAL_STEPS)]);
            }
        }
    }
    // Schools of one year share its luck.
    let counts = cases.min(20.0 * origins);
    let drawn =
        |found: f64, usual: f64| (counts * found + WEIGHT_CASES * usual) / (counts + WEIGHT_CASES);
    Weights::new(
        drawn(
            at[0],
            if births {
                BIRTHS_WEIGHT
            } else {
                COHORT_WEIGHT[ahead]
            },
        ),
        drawn(at[1], USUAL_WEIGHT[ahead]),
    )
}

fn share(i: usize, steps: usize) -> f64 {
    i as f64 / steps as f64
}

//! Grades of a level beside its total.
//!
//! The total is weighed between cohorts and last year, because schools fill their places; a cohort
//! moves up as it is. Grades therefore have their own figures and variances, and take up what the
//! total says beyond their sum in proportion to how uncertain they are: mostly the entrants.

use super::history::{GRADES, Level, Year};
use super::learn::{Learned, by_births};
use super::project::{Cell, Driver, Path, Weights};

/// Standard deviation of a grade one year ahead, as shares of its students' square root and of its
/// students: in a grade that cohorts come up to, and in one that students enter.
const USUAL: [[f64; 2]; 2] = [[0.42, 0.025], [0.70, 0.07]];
/// Comparisons that outweigh what is usual.
const CASES: f64 = 60.0;
/// Errors beyond this, in units of the usual one, count as this.
const MOST: f64 = 3.0;
/// Mean of the absolute value of a normal distribution.
const MEAN: f64 = 0.8;

/// How far a grade that cohorts come up to is drawn to what its level would weigh it to.
const FOLLOWS: f64 = 0.25;
const STEPS: usize = 10;
/// Growth of the entrants' variance with each further year, and how much of its variance a cohort
/// takes with it.
const GROWS: f64 = 0.4;
const CARRIED: f64 = 0.75;

/// What is seen of grades one year ahead.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grades {
    /// How far they are drawn to the level's weights.
    follows: f64,
    /// How much larger errors are than usual, where cohorts come up and where students enter.
    scale: [f64; 2],
}

/// Errors of grades one year ahead, in units of the usual one.
#[derive(Default)]
pub(super) struct Seen {
    /// Of cohorts, by how far they are drawn.
    drawn: [f64; STEPS + 1],
    entrants: f64,
    cases: [f64; 2],
}

impl Seen {
    /// Adds a grade that cohorts come up to.
    pub(super) fn cohort(&mut self, cohort: f64, weighed: f64, came: f64) {
        let unit = usual(false, cohort).sqrt();
        for (at, sum) in self.drawn.iter_mut().enumerate() {
            let said = cohort + share(at) * (weighed - cohort);
            *sum += ((came - said).abs() / unit).min(MOST);
        }
        self.cases[0] += 1.0;
    }

    /// Adds a grade that students enter.
    pub(super) fn entrants(&mut self, said: f64, came: f64) {
        self.entrants += ((came - said).abs() / usual(true, said).sqrt()).min(MOST);
        self.cases[1] += 1.0;
    }

    /// `most`: so many comparisons are independent.
    pub(super) fn learned(&self, most: f64) -> Grades {
        let draw = |cases: f64, found: f64, usual: f64| {
            let cases = cases.min(most);
            if cases > 0.0 {
                (cases * found + CASES * usual) / (cases + CASES)
            } else {
                usual
            }
        };
        let off = |at: usize| (share(at) - FOLLOWS).abs();
        let best = (0..=STEPS)
            .min_by(|a, b| {
                let by_error = self.drawn[*a].total_cmp(&self.drawn[*b]);
                by_error.then(off(*a).total_cmp(&off(*b)))
            })
            .unwrap_or(0);
        let [cohorts, entrants] = self.cases;
        Grades {
            follows: draw(cohorts, share(best), FOLLOWS),
            scale: [
                draw(cohorts, self.drawn[best] / cohorts / MEAN, 1.0),
                draw(entrants, self.entrants / entrants / MEAN, 1.0),
            ],
        }
    }
}

fn share(at: usize) -> f64 {
    at as f64 / STEPS as f64
}

fn usual(enters: bool, students: f64) -> f64 {
    let [one, all] = USUAL[usize::from(enters)];
    one * one * students.max(1.0) + all * all * students * students
}

impl Grades {
    fn variance(self, enters: bool, students: f64) -> f64 {
        let scale = self.scale[usize::from(enters)];
        scale * scale * usual(enters, students)
    }
}

/// One year of a series, by grade.
#[derive(Clone, Copy)]
pub(super) struct Figures {
    /// What each is made of; cohorts come up from the settled year before.
    pub(super) cells: [Cell; GRADES],
    pub(super) weights: [Weights; GRADES],
    /// The least standard deviation of a level, by level.
    pub(super) apart: [f64; 4],
    /// Settled to the level's total; NaN where a grade is not taught.
    pub(super) mean: Year,
    variance: Year,
}

/// The grades of a series by years ahead.
pub(super) fn grades(learned: &Learned, s: usize, path: &Path) -> Vec<Figures> {
    let mut all: Vec<Figures> = Vec::with_capacity(path.len());
    for (step, cells) in path.iter().enumerate() {
        let before = all.last();
        let mut year = Figures {
            cells: *cells,
            weights: [Weights::new(1.0, 0.0); GRADES],
            apart: [0.0; 4],
            mean: [f64::NAN; GRADES],
            variance: [0.0; GRADES],
        };
        for level in Level::ALL {
            let weights = learned.weights(s, by_births(path, level), step);
            let (mut sum, mut apart) = (0.0, [0.0; 2]);
            for g in level.grades().filter(|g| !cells[*g].cohort.is_nan()) {
                sum += weights.of(cells[g].cohort, cells[g].last, cells[g].usual);
                apart[0] += cells[g].cohort;
                apart[1] += cells[g].last;
                year.grade(g, before, weights, &learned.grades, step);
            }
            year.apart[level as usize] = weights.apart(apart[0], apart[1]);
            // Without a common error: cohorts that never missed take nothing of what the total says.
            let errors = Errors::new(&year, level, 0.0);
            // Cohorts that move up more exactly than elsewhere say that much of the total too.
            let own: f64 = level
                .grades()
                .map(|g| year.mean[g])
                .filter(|x| !x.is_nan())
                .sum();
            let exact = (1.0 - learned.grades.scale[0]).max(0.0);
            errors.settle(&mut year.mean, sum + exact * (own - sum));
        }
        all.push(year);
    }
    all
}

impl Figures {
    /// A grade before it is settled, its variance and what it is made of.
    fn grade(
        &mut self,
        g: usize,
        before: Option<&Self>,
        weights: Weights,
        grades: &Grades,
        step: usize,
    ) {
        let cell = &mut self.cells[g];
        let mut variance = 0.0;
        self.weights[g] = weights;
        let enters = match &mut cell.driver {
            Driver::Cohort { from, ratio, .. } => {
                if let Some(before) = before.filter(|b| !b.mean[g - 1].is_nan()) {
                    *from = before.mean[g - 1];
                    variance = CARRIED * *ratio * *ratio * before.variance[g - 1];
                }
                // A grade that is new has no year before to be weighed against.
                let new = cell.last == cell.cohort && cell.usual == cell.cohort;
                cell.cohort = *from * *ratio;
                if new {
                    (cell.last, cell.usual) = (cell.cohort, cell.cohort);
                }
                self.weights[g] = weights.nearer(grades.follows);
                false
            }
            _ => true,
        };
        let mean = self.weights[g].of(cell.cohort, cell.last, cell.usual);
        self.mean[g] = mean;
        self.variance[g] = if enters {
            let apart = weights.apart(cell.cohort, cell.last);
            let grows = 1.0 + GROWS * step as f64;
            (grows * grades.variance(true, mean)).max(apart * apart)
        } else {
            variance + grades.variance(false, mean)
        };
    }

    /// What settling to the level's total added to a grade.
    pub(super) fn settled(&self, g: usize) -> f64 {
        let cell = self.cells[g];
        self.mean[g] - self.weights[g].of(cell.cohort, cell.last, cell.usual)
    }
}

/// How the error of a level falls on its grades: each its own, and what the level's variance has
/// beyond theirs in proportion to their students.
pub(super) struct Errors {
    level: Level,
    /// Share of each grade in the level's error.
    share: Year,
    /// Standard deviation of each grade's own error.
    own: Year,
    /// What one standard deviation of the common error is in each grade.
    common: Year,
}

impl Errors {
    pub(super) fn new(year: &Figures, level: Level, variance: f64) -> Self {
        let known = |g: &usize| !year.mean[*g].is_nan();
        let sum = |of: &Year| -> f64 { level.grades().filter(known).map(|g| of[g]).sum() };
        let (students, own) = (sum(&year.mean), sum(&year.variance));
        let common = (variance - own).max(0.0);
        let mut errors = Self {
            level,
            share: [0.0; GRADES],
            own: [0.0; GRADES],
            common: [0.0; GRADES],
        };
        for g in level.grades().filter(known) {
            let part = if students > 0.0 {
                year.mean[g] / students
            } else {
                0.0
            };
            errors.share[g] = (year.variance[g] + common * part) / (own + common).max(1e-9);
            errors.own[g] = year.variance[g].sqrt();
            errors.common[g] = common.sqrt() * part;
        }
        errors
    }

    /// Brings the grades to a total.
    pub(super) fn settle(&self, year: &mut Year, aim: f64) {
        let grades = self.level.grades();
        let now: f64 = year[grades.clone()].iter().filter(|x| !x.is_nan()).sum();
        for g in grades.clone() {
            if year[g].is_nan() {
                continue;
            }
            year[g] = (year[g] + self.share[g] * (aim - now)).max(0.0);
        }
        // What a grade of nobody could not give, the others do.
        let now: f64 = year[grades.clone()].iter().filter(|x| !x.is_nan()).sum();
        if now > 0.0 {
            year[grades].iter_mut().for_each(|x| *x *= aim / now);
        }
    }

    /// The grades with errors that add up to a total: `bells` are normal, the first common.
    pub(super) fn draw(&self, year: &mut Year, bells: &[f64; GRADES + 1], sign: f64, aim: f64) {
        for g in self.level.grades() {
            year[g] += sign * (self.own[g] * bells[g + 1] + self.common[g] * bells[0]);
        }
        self.settle(year, aim);
    }
}

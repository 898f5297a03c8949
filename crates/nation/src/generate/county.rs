//! A county: its size, how well off it is, when it is ready for certification.

use junheng_core::model::Stage;

use super::Options;
use super::rng::Rng;
use super::section::{self, School};
use crate::table::{Key, Rows};

/// Provinces: code, counties (of 2,895, rounded), how well off (1 is the mean).
const PROVINCES: &[(u8, u16, f64)] = &[
    (11, 16, 1.25),
    (12, 16, 1.15),
    (13, 167, 0.97),
    (14, 117, 0.98),
    (15, 108, 1.08),
    (21, 100, 1.05),
    (22, 60, 1.04),
    (23, 128, 1.03),
    (31, 16, 1.25),
    (32, 100, 1.15),
    (33, 96, 1.18),
    (34, 104, 1.02),
    (35, 84, 1.05),
    (36, 100, 0.93),
    (37, 142, 1.05),
    (41, 157, 0.88),
    (42, 109, 1.0),
    (43, 122, 0.94),
    (44, 128, 1.0),
    (45, 111, 0.88),
    (46, 25, 0.98),
    (50, 38, 1.03),
    (51, 183, 0.96),
    (52, 88, 0.9),
    (53, 129, 0.89),
    (54, 74, 0.95),
    (61, 107, 1.02),
    (62, 86, 0.93),
    (63, 44, 0.95),
    (64, 22, 1.0),
    (65, 118, 0.98),
];

/// Schools of a county of mean size.
const SCHOOLS: f64 = 68.0;

/// A county as it is in all years.
pub(super) struct County {
    seed: u64,
    index: usize,
    code: String,
    name: String,
    /// How well off.
    pub(super) wealth: f64,
    /// How unequal its schools are, 1 as in the published districts.
    pub(super) unequal: f64,
    /// From this year on every school is lifted to the standard.
    pub(super) ready: Option<i16>,
    /// A district of a big city whose centre is over-dense.
    pub(super) dense: bool,
    schools: Vec<School>,
}

impl County {
    pub(super) fn new(options: &Options, index: usize) -> Self {
        let rng = &mut Rng::new(options.seed, index, 0);
        let (province, within, wealth) = place(index);
        let wealth = wealth * rng.between(0.85, 1.15);
        let size = rng.unit();
        let count = (SCHOOLS * (0.3 + 2.8 * size * size * size)).round() as usize;
        // Certification began in 2019; well-off counties come first, most have not come yet.
        let ambition = rng.unit() + (wealth - 1.0);
        let ready = (ambition > 0.72).then(|| {
            let wait = rng.between(0.0, 14.0) / ambition;
            2017 + wait as i16
        });
        let unequal = if ready.is_some() {
            rng.between(0.6, 0.95)
        } else {
            rng.between(0.75, 1.75)
        };
        let schools = (0..count).map(|n| School::new(rng, n, wealth)).collect();
        Self {
            seed: options.seed,
            index,
            code: format!("{province:02}{:02}{:02}", within / 20 + 1, within % 20 + 1),
            name: format!("合成县{province:02}-{:03}", within + 1),
            wealth,
            unequal,
            ready,
            dense: rng.chance(0.02),
            schools,
        }
    }

    /// Certified one to three years after it was ready.
    fn certified(&self) -> Option<i16> {
        self.ready
            .map(|year| year.max(2018) + 1 + i16::from(self.index.is_multiple_of(3)) * 2)
    }

    /// Appends the county's sections of a year.
    pub(super) fn write(&self, year: i16, rows: &mut Rows) {
        let rng = &mut Rng::new(self.seed, self.index, 1 + u64::from(year.unsigned_abs()));
        let shaken = rng.chance(0.02);
        for (n, school) in self.schools.iter().enumerate() {
            let school_id = format!(
                "{}{}{:06}",
                school.category(),
                &self.code[..2],
                self.index % 3_000 * 300 + n
            );
            let name = format!("合成{}{:03}", school.title(), n + 1);
            // Every school draws the same number of times, open or not.
            let mut draws = section::Draws::new(rng);
            let forgets = shaken && n == self.schools.len() / 2;
            if !school.open(year) {
                continue;
            }
            for stage in [Stage::Primary, Stage::Junior, Stage::Senior] {
                if !school.teaches(stage) {
                    continue;
                }
                rows.push(&Key {
                    county: &self.code,
                    county_name: &self.name,
                    school_id: &school_id,
                    name: &name,
                    stage,
                    certified: self.certified().filter(|c| *c <= year),
                    synthetic: true,
                });
                school.write(self, stage, year, &mut draws, forgets, rows);
            }
        }
    }
}

/// Province, number within it, wealth. Beyond 2,895 counties the provinces are gone through again.
fn place(index: usize) -> (u8, usize, f64) {
    let all: usize = PROVINCES.iter().map(|p| usize::from(p.1)).sum();
    let round = index / all;
    let mut left = index % all;
    for (code, counties, wealth) in PROVINCES {
        let counties = usize::from(*counties);
        if left < counties {
            return (*code, left + round * counties, *wealth);
        }
        left -= counties;
    }
    (99, index, 1.0)
}

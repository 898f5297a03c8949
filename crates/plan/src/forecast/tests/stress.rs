//! Districts of every character, drawn and held out by year: the forecast against both baselines.
//!
//! Nothing is tuned to them: they are here so that a change that helps one kind of district and
//! harms another is seen. `cargo test … stress -- --nocapture` prints the table.

use junheng_core::model::{Field, Snapshot, TableId};

use super::super::history::GRADES as N;
use super::super::*;

/// What a district is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Character {
    Steady,
    Shrinking,
    Growing,
    Tiny,
    /// Figures of some years are not there.
    Gaps,
    /// A merger or new catchment: a third more or fewer in one year.
    Jump,
    /// One grade was never counted.
    GradeMissing,
    /// Entrants stay away for a year, and half of them come back.
    Dip,
    /// Grows fast, then no more.
    Boom,
    /// The middle school opens grade by grade.
    Opening,
}

const ALL: [Character; 10] = [
    Character::Steady,
    Character::Shrinking,
    Character::Growing,
    Character::Tiny,
    Character::Gaps,
    Character::Jump,
    Character::GradeMissing,
    Character::Dip,
    Character::Boom,
    Character::Opening,
];

const YEARS: usize = 18;

/// About normal numbers from a seed.
struct Luck(u64);

impl Luck {
    fn unit(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as f64 / 2_f64.powi(31)
    }

    fn bell(&mut self) -> f64 {
        let sum: f64 = (0..6).map(|_| self.unit()).sum();
        (sum - 3.0) * 2.0_f64.sqrt()
    }
}

/// Students by year and grade, NaN where nothing is known. `shocks` are the years' common luck.
fn district(character: Character, luck: &mut Luck, shocks: &[f64]) -> Vec<Year> {
    use Character as C;
    let size = match character {
        C::Tiny => 8.0 + 8.0 * luck.unit(),
        _ => 20.0 * (3.5 * luck.unit()).exp(),
    };
    let trend = match character {
        C::Shrinking => -0.035 + 0.01 * luck.bell(),
        C::Growing => 0.02 + 0.01 * luck.bell(),
        _ => 0.01 * luck.bell(),
    };
    let ratios: Year = std::array::from_fn(|_| 1.0 + 0.01 * luck.bell());
    let moving = match character {
        C::Growing => 0.025,
        C::Shrinking => -0.01,
        _ => 0.008 * luck.bell(),
    };
    let event = 6 + (luck.unit() * 8.0) as usize;
    let jump = if luck.unit() < 0.5 { 0.7 } else { 1.35 };
    let hole = 2 + (luck.unit() * 4.0) as usize;
    let (mut entrants, mut now) = (size, [f64::NAN; N]);
    let mut years = Vec::new();
    // Twenty years before the first that is known fill the grades.
    for year in 0..YEARS + 20 {
        let known = year.checked_sub(20);
        let shock = known.map_or(0.0, |k| shocks[k]);
        entrants *= 1.0 + trend + 0.025 * luck.bell() + shock;
        let mut coming = entrants;
        let mut stays = moving + 0.008 * luck.bell() + shock;
        match (character, known) {
            (C::Dip, Some(k)) if k == event => coming *= 0.88,
            (C::Dip, Some(k)) if k == event + 1 => coming *= 1.06,
            (C::Boom, Some(k)) if k < event => {
                stays += 0.08;
                entrants *= 1.06;
            }
            _ => {}
        }
        let mut next = [f64::NAN; N];
        next[1] = coming;
        for g in 2..N {
            if now[g - 1] > 0.0 {
                next[g] = now[g - 1] * (ratios[g] + stays);
            }
        }
        if character == C::Jump && known == Some(event) {
            next.iter_mut().for_each(|x| *x *= jump);
            entrants *= jump;
        }
        // Chance of single pupils.
        for x in &mut next {
            *x = (*x + 0.35 * x.max(0.0).sqrt() * luck.bell())
                .max(0.0)
                .round();
        }
        now = next;
        let Some(k) = known else {
            continue;
        };
        let mut seen = now;
        match character {
            C::Gaps if luck.unit() < 0.12 => seen = [f64::NAN; N],
            C::GradeMissing => seen[hole] = f64::NAN,
            C::Opening => (7..N)
                .filter(|g| *g > 9 || k < event + g - 7)
                .for_each(|g| seen[g] = f64::NAN),
            _ => {}
        }
        years.push(seen);
    }
    years
}

fn snapshot(districts: &[Vec<Year>]) -> Snapshot {
    let mut snapshot = Snapshot::default();
    let table = snapshot
        .tables
        .entry(TableId::EnrolmentHistory)
        .or_default();
    for (at, years) in districts.iter().enumerate() {
        for (t, year) in years.iter().enumerate() {
            for (g, n) in year.iter().enumerate().filter(|(_, n)| !n.is_nan()) {
                let row = table.push_row();
                table.set_text(Field::HistorySchool, row, format!("D{at:04}"), None);
                table.set_number(Field::HistoryYear, row, (2000 + t) as f64, None);
                table.set_number(Field::HistoryGrade, row, g as f64, None);
                table.set_number(Field::HistoryStudents, row, *n, None);
            }
        }
    }
    snapshot
}

/// [cases, forecast, persistence, cohort, covered]: medians and means weighted by their cases.
type Sums = [[f64; 8]; 3];

fn add(sums: &mut Sums, report: &Report) {
    for (sum, e) in sums.iter_mut().zip(&report.ahead) {
        let n = e.cases as f64;
        let all = [
            1.0,
            e.forecast[0],
            e.forecast[1],
            e.persistence[0],
            e.persistence[1],
            e.cohort[0],
            e.cohort[1],
            e.coverage,
        ];
        sum.iter_mut().zip(all).for_each(|(s, x)| *s += n * x);
    }
}

fn show(name: &str, sums: &Sums) {
    for (ahead, sum) in sums.iter().enumerate() {
        let n = sum[0].max(1.0);
        let p: Vec<f64> = sum[1..].iter().map(|x| 100.0 * x / n).collect();
        println!(
            "{name:14} {} ahead {:6.0} cases  forecast {:5.2} /{:6.2}  last year {:5.2} /{:6.2}  cohort {:5.2} /{:6.2}  inside {:.1} %",
            ahead + 1,
            sum[0],
            p[0],
            p[1],
            p[2],
            p[3],
            p[4],
            p[5],
            p[6],
        );
    }
}

fn held_out(districts: &[Vec<Year>]) -> Report {
    let (history, _) = History::read(&snapshot(districts)).expect("a history");
    backtest(&history, history.years, 1)
}

/// How often each character is drawn.
const EACH: usize = 6;

fn all_districts() -> Vec<(Character, Vec<Year>)> {
    let mut luck = Luck(11);
    let shocks: Vec<f64> = (0..YEARS).map(|_| 0.006 * luck.bell()).collect();
    let one = |(at, c): (usize, Character)| {
        let mut luck = Luck(1000 + at as u64 * 7919);
        luck.unit();
        (c, district(c, &mut luck, &shocks))
    };
    let drawn = ALL.into_iter().flat_map(|c| std::iter::repeat_n(c, EACH));
    drawn.enumerate().map(one).collect()
}

#[test]
fn stress_districts_together() {
    let all: Vec<Vec<Year>> = all_districts().into_iter().map(|d| d.1).collect();
    let report = held_out(&all);
    let mut sums = Sums::default();
    add(&mut sums, &report);
    show("together", &sums);
    better(&sums, 0.85);
}

/// Means below those of last year and plain cohorts; medians below last year's and not above plain
/// cohorts' by more than a twentieth, for the drawn cohorts move with less noise than real ones.
fn better(sums: &Sums, most: f64) {
    for sum in sums {
        let [
            n,
            median,
            mean,
            last_median,
            last_mean,
            cohort_median,
            cohort_mean,
            inside,
        ] = *sum;
        assert!(n > 1000.0);
        assert!(mean < last_mean && mean < cohort_mean, "{sum:?}");
        assert!(
            median < last_median && median < 1.05 * cohort_median,
            "{sum:?}"
        );
        assert!((0.75..=most).contains(&(inside / n)), "{sum:?}");
    }
}

/// Each a county of its own: nothing can be learned from others.
#[test]
fn stress_districts_alone() {
    let mut pooled = Sums::default();
    for character in ALL {
        let mut sums = Sums::default();
        for (_, years) in all_districts().into_iter().filter(|d| d.0 == character) {
            let report = held_out(&[years]);
            add(&mut sums, &report);
            add(&mut pooled, &report);
        }
        show(&format!("{character:?}"), &sums);
    }
    show("alone", &pooled);
    better(&pooled, 0.9);
}

//! Districts of every character, drawn and held out by year: the forecast against both baselines.
//!
//! Nothing is tuned to them: they are here so that a change that helps one kind of district and
//! harms another is seen. `cargo test … stress -- --nocapture` prints the table.

use junheng_core::model::{Field, Snapshot, TableId};

use super::history::GRADES as N;
use super::*;

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
    for (ahead, e) in report.ahead.iter().enumerate() {
        for at in 0..2 {
            assert!(e.forecast[at] < e.persistence[at], "{ahead} {e:?}");
            assert!(e.forecast[at] < e.cohort[at], "{ahead} {e:?}");
        }
        assert!((0.75..=0.85).contains(&e.coverage), "{ahead} {e:?}");
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
    for sum in &pooled {
        // Means of the medians, and means: forecast, last year, plain cohorts.
        assert!(sum[1] < sum[3] && sum[1] < sum[5], "{sum:?}");
        assert!(sum[2] < sum[4] && sum[2] < sum[6], "{sum:?}");
        assert!((0.75..=0.87).contains(&(sum[7] / sum[0])), "{sum:?}");
    }
}

#[test]
fn stress_debug() {
    let all = all_districts();
    let districts: Vec<Vec<Year>> = all.iter().map(|d| d.1.clone()).collect();
    let (history, _) = History::read(&snapshot(&districts)).expect("a history");
    let cases = learn::cases(&history);
    for origin in [4usize, 8, 12, 16] {
        let l = learn::Learned::new(&cases, history.series.len(), origin);
        println!("ahead origin {origin} w0 {:?} w2 {:?}", l.weights[0][0], l.weights[0][2]);
        println!("ahead trust {:?}", l.trust.iter().map(|x| (x*100.0).round()).collect::<Vec<_>>());
    }
    // by character
    let mut sums: std::collections::BTreeMap<Character, [f64; 4]> = Default::default();
    for origin in 5..17 {
        let f = Forecast::at(history.clone(), &cases, Some(origin), 3, 1);
        for (s, d) in all.iter().enumerate() {
            for level in Level::ALL {
                let came = total(&history.series[s].years[origin + 1], level);
                let said = total(&f.point(s, 0), level);
                if !(came >= 100.0) || said.is_nan() { continue; }
                let c: f64 = f.paths[s][0][level.grades()].iter().map(|c| c.cohort).filter(|x| !x.is_nan()).sum();
                let sum = sums.entry(d.0).or_default();
                sum[0] += 1.0;
                sum[1] += (said - came).abs() / came;
                sum[2] += (c - came).abs() / came;
                sum[3] += (c - came) / came;
            }
        }
    }
    for (c, s) in sums { println!("ahead {c:?} n {} ours {:.2} C {:.2} bias {:.2}", s[0], 100.0*s[1]/s[0], 100.0*s[2]/s[0], 100.0*s[3]/s[0]); }
}

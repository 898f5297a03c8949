//! Which certified counties fall back (巩固成果): each county's own trend, with intervals.
//!
//! A coefficient of variation is drawn on in a straight line by least squares over the last years,
//! with the prediction interval of that line. Failing sections are counted: if they come at a
//! constant rate, none comes in the next h years with chance (n ÷ (n + h))^(k + ½) after k in n
//! years (Jeffreys prior). Nothing is borrowed from other counties and no policy is foreseen.
//! `docs/nation.md` has the derivation and its limits.

use std::collections::BTreeMap;

use junheng_core::model::Stage;
use junheng_core::text::Text;
use junheng_core::verdict::Verdict;

use crate::judge::{County, Year};

/// Years that a line is drawn through, at most.
pub const WINDOW: usize = 6;
/// Years it needs.
pub const LEAST: usize = 4;

/// Student's t that 10 % exceed, by degrees of freedom from 2 on.
const T90: [f64; 4] = [1.885_618, 1.637_744, 1.533_206, 1.475_884];

/// A coefficient's line, drawn on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Line {
    /// Most likely.
    pub p50: f64,
    /// One in ten is below.
    pub p10: f64,
    /// One in ten is above.
    pub p90: f64,
}

/// What becomes of a county.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outlook {
    /// Too few years.
    Unknown,
    /// Within the line, interval and all.
    Holds,
    /// The line holds, its interval does not.
    AtRisk,
    /// More likely than not it fails.
    Falls,
}

impl Outlook {
    /// Its id.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Holds => "holds",
            Self::AtRisk => "at_risk",
            Self::Falls => "falls",
        }
    }

    /// Its name in both languages.
    #[must_use]
    pub fn title(self) -> Text {
        match self {
            Self::Unknown => Text::new("年份不足", "too few years"),
            Self::Holds => Text::new("稳定", "holds"),
            Self::AtRisk => Text::new("有风险", "at risk"),
            Self::Falls => Text::new("可能滑坡", "falls"),
        }
    }
}

/// A county's outlook.
#[derive(Debug, Clone, PartialEq)]
pub struct Forecast {
    /// County code.
    pub county: String,
    /// County name.
    pub name: String,
    /// Year of certification; `None` where the table does not say and the county just meets the line.
    pub certified: Option<i16>,
    /// The last year there are figures of.
    pub from: i16,
    /// The year that is foreseen.
    pub year: i16,
    /// The county's verdict in the last year.
    pub now: Verdict,
    /// What becomes of it.
    pub outlook: Outlook,
    /// Chance that no section fails until then; `None` where sections are not judged.
    pub sections_hold: Option<f64>,
    /// The coefficient nearest to its limit or furthest beyond: stage, indicator's index, limit.
    pub tightest: Option<(Stage, usize, f64)>,
    /// That coefficient's line.
    pub line: Option<Line>,
    /// The year whose standard `tightest` counts in.
    pub standard: usize,
}

/// How the method did on the last year that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Backtest {
    /// Coefficients foreseen.
    pub lines: usize,
    /// Of these within p10 and p90; eight in ten are meant to be.
    pub within: usize,
    /// By outlook (holds, at risk, falls): counties, and of these not met.
    pub counties: [(usize, usize); 3],
}

/// Least squares through (year, value), read at `at`.
#[must_use]
pub fn line(points: &[(f64, f64)], at: f64) -> Option<Line> {
    let n = points.len();
    if n < LEAST {
        return None;
    }
    let count = n as f64;
    let mean_x = points.iter().map(|p| p.0).sum::<f64>() / count;
    let mean_y = points.iter().map(|p| p.1).sum::<f64>() / count;
    let sxx = points
        .iter()
        .map(|p| (p.0 - mean_x) * (p.0 - mean_x))
        .sum::<f64>();
    let sxy = points
        .iter()
        .map(|p| (p.0 - mean_x) * (p.1 - mean_y))
        .sum::<f64>();
    if sxx == 0.0 {
        return None;
    }
    let slope = sxy / sxx;
    let value = |x: f64| mean_y + slope * (x - mean_x);
    let rest = points
        .iter()
        .map(|p| (p.1 - value(p.0)) * (p.1 - value(p.0)))
        .sum::<f64>();
    let freedom = n - 2;
    let away = at - mean_x;
    let error = (rest / freedom as f64 * (1.0 + 1.0 / count + away * away / sxx)).sqrt();
    let t = T90.get(freedom - 2).or(T90.last()).copied()?;
    let p50 = value(at).max(0.0);
    Some(Line {
        p50,
        p10: (p50 - t * error).max(0.0),
        p90: p50 + t * error,
    })
}

/// Chance that no section fails in `ahead` years after `failed` did in `years`.
#[must_use]
pub fn none_fails(failed: usize, years: usize, ahead: usize) -> f64 {
    let base = years as f64 / (years + ahead) as f64;
    (0..failed.min(4_096)).fold(base.sqrt(), |chance, _| chance * base)
}

/// The outlook of certified counties `ahead` years after the last year.
///
/// Where no row says who is certified, counties that meet the line in the last year are taken.
#[must_use]
pub fn forecast(years: &[&Year], ahead: usize) -> Vec<Forecast> {
    let Some(last) = years.last() else {
        return Vec::new();
    };
    let marked = years
        .iter()
        .flat_map(|y| &y.counties)
        .any(|c| c.certified.is_some());
    let past = by_county(years);
    let asked = last.counties.iter().filter(|c| {
        if marked {
            c.certified.is_some()
        } else {
            c.verdict == Verdict::Met
        }
    });
    asked
        .filter_map(|county| one(county, last.year, past.get(county.code.as_str())?, ahead))
        .collect()
}

/// Foresees the last year from those before it and compares.
#[must_use]
pub fn backtest(years: &[&Year]) -> Backtest {
    let mut result = Backtest::default();
    let Some((last, before)) = years.split_last() else {
        return result;
    };
    let truth: BTreeMap<&str, &County> =
        last.counties.iter().map(|c| (c.code.as_str(), c)).collect();
    let past = by_county(before);
    for f in forecast(
        before,
        usize::from((last.year - before.last().map_or(last.year, |y| y.year)).unsigned_abs()),
    ) {
        let Some(county) = truth.get(f.county.as_str()) else {
            continue;
        };
        let nth = match f.outlook {
            Outlook::Unknown => continue,
            Outlook::Holds => 0,
            Outlook::AtRisk => 1,
            Outlook::Falls => 2,
        };
        result.counties[nth].0 += 1;
        result.counties[nth].1 += usize::from(county.verdict == Verdict::NotMet);
        let Some(past) = past.get(f.county.as_str()) else {
            continue;
        };
        for c in &county.coefficients {
            let points = series(past, c.stage, c.indicator, county.standard);
            if let (Some(line), Some(cv)) = (line(&points, f64::from(last.year)), c.cv) {
                result.lines += 1;
                result.within += usize::from(line.p10 <= cv && cv <= line.p90);
            }
        }
    }
    result
}

type Past<'a> = Vec<(i16, &'a County)>;

fn by_county<'a>(years: &[&'a Year]) -> BTreeMap<&'a str, Past<'a>> {
    let mut all: BTreeMap<&str, Past<'a>> = BTreeMap::new();
    for year in years {
        for county in &year.counties {
            all.entry(&county.code)
                .or_default()
                .push((year.year, county));
        }
    }
    all
}

/// A coefficient's last values by one standard.
fn series(past: &Past<'_>, stage: Stage, indicator: usize, standard: usize) -> Vec<(f64, f64)> {
    let newest_first = past
        .iter()
        .rev()
        .take(WINDOW)
        .take_while(|(_, c)| c.standard == standard);
    let point = |(year, county): &(i16, &County)| {
        let c = county
            .coefficients
            .iter()
            .find(|c| c.stage == stage && c.indicator == indicator)?;
        Some((f64::from(*year), c.cv?))
    };
    newest_first.filter_map(point).collect()
}

fn one(county: &County, from: i16, past: &Past<'_>, ahead: usize) -> Option<Forecast> {
    let year = from.checked_add(i16::try_from(ahead).ok()?)?;
    let mut tightest: Option<(Stage, usize, f64)> = None;
    let mut worst: Option<Line> = None;
    let mut outlook = Outlook::Unknown;
    for c in &county.coefficients {
        let Some(limit) = c.limit else { continue };
        let points = series(past, c.stage, c.indicator, county.standard);
        let Some(line) = line(&points, f64::from(year)) else {
            continue;
        };
        let one = if line.p50 > limit {
            Outlook::Falls
        } else if line.p90 > limit {
            Outlook::AtRisk
        } else {
            Outlook::Holds
        };
        outlook = outlook.max(one);
        let nearer = |(_, _, other): &(Stage, usize, f64)| {
            worst.is_none_or(|w| line.p50 / limit > w.p50 / other)
        };
        if tightest.as_ref().is_none_or(nearer) {
            tightest = Some((c.stage, c.indicator, limit));
            worst = Some(line);
        }
    }
    // Sections are counted since certification: before it they were meant to fail.
    let since = county.certified.unwrap_or(i16::MIN);
    let counted: Vec<&County> = past
        .iter()
        .rev()
        .take(WINDOW)
        .filter(|(year, c)| *year >= since && c.standard == county.standard)
        .map(|(_, c)| *c)
        .collect();
    let judged = counted.iter().all(|c| c.all_sections.is_some()) && !counted.is_empty();
    let sections_hold = judged.then(|| {
        let failed = counted
            .iter()
            .map(|c| c.failing.iter().sum::<usize>())
            .sum();
        none_fails(failed, counted.len(), ahead)
    });
    if let Some(chance) = sections_hold.filter(|_| outlook != Outlook::Unknown) {
        outlook = outlook.max(if chance < 0.5 {
            Outlook::Falls
        } else if chance < 0.8 {
            Outlook::AtRisk
        } else {
            Outlook::Holds
        });
    }
    Some(Forecast {
        county: county.code.clone(),
        name: county.name.clone(),
        certified: county.certified,
        from,
        year,
        now: county.verdict,
        outlook,
        sections_hold,
        tightest,
        line: worst,
        standard: county.standard,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_straight_line_goes_on() {
        let points: Vec<(f64, f64)> = (0..5)
            .map(|x| (f64::from(x), 0.5 - 0.02 * f64::from(x)))
            .collect();
        let line = line(&points, 6.0).unwrap();
        assert!((line.p50 - 0.38).abs() < 1e-12 && line.p90 - line.p10 < 1e-6);
    }

    #[test]
    fn the_interval_is_that_of_the_textbook() {
        // x 1..5, y 2 4 5 4 5: slope 0.6, s² 0.8; at 6: 5.8 ± t(3) √(0.8 · (1 + 1/5 + 9/10)).
        let points = [(1.0, 2.0), (2.0, 4.0), (3.0, 5.0), (4.0, 4.0), (5.0, 5.0)];
        let line = line(&points, 6.0).unwrap();
        let half = 1.637_744 * (0.8_f64 * 2.1).sqrt();
        assert!((line.p50 - 5.8).abs() < 1e-9);
        assert!((line.p90 - 5.8 - half).abs() < 1e-9 && (5.8 - line.p10 - half).abs() < 1e-9);
    }

    #[test]
    fn too_few_years_say_nothing() {
        assert_eq!(line(&[(1.0, 0.3), (2.0, 0.3), (3.0, 0.3)], 4.0), None);
    }

    #[test]
    fn failures_lower_the_chance() {
        assert!((none_fails(0, 8, 1) - (8.0_f64 / 9.0).sqrt()).abs() < 1e-12);
        assert!(none_fails(1, 8, 1) < none_fails(0, 8, 1));
        assert!(none_fails(0, 8, 3) < none_fails(0, 8, 1));
    }
}

//! Properties of forecasts, and input that is not as it should be.

mod grades;
mod stress;

use junheng_core::model::{Field, Snapshot, Table, TableId};
use proptest::prelude::*;

use super::*;

pub(super) type Figure = (&'static str, i16, u8, f64);

pub(super) fn table(snapshot: &mut Snapshot, id: TableId) -> &mut Table {
    snapshot.tables.entry(id).or_default()
}

/// A county with this history.
pub(super) fn county(figures: &[Figure]) -> Snapshot {
    let mut snapshot = Snapshot::default();
    let history = table(&mut snapshot, TableId::EnrolmentHistory);
    for (school, year, grade, students) in figures {
        let row = history.push_row();
        history.set_text(Field::HistorySchool, row, *school, None);
        history.set_number(Field::HistoryYear, row, f64::from(*year), None);
        history.set_number(Field::HistoryGrade, row, f64::from(*grade), None);
        history.set_number(Field::HistoryStudents, row, *students, None);
    }
    snapshot
}

pub(super) fn school(snapshot: &mut Snapshot, id: &str, township: &str) {
    let schools = table(snapshot, TableId::Schools);
    let row = schools.push_row();
    schools.set_text(Field::SchoolId, row, id, None);
    schools.set_text(Field::SchoolName, row, id, None);
    schools.set_text(Field::Township, row, township, None);
}

pub(super) fn births(snapshot: &mut Snapshot, township: &str, year: i16, n: f64) {
    let births = table(snapshot, TableId::Births);
    let row = births.push_row();
    births.set_text(Field::BirthTownship, row, township, None);
    births.set_number(Field::BirthYear, row, f64::from(year), None);
    births.set_number(Field::BirthCount, row, n, None);
}

/// Grades `grades` of a school, `n` each, in the years.
pub(super) fn steady(
    id: &'static str,
    years: std::ops::RangeInclusive<i16>,
    grades: std::ops::RangeInclusive<u8>,
    n: f64,
) -> Vec<Figure> {
    years
        .flat_map(|y| grades.clone().map(move |g| (id, y, g, n)))
        .collect()
}

pub(super) fn made(snapshot: &Snapshot, years: usize) -> Forecast {
    forecast(snapshot, years, 1).unwrap_or_else(|f| panic!("{f:?}"))
}

fn all(rows: &[Row], level: Level, year: i16) -> &Row {
    let found = rows
        .iter()
        .find(|r| r.level == level && r.year == year && r.grade.is_none());
    found.unwrap_or_else(|| panic!("{level:?} {year}"))
}

pub(super) fn codes(forecast: &Forecast) -> Vec<&'static str> {
    forecast.findings.iter().map(|f| f.code).collect()
}

const IDS: [&str; 4] = ["A", "B", "C", "D"];

/// Histories with gaps, zeros, schools that open and close.
fn figures() -> impl Strategy<Value = Vec<Figure>> {
    let one = (0..4_usize, 2015..2024_i16, 0..=12_u8, 0..300_u16, 0..10_u8);
    proptest::collection::vec(one, 1..160).prop_map(|all| {
        let mut figures: Vec<Figure> = all
            .into_iter()
            .map(|(s, year, grade, n, zero)| {
                let n = if zero == 0 { 0.0 } else { f64::from(n) };
                (IDS[s], year, grade, n)
            })
            .collect();
        figures.sort_by_key(|f| (f.0, f.1, f.2));
        figures.dedup_by_key(|f| (f.0, f.1, f.2));
        figures
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn rows_are_ordered_and_add_up(figures in figures(), years in 1..6_usize) {
        let Ok(f) = forecast(&county(&figures), years, 1) else { return Ok(()) };
        let rows = f.by_school();
        for r in &rows {
            prop_assert!(r.mean.is_finite() && r.mean >= 0.0, "{r:?}");
            prop_assert!(r.p10 >= 0.0 && r.p10 <= r.p50 && r.p50 <= r.p90, "{r:?}");
            prop_assert!(r.p90.is_finite());
        }
        let sum = |rows: &[Row], one: bool, level, year| -> f64 {
            let of = |r: &&Row| r.grade.is_some() == one && r.level == level && r.year == year;
            rows.iter().filter(of).map(|r| r.mean).sum()
        };
        for r in f.of_county().iter().filter(|r| r.grade.is_none()) {
            for one in [true, false] {
                let parts = sum(&rows, one, r.level, r.year);
                prop_assert!((parts - r.mean).abs() <= 1e-6 * (1.0 + r.mean), "{parts} {r:?}");
            }
            let towns = sum(&f.by_township(), false, r.level, r.year);
            prop_assert!((towns - r.mean).abs() <= 1e-6 * (1.0 + r.mean));
        }
    }

    #[test]
    fn the_order_of_rows_means_nothing(figures in figures(), by in 1..50_usize) {
        let mut other = figures.clone();
        other.rotate_left(by % figures.len());
        other.reverse();
        match (forecast(&county(&figures), 3, 1), forecast(&county(&other), 3, 1)) {
            (Ok(a), Ok(b)) => prop_assert_eq!(a.by_school(), b.by_school()),
            (a, b) => prop_assert_eq!(a.is_err(), b.is_err()),
        }
    }

    /// Steps of progression that are drawn to the county weigh less in larger schools, so that a
    /// county ten times as large is forecast nearly, not exactly, ten times as high.
    #[test]
    fn a_larger_county_is_forecast_larger(start in 40..90_u16, steps in proptest::collection::vec(-6..7_i16, 60)) {
        let mut figures = Vec::new();
        for (i, step) in steps.iter().enumerate() {
            let (year, grade) = (2010 + (i / 6) as i16, 1 + (i % 6) as u8);
            figures.push(("A", year, grade, f64::from(start as i16 + step)));
        }
        let large: Vec<Figure> = figures.iter().map(|f| (f.0, f.1, f.2, f.3 * 10.0)).collect();
        let (a, b) = (made(&county(&figures), 3), made(&county(&large), 3));
        for (a, b) in a.of_county().iter().zip(&b.of_county()) {
            prop_assert!((b.mean / a.mean / 10.0 - 1.0).abs() < 0.15, "{a:?} {b:?}");
        }
    }
}

#[test]
fn what_never_changed_stays() {
    let f = made(&county(&steady("A", 2015..=2024, 1..=6, 50.0)), 5);
    assert_eq!(f.first_year(), 2025);
    for r in f.by_school() {
        let want = if r.grade.is_some() { 50.0 } else { 300.0 };
        assert!((r.mean - want).abs() < 1e-6, "{r:?}");
        assert!(r.p10 < want && r.p90 > want);
    }
    assert_eq!(
        f.by_school(),
        made(&county(&steady("A", 2015..=2024, 1..=6, 50.0)), 5).by_school()
    );
}

#[test]
fn intervals_widen_with_the_years_and_narrow_with_size() {
    let mut figures = steady("A", 2015..=2024, 1..=6, 20.0);
    figures.extend(steady("B", 2015..=2024, 1..=6, 200.0));
    let f = made(&county(&figures), 3);
    let wide = |s: usize, year| {
        let rows = f.rows(Place::School(s), &[s]);
        let r = all(&rows, Level::Primary, year);
        (r.p90 - r.p10) / r.mean
    };
    assert!(wide(0, 2027) > 1.5 * wide(0, 2025));
    assert!(wide(0, 2025) > 2.0 * wide(1, 2025));
}

#[test]
fn half_the_births_are_half_the_entrants() {
    let mut snapshot = county(&steady("A", 2015..=2024, 1..=6, 100.0));
    school(&mut snapshot, "A", "T");
    for year in 2009..=2018 {
        births(&mut snapshot, "T", year, 110.0);
    }
    births(&mut snapshot, "T", 2019, 55.0);
    let f = made(&snapshot, 1);
    let (cell, weights, _) = f.why(0, 0, 1).unwrap();
    let Driver::Entry { by, level, index } = cell.driver else {
        panic!("{cell:?}")
    };
    assert_eq!(by, EntryBy::Births);
    assert!((level - 100.0).abs() < 1e-9 && (index - 0.5).abs() < 1e-9);
    assert!(weights.cohort > 0.6);
    assert!(f.point(0, 0)[1] < 70.0);
}

#[test]
fn registered_children_win_over_births() {
    let mut snapshot = county(&steady("A", 2015..=2024, 1..=6, 100.0));
    school(&mut snapshot, "A", "T");
    for year in 2009..=2019 {
        births(&mut snapshot, "T", year, 110.0);
    }
    let register = table(&mut snapshot, TableId::Preschool);
    let row = register.push_row();
    register.set_text(Field::PreschoolTownship, row, "T", None);
    register.set_number(Field::PreschoolYear, row, 2025.0, None);
    register.set_number(Field::PreschoolChildren, row, 140.0, None);
    let f = made(&snapshot, 1);
    let (cell, _, _) = f.why(0, 0, 1).unwrap();
    assert!((cell.cohort - 140.0).abs() < 1e-6, "{cell:?}");
}

#[test]
fn junior_schools_follow_the_primary_leavers() {
    let mut figures = steady("A", 2015..=2024, 1..=6, 100.0);
    figures.extend(steady("J", 2015..=2024, 7..=9, 100.0));
    // A large grade 6 leaves next year.
    figures
        .iter_mut()
        .filter(|f| f.0 == "A" && f.1 == 2024 && f.2 == 6)
        .for_each(|f| f.3 = 150.0);
    let f = made(&county(&figures), 2);
    let j = f.series("J").unwrap();
    let (cell, _, _) = f.why(j, 0, 7).unwrap();
    assert!(
        matches!(
            cell.driver,
            Driver::Entry {
                by: EntryBy::Leavers,
                ..
            }
        ),
        "{cell:?}"
    );
    assert!((cell.cohort - 135.0).abs() < 1.0, "{cell:?}");
}

#[test]
fn a_school_that_fills_grade_by_grade_goes_on() {
    let mut figures = Vec::new();
    for (id, start) in [("A", 2010_i16), ("B", 2011), ("C", 2012), ("N", 2023)] {
        for year in start..=2024 {
            let top = (year - start + 1).min(6) as u8;
            figures.extend((1..=top).map(|g| (id, year, g, 40.0)));
        }
    }
    let f = made(&county(&figures), 6);
    let n = f.series("N").unwrap();
    let taught = |step: usize| f.point(n, step).iter().filter(|x| !x.is_nan()).count();
    assert_eq!((0..6).map(taught).collect::<Vec<_>>(), [3, 4, 5, 6, 6, 6]);
}

#[test]
fn housing_and_planners_figures_stand_beside_the_model() {
    let mut snapshot = county(&steady("A", 2018..=2024, 1..=6, 50.0));
    school(&mut snapshot, "A", "T");
    let housing = table(&mut snapshot, TableId::Housing);
    let row = housing.push_row();
    housing.set_text(Field::HousingId, row, "Z1", None);
    housing.set_text(Field::HousingTownship, row, "T", None);
    housing.set_number(Field::HousingYear, row, 2026.0, None);
    housing.set_number(Field::HousingDwellings, row, 400.0, None);
    housing.set_number(Field::HousingPrimaryYield, row, 15.0, None);
    let adjustments = table(&mut snapshot, TableId::ForecastAdjustments);
    let row = adjustments.push_row();
    adjustments.set_text(Field::AdjustedSchool, row, "A", None);
    adjustments.set_number(Field::AdjustedYear, row, 2025.0, None);
    adjustments.set_number(Field::AdjustedGrade, row, 1.0, None);
    adjustments.set_number(Field::AdjustedStudents, row, 80.0, None);
    adjustments.set_text(Field::AdjustedReason, row, "new estate", None);
    let f = made(&snapshot, 2);
    let rows = f.by_school();
    assert!((all(&rows, Level::Primary, 2025).mean - 300.0).abs() < 1e-6);
    assert!((all(&rows, Level::Primary, 2026).mean - 360.0).abs() < 1e-6);
    let first = rows.iter().find(|r| r.grade == Some(1)).unwrap();
    let adjusted = first.adjusted.as_ref().unwrap();
    assert!((first.mean - 50.0).abs() < 1e-6);
    assert_eq!(
        (adjusted.students, adjusted.reason.as_str()),
        (80.0, "new estate")
    );
    assert!((f.adjusted(0, 0, &f.point(0, 0))[1] - 80.0).abs() < 1e-9);
    assert!(codes(&f).contains(&"forecast_no_yield"));
}

#[test]
fn scenarios_are_futures_with_probabilities() {
    let mut figures = steady("A", 2015..=2024, 1..=6, 50.0);
    figures.extend(steady("B", 2015..=2024, 1..=6, 80.0));
    let mut snapshot = county(&figures);
    let sections = table(&mut snapshot, TableId::Sections);
    for (id, n) in [("A", 300.0), ("B", 480.0)] {
        let row = sections.push_row();
        sections.set_text(Field::SectionSchool, row, id, None);
        sections.set_text(Field::SectionStage, row, "primary", None);
        sections.set_number(Field::Students, row, n, None);
        sections.set_number(Field::SectionClasses, row, 12.0, None);
    }
    let blocks = table(&mut snapshot, TableId::Blocks);
    let row = blocks.push_row();
    blocks.set_text(Field::BlockId, row, "K", None);
    blocks.set_text(Field::CurrentPrimary, row, "A", None);
    blocks.set_number(Field::ChildrenPrimary, row, 100.0, None);
    let f = made(&snapshot, 3);
    let scenarios = f.scenarios(5);
    assert_eq!(scenarios.len(), 5);
    let sum: f64 = scenarios.iter().map(|s| s.probability).sum();
    assert!((sum - 1.0).abs() < 1e-9);
    // NaN stands for a grade that is not taught: compare what is shown.
    assert_eq!(format!("{scenarios:?}"), format!("{:?}", f.scenarios(5)));
    let students = |at| {
        let next = f.snapshot(&snapshot, 2, &f.at_quantile(2, at));
        assert_eq!(next.school_year(), None);
        assert_eq!(next.rows(TableId::Sections), 2);
        (
            next.number(Field::Students, 0).unwrap(),
            next.number(Field::SectionClasses, 0).unwrap(),
            next.number(Field::ChildrenPrimary, 0).unwrap(),
        )
    };
    assert_eq!(students(Quantile::Base), (300.0, 12.0, 100.0));
    let (low, high) = (students(Quantile::Low), students(Quantile::High));
    assert!(low.0 < 300.0 && low.2 < 100.0 && high.0 > 300.0 && high.1 == 13.0);
}

/// A county grows from what it is: after new zones, or when it is itself one of a coming year.
#[test]
fn a_planned_county_grows_from_what_it_is() {
    let grown =
        |year: i16, grade: u8| ("A", year, grade, 100.0 * 1.1_f64.powi((year - 2015).into()));
    let figures: Vec<_> = (2015..=2024)
        .flat_map(|year| (1..=6).map(move |grade| grown(year, grade)))
        .collect();
    let mut snapshot = county(&figures);
    let now: f64 = (1..=6).map(|grade| grown(2024, grade).3).sum();
    let of_county = table(&mut snapshot, TableId::County);
    let row = of_county.push_row();
    of_county.set_text(Field::SchoolYear, row, "2024-2025", None);
    let sections = table(&mut snapshot, TableId::Sections);
    let row = sections.push_row();
    sections.set_text(Field::SectionSchool, row, "A", None);
    sections.set_text(Field::SectionStage, row, "primary", None);
    sections.set_number(Field::Students, row, now, None);
    let blocks = table(&mut snapshot, TableId::Blocks);
    let row = blocks.push_row();
    blocks.set_text(Field::BlockId, row, "K", None);
    blocks.set_text(Field::CurrentPrimary, row, "A", None);
    blocks.set_number(Field::ChildrenPrimary, row, 1000.0, None);
    let f = made(&snapshot, 5);
    let told = |county: &Snapshot| {
        (
            county.number(Field::Students, 0).unwrap(),
            county.number(Field::ChildrenPrimary, 0).unwrap(),
        )
    };
    let at = |county: &Snapshot, step| {
        let then = f.snapshot(county, step, &f.at_quantile(step, Quantile::Base));
        assert_eq!(f.ahead(&then), step + 1);
        then
    };
    let once = told(&at(&snapshot, 4));
    assert!(once.0 > now * 1.2 && once.1 > 1200.0, "{once:?}");
    // By way of a year between: the same but for rounding.
    let twice = told(&at(&at(&snapshot, 1), 4));
    assert!(
        (twice.0 - once.0).abs() <= 2.0 && (twice.1 - once.1).abs() <= 2.0,
        "{twice:?} {once:?}"
    );
    // Zones that gave half of the children away: the half grows.
    table(&mut snapshot, TableId::Sections).set_number(Field::Students, 0, now / 2.0, None);
    let half = told(&at(&snapshot, 4));
    assert!((half.0 * 2.0 - once.0).abs() <= 1.0, "{half:?} {once:?}");
}

#[test]
fn nothing_and_one_year() {
    assert!(forecast(&Snapshot::default(), 3, 1).is_err());
    assert!(forecast(&county(&[]), 3, 1).is_err());
    let f = made(&county(&steady("A", 2024..=2024, 1..=6, 30.0)), 3);
    assert_eq!(codes(&f), ["forecast_one_year"]);
    assert!((all(&f.by_school(), Level::Primary, 2027).mean - 180.0).abs() < 1e-6);
    assert_eq!(backtest(&f.history, 5, 1).origins, None);
}

#[test]
fn bad_figures_are_named_and_left_out() {
    let mut figures = steady("A", 2020..=2024, 1..=6, 30.0);
    figures.push(("A", 2024, 7, -5.0));
    figures.push(("A", 2024, 99, 5.0));
    figures.push(("A", 30, 1, 5.0));
    let f = made(&county(&figures), 1);
    let bad = codes(&f)
        .iter()
        .filter(|c| **c == "forecast_bad_figure")
        .count();
    assert_eq!((bad, f.history.first), (3, 2020));
}

#[test]
fn closed_schools_gaps_and_zeros() {
    let mut figures = steady("A", 2015..=2024, 1..=6, 30.0);
    // Closed long ago; closed lately and not in the list of schools; late with its figures.
    figures.extend(steady("B", 2015..=2019, 1..=6, 30.0));
    figures.extend(steady("C", 2015..=2023, 1..=6, 30.0));
    figures.extend(steady("D", 2015..=2023, 1..=6, 30.0));
    // Never anybody; a grade missing in the last year; grade 3 without grade 2.
    figures.extend(steady("Z", 2015..=2024, 1..=6, 0.0));
    figures.retain(|f| *f != ("A", 2024, 3, 30.0));
    figures.extend(steady("G", 2015..=2023, 1..=3, 30.0));
    figures.extend(steady("G", 2024..=2024, 3..=3, 30.0));
    let mut snapshot = county(&figures);
    for id in ["A", "D", "G", "Z"] {
        school(&mut snapshot, id, "T");
    }
    let f = made(&snapshot, 2);
    let part: Vec<bool> = ["A", "B", "C", "D", "Z"]
        .iter()
        .map(|id| f.takes_part(f.series(id).unwrap()))
        .collect();
    assert_eq!(part, [true, false, false, true, false]);
    let said = codes(&f);
    assert_eq!(said.iter().filter(|c| **c == "forecast_closed").count(), 3);
    assert!(
        said.contains(&"forecast_late") && said.contains(&"forecast_gap"),
        "{said:?}"
    );
    let filled = f.findings.iter().find(|f| f.code == "forecast_filled");
    let filled = &filled.unwrap().message.zh;
    assert!(
        filled.contains("A(A)：2024 年 3 年级") && filled.contains("30 人"),
        "{filled}"
    );
    let a = f.series("A").unwrap();
    assert!((total(&f.point(a, 0), Level::Primary) - 180.0).abs() < 2.0);
}

/// A county drawn with known noise: forecasts beat "as last year" where cohorts move, and the
/// intervals hold what they say.
#[test]
fn noisy_cohorts_are_forecast_and_covered() {
    let mut state = 7_u64;
    let mut noise = move || {
        let sum: f64 = (0..6)
            .map(|_| {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                (state >> 33) as f64 / 2_f64.powi(31)
            })
            .sum();
        (sum - 3.0) * 1.414
    };
    let mut figures = Vec::new();
    for id in ["A", "B", "C", "D", "E", "F", "G", "H", "I", "K"] {
        let mut now = [60.0_f64; 6];
        for year in 2000..=2020_i16 {
            let entrants = (60.0 + 18.0 * f64::from((year % 9) - 4) / 4.0 + 5.0 * noise()).max(5.0);
            now.rotate_right(1);
            now[0] = entrants;
            for x in &mut now[1..] {
                *x *= 1.0 + 0.05 * noise();
            }
            figures.extend((1..=6).map(|g| (id, year, g, now[usize::from(g) - 1].round())));
        }
    }
    let (history, _) = History::read(&county(&figures)).unwrap();
    let report = backtest(&history, 12, 1);
    assert_eq!(report.origins, Some((2008, 2019)));
    for e in &report.ahead {
        assert!(e.cases >= 100);
        assert!(
            e.forecast[1] < e.persistence[1] && e.forecast[0] < e.persistence[0],
            "{e:?}"
        );
        assert!((0.7..0.92).contains(&e.coverage), "{e:?}");
    }
}

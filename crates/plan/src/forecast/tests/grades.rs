//! Grades beside their level's total, new schools, planners' figures, slips in the history.

use junheng_core::model::{Field, TableId};

use super::super::*;
use super::{Figure, births, codes, county, made, school, steady, table};

/// Numbers that look drawn, from 0 to 1.
fn luck(seed: u64) -> f64 {
    let x = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20;
    (x.wrapping_mul(x ^ 0xB529_7A4D) % 10_007) as f64 / 10_007.0
}

/// Schools of six grades in which every cohort moves up as it is.
fn shift(years: i16) -> Vec<Figure> {
    let mut figures = Vec::new();
    for (s, id) in ["A", "B", "C", "D", "E"].into_iter().enumerate() {
        for year in 2025 - years + 1..=2025 {
            for grade in 1..=6 {
                let entered = (year - i16::from(grade)) as u64;
                let n = (30.0 + 90.0 * luck(entered * 31 + s as u64)).round();
                figures.push((id, year, grade, n));
            }
        }
    }
    figures
}

#[test]
fn a_cohort_moves_up_as_it_is() {
    let figures = shift(10);
    let f = made(&county(&figures), 1);
    let (mut off, mut count) = (0.0, 0.0);
    for s in 0..5 {
        let (now, next) = (f.history.series[s].years[9], f.point(s, 0));
        for g in 2..=6 {
            off += (next[g] - now[g - 1]).abs() / now[g - 1];
            count += 1.0;
            let rows = f.rows(Place::School(s), &[s]);
            let row = rows.iter().find(|r| r.grade == Some(g)).unwrap();
            assert!(row.p90 - row.p10 < 0.25 * row.mean, "{row:?}");
        }
        // Grades add up to what is made of them.
        let (cell, weights, settled) = f.why(s, 0, 3).unwrap();
        let parts = weights.of(cell.cohort, cell.last, cell.usual) + settled;
        assert!((parts - next[3]).abs() < 1e-9);
    }
    assert!(off / count < 0.06, "{}", off / count);
    // What settled in one year moves up in the next.
    let f = made(&county(&figures), 2);
    let (cell, _, _) = f.why(0, 1, 2).unwrap();
    let Driver::Cohort { from, .. } = cell.driver else {
        panic!("{cell:?}")
    };
    assert!((from - f.point(0, 0)[1]).abs() < 1e-9);
}

#[test]
fn births_that_never_moved_leave_their_weight() {
    let figures = steady("A", 2015..=2024, 1..=6, 40.0);
    let entrants = |known: std::ops::RangeInclusive<i16>| {
        let mut snapshot = county(&figures);
        school(&mut snapshot, "A", "T");
        for year in known {
            births(&mut snapshot, "T", year, 120.0);
        }
        births(&mut snapshot, "T", 2019, 240.0);
        let f = made(&snapshot, 1);
        let (_, weights, _) = f.why(0, 0, 1).unwrap();
        (weights.cohort, f.rows(Place::School(0), &[0]))
    };
    // Long ago or only of late: what says nothing does not count.
    let (long, rows) = entrants(2002..=2018);
    let (short, _) = entrants(2016..=2018);
    assert!(
        (long - 0.85).abs() < 1e-9 && (short - 0.85).abs() < 1e-9,
        "{long} {short}"
    );
    let first = rows.iter().find(|r| r.grade == Some(1)).unwrap();
    assert!(first.mean > 70.0 && first.p90 > 80.0, "{first:?}");
}

#[test]
fn a_township_follows_its_own_births_as_far_as_it_did() {
    let made_of = |own: bool| {
        let mut figures: Vec<Figure> = Vec::new();
        let born = |town: u64, year: i16| 90.0 + (60.0 * luck(year as u64 * 7 + town)).round();
        for (town, id) in ["A", "B"].into_iter().enumerate() {
            for year in 2013..=2024_i16 {
                for grade in 1..=6_u8 {
                    let birth = year - i16::from(grade) - 5;
                    let n = if own {
                        born(town as u64, birth)
                    } else {
                        (born(0, birth) + born(1, birth)) / 2.0
                    };
                    figures.push((id, year, grade, n));
                }
            }
        }
        let mut snapshot = county(&figures);
        for (town, id) in ["A", "B"].into_iter().enumerate() {
            school(&mut snapshot, id, id);
            for year in 2000..=2018 {
                births(&mut snapshot, id, year, born(town as u64, year));
            }
            births(
                &mut snapshot,
                id,
                2019,
                if town == 0 { 240.0 } else { 120.0 },
            );
        }
        let f = made(&snapshot, 1);
        f.why(0, 0, 1).unwrap().0.cohort / f.why(1, 0, 1).unwrap().0.cohort
    };
    let (own, together) = (made_of(true), made_of(false));
    assert!(own > 1.7 && together < 1.4, "{own} {together}");
}

#[test]
fn a_new_school_opens_its_next_grades() {
    let mut figures = steady("A", 2015..=2025, 1..=6, 50.0);
    figures.extend(steady("B", 2015..=2025, 1..=6, 50.0));
    // A school of three grades that stays so, one that opened now, one of five years.
    figures.extend(steady("P", 2015..=2025, 1..=3, 50.0));
    figures.extend(steady("N", 2025..=2025, 1..=1, 60.0));
    for grade in 1..=5_u8 {
        figures.extend(steady(
            "O",
            2020 + i16::from(grade)..=2025,
            grade..=grade,
            60.0,
        ));
    }
    figures.extend(steady("J", 2025..=2025, 7..=7, 90.0));
    let f = made(&county(&figures), 3);
    let top = |id: &str, step: usize| {
        let year = f.point(f.series(id).unwrap(), step);
        (0..GRADES).rev().find(|g| year[*g] > 0.0)
    };
    assert_eq!(
        [0, 1, 2].map(|step| top("N", step)),
        [Some(2), Some(3), Some(4)]
    );
    assert_eq!([top("O", 0), top("O", 2)], [Some(6), Some(6)]);
    assert_eq!([top("J", 0), top("J", 2)], [Some(8), Some(9)]);
    assert_eq!([top("P", 2), top("A", 2)], [Some(3), Some(6)]);
    let n = total(&f.point(f.series("N").unwrap(), 1), Level::Primary);
    assert!((n - 180.0).abs() < 6.0, "{n}");
}

#[test]
fn where_primary_has_five_grades_a_new_school_stops_there() {
    let mut figures = Vec::new();
    for id in ["A", "B", "C", "D", "E", "F"] {
        figures.extend(steady(id, 2018..=2025, 1..=5, 50.0));
    }
    figures.extend(steady("N", 2024..=2025, 1..=4, 60.0));
    figures.extend(steady("N", 2025..=2025, 5..=5, 60.0));
    let f = made(&county(&figures), 2);
    assert!(f.point(f.series("N").unwrap(), 1)[6].is_nan());
}

#[test]
fn planners_figures_of_stage_and_grade_both_hold() {
    let mut snapshot = county(&steady("A", 2018..=2024, 1..=6, 50.0));
    let rows = [
        (Some(1.0), None, 80.0),
        (None, Some("primary"), 600.0),
        // The same again, and a grade that is not of the stage.
        (Some(1.0), None, 90.0),
        (Some(9.0), Some("primary"), 70.0),
    ];
    let adjustments = table(&mut snapshot, TableId::ForecastAdjustments);
    for (grade, stage, students) in rows {
        let row = adjustments.push_row();
        adjustments.set_text(Field::AdjustedSchool, row, "A", None);
        adjustments.set_number(Field::AdjustedYear, row, 2025.0, None);
        adjustments.set_number(Field::AdjustedStudents, row, students, None);
        if let Some(grade) = grade {
            adjustments.set_number(Field::AdjustedGrade, row, grade, None);
        }
        if let Some(stage) = stage {
            adjustments.set_text(Field::AdjustedStage, row, stage, None);
        }
    }
    let f = made(&snapshot, 1);
    let year = f.adjusted(0, 0, &f.point(0, 0));
    assert!((year[1] - 80.0).abs() < 1e-6);
    assert!((total(&year, Level::Primary) - 600.0).abs() < 1e-6);
    let said = codes(&f);
    assert!(said.contains(&"forecast_adjusted_twice") && said.contains(&"forecast_adjustment"));
    let county = f.of_county();
    let all = county.iter().find(|r| r.grade.is_none()).unwrap();
    assert!((all.adjusted.as_ref().unwrap().students - 600.0).abs() < 1e-6);
    assert!((all.mean - 300.0).abs() < 1e-6);
}

#[test]
fn planners_figures_move_up_with_their_cohort() {
    let mut snapshot = county(&steady("A", 2018..=2024, 1..=9, 50.0));
    let adjustments = table(&mut snapshot, TableId::ForecastAdjustments);
    // Thirty more enter in 2025; grade 3 of 2027, the same cohort, is set again; ninety more in all
    // of the junior grades of 2026.
    for (year, grade, stage, students) in [
        (2025.0, Some(1.0), None, 80.0),
        (2027.0, Some(3.0), None, 60.0),
        (2026.0, None, Some("junior"), 240.0),
    ] {
        let row = adjustments.push_row();
        adjustments.set_text(Field::AdjustedSchool, row, "A", None);
        adjustments.set_number(Field::AdjustedYear, row, year, None);
        adjustments.set_number(Field::AdjustedStudents, row, students, None);
        adjustments.set_text(Field::AdjustedReason, row, format!("estate {year}"), None);
        if let Some(grade) = grade {
            adjustments.set_number(Field::AdjustedGrade, row, grade, None);
        }
        if let Some(stage) = stage {
            adjustments.set_text(Field::AdjustedStage, row, stage, None);
        }
    }
    let f = made(&snapshot, 5);
    let year = |step: usize| f.adjusted(0, step, &f.point(0, step)).map(f64::round);
    assert_eq!(year(0)[1..4], [80.0, 50.0, 50.0]);
    assert_eq!(year(1)[1..4], [50.0, 80.0, 50.0]);
    assert_eq!(year(2)[1..5], [50.0, 50.0, 60.0, 50.0]);
    assert_eq!(year(3)[1..5], [50.0, 50.0, 50.0, 60.0]);
    assert_eq!(year(1)[7..10], [80.0, 80.0, 80.0]);
    assert_eq!(year(2)[7..10], [50.0, 80.0, 80.0]);
    assert_eq!(year(4)[7..10], [50.0, 50.0, 50.0]);
    let rows = f.by_school();
    let why = |year, grade| {
        let row = rows.iter().find(|r| r.year == year && r.grade == grade);
        let adjusted = row.and_then(|r| r.adjusted.as_ref());
        adjusted.map(|a| a.reason.as_str())
    };
    assert_eq!(why(2025, Some(1)), Some("estate 2025"));
    assert_eq!(why(2026, Some(2)), Some("2025: estate 2025"));
    assert_eq!(why(2028, Some(4)), Some("2027: estate 2027"));
    assert_eq!(why(2026, Some(1)), None);
}

#[test]
fn schools_and_registers_out_of_the_ordinary_are_told() {
    let mut figures = steady("A", 2015..=2024, 1..=6, 50.0);
    figures.extend(steady("N", 2015..=2024, 1..=6, 50.0));
    let mut snapshot = county(&figures);
    school(&mut snapshot, "A", "T");
    for (year, children) in [(2025.0, 140.0), (2026.0, 400.0)] {
        let register = table(&mut snapshot, TableId::Preschool);
        let row = register.push_row();
        register.set_text(Field::PreschoolTownship, row, "T", None);
        register.set_number(Field::PreschoolYear, row, year, None);
        register.set_number(Field::PreschoolChildren, row, children, None);
    }
    let f = made(&snapshot, 2);
    let said = |code| f.findings.iter().filter(move |f| f.code == code);
    let [n] = said("forecast_not_listed").collect::<Vec<_>>()[..] else {
        panic!("{:?}", codes(&f))
    };
    assert!(n.message.en.contains("School N "));
    let [cut] = said("forecast_cut").collect::<Vec<_>>()[..] else {
        panic!("{:?}", codes(&f))
    };
    assert!(
        cut.message.en.contains("2026 are 8.0 times"),
        "{}",
        cut.message.en
    );
    // 2026 alone was cut.
    assert!(!codes(&made(&snapshot, 1)).contains(&"forecast_cut"));
}

#[test]
fn one_slip_of_a_year_does_not_move_the_county() {
    let mut figures = steady("A", 2018..=2025, 1..=6, 50.0);
    figures.extend(steady("B", 2018..=2025, 1..=6, 50.0));
    figures.push(("A", 2099, 1, 77.0));
    let mut snapshot = county(&figures);
    let sections = table(&mut snapshot, TableId::Sections);
    for (school, students) in [("A", 300.0), ("N", 321.0)] {
        let row = sections.push_row();
        sections.set_text(Field::SectionSchool, row, school, None);
        sections.set_text(Field::SectionStage, row, "primary", None);
        sections.set_number(Field::Students, row, students, None);
    }
    let details = table(&mut snapshot, TableId::County);
    let row = details.push_row();
    details.set_text(Field::SchoolYear, row, "2027-2028", None);
    let f = made(&snapshot, 1);
    assert_eq!(f.first_year(), 2026);
    assert!(f.takes_part(0) && f.takes_part(1));
    let said = codes(&f);
    for code in [
        "forecast_far_year",
        "forecast_no_past",
        "forecast_other_year",
    ] {
        assert_eq!(
            said.iter().filter(|c| **c == code).count(),
            1,
            "{code} {said:?}"
        );
    }
}

/// Blocks of three children each: rounded one by one they would never change.
#[test]
fn children_of_small_blocks_add_up_to_their_school() {
    // A tenth fewer entrants every year.
    let figures: Vec<Figure> = (2015..=2024_i16)
        .flat_map(|y| {
            let n = move |g: u8| 100.0 * 0.9_f64.powi(i32::from(y) - 2015 - i32::from(g));
            (1..=6).map(move |g| ("A", y, g, n(g).round()))
        })
        .collect();
    let mut snapshot = county(&figures);
    let info = table(&mut snapshot, TableId::County);
    let row = info.push_row();
    info.set_text(Field::SchoolYear, row, "2024-2025", None);
    let blocks = table(&mut snapshot, TableId::Blocks);
    for at in 0..40 {
        let row = blocks.push_row();
        blocks.set_text(Field::BlockId, row, format!("K{:02}", 39 - at), None);
        blocks.set_text(Field::CurrentPrimary, row, "A", None);
        blocks.set_number(Field::ChildrenPrimary, row, 3.0, None);
    }
    let f = made(&snapshot, 4);
    let students = |step: usize| total(&f.point(0, step), Level::Primary);
    let now: f64 = figures.iter().filter(|f| f.1 == 2024).map(|f| f.3).sum();
    let children = |county: &Snapshot| -> Vec<f64> {
        (0..40)
            .map(|row| county.number(Field::ChildrenPrimary, row).unwrap())
            .collect()
    };
    for step in 0..4 {
        let next = f.snapshot(&snapshot, step, &f.at_quantile(step, Quantile::Base));
        let there = children(&next);
        let sum: f64 = there.iter().sum();
        assert_eq!(sum, (120.0 * students(step) / now).round());
        assert!(sum < 120.0 && there.iter().all(|n| *n == n.round() && *n <= 3.0));
        // Of blocks alike the first by its id keeps a child more, wherever its row stands.
        assert!(there.is_sorted(), "{there:?}");
    }
    // Children of 2026 grow from the forecast of 2026 on, not from the last year that was counted.
    let info = table(&mut snapshot, TableId::County);
    info.set_text(Field::SchoolYear, 0, "2026-2027", None);
    let then = f.snapshot(&snapshot, 3, &f.at_quantile(3, Quantile::Base));
    let sum: f64 = children(&then).iter().sum();
    assert_eq!(sum, (120.0 * students(3) / students(1)).round());
}

/// A school of nine grades whose junior part is a tenth of its primary part, or many times as large:
/// the county's ratio from grade 6 to 7 says nothing of it.
#[test]
fn a_small_junior_part_stays_small() {
    let mut figures = Vec::new();
    for id in ["A", "B", "C", "D"] {
        figures.extend(steady(id, 2015..=2024, 1..=9, 100.0));
    }
    // And one with a primary part of a few, whose luck must not move the junior part.
    for year in 2015..=2024 {
        let n = |g: u8| if g < 7 { 300.0 } else { 30.0 };
        figures.extend((1..=9).map(|g| ("S", year, g, n(g))));
        let few = |g: u8| f64::from(4 + (i32::from(year) + i32::from(g)) as u8 % 5);
        figures.extend((1..=6).map(|g| ("L", year, g, few(g))));
        figures.extend((7..=9).map(|g| ("L", year, g, 200.0)));
    }
    let f = made(&county(&figures), 3);
    for (id, juniors) in [("S", 90.0), ("L", 600.0)] {
        let s = f.series(id).unwrap();
        let junior = total(&f.point(s, 2), Level::Junior);
        assert!((junior / juniors - 1.0).abs() < 0.03, "{id} {junior}");
    }
}

/// A junior part that takes no more entrants runs out; blank or 0, its first grade does not come back.
#[test]
fn a_level_that_is_given_up_runs_out() {
    for blank in [true, false] {
        let mut figures = steady("A", 2015..=2024, 1..=9, 100.0);
        figures.extend(steady("B", 2015..=2024, 1..=9, 100.0));
        figures.retain(|f| f.0 != "B" || f.1 < 2024 || f.2 != 7);
        if !blank {
            figures.push(("B", 2024, 7, 0.0));
        }
        let f = made(&county(&figures), 3);
        let b = f.series("B").unwrap();
        let of = |step| total(&f.point(b, step), Level::Junior);
        assert!((of(0) - 100.0).abs() < 40.0, "{}", of(0));
        assert!(of(2).is_nan() || of(2) < 1.0, "{}", of(2));
        let primary = total(&f.point(b, 0), Level::Primary);
        assert!((primary - 600.0).abs() < 2.0);
        let told = f.findings.iter().find(|f| f.code == "forecast_gap");
        assert_eq!(told.is_some(), blank);
        assert!(told.is_none_or(|t| t.message.zh.contains("停办")));
    }
}

#[test]
fn a_highest_grade_left_blank_is_told() {
    let mut figures = steady("A", 2015..=2024, 1..=6, 30.0);
    figures.extend(steady("B", 2015..=2024, 1..=6, 30.0));
    figures.retain(|f| *f != ("B", 2024, 6, 30.0));
    let f = made(&county(&figures), 1);
    let told: Vec<&str> = f.findings.iter().map(|f| f.message.zh.as_str()).collect();
    assert_eq!(told, ["B(B)：上年有 6 年级，最近一年没有；按不再开设推算"]);
}

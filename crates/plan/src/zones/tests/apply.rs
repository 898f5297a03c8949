use junheng_core::model::{Field, Snapshot, Stage, TableId};
use proptest::prelude::*;

use super::super::applied;
use crate::synthetic::{self, CountyOptions};

fn county() -> Snapshot {
    synthetic::county(&CountyOptions {
        schools: 20,
        seed: 3,
        year: 2025,
    })
}

/// The row of the primary section of a school.
fn section(county: &Snapshot, school: &str) -> usize {
    let its = |row: &usize| {
        county.text(Field::SectionSchool, *row) == Some(school)
            && county.text(Field::SectionStage, *row) == Some("primary")
    };
    (0..county.rows(TableId::Sections)).find(its).unwrap()
}

/// Two schools, and blocks that go from the first to the second.
fn moving(county: &Snapshot) -> (&str, &str, Vec<usize>) {
    let today = |block: usize| county.text(Field::CurrentPrimary, block);
    let blocks = 0..county.rows(TableId::Blocks);
    let from = today(0).unwrap();
    let to = blocks
        .clone()
        .filter_map(today)
        .find(|s| *s != from)
        .unwrap();
    let moving = blocks.filter(|b| today(*b) == Some(from)).take(3).collect();
    (from, to, moving)
}

/// The county after the blocks of [`moving`] went, and their children.
fn after(county: &Snapshot, following: f64) -> (Snapshot, f64) {
    let (_, to, moving) = moving(county);
    let id = |block: &usize| county.text(Field::BlockId, *block).unwrap();
    let going = moving.iter().map(|b| (id(b), to, 1.0));
    let children = |block: &usize| county.number(Field::ChildrenPrimary, *block).unwrap();
    (
        applied(county, Stage::Primary, following, going),
        moving.iter().map(children).sum(),
    )
}

#[test]
fn only_entrants_go_along_where_the_others_stay() {
    let county = county();
    let (from, to, moving) = moving(&county);
    let (after, children) = after(&county, 1.0 / 6.0);
    let entrants = (children / 6.0).round();
    assert!(entrants > 0.0);
    for (school, more) in [(from, -entrants), (to, entrants)] {
        let students = |county: &Snapshot| {
            county
                .number(Field::Students, section(county, school))
                .unwrap()
        };
        assert_eq!(students(&after), students(&county) + more);
    }
    // The new zone holds from now on, and of the grades the first alone changes.
    for block in moving {
        assert_eq!(after.text(Field::CurrentPrimary, block), Some(to));
    }
    for row in 0..county.rows(TableId::EnrolmentHistory) {
        let number = |county: &Snapshot, field| county.number(field, row).unwrap();
        let now = (
            number(&county, Field::HistoryYear),
            number(&county, Field::HistoryGrade),
        );
        let more = match county.text(Field::HistorySchool, row) {
            Some(school) if school == from && now == (2025.0, 1.0) => -entrants,
            Some(school) if school == to && now == (2025.0, 1.0) => entrants,
            _ => 0.0,
        };
        let [before, after] = [&county, &after].map(|c| number(c, Field::HistoryStudents));
        assert_eq!(after, before + more);
    }
}

#[test]
fn what_changes_adds_up() {
    let county = county();
    let (from, to, _) = moving(&county);
    let (after, moved) = after(&county, 1.0);
    assert!(moved > 0.0);
    for (school, more) in [(from, -moved), (to, moved)] {
        let row = section(&county, school);
        let now = |field| after.number(field, row).unwrap();
        let before = |field| county.number(field, row).unwrap();
        let students = now(Field::Students);
        assert_eq!(students, before(Field::Students) + more);
        for part in [
            Field::Boarders,
            Field::MigrantStudents,
            Field::InZoneStudents,
        ] {
            assert!(now(part) <= students, "{part:?}");
        }
        assert_eq!(now(Field::SectionClasses), before(Field::SectionClasses));
        assert!(now(Field::LargestClass) * now(Field::SectionClasses) >= students);
        let listed = |county: &Snapshot| {
            let rows = 0..county.rows(TableId::Classes);
            let its = |r: &usize| {
                county.text(Field::ClassSchool, *r) == Some(school)
                    && county.text(Field::ClassStage, *r) == Some("primary")
            };
            rows.filter(its).count()
        };
        assert!(listed(&county) > 0);
        assert_eq!(listed(&after), 0);
        let grades = |year: f64, county: &Snapshot| -> f64 {
            let its = |r: &usize| {
                county.text(Field::HistorySchool, *r) == Some(school)
                    && county.number(Field::HistoryYear, *r) == Some(year)
                    && county.number(Field::HistoryGrade, *r).unwrap() <= 6.0
            };
            let rows = (0..county.rows(TableId::EnrolmentHistory)).filter(its);
            rows.map(|r| county.number(Field::HistoryStudents, r).unwrap())
                .sum()
        };
        assert_eq!(grades(2025.0, &after), students);
        assert_eq!(grades(2024.0, &after), grades(2024.0, &county));
    }
}

proptest! {
    #[test]
    fn whole_numbers_in_proportion_add_up(
        parts in prop::collection::vec(0u32..200, 1..9),
        sum in 0u32..2_000,
    ) {
        let parts: Vec<f64> = parts.into_iter().map(f64::from).collect();
        let all: f64 = parts.iter().sum();
        prop_assume!(all > 0.0);
        let sum = f64::from(sum);
        let got = crate::proportion::in_proportion(&parts, sum);
        prop_assert_eq!(got.iter().sum::<f64>(), sum);
        for (part, got) in parts.iter().zip(got) {
            prop_assert!(got.fract() == 0.0 && (got - part * sum / all).abs() < 1.0);
        }
    }
}

use junheng_core::model::{Field, Snapshot, Stage, TableId};
use proptest::prelude::*;

use super::applied;
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

#[test]
fn what_changes_adds_up() {
    let county = county();
    let today = |block: usize| county.text(Field::CurrentPrimary, block);
    let blocks = 0..county.rows(TableId::Blocks);
    let from = today(0).unwrap();
    let to = blocks
        .clone()
        .filter_map(today)
        .find(|s| *s != from)
        .unwrap();
    let moving: Vec<usize> = blocks.filter(|b| today(*b) == Some(from)).take(3).collect();
    let id = |block: &usize| county.text(Field::BlockId, *block).unwrap();
    let after = applied(
        &county,
        Stage::Primary,
        moving.iter().map(|b| (id(b), to, 1.0)),
    );
    let children = |block: &usize| county.number(Field::ChildrenPrimary, *block).unwrap();
    let moved: f64 = moving.iter().map(children).sum();
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
        let got = super::apply::in_proportion(&parts, sum);
        prop_assert_eq!(got.iter().sum::<f64>(), sum);
        for (part, got) in parts.iter().zip(got) {
            prop_assert!(got.fract() == 0.0 && (got - part * sum / all).abs() < 1.0);
        }
    }
}

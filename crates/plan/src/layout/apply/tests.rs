//! A county after its layout.

use std::time::Duration;

use super::*;
use crate::layout::{Asked, Rules, Sizes, plan, read};
use crate::run::Run;

/// A table of texts and numbers by field; a text that is a number of a number field is set as one.
fn table(fields: &[Field], rows: &[&[&str]]) -> Table {
    let mut table = Table::new();
    for cells in rows {
        let row = table.push_row();
        for (field, cell) in fields.iter().zip(*cells) {
            if !field.kind().is_number() {
                table.set_text(*field, row, *cell, None);
            } else if let Ok(number) = cell.parse() {
                table.set_number(*field, row, number, None);
            }
        }
    }
    table
}

/// Three blocks on a line; school A at the first, B at the last, and a site N that is cheap.
fn county() -> Snapshot {
    use Field as F;
    let mut county = Snapshot::default();
    let mut put = |id, fields: &[Field], rows: &[&[&str]]| {
        county.tables.insert(id, table(fields, rows));
    };
    put(TableId::County, &[F::CountyCode], &[&["999999"]]);
    put(
        TableId::Schools,
        &[F::SchoolId, F::SchoolName, F::SchoolKind],
        &[
            &["A", "甲", "211"],
            &["B", "乙", "211"],
            &["Z", "幼", "518"],
        ],
    );
    put(
        TableId::Sections,
        &[
            F::SectionSchool,
            F::SectionStage,
            F::Students,
            F::Places,
            F::FullTimeTeachers,
            F::Books,
        ],
        &[
            &["A", "primary", "40", "100", "5", "400"],
            &["B", "primary", "100", "90", "9", ""],
        ],
    );
    put(
        TableId::Classes,
        &[
            F::ClassSchool,
            F::ClassStage,
            F::ClassGrade,
            F::ClassName,
            F::ClassStudents,
        ],
        &[
            &["A", "primary", "1", "1", "40"],
            &["B", "primary", "1", "1", "50"],
        ],
    );
    put(
        TableId::Teachers,
        &[F::TeacherId, F::TeacherSchool, F::TeacherStage, F::Wishes],
        &[&["t1", "A", "primary", "B"], &["t2", "B", "primary", "A;B"]],
    );
    put(
        TableId::Blocks,
        &[F::BlockId, F::ChildrenPrimary, F::CurrentPrimary],
        &[&["b1", "30", "A"], &["b2", "50", "B"], &["b3", "50", "B"]],
    );
    put(
        TableId::Sites,
        &[
            F::SiteId,
            F::SiteStage,
            F::SitePlaces,
            F::SiteCost,
            F::SiteExisting,
            F::SiteLon,
            F::SiteLat,
        ],
        &[
            &["SA", "primary", "100", "900000", "A", "", ""],
            &["SB", "primary", "140", "10", "B", "", ""],
            &["N", "primary", "60", "10", "", "119.5", "29.5"],
        ],
    );
    put(
        TableId::EnrolmentHistory,
        &[
            F::HistorySchool,
            F::HistoryYear,
            F::HistoryGrade,
            F::HistoryStudents,
        ],
        &[
            &["A", "2025", "1", "7"],
            &["A", "2025", "2", "8"],
            &["B", "2025", "1", "20"],
        ],
    );
    put(
        TableId::TravelPrimary,
        &[
            F::TravelPrimaryBlock,
            F::TravelPrimarySchool,
            F::TravelPrimaryMetres,
        ],
        &[
            &["b1", "A", "100"],
            &["b1", "B", "2000"],
            &["b1", "N", "9000"],
            &["b2", "A", "900"],
            &["b2", "B", "9000"],
            &["b2", "N", "10"],
            &["b3", "A", "9000"],
            &["b3", "B", "10"],
            &["b3", "N", "9000"],
        ],
    );
    county
}

fn asked(county: &Snapshot, sizes: Option<Sizes>) -> Problem {
    let asked = Asked {
        stage: Stage::Primary,
        rules: Rules {
            yuan_per_km: 100.0,
            ..Rules::default()
        },
        close_protected: true,
        sizes,
        outlook: Vec::new(),
    };
    read(county, asked).unwrap().problem
}

#[test]
fn classes_follow_the_students() {
    let run = Run::new(1, Duration::from_secs(600));
    let after = |listed: f64, sizes: Option<Sizes>| {
        let mut before = county();
        let classes = before.tables.get_mut(&TableId::Classes).unwrap();
        classes.set_number(Field::ClassStudents, 1, listed, None);
        let problem = asked(&before, sizes);
        let chosen = plan(&problem, &run).plan.unwrap();
        let after = apply(&before, &problem, &chosen);
        assert_eq!(after.text(Field::SectionSchool, 0), Some("B"));
        assert_eq!(after.number(Field::Students, 0), Some(90.0));
        let of = |field| after.number(field, 0);
        let section = (of(Field::SectionClasses), of(Field::LargestClass));
        (after.rows(TableId::Classes), section)
    };
    // A's forty and B's fifty are the ninety that B has: the list stands.
    assert_eq!(after(50.0, None), (2, (None, None)));
    // Another list does not tell of these ninety, and nobody said how many classes they will be.
    assert_eq!(after(60.0, None), (0, (None, None)));
    // A standard size says it: N is built for one class of fifty, B extended to two.
    let sizes = Sizes {
        classes: vec![1, 2],
        class_size: 50.0,
    };
    assert_eq!(after(60.0, Some(sizes)), (0, (Some(2.0), Some(45.0))));
}

#[test]
fn a_county_after_its_layout_can_be_planned_again() {
    let before = county();
    let asked = |county: &Snapshot| asked(county, None);
    let run = Run::new(1, Duration::from_secs(600));
    let problem = asked(&before);
    let chosen = plan(&problem, &run).plan.unwrap();
    let after = apply(&before, &problem, &chosen);
    let text = |field, row| after.text(field, row);
    let number = |field, row| after.number(field, row);
    // A closes, B is extended, N opens.
    let schools: Vec<_> = (0..after.rows(TableId::Schools))
        .map(|r| text(Field::SchoolId, r).unwrap())
        .collect();
    assert_eq!(schools, ["B", "Z", "N"]);
    assert_eq!(number(Field::SchoolLon, 2), Some(119.5));
    let sections: Vec<_> = (0..after.rows(TableId::Sections))
        .map(|r| {
            (
                text(Field::SectionSchool, r).unwrap(),
                number(Field::Students, r).unwrap(),
                number(Field::Places, r).unwrap(),
            )
        })
        .collect();
    // Thirty children of A's block and ten that no block accounts for go to B, fifty from B to N.
    assert_eq!(sections, [("B", 90.0, 140.0), ("N", 50.0, 60.0)]);
    let total = |county: &Snapshot| {
        (0..county.rows(TableId::Sections))
            .filter_map(|r| county.number(Field::Students, r))
            .sum::<f64>()
    };
    assert_eq!(total(&after), total(&before));
    assert_eq!(number(Field::FullTimeTeachers, 0), Some(14.0));
    assert_eq!(
        number(Field::Books, 0),
        None,
        "a sum with a missing part is missing"
    );
    assert_eq!(
        number(Field::FullTimeTeachers, 1),
        None,
        "what a new school will have is not known"
    );
    let past: Vec<_> = (0..after.rows(TableId::EnrolmentHistory))
        .map(|r| {
            (
                text(Field::HistorySchool, r).unwrap(),
                number(Field::HistoryGrade, r),
                number(Field::HistoryStudents, r).unwrap(),
            )
        })
        .collect();
    assert_eq!(past, [("B", Some(2.0), 8.0), ("B", Some(1.0), 27.0)]);
    let paid: Vec<_> = (0..after.rows(TableId::Sites))
        .map(|r| (text(Field::SiteId, r).unwrap(), number(Field::SiteCost, r)))
        .collect();
    assert_eq!(paid, [("SB", Some(0.0)), ("N", Some(0.0))]);
    let classes: Vec<_> = (0..2)
        .map(|r| {
            (
                text(Field::ClassSchool, r).unwrap(),
                text(Field::ClassName, r).unwrap(),
            )
        })
        .collect();
    assert_eq!(classes, [("B", "A-1"), ("B", "1")]);
    assert_eq!(
        (text(Field::TeacherSchool, 0), text(Field::Wishes, 1)),
        (Some("B"), Some("B"))
    );
    let blocks: Vec<_> = (0..3)
        .map(|r| text(Field::CurrentPrimary, r).unwrap())
        .collect();
    assert_eq!(blocks, ["B", "N", "B"]);
    // Nothing is left to do, and the site of A is no choice any more.
    let problem = asked(&after);
    let ids: Vec<&str> = problem.sites.iter().map(|s| s.id.as_str()).collect();
    assert_eq!(ids, ["B", "N"]);
    let next = plan(&problem, &run).plan.unwrap();
    assert_eq!(apply(&after, &problem, &next).sheets(), after.sheets());
}

#[test]
fn what_is_counted_follows_the_students() {
    let run = Run::new(1, Duration::from_secs(600));
    let mut before = county();
    let tables = &mut before.tables;
    let about = tables.get_mut(&TableId::County).unwrap();
    about.set_text(Field::SchoolYear, 0, "2025-2026", None);
    let sections = tables.get_mut(&TableId::Sections).unwrap();
    for (row, inside, boarders) in [(0, 40.0, 5.0), (1, 95.0, 88.0)] {
        sections.set_number(Field::InZoneStudents, row, inside, None);
        sections.set_number(Field::Boarders, row, boarders, None);
    }
    let housing = tables.entry(TableId::Housing).or_default();
    let row = housing.push_row();
    housing.set_text(Field::HousingPrimary, row, "A", None);
    let past = tables.get_mut(&TableId::EnrolmentHistory).unwrap();
    for (row, students) in [20.0, 20.0, 100.0].into_iter().enumerate() {
        past.set_number(Field::HistoryStudents, row, students, None);
    }
    let problem = asked(&before, None);
    let chosen = plan(&problem, &run).plan.unwrap();
    let after = apply(&before, &problem, &chosen);
    // All forty of A come to B, and fifty who lived in its zone go to N.
    assert_eq!(after.number(Field::Students, 0), Some(90.0));
    assert_eq!(after.number(Field::InZoneStudents, 0), Some(85.0));
    assert_eq!(after.number(Field::Boarders, 0), Some(90.0));
    let grades: Vec<_> = (0..after.rows(TableId::EnrolmentHistory))
        .map(|r| {
            let of = |field| after.number(field, r).unwrap();
            (of(Field::HistoryGrade), of(Field::HistoryStudents))
        })
        .collect();
    // The fifty of N have the grades of the county, so that nobody is lost to the next forecast.
    assert_eq!(grades, [(2.0, 13.0), (1.0, 77.0), (1.0, 43.0), (2.0, 7.0)]);
    // New housing that was A's is B's.
    assert_eq!(after.text(Field::HousingPrimary, 0), Some("B"));
}

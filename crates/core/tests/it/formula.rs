//! The official formula against figures that others published.

use junheng_core::evaluate::{evaluate, sample_variation, spread};
use junheng_core::model::{Field, Snapshot, Table, TableId};
use junheng_core::standard::Standard;

use crate::packs::pack;

const STUDENTS: [f64; 5] = [45.0, 37.0, 89.0, 76.0, 55.0];
const BOOKS: [f64; 5] = [279.0, 137.0, 935.0, 160.0, 402.0];

/// 《县域义务教育校际均衡指标计算方法》, 生均图书册数.
#[test]
fn the_published_worked_example() {
    let s = spread(&STUDENTS, &BOOKS).unwrap();
    assert!((s.mean - 6.334_437).abs() < 5e-7);
    assert!((s.sd - 3.263_861).abs() < 5e-7);
    assert!((s.cv.unwrap() - 0.515_257).abs() < 5e-7);
    // The formulas of others, told apart: unweighted population and sample form.
    let ratios: Vec<f64> = BOOKS.iter().zip(STUDENTS).map(|(b, s)| b / s).collect();
    let sample = sample_variation(&ratios).unwrap();
    let population = sample * (4.0_f64 / 5.0).sqrt();
    assert!((population - 0.488_771).abs() < 5e-7);
    assert!((sample - 0.546_462).abs() < 5e-7);
}

#[test]
fn an_evaluation_of_almost_nothing_is_open_and_names_what_is_missing() {
    let mut snapshot = Snapshot::default();
    let mut schools = Table::new();
    let row = schools.push_row();
    schools.set_text(Field::SchoolId, row, "2100000001", None);
    schools.set_number(Field::SchoolKind, row, 211.0, None);
    let mut sections = Table::new();
    let row = sections.push_row();
    sections.set_text(Field::SectionSchool, row, "2100000001", None);
    sections.set_text(Field::SectionStage, row, "primary", None);
    sections.set_number(Field::Students, row, 400.0, None);
    snapshot.tables.insert(TableId::Schools, schools);
    snapshot.tables.insert(TableId::Sections, sections);
    let national = pack("cn-2017-6");
    let day = "2025-09-01".parse().unwrap();
    let standard = match Standard::resolve(&national, &[], day, &[]) {
        Ok(standard) => standard,
        Err(errors) => panic!("{errors:#?}"),
    };
    assert_eq!(standard.items.len(), 5 + 2 + 15 + 9 + 2 + 7);
    let evaluation = evaluate(&snapshot, &standard);
    let waits = |field: &str, item: &str| {
        evaluation
            .missing
            .iter()
            .any(|m| m.field == field && m.leaves_open.contains(item))
    };
    for (field, item) in [
        ("backbone_teachers", "L2"),
        ("attest_G1", "G1"),
        ("veto_key_class", "key_class"),
        ("area_m2", "G3"),
        ("junior_cohort_entered", "Q1"),
    ] {
        assert!(waits(field, item), "{item} waits for {field}");
    }
    assert_eq!(evaluation.verdict.id(), "undetermined");
}

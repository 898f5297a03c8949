//! Places of a small county.

use std::path::Path;

use junheng_core::model::{Field, Snapshot, Stage, Table, TableId};
use junheng_core::standard::{NormMeasure, Pack, Standard};

use super::*;
use crate::forecast::{Forecast, forecast};

/// The national standard with class-size bands and planning norms, from the packs of the project.
fn standard() -> Standard {
    let pack = |id: &str| -> Pack {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../standards")
            .join(id);
        let mut files = Vec::new();
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|e| e == "toml") {
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                files.push((name, std::fs::read_to_string(&path).unwrap()));
            }
        }
        files.sort();
        Pack::load(&files).unwrap()
    };
    let base = pack("cn-2017-6");
    let overlays = [pack("class-size"), pack("planning-norms")];
    let laid: Vec<&Pack> = overlays.iter().collect();
    Standard::resolve(&base, &laid, "2025-09-01".parse().unwrap(), &[]).unwrap()
}

/// One primary school: 45 students a grade for years, 250 places, 6 classes of which one has 57.
fn county() -> (Snapshot, Forecast) {
    let mut snapshot = Snapshot::default();
    let mut history = Table::new();
    for year in 2016..=2025 {
        for grade in 1..=6 {
            let row = history.push_row();
            history.set_text(Field::HistorySchool, row, "A", None);
            history.set_number(Field::HistoryYear, row, f64::from(year), None);
            history.set_number(Field::HistoryGrade, row, f64::from(grade), None);
            history.set_number(Field::HistoryStudents, row, 46.0, None);
        }
    }
    let mut schools = Table::new();
    schools.push_row();
    schools.set_text(Field::SchoolId, 0, "A", None);
    schools.set_number(Field::SchoolLon, 0, 120.0, None);
    schools.set_number(Field::SchoolLat, 0, 30.0, None);
    let mut sections = Table::new();
    sections.push_row();
    sections.set_text(Field::SectionSchool, 0, "A", None);
    sections.set_text(Field::SectionStage, 0, "primary", None);
    sections.set_number(Field::Places, 0, 250.0, None);
    let mut classes = Table::new();
    for n in [57.0, 35.0, 46.0, 46.0, 46.0, 46.0] {
        let row = classes.push_row();
        classes.set_text(Field::ClassSchool, row, "A", None);
        classes.set_text(Field::ClassStage, row, "primary", None);
        classes.set_number(Field::ClassStudents, row, n, None);
    }
    let mut blocks = Table::new();
    for (lat, children) in [(30.004, 30.0), (30.005, 70.0)] {
        let row = blocks.push_row();
        blocks.set_number(Field::BlockLon, row, 120.0, None);
        blocks.set_number(Field::BlockLat, row, lat, None);
        blocks.set_number(Field::BlockResidents, row, 2500.0, None);
        blocks.set_number(Field::ChildrenPrimary, row, children, None);
        blocks.set_text(Field::CurrentPrimary, row, "A", None);
    }
    snapshot.tables.insert(TableId::EnrolmentHistory, history);
    snapshot.tables.insert(TableId::Schools, schools);
    snapshot.tables.insert(TableId::Sections, sections);
    snapshot.tables.insert(TableId::Classes, classes);
    snapshot.tables.insert(TableId::Blocks, blocks);
    let forecast = forecast(&snapshot, 3, 1).unwrap_or_else(|f| panic!("{f:?}"));
    (snapshot, forecast)
}

#[test]
fn shortage_has_year_number_and_probability() {
    let (snapshot, forecast) = county();
    let needs = needs(&snapshot, &forecast);
    let first = needs.iter().find(|n| n.grade.is_none()).unwrap();
    assert_eq!((first.year, first.places), (2026, Some(250.0)));
    assert!((first.short().unwrap() - 26.0).abs() < 1e-6);
    assert!(first.probability.unwrap() > 0.8 && first.short_p90().unwrap() > 26.0);
    let grade = needs.iter().find(|n| n.grade == Some(1)).unwrap();
    assert!((grade.places.unwrap() - 250.0 / 6.0).abs() < 1e-9);

    let mut without = snapshot;
    without
        .tables
        .get_mut(&TableId::Sections)
        .unwrap()
        .set_number(Field::Places, 0, f64::NAN, None);
    let needs = super::needs(&without, &forecast);
    assert!(
        needs
            .iter()
            .all(|n| n.places.is_none() && n.probability.is_none() && n.short().is_none())
    );
}

#[test]
fn every_class_size_of_the_standard_is_a_rung() {
    let (snapshot, forecast) = county();
    let (steps, rungs) = ladder(&snapshot, &forecast, &standard());
    let sizes = |stage| -> Vec<f64> {
        steps
            .iter()
            .filter(|s| s.stage == stage)
            .map(|s| s.size)
            .collect()
    };
    assert_eq!(sizes(Stage::Primary), [65.0, 55.0, 45.0]);
    assert_eq!(sizes(Stage::Junior), [65.0, 55.0, 50.0]);
    let today: Vec<_> = rungs.iter().filter(|r| r.year == 2025).collect();
    // 46 in a grade: one class up to 55, two from 45 on.
    let of = |size| *today.iter().find(|r| r.size == size).unwrap();
    assert_eq!((of(65.0).needed, of(65.0).above), (6.0, Some(0)));
    assert_eq!(
        (of(55.0).needed, of(55.0).above, of(55.0).more()),
        (6.0, Some(1), Some(0.0))
    );
    assert_eq!(
        (of(45.0).needed, of(45.0).above, of(45.0).more()),
        (12.0, Some(5), Some(6.0))
    );
    assert_eq!(rungs.len(), 4 * 3);
    assert!(
        rungs
            .iter()
            .filter(|r| r.year > 2025)
            .all(|r| r.above.is_none())
    );
}

#[test]
fn norms_stand_beside_the_figures() {
    let (snapshot, _) = county();
    let figures = norms(&snapshot, &standard());
    let of = |measure| figures.iter().find(|f| f.measure == measure).unwrap();
    assert_eq!(of(NormMeasure::PlacesPerThousand).value, 50.0);
    assert_eq!(of(NormMeasure::PlacesPerThousand).norm, None);
    let residents = of(NormMeasure::ResidentsPerSchool);
    assert_eq!((residents.value, residents.within), (5000.0, Some(false)));
    // 445 m and 556 m as the crow flies.
    let radius = of(NormMeasure::ServiceRadius);
    assert_eq!((radius.value, radius.within), (0.3, Some(false)));
    assert!(norms(&Snapshot::default(), &standard()).is_empty());
}

//! A county in a few lines: two primary schools, a junior school and a teaching point.

use std::fs;
use std::path::Path;

use junheng_core::evaluate::{Evaluation, evaluate};
use junheng_core::model::{Field, Snapshot, Source, Stage, TableId};
use junheng_core::standard::{Pack, Standard};
use junheng_paper::Subject;

/// The national standard of 2017.
pub(crate) fn standard(id: &str) -> Standard {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../standards")
        .join(id);
    let mut files: Vec<(String, String)> = fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "toml"))
        .map(|p| {
            (
                p.file_name().unwrap().to_string_lossy().into_owned(),
                fs::read_to_string(p).unwrap(),
            )
        })
        .collect();
    files.sort();
    let pack = Pack::load(&files).unwrap();
    Standard::resolve(&pack, &[], "2025-09-01".parse().unwrap(), &[]).unwrap()
}

/// A county that can be changed before it is judged.
pub(crate) struct County {
    pub(crate) snapshot: Snapshot,
}

/// A section's figures for so many students, comfortably above every threshold.
const RICH: &[(Field, f64)] = &[
    (Field::TeachersAboveDegree, 6.0),
    (Field::BackboneTeachers, 2.0),
    (Field::PeArtTeachers, 1.5),
    (Field::TeachingArea, 650.0),
    (Field::IndoorPeArea, 50.0),
    (Field::SportsGround, 1100.0),
    (Field::Equipment, 300_000.0),
    (Field::MultimediaRooms, 3.0),
    (Field::FullTimeTeachers, 7.0),
    (Field::CertifiedTeachers, 7.0),
    (Field::Trained360, 7.0),
    (Field::InZoneStudents, 100.0),
    (Field::PublicFund, 200_000.0),
    (Field::TrainingFund, 20_000.0),
    (Field::SectionClasses, 3.0),
    (Field::Staff, 8.0),
];

impl County {
    /// A county without schools.
    pub(crate) fn empty(name: &str) -> Self {
        let mut county = Self {
            snapshot: Snapshot {
                sources: vec![Source {
                    file: "sections.csv".into(),
                    sheet: String::new(),
                }],
                ..Snapshot::default()
            },
        };
        for table in [TableId::County, TableId::Schools, TableId::Sections] {
            county.snapshot.tables.entry(table).or_default();
        }
        county.table(TableId::County).push_row();
        county.set_text(Field::CountyName, 0, name);
        county.set_text(Field::AsOf, 0, "2025-09-01");
        county.set_text(Field::SchoolYear, 0, "2025-2026");
        county
    }

    /// Two primary schools, a junior school and a teaching point, listed first.
    pub(crate) fn plain() -> Self {
        let mut county = Self::empty("喆堃县");
        county.school("P", "镕山教学点", 218.0, Stage::Primary, 100.0);
        county.school("A", "第一小学", 211.0, Stage::Primary, 200.0);
        county.school("B", "第二小学", 211.0, Stage::Primary, 300.0);
        county.school("C", "第一中学", 311.0, Stage::Junior, 300.0);
        county
    }

    pub(crate) fn table(&mut self, id: TableId) -> &mut junheng_core::model::Table {
        self.snapshot.tables.entry(id).or_default()
    }

    /// A school of one section; returns the section's row.
    pub(crate) fn school(
        &mut self,
        id: &str,
        name: &str,
        kind: f64,
        stage: Stage,
        students: f64,
    ) -> usize {
        let row = self.table(TableId::Schools).push_row();
        self.set_text(Field::SchoolId, row, id);
        self.set_text(Field::SchoolName, row, name);
        self.set_text(Field::Owner, row, "public");
        self.set(Field::SchoolKind, row, kind);
        let row = self.table(TableId::Sections).push_row();
        self.set_text(Field::SectionSchool, row, id);
        self.set_text(Field::SectionStage, row, stage.id());
        self.set(Field::Students, row, students);
        for (field, each) in RICH {
            self.set(*field, row, each * students / 100.0);
        }
        row
    }

    pub(crate) fn set(&mut self, field: Field, row: usize, value: f64) {
        let cell = junheng_core::model::Cell {
            source: 0,
            row: row as u32 + 2,
            column: 4,
        };
        self.table(field.table())
            .set_number(field, row, value, Some(cell));
    }

    pub(crate) fn set_text(&mut self, field: Field, row: usize, value: &str) {
        self.table(field.table()).set_text(field, row, value, None);
    }

    pub(crate) fn judged(&self, standard: &Standard) -> Evaluation {
        evaluate(&self.snapshot, standard)
    }
}

/// What papers are made from.
pub(crate) fn subject<'a>(
    county: &'a County,
    standard: &'a Standard,
    evaluation: &'a Evaluation,
) -> Subject<'a> {
    Subject {
        snapshot: &county.snapshot,
        standard,
        evaluation,
    }
}

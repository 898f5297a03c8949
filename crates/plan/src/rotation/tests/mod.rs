//! Tiny counties, and the standards of the repository.

mod exhaustive;
mod kernel;
mod rules;

use std::time::Duration;

use junheng_core::date::Date;
use junheng_core::model::{Field as F, Snapshot, Table, TableId};
use junheng_core::standard::{Pack, Standard};

use super::*;
use crate::run::Run;

const BASE: &[(&str, &str)] = &[
    (
        "pack.toml",
        include_str!("../../../../../standards/cn-2017-6/pack.toml"),
    ),
    (
        "entry.toml",
        include_str!("../../../../../standards/cn-2017-6/entry.toml"),
    ),
    (
        "exceptions.toml",
        include_str!("../../../../../standards/cn-2017-6/exceptions.toml"),
    ),
    (
        "government.toml",
        include_str!("../../../../../standards/cn-2017-6/government.toml"),
    ),
    (
        "quality.toml",
        include_str!("../../../../../standards/cn-2017-6/quality.toml"),
    ),
    (
        "recognition.toml",
        include_str!("../../../../../standards/cn-2017-6/recognition.toml"),
    ),
    (
        "resources.toml",
        include_str!("../../../../../standards/cn-2017-6/resources.toml"),
    ),
];
const ANHUI: &[(&str, &str)] = &[(
    "pack.toml",
    include_str!("../../../../../standards/ah/pack.toml"),
)];
const STAFF: &[(&str, &str)] = &[(
    "pack.toml",
    include_str!("../../../../../standards/staff-74/pack.toml"),
)];

fn pack(files: &[(&str, &str)]) -> Pack {
    let files: Vec<(String, String)> = files
        .iter()
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
        .collect();
    Pack::load(&files).unwrap()
}

fn resolved(overlays: &[&[(&str, &str)]]) -> Standard {
    let overlays: Vec<Pack> = overlays.iter().map(|o| pack(o)).collect();
    let overlays: Vec<&Pack> = overlays.iter().collect();
    Standard::resolve(&pack(BASE), &overlays, Date::september_first(2025), &[]).unwrap()
}

/// The national standard.
pub(super) fn standard() -> Standard {
    resolved(&[])
}

/// With Anhui's share of backbone teachers.
pub(super) fn anhui() -> Standard {
    resolved(&[ANHUI])
}

/// With the staffing standard.
pub(super) fn staffing() -> Standard {
    resolved(&[STAFF])
}

pub(super) fn soon() -> Run<'static> {
    Run::new(1, Duration::from_secs(60))
}

/// A teacher of a tiny county.
#[derive(Debug, Clone, Default)]
pub(super) struct Teacher {
    pub(super) id: String,
    pub(super) school: usize,
    pub(super) stage: &'static str,
    pub(super) subject: &'static str,
    pub(super) above: bool,
    pub(super) backbone: bool,
    pub(super) eligible: bool,
    pub(super) exempt: bool,
    pub(super) home: Option<(f64, f64)>,
    pub(super) wishes: Vec<usize>,
    pub(super) spouse: Option<usize>,
}

/// A section of a tiny county.
#[derive(Debug, Clone)]
pub(super) struct Section {
    pub(super) school: usize,
    pub(super) stage: &'static str,
    pub(super) students: u32,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Tiny {
    pub(super) points: Vec<(f64, f64)>,
    pub(super) sections: Vec<Section>,
    pub(super) teachers: Vec<Teacher>,
}

pub(super) fn school_id(n: usize) -> String {
    format!("S{n}")
}

impl Tiny {
    /// Schools with one primary section each.
    pub(super) fn primary(students: &[u32]) -> Self {
        Self {
            points: (0..students.len())
                .map(|n| (120.0 + n as f64 * 0.05, 30.0))
                .collect(),
            sections: students
                .iter()
                .enumerate()
                .map(|(school, students)| Section {
                    school,
                    stage: "primary",
                    students: *students,
                })
                .collect(),
            teachers: Vec::new(),
        }
    }

    /// One more eligible teacher of a primary school; `marks` of degree and backbone.
    pub(super) fn teacher(
        &mut self,
        school: usize,
        subject: &'static str,
        marks: (bool, bool),
    ) -> &mut Teacher {
        self.teachers.push(Teacher {
            id: format!("T{}", self.teachers.len()),
            school,
            stage: "primary",
            subject,
            above: marks.0,
            backbone: marks.1,
            eligible: true,
            ..Teacher::default()
        });
        self.teachers.last_mut().unwrap()
    }

    pub(super) fn snapshot(&self) -> Snapshot {
        let mut out = Snapshot::default();
        let mut county = Table::new();
        county.push_row();
        county.set_text(F::CountyName, 0, "合成小县", None);
        county.set_text(F::SchoolYear, 0, "2025-2026", None);
        out.tables.insert(TableId::County, county);
        let mut schools = Table::new();
        for (n, point) in self.points.iter().enumerate() {
            let row = schools.push_row();
            schools.set_text(F::SchoolId, row, school_id(n), None);
            schools.set_text(F::SchoolName, row, format!("第{n}学校"), None);
            schools.set_number(F::SchoolKind, row, 312.0, None);
            schools.set_text(F::Owner, row, "public", None);
            schools.set_number(F::SchoolLon, row, point.0, None);
            schools.set_number(F::SchoolLat, row, point.1, None);
        }
        out.tables.insert(TableId::Schools, schools);
        let mut sections = Table::new();
        for s in &self.sections {
            let row = sections.push_row();
            sections.set_text(F::SectionSchool, row, school_id(s.school), None);
            sections.set_text(F::SectionStage, row, s.stage, None);
            sections.set_number(F::Students, row, f64::from(s.students), None);
        }
        out.tables.insert(TableId::Sections, sections);
        let mut table = Table::new();
        table.add_column(F::Wishes);
        for t in &self.teachers {
            let row = table.push_row();
            let flag = |b| f64::from(u8::from(b));
            table.set_text(F::TeacherId, row, t.id.clone(), None);
            table.set_text(F::TeacherSchool, row, school_id(t.school), None);
            table.set_text(F::TeacherStage, row, t.stage, None);
            table.set_text(F::TeacherSubject, row, t.subject, None);
            table.set_number(F::AboveDegree, row, flag(t.above), None);
            table.set_number(F::Backbone, row, flag(t.backbone), None);
            table.set_number(F::Eligible, row, flag(t.eligible), None);
            if t.exempt {
                table.set_text(F::ExemptReason, row, "病假", None);
            }
            if let Some((lon, lat)) = t.home {
                table.set_number(F::HomeLon, row, lon, None);
                table.set_number(F::HomeLat, row, lat, None);
            }
            let wishes: Vec<String> = t.wishes.iter().map(|s| school_id(*s)).collect();
            table.set_text(F::Wishes, row, wishes.join(";"), None);
            if let Some(spouse) = t.spouse {
                table.set_text(F::Spouse, row, self.teachers[spouse].id.clone(), None);
            }
        }
        out.tables.insert(TableId::Teachers, table);
        out
    }
}

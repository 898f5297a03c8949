//! A frame of a snapshot: its tables as columns, and the lists that win over totals.

use std::collections::BTreeMap;

use super::{Columns, Frame, Origin, SectionRow};
use crate::model::{Field, Kind, Snapshot, Stage, TableId, Values};

/// The tables of a snapshot as columns.
pub(super) fn columns(snapshot: &Snapshot) -> Columns {
    let school_rows = school_index(snapshot);
    let sections: Vec<SectionRow> = (0..snapshot.rows(TableId::Sections))
        .map(|row| SectionRow {
            school: snapshot
                .text(Field::SectionSchool, row)
                .and_then(|id| school_rows.get(id).copied()),
            stage: snapshot
                .text(Field::SectionStage, row)
                .and_then(Stage::from_id),
        })
        .collect();
    let schools = snapshot.rows(TableId::Schools);
    let of = |table: TableId, rows: usize| {
        table
            .fields()
            .map(move |field| (field, column(snapshot, field, rows)))
    };
    let numbers = of(TableId::Sections, sections.len()).filter(|(f, _)| f.kind().is_number());
    Columns {
        values: numbers
            .chain(of(TableId::Schools, schools))
            .chain(of(TableId::County, 1))
            .collect(),
        sections,
        schools,
    }
}

/// The column of the teacher list that a section's count rests on.
pub(crate) fn counted_by(field: Field) -> Option<Field> {
    Some(match field {
        Field::FullTimeTeachers => Field::TeacherId,
        Field::TeachersAboveDegree => Field::AboveDegree,
        Field::BackboneTeachers => Field::Backbone,
        Field::CertifiedTeachers => Field::Certified,
        Field::Trained360 => Field::TrainingHours,
        Field::PeArtTeachers => Field::TeacherSubject,
        Field::MidTitleTeachers => Field::TeacherTitle,
        _ => return None,
    })
}

/// Whether a listed teacher counts in a column; `None` where her cell is blank.
fn counts(snapshot: &Snapshot, field: Field, row: usize) -> Option<bool> {
    let own = counted_by(field)?;
    let (number, text) = (snapshot.number(own, row), snapshot.text(own, row));
    match own {
        Field::TeacherId => Some(true),
        Field::TrainingHours => number.map(|hours| hours >= 360.0),
        Field::TeacherSubject => text.map(|s| matches!(s, "pe" | "music" | "art" | "arts")),
        Field::TeacherTitle => text.map(|t| matches!(t, "mid" | "senior" | "full_senior")),
        _ => number.map(|flag| flag != 0.0),
    }
}

impl Frame {
    /// Class, room and teacher lists win over totals.
    pub(super) fn count_lists(&mut self, snapshot: &Snapshot) {
        self.classes = vec![Vec::new(); self.sections.len()];
        self.rooms = vec![Vec::new(); self.sections.len()];
        let rows: BTreeMap<(usize, Stage), usize> = self
            .sections
            .iter()
            .enumerate()
            .filter_map(|(row, s)| Some(((s.school?, s.stage?), row)))
            .collect();
        let schools = school_index(snapshot);
        let members = self.members.clone();
        let section = |school: Field, stage: Field, row: usize| {
            let school = schools.get(snapshot.text(school, row)?)?;
            match snapshot.text(stage, row) {
                Some(stage) => rows.get(&(*school, Stage::from_id(stage)?)).copied(),
                // A school of one stage need not say it again.
                None => match members.get(*school) {
                    [only] => Some(*only),
                    _ => None,
                },
            }
        };
        for row in 0..snapshot.rows(TableId::Classes) {
            if let Some(at) = section(Field::ClassSchool, Field::ClassStage, row) {
                let students = snapshot.number(Field::ClassStudents, row);
                self.classes[at].push((row, students.unwrap_or(f64::NAN)));
            }
        }
        for row in 0..snapshot.rows(TableId::Rooms) {
            if let Some(at) = section(Field::RoomSchool, Field::RoomStage, row)
                && let Some(kind) = snapshot.text(Field::RoomKind, row)
            {
                let area = snapshot.number(Field::RoomArea, row);
                self.rooms[at].push((row, kind.to_owned(), area.unwrap_or(f64::NAN)));
            }
        }
        let mut teachers: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for row in 0..snapshot.rows(TableId::Teachers) {
            if let Some(at) = section(Field::TeacherSchool, Field::TeacherStage, row) {
                teachers.entry(at).or_default().push(row);
            }
        }
        for at in 0..self.sections.len() {
            self.take_classes(at);
            if let Some(listed) = teachers.get(&at) {
                for field in Field::COUNTED {
                    self.take_teachers(snapshot, *field, at, listed);
                }
            }
        }
    }

    /// The class list decides the largest class and the number of classes.
    fn take_classes(&mut self, at: usize) {
        let listed = &self.classes[at];
        if listed.is_empty() {
            return;
        }
        let rows: Vec<usize> = listed.iter().map(|c| c.0).collect();
        let blank = listed.iter().any(|c| c.1.is_nan());
        let largest = listed.iter().map(|c| c.1).fold(f64::MIN, f64::max);
        let number = listed.len() as f64;
        self.set(
            Field::LargestClass,
            at,
            if blank { f64::NAN } else { largest },
        );
        self.listed
            .insert((Field::LargestClass, at), Origin::Classes(rows.clone()));
        self.set(Field::SectionClasses, at, number);
        self.listed
            .insert((Field::SectionClasses, at), Origin::Classes(rows));
    }

    /// Teachers listed with the column filled decide it; a list silent on it leaves the total.
    fn take_teachers(&mut self, snapshot: &Snapshot, field: Field, at: usize, listed: &[usize]) {
        let marks: Vec<Option<bool>> = listed
            .iter()
            .map(|row| counts(snapshot, field, *row))
            .collect();
        if marks.iter().all(Option::is_none) {
            return;
        }
        let complete = marks.iter().all(Option::is_some);
        let counted: Vec<usize> = listed
            .iter()
            .zip(&marks)
            .filter(|(_, mark)| **mark == Some(true))
            .map(|(row, _)| *row)
            .collect();
        let value = if complete {
            counted.len() as f64
        } else {
            f64::NAN
        };
        self.set(field, at, value);
        self.listed.insert((field, at), Origin::Teachers(counted));
    }
}

/// Rows of `schools` by id.
fn school_index(snapshot: &Snapshot) -> BTreeMap<&str, usize> {
    (0..snapshot.rows(TableId::Schools))
        .filter_map(|row| Some((snapshot.text(Field::SchoolId, row)?, row)))
        .collect()
}

/// A field as numbers; a choice becomes its position in its list.
fn column(snapshot: &Snapshot, field: Field, rows: usize) -> Vec<f64> {
    let missing = || vec![f64::NAN; rows];
    let Some(column) = snapshot.table(field.table()).and_then(|t| t.column(field)) else {
        return missing();
    };
    match (&column.values, field.kind()) {
        (Values::Numbers(numbers), _) if numbers.len() == rows => numbers.clone(),
        (Values::Texts(texts), Kind::Choice(list)) if texts.len() == rows => texts
            .iter()
            .map(|t| {
                list.iter()
                    .position(|(id, ..)| id == t)
                    .map_or(f64::NAN, |n| n as f64)
            })
            .collect(),
        _ => missing(),
    }
}

//! A county as columns of numbers: what the rules read.
//!
//! A row per section, with its school's columns beside it, after class lists, teacher lists and the
//! sharing of whole-school assets. NaN is missing. Where a figure was made here, [`Frame::origin`]
//! says how, so that an explanation can go on to the cells.

use std::collections::BTreeMap;

use crate::exact::Arith;
use crate::model::{Field, Kind, Snapshot, Stage, TableId, Values};
use crate::standard::{Read, Standard, Unit, Variable};

/// A section's place in the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SectionRow {
    /// Row of its school in `schools`.
    pub school: Option<usize>,
    /// Its stage; `None` where the cell is blank or wrong.
    pub stage: Option<Stage>,
}

/// How a figure of a section came about when it is not simply its own cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Origin {
    /// The section's part of the school's asset: whole × weight × students ÷ Σ weight × students.
    Shared {
        /// The school's figure.
        whole: f64,
        /// (weight, students) of this section.
        part: (f64, f64),
        /// (weight, students) of every section of the school.
        all: Vec<(f64, f64)>,
        /// Index into [`Standard::splits`].
        split: usize,
    },
    /// The whole school's asset: this is its only stage.
    Whole,
    /// Counted over these rows of `teachers`.
    Teachers(Vec<usize>),
    /// Taken over these rows of `classes`.
    Classes(Vec<usize>),
}

/// The columns of a county.
#[derive(Debug, Clone)]
pub struct Frame {
    /// A row per section, in the order of the table.
    pub sections: Vec<SectionRow>,
    /// Rows of `sections` by school row, compulsory stages only.
    pub members: BTreeMap<usize, Vec<usize>>,
    /// Rows of `sections` by school row, senior stages too.
    pub kin: BTreeMap<usize, Vec<usize>>,
    /// Class sizes of each section, with their rows in `classes`.
    pub classes: Vec<Vec<(usize, f64)>>,
    /// Rooms of each section: row in `rooms`, kind, area.
    pub rooms: Vec<Vec<(usize, String, f64)>>,
    columns: BTreeMap<Field, Vec<f64>>,
    school_columns: BTreeMap<Field, Vec<f64>>,
    county: BTreeMap<Field, f64>,
    origins: BTreeMap<(Field, usize), Origin>,
}

/// Columns of a section that its teachers, where listed, decide.
const COUNTED: &[Field] = &[
    Field::FullTimeTeachers,
    Field::TeachersAboveDegree,
    Field::BackboneTeachers,
    Field::PeArtTeachers,
    Field::CertifiedTeachers,
    Field::Trained360,
    Field::MidTitleTeachers,
];

/// Whether a listed teacher counts in a column; `None` where her cell is blank.
fn counts(snapshot: &Snapshot, field: Field, row: usize) -> Option<bool> {
    let flag = |f| snapshot.number(f, row).map(|x| x != 0.0);
    match field {
        Field::FullTimeTeachers => Some(true),
        Field::TeachersAboveDegree => flag(Field::AboveDegree),
        Field::BackboneTeachers => flag(Field::Backbone),
        Field::CertifiedTeachers => flag(Field::Certified),
        Field::Trained360 => snapshot
            .number(Field::TrainingHours, row)
            .map(|h| h >= 360.0),
        Field::PeArtTeachers => snapshot
            .text(Field::TeacherSubject, row)
            .map(|s| matches!(s, "pe" | "music" | "art" | "arts")),
        Field::MidTitleTeachers => snapshot
            .text(Field::TeacherTitle, row)
            .map(|t| matches!(t, "mid" | "senior" | "full_senior")),
        _ => None,
    }
}

impl Frame {
    /// The columns that `standard` reads of `snapshot`.
    #[must_use]
    pub fn new(snapshot: &Snapshot, standard: &Standard) -> Self {
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
        let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        let mut kin: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (row, section) in sections.iter().enumerate() {
            let (Some(school), Some(stage)) = (section.school, section.stage) else {
                continue;
            };
            kin.entry(school).or_default().push(row);
            if stage != Stage::Senior {
                members.entry(school).or_default().push(row);
            }
        }
        let mut frame = Self {
            classes: vec![Vec::new(); sections.len()],
            rooms: vec![Vec::new(); sections.len()],
            sections,
            members,
            kin,
            columns: BTreeMap::new(),
            school_columns: BTreeMap::new(),
            county: BTreeMap::new(),
            origins: BTreeMap::new(),
        };
        for field in TableId::Sections.fields().filter(|f| f.kind().is_number()) {
            frame
                .columns
                .insert(field, column(snapshot, field, frame.sections.len()));
        }
        for field in TableId::Schools.fields() {
            let rows = snapshot.rows(TableId::Schools);
            frame
                .school_columns
                .insert(field, column(snapshot, field, rows));
        }
        for field in TableId::County.fields() {
            frame.county.insert(field, column(snapshot, field, 1)[0]);
        }
        frame.count_lists(snapshot);
        frame.share_assets(standard);
        frame
    }

    /// Class, room and teacher lists win over totals.
    fn count_lists(&mut self, snapshot: &Snapshot) {
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
                None => match members.get(school)?.as_slice() {
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
                for field in COUNTED {
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
        self.origins
            .insert((Field::LargestClass, at), Origin::Classes(rows.clone()));
        self.set(Field::SectionClasses, at, number);
        self.origins
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
        self.origins.insert((field, at), Origin::Teachers(counted));
    }

    /// Whole-school assets, where all sections are blank in that column.
    fn share_assets(&mut self, standard: &Standard) {
        for (school, rows) in self.kin.clone() {
            let kind = self.school_columns[&Field::SchoolKind][school];
            for (field, school_field) in Field::SHARED {
                let whole = self.school_columns[school_field][school];
                let own = rows.iter().any(|row| !self.own(*field, *row).is_nan());
                if whole.is_nan() || own {
                    continue;
                }
                self.share(standard, kind, *field, whole, &rows);
            }
        }
    }

    fn share(&mut self, standard: &Standard, kind: f64, field: Field, whole: f64, rows: &[usize]) {
        let senior = |row: &usize| self.sections[*row].stage == Some(Stage::Senior);
        // Without a senior row nobody knows what share the senior part takes.
        if (kind == 341.0 || kind == 345.0) && !rows.iter().any(senior) {
            return;
        }
        if let [only] = rows {
            self.set(field, *only, whole);
            self.origins.insert((field, *only), Origin::Whole);
            return;
        }
        let fits = standard.splits.iter().position(|s| {
            (s.kinds.is_empty() || s.kinds.contains(&kind)) && s.fields.contains(&field)
        });
        let Some(split) = fits else {
            return;
        };
        let weights = standard.splits[split].weights;
        let part = |row: usize| {
            let weight = match self.sections[row].stage {
                Some(Stage::Primary) => weights[0],
                Some(Stage::Junior) => weights[1],
                Some(Stage::Senior) => weights[2],
                None => None,
            };
            (weight.unwrap_or(f64::NAN), self.own(Field::Students, row))
        };
        let all: Vec<(f64, f64)> = rows.iter().map(|row| part(*row)).collect();
        let total: f64 = all.iter().map(|(weight, students)| weight * students).sum();
        if total.is_nan() || total == 0.0 {
            return;
        }
        for (row, part) in rows.iter().zip(&all) {
            let others = all.iter().filter(|p| p.1 > 0.0).count();
            if part.1 > 0.0 && others == 1 {
                self.set(field, *row, whole);
                self.origins.insert((field, *row), Origin::Whole);
                continue;
            }
            self.set(field, *row, whole * part.0 * part.1 / total);
            let origin = Origin::Shared {
                whole,
                part: *part,
                all: all.clone(),
                split,
            };
            self.origins.insert((field, *row), origin);
        }
    }

    fn own(&self, field: Field, row: usize) -> f64 {
        self.columns
            .get(&field)
            .and_then(|c| c.get(row))
            .copied()
            .unwrap_or(f64::NAN)
    }

    fn set(&mut self, field: Field, row: usize, value: f64) {
        if let Some(slot) = self.columns.get_mut(&field).and_then(|c| c.get_mut(row)) {
            *slot = value;
        }
    }

    /// How a section's figure was made; `None` where it is its own cell.
    #[must_use]
    pub fn origin(&self, field: Field, row: usize) -> Option<&Origin> {
        self.origins.get(&(field, row))
    }

    /// The sections a variable over a whole school sums; none for other variables.
    #[must_use]
    pub fn summed(&self, unit: Unit, row: usize, variable: Variable) -> &[usize] {
        let school = self.school_of(unit, row);
        let rows = match variable {
            Variable::Total(_) => school.and_then(|s| self.members.get(&s)),
            Variable::Whole(_) => school.and_then(|s| self.kin.get(&s)),
            _ => None,
        };
        rows.map_or(&[], Vec::as_slice)
    }

    /// The school row of a unit's row.
    fn school_of(&self, unit: Unit, row: usize) -> Option<usize> {
        match unit {
            Unit::Section => self.sections.get(row)?.school,
            Unit::School => Some(row),
            Unit::County => None,
        }
    }

    /// A variable at a row of a unit, in `f64` or exactly; `None` where missing.
    #[must_use]
    pub fn read<N: Arith>(&self, unit: Unit, row: usize, variable: Variable) -> Option<N> {
        let known = |x: f64| (!x.is_nan()).then(|| N::of(x));
        match variable {
            Variable::County(field) => known(*self.county.get(&field)?),
            Variable::School(field) => {
                let school = self.school_of(unit, row)?;
                known(*self.school_columns.get(&field)?.get(school)?)
            }
            Variable::Section(field) => match self.origins.get(&(field, row)) {
                Some(Origin::Shared {
                    whole, part, all, ..
                }) => {
                    let share =
                        |(weight, students): (f64, f64)| N::of(weight).times(N::of(students));
                    let total = all.iter().fold(N::of(0.0), |sum, p| sum.plus(share(*p)));
                    N::of(*whole).times(share(*part)).over(total)
                }
                _ => known(self.own(field, row)),
            },
            Variable::Total(field) | Variable::Whole(field) => {
                self.over_school(field, self.summed(unit, row, variable))
            }
            Variable::Quota => self.quota(unit, row),
        }
    }

    /// The sum over sections of a school, of the largest class the largest.
    fn over_school<N: Arith>(&self, field: Field, rows: &[usize]) -> Option<N> {
        if field == Field::LargestClass {
            let sizes: Option<Vec<f64>> = rows.iter().map(|m| self.section(field, *m)).collect();
            return sizes?.into_iter().reduce(f64::max).map(N::of);
        }
        let add = |sum: N, m: &usize| {
            Some(sum.plus(self.read(Unit::Section, *m, Variable::Section(field))?))
        };
        // A school without sections has no figure, not 0.
        (!rows.is_empty()).then(|| rows.iter().try_fold(N::of(0.0), add))?
    }

    /// The least a variable can be: what its known parts make; NaN where nothing is known.
    fn least(&self, unit: Unit, row: usize, variable: Variable) -> f64 {
        let (Variable::Total(field) | Variable::Whole(field)) = variable else {
            return self.number(unit, row, variable);
        };
        let rows = self.summed(unit, row, variable).iter();
        let known = rows.filter_map(|m| self.section(field, *m));
        let join = if field == Field::LargestClass {
            f64::max
        } else {
            |a, b| a + b
        };
        known.reduce(join).unwrap_or(f64::NAN)
    }

    /// What the tests of a standard read of one unit.
    #[must_use]
    pub fn reader(&self, unit: Unit, row: usize) -> Reader<'_> {
        Reader {
            frame: self,
            unit,
            row,
        }
    }

    /// The county's quota for a section; for a school weighted by the students of its stages.
    fn quota<N: Arith>(&self, unit: Unit, row: usize) -> Option<N> {
        let of_stage = |row: usize| {
            let field = match self.sections.get(row)?.stage? {
                Stage::Primary => Field::QuotaPrimary,
                Stage::Junior => Field::QuotaJunior,
                Stage::Senior => return None,
            };
            self.read::<N>(Unit::County, 0, Variable::County(field))
        };
        match unit {
            Unit::Section => of_stage(row),
            Unit::County => None,
            Unit::School => {
                let members = self.members.get(&row)?;
                if let [only] = members.as_slice() {
                    return of_stage(*only);
                }
                let mut sum = N::of(0.0);
                let mut students = N::of(0.0);
                for m in members {
                    let n: N = self.read(Unit::Section, *m, Variable::Section(Field::Students))?;
                    sum = sum.plus(of_stage(*m)?.times(n.clone()));
                    students = students.plus(n);
                }
                sum.over(students)
            }
        }
    }

    /// A variable as a number; NaN where missing.
    #[must_use]
    pub fn number(&self, unit: Unit, row: usize, variable: Variable) -> f64 {
        self.read(unit, row, variable).unwrap_or(f64::NAN)
    }

    /// A section's column.
    #[must_use]
    pub fn section(&self, field: Field, row: usize) -> Option<f64> {
        self.read(Unit::Section, row, Variable::Section(field))
    }
}

/// A unit of a frame, as tests read it.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    frame: &'a Frame,
    unit: Unit,
    row: usize,
}

impl Read for Reader<'_> {
    fn value(&self, variable: Variable) -> f64 {
        self.frame.number(self.unit, self.row, variable)
    }

    fn least(&self, variable: Variable) -> f64 {
        self.frame.least(self.unit, self.row, variable)
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

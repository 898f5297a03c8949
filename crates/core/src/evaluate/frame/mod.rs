//! A county as columns of numbers: what the rules read.
//!
//! A row per section, with its school's columns beside it, after class lists, teacher lists and the
//! sharing of whole-school assets. NaN is missing. Where a figure was made here, [`Frame::origin`]
//! says how, so that an explanation can go on to the cells.
//!
//! A frame is made of a [`Snapshot`] or of bare [`Columns`]; the columns may hold many counties,
//! since sections and schools are judged row by row and coefficients over rows that are named.

mod groups;
mod lists;
mod share;

use std::collections::BTreeMap;

use groups::Groups;
pub(crate) use lists::counted_by;
use share::Sharing;

use crate::exact::Arith;
use crate::model::{Field, Snapshot, Stage, TableId};
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

/// What a frame is made of.
#[derive(Debug, Clone, Default)]
pub struct Columns {
    /// A row per section.
    pub sections: Vec<SectionRow>,
    /// Number of schools.
    pub schools: usize,
    /// A value per section, per school or per county, by the table of the field; NaN is missing,
    /// a choice is its position in its list. A column of another length counts as missing.
    pub values: Vec<(Field, Vec<f64>)>,
}

/// The columns of a county, or of many.
#[derive(Debug, Clone)]
pub struct Frame {
    /// A row per section, in the order of the table.
    pub sections: Vec<SectionRow>,
    /// Class sizes of each section, with their rows in `classes`; empty for bare columns.
    pub classes: Vec<Vec<(usize, f64)>>,
    /// Rooms of each section: row in `rooms`, kind, area; empty for bare columns.
    pub rooms: Vec<Vec<(usize, String, f64)>>,
    members: Groups,
    kin: Groups,
    /// By field; empty where there is no column.
    columns: Vec<Vec<f64>>,
    sharing: Sharing,
    listed: BTreeMap<(Field, usize), Origin>,
}

impl Frame {
    /// The columns that `standard` reads of `snapshot`.
    #[must_use]
    pub fn new(snapshot: &Snapshot, standard: &Standard) -> Self {
        let mut frame = Self::bare(lists::columns(snapshot));
        frame.count_lists(snapshot);
        frame.share_assets(standard);
        frame
    }

    /// The columns that `standard` reads, without lists of classes, rooms and teachers.
    #[must_use]
    pub fn of(columns: Columns, standard: &Standard) -> Self {
        let mut frame = Self::bare(columns);
        frame.share_assets(standard);
        frame
    }

    fn bare(columns: Columns) -> Self {
        let sections = columns.sections;
        let compulsory = |s: &SectionRow| s.school.filter(|_| s.stage.is_some_and(Stage::judged));
        let any = |s: &SectionRow| s.school.filter(|_| s.stage.is_some());
        let members = Groups::new(columns.schools, sections.iter().map(compulsory));
        let kin = Groups::new(columns.schools, sections.iter().map(any));
        let mut by_field = vec![Vec::new(); Field::ALL.len()];
        for (field, values) in columns.values {
            let rows = match field.table() {
                TableId::Sections => sections.len(),
                TableId::Schools => columns.schools,
                _ => 1,
            };
            if values.len() == rows {
                by_field[field as usize] = values;
            }
        }
        Self {
            classes: Vec::new(),
            rooms: Vec::new(),
            sections,
            members,
            kin,
            columns: by_field,
            sharing: Sharing::default(),
            listed: BTreeMap::new(),
        }
    }

    /// Number of schools.
    #[must_use]
    pub fn schools(&self) -> usize {
        self.kin.len()
    }

    /// Rows of `sections` of a school, compulsory stages only.
    #[must_use]
    pub fn members(&self, school: usize) -> &[usize] {
        self.members.get(school)
    }

    /// Rows of `sections` of a school, senior stages too.
    #[must_use]
    pub fn kin(&self, school: usize) -> &[usize] {
        self.kin.get(school)
    }

    /// Schools that have compulsory sections, with these.
    pub fn taught(&self) -> impl Iterator<Item = (usize, &[usize])> {
        (0..self.schools())
            .map(|school| (school, self.members(school)))
            .filter(|(_, members)| !members.is_empty())
    }

    #[inline]
    fn own(&self, field: Field, row: usize) -> f64 {
        self.columns[field as usize]
            .get(row)
            .copied()
            .unwrap_or(f64::NAN)
    }

    /// The column behind a section's variable, empty where there is none; `None` where it is no
    /// column of sections.
    pub(super) fn column(&self, variable: Variable) -> Option<&[f64]> {
        match variable {
            Variable::Section(field) => Some(&self.columns[field as usize]),
            _ => None,
        }
    }

    fn set(&mut self, field: Field, row: usize, value: f64) {
        let column = &mut self.columns[field as usize];
        if column.is_empty() {
            column.resize(self.sections.len(), f64::NAN);
        }
        if let Some(slot) = column.get_mut(row) {
            *slot = value;
        }
    }

    /// Takes a section's figure over from row `at` of another frame, with the list it was counted
    /// from; without a row it is missing.
    pub(crate) fn take(&mut self, field: Field, row: usize, other: &Self, at: Option<usize>) {
        let figure = at.and_then(|at| other.section(field, at));
        self.set(field, row, figure.unwrap_or(f64::NAN));
        if matches!(field, Field::LargestClass | Field::SectionClasses) {
            let classes = at.and_then(|at| other.classes.get(at));
            self.classes[row] = classes.cloned().unwrap_or_default();
        }
    }

    /// Takes a section's rooms of a kind over from row `at` of another frame.
    pub(crate) fn take_rooms(&mut self, kind: &str, row: usize, other: &Self, at: Option<usize>) {
        let rooms = at.and_then(|at| other.rooms.get(at)).into_iter().flatten();
        let theirs: Vec<_> = rooms.filter(|r| r.1 == kind).cloned().collect();
        self.rooms[row].retain(|r| r.1 != kind);
        self.rooms[row].extend(theirs);
    }

    /// How a section's figure was made; `None` where it is its own cell.
    #[must_use]
    pub fn origin(&self, field: Field, row: usize) -> Option<Origin> {
        self.shared_origin(field, row)
            .or_else(|| self.listed.get(&(field, row)).cloned())
    }

    /// The sections a variable over a whole school sums; none for other variables.
    #[must_use]
    pub fn summed(&self, unit: Unit, row: usize, variable: Variable) -> &[usize] {
        let school = self.school_of(unit, row);
        let rows = match variable {
            Variable::Total(_) => school.map(|s| self.members(s)),
            Variable::Whole(_) => school.map(|s| self.kin(s)),
            _ => None,
        };
        rows.unwrap_or_default()
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
    #[inline]
    pub fn read<N: Arith>(&self, unit: Unit, row: usize, variable: Variable) -> Option<N> {
        // Nearly every read is of a column, where shares stand too, in `f64`.
        let own = match (variable, unit) {
            _ if N::EXACT => None,
            (Variable::Section(field), _) => Some(self.own(field, row)),
            (Variable::School(field), Unit::Section) => {
                let school = self.sections.get(row).and_then(|s| s.school);
                Some(school.map_or(f64::NAN, |school| self.own(field, school)))
            }
            _ => None,
        };
        if let Some(x) = own {
            return (!x.is_nan()).then(|| N::of(x));
        }
        self.reckon(unit, row, variable)
    }

    fn reckon<N: Arith>(&self, unit: Unit, row: usize, variable: Variable) -> Option<N> {
        let known = |x: f64| (!x.is_nan()).then(|| N::of(x));
        match variable {
            Variable::County(field) => known(self.own(field, 0)),
            Variable::School(field) => known(self.own(field, self.school_of(unit, row)?)),
            Variable::Section(field) if self.is_shared(field, row) => self.share_of(field, row),
            Variable::Section(field) => known(self.own(field, row)),
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
                let members = self.members(row);
                if let [only] = members {
                    return of_stage(*only);
                }
                if members.is_empty() {
                    return None;
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

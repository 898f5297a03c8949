//! Whole-school assets shared among the stages of a school.

use super::{Frame, Origin};
use crate::exact::Arith;
use crate::model::{Field, Stage};
use crate::standard::Standard;

/// A figure's share of its school's asset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Made {
    /// It is the section's own.
    #[default]
    Own,
    /// The school's, whole.
    Whole,
    /// A part by this split.
    Part(u8),
}

/// Which figures are shares.
#[derive(Debug, Clone, Default)]
pub(super) struct Sharing {
    /// By field, then by row; empty where nothing is shared.
    made: Vec<Vec<Made>>,
    /// Weights of every split: primary, junior, senior.
    weights: Vec<[f64; 3]>,
}

/// The school's column behind a section's.
fn whole_field(field: Field) -> Option<Field> {
    let found = Field::SHARED.iter().find(|(own, _)| *own == field);
    found.map(|(_, whole)| *whole)
}

impl Frame {
    /// Whole-school assets, where all sections are blank in that column.
    pub(super) fn share_assets(&mut self, standard: &Standard) {
        let weights = |w: [Option<f64>; 3]| w.map(|w| w.unwrap_or(f64::NAN));
        self.sharing = Sharing {
            made: vec![Vec::new(); Field::ALL.len()],
            weights: standard.splits.iter().map(|s| weights(s.weights)).collect(),
        };
        for school in 0..self.schools() {
            let known = |(_, whole): &(Field, Field)| !self.own(*whole, school).is_nan();
            if !Field::SHARED.iter().any(known) {
                continue;
            }
            let rows = self.kin(school).to_vec();
            for (field, whole) in Field::SHARED {
                if !self.own(*whole, school).is_nan() {
                    self.share(standard, *field, school, &rows);
                }
            }
        }
    }

    fn share(&mut self, standard: &Standard, field: Field, school: usize, rows: &[usize]) {
        let own = rows.iter().any(|row| !self.own(field, *row).is_nan());
        let kind = self.own(Field::SchoolKind, school);
        let senior = |row: &usize| self.sections[*row].stage == Some(Stage::Senior);
        // Without a senior row nobody knows what share the senior part takes.
        let unknown = (kind == 341.0 || kind == 345.0) && !rows.iter().any(senior);
        if own || unknown {
            return;
        }
        if let [only] = rows {
            return self.give(field, *only, Made::Whole);
        }
        let fits = |kinds: &[f64]| kinds.is_empty() || kinds.contains(&kind);
        let fits = standard.splits.iter().position(|s| fits(&s.kinds));
        let Some(split) = fits.and_then(|n| u8::try_from(n).ok()) else {
            return;
        };
        let parts = || rows.iter().map(|row| self.part(split, *row));
        let total: f64 = parts().map(|(weight, students)| weight * students).sum();
        if total.is_nan() || total == 0.0 {
            return;
        }
        let taught = parts().filter(|p| p.1 > 0.0).count();
        for row in rows {
            let made = if self.part(split, *row).1 > 0.0 && taught == 1 {
                Made::Whole
            } else {
                Made::Part(split)
            };
            self.give(field, *row, made);
        }
    }

    /// Notes how a figure is made and puts it into its column.
    fn give(&mut self, field: Field, row: usize, made: Made) {
        let marks = &mut self.sharing.made[field as usize];
        marks.resize(self.sections.len(), Made::Own);
        marks[row] = made;
        let value = match made {
            Made::Part(_) => self.share_of(field, row),
            _ => self.whole(field, row),
        };
        self.set(field, row, value.unwrap_or(f64::NAN));
    }

    fn made(&self, field: Field, row: usize) -> Made {
        let marks = self.sharing.made.get(field as usize);
        marks.and_then(|m| m.get(row).copied()).unwrap_or_default()
    }

    /// Whether a figure is a part of its school's.
    pub(super) fn is_shared(&self, field: Field, row: usize) -> bool {
        matches!(self.made(field, row), Made::Part(_))
    }

    /// The school's figure behind a section's.
    fn whole(&self, field: Field, row: usize) -> Option<f64> {
        Some(self.own(whole_field(field)?, self.sections[row].school?))
    }

    /// (weight, students) of a section by a split.
    fn part(&self, split: u8, row: usize) -> (f64, f64) {
        let weights = &self.sharing.weights[usize::from(split)];
        let weight = self.sections[row].stage.map(|s| weights[s as usize]);
        (weight.unwrap_or(f64::NAN), self.own(Field::Students, row))
    }

    /// whole × weight × students ÷ Σ weight × students.
    pub(super) fn share_of<N: Arith>(&self, field: Field, row: usize) -> Option<N> {
        let Made::Part(split) = self.made(field, row) else {
            return None;
        };
        let whole = self.whole(field, row)?;
        let share = |row: usize| {
            let (weight, students) = self.part(split, row);
            N::of(weight).times(N::of(students))
        };
        let kin = self.kin(self.sections[row].school?);
        let total = kin
            .iter()
            .fold(N::of(0.0), |sum, row| sum.plus(share(*row)));
        N::of(whole).times(share(row)).over(total)
    }

    pub(super) fn shared_origin(&self, field: Field, row: usize) -> Option<Origin> {
        match self.made(field, row) {
            Made::Own => None,
            Made::Whole => Some(Origin::Whole),
            Made::Part(split) => Some(Origin::Shared {
                whole: self.whole(field, row)?,
                part: self.part(split, row),
                all: self
                    .kin(self.sections[row].school?)
                    .iter()
                    .map(|row| self.part(split, *row))
                    .collect(),
                split: usize::from(split),
            }),
        }
    }
}

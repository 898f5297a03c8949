//! The rows of a OneRoster file, and the grades in them.

use std::collections::{BTreeMap, BTreeSet};

use junheng_core::finding::Place;
use junheng_core::model::{Cell, Stage};

use crate::grid::{self, Grid};
use crate::mapping::Value;

/// One CSV file, its columns by lower-case name.
pub(super) struct Records<'a> {
    pub(super) grid: &'a Grid,
    source: u16,
    columns: BTreeMap<String, usize>,
}

impl<'a> Records<'a> {
    pub(super) fn of(files: &'a [Grid], name: &str) -> Option<Self> {
        let (at, grid) = files.iter().enumerate().find(|(_, g)| stem(g) == name)?;
        let labels = grid.rows.first().into_iter().flatten().enumerate();
        let columns = labels
            .filter_map(|(c, v)| Some((v.as_label()?.to_lowercase(), c)))
            .collect();
        Some(Self {
            grid,
            source: u16::try_from(at).ok()?,
            columns,
        })
    }

    /// The rows that are not to be deleted, from 0 as in the grid.
    pub(super) fn active(&self) -> impl Iterator<Item = usize> + '_ {
        (1..self.grid.rows.len())
            .filter(|r| !self.text(*r, "sourcedid").is_empty() && !self.is_deleted(*r))
    }

    pub(super) fn is_deleted(&self, row: usize) -> bool {
        self.text(row, "status").eq_ignore_ascii_case("tobedeleted")
    }

    pub(super) fn text(&self, row: usize, column: &str) -> String {
        let column = self.columns.get(column);
        column
            .map(|c| written(self.grid.at(row, *c)))
            .unwrap_or_default()
    }

    pub(super) fn value(&self, row: usize, column: &str) -> Value {
        (self.text(row, column), Some(self.cell(row, column)))
    }

    pub(super) fn cell(&self, row: usize, column: &str) -> Cell {
        let column = self.columns.get(column).copied().unwrap_or(0);
        let from_one = |n: usize| u32::try_from(n + 1).unwrap_or(u32::MAX);
        Cell {
            source: self.source,
            row: from_one(row),
            column: from_one(column),
        }
    }

    pub(super) fn place(&self, row: Option<usize>) -> Place {
        let row = row.and_then(|r| u32::try_from(r + 1).ok());
        Place {
            file: self.grid.file.clone(),
            sheet: self.grid.sheet.clone(),
            row,
            ..Place::default()
        }
    }

    /// The grades of a row: `grades`, `grade`, else a vendor's column whose name ends so.
    pub(super) fn grades(&self, row: usize) -> Grades {
        let vendor = self
            .columns
            .keys()
            .filter(|name| name.ends_with("grade"))
            .map(String::as_str);
        let texts = ["grades", "grade"]
            .into_iter()
            .chain(vendor)
            .map(|name| self.text(row, name));
        texts
            .map(|t| Grades::parse(&t))
            .find(|g| *g != Grades::Unknown)
            .unwrap_or(Grades::Unknown)
    }
}

pub(super) fn stem(grid: &Grid) -> String {
    grid.file
        .split('.')
        .next()
        .unwrap_or_default()
        .to_lowercase()
}

fn written(value: &grid::Value) -> String {
    match value {
        grid::Value::Text(text) | grid::Value::Date(text) => text.trim().to_owned(),
        grid::Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

/// What a grade column says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Grades {
    /// Grades 1 to 12.
    School(BTreeSet<u8>),
    /// Kindergarten, ungraded, beyond school.
    Outside,
    /// Nothing.
    Unknown,
}

impl Grades {
    /// Reads `3`, `03`, `07,08`, `3年级`, `KG`.
    pub(super) fn parse(text: &str) -> Self {
        let words = text
            .split([',', ';', '，', '；', ' ', '"', '[', ']'])
            .filter(|w| !w.is_empty());
        let mut grades = BTreeSet::new();
        let mut any = false;
        for word in words {
            any = true;
            let number = word.strip_suffix("年级").unwrap_or(word).parse::<u8>();
            grades.extend(number.ok().filter(|n| (1..=12).contains(n)));
        }
        match (any, grades.is_empty()) {
            (false, _) => Self::Unknown,
            (true, true) => Self::Outside,
            (true, false) => Self::School(grades),
        }
    }

    pub(super) fn stage(&self) -> Option<Stage> {
        let Self::School(grades) = self else {
            return None;
        };
        let stages: BTreeSet<Stage> = grades
            .iter()
            .map(|g| match g {
                ..=6 => Stage::Primary,
                7..=9 => Stage::Junior,
                _ => Stage::Senior,
            })
            .collect();
        stages.first().copied().filter(|_| stages.len() == 1)
    }

    pub(super) fn written(&self) -> String {
        match self {
            Self::School(grades) if grades.len() == 1 => grades.iter().map(u8::to_string).collect(),
            _ => String::new(),
        }
    }
}

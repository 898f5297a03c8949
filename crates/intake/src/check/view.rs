//! A county made ready for the checks: schools and sections joined once.

use std::collections::BTreeMap;

use junheng_core::date::Date;
use junheng_core::model::{Field, Snapshot, Stage, TableId};
use junheng_core::text::Text;

/// A row of `schools`.
pub(super) struct School<'a> {
    pub(super) row: usize,
    pub(super) id: &'a str,
    /// The name, else the code.
    pub(super) name: &'a str,
    pub(super) kind: Option<u16>,
    pub(super) township: &'a str,
}

/// A row of `sections` whose stage is known.
pub(super) struct Section<'a> {
    pub(super) row: usize,
    pub(super) school_id: &'a str,
    pub(super) kind: Option<u16>,
    pub(super) stage: Stage,
    /// Finite and not negative.
    pub(super) students: Option<f64>,
    /// 「青川镇中心小学 小学」.
    pub(super) label: Text,
}

/// The county with its rows joined.
pub(super) struct View<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) schools: Vec<School<'a>>,
    pub(super) sections: Vec<Section<'a>>,
    by_id: BTreeMap<&'a str, usize>,
    sections_of: BTreeMap<&'a str, Vec<usize>>,
}

impl<'a> View<'a> {
    pub(super) fn new(snapshot: &'a Snapshot) -> Self {
        let text = |f, row| snapshot.text(f, row).unwrap_or("");
        let schools: Vec<School> = (0..snapshot.rows(TableId::Schools))
            .map(|row| {
                let id = text(Field::SchoolId, row);
                School {
                    row,
                    id,
                    name: snapshot.text(Field::SchoolName, row).unwrap_or(id),
                    kind: snapshot
                        .number(Field::SchoolKind, row)
                        .filter(|k| (0.0..1000.0).contains(k))
                        .map(|k| k as u16),
                    township: text(Field::Township, row),
                }
            })
            .collect();
        let by_id: BTreeMap<&str, usize> =
            schools.iter().enumerate().map(|(i, s)| (s.id, i)).collect();
        let sections: Vec<Section> = (0..snapshot.rows(TableId::Sections))
            .filter_map(|row| {
                let id = text(Field::SectionSchool, row);
                let stage = Stage::from_id(text(Field::SectionStage, row))?;
                let school = by_id.get(id).and_then(|&i| schools.get(i));
                let name = school.map_or(id, |s| s.name);
                Some(Section {
                    row,
                    school_id: id,
                    kind: school.and_then(|s| s.kind),
                    stage,
                    students: finite(snapshot, Field::Students, row).filter(|&n| n >= 0.0),
                    label: Text::new(
                        format!("{name} {}", stage.title().zh),
                        format!("{name}, {}", stage.title().en),
                    ),
                })
            })
            .collect();
        let mut sections_of: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (i, section) in sections.iter().enumerate() {
            sections_of.entry(section.school_id).or_default().push(i);
        }
        for list in sections_of.values_mut() {
            list.sort_by_key(|&i| sections.get(i).map(|s| s.stage));
        }
        Self {
            snapshot,
            schools,
            sections,
            by_id,
            sections_of,
        }
    }

    /// A number that can be computed with.
    pub(super) fn number(&self, field: Field, row: usize) -> Option<f64> {
        finite(self.snapshot, field, row)
    }

    /// A text, blank where missing.
    pub(super) fn text(&self, field: Field, row: usize) -> &'a str {
        self.snapshot.text(field, row).unwrap_or("")
    }

    /// The rows of a table.
    pub(super) fn rows(&self, table: TableId) -> std::ops::Range<usize> {
        0..self.snapshot.rows(table)
    }

    /// A school by its code.
    pub(super) fn school(&self, id: &str) -> Option<&School<'a>> {
        self.schools.get(*self.by_id.get(id)?)
    }

    /// A school's sections, primary first.
    pub(super) fn sections_of(&self, id: &str) -> impl Iterator<Item = &Section<'a>> {
        let list = self.sections_of.get(id).into_iter().flatten();
        list.filter_map(|&i| self.sections.get(i))
    }

    /// The section of a school and stage.
    pub(super) fn section(&self, id: &str, stage: &str) -> Option<&Section<'a>> {
        self.sections_of(id).find(|s| s.stage.id() == stage)
    }

    /// Students of the whole school, `None` where a section does not say.
    pub(super) fn students_of(&self, id: &str) -> Option<f64> {
        let mut sections = self.sections_of(id).peekable();
        sections.peek()?;
        sections.map(|s| s.students).sum()
    }

    /// The last day a date of this county may have: `as_of`, else the end of the school year.
    pub(super) fn last_day(&self) -> Option<Date> {
        let as_of = self.snapshot.text(Field::AsOf, 0);
        as_of.and_then(|t| t.parse().ok()).or_else(|| {
            let year = self.snapshot.school_year()?;
            Date::new(year + 1, 8, 31)
        })
    }
}

impl Section<'_> {
    /// In the scope of the national standard's resource part.
    pub(super) fn in_scope(&self) -> bool {
        let kind = self.kind.unwrap_or(0);
        let small_point = kind == 218 && self.students.is_some_and(|n| n < 50.0);
        self.stage != Stage::Senior
            && !(510..520).contains(&kind)
            && kind != 321
            && !small_point
            && self.students != Some(0.0)
    }
}

fn finite(snapshot: &Snapshot, field: Field, row: usize) -> Option<f64> {
    snapshot.number(field, row).filter(|x| x.is_finite())
}

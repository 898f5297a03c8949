//! What is missing, and what it leaves open.

use std::collections::{BTreeMap, BTreeSet};

use super::frame::{Frame, Origin};
use super::items::{Gap, ItemResult};
use super::ratio::{At, try_exceptions};
use super::sections::SectionResult;
use crate::model::{Field, Snapshot, Stage, TableId};
use crate::standard::{ItemTest, Standard, Unit, Variable};
use crate::verdict::Verdict;

/// A figure that nobody gave, or that is more than the whole it is part of; and what it leaves open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// The table it would stand in.
    pub table: TableId,
    /// The field, or a county key such as `attest_G1`.
    pub field: String,
    /// The school; `None` for a county figure.
    pub school_id: Option<String>,
    /// The stage; `None` for a figure of the whole school or county.
    pub stage: Option<Stage>,
    /// Indicators and items that wait for it.
    pub leaves_open: BTreeSet<String>,
}

type Key = (TableId, usize, Option<Stage>, String);

struct Collector<'a> {
    snapshot: &'a Snapshot,
    frame: &'a Frame,
    found: BTreeMap<Key, BTreeSet<String>>,
}

/// Everything that is missing for a verdict that is open.
pub(super) fn missing(
    snapshot: &Snapshot,
    standard: &Standard,
    frame: &Frame,
    sections: &[SectionResult],
    items: &[ItemResult],
) -> Vec<Missing> {
    let mut all = Collector {
        snapshot,
        frame,
        found: BTreeMap::new(),
    };
    for section in sections.iter().filter(|s| s.in_scope()) {
        let at = At {
            frame,
            unit: Unit::Section,
            row: section.row,
        };
        for result in &section.indicators {
            let indicator = &standard.indicators[result.indicator];
            let open = result.verdict == Some(Verdict::Undetermined)
                || (result.verdict.is_none() && result.judged.value.is_none());
            if !open {
                continue;
            }
            for gap in super::items::missing_variables(at, &indicator.measure) {
                all.add(gap, &indicator.id);
            }
            for tried in try_exceptions(standard, &indicator.id, at, section.stage) {
                let exception = &standard.exceptions[tried.exception];
                let mut variables: Vec<Variable> = exception
                    .when
                    .iter()
                    .flat_map(|t| [Some(t.variable), t.over])
                    .flatten()
                    .collect();
                if let crate::standard::Relief::Adds(adds) = &exception.relief
                    && tried.holds.worst
                {
                    variables.extend(adds);
                }
                for variable in variables {
                    let could_turn = tried.holds.best && result.judged.value.is_some();
                    if could_turn && at.read::<f64>(variable).is_none() {
                        let gap = Gap {
                            unit: 0,
                            row: section.row,
                            variable,
                        };
                        all.add(gap, &indicator.id);
                    }
                }
            }
        }
    }
    for result in items.iter().filter(|i| i.verdict == Verdict::Undetermined) {
        let item = &standard.items[result.item];
        for gap in result.parts.iter().flat_map(|p| &p.gaps) {
            all.add(*gap, &item.id);
        }
        let attested = item.parts.iter().all(|p| p.test == ItemTest::Attested);
        if attested {
            all.fact(format!("attest_{}", item.id), &item.id);
        }
        for part in &item.parts {
            if let ItemTest::Points(ids) = &part.test {
                for id in ids {
                    let key = format!("score_{id}");
                    if !snapshot.facts.contains_key(&key) {
                        all.fact(key, &item.id);
                    }
                }
            }
        }
    }
    all.found
        .into_iter()
        .map(|((table, school, stage, field), leaves_open)| Missing {
            table,
            field,
            school_id: snapshot
                .text(Field::SchoolId, school)
                .filter(|_| school != NONE)
                .map(str::to_owned),
            stage,
            leaves_open,
        })
        .collect()
}

/// No school: sorts county figures behind none of the schools of the same table.
const NONE: usize = usize::MAX;

impl Collector<'_> {
    fn fact(&mut self, key: String, waiting: &str) {
        self.put((TableId::County, NONE, None, key), waiting);
    }

    fn put(&mut self, key: Key, waiting: &str) {
        self.found
            .entry(key)
            .or_default()
            .insert(waiting.to_owned());
    }

    fn add(&mut self, gap: Gap, waiting: &str) {
        let unit = gap.at();
        match gap.variable {
            Variable::County(field) => self.fact(field.id().to_owned(), waiting),
            Variable::Quota => {
                for field in [Field::QuotaPrimary, Field::QuotaJunior] {
                    if self.snapshot.number(field, 0).is_none() {
                        self.fact(field.id().to_owned(), waiting);
                    }
                }
            }
            Variable::School(field) => {
                let school = match unit {
                    Unit::Section => self.frame.sections[gap.row].school,
                    _ => Some(gap.row),
                };
                if let Some(school) = school {
                    self.put(
                        (TableId::Schools, school, None, field.id().to_owned()),
                        waiting,
                    );
                }
            }
            Variable::Section(field) => self.section(field, gap.row, waiting),
            Variable::Total(field) | Variable::Whole(field) => {
                for row in self.frame.summed(unit, gap.row, gap.variable).to_vec() {
                    if self.frame.section(field, row).is_none() {
                        self.section(field, row, waiting);
                    }
                }
            }
        }
    }

    /// A section's own figure; of a whole-school asset that cannot be shared, the students that
    /// are missing for it.
    fn section(&mut self, field: Field, row: usize, waiting: &str) {
        let section = self.frame.sections[row];
        let school = section.school.unwrap_or(NONE);
        let whole = Field::SHARED
            .iter()
            .find(|(f, _)| *f == field)
            .and_then(|(_, whole)| self.snapshot.number(*whole, section.school?));
        if whole.is_some() && self.snapshot.number(field, row).is_none() {
            let kin = self
                .frame
                .sections
                .iter()
                .enumerate()
                .filter(|(_, s)| s.school == section.school);
            let blank: Vec<Option<Stage>> = kin
                .clone()
                .filter(|(n, _)| self.snapshot.number(Field::Students, *n).is_none())
                .map(|(_, s)| s.stage)
                .collect();
            let senior = kin.clone().any(|(_, s)| s.stage == Some(Stage::Senior));
            let combined = section
                .school
                .and_then(|s| self.snapshot.number(Field::SchoolKind, s))
                .is_some_and(|k| k == 341.0 || k == 345.0);
            let mut needed = blank;
            if combined && !senior {
                needed.push(Some(Stage::Senior));
            }
            if !needed.is_empty() {
                for stage in needed {
                    let key = (
                        TableId::Sections,
                        school,
                        stage,
                        Field::Students.id().to_owned(),
                    );
                    self.put(key, waiting);
                }
                return;
            }
        }
        // A list that is silent in part leaves the figure open, not the total beside it.
        let listed = matches!(self.frame.origin(field, row), Some(Origin::Teachers(_)));
        let field = field.counted_by().filter(|_| listed).unwrap_or(field);
        let (table, id) = (field.table(), field.id());
        self.put((table, school, section.stage, id.to_owned()), waiting);
    }
}

//! All that a template's fields and blocks look at.

use junheng_core::evaluate::SectionResult;
use junheng_core::finding::Finding;
use junheng_core::geo::BaseMap;
use junheng_core::model::{Field, Stage, TableId};

use crate::Subject;

/// What a paper is made from.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    /// The county and its verdict.
    pub subject: Subject<'a>,
    /// The same a year before, where it is compared.
    pub previous: Option<Subject<'a>>,
    /// What checking the data found.
    pub findings: &'a [Finding],
    /// Why each finding is no mistake, in the order of the findings; blank or absent where nobody said so.
    pub reasons: &'a [String],
    /// Explanations of what was not found, as they were given.
    pub unmatched: &'a [String],
    /// The evidence that the county keeps.
    pub evidence: &'a [Evidence],
    /// What the map of the schools stands on, where the county said so.
    pub base: Option<&'a BaseMap>,
    /// The issuing body of a red head.
    pub red_head: Option<&'a str>,
    /// The row of `schools` a paper per school is about; `None` outside one.
    pub school: Option<usize>,
}

/// A file that shows that an item is met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The id of the item.
    pub item: String,
    /// What it is called.
    pub title: String,
    /// The name of the file.
    pub file: String,
    /// SHA-256 of the file, in hexadecimal digits.
    pub sha256: String,
    /// The last day it holds; blank where it does not end.
    pub expires_on: String,
    /// The pages of the bound catalogue where it stands; blank where nobody said.
    pub pages: String,
}

impl<'a> Scene<'a> {
    /// A scene without a year before, findings or red head.
    #[must_use]
    pub fn new(subject: Subject<'a>) -> Self {
        Self {
            subject,
            previous: None,
            findings: &[],
            reasons: &[],
            unmatched: &[],
            evidence: &[],
            base: None,
            red_head: None,
            school: None,
        }
    }

    /// The sections of the school a page is about.
    pub(crate) fn own_sections(&self) -> Vec<&'a SectionResult> {
        let sections = self.subject.evaluation.sections.iter();
        sections
            .filter(|s| self.school.is_some() && s.school == self.school)
            .filter(|s| s.stage != Some(Stage::Senior))
            .collect()
    }

    /// A text of the school a page is about.
    pub(crate) fn school_text(&self, field: Field) -> &'a str {
        self.school
            .and_then(|row| self.subject.snapshot.text(field, row))
            .unwrap_or("")
    }

    /// First year of the school year after this one.
    pub(crate) fn next_year(&self) -> i16 {
        self.subject
            .snapshot
            .school_year()
            .unwrap_or_else(|| self.subject.day().year())
            + 1
    }

    /// Yuan per unit of an action and the years until it counts: the county's own, else assumed.
    pub(crate) fn price(&self, action: &str, stage: &str) -> Option<Price> {
        let snapshot = self.subject.snapshot;
        let row = (0..snapshot.rows(TableId::UnitCosts)).find(|row| {
            snapshot.text(Field::CostAction, *row) == Some(action)
                && snapshot
                    .text(Field::CostStage, *row)
                    .is_none_or(|s| s == stage)
        });
        let (_, yuan, years) = ASSUMED.iter().find(|(id, ..)| *id == action)?;
        let own = row.and_then(|row| snapshot.text(Field::CostYuan, row));
        if own == Some("no") {
            return None;
        }
        let lead = row.and_then(|row| snapshot.number(Field::CostLead, row));
        Some(Price {
            yuan: own.and_then(|y| y.parse().ok()).unwrap_or(*yuan),
            years: lead.unwrap_or(*years),
            assumed: own.is_none(),
        })
    }
}

/// What a unit costs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Price {
    pub(crate) yuan: f64,
    pub(crate) years: f64,
    /// The county gave no price.
    pub(crate) assumed: bool,
}

/// Prices where the county gives none, and lead times: the assumptions of the contract.
const ASSUMED: &[(&str, f64, f64)] = &[
    ("raise_degree", 8_000.0, 2.0),
    ("name_backbone", 15_000.0, 1.0),
    ("hire_pe_art_teacher", 100_000.0, 0.0),
    ("build_teaching_m2", 3_000.0, 2.0),
    ("build_sports_m2", 500.0, 1.0),
    ("buy_equipment_yuan", 1.0, 0.0),
    ("equip_multimedia_room", 40_000.0, 0.0),
];

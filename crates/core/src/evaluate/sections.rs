//! What is known of a section once it is judged.

use super::frame::Frame;
use super::ratio::Judged;
use super::rules::{Judgement, Scope};
use crate::model::{Field, Snapshot, Stage};
use crate::standard::Standard;
use crate::text::Text;
use crate::verdict::{Span, Verdict};

/// One indicator of one section.
#[derive(Debug, Clone, PartialEq)]
pub struct IndicatorResult {
    /// Index into [`Standard::indicators`].
    pub indicator: usize,
    /// The figures and the span; `span` is open where the standard sets no threshold.
    pub judged: Judged,
    /// The verdict; `None` where the standard sets no threshold.
    pub verdict: Option<Verdict>,
}

impl IndicatorResult {
    /// A place for a result.
    pub(super) fn none() -> Self {
        Self {
            indicator: 0,
            judged: Judged::unlimited(None),
            verdict: None,
        }
    }
}

/// One section.
#[derive(Debug, Clone, PartialEq)]
pub struct SectionResult {
    /// Row of `sections`.
    pub row: usize,
    /// Row of `schools`.
    pub school: Option<usize>,
    /// The school's code.
    pub school_id: String,
    /// The school's name.
    pub name: String,
    /// The stage; `None` where the cell is blank or wrong.
    pub stage: Option<Stage>,
    /// Students.
    pub students: Option<f64>,
    /// Why it is not judged; `None` when in scope.
    pub out_of_scope: Option<Text>,
    /// Items that count it although it is out of scope.
    pub counted_in: Vec<String>,
    /// Its indicators; empty when out of scope.
    pub indicators: Vec<IndicatorResult>,
    /// The verdict by each rule of the standard.
    pub rules: Vec<Span<bool>>,
    /// All rules together; `None` when out of scope or the standard has no section rule.
    pub verdict: Option<Verdict>,
}

impl SectionResult {
    /// In the scope of the resource part.
    #[must_use]
    pub fn in_scope(&self) -> bool {
        self.out_of_scope.is_none()
    }
}

impl SectionResult {
    /// A section as it was judged, with its names.
    pub(super) fn new(
        snapshot: &Snapshot,
        standard: &Standard,
        frame: &Frame,
        judged: Judgement<'_>,
    ) -> Self {
        let row = judged.row;
        let section = frame.sections[row];
        let school_id = snapshot.text(Field::SectionSchool, row).unwrap_or_default();
        let name = section
            .school
            .and_then(|s| snapshot.text(Field::SchoolName, s))
            .unwrap_or(school_id);
        let counted_in = match judged.scope {
            Scope::Rule(rule) => standard.out_of_scope[rule].counted_in.clone(),
            _ => Vec::new(),
        };
        Self {
            row,
            school: section.school,
            school_id: school_id.to_owned(),
            name: name.to_owned(),
            stage: section.stage,
            students: frame.section(Field::Students, row),
            out_of_scope: judged.scope.reason(standard),
            counted_in,
            indicators: judged.indicators.to_vec(),
            rules: judged.passes.to_vec(),
            verdict: judged.verdict(),
        }
    }
}

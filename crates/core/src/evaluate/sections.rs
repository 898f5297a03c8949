//! Sections: in scope or not, seven indicators, the section rule.

use super::frame::Frame;
use super::ratio::{Against, At, Judged, judge, try_exceptions};
use crate::model::{Field, Snapshot, Stage};
use crate::standard::{Standard, Unit, of_stage};
use crate::text::Text;
use crate::verdict::{Grade, Span, Verdict};

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

/// Judges every section, in the order of the table.
pub(super) fn judge_sections(
    snapshot: &Snapshot,
    standard: &Standard,
    frame: &Frame,
) -> Vec<SectionResult> {
    frame
        .sections
        .iter()
        .enumerate()
        .map(|(row, section)| {
            let (out_of_scope, counted_in) = scope(standard, frame, row);
            let stage = section.stage;
            let judged = match (stage, &out_of_scope) {
                (Some(stage), None) => indicators(standard, frame, row, stage),
                _ => Vec::new(),
            };
            let rules: Vec<Span<bool>> = if judged.is_empty() {
                Vec::new()
            } else {
                (0..standard.rules.len())
                    .map(|rule| passes(standard, rule, &judged))
                    .collect()
            };
            let verdict =
                (!rules.is_empty()).then(|| Verdict::all(rules.iter().map(|r| r.verdict())));
            let school_id = snapshot.text(Field::SectionSchool, row).unwrap_or_default();
            let name = section
                .school
                .and_then(|s| snapshot.text(Field::SchoolName, s))
                .unwrap_or(school_id);
            SectionResult {
                row,
                school: section.school,
                school_id: school_id.to_owned(),
                name: name.to_owned(),
                stage,
                students: frame.section(Field::Students, row),
                out_of_scope,
                counted_in,
                indicators: judged,
                rules,
                verdict,
            }
        })
        .collect()
}

/// Why a section is out, and the items that count it all the same.
fn scope(standard: &Standard, frame: &Frame, row: usize) -> (Option<Text>, Vec<String>) {
    let out = |zh: &str, en: &str| (Some(Text::new(zh, en)), Vec::new());
    match frame.sections[row].stage {
        None => return out("学段未填或不是小学、初中", "the stage is blank or unknown"),
        Some(Stage::Senior) => {
            return out(
                "高中学段，只用于资产拆分",
                "senior stage, used only to share assets",
            );
        }
        Some(_) => {}
    }
    if frame.section(Field::Students, row) == Some(0.0) {
        return out("在校生数为0", "no students");
    }
    for rule in &standard.out_of_scope {
        let holds = crate::standard::all_hold(&rule.when, &frame.reader(Unit::Section, row));
        if holds.worst {
            return (Some(rule.title.clone()), rule.counted_in.clone());
        }
    }
    (None, Vec::new())
}

fn indicators(
    standard: &Standard,
    frame: &Frame,
    row: usize,
    stage: Stage,
) -> Vec<IndicatorResult> {
    let at = At {
        frame,
        unit: Unit::Section,
        row,
    };
    standard
        .indicators
        .iter()
        .enumerate()
        .map(|(index, indicator)| {
            let Some(limit) = of_stage(&indicator.limits, stage) else {
                let value = at.ratio(&indicator.measure, &[]);
                return IndicatorResult {
                    indicator: index,
                    judged: Judged {
                        value,
                        best_value: value,
                        threshold: None,
                        floor: None,
                        span: Span::OPEN,
                    },
                    verdict: None,
                };
            };
            let tried = try_exceptions(standard, &indicator.id, at, Some(stage));
            let against = Against {
                ratio: &indicator.measure,
                limit,
                compare: indicator.compare,
                floor: floor_of(standard, index),
                printed: standard.printed_floor(),
            };
            let judged = judge(standard, at, against, &tried);
            IndicatorResult {
                indicator: index,
                verdict: Some(judged.span.verdict()),
                judged,
            }
        })
        .collect()
}

/// The floor of the first rule that has the indicator.
pub(super) fn floor_of(standard: &Standard, indicator: usize) -> Option<f64> {
    standard
        .rules
        .iter()
        .find(|r| r.indicators.contains(&indicator))
        .and_then(|r| r.floor)
}

/// Whether a section passes a rule, in the worst case and in the best.
fn passes(standard: &Standard, rule: usize, judged: &[IndicatorResult]) -> Span<bool> {
    let rule = &standard.rules[rule];
    let holds = |grade: fn(&Span<Grade>) -> Grade| {
        let grades: Vec<Grade> = judged
            .iter()
            .filter(|r| rule.indicators.contains(&r.indicator) && r.verdict.is_some())
            .map(|r| grade(&r.judged.span))
            .collect();
        let short = grades.iter().filter(|g| **g != Grade::Reached).count();
        let failed = grades.contains(&Grade::Failed);
        // Without a floor a miss is a miss, however far.
        short <= rule.tolerated as usize && (rule.floor.is_none() || !failed)
    };
    let open = judged.iter().any(|r| {
        rule.indicators.contains(&r.indicator) && r.verdict == Some(Verdict::Undetermined)
    });
    Span {
        // Any undetermined indicator leaves the section open, unless it fails anyhow.
        worst: holds(|s| s.worst) && !open,
        best: holds(|s| s.best),
    }
}

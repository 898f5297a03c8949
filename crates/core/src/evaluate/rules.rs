//! A standard made ready to judge many rows, and the resource part of a county by it.
//!
//! What does not depend on a row (floors, which exceptions concern which indicator) is reckoned
//! once, so that a nation is judged row by row without allocating. [`super::evaluate`] judges its
//! one county with the same functions.

use std::collections::BTreeSet;
use std::ops::Range;

use super::desk::Desk;
use super::frame::Frame;
use super::ratio::{Against, At, Tried, exception_holds, exceptions_for, try_one};
use super::sections::IndicatorResult;
use super::variation::{CompositeResult, VariationResult, judge_composites, judge_variations};
use crate::model::{Field, Stage, TableId};
use crate::standard::{
    Amount, Group, ItemTest, Part, Relief, Standard, Test, Unit, Variable, of_stage,
};
use crate::text::Text;
use crate::verdict::{Grade, Span, Verdict};

/// An indicator of a stage, ready to judge.
pub(super) struct Prepared<'a> {
    /// What it is judged against; `None` where the standard sets no threshold.
    pub(super) against: Option<Against<'a>>,
    /// Exceptions that concern it.
    pub(super) exceptions: Vec<usize>,
}

/// A standard made ready to judge.
pub struct Rules<'a> {
    pub(super) standard: &'a Standard,
    /// By judged stage, then by indicator.
    stages: [Vec<Prepared<'a>>; 2],
}

/// Whether a section is judged, and why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// It is judged.
    In,
    /// Its stage is blank or wrong.
    NoStage,
    /// It is of the senior stage.
    Senior,
    /// It has no students.
    NoStudents,
    /// By this rule of [`Standard::out_of_scope`].
    Rule(usize),
}

impl Scope {
    /// Why the section is not judged; `None` where it is.
    #[must_use]
    pub fn reason(self, standard: &Standard) -> Option<Text> {
        Some(match self {
            Self::In => return None,
            Self::NoStage => Text::new("学段未填或不是小学、初中", "the stage is blank or unknown"),
            Self::Senior => Text::new(
                "高中学段，只用于资产拆分",
                "senior stage, used only to share assets",
            ),
            Self::NoStudents => Text::new("在校生数为0", "no students"),
            Self::Rule(rule) => standard.out_of_scope.get(rule)?.title.clone(),
        })
    }
}

/// One section as it is judged.
#[derive(Debug, Clone, Copy)]
pub struct Judgement<'a> {
    /// Its row.
    pub row: usize,
    /// Whether it is judged.
    pub scope: Scope,
    /// Its indicators; empty when out of scope.
    pub indicators: &'a [IndicatorResult],
    /// Whether it passes each rule of the standard; empty when out of scope.
    pub passes: &'a [Span<bool>],
}

impl Judgement<'_> {
    /// All rules together; `None` when out of scope or the standard has no section rule.
    #[must_use]
    pub fn verdict(&self) -> Option<Verdict> {
        (!self.passes.is_empty()).then(|| Verdict::all(self.passes.iter().map(|p| p.verdict())))
    }
}

/// The resource part of one county.
#[derive(Debug, Clone, PartialEq)]
pub struct Resource {
    /// Rows of the sections in scope: primary, junior.
    pub in_scope: [Vec<usize>; 2],
    /// All sections by each rule; `None` where none was judged.
    pub rules: Vec<Option<Verdict>>,
    /// Coefficients of variation.
    pub variations: Vec<VariationResult>,
    /// Composites, where the standard has them.
    pub composites: Vec<CompositeResult>,
    /// All that the resource items of the standard ask of sections and coefficients.
    pub verdict: Verdict,
}

impl<'a> Rules<'a> {
    /// Makes a standard ready.
    #[must_use]
    pub fn new(standard: &'a Standard) -> Self {
        let prepare = |stage: Stage| {
            let indicators = standard.indicators.iter().enumerate();
            indicators
                .map(|(n, indicator)| Prepared {
                    against: of_stage(&indicator.limits, stage).map(|limit| {
                        Against::new(
                            &indicator.measure,
                            limit,
                            indicator.compare,
                            floor_of(standard, n),
                            standard.printed_floor(),
                        )
                    }),
                    exceptions: exceptions_for(standard, &indicator.id, Some(stage)).collect(),
                })
                .collect()
        };
        Self {
            standard,
            stages: Stage::JUDGED.map(prepare),
        }
    }

    /// The standard.
    #[must_use]
    pub fn standard(&self) -> &'a Standard {
        self.standard
    }

    pub(super) fn prepared(&self, stage: Stage) -> &[Prepared<'a>] {
        self.stages.get(stage as usize).map_or(&[], Vec::as_slice)
    }

    /// The fields of sections and schools that the resource part reads.
    #[must_use]
    pub fn fields(&self) -> BTreeSet<Field> {
        let standard = self.standard;
        let mut read: BTreeSet<Field> = [Field::Students].into();
        let mut add = |variable: Variable| read.extend(variable.field());
        let tests = |tests: &[Test], add: &mut dyn FnMut(Variable)| {
            for test in tests {
                add(test.variable);
                test.over.into_iter().for_each(&mut *add);
            }
        };
        for reason in &standard.out_of_scope {
            tests(&reason.when, &mut add);
        }
        for indicator in &standard.indicators {
            indicator.measure.variables().for_each(&mut add);
            for limit in indicator.limits.iter().flatten() {
                match limit.amount {
                    Amount::Figure(variable) => add(variable),
                    Amount::Steps { by, .. } => add(by),
                    Amount::Number(_) | Amount::Unknown => {}
                }
            }
        }
        let used = self.stages.iter().flatten().flat_map(|p| &p.exceptions);
        for exception in used.filter_map(|n| standard.exceptions.get(*n)) {
            tests(&exception.when, &mut add);
            if let Relief::Adds(more) = &exception.relief {
                more.iter().copied().for_each(&mut add);
            }
        }
        // A whole school's figure stands in for its sections', by the weights of its kind.
        let whole = Field::SHARED.iter().filter(|(own, _)| read.contains(own));
        let whole: Vec<Field> = whole.map(|(_, whole)| *whole).collect();
        read.extend(whole);
        read.insert(Field::SchoolKind);
        read.retain(|f| matches!(f.table(), TableId::Sections | TableId::Schools));
        read
    }

    /// Judges the sections of one county, tells each in the order of its rows, and puts them
    /// together. `desk` holds nothing afterwards that the next county needs.
    pub fn judge(
        &self,
        desk: &mut Desk,
        frame: &Frame,
        rows: Range<usize>,
        mut each: impl FnMut(Judgement<'_>),
    ) -> Resource {
        let mut in_scope = [(); 2].map(|()| Vec::with_capacity(rows.len()));
        desk.scopes.clear();
        for row in rows.clone() {
            let scope = self.scope(frame, row);
            desk.scopes.push(scope);
            if let (Scope::In, Some(stage)) = (scope, frame.sections[row].stage) {
                in_scope[stage as usize].push(row);
            }
        }
        for stage in Stage::JUDGED {
            desk.columns(self, frame, rows.clone(), stage, &in_scope[stage as usize]);
        }
        let mut rules = vec![None; self.standard.rules.len()];
        let mut passes = Vec::with_capacity(rules.len());
        let none = rows.is_empty();
        for (n, row) in rows.enumerate() {
            passes.clear();
            let scope = desk.scopes[n];
            let indicators = match scope {
                Scope::In => desk.row(n),
                _ => &[],
            };
            if !indicators.is_empty() {
                passes.extend((0..rules.len()).map(|rule| self.passes(rule, indicators)));
            }
            for (all, pass) in rules.iter_mut().zip(&passes) {
                *all = Some(Verdict::all(all.iter().copied().chain([pass.verdict()])));
            }
            each(Judgement {
                row,
                scope,
                indicators,
                passes: &passes,
            });
        }
        let variations = judge_variations(self, frame, &in_scope, &desk.spread);
        let composites = judge_composites(self.standard, &variations);
        let mut resource = Resource {
            in_scope,
            rules,
            variations,
            composites,
            verdict: Verdict::Undetermined,
        };
        resource.verdict = resource.conclude(self.standard, none);
        resource
    }

    /// Whether a section is judged.
    #[must_use]
    pub fn scope(&self, frame: &Frame, row: usize) -> Scope {
        match frame.sections[row].stage {
            None => return Scope::NoStage,
            Some(Stage::Senior) => return Scope::Senior,
            Some(_) => {}
        }
        if frame.section(Field::Students, row) == Some(0.0) {
            return Scope::NoStudents;
        }
        let reader = frame.reader(Unit::Section, row);
        let rule = self
            .standard
            .out_of_scope
            .iter()
            .position(|rule| crate::standard::all_hold(&rule.when, &reader).worst);
        rule.map_or(Scope::In, Scope::Rule)
    }

    /// The exceptions that apply to a unit, or may.
    pub(super) fn tried<'t>(
        &'t self,
        prepared: &'t Prepared<'_>,
        at: At<'t>,
    ) -> impl Iterator<Item = Tried> + 't {
        let all = prepared.exceptions.iter();
        all.filter(move |n| exception_holds(self.standard, **n, at).best)
            .map(move |n| try_one(self.standard, *n, at))
    }

    /// Whether a section passes a rule, in the worst case and in the best.
    fn passes(&self, rule: usize, judged: &[IndicatorResult]) -> Span<bool> {
        let rule = &self.standard.rules[rule];
        let mut short = Span::sure(0);
        let mut failed = Span::sure(false);
        let mut open = false;
        let counted = rule.indicators.iter().filter_map(|n| judged.get(*n));
        for result in counted.filter(|r| r.verdict.is_some()) {
            let Span { worst, best } = result.judged.span;
            short.worst += u32::from(worst != Grade::Reached);
            short.best += u32::from(best != Grade::Reached);
            failed.worst |= worst == Grade::Failed;
            failed.best |= best == Grade::Failed;
            open |= result.verdict == Some(Verdict::Undetermined);
        }
        // Without a floor a miss is a miss, however far.
        let holds =
            |short: u32, failed: bool| short <= rule.tolerated && (rule.floor.is_none() || !failed);
        Span {
            // Any undetermined indicator leaves the section open, unless it fails anyhow.
            worst: holds(short.worst, failed.worst) && !open,
            best: holds(short.best, failed.best),
        }
    }
}

/// The floor of the first rule that has the indicator.
fn floor_of(standard: &Standard, indicator: usize) -> Option<f64> {
    standard
        .rules
        .iter()
        .find(|r| r.indicators.contains(&indicator))
        .and_then(|r| r.floor)
}

/// The verdict where there is nothing to look at: sections that were not given are missing;
/// sections that are all out of scope leave no object.
pub(super) fn nothing(no_sections: bool) -> Verdict {
    if no_sections {
        Verdict::Undetermined
    } else {
        Verdict::NotApplicable
    }
}

impl Resource {
    fn conclude(&self, standard: &Standard, no_sections: bool) -> Verdict {
        let part = |part: &Part| {
            let verdicts: Vec<Verdict> = match part.test {
                ItemTest::SectionsPass(rule) => self.rules.get(rule)?.iter().copied().collect(),
                ItemTest::VariationWithin(rule) => {
                    let of_rule = self.variations.iter().filter(|v| v.rule == rule);
                    of_rule.filter_map(|v| v.verdict).collect()
                }
                ItemTest::CompositeWithin(rule) => {
                    let of_rule = self.composites.iter().filter(|c| c.rule == rule);
                    of_rule.map(|c| c.verdict).collect()
                }
                _ => return None,
            };
            Some(if verdicts.is_empty() {
                nothing(no_sections)
            } else {
                Verdict::all(verdicts)
            })
        };
        let items = standard.items.iter().filter(|i| i.group == Group::Resource);
        let parts: Vec<Verdict> = items.flat_map(|i| &i.parts).filter_map(part).collect();
        if parts.iter().all(|v| *v == Verdict::NotApplicable) {
            return nothing(no_sections || parts.is_empty());
        }
        Verdict::all(parts)
    }
}

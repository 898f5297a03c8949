//! The conclusions of the resource part: sections, coefficients, composites.

use super::{Gap, Outcome, Scene, UnitResult};
use crate::evaluate::rules::nothing;
use crate::evaluate::sections::SectionResult;
use crate::evaluate::variation::CompositeResult;
use crate::model::{Field, TableId};
use crate::standard::{Compare, Unit, Variable};
use crate::verdict::Verdict;

impl Scene<'_> {
    /// The verdict where there is nothing to look at.
    pub(super) fn nothing(&self) -> Verdict {
        nothing(self.sections.is_empty())
    }

    /// Rows of schools of compulsory education that no section belongs to.
    fn silent_schools(&self) -> Vec<usize> {
        (0..self.snapshot.rows(TableId::Schools))
            .filter(|row| self.frame.kin(*row).is_empty())
            .filter(|row| {
                let kind = self.snapshot.number(Field::SchoolKind, *row);
                kind.is_some_and(|k| [211.0, 311.0, 312.0, 341.0, 345.0].contains(&k))
            })
            .collect()
    }

    pub(super) fn sections_pass(&self, rule: usize) -> Outcome {
        let judged: Vec<(&SectionResult, Verdict)> = self
            .sections
            .iter()
            .filter_map(|s| Some((s, s.rules.get(rule)?.verdict())))
            .collect();
        if judged.is_empty() {
            return Outcome::new(Compare::AtLeast, self.nothing());
        }
        // A school without any section is a school whose figures are missing.
        let silent = self.silent_schools();
        let open = (!silent.is_empty()).then_some(Verdict::Undetermined);
        let verdict = Verdict::all(judged.iter().map(|(_, v)| *v).chain(open));
        let met = judged.iter().filter(|(_, v)| *v == Verdict::Met).count();
        let settled = open.is_none() && judged.iter().all(|(_, v)| *v != Verdict::Undetermined);
        Outcome {
            gaps: silent
                .into_iter()
                .map(|row| Gap::of(Unit::School, row, Variable::Total(Field::Students)))
                .collect(),
            value: settled.then(|| met as f64 / judged.len() as f64),
            threshold: Some(1.0),
            units: judged
                .iter()
                .filter(|(_, v)| *v != Verdict::Met)
                .map(|(s, v)| UnitResult {
                    unit: Unit::Section,
                    row: s.row,
                    value: None,
                    threshold: None,
                    verdict: *v,
                    tried: Vec::new(),
                })
                .collect(),
            ..Outcome::new(Compare::AtLeast, verdict)
        }
    }

    /// The value is how many coefficients are beyond their limit.
    pub(super) fn variation_within(&self, rule: usize) -> Outcome {
        let verdicts: Vec<Verdict> = self
            .variations
            .iter()
            .filter(|v| v.rule == rule)
            .filter_map(|v| v.verdict)
            .collect();
        if verdicts.is_empty() {
            return Outcome::new(Compare::AtMost, self.nothing());
        }
        let beyond = verdicts.iter().filter(|v| **v == Verdict::NotMet).count();
        let settled = !verdicts.contains(&Verdict::Undetermined);
        Outcome {
            value: settled.then_some(beyond as f64),
            threshold: Some(0.0),
            ..Outcome::new(Compare::AtMost, Verdict::all(verdicts))
        }
    }

    pub(super) fn composite_within(&self, rule: usize) -> Outcome {
        let parts: Vec<&CompositeResult> =
            self.composites.iter().filter(|c| c.rule == rule).collect();
        if parts.is_empty() {
            return Outcome::new(Compare::AtMost, self.nothing());
        }
        let beyond = parts
            .iter()
            .filter(|c| c.verdict == Verdict::NotMet)
            .count();
        let settled = parts.iter().all(|c| c.verdict != Verdict::Undetermined);
        Outcome {
            value: settled.then_some(beyond as f64),
            threshold: Some(0.0),
            ..Outcome::new(
                Compare::AtMost,
                Verdict::all(parts.iter().map(|c| c.verdict)),
            )
        }
    }
}

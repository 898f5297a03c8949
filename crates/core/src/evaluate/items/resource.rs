//! The conclusions of the resource part: sections, coefficients, composites.

use super::{Outcome, Scene, UnitResult};
use crate::evaluate::sections::SectionResult;
use crate::evaluate::variation::CompositeResult;
use crate::standard::{Compare, Unit};
use crate::verdict::Verdict;

impl Scene<'_> {
    pub(super) fn sections_pass(&self, rule: usize) -> Outcome {
        let judged: Vec<(&SectionResult, Verdict)> = self
            .sections
            .iter()
            .filter_map(|s| Some((s, s.rules.get(rule)?.verdict())))
            .collect();
        if judged.is_empty() {
            return Outcome::new(Compare::AtLeast, Verdict::Undetermined);
        }
        let verdict = Verdict::all(judged.iter().map(|(_, v)| *v));
        let met = judged.iter().filter(|(_, v)| *v == Verdict::Met).count();
        let settled = judged.iter().all(|(_, v)| *v != Verdict::Undetermined);
        Outcome {
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
            return Outcome::new(Compare::AtMost, Verdict::Undetermined);
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
            return Outcome::new(Compare::AtMost, Verdict::Undetermined);
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

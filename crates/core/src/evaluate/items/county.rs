//! Items judged by figures of the county.

use super::{Gap, Outcome, PartResult, Scene, missing_variables, passed, reached};
use crate::evaluate::ratio::{Against, At, judge};
use crate::model::{Field, TableId};
use crate::standard::{Amount, ByStage, Compare, Ratio, Unit, Variable};
use crate::text::Text;
use crate::verdict::Verdict;

impl Scene<'_> {
    pub(super) fn county_at(&self) -> At<'_> {
        At {
            frame: self.frame,
            unit: Unit::County,
            row: 0,
        }
    }

    /// The limit of a county item, which has no stage of its own.
    pub(super) fn county_limit(&self, limits: &ByStage) -> Option<f64> {
        self.county_at()
            .limit(limits[0].as_ref().or(limits[1].as_ref())?)
    }

    pub(super) fn county(
        &self,
        ratio: &Ratio,
        compare: Compare,
        object_required: bool,
        limits: &ByStage,
    ) -> Outcome {
        let at = self.county_at();
        let Some(limit) = limits[0].as_ref().or(limits[1].as_ref()) else {
            return Outcome::new(compare, Verdict::Undetermined);
        };
        let nobody = at.denominator::<f64>(ratio) == Some(0.0);
        if nobody && !object_required {
            return Outcome::new(compare, Verdict::NotApplicable);
        }
        let against = Against::new(ratio, limit, compare, None, false);
        let judged = judge(self.standard, at, &against, &[]);
        let mut gaps = missing_variables(at, ratio);
        if let Amount::Figure(variable) = limit.amount
            && at.read::<f64>(variable).is_none()
        {
            gaps.push(Gap::of(Unit::County, 0, variable));
        }
        if nobody {
            gaps.extend(ratio.over.iter().map(|v| Gap::of(Unit::County, 0, *v)));
        }
        Outcome {
            value: judged.value,
            threshold: judged.threshold,
            gaps,
            ..Outcome::new(compare, passed(judged.span).verdict())
        }
    }

    /// Every subject given reaches the level and stays below the difference; none given is open.
    pub(super) fn monitoring(&self, part: usize, level: f64, difference: f64) -> Vec<PartResult> {
        let mut all = Vec::new();
        let subjects = TableId::County
            .fields()
            .filter_map(|f| Some((f, f.id().strip_prefix("monitoring_level_")?)));
        for (level_field, subject) in subjects {
            let id = format!("monitoring_difference_{subject}");
            let Some(difference_field) = Field::by_id(TableId::County, &id) else {
                continue;
            };
            let fields = [
                (level_field, level, Compare::AtLeast),
                (difference_field, difference, Compare::Below),
            ];
            let values = fields.map(|(f, ..)| self.snapshot.number(f, 0));
            if values.iter().all(Option::is_none) {
                continue;
            }
            for ((field, limit, compare), value) in fields.into_iter().zip(values) {
                let verdict = match value {
                    Some(value) if compare == Compare::AtLeast => reached(value >= limit),
                    Some(value) => reached(value < limit),
                    None => Verdict::Undetermined,
                };
                let gaps = if value.is_none() {
                    vec![Gap::of(Unit::County, 0, Variable::County(field))]
                } else {
                    Vec::new()
                };
                all.push(PartResult {
                    id: field.id().trim_start_matches("monitoring_").to_owned(),
                    title: Text::new(field.about().zh, field.about().en),
                    value,
                    threshold: Some(limit),
                    compare,
                    verdict,
                    units: Vec::new(),
                    gaps,
                    part,
                });
            }
        }
        if all.is_empty() {
            all.push(PartResult {
                id: "subjects".to_owned(),
                title: Text::new(
                    "没有填报任何学科的监测结果",
                    "no subject's monitoring result is given",
                ),
                value: None,
                threshold: None,
                compare: Compare::AtLeast,
                verdict: Verdict::Undetermined,
                units: Vec::new(),
                gaps: vec![Gap::of(
                    Unit::County,
                    0,
                    Variable::County(Field::LevelMathematics),
                )],
                part,
            });
        }
        all
    }

    pub(super) fn veto(&self, field: Field) -> Outcome {
        match self.snapshot.text(field, 0) {
            Some("yes") => Outcome::new(Compare::AtMost, Verdict::NotMet),
            Some("no") => Outcome::new(Compare::AtMost, Verdict::Met),
            _ => Outcome {
                gaps: vec![Gap::of(Unit::County, 0, Variable::County(field))],
                ..Outcome::new(Compare::AtMost, Verdict::Undetermined)
            },
        }
    }

    pub(super) fn score(&self, id: &str) -> Option<f64> {
        self.snapshot
            .facts
            .get(&format!("score_{id}"))?
            .value
            .parse()
            .ok()
            .filter(|x: &f64| x.is_finite())
    }

    /// Points already given may be enough; otherwise all must be known.
    pub(super) fn points(&self, items: &[String], limits: &ByStage) -> Outcome {
        let limit = self.county_limit(limits);
        let scores: Vec<Option<f64>> = items.iter().map(|id| self.score(id)).collect();
        let sum: f64 = scores.iter().flatten().sum();
        let complete = scores.iter().all(Option::is_some);
        let verdict = match limit {
            Some(limit) if sum >= limit => Verdict::Met,
            Some(_) if complete => Verdict::NotMet,
            _ => Verdict::Undetermined,
        };
        Outcome {
            value: complete.then_some(sum),
            threshold: limit,
            ..Outcome::new(Compare::AtLeast, verdict)
        }
    }
}

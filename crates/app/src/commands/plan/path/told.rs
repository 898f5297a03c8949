//! What is told of a path, on a terminal, as JSON and in files.

use std::collections::BTreeMap;

use junheng_core::evaluate::Evaluation;
use junheng_core::model::{Snapshot, Stage};
use junheng_core::standard::Standard;
use junheng_core::text::{Lang, Text};
use junheng_core::verdict::Verdict;
use junheng_plan::path::{self, Action, Check, CurvePoint, Options, Plan, RulePrice, Step};

use super::students::Students;

/// A plan with all that is told of it.
pub(crate) struct Told<'a> {
    pub(crate) base: &'a Snapshot,
    pub(crate) standard: &'a Standard,
    pub(crate) plan: &'a Plan,
    pub(crate) check: &'a Check,
    pub(crate) options: &'a Options,
    pub(crate) students: &'a Students,
    pub(crate) before: &'a Evaluation,
    /// In the last judged year.
    pub(crate) after: &'a Evaluation,
    pub(crate) years: &'a [YearSum],
    pub(crate) curve: Option<&'a [CurvePoint]>,
    pub(crate) prices: Option<&'a [RulePrice]>,
}

/// What a plan does for one indicator.
pub(crate) struct IndicatorSum {
    /// Index into the standard's indicators.
    pub(crate) indicator: usize,
    /// Sections in scope below the threshold, before and after.
    pub(crate) below: [usize; 2],
    /// Yuan of the actions that raise it; an action that raises several is counted with each.
    pub(crate) yuan: f64,
}

/// One year of a plan.
pub(crate) struct YearSum {
    pub(crate) year: i16,
    pub(crate) yuan: f64,
    pub(crate) budget: Option<f64>,
    /// Sections in scope: met, not met, undetermined.
    pub(crate) sections: [usize; 3],
    /// Coefficients above their limit.
    pub(crate) cv_above: usize,
}

impl Told<'_> {
    pub(crate) fn stage(&self, row: usize) -> Option<Stage> {
        self.before.sections.get(row).and_then(|s| s.stage)
    }

    pub(crate) fn school(&self, row: usize) -> (&str, &str) {
        let section = self.before.sections.get(row);
        section.map_or(("", ""), |s| (s.school_id.as_str(), s.name.as_str()))
    }

    pub(crate) fn yuan(&self, step: &Step) -> f64 {
        let stage = self.stage(step.section);
        stage.map_or(0.0, |stage| self.plan.yuan(step, stage))
    }

    /// Amount and yuan of each action, paid in a year or in all.
    pub(crate) fn by_action(&self, year: Option<i16>) -> BTreeMap<Action, (u64, f64)> {
        let mut sums: BTreeMap<Action, (u64, f64)> = BTreeMap::new();
        let steps = self.plan.steps.iter();
        for step in steps.filter(|s| year.is_none_or(|y| s.year == y)) {
            let sum = sums.entry(step.action).or_default();
            sum.0 += step.amount;
            sum.1 += self.yuan(step);
        }
        sums
    }

    /// The indicators of the section rules, in their order.
    pub(crate) fn by_indicator(&self) -> Vec<IndicatorSum> {
        let below = |evaluation: &Evaluation, index: usize| {
            let sections = evaluation.sections.iter().filter(|s| s.in_scope());
            let results =
                sections.flat_map(|s| s.indicators.iter().filter(|i| i.indicator == index));
            results
                .filter(|i| matches!(i.verdict, Some(Verdict::NotMet | Verdict::Tolerated)))
                .count()
        };
        let yuan = |index: usize| -> f64 {
            let reads = |step: &&Step| {
                let indicator = self.standard.indicators.get(index);
                let reads = |f| {
                    indicator.is_some_and(|i| i.measure.variables().any(|v| v.field() == Some(f)))
                };
                step.fields().any(reads)
            };
            let steps = self.plan.steps.iter().filter(reads);
            steps.map(|s| self.yuan(s)).sum()
        };
        let rules = self.standard.rules.iter().flat_map(|r| &r.indicators);
        let mut indices: Vec<usize> = rules.copied().collect();
        indices.sort_unstable();
        indices.dedup();
        indices
            .into_iter()
            .map(|indicator| IndicatorSum {
                indicator,
                below: [below(self.before, indicator), below(self.after, indicator)],
                yuan: yuan(indicator),
            })
            .collect()
    }

    pub(crate) fn indicator(&self, index: usize) -> &str {
        let indicator = self.standard.indicators.get(index);
        indicator.map_or("", |i| i.id.as_str())
    }

    /// An indicator's name for those who do not know its number.
    pub(crate) fn title(&self, index: usize) -> Text {
        let indicator = self.standard.indicators.get(index);
        indicator.map_or_else(Text::default, |i| i.title.clone())
    }
}

/// Met, not met and undetermined sections in scope.
pub(crate) fn count(evaluation: &Evaluation) -> [usize; 3] {
    let mut all = [0; 3];
    for section in evaluation.sections.iter().filter(|s| s.in_scope()) {
        match section.verdict {
            Some(Verdict::Met) => all[0] += 1,
            Some(Verdict::NotMet) => all[1] += 1,
            _ => all[2] += 1,
        }
    }
    all
}

/// A sentence of why a section fails.
pub(crate) fn because(told: &Told<'_>, late: &path::Late) -> Text {
    use path::Reason;
    let named = |lang: Lang| {
        late.indicator.map_or_else(String::new, |i| {
            format!("{} {}", told.indicator(i), told.title(i).get(lang))
        })
    };
    let (zh, en) = (named(Lang::Zh), named(Lang::En));
    let from = |lang: Lang| match (late.earliest, lang) {
        (Some(year), Lang::Zh) => format!("最早 {year} 年"),
        (Some(year), Lang::En) => format!("from {year} at the earliest"),
        (None, Lang::Zh) => "在现有单价表下无法达到".to_owned(),
        (None, Lang::En) => "never, as unit_costs stands".to_owned(),
    };
    match late.reason {
        Reason::Lead(action) => Text::new(
            format!(
                "{zh}：{}要过几年才见效，{}",
                action.title().zh,
                from(Lang::Zh)
            ),
            format!(
                "{en}: to {} takes years to count, {}",
                action.title().en,
                from(Lang::En)
            ),
        ),
        Reason::Limit(action) => Text::new(
            format!("{zh}：{}每年有上限，{}", action.title().zh, from(Lang::Zh)),
            format!(
                "{en}: the yearly limit to {}, {}",
                action.title().en,
                from(Lang::En)
            ),
        ),
        Reason::Forbidden => Text::new(
            format!("{zh}：没有允许的措施能提高它"),
            format!("{en}: no action that is allowed raises it"),
        ),
        Reason::Budget => Text::new(
            "资金或师资不够，现有的先用在能让更多学段达标的地方",
            "money or staff are short; what there is goes where more sections pass",
        ),
    }
}

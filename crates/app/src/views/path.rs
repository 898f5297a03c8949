//! The JSON of `plan path`.

use junheng_core::evaluate::Evaluation;
use junheng_core::model::Stage;
use junheng_core::verdict::Verdict;
use junheng_plan::path::{Reason, Rule, Step};
use serde::{Deserialize, Serialize};

use super::document;
use crate::Context;
use crate::commands::plan::path::told::{Told, because};

#[derive(Serialize, Deserialize)]
pub(crate) struct PathView<'a> {
    standard: &'a str,
    status: &'a str,
    cost_yuan: f64,
    bound_yuan: f64,
    gap: Option<f64>,
    first_year: i16,
    target_year: i16,
    last_year: i16,
    #[serde(skip_serializing_if = "Option::is_none")]
    yuan_given: Option<f64>,
    students: &'a str,
    failing_sections: usize,
    failing_bound: usize,
    #[serde(borrow)]
    failing: Vec<FailingView<'a>>,
    #[serde(borrow)]
    undetermined: Vec<PlaceView<'a>>,
    #[serde(borrow)]
    conflicts: Vec<ConflictView<'a>>,
    #[serde(borrow)]
    actions: Vec<ActionView<'a>>,
    #[serde(borrow)]
    by_action: Vec<SumView<'a>>,
    #[serde(borrow)]
    by_indicator: Vec<IndicatorView<'a>>,
    #[serde(borrow)]
    before: StateView<'a>,
    #[serde(borrow)]
    after: StateView<'a>,
    by_year: Vec<YearView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    curve: Option<Vec<PointView>>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    rule_prices: Option<Vec<RuleView<'a>>>,
    #[serde(borrow)]
    check: CheckView<'a>,
    #[serde(borrow)]
    notes: Vec<&'a str>,
}

#[derive(Serialize, Deserialize)]
struct PlaceView<'a> {
    school_id: &'a str,
    stage: Option<&'a str>,
}

#[derive(Serialize, Deserialize)]
struct FailingView<'a> {
    school_id: &'a str,
    stage: Option<&'a str>,
    reason: &'a str,
    indicator: Option<&'a str>,
    earliest_year: Option<i16>,
    message: String,
}

#[derive(Serialize, Deserialize)]
struct ConflictView<'a> {
    rule: &'a str,
    year: i16,
    stage: &'a str,
    indicator: &'a str,
    limit: f64,
    reachable: Option<f64>,
}

#[derive(Serialize, Deserialize)]
struct ActionView<'a> {
    year: i16,
    school_id: &'a str,
    name: &'a str,
    stage: Option<&'a str>,
    action: &'a str,
    from_school_id: Option<&'a str>,
    #[serde(borrow, default, skip_serializing_if = "Vec::is_empty")]
    counts: Vec<&'a str>,
    amount: u64,
    unit: &'a str,
    yuan: f64,
    counts_from: Option<i16>,
}

#[derive(Serialize, Deserialize)]
struct SumView<'a> {
    action: &'a str,
    amount: u64,
    unit: &'a str,
    yuan: f64,
}

#[derive(Serialize, Deserialize)]
struct IndicatorView<'a> {
    id: &'a str,
    below_threshold_before: usize,
    below_threshold_after: usize,
    yuan: f64,
}

#[derive(Serialize, Deserialize)]
struct StateView<'a> {
    #[serde(borrow)]
    variation: Vec<VariationView<'a>>,
    #[serde(borrow)]
    sections: Vec<SectionView<'a>>,
}

#[derive(Serialize, Deserialize)]
struct VariationView<'a> {
    stage: &'a str,
    indicator: &'a str,
    mean: Option<f64>,
    sd: Option<f64>,
    cv: Option<f64>,
    limit: Option<f64>,
    verdict: Option<&'a str>,
}

#[derive(Serialize, Deserialize)]
struct SectionView<'a> {
    school_id: &'a str,
    stage: Option<&'a str>,
    verdict: Option<&'a str>,
}

#[derive(Serialize, Deserialize)]
struct YearView {
    year: i16,
    yuan: f64,
    budget_yuan: Option<f64>,
    met: usize,
    not_met: usize,
    undetermined: usize,
    cv_above_limit: usize,
}

#[derive(Serialize, Deserialize)]
struct PointView {
    passing: usize,
    cost_yuan: f64,
    bound_yuan: f64,
}

#[derive(Serialize, Deserialize)]
struct RuleView<'a> {
    rule: &'a str,
    indicator: &'a str,
    stage: Option<&'a str>,
    cost_without_yuan: f64,
    bound_without_yuan: f64,
    saves_yuan: f64,
    failing_sections: usize,
}

#[derive(Serialize, Deserialize)]
struct CheckView<'a> {
    passed: bool,
    #[serde(borrow)]
    broken: Vec<&'a str>,
}

/// A plan as one document.
pub(crate) fn path(told: &Told<'_>, digest: &str, context: &Context) -> String {
    let plan = told.plan;
    let lang = context.lang;
    let place = |row: usize| (told.school(row).0, told.stage(row).map(Stage::id));
    let gap = plan.proof.gap();
    let view = PathView {
        standard: &told.standard.id,
        status: plan.status.id(),
        cost_yuan: plan.proof.objective,
        bound_yuan: plan.proof.bound,
        gap: gap.is_finite().then_some(gap),
        first_year: told.options.first,
        target_year: plan.target,
        last_year: plan.last,
        yuan_given: plan.purse,
        students: told.students.basis(),
        failing_sections: plan.failing.len(),
        failing_bound: plan.failing_bound,
        failing: plan
            .late
            .iter()
            .map(|late| {
                let (school_id, stage) = place(late.section);
                FailingView {
                    school_id,
                    stage,
                    reason: match late.reason {
                        Reason::Lead(_) => "lead",
                        Reason::Limit(_) => "limit",
                        Reason::Forbidden => "forbidden",
                        Reason::Budget => "budget",
                    },
                    indicator: late.indicator.map(|i| told.indicator(i)),
                    earliest_year: late.earliest,
                    message: because(told, late).get(lang).to_owned(),
                }
            })
            .collect(),
        undetermined: plan
            .unknown
            .iter()
            .map(|row| {
                let (school_id, stage) = place(*row);
                PlaceView { school_id, stage }
            })
            .collect(),
        conflicts: plan
            .conflicts
            .iter()
            .map(|c| ConflictView {
                rule: "variation",
                year: c.year,
                stage: c.stage.id(),
                indicator: told.indicator(c.indicator),
                limit: c.limit,
                reachable: c.reachable,
            })
            .collect(),
        actions: plan.steps.iter().map(|s| action(told, s)).collect(),
        by_action: by_action(told),
        by_indicator: by_indicator(told),
        before: state(told, told.before),
        after: state(told, told.after),
        by_year: told
            .years
            .iter()
            .map(|y| YearView {
                year: y.year,
                yuan: y.yuan,
                budget_yuan: y.budget,
                met: y.sections[0],
                not_met: y.sections[1],
                undetermined: y.sections[2],
                cv_above_limit: y.cv_above,
            })
            .collect(),
        curve: told.curve.map(|points| {
            let point = |p: &junheng_plan::path::CurvePoint| PointView {
                passing: p.passing,
                cost_yuan: p.yuan,
                bound_yuan: p.bound,
            };
            points.iter().map(point).collect()
        }),
        rule_prices: told.prices.map(|prices| {
            let price = |p: &junheng_plan::path::RulePrice| {
                let (rule, indicator, stage) = match p.rule {
                    Rule::Threshold(i) => ("threshold", i, None),
                    Rule::Variation(i, stage) => ("variation", i, Some(stage.id())),
                };
                RuleView {
                    rule,
                    indicator: told.indicator(indicator),
                    stage,
                    cost_without_yuan: p.yuan,
                    bound_without_yuan: p.bound,
                    saves_yuan: plan.proof.objective - p.yuan,
                    failing_sections: p.failing,
                }
            };
            prices.iter().map(price).collect()
        }),
        check: CheckView {
            passed: told.check.broken.is_empty(),
            broken: told.check.broken.iter().map(|t| t.get(lang)).collect(),
        },
        notes: plan.notes.iter().map(|t| t.get(lang)).collect(),
    };
    document(Some(digest), view, Some(context))
}

fn action<'a>(told: &'a Told<'_>, step: &'a Step) -> ActionView<'a> {
    let (school_id, name) = told.school(step.section);
    let stage = told.stage(step.section);
    let price = stage.and_then(|s| told.plan.prices.of(step.action, s));
    ActionView {
        year: step.year,
        school_id,
        name,
        stage: stage.map(Stage::id),
        action: step.action.id(),
        from_school_id: step.from.map(|row| told.school(row).0),
        counts: step.counts.iter().map(|f| f.id()).collect(),
        amount: step.amount,
        unit: step.action.unit().0,
        yuan: told.yuan(step),
        counts_from: price.map(|p| step.year.saturating_add(p.lead)),
    }
}

fn by_action<'a>(told: &'a Told<'_>) -> Vec<SumView<'a>> {
    told.by_action(None)
        .into_iter()
        .map(|(action, (amount, yuan))| SumView {
            action: action.id(),
            amount,
            unit: action.unit().0,
            yuan,
        })
        .collect()
}

fn by_indicator<'a>(told: &'a Told<'_>) -> Vec<IndicatorView<'a>> {
    told.by_indicator()
        .into_iter()
        .map(|of| IndicatorView {
            id: told.indicator(of.indicator),
            below_threshold_before: of.below[0],
            below_threshold_after: of.below[1],
            yuan: of.yuan,
        })
        .collect()
}

fn state<'a>(told: &'a Told<'_>, evaluation: &'a Evaluation) -> StateView<'a> {
    StateView {
        variation: evaluation
            .variations
            .iter()
            .map(|v| VariationView {
                stage: v.stage.id(),
                indicator: told.indicator(v.indicator),
                mean: v.spread.map(|s| s.mean),
                sd: v.spread.map(|s| s.sd),
                cv: v.spread.and_then(|s| s.cv),
                limit: v.limit,
                verdict: v.verdict.map(Verdict::id),
            })
            .collect(),
        sections: evaluation
            .sections
            .iter()
            .filter(|s| s.in_scope())
            .map(|s| SectionView {
                school_id: &s.school_id,
                stage: s.stage.map(Stage::id),
                verdict: s.verdict.map(Verdict::id),
            })
            .collect(),
    }
}

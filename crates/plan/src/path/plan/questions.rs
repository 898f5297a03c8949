//! What officials ask next: how far a sum goes, and which single rule costs most.

use std::collections::BTreeMap;

use junheng_core::model::{Snapshot, Stage};
use junheng_core::standard::Standard;

use super::super::solve::{Found, Question};
use super::{Options, PathError, pose};
use crate::run::Run;

/// A point of the curve of cost against sections that pass.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CurvePoint {
    /// Sections that pass, or are open only because figures are missing.
    pub passing: usize,
    /// Least yuan found for at least as many.
    pub yuan: f64,
    /// No plan with as many costs less.
    pub bound: f64,
}

/// A rule that could be dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// The threshold and the floor of an indicator (index into [`Standard::indicators`]).
    Threshold(usize),
    /// The limit of an indicator's coefficient of variation in a stage.
    Variation(usize, Stage),
}

/// What a rule costs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RulePrice {
    /// The rule.
    pub rule: Rule,
    /// Yuan without it, as found.
    pub yuan: f64,
    /// No plan without it costs less.
    pub bound: f64,
    /// Sections that fail without it.
    pub failing: usize,
}

/// The least cost for about `points` numbers of passing sections, from none more than today to all
/// that can.
///
/// # Errors
/// As [`super::plan`].
pub fn curve(
    base: &Snapshot,
    judged: &BTreeMap<i16, Snapshot>,
    standard: &Standard,
    options: &Options,
    points: usize,
    run: &Run<'_>,
) -> Result<Vec<CurvePoint>, PathError> {
    let posed = pose(base, judged, standard, options)?;
    let search = posed.search(standard, options, run);
    let asked = posed
        .only
        .as_ref()
        .map_or(posed.problem.rows().len(), Vec::len);
    let full = search.solve(&Question {
        only: posed.only.as_deref(),
        ..Question::default()
    });
    let today = search.today(posed.only.as_deref());
    let extra = today.saturating_sub(full.failing.len());
    let mut all = vec![point(asked, &full)];
    let steps = points.saturating_sub(1).min(extra);
    let allowed: Vec<usize> = (1..=steps)
        .map(|step| full.failing.len() + extra * step / steps)
        .collect();
    let found = run.each(&allowed, |may_fail| {
        let found = search.solve(&Question {
            only: posed.only.as_deref(),
            may_fail: may_fail.saturating_sub(full.lost),
            ..Question::default()
        });
        point(asked, &found)
    });
    all.extend(found);
    // A plan with which more sections pass is one for fewer, too.
    let mut least = f64::INFINITY;
    for point in &mut all {
        least = least.min(point.yuan);
        point.yuan = least;
    }
    all.reverse();
    all.dedup_by_key(|p| p.passing);
    Ok(all)
}

fn point(asked: usize, found: &Found) -> CurvePoint {
    CurvePoint {
        passing: asked - found.failing.len().min(asked),
        yuan: found.cost,
        bound: found.bound.min(found.cost),
    }
}

/// What would be saved by dropping each rule alone, dearest first.
///
/// # Errors
/// As [`super::plan`].
pub fn rule_prices(
    base: &Snapshot,
    judged: &BTreeMap<i16, Snapshot>,
    standard: &Standard,
    options: &Options,
    run: &Run<'_>,
) -> Result<Vec<RulePrice>, PathError> {
    let posed = pose(base, judged, standard, options)?;
    let search = posed.search(standard, options, run);
    let mut indicators: Vec<usize> = standard
        .rules
        .iter()
        .flat_map(|r| r.indicators.iter().copied())
        .collect();
    indicators.sort_unstable();
    indicators.dedup();
    let mut rules: Vec<Rule> = indicators.into_iter().map(Rule::Threshold).collect();
    if posed.only.is_none() {
        let cones = posed.problem.views.iter().flat_map(|v| &v.cones);
        for cone in cones {
            let rule = Rule::Variation(cone.indicator, cone.stage);
            if !rules.contains(&rule) && search.binds(cone.indicator, cone.stage) {
                rules.push(rule);
            }
        }
    }
    let full = search.solve(&Question {
        only: posed.only.as_deref(),
        ..Question::default()
    });
    let mut all = run.each(&rules, |rule| {
        let question = match *rule {
            Rule::Threshold(indicator) => Question {
                waived: Some(indicator),
                ..Question::default()
            },
            Rule::Variation(indicator, stage) => Question {
                free: Some((indicator, stage)),
                ..Question::default()
            },
        };
        let found = search.solve(&Question {
            only: posed.only.as_deref(),
            ..question
        });
        // The plan that keeps every rule keeps all but one, too.
        let found = match (found.failing.len(), full.failing.len()) {
            (a, b) if found.broken > 0 || a > b || a == b && found.cost > full.cost => Found {
                bound: found.bound,
                ..full.clone()
            },
            _ => found,
        };
        RulePrice {
            rule: *rule,
            yuan: found.cost,
            bound: found.bound.min(found.cost),
            failing: found.failing.len(),
        }
    });
    all.sort_by(|a, b| {
        let key = |p: &RulePrice| p.failing;
        key(a).cmp(&key(b)).then(a.yuan.total_cmp(&b.yuan))
    });
    Ok(all)
}

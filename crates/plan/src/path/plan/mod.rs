//! The plan: options in, steps with their proof out.

mod late;
mod questions;
mod remarks;
mod schedule;

use std::collections::BTreeMap;

use junheng_core::model::{Field, Snapshot, Stage};
use junheng_core::standard::Standard;
use junheng_core::text::Text;

use super::action::Step;
use super::apply::apply;
pub use late::{Late, Reason};
pub use questions::{CurvePoint, Rule, RulePrice, curve, rule_prices};

use super::prices::Prices;
use super::problem::{Problem, Scope};
use super::solve::{Effort, Found, Question, Search};
use crate::run::{Proof, Run, Status};
use late::late;
use remarks::{givers, remarks};
use schedule::schedule;

/// What is asked of a path.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// First school year in which everything must hold.
    pub target: i16,
    /// More years in which it still must.
    pub horizon: u16,
    /// First school year in which money can be spent.
    pub first: i16,
    /// Only the sections of this school are bought for and must pass; the coefficients of
    /// variation are then only reported.
    pub school: Option<String>,
    /// Yuan that all years together can spend, beside the budgets of years.
    pub purse: Option<f64>,
    /// A relative gap at which to stop.
    pub gap: f64,
}

impl Options {
    /// The contract's: everything holds in the year after the bundle's, money from then on.
    #[must_use]
    pub fn after(year: i16) -> Self {
        Self {
            target: year.saturating_add(1),
            horizon: 0,
            first: year.saturating_add(1),
            school: None,
            purse: None,
            gap: 1e-7,
        }
    }
}

/// Why there is nothing to plan.
#[derive(Clone, Debug, PartialEq)]
pub struct PathError(pub Text);

/// A rule that no plan can keep, with the least relaxation found that lets the rest be planned.
#[derive(Clone, Debug, PartialEq)]
pub struct Conflict {
    /// The judged year.
    pub year: i16,
    /// Index into [`Standard::indicators`].
    pub indicator: usize,
    /// The stage.
    pub stage: Stage,
    /// The limit of the coefficient of variation.
    pub limit: f64,
    /// What it can be brought to; `None` where the mean stays 0, so that it is not defined.
    pub reachable: Option<f64>,
}

/// A path to certification.
#[derive(Clone, Debug)]
pub struct Plan {
    /// How it came out.
    pub status: Status,
    /// Yuan of all steps, and the least that any plan with as few failing sections costs.
    pub proof: Proof,
    /// What is done, by year, section and action.
    pub steps: Vec<Step>,
    /// Rows of sections that do not pass in some judged year.
    pub failing: Vec<usize>,
    /// No plan has fewer.
    pub failing_bound: usize,
    /// Rows of sections with an indicator whose figure is missing.
    pub unknown: Vec<usize>,
    /// Why each failing section cannot pass, and from when it could.
    pub late: Vec<Late>,
    /// Coefficients that cannot be brought to their limit.
    pub conflicts: Vec<Conflict>,
    /// What was assumed, left out or could not be planned.
    pub notes: Vec<Text>,
    /// Prices and budgets it was made with.
    pub prices: Prices,
    /// The first judged year.
    pub target: i16,
    /// The last.
    pub last: i16,
    /// The one school that was planned for.
    pub school: Option<String>,
    /// Yuan that all years together could spend.
    pub purse: Option<f64>,
}

impl Plan {
    /// Steps that count in a year.
    pub fn counting(&self, standard: &Standard, base: &Snapshot, year: i16) -> Vec<&Step> {
        let frame = junheng_core::evaluate::Frame::new(base, standard);
        let counts = |step: &&Step| {
            let stage = frame.sections.get(step.section).and_then(|s| s.stage);
            let price = stage.and_then(|stage| self.prices.of(step.action, stage));
            price.is_some_and(|p| step.year.saturating_add(p.lead) <= year)
        };
        self.steps.iter().filter(counts).collect()
    }

    /// The county of a judged year with what counts by then.
    #[must_use]
    pub fn county(
        &self,
        standard: &Standard,
        base: &Snapshot,
        county: &Snapshot,
        year: i16,
    ) -> Snapshot {
        apply(county, standard, self.counting(standard, base, year))
    }

    /// Yuan of a step.
    #[must_use]
    pub fn yuan(&self, step: &Step, stage: Stage) -> f64 {
        let price = self.prices.of(step.action, stage);
        price.map_or(0.0, |p| p.yuan * step.amount as f64)
    }
}

/// The cheapest path.
///
/// `judged` gives the county of years in which it differs from `base`, such as a forecast of its
/// students: the same rows of `sections` ([`county_of`]).
///
/// # Errors
/// When the standard has no section rule, there is no section in scope, the school is unknown or
/// the target lies before the first year.
pub fn plan(
    base: &Snapshot,
    judged: &BTreeMap<i16, Snapshot>,
    standard: &Standard,
    options: &Options,
    run: &Run<'_>,
) -> Result<Plan, PathError> {
    let posed = pose(base, judged, standard, options)?;
    let (prices, only, last) = (posed.prices, posed.only, posed.last);
    let (found, steps, problem) = search(
        posed.problem,
        standard,
        &prices,
        options,
        only.as_deref(),
        run,
    );
    let late = late(standard, &problem, &prices, &found.failing, options);
    let mut notes = prices.notes.clone();
    notes.extend(remarks(base, standard, &problem, &prices, options, last));
    notes.extend(givers(base, &steps, &found.failing));
    let unknown = problem.unknown();
    let conflicts: Vec<Conflict> = found
        .stuck
        .iter()
        .filter_map(|s| {
            let view = problem.views.get(s.at.0)?;
            let cone = view.cones.get(s.at.1)?;
            Some(Conflict {
                year: view.year,
                indicator: cone.indicator,
                stage: cone.stage,
                limit: cone.limit,
                reachable: Some(s.reachable).filter(|c| c.is_finite()),
            })
        })
        .collect();
    let proof = Proof {
        objective: found.cost,
        bound: found.bound.min(found.cost),
    };
    let status = if !conflicts.is_empty() {
        Status::Infeasible
    } else if found.broken > 0 || (run.stopped() && found.bound <= 0.0 && found.cost > 0.0) {
        Status::OutOfTime
    } else if found.failing.len() > found.failing_bound {
        Status::Feasible
    } else {
        proof.status()
    };
    Ok(Plan {
        status,
        proof,
        steps,
        failing: found.failing,
        failing_bound: found.failing_bound,
        unknown,
        late,
        conflicts,
        notes,
        prices,
        target: options.target,
        last,
        school: options.school.clone(),
        purse: options.purse,
    })
}

/// A question in the planner's words.
pub(super) struct Posed {
    pub(super) problem: Problem,
    pub(super) prices: Prices,
    pub(super) only: Option<Vec<usize>>,
    pub(super) last: i16,
}

impl Posed {
    /// The search for its answers.
    pub(super) fn search<'a>(
        &'a self,
        standard: &'a Standard,
        options: &Options,
        run: &'a Run<'a>,
    ) -> Search<'a> {
        Search {
            problem: &self.problem,
            standard,
            run,
            effort: effort(&self.problem, options),
        }
    }
}

/// Reads what a plan needs, or says what is missing.
pub(super) fn pose(
    base: &Snapshot,
    judged: &BTreeMap<i16, Snapshot>,
    standard: &Standard,
    options: &Options,
) -> Result<Posed, PathError> {
    let error = |zh: String, en: String| Err(PathError(Text::new(zh, en)));
    if standard.rules.is_empty() {
        return error(
            format!(
                "标准 {} 没有逐校(学段)判定规则，不能规划达标路径；请用 --standard cn-2017-6",
                standard.id
            ),
            format!(
                "the standard {} has no rule for sections, so there is no path to plan; try --standard cn-2017-6",
                standard.id
            ),
        );
    }
    if options.target < options.first {
        return error(
            format!(
                "目标年 {} 早于最早可花钱的年份 {}",
                options.target, options.first
            ),
            format!(
                "the target year {} is before {}, the first year in which money can be spent",
                options.target, options.first
            ),
        );
    }
    let prices = Prices::read(base);
    let last = options
        .target
        .saturating_add(i16::try_from(options.horizon).unwrap_or(i16::MAX));
    let years = years(base, judged, options.target, last);
    let only = match &options.school {
        Some(id) => Some(rows_of(base, id)?),
        None => None,
    };
    let problem = Problem::new(&Scope {
        snapshot: base,
        standard,
        prices: &prices,
        first: options.first,
        judged: &years,
        purse: options.purse,
        only: only.as_deref(),
    });
    if problem.rows().is_empty() {
        return error(
            "没有一个学段在评估范围内(需要 sections 中有在校生的小学或初中学段)，没有可规划的内容".to_owned(),
            "no section is in scope (sections needs primary or junior rows with students), so there is nothing to plan".to_owned(),
        );
    }
    Ok(Posed {
        problem,
        prices,
        only,
        last,
    })
}

/// The county of a year: as of the nearest year of `judged` that is not later, else `base`.
#[must_use]
pub fn county_of<'a>(
    base: &'a Snapshot,
    judged: &'a BTreeMap<i16, Snapshot>,
    year: i16,
) -> &'a Snapshot {
    let known = judged.range(..=year).next_back();
    known.map_or(base, |(_, county)| county)
}

/// Judged years that differ from the one before: nothing wears out, so what holds once holds
/// while the students are the same.
fn years(
    base: &Snapshot,
    judged: &BTreeMap<i16, Snapshot>,
    target: i16,
    last: i16,
) -> Vec<(i16, Snapshot)> {
    (target..=last)
        .filter(|year| *year == target || judged.contains_key(year))
        .map(|year| (year, county_of(base, judged, year).clone()))
        .collect()
}

fn rows_of(base: &Snapshot, school: &str) -> Result<Vec<usize>, PathError> {
    let rows: Vec<usize> = (0..base.rows(junheng_core::model::TableId::Sections))
        .filter(|row| base.text(Field::SectionSchool, *row) == Some(school))
        .collect();
    if rows.is_empty() {
        return Err(PathError(Text::new(
            format!("sections 中没有学校 {school}"),
            format!("sections has no school {school}"),
        )));
    }
    Ok(rows)
}

/// Amounts first, then years; where money is so tight that whole units do not fit, year by year.
fn search(
    problem: Problem,
    standard: &Standard,
    prices: &Prices,
    options: &Options,
    only: Option<&[usize]>,
    run: &Run<'_>,
) -> (Found, Vec<Step>, Problem) {
    let effort = effort(&problem, options);
    let question = Question {
        only,
        ..Question::default()
    };
    let solve = |problem: &Problem| {
        Search {
            problem,
            standard,
            run,
            effort,
        }
        .solve(&question)
    };
    let found = solve(&problem);
    if let Some(steps) = schedule(&problem, prices, &found.amounts) {
        return (found, steps, problem);
    }
    let by_year = problem.by_year(prices);
    let mut yearly = solve(&by_year);
    yearly.failing_bound = yearly.failing_bound.max(found.failing_bound);
    if let Some(steps) = schedule(&by_year, prices, &yearly.amounts) {
        return (yearly, steps, by_year);
    }
    let nothing = vec![0; problem.levers.len()];
    let none = Search {
        problem: &problem,
        standard,
        run,
        effort,
    }
    .rest(nothing, &found);
    (none, Vec::new(), problem)
}

/// The work budget: fewer branches where each is dearer.
fn effort(problem: &Problem, options: &Options) -> Effort {
    let nodes = 3_000_000 / (problem.levers.len() + 1);
    Effort {
        gap: options.gap,
        nodes: i32::try_from(nodes).unwrap_or(1).clamp(20, 20_000),
    }
}

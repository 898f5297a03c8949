//! The JSON of `plan zones`.

use junheng_core::text::{Lang, Text};
use junheng_plan::run::Proof;
use junheng_plan::zones::{Plan, Problem};
use serde::{Deserialize, Serialize};

use super::document;
use super::evaluation::{StateView, state};
use crate::Context;
use crate::commands::plan::zones::compare::Compared;
use crate::print::Zones;

#[derive(Serialize, Deserialize)]
pub(crate) struct ZonesView<'a> {
    status: &'a str,
    stage: &'a str,
    travel_source: &'a str,
    contiguity: &'a str,
    bound: Option<f64>,
    objective: Option<f64>,
    gap: Option<f64>,
    student_km: Option<f64>,
    moved_students: Option<f64>,
    #[serde(borrow)]
    assignment: Vec<AssignmentView<'a>>,
    #[serde(borrow)]
    schools: Vec<SchoolView<'a>>,
    /// The others.
    #[serde(borrow)]
    plans: Vec<PlanView<'a>>,
    /// Schools that share one zone.
    #[serde(borrow)]
    groups: Vec<Vec<&'a str>>,
    /// Plans of others, today's zones and these by one yardstick.
    #[serde(borrow)]
    compared: Vec<ComparedView<'a>>,
    prices: Option<PricesView>,
    #[serde(borrow)]
    ties: Vec<TieView<'a>>,
    frontier: Vec<PointView>,
    /// By the evaluator, with the students of today and of the plan.
    #[serde(borrow)]
    before: Option<StateView<'a>>,
    #[serde(borrow)]
    after: Option<StateView<'a>>,
    #[serde(borrow)]
    conflicts: Vec<ConflictView<'a>>,
    #[serde(borrow)]
    notes: Vec<&'a str>,
}

#[derive(Serialize, Deserialize, Default)]
struct PlanView<'a> {
    objective: Option<f64>,
    gap: Option<f64>,
    student_km: Option<f64>,
    moved_students: Option<f64>,
    #[serde(borrow)]
    assignment: Vec<AssignmentView<'a>>,
    #[serde(borrow)]
    schools: Vec<SchoolView<'a>>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct AssignmentView<'a> {
    pub(super) block_id: &'a str,
    pub(super) school_id: &'a str,
    pub(super) share: f64,
}

#[derive(Serialize, Deserialize)]
struct SchoolView<'a> {
    school_id: &'a str,
    name: &'a str,
    open: bool,
    option: Option<&'a str>,
    load: f64,
    load_ratio: Option<f64>,
    places: f64,
    pieces: u32,
    seat_price: f64,
    /// Who stays, and all students of the first year; null unless the grades in school stay.
    enrolled: Option<f64>,
    first_year_load: Option<f64>,
}

#[derive(Serialize, Deserialize)]
struct ComparedView<'a> {
    plan: &'a str,
    origin: &'a str,
    student_km: Option<f64>,
    mean_metres: Option<f64>,
    moved_students: Option<f64>,
    greatest_load_ratio: Option<f64>,
    least_load_ratio: Option<f64>,
    extra_pieces: Option<f64>,
    #[serde(borrow)]
    broken: Option<Vec<BrokenView<'a>>>,
}

#[derive(Serialize, Deserialize)]
struct BrokenView<'a> {
    rule: &'a str,
    count: usize,
}

#[derive(Serialize, Deserialize)]
struct PricesView {
    whole_blocks: f64,
    contiguity: f64,
    stability: f64,
}

#[derive(Serialize, Deserialize)]
struct TieView<'a> {
    block_id: &'a str,
    school_id: &'a str,
    other_school_id: &'a str,
    /// The blocks that would go with it, and the students of all of them.
    #[serde(borrow)]
    behind_block_ids: Vec<&'a str>,
    students: f64,
}

#[derive(Serialize, Deserialize)]
struct PointView {
    moved_students: f64,
    student_km: f64,
}

/// Why there is no plan.
#[derive(Serialize, Deserialize)]
pub(super) struct ConflictView<'a> {
    pub(super) code: &'a str,
    pub(super) message: &'a str,
    pub(super) relaxation: &'a str,
    #[serde(borrow)]
    pub(super) block_ids: Vec<&'a str>,
    #[serde(borrow)]
    pub(super) school_ids: Vec<&'a str>,
}

/// `plan zones`.
pub(crate) fn zones(result: &Zones<'_>, digest: &str, context: &Context) -> String {
    let problem = &result.reading.problem;
    let outcome = result.outcome;
    let view = |plan: &'_ Plan| plan_view(problem, plan, outcome.bound);
    let best = outcome.plans.first().map(view).unwrap_or_default();
    let block = |at: usize| problem.blocks[at].id.as_str();
    let school = |at: usize| problem.schools[at].id.as_str();
    let content = ZonesView {
        status: outcome.status.id(),
        stage: problem.stage.id(),
        travel_source: problem.source.id(),
        contiguity: problem.contiguity.id(),
        bound: outcome.bound.is_finite().then_some(outcome.bound),
        objective: best.objective,
        gap: best.gap,
        student_km: best.student_km,
        moved_students: best.moved_students,
        assignment: best.assignment,
        schools: best.schools,
        plans: outcome.plans.iter().skip(1).map(view).collect(),
        groups: problem
            .groups
            .iter()
            .map(|group| group.iter().map(|s| school(*s)).collect())
            .collect(),
        compared: result
            .compared
            .iter()
            .map(|c| compared(c, context.lang))
            .collect(),
        prices: outcome.prices.map(|p| PricesView {
            whole_blocks: p.whole,
            contiguity: p.contiguity,
            stability: p.stability,
        }),
        ties: outcome
            .ties
            .iter()
            .map(|tie| TieView {
                block_id: block(tie.block),
                school_id: school(tie.school),
                other_school_id: school(tie.other),
                behind_block_ids: tie.behind.iter().map(|b| block(*b)).collect(),
                students: tie.students(problem),
            })
            .collect(),
        frontier: outcome
            .frontier
            .iter()
            .map(|point| PointView {
                moved_students: point.0,
                student_km: point.1,
            })
            .collect(),
        before: result
            .judged
            .map(|j| state(&j.before, &j.standard, context.lang)),
        after: result
            .judged
            .map(|j| state(&j.after, &j.standard, context.lang)),
        conflicts: outcome
            .conflicts
            .iter()
            .map(|conflict| ConflictView {
                code: conflict.code,
                message: conflict.message.get(context.lang),
                relaxation: conflict.relaxation.get(context.lang),
                block_ids: conflict.blocks.iter().map(|b| block(*b)).collect(),
                school_ids: conflict.schools.iter().map(|s| school(*s)).collect(),
            })
            .collect(),
        notes: result
            .reading
            .notes
            .iter()
            .map(|n| n.get(context.lang))
            .collect(),
    };
    document(Some(digest), content, Some(context))
}

fn compared(plan: &Compared, lang: Lang) -> ComparedView<'_> {
    let kind = |(rule, _, count): &(&'static str, Text, usize)| BrokenView {
        rule,
        count: *count,
    };
    ComparedView {
        plan: plan.name.get(lang),
        origin: plan.origin,
        student_km: plan.student_km,
        mean_metres: plan.mean_metres,
        moved_students: plan.moved_students,
        greatest_load_ratio: plan.greatest_load,
        least_load_ratio: plan.least_load,
        extra_pieces: plan.extra_pieces,
        broken: plan.broken.as_ref().map(|b| b.iter().map(kind).collect()),
    }
}

fn plan_view<'a>(problem: &'a Problem, plan: &Plan, bound: f64) -> PlanView<'a> {
    let proof = Proof {
        objective: plan.objective,
        bound,
    };
    let mut assignment = Vec::new();
    for (block, shares) in problem.blocks.iter().zip(&plan.shares) {
        assignment.extend(shares.iter().map(|(school, share)| AssignmentView {
            block_id: &block.id,
            school_id: &problem.schools[*school].id,
            share: *share,
        }));
    }
    PlanView {
        objective: Some(plan.objective),
        gap: Some(proof.gap()).filter(|gap| gap.is_finite()),
        student_km: plan.student_km,
        moved_students: Some(plan.moved_students),
        assignment,
        schools: problem
            .schools
            .iter()
            .zip(&plan.schools)
            .enumerate()
            .map(|(at, (school, planned))| SchoolView {
                school_id: &school.id,
                name: &school.name,
                open: true,
                option: None,
                load: planned.load,
                load_ratio: (school.places > 0.0).then(|| planned.load / school.places),
                places: school.places,
                pieces: planned.pieces,
                seat_price: planned.seat_price,
                enrolled: problem.rules.grandfather.then_some(school.enrolled),
                first_year_load: problem
                    .rules
                    .grandfather
                    .then(|| problem.first_year(at, planned.load)),
            })
            .collect(),
    }
}

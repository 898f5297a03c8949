//! The JSON of `plan zones`.

use junheng_plan::run::Proof;
use junheng_plan::zones::{Plan, Problem};
use serde::Serialize;

use super::document;
use super::evaluation::{StateView, state};
use crate::Context;
use crate::print::Zones;

#[derive(Serialize)]
struct ZonesView<'a> {
    status: &'static str,
    stage: &'static str,
    travel_source: &'static str,
    contiguity: &'static str,
    bound: Option<f64>,
    #[serde(flatten)]
    best: PlanView<'a>,
    plans: Vec<PlanView<'a>>,
    prices: Option<PricesView>,
    ties: Vec<TieView<'a>>,
    frontier: Vec<PointView>,
    /// By the evaluator, with the students of today and of the plan.
    before: Option<StateView<'a>>,
    after: Option<StateView<'a>>,
    conflicts: Vec<ConflictView<'a>>,
    notes: Vec<&'a str>,
}

#[derive(Serialize, Default)]
struct PlanView<'a> {
    objective: Option<f64>,
    gap: Option<f64>,
    student_km: Option<f64>,
    moved_students: Option<f64>,
    assignment: Vec<AssignmentView<'a>>,
    schools: Vec<SchoolView<'a>>,
}

#[derive(Serialize)]
pub(super) struct AssignmentView<'a> {
    pub(super) block_id: &'a str,
    pub(super) school_id: &'a str,
    pub(super) share: f64,
}

#[derive(Serialize)]
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
}

#[derive(Serialize)]
struct PricesView {
    whole_blocks: f64,
    contiguity: f64,
    stability: f64,
}

#[derive(Serialize)]
struct TieView<'a> {
    block_id: &'a str,
    school_id: &'a str,
    other_school_id: &'a str,
}

#[derive(Serialize)]
struct PointView {
    moved_students: f64,
    student_km: f64,
}

#[derive(Serialize)]
struct ConflictView<'a> {
    code: &'static str,
    message: &'a str,
    relaxation: &'a str,
    block_ids: Vec<&'a str>,
    school_ids: Vec<&'a str>,
}

/// `plan zones`.
pub(crate) fn zones(result: &Zones<'_>, digest: &str, context: &Context) -> String {
    let problem = &result.reading.problem;
    let outcome = result.outcome;
    let view = |plan: &'_ Plan| plan_view(problem, plan, outcome.bound);
    let block = |at: usize| problem.blocks[at].id.as_str();
    let school = |at: usize| problem.schools[at].id.as_str();
    let content = ZonesView {
        status: outcome.status.id(),
        stage: problem.stage.id(),
        travel_source: problem.source.id(),
        contiguity: problem.contiguity.id(),
        bound: outcome.bound.is_finite().then_some(outcome.bound),
        best: outcome.plans.first().map(view).unwrap_or_default(),
        plans: outcome.plans.iter().skip(1).map(view).collect(),
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
            .map(|(school, planned)| SchoolView {
                school_id: &school.id,
                name: &school.name,
                open: true,
                option: None,
                load: planned.load,
                load_ratio: (school.places > 0.0).then(|| planned.load / school.places),
                places: school.places,
                pieces: planned.pieces,
                seat_price: planned.seat_price,
            })
            .collect(),
    }
}

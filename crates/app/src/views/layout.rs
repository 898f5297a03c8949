//! The JSON of `plan layout`.

use junheng_core::model::{Field, TableId};
use junheng_core::text::Lang;
use junheng_plan::layout::hearing::before_closing;
use junheng_plan::layout::impact::{Change, change, closes_in, displaced, merged_into, shown};
use junheng_plan::layout::{Conflict, Plan, Problem};
use junheng_plan::travel::Unit;
use serde::{Deserialize, Serialize};

use super::document;
use super::zones::{AssignmentView, ConflictView};
use crate::Context;
use crate::print::Layout;

#[derive(Serialize, Deserialize)]
pub(crate) struct LayoutView<'a> {
    status: &'a str,
    stage: &'a str,
    objective: Option<f64>,
    bound: Option<f64>,
    gap: Option<f64>,
    opening_yuan: Option<f64>,
    student_km: Option<f64>,
    moved_students: Option<f64>,
    travel_source: &'a str,
    travel_unit: &'a str,
    #[serde(borrow)]
    assignment: Vec<AssignmentView<'a>>,
    #[serde(borrow)]
    schools: Vec<SchoolView<'a>>,
    #[serde(borrow, default, skip_serializing_if = "Vec::is_empty")]
    periods: Vec<PeriodView<'a>>,
    #[serde(borrow, default, skip_serializing_if = "Vec::is_empty")]
    boarding: Vec<BoardingView<'a>>,
    #[serde(borrow)]
    impact: Vec<ImpactView<'a>>,
    #[serde(borrow)]
    closures: Vec<ClosureView<'a>>,
    #[serde(borrow)]
    conflicts: Vec<ConflictView<'a>>,
    #[serde(borrow)]
    notes: Vec<&'a str>,
}

#[derive(Serialize, Deserialize)]
struct SchoolView<'a> {
    school_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    site_id: Option<&'a str>,
    name: &'a str,
    open: bool,
    option: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    classes: Option<u32>,
    change: &'a str,
    protected: bool,
    load: f64,
    load_ratio: Option<f64>,
    places: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    boarders: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    boarding_places: Option<f64>,
    pieces: Option<usize>,
    seat_price: f64,
}

/// Children beyond the travel limit, who live at school.
#[derive(Serialize, Deserialize)]
struct BoardingView<'a> {
    block_id: &'a str,
    school_id: &'a str,
    students: f64,
    metres: f64,
}

#[derive(Serialize, Deserialize)]
struct PeriodView<'a> {
    period: usize,
    weight: f64,
    year: Option<i16>,
    opening_yuan: f64,
    students: f64,
    student_km: Option<f64>,
    moved_students: f64,
    #[serde(borrow)]
    assignment: Vec<AssignmentView<'a>>,
    #[serde(borrow)]
    schools: Vec<SchoolView<'a>>,
}

#[derive(Serialize, Deserialize)]
struct ImpactView<'a> {
    block_id: &'a str,
    block: &'a str,
    township: &'a str,
    students: f64,
    from_school_id: &'a str,
    to_school_id: &'a str,
    before: Option<f64>,
    after: f64,
    added: Option<f64>,
}

#[derive(Serialize, Deserialize)]
struct ClosureView<'a> {
    school_id: &'a str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    period: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    year: Option<i16>,
    merged_into: Option<&'a str>,
    students_to_it: Option<f64>,
    students: Option<f64>,
    #[serde(borrow)]
    steps: Vec<StepView<'a>>,
}

#[derive(Serialize, Deserialize)]
struct StepView<'a> {
    id: &'a str,
    text: &'a str,
    clause: &'a str,
    sure: &'a str,
}

/// The document.
pub(crate) fn layout(result: &Layout<'_>, digest: &str, context: &Context) -> String {
    let lang = context.lang;
    let problem = &result.reading.problem;
    let outcome = result.outcome;
    let plan = outcome.plan.as_ref();
    // What is shown on top is where the plan ends.
    let last = shown(problem);
    let content = LayoutView {
        status: outcome.status.id(),
        stage: problem.stage.id(),
        objective: outcome.proof.map(|p| p.objective),
        bound: Some(outcome.bound).filter(|b| b.is_finite()),
        gap: outcome.proof.map(|p| p.gap()).filter(|g| g.is_finite()),
        opening_yuan: plan.map(|p| (0..problem.periods).map(|t| p.yuan(problem, t)).sum()),
        student_km: plan.and_then(|p| p.student_km(problem, last)),
        moved_students: plan.map(|p| p.moved(problem, last)),
        travel_source: problem.source.id(),
        travel_unit: match problem.unit {
            Unit::Metres => "metres",
            Unit::Cost => "cost",
        },
        assignment: plan.map_or_else(Vec::new, |p| assignment(problem, p, last)),
        schools: plan.map_or_else(Vec::new, |p| schools(result, p, last)),
        periods: plan
            .filter(|_| problem.situations.len() > 1)
            .map_or_else(Vec::new, |p| periods(result, p)),
        boarding: plan.map_or_else(Vec::new, |p| boarding(problem, p, last)),
        impact: plan.map_or_else(Vec::new, |p| impact(problem, p, last)),
        closures: plan.map_or_else(Vec::new, |p| closures(result, p, last, lang)),
        conflicts: outcome
            .conflicts
            .iter()
            .map(|c| conflict(c, lang))
            .collect(),
        notes: result.reading.notes.iter().map(|n| n.get(lang)).collect(),
    };
    document(Some(digest), content, Some(context))
}

fn assignment<'a>(problem: &'a Problem, plan: &Plan, at: usize) -> Vec<AssignmentView<'a>> {
    let shares = plan.shares[at].iter();
    shares
        .map(|s| AssignmentView {
            block_id: &problem.blocks[s.block].id,
            school_id: &problem.sites[s.site].id,
            share: s.part,
        })
        .collect()
}

fn boarding<'a>(problem: &'a Problem, plan: &Plan, at: usize) -> Vec<BoardingView<'a>> {
    let students = &problem.situations[at].students;
    let shares = plan.shares[at].iter();
    shares
        .filter(|s| s.boards(problem, at))
        .map(|s| BoardingView {
            block_id: &problem.blocks[s.block].id,
            school_id: &problem.sites[s.site].id,
            students: students[s.block] * s.part,
            metres: problem.travel(s.site, s.block),
        })
        .collect()
}

fn schools<'a>(result: &Layout<'a>, plan: &Plan, at: usize) -> Vec<SchoolView<'a>> {
    let problem = &result.reading.problem;
    let period = problem.situations[at].period;
    let loads = plan.loads(problem, at);
    let boarders = plan.boarders(problem, at);
    let limited = problem.rules.max_metres.is_some();
    let pieces = pieces(result, plan, at);
    let view = |(j, site): (usize, &'a junheng_plan::layout::Site)| {
        let offer = plan.offer(problem, period, j);
        SchoolView {
            school_id: &site.id,
            site_id: site.site_id.as_deref().filter(|id| *id != site.id),
            name: &site.name,
            open: offer.is_some(),
            option: offer.map(|o| o.option.as_str()).filter(|o| !o.is_empty()),
            classes: offer.and_then(|o| o.classes),
            change: change(problem, plan, period, j).id(),
            protected: site.protected,
            load: loads[j],
            load_ratio: offer
                .filter(|o| o.places > 0.0)
                .map(|o| loads[j] / o.places),
            places: offer.map(|o| o.places),
            boarders: limited.then_some(boarders[j]),
            boarding_places: offer.map(|o| o.beds).filter(|_| limited),
            pieces: pieces.as_ref().map(|p| p[j]),
            seat_price: result.outcome.seat_prices[at][j],
        }
    };
    problem.sites.iter().enumerate().map(view).collect()
}

/// In how many pieces the blocks of each school lie, where the bundle says which blocks touch.
fn pieces(result: &Layout<'_>, plan: &Plan, at: usize) -> Option<Vec<usize>> {
    let (snapshot, problem) = (result.snapshot, &result.reading.problem);
    snapshot.table(TableId::Adjacency)?;
    let find = |id: &str| {
        problem
            .blocks
            .binary_search_by(|b| b.id.as_str().cmp(id))
            .ok()
    };
    let mut touching: Vec<Vec<usize>> = vec![Vec::new(); problem.blocks.len()];
    for row in 0..snapshot.rows(TableId::Adjacency) {
        let end = |field| snapshot.text(field, row).and_then(find);
        if let (Some(a), Some(b)) = (end(Field::AdjacentA), end(Field::AdjacentB)) {
            touching[a].push(b);
            touching[b].push(a);
        }
    }
    let mut of_site: Vec<Vec<usize>> = vec![Vec::new(); problem.sites.len()];
    for share in &plan.shares[at] {
        of_site[share.site].push(share.block);
    }
    let count = |blocks: &Vec<usize>| {
        let mut left: std::collections::BTreeSet<usize> = blocks.iter().copied().collect();
        let mut pieces = 0;
        while let Some(first) = left.pop_first() {
            pieces += 1;
            let mut waiting = vec![first];
            while let Some(block) = waiting.pop() {
                let next = touching[block].iter().filter(|b| left.remove(b));
                waiting.extend(next.copied());
            }
        }
        pieces
    };
    Some(of_site.iter().map(count).collect())
}

fn periods<'a>(result: &Layout<'a>, plan: &Plan) -> Vec<PeriodView<'a>> {
    let problem = &result.reading.problem;
    let situations = problem.situations.iter().enumerate();
    situations
        .map(|(at, situation)| {
            let period = situation.period;
            PeriodView {
                period: period + 1,
                weight: situation.weight,
                year: result.year(period),
                opening_yuan: plan.yuan(problem, period),
                students: situation.students.iter().sum(),
                student_km: plan.student_km(problem, at),
                moved_students: plan.moved(problem, at),
                assignment: assignment(problem, plan, at),
                schools: schools(result, plan, at),
            }
        })
        .collect()
}

fn impact<'a>(problem: &'a Problem, plan: &Plan, at: usize) -> Vec<ImpactView<'a>> {
    displaced(problem, plan, at)
        .into_iter()
        .map(|row| ImpactView {
            block_id: &problem.blocks[row.block].id,
            block: &problem.blocks[row.block].name,
            township: &problem.blocks[row.block].township,
            students: row.students,
            from_school_id: &problem.sites[row.from].id,
            to_school_id: &problem.sites[row.to].id,
            before: row.before,
            after: row.after,
            added: row.before.map(|b| row.after - b),
        })
        .collect()
}

fn closures<'a>(result: &Layout<'a>, plan: &Plan, at: usize, lang: Lang) -> Vec<ClosureView<'a>> {
    let problem = &result.reading.problem;
    let period = problem.situations[at].period;
    let rows = displaced(problem, plan, at);
    let closing = problem.sites.iter().enumerate();
    closing
        .filter(|(j, _)| change(problem, plan, period, *j) == Change::Closes)
        .map(|(j, site)| {
            let into = merged_into(&rows, j);
            let when = closes_in(problem, plan, j);
            ClosureView {
                school_id: &site.id,
                name: &site.name,
                period: when.map(|t| t + 1),
                year: when.and_then(|t| result.year(t)),
                merged_into: into.map(|(to, ..)| problem.sites[to].id.as_str()),
                students_to_it: into.map(|i| i.1),
                students: into.map(|i| i.2),
                steps: before_closing(site)
                    .map(|s| StepView {
                        id: s.id,
                        text: lang.pick(s.zh, s.en),
                        clause: s.clause,
                        sure: s.sure.id(),
                    })
                    .collect(),
            }
        })
        .collect()
}

fn conflict(conflict: &Conflict, lang: Lang) -> ConflictView<'_> {
    ConflictView {
        code: conflict.code,
        message: conflict.message.get(lang),
        relaxation: conflict.relaxation.get(lang),
        block_ids: conflict.blocks.iter().map(String::as_str).collect(),
        school_ids: conflict.sites.iter().map(String::as_str).collect(),
    }
}

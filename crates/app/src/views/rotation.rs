//! The JSON of `plan rotation`.

use junheng_core::text::{Lang, Text};
use junheng_plan::rotation::{Itinerant, Move, Post, PostRule};
use junheng_plan::run::Proof;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::document;
use super::evaluation::{StateView, state};
use crate::Context;
use crate::commands::Rotation;

#[derive(Serialize, Deserialize)]
pub(crate) struct RotationView<'a> {
    status: &'a str,
    objective: Option<f64>,
    bound: Option<f64>,
    gap: Option<f64>,
    #[serde(borrow)]
    moves: Vec<MoveView<'a>>,
    eligible: usize,
    moved: usize,
    moved_backbone: usize,
    required: usize,
    required_backbone: usize,
    #[serde(borrow)]
    indicators: Vec<&'a str>,
    failing_before: usize,
    failing_after: usize,
    failing_bound: Option<i64>,
    starts_on: Option<String>,
    returns_on: Option<String>,
    #[serde(borrow)]
    conflicts: Vec<&'a str>,
    #[serde(borrow)]
    notes: Vec<&'a str>,
    #[serde(borrow)]
    before: StateView<'a>,
    #[serde(borrow)]
    after: StateView<'a>,
    #[serde(borrow)]
    posts: Vec<PostView<'a>>,
    #[serde(borrow)]
    post_moves: Vec<PostMoveView<'a>>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    itinerant: Option<ItinerantView<'a>>,
}

#[derive(Serialize, Deserialize)]
struct MoveView<'a> {
    teacher_id: &'a str,
    from: &'a str,
    to: &'a str,
    from_name: &'a str,
    to_name: &'a str,
    stage: &'a str,
    subject: Option<&'a str>,
    backbone: bool,
    kind: &'a str,
    commute_metres_before: Option<i64>,
    commute_metres_after: Option<i64>,
    reason: &'a str,
}

#[derive(Serialize, Deserialize)]
struct PostView<'a> {
    school_id: &'a str,
    stage: &'a str,
    posts: i64,
    students_per_staff: Option<f64>,
    staff_per_class: Option<f64>,
    staff: i64,
    staff_from_teachers: bool,
    over: i64,
}

#[derive(Serialize, Deserialize)]
struct PostMoveView<'a> {
    from: &'a str,
    to: &'a str,
    stage: &'a str,
    posts: i64,
}

#[derive(Serialize, Deserialize)]
struct ItinerantView<'a> {
    #[serde(borrow)]
    visits: Vec<VisitView<'a>>,
    #[serde(borrow)]
    lacks: Vec<LackView<'a>>,
    #[serde(borrow)]
    unknown: Vec<&'a str>,
    proven: bool,
}

#[derive(Serialize, Deserialize)]
struct VisitView<'a> {
    teacher_id: &'a str,
    from: &'a str,
    to: &'a str,
    stage: &'a str,
    subject: &'a str,
    lessons: u32,
    days: u32,
    metres: i64,
    travel_minutes: f64,
}

#[derive(Serialize, Deserialize)]
struct LackView<'a> {
    school_id: &'a str,
    stage: &'a str,
    subject: &'a str,
    lessons: u32,
    covered: u32,
}

/// `plan rotation`.
pub(crate) fn rotation(result: &Rotation<'_>, digest: &str, context: &Context) -> String {
    let lang = context.lang;
    let plan = result.plan;
    let [before, after] = result.states();
    let texts =
        |all: &'_ [Text]| -> Vec<String> { all.iter().map(|t| t.get(lang).to_owned()).collect() };
    let (conflicts, notes) = (texts(&plan.conflicts), texts(&plan.notes));
    let finite = |x: f64| x.is_finite().then_some(x);
    let proof = plan.proof;
    let sheet = result.establishment;
    let content = RotationView {
        status: plan.status.id(),
        objective: proof.map(|p| p.objective),
        bound: proof.and_then(|p| finite(p.bound)),
        gap: proof.and_then(|p| finite(Proof::gap(p))),
        moves: plan.moves.iter().map(|m| a_move(m, lang)).collect(),
        eligible: plan.eligible,
        moved: plan.moves.len(),
        moved_backbone: plan.moved_backbone(),
        required: plan.required.0,
        required_backbone: plan.required.1,
        indicators: plan.indicators.iter().map(String::as_str).collect(),
        failing_before: plan.failing.0,
        failing_after: plan.failing.1,
        failing_bound: plan.failing.2,
        starts_on: plan.term.map(|t| t.0.to_string()),
        returns_on: plan.term.map(|t| t.1.to_string()),
        conflicts: conflicts.iter().map(String::as_str).collect(),
        notes: notes.iter().map(String::as_str).collect(),
        before: state(before, result.standard, lang),
        after: state(after, result.standard, lang),
        posts: sheet.posts.iter().map(post).collect(),
        post_moves: sheet
            .moves
            .iter()
            .map(|m| PostMoveView {
                from: &sheet.posts[m.from].school_id,
                to: &sheet.posts[m.to].school_id,
                stage: sheet.posts[m.to].stage.id(),
                posts: m.posts,
            })
            .collect(),
        itinerant: result.itinerant.map(itinerant),
    };
    document(Some(digest), content, Some(context))
}

/// The same document without what speaks of a teacher's home or wishes: how she is chosen, her way to work,
/// the reason that tells of both.
pub(crate) fn impersonal(document: &[u8]) -> serde_json::Result<Vec<u8>> {
    let mut document: Value = serde_json::from_slice(document)?;
    let moves = document.get_mut("moves").and_then(Value::as_array_mut);
    for one in moves.into_iter().flatten() {
        for name in ["commute_metres_before", "commute_metres_after"] {
            one[name] = Value::Null;
        }
        for name in ["kind", "reason"] {
            one[name] = Value::from("");
        }
    }
    serde_json::to_vec(&document)
}

fn a_move(m: &Move, lang: Lang) -> MoveView<'_> {
    MoveView {
        teacher_id: &m.teacher_id,
        from: &m.from.0,
        to: &m.to.0,
        from_name: &m.from.1,
        to_name: &m.to.1,
        stage: m.stage.id(),
        subject: Some(m.subject.as_str()).filter(|s| !s.is_empty()),
        backbone: m.backbone,
        kind: m.kind.id(),
        commute_metres_before: m.commute.map(|c| c.0),
        commute_metres_after: m.commute.map(|c| c.1),
        reason: m.reason.get(lang),
    }
}

fn post(p: &Post) -> PostView<'_> {
    PostView {
        school_id: &p.school_id,
        stage: p.stage.id(),
        posts: p.posts,
        students_per_staff: match p.rule {
            PostRule::Students(n) => Some(n),
            PostRule::Classes(_) => None,
        },
        staff_per_class: match p.rule {
            PostRule::Classes(n) => Some(n),
            PostRule::Students(_) => None,
        },
        staff: p.staff,
        staff_from_teachers: p.from_teachers,
        over: p.over(),
    }
}

fn itinerant(all: &Itinerant) -> ItinerantView<'_> {
    ItinerantView {
        visits: all
            .visits
            .iter()
            .map(|v| VisitView {
                teacher_id: &v.teacher_id,
                from: &v.from,
                to: &v.to,
                stage: v.stage.id(),
                subject: &v.subject,
                lessons: v.lessons,
                days: v.days,
                metres: v.metres,
                travel_minutes: v.minutes,
            })
            .collect(),
        lacks: all
            .lacks
            .iter()
            .map(|l| LackView {
                school_id: &l.school_id,
                stage: l.stage.id(),
                subject: &l.subject,
                lessons: l.lessons,
                covered: l.covered,
            })
            .collect(),
        unknown: all.unknown.iter().map(String::as_str).collect(),
        proven: !all.unproven,
    }
}

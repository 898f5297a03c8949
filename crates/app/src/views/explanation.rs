//! The JSON of `explain` and `compare`.

use junheng_core::compare::Comparison;
use junheng_core::explain::{Explanation, Target};
use junheng_core::model::Stage;
use junheng_core::standard::Standard;
use junheng_core::text::Lang;
use junheng_core::verdict::Verdict;
use serde::{Deserialize, Serialize};

use super::evaluation::{ClauseView, clause};
use super::{Input, document};
use crate::Context;

#[derive(Serialize, Deserialize)]
struct NodeView<'a> {
    title: &'a str,
    value: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    threshold: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    formula: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    clause: Option<ClauseView<'a>>,
    cells: Vec<CellView<'a>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    notes: Vec<&'a str>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    children: Vec<NodeView<'a>>,
}

#[derive(Serialize, Deserialize)]
struct CellView<'a> {
    file: &'a str,
    #[serde(default, skip_serializing_if = "str::is_empty")]
    sheet: &'a str,
    row: Option<u32>,
    column: &'a str,
    value: &'a str,
}

fn node(e: &Explanation, lang: Lang) -> NodeView<'_> {
    NodeView {
        title: e.title.get(lang),
        value: e.value,
        threshold: e.threshold,
        verdict: e.verdict.map(Verdict::id),
        formula: e.formula.as_ref().map(|f| f.get(lang)),
        clause: e.clause.as_ref().map(clause),
        cells: e
            .cells
            .iter()
            .map(|(place, value)| CellView {
                file: &place.file,
                sheet: &place.sheet,
                row: place.row,
                column: &place.column,
                value,
            })
            .collect(),
        notes: e.notes.iter().map(|n| n.get(lang)).collect(),
        children: e.children.iter().map(|c| node(c, lang)).collect(),
    }
}

#[derive(Serialize, Deserialize)]
pub(crate) struct ExplanationView<'a> {
    standard: &'a str,
    item: &'a str,
    school_id: Option<&'a str>,
    stage: Option<&'a str>,
    explanation: NodeView<'a>,
}

/// `explain`.
pub(crate) fn explanation(
    e: &Explanation,
    standard: &Standard,
    target: Target<'_>,
    digest: &str,
    context: &Context,
) -> String {
    let content = ExplanationView {
        standard: &standard.id,
        item: target.item,
        school_id: target.school,
        stage: target.stage.map(Stage::id),
        explanation: node(e, context.lang),
    };
    document(Some(digest), content, Some(context))
}

#[derive(Serialize, Deserialize)]
pub(crate) struct ComparisonView<'a> {
    standard: &'a str,
    before: Input<'a>,
    gone_schools: Vec<&'a str>,
    new_schools: Vec<&'a str>,
    changes: Vec<ChangeView<'a>>,
    turned: Vec<TurnedView<'a>>,
}

#[derive(Serialize, Deserialize)]
struct ChangeView<'a> {
    field: &'a str,
    school_id: Option<&'a str>,
    stage: Option<&'a str>,
    from: Option<&'a str>,
    to: Option<&'a str>,
}

#[derive(Serialize, Deserialize)]
struct TurnedView<'a> {
    kind: &'a str,
    id: &'a str,
    school_id: Option<&'a str>,
    stage: Option<&'a str>,
    from: Option<&'a str>,
    to: Option<&'a str>,
    /// Indexes into `changes`.
    because: Vec<usize>,
    /// Each of them alone, taken back, restores the verdict.
    alone: bool,
}

/// `compare`; `input` is the later bundle.
pub(crate) fn comparison(
    c: &Comparison,
    standard: &Standard,
    digests: [&str; 2],
    context: &Context,
) -> String {
    let content = ComparisonView {
        standard: &standard.id,
        before: Input { sha256: digests[0] },
        gone_schools: c.gone.iter().map(String::as_str).collect(),
        new_schools: c.new.iter().map(String::as_str).collect(),
        changes: c
            .changes
            .iter()
            .map(|c| ChangeView {
                field: &c.name,
                school_id: c.school_id.as_deref(),
                stage: c.stage.map(Stage::id),
                from: c.from.as_deref(),
                to: c.to.as_deref(),
            })
            .collect(),
        turned: c
            .turned
            .iter()
            .map(|t| TurnedView {
                kind: t.kind,
                id: &t.id,
                school_id: t.school_id.as_deref(),
                stage: t.stage.map(Stage::id),
                from: t.from.map(Verdict::id),
                to: t.to.map(Verdict::id),
                because: t.because.clone(),
                alone: t.single,
            })
            .collect(),
    };
    document(Some(digests[1]), content, Some(context))
}

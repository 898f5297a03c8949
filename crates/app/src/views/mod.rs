//! JSON of the contract: own types, made from the domain's.

mod evaluation;
mod explanation;
mod forecast;
mod layout;
mod lists;
mod map;
mod nation;
mod path;
mod places;
mod rotation;
mod zones;

pub(crate) use evaluation::{EvaluationView, evaluation};
pub(crate) use explanation::{ComparisonView, ExplanationView, comparison, explanation};
pub(crate) use forecast::{ForecastView, forecast};
pub(crate) use layout::{LayoutView, layout};
pub(crate) use lists::{
    BookView, CheckView, FieldsView, StandardsView, check, fields, generated, paper, standard_book,
    standards, written,
};
pub(crate) use map::{MapView, map};
pub(crate) use nation::{generated_nation, nation};
pub(crate) use path::{PathView, path};
pub(crate) use places::{PlacesView, places};
pub(crate) use rotation::{RotationView, impersonal, rotation};
pub(crate) use zones::{ZonesView, zones};

use junheng_core::finding::Finding;
use junheng_core::text::{Lang, Text};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Context;

/// Version of the JSON documents.
const SCHEMA: u32 = 1;

#[derive(Serialize, Deserialize)]
struct Program<'a> {
    name: &'a str,
    version: &'a str,
}

#[derive(Serialize, Deserialize)]
struct Input<'a> {
    sha256: &'a str,
}

/// What every document begins with.
#[derive(Serialize, Deserialize)]
pub(crate) struct Head<'a> {
    schema: u32,
    #[serde(borrow)]
    program: Program<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    input: Option<Input<'a>>,
    /// Only where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    seconds: Option<f64>,
}

#[derive(Serialize)]
struct Document<'a, T: Serialize> {
    #[serde(flatten)]
    head: Head<'a>,
    #[serde(flatten)]
    content: T,
}

fn document<T: Serialize>(digest: Option<&str>, content: T, context: Option<&Context>) -> String {
    let head = Head {
        schema: SCHEMA,
        program: Program {
            name: "junheng",
            version: env!("CARGO_PKG_VERSION"),
        },
        input: digest.map(|sha256| Input { sha256 }),
        seconds: context
            .and_then(|c| c.began)
            .map(|began| began.elapsed().as_secs_f64()),
    };
    let document = Document { head, content };
    let mut value = serde_json::to_value(&document).unwrap_or_default();
    whole_numbers(&mut value);
    let mut text = serde_json::to_string_pretty(&value).unwrap_or_default();
    text.push('\n');
    text
}

/// Writes 400.0 as 400, so that counts are whole numbers to every reader.
fn whole_numbers(value: &mut Value) {
    /// Every whole `f64` up to here is exact.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match value {
        Value::Number(n) => {
            if let Some(x) = n
                .as_f64()
                .filter(|x| n.is_f64() && x.fract() == 0.0 && x.abs() <= EXACT)
            {
                *value = Value::from(x as i64);
            }
        }
        Value::Array(all) => all.iter_mut().for_each(whole_numbers),
        Value::Object(all) => all.values_mut().for_each(whole_numbers),
        _ => {}
    }
}

/// A finding in one language.
#[derive(Serialize, Deserialize)]
pub(crate) struct FindingView {
    pub(crate) code: String,
    pub(crate) severity: String,
    pub(crate) file: String,
    pub(crate) sheet: String,
    pub(crate) row: Option<u32>,
    pub(crate) column: String,
    pub(crate) message: String,
    pub(crate) hint: String,
}

fn finding(f: &Finding, lang: Lang) -> FindingView {
    FindingView {
        code: f.code.to_owned(),
        severity: f.severity.id().to_owned(),
        file: f.place.file.clone(),
        sheet: f.place.sheet.clone(),
        row: f.place.row,
        column: f.place.column.clone(),
        message: f.message.get(lang).to_owned(),
        hint: f.hint.get(lang).to_owned(),
    }
}

/// What `verify` saw.
pub(crate) fn verified(verified: &crate::store::Verified, context: &Context) -> String {
    document(None, verified, Some(context))
}

/// Findings as the JSON of `check` has them.
pub(crate) fn findings(all: &[Finding], lang: Lang) -> Vec<FindingView> {
    all.iter().map(|f| finding(f, lang)).collect()
}

/// The document of a command that did not do its work.
pub(crate) fn failed(
    error: &'static str,
    message: &Text,
    findings: &[Finding],
    lang: Lang,
) -> String {
    #[derive(Serialize)]
    struct Failed<'a> {
        error: &'static str,
        message: &'a str,
        findings: Vec<FindingView>,
    }
    document(
        None,
        Failed {
            error,
            message: message.get(lang),
            findings: self::findings(findings, lang),
        },
        None,
    )
}

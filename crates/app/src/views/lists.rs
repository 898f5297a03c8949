//! Findings, fields, standards, and what was generated.

use std::path::Path;

use junheng_core::finding::{Finding, Severity};
use junheng_core::model::{FACT_PREFIXES, Kind, TableId};
use junheng_core::standard::{Pack, book};
use junheng_plan::synthetic::{CountyOptions, Flaw};
use serde::{Deserialize, Serialize};

use super::{FindingView, document};
use crate::Context;
use crate::commands;

#[derive(Serialize, Deserialize)]
pub(crate) struct CheckView {
    counts: Counts,
    findings: Vec<FindingView>,
}

#[derive(Serialize, Deserialize)]
struct Counts {
    error: usize,
    explain: usize,
    note: usize,
}

/// `check`.
pub(crate) fn check(findings: &[Finding], digest: &str, context: &Context) -> String {
    let count = |s: Severity| findings.iter().filter(|f| f.severity == s).count();
    let content = CheckView {
        counts: Counts {
            error: count(Severity::Error),
            explain: count(Severity::Explain),
            note: count(Severity::Note),
        },
        findings: super::findings(findings, context.lang),
    };
    document(Some(digest), content, Some(context))
}

#[derive(Serialize, Deserialize)]
struct FieldView<'a> {
    table: &'a str,
    id: &'a str,
    title: &'a str,
    title_en: &'a str,
    unit: &'a str,
    kind: &'a str,
    filled_by: &'a str,
    form: &'a str,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    values: Vec<Value<'a>>,
}

#[derive(Serialize, Deserialize)]
struct Value<'a> {
    id: &'a str,
    title: &'a str,
    title_en: &'a str,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct FieldsView<'a> {
    #[serde(borrow)]
    tables: Vec<TableView<'a>>,
    fields: Vec<FieldView<'a>>,
    facts: Vec<Value<'a>>,
}

#[derive(Serialize, Deserialize)]
struct TableView<'a> {
    id: &'a str,
    title: &'a str,
    key: Vec<&'a str>,
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "text",
        Kind::Id => "id",
        Kind::Ref(_) => "reference",
        Kind::Ids => "ids",
        Kind::Count => "count",
        Kind::Amount => "amount",
        Kind::Yuan => "yuan",
        Kind::Number => "number",
        Kind::Share => "share",
        Kind::Flag => "flag",
        Kind::Year => "year",
        Kind::Date => "date",
        Kind::Choice(_) => "choice",
        Kind::Code(..) => "code",
        Kind::YuanOrNo => "yuan_or_no",
    }
}

/// `fields`.
pub(crate) fn fields(context: &Context) -> String {
    let value = |(id, title, title_en): &(&'static str, &'static str, &'static str)| Value {
        id,
        title,
        title_en,
    };
    let content = FieldsView {
        tables: TableId::ALL
            .iter()
            .map(|t| TableView {
                id: t.id(),
                title: t.zh(),
                key: t.key().iter().map(|f| f.id()).collect(),
            })
            .collect(),
        fields: TableId::ALL
            .iter()
            .flat_map(|t| t.fields())
            .map(|f| {
                let about = f.about();
                FieldView {
                    table: about.table.id(),
                    id: about.id,
                    title: about.zh,
                    title_en: about.en,
                    unit: about.unit,
                    kind: kind(about.kind),
                    filled_by: commands::fields::filler(about.filler, junheng_core::text::Lang::En),
                    form: about.form,
                    values: match about.kind {
                        Kind::Choice(list) => list.iter().map(value).collect(),
                        _ => Vec::new(),
                    },
                }
            })
            .collect(),
        facts: FACT_PREFIXES.iter().map(value).collect(),
    };
    document(None, content, Some(context))
}

#[derive(Serialize, Deserialize)]
struct PackView<'a> {
    id: &'a str,
    version: &'a str,
    kind: &'a str,
    title: &'a str,
    title_en: &'a str,
    document: &'a str,
    valid_from: String,
    until: Option<String>,
    checked_on: String,
    review_by: String,
    over: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    book: Option<String>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct StandardsView<'a> {
    #[serde(borrow)]
    standards: Vec<PackView<'a>>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct BookView<'a> {
    #[serde(borrow)]
    standard: PackView<'a>,
}

fn pack_view(pack: &Pack, book: Option<String>) -> PackView<'_> {
    PackView {
        id: &pack.id,
        version: &pack.version,
        kind: commands::standards::kind(pack, junheng_core::text::Lang::En),
        title: &pack.title.zh,
        title_en: &pack.title.en,
        document: &pack.document,
        valid_from: pack.valid_from.to_string(),
        until: pack.until.map(|d| d.to_string()),
        checked_on: pack.checked_on.to_string(),
        review_by: pack.review_by.to_string(),
        over: pack.over.iter().map(String::as_str).collect(),
        book,
    }
}

/// `standards`.
pub(crate) fn standards(packs: &[Pack], context: &Context) -> String {
    let content = StandardsView {
        standards: packs.iter().map(|p| pack_view(p, None)).collect(),
    };
    document(None, content, Some(context))
}

/// `standards ID`.
pub(crate) fn standard_book(pack: &Pack, context: &Context) -> String {
    let content = BookView {
        standard: pack_view(pack, Some(book(pack, context.lang))),
    };
    document(None, content, Some(context))
}

/// `generate county`.
pub(crate) fn generated(
    options: &CountyOptions,
    out: &Path,
    flaws: &[Flaw],
    context: &Context,
) -> String {
    #[derive(Serialize)]
    struct Generated<'a> {
        out: String,
        schools: usize,
        seed: u64,
        year: i16,
        synthetic: bool,
        flaws: Vec<FlawView<'a>>,
    }
    #[derive(Serialize)]
    struct FlawView<'a> {
        code: &'static str,
        table: &'static str,
        /// As Excel counts, the header being row 1.
        row: Option<usize>,
        column: Option<&'a str>,
        what: &'a str,
    }
    let content = Generated {
        out: out.display().to_string(),
        schools: options.schools,
        seed: options.seed,
        year: options.year,
        synthetic: true,
        flaws: flaws
            .iter()
            .map(|f| FlawView {
                code: f.code,
                table: f.table.id(),
                row: f.row.map(|r| r + 2),
                column: f.column.as_deref(),
                what: f.what.get(context.lang),
            })
            .collect(),
    };
    document(None, content, Some(context))
}

/// A command that writes files.
pub(crate) fn written(
    files: &[std::path::PathBuf],
    findings: &[Finding],
    context: &Context,
) -> String {
    #[derive(Serialize)]
    struct Written {
        written: Vec<String>,
        findings: Vec<FindingView>,
    }
    let content = Written {
        written: files.iter().map(|f| f.display().to_string()).collect(),
        findings: super::findings(findings, context.lang),
    };
    document(None, content, Some(context))
}

/// A paper whose figures are those of the data.
pub(crate) fn paper(evaluation: &str, standard: &str, digest: &str, context: &Context) -> String {
    #[derive(Serialize)]
    struct Paper<'a> {
        verified: bool,
        evaluation: &'a str,
        standard: &'a str,
    }
    let content = Paper {
        verified: true,
        evaluation,
        standard,
    };
    document(Some(digest), content, Some(context))
}

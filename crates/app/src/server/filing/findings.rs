//! What is doubtful about one school's form: the rules of `junheng check`, told at the questions.

use junheng_core::finding::{Finding, Severity};
use junheng_core::model::{Field, Kind, LOCALES, TableId, column_letters};
use junheng_core::text::{Lang, Text};
use junheng_intake::bundle::read_bundle;
use junheng_intake::check::check;
use junheng_intake::grid::Value;
use junheng_intake::parse::{Parsed, cell};
use serde::{Deserialize, Serialize};

use super::base::{School, Year};
use super::form::Question;
use super::{Answers, explanation};

/// A finding at a question.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Doubt {
    pub(crate) key: String,
    pub(crate) code: String,
    pub(crate) severity: String,
    pub(crate) message: String,
    pub(crate) hint: String,
    /// Where its explanation is kept.
    pub(crate) explanation: String,
    /// Whether it stands in the way of submitting.
    pub(crate) open: bool,
}

const TABLES: [TableId; 5] = [
    TableId::Schools,
    TableId::Sections,
    TableId::Classes,
    TableId::Rooms,
    TableId::Teachers,
];

/// All doubts, in the order of the form.
pub(crate) fn doubts(
    school: &School,
    year: &Year<'_>,
    questions: &[Question],
    answers: &Answers,
    lang: Lang,
) -> std::io::Result<Vec<Doubt>> {
    let (before, now, sheets) = school.bundles(year, questions, answers)?;
    let before = read_bundle(&before, &TABLES).snapshot;
    let now = read_bundle(&now, &TABLES);
    let mut found = now.findings;
    if !now.refused {
        found.extend(check(&now.snapshot, Some(&before)));
    }
    // The question whose cell a finding stands in; what stands elsewhere is not the school's to mend.
    let asked = |finding: &Finding| {
        let place = &finding.place;
        let sheet = sheets
            .iter()
            .find(|s| format!("{}.csv", s.table.id()) == place.file)?;
        let row = sheet
            .rows
            .get(usize::try_from(place.row?).ok()?.checked_sub(2)?)?;
        let at = (0..sheet.header.len())
            .find(|c| u32::try_from(c + 1).is_ok_and(|n| column_letters(n) == place.column))?;
        let stage = sheet.header.iter().position(|h| h == "stage");
        let stage = stage.and_then(|c| row.get(c)).map_or("", String::as_str);
        questions.iter().position(|q| {
            q.field.table() == sheet.table && q.field.id() == sheet.header[at] && q.stage == stage
        })
    };
    let mut doubts: Vec<(usize, Doubt)> = found
        .iter()
        .filter_map(|f| asked(f).map(|n| (n, f)))
        .filter(|(n, _)| !blank(&questions[*n], answers))
        .map(|(n, f)| {
            let told = (f.code, f.severity, &f.message, &f.hint);
            (n, doubt(&questions[n].key, told, answers, lang))
        })
        .collect();
    let message = Text::new("还没有填写", "not filled in yet");
    let hint = Text::new(
        "填写本年数值，没有就填 0；确实无法取得的，请说明原因",
        "give this year's figure, 0 for none; say why where it cannot be had",
    );
    for (n, question) in questions.iter().enumerate() {
        if blank(question, answers) {
            let told = ("blank", Severity::Explain, &message, &hint);
            doubts.push((n, doubt(&question.key, told, answers, lang)));
        }
    }
    doubts.sort_by(|(m, a), (n, b)| (m, &a.code).cmp(&(n, &b.code)));
    doubts.dedup_by(|a, b| a.0 == b.0 && a.1.code == b.1.code);
    Ok(doubts.into_iter().map(|(_, d)| d).collect())
}

/// Whether nothing is known: no answer, or one of the words for it, as `无` and `-`.
fn blank(question: &Question, answers: &Answers) -> bool {
    answers.get(&question.key).is_none_or(|answer| {
        let value = Value::Text(answer.clone());
        matches!(cell(question.field, &value, 0), (Parsed::Missing, None))
    })
}

fn doubt(
    key: &str,
    (code, severity, message, hint): (&'static str, Severity, &Text, &Text),
    answers: &Answers,
    lang: Lang,
) -> Doubt {
    let answer = answers.get(key).map_or("", String::as_str);
    let explanation = explanation(code, key, answer, &message.zh);
    let explained = answers.get(&explanation).is_some_and(|t| !t.is_empty());
    Doubt {
        key: key.to_owned(),
        code: code.to_owned(),
        severity: severity.id().to_owned(),
        message: message.get(lang).to_owned(),
        hint: hint.get(lang).to_owned(),
        open: match severity {
            Severity::Error => true,
            Severity::Explain => !explained,
            Severity::Note => false,
        },
        explanation,
    }
}

/// The values to choose from, with their names; none where anything may be written.
pub(crate) fn choices(field: Field) -> Vec<(String, &'static str, &'static str)> {
    match field.kind() {
        Kind::Choice(list) => list
            .iter()
            .map(|(id, zh, en)| ((*id).to_owned(), *zh, *en))
            .collect(),
        Kind::Flag => vec![("1".to_owned(), "是", "yes"), ("0".to_owned(), "否", "no")],
        Kind::Code(..) if field == Field::Locale => LOCALES
            .iter()
            .map(|(code, zh, en)| (code.to_string(), *zh, *en))
            .collect(),
        _ => Vec::new(),
    }
}

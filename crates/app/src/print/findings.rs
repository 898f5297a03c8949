//! Findings, file by file.

use junheng_core::finding::{Finding, Severity};
use junheng_core::text::{Lang, Text};

use super::{COLUMNS, Paint, paint};
use crate::Context;
use crate::width::wrap;

/// Findings of a check, with their counts.
pub(crate) fn check(all: &[Finding], context: &Context) -> String {
    let count = |s: Severity| all.iter().filter(|f| f.severity == s).count();
    let (errors, explain, notes) = (
        count(Severity::Error),
        count(Severity::Explain),
        count(Severity::Note),
    );
    let mut out = findings(all, context.lang, context.colour);
    let total = match context.lang {
        Lang::Zh => format!("须改正 {errors} 条，须说明 {explain} 条，提示 {notes} 条。"),
        Lang::En => format!("{errors} to be fixed, {explain} to be explained, {notes} notes."),
    };
    if all.is_empty() {
        out.push_str(context.lang.pick("没有发现问题。\n", "No findings.\n"));
    } else {
        out.push('\n');
        out.push_str(&total);
        out.push('\n');
    }
    out
}

/// Findings whose hints send people to the list of fields.
const OF_FIELDS: [&str; 4] = [
    "no_header",
    "unknown_column",
    "unknown_key",
    "mapping_invalid",
];

/// Findings under the file and sheet they stand in.
pub(crate) fn findings(all: &[Finding], lang: Lang, colour: bool) -> String {
    let mut out = String::new();
    let mut last: Option<(&str, &str)> = None;
    // Each file once, where it comes first: reading and checking both have something to say of it.
    let place = |f: &'_ Finding| (f.place.file.clone(), f.place.sheet.clone());
    let mut places: Vec<_> = Vec::new();
    for f in all {
        if !places.contains(&place(f)) {
            places.push(place(f));
        }
    }
    let mut sorted: Vec<&Finding> = all.iter().collect();
    sorted.sort_by_key(|f| places.iter().position(|p| *p == place(f)));
    for f in sorted {
        let place = (f.place.file.as_str(), f.place.sheet.as_str());
        if last != Some(place) {
            let name = match place {
                ("", _) => lang.pick("全部数据", "the input as a whole").to_owned(),
                (file, "") => file.to_owned(),
                (file, sheet) => format!("{file} · {sheet}"),
            };
            out.push('\n');
            out.push_str(&paint(&name, Paint::Bold, colour));
            out.push('\n');
            last = Some(place);
        }
        out.push_str(&line(f, lang, colour));
    }
    if all.iter().any(|f| OF_FIELDS.contains(&f.code)) {
        let list = lang.pick(
            "字段表：junheng fields",
            "The list of fields: junheng fields",
        );
        for part in ["\n", list, "\n"] {
            out.push_str(part);
        }
    }
    out.trim_start_matches('\n').to_owned()
}

fn line(f: &Finding, lang: Lang, colour: bool) -> String {
    let (sign, tint) = match f.severity {
        Severity::Error => ("✗", Paint::Red),
        Severity::Explain => ("△", Paint::Amber),
        Severity::Note => ("·", Paint::Grey),
    };
    let at = match (&f.place.row, f.place.column.as_str()) {
        (Some(row), column) if !column.is_empty() => format!("{column}{row} "),
        (Some(row), _) => match lang {
            Lang::Zh => format!("第{row}行 "),
            Lang::En => format!("row {row} "),
        },
        (None, column) if !column.is_empty() => match lang {
            Lang::Zh => format!("{column}列 "),
            Lang::En => format!("column {column} "),
        },
        _ => String::new(),
    };
    let message = wrap(&format!("  {sign} {at}{}", f.message.get(lang)), COLUMNS, 4);
    let message = message.replacen(sign, &paint(sign, tint, colour), 1);
    let hint = f.hint.get(lang);
    if hint.is_empty() {
        return format!("{message}\n");
    }
    let hint = wrap(&format!("    → {hint}"), COLUMNS, 6);
    format!("{message}\n{}\n", paint(&hint, Paint::Grey, colour))
}

/// Why the input as a whole was refused; the findings stand above it on a terminal, below it on a page.
pub(crate) fn refusal(all: &[Finding]) -> Text {
    let errors = all.iter().filter(|f| f.severity == Severity::Error).count();
    Text::new(
        format!("数据不可用，没有写入任何内容；请先改正 {errors} 条“须改正”的问题。"),
        format!(
            "The input is unusable and nothing was written; first mend what must be mended ({errors})."
        ),
    )
}

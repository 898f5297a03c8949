//! The value of one cell: what was meant, or why it cannot be told.

use std::borrow::Cow;

use junheng_core::finding::Severity;
use junheng_core::model::{Field, Kind};
use junheng_core::text::Text;

use crate::grid::Value;
use crate::header::narrow;
use crate::log::quoted;
use crate::number::{Decimal, day, measured, month, year};
use crate::words::{choice, code, flag, is_blank};

/// A cell as a value of its field.
#[derive(Debug, Clone, PartialEq)]
pub enum Parsed {
    /// Nothing is known.
    Missing,
    /// A number.
    Number(f64),
    /// A text, an identifier, a code or a date.
    Text(String),
}

/// What is wrong with a cell; the place is the caller's.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// Stable code.
    pub code: &'static str,
    /// How it is dealt with.
    pub severity: Severity,
    /// What is wrong.
    pub message: Text,
    /// What to do.
    pub hint: Text,
}

/// What makes a value unusable: code, what it is in both languages, what to do in both.
const COMPLAINTS: &[(&str, &str, &str, &str, &str)] = &[
    (
        "cell_error",
        "是公式错误",
        "is a formula error",
        "改正公式或直接填数值",
        "Mend the formula or write the value itself",
    ),
    (
        "formula_without_result",
        "是公式，文件里没有存下结果",
        "is a formula whose result the file does not hold",
        "用 Excel 或 WPS 打开并保存一次，或直接填数值",
        "Open and save it once in a spreadsheet program, or write the value itself",
    ),
    (
        "unknown_choice",
        "不在可选项之中",
        "is none of the choices",
        "可填",
        "Choose from",
    ),
    (
        "out_of_range",
        "超出代码范围",
        "is outside the code list",
        "按代码表填写",
        "Use the code list",
    ),
    (
        "unknown_code",
        "不是有效代码或名称",
        "is no known code or name",
        "按代码表填写，如 211、小学",
        "Use the code list: 211, 小学",
    ),
    (
        "negative",
        "是负数",
        "is negative",
        "核对后改正",
        "Check and correct it",
    ),
    (
        "not_whole",
        "不是整数",
        "is no whole number",
        "填整数",
        "Write a whole number",
    ),
    (
        "share_over_one",
        "大于 1",
        "is more than 1",
        "填 0 至 1 的小数，或带百分号，如 85%",
        "Write a decimal from 0 to 1, or with a percent sign: 85%",
    ),
    (
        "not_a_date",
        "不是日期",
        "is no date",
        "写成 2025-09-01",
        "Write it as 2025-09-01",
    ),
    (
        "not_a_year",
        "不是四位年份",
        "is no four-digit year",
        "写成 2025",
        "Write it as 2025",
    ),
    (
        "not_a_flag",
        "不是“是”或“否”",
        "is neither yes nor no",
        "填 1 或 0、是或否",
        "Write 1 or 0",
    ),
    (
        "not_a_number",
        "不是数字",
        "is no number",
        "只填数字；没有数据就留空，确为零才填 0",
        "Write a number only; leave unknown blank, 0 only for a true zero",
    ),
];

/// Choices that are open: what the list lacks is another one, and is kept as written.
const OPEN: &[Field] = &[
    Field::TeacherSubject,
    Field::TeacherDegree,
    Field::TeacherTitle,
];

/// The finding about a word that an open list lacks; one for each word is enough.
pub(crate) const UNKNOWN_WORD: &str = "unknown_word";

/// Reads a cell as a value of `field`; `shift` is the decimal places its header adds.
#[must_use]
pub fn cell(field: Field, value: &Value, shift: i32) -> (Parsed, Option<Problem>) {
    match read(field, value, shift) {
        Ok(parsed) => {
            let doubt = doubt(field, value, &parsed);
            (parsed, doubt)
        }
        Err(code) => (Parsed::Missing, Some(complaint(field, value, code))),
    }
}

fn complaint(field: Field, value: &Value, code: &'static str) -> Problem {
    let known = COMPLAINTS.iter().find(|(c, ..)| *c == code).copied();
    let (_, zh, en, hint_zh, hint_en) = known.unwrap_or((code, "", "", "", ""));
    let (title, shown) = (title(field), quoted(&written(value)));
    let mut hint = (hint_zh.to_owned(), hint_en.to_owned());
    if let Kind::Choice(options) = field.kind() {
        let zh: Vec<&str> = options.iter().map(|(_, zh, _)| *zh).collect();
        let en: Vec<&str> = options.iter().map(|(code, ..)| *code).collect();
        hint = (
            format!("可填：{}", zh.join("、")),
            format!("Choose from: {}", en.join(", ")),
        );
    }
    problem(
        code,
        format!("{}“{shown}”{zh}，按缺失处理", title.zh),
        format!("{} “{shown}” {en} and counts as missing", title.en),
        (&hint.0, &hint.1),
    )
}

/// The value, or the code of the complaint.
fn read(field: Field, value: &Value, shift: i32) -> Result<Parsed, &'static str> {
    let kind = field.kind();
    match value {
        Value::Empty => return Ok(Parsed::Missing),
        _ if value.is_unstored() => return Err("formula_without_result"),
        Value::Text(e) | Value::Error(e) if is_error(value, e) => return Err("cell_error"),
        Value::Number(n)
            if matches!(
                kind,
                Kind::Count | Kind::Amount | Kind::Yuan | Kind::Number | Kind::Share
            ) =>
        {
            let exact = if shift == 0 {
                Some(*n)
            } else {
                Decimal::of(*n).map(|d| d.shifted(shift))
            };
            return in_range(kind, exact).map(Parsed::Number);
        }
        Value::Bool(_) if kind.is_number() && kind != Kind::Flag => return Err("not_a_number"),
        _ => {}
    }
    let written = written(value);
    // Most numbers are plain digits.
    if matches!(
        kind,
        Kind::Count | Kind::Amount | Kind::Yuan | Kind::Number | Kind::Share
    ) && let Some(number) = Decimal::read(&written)
    {
        return in_range(kind, Some(number.shifted(shift))).map(Parsed::Number);
    }
    let narrow = narrow(&written);
    let text = narrow.trim();
    if let Kind::Choice(options) = kind
        && let Some(code) = choice(options, text)
    {
        return Ok(Parsed::Text(code.to_owned()));
    }
    let lower = text.to_ascii_lowercase();
    // What a forecast calls all grades of a stage is a blank grade.
    let whole_stage =
        field == Field::AdjustedGrade && ["all", "全部", "合计"].contains(&lower.as_str());
    if is_blank(text) || whole_stage {
        return Ok(Parsed::Missing);
    }
    match kind {
        Kind::Text => Ok(match one_line(&written) {
            line if line.is_empty() => Parsed::Missing,
            line => Parsed::Text(line),
        }),
        Kind::Id | Kind::Ref(_) => Ok(Parsed::Text(identifier(text))),
        Kind::Ids => {
            let ids = text
                .split([';', ',', '、', '\n'])
                .map(identifier)
                .filter(|t| !t.is_empty());
            Ok(Parsed::Text(ids.collect::<Vec<_>>().join(";")))
        }
        Kind::Choice(_) if OPEN.contains(&field) => Ok(Parsed::Text(one_line(&written))),
        Kind::Choice(_) => Err("unknown_choice"),
        Kind::Flag => flag(&lower).map(Parsed::Number).ok_or("not_a_flag"),
        Kind::Date => day(value, text).map(Parsed::Text).ok_or("not_a_date"),
        Kind::Year => year(text).map(Parsed::Number).ok_or("not_a_year"),
        Kind::Code(low, high) => match code(field, text) {
            Some(code) if (low..=high).contains(&code) => Ok(Parsed::Number(f64::from(code))),
            Some(_) => Err("out_of_range"),
            None => Err("unknown_code"),
        },
        Kind::YuanOrNo if ["no", "否", "不许", "不允许", "禁止"].contains(&lower.as_str()) => {
            Ok(Parsed::Text("no".to_owned()))
        }
        Kind::Count | Kind::Amount | Kind::Yuan | Kind::Number | Kind::Share | Kind::YuanOrNo => {
            let number = measured(field, text, shift).map(|(d, places)| d.shifted(places));
            let number = in_range(kind, number)?;
            Ok(if kind == Kind::YuanOrNo {
                Parsed::Text(number.to_string())
            } else {
                Parsed::Number(number)
            })
        }
    }
}

fn in_range(kind: Kind, number: Option<f64>) -> Result<f64, &'static str> {
    match number.filter(|n| n.is_finite()) {
        None => Err("not_a_number"),
        Some(n) if n < 0.0 && kind != Kind::Number => Err("negative"),
        Some(n) if n.fract() != 0.0 && kind == Kind::Count => Err("not_whole"),
        Some(n) if n > 1.0 && kind == Kind::Share => Err("share_over_one"),
        Some(n) => Ok(n + 0.0), // -0 is 0
    }
}

/// A value that is kept though something about it may be wrong.
fn doubt(field: Field, value: &Value, parsed: &Parsed) -> Option<Problem> {
    if let (Kind::Date, Value::Text(written), Parsed::Text(day)) = (field.kind(), value, parsed)
        && month(&narrow(written)).is_some()
    {
        return Some(Problem {
            severity: Severity::Note,
            ..problem(
                "day_assumed",
                format!(
                    "{}“{}”没有日，按 {day} 处理",
                    title(field).zh,
                    quoted(written)
                ),
                format!(
                    "{} “{}” names no day and is taken as {day}",
                    title(field).en,
                    quoted(written)
                ),
                ("需要精确到日时请补全", "Write the day where it matters"),
            )
        });
    }
    let Parsed::Text(id) = parsed else {
        return None;
    };
    if let Kind::Choice(options) = field.kind()
        && options.iter().all(|(code, ..)| code != id)
    {
        return Some(unknown_word(field, id, options));
    }
    if !matches!(field.kind(), Kind::Id | Kind::Ref(_)) {
        return None;
    }
    match value {
        Value::Number(n) if n.abs() >= 1e15 => Some(Problem {
            severity: Severity::Explain,
            ..problem(
                "long_id_as_number",
                format!("编号 {id} 存成了数字，Excel 只保留 15 位有效数字，后几位可能已变成 0"),
                format!(
                    "The identifier {id} is stored as a number; Excel keeps 15 digits, the last ones may have become 0"
                ),
                (
                    "把该列设为文本格式后重新录入",
                    "Format the column as text and enter it again",
                ),
            )
        }),
        Value::Date(d) => Some(Problem {
            severity: Severity::Explain,
            ..problem(
                "id_as_date",
                format!("编号被 Excel 改成了日期 {}", quoted(d)),
                format!(
                    "Excel has turned the identifier into the date {}",
                    quoted(d)
                ),
                (
                    "把该列设为文本格式后重新录入",
                    "Format the column as text and enter it again",
                ),
            )
        }),
        Value::Text(t)
            if t.contains(['E', 'e']) && t.contains('+') && Decimal::read(t.trim()).is_some() =>
        {
            Some(problem(
                "id_in_scientific_notation",
                format!("编号“{}”是科学计数法，后几位已丢失", quoted(t)),
                format!(
                    "The identifier “{}” is in scientific notation; its last digits are lost",
                    quoted(t)
                ),
                (
                    "从原表以文本格式重新导出",
                    "Export it again from the source as text",
                ),
            ))
        }
        _ => None,
    }
}

/// A word of an open list that the list lacks: kept, so that nothing is lost.
fn unknown_word(field: Field, word: &str, options: &[(&str, &str, &str)]) -> Problem {
    let zh: Vec<&str> = options.iter().map(|(_, zh, _)| *zh).collect();
    let en: Vec<&str> = options.iter().map(|(code, ..)| *code).collect();
    let (title, word) = (title(field), quoted(word));
    Problem {
        severity: Severity::Explain,
        ..problem(
            UNKNOWN_WORD,
            format!(
                "{}“{word}”不在可选项之中，按原文保留，不计入任何一项",
                title.zh
            ),
            format!(
                "{} “{word}” is none of the choices; it is kept as written and counts as none of them",
                title.en
            ),
            (
                &format!("如属其中一项，请改为：{}；否则说明即可", zh.join("、")),
                &format!(
                    "If it is one of them, write that: {}; else explain it",
                    en.join(", ")
                ),
            ),
        )
    }
}

/// A formula error, also one that a text file carries as text.
fn is_error(value: &Value, text: &str) -> bool {
    let known = [
        "#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A",
    ];
    matches!(value, Value::Error(_)) || known.contains(&text.trim())
}

fn written(value: &Value) -> Cow<'_, str> {
    match value {
        Value::Number(n) => Cow::Owned(n.to_string()),
        Value::Text(t) | Value::Date(t) | Value::Error(t) => Cow::Borrowed(t.trim()),
        Value::Bool(b) => Cow::Borrowed(if *b { "TRUE" } else { "FALSE" }),
        Value::Empty => Cow::Borrowed(""),
    }
}

/// The text without line breaks, repeated blanks, and what nobody sees: control characters and marks that
/// turn the direction of writing.
fn one_line(text: &str) -> String {
    let unseen =
        |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if !text.contains(|c: char| c.is_whitespace() || unseen(c)) {
        return text.to_owned();
    }
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.replace(unseen, "")
}

/// An identifier as others refer to it: half-width, no blanks, no marks of a spreadsheet.
#[must_use]
pub fn identifier(text: &str) -> String {
    if text.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return text.to_owned();
    }
    let id: String = narrow(text)
        .chars()
        .filter(|c| !c.is_whitespace() && !c.is_control())
        .collect();
    let id = id
        .strip_prefix("=\"")
        .and_then(|t| t.strip_suffix('"'))
        .unwrap_or(&id);
    let id = id.strip_prefix('\'').unwrap_or(id);
    match id.strip_suffix(".0") {
        Some(digits) if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) => {
            digits.to_owned()
        }
        _ => id.to_owned(),
    }
}

fn title(field: Field) -> Text {
    Text::new(field.about().zh, field.about().en)
}

fn problem(code: &'static str, zh: String, en: String, hint: (&str, &str)) -> Problem {
    Problem {
        code,
        severity: Severity::Error,
        message: Text::new(zh, en),
        hint: Text::new(hint.0, hint.1),
    }
}

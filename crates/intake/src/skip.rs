//! Rows of a table that are no records: totals, remarks, the example, repeated headers.

use std::collections::BTreeMap;

use junheng_core::text::Text;

use crate::grid::{Grid, Value};
use crate::header::{field_of, narrow, normal};
use crate::layout::Header;
use crate::log::{Log, Spot, note, one_based};

/// Words that make a row a total, alone or at the end: 小学合计, 县平均.
const TOTALS: &[&str] = &[
    "合计",
    "总计",
    "小计",
    "共计",
    "总和",
    "平均",
    "平均值",
    "平均数",
    "均值",
];
/// Characters of such a label; a name is longer.
const TOTAL_LONGEST: usize = 6;
/// Beginnings of rows that are remarks on the table.
const NOTES: &[&str] = &[
    "注",
    "备注",
    "说明",
    "填表",
    "填报",
    "审核",
    "单位负责人",
    "负责人",
    "制表",
    "统计负责人",
    "联系电话",
    "报出日期",
];

/// Why a row is no record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Skip {
    Total,
    Note,
    Example,
    Header,
}

/// Whether a text makes its row a total: 合 计, 全县合计, Total.
pub(crate) fn is_total(text: &str) -> bool {
    // Most cells are identifiers.
    if text.is_ascii() {
        let word = text.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        return word.eq_ignore_ascii_case("total");
    }
    let text = normal(text);
    let short = text.chars().count() <= TOTAL_LONGEST;
    short && TOTALS.iter().any(|word| text.ends_with(word))
}

/// Why a row is skipped; `None` for a record.
pub(crate) fn skip(grid: &Grid, header: &Header, row: usize) -> Option<Skip> {
    let cells = grid.rows.get(row)?;
    let mut texts = cells.iter().filter_map(|v| match v {
        Value::Text(t) => Some(narrow(t)),
        _ => None,
    });
    let filled = cells.iter().filter(|v| **v != Value::Empty).count();
    let first = texts.next()?;
    let first = first.trim();
    if first.starts_with('例') {
        return Some(Skip::Example);
    }
    let labels = cells.iter().take(3).filter_map(|v| {
        if let Value::Text(t) = v {
            Some(t)
        } else {
            None
        }
    });
    if labels.into_iter().any(|t| is_total(t)) {
        return Some(Skip::Total);
    }
    let lead = NOTES.iter().find(|w| first.starts_with(*w));
    let marked = lead.is_some_and(|w| {
        let rest = first.get(w.len()..).unwrap_or_default();
        rest.is_empty() || rest.contains(':')
    });
    if marked && filled <= 3.max(cells.len() / 2) {
        return Some(Skip::Note);
    }
    if filled == 1 && header.columns.len() > 2 && first.chars().count() > 15 && !first.is_ascii() {
        return Some(Skip::Note);
    }
    if row <= header.row + 2 && filled >= 3 && numbers_columns(cells) {
        return Some(Skip::Header);
    }
    // A second header, perhaps in the other language, stands right under the first.
    if row <= header.row + 2 && names_columns(cells, header) {
        return Some(Skip::Header);
    }
    let same = cells.iter().enumerate().filter(|(column, value)| {
        let (Value::Text(text), Some(label)) = (value, header.labels.get(column)) else {
            return false;
        };
        // Labels have no white space.
        text == label
            || (text.contains(char::is_whitespace) && value.as_label().as_ref() == Some(label))
    });
    if filled >= 2 && same.count() * 2 > header.columns.len() {
        return Some(Skip::Header);
    }
    None
}

/// Whether most columns are named again, by whatever name.
fn names_columns(cells: &[Value], header: &Header) -> bool {
    let again = header.columns.iter().filter(|(column, field, _)| {
        let label = cells.get(*column).and_then(Value::as_label);
        label.is_some_and(|l| field_of(field.table(), &l).is_some_and(|(f, _)| f == *field))
    });
    header.columns.len() > 1 && again.count() * 2 > header.columns.len()
}

/// The row under a header of official forms that numbers the columns: 甲 乙 1 2 3.
fn numbers_columns(cells: &[Value]) -> bool {
    let labels: Vec<String> = cells.iter().filter_map(Value::as_label).collect();
    let stems = ["甲", "乙", "丙", "丁", "戊"];
    let lettered = labels.iter().zip(stems).take_while(|(l, s)| l == s).count();
    lettered > 0
        && labels
            .iter()
            .skip(lettered)
            .zip(1..)
            .all(|(l, n)| *l == n.to_string())
}

/// One finding for each kind of skipped rows.
pub(crate) fn report(skipped: &BTreeMap<Skip, Vec<usize>>, spot: Spot<'_>, log: &mut Log) {
    let mut skipped: Vec<_> = skipped.iter().collect();
    skipped.sort_by_key(|(_, rows)| rows.first());
    for (skip, rows) in skipped {
        let (code, zh, en) = match skip {
            Skip::Total => ("total_row_skipped", "合计、平均行", "total or mean"),
            Skip::Note => ("note_row_skipped", "说明行", "remark"),
            Skip::Example => ("example_row_skipped", "示例行", "example"),
            Skip::Header => ("header_row_skipped", "重复的表头", "repeated header"),
        };
        let list: Vec<String> = rows
            .iter()
            .take(10)
            .map(|r| one_based(*r).to_string())
            .collect();
        let (list, more) = (list.join("、"), if rows.len() > 10 { "……" } else { "" });
        let place = rows.first().map_or_else(|| spot.whole(), |r| spot.row(*r));
        log.add(note(
            code,
            place,
            Text::new(
                format!("跳过了{zh}（第 {list}{more} 行）"),
                format!("Skipped as {en}: row {}{more}", list.replace('、', ", ")),
            ),
            Text::new(
                "如是数据行，请改正首列后重新检查",
                "If it is a record, correct its first cell and check again",
            ),
        ));
    }
}

//! Rows of a table that are no records: totals, remarks, the example, repeated headers.

use std::collections::BTreeMap;

use junheng_core::text::Text;

use crate::grid::{Grid, Value};
use crate::header::{narrow, normal};
use crate::layout::Header;
use crate::log::{Log, Spot, note, one_based};

/// Words that make a row a total.
const TOTALS: &[&str] = &["合计", "总计", "小计", "共计", "总和", "total"];
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

/// Why a row is skipped; `None` for a record.
pub(crate) fn skip(grid: &Grid, header: &Header, row: usize) -> Option<Skip> {
    let cells = grid.rows.get(row)?;
    let mut texts = cells.iter().filter_map(|v| match v {
        Value::Text(t) => Some(narrow(t).trim().to_owned()),
        _ => None,
    });
    let filled = cells.iter().filter(|v| **v != Value::Empty).count();
    let first = texts.next()?;
    if first.starts_with('例') {
        return Some(Skip::Example);
    }
    let total = |t: &str| {
        let t = normal(t);
        TOTALS.contains(&t.as_str())
            || (t.starts_with(['全', '本'])
                && t.chars().count() <= 6
                && TOTALS.iter().any(|w| t.ends_with(w)))
    };
    let labels = cells.iter().take(3).filter_map(|v| {
        if let Value::Text(t) = v {
            Some(t)
        } else {
            None
        }
    });
    if labels.into_iter().any(|t| total(t)) {
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
    let same = cells.iter().enumerate().filter(|(column, value)| {
        matches!(value, Value::Text(_)) && value.as_label().as_ref() == header.labels.get(column)
    });
    if filled >= 2 && same.count() * 2 > header.columns.len() {
        return Some(Skip::Header);
    }
    None
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
            Skip::Total => ("total_row_skipped", "合计行", "total"),
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

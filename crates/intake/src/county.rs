//! The county: keys and values, or one wide row.

use std::collections::BTreeMap;

use junheng_core::finding::Finding;
use junheng_core::model::{Cell, FACT_PREFIXES, Fact, Field, Table, TableId};
use junheng_core::text::Text;

use crate::grid::{Grid, Value};
use crate::header::{self, narrow, normal};
use crate::log::{Log, Spot, error, note, one_based, quoted};
use crate::number::Decimal;
use crate::parse::{self, Parsed};
use crate::table;
use crate::words::is_blank;

/// Headers of the column of keys, the surest first.
const KEYS: &[&str] = &[
    "key",
    "键",
    "字段",
    "标识",
    "项目",
    "指标",
    "名称",
    "项目名称",
];
/// Headers of the column of values.
const VALUES: &[&str] = &["value", "值", "数值", "填报值", "填写", "内容", "数据"];
/// Headers of the column of units.
const UNITS: &[&str] = &["unit", "单位", "计量单位"];

/// The county's table and the facts whose keys come from a standard.
pub(crate) type County = (Table, BTreeMap<String, Fact>);

/// Reads the county; `None` where the sheet holds none.
pub(crate) fn read(grid: &Grid, source: u16, log: &mut Log) -> Option<County> {
    match columns(grid) {
        Some(columns) => Some(read_keys(grid, columns, source, log)),
        None => {
            let mut table = table::read(TableId::County, grid, source, log)?;
            if table.rows() == 0 {
                table.push_row();
            }
            Some((table, BTreeMap::new()))
        }
    }
}

/// Where keys and values stand: row of the header, columns of key, value and unit.
#[derive(Clone, Copy)]
struct Columns {
    first_row: usize,
    key: usize,
    value: usize,
    unit: Option<usize>,
}

fn columns(grid: &Grid) -> Option<Columns> {
    for row in 0..grid.rows.len().min(15) {
        let labels: Vec<String> = grid.rows.get(row)?.iter().map(label).collect();
        let find = |names: &[&str]| {
            names
                .iter()
                .find_map(|n| labels.iter().position(|l| l == n))
        };
        if let (Some(key), Some(value)) = (find(KEYS), find(VALUES)) {
            return Some(Columns {
                first_row: row + 1,
                key,
                value,
                unit: find(UNITS),
            });
        }
    }
    // Without a header: known keys in the first column.
    let known = grid.rows.iter().take(30).filter(|r| {
        r.first().is_some_and(|v| {
            v.as_label()
                .is_some_and(|l| header::field_of(TableId::County, &l).is_some())
        })
    });
    (known.count() >= 3).then_some(Columns {
        first_row: 0,
        key: 0,
        value: 1,
        unit: None,
    })
}

fn label(value: &Value) -> String {
    value.as_label().map_or(String::new(), |l| normal(&l))
}

fn read_keys(grid: &Grid, columns: Columns, source: u16, log: &mut Log) -> County {
    let spot = Spot {
        file: &grid.file,
        sheet: &grid.sheet,
    };
    let mut table = Table::new();
    table.push_row();
    let mut facts = BTreeMap::new();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for row in columns.first_row..grid.rows.len() {
        let value = grid.at(row, columns.value);
        let Some(key) = grid.at(row, columns.key).as_label() else {
            if *value != Value::Empty {
                log.add(error(
                    "blank_key",
                    spot.row(row),
                    Text::new(
                        "有值而没有项目名，未采用",
                        "There is a value without a key; it is not used",
                    ),
                    Text::new("补上项目名", "Write its key"),
                ));
            }
            continue;
        };
        let field = header::field_of(TableId::County, &key);
        let fact = fact_key(&key);
        let name = match (field, &fact) {
            (Some((field, _)), _) => field.id().to_owned(),
            (None, Some(fact)) => fact.clone(),
            (None, None) => {
                if *value != Value::Empty || !is_heading(grid, row) {
                    log.add(unknown_key(&key, spot, row, columns.key));
                }
                continue;
            }
        };
        if let Some(first) = seen.insert(name, row) {
            log.refuse(error(
                "duplicate_key",
                spot.row(row),
                Text::new(
                    format!(
                        "县情表的“{}”重复，第一次在第 {} 行",
                        quoted(&key),
                        one_based(first)
                    ),
                    format!(
                        "“{}” stands twice in county, first in row {}",
                        quoted(&key),
                        one_based(first)
                    ),
                ),
                Text::new("删去或改正其中一行", "Delete or correct one of the rows"),
            ));
            continue;
        }
        let cell = Some(Cell {
            source,
            row: one_based(row),
            column: one_based(columns.value),
        });
        let place = spot.cell(row, columns.value);
        if let Some((field, shift)) = field {
            let unit = columns.unit.and_then(|c| grid.at(row, c).as_label());
            let more = unit
                .and_then(|u| header::unit(&u))
                .map_or(0, |(_, places)| places);
            table.add_column(field);
            let (parsed, problem) =
                parse::cell(field, value, if shift == 0 { more } else { shift });
            if let Some(p) = problem {
                log.add(Finding {
                    code: p.code,
                    severity: p.severity,
                    place,
                    message: p.message,
                    hint: p.hint,
                });
            }
            match parsed {
                Parsed::Missing => {}
                Parsed::Number(n) => table.set_number(field, 0, n, cell),
                Parsed::Text(t) => table.set_text(field, 0, tidy(field, t), cell),
            }
        } else if let Some(key) = fact {
            match fact_value(&key, value) {
                Ok(None) => {}
                Ok(Some(value)) => {
                    facts.insert(key, Fact { value, cell });
                }
                Err((message, hint)) => log.add(error("unusable_fact", place, message, hint)),
            }
        }
    }
    (table, facts)
}

/// A row that only groups others: nothing but its first cell, or a remark.
fn is_heading(grid: &Grid, row: usize) -> bool {
    grid.rows
        .get(row)
        .is_some_and(|r| r.iter().filter(|v| **v != Value::Empty).count() <= 1)
}

fn unknown_key(key: &str, spot: Spot<'_>, row: usize, column: usize) -> Finding {
    note(
        "unknown_key",
        spot.cell(row, column),
        Text::new(
            format!("不认识县情项目“{}”，未采用", quoted(key)),
            format!("The county key “{}” is unknown and not used", quoted(key)),
        ),
        Text::new("改用字段表中的名称", "Use the name in the list of fields"),
    )
}

/// The key of a fact: its family in lower case, the id of the standard as written.
fn fact_key(key: &str) -> Option<String> {
    let key = narrow(key);
    FACT_PREFIXES.iter().find_map(|(prefix, ..)| {
        let head = key.get(..prefix.len())?;
        let item = key.get(prefix.len()..)?.trim();
        let sound = !item.is_empty()
            && item
                .chars()
                .all(|c| c.is_alphanumeric() || "_.-".contains(c));
        (head.eq_ignore_ascii_case(prefix) && sound).then(|| format!("{prefix}{item}"))
    })
}

fn fact_value(key: &str, value: &Value) -> Result<Option<String>, (Text, Text)> {
    let Some(label) = value.as_label() else {
        return Ok(None);
    };
    let shown = quoted(&label);
    let text = narrow(&label).to_lowercase();
    if is_blank(&text) {
        return Ok(None);
    }
    if key.starts_with("attest_") {
        return match text.as_str() {
            "met" | "达到" | "达标" | "是" | "yes" | "true" | "1" | "√" | "合格" | "符合" => {
                Ok(Some("met".to_owned()))
            }
            "not_met" | "notmet" | "未达到" | "未达标" | "否" | "no" | "false" | "0" | "×"
            | "不合格" | "不符合" => Ok(Some("not_met".to_owned())),
            _ => Err((
                Text::new(
                    format!("{key} 的“{shown}”看不懂，按缺失处理"),
                    format!("“{shown}” of {key} is not understood and counts as missing"),
                ),
                Text::new("填 met（达到）或 not_met（未达到）", "Write met or not_met"),
            )),
        };
    }
    match Decimal::read(text.strip_suffix('分').unwrap_or(&text)) {
        Some(points) => Ok(Some(points.shifted(0).to_string())),
        None => Err((
            Text::new(
                format!("{key} 的“{shown}”不是数字，按缺失处理"),
                format!("“{shown}” of {key} is no number and counts as missing"),
            ),
            Text::new("填得分", "Write the points"),
        )),
    }
}

/// The school year in the one form the program reads: `2025-2026`.
fn tidy(field: Field, text: String) -> String {
    if field != Field::SchoolYear {
        return text;
    }
    let short = narrow(&text).replace(['~', '至', '/'], "-");
    let short: String = short
        .chars()
        .filter(|c| c.is_ascii_digit() || *c == '-')
        .collect();
    let years: Vec<&str> = short.split('-').filter(|t| !t.is_empty()).collect();
    match years.as_slice() {
        [a, b] if a.len() == 4 && b.len() == 4 => format!("{a}-{b}"),
        _ => text,
    }
}

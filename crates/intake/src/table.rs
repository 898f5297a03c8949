//! A grid as a table of the bundle.

use std::collections::{BTreeMap, BTreeSet};

use junheng_core::model::{Cell, Field, Kind, Table, TableId, column_letters};
use junheng_core::text::Text;

use crate::grid::{Grid, Value};
use crate::layout::{self, Header};
use crate::log::{Log, Spot, error, note, one_based, quoted};
use crate::parse::{self, Parsed, Problem};
use crate::skip::{self, Skip};

/// Key fields that may be blank: a site of one size has no option, a price may hold for all stages.
const OPTIONAL_KEYS: &[Field] = &[Field::SiteOption, Field::CostStage];

/// Reads a table; `None` where the sheet holds none.
pub(crate) fn read(id: TableId, grid: &Grid, source: u16, log: &mut Log) -> Option<Table> {
    let spot = Spot {
        file: &grid.file,
        sheet: &grid.sheet,
    };
    if grid.rows.iter().flatten().all(|v| *v == Value::Empty) {
        log.add(note(
            "empty_table",
            spot.whole(),
            Text::new(
                format!("{}表是空的", id.zh()),
                format!("The table {} is empty", id.id()),
            ),
            Text::new(
                "没有数据可以不交这张表",
                "Leave the table out if there is no data",
            ),
        ));
        return None;
    }
    let Some(header) = layout::find(id, grid) else {
        log.add(error(
            "no_header",
            spot.whole(),
            Text::new(
                format!("前 15 行里找不到{}表的表头，整表未读取", id.zh()),
                format!(
                    "No header of the table {} in the first 15 rows; the table was not read",
                    id.id()
                ),
            ),
            Text::new(
                "表头用字段表中的英文名或中文名",
                "Use the ids or Chinese titles of the list of fields",
            ),
        ));
        return None;
    };
    report_columns(id, grid, &header, spot, log);
    let required = |f: &&Field| !OPTIONAL_KEYS.contains(f);
    let has = |f: &Field| header.columns.iter().any(|(_, g, _)| g == f);
    let missing: Vec<Field> = id
        .key()
        .iter()
        .filter(required)
        .filter(|f| !has(f))
        .copied()
        .collect();
    for field in &missing {
        log.add(error(
            "missing_key_column",
            spot.row(header.row),
            Text::new(
                format!("{}表缺少“{}”列，整表未读取", id.zh(), field.about().zh),
                format!(
                    "The table {} has no column {} and was not read",
                    id.id(),
                    field.id()
                ),
            ),
            Text::new("补上这一列", "Add the column"),
        ));
    }
    if !missing.is_empty() {
        return None;
    }
    Some(read_rows(id, grid, &header, source, log))
}

fn report_columns(id: TableId, grid: &Grid, header: &Header, spot: Spot<'_>, log: &mut Log) {
    for (column, label) in &header.unknown {
        log.add(note(
            "unknown_column",
            spot.cell(header.row, *column),
            Text::new(
                format!("不认识列“{}”，未采用", quoted(label)),
                format!("The column “{}” is unknown and not used", quoted(label)),
            ),
            Text::new(
                format!("如属{}表，请改用字段表中的名称；否则不必处理", id.zh()),
                format!(
                    "If it belongs to {}, use the name in the list of fields; else nothing to do",
                    id.id()
                ),
            ),
        ));
    }
    for (column, field, label) in &header.repeated {
        let first = header
            .columns
            .iter()
            .find(|(_, f, _)| f == field)
            .map_or(0, |(c, ..)| *c);
        let first = column_letters(one_based(first));
        log.add(error(
            "repeated_column",
            spot.cell(header.row, *column),
            Text::new(
                format!(
                    "列“{}”与 {first} 列同为“{}”；采用 {first} 列，本列未采用",
                    quoted(label),
                    field.about().zh
                ),
                format!(
                    "The column “{}” is {} again; column {first} is used, this one is not",
                    quoted(label),
                    field.id()
                ),
            ),
            Text::new("删去或改名其中一列", "Delete or rename one of the two"),
        ));
    }
    let mut loose: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    let width = header.columns.iter().map(|(c, ..)| c + 1).max();
    let width = width.unwrap_or(0);
    for (index, row) in grid.rows.iter().enumerate().skip(header.row + 1) {
        let inside = row.iter().take(width).any(|v| *v != Value::Empty);
        for (column, value) in row.iter().enumerate() {
            if (inside || column >= width)
                && *value != Value::Empty
                && !header.labels.contains_key(&column)
            {
                loose.entry(column).or_insert((index, 0)).1 += 1;
            }
        }
    }
    for (column, (row, count)) in loose {
        log.add(note(
            "column_without_header",
            spot.cell(row, column),
            Text::new(
                format!("本列没有表头，{count} 个单元格未采用"),
                format!("The column has no header; {count} cells are not used"),
            ),
            Text::new(
                "补上表头，或清除这些单元格",
                "Add a header, or clear these cells",
            ),
        ));
    }
}

fn read_rows(id: TableId, grid: &Grid, header: &Header, source: u16, log: &mut Log) -> Table {
    let spot = Spot {
        file: &grid.file,
        sheet: &grid.sheet,
    };
    let mut table = Table::new();
    for (_, field, _) in &header.columns {
        table.add_column(*field);
    }
    let merges = Merges::below(grid, header.row);
    let mut skipped: BTreeMap<Skip, Vec<usize>> = BTreeMap::new();
    let mut seen: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    let mut words: BTreeSet<(Field, String)> = BTreeSet::new();
    for (row, cells) in grid.rows.iter().enumerate().skip(header.row + 1) {
        let used = |(c, ..): &(usize, Field, i32)| !matches!(grid.at(row, *c), Value::Empty);
        if let Some(skip) = skip::skip(grid, header, row) {
            skipped.entry(skip).or_default().push(row);
            continue;
        }
        if cells.iter().all(|v| *v == Value::Empty) || !header.columns.iter().any(used) {
            continue;
        }
        let values: Vec<(usize, Field, Parsed)> = header
            .columns
            .iter()
            .map(|(column, field, shift)| {
                let (value, whole) = merges.look(grid, row, *column, *field);
                if whole {
                    report_merged_number(*field, spot, row, *column, log);
                    return (*column, *field, Parsed::Missing);
                }
                let (parsed, problem) = parse::cell(*field, value, *shift);
                let new = |p: &Problem| match &parsed {
                    Parsed::Text(word) if p.code == parse::UNKNOWN_WORD => {
                        words.insert((*field, word.clone()))
                    }
                    _ => true,
                };
                if let Some(p) = problem.filter(new) {
                    log.add(junheng_core::finding::Finding {
                        code: p.code,
                        severity: p.severity,
                        place: spot.cell(row, *column),
                        message: p.message,
                        hint: p.hint,
                    });
                }
                (*column, *field, parsed)
            })
            .collect();
        // Nothing of the row is known: no record, also where a table has no key.
        if values.iter().all(|(.., parsed)| *parsed == Parsed::Missing) {
            continue;
        }
        let Some(key) = key(id, &values, spot, row, log) else {
            continue;
        };
        if !key.is_empty() {
            if let Some(first) = seen.get(&key).copied() {
                let shown = key.join("、");
                log.refuse(error(
                    "duplicate_key",
                    spot.row(row),
                    Text::new(
                        format!(
                            "{}表的“{}”重复，第一次在第 {} 行",
                            id.zh(),
                            quoted(&shown),
                            one_based(first)
                        ),
                        format!(
                            "“{}” stands twice in {}, first in row {}",
                            quoted(&shown),
                            id.id(),
                            one_based(first)
                        ),
                    ),
                    Text::new("删去或改正其中一行", "Delete or correct one of the rows"),
                ));
                continue;
            }
            seen.insert(key, row);
        }
        let at = table.push_row();
        for (column, field, parsed) in values {
            let cell = Some(Cell {
                source,
                row: one_based(row),
                column: one_based(column),
            });
            match parsed {
                Parsed::Missing => {}
                Parsed::Number(n) => table.set_number(field, at, n, cell),
                Parsed::Text(t) => table.set_text(field, at, t, cell),
            }
        }
    }
    skip::report(&skipped, spot, log);
    table
}

/// The values that name a row; `None`, with a finding, where one is blank.
fn key(
    id: TableId,
    values: &[(usize, Field, Parsed)],
    spot: Spot<'_>,
    row: usize,
    log: &mut Log,
) -> Option<Vec<String>> {
    let mut key = Vec::new();
    for field in id.key() {
        match values.iter().find(|(_, f, _)| f == field) {
            Some((_, _, Parsed::Text(t))) => key.push(t.clone()),
            Some((_, _, Parsed::Number(n))) => key.push(n.to_string()),
            _ if OPTIONAL_KEYS.contains(field) => key.push(String::new()),
            found => {
                let place = found.map_or_else(|| spot.row(row), |(c, ..)| spot.cell(row, *c));
                log.add(error(
                    "blank_key",
                    place,
                    Text::new(
                        format!("“{}”没有可用的值，整行未采用", field.about().zh),
                        format!("{} has no usable value; the row is not used", field.id()),
                    ),
                    Text::new(
                        "补上后重新检查；不是数据行请删去",
                        "Fill it in and check again; delete the row if it is no record",
                    ),
                ));
                return None;
            }
        }
    }
    Some(key)
}

fn report_merged_number(field: Field, spot: Spot<'_>, row: usize, column: usize, log: &mut Log) {
    log.add(error(
        "merged_number",
        spot.cell(row, column),
        Text::new(
            format!(
                "“{}”是几行合并的数，分不清各行多少，按缺失处理",
                field.about().zh
            ),
            format!(
                "{} is one number merged over several rows; it counts as missing in each",
                field.id()
            ),
        ),
        Text::new(
            "取消合并，逐行填写；全校共用的填在学校表",
            "Unmerge and fill row by row; put what the whole school shares in the table schools",
        ),
    ));
}

/// Merged areas of several rows below the header, by row.
struct Merges(BTreeMap<(usize, usize), (usize, usize)>);

impl Merges {
    fn below(grid: &Grid, header: usize) -> Self {
        let mut cells = BTreeMap::new();
        let last = grid.rows.len();
        for &(r0, c0, r1, _) in &grid.merged {
            let (r0, c0) = (r0 as usize, c0 as usize);
            let tall = r1 as usize > r0 && r0 > header;
            // Only the first column of an area counts: a name over two columns is no second value.
            for row in (r0..=(r1 as usize).min(last)).take(if tall { last } else { 0 }) {
                if cells.len() > 1_000_000 {
                    return Self(cells);
                }
                cells.insert((row, c0), (r0, c0));
            }
        }
        Self(cells)
    }

    /// The value of a cell, through a merged area where the field names things; and whether it is
    /// a number that stands for several rows.
    fn look<'a>(
        &self,
        grid: &'a Grid,
        row: usize,
        column: usize,
        field: Field,
    ) -> (&'a Value, bool) {
        match self.0.get(&(row, column)) {
            None => (grid.at(row, column), false),
            Some((r, c)) => {
                let measures = matches!(
                    field.kind(),
                    Kind::Count | Kind::Amount | Kind::Yuan | Kind::YuanOrNo | Kind::Share
                );
                let value = grid.at(*r, *c);
                (value, measures && *value != Value::Empty)
            }
        }
    }
}

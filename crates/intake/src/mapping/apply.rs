//! Reading the values of each source from the sheets it fits.

use std::collections::{BTreeMap, BTreeSet};

use junheng_core::finding::Severity;
use junheng_core::model::{Cell, Field, Kind, TableId, column_letters};
use junheng_core::text::Text;

use super::decimal::Decimal;
use super::header::{Found, Header};
use super::load::{Filter, Given, Mapping, Rule, Rules, Target};
use super::mapped::Value;
use super::words::{glob, is_blank, is_total, plain, ranges};
use super::{Findings, OF_MAPPING, RowsOf, place};
use crate::grid::{self, Grid};

/// A row of one sheet, as one source reads it.
pub(super) struct Raw {
    pub(super) table: TableId,
    pub(super) grid: usize,
    pub(super) row: usize,
    pub(super) values: BTreeMap<Target, Value>,
}

/// All rows of all sources, in the order of the mapping and then of the sheets.
pub(super) fn extract(grids: &[Grid], mapping: &Mapping, findings: &mut Findings) -> Vec<Raw> {
    let mut rows = Vec::new();
    let mut uses: Vec<Use> = grids.iter().map(|_| Use::default()).collect();
    for rules in &mapping.sources {
        let mut fits = false;
        for (index, grid) in grids.iter().enumerate() {
            if !rules.fit(grid) || grid.rows.is_empty() {
                continue;
            }
            fits = true;
            let Some(used) = uses.get_mut(index) else {
                continue;
            };
            Reading {
                rules,
                grid,
                index,
                used,
                findings,
            }
            .run(&mut rows);
        }
        if !fits {
            unfitting(mapping, rules, findings);
        }
    }
    for (grid, used) in grids.iter().zip(&uses) {
        leftovers(grid, used, findings);
    }
    rows
}

/// What the sources used of a sheet.
#[derive(Default)]
struct Use {
    header: Option<Header>,
    columns: BTreeSet<usize>,
    rows: BTreeSet<usize>,
}

impl Rules {
    fn fit(&self, grid: &Grid) -> bool {
        // Where the sheet has no name of its own (CSV, Sheet1), its file's name stands in.
        let stem = grid
            .file
            .rsplit_once('.')
            .map_or(grid.file.as_str(), |(stem, _)| stem);
        let unnamed = ["", "sheet?", "工作表?"]
            .iter()
            .any(|p| glob(p, &grid.sheet));
        let sheet = if unnamed { stem } else { &grid.sheet };
        self.files.iter().any(|p| glob(p, &grid.file)) && self.sheets.iter().any(|p| glob(p, sheet))
    }

    fn paths(&self) -> Vec<&str> {
        let filters = self.keep.iter().chain(&self.skip).map(|f| f.path.as_str());
        let columns = self.columns.iter().flat_map(|rule| match &rule.from {
            Given::Column(paths) | Given::Sum(paths) => paths.as_slice(),
            Given::Value(_) | Given::Name(_) => &[],
        });
        filters.chain(columns.map(String::as_str)).collect()
    }
}

/// One source on one sheet.
struct Reading<'a> {
    rules: &'a Rules,
    grid: &'a Grid,
    index: usize,
    used: &'a mut Use,
    findings: &'a mut Findings,
}

/// Where the value of a rule is in this sheet.
enum Got {
    Columns(Vec<(usize, Option<Decimal>)>),
    Constant(String),
}

impl Reading<'_> {
    fn run(mut self, rows: &mut Vec<Raw>) {
        let header = Header::of(self.grid, self.rules.header_end, &self.rules.paths());
        let mut filters = Vec::new();
        for (keep, list) in [(true, &self.rules.keep), (false, &self.rules.skip)] {
            for filter in list {
                let column = self.column(&header, &[filter.path.as_str()], Severity::Error);
                filters.extend(column.map(|column| (keep, column, filter)));
            }
        }
        let before = self.findings.0.len();
        let mut got = Vec::new();
        for rule in &self.rules.columns {
            got.extend(self.locate(&header, rule).map(|got| (rule, got)));
        }
        let wanted = self
            .rules
            .columns
            .iter()
            .filter(|rule| self.is_read(rule))
            .count();
        if wanted > 0 && !got.iter().any(|(rule, _)| self.is_read(rule)) {
            self.findings.0.truncate(before);
            self.nothing_fits(&header, wanted);
            return;
        }
        let mut odd = Odd::default();
        for row in header.first_data_row..self.grid.rows.len() {
            let kept = |(keep, column, filter): &(bool, usize, &Filter)| {
                filter.hits(&written(self.grid.at(row, *column))) == *keep
            };
            if !filters.iter().all(kept) {
                continue;
            }
            let values: BTreeMap<Target, Value> = got
                .iter()
                .map(|(rule, got)| (rule.target, self.value(rule, got, row, &mut odd)))
                .collect();
            if !names_a_row(self.rules.table, &values) {
                continue;
            }
            self.used.rows.insert(row);
            rows.push(Raw {
                table: self.rules.table,
                grid: self.index,
                row,
                values,
            });
        }
        odd.report(self.grid, self.findings);
        self.used.header.get_or_insert(header);
    }

    fn locate(&mut self, header: &Header, rule: &Rule) -> Option<Got> {
        let is_key = match rule.target {
            Target::Field(field) => self.rules.table.key().contains(&field),
            Target::SchoolName => false,
        };
        let severity = if is_key {
            Severity::Error
        } else {
            Severity::Explain
        };
        let columns = match &rule.from {
            Given::Value(value) => return Some(Got::Constant(value.clone())),
            Given::Name(patterns) => return self.by_name(patterns, rule).map(Got::Constant),
            Given::Column(paths) => {
                let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
                vec![self.column(header, &paths, severity)?]
            }
            Given::Sum(paths) => {
                let found: Vec<_> = paths
                    .iter()
                    .map(|p| self.column(header, &[p], severity))
                    .collect();
                found.into_iter().collect::<Option<_>>()?
            }
        };
        let is_money = matches!(rule.target, Target::Field(f) if matches!(f.kind(), Kind::Yuan | Kind::YuanOrNo));
        let each = columns.into_iter().map(|column| {
            let unit = is_money && header.in_ten_thousands(column);
            (
                column,
                rule.factor
                    .or_else(|| unit.then(|| Decimal::parse("10000")).flatten()),
            )
        });
        Some(Got::Columns(each.collect()))
    }

    /// Whether a rule reads a column that says more than whose row it is.
    fn is_read(&self, rule: &Rule) -> bool {
        let says = match rule.target {
            Target::Field(field) => !self.rules.table.key().contains(&field),
            Target::SchoolName => false,
        };
        says && matches!(rule.from, Given::Column(_) | Given::Sum(_))
    }

    fn nothing_fits(&mut self, header: &Header, wanted: usize) {
        let columns = (0..header.paths.len()).filter(|c| !header.title(*c).is_empty());
        let columns: Vec<String> = columns.take(8).map(|c| named(header, c)).collect();
        let columns = columns.join("、");
        let table = self.rules.table;
        self.findings.add(
            "map_sheet_unfit",
            Severity::Explain,
            place(self.grid, None, None),
            Text::new(
                format!("映射文件第 {} 行的来源要填表「{}」,但它的 {wanted} 个表头在这张表里一个也找不到(表内有:{columns});未从这里取数。", self.rules.line, table.zh()),
                format!("The source in line {} of the mapping fills {}, but none of its {wanted} headers is here (found: {columns}); nothing was read.", self.rules.line, table.id()),
            ),
            Text::new(
                "若这张表不该用于此来源,可忽略;否则请改 sheets 或表头。",
                "Ignore this if the sheet is not meant for it; else mend `sheets` or the headers.",
            ),
        );
    }

    fn by_name(&mut self, patterns: &[(String, String)], rule: &Rule) -> Option<String> {
        let names = [&self.grid.sheet, &self.grid.file];
        let hit = |p: &str| names.iter().any(|n| glob(p, n));
        let found = patterns
            .iter()
            .find(|(pattern, _)| hit(pattern))
            .map(|(_, value)| value.clone());
        if found.is_none() {
            let title = title(rule.target);
            self.findings.add(
                "map_name_unknown",
                Severity::Error,
                place(self.grid, None, None),
                Text::new(
                    format!("从文件名和工作表名看不出「{title}」,该列留空。"),
                    format!(
                        "Neither the file's nor the sheet's name tells {title}; it stays blank."
                    ),
                ),
                Text::new(
                    "请在映射文件该字段的 name 中补上这个文件名的写法,或改用列。",
                    "Add a pattern for this name to `name` of the field, or name a column.",
                ),
            );
        }
        found
    }

    /// The column of the first path that is found.
    fn column(&mut self, header: &Header, paths: &[&str], severity: Severity) -> Option<usize> {
        for path in paths {
            match header.find(path) {
                Found::One(column) => {
                    self.used.columns.insert(column);
                    return Some(column);
                }
                Found::Many(columns) => {
                    self.ambiguous(header, path, &columns, severity);
                    return None;
                }
                Found::None => {}
            }
        }
        let path = paths.first().copied().unwrap_or_default();
        let (zh, en) = match header.nearest(path) {
            Some(column) => {
                let near = named(header, column);
                (
                    format!("最接近的是{near}"),
                    format!("the nearest is {near}"),
                )
            }
            None => ("也没有相近的".to_owned(), "none is like it".to_owned()),
        };
        self.findings.add(
            "map_column_missing",
            severity,
            place(self.grid, None, None),
            Text::new(
                format!("找不到表头「{path}」,{zh};未填该项。"),
                format!("There is no header \"{path}\"; {en}. The item was left out."),
            ),
            Text::new(
                "请把映射文件中的表头改成表内的写法;确实没有该列的,可删去这一行。",
                "Write the header in the mapping as the sheet has it, or delete the line.",
            ),
        );
        None
    }

    fn ambiguous(&mut self, header: &Header, path: &str, columns: &[usize], severity: Severity) {
        let all: Vec<String> = columns.iter().take(8).map(|c| named(header, *c)).collect();
        let all = all.join("、");
        self.findings.add(
            "map_column_ambiguous",
            severity,
            place(self.grid, None, columns.first().copied()),
            Text::new(
                format!(
                    "表头「{path}」对应 {} 列:{all};未选用任何一列。",
                    columns.len()
                ),
                format!(
                    "The header \"{path}\" fits {} columns: {all}. None was taken.",
                    columns.len()
                ),
            ),
            Text::new(
                "请在映射文件中写上上级表头,如「上级/下级」。",
                "Name the group above it too, as \"group/column\".",
            ),
        );
    }

    fn value(&self, rule: &Rule, got: &Got, row: usize, odd: &mut Odd) -> Value {
        let columns = match got {
            Got::Constant(value) => {
                let cell = Cell {
                    source: OF_MAPPING,
                    row: rule.line,
                    column: 1,
                };
                return (value.clone(), Some(cell));
            }
            Got::Columns(columns) => columns,
        };
        let mut parts = Vec::new();
        for (column, factor) in columns {
            let mut text = written(self.grid.at(row, *column));
            if is_blank(&text) {
                text = rule.blank.clone().unwrap_or(text);
            }
            if let Some(factor) = factor
                && let Some(scaled) = Decimal::parse(&text).and_then(|d| d.times(*factor))
            {
                text = scaled.to_string();
                odd.scaled.entry(*column).or_insert(row);
            }
            parts.push((text, *column));
        }
        let (text, column) = self.total(rule, parts, row, odd);
        let text = match translated(&rule.map, &text) {
            Ok(text) => text,
            Err(()) => {
                odd.unmapped
                    .entry((column, text.clone()))
                    .or_default()
                    .push(row);
                text
            }
        };
        let has_cell = !matches!(self.grid.at(row, column), grid::Value::Empty);
        (text, has_cell.then(|| self.cell(row, column)))
    }

    /// The sum of several parts. What is no number is handed on, so that the reader reports it at
    /// its own cell; a blank part leaves the sum blank, since blank is not zero.
    fn total(
        &self,
        rule: &Rule,
        parts: Vec<(String, usize)>,
        row: usize,
        odd: &mut Odd,
    ) -> (String, usize) {
        let first = parts.first().map_or(0, |p| p.1);
        if !matches!(rule.from, Given::Sum(_)) {
            return parts.into_iter().next().unwrap_or_default();
        }
        let mut sum = Decimal::parse("0");
        let mut blanks = 0;
        for (text, column) in &parts {
            if is_blank(text) {
                blanks += 1;
                continue;
            }
            let Some(number) = Decimal::parse(text) else {
                return (text.clone(), *column);
            };
            sum = sum.and_then(|s| s.plus(number));
        }
        if blanks > 0 {
            if blanks < parts.len() {
                odd.partly.entry(first).or_default().push(row);
            }
            return (String::new(), first);
        }
        (sum.map(|s| s.to_string()).unwrap_or_default(), first)
    }

    fn cell(&self, row: usize, column: usize) -> Cell {
        Cell {
            source: u16::try_from(self.index + 1).unwrap_or(u16::MAX),
            row: u32::try_from(row + 1).unwrap_or(u32::MAX),
            column: u32::try_from(column + 1).unwrap_or(u32::MAX),
        }
    }
}

/// Values worth a finding, gathered so that each is told once with all its rows.
#[derive(Default)]
struct Odd {
    unmapped: RowsOf<(usize, String)>,
    partly: RowsOf<usize>,
    scaled: BTreeMap<usize, usize>,
}

impl Odd {
    fn report(self, grid: &Grid, findings: &mut Findings) {
        for ((column, value), rows) in self.unmapped {
            let rows = from_one(&rows);
            findings.add(
                "map_value_unknown",
                Severity::Explain,
                place(grid, rows.first().map(|r| r - 1), Some(column)),
                Text::new(
                    format!(
                        "第 {} 行的「{value}」不在映射的取值表中,按原样保留。",
                        ranges(&rows)
                    ),
                    format!(
                        "Rows {}: \"{value}\" is not in the value map; kept as written.",
                        ranges(&rows)
                    ),
                ),
                Text::new(
                    "请在映射文件的 map 中补上该取值。",
                    "Add the value to `map` of the mapping.",
                ),
            );
        }
        for (column, rows) in self.partly {
            let rows = from_one(&rows);
            findings.add(
                "map_sum_incomplete",
                Severity::Explain,
                place(grid, rows.first().map(|r| r - 1), Some(column)),
                Text::new(
                    format!("第 {} 行相加的各列中有空白,合计按缺失处理。", ranges(&rows)),
                    format!(
                        "Rows {}: a part of the sum is blank; the sum is missing.",
                        ranges(&rows)
                    ),
                ),
                Text::new(
                    "请补填;若空白就是 0,请在映射文件该项写 blank = \"0\"。",
                    "Fill it in; if blank means zero here, write blank = \"0\" in the mapping.",
                ),
            );
        }
        for (column, row) in self.scaled {
            findings.add(
                "map_unit_converted",
                Severity::Note,
                place(grid, None, Some(column)),
                Text::new(
                    format!("该列已按单位换算(自第 {} 行起)。", row + 1),
                    format!(
                        "The unit of this column was converted (from row {}).",
                        row + 1
                    ),
                ),
                Text::new(
                    "请核对表头所写的单位。",
                    "Check the unit that the header says.",
                ),
            );
        }
    }
}

impl Filter {
    fn hits(&self, text: &str) -> bool {
        let number = Decimal::parse(text).map(|d| d.to_string());
        self.values.iter().any(|value| {
            glob(value, text)
                || number.is_some() && number == Decimal::parse(value).map(|d| d.to_string())
        })
    }
}

/// A cell as it is written.
fn written(value: &grid::Value) -> String {
    match value {
        grid::Value::Empty => String::new(),
        grid::Value::Text(t) | grid::Value::Date(t) | grid::Value::Error(t) => t.trim().to_owned(),
        grid::Value::Number(n) => n.to_string(),
        grid::Value::Bool(b) => if *b { "1" } else { "0" }.to_owned(),
    }
}

/// The mapped value; an error where the map has none and the value is not one of its results.
fn translated(map: &BTreeMap<String, String>, text: &str) -> Result<String, ()> {
    if map.is_empty() || is_blank(text) {
        return Ok(text.to_owned());
    }
    let same = |(from, _): &(&String, &String)| plain(from) == plain(text);
    let hit = map.iter().find(same).or_else(|| map.get_key_value("*"));
    match hit {
        Some((_, to)) => Ok(to.clone()),
        None if map.values().any(|to| to == text) => Ok(text.to_owned()),
        None => Err(()),
    }
}

/// Whether a row is about something: not blank, no total, no remark under the table.
fn names_a_row(table: TableId, values: &BTreeMap<Target, Value>) -> bool {
    let text = |target: Target| values.get(&target).map_or("", |v| v.0.as_str());
    let Some(key) = table.key().first() else {
        return values
            .values()
            .any(|v| v.1.is_some_and(|c| c.source != OF_MAPPING));
    };
    let mut names = vec![text(Target::Field(*key)), text(Target::SchoolName)];
    if table == TableId::Schools {
        names.push(text(Target::Field(Field::SchoolName)));
    }
    let remark = |t: &str| {
        ["注:", "说明", "备注", "填表", "制表", "单位负责人"]
            .iter()
            .any(|r| plain(t).starts_with(r))
    };
    names.iter().any(|n| !is_blank(n)) && !names.iter().any(|n| is_total(n) || remark(n))
}

fn unfitting(mapping: &Mapping, rules: &Rules, findings: &mut Findings) {
    let (files, sheets) = (rules.files.join(", "), rules.sheets.join(", "));
    findings.add(
        "map_source_unused",
        Severity::Note,
        junheng_core::finding::Place {
            file: mapping.file.clone(),
            row: Some(rules.line),
            ..Default::default()
        },
        Text::new(
            format!(
                "没有文件或工作表符合(文件 {files},工作表 {sheets}),表「{}」未从这里取数。",
                rules.table.zh()
            ),
            format!(
                "No sheet fits (files {files}, sheets {sheets}); nothing for {} from here.",
                rules.table.id()
            ),
        ),
        Text::new(
            "若应当有,请核对文件名、工作表名,或改映射文件。",
            "If there should be one, check the names or mend the mapping.",
        ),
    );
}

fn leftovers(grid: &Grid, used: &Use, findings: &mut Findings) {
    let filled = |row: &Vec<grid::Value>| row.iter().any(|v| *v != grid::Value::Empty);
    let Some(header) = &used.header else {
        if grid.rows.iter().any(filled) {
            findings.add(
                "map_sheet_unused",
                Severity::Note,
                place(grid, None, None),
                Text::new("未使用这张工作表。", "This sheet was not used."),
                Text::new(
                    "需要时请在映射文件中加一段 [[source]]。",
                    "Add a [[source]] if it is needed.",
                ),
            );
        }
        return;
    };
    let titled = (0..header.paths.len()).filter(|c| !header.title(*c).is_empty());
    let columns: Vec<String> = titled
        .filter(|c| !used.columns.contains(c))
        .map(|c| named(header, c))
        .collect();
    if !columns.is_empty() {
        findings.add(
            "map_columns_unused",
            Severity::Note,
            place(grid, None, None),
            Text::new(
                format!("未使用的列:{}。", columns.join("、")),
                format!("Columns not used: {}.", columns.join(", ")),
            ),
            Text::new(
                "需要时请在映射文件中为其写上字段。",
                "Give them a field in the mapping if needed.",
            ),
        );
    }
    let data = grid.rows.iter().enumerate().skip(header.first_data_row);
    let unused = data.filter(|(r, row)| !used.rows.contains(r) && filled(row));
    let rows: Vec<usize> = unused.map(|(r, _)| r).collect();
    if let Some(first) = rows.first() {
        let list = ranges(&from_one(&rows));
        findings.add(
            "map_rows_unused",
            Severity::Note,
            place(grid, Some(*first), None),
            Text::new(
                format!(
                    "未使用 {} 行(第 {list} 行):合计、说明、无学校名称或被筛选掉。",
                    rows.len()
                ),
                format!(
                    "{} rows not used ({list}): totals, remarks, no key, or filtered out.",
                    rows.len()
                ),
            ),
            Text::new(
                "请核对这些行确实不是学校。",
                "Check that none of them is a school.",
            ),
        );
    }
}

fn from_one(rows: &[usize]) -> Vec<usize> {
    rows.iter().map(|r| r + 1).collect()
}

/// `C「在校生数/合计」`.
fn named(header: &Header, column: usize) -> String {
    let letters = column_letters(u32::try_from(column + 1).unwrap_or(u32::MAX));
    format!("{letters}「{}」", header.title(column))
}

fn title(target: Target) -> &'static str {
    match target {
        Target::Field(field) => field.about().zh,
        Target::SchoolName => "学校名称",
    }
}

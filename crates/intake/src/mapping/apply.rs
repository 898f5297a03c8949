//! Reading the values of each source from the sheets it fits.

use std::collections::{BTreeMap, BTreeSet};

use junheng_core::finding::Severity;
use junheng_core::model::{Cell, Field, Kind, TableId};

use super::header::{Found, Header};
use super::load::{Filter, Given, Mapping, Rule, Rules, Target};
use super::mapped::Value;
use super::report::Odd;
use super::words::{decimal, glob, is_blank, is_total, plain};
use super::{Findings, OF_MAPPING};
use crate::grid::{self, Grid};
use crate::number::Decimal;

/// A row of one sheet, as one source reads it.
pub(super) struct Raw {
    pub(super) table: TableId,
    pub(super) grid: usize,
    pub(super) row: usize,
    /// Of rows of one key the first counts.
    pub(super) first: bool,
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
            findings.source_unused(mapping, rules);
        }
    }
    for (grid, used) in grids.iter().zip(&uses) {
        findings.leftovers(grid, used);
    }
    rows
}

/// What the sources used of a sheet.
#[derive(Default)]
pub(super) struct Use {
    pub(super) header: Option<Header>,
    pub(super) columns: BTreeSet<usize>,
    pub(super) rows: BTreeSet<usize>,
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
            self.findings.unfit(self.grid, &header, self.rules, wanted);
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
                first: self.rules.first,
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
                    .or_else(|| unit.then(|| decimal("10000")).flatten()),
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

    /// The value for this sheet's name, else for its file's.
    fn by_name(&mut self, patterns: &[(String, String)], rule: &Rule) -> Option<String> {
        let of = |name: &str| patterns.iter().find(|(pattern, _)| glob(pattern, name));
        match of(&self.grid.sheet).or_else(|| of(&self.grid.file)) {
            Some((_, value)) => Some(value.clone()),
            None => {
                self.findings.name_unknown(self.grid, title(rule.target));
                None
            }
        }
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
                    self.findings
                        .ambiguous(self.grid, header, path, &columns, severity);
                    return None;
                }
                Found::None => {}
            }
        }
        let path = paths.first().copied().unwrap_or_default();
        self.findings.missing(self.grid, header, path, severity);
        None
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
                && let Some(scaled) = decimal(&text).and_then(|d| d.times(*factor))
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
        let mut sum = Some(Decimal::ZERO);
        let mut blanks = 0;
        for (text, column) in &parts {
            if is_blank(text) {
                blanks += 1;
                continue;
            }
            let Some(number) = decimal(text) else {
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

impl Filter {
    fn hits(&self, text: &str) -> bool {
        let number = decimal(text).map(|d| d.to_string());
        self.values.iter().any(|value| {
            glob(value, text) || number.is_some() && number == decimal(value).map(|d| d.to_string())
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
    let same = |(from, _): &(&String, &String)| plain(from) == plain(text);
    let rest = || map.get_key_value("*").filter(|_| !is_blank(text));
    match map.iter().find(same).or_else(rest) {
        Some((_, to)) => Ok(to.clone()),
        None if map.is_empty() || is_blank(text) => Ok(text.to_owned()),
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

fn title(target: Target) -> &'static str {
    match target {
        Target::Field(field) => field.about().zh,
        Target::SchoolName => "学校名称",
    }
}

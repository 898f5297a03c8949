//! What is told about a mapping's fit: nothing that was not found or not used stays unsaid.

use std::collections::BTreeMap;

use junheng_core::finding::{Place, Severity};
use junheng_core::model::column_letters;
use junheng_core::text::Text;

use super::apply::Use;
use super::header::Header;
use super::load::{Mapping, Rules};
use super::words::ranges;
use super::{Findings, RowsOf, place};
use crate::grid::{self, Grid};

impl Findings {
    /// A path that leads nowhere.
    pub(super) fn missing(&mut self, grid: &Grid, header: &Header, path: &str, severity: Severity) {
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
        self.add(
            "map_column_missing",
            severity,
            place(grid, None, None),
            Text::new(
                format!("找不到表头「{path}」，{zh}；未填该项。"),
                format!("There is no header \"{path}\"; {en}. The item was left out."),
            ),
            Text::new(
                "请把映射文件中的表头改成表内的写法；确实没有该列的，可删去这一行。",
                "Write the header in the mapping as the sheet has it, or delete the line.",
            ),
        );
    }

    /// A path that leads to several columns.
    pub(super) fn ambiguous(
        &mut self,
        grid: &Grid,
        header: &Header,
        path: &str,
        columns: &[usize],
        severity: Severity,
    ) {
        let all: Vec<String> = columns.iter().take(8).map(|c| named(header, *c)).collect();
        let all = all.join("、");
        self.add(
            "map_column_ambiguous",
            severity,
            place(grid, None, columns.first().copied()),
            Text::new(
                format!(
                    "表头「{path}」对应 {} 列：{all}；未选用任何一列。",
                    columns.len()
                ),
                format!(
                    "The header \"{path}\" fits {} columns: {all}. None was taken.",
                    columns.len()
                ),
            ),
            Text::new(
                "请在映射文件中写上上级表头，如「上级/下级」。",
                "Name the group above it too, as \"group/column\".",
            ),
        );
    }

    /// A constant that the name of the sheet or file should tell.
    pub(super) fn name_unknown(&mut self, grid: &Grid, title: &str) {
        self.add(
            "map_name_unknown",
            Severity::Error,
            place(grid, None, None),
            Text::new(
                format!("从工作表名和文件名看不出「{title}」，该列留空。"),
                format!("Neither the sheet's nor the file's name tells {title}; it stays blank."),
            ),
            Text::new(
                "请在映射文件该字段的 name 中补上这个名称的写法，或改用列。",
                "Add a pattern for this name to `name` of the field, or name a column.",
            ),
        );
    }

    /// A sheet whose name fits a source and none of whose headers does.
    pub(super) fn unfit(&mut self, grid: &Grid, header: &Header, rules: &Rules, wanted: usize) {
        let columns = (0..header.paths.len()).filter(|c| !header.title(*c).is_empty());
        let columns: Vec<String> = columns.take(8).map(|c| named(header, c)).collect();
        let columns = columns.join("、");
        let table = rules.table;
        self.add(
            "map_sheet_unfit",
            Severity::Explain,
            place(grid, None, None),
            Text::new(
                format!("映射文件第 {} 行的来源要填表「{}」，但它的 {wanted} 个表头在这张表里一个也找不到(表内有：{columns})；未从这里取数。", rules.line, table.zh()),
                format!("The source in line {} of the mapping fills {}, but none of its {wanted} headers is here (found: {columns}); nothing was read.", rules.line, table.id()),
            ),
            Text::new(
                "若这张表不该用于此来源，可忽略；否则请改 sheets 或表头。",
                "Ignore this if the sheet is not meant for it; else mend `sheets` or the headers.",
            ),
        );
    }

    /// A source that no sheet fits.
    pub(super) fn source_unused(&mut self, mapping: &Mapping, rules: &Rules) {
        let (files, sheets) = (rules.files.join(", "), rules.sheets.join(", "));
        self.add(
            "map_source_unused",
            Severity::Note,
            Place {
                file: mapping.file.clone(),
                row: Some(rules.line),
                ..Place::default()
            },
            Text::new(
                format!(
                    "没有文件或工作表符合(文件 {files}，工作表 {sheets})，表「{}」未从这里取数。",
                    rules.table.zh()
                ),
                format!(
                    "No sheet fits (files {files}, sheets {sheets}); nothing for {} from here.",
                    rules.table.id()
                ),
            ),
            Text::new(
                "若应当有，请核对文件名、工作表名，或改映射文件。",
                "If there should be one, check the names or mend the mapping.",
            ),
        );
    }

    /// What no source used of a sheet.
    pub(super) fn leftovers(&mut self, grid: &Grid, used: &Use) {
        let filled = |row: &Vec<grid::Value>| row.iter().any(|v| *v != grid::Value::Empty);
        let Some(header) = &used.header else {
            if grid.rows.iter().any(filled) {
                self.add(
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
            self.add(
                "map_columns_unused",
                Severity::Note,
                place(grid, None, None),
                Text::new(
                    format!("未使用的列：{}。", columns.join("、")),
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
            self.add(
                "map_rows_unused",
                Severity::Note,
                place(grid, Some(*first), None),
                Text::new(
                    format!(
                        "未使用 {} 行(第 {list} 行)：合计、说明、无学校名称或被筛选掉。",
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
}

/// Values worth a finding, gathered so that each is told once with all its rows.
#[derive(Default)]
pub(super) struct Odd {
    pub(super) unmapped: RowsOf<(usize, String)>,
    pub(super) partly: RowsOf<usize>,
    pub(super) scaled: BTreeMap<usize, usize>,
}

impl Odd {
    pub(super) fn report(self, grid: &Grid, findings: &mut Findings) {
        for ((column, value), rows) in self.unmapped {
            let rows = from_one(&rows);
            findings.add(
                "map_value_unknown",
                Severity::Explain,
                place(grid, rows.first().map(|r| r - 1), Some(column)),
                Text::new(
                    format!(
                        "第 {} 行的「{value}」不在映射的取值表中，按原样保留。",
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
                    format!(
                        "第 {} 行相加的各列中有空白，合计按缺失处理。",
                        ranges(&rows)
                    ),
                    format!(
                        "Rows {}: a part of the sum is blank; the sum is missing.",
                        ranges(&rows)
                    ),
                ),
                Text::new(
                    "请补填；若空白就是 0，请在映射文件该项写 blank = \"0\"。",
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

fn from_one(rows: &[usize]) -> Vec<usize> {
    rows.iter().map(|r| r + 1).collect()
}

/// `C「在校生数/合计」`.
fn named(header: &Header, column: usize) -> String {
    let letters = column_letters(u32::try_from(column + 1).unwrap_or(u32::MAX));
    format!("{letters}「{}」", header.title(column))
}

//! Rows of several sources into one table: rows of one key become one row.

use std::collections::{BTreeMap, BTreeSet};

use junheng_core::finding::{Place, Severity};
use junheng_core::model::{Cell, Field, TableId};
use junheng_core::text::Text;

use super::apply::Raw;
use super::directory::{Directory, resolve};
use super::load::{Mapping, Target};
use super::mapped::{MappedTable, Value};
use super::words::{decimal, is_blank, plain};
use super::{Findings, OF_MAPPING, place};
use crate::grid::Grid;

/// The tables of the bundle, in its order.
pub(super) fn tables(
    grids: &[Grid],
    mapping: &Mapping,
    mut raws: Vec<Raw>,
    findings: &mut Findings,
) -> Vec<MappedTable> {
    let directory = Directory::of(&raws);
    let mut told = BTreeSet::new();
    let mut named = 0;
    for raw in &mut raws {
        named += usize::from(directory.identify(raw));
        resolve(grids, &directory, raw, &mut told, findings);
    }
    if named > 0 {
        findings.add(
            "map_name_as_code",
            Severity::Note,
            Place::default(),
            Text::new(
                format!("{named} 行学校没有标识码，以学校名称代替。"),
                format!("{named} school rows have no code; the name serves as code."),
            ),
            Text::new(
                "有标识码的表(如教基1001)一并导入即可补上。",
                "Import a sheet that has the codes together with it.",
            ),
        );
    }
    let mut joined: BTreeMap<TableId, Joined> = BTreeMap::new();
    for raw in raws {
        joined
            .entry(raw.table)
            .or_default()
            .add(grids, raw, findings);
    }
    let county = county(mapping, joined.remove(&TableId::County), findings);
    let rest = joined.into_iter().map(|(table, rows)| rows.finish(table));
    county.into_iter().chain(rest).collect()
}

/// The rows of one table.
#[derive(Default)]
struct Joined {
    fields: BTreeSet<Field>,
    rows: Vec<BTreeMap<Field, Value>>,
    /// Rows by key, with the sheet that gave them first.
    index: BTreeMap<Vec<String>, (usize, usize)>,
}

impl Joined {
    fn add(&mut self, grids: &[Grid], raw: Raw, findings: &mut Findings) {
        let values: BTreeMap<Field, Value> = raw
            .values
            .into_iter()
            .filter_map(|(target, value)| match target {
                Target::Field(field) => Some((field, value)),
                Target::SchoolName => None,
            })
            .collect();
        self.fields.extend(values.keys());
        let key = raw.table.key();
        let repeats = matches!(raw.table, TableId::Roads | TableId::Rooms);
        let key: Vec<String> = key
            .iter()
            .map(|f| values.get(f).map_or_else(String::new, |v| plain(&v.0)))
            .collect();
        let known = self.index.get(&key).copied().filter(|_| !repeats);
        let Some((at, sheet)) = known else {
            self.index.insert(key, (self.rows.len(), raw.grid));
            self.rows.push(values);
            return;
        };
        let Some(row) = self.rows.get_mut(at) else {
            return;
        };
        let differing: Vec<Field> = values
            .iter()
            .filter(|(f, v)| row.get(f).is_some_and(|old| differ(&old.0, &v.0)))
            .map(|(f, _)| *f)
            .collect();
        // Twice in one sheet and not alike: hand on both, the reader refuses a key that repeats.
        if sheet == raw.grid && !raw.first && !differing.is_empty() {
            self.rows.push(values);
            return;
        }
        if let Some(grid) = grids.get(raw.grid) {
            for field in differing {
                if let (Some(old), Some(new)) = (row.get(&field), values.get(&field)) {
                    findings.0.push(conflict(grid, raw.row, field, old, new));
                }
            }
        }
        for (field, value) in values {
            let slot = row.entry(field).or_default();
            if is_blank(&slot.0) {
                *slot = value;
            }
        }
    }

    fn finish(self, table: TableId) -> MappedTable {
        let fields = self.fields;
        let row = |mut row: BTreeMap<Field, Value>| {
            fields
                .iter()
                .map(|f| row.remove(f).unwrap_or_default())
                .collect()
        };
        MappedTable {
            table,
            header: fields.iter().map(|f| f.id().to_owned()).collect(),
            rows: self.rows.into_iter().map(row).collect(),
        }
    }
}

fn differ(a: &str, b: &str) -> bool {
    let number = |text| decimal(text).map(|d| d.to_string());
    !is_blank(a)
        && !is_blank(b)
        && plain(a) != plain(b)
        && (number(a).is_none() || number(a) != number(b))
}

fn conflict(
    grid: &Grid,
    row: usize,
    field: Field,
    old: &Value,
    new: &Value,
) -> junheng_core::finding::Finding {
    let column = new
        .1
        .filter(|c| c.source != OF_MAPPING)
        .map(|c| c.column as usize - 1);
    let title = field.about();
    let (code, zh, en) = match field {
        Field::SchoolName => (
            "school_two_names",
            "同一标识码有两个学校名称",
            "One code has two school names",
        ),
        _ => (
            "map_values_differ",
            "同一行在两处的数值不同",
            "Two sheets differ",
        ),
    };
    junheng_core::finding::Finding {
        code,
        severity: Severity::Explain,
        place: place(grid, Some(row), column),
        message: Text::new(
            format!(
                "{zh}({})：「{}」与「{}」，采用前者。",
                title.zh, old.0, new.0
            ),
            format!(
                "{en} ({}): \"{}\" and \"{}\"; the former was kept.",
                title.en, old.0, new.0
            ),
        ),
        hint: Text::new(
            "请核对哪一处正确并改正。",
            "Check which one is right and correct the other.",
        ),
    }
}

/// The county as `key,value`: the mapping's constants, then what sheets add.
fn county(mapping: &Mapping, read: Option<Joined>, findings: &mut Findings) -> Option<MappedTable> {
    let line = |line| {
        Some(Cell {
            source: OF_MAPPING,
            row: line,
            column: 1,
        })
    };
    let constant =
        |(key, value, at): &(String, String, u32)| (key.clone(), (value.clone(), line(*at)));
    let mut values: BTreeMap<String, Value> = mapping.county.iter().map(constant).collect();
    for (field, value) in read.into_iter().flat_map(|j| j.rows).flatten() {
        match values.get(field.id()) {
            Some(old) if differ(&old.0, &value.0) => findings.add(
                "map_values_differ",
                Severity::Explain,
                Place {
                    file: mapping.file.clone(),
                    row: old.1.map(|c| c.row),
                    ..Place::default()
                },
                Text::new(
                    format!(
                        "{}：映射文件写「{}」，表中为「{}」，采用映射文件。",
                        field.about().zh,
                        old.0,
                        value.0
                    ),
                    format!(
                        "{}: the mapping says \"{}\", the sheet \"{}\"; the mapping wins.",
                        field.about().en,
                        old.0,
                        value.0
                    ),
                ),
                Text::new("请核对。", "Check which is right."),
            ),
            Some(_) => {}
            None => {
                values.insert(field.id().to_owned(), value);
            }
        }
    }
    let rows: Vec<Vec<Value>> = values
        .into_iter()
        .filter(|(_, value)| !is_blank(&value.0))
        .map(|(key, value)| vec![(key, value.1), value])
        .collect();
    (!rows.is_empty()).then(|| MappedTable {
        table: TableId::County,
        header: vec!["key".to_owned(), "value".to_owned()],
        rows,
    })
}

//! The tables of a case as a snapshot: later tables go over earlier ones.

use std::collections::BTreeMap;

use junheng_core::model::{FACT_PREFIXES, Fact, Field, Kind, Snapshot, Stage, Table, TableId};

use super::parse::Grid;

type Row = BTreeMap<Field, String>;

/// A county being put together.
#[derive(Debug, Clone, Default)]
pub(super) struct Bundle {
    county: BTreeMap<String, String>,
    tables: BTreeMap<TableId, Vec<Row>>,
}

/// A blank cell.
fn blank(cell: &str) -> bool {
    cell.is_empty() || cell == "—"
}

/// A field by its English id, its Chinese title with or without the remark in brackets, or 学校, 学段
/// for the key columns.
fn field(table: TableId, name: &str) -> Field {
    let id = match name {
        "学校" => "school_id",
        "学段" => "stage",
        other => other,
    };
    table
        .fields()
        .find(|f| {
            f.id() == id || f.about().zh == name || f.about().zh.starts_with(&format!("{name}("))
        })
        .unwrap_or_else(|| panic!("{} has no column {name}", table.id()))
}

impl Bundle {
    /// Lays a table over what is there.
    pub(super) fn lay(&mut self, grid: &Grid) {
        let table = TableId::named(&grid.title)
            .unwrap_or_else(|| panic!("line {}: no table {}", grid.line, grid.title));
        if table == TableId::County {
            for (_, row) in &grid.rows {
                self.fact(&row[0], &row[1]);
            }
            return;
        }
        let fields: Vec<Field> = grid.header.iter().map(|h| field(table, h)).collect();
        let rows: Vec<Row> = grid
            .rows
            .iter()
            .map(|(_, row)| fields.iter().copied().zip(row.iter().cloned()).collect())
            .collect();
        if matches!(table, TableId::Schools | TableId::Sections) {
            for row in rows {
                self.merge(table, row);
            }
        } else {
            // A list replaces what the sections it names had before.
            let key = |row: &Row| list_key(table, row);
            let named: Vec<Vec<String>> = rows.iter().map(key).collect();
            let list = self.tables.entry(table).or_default();
            list.retain(|row| !named.contains(&key(row)));
            list.extend(rows);
        }
    }

    fn merge(&mut self, table: TableId, row: Row) {
        let list = self.tables.entry(table).or_default();
        let key = table.key();
        let same = |other: &Row| key.iter().all(|k| other.get(k) == row.get(k));
        if row.values().any(|cell| cell == "删除") {
            list.retain(|other| !same(other));
            return;
        }
        match list.iter_mut().find(|other| same(other)) {
            Some(below) => below.extend(row),
            None => list.push(row),
        }
    }

    fn fact(&mut self, key: &str, value: &str) {
        let id = TableId::County
            .fields()
            .find(|f| f.about().zh == key)
            .map_or(key, |f| f.id());
        let known = TableId::County.fields().any(|f| f.id() == id)
            || FACT_PREFIXES.iter().any(|(p, ..)| id.starts_with(p));
        assert!(known, "the county has no {key}");
        self.county.insert(id.to_owned(), value.to_owned());
    }

    /// Sets what one column of a table of examples names.
    pub(super) fn set(&mut self, target: &str, cell: &str) {
        let words: Vec<&str> = target.split_whitespace().collect();
        match words.as_slice() {
            ["县情", key] => self.fact(key, cell),
            ["学校", school, name] => {
                let row = Row::from([
                    (Field::SchoolId, (*school).to_owned()),
                    (field(TableId::Schools, name), cell.to_owned()),
                ]);
                self.merge(TableId::Schools, row);
            }
            ["学段", school, stage, name] => {
                let row = Row::from([
                    (Field::SectionSchool, (*school).to_owned()),
                    (Field::SectionStage, (*stage).to_owned()),
                    (field(TableId::Sections, name), cell.to_owned()),
                ]);
                self.merge(TableId::Sections, row);
            }
            ["班级", school, stage] => {
                let rows = list(cell).enumerate().map(|(n, size)| {
                    Row::from([
                        (Field::ClassSchool, (*school).to_owned()),
                        (Field::ClassStage, (*stage).to_owned()),
                        (Field::ClassGrade, "1".to_owned()),
                        (Field::ClassName, n.to_string()),
                        (Field::ClassStudents, size.to_owned()),
                    ])
                });
                let rows = rows.collect();
                self.replace(TableId::Classes, &[school, stage], rows);
            }
            ["专用教室", school, stage, kind] => {
                let rows = list(cell).map(|area| {
                    Row::from([
                        (Field::RoomSchool, (*school).to_owned()),
                        (Field::RoomStage, (*stage).to_owned()),
                        (Field::RoomKind, (*kind).to_owned()),
                        (Field::RoomArea, area.to_owned()),
                    ])
                });
                let rows = rows.collect();
                self.replace(TableId::Rooms, &[school, stage, kind], rows);
            }
            _ => panic!("no such column: {target}"),
        }
    }

    fn replace(&mut self, table: TableId, key: &[&str], rows: Vec<Row>) {
        let list = self.tables.entry(table).or_default();
        list.retain(|row| list_key(table, row) != key);
        list.extend(rows);
    }

    pub(super) fn snapshot(&self) -> Snapshot {
        let mut snapshot = Snapshot::default();
        let mut county = Table::new();
        county.push_row();
        for (key, value) in &self.county {
            if blank(value) {
                continue;
            }
            match Field::by_id(TableId::County, key) {
                Some(field) => write(&mut county, field, 0, value),
                None => {
                    let fact = Fact {
                        value: value.clone(),
                        cell: None,
                    };
                    snapshot.facts.insert(key.clone(), fact);
                }
            }
        }
        snapshot.tables.insert(TableId::County, county);
        for (id, rows) in &self.tables {
            let mut table = Table::new();
            for row in rows {
                let at = table.push_row();
                for (field, cell) in row {
                    table.add_column(*field);
                    if !blank(cell) {
                        write(&mut table, *field, at, cell);
                    }
                }
            }
            snapshot.tables.insert(*id, table);
        }
        snapshot
    }
}

/// `96、90`; 无 is no row at all.
fn list(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('、').filter(|c| *c != "无")
}

/// What the rows of a list belong to: school and stage, of rooms their kind too.
fn list_key(table: TableId, row: &Row) -> Vec<String> {
    let fields: &[Field] = match table {
        TableId::Classes => &[Field::ClassSchool, Field::ClassStage],
        TableId::Rooms => &[Field::RoomSchool, Field::RoomStage, Field::RoomKind],
        TableId::Teachers => &[Field::TeacherSchool, Field::TeacherStage],
        _ => &[],
    };
    fields.iter().map(|f| row[f].clone()).collect()
}

fn write(table: &mut Table, field: Field, row: usize, cell: &str) {
    if field.kind().is_number() {
        let number = match cell {
            "是" => 1.0,
            "否" => 0.0,
            _ => cell
                .parse()
                .unwrap_or_else(|_| panic!("{field}: {cell} is no number")),
        };
        table.set_number(field, row, number, None);
        return;
    }
    let text = match field.kind() {
        Kind::Choice(list) => list
            .iter()
            .find(|(id, zh, _)| *id == cell || *zh == cell)
            .unwrap_or_else(|| panic!("{field} has no value {cell}"))
            .0
            .to_owned(),
        _ => cell.to_owned(),
    };
    table.set_text(field, row, text, None);
}

/// A stage by its Chinese name.
pub(super) fn stage(name: &str) -> Option<Stage> {
    [Stage::Primary, Stage::Junior, Stage::Senior]
        .into_iter()
        .find(|s| s.title().zh == name)
}

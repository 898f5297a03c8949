//! A clean county as it is written, to be spoilt by the tests.

use std::collections::BTreeMap;

use junheng_core::model::{Cell, Fact, Field, Snapshot, Source, Table, TableId};

/// A table row as written: its row in the sheet, and its cells.
#[derive(Clone)]
pub(super) struct Row(pub(super) u32, pub(super) BTreeMap<Field, String>);

/// A county as written.
#[derive(Clone, Default)]
pub(super) struct Bundle {
    pub(super) tables: BTreeMap<TableId, Vec<Row>>,
    pub(super) facts: BTreeMap<String, String>,
}

impl Bundle {
    /// Appends a row from `id value id value …`.
    fn row(&mut self, table: TableId, cells: &[(&str, String)]) {
        let rows = self.tables.entry(table).or_default();
        let cells = cells
            .iter()
            .map(|(id, value)| (Field::by_id(table, id).expect(id), value.clone()));
        rows.push(Row(rows.len() as u32 + 2, cells.collect()));
    }

    pub(super) fn set(&mut self, field: Field, row: usize, value: impl std::fmt::Display) {
        let rows = self.tables.entry(field.table()).or_default();
        if rows.is_empty() {
            rows.push(Row(2, BTreeMap::new()));
        }
        rows[row].1.insert(field, value.to_string());
    }

    pub(super) fn scale(&mut self, field: Field, row: usize, factor: f64) {
        let old: f64 = self.tables[&field.table()][row].1[&field].parse().unwrap();
        self.set(field, row, old * factor);
    }

    pub(super) fn blank(&mut self, field: Field, row: usize) {
        self.tables.get_mut(&field.table()).unwrap()[row]
            .1
            .remove(&field);
    }

    pub(super) fn drop_rows(&mut self, field: Field, value: &str) {
        let rows = self.tables.get_mut(&field.table()).unwrap();
        rows.retain(|r| r.1.get(&field).is_none_or(|v| v != value));
    }

    /// The row of `sections` of a school.
    pub(super) fn section(&self, id: &str, stage: &str) -> usize {
        let is = |row: &Row, field, value: &str| row.1.get(&field).is_some_and(|v| v == value);
        let mut rows = self.tables[&TableId::Sections].iter();
        rows.position(|r| is(r, Field::SectionSchool, id) && is(r, Field::SectionStage, stage))
            .unwrap()
    }

    pub(super) fn snapshot(&self) -> Snapshot {
        let mut snapshot = Snapshot::default();
        for (&id, rows) in &self.tables {
            let source = snapshot.sources.len() as u16;
            snapshot.sources.push(Source {
                file: format!("{}.csv", id.id()),
                sheet: String::new(),
            });
            let mut table = Table::new();
            for Row(number, cells) in rows {
                let row = table.push_row();
                for (&field, value) in cells {
                    let place = id.fields().position(|f| f == field).unwrap() as u32;
                    let (row_number, column) = match id {
                        TableId::County => (place + 2, 2),
                        _ => (*number, place + 1),
                    };
                    let cell = Some(Cell {
                        source,
                        row: row_number,
                        column,
                    });
                    if field.kind().is_number() {
                        table.set_number(field, row, value.parse().unwrap(), cell);
                    } else {
                        table.set_text(field, row, value.as_str(), cell);
                    }
                }
            }
            snapshot.tables.insert(id, table);
        }
        for (key, value) in &self.facts {
            let fact = Fact {
                value: value.clone(),
                cell: None,
            };
            snapshot.facts.insert(key.clone(), fact);
        }
        snapshot
    }
}

const PRIMARY: [&str; 10] = [
    "青川镇中心小学",
    "柳溪小学",
    "石桥小学",
    "云岭小学",
    "梅园小学",
    "白石乡中心小学",
    "高坪小学",
    "双河小学",
    "望江小学",
    "枫林小学",
];

/// Ids of the combined schools.
pub(super) const NINE: &str = "3133000012";
pub(super) const COMPLETE: &str = "3433000013";
pub(super) const POINT: &str = "2133000014";

/// A county with nothing to be said about.
pub(super) fn clean() -> Bundle {
    let mut b = Bundle::default();
    county(&mut b);
    for (i, name) in PRIMARY.iter().enumerate() {
        let id = format!("21330000{:02}", i + 1);
        school(&mut b, &id, name, 211, i);
        section(&mut b, &id, "primary", 240 + 30 * i, 6 + i, true);
    }
    school(&mut b, "3133000011", "青川初级中学", 311, 10);
    section(&mut b, "3133000011", "junior", 600, 14, true);
    school(&mut b, NINE, "白石九年一贯制学校", 312, 11);
    section(&mut b, NINE, "primary", 310, 8, false);
    section(&mut b, NINE, "junior", 190, 5, false);
    assets(&mut b, TableId::Schools, 11, 500.0);
    school(&mut b, COMPLETE, "青川中学", 341, 12);
    section(&mut b, COMPLETE, "junior", 450, 10, false);
    b.row(
        TableId::Sections,
        &[
            ("school_id", COMPLETE.into()),
            ("stage", "senior".into()),
            ("students", "700".into()),
        ],
    );
    assets(&mut b, TableId::Schools, 12, 1150.0);
    school(&mut b, POINT, "马家湾教学点", 218, 13);
    b.set(Field::ParentSchool, 13, "2133000001");
    section(&mut b, POINT, "primary", 60, 4, true);
    lists(&mut b);
    b
}

fn county(b: &mut Bundle) {
    for field in TableId::County.fields() {
        let id = field.id();
        let value = match id {
            "code" => "330182",
            "name" => "青川县",
            "school_year" => "2025-2026",
            "as_of" => "2025-09-01",
            "synthetic" => "0",
            "rotated_backbone_teachers" | "junior_cohort_died" => "20",
            "rotated_teachers" => "60",
            "migrant_children_public" => "300",
            "migrant_children_purchased" => "50",
            "junior_cohort_graduated" => "360",
            "residents" => "300000",
            "special_school_public_fund_yuan" => "4000000",
            _ if id.starts_with("monitoring_level") => "3",
            _ if id.starts_with("monitoring_difference") => "0.1",
            _ if id.starts_with("veto_") => "no",
            _ if id.contains("pay") => "90000",
            _ if id.contains("quota") => "1000",
            _ => "400",
        };
        b.set(field, 0, value);
    }
}

pub(super) fn school(b: &mut Bundle, id: &str, name: &str, kind: u16, i: usize) {
    let township = if name.starts_with("白石") || (6..10).contains(&i) {
        "白石乡"
    } else {
        "青川镇"
    };
    b.row(
        TableId::Schools,
        &[
            ("school_id", id.into()),
            ("name", name.into()),
            ("kind", kind.to_string()),
            ("locale", "121".into()),
            ("owner", "public".into()),
            ("township", township.into()),
            ("lon", (119.3 + 0.004 * i as f64).to_string()),
            ("lat", (29.5 + 0.003 * (i * i % 7) as f64).to_string()),
            ("founded_year", "1985".into()),
            ("boarding", "0".into()),
        ],
    );
}

fn section(b: &mut Bundle, id: &str, stage: &str, students: usize, classes: usize, own: bool) {
    let teachers = students.div_ceil(15);
    let n = |x: usize| x.to_string();
    b.row(
        TableId::Sections,
        &[
            ("school_id", id.into()),
            ("stage", stage.into()),
            ("students", n(students)),
            ("boarders", "20".into()),
            ("classes", n(classes)),
            ("largest_class", n(students.div_ceil(classes).max(40))),
            ("staff", n(teachers + 2)),
            ("full_time_teachers", n(teachers)),
            ("teachers_above_degree", n(teachers)),
            ("backbone_teachers", n(teachers / 2)),
            ("pe_art_teachers", n(teachers / 4)),
            ("certified_teachers", n(teachers)),
            ("teachers_trained_360h", n(teachers)),
            ("migrant_students", "12".into()),
            ("in_zone_students", n(students)),
            ("public_fund_budget_yuan", n(students * 1100)),
            ("training_fund_yuan", n(students * 60)),
        ],
    );
    if own {
        let row = b.tables[&TableId::Sections].len() - 1;
        // Some spread, as real schools have.
        let size = students as f64 * (1.0 + 0.03 * (row % 5) as f64);
        assets(b, TableId::Sections, row, size);
    }
    b.row(
        TableId::Rooms,
        &[
            ("school_id", id.into()),
            ("stage", stage.into()),
            ("kind", "music".into()),
            ("area_m2", "96".into()),
        ],
    );
}

fn assets(b: &mut Bundle, table: TableId, row: usize, size: f64) {
    for (id, each) in [
        ("teaching_area_m2", 5.5),
        ("indoor_pe_area_m2", 0.5),
        ("sports_ground_m2", 9.0),
        ("equipment_yuan", 2600.0),
        ("multimedia_rooms", 0.03),
        ("computers", 0.15),
        ("books", 25.0),
        ("building_area_m2", 9.0),
        ("land_area_m2", 25.0),
    ] {
        let field = Field::by_id(table, id).unwrap();
        b.set(field, row, (each * size).round());
    }
}

/// Classes, teachers and this year's grades of the first school; some blocks.
fn lists(b: &mut Bundle) {
    let id = "2133000001";
    for i in 1..=6 {
        b.row(
            TableId::Classes,
            &[
                ("school_id", id.into()),
                ("stage", "primary".into()),
                ("grade", i.to_string()),
                ("class", "1".into()),
                ("students", "40".into()),
            ],
        );
        b.row(
            TableId::EnrolmentHistory,
            &[
                ("school_id", id.into()),
                ("year", "2025".into()),
                ("grade", i.to_string()),
                ("students", "40".into()),
            ],
        );
        b.row(
            TableId::Blocks,
            &[
                ("block_id", format!("B{i}")),
                ("name", format!("村{i}")),
                ("lon", (119.28 + 0.01 * f64::from(i)).to_string()),
                ("lat", "29.49".into()),
            ],
        );
        b.row(
            TableId::Births,
            &[
                ("township", "青川镇".into()),
                ("year", (2018 + i).to_string()),
                ("births", "80".into()),
            ],
        );
    }
    for i in 0..16 {
        let flag = |yes: bool| if yes { "1" } else { "0" }.to_owned();
        b.row(
            TableId::Teachers,
            &[
                ("teacher_id", format!("T{i}")),
                ("school_id", id.into()),
                ("stage", "primary".into()),
                ("subject", if i < 4 { "pe" } else { "chinese" }.into()),
                ("title", "mid".into()),
                ("above_degree", "1".into()),
                ("backbone", flag(i < 8)),
                ("certified", "1".into()),
                ("training_hours_5y", "370".into()),
                ("arrived_on", "2015-09-01".into()),
                ("birth_year", "1980".into()),
            ],
        );
    }
}

/// Gives a school another code, in every table.
pub(super) fn rename(b: &mut Bundle, old: &str, new: &str) {
    for Row(_, cells) in b.tables.values_mut().flatten() {
        for value in cells.values_mut().filter(|v| *v == old) {
            *value = new.to_owned();
        }
    }
}

/// The same county a year before.
pub(super) fn last_year() -> Bundle {
    let mut before = clean();
    before.set(Field::SchoolYear, 0, "2024-2025");
    before.set(Field::AsOf, 0, "2024-09-01");
    before
}

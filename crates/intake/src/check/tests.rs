//! A clean county, one mistake at a time, and exactly the findings that it must have.

use std::collections::{BTreeMap, BTreeSet};

use junheng_core::finding::Finding;
use junheng_core::model::{Cell, Fact, Field, Snapshot, Source, Table, TableId, column_letters};
use proptest::prelude::*;

use super::{CATALOGUE, check};

/// A table row as written: its row in the sheet, and its cells.
#[derive(Clone)]
struct Row(u32, BTreeMap<Field, String>);

/// A county as written.
#[derive(Clone, Default)]
struct Bundle {
    tables: BTreeMap<TableId, Vec<Row>>,
    facts: BTreeMap<String, String>,
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

    fn set(&mut self, field: Field, row: usize, value: impl ToString) {
        let rows = self.tables.entry(field.table()).or_default();
        if rows.is_empty() {
            rows.push(Row(2, BTreeMap::new()));
        }
        rows[row].1.insert(field, value.to_string());
    }

    fn scale(&mut self, field: Field, row: usize, factor: f64) {
        let old: f64 = self.tables[&field.table()][row].1[&field].parse().unwrap();
        self.set(field, row, old * factor);
    }

    fn blank(&mut self, field: Field, row: usize) {
        self.tables.get_mut(&field.table()).unwrap()[row]
            .1
            .remove(&field);
    }

    fn drop_rows(&mut self, field: Field, value: &str) {
        let rows = self.tables.get_mut(&field.table()).unwrap();
        rows.retain(|r| r.1.get(&field).is_none_or(|v| v != value));
    }

    /// The row of `sections` of a school.
    fn section(&self, id: &str, stage: &str) -> usize {
        let is = |row: &Row, field, value: &str| row.1.get(&field).is_some_and(|v| v == value);
        let mut rows = self.tables[&TableId::Sections].iter();
        rows.position(|r| is(r, Field::SectionSchool, id) && is(r, Field::SectionStage, stage))
            .unwrap()
    }

    fn snapshot(&self) -> Snapshot {
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
const NINE: &str = "3133000012";
const COMPLETE: &str = "3433000013";
const POINT: &str = "2133000014";

/// A county with nothing to be said about.
fn clean() -> Bundle {
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

fn school(b: &mut Bundle, id: &str, name: &str, kind: u16, i: usize) {
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
            ("largest_class", "40".into()),
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

/// `code table.field row`, with less where the finding has less.
fn written(finding: &Finding) -> String {
    let place = &finding.place;
    let table = TableId::named(place.file.trim_end_matches(".csv"));
    let mut text = format!("{} {}", finding.code, place.file.trim_end_matches(".csv"));
    if !place.column.is_empty()
        && let Some(table) = table
    {
        let mut fields = table.fields().enumerate();
        let at = |i: usize| match table {
            TableId::County => place.row == Some(i as u32 + 2),
            _ => column_letters(i as u32 + 1) == place.column,
        };
        let (_, field) = fields.find(|(i, _)| at(*i)).unwrap();
        text = format!("{text}.{}", field.id());
    }
    match place.row {
        Some(row) if table != Some(TableId::County) => format!("{text} {row}"),
        _ => text,
    }
}

/// Gives a school another code, in every table.
fn rename(b: &mut Bundle, old: &str, new: &str) {
    for Row(_, cells) in b.tables.values_mut().flatten() {
        for value in cells.values_mut().filter(|v| *v == old) {
            *value = new.to_owned();
        }
    }
}

type Edit = fn(&mut Bundle);

/// A mistake, and all that must be found.
const MISTAKES: &[(Edit, &[&str])] = &[
    // Identifiers.
    (
        |b| rename(b, "2133000003", "213300003"),
        &["bad_school_code schools.school_id 4"],
    ),
    (
        |b| rename(b, "2133000003", "3133000003"),
        &["bad_school_code schools.school_id 4"],
    ),
    (
        |b| rename(b, "2133000003", "S03"),
        &["local_school_code schools"],
    ),
    (
        |b| b.set(Field::CountyCode, 0, "33018"),
        &["bad_county_code county.code"],
    ),
    (
        |b| b.set(Field::SchoolYear, 0, "2025-2027"),
        &["bad_school_year county.school_year"],
    ),
    (
        |b| b.set(Field::AsOf, 0, "2026-09-01"),
        &["as_of_outside_year county.as_of"],
    ),
    (
        |b| b.set(Field::SchoolKind, 3, 213),
        &["unknown_code schools.kind 5"],
    ),
    (
        |b| b.set(Field::Locale, 3, 113),
        &["unknown_code schools.locale 5"],
    ),
    // Ranges.
    (
        |b| b.set(Field::FoundedYear, 3, 2205),
        &["year_out_of_range schools.founded_year 5"],
    ),
    (
        |b| b.set(Field::BirthYear, 0, 2031),
        &["year_out_of_range births.year 2"],
    ),
    (
        |b| b.set(Field::BirthYearOfTeacher, 0, 1899),
        &["teacher_age teachers.birth_year 2"],
    ),
    (
        |b| b.set(Field::ArrivedOn, 0, "2027-09-01"),
        &["date_in_future teachers.arrived_on 2"],
    ),
    (
        |b| b.set(Field::ClassGrade, 0, 8),
        &["grade_not_of_stage classes.grade 2"],
    ),
    (
        |b| b.set(Field::ClassGrade, 0, 13),
        &["out_of_range classes.grade 2"],
    ),
    (
        |b| b.set(Field::LevelPe, 0, 5),
        &["out_of_range county.monitoring_level_pe"],
    ),
    (
        |b| b.set(Field::DifferencePe, 0, 14),
        &["out_of_range county.monitoring_difference_pe"],
    ),
    // Schools and their sections.
    (
        |b| {
            b.set(Field::Students, 3, 0);
            for field in [
                Field::Boarders,
                Field::MigrantStudents,
                Field::InZoneStudents,
                Field::LargestClass,
            ] {
                b.blank(field, 3);
            }
        },
        &["empty_shell schools 5", "section_empty sections.students 5"],
    ),
    (
        |b| b.blank(Field::Students, 3),
        &["students_missing sections.students 5"],
    ),
    (
        |b| {
            b.set(Field::SectionStage, 3, "junior");
            b.set(Field::RoomStage, 3, "junior");
        },
        &[
            "stage_missing schools 5",
            "stage_not_of_kind sections.stage 5",
        ],
    ),
    (
        |b| {
            let row = b.section(COMPLETE, "senior");
            b.tables.get_mut(&TableId::Sections).unwrap().remove(row);
        },
        &["senior_missing schools 14"],
    ),
    // A senior part of 0 students is a fact, not a mistake.
    (
        |b| b.set(Field::Students, b.section(COMPLETE, "senior"), 0),
        &[],
    ),
    (
        |b| {
            b.drop_rows(Field::SectionSchool, "2133000010");
            b.drop_rows(Field::RoomSchool, "2133000010");
        },
        &["school_without_section schools 11"],
    ),
    (
        |b| {
            let row = b.section(NINE, "junior");
            b.tables.get_mut(&TableId::Sections).unwrap().remove(row);
        },
        &["no_such_section rooms.stage 14", "stage_missing schools 13"],
    ),
    (
        |b| b.set(Field::ParentSchool, 13, POINT),
        &["own_parent schools.parent_school_id 15"],
    ),
    (
        |b| b.blank(Field::ParentSchool, 13),
        &["point_without_parent schools 15"],
    ),
    (
        |b| {
            for field in [
                Field::FullTimeTeachers,
                Field::TeachersAboveDegree,
                Field::BackboneTeachers,
                Field::PeArtTeachers,
                Field::CertifiedTeachers,
                Field::Trained360,
            ] {
                b.set(field, 9, 0);
            }
        },
        &["empty_shell schools 11"],
    ),
    // Sums and parts.
    (
        |b| b.set(Field::Boarders, 3, 9000),
        &["part_exceeds_whole sections.boarders 5"],
    ),
    (
        |b| b.set(Field::Rotated, 0, 500),
        &["part_exceeds_whole county.rotated_teachers"],
    ),
    (
        |b| b.set(Field::ClassStudents, 0, 38),
        &["class_sum sections.students 2"],
    ),
    (
        |b| b.set(Field::SectionClasses, 0, 7),
        &["class_count sections.classes 2"],
    ),
    (
        |b| {
            b.set(Field::ClassStudents, 0, 43);
            b.set(Field::ClassStudents, 1, 37);
        },
        &["largest_class sections.largest_class 2"],
    ),
    (
        |b| b.set(Field::SectionClasses, 3, 0),
        &["no_classes sections.classes 5"],
    ),
    (
        |b| b.set(Field::Backbone, 15, 1),
        &["teacher_list_differs sections.backbone_teachers 2"],
    ),
    // Part of the list does not say: nothing is compared.
    (|b| b.blank(Field::Backbone, 15), &[]),
    (
        |b| b.set(Field::HistoryStudents, 0, 50),
        &["history_differs sections.students 2"],
    ),
    (
        |b| b.set(Field::IndoorPeArea, 3, 5000),
        &["negative_adjusted_area sections.indoor_pe_area_m2 5"],
    ),
    (
        |b| {
            b.set(Field::Books, b.section(NINE, "primary"), 8000);
            b.set(Field::Books, b.section(NINE, "junior"), 8000);
        },
        &["sections_exceed_school schools.books 13"],
    ),
    (
        |b| b.set(Field::Books, b.section(NINE, "primary"), 8000),
        &["asset_both_ways schools.books 13"],
    ),
    (
        |b| b.set(Field::MigrantPublic, 0, 390),
        &["migrants_over_eligible county.migrant_children_eligible"],
    ),
    (
        |b| b.set(Field::CohortGraduated, 0, 381),
        &["cohort_balance county.junior_cohort_graduated"],
    ),
    (|b| b.set(Field::CohortGraduated, 0, 380), &[]),
    // Ratios.
    (
        |b| b.scale(Field::Equipment, 3, 1e-4),
        &["unit_slip sections.equipment_yuan 5"],
    ),
    (
        |b| b.scale(Field::Equipment, 3, 1e4),
        &["unit_slip sections.equipment_yuan 5"],
    ),
    (
        |b| b.scale(Field::SchoolEquipment, 11, 1e-4),
        &["unit_slip schools.equipment_yuan 13"],
    ),
    (
        |b| b.set(Field::TeacherPay, 0, 9.2),
        &["unit_slip county.teacher_average_pay_yuan"],
    ),
    (
        |b| b.set(Field::SpecialFund, 0, 390),
        &["unit_slip county.special_school_public_fund_yuan"],
    ),
    (
        |b| b.scale(Field::SportsGround, 3, 100.0),
        &["area_slip sections.sports_ground_m2 5"],
    ),
    (
        |b| b.scale(Field::LandArea, 3, 0.01),
        &["area_slip sections.land_area_m2 5"],
    ),
    (
        |b| b.set(Field::Computers, 3, 900),
        &["ratio_implausible sections.computers 5"],
    ),
    (
        |b| b.set(Field::SectionClasses, 3, 4),
        &["ratio_implausible sections.classes 5"],
    ),
    (
        |b| b.scale(Field::Books, 3, 5.0),
        &["outlier sections.books 5"],
    ),
    // Names and copies.
    (
        |b| b.set(Field::SchoolName, 3, "柳溪小学"),
        &["same_name schools.name 3", "same_name schools.name 5"],
    ),
    (
        |b| b.set(Field::SchoolName, 3, "青川中心小学"),
        &["similar_names schools.name 5"],
    ),
    (
        |b| b.set(Field::SchoolName, 3, "青川县柳溪小学校"),
        &["similar_names schools.name 5"],
    ),
    (
        |b| b.set(Field::SchoolName, 3, "柳溪村小学"),
        &["similar_names schools.name 5"],
    ),
    (
        |b| {
            b.set(Field::SchoolName, 2, "青川第一小学");
            b.set(Field::SchoolName, 3, "青川第二小学");
            b.set(Field::SchoolName, 4, "柳溪中学");
        },
        &[],
    ),
    (
        |b| {
            let rows = b.tables.get_mut(&TableId::Sections).unwrap();
            let id = rows[3].1[&Field::SectionSchool].clone();
            rows[3].1 = rows[2].1.clone();
            b.set(Field::SectionSchool, 3, id);
        },
        &[
            "identical_figures sections 4",
            "identical_figures sections 5",
        ],
    ),
    // Places.
    (
        |b| {
            b.set(Field::SchoolLon, 3, 0);
            b.set(Field::SchoolLat, 3, 0);
        },
        &["zero_coordinates schools.lon 5"],
    ),
    (
        |b| {
            b.set(Field::SchoolLon, 3, 29.5);
            b.set(Field::SchoolLat, 3, 119.3);
        },
        &["swapped_coordinates schools.lon 5"],
    ),
    (
        |b| b.set(Field::BlockLon, 3, 19.3),
        &["outside_china blocks.lon 5"],
    ),
    (
        |b| b.blank(Field::SchoolLat, 3),
        &["half_coordinates schools.lat 5"],
    ),
    (
        |b| b.set(Field::SchoolLon, 3, 121.3),
        &["outside_county schools.lon 5"],
    ),
    (
        |b| b.set(Field::SchoolLon, 3, 119.7),
        &["far_from_township schools.lon 5"],
    ),
    (
        |b| {
            b.set(Field::SchoolLon, 3, 119.3);
            b.set(Field::SchoolLat, 3, 29.5);
        },
        &["same_point schools.lon 2", "same_point schools.lon 5"],
    ),
    // Completeness.
    (
        |b| b.blank(Field::TeacherPay, 0),
        &["missing_county_keys county"],
    ),
    (
        |b| {
            b.blank(Field::TeacherPay, 0);
            b.facts.insert("attest_G8".to_owned(), "met".to_owned());
        },
        &[],
    ),
    (
        |b| (0..16).for_each(|row| b.blank(Field::TrainingFund, row)),
        &["missing_everywhere sections"],
    ),
    (
        |b| b.blank(Field::TeachingArea, 3),
        &["missing_resource_inputs sections 5"],
    ),
    (
        |b| b.blank(Field::CertifiedTeachers, 3),
        &["missing_item_inputs sections 5"],
    ),
    // The list of teachers says it already.
    (|b| b.blank(Field::CertifiedTeachers, 0), &[]),
    // Out of scope, so nothing is missed.
    (
        |b| {
            let row = b.section(POINT, "primary");
            b.set(Field::Students, row, 49);
            b.set(Field::InZoneStudents, row, 49);
            b.blank(Field::TeachingArea, row);
        },
        &[],
    ),
];

/// A mistake that only last year's bundle shows: (this year, last year).
const CHANGES: &[(fn(&mut Bundle, &mut Bundle), &[&str])] = &[
    (|_, _| {}, &[]),
    (
        |_, before| before.set(Field::CountyCode, 0, "330183"),
        &["previous_mismatch county.code"],
    ),
    (
        |_, before| before.set(Field::SchoolYear, 0, "2022-2023"),
        &["previous_mismatch county.school_year"],
    ),
    (
        |_, before| rename(before, "2133000004", "2133000094"),
        &["code_changed schools.school_id 5"],
    ),
    (
        |_, before| before.set(Field::SchoolName, 3, "云岭希望学校"),
        &["name_changed schools.name 5"],
    ),
    (
        |_, before| before.set(Field::SchoolKind, 3, 312),
        &["kind_changed schools.kind 5"],
    ),
    (
        |_, before| school(before, "2133000099", "旧庄小学", 211, 3),
        &["school_gone schools"],
    ),
    (
        |_, before| before.drop_rows(Field::SchoolId, "2133000004"),
        &["school_new schools 5"],
    ),
    // 330 students now: over 500 last year is another band than under 500.
    (
        |_, before| {
            before.set(Field::Students, 3, 480);
            before.scale(Field::Books, 3, 0.9);
        },
        &["year_jump sections.students 5"],
    ),
    (
        |_, before| {
            before.set(Field::Students, 3, 470);
            before.scale(Field::Books, 3, 0.9);
        },
        &[],
    ),
    (
        |_, before| before.set(Field::FullTimeTeachers, 3, 10),
        &["year_jump sections.full_time_teachers 5"],
    ),
    (
        |_, before| before.scale(Field::Books, 3, 1.3),
        &["assets_fell sections.books 5"],
    ),
    (
        |_, before| before.set(Field::Students, 3, 331),
        &["copied_form schools 5"],
    ),
];

fn last_year() -> Bundle {
    let mut before = clean();
    before.set(Field::SchoolYear, 0, "2024-2025");
    before.set(Field::AsOf, 0, "2024-09-01");
    before
}

fn found(now: &Bundle, before: Option<&Bundle>) -> Vec<Finding> {
    check(&now.snapshot(), before.map(Bundle::snapshot).as_ref())
}

/// Findings of every case, with what was expected of it.
fn cases() -> Vec<(Vec<Finding>, &'static [&'static str])> {
    let alone = MISTAKES.iter().map(|(edit, expected)| {
        let mut now = clean();
        edit(&mut now);
        (found(&now, None), *expected)
    });
    let changes = CHANGES.iter().map(|(edit, expected)| {
        let (mut now, mut before) = (clean(), last_year());
        edit(&mut now, &mut before);
        (found(&now, Some(&before)), *expected)
    });
    alone.chain(changes).collect()
}

#[test]
fn a_clean_county_has_no_findings() {
    let findings = found(&clean(), None);
    assert!(findings.is_empty(), "{findings:#?}");
}

#[test]
fn each_mistake_is_found_where_it_stands() {
    let mut wrong = Vec::new();
    for (n, (findings, expected)) in cases().into_iter().enumerate() {
        let mut got: Vec<String> = findings.iter().map(written).collect();
        got.sort();
        if got != expected {
            let messages: Vec<_> = findings.iter().map(|f| &f.message.zh).collect();
            wrong.push(format!(
                "case {n}: expected {expected:?}\n got {got:?}\n {messages:?}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Each code of the checks has a mistake above that is found, and an entry that explains it.
#[test]
fn every_code_is_in_the_catalogue_and_is_found() {
    let by_reader: BTreeSet<&str> = CATALOGUE
        .iter()
        .map(|e| e.code)
        .take_while(|code| *code != "bad_school_code")
        .filter(|code| !["unknown_code", "out_of_range"].contains(code))
        .collect();
    let mut seen = BTreeSet::new();
    for finding in cases().into_iter().flat_map(|(findings, _)| findings) {
        let entry = CATALOGUE.iter().find(|e| e.code == finding.code);
        let entry = entry.unwrap_or_else(|| panic!("{} is not in the catalogue", finding.code));
        assert_eq!(entry.severity, finding.severity, "{}", finding.code);
        assert!(!finding.hint.zh.is_empty() && !finding.hint.en.is_empty());
        seen.insert(finding.code);
    }
    let all: BTreeSet<&str> = CATALOGUE.iter().map(|e| e.code).collect();
    assert_eq!(all.len(), CATALOGUE.len(), "a code twice");
    let never: Vec<_> = all
        .difference(&seen)
        .filter(|c| !by_reader.contains(*c))
        .collect();
    assert!(never.is_empty(), "no mistake above shows {never:?}");
}

#[test]
fn a_message_names_the_school_the_figures_and_what_to_do() {
    let mut now = clean();
    now.set(Field::ClassStudents, 0, 22);
    let findings = found(&now, None);
    assert_eq!(
        findings[0].message.zh,
        "青川镇中心小学 小学:班级学生数合计 222 人,在校生数填 240 人,相差 18 人。"
    );
    assert_eq!(
        findings[0].message.en,
        "青川镇中心小学, primary: the classes add up to 222 students, 240 are given; the difference is 18."
    );
    assert_eq!(findings[0].hint.zh, "核对班级表与学段表,改正其中一处");
}

#[test]
fn a_plan_bundle_without_students_or_teachers_is_not_covered_with_errors() {
    let mut now = clean();
    now.tables
        .retain(|id, _| [TableId::County, TableId::Schools, TableId::Sections].contains(id));
    for Row(_, cells) in now.tables.get_mut(&TableId::Sections).unwrap() {
        cells.retain(|f, _| [Field::SectionSchool, Field::SectionStage].contains(f));
    }
    let got: BTreeSet<&str> = found(&now, None).iter().map(|f| f.code).collect();
    assert_eq!(
        got,
        BTreeSet::from(["missing_everywhere", "missing_resource_inputs"])
    );
}

/// Fields whose change leaves keys and references alone.
fn free_fields() -> Vec<Field> {
    let names = TableId::ALL
        .into_iter()
        .flat_map(TableId::key)
        .collect::<BTreeSet<_>>();
    let free = Field::ALL.iter().copied();
    free.filter(|f| f.kind().is_number() && !names.contains(f))
        .collect()
}

proptest! {
    #[test]
    fn no_number_makes_it_panic(
        edits in prop::collection::vec((0..free_fields().len(), 0..40usize, any::<f64>()), 1..40),
        huge in prop::sample::select(vec![f64::MAX, f64::INFINITY, f64::NAN, -0.0, 5e-324, -1e300]),
    ) {
        let fields = free_fields();
        let mut now = clean();
        for (n, (field, row, value)) in edits.into_iter().enumerate() {
            let field = fields[field];
            let rows = now.tables.get(&field.table()).map_or(0, Vec::len);
            if rows > 0 {
                now.set(field, row % rows, if n % 3 == 0 { huge } else { value });
            }
        }
        found(&now, Some(&last_year()));
        found(&last_year(), Some(&now));
    }

    #[test]
    fn no_text_makes_it_panic(
        edits in prop::collection::vec((0..Field::ALL.len(), 0..40usize, "[\\PC()中心镇小学0-9-]{0,12}"), 1..40),
    ) {
        let mut now = clean();
        for (field, row, value) in edits {
            let field = Field::ALL[field];
            let rows = now.tables.get(&field.table()).map_or(0, Vec::len);
            if rows > 0 && !field.kind().is_number() {
                now.set(field, row % rows, value);
            }
        }
        found(&now, Some(&last_year()));
        found(&last_year(), Some(&now));
    }

    #[test]
    fn the_order_of_rows_does_not_matter(
        edits in prop::collection::vec((0..free_fields().len(), 0..40usize, 0..2000u32), 1..30),
        turn in 1..10usize,
    ) {
        let fields = free_fields();
        let mut now = clean();
        for (field, row, value) in edits {
            let field = fields[field];
            let rows = now.tables.get(&field.table()).map_or(0, Vec::len);
            if rows > 0 {
                now.set(field, row % rows, value);
            }
        }
        let mut turned = now.clone();
        for rows in turned.tables.values_mut() {
            let by = turn % rows.len();
            rows.rotate_left(by);
            rows.reverse();
        }
        let before = last_year();
        prop_assert_eq!(found(&now, Some(&before)), found(&turned, Some(&before)));
    }
}

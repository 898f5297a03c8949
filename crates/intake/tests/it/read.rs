//! The same county in every spelling is the same snapshot.

use std::path::Path;

use junheng_core::geo;
use junheng_core::model::{Field, Sheet, Snapshot, TableId};
use junheng_intake::bundle::{read_bundle, read_path};
use junheng_intake::files::{self, InputFile};
use junheng_intake::write;
use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};

fn good() -> Vec<InputFile> {
    files::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/good")).unwrap()
}

fn snapshot(files: &[InputFile]) -> Snapshot {
    let intake = read_bundle(files, &TableId::ALL);
    assert!(!intake.refused, "{:?}", intake.findings);
    intake.snapshot
}

/// The sheets with Chinese headers and keys.
fn chinese(sheets: &[Sheet]) -> Vec<Sheet> {
    let zh = |table, id: &String| {
        Field::by_id(table, id).map_or(id.clone(), |f| f.about().zh.to_owned())
    };
    let one = |s: &Sheet| match s.table {
        TableId::County => Sheet {
            header: vec!["键".into(), "值".into()],
            rows: s
                .rows
                .iter()
                .map(|r| vec![zh(s.table, &r[0]), r[1].clone()])
                .collect(),
            ..*s
        },
        _ => Sheet {
            header: s.header.iter().map(|h| zh(s.table, h)).collect(),
            rows: s.rows.clone(),
            ..*s
        },
    };
    sheets.iter().map(one).collect()
}

fn csv_files(
    sheets: &[Sheet],
    name: impl Fn(TableId) -> &'static str,
    encode: impl Fn(String) -> Vec<u8>,
) -> Vec<InputFile> {
    let file = |s: &Sheet| InputFile {
        name: format!("{}.csv", name(s.table)),
        bytes: encode(String::from_utf8(write::csv_bytes(s).unwrap()).unwrap()),
    };
    sheets.iter().map(file).collect()
}

#[test]
fn what_is_written_reads_back_the_same() {
    let first = snapshot(&good());
    let dir = std::env::temp_dir().join(format!("junheng-roundtrip-{}", std::process::id()));
    write::write_folder(&first.sheets(), &dir).unwrap();
    let again = read_path(&dir, &TableId::ALL).snapshot;
    std::fs::remove_dir_all(&dir).unwrap();
    assert_eq!(again.sheets(), first.sheets());
    let bytes = write::workbook_bytes(&first.sheets()).unwrap();
    assert_eq!(
        snapshot(&[InputFile {
            name: "b.xlsx".into(),
            bytes
        }])
        .sheets(),
        first.sheets()
    );
}

#[test]
fn encodings_line_ends_and_languages_read_the_same() {
    let first = snapshot(&good()).sheets();
    let utf8 = String::into_bytes;
    let bom = |t: String| [b"\xEF\xBB\xBF", t.as_bytes()].concat();
    let gbk = |t: String| encoding_rs::GBK.encode(&t).0.into_owned();
    let gb18030 = |t: String| encoding_rs::GB18030.encode(&t).0.into_owned();
    let crlf = |t: String| t.replace('\n', "\r\n").into_bytes();
    let tabs = |t: String| t.replace(',', "\t").into_bytes();
    let full_width = |t: String| {
        t.replace('1', "１")
            .replace('(', "（")
            .replace(')', "）")
            .into_bytes()
    };
    let encodings: [&dyn Fn(String) -> Vec<u8>; 7] =
        [&utf8, &bom, &gbk, &gb18030, &crlf, &tabs, &full_width];
    for sheets in [first.clone(), chinese(&first)] {
        for (index, encode) in encodings.iter().enumerate() {
            for name in [TableId::id, TableId::zh] {
                let read = snapshot(&csv_files(&sheets, name, encode));
                assert_eq!(read.sheets(), first, "encoding {index}");
            }
        }
    }
}

/// A workbook as people make it: titles, headers over two rows, numbers as numbers, dates as dates,
/// a formula, a school's code merged over its stages, a hidden sheet.
fn office_book(sheets: &[Sheet]) -> Vec<u8> {
    let mut book = Workbook::new();
    let bold = Format::new().set_bold();
    let day = Format::new().set_num_format("yyyy\"年\"m\"月\"d\"日\"");
    for sheet in chinese(sheets) {
        let page = book.add_worksheet().set_name(sheet.table.zh()).unwrap();
        let width = u16::try_from(sheet.header.len()).unwrap();
        page.merge_range(0, 0, 0, width.max(2) - 1, "示例县汇总表", &bold)
            .unwrap();
        for (c, h) in (0..).zip(&sheet.header) {
            page.merge_range(1, c, 2, c, h, &bold).unwrap();
        }
        for (r, row) in (3..).zip(&sheet.rows) {
            for (c, text) in (0..).zip(row).filter(|(_, t)| !t.is_empty()) {
                match text.parse::<f64>() {
                    Ok(n) if !text.starts_with('0') || text.contains('.') => {
                        page.write_number(r, c, n)
                    }
                    _ => match ExcelDateTime::parse_from_str(text) {
                        Ok(date) if text.len() == 10 && text.contains('-') => {
                            page.write_datetime_with_format(r, c, date, &day)
                        }
                        _ => page.write_string(r, c, text),
                    },
                }
                .unwrap();
            }
        }
        match sheet.table {
            TableId::Rooms => drop(page.set_hidden(true)),
            TableId::Sections => {
                page.write_formula(3, 2, Formula::new("=1200+5").set_result("1205"))
                    .unwrap();
                page.merge_range(5, 0, 6, 0, "0000000003", &Format::new())
                    .unwrap();
            }
            _ => {}
        }
    }
    book.save_to_buffer().unwrap()
}

#[test]
fn a_workbook_as_people_make_it_reads_the_same() {
    let first = snapshot(&good()).sheets();
    let xls = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/good.xls");
    let books = [
        ("县.xlsx", office_book(&first)),
        ("县.xls", std::fs::read(xls).unwrap()),
    ];
    for (name, bytes) in books {
        let intake = read_bundle(
            &[InputFile {
                name: name.into(),
                bytes,
            }],
            &TableId::ALL,
        );
        let codes: Vec<_> = intake.findings.iter().map(|f| f.code).collect();
        assert_eq!(
            codes,
            ["hidden_sheet_read"],
            "{name}: {:?}",
            intake.findings
        );
        assert_eq!(intake.snapshot.sheets(), first, "{name}");
    }
}

#[test]
fn only_the_tables_asked_for_are_read_and_hashed() {
    let mut files = good();
    let asked = [TableId::Schools, TableId::Sections];
    let before = read_bundle(&files, &asked);
    assert_eq!(before.snapshot.tables.len(), 3);
    let teachers = files.iter_mut().find(|f| f.name == "teachers.csv").unwrap();
    teachers.bytes = b"\xff\xff".to_vec();
    assert_eq!(read_bundle(&files, &asked).digest, before.digest);
    files.reverse();
    assert_eq!(read_bundle(&files, &asked).digest, before.digest);
    let sections = files.iter_mut().find(|f| f.name == "sections.csv").unwrap();
    sections.bytes.push(b'\n');
    assert_ne!(read_bundle(&files, &asked).digest, before.digest);
}

#[test]
fn merged_names_reach_down_and_merged_numbers_do_not() {
    let first = snapshot(&good()).sheets();
    let mut book = Workbook::new();
    let plain = Format::new();
    for sheet in &first {
        let page = book.add_worksheet().set_name(sheet.table.id()).unwrap();
        for (r, row) in std::iter::once(&sheet.header)
            .chain(&sheet.rows)
            .enumerate()
        {
            for (c, text) in row.iter().enumerate().filter(|(_, t)| !t.is_empty()) {
                page.write_string(u32::try_from(r).unwrap(), u16::try_from(c).unwrap(), text)
                    .unwrap();
            }
        }
        if sheet.table == TableId::Sections {
            page.merge_range(3, 0, 4, 0, "0000000003", &plain).unwrap();
            page.merge_range(3, 5, 4, 5, "3300", &plain).unwrap();
        }
    }
    let bytes = book.save_to_buffer().unwrap();
    let intake = read_bundle(
        &[InputFile {
            name: "b.xlsx".into(),
            bytes,
        }],
        &TableId::ALL,
    );
    let codes: Vec<_> = intake
        .findings
        .iter()
        .map(|f| (f.code, f.place.row))
        .collect();
    assert_eq!(
        codes,
        [("merged_number", Some(4)), ("merged_number", Some(5))]
    );
    assert_eq!(
        intake.snapshot.text(Field::SectionSchool, 3),
        Some("0000000003")
    );
    assert_eq!(intake.snapshot.number(Field::TeachingArea, 3), None);
}

#[test]
fn every_value_knows_its_cell() {
    let snapshot = snapshot(&good());
    let cell = snapshot.cell(Field::Students, 1).unwrap();
    assert_eq!((cell.row, cell.column), (3, 3));
    assert_eq!(snapshot.source(cell).unwrap().file, "sections.csv");
    assert_eq!(snapshot.facts["attest_G1"].cell.unwrap().row, 11);
}

#[test]
fn gcj02_agrees_with_published_pairs() {
    let Some(data) = std::env::var_os("JUNHENG_REAL_DATA") else {
        println!("skipped: JUNHENG_REAL_DATA is not set");
        return;
    };
    let path = Path::new(&data).join("county-330182/schools.csv");
    let mut reader = csv::Reader::from_path(path).unwrap();
    let header = reader.headers().unwrap().clone();
    let column = |name: &str| header.iter().position(|h| h == name).unwrap();
    let columns = ["lng_gcj02", "lat_gcj02", "lng_wgs84", "lat_wgs84"].map(column);
    let mut worst = 0.0_f64;
    for row in reader.records() {
        let row = row.unwrap();
        let [x, y, lon, lat] = columns.map(|c| row[c].parse::<f64>().unwrap());
        let (a, b) = geo::from_gcj02((x, y));
        let east = (a - lon) * 111_320.0 * lat.to_radians().cos();
        worst = worst.max(east.hypot((b - lat) * 110_940.0));
    }
    assert!(worst < 1.0, "{worst} metres");
}

#[test]
fn shared_bundles_are_read_without_errors() {
    let Some(data) = std::env::var_os("JUNHENG_REAL_DATA") else {
        println!("skipped: JUNHENG_REAL_DATA is not set");
        return;
    };
    let mut read = 0;
    for family in std::fs::read_dir(Path::new(&data).join("bundles")).unwrap() {
        let Ok(cases) = std::fs::read_dir(family.unwrap().path()) else {
            continue;
        };
        for case in cases
            .map(|c| c.unwrap().path())
            .filter(|p| p.join("county.csv").exists())
            .take(3)
        {
            let intake = read_path(&case, &TableId::ALL);
            let errors: Vec<_> = intake
                .findings
                .iter()
                .filter(|f| f.severity.id() == "error")
                .collect();
            assert!(
                !intake.refused && errors.is_empty(),
                "{}: {errors:?}",
                case.display()
            );
            read += 1;
        }
    }
    assert!(read > 0);
}

proptest! {
    #[test]
    fn any_values_read_back_the_same(
        rows in proptest::collection::vec(
            ("[a-z学校(),;\"'&<=@ ]{0,8}[a-z学校]", 0u32..100_000, proptest::option::of(0.0f64..1e9)), 1..20,
        )
    ) {
        let mut files = vec![InputFile { name: "county.csv".into(), bytes: b"key,value\ncode,999901\n".to_vec() }];
        let sheets = [
            Sheet {
                table: TableId::Schools,
                header: vec!["school_id".into(), "name".into()],
                rows: (0..).zip(&rows).map(|(n, (name, ..))| vec![format!("{n:04}"), name.trim().to_owned()]).collect(),
            },
            Sheet {
                table: TableId::Sections,
                header: ["school_id", "stage", "students", "equipment_yuan"].map(String::from).to_vec(),
                rows: (0..)
                    .zip(&rows)
                    .map(|(n, (_, students, yuan))| {
                        let yuan = yuan.map_or(String::new(), |y| y.to_string());
                        vec![format!("{n:04}"), "primary".into(), students.to_string(), yuan]
                    })
                    .collect(),
            },
        ];
        files.extend(csv_files(&sheets, TableId::id, String::into_bytes));
        let first = snapshot(&files);
        for (row, (.., yuan)) in rows.iter().enumerate() {
            prop_assert_eq!(first.number(Field::Equipment, row), *yuan);
        }
        let again = snapshot(&csv_files(&first.sheets(), TableId::id, String::into_bytes));
        prop_assert_eq!(again.sheets(), first.sheets());
    }
}

#[test]
fn a_visible_sheet_wins_over_a_hidden_one_wherever_it_stands() {
    for order in [["schools", "学校"], ["学校", "schools"]] {
        let mut book = Workbook::new();
        for (name, id) in order.into_iter().zip(["1", "2"]) {
            let page = book.add_worksheet().set_name(name).unwrap();
            page.write_string(0, 0, "school_id").unwrap();
            page.write_string(1, 0, id).unwrap();
            if name == "schools" {
                page.set_hidden(true);
            } else {
                // The first sheet is active, and an active one cannot be hidden.
                page.set_active(true).set_first_tab(true);
            }
        }
        let county = book.add_worksheet().set_name("county").unwrap();
        county.write_string(0, 0, "key").unwrap();
        county.write_string(0, 1, "value").unwrap();
        county.write_string(1, 0, "code").unwrap();
        let bytes = book.save_to_buffer().unwrap();
        let file = InputFile {
            name: "b.xlsx".into(),
            bytes,
        };
        let intake = read_bundle(&[file], &TableId::ALL);
        let codes: Vec<_> = intake.findings.iter().map(|f| f.code).collect();
        assert_eq!(codes, ["hidden_sheet_skipped"], "{order:?}");
        let visible = if order[0] == "schools" { "2" } else { "1" };
        assert_eq!(intake.snapshot.text(Field::SchoolId, 0), Some(visible));
    }
}

#[test]
fn sites_that_a_command_does_not_use_are_still_there() {
    let file = |name: &str, text: &str| InputFile {
        name: name.to_owned(),
        bytes: text.as_bytes().to_vec(),
    };
    let county = file("county.csv", "key,value\ncode,999999\n");
    let sites = file("sites.csv", "site_id,stage,places\nN1,primary,100\n");
    let asked = [TableId::County, TableId::Schools, TableId::Sections];
    assert!(read_bundle(std::slice::from_ref(&county), &asked).refused);
    assert!(!read_bundle(&[county, sites], &asked).refused);
}

//! Every code of the readers is explained, and nothing is explained that no reader says.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use junheng_core::finding::Finding;
use junheng_core::model::TableId;
use junheng_intake::bundle::{read_bundle, read_path};
use junheng_intake::check::CATALOGUE;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet};

use crate::limits::{SHEET, file, patched, sheet};

fn here(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(path)
}

fn findings(bytes: Vec<u8>) -> Vec<Finding> {
    read_bundle(&[file("b.xlsx", bytes)], &TableId::ALL).findings
}

/// A sheet of texts.
fn page<'a>(book: &'a mut Workbook, name: &str, rows: &[&[&str]]) -> &'a mut Worksheet {
    let page = book.add_worksheet().set_name(name).unwrap();
    for (r, row) in (0..).zip(rows) {
        for (c, text) in (0..).zip(*row) {
            page.write_string(r, c, *text).unwrap();
        }
    }
    page
}

/// What only a workbook can have: numbers and dates as codes, merged numbers, hidden sheets.
fn office() -> Vec<u8> {
    let mut book = Workbook::new();
    page(
        &mut book,
        "county",
        &[&["key", "value"], &["name", "示例县"]],
    );
    page(&mut book, "学校", &[&["school_id", "name"]])
        .write_number(1, 0, 330_182_199_001_010_000.0)
        .unwrap()
        .write_datetime_with_format(
            2,
            0,
            ExcelDateTime::from_ymd(2025, 1, 2).unwrap(),
            &Format::new().set_num_format("yyyy-mm-dd"),
        )
        .unwrap();
    page(&mut book, "schools", &[&["school_id"], &["9"]]).set_hidden(true);
    let rows: &[&[&str]] = &[
        &["school_id", "stage", "students"],
        &["20250102", "primary"],
        &["20250102", "junior"],
    ];
    let sections = page(&mut book, "sections", rows);
    sections.set_hidden(true);
    sections
        .merge_range(1, 2, 2, 2, "", &Format::new())
        .unwrap();
    sections.write_number(1, 2, 300).unwrap();
    book.save_to_buffer().unwrap()
}

fn from_bytes() -> Vec<Finding> {
    let mut all = findings(office());
    let many = (0..205).fold("school_id,founded_year\n".to_owned(), |text, n| {
        format!("{text}{n},x\n")
    });
    all.extend(read_bundle(&[file("schools.csv", many.into_bytes())], &TableId::ALL).findings);
    let share = b"school_id,zone_arrival_rate\n1,85\n".to_vec();
    all.extend(read_bundle(&[file("schools.csv", share)], &TableId::ALL).findings);
    all.extend(findings(patched(&[
        ("xl/vbaProject.bin", b"x"),
        ("xl/externalLinks/externalLink1.xml", b"<a/>"),
    ])));
    let wide = sheet(r#"<row r="1"><c r="AAAAA1"><v>7</v></c></row>"#);
    all.extend(findings(patched(&[(SHEET, &wide)])));
    let formula = sheet(
        r#"<row r="1"><c r="A1" t="inlineStr"><is><t>school_id</t></is></c>
        <c r="B1" t="inlineStr"><is><t>founded_year</t></is></c></row>
        <row r="2"><c r="A2"><v>7</v></c><c r="B2"><f>2000+1</f></c></row>"#,
    );
    all.extend(findings(patched(&[(SHEET, &formula)])));
    all.extend(findings(
        b"PK\x05\x06".iter().chain(&[0; 18]).copied().collect(),
    ));
    let silent = include_bytes!("../../../../fuzz/seeds/xls/silent.xls");
    all.extend(findings(silent.to_vec()));
    let mut old = fs::read(here("good.xls")).unwrap();
    let at = old
        .windows(6)
        .position(|w| w == [9, 8, 16, 0, 0, 6])
        .unwrap();
    old[at + 5] = 5;
    all.extend(findings(old.clone()));
    old.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    all.extend(findings(old));
    all.extend(read_path(Path::new("no/such/folder"), &TableId::ALL).findings);
    let large = Path::new(env!("CARGO_TARGET_TMPDIR")).join("large.csv");
    // A hole: it takes no room on the disk.
    fs::File::create(&large)
        .unwrap()
        .set_len(300 << 20)
        .unwrap();
    all.extend(read_path(&large, &TableId::ALL).findings);
    fs::remove_file(large).unwrap();
    all
}

#[test]
fn the_readers_say_what_the_catalogue_explains() {
    let mut said = BTreeSet::new();
    for finding in from_bytes() {
        let entry = CATALOGUE.iter().find(|e| e.code == finding.code);
        let entry = entry.unwrap_or_else(|| panic!("{} is not in the catalogue", finding.code));
        assert_eq!(entry.severity, finding.severity, "{}", finding.code);
        said.insert(finding.code.to_owned());
    }
    // `broken.rs` holds each of these to its exact words, and to the catalogue.
    for case in fs::read_dir(here("broken")).unwrap() {
        let text =
            fs::read_to_string(case.unwrap().path().join("expected.txt")).unwrap_or_default();
        let codes = text.lines().filter(|line| !line.starts_with(' '));
        said.extend(
            codes
                .filter_map(|line| line.split(' ').nth(1))
                .map(str::to_owned),
        );
    }
    // Those of mappings and of the checks have tests of their own.
    let readers = CATALOGUE
        .iter()
        .map(|e| e.code)
        .take_while(|c| *c != "mapping_invalid");
    let never: Vec<&str> = readers.filter(|c| !said.contains(*c)).collect();
    assert!(
        never.is_empty(),
        "no input here makes a reader say {never:?}"
    );
}

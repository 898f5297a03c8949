//! The declaration tables and fill-in forms.

use std::io::{Cursor, Read};

use junheng_core::model::Field;
use junheng_paper::forms::{Form, forms};

use crate::county::{County, standard, subject};

fn made(county: &County, form: Form) -> Vec<u8> {
    let standard = standard("cn-2017-6");
    let evaluation = county.judged(&standard);
    forms(&subject(county, &standard, &evaluation), form).unwrap()
}

fn part(bytes: &[u8], name: &str) -> String {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    zip.by_name(name)
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    text
}

#[test]
fn seven_sheets_in_the_order_of_the_form() {
    let book = part(
        &made(&County::plain(), Form::Declaration),
        "xl/workbook.xml",
    );
    let mut at = 0;
    for name in ["表Ⅰ", "表Ⅱ-1", "表Ⅱ-2", "表Ⅲ", "表Ⅳ", "表Ⅴ", "表Ⅵ"] {
        let found = book.find(&format!("name=\"{name}\"")).unwrap();
        assert!(found > at, "{name}");
        at = found;
    }
    // Heads are printed on every page.
    assert!(book.matches("_xlnm.Print_Titles").count() >= 7);
}

#[test]
fn nothing_runs_as_a_formula() {
    let mut county = County::plain();
    for (row, name) in ["=1+1", "+A1", "-A1", "@SUM(A1)"].iter().enumerate() {
        county.set_text(Field::SchoolName, row, name);
    }
    let bytes = made(&county, Form::Declaration);
    for sheet in 1..=7 {
        let xml = part(&bytes, &format!("xl/worksheets/sheet{sheet}.xml"));
        assert!(!xml.contains("<f>"), "{sheet}");
    }
    assert!(part(&bytes, "xl/sharedStrings.xml").contains("<t>=1+1</t>"));
    assert!(part(&bytes, "xl/styles.xml").contains("quotePrefix"));
}

#[test]
fn a_shown_number_stays_on_its_side() {
    let mut county = County::plain();
    county.set(Field::TeachersAboveDegree, 1, 8.3998);
    let bytes = made(&county, Form::Declaration);
    // Four decimals for 4.1999 of 4.2, two for the others.
    assert!(part(&bytes, "xl/styles.xml").contains("\"0.0000\""));
}

#[test]
fn the_same_county_is_the_same_bytes() {
    for (_, form) in Form::ALL {
        assert_eq!(made(&County::plain(), form), made(&County::plain(), form));
    }
}

#[test]
fn empty_counties_and_long_names_have_forms() {
    let mut county = County::plain();
    county.set_text(Field::SchoolName, 0, &"[很长/的?校名]".repeat(8));
    county.set_text(Field::SchoolName, 1, "");
    for (_, form) in Form::ALL {
        made(&County::empty("空县"), form);
        made(&county, form);
    }
}

#[test]
fn another_standard_has_no_such_tables() {
    let standard = standard("cn-2012-3");
    let county = County::plain();
    let evaluation = county.judged(&standard);
    let refused = forms(&subject(&county, &standard, &evaluation), Form::Declaration);
    assert!(refused.unwrap_err().zh.contains("cn-2017-6"));
}

/// Rows of 学校填报表 of the forms that provinces hand out.
#[test]
fn the_form_of_a_school_has_the_official_rows() {
    let bytes = made(&County::plain(), Form::School);
    let book = part(&bytes, "xl/workbook.xml");
    assert!(book.contains("指标计算说明") && book.contains("特殊情况说明"));
    let sheet = part(&bytes, "xl/worksheets/sheet1.xml");
    // Title, head, 68 rows, signature.
    assert_eq!(sheet.matches("<row ").count(), 71);
    let words = part(&bytes, "xl/sharedStrings.xml");
    for title in [
        "博士研究生学历教师人数（初中）",
        "艺术专任教师人数",
        "学校体育馆面积",
        "上一年度公用经费决算总额",
    ] {
        assert!(words.contains(title), "{title}");
    }
    let county = part(&made(&County::plain(), Form::County), "xl/workbook.xml");
    assert!(county.contains("需上传材料说明"));
}

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use junheng_core::model::{Field, Kind, TableId};

use super::*;

fn read(bytes: Vec<u8>) -> Xlsx<Cursor<Vec<u8>>> {
    Xlsx::new(Cursor::new(bytes)).unwrap()
}

#[test]
fn the_bytes_are_the_same_every_time() {
    assert!(workbook().unwrap() == workbook().unwrap());
}

#[test]
fn a_sheet_per_table_after_the_guide() {
    let book = read(workbook().unwrap());
    let mut names = vec!["填表说明".to_owned()];
    names.extend(TableId::ALL.map(|t| t.zh().to_owned()));
    assert_eq!(book.sheet_names(), names);
}

#[test]
fn every_field_has_its_title_and_unit() {
    let mut book = read(workbook().unwrap());
    for table in TableId::ALL.into_iter().filter(|t| *t != TableId::County) {
        let range = book.worksheet_range(table.zh()).unwrap();
        for (column, field) in table.fields().enumerate() {
            let about = field.about();
            let title = range
                .get((0, column))
                .unwrap()
                .to_string()
                .replace('\n', "");
            let unit = if about.unit.is_empty() {
                String::new()
            } else {
                format!("({})", about.unit)
            };
            assert_eq!(title, format!("{}{unit}", about.zh));
        }
    }
}

#[test]
fn the_county_has_a_row_per_field_with_a_blank_value() {
    let mut book = read(workbook().unwrap());
    let range = book.worksheet_range("县情").unwrap();
    for field in TableId::County.fields().filter(|f| *f != Field::Synthetic) {
        let rows: Vec<_> = range
            .rows()
            .filter(|r| r[0] == Data::String(field.about().zh.into()))
            .collect();
        assert_eq!(rows.len(), 1, "{field}");
        assert_eq!(rows[0][1], Data::Empty);
    }
}

#[test]
fn the_example_row_says_so_and_its_choices_are_on_the_list() {
    let mut book = read(workbook().unwrap());
    for table in TableId::ALL.into_iter().filter(|t| *t != TableId::County) {
        let range = book.worksheet_range(table.zh()).unwrap();
        assert!(
            range.get((1, 0)).unwrap().to_string().starts_with("例:"),
            "{}",
            table.zh()
        );
        for (column, field) in table.fields().enumerate().skip(1) {
            let cell = range.get((1, column)).unwrap();
            let choices = rules::choices(field);
            if !choices.is_empty() {
                assert!(
                    choices.contains(&cell.to_string().as_str()),
                    "{field}: {cell}"
                );
            } else if field.kind().is_number() && *cell != Data::Empty {
                assert!(matches!(cell, Data::Float(_)), "{field}: {cell:?}");
            }
        }
    }
}

#[test]
fn titles_are_locked_and_the_cells_below_are_not() {
    let bytes = workbook().unwrap();
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut part = |name: &str| std::io::read_to_string(zip.by_name(name).unwrap()).unwrap();
    let styles = part("xl/styles.xml");
    let xfs: Vec<&str> = styles
        .split("<cellXfs")
        .nth(1)
        .unwrap()
        .split("<xf ")
        .skip(1)
        .collect();
    let unlocked = |style: &str| xfs[style.parse::<usize>().unwrap()].contains("locked=\"0\"");
    // Sheet 3 is 学校: 1 the guide, 2 the county.
    let sheet = part("xl/worksheets/sheet3.xml");
    assert!(sheet.contains("<sheetProtection"));
    let style = |from: &str| {
        from.split("s=\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap()
            .to_owned()
    };
    assert!(!unlocked(&style(sheet.split("r=\"A1\"").nth(1).unwrap())));
    let columns = sheet
        .split("<cols>")
        .nth(1)
        .unwrap()
        .split("</cols>")
        .next()
        .unwrap();
    for column in columns.split("<col ").skip(1) {
        assert!(unlocked(
            column
                .split("style=\"")
                .nth(1)
                .unwrap()
                .split('"')
                .next()
                .unwrap()
        ));
    }
}

#[test]
fn numbers_and_lists_are_checked_while_typing() {
    let bytes = workbook().unwrap();
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let sheet = std::io::read_to_string(zip.by_name("xl/worksheets/sheet4.xml").unwrap()).unwrap();
    let of = |column: &str| {
        let at = format!("sqref=\"{column}3:{column}1048576\"");
        let rule = sheet
            .split("<dataValidation ")
            .find(|r| r.contains(&at))
            .unwrap();
        rule.to_owned()
    };
    assert!(of("B").contains("小学,初中,高中"));
    assert!(of("C").contains("type=\"whole\"") && of("C").contains("不要填 0"));
    assert!(
        Field::ALL
            .iter()
            .all(|f| rules::how(*f).chars().count() <= 255)
    );
    assert!(matches!(Field::Students.kind(), Kind::Count));
}

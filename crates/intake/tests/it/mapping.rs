//! Mappings: sheets in, tables of the bundle and findings out.

use junheng_core::finding::{Finding, Place, Severity};
use junheng_core::model::{Cell, Field, Source, Table, TableId};
use junheng_core::text::Text;
use junheng_intake::Intake;
use junheng_intake::mapping::import;

use crate::lines::{codes, grid, load, message, table};

const PRIMARY: &str = "
某县小学基本情况,<,<,<,<,<,<,<,<
学校名称,是否计校数,在校生数,<,专任教师,<,<,<,固定资产总值(万元)
^,^,合计,其中:女,合计,#按学历分,<,<,其中:教学仪器设备资产值(万元)
^,^,^,^,^,博士研究生,硕士研究生,本科,^
甲,乙,1,2,3,4,5,6,7
合计,,1500,700,100,0,10,70,300.3
一小,1,1000,480,60,0,8,40,200.15
二小,1,500,220,40,0,2,30,100.15
河边教学点,0,40,20,4,,0,1,1
注:本表为县级汇总,,,,,,,,
";

pub(crate) const SECTIONS: &str = r#"
[[source]]
sheets = "*小学*"
table = "sections"
where = { "是否计校数" = "1" }
[source.columns]
school_id = "学校名称"
stage = { name = { "*小学*" = "primary", "*初中*" = "junior" } }
students = "在校生数/合计"
full_time_teachers = "专任教师"
teachers_above_degree = { sum = ["专任教师/按学历分/博士研究生", "专任教师/硕士研究生", "按学历分/本科"] }
equipment_yuan = "教学仪器设备资产值"
"#;

#[test]
fn columns_are_found_by_header_path_through_merged_headers() {
    let sheet = grid("a.xlsx", "小学", PRIMARY);
    let mapped = import(&[sheet], &load(SECTIONS));
    assert_eq!(
        table(&mapped, TableId::Sections),
        [
            "school_id|stage|students|full_time_teachers|teachers_above_degree|equipment_yuan",
            "一小|primary|1000|60|48|2001500",
            "二小|primary|500|40|32|1001500",
        ]
    );
    // The cell of the sum is its first part's, the unit is told, and the rest is listed.
    let above = mapped.tables[0].rows[0][4].1.unwrap();
    assert_eq!((above.source, above.row, above.column), (1, 7, 6));
    assert!(message(&mapped, "map_rows_unused").contains("第 6、9–10 行"));
    assert!(
        message(&mapped, "map_columns_unused").contains("D「某县小学基本情况/在校生数/其中:女」")
    );
    assert_eq!(
        codes(&mapped)
            .iter()
            .filter(|c| **c == "map_unit_converted")
            .count(),
        1
    );
}

#[test]
fn the_same_columns_are_found_in_a_flat_csv() {
    let csv = "
学校名称,是否计校数,在校生数,,专任教师,,,,教学仪器设备资产值(万元)
,,合计,女,合计,按学历分,,,
,,,,,博士研究生,硕士研究生,本科,
一小,1,1000,480,60,0,8,40,0.1
";
    let mapped = import(&[grid("小学.csv", "", csv)], &load(SECTIONS));
    assert_eq!(
        table(&mapped, TableId::Sections)[1],
        "一小|primary|1000|60|48|1000"
    );
}

#[test]
fn a_blank_part_leaves_the_sum_missing_unless_the_mapping_says_zero() {
    let all = SECTIONS.replace("where = { \"是否计校数\" = \"1\" }", "");
    let strict = import(&[grid("a.xlsx", "小学", PRIMARY)], &load(&all));
    assert_eq!(
        table(&strict, TableId::Sections)[3],
        "河边教学点|primary|40|4||10000"
    );
    assert!(message(&strict, "map_sum_incomplete").contains("第 9 行"));
    let zero = all.replace("本科\"] }", "本科\"], blank = \"0\" }");
    let zero = import(&[grid("a.xlsx", "小学", PRIMARY)], &load(&zero));
    assert_eq!(
        table(&zero, TableId::Sections)[3],
        "河边教学点|primary|40|4|1|10000"
    );
}

#[test]
fn an_unclear_or_missing_header_is_told_with_the_candidates() {
    let text = "
[[source]]
table = \"sections\"
[source.columns]
school_id = \"学校名称\"
students = \"合计\"
full_time_teachers = \"专任教师数/小计\"
classes = [\"班数\", \"在校生数/合计\"]
";
    let mapped = import(&[grid("a.xlsx", "小学", PRIMARY)], &load(text));
    let ambiguous = message(&mapped, "map_column_ambiguous");
    assert!(
        ambiguous.contains("C「") && ambiguous.contains("E「"),
        "{ambiguous}"
    );
    assert!(message(&mapped, "map_column_missing").contains("最接近的是E「"));
    // The second spelling of `classes` was found; the two others are left out, not blank.
    assert_eq!(table(&mapped, TableId::Sections)[0], "school_id|classes");
}

#[test]
fn a_workbook_of_several_stages_is_told_apart_by_its_sheets() {
    let text = r#"
[[source]]
table = "sections"
[source.columns]
school_id = "学校名称"
stage = { name = { "*小学*" = "primary", "*初中*" = "junior" } }
students = "在校生数"
"#;
    let lines = "学校名称,在校生数\n一小,900\n";
    let grids = [
        grid("小学初中.xlsx", "小学", lines),
        grid("小学初中.xlsx", "初中", lines),
        grid("县.xlsx", "全部", lines),
    ];
    let mapped = import(&grids, &load(text));
    let sections = table(&mapped, TableId::Sections);
    assert_eq!(
        sections[1..],
        ["一小|primary|900", "一小|junior|900", "一小||900"]
    );
    assert!(message(&mapped, "map_name_unknown").contains("学段"));
}

#[test]
fn county_facts_come_from_the_mapping_and_from_sheets() {
    let text = r#"
[county]
code = "330182"
residents = "400000"
attest_G1 = "met"
[[source]]
table = "county"
[source.columns]
residents = "常住人口(人)"
teacher_average_pay_yuan = { column = "教师平均工资", factor = "1000" }
"#;
    let mapped = import(
        &[grid("县.csv", "", "常住人口,教师平均工资\n442709,98.5\n")],
        &load(text),
    );
    assert_eq!(
        table(&mapped, TableId::County),
        [
            "key|value",
            "attest_G1|met",
            "code|330182",
            "residents|400000",
            "teacher_average_pay_yuan|98500"
        ]
    );
    assert!(message(&mapped, "map_values_differ").contains("「442709」"));
    let cell = |row: usize| mapped.tables[0].rows[row][1].1.unwrap();
    assert_eq!((cell(1).source, cell(1).row), (0, 3));
    assert_eq!((cell(3).source, cell(3).row, cell(3).column), (1, 2, 2));
}

#[test]
fn a_mapping_that_fits_nothing_says_so() {
    let mapped = import(&[grid("a.xlsx", "x", "别的,表\n1,2\n")], &load(SECTIONS));
    assert!(mapped.tables.is_empty());
    assert_eq!(codes(&mapped).last(), Some(&"map_nothing"));
}

#[test]
fn what_the_reader_says_goes_back_to_the_users_own_cells() {
    let mapped = import(&[grid("a.xlsx", "小学", PRIMARY)], &load(SECTIONS));
    // As the bundle reader leaves it for a folder made of these tables.
    let mut sections = Table::new();
    sections.push_row();
    let cell = |row, column| {
        Some(Cell {
            source: 0,
            row,
            column,
        })
    };
    sections.set_text(Field::SectionStage, 0, "primary", cell(2, 2));
    sections.set_number(Field::Students, 0, 1000.0, cell(2, 3));
    sections.set_number(Field::Equipment, 0, f64::NAN, cell(2, 6));
    let mut intake = Intake::default();
    intake.snapshot.sources = vec![Source {
        file: "sections.csv".into(),
        sheet: String::new(),
    }];
    intake.snapshot.tables.insert(TableId::Sections, sections);
    for (row, column) in [(Some(3), "C"), (Some(3), "Z"), (None, ""), (Some(9), "C")] {
        let place = Place {
            file: "sections.csv".into(),
            row,
            column: column.into(),
            ..Place::default()
        };
        let (code, severity) = ("x", Severity::Note);
        intake.findings.push(Finding {
            code,
            severity,
            place,
            message: Text::default(),
            hint: Text::default(),
        });
    }
    mapped.relocate(&mut intake);
    let at = |field| {
        intake.snapshot.cell(field, 0).map(|c| {
            let source = intake.snapshot.source(c).unwrap();
            format!("{} {} {} {}", source.file, source.sheet, c.row, c.column)
        })
    };
    assert_eq!(at(Field::Students).unwrap(), "a.xlsx 小学 7 3");
    assert_eq!(at(Field::Equipment).unwrap(), "a.xlsx 小学 7 9");
    // A constant stands in the mapping file.
    assert_eq!(at(Field::SectionStage).unwrap(), "m.toml  8 1");
    assert_eq!(intake.snapshot.number(Field::Students, 0), Some(1000.0));
    let places = intake.findings[mapped.findings.len()..]
        .iter()
        .map(|f| &f.place);
    let places: Vec<_> = places
        .map(|p| format!("{} {} {:?} {}", p.file, p.sheet, p.row, p.column))
        .collect();
    assert_eq!(
        places,
        [
            "a.xlsx 小学 Some(8) C",
            "a.xlsx 小学 Some(8) ",
            "a.xlsx 小学 None ",
            "sections.csv  Some(9) C",
        ]
    );
}

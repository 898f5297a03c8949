//! Mappings: sheets in, tables of the bundle and findings out.

use std::path::{Path, PathBuf};

use junheng_core::finding::{Finding, Place, Severity};
use junheng_core::model::{Cell, Field, Source, Table, TableId};
use junheng_core::text::Text;
use junheng_intake::Intake;
use junheng_intake::grid::{Grid, Value};
use junheng_intake::mapping::{Mapped, Mapping, draft, import};

/// A sheet from lines of comma-separated cells; `<` and `^` are merged with the cell to the left or
/// above.
fn grid(file: &str, sheet: &str, lines: &str) -> Grid {
    let cells: Vec<Vec<&str>> = lines
        .trim()
        .lines()
        .map(|line| line.trim().split(',').collect())
        .collect();
    let at = |r: usize, c: usize| cells.get(r).and_then(|row: &Vec<&str>| row.get(c)).copied();
    let mut merged = Vec::new();
    let mut rows = Vec::new();
    for (r, line) in cells.iter().enumerate() {
        rows.push(
            line.iter()
                .map(|cell| match *cell {
                    "" | "<" | "^" => Value::Empty,
                    text => match text.parse() {
                        Ok(number) if !text.starts_with('0') => Value::Number(number),
                        _ => Value::Text(text.to_owned()),
                    },
                })
                .collect(),
        );
        for (c, cell) in line.iter().enumerate() {
            if matches!(*cell, "<" | "^") {
                continue;
            }
            let right = (c + 1..).take_while(|c| at(r, *c) == Some("<")).count();
            let down = (r + 1..).take_while(|r| at(*r, c) == Some("^")).count();
            if right + down > 0 {
                merged.push((r as u32, c as u32, (r + down) as u32, (c + right) as u32));
            }
        }
    }
    Grid {
        file: file.into(),
        sheet: sheet.into(),
        rows,
        merged,
        hidden: false,
    }
}

fn load(text: &str) -> Mapping {
    Mapping::load("m.toml", text).unwrap_or_else(|mistakes| panic!("{mistakes:?}"))
}

/// The table as lines of `|`-separated values, the header first.
pub(crate) fn table(mapped: &Mapped, table: TableId) -> Vec<String> {
    let sheets = mapped.sheets();
    let sheet = sheets.iter().find(|s| s.table == table).unwrap();
    let rows = sheet.rows.iter().map(|row| row.join("|"));
    std::iter::once(sheet.header.join("|"))
        .chain(rows)
        .collect()
}

pub(crate) fn codes(mapped: &Mapped) -> Vec<&'static str> {
    mapped.findings.iter().map(|f| f.code).collect()
}

pub(crate) fn message<'a>(mapped: &'a Mapped, code: &str) -> &'a str {
    let finding = mapped.findings.iter().find(|f| f.code == code);
    &finding
        .unwrap_or_else(|| panic!("no {code} in {:?}", codes(mapped)))
        .message
        .zh
}

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

const SECTIONS: &str = r#"
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

const SCHOOLS: &str = r#"
[[source]]
sheets = "教基1001*"
table = "schools"
[source.columns]
school_id = "学校标识码"
name = "学校名称"
kind = { column = "办学类型", map = { "小学" = "211", "九年一贯制学校" = "312", "小学教学点" = "218" } }
parent_school_id = "主校名称"
[[source]]
sheets = ["小学", "初中"]
table = "sections"
[source.columns]
school_id = "学校名称"
stage = { name = { "小学" = "primary", "初中" = "junior" } }
students = "在校生数"
"#;

const PROFILE: &str = "
学校标识码,学校名称,办学类型,主校名称
2133000001,一小,小学,
3133000002,实验学校,九年一贯制学校,
2133000003,河边点,小学教学点,一小
2133000004,三小,少年宫,
";

#[test]
fn files_per_stage_join_by_name_to_the_codes_of_another_sheet() {
    let grids = [
        grid("a.xlsx", "教基1001", PROFILE),
        grid(
            "a.xlsx",
            "小学",
            "学校名称,在校生数\n一小,900\n实验 学校,500\n河边点,20\n三 校,5\n",
        ),
        grid("b.xlsx", "初中", "学校名称,在校生数\n实验学校,400\n"),
        grid("b.xlsx", "Sheet9", "别的,表\n1,2\n"),
    ];
    let mapped = import(&grids, &load(SCHOOLS));
    assert_eq!(
        table(&mapped, TableId::Schools),
        [
            "school_id|name|kind|parent_school_id",
            "2133000001|一小|211|",
            "3133000002|实验学校|312|",
            "2133000003|河边点|218|2133000001",
            "2133000004|三小|少年宫|",
        ]
    );
    assert_eq!(
        table(&mapped, TableId::Sections),
        [
            "school_id|stage|students",
            "2133000001|primary|900",
            "3133000002|primary|500",
            "2133000003|primary|20",
            "三 校|primary|5",
            "3133000002|junior|400",
        ]
    );
    assert!(message(&mapped, "school_two_names").contains("「实验 学校」与「实验学校」"));
    assert!(message(&mapped, "school_name_unknown").contains("「三 校」"));
    assert!(message(&mapped, "map_value_unknown").contains("少年宫"));
    assert!(message(&mapped, "map_sheet_unused").contains("未使用"));
}

#[test]
fn without_any_code_the_names_serve_and_repeated_schools_are_one() {
    let text = r#"
[[source]]
table = "schools"
[source.columns]
name = "学校名称"
kind = "办学类型"
"#;
    let grids = [
        grid(
            "小学.xlsx",
            "小学",
            "学校名称,办学类型\n一小,211\n实验学校,312\n",
        ),
        grid(
            "初中.xlsx",
            "初中",
            "学校名称,办学类型\n实验学校,311\n二中,311\n",
        ),
    ];
    let mapped = import(&grids, &load(text));
    assert_eq!(
        table(&mapped, TableId::Schools),
        [
            "school_id|name|kind",
            "一小|一小|211",
            "实验学校|实验学校|312",
            "二中|二中|311",
        ]
    );
    assert!(message(&mapped, "map_name_as_code").contains("4 行"));
    let differ = mapped
        .findings
        .iter()
        .find(|f| f.code == "map_values_differ")
        .unwrap();
    assert_eq!(
        (
            differ.place.file.as_str(),
            differ.place.row,
            differ.place.column.as_str()
        ),
        ("初中.xlsx", Some(2), "B")
    );
}

#[test]
fn one_code_with_two_names_and_a_code_twice_in_a_sheet() {
    let grids = [
        grid(
            "a.xlsx",
            "教基1001",
            "学校标识码,学校名称,办学类型,主校名称\n2133000001,一小,小学,\n",
        ),
        grid(
            "b.xlsx",
            "教基1001",
            "学校标识码,学校名称,办学类型,主校名称\n2133000001,第一小学,小学,\n2133000005,五小,小学,\n2133000005,五小东校区,小学,\n",
        ),
    ];
    let mapped = import(&grids, &load(SCHOOLS));
    assert!(message(&mapped, "school_two_names").contains("「一小」与「第一小学」"));
    // Both campuses are handed on: the reader refuses the repeated code instead of losing one.
    assert_eq!(table(&mapped, TableId::Schools).len(), 4);
}

#[test]
fn two_codes_for_one_name_are_not_guessed() {
    let grids = [
        grid(
            "a.xlsx",
            "教基1001",
            "学校标识码,学校名称,办学类型,主校名称\n2133000001,中心小学,小学,\n2133000002,中心小学,小学,\n",
        ),
        grid("a.xlsx", "小学", "学校名称,在校生数\n中心小学,900\n"),
    ];
    let mapped = import(&grids, &load(SCHOOLS));
    assert!(message(&mapped, "school_name_ambiguous").contains("2133000001、2133000002"));
    assert_eq!(table(&mapped, TableId::Sections)[1], "中心小学|primary|900");
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
    let mapped = import(&[grid("a.xlsx", "x", "别的,表\n1,2\n")], &load(SCHOOLS));
    assert!(mapped.tables.is_empty());
    assert_eq!(codes(&mapped).last(), Some(&"map_nothing"));
}

#[test]
fn the_built_in_mapping_reads_a_county_export() {
    let grids = [
        grid("统计.xlsx", "小学", "
学校名称,统计三级,办学类型,是否计校数,在校生数,专任教师,<,<,<,<,<,<,教基1102,教学及辅助用房,室内体育用房,运动场地面积,网络多媒体教室,固定资产总值
^,^,^,^,合计,合计,#按学历分,<,<,<,#按授课课程分,<,县级以上骨干教师(小学),^,^,^,^,教学仪器设备资产值(万元)
^,^,^,^,^,^,博士研究生,硕士研究生,本科,专科,体育与健康,艺术,^,^,^,^,^,^
^,^,^,^,^,^,^,^,^,^,^,计,^,^,^,^,^,^
一小,某县,小学,1,1000,60,0,8,40,10,4,5,12,5000.5,600,9000,30,200.15
实验学校,某县,九年一贯制学校,1,500,30,0,2,20,7,2,3,6,3000,,4000,15,80
"),
        grid("统计.xlsx", "初中", "
学校名称,办学类型,在校生数,专任教师,<,<,<
^,^,合计,合计,#按学历分,<,<
^,^,^,^,博士研究生,硕士研究生,本科
实验学校,九年一贯制学校,400,35,0,5,28
"),
    ];
    let mapping = Mapping::statistics().unwrap();
    let mapped = import(&grids, &mapping);
    assert_eq!(
        table(&mapped, TableId::Schools),
        [
            "school_id|name|kind",
            "一小|一小|211",
            "实验学校|实验学校|312",
        ]
    );
    assert_eq!(
        table(&mapped, TableId::Sections),
        [
            "school_id|stage|students|full_time_teachers|teachers_above_degree|backbone_teachers|pe_art_teachers|teaching_area_m2|indoor_pe_area_m2|sports_ground_m2|equipment_yuan|multimedia_rooms",
            "一小|primary|1000|60|58|12|9|5000.5|600|9000|2001500|30",
            "实验学校|primary|500|30|29|6|5|3000||4000|800000|15",
            "实验学校|junior|400|35|33|||||||",
        ]
    );
}

#[test]
fn a_draft_loads_and_reads_what_it_recognised() {
    let sheet = grid(
        "全县.xlsx",
        "小学汇总",
        "
某县小学情况,<,<,<,<,<
学校标识码,学校名称,办学类型,在校生数,<,备注\"说明
^,^,^,合计,女,^
2133000001,一小,211,1000,480,无
2133000002,二小,211,500,220,新建
",
    );
    let text = draft(std::slice::from_ref(&sheet));
    let mapped = import(&[sheet], &load(&text));
    assert_eq!(
        table(&mapped, TableId::Schools)[1],
        "2133000001|一小|211",
        "{text}"
    );
    assert_eq!(
        table(&mapped, TableId::Sections)[1..],
        ["2133000001|primary|1000", "2133000002|primary|500"],
        "{text}"
    );
    assert!(text.contains("# ? = \"女\" # 480、220"), "{text}");
    assert!(
        text.contains("stage = { value = \"primary\" } # ?"),
        "{text}"
    );
}

#[test]
fn a_draft_of_odd_sheets_still_loads() {
    for lines in ["", "a", "a,a\n1,2\n", "\"x,y\\\n1,2\n", "甲,乙\n丙,丁\n"] {
        let text = draft(&[
            grid("a\"b\\.csv", "", lines),
            grid("x.xlsx", "县\n情", lines),
        ]);
        load(&text);
    }
}

/// The folder of real data, or a message that the test was skipped.
pub(crate) fn real_data() -> Option<PathBuf> {
    let folder = std::env::var_os("JUNHENG_REAL_DATA").map(PathBuf::from);
    if folder.is_none() {
        eprintln!("skipped: JUNHENG_REAL_DATA is not set");
    }
    folder
}

pub(crate) fn read_csv(path: &Path) -> Grid {
    let file = path.file_name().unwrap().to_string_lossy().into_owned();
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_path(path)
        .unwrap();
    let cell = |c: &str| {
        if c.is_empty() {
            Value::Empty
        } else {
            Value::Text(c.to_owned())
        }
    };
    let rows = reader
        .records()
        .map(|r| r.unwrap().iter().map(cell).collect())
        .collect();
    Grid {
        file,
        rows,
        ..Grid::default()
    }
}

const JIANDE: &str = include_str!("../../../../examples/mapping/jiande.toml");

#[test]
fn jiande_is_imported_whole() {
    let Some(folder) = real_data() else { return };
    let schools = read_csv(&folder.join("county-330182/schools.csv"));
    let mapped = import(&[schools], &load(JIANDE));
    let number = |row: &String, at: usize| row.split('|').nth(at).unwrap().parse::<u32>().unwrap();
    let schools = table(&mapped, TableId::Schools);
    assert_eq!(schools[0], "school_id|name|kind|owner|lon|lat|datum");
    assert_eq!(
        schools[1],
        "2133000424|建德市新安江第一小学|211|public|119.271417|29.473354|gcj02"
    );
    assert_eq!(schools.len() - 1, 26);
    let sections = table(&mapped, TableId::Sections);
    assert_eq!(sections[0], "school_id|stage|students|classes|staff");
    let sum = |at| sections[1..].iter().map(|r| number(r, at)).sum::<u32>();
    assert_eq!(
        (sections.len() - 1, sum(2), sum(3), sum(4)),
        (26, 21_619, 544, 1_413)
    );
    assert_eq!(
        table(&mapped, TableId::County),
        [
            "key|value",
            "code|330182",
            "name|建德市",
            "school_year|2025-2026",
        ]
    );
    assert_eq!(codes(&mapped), ["map_columns_unused"]);
}

#[test]
fn a_draft_of_jiande_finds_its_figures() {
    let Some(folder) = real_data() else { return };
    let schools = read_csv(&folder.join("county-330182/schools.csv"));
    let text = draft(std::slice::from_ref(&schools));
    let mapped = import(&[schools], &load(&text));
    let schools = table(&mapped, TableId::Schools);
    assert!(
        schools[1].starts_with("2133000424|建德市新安江第一小学|211|"),
        "{text}"
    );
    let sections = table(&mapped, TableId::Sections);
    assert_eq!(
        sections[0], "school_id|stage|students|classes|staff",
        "{text}"
    );
    assert_eq!(sections[1], "2133000424|primary|1165|26|68", "{text}");
}

proptest::proptest! {
    #[test]
    fn no_sheet_is_too_odd(
        cells in proptest::collection::vec(proptest::collection::vec("(学校名称|在校生数|合计|一小|1|3\\.5|-|[/#:(]|\\PC{0,3})?", 0..6), 0..8),
        merged in proptest::collection::vec(proptest::array::uniform4(0u32..9), 0..4),
    ) {
        let value = |text: String| match text.parse() {
            Ok(number) => Value::Number(number),
            Err(_) if text.is_empty() => Value::Empty,
            Err(_) => Value::Text(text),
        };
        let rows = cells.into_iter().map(|row| row.into_iter().map(value).collect()).collect();
        let merged = merged.into_iter().map(|[a, b, c, d]| (a, b, c, d)).collect();
        let sheet = Grid { file: "小学.xlsx".into(), sheet: "小学".into(), hidden: false, rows, merged };
        let grids = std::slice::from_ref(&sheet);
        // Every value is where it says it is.
        let mapped = import(grids, &load(SECTIONS));
        for (text, cell) in mapped.tables.iter().flat_map(|t| &t.rows).flatten() {
            if let Some(cell) = cell.filter(|c| c.source > 0) {
                let at = sheet.at(cell.row as usize - 1, cell.column as usize - 1);
                proptest::prop_assert!(*at != Value::Empty, "{text} at {cell:?}");
            }
        }
        load(&draft(grids));
        let _ = import(grids, &Mapping::statistics().unwrap());
    }
}

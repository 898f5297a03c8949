//! The mappings that come with the program, drafts, and real files.

use junheng_core::model::TableId;
use junheng_intake::grid::{Grid, Value};
use junheng_intake::mapping::{Mapping, draft, import};

use crate::lines::{codes, grid, load, read_csv, real_data, table};
use crate::mapping::SECTIONS;

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
学校名称,办学类型,在校生数,专任教师,<,<,<,教学及辅助用房
^,^,合计,合计,#按学历分,<,<,^
^,^,^,^,博士研究生,硕士研究生,本科,^
实验学校,九年一贯制学校,400,35,0,5,28,3000
"),
    ];
    let mapping = Mapping::statistics().unwrap();
    let mapped = import(&grids, &mapping);
    assert_eq!(
        table(&mapped, TableId::Schools),
        [
            "school_id|name|kind|teaching_area_m2|indoor_pe_area_m2|sports_ground_m2|equipment_yuan|multimedia_rooms",
            "一小|一小|211|5000.5|600|9000|2001500|30",
            "实验学校|实验学校|312|3000||4000|800000|15",
        ]
    );
    assert_eq!(
        table(&mapped, TableId::Sections),
        [
            "school_id|stage|students|full_time_teachers|teachers_above_degree|backbone_teachers|pe_art_teachers",
            "一小|primary|1000|60|58|12|9",
            "实验学校|primary|500|30|29|6|5",
            "实验学校|junior|400|35|33||",
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
        let sheet = Grid { file: "小学.xlsx".into(), sheet: "小学".into(), rows, merged, ..Grid::default() };
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

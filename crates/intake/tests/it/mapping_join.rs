//! Mappings: rows of several sheets and files into one table.

use junheng_core::model::TableId;
use junheng_intake::mapping::import;

use crate::lines::{grid, load, message, table};

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

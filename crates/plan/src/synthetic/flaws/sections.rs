//! Errors in the figures of a section.

use crate::synthetic::rng::rounded;

/// How a cell of a section is spoilt: a new text from the other figures of its row.
pub(super) type Spoil = fn(&dyn Fn(&str) -> f64) -> String;
/// Code, column, new text, and what was done in Chinese and English.
pub(super) type OnSection = (
    &'static str,
    &'static str,
    Spoil,
    &'static str,
    &'static str,
);

/// Each is planted in a section of its own.
pub(super) const ON_SECTIONS: &[OnSection] = &[
    (
        "not_a_number",
        "computers",
        |_| "约三十".into(),
        "数字写成文字",
        "words for a number",
    ),
    (
        "negative",
        "sports_ground_m2",
        |v| text(-v("sports_ground_m2")),
        "面积为负",
        "a negative area",
    ),
    (
        "class_count",
        "classes",
        |v| text(v("classes") + 1.0),
        "多报一个班",
        "one class too many",
    ),
    (
        "class_sum",
        "students",
        |v| text(v("students") + 7.0),
        "在校生多报 7 人",
        "7 students too many",
    ),
    (
        "unit_slip",
        "equipment_yuan",
        |v| text(rounded(v("equipment_yuan") / 10_000.0, 4)),
        "万元数填成了元",
        "万元 given as yuan",
    ),
    (
        "area_slip",
        "teaching_area_m2",
        |v| text(rounded(v("teaching_area_m2") * 100.0, 0)),
        "面积大了一百倍",
        "an area a hundredfold",
    ),
    (
        "part_exceeds_whole",
        "teachers_above_degree",
        |v| text(v("full_time_teachers") + 2.0),
        "高于规定学历教师多于专任教师",
        "more teachers above the degree than teachers",
    ),
    (
        "part_exceeds_whole",
        "boarders",
        |v| text(v("students") + 5.0),
        "寄宿生多于在校生",
        "more boarders than students",
    ),
    (
        "part_exceeds_whole",
        "in_zone_students",
        |v| text(v("students") + 3.0),
        "片内学生多于在校生",
        "more students in the zone than students",
    ),
    (
        "negative_adjusted_area",
        "indoor_pe_area_m2",
        |v| text(rounded(v("teaching_area_m2") + 50.0, 1)),
        "室内体育用房大于教学及辅助用房",
        "indoor PE area over the teaching area",
    ),
    (
        "ratio_implausible",
        "books",
        |v| text(v("students") * 500.0),
        "生均图书 500 册",
        "500 books per student",
    ),
];

/// A number as it is written in a table.
pub(super) fn text(number: f64) -> String {
    format!("{number}")
}

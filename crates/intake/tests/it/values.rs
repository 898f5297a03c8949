//! Cells as people write them.

use junheng_core::model::Field;
use junheng_intake::grid::Value;
use junheng_intake::parse::{Parsed, cell};

fn read(field: Field, text: &str, shift: i32) -> Result<Parsed, &'static str> {
    let (parsed, problem) = cell(field, &Value::Text(text.to_owned()), shift);
    problem.map_or(Ok(parsed), |p| Err(p.code))
}

#[test]
fn numbers() {
    for (field, text, shift, expected) in [
        (Field::Students, "405", 0, 405.0),
        (Field::Students, "405.0", 0, 405.0),
        (Field::Students, "４０５人", 0, 405.0),
        (Field::Students, " 1,205 ", 0, 1205.0),
        (Field::Students, "1，205", 0, 1205.0),
        (Field::Students, "1.205E+3", 0, 1205.0),
        (Field::TeachingArea, "3,200.5平方米", 0, 3200.5),
        (Field::TeachingArea, "3200.5㎡", 0, 3200.5),
        (Field::Equipment, "12.34", 4, 123_400.0),
        (Field::Equipment, "0.07", 4, 700.0),
        (Field::Equipment, "12.5万元", 0, 125_000.0),
        (Field::Equipment, "12.5万元", 4, 125_000.0),
        (Field::Equipment, "125000元", 4, 125_000.0),
        (Field::ArrivalRate, "85%", 0, 0.85),
        (Field::ArrivalRate, "85.3％", 0, 0.853),
        (Field::ArrivalRate, "八成", 0, f64::NAN),
        (Field::ArrivalRate, "8成", 0, 0.8),
        (Field::TravelPrimaryMetres, "1.25公里", 0, 1250.0),
        (Field::SchoolLon, "-12.5", 0, -12.5),
        (Field::ClassGrade, "三年级", 0, 3.0),
        (Field::ClassGrade, "初一", 0, 7.0),
        (Field::FoundedYear, "1998年", 0, 1998.0),
        (Field::FoundedYear, "1998.9", 0, 1998.0),
        (Field::FoundedYear, "1998-09-01", 0, 1998.0),
        (Field::HistoryYear, "2024-2025", 0, 2024.0),
        (Field::SchoolKind, "51x", 0, 510.0),
        (Field::SchoolKind, "九年一贯制学校", 0, 312.0),
        (Field::SchoolKind, "211 小学", 0, 211.0),
        (Field::Locale, "镇中心区", 0, 121.0),
        (Field::Boarding, "是", 0, 1.0),
        (Field::Boarding, "×", 0, 0.0),
    ] {
        match read(field, text, shift) {
            Ok(Parsed::Number(n)) => assert_eq!(n, expected, "{text}"),
            other => assert!(expected.is_nan() && other.is_err(), "{text}: {other:?}"),
        }
    }
}

#[test]
fn texts_codes_and_dates() {
    for (field, text, expected) in [
        (Field::SchoolId, "0012", "0012"),
        (Field::SchoolId, "２１３３", "2133"),
        (Field::SchoolId, "'0012", "0012"),
        (Field::SchoolId, "2133.0", "2133"),
        (Field::Wishes, "a； b、c", "a;b;c"),
        (Field::SectionStage, "小学", "primary"),
        (Field::SectionStage, "Junior", "junior"),
        (Field::Owner, "非民办", "public"),
        (Field::TeacherSubject, "体育", "pe"),
        (Field::TeacherDegree, "大专", "college"),
        (Field::TeacherDegree, "研究生", "master"),
        (Field::TeacherTitle, "none", "none"),
        (Field::VetoSafety, "√", "yes"),
        (Field::SchoolDatum, "GCJ-02", "gcj02"),
        (Field::CostYuan, "不许", "no"),
        (Field::CostYuan, "1.2万元", "12000"),
        (Field::AsOf, "2025年9月1日", "2025-09-01"),
        (Field::AsOf, "45901", "2025-09-01"),
        (Field::AsOf, "2025/9/1 00:00:00", "2025-09-01"),
        (Field::SchoolName, " 城关\n一小 ", "城关 一小"),
    ] {
        assert_eq!(
            read(field, text, 0),
            Ok(Parsed::Text(expected.to_owned())),
            "{text}"
        );
    }
}

#[test]
fn what_is_missing_is_not_zero() {
    for text in [
        "", " ", "—", "-", "－", "--", "/", "无", "空", "N/A", "null", "不详",
    ] {
        for field in [
            Field::Students,
            Field::TeachingArea,
            Field::SchoolName,
            Field::Owner,
            Field::Boarding,
            Field::AsOf,
        ] {
            assert_eq!(read(field, text, 0), Ok(Parsed::Missing), "{text}");
        }
    }
}

#[test]
fn what_cannot_be_told_says_why() {
    for (field, text, code) in [
        (Field::Students, "约405", "not_a_number"),
        (Field::Students, "3.5", "not_whole"),
        (Field::Students, "-3", "negative"),
        (Field::Students, "1,23", "not_a_number"),
        (Field::Students, "12元", "not_a_number"),
        (Field::Students, "1e400", "not_a_number"),
        (Field::Students, "1e-400", "not_a_number"),
        (Field::ArrivalRate, "85", "share_over_one"),
        (Field::SchoolKind, "重点小学", "unknown_code"),
        (Field::SchoolKind, "211 初中", "unknown_code"),
        (Field::SchoolKind, "9999", "out_of_range"),
        (Field::Boarding, "部分", "not_a_flag"),
        (Field::AsOf, "2025-02-30", "not_a_date"),
        (Field::AsOf, "2025-09", "day_assumed"),
        (Field::FoundedYear, "98", "not_a_year"),
        (Field::TeacherSubject, "奥数", "unknown_word"),
        (Field::Students, "#REF!", "cell_error"),
        (Field::SchoolId, "2.13E+09", "id_in_scientific_notation"),
    ] {
        assert_eq!(read(field, text, 0), Err(code), "{text}");
    }
    for (field, code) in [
        (Field::Students, "not_a_number"),
        (Field::SchoolKind, "not_a_number"),
    ] {
        let (parsed, problem) = cell(field, &Value::Bool(true), 0);
        assert_eq!((parsed, problem.unwrap().code), (Parsed::Missing, code));
    }
    let (yes, problem) = cell(Field::Boarding, &Value::Bool(true), 0);
    assert_eq!((yes, problem), (Parsed::Number(1.0), None));
    let (id, problem) = cell(Field::SchoolId, &Value::Number(3_301_820_001_234_567.0), 0);
    assert_eq!(id, Parsed::Text("3301820001234567".to_owned()));
    assert_eq!(problem.unwrap().code, "long_id_as_number");
}

//! What may be typed in a cell: drop-downs, limits, the words that say so, and examples.

use junheng_core::model::{Field, Kind, LOCALES, SCHOOL_KINDS, TableId};
use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, DataValidationRule, ExcelDateTime, Formula, XlsxError,
};

/// The names to choose from; empty where anything may be typed.
pub(super) fn choices(field: Field) -> Vec<&'static str> {
    match field.kind() {
        Kind::Choice(list) => list.iter().map(|(_, zh, _)| *zh).collect(),
        Kind::Flag => vec!["是", "否"],
        Kind::Code(..) if field == Field::Locale => LOCALES.iter().map(|(_, zh, _)| *zh).collect(),
        Kind::Code(..) => SCHOOL_KINDS
            .iter()
            .map(|(_, zh, _)| *zh)
            .chain(["特殊教育学校"])
            .collect(),
        _ => Vec::new(),
    }
}

/// The validation of a field's cells.
pub(super) fn of(field: Field) -> Result<DataValidation, XlsxError> {
    let rule = DataValidation::new();
    let rule = match field.kind() {
        Kind::Choice(_) | Kind::Flag => rule.allow_list_strings(&choices(field))?,
        // A code itself is fine too (511 …): warn, do not stop.
        Kind::Code(..) => rule
            .allow_list_strings(&choices(field))?
            .set_error_style(DataValidationErrorStyle::Warning),
        Kind::Count => rule.allow_whole_number(DataValidationRule::GreaterThanOrEqualTo(0)),
        Kind::Amount | Kind::Yuan => {
            rule.allow_decimal_number(DataValidationRule::GreaterThanOrEqualTo(0.0))
        }
        Kind::Share => rule.allow_decimal_number(DataValidationRule::Between(0.0, 1.0)),
        Kind::Number => rule.allow_decimal_number(DataValidationRule::Between(-180.0, 180.0)),
        Kind::Year => rule.allow_whole_number(DataValidationRule::Between(1900, 2100)),
        Kind::Date => rule.allow_date(DataValidationRule::Between(
            ExcelDateTime::from_ymd(1950, 1, 1)?,
            ExcelDateTime::from_ymd(2100, 12, 31)?,
        )),
        _ if field == Field::CountyCode => rule.allow_text_length(DataValidationRule::EqualTo(6)),
        Kind::Text | Kind::Id | Kind::Ref(_) | Kind::Ids => rule.allow_any_value(),
        Kind::YuanOrNo => rule.allow_custom(Formula::new("=TRUE")),
    };
    rule.set_error_title("请检查这一格")?
        .set_error_message(how(field))
}

/// How to fill a field, in one or two short sentences.
pub(super) fn how(field: Field) -> String {
    match field.kind() {
        _ if field == Field::CountyCode => "六位行政区划代码,如 330182。",
        _ if field == Field::SchoolYear => "写成 2025-2026。",
        _ if field == Field::SchoolId => "十位学校(机构)标识码,按文本填写,不丢开头的 0。",
        _ if field == Field::Wishes => "学校标识码,先写最想去的,用分号隔开。",
        _ if field == Field::ClassGrade => "一年级填 1,初一填 7,高一填 10。",
        _ if field == Field::HistoryGrade => "一年级填 1,初一填 7。",
        Kind::Text => "填文字。没有就留空。",
        Kind::Id => "按文本填写,不丢开头的 0;同一事物在各表中写法一致。",
        Kind::Ref(table) => return format!("填「{}」表中已有的编号。", table.zh()),
        Kind::Ids => "几个编号用分号隔开。",
        Kind::Count => "填 0 或正整数。没有数据请留空,不要填 0。",
        Kind::Amount => "填 0 或正数。没有数据请留空,不要填 0。",
        Kind::Yuan => "以元为单位(不是万元),填 0 或正数。没有数据请留空。",
        Kind::Share => "填 0 到 1 的小数或百分数,如 85%。没有数据请留空。",
        Kind::Number => "填十进制数,如经度 119.281、纬度 29.476。",
        Kind::Flag => "从下拉列表选「是」或「否」。不清楚请留空。",
        Kind::Year => "填四位年份,如 2025。",
        Kind::Date => "填日期,如 2025-09-01。",
        Kind::Choice(_) => "请从下拉列表中选择。不清楚请留空。",
        Kind::Code(..) => "请从下拉列表中选择,也可以填国家标准的三位代码。",
        Kind::YuanOrNo => "填每单位多少元;不允许这项措施就填 no。",
    }
    .to_owned()
}

/// A plausible value, the same thing in every table.
pub(super) fn example(field: Field) -> String {
    let block = "J001";
    let school = "3390000001";
    match field.kind() {
        Kind::Choice(list) if field == Field::TeacherDegree => list.get(2).map_or("", |c| c.1),
        Kind::Choice(list) if field == Field::TeacherTitle => list.get(2).map_or("", |c| c.1),
        Kind::Choice(list) => list.first().map_or("", |c| c.1),
        Kind::Flag => "否",
        Kind::Code(..) if field == Field::Locale => "镇中心区",
        Kind::Code(..) => "小学",
        Kind::Date if field == Field::LastMovedOn => "2019-08-20",
        Kind::Date => "2022-08-20",
        Kind::Ref(TableId::Blocks) if field == Field::AdjacentB => "J002",
        Kind::Ref(TableId::Blocks) => block,
        _ if field == Field::ParentSchool || field == Field::SiteExisting => "",
        Kind::Ref(TableId::Schools) => school,
        _ => return said(field).to_owned(),
    }
    .to_owned()
}

/// Examples that only the field knows, by its id.
fn said(field: Field) -> &'static str {
    match field.id() {
        "school_id" => "3390000001",
        "block_id" => "J001",
        "site_id" => "X01",
        "teacher_id" => "T0001",
        "wishes" => "3390000002;3390000003",
        "name" if field.table() == TableId::Blocks => "东门社区",
        "name" => "城关镇第一小学",
        "township" => "城关镇",
        "lon" | "from_lon" | "home_lon" => "119.281",
        "lat" | "from_lat" | "home_lat" => "29.476",
        "to_lon" => "119.288",
        "to_lat" => "29.479",
        "founded_year" => "1998",
        "year" => "2025",
        "birth_year" => "1986",
        "years_since_normal_graduate" => "2",
        "zone_arrival_rate" => "0.96",
        "students" if field.table() == TableId::Sections => "640",
        "students" if field.table() == TableId::Classes => "42",
        "students" => "108",
        "boarders" => "0",
        "classes" => "16",
        "largest_class" => "44",
        "places" => "720",
        "staff" => "42",
        "full_time_teachers" | "certified_teachers" => "38",
        "teachers_above_degree" => "36",
        "teachers_trained_360h" => "37",
        "backbone_teachers" => "7",
        "pe_art_teachers" => "6",
        "itinerant_pe_art_teachers" => "1",
        "mid_title_teachers" => "20",
        "teaching_area_m2" => "4200",
        "indoor_pe_area_m2" => "600",
        "sports_ground_m2" => "5200",
        "equipment_yuan" => "1650000",
        "multimedia_rooms" => "18",
        "computers" => "110",
        "books" => "19200",
        "building_area_m2" => "6800",
        "land_area_m2" => "16500",
        "canteen_dormitory_land_m2" => "900",
        "migrant_students" => "45",
        "in_zone_students" => "610",
        "public_fund_budget_yuan" => "480000",
        "training_fund_yuan" => "30000",
        "grade" => "1",
        "class" => "1班",
        "area_m2" => "96",
        "training_hours_5y" => "380",
        "weekly_hours" => "14",
        "residents" => "3200",
        "children_primary" => "210",
        "children_junior" => "96",
        "metres" => "1350",
        "option" => "A",
        "open_cost_yuan" => "45000000",
        "min_students" => "180",
        "boarding_places" => "0",
        "births" => "320",
        "children" => "300",
        "housing_id" => "Z1",
        "dwellings" => "600",
        "primary_per_100" => "25",
        "junior_per_100" => "10",
        "yuan" if field.table() == TableId::Budgets => "20000000",
        "yuan" => "100000",
        "lead_years" => "0",
        "limit" => "5",
        _ => "",
    }
}

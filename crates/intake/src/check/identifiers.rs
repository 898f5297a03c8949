//! Codes of schools and the county, the school year, code lists.

use junheng_core::date::{Date, SchoolYear};
use junheng_core::model::{Field, SCHOOL_KINDS, TableId, kind_title};

use super::report::{Report, say};
use super::view::{School, View};

/// 城乡类型 codes of the statistics, their parents in both spellings included.
const LOCALES: &[u16] = &[
    111, 112, 121, 122, 123, 210, 220, 1, 100, 11, 110, 12, 120, 2, 200,
];

pub(super) fn check(view: &View<'_>, report: &mut Report<'_>) {
    county(view, report);
    for school in &view.schools {
        school_code(school, report);
        province(view, school, report);
        code_lists(view, school, report);
    }
    local_codes(view, report);
}

fn county(view: &View<'_>, report: &mut Report<'_>) {
    let code = view.text(Field::CountyCode, 0);
    let six_digits = code.len() == 6 && digits(code);
    if !code.is_empty() && !six_digits {
        report.at(
            "bad_county_code",
            Field::CountyCode,
            0,
            say!(
                "县代码“{code}”不是六位数字。",
                "County code {code} is not six digits."
            ),
        );
    }
    let year = view.text(Field::SchoolYear, 0);
    let first = SchoolYear::read(year);
    if !year.is_empty() && first.is_none() {
        report.at(
            "bad_school_year",
            Field::SchoolYear,
            0,
            say!(
                "学年“{year}”不是连续两年的写法。",
                "School year {year} is not two years in a row."
            ),
        );
    }
    let as_of: Option<Date> = view.text(Field::AsOf, 0).parse().ok();
    if let (Some(first), Some(as_of)) = (first, as_of)
        && !first.contains(as_of)
    {
        report.at(
            "as_of_outside_year",
            Field::AsOf,
            0,
            say!(
                "数据时点 {as_of} 不在学年 {year} 之内。",
                "The figures are of {as_of}, outside the school year {year}."
            ),
        );
    }
}

fn school_code(school: &School<'_>, report: &mut Report<'_>) {
    let (id, name) = (school.id, school.name);
    if !digits(id) {
        return;
    }
    if id.len() != 10 {
        let length = id.len();
        report.at(
            "bad_school_code",
            Field::SchoolId,
            school.row,
            say!(
                "{name}：学校代码 {id} 有 {length} 位，应为 10 位。",
                "{name}: the school code {id} has {length} digits, not 10."
            ),
        );
        return;
    }
    let Some(kind) = school.kind else { return };
    let fitting = categories(kind);
    let category = id.get(..2).unwrap_or("");
    if !fitting.is_empty() && !fitting.contains(&category) {
        let (title, list) = (kind_title(kind), fitting.join("/"));
        let (zh, en) = (title.zh, title.en);
        report.at(
            "code_not_of_kind",
            Field::SchoolId,
            school.row,
            say!(
                "{name}：学校代码 {id} 以 {category} 开头，办学类型 {kind} {zh} 应为 {list}。",
                "{name}: the school code {id} begins with {category}; kind {kind} ({en}) asks for {list}."
            ),
        );
    }
}

/// Digits three and four of a school's code are its province's, as the county's first two are.
fn province(view: &View<'_>, school: &School<'_>, report: &mut Report<'_>) {
    let (id, county) = (school.id, view.text(Field::CountyCode, 0));
    if id.len() != 10 || !digits(id) || county.len() != 6 || !digits(county) || synthetic(view) {
        return;
    }
    let (own, asked) = (id.get(2..4).unwrap_or(""), county.get(..2).unwrap_or(""));
    if own != asked {
        let name = school.name;
        report.at(
            "code_not_of_province",
            Field::SchoolId,
            school.row,
            say!(
                "{name}：学校代码 {id} 的省级代码是 {own}，县代码 {county} 属 {asked}。",
                "{name}: the school code {id} is of province {own}, the county {county} of {asked}."
            ),
        );
    }
}

/// First two digits that a code of this kind may have; empty where nobody says.
fn categories(kind: u16) -> &'static [&'static str] {
    match kind {
        211 | 218 => &["21"],
        311 => &["31"],
        // Which class a combined school belongs to differs between sources: both are taken.
        312 => &["21", "31"],
        321 => &["32"],
        341 => &["34"],
        345 => &["31", "34"],
        510..=519 => &["51"],
        _ => &[],
    }
}

fn code_lists(view: &View<'_>, school: &School<'_>, report: &mut Report<'_>) {
    let name = school.name;
    if let Some(kind) = school.kind {
        let known = SCHOOL_KINDS.iter().any(|(code, ..)| *code == kind);
        if !known && !(510..520).contains(&kind) {
            report.at(
                "unknown_code",
                Field::SchoolKind,
                school.row,
                say!(
                    "{name}：办学类型 {kind} 不在代码表中（211、218、311、312、321、341、345、51x）。",
                    "{name}: kind {kind} is not in the list (211, 218, 311, 312, 321, 341, 345, 51x)."
                ),
            );
        }
    }
    if let Some(locale) = view.number(Field::Locale, school.row)
        && !LOCALES.iter().any(|&code| f64::from(code) == locale)
    {
        report.at(
            "unknown_code",
            Field::Locale,
            school.row,
            say!(
                "{name}：城乡类型 {locale} 不在代码表中（111、112、121、122、123、210、220）。",
                "{name}: locale {locale} is not in the list (111, 112, 121, 122, 123, 210, 220)."
            ),
        );
    }
}

/// One note for all codes of the bureau's own making; a synthetic county has no others.
fn local_codes(view: &View<'_>, report: &mut Report<'_>) {
    if synthetic(view) {
        return;
    }
    let local = view
        .schools
        .iter()
        .filter(|s| !s.id.is_empty() && !digits(s.id));
    let count = local.clone().count();
    if let Some(first) = local.map(|s| s.id).min() {
        report.at_table(
            "local_school_code",
            TableId::Schools,
            say!(
                "{count} 所学校用自编代码（如 {first}），不是 10 位学校标识码。",
                "{count} schools have codes of their own (such as {first}), not the ten-digit code."
            ),
        );
    }
}

fn synthetic(view: &View<'_>) -> bool {
    view.number(Field::Synthetic, 0) == Some(1.0)
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

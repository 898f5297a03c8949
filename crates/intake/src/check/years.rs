//! This year against last year.

use std::collections::{BTreeMap, BTreeSet};

use junheng_core::model::{Field, TableId};

use super::limits::{self, Limit};
use super::report::{Report, num, say};
use super::view::{School, Section, View};

/// Assets that a school seldom loses.
fn assets() -> impl Iterator<Item = Field> {
    Field::SHARED.iter().flat_map(|&(own, whole)| [own, whole])
}

/// Findings that need the bundle of the year before.
pub(super) fn check(view: &View<'_>, before: &View<'_>, report: &mut Report<'_>) {
    let (code, old_code) = (
        view.text(Field::CountyCode, 0),
        before.text(Field::CountyCode, 0),
    );
    if !code.is_empty() && !old_code.is_empty() && code != old_code {
        report.at(
            "previous_mismatch",
            Field::CountyCode,
            0,
            say!(
                "上年数据是另一个县的（{old_code}），本年是 {code}，未作年度比较。",
                "Last year's bundle is of another county ({old_code}, this one is {code}); the years were not compared."
            ),
        );
        return;
    }
    if let (Some(year), Some(old)) = (view.snapshot.school_year(), before.snapshot.school_year())
        && old + 1 != year
    {
        report.at(
            "previous_mismatch",
            Field::SchoolYear,
            0,
            say!(
                "上年数据是 {old} 学年的，本年是 {year} 学年，并非相邻两年。",
                "Last year's bundle is of {old}, this one of {year}: not two years in a row."
            ),
        );
    }
    schools(view, before, report);
    for section in &view.sections {
        if let Some(old) = before.section(section.school_id, section.stage.id()) {
            students(section, old, report);
            teachers(view, before, section, old, report);
        }
    }
    for school in &view.schools {
        if let Some(old) = before.school(school.id) {
            holdings(view, before, school, old, report);
        }
    }
}

fn schools(view: &View<'_>, before: &View<'_>, report: &mut Report<'_>) {
    let named = |v: &View<'_>, other: &View<'_>| -> BTreeMap<String, String> {
        let only_here = v.schools.iter().filter(|s| other.school(s.id).is_none());
        let pairs = only_here.map(|s| (s.name.trim().to_owned(), s.id.to_owned()));
        // Of several of one name the least code, whichever row came first.
        let sorted: BTreeSet<_> = pairs.collect();
        sorted.into_iter().rev().collect()
    };
    let (new, gone) = (named(view, before), named(before, view));
    for school in &view.schools {
        let (name, id) = (school.name, school.id);
        let Some(old) = before.school(id) else {
            if let Some(old) = gone.get(name.trim()) {
                report.at(
                    "code_changed",
                    Field::SchoolId,
                    school.row,
                    say!(
                        "{name}：上年代码 {old}，本年 {id}。",
                        "{name}: its code was {old} last year and is {id} now."
                    ),
                );
            } else {
                report.at(
                    "school_new",
                    Field::SchoolId,
                    school.row,
                    say!(
                        "{name}（{id}）上年没有。",
                        "{name} ({id}) was not there last year."
                    ),
                );
            }
            continue;
        };
        if old.name.trim() != name.trim() {
            let was = old.name;
            report.at(
                "name_changed",
                Field::SchoolName,
                school.row,
                say!(
                    "{id}：上年名称“{was}”，本年“{name}”。",
                    "{id}: it was called “{was}” last year and is “{name}” now."
                ),
            );
        }
        if let (Some(now), Some(was)) = (school.kind, old.kind)
            && now != was
        {
            report.at(
                "kind_changed",
                Field::SchoolKind,
                school.row,
                say!(
                    "{name}：办学类型上年 {was}，本年 {now}。",
                    "{name}: its kind was {was} last year and is {now} now."
                ),
            );
        }
    }
    for school in &before.schools {
        let name = school.name.trim();
        if view.school(school.id).is_none() && !new.contains_key(name) {
            let id = school.id;
            report.at_table(
                "school_gone",
                TableId::Schools,
                say!(
                    "{name}（{id}）上年有，本年没有。",
                    "{name} ({id}) was there last year and is not now."
                ),
            );
        }
    }
}

/// The band of a change, by last year's size.
fn band(students: f64) -> &'static Limit {
    match students {
        n if n < 100.0 => &limits::JUMP_SMALL,
        n if n <= 500.0 => &limits::JUMP_MIDDLE,
        _ => &limits::JUMP_LARGE,
    }
}

fn students(section: &Section<'_>, old: &Section<'_>, report: &mut Report<'_>) {
    if let (Some(now), Some(was)) = (section.students, old.students)
        && was > 0.0
        && !band(was).holds(now / was)
    {
        jump(section, Field::Students, was, now, report);
    }
}

fn teachers(
    view: &View<'_>,
    before: &View<'_>,
    section: &Section<'_>,
    old: &Section<'_>,
    report: &mut Report<'_>,
) {
    let field = Field::FullTimeTeachers;
    if let (Some(now), Some(was)) = (
        view.number(field, section.row),
        before.number(field, old.row),
    ) && was > 0.0
        && limits::JUMP_TEACHERS_LEAST.holds((now - was).abs())
        && !limits::JUMP_TEACHERS.holds(now / was)
    {
        jump(section, field, was, now, report);
    }
}

fn jump(section: &Section<'_>, field: Field, was: f64, now: f64, report: &mut Report<'_>) {
    let (zh, en) = (&section.label.zh, &section.label.en);
    let (title_zh, title_en) = (field.about().zh, field.about().en.to_lowercase());
    let percent = num((100.0 * (now - was).abs() / was).round());
    let (up_zh, up_en) = if now > was {
        ("增加", "up")
    } else {
        ("减少", "down")
    };
    let (was, now) = (num(was), num(now));
    report.at(
        "year_jump",
        field,
        section.row,
        say!(
            "{zh}：{title_zh}上年 {was}，本年 {now}，{up_zh} {percent}%。",
            "{en}: {title_en} {was} last year, {now} now, {up_en} {percent} %."
        ),
    );
}

/// Assets that fell, or that stand as last year to the digit though students changed.
fn holdings(
    view: &View<'_>,
    before: &View<'_>,
    school: &School<'_>,
    old: &School<'_>,
    report: &mut Report<'_>,
) {
    let name = school.name;
    let mut pairs = Vec::new();
    for field in assets() {
        if field.table() == TableId::Schools {
            pairs.push((field, school.row, old.row));
        } else {
            for section in view.sections_of(school.id) {
                if let Some(old) = before.section(school.id, section.stage.id()) {
                    pairs.push((field, section.row, old.row));
                }
            }
        }
    }
    let (mut compared, mut changed) = (0, false);
    for (field, row, old_row) in pairs {
        let (now, was) = (view.number(field, row), before.number(field, old_row));
        changed |= now != was;
        let (Some(now), Some(was)) = (now, was) else {
            continue;
        };
        if was > 0.0 {
            compared += 1;
            if !limits::ASSETS_FALL.holds(now / was) {
                let (zh, en, unit) = (field.about().zh, field.about().en, field.about().unit);
                let percent = num((100.0 * (was - now) / was).round());
                let (was, now) = (num(was), num(now));
                report.at(
                    "assets_fell",
                    field,
                    row,
                    say!(
                        "{name}：{zh}上年 {was} {unit}，本年 {now} {unit}，减少 {percent}%。",
                        "{name}: {en}: {was} last year, {now} now, down {percent} %."
                    ),
                );
            }
        }
    }
    let (now, was) = (view.students_of(school.id), before.students_of(school.id));
    if compared >= 3
        && !changed
        && let (Some(now), Some(was)) = (now, was)
        && now != was
    {
        let (now, was) = (num(now), num(was));
        report.at(
            "copied_form",
            Field::SchoolId,
            school.row,
            say!(
                "{name}：学生由 {was} 人变为 {now} 人，各项资产与上年一位数字也不差，可能沿用了上年报表。",
                "{name}: students went from {was} to {now}, yet all assets are as last year to the digit; last year's form may have been copied."
            ),
        );
    }
}

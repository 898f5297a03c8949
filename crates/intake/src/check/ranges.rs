//! Years, dates, grades and levels that cannot be.

use junheng_core::date::Date;
use junheng_core::model::{Field, Kind, TableId};

use super::limits::{self, Limit};
use super::report::{Report, num, say};
use super::view::View;

pub(super) fn check(view: &View<'_>, report: &mut Report<'_>) {
    let this_year = view
        .last_day()
        .map_or(f64::from(i16::MAX), |d| f64::from(d.year()));
    years(
        view,
        report,
        Field::FoundedYear,
        &limits::FOUNDED,
        this_year,
    );
    years(
        view,
        report,
        Field::BirthYear,
        &limits::BIRTH_YEARS,
        this_year,
    );
    years(
        view,
        report,
        Field::HistoryYear,
        &limits::BIRTH_YEARS,
        this_year,
    );
    teacher_ages(view, report, this_year);
    if let Some(last) = view.last_day() {
        for field in [Field::ArrivedOn, Field::LastMovedOn] {
            future(view, report, field, last);
        }
    }
    within(view, report, Field::ClassGrade, 1.0, 12.0);
    within(view, report, Field::HistoryGrade, 1.0, 9.0);
    for field in TableId::County.fields() {
        if field.id().starts_with("monitoring_level_") {
            within(view, report, field, 1.0, 4.0);
        } else if field.id().starts_with("monitoring_difference_") {
            within(view, report, field, 0.0, 1.0);
        }
    }
    for &field in Field::ALL {
        if field.kind() == Kind::Share {
            within(view, report, field, 0.0, 1.0);
        }
    }
    grades_of_stage(view, report);
    room_areas(view, report);
    scores(view, report);
    teachers(view, report);
}

/// Points of the 2012 method: 100 for all items together.
fn scores(view: &View<'_>, report: &mut Report<'_>) {
    let facts = view.snapshot.facts.iter();
    let given = facts.filter(|(key, _)| key.starts_with("score_"));
    let points: Vec<f64> = given.filter_map(|(_, f)| f.value.parse().ok()).collect();
    let sum: f64 = points.iter().sum();
    if sum > 100.0 || points.iter().any(|p| *p < 0.0) {
        let sum = num(sum);
        report.at_table(
            "scores_over_total",
            TableId::County,
            say!(
                "各项得分合计 {sum} 分，满分 100 分，一项不小于 0 分。",
                "The points add up to {sum} of 100; none may be below 0."
            ),
        );
    }
}

fn room_areas(view: &View<'_>, report: &mut Report<'_>) {
    for row in view.rows(TableId::Rooms) {
        if let Some(area) = view.number(Field::RoomArea, row)
            && !limits::ROOM_AREA.holds(area)
        {
            let (area, low, high) = (
                num(area),
                num(limits::ROOM_AREA.low),
                num(limits::ROOM_AREA.high),
            );
            report.at(
                "room_implausible",
                Field::RoomArea,
                row,
                say!(
                    "单间面积 {area} 平方米，一般在 {low} 至 {high} 平方米之间。",
                    "A room of {area} m²; most have between {low} and {high} m²."
                ),
            );
        }
    }
}

fn years(view: &View<'_>, report: &mut Report<'_>, field: Field, limit: &Limit, last: f64) {
    for row in view.rows(field.table()) {
        if let Some(year) = view.number(field, row)
            && !(limit.low..=last).contains(&year)
        {
            let (zh, en) = (field.about().zh, field.about().en);
            let (year, low, last) = (num(year), num(limit.low), num(last));
            report.at(
                "year_out_of_range",
                field,
                row,
                say!(
                    "{zh} {year} 不在 {low} 至 {last} 年之间。",
                    "{en}: {year} is not between {low} and {last}."
                ),
            );
        }
    }
}

fn teacher_ages(view: &View<'_>, report: &mut Report<'_>, this_year: f64) {
    if view.last_day().is_none() {
        return;
    }
    for row in view.rows(TableId::Teachers) {
        if let Some(born) = view.number(Field::BirthYearOfTeacher, row)
            && !limits::TEACHER_AGE.holds(this_year - born)
        {
            let teacher = view.text(Field::TeacherId, row);
            let (born, age) = (num(born), num(this_year - born));
            report.at(
                "teacher_age",
                Field::BirthYearOfTeacher,
                row,
                say!(
                    "教师 {teacher} 出生年份 {born}，年龄 {age} 岁。",
                    "Teacher {teacher} was born in {born} and would be {age}."
                ),
            );
        }
    }
}

/// Hours of a week, and the age at which a teacher came to the school.
fn teachers(view: &View<'_>, report: &mut Report<'_>) {
    for row in view.rows(TableId::Teachers) {
        let teacher = view.text(Field::TeacherId, row);
        if let Some(hours) = view.number(Field::WeeklyHours, row)
            && !limits::WEEKLY_HOURS.holds(hours)
        {
            let hours = num(hours);
            report.at(
                "hours_implausible",
                Field::WeeklyHours,
                row,
                say!(
                    "教师 {teacher} 每周 {hours} 课时。",
                    "Teacher {teacher} gives {hours} hours a week."
                ),
            );
        }
        if let Ok(arrived) = view.text(Field::ArrivedOn, row).parse::<Date>()
            && let Some(born) = view.number(Field::BirthYearOfTeacher, row)
            && !limits::ARRIVAL_AGE.holds(f64::from(arrived.year()) - born)
        {
            let age = num(f64::from(arrived.year()) - born);
            report.at(
                "arrived_too_young",
                Field::ArrivedOn,
                row,
                say!(
                    "教师 {teacher} 到校时 {age} 岁。",
                    "Teacher {teacher} came to the school at the age of {age}."
                ),
            );
        }
    }
}

fn future(view: &View<'_>, report: &mut Report<'_>, field: Field, last: Date) {
    for row in view.rows(field.table()) {
        if let Ok(date) = view.text(field, row).parse::<Date>()
            && date > last
        {
            let (zh, en) = (field.about().zh, field.about().en);
            report.at(
                "date_in_future",
                field,
                row,
                say!(
                    "{zh} {date} 晚于数据时点 {last}。",
                    "{en}: {date} is after {last}, the date of the figures."
                ),
            );
        }
    }
}

fn within(view: &View<'_>, report: &mut Report<'_>, field: Field, low: f64, high: f64) {
    for row in view.rows(field.table()) {
        if let Some(value) = view.number(field, row)
            && !(low..=high).contains(&value)
        {
            let (zh, en) = (field.about().zh, field.about().en);
            let value = num(value);
            report.at(
                "out_of_range",
                field,
                row,
                say!(
                    "{zh} {value} 应在 {low} 至 {high} 之间。",
                    "{en}: {value} should be between {low} and {high}."
                ),
            );
        }
    }
}

/// Grade 6 may be junior, as in counties of five and four years.
fn grades_of_stage(view: &View<'_>, report: &mut Report<'_>) {
    for row in view.rows(TableId::Classes) {
        let (low, high) = match view.text(Field::ClassStage, row) {
            "primary" => (1.0, 6.0),
            "junior" => (6.0, 9.0),
            "senior" => (10.0, 12.0),
            _ => continue,
        };
        let Some(grade) = view.number(Field::ClassGrade, row) else {
            continue;
        };
        if (1.0..=12.0).contains(&grade) && !(low..=high).contains(&grade) {
            let school = view.text(Field::ClassSchool, row);
            let school = view.school(school).map_or(school, |s| s.name);
            let grade = num(grade);
            report.at(
                "grade_not_of_stage",
                Field::ClassGrade,
                row,
                say!(
                    "{school}：{grade} 年级不属于所填学段（{low} 至 {high} 年级）。",
                    "{school}: grade {grade} is not of the stage given (grades {low} to {high})."
                ),
            );
        }
    }
}

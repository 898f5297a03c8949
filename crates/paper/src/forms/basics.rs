//! Table Ⅰ: the county at a glance.

use junheng_core::model::{Field, Stage, TableId};
use rust_xlsxwriter::XlsxError;

use super::page::{Cell, Head, Look, Page};
use crate::Subject;
use crate::words::BLANK;

/// Columns of the head: (text, row, column, rows, columns).
const HEAD: &[Head<'static>] = &[
    ("自然情况", 0, 0, 1, 4),
    ("经济情况", 0, 4, 1, 4),
    ("普通中小学校数(所)", 0, 8, 1, 5),
    ("特殊教育学校(所)", 0, 13, 3, 1),
    ("小学教学点数(个)", 0, 14, 1, 2),
    ("教学班数(个)", 0, 16, 1, 2),
    ("在校学生数(人)", 0, 18, 1, 2),
    ("教职工数(人)", 0, 20, 1, 4),
    ("人口总数(万人)", 1, 0, 2, 1),
    ("农业人口数(万人)", 1, 1, 2, 1),
    ("乡镇数(个)", 1, 2, 2, 1),
    ("行政村数(个)", 1, 3, 2, 1),
    ("年人均国内生产总值(元)", 1, 4, 2, 1),
    ("年人均地方财政收入(元)", 1, 5, 2, 1),
    ("农民年人均纯收入(元)", 1, 6, 2, 1),
    ("城镇居民年人均可支配收入(元)", 1, 7, 2, 1),
    ("小学", 1, 8, 2, 1),
    ("九年一贯制学校", 1, 9, 2, 1),
    ("初中", 1, 10, 2, 1),
    ("完全中学", 1, 11, 2, 1),
    ("十二年一贯制学校", 1, 12, 2, 1),
    ("计", 1, 14, 2, 1),
    ("其中：50人及以上", 1, 15, 2, 1),
    ("小学", 1, 16, 2, 1),
    ("初中", 1, 17, 2, 1),
    ("小学", 1, 18, 2, 1),
    ("初中", 1, 19, 2, 1),
    ("小学", 1, 20, 1, 2),
    ("初中", 1, 22, 1, 2),
    ("合计", 2, 20, 1, 1),
    ("其中专任教师", 2, 21, 1, 1),
    ("合计", 2, 22, 1, 1),
    ("其中专任教师", 2, 23, 1, 1),
];

/// The sheet.
pub(super) fn table(subject: &Subject<'_>) -> Result<Page, XlsxError> {
    let mut page = super::page(subject, "表Ⅰ", &[7.6; 24])?;
    let name = subject.county();
    page.line("表Ⅰ  义务教育优质均衡发展县(市、区)基本情况", Look::Title)?;
    page.line(
        &format!("县(市、区)：{name}    数据时点：{}", subject.day()),
        Look::Note,
    )?;
    let labels: Vec<String> = (1..=24).map(|n| format!("L{n}")).collect();
    let mut head = HEAD.to_vec();
    for (column, label) in (0u16..).zip(&labels) {
        head.push((label.as_str(), 3, column, 1, 1));
    }
    page.head(&head, 4)?;
    let cells: Vec<_> = figures(subject)
        .into_iter()
        .map(|cell| (cell, Look::Middle))
        .collect();
    page.row(&cells)?;
    page.line(
        "注：“人口总数”和“农业人口数”按常住人口统计，数字保留两位小数。L5-L8 列数字保留整数。",
        Look::Note,
    )?;
    let vocational = of_kind(subject, VOCATIONAL);
    if vocational > 0 {
        page.line(
            &format!("L11 列的初中含职业初中 {vocational} 所，其班级、学生和教职工计入初中各列。"),
            Look::Note,
        )?;
    }
    page.line(
        &format!("空格为本数据未包含的项目，由县(市、区)填写；{BLANK}处亦同。"),
        Look::Note,
    )?;
    Ok(page)
}

/// Kind of a junior school.
const JUNIOR: f64 = 311.0;
/// Kind of a vocational junior school, whose students are junior students.
const VOCATIONAL: f64 = 321.0;

/// Schools of a kind.
fn of_kind(subject: &Subject<'_>, kind: f64) -> usize {
    let rows = 0..subject.snapshot.rows(TableId::Schools);
    rows.filter(|row| subject.snapshot.number(Field::SchoolKind, *row) == Some(kind))
        .count()
}

fn figures(subject: &Subject<'_>) -> Vec<Cell> {
    let kinds: Vec<Option<f64>> = (0..subject.snapshot.rows(TableId::Schools))
        .map(|row| subject.snapshot.number(Field::SchoolKind, row))
        .collect();
    let known = !kinds.is_empty() && kinds.iter().all(Option::is_some);
    let schools = |kind: f64| {
        let mut n = of_kind(subject, kind);
        if kind == JUNIOR {
            n += of_kind(subject, VOCATIONAL);
        }
        Cell::count(known.then_some(n as f64))
    };
    let special = (0..kinds.len())
        .filter(|row| subject.is_special(*row))
        .count();
    let residents = subject.fact(Field::CountyResidents).map(|r| r / 10_000.0);
    let sum = |stage, field| Cell::count(subject.sum(stage, field));
    let mut cells = vec![Cell::beside(residents, None, 2)];
    cells.extend(std::iter::repeat_n(Cell::Blank, 7));
    cells.extend([211.0, 312.0, JUNIOR, 341.0, 345.0].map(schools));
    cells.push(Cell::count(known.then_some(special as f64)));
    cells.push(schools(218.0));
    cells.push(Cell::count(large_points(subject)));
    for field in [Field::SectionClasses, Field::Students] {
        cells.extend(Stage::JUDGED.map(|stage| sum(stage, field)));
    }
    for stage in Stage::JUDGED {
        cells.push(sum(stage, Field::Staff));
        cells.push(sum(stage, Field::FullTimeTeachers));
    }
    cells
}

/// Teaching points of 50 students or more; `None` where one's students are blank.
pub(super) fn large_points(subject: &Subject<'_>) -> Option<f64> {
    let mut count = 0.0;
    for section in &subject.evaluation.sections {
        if section.stage == Some(Stage::Primary) && subject.is_point(section) {
            count += f64::from(u8::from(section.students? >= 50.0));
        }
    }
    Some(count)
}

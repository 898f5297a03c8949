//! Tables Ⅱ-1, Ⅱ-2 and Ⅲ: indicators of every section, and how evenly they are spread.

use std::collections::BTreeSet;

use junheng_core::evaluate::SectionResult;
use junheng_core::model::{Field, Stage, TableId};
use junheng_core::verdict::Verdict;
use rust_xlsxwriter::XlsxError;

use super::page::{Cell, Head, Look, Page};
use crate::Subject;
use crate::words::{hundredfold, reached, whole};

/// Titles of the indicators as the form has them.
const TITLES: [&str; 7] = [
    "每百名学生拥有高于规定学历教师数",
    "每百名学生拥有县级及以上骨干教师数",
    "每百名学生拥有体育、艺术(美术、音乐)专任教师数",
    "生均教学及辅助用房面积（㎡）",
    "生均体育运动场馆面积（㎡）",
    "生均教学仪器设备值(元)",
    "每百名学生拥有网络多媒体教室数",
];
const NUMBERS: [&str; 14] = [
    "L1", "L2", "L3", "L4", "L5", "L6", "L7", "L8", "L9", "L10", "L11", "L12", "L13", "L14",
];

/// Head of the tables by stage: two columns without a title, the indicators, one more.
fn head(last: &'static str) -> Vec<Head<'static>> {
    let mut head = vec![("", 0, 0, 2, 2)];
    for (column, title) in (2u16..).zip(TITLES.into_iter().chain([last])) {
        head.push((title, 0, column, 1, 1));
    }
    for (column, number) in (2u16..).zip(NUMBERS.into_iter().take(8)) {
        head.push((number, 1, column, 1, 1));
    }
    head
}

const WIDTHS: [f64; 10] = [8.0, 17.0, 14.0, 14.0, 14.0, 14.0, 14.0, 14.0, 14.0, 14.0];

/// Ⅱ-1: how many sections reach each indicator.
pub(super) fn summary(subject: &Subject<'_>) -> Result<Page, XlsxError> {
    let mut page = super::page(subject, "表Ⅱ-1", &WIDTHS)?;
    page.line("表Ⅱ-1  小学、初中资源配置基本情况", Look::Title)?;
    page.head(&head("综合评估"), 2)?;
    let mut open = Vec::new();
    for stage in Stage::JUDGED {
        let sections = subject.sections(stage);
        let all = sections.len();
        let mut counts = Vec::new();
        let mut shares = Vec::new();
        for index in 0..=TITLES.len() {
            let verdict = |s: &&SectionResult| match s.indicators.get(index) {
                Some(result) if index < TITLES.len() => result.verdict,
                _ => s.verdict,
            };
            let met = sections
                .iter()
                .filter(|s| verdict(s) == Some(Verdict::Met))
                .count();
            let unknown = sections
                .iter()
                .filter(|s| verdict(s) == Some(Verdict::Undetermined))
                .count();
            if unknown > 0 {
                let title = TITLES.get(index).copied().unwrap_or("综合评估");
                open.push(format!("{}{title}{unknown}所", stage.title().zh));
            }
            let share = (all > 0 && unknown == 0).then(|| hundredfold(met as f64 / all as f64));
            let count = (all > 0).then_some(met as f64);
            counts.push((Cell::count(count), Look::Middle));
            shares.push((Cell::beside(share, Some(100.0), 1), Look::Middle));
        }
        for (title, cells) in [("达标学校总数", counts), ("达标学校比例（%）", shares)]
        {
            let mut row = vec![
                (Cell::Blank, Look::Middle),
                (Cell::text(title), Look::Middle),
            ];
            row.extend(cells);
            page.row(&row)?;
        }
        page.beside(2, &stage.title().zh)?;
    }
    if !open.is_empty() {
        let text = format!(
            "注：尚有数据未填、无法判定的学校：{}。比例待补齐后填写。",
            open.join("；")
        );
        page.line(&text, Look::Note)?;
    }
    Ok(page)
}

/// Ⅱ-2: every section.
pub(super) fn by_school(subject: &Subject<'_>) -> Result<Page, XlsxError> {
    let widths = [
        5.0, 26.0, 7.0, 9.0, 7.0, 7.0, 10.0, 10.0, 10.0, 10.0, 10.0, 10.0, 10.0, 9.0, 34.0,
    ];
    let mut page = super::page(subject, "表Ⅱ-2", &widths)?;
    page.line("表Ⅱ-2  小学、初中资源配置基本情况（分学校）", Look::Title)?;
    let titles = [
        "序号",
        "学校名称",
        "举办者类型",
        "在校生数",
        "年级数",
        "班级数",
    ]
    .into_iter()
    .chain(TITLES)
    .chain([
        "该校综合评估是否达标",
        "备注（注明有哪几项指标达标，哪几项指标达到85%）",
    ]);
    let mut head: Vec<Head<'_>> = (0u16..).zip(titles).map(|(c, t)| (t, 0, c, 1, 1)).collect();
    for (column, number) in (0u16..).zip(NUMBERS) {
        head.push((number, 1, column, 1, 1));
    }
    head.push(("", 1, 14, 1, 1));
    page.head(&head, 2)?;
    page.freeze(2)?;
    let grades = grades(subject);
    for stage in Stage::JUDGED {
        for (number, section) in (1u32..).zip(subject.sections(stage)) {
            page.row(&section_row(subject, section, number, &grades))?;
        }
    }
    page.line(&counts(subject), Look::Note)?;
    Ok(page)
}

fn section_row(
    subject: &Subject<'_>,
    section: &SectionResult,
    number: u32,
    grades: &BTreeSet<(String, String, i64)>,
) -> Vec<(Cell, Look)> {
    let owner = section
        .school
        .and_then(|s| subject.snapshot.text(Field::Owner, s));
    let code = match owner {
        Some("public") => Cell::Number(7.0, 0),
        Some("private") => Cell::Number(10.0, 0),
        _ => Cell::Blank,
    };
    let stage = section.stage.map_or("", Stage::id);
    let known = grades
        .iter()
        .filter(|(school, s, _)| *school == section.school_id && s == stage)
        .count();
    let mut row = vec![
        (Cell::Number(f64::from(number), 0), Look::Middle),
        (Cell::text(section.name.clone()), Look::Left),
        (code, Look::Middle),
        (Cell::count(section.students), Look::Middle),
        (
            Cell::count((known > 0).then_some(known as f64)),
            Look::Middle,
        ),
        (
            Cell::count(subject.figure(Field::SectionClasses, section.row)),
            Look::Middle,
        ),
    ];
    for result in &section.indicators {
        // Beside threshold or floor, whichever it stands next to.
        let judged = &result.judged;
        let limit = match result.verdict {
            Some(Verdict::NotMet) => judged.floor.or(judged.threshold),
            _ => judged.threshold,
        };
        row.push((Cell::beside(judged.value, limit, 2), Look::Middle));
    }
    let verdict = section.verdict.map_or("", reached);
    row.push((Cell::text(verdict), Look::Middle));
    row.push((Cell::text(remark(section)), Look::Left));
    row
}

/// "6项达标；L5 达到85%".
fn remark(section: &SectionResult) -> String {
    let with = |verdict: Verdict| -> Vec<String> {
        section
            .indicators
            .iter()
            .filter(|r| r.verdict == Some(verdict))
            .filter_map(|r| NUMBERS.get(r.indicator + 6))
            .map(|n| (*n).to_owned())
            .collect()
    };
    let met = with(Verdict::Met);
    let mut parts = vec![format!("{}项达标", met.len())];
    if met.len() < section.indicators.len() && !met.is_empty() {
        parts[0] = format!("{}项达标（{}）", met.len(), met.join("、"));
    }
    for (verdict, word) in [
        (Verdict::Tolerated, "达到85%"),
        (Verdict::NotMet, "低于85%"),
        (Verdict::Undetermined, "数据未填，无法判定"),
    ] {
        let ids = with(verdict);
        if !ids.is_empty() {
            parts.push(format!("{}{word}", ids.join("、")));
        }
    }
    parts.join("；")
}

/// Grades each section is known to have: from its classes.
fn grades(subject: &Subject<'_>) -> BTreeSet<(String, String, i64)> {
    (0..subject.snapshot.rows(TableId::Classes))
        .filter_map(|row| {
            let school = subject.snapshot.text(Field::ClassSchool, row)?;
            let stage = subject.snapshot.text(Field::ClassStage, row)?;
            let grade = subject.snapshot.number(Field::ClassGrade, row)?;
            Some((school.to_owned(), stage.to_owned(), grade as i64))
        })
        .collect()
}

/// The note under Ⅱ-2 with its counts.
fn counts(subject: &Subject<'_>) -> String {
    let of = |stage: Stage, kinds: &[f64]| {
        subject
            .sections(stage)
            .iter()
            .filter(|s| subject.kind(s).is_some_and(|k| kinds.contains(&k)))
            .count()
    };
    let all = |stage| subject.sections(stage).len();
    format!(
        "注：1.小学学校总数{}所（其中：一贯制学校的小学部有{}所，50人及以上教学点有{}个），\
         初中学校总数{}所（其中：一贯制学校的初中部{}所，完全中学的初中部{}所）。\
         2.举办者类型处填写代码：中央教育部门代码为1、中央其他部门为2、省级教育部门为3、\
         省级其他部门为4、地级教育部门为5、地级其他部门为6、县级教育部门为7、县级其他部门为8、\
         地方企业为9、民办为10；公办学校按县级教育部门填为7，不是的请改。\
         3.L7-L13数值均保留两位小数；与标准相差极小的，保留到能看出是否达标为止。",
        all(Stage::Primary),
        of(Stage::Primary, &[312.0, 345.0]),
        whole(super::basics::large_points(subject)),
        all(Stage::Junior),
        of(Stage::Junior, &[312.0, 345.0]),
        of(Stage::Junior, &[341.0]),
    )
}

/// Ⅲ: means and coefficients of variation.
pub(super) fn variation(subject: &Subject<'_>) -> Result<Page, XlsxError> {
    let mut page = super::page(subject, "表Ⅲ", &WIDTHS)?;
    page.line("表Ⅲ  县域义务教育校际均衡情况", Look::Title)?;
    page.head(&head("综合"), 2)?;
    let mut limits = Vec::new();
    for stage in Stage::JUDGED {
        let variations = subject.variations(stage);
        let mut means = vec![
            (Cell::Blank, Look::Middle),
            (Cell::text("全县平均值"), Look::Middle),
        ];
        let mut cvs = vec![
            (Cell::Blank, Look::Middle),
            (Cell::text("差异系数"), Look::Middle),
        ];
        for index in 0..TITLES.len() {
            let found = variations.iter().find(|v| v.indicator == index);
            let spread = found.and_then(|v| v.spread);
            means.push((Cell::beside(spread.map(|s| s.mean), None, 2), Look::Middle));
            let limit = found.and_then(|v| v.limit);
            cvs.push((
                Cell::beside(spread.and_then(|s| s.cv), limit, 3),
                Look::Middle,
            ));
        }
        let verdicts: Vec<Verdict> = variations.iter().filter_map(|v| v.verdict).collect();
        let all = if verdicts.is_empty() {
            Cell::Blank
        } else {
            Cell::text(reached(Verdict::all(verdicts)))
        };
        means.push((Cell::text("——"), Look::Middle));
        cvs.push((all, Look::Middle));
        page.row(&means)?;
        page.row(&cvs)?;
        page.beside(2, &stage.title().zh)?;
        if let Some(limit) = variations.iter().find_map(|v| v.limit) {
            limits.push(format!("{}不大于{limit}", stage.title().zh));
        }
    }
    let limits = if limits.is_empty() {
        String::new()
    } else {
        format!("差异系数标准：{}；", limits.join("，"))
    };
    page.line(
        &format!(
            "注：全县平均值保留两位小数，差异系数保留三位小数。{limits}空格为有学校数据未填，无法计算。"
        ),
        Look::Note,
    )?;
    Ok(page)
}

//! Tables Ⅳ, Ⅴ and Ⅵ: government guarantee, quality, recognition.

use junheng_core::model::Field;
use junheng_core::standard::Group;
use rust_xlsxwriter::XlsxError;

use super::page::{Cell, Look, Page};
use crate::Subject;
use crate::official;
use crate::words::{hundredfold, ratio, reached};

/// Ⅳ.
pub(super) fn government(subject: &Subject<'_>) -> Result<Page, XlsxError> {
    let mut page = items(
        subject,
        "表Ⅳ",
        "表Ⅳ  政府保障程度评估指标",
        Group::Government,
    )?;
    page.line(
        "注：表中所有比例数值保留一位小数，其余保留整数；与标准相差极小的，保留到能看出是否达标为止。",
        Look::Note,
    )?;
    Ok(page)
}

/// Ⅴ.
pub(super) fn quality(subject: &Subject<'_>) -> Result<Page, XlsxError> {
    items(subject, "表Ⅴ", "表Ⅴ  教育质量评估指标", Group::Quality)
}

fn items(subject: &Subject<'_>, name: &str, title: &str, group: Group) -> Result<Page, XlsxError> {
    let mut page = super::page(subject, name, &[58.0, 76.0, 14.0])?;
    page.line(title, Look::Title)?;
    page.head(
        &[
            ("指标名称", 0, 0, 1, 1),
            ("指标值或简要结论", 0, 1, 1, 1),
            ("是否达标", 0, 2, 1, 1),
        ],
        1,
    )?;
    for (number, (id, result)) in (1..).zip(official::items(subject, group)) {
        let title = format!("{number}.{}", official::name(subject, id));
        page.row(&[
            (Cell::Text(title), Look::Left),
            (
                Cell::Text(official::conclusion(subject, id, result)),
                Look::Left,
            ),
            (Cell::text(reached(result.verdict)), Look::Middle),
        ])?;
    }
    Ok(page)
}

/// Ⅵ.
pub(super) fn recognition(subject: &Subject<'_>) -> Result<Page, XlsxError> {
    let mut page = super::page(subject, "表Ⅵ", &[16.0; 8])?;
    page.line("表Ⅵ  社会认可度调查情况", Look::Title)?;
    page.head(
        &[
            ("", 0, 0, 4, 1),
            ("问卷总数", 0, 1, 1, 3),
            ("问卷调查综合满意度（%）", 0, 4, 3, 1),
            ("实地走访人数", 0, 5, 1, 2),
            ("实地走访满意度（%）", 0, 7, 3, 1),
            ("计", 1, 1, 2, 1),
            ("其中：回收有效问卷数", 1, 2, 1, 2),
            ("计", 1, 5, 2, 1),
            ("其中：满意人数", 1, 6, 2, 1),
            ("计", 2, 2, 1, 1),
            ("其中：满意问卷数", 2, 3, 1, 1),
            ("L1", 3, 1, 1, 1),
            ("L2", 3, 2, 1, 1),
            ("L3", 3, 3, 1, 1),
            ("L4", 3, 4, 1, 1),
            ("L5", 3, 5, 1, 1),
            ("L6", 3, 6, 1, 1),
            ("L7", 3, 7, 1, 1),
        ],
        4,
    )?;
    let fact = |field| subject.fact(field);
    let share = |part, whole, id: &str| {
        let limit = official::items(subject, Group::Recognition)
            .iter()
            .find(|(i, _)| *i == id)
            .and_then(|(_, r)| r.threshold);
        let share = ratio(fact(part), fact(whole)).map(hundredfold);
        Cell::beside(share, limit.map(hundredfold), 1)
    };
    let cells = [
        Cell::text("计"),
        Cell::count(fact(Field::Questionnaires)),
        Cell::count(fact(Field::QuestionnairesValid)),
        Cell::count(fact(Field::QuestionnairesSatisfied)),
        share(
            Field::QuestionnairesSatisfied,
            Field::QuestionnairesValid,
            "S1",
        ),
        Cell::count(fact(Field::Interviews)),
        Cell::count(fact(Field::InterviewsSatisfied)),
        share(Field::InterviewsSatisfied, Field::Interviews, "S2"),
    ];
    page.row(&cells.map(|c| (c, Look::Middle)))?;
    let mut parents = vec![(Cell::text("其中：家长"), Look::Middle)];
    parents.extend(std::iter::repeat_n((Cell::Blank, Look::Middle), 7));
    page.row(&parents)?;
    let verdicts: Vec<String> = official::items(subject, Group::Recognition)
        .iter()
        .map(|(id, r)| {
            let title = if *id == "S1" {
                "问卷调查"
            } else {
                "实地走访"
            };
            format!("{title}{}", reached(r.verdict))
        })
        .collect();
    page.line(
        &format!("注：社会认可度应达到85%以上。{}。", verdicts.join("，")),
        Look::Note,
    )?;
    Ok(page)
}

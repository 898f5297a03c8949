//! The sheets beside the fill-in forms: how the figures are used, special cases, files to add.
//!
//! All of it as the standard at hand has it.

use junheng_core::standard::Group;
use rust_xlsxwriter::XlsxError;

use super::page::{Cell, Look, Page};
use crate::Subject;
use crate::compose;

/// A sheet with a head and rows of words.
fn sheet(
    subject: &Subject<'_>,
    name: &str,
    widths: &[f64],
    head: &[&str],
    rows: &[Vec<String>],
) -> Result<Page, XlsxError> {
    let mut page = super::page(subject, name, widths)?;
    page.line(name, Look::Title)?;
    let head: Vec<_> = (0u16..).zip(head).map(|(c, t)| (*t, 0, c, 1, 1)).collect();
    page.head(&head, 1)?;
    for row in rows {
        let cells: Vec<_> = row
            .iter()
            .map(|text| (Cell::text(text.clone()), Look::Left))
            .collect();
        page.row(&cells)?;
    }
    Ok(page)
}

/// Formula, thresholds and clause of every indicator, as the reports print them.
fn formulas(subject: &Subject<'_>) -> Result<Option<Page>, XlsxError> {
    let Some(table) = compose::formulas(*subject) else {
        return Ok(None);
    };
    let head: Vec<&str> = table.head.iter().map(String::as_str).collect();
    let total: f64 = table.columns.iter().map(|c| c.0).sum();
    let widths: Vec<f64> = table.columns.iter().map(|c| c.0 / total * WIDTH).collect();
    sheet(subject, "指标计算说明", &widths, &head, &table.rows).map(Some)
}

/// Width of a page in characters.
const WIDTH: f64 = 140.0;

/// Beside the form of a school.
pub(super) fn school(subject: &Subject<'_>) -> Result<Vec<Page>, XlsxError> {
    let standard = subject.standard;
    let splits = standard
        .splits
        .iter()
        .map(|s| (&s.title, "全校共用的资产", &s.clause));
    let exceptions = standard.exceptions.iter();
    let exceptions = exceptions.map(|e| (&e.title, e.applies_to.as_str(), &e.clause));
    let special: Vec<Vec<String>> = splits
        .chain(exceptions)
        .map(|(title, of, clause)| vec![title.zh.clone(), of.to_owned(), clause.text.clone()])
        .collect();
    let head = ["情况和算法", "用于", "依据"];
    let special = sheet(
        subject,
        "特殊情况说明",
        &[80.0, 20.0, 40.0],
        &head,
        &special,
    )?;
    Ok(formulas(subject)?.into_iter().chain([special]).collect())
}

/// Beside the form of the county.
pub(super) fn county(subject: &Subject<'_>) -> Result<Vec<Page>, XlsxError> {
    let asked = [Group::Government, Group::Quality];
    let items = subject.standard.items.iter();
    let rows: Vec<Vec<String>> = items
        .filter(|item| asked.contains(&item.group))
        .map(|item| vec![item.id.clone(), item.title.zh.clone(), FILES.to_owned()])
        .collect();
    let head = ["编号", "指标内容", "需上传材料"];
    let files = sheet(subject, "需上传材料说明", &[10.0, 70.0, 60.0], &head, &rows)?;
    let head = ["编号", "指标内容", "公式", "达标标准", "依据"];
    let formulas = compose::item_formulas(subject.standard);
    let widths = [8.0, 42.0, 42.0, 24.0, 24.0];
    let formulas = sheet(subject, "指标计算说明", &widths, &head, &formulas)?;
    Ok(vec![formulas, files])
}

/// What shows that an item is met.
const FILES: &str = "能说明该项的文件、台账、统计表或照片，注明日期和单位";

//! The sheets beside the fill-in forms: how the figures are used, special cases, files to add.
//!
//! Thresholds are those of the standard at hand; the rules are said in our own words.

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
    let special = SPECIAL.map(|(case, rule)| vec![case.to_owned(), rule.to_owned()]);
    let head = ["情况", "怎样填报和计算"];
    let special = sheet(subject, "特殊情况说明", &[36.0, 104.0], &head, &special)?;
    Ok(formulas(subject)?.into_iter().chain([special]).collect())
}

/// Special cases of the national standard, in our words.
const SPECIAL: [(&str, &str); 6] = [
    (
        "一贯制学校、完全中学",
        "全校共用的面积、设备等按学生数和系数分到各学段：九年一贯制小学∶初中为1∶1.1，完全中学初中∶高中为1∶1.2，十二年一贯制小学∶初中∶高中为1∶1.1∶1.32；表中填全校合计",
    ),
    (
        "50人以上、不足100人的乡村学校和教学点",
        "体育、艺术教师可以把交流轮岗、兼职、走教的一并计入，填在第41–44行",
    ),
    (
        "人口密度过高的大城市中心城区学校",
        "校内经改造的其他运动场地、与校外场馆签有租用合同且步行10分钟内可到的，可以计入，填在第49、50行",
    ),
    (
        "2016年及以前规划建成的学校",
        "音乐教室单间不低于73平方米、美术教室单间不低于67平方米即可计入",
    ),
    (
        "最大班额低于30人的农村小规模学校",
        "音乐、美术教室单间小学不低于54平方米、初中不低于61平方米即可计入；按面积段填报的间数之外，请附各间面积",
    ),
    (
        "2010年及以前规划建成，或随迁子女超过一半的学校",
        "学校规模的上限放宽，九年一贯制学校另有上限，以标准的条文为准",
    ),
];

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
    Ok(formulas(subject)?.into_iter().chain([files]).collect())
}

/// What shows that an item is met.
const FILES: &str = "能说明该项的文件、台账、统计表或照片，注明日期和单位";

//! The fill-in forms of a school and of the county, with what is known already filled in.

mod county;
mod school;

pub(super) use county::county;
pub(super) use school::schools;

use junheng_core::show;
use rust_xlsxwriter::XlsxError;

use super::page::{Cell, Look, Page};
use crate::Subject;

const WIDTHS: [f64; 7] = [6.0, 18.0, 52.0, 14.0, 22.0, 10.0, 34.0];
const HEAD: [&str; 7] = [
    "序号",
    "类别",
    "填报项目",
    "单位",
    "填报值",
    "是否必填",
    "备注说明",
];

/// Item, unit, value, whether it must be filled, remark.
struct Line {
    group: &'static str,
    title: String,
    unit: &'static str,
    value: Cell,
    required: bool,
    remark: &'static str,
}

fn line(group: &'static str, title: impl Into<String>, unit: &'static str, value: Cell) -> Line {
    Line {
        group,
        title: title.into(),
        unit,
        value,
        required: true,
        remark: "",
    }
}

fn sheet(
    subject: &Subject<'_>,
    name: &str,
    title: &str,
    lines: &[Line],
) -> Result<Page, XlsxError> {
    let mut page = super::page(subject, name, &WIDTHS)?;
    page.line(title, Look::Title)?;
    let head: Vec<_> = (0u16..).zip(HEAD).map(|(c, t)| (t, 0, c, 1, 1)).collect();
    page.head(&head, 1)?;
    page.freeze(3)?;
    for (number, line) in (1u32..).zip(lines) {
        page.row(&[
            (Cell::Number(f64::from(number), 0), Look::Middle),
            (Cell::text(line.group), Look::Middle),
            (Cell::text(line.title.clone()), Look::Left),
            (Cell::text(line.unit), Look::Middle),
            (line.value.clone(), Look::Middle),
            (
                Cell::text(if line.required { "是" } else { "否" }),
                Look::Middle,
            ),
            (Cell::text(line.remark), Look::Left),
        ])?;
    }
    page.line(
        "填报人：            学校(单位)负责人：            填报日期：    年  月  日（盖章）",
        Look::Note,
    )?;
    Ok(page)
}

/// Money as written: two decimals at most, more digits than that mean nothing here.
fn money(value: Option<f64>) -> Cell {
    value.map_or(Cell::Blank, |x| {
        let text = show::number(x, 4);
        let decimals = text.split_once('.').map_or(0, |(_, d)| d.len());
        Cell::Number(x, decimals)
    })
}

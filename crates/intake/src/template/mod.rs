//! The blank workbook that a county statistician fills.
//!
//! Every sheet, title, unit and drop-down comes from the field list; what is written here is
//! only the look and the words around it. Drop-downs offer the Chinese names, which the reader takes.

mod county;
mod guide;
mod look;
mod rules;

use junheng_core::model::{Field, Filler, Kind, REMARKS, TableId};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Note, Workbook, Worksheet, XlsxError};

use look::Look;

/// Name of the first sheet, which tells how to fill the others and is no table.
pub const GUIDE: &str = "填表说明";

/// Last row of a sheet, counted from 0.
const LAST_ROW: u32 = 1_048_575;

/// The workbook as the bytes of an `.xlsx`; the same bytes every time.
///
/// # Errors
/// Only a defect of the field list: a title that is twice in a list, a name Excel does not allow.
pub fn workbook() -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let born = ExcelDateTime::from_ymd(2025, 9, 1)?.and_hms(0, 0, 0)?;
    book.set_properties(
        &DocProperties::new()
            .set_title("县域义务教育优质均衡发展 数据填报表")
            .set_author("均衡")
            .set_creation_datetime(&born),
    );
    let look = Look::new();
    guide::write(book.add_worksheet(), &look)?;
    for table in TableId::ALL {
        let sheet = book.add_worksheet();
        sheet.set_name(table.zh())?;
        sheet.set_tab_color(guide::need(table).colour());
        if table == TableId::County {
            county::write(sheet, &look)?;
        } else {
            write(sheet, table, &look)?;
        }
    }
    book.save_to_buffer()
}

/// A sheet with one row per thing: titles, an example, and cells to fill.
fn write(sheet: &mut Worksheet, table: TableId, look: &Look) -> Result<(), XlsxError> {
    let fields: Vec<Field> = table.fields().collect();
    let mut lines = 1;
    for (column, field) in (0u16..).zip(&fields) {
        let about = field.about();
        let title = match about.unit {
            "" => about.zh.to_owned(),
            unit => format!("{}\n({unit})", about.zh),
        };
        let width = width(about.zh, about.kind);
        lines = lines.max(wide(about.zh).div_ceil(width - 1) + usize::from(!about.unit.is_empty()));
        let width = u32::try_from(width).map_or(20.0, f64::from);
        sheet.set_column_width(column, width)?;
        sheet.set_column_format(column, &look.cell(about.kind))?;
        let key = table.key().contains(field);
        sheet.write_with_format(0, column, title, &look.header(about.filler, key))?;
        sheet.insert_note(0, column, &note(*field, key))?;
        sheet.add_data_validation(2, column, LAST_ROW, column, &rules::of(*field)?)?;
        example(sheet, column, *field, look)?;
    }
    let after = u16::try_from(fields.len()).unwrap_or(0);
    if let Some(title) = REMARKS.last() {
        sheet.set_column_width(after, 24)?;
        sheet.set_column_format(after, &look.cell(Kind::Text))?;
        sheet.write_with_format(0, after, *title, &look.header(Filler::State, false))?;
        sheet.write_with_format(1, after, "本行是示例,读取时跳过", &look.example(Kind::Text))?;
    }
    sheet.set_row_height(
        0,
        u32::try_from(lines).map_or(48.0, |n| f64::from(n) * 15.0 + 8.0),
    )?;
    sheet.set_row_height(1, 20)?;
    let fixed = u16::try_from(table.key().len().clamp(1, 2)).unwrap_or(1);
    sheet.set_freeze_panes(1, fixed)?;
    sheet.set_selection(2, 0, 2, 0)?;
    sheet.set_repeat_columns(0, fixed - 1)?;
    look.page(sheet, after > 8)?;
    sheet.set_print_fit_to_pages(after / 16 + 1, 0);
    Ok(())
}

/// The example of a column; the first cell starts with 例, by which the reader skips the row.
fn example(sheet: &mut Worksheet, column: u16, field: Field, look: &Look) -> Result<(), XlsxError> {
    let kind = field.kind();
    let text = rules::example(field);
    let format = look.example(kind);
    match text.parse::<f64>() {
        _ if column == 0 => sheet.write_with_format(1, column, format!("例:{text}"), &format)?,
        Ok(number) if kind.is_number() => sheet.write_with_format(1, column, number, &format)?,
        _ => sheet.write_with_format(1, column, text, &format)?,
    };
    Ok(())
}

/// What stands behind a title: who fills it, from which form, and how.
fn note(field: Field, key: bool) -> Note {
    let about = field.about();
    let mut lines = vec![about.zh.to_owned()];
    if key {
        lines.push("必填:用来认出这一行".to_owned());
    }
    lines.push(format!("由谁提供:{}", guide::filler(about.filler)));
    if !about.unit.is_empty() {
        lines.push(format!("单位:{}", about.unit));
    }
    if !about.form.is_empty() {
        lines.push(format!("事业统计报表:{}", about.form));
    }
    lines.push(rules::how(field));
    let text = lines.join("\n");
    let rows = lines.iter().map(|l| wide(l).div_ceil(30)).sum::<usize>();
    Note::new(text)
        .set_author("均衡")
        .add_author_prefix(false)
        .set_font_name("宋体")
        .set_font_size(9)
        .set_width(210)
        .set_height(u32::try_from(rows).unwrap_or(6) * 16 + 10)
}

/// Width on screen: a Chinese character takes two columns.
fn wide(text: &str) -> usize {
    text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum()
}

/// Width of a column: the title on about two lines, the values on one.
fn width(title: &str, kind: Kind) -> usize {
    let values = match kind {
        Kind::Id | Kind::Ref(_) => 16,
        Kind::Text | Kind::Ids => 20,
        Kind::Choice(list) => 4 + list.iter().map(|(_, zh, _)| wide(zh)).max().unwrap_or(0),
        Kind::Code(..) => 18,
        Kind::Date | Kind::Yuan | Kind::YuanOrNo => 13,
        _ => 9,
    };
    values.max((wide(title) / 2 + 4).min(22))
}

#[cfg(test)]
mod tests;

//! The county's sheet: one fact a row, grouped by subject.

use junheng_core::model::{FACT_PREFIXES, Field, Filler, Kind, TableId};
use rust_xlsxwriter::{DataValidation, FormatAlign, Worksheet, XlsxError};

use super::look::Look;
use super::{guide, rules};

/// Subjects, each with the first field that belongs to it.
const GROUPS: [(Field, &str); 9] = [
    (Field::CountyCode, "一、基本情况"),
    (Field::QuotaPrimary, "二、经费与待遇"),
    (Field::RotationEligible, "三、教师交流轮岗"),
    (Field::SeniorHighPlaces, "四、招生与随迁子女"),
    (Field::CohortEntered, "五、初中三年巩固率"),
    (Field::DisabledChildren, "六、残疾儿童少年入学"),
    (Field::LevelChinese, "七、国家义务教育质量监测结果"),
    (Field::Questionnaires, "八、满意度调查"),
    (Field::VetoExam, "九、一票否决事项(是否存在)"),
];

pub(super) fn write(sheet: &mut Worksheet, look: &Look) -> Result<(), XlsxError> {
    for (column, width) in [(0u16, 46), (1, 22), (2, 9), (3, 72)] {
        sheet.set_column_width(column, width)?;
    }
    for (column, title) in (0u16..).zip(["项目", "数值", "单位", "说明"]) {
        sheet.write_with_format(0, column, title, &look.header(Filler::School, true))?;
    }
    sheet.set_row_height(0, 24)?;
    let mut row = 1;
    // A county that fills the template is real: the mark of synthetic data is not offered.
    for field in TableId::County.fields().filter(|f| *f != Field::Synthetic) {
        if let Some((_, title)) = GROUPS.iter().find(|(first, _)| *first == field) {
            row = heading(sheet, row, title, look)?;
        }
        let about = field.about();
        sheet.set_row_height(row, 18)?;
        let name = look
            .header(about.filler, false)
            .unset_bold()
            .set_align(FormatAlign::Left);
        sheet.write_with_format(row, 0, about.zh, &name)?;
        sheet.write_blank(row, 1, &look.cell(about.kind).set_align(FormatAlign::Right))?;
        let unit = look.fixed().set_align(FormatAlign::Center);
        sheet.write_with_format(row, 2, about.unit, &unit)?;
        let words = format!("{}。{}", guide::filler(about.filler), rules::how(field));
        sheet.write_with_format(row, 3, words, &look.fixed())?;
        sheet.add_data_validation(row, 1, row, 1, &rules::of(field)?)?;
        row += 1;
    }
    row = heading(sheet, row, "十、其他事项(项目编号见标准)", look)?;
    for (prefix, zh, _) in FACT_PREFIXES {
        let last = row + 11;
        if *prefix == "attest_" {
            let answers = DataValidation::new()
                .allow_list_strings(&["达到", "未达到"])?
                .set_error_title("请检查这一格")?
                .set_error_message("请从下拉列表中选择。没有结论请留空。")?;
            sheet.add_data_validation(row, 1, last, 1, &answers)?;
        }
        for row in row..=last {
            sheet.set_row_height(row, 18)?;
            sheet.write_blank(row, 0, &look.cell(Kind::Id))?;
            sheet.write_blank(row, 1, &look.cell(Kind::Text).set_align(FormatAlign::Right))?;
            sheet.write_blank(row, 2, &look.fixed())?;
            let words = format!("左边填 {prefix} 加项目编号,如 {prefix}G9。{zh}");
            sheet.write_with_format(row, 3, words, &look.fixed())?;
        }
        row = last + 1;
    }
    sheet.set_freeze_panes(1, 0)?;
    sheet.set_selection(2, 1, 2, 1)?;
    look.page(sheet, false)?;
    sheet.set_print_fit_to_pages(1, 0);
    Ok(())
}

fn heading(sheet: &mut Worksheet, row: u32, title: &str, look: &Look) -> Result<u32, XlsxError> {
    sheet.set_row_height(row, 24)?;
    for column in 0..4u16 {
        let text = if column == 0 { title } else { "" };
        sheet.write_with_format(row, column, text, &look.group())?;
    }
    Ok(row + 1)
}

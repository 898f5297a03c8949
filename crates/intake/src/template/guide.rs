//! The first sheet: how to fill the others.

use junheng_core::model::{Filler, TableId};
use rust_xlsxwriter::{Color, FormatAlign, FormatUnderline, Url, Worksheet, XlsxError};

use super::look::Look;

/// When a table is needed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    Always,
    Detail,
    Planning,
}

impl Need {
    fn zh(self) -> &'static str {
        match self {
            Self::Always => "必填",
            Self::Detail => "有则填",
            Self::Planning => "做规划时填",
        }
    }

    pub(super) fn colour(self) -> Color {
        match self {
            Self::Always => Color::RGB(0x001F_4E79),
            Self::Detail => Color::RGB(0x0070_AD47),
            Self::Planning => Color::RGB(0x00A5_A5A5),
        }
    }
}

pub(super) fn need(table: TableId) -> Need {
    match table {
        TableId::County | TableId::Schools | TableId::Sections => Need::Always,
        TableId::Classes | TableId::Rooms | TableId::Teachers => Need::Detail,
        _ => Need::Planning,
    }
}

/// Who gives a figure.
pub(super) fn filler(filler: Filler) -> &'static str {
    match filler {
        Filler::School => "学校",
        Filler::County => "县级教育部门",
        Filler::State => "国家或省级给出结果",
    }
}

const RULES: [&str; 10] = [
    "空白表示没有数据,不等于 0。确实是 0 的,请填 0。留空不会算成不达标,只会显示「无法判定」并告诉您缺什么。",
    "灰色斜体的一行是示例(第一格以「例」开头),读取时跳过,可以保留也可以删除。请从示例下面一行开始填。",
    "金额一律以元为单位。手头是万元的请乘以 10000;或者撤销工作表保护,把标题括号里的「元」改成「万元」,程序会自动换算。",
    "学校标识码、教师编号等按文本填写(这些格已设为文本),开头的 0 不会丢;同一所学校在各表中用同一个标识码。",
    "九年一贯制、完全中学、十二年一贯制学校在「学段」表中每个学段填一行。校舍、场地、设备分不开学段的,填在「学校」表的「(全校)」各栏,「学段」表相应各格留空。",
    "能选的格请从下拉列表中选;从别处粘贴时请用「选择性粘贴—数值」,以免盖掉格式和下拉列表。",
    "用不到的表、用不到的列整张整列留空即可,不必删除。不要改工作表名称和标题。",
    "合计行、说明行不要填在表里;要说明的写在最后的「备注」一栏,程序不读取。",
    "标题行已锁定,没有密码:需要时可在「审阅—撤销工作表保护」中解除。",
    "把鼠标停在标题上,可以看到由谁提供、来自事业统计的哪张报表、怎样填。",
];

fn purpose(table: TableId) -> &'static str {
    match table {
        TableId::County => {
            "县的基本情况、经费、教师交流、招生、巩固率、质量监测、满意度和一票否决事项"
        }
        TableId::Schools => {
            "每所学校(含教学点)一行:办学类型、城乡类型、位置,以及只知道全校总数的资产"
        }
        TableId::Sections => {
            "每校每学段一行:学生、班级、教师、校舍、设备。七项资源配置指标由此算出"
        }
        TableId::Classes => "每个班一行,用来核对班级数和最大班额",
        TableId::Rooms => "每间音乐、美术专用教室一行",
        TableId::Teachers => "每位教师一行;填了就以此为准统计学段的教师数,也用于交流轮岗方案",
        TableId::Blocks => "每个村、社区或小区一行,用于划学区和布局",
        TableId::Adjacency => "相邻的两个居住单元一行,用于保证学区连片",
        TableId::TravelPrimary => "居住单元到小学的路程",
        TableId::TravelJunior => "居住单元到初中的路程",
        TableId::Sites => "可以新建、扩建学校的地点和费用",
        TableId::EnrolmentHistory => "每校每年每年级的在校生数,用于预测",
        TableId::Births => "各乡镇历年出生人数,用于预测",
        TableId::Preschool => "各乡镇已登记、将入小学一年级的儿童数,用于预测",
        TableId::Housing => "将建成入住的住宅项目和每百套带来的学生数,用于预测",
        TableId::ForecastAdjustments => "人工调整的预测值和理由;模型值仍保留在旁边",
        TableId::UnitCosts => "各项措施的单价;不填用程序的假设值",
        TableId::Budgets => "各年可用的资金;不填表示不限",
        TableId::Roads => "道路路段;没有路程表时用来算路程",
    }
}

pub(super) fn write(sheet: &mut Worksheet, look: &Look) -> Result<(), XlsxError> {
    sheet.set_name(super::GUIDE)?;
    sheet
        .set_tab_color(Color::RGB(0x00C0_0000))
        .set_screen_gridlines(false);
    for (column, width) in [(0u16, 5), (1, 16), (2, 14), (3, 74)] {
        sheet.set_column_width(column, width)?;
    }
    let text = look.text();
    sheet.set_row_height(0, 34)?;
    sheet.write_with_format(0, 0, "县域义务教育优质均衡发展 数据填报表", &look.title())?;
    sheet.merge_range(
        1,
        0,
        1,
        3,
        "填好后直接交给程序「均衡」(junheng)读取:先核查数据,再判定是否达到国家标准。",
        &text,
    )?;

    let mut row = heading(sheet, 3, "一、怎样填", look)?;
    for (number, rule) in (1u32..).zip(RULES) {
        sheet.write_with_format(row, 0, number, &text.clone().set_align(FormatAlign::Center))?;
        sheet.merge_range(row, 1, row, 3, rule, &text)?;
        let lines = super::wide(rule).div_ceil(92).max(1);
        sheet.set_row_height(
            row,
            u32::try_from(lines).map_or(17.0, |n| f64::from(n) * 17.0 + 3.0),
        )?;
        row += 1;
    }

    row = heading(sheet, row + 1, "二、标题的颜色", look)?;
    let meaning = "用来认出这一行,填了数据的行必须有";
    sheet.write_with_format(row, 1, "深蓝底白字", &look.header(Filler::School, true))?;
    sheet.merge_range(row, 2, row, 3, meaning, &look.fixed())?;
    row += 1;
    for (who, name) in [
        (Filler::School, "浅蓝"),
        (Filler::County, "浅绿"),
        (Filler::State, "浅灰"),
    ] {
        sheet.write_with_format(row, 1, name, &look.swatch(who))?;
        let words = format!("由{}", filler(who));
        let words = if who == Filler::State {
            words
        } else {
            format!("{words}提供")
        };
        sheet.merge_range(row, 2, row, 3, &words, &look.fixed())?;
        row += 1;
    }

    row = heading(sheet, row + 1, "三、各张表", look)?;
    for (column, title) in [(1u16, "工作表"), (2, "何时填"), (3, "内容")] {
        sheet.write_with_format(row, column, title, &look.header(Filler::School, true))?;
    }
    row += 1;
    for table in TableId::ALL {
        let link = Url::new(format!("internal:'{}'!A1", table.zh())).set_text(table.zh());
        let blue = look
            .fixed()
            .set_font_color(Color::RGB(0x0005_63C1))
            .set_underline(FormatUnderline::Single);
        sheet.write_url_with_format(row, 1, link, &blue)?;
        let need = need(table);
        sheet.write_with_format(
            row,
            2,
            need.zh(),
            &look.fixed().set_font_color(need.colour()),
        )?;
        sheet.write_with_format(row, 3, purpose(table), &look.fixed())?;
        row += 1;
    }
    look.page(sheet, false)?;
    sheet.set_print_fit_to_pages(1, 0);
    Ok(())
}

fn heading(sheet: &mut Worksheet, row: u32, title: &str, look: &Look) -> Result<u32, XlsxError> {
    sheet.set_row_height(row, 24)?;
    sheet.merge_range(row, 0, row, 3, title, &look.group())?;
    Ok(row + 1)
}

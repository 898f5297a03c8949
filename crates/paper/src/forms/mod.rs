//! The declaration tables Ⅰ–Ⅵ of the national form, filled; and the fill-in forms of a school and
//! of the county.
//!
//! Layout after 《义务教育优质均衡发展县(市、区)申报表》: titles, columns and their numbering are the
//! form's; every table lists the sections in the same order, teaching points last. A number shows as
//! many decimals as the form asks for, and more where it would else contradict its verdict.

mod basics;
mod fill;
mod items;
mod notes;
mod page;
mod resources;

use junheng_core::text::Text;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use crate::Subject;
use crate::seal::{FORM, Seal};
use page::Page;

/// Which forms to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Form {
    /// 申报表 Ⅰ–Ⅵ.
    #[default]
    Declaration,
    /// 学校填报表, a sheet per school.
    School,
    /// 区县填报表.
    County,
}

impl Form {
    /// All forms, with their ids.
    pub const ALL: [(&'static str, Self); 3] = [
        ("declaration", Self::Declaration),
        ("school", Self::School),
        ("county", Self::County),
    ];

    /// Its id.
    #[must_use]
    pub fn id(self) -> &'static str {
        let own = Self::ALL.into_iter().find(|(_, form)| *form == self);
        own.map_or("", |(id, _)| id)
    }

    /// What it is called.
    fn title(self) -> &'static str {
        match self {
            Self::Declaration => "申报表",
            Self::School => "学校填报表",
            Self::County => "区县填报表",
        }
    }

    /// The form of an id.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|(i, _)| *i == id)
            .map(|(_, f)| f)
    }
}

/// The standard whose declaration tables these are.
const STANDARD: &str = "cn-2017-6";

/// The forms as a workbook.
///
/// # Errors
/// The standard has no such tables, or a sheet would be larger than a workbook can hold.
pub fn forms(subject: &Subject<'_>, form: Form) -> Result<Vec<u8>, Text> {
    if form == Form::Declaration && subject.standard.id != STANDARD {
        let id = &subject.standard.id;
        return Err(Text::new(
            format!("申报表Ⅰ–Ⅵ属于 {STANDARD}，标准 {id} 没有这些表；请用 --standard {STANDARD}"),
            format!("tables Ⅰ–Ⅵ belong to {STANDARD}; {id} has none. Use --standard {STANDARD}"),
        ));
    }
    write(subject, form).map_err(|e| {
        Text::new(
            format!("表格没有生成：{e}"),
            format!("the tables were not made: {e}"),
        )
    })
}

fn write(subject: &Subject<'_>, form: Form) -> Result<Vec<u8>, XlsxError> {
    let pages = match form {
        Form::Declaration => vec![
            basics::table(subject)?,
            resources::summary(subject)?,
            resources::by_school(subject)?,
            resources::variation(subject)?,
            items::government(subject)?,
            items::quality(subject)?,
            items::recognition(subject)?,
        ],
        Form::School => {
            let mut pages = fill::schools(subject)?;
            pages.extend(notes::school(subject)?);
            pages
        }
        Form::County => {
            let mut pages = vec![fill::county(subject)?];
            pages.extend(notes::county(subject)?);
            pages
        }
    };
    let mut book = Workbook::new();
    for page in pages {
        book.push_worksheet(page.sheet);
    }
    let seal = Seal::of(subject);
    let day = subject.day();
    let (month, dom) = month_day(day);
    let mut properties = DocProperties::new()
        .set_title(format!(
            "{}义务教育优质均衡发展{}",
            subject.county(),
            form.title()
        ))
        .set_author("")
        .set_custom_property(FORM, form.id());
    for (name, value) in seal.properties() {
        properties = properties.set_custom_property(name, value);
    }
    if let Ok(date) = ExcelDateTime::from_ymd(u16::try_from(day.year()).unwrap_or(1900), month, dom)
    {
        properties = properties.set_creation_datetime(&date);
    }
    book.set_properties(&properties);
    book.save_to_buffer()
}

/// Month and day of a date.
fn month_day(day: junheng_core::date::Date) -> (u8, u8) {
    let text = day.to_string();
    let mut parts = text.split('-').skip(1).map(|p| p.parse().unwrap_or(1));
    (parts.next().unwrap_or(1), parts.next().unwrap_or(1))
}

/// What stands at the foot of every sheet: where from, and the hash.
fn footer(subject: &Subject<'_>) -> String {
    let synthetic = if subject.synthetic() {
        "合成数据，非真实县情  "
    } else {
        ""
    };
    format!(
        "{synthetic}{}  数据时点 {}  评估校验码 {}",
        subject.county(),
        subject.day(),
        Seal::of(subject).short()
    )
}

fn page(subject: &Subject<'_>, name: &str, widths: &[f64]) -> Result<Page, XlsxError> {
    Page::new(name, widths, &footer(subject))
}

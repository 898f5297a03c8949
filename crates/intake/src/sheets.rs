//! Results as tables that people print and pass on: a workbook, and each table as CSV.

use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

/// A cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Words; never read as a formula.
    Text(String),
    /// A number as it is, such as a year or a count.
    Number(f64),
    /// Money or another large amount: thousands are set apart.
    Amount(f64),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// A table of results.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// File name without its ending.
    pub id: &'static str,
    /// Name of the sheet.
    pub name: String,
    /// Printed above the table.
    pub title: String,
    /// Column headers.
    pub head: Vec<String>,
    /// Values, as many per row as there are headers. Where the first words are `合计` or `total`
    /// the row is a sum.
    pub rows: Vec<Vec<Value>>,
}

/// Widest column, in characters; longer text is wrapped.
const WIDEST: usize = 46;
/// Points of a line of text.
const LINE: f64 = 13.5;

/// Pages as one workbook, each fitted to the width of a printed page. Numbers are numbers; text is
/// text even where it begins with `=`. `properties` are custom ones, name and text. The same pages give
/// the same bytes.
///
/// # Errors
/// When a page exceeds what a sheet can hold.
pub fn workbook(pages: &[Page], properties: &[(&str, &str)]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // The time of writing would make every file another one.
    let born = ExcelDateTime::from_ymd(2000, 1, 1)?;
    let mut about = DocProperties::new().set_creation_datetime(&born);
    for (name, value) in properties {
        about = about.set_custom_property(*name, *value);
    }
    book.set_properties(&about);
    for page in pages {
        let sheet = book.add_worksheet().set_name(&page.name)?;
        fill(sheet, page)?;
    }
    book.save_to_buffer()
}

fn fill(sheet: &mut Worksheet, page: &Page) -> Result<(), XlsxError> {
    let plain = Format::new()
        .set_font_name("宋体")
        .set_font_size(10)
        .set_text_wrap()
        .set_align(FormatAlign::VerticalCenter);
    let title = plain.clone().set_font_name("黑体").set_font_size(14);
    let title = title.set_align(FormatAlign::Center);
    let cell = plain.set_border(FormatBorder::Thin);
    let head = cell.clone().set_bold().set_align(FormatAlign::Center);
    let widths: Vec<f64> = (0..page.head.len()).map(|n| width(page, n)).collect();
    let last = u16::try_from(page.head.len().saturating_sub(1)).unwrap_or(u16::MAX);
    if last > 0 {
        sheet.merge_range(0, 0, 0, last, &page.title, &title)?;
    } else {
        sheet.write_string_with_format(0, 0, &page.title, &title)?;
    }
    sheet.set_row_height(0, 24)?;
    for (column, text) in (0_u16..).zip(&page.head) {
        sheet.write_string_with_format(1, column, text, &head)?;
    }
    for (column, width) in (0_u16..).zip(&widths) {
        sheet.set_column_width(column, *width)?;
    }
    for (row, values) in (2_u32..).zip(&page.rows) {
        let sum = matches!(values.first(), Some(Value::Text(t)) if t == "合计" || t == "total");
        let own = if sum {
            cell.clone().set_bold()
        } else {
            cell.clone()
        };
        for (column, value) in (0_u16..).zip(values) {
            match value {
                Value::Text(text) => sheet.write_string_with_format(row, column, text, &own)?,
                Value::Number(n) => {
                    let middle = own.clone().set_align(FormatAlign::Center);
                    sheet.write_number_with_format(row, column, *n, &middle)?
                }
                Value::Amount(n) => {
                    let digits = if n.fract() == 0.0 {
                        "#,##0"
                    } else {
                        "#,##0.00"
                    };
                    let amount = own.clone().set_num_format(digits);
                    sheet.write_number_with_format(row, column, *n, &amount)?
                }
            };
        }
        // Not every program makes room for wrapped text by itself.
        let lines = values
            .iter()
            .zip(&widths)
            .map(|(value, width)| match value {
                Value::Text(text) => (wide(text) as f64 / (width - 1.0)).ceil(),
                _ => 1.0,
            });
        let lines = lines.fold(1.0, f64::max);
        if lines > 1.0 {
            sheet.set_row_height(row, lines * LINE)?;
        }
    }
    sheet.set_freeze_panes(2, 0)?;
    sheet.set_repeat_rows(0, 1)?;
    sheet.set_landscape().set_paper_size(9);
    sheet.set_print_fit_to_pages(1, 0);
    Ok(())
}

/// Characters of a text; Chinese ones count twice.
fn wide(text: &str) -> usize {
    let of = |c: char| if c >= '\u{2e80}' { 2 } else { 1 };
    text.chars().map(of).sum()
}

/// Characters that a column needs.
fn width(page: &Page, column: usize) -> f64 {
    let shown = |value: &Value| match value {
        Value::Text(text) => wide(text),
        Value::Number(n) => n.to_string().len(),
        Value::Amount(n) => n.trunc().to_string().len() * 4 / 3 + 3,
    };
    let cells = page.rows.iter().filter_map(|row| row.get(column));
    let head = page.head.get(column).map_or(0, |h| wide(h));
    let most = cells.map(shown).fold(head, usize::max);
    (most + 2).clamp(6, WIDEST) as f64
}

/// A page as CSV in UTF-8 with the mark that spreadsheets want for Chinese. Text that a
/// spreadsheet would take for a formula gets an apostrophe.
#[must_use]
pub fn csv(page: &Page) -> Vec<u8> {
    let mut writer = ::csv::WriterBuilder::new()
        .flexible(true)
        .from_writer("\u{feff}".as_bytes().to_vec());
    // Writing to memory does not fail.
    let _ = writer.write_record(&page.head);
    for row in &page.rows {
        let cells = row.iter().map(|value| match value {
            Value::Text(text) if text.starts_with(['=', '+', '-', '@']) => format!("'{text}"),
            Value::Text(text) => text.clone(),
            Value::Number(number) | Value::Amount(number) => number.to_string(),
        });
        let _ = writer.write_record(cells);
    }
    writer.into_inner().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page() -> Page {
        Page {
            id: "p",
            name: "表".to_owned(),
            title: "甲县表".to_owned(),
            head: vec!["学校".to_owned(), "金额(元)".to_owned()],
            rows: vec![
                vec!["=1+1".into(), Value::Amount(12_345.5)],
                vec!["合计".into(), Value::Amount(12_345.5)],
            ],
        }
    }

    #[test]
    fn no_formula_reaches_a_spreadsheet() {
        let text = String::from_utf8(csv(&page())).unwrap();
        assert_eq!(text, "\u{feff}学校,金额(元)\n'=1+1,12345.5\n合计,12345.5\n");
    }

    #[test]
    fn a_workbook_reads_back_and_is_the_same_twice() {
        let bytes = workbook(&[page()], &[]).unwrap();
        assert_eq!(bytes, workbook(&[page()], &[]).unwrap());
        let file = crate::files::InputFile {
            name: "p.xlsx".to_owned(),
            bytes,
        };
        let (grids, findings) = crate::grid::read_grids(&file);
        assert!(findings.is_empty(), "{findings:?}");
        let row = |n: usize| {
            grids[0].rows[n]
                .iter()
                .filter_map(crate::grid::Value::as_label)
        };
        assert_eq!(row(1).collect::<Vec<_>>(), ["学校", "金额(元)"]);
        assert_eq!(row(2).collect::<Vec<_>>(), ["=1+1", "12345.5"]);
    }
}

//! One sheet: cells, merged heads, printing.

use junheng_core::show;
use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Worksheet, XlsxError};

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    /// Words, never a formula.
    Text(String),
    /// A number with its decimals.
    Number(f64, usize),
    /// To be filled by hand.
    Blank,
}

impl Cell {
    /// A count, or blank.
    pub(super) fn count(value: Option<f64>) -> Self {
        value.map_or(Self::Blank, |x| Self::Number(x, 0))
    }

    /// A number beside its limit: more decimals than `digits` where it takes them to stay on its side.
    pub(super) fn beside(value: Option<f64>, limit: Option<f64>, digits: u32) -> Self {
        let Some(value) = value.filter(|v| v.is_finite()) else {
            return Self::Blank;
        };
        let text = show::column(value, limit, digits);
        let decimals = text.split_once('.').map_or(0, |(_, d)| d.len());
        Self::Number(value, decimals)
    }

    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }
}

/// A cell of a head: text, row and column from the head's corner, rows and columns it spans.
pub(super) type Head<'a> = (&'a str, u32, u16, u32, u16);

/// A sheet in the making, with the row that comes next.
pub(super) struct Page {
    pub(super) sheet: Worksheet,
    row: u32,
    widths: Vec<f64>,
}

/// Kinds of cell; every one wraps and is centred vertically.
#[derive(Clone, Copy)]
pub(super) enum Look {
    Title,
    Head,
    Middle,
    Left,
    Note,
}

const SIZE: f64 = 10.0;
/// Points of a line of text at that size.
const LINE: f64 = 14.0;

fn format(look: Look) -> Format {
    let format = Format::new()
        .set_font_name("宋体")
        .set_font_size(SIZE)
        .set_text_wrap()
        .set_align(FormatAlign::VerticalCenter);
    match look {
        Look::Title => format
            .set_font_name("黑体")
            .set_font_size(16)
            .set_align(FormatAlign::Center),
        Look::Head => format
            .set_font_name("黑体")
            .set_align(FormatAlign::Center)
            .set_border(FormatBorder::Thin),
        Look::Middle => format
            .set_align(FormatAlign::Center)
            .set_border(FormatBorder::Thin),
        Look::Left => format
            .set_align(FormatAlign::Left)
            .set_border(FormatBorder::Thin),
        Look::Note => format.set_align(FormatAlign::Left),
    }
}

/// A number's format, zeros kept.
fn numeric(decimals: usize, look: Look) -> Format {
    let picture = if decimals == 0 {
        "0".to_owned()
    } else {
        format!("0.{}", "0".repeat(decimals))
    };
    format(look).set_num_format(picture)
}

/// Lines a text takes in so many half-width columns.
fn lines(text: &str, width: f64) -> f64 {
    let room = (width - 1.0).max(2.0);
    text.split('\n')
        .map(|line| {
            let wide: f64 = line
                .chars()
                .map(|c| if c.is_ascii() { 1.0 } else { 2.0 })
                .sum();
            // Words and brackets do not break everywhere.
            (wide * 1.12 / room).ceil().max(1.0)
        })
        .sum()
}

impl Page {
    /// A sheet for A4 on its side, one page wide, pages numbered below.
    pub(super) fn new(name: &str, widths: &[f64], footer: &str) -> Result<Self, XlsxError> {
        let mut sheet = Worksheet::new();
        sheet.set_name(name)?;
        sheet
            .set_paper_size(9)
            .set_landscape()
            .set_print_fit_to_pages(1, 0)
            .set_margins(0.6, 0.6, 0.7, 0.7, 0.3, 0.3)
            .set_print_center_horizontally(true)
            .set_footer(format!(
                "&L&8{}&R&9第 &P 页 共 &N 页",
                footer.replace('&', "&&")
            ));
        for (column, width) in (0u16..).zip(widths) {
            sheet.set_column_width(column, *width)?;
        }
        Ok(Self {
            sheet,
            row: 0,
            widths: widths.to_vec(),
        })
    }

    fn last(&self) -> u16 {
        u16::try_from(self.widths.len())
            .unwrap_or(1)
            .saturating_sub(1)
    }

    fn width(&self, from: u16, span: u16) -> f64 {
        let skip = usize::from(from);
        self.widths.iter().skip(skip).take(usize::from(span)).sum()
    }

    /// A line over the whole width, without a frame.
    pub(super) fn line(&mut self, text: &str, look: Look) -> Result<(), XlsxError> {
        let last = self.last();
        let per = if matches!(look, Look::Title) {
            26.0
        } else {
            LINE
        };
        let size = if matches!(look, Look::Title) {
            1.6
        } else {
            1.0
        };
        let height = lines(text, self.width(0, last + 1) / size) * per;
        self.put(self.row, 0, 1, last + 1, &Cell::text(text), look)?;
        self.sheet.set_row_height(self.row, height + 4.0)?;
        self.row += 1;
        Ok(())
    }

    /// The head of a table: `rows` high; printed again on every page.
    pub(super) fn head(&mut self, cells: &[Head<'_>], rows: u32) -> Result<(), XlsxError> {
        let mut heights = vec![LINE; rows as usize];
        for (text, row, column, down, across) in cells {
            let need = lines(text, self.width(*column, *across)) * LINE / f64::from(*down);
            for height in heights.iter_mut().skip(*row as usize).take(*down as usize) {
                *height = height.max(need);
            }
            let cell = Cell::text(*text);
            self.put(self.row + row, *column, *down, *across, &cell, Look::Head)?;
        }
        for (row, height) in (self.row..).zip(&heights) {
            self.sheet.set_row_height(row, height + 4.0)?;
        }
        self.sheet.set_repeat_rows(0, self.row + rows - 1)?;
        self.row += rows;
        Ok(())
    }

    /// A row of cells, each with its look.
    pub(super) fn row(&mut self, cells: &[(Cell, Look)]) -> Result<(), XlsxError> {
        let mut high = 1.0_f64;
        for (column, (cell, look)) in (0u16..).zip(cells) {
            if let Cell::Text(text) = cell {
                high = high.max(lines(text, self.width(column, 1)));
            }
            self.put(self.row, column, 1, 1, cell, *look)?;
        }
        self.sheet.set_row_height(self.row, high * LINE + 6.0)?;
        self.row += 1;
        Ok(())
    }

    /// Puts a cell at a place, merged where it spans more.
    pub(super) fn put(
        &mut self,
        row: u32,
        column: u16,
        down: u32,
        across: u16,
        cell: &Cell,
        look: Look,
    ) -> Result<(), XlsxError> {
        let plain = format(look);
        if down > 1 || across > 1 {
            let (last_row, last_column) = (row + down - 1, column + across - 1);
            self.sheet
                .merge_range(row, column, last_row, last_column, "", &plain)?;
        }
        match cell {
            Cell::Text(text) => {
                // As text even where a reader might take it for a formula.
                let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
                let look = if formula {
                    plain.set_quote_prefix()
                } else {
                    plain
                };
                let text: String = text.chars().take(32_767).collect();
                self.sheet
                    .write_string_with_format(row, column, text, &look)?;
            }
            Cell::Number(value, decimals) => {
                let look = numeric(*decimals, look);
                self.sheet
                    .write_number_with_format(row, column, *value, &look)?;
            }
            Cell::Blank => {
                self.sheet.write_blank(row, column, &plain)?;
            }
        }
        Ok(())
    }

    /// Merges a column over the last rows with one text, as 小学 beside two rows.
    pub(super) fn beside(&mut self, rows: u32, text: &str) -> Result<(), XlsxError> {
        let first = self.row.saturating_sub(rows);
        self.put(first, 0, rows, 1, &Cell::text(text), Look::Middle)
    }

    /// Keeps the head in view.
    pub(super) fn freeze(&mut self, columns: u16) -> Result<(), XlsxError> {
        let row = self.row;
        self.sheet.set_freeze_panes(row, columns)?;
        Ok(())
    }
}

//! Fonts, colours and page set-up of the template.

use junheng_core::model::{Filler, Kind};
use rust_xlsxwriter::{
    Color, Format, FormatAlign, FormatBorder, ProtectionOptions, Worksheet, XlsxError,
};

/// 等线 is the default of Chinese Office; WPS shows 宋体 where it is not installed.
const FONT: &str = "等线";
const LINE: Color = Color::RGB(0x00D0_D7DE);

/// The formats of the template.
pub(super) struct Look {
    base: Format,
}

impl Look {
    pub(super) fn new() -> Self {
        let base = Format::new()
            .set_font_name(FONT)
            .set_font_size(11)
            .set_align(FormatAlign::VerticalCenter);
        Self { base }
    }

    /// Plain words.
    pub(super) fn text(&self) -> Format {
        self.base.clone().set_text_wrap()
    }

    /// The title of the workbook.
    pub(super) fn title(&self) -> Format {
        self.base
            .clone()
            .set_font_size(18)
            .set_bold()
            .set_font_color(Color::RGB(0x001F_4E79))
    }

    /// The title of a group of rows.
    pub(super) fn group(&self) -> Format {
        self.base
            .clone()
            .set_bold()
            .set_font_color(Color::RGB(0x001F_4E79))
            .set_border_bottom(FormatBorder::Medium)
            .set_border_bottom_color(Color::RGB(0x001F_4E79))
    }

    /// A word in a table that nobody fills.
    pub(super) fn fixed(&self) -> Format {
        self.framed().set_text_wrap()
    }

    /// A column title: dark for what names a row, else coloured by who fills it.
    pub(super) fn header(&self, filler: Filler, key: bool) -> Format {
        let format = self
            .framed()
            .set_bold()
            .set_text_wrap()
            .set_align(FormatAlign::Center)
            .set_background_color(if key {
                Color::RGB(0x001F_4E79)
            } else {
                colour(filler)
            });
        if key {
            format.set_font_color(Color::White)
        } else {
            format
        }
    }

    /// The colour of a filler, as a swatch.
    pub(super) fn swatch(&self, filler: Filler) -> Format {
        self.framed()
            .set_background_color(colour(filler))
            .set_align(FormatAlign::Center)
    }

    /// A cell to fill.
    pub(super) fn cell(&self, kind: Kind) -> Format {
        self.shaped(kind).set_unlocked()
    }

    /// A cell of the example row.
    pub(super) fn example(&self, kind: Kind) -> Format {
        self.cell(kind)
            .set_italic()
            .set_font_color(Color::RGB(0x0080_8080))
            .set_background_color(Color::RGB(0x00F2_F2F2))
    }

    /// Identifiers are text, so that leading zeros and long numbers stay as typed.
    fn shaped(&self, kind: Kind) -> Format {
        let format = self.framed();
        match kind {
            Kind::Text | Kind::Ids => format.set_num_format("@"),
            Kind::Id | Kind::Ref(_) => format.set_num_format("@"),
            Kind::Count => format.set_num_format("#,##0"),
            Kind::Yuan => format.set_num_format("#,##0.00"),
            Kind::Share => format.set_num_format("0.0%"),
            Kind::Year => format.set_num_format("0"),
            Kind::Date => format
                .set_num_format("yyyy-mm-dd")
                .set_align(FormatAlign::Center),
            Kind::Flag | Kind::Choice(_) | Kind::Code(..) => format.set_align(FormatAlign::Center),
            Kind::Amount | Kind::Number | Kind::YuanOrNo => format,
        }
    }

    fn framed(&self) -> Format {
        self.base
            .clone()
            .set_border(FormatBorder::Thin)
            .set_border_color(LINE)
    }

    /// A4, titles repeated on every page, name and page number below; titles locked, no password.
    pub(super) fn page(&self, sheet: &mut Worksheet, landscape: bool) -> Result<(), XlsxError> {
        sheet.set_paper_size(9);
        if landscape {
            sheet.set_landscape();
        }
        sheet
            .set_margins(0.5, 0.5, 0.6, 0.6, 0.3, 0.3)
            .set_print_center_horizontally(true)
            .set_footer("&L&9&A&R&9第 &P 页 共 &N 页")
            .set_repeat_rows(0, 0)?;
        let mut allowed = ProtectionOptions::new();
        allowed.format_cells = true;
        allowed.format_columns = true;
        allowed.format_rows = true;
        allowed.insert_rows = true;
        allowed.delete_rows = true;
        allowed.sort = true;
        allowed.use_autofilter = true;
        sheet.protect_with_options(&allowed);
        Ok(())
    }
}

fn colour(filler: Filler) -> Color {
    match filler {
        Filler::School => Color::RGB(0x00DD_EBF7),
        Filler::County => Color::RGB(0x00E2_EFDA),
        Filler::State => Color::RGB(0x00ED_EDED),
    }
}

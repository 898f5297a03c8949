//! A paper before it is Word or PDF: what both say.

/// A paper.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Paper {
    /// The title, perhaps in several lines.
    pub title: String,
    /// What the properties of the file call it, where that is not the title.
    pub name: Option<String>,
    /// A line under the title: who, when.
    pub subtitle: String,
    /// The issuing body, printed in red above a red line; none for a plain paper.
    pub red_head: Option<String>,
    /// Whether a table of contents stands before the text.
    pub contents: bool,
    /// The text.
    pub body: Vec<Block>,
    /// The day of the figures, `2025-09-01`.
    pub day: String,
    /// What every page says at its foot: synthetic, or nothing.
    pub mark: String,
    /// The hash of the evaluation and its standard.
    pub seal: Option<crate::seal::Seal>,
}

/// A part of a paper.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// A heading of level 1 to 3: 一、 （一） 1.
    Heading(u8, String),
    /// A paragraph.
    Paragraph(Manner, String),
    /// A table.
    Table(Table),
    /// A picture.
    Picture(Picture),
    /// What follows begins on a new page.
    PageBreak,
}

/// How a paragraph is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// Running text, first line indented by two characters.
    Text,
    /// A small remark.
    Note,
    /// Set to the right: signature and date.
    Right,
    /// Centred.
    Centre,
    /// As the title of the paper: a further school's page.
    Title,
    /// A line of an annex: small, not indented, hanging.
    Item,
}

/// How a column is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Words.
    Left,
    /// Short words and numbers.
    Centre,
    /// Long numbers.
    Right,
}

/// A table whose head is repeated on every page.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// What it shows, printed above it; empty for none.
    pub caption: String,
    /// Relative widths and alignment of the columns.
    pub columns: Vec<(f64, Align)>,
    /// The head; one row.
    pub head: Vec<String>,
    /// The rows, as many cells as there are columns.
    pub rows: Vec<Vec<String>>,
}

/// A chart or map, drawn as SVG.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    /// What it shows, printed below it.
    pub caption: String,
    /// The same in words for those who do not see it.
    pub alt: String,
    /// The drawing.
    pub svg: String,
    /// Its size in the drawing's own units; printed as wide as the text.
    pub size: (f64, f64),
}

/// 发文字号 below a red head, to be filled in by hand (GB/T 9704-2012, 7.2.5).
pub(crate) const NUMBER: &str = "＿＿＿〔＿＿＿＿〕＿＿号";

/// Size of a red head in half points: what one line of 156 mm holds, at most 34 points.
pub(crate) fn red_head_size(name: &str) -> usize {
    (860 / name.chars().count().max(1)).clamp(28, 68)
}

impl Paper {
    /// Whether a signature follows the n-th block: the last words stand on its page.
    pub(crate) fn signed(&self, n: usize) -> bool {
        let next = self.body.get(n + 1);
        matches!(next, Some(Block::Paragraph(Manner::Right, _)))
    }

    /// What its properties call it: one line.
    pub(crate) fn name(&self) -> String {
        let own = self.name.as_deref().unwrap_or(&self.title);
        own.replace('\n', "")
    }

    /// Every text in reading order, table cells too.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        let head = self.red_head.as_deref().into_iter();
        head.chain([self.title.as_str(), self.subtitle.as_str()])
            .chain(self.body.iter().flat_map(Block::texts))
    }
}

impl Block {
    /// Its texts in reading order.
    pub(crate) fn texts(&self) -> Vec<&str> {
        match self {
            Self::Heading(_, text) | Self::Paragraph(_, text) => vec![text],
            Self::Table(table) => [table.caption.as_str()]
                .into_iter()
                .chain(table.head.iter().map(String::as_str))
                .chain(table.rows.iter().flatten().map(String::as_str))
                .collect(),
            Self::Picture(picture) => vec![&picture.caption],
            Self::PageBreak => Vec::new(),
        }
    }
}

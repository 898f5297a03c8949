//! `word/document.xml`: the text.

use super::parts::picture_relation;
use super::xml::escape;
use crate::model::{Align, Block, Manner, NUMBER, Paper, Picture, Table, red_head_size};

/// Width of the text, 156 mm, in twentieths of a point.
const WIDE: f64 = 8844.0;
/// The same in the drawing's unit.
const WIDE_EMU: f64 = 5_616_000.0;

const OPEN: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\" xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" xmlns:pic=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"><w:body>";
/// A4, the margins of GB/T 9704, a footer for odd and one for even pages.
const CLOSE: &str = "<w:sectPr><w:footerReference w:type=\"default\" r:id=\"rId4\"/><w:footerReference w:type=\"even\" r:id=\"rId5\"/><w:pgSz w:w=\"11906\" w:h=\"16838\"/><w:pgMar w:top=\"2098\" w:right=\"1474\" w:bottom=\"1984\" w:left=\"1588\" w:header=\"851\" w:footer=\"1400\" w:gutter=\"0\"/></w:sectPr></w:body></w:document>";
const PAGE_BREAK: &str = "<w:p><w:pPr><w:spacing w:line=\"20\" w:lineRule=\"exact\"/></w:pPr><w:r><w:br w:type=\"page\"/></w:r></w:p>";

/// The document; `pages` are the pages of its headings, for the contents.
pub(super) fn document(paper: &Paper, pages: &[usize]) -> String {
    let mut out = OPEN.to_owned();
    if let Some(name) = &paper.red_head {
        let size = red_head_size(name);
        out.push_str(&format!(
            "<w:p><w:pPr><w:pStyle w:val=\"RedHead\"/></w:pPr><w:r><w:rPr><w:sz w:val=\"{size}\"/><w:szCs w:val=\"{size}\"/></w:rPr><w:t>{}</w:t></w:r></w:p>",
            escape(name)
        ));
        out.push_str(&paragraph("RedLine", NUMBER));
    }
    for line in paper.title.lines() {
        out.push_str(&paragraph("Title", line));
    }
    if !paper.subtitle.is_empty() {
        out.push_str(&aligned("Normal", "center", &paper.subtitle));
    }
    if paper.contents {
        out.push_str(&contents(paper, pages));
        out.push_str(PAGE_BREAK);
    }
    let (mut headings, mut pictures) = (0, 0);
    for (n, block) in paper.body.iter().enumerate() {
        match block {
            Block::Heading(level, text) => {
                headings += 1;
                out.push_str(&heading(*level, headings, text));
            }
            Block::Paragraph(manner, text) => out.push_str(&match manner {
                Manner::Text if paper.signed(n) => kept("Body", text),
                Manner::Text => paragraph("Body", text),
                Manner::Note => paragraph("Note", text),
                Manner::Item => paragraph("Item", text),
                Manner::Title => paragraph("Title", text),
                Manner::Centre => aligned("Normal", "center", text),
                Manner::Right => signature(text),
            }),
            Block::Table(table) => out.push_str(&self::table(table)),
            Block::Picture(picture) => {
                pictures += 1;
                out.push_str(&self::picture(picture, pictures));
            }
            Block::PageBreak => out.push_str(PAGE_BREAK),
        }
    }
    out.push_str(CLOSE);
    out
}

fn run(text: &str) -> String {
    let lines: Vec<String> = text
        .split('\n')
        .map(|line| format!("<w:t xml:space=\"preserve\">{}</w:t>", escape(line)))
        .collect();
    format!("<w:r>{}</w:r>", lines.join("<w:br/>"))
}

fn paragraph(style: &str, text: &str) -> String {
    format!(
        "<w:p><w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr>{}</w:p>",
        run(text)
    )
}

/// On the page of what follows.
fn kept(style: &str, text: &str) -> String {
    format!(
        "<w:p><w:pPr><w:pStyle w:val=\"{style}\"/><w:keepNext/></w:pPr>{}</w:p>",
        run(text)
    )
}

fn aligned(style: &str, side: &str, text: &str) -> String {
    format!(
        "<w:p><w:pPr><w:pStyle w:val=\"{style}\"/><w:jc w:val=\"{side}\"/></w:pPr>{}</w:p>",
        run(text)
    )
}

/// Right, four characters from the edge.
fn signature(text: &str) -> String {
    format!(
        "<w:p><w:pPr><w:pStyle w:val=\"Normal\"/><w:keepNext/><w:ind w:right=\"1280\"/><w:jc w:val=\"right\"/></w:pPr>{}</w:p>",
        run(text)
    )
}

fn bookmark(n: usize) -> String {
    format!("_Toc{n:06}")
}

fn heading(level: u8, n: usize, text: &str) -> String {
    format!(
        "<w:p><w:pPr><w:pStyle w:val=\"Heading{level}\"/></w:pPr><w:bookmarkStart w:id=\"{n}\" w:name=\"{}\"/>{}<w:bookmarkEnd w:id=\"{n}\"/></w:p>",
        bookmark(n),
        run(text)
    )
}

fn field(kind: &str) -> String {
    format!("<w:r><w:fldChar w:fldCharType=\"{kind}\"/></w:r>")
}

fn instruction(text: &str) -> String {
    format!("<w:r><w:instrText xml:space=\"preserve\"> {text} </w:instrText></w:r>")
}

/// The contents: entries are there already, and the field brings them up to date on opening.
/// WPS wants the switch `\u`.
fn contents(paper: &Paper, pages: &[usize]) -> String {
    let entries: Vec<(u8, usize, &str, String)> = paper
        .body
        .iter()
        .filter_map(|block| match block {
            Block::Heading(level, text) => Some((*level, text.as_str())),
            _ => None,
        })
        .zip(1..)
        .map(|((level, text), n)| {
            (
                level,
                n,
                text,
                pages.get(n - 1).map_or_else(String::new, usize::to_string),
            )
        })
        .filter(|(level, ..)| *level <= 2)
        .collect();
    let mut out = "<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val=\"Table of Contents\"/><w:docPartUnique/></w:docPartObj></w:sdtPr><w:sdtContent>".to_owned();
    out.push_str(&aligned("Normal", "center", "目　录"));
    let begin = format!(
        "{}{}{}",
        field("begin"),
        instruction("TOC \\o \"1-2\" \\h \\z \\u"),
        field("separate")
    );
    for (index, (level, n, text, page)) in entries.iter().enumerate() {
        let first = if index == 0 { begin.as_str() } else { "" };
        let anchor = bookmark(*n);
        out.push_str(&format!(
            "<w:p><w:pPr><w:pStyle w:val=\"TOC{level}\"/></w:pPr>{first}<w:hyperlink w:anchor=\"{anchor}\" w:history=\"1\">{}<w:r><w:tab/></w:r>{}{}{}{}{}</w:hyperlink></w:p>",
            run(text),
            field("begin"),
            instruction(&format!("PAGEREF {anchor} \\h")),
            field("separate"),
            run(page),
            field("end"),
        ));
    }
    if entries.is_empty() {
        out.push_str(&format!("<w:p>{begin}</w:p>"));
    }
    out.push_str(&format!(
        "<w:p><w:pPr><w:spacing w:line=\"20\" w:lineRule=\"exact\"/></w:pPr>{}</w:p></w:sdtContent></w:sdt>",
        field("end")
    ));
    out
}

fn table(table: &Table) -> String {
    let total: f64 = table.columns.iter().map(|c| c.0).sum::<f64>().max(1e-9);
    let widths: Vec<u32> = table
        .columns
        .iter()
        .map(|c| (c.0 / total * WIDE).round() as u32)
        .collect();
    let mut out = String::new();
    if !table.caption.is_empty() {
        out.push_str(&format!(
            "<w:p><w:pPr><w:pStyle w:val=\"Caption\"/><w:keepNext/></w:pPr>{}</w:p>",
            run(&table.caption)
        ));
    }
    let line = |side: &str| {
        format!("<w:{side} w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"000000\"/>")
    };
    let borders: String = ["top", "left", "bottom", "right", "insideH", "insideV"]
        .map(line)
        .concat();
    out.push_str(&format!(
        "<w:tbl><w:tblPr><w:tblW w:w=\"{}\" w:type=\"dxa\"/><w:jc w:val=\"center\"/><w:tblBorders>{borders}</w:tblBorders><w:tblLayout w:type=\"fixed\"/><w:tblCellMar><w:left w:w=\"40\" w:type=\"dxa\"/><w:right w:w=\"40\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr><w:tblGrid>",
        widths.iter().sum::<u32>()
    ));
    for width in &widths {
        out.push_str(&format!("<w:gridCol w:w=\"{width}\"/>"));
    }
    out.push_str("</w:tblGrid>");
    let cell = |text: &str, column: usize, head: bool| {
        let align = table.columns.get(column).map_or(Align::Left, |c| c.1);
        let side = match align {
            _ if head => "center",
            Align::Left => "left",
            Align::Centre => "center",
            Align::Right => "right",
        };
        let width = widths.get(column).copied().unwrap_or(0);
        format!(
            "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/><w:vAlign w:val=\"center\"/></w:tcPr>{}</w:tc>",
            aligned("TableText", side, text)
        )
    };
    let mut row = |cells: &[String], head: bool| {
        let repeat = if head { "<w:tblHeader/>" } else { "" };
        out.push_str(&format!("<w:tr><w:trPr><w:cantSplit/>{repeat}</w:trPr>"));
        for (column, text) in cells.iter().enumerate() {
            out.push_str(&cell(text, column, head));
        }
        out.push_str("</w:tr>");
    };
    row(&table.head, true);
    for cells in &table.rows {
        row(cells, false);
    }
    // Two tables in a row would grow together.
    out.push_str("</w:tbl><w:p><w:pPr><w:pStyle w:val=\"TableText\"/></w:pPr></w:p>");
    out
}

fn picture(picture: &Picture, n: usize) -> String {
    let wide = WIDE_EMU as i64;
    let high = (WIDE_EMU * picture.size.1 / picture.size.0.max(1.0)) as i64;
    let alt = escape(&picture.alt);
    let id = picture_relation(n);
    format!(
        "<w:p><w:pPr><w:pStyle w:val=\"Picture\"/></w:pPr><w:r><w:drawing><wp:inline distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\"><wp:extent cx=\"{wide}\" cy=\"{high}\"/><wp:docPr id=\"{n}\" name=\"图{n}\" descr=\"{alt}\"/><a:graphic><a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"><pic:pic><pic:nvPicPr><pic:cNvPr id=\"{n}\" name=\"image{n}.png\"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed=\"rId{id}\"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/><a:ext cx=\"{wide}\" cy=\"{high}\"/></a:xfrm><a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>{}",
        paragraph("Caption", &picture.caption)
    )
}

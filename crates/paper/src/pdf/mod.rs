//! A paper as PDF/A-2b: typst lays it out, fonts are embedded, text can be searched and copied.

mod source;
mod world;

use junheng_core::text::Text;
use typst::foundations::{NativeElement, Selector, Smart};
use typst::introspection::Introspector;
use typst::model::HeadingElem;
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use crate::model::Paper;
use world::Sheet;

/// Rounds of layout whose results are kept for the next paper.
const KEPT: usize = 2;

/// A paper as PDF.
///
/// # Errors
/// The paper cannot be laid out; the message says where.
pub fn pdf(paper: &Paper) -> Result<Vec<u8>, Text> {
    let document = layout(paper)?;
    let options = PdfOptions {
        ident: Smart::Custom(ident(paper)),
        creator: Smart::Custom(Some(
            concat!("junheng ", env!("CARGO_PKG_VERSION")).to_owned(),
        )),
        standards: PdfStandards::new(&[PdfStandard::A_2b]).map_err(|e| failed(e.message()))?,
        ..PdfOptions::default()
    };
    let bytes = typst_pdf::pdf(&document, &options)
        .map_err(|e| failed(e.first().map_or("", |d| &d.message)));
    typst::comemo::evict(KEPT);
    bytes
}

/// The page each heading stands on, in their order: for a Word file's contents.
///
/// # Errors
/// As [`pdf`].
pub(crate) fn heading_pages(paper: &Paper) -> Result<Vec<usize>, Text> {
    let document = layout(paper)?;
    let introspector = document.introspector();
    let pages = introspector
        .query(&Selector::Elem(HeadingElem::ELEM, None))
        .iter()
        .filter_map(|heading| introspector.page(heading.location()?))
        .map(std::num::NonZeroUsize::get)
        .collect();
    Ok(pages)
}

fn layout(paper: &Paper) -> Result<PagedDocument, Text> {
    let sheet = Sheet::new(paper);
    typst::compile::<PagedDocument>(&sheet)
        .output
        .map_err(|e| failed(e.first().map_or("", |d| &d.message)))
}

/// What names the document: its title and evaluation.
fn ident(paper: &Paper) -> String {
    let hash = paper.seal.as_ref().map_or("", |s| s.evaluation.as_str());
    format!("{} {hash}", paper.title)
}

fn failed(why: &str) -> Text {
    Text::new(
        format!("PDF 没有生成：{why}"),
        format!("the PDF was not made: {why}"),
    )
}

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
use crate::seal;
use world::Sheet;

pub(crate) use world::missing;

/// A paper laid out: how its pages look.
pub(crate) struct Laid(PagedDocument);

impl Laid {
    /// Lays a paper out.
    ///
    /// # Errors
    /// The paper cannot be laid out; the message says where.
    pub(crate) fn new(paper: &Paper) -> Result<Self, Text> {
        let document = typst::compile::<PagedDocument>(&Sheet::new(paper)).output;
        // What one paper leaves in the caches serves no other.
        typst::comemo::evict(0);
        document
            .map(Self)
            .map_err(|e| failed(e.first().map_or("", |d| &d.message)))
    }

    /// The page each heading stands on, in their order: for a Word file's contents.
    pub(crate) fn heading_pages(&self) -> Vec<usize> {
        let introspector = self.0.introspector();
        introspector
            .query(&Selector::Elem(HeadingElem::ELEM, None))
            .iter()
            .filter_map(|heading| introspector.page(heading.location()?))
            .map(std::num::NonZeroUsize::get)
            .collect()
    }

    /// As PDF/A-2b.
    ///
    /// # Errors
    /// The pages do not fit the format.
    pub(crate) fn pdf(&self, paper: &Paper) -> Result<Vec<u8>, Text> {
        let options = PdfOptions {
            ident: Smart::Custom(ident(paper)),
            creator: Smart::Custom(Some(
                concat!("junheng ", env!("CARGO_PKG_VERSION")).to_owned(),
            )),
            standards: PdfStandards::new(&[PdfStandard::A_2b]).map_err(|e| failed(e.message()))?,
            ..PdfOptions::default()
        };
        let mut bytes = typst_pdf::pdf(&self.0, &options)
            .map_err(|e| failed(e.first().map_or("", |d| &d.message)))?;
        seal::sign(&mut bytes);
        Ok(bytes)
    }
}

/// What names the document: its title and evaluation.
fn ident(paper: &Paper) -> String {
    let hash = paper.seal.as_ref().map_or("", |s| s.evaluation.as_str());
    format!("{} {hash}", paper.name())
}

fn failed(why: &str) -> Text {
    Text::new(
        format!("PDF 没有生成：{why}"),
        format!("the PDF was not made: {why}"),
    )
}

//! The papers a bureau signs: an evaluation in, Word, PDF or Excel bytes out.
//!
//! Pure, like the core: no files, network, clock or environment. A [`Subject`] is what is reported
//! on. [`forms`] makes the declaration tables; a [`compose::Kind`] of report is a template filled from
//! the subject ([`compose`]) to a [`model::Paper`], which [`docx()`] and [`pdf()`] render alike, so that
//! both say the same. The same subject and options give the same bytes.

mod chart;
pub mod compose;
mod docx;
mod fonts;
pub mod forms;
pub mod model;
mod official;
mod pdf;
pub mod seal;
mod subject;
mod words;

pub use chart::stack;
pub use subject::Subject;
pub use words::day;

use std::collections::BTreeSet;

use junheng_core::text::Text;
use model::Paper;
use pdf::Laid;

/// A paper as a Word file. With a table of contents it is laid out first, for the page numbers.
///
/// # Errors
/// The paper cannot be laid out, or a picture cannot be drawn.
pub fn docx(paper: &Paper) -> Result<Vec<u8>, Text> {
    let pages = if paper.contents {
        Laid::new(paper)?.heading_pages()
    } else {
        Vec::new()
    };
    docx::docx(paper, &pages)
}

/// A paper as PDF/A-2b.
///
/// # Errors
/// The paper cannot be laid out.
pub fn pdf(paper: &Paper) -> Result<Vec<u8>, Text> {
    Laid::new(paper)?.pdf(paper)
}

/// A paper as a Word file and as PDF, the same bytes as of [`docx()`] and [`pdf()`], laid out once.
///
/// # Errors
/// As those.
pub fn docx_and_pdf(paper: &Paper) -> Result<(Vec<u8>, Vec<u8>), Text> {
    let laid = Laid::new(paper)?;
    let word = docx::docx(paper, &laid.heading_pages())?;
    Ok((word, laid.pdf(paper)?))
}

/// The characters of a paper that the fonts of the PDF lack, each once: 〓 stands for them there.
#[must_use]
pub fn missing_characters(paper: &Paper) -> BTreeSet<char> {
    pdf::missing(paper)
}

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
pub use docx::docx;
pub use pdf::pdf;
pub use subject::Subject;
pub use words::day;

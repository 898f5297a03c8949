//! The papers a bureau signs: an evaluation in, Word, PDF or Excel bytes out.
//!
//! Pure, like the core: no files, network, clock or environment. A [`Subject`] is what is reported
//! on. [`forms`] makes the declaration tables; a [`kind::Kind`] of report is a template filled from
//! the subject ([`compose`]) to a [`model::Paper`], which [`docx`] and [`pdf`] render alike, so that
//! both say the same. The same subject and options give the same bytes.

pub mod forms;
pub mod seal;
mod official;
mod subject;
mod words;

pub use subject::Subject;

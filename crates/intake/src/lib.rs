//! Bytes in, snapshot and findings out; the blank template and the marked copy back.
//!
//! All untrusted parsing of the program is here, and each reader has a fuzz target.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod biff;
pub mod bundle;
pub mod check;
mod compound;
mod county;
mod csv;
mod datum;
pub mod files;
pub mod grid;
pub mod header;
pub mod layout;
pub mod log;
pub mod mapping;
mod maps;
pub mod mark;
pub mod number;
pub mod oneroster;
pub mod osm;
mod package;
pub mod paper;
pub mod parse;
pub mod plans;
mod refs;
pub mod rows;
pub mod shapes;
pub mod sheets;
mod skip;
mod table;
pub mod template;
mod words;
mod workbook;
pub mod write;

use junheng_core::finding::Finding;
use junheng_core::model::Snapshot;

/// What a reader made of the files it was given.
#[derive(Debug, Clone, Default)]
pub struct Intake {
    /// The county; empty when `refused`.
    pub snapshot: Snapshot,
    /// Everything that is wrong or worth knowing, refusals first, then in the order of the files.
    pub findings: Vec<Finding>,
    /// The input is unusable; the findings say why, all reasons at once.
    pub refused: bool,
    /// SHA-256 over the sorted names and bytes of the tables used, in hexadecimal.
    pub digest: String,
}

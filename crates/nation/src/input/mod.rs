//! Parquet in: which files hold which year, their columns checked, their rows as columns.

mod figures;
mod files;
mod part;
mod pass;
mod text;

pub use files::{Nation, open};
pub(crate) use part::{Part, Wanted, read};
pub use pass::Area;

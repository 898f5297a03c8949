//! Parquet in: which files hold which year, their columns checked, their rows as numbers.

mod files;
mod part;
mod text;

pub use files::{Nation, open};
pub(crate) use part::{Part, Wanted, read};

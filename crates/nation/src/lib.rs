//! Counties by the thousand: Parquet in, the same evaluator as for one county, Parquet out.
//!
//! [`open`] finds the files and checks their columns, [`judge::judge`] judges their years. Rows become
//! columns of numbers ([`junheng_core::evaluate::Columns`]), and from there on the functions that
//! judge a single county judge them all: there is no second implementation of any rule.

mod export;
pub mod forecast;
pub mod generate;
mod input;
pub mod judge;
pub mod output;
mod parallel;
mod problem;
pub mod schema;
pub mod table;

pub use export::export;
pub use input::{Area, Nation, open};
pub use parallel::threads;
pub use parquet::errors::ParquetError;

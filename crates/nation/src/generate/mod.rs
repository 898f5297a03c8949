//! A synthetic nation, calibrated to published figures and always labelled so.
//!
//! Each county has its own streams of random numbers, so that neither the number of threads nor
//! that of counties changes any county. A year is made county by county and written row group by
//! row group: memory does not grow with the nation.

mod county;
mod rng;
mod section;

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use parquet::errors::{ParquetError, Result};

use crate::schema;
use crate::table::{Rows, writer};

/// What nation to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Counties.
    pub counties: usize,
    /// Years.
    pub years: usize,
    /// Same seed, same bytes.
    pub seed: u64,
    /// First year of the last school year.
    pub last: i16,
}

impl Options {
    /// The years, oldest first.
    pub fn all_years(&self) -> impl Iterator<Item = i16> + use<> {
        let last = self.last;
        let years = i16::try_from(self.years).unwrap_or(i16::MAX);
        (0..years).map(move |n| last - (years - 1 - n))
    }
}

/// The note of a file that tells that its rows are made up.
const SYNTHETIC: &str = "junheng.synthetic";
/// Rows of a row group; a county is never split.
const GROUP: usize = 16_384;

/// Whether this program made up a file: [`year`] says so in its notes.
#[must_use]
pub fn is_synthetic(path: &Path) -> bool {
    let read = || {
        let file = File::open(path).ok()?;
        let metadata = ArrowReaderMetadata::load(&file, ArrowReaderOptions::default()).ok()?;
        let notes = metadata.metadata().file_metadata().key_value_metadata()?;
        Some(
            notes
                .iter()
                .any(|n| n.key == SYNTHETIC && n.value.as_deref() == Some("true")),
        )
    };
    read().unwrap_or(false)
}

/// Writes a year as Parquet and returns the number of rows.
///
/// # Errors
/// When the sink refuses, or somebody asked to stop.
pub fn year<W: Write + Send>(
    options: &Options,
    year: i16,
    sink: W,
    cancelled: &AtomicBool,
) -> Result<usize> {
    let notes = [
        (SYNTHETIC, "true".to_owned()),
        ("junheng.label", "合成数据 synthetic".to_owned()),
        ("junheng.seed", options.seed.to_string()),
        ("junheng.counties", options.counties.to_string()),
    ];
    let mut writer = writer(sink, schema::arrow(&schema::columns()), false, &notes)?;
    let mut rows = Rows::default();
    let mut all = 0;
    for index in 0..options.counties {
        if cancelled.load(Ordering::Relaxed) {
            return Err(ParquetError::General("cancelled".to_owned()));
        }
        county::County::new(options, index).write(year, &mut rows);
        if rows.len() >= GROUP || (index + 1 == options.counties && !rows.is_empty()) {
            all += rows.len();
            writer.write(&rows.take()?)?;
            writer.flush()?;
        }
    }
    writer.close()?;
    Ok(all)
}

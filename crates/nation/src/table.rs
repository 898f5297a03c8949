//! Rows of the nation's table, and Parquet made of them.

use std::io::Write;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Float64Array, Int16Array, Int32Array, RecordBatch, StringArray,
};
use arrow::datatypes::{DataType, SchemaRef};
use junheng_core::model::{Field, Kind, Stage};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::Result;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};

use crate::schema::{self, Column};

/// Rows to be written, column by column.
#[derive(Debug, Clone)]
pub struct Rows {
    columns: Vec<Column>,
    /// Texts of the key columns: county, its name, school, its name, stage.
    keys: [Vec<String>; 5],
    certified: Vec<f64>,
    synthetic: Vec<f64>,
    /// By column; empty for keys.
    values: Vec<Vec<f64>>,
    /// Column of each field.
    of_field: Vec<Option<usize>>,
}

/// What names a row.
#[derive(Debug, Clone, Copy)]
pub struct Key<'a> {
    /// County code.
    pub county: &'a str,
    /// County name.
    pub county_name: &'a str,
    /// School code.
    pub school_id: &'a str,
    /// School name.
    pub name: &'a str,
    /// Stage.
    pub stage: Stage,
    /// Year of certification.
    pub certified: Option<i16>,
    /// Somebody made it up.
    pub synthetic: bool,
}

impl Default for Rows {
    fn default() -> Self {
        let columns = schema::columns();
        let mut of_field = vec![None; Field::ALL.len()];
        for (n, column) in columns.iter().enumerate() {
            if let Some(field) = column.field {
                of_field[field as usize] = Some(n);
            }
        }
        Self {
            values: vec![Vec::new(); columns.len()],
            columns,
            keys: Default::default(),
            certified: Vec::new(),
            synthetic: Vec::new(),
            of_field,
        }
    }
}

impl Rows {
    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.certified.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.certified.is_empty()
    }

    /// Begins a row.
    pub fn push(&mut self, key: &Key<'_>) {
        let texts = [
            key.county,
            key.county_name,
            key.school_id,
            key.name,
            key.stage.id(),
        ];
        for (column, text) in self.keys.iter_mut().zip(texts) {
            column.push(text.to_owned());
        }
        self.certified
            .push(key.certified.map_or(f64::NAN, f64::from));
        self.synthetic.push(f64::from(u8::from(key.synthetic)));
        for (values, column) in self.values.iter_mut().zip(&self.columns) {
            if column.field.is_some() {
                values.push(f64::NAN);
            }
        }
    }

    /// Sets a figure of the last row; a choice is its position in its list. A field that the table
    /// does not have is passed over.
    pub fn set(&mut self, field: Field, value: f64) {
        let column = self.of_field.get(field as usize).copied().flatten();
        if let Some(last) = column.and_then(|n| self.values[n].last_mut()) {
            *last = value;
        }
    }

    fn array(&self, n: usize) -> ArrayRef {
        let column = &self.columns[n];
        if let Some(texts) = self.keys.get(n) {
            return Arc::new(StringArray::from_iter_values(texts));
        }
        let values = match column.name.as_str() {
            schema::CERTIFIED => &self.certified,
            schema::SYNTHETIC => &self.synthetic,
            _ => &self.values[n],
        };
        let known = || values.iter().map(|x| (!x.is_nan()).then_some(*x));
        match (&column.data_type, column.field.map(Field::kind)) {
            (DataType::Int16, _) => {
                Arc::new(known().map(|x| x.map(|x| x as i16)).collect::<Int16Array>())
            }
            (DataType::Int32, _) => {
                Arc::new(known().map(|x| x.map(|x| x as i32)).collect::<Int32Array>())
            }
            (DataType::Boolean, _) => Arc::new(
                known()
                    .map(|x| x.map(|x| x != 0.0))
                    .collect::<BooleanArray>(),
            ),
            (DataType::Utf8, Some(Kind::Choice(list))) => {
                let id = |x: f64| list.get(x as usize).map(|(id, ..)| *id);
                Arc::new(known().map(|x| x.and_then(id)).collect::<StringArray>())
            }
            _ => Arc::new(known().collect::<Float64Array>()),
        }
    }

    /// The rows as a batch; empties them.
    ///
    /// # Errors
    /// Never in practice: the columns are of one length.
    pub fn take(&mut self) -> Result<RecordBatch> {
        let arrays = (0..self.columns.len()).map(|n| self.array(n)).collect();
        let batch = RecordBatch::try_new(schema::arrow(&self.columns), arrays)?;
        *self = Self::default();
        Ok(batch)
    }
}

/// A writer with the settings of this program: no time, no name of a machine, no thread's trace.
///
/// `notes` go into the file's metadata.
///
/// # Errors
/// When the first bytes cannot be written.
pub fn writer<W: Write + Send>(
    sink: W,
    schema: SchemaRef,
    small: bool,
    notes: &[(&str, String)],
) -> Result<ArrowWriter<W>> {
    let note = |(key, value): &(&str, String)| KeyValue::new((*key).to_owned(), value.clone());
    // Input is read often: the compression that is fastest to read. Results are kept: the smaller.
    let compression = if small {
        Compression::ZSTD(ZstdLevel::try_new(3)?)
    } else {
        Compression::SNAPPY
    };
    let properties = WriterProperties::builder()
        .set_compression(compression)
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_created_by(format!("junheng {}", env!("CARGO_PKG_VERSION")))
        .set_key_value_metadata(Some(notes.iter().map(note).collect()))
        .build();
    let options = ArrowWriterOptions::new()
        .with_properties(properties)
        .with_skip_arrow_metadata(true);
    ArrowWriter::try_new_with_options(sink, schema, options)
}

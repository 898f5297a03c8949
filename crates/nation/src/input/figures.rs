//! A column of figures as it was read, and as numbers.

use std::ops::Range;

use arrow::array::{
    Array, ArrayRef, ArrowPrimitiveType, AsArray, Float64Array, Int16Array, Int32Array,
    PrimitiveArray,
};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, Int16Type, Int32Type};

use super::text::{choice, text, texts};

/// A column, in the type it is stored in where that is one of the documented ones.
pub(crate) enum Figures {
    /// The file has no such column.
    Absent,
    Small(Int16Array),
    Whole(Int32Array),
    Number(Float64Array),
}

impl Figures {
    pub(super) fn new(array: Option<&ArrayRef>) -> Self {
        let Some(array) = array else {
            return Self::Absent;
        };
        match array.data_type() {
            DataType::Int16 => Self::Small(array.as_primitive::<Int16Type>().clone()),
            DataType::Int32 => Self::Whole(array.as_primitive::<Int32Type>().clone()),
            _ => Self::Number(match cast(array, &DataType::Float64) {
                Ok(cast) => cast.as_primitive::<Float64Type>().clone(),
                Err(_) => Float64Array::new_null(array.len()),
            }),
        }
    }

    /// A choice as its position in its list.
    pub(super) fn choices(array: Option<&ArrayRef>, list: &[(&str, &str, &str)]) -> Self {
        let Some(array) = array.and_then(|a| texts(a, 1)) else {
            return Self::Absent;
        };
        let position = |row| i16::try_from(choice(list, text(&array, row))?).ok();
        Self::Small((0..array.len()).map(position).collect())
    }

    pub(crate) fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// Appends some rows as numbers; NaN is missing, and so is what no figure of a school can be:
    /// negative or infinite. Returns how many of these there are.
    pub(crate) fn append(&self, rows: Range<usize>, to: &mut Vec<f64>) -> usize {
        match self {
            Self::Absent => {
                to.resize(to.len() + rows.len(), f64::NAN);
                0
            }
            Self::Small(array) => append(array, rows, to, f64::from),
            Self::Whole(array) => append(array, rows, to, f64::from),
            Self::Number(array) => append(array, rows, to, |x| x),
        }
    }
}

fn append<T: ArrowPrimitiveType>(
    array: &PrimitiveArray<T>,
    rows: Range<usize>,
    to: &mut Vec<f64>,
    number: impl Fn(T::Native) -> f64,
) -> usize {
    let mut impossible = 0;
    let mut number = |value: &T::Native| {
        let x = number(*value);
        let wrong = x < 0.0 || x == f64::INFINITY;
        impossible += usize::from(wrong);
        if wrong { f64::NAN } else { x }
    };
    let values = &array.values()[rows.clone()];
    match array.nulls().filter(|n| n.null_count() > 0) {
        None => to.extend(values.iter().map(number)),
        Some(nulls) => {
            let known = nulls.slice(rows.start, rows.len());
            let values = values.iter().zip(known.iter());
            to.extend(values.map(|(v, known)| if known { number(v) } else { f64::NAN }));
        }
    }
    impossible
}

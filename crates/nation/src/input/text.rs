//! Text columns, however they are stored.

use arrow::array::{Array, ArrayRef, AsArray, StringViewArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int64Type};

/// Whether a type can hold a key or a name.
pub(super) fn is_text(data_type: &DataType) -> bool {
    match data_type {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => true,
        DataType::Dictionary(_, value) => is_text(value),
        _ => false,
    }
}

/// A text column; whole numbers are written out, county codes with six digits.
pub(super) fn texts(array: &ArrayRef, digits: usize) -> Option<StringViewArray> {
    if let Some(views) = array.as_string_view_opt() {
        return Some(views.clone());
    }
    if array.data_type().is_integer() {
        let numbers = cast(array, &DataType::Int64).ok()?;
        let written = numbers.as_primitive::<Int64Type>().iter();
        return Some(
            written
                .map(|n| n.map(|n| format!("{n:0digits$}")))
                .collect(),
        );
    }
    let plain = cast(array, &DataType::Utf8).ok()?;
    cast(&plain, &DataType::Utf8View)
        .ok()?
        .as_string_view_opt()
        .cloned()
}

/// Where a text stands in a list of choices: by its id in any case, or by its Chinese name.
pub(super) fn choice(list: &[(&str, &str, &str)], text: &str) -> Option<usize> {
    list.iter()
        .position(|(id, zh, _)| id.eq_ignore_ascii_case(text) || *zh == text)
}

/// A text that says something; blanks around it do not count.
pub(super) fn text(array: &StringViewArray, row: usize) -> &str {
    if array.is_null(row) {
        return "";
    }
    let text = array.value(row);
    let plain = |byte: Option<&u8>| byte.is_none_or(u8::is_ascii_graphic);
    let bytes = text.as_bytes();
    if plain(bytes.first()) && plain(bytes.last()) {
        text
    } else {
        text.trim()
    }
}

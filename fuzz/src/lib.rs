//! Every reader of untrusted bytes, as a function that must not panic, hang or eat the memory.
//!
//! [`TARGETS`] is the one list. `cargo xtask fuzz` runs it under libFuzzer; `tests/readers.rs` runs the
//! seeds and a few seconds of mutations of them with the ordinary tests.

use junheng_core::date::Date;
use junheng_core::model::TableId;

/// A reader: any bytes in, nothing out.
pub type Target = fn(&[u8]);

/// Every reader by its name, which is also the name of its folder in `seeds`.
pub const TARGETS: &[(&str, Target)] = &[("date", date), ("table-name", table_name)];

/// The reader called `name`.
#[must_use]
pub fn target(name: &str) -> Option<Target> {
    TARGETS
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, target)| *target)
}

/// What is read as a date prints as one that reads the same.
fn date(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    if let Ok(date) = text.parse::<Date>() {
        assert_eq!(date.to_string().parse(), Ok(date), "{text:?}");
    }
}

/// A table is found again under both its names.
fn table_name(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    if let Some(table) = TableId::named(text) {
        assert_eq!(TableId::named(table.id()), Some(table));
        assert_eq!(TableId::named(table.zh()), Some(table));
    }
}

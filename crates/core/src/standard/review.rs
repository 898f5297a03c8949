//! Values that are due to be checked against their sources again.

use toml::value::Datetime;

use super::load::{Pack, date};
use crate::date::Date;

/// A value that should have been checked again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct OldValue {
    /// The pack.
    pub pack: String,
    /// File within its folder; empty for the pack as a whole.
    pub file: String,
    /// Line from 1; 0 for the pack as a whole.
    pub line: usize,
    /// What it belongs to.
    pub id: String,
    /// The day it was to be checked by.
    pub review_by: Date,
}

/// Values, exceptions and the pack itself whose day of review lies before `day`.
#[must_use]
pub fn values_past_review(pack: &Pack, day: Date) -> Vec<OldValue> {
    let mut all = Vec::new();
    if pack.review_by < day {
        all.push(OldValue {
            pack: pack.id.clone(),
            file: String::new(),
            line: 0,
            id: pack.id.clone(),
            review_by: pack.review_by,
        });
    }
    let mut add = |id: &str, at: usize, due: Option<&Datetime>| {
        if let Some(review_by) = due.and_then(date).filter(|due| *due < day) {
            let (file, line) = pack.places.locate(at);
            all.push(OldValue {
                pack: pack.id.clone(),
                file,
                line,
                id: id.to_owned(),
                review_by,
            });
        }
    };
    for (id, values) in pack.raw.value_lists() {
        for v in values {
            add(&id, v.span().start, v.get_ref().review_by.as_ref());
        }
    }
    for e in &pack.raw.exception {
        add(
            &e.get_ref().id,
            e.span().start,
            e.get_ref().review_by.as_ref(),
        );
    }
    all.sort();
    all
}

//! Filing (填报): forms that are data, one school's answers to them, and the county made of them.
//! Nothing here knows of requests or of the store.

pub(crate) mod base;
pub(crate) mod book;
pub(crate) mod findings;
pub(crate) mod form;
pub(crate) mod steps;

use std::collections::BTreeMap;

use crate::server::secret::sha256;

/// What a school wrote, by the key of the question; explanations stand under [`explanation`].
pub(crate) type Answers = BTreeMap<String, String>;

/// The key of the explanation of a finding at a question. It is of the figures that the finding tells of:
/// others have to be explained anew.
pub(crate) fn explanation(code: &str, question: &str, told: &str) -> String {
    // What the school is called stands before the colon, and may change.
    let figures = told.split_once('：').map_or(told, |(_, figures)| figures);
    let figures = sha256(figures.as_bytes());
    format!("?{code}.{}/{question}", &figures[..16])
}

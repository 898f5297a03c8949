//! Filing (填报): forms that are data, one school's answers to them, and the county made of them.
//! Nothing here knows of requests or of the store.

pub(crate) mod base;
pub(crate) mod book;
pub(crate) mod findings;
pub(crate) mod form;
pub(crate) mod steps;

use std::collections::BTreeMap;

/// What a school wrote, by the key of the question; explanations stand under [`explanation`].
pub(crate) type Answers = BTreeMap<String, String>;

/// The key of the explanation of a finding at a question.
pub(crate) fn explanation(code: &str, question: &str) -> String {
    format!("?{code}/{question}")
}

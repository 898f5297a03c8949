//! Filing (填报): forms that are data, one school's answers to them, and the county made of them.
//! Nothing here knows of requests, nor of what is kept.

pub(crate) mod base;
pub(crate) mod book;
pub(crate) mod findings;
pub(crate) mod form;
pub(crate) mod steps;

use std::collections::{BTreeMap, BTreeSet};

use crate::store::hash_of;

/// What a school wrote, by the key of the question; explanations stand under [`explanation`].
pub(crate) type Answers = BTreeMap<String, String>;

/// The key of the explanation of a finding at a question: of the answer there and of the figures that the
/// finding tells of, so that other figures have to be explained anew and other words do not.
pub(crate) fn explanation(code: &str, question: &str, answer: &str, told: &str) -> String {
    // What the school is called stands before the colon, and may change.
    let told = told.split_once('：').map_or(told, |(_, told)| told);
    let told = figures(told);
    let known = hash_of(std::iter::once(answer.trim()).chain(told));
    format!("?{code}.{}/{question}", &known[..16])
}

/// The figures of a text, each once, in whatever order it tells them.
pub(crate) fn figures(text: &str) -> BTreeSet<&str> {
    text.split(|c: char| !(c.is_ascii_digit() || "+-./".contains(c)))
        .map(|part| part.trim_end_matches(|c: char| !c.is_ascii_digit()))
        .filter(|part| part.contains(|c: char| c.is_ascii_digit()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_explanation_is_of_figures_and_not_of_words() {
        let key =
            |answer: &str, told: &str| explanation("section_sum", "schools.books", answer, told);
        let first = key(
            "900",
            "中心小学：图书 900 册，生均 4.5 册，一般在 10 至 80 之间。",
        );
        for same in [
            "中心小学：一般在 10 至 80 册之间；本校 900 册，合生均 4.5。",
            "清溪小学：生均 4.5 册(900 册)，不在 10、80 之间",
        ] {
            assert_eq!(key("900", same), first, "{same}");
        }
        assert_eq!(
            key(" 900 ", "图书 900 册，生均 4.5 册，一般在 10 至 80 之间"),
            first
        );
        for other in [
            "中心小学：图书 900 册，生均 4.6 册，一般在 10 至 80 之间。",
            "中心小学：图书 900 册，生均 -4.5 册，一般在 10 至 80 之间。",
            "中心小学：图书 900 册，生均 4.5 册，一般在 10 至 90 之间。",
        ] {
            assert_ne!(key("900", other), first, "{other}");
        }
        assert_ne!(key("901", "生均 4.5 册，一般在 10 至 80 之间，900"), first);
        assert!(first.starts_with("?section_sum.") && first.ends_with("/schools.books"));
        let told = figures("1/3 的学校，2026-09-01 起 +12.5%，共 7 所。编号 8.");
        assert_eq!(
            Vec::from_iter(told),
            ["+12.5", "1/3", "2026-09-01", "7", "8"]
        );
    }
}

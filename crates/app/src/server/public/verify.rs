//! Is a paper genuine: does the check code in its foot belong to what the county made public.

use std::path::Path;
use std::sync::Arc;

use junheng_core::evaluate::evaluate;
use junheng_intake::bundle;
use junheng_paper::Subject;
use junheng_paper::seal::Seal;

use super::page::{Page, safe};
use super::plans::day;
use crate::commands::EVALUATED;
use crate::error::Failure;
use crate::packs::{self, Wanted};
use crate::store::Publication;

/// Digits of a code as a paper prints it, and the whole one.
const SHORT: usize = 16;
const WHOLE: usize = 64;

/// A code without what people put between its digits.
fn digits(text: &str) -> String {
    let all = text.chars().filter(|c| !c.is_whitespace() && *c != '-');
    all.collect::<String>().to_lowercase()
}

/// Whether a text can be a check code.
pub(super) fn is_code(text: &str) -> bool {
    let text = digits(text);
    (SHORT..=WHOLE).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// The check code of the evaluation of a bundle.
pub(super) fn seal(folder: &Path, by: &Wanted) -> Result<String, Failure> {
    let intake = bundle::read_path(folder, EVALUATED);
    let standard = packs::standard(by, &intake.snapshot)?;
    let evaluation = evaluate(&intake.snapshot, &standard);
    let seal = Seal::of(&Subject {
        snapshot: &intake.snapshot,
        standard: &standard,
        evaluation: &evaluation,
    });
    Ok(seal.evaluation)
}

/// The box, and what is known of the code that was asked for.
pub(super) fn verify(page: &mut Page, known: &[(Publication, Arc<str>)], asked: &str) {
    page.heading(page.lang.pick("核对文书", "Check a paper"));
    page.add(&format!(
        "<p class=\"soft\">{}</p><form method=\"get\">{}\
         <label for=\"q\">{}</label><input id=\"q\" name=\"q\" value=\"{}\" maxlength=\"100\" required autocomplete=\"off\"><div><button>{}</button></div></form>",
        page.pick(
            "本系统生成的文书，页脚印有评估校验码。输入校验码，可知文书的数字是否与县里公开的数据一致。",
            "Papers of this system carry a check code in their foot. Give it here to see whether their figures are those the county made public."
        ),
        page.hidden(),
        page.pick("校验码(至少前 16 位)", "Check code (at least its first 16 digits)"),
        safe(asked),
        page.pick("核对", "Check"),
    ));
    if asked.trim().is_empty() {
        return;
    }
    if !is_code(asked) {
        let said = page.pick(
            "这不是校验码：应为 16 至 64 位数字和字母 a–f。",
            "This is no check code: it has 16 to 64 digits and letters a to f.",
        );
        page.add(&format!("<p class=\"notice\" role=\"status\">{said}</p>"));
        return;
    }
    let code = digits(asked);
    let found = known.iter().find(|(_, seal)| seal.starts_with(&code));
    let said = match found {
        Some((published, _)) => {
            let date = day(published.published_at);
            let gone = match published.withdrawn_at {
                Some(at) => format!(
                    "{} {}",
                    page.pick("；该数据已撤下，撤下日期", "; those data were taken back on"),
                    day(at)
                ),
                None => String::new(),
            };
            format!(
                "{} {date}{gone}{}",
                page.pick(
                    "✓ 一致：文书的评估与县里公开的数据相同，公开日期",
                    "✓ The same: the paper's evaluation is that of the data made public on"
                ),
                page.pick("。", "."),
            )
        }
        None => page
            .pick(
                "✕ 没有对应的公开数据：文书可能用的是未公开的数据或别的标准，或者被改动过。请向县教育局核实。",
                "✕ No public data have this code: the paper may rest on other data or another standard, or was changed. Ask the county's bureau.",
            )
            .to_owned(),
    };
    let class = if found.is_some() {
        "notice"
    } else {
        "notice not"
    };
    page.add(&format!("<p class=\"{class}\" role=\"status\">{said}</p>"));
}

#[cfg(test)]
mod tests {
    use super::is_code;

    #[test]
    fn codes_are_told_from_other_texts() {
        assert!(is_code("0123 4567 89ab cdef") && is_code(&"A0".repeat(32)));
        for other in [
            "",
            "0123456789abcde",
            &"a0".repeat(33),
            "0123456789abcdeg",
            "<b>",
        ] {
            assert!(!is_code(other), "{other}");
        }
    }
}

//! The words of commands for those who sit at a page or write a script: an option is a name, not a
//! command line.

use junheng_core::text::Text;

use crate::cli::SEE_HELP;

/// A message without the marks of a command line.
pub(crate) fn without_options(message: &Text) -> Text {
    let [help_zh, help_en] = SEE_HELP;
    let (zh, en) = (
        message.zh.replace(help_zh, ""),
        message.en.replace(help_en, ""),
    );
    Text::new(bare(&zh), bare(&en))
}

/// `--stage <S>` is `stage`.
fn bare(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("--") {
        let (before, after) = rest.split_at(at);
        let name = after.trim_start_matches('-');
        let word = before
            .chars()
            .next_back()
            .is_some_and(|c| c.is_ascii_alphanumeric());
        out.push_str(before);
        if word || !name.starts_with(|c: char| c.is_ascii_lowercase()) {
            out.push_str("--");
            rest = name;
            continue;
        }
        let end = name.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
        let (name, tail) = name.split_at(end.unwrap_or(name.len()));
        out.push_str(name);
        let after = tail.strip_prefix(" <").and_then(|t| t.split_once('>'));
        rest = after.map_or(tail, |(_, tail)| tail);
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_names() {
        let said = Text::new(
            "缺少 --stage <S>。用 --help 查看用法。",
            "--stage <S> is missing. See --help.",
        );
        let told = without_options(&said);
        assert_eq!(told.zh, "缺少 stage。");
        assert_eq!(told.en, "stage is missing.");
        for (said, told) in [
            ("请用 --standard 指定", "请用 standard 指定"),
            (
                "取消锁定，或用 --contiguity off",
                "取消锁定，或用 contiguity off",
            ),
            ("a--b -- c", "a--b -- c"),
        ] {
            assert_eq!(without_options(&Text::same(said)).zh, told);
        }
    }
}

//! Text on a terminal, where a Chinese character takes two columns.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Columns that `text` takes.
pub(crate) fn width(text: &str) -> usize {
    text.width()
}

/// `text` filled with blanks to `columns`; longer text stays as it is.
pub(crate) fn pad(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

/// `text` with blanks before it to `columns`.
pub(crate) fn pad_left(text: &str, columns: usize) -> String {
    format!("{}{text}", " ".repeat(columns.saturating_sub(width(text))))
}

/// Punctuation that may not begin a line.
fn clings(c: char) -> bool {
    "，。；：、！？）》」』”’％%,.;:!?)]}".contains(c)
}

/// Breaks `text` into lines of at most `columns`, later lines indented by `indent`.
///
/// Breaks between words and between Chinese characters, never before closing punctuation.
pub(crate) fn wrap(text: &str, columns: usize, indent: usize) -> String {
    let mut lines = String::new();
    let mut line = String::new();
    let mut used = 0;
    for word in words(text) {
        let wide = width(&word);
        if used + width(word.trim_end()) > columns && used > indent {
            lines.push_str(line.trim_end());
            lines.push('\n');
            line = " ".repeat(indent);
            used = indent;
            let word = word.trim_start();
            line.push_str(word);
            used += width(word);
            continue;
        }
        line.push_str(&word);
        used += wide;
    }
    lines.push_str(line.trim_end());
    lines
}

/// Pieces that may be parted: words with their blanks, and single Chinese characters with the
/// punctuation that clings to them.
fn words(text: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    let mut open = false;
    for c in text.chars() {
        let wide = c.width().unwrap_or(0) > 1;
        let joins = clings(c) || c == ' ' || (!wide && open);
        match all.last_mut() {
            Some(last) if joins => last.push(c),
            _ => all.push(c.to_string()),
        }
        open = !wide && c != ' ';
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_columns_not_characters() {
        assert_eq!(width("均衡ab"), 6);
        assert_eq!(pad("均衡", 6), "均衡  ");
        assert_eq!(pad_left("7", 3), "  7");
    }

    #[test]
    fn wraps_between_characters_and_words() {
        assert_eq!(
            wrap("教学及辅助用房面积，不足。", 12, 2),
            "教学及辅助用\n  房面积，不\n  足。"
        );
        assert_eq!(wrap("one two three", 8, 0), "one two\nthree");
        assert_eq!(wrap("short", 80, 4), "short");
    }
}

//! Comparing what people write: widths, spaces, units, spellings.

use crate::header::narrow;
use crate::number::Decimal;

/// Units that a header may carry in brackets without meaning another column.
const UNITS: &[&str] = &[
    "人",
    "名",
    "个",
    "间",
    "台",
    "套",
    "册",
    "所",
    "片",
    "份",
    "元",
    "千元",
    "万元",
    "平方米",
    "㎡",
    "m2",
    "m²",
    "亩",
    "万册",
    "台(套)",
    "教室数",
    "年",
    "%",
];

/// Half-width, without any white space.
pub(super) fn plain(text: &str) -> String {
    let narrow = narrow(text);
    narrow.chars().filter(|c| !c.is_whitespace()).collect()
}

/// A number as people write it, spaces and full-width digits included.
pub(super) fn decimal(text: &str) -> Option<Decimal> {
    Decimal::read(&plain(text))
}

/// Whether a key says that its row is a total.
pub(super) fn is_total(text: &str) -> bool {
    crate::skip::is_total(text)
}

/// Whether a cell counts as blank.
pub(super) fn is_blank(text: &str) -> bool {
    crate::words::is_blank(narrow(text).trim())
}

/// One level of a header in the form that is compared: no `#`, no 其中, no unit in brackets.
pub(super) fn header_word(text: &str) -> String {
    let mut word = plain(text).to_lowercase();
    loop {
        let shorter = word.trim_start_matches('#').trim_end_matches(':');
        let shorter = shorter.strip_prefix("其中").unwrap_or(shorter);
        let shorter = without_unit(shorter.trim_start_matches(':'));
        if shorter.len() == word.len() {
            return word;
        }
        word = shorter.to_owned();
    }
}

fn without_unit(word: &str) -> &str {
    UNITS
        .iter()
        .find_map(|unit| {
            let head = word.strip_suffix(')')?.strip_suffix(unit)?;
            let head = head.strip_suffix("单位:").unwrap_or(head);
            head.strip_suffix('(').filter(|h| !h.is_empty())
        })
        .unwrap_or(word)
}

/// The levels of a header path `上级/下级`.
pub(super) fn levels(path: &str) -> Vec<String> {
    path.split(['/', '／'])
        .map(header_word)
        .filter(|w| !w.is_empty())
        .collect()
}

/// Whether `text` matches `pattern` with `*` and `?`, ignoring width and case.
pub(super) fn glob(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = plain(pattern).to_lowercase().chars().collect();
    let text: Vec<char> = plain(text).to_lowercase().chars().collect();
    // The classic walk with one point of return: linear in practice, never exponential.
    let (mut p, mut t, mut back) = (0, 0, None);
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                back = Some((p + 1, t));
                p += 1;
            }
            Some(c) if *c == '?' || text.get(t) == Some(c) => {
                p += 1;
                t += 1;
            }
            _ => match back {
                Some((after, from)) => {
                    p = after;
                    t = from + 1;
                    back = Some((after, t));
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(p).all(|c| *c == '*')
}

/// Likeness of two words from 0 to 1: one less the share of characters to change.
pub(super) fn likeness(a: &str, b: &str) -> f64 {
    let a: Vec<char> = a.chars().take(100).collect();
    let b: Vec<char> = b.chars().take(100).collect();
    let longest = a.len().max(b.len());
    if longest == 0 {
        return 1.0;
    }
    1.0 - distance(&a, &b) as f64 / longest as f64
}

fn distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut corner = i;
        let mut left = i + 1;
        if let Some(first) = row.first_mut() {
            *first = left;
        }
        for (cell, y) in row.iter_mut().skip(1).zip(b) {
            let changed = corner + usize::from(x != y);
            corner = *cell;
            left = changed.min(corner + 1).min(left + 1);
            *cell = left;
        }
    }
    row.last().copied().unwrap_or(0)
}

/// Rows as people list them: `3、5–9`.
pub(super) fn ranges(numbers: &[usize]) -> String {
    let mut parts: Vec<(usize, usize)> = Vec::new();
    for &n in numbers {
        match parts.last_mut() {
            Some((_, last)) if *last + 1 == n => *last = n,
            _ => parts.push((n, n)),
        }
    }
    let shown = parts.iter().take(20).map(|(from, to)| match from == to {
        true => from.to_string(),
        false => format!("{from}–{to}"),
    });
    let mut text = shown.collect::<Vec<_>>().join("、");
    if parts.len() > 20 {
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_compared_without_width_marks_and_units() {
        for (written, word) in [
            ("#按学历分", "按学历分"),
            ("其中：女", "女"),
            ("其中:#女（人）", "女"),
            ("教学仪器设备资产值（万元）", "教学仪器设备资产值"),
            ("教学仪器设备资产值(单位：万元)", "教学仪器设备资产值"),
            ("县级以上骨干教师（小学）", "县级以上骨干教师(小学)"),
            (" 在 校\n生数 ", "在校生数"),
            ("(人)", "(人)"),
        ] {
            assert_eq!(header_word(written), word, "{written}");
        }
    }

    #[test]
    fn globs() {
        for (pattern, text, hit) in [
            ("教基3112*", "教基3112_小学", true),
            ("*小学*", "2025小学.xlsx", true),
            ("*.csv", "Schools.CSV", true),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("*ab", "aab", true),
            ("*初中*", "小学.xlsx", false),
            ("", "x", false),
            ("*", "", true),
        ] {
            assert_eq!(glob(pattern, text), hit, "{pattern} {text}");
        }
    }

    #[test]
    fn likeness_counts_edits() {
        assert_eq!(likeness("在校生数", "在校生数"), 1.0);
        assert_eq!(likeness("在校生数", "在校学生数"), 0.8);
        assert_eq!(likeness("abc", "xyz"), 0.0);
        assert_eq!(likeness("", "xyz"), 0.0);
    }

    #[test]
    fn rows_are_listed_as_ranges() {
        assert_eq!(ranges(&[3, 5, 6, 7, 9]), "3、5–7、9");
    }
}

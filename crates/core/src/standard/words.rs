//! Formulas and conditions of a pack in words, and lines that fit a terminal.

use super::measure::{Unit, Variable};
use super::raw::{RawCompare, RawRatio, RawSteps, RawTest, RawText};
use crate::model::{Field, Kind, Place, kind_title};
use crate::text::{Lang, Text};

/// The form of a raw title for `lang`.
pub(super) fn of(raw: &RawText, lang: Lang) -> &str {
    lang.pick(&raw.zh, &raw.en)
}

fn title(field: Field, lang: Lang) -> &'static str {
    lang.pick(field.about().zh, field.about().en)
}

/// What a name of a pack stands for; the name itself where it is no field.
pub(super) fn variable(name: &str, unit: Unit, lang: Lang) -> String {
    match Variable::named(name, unit) {
        Some(Variable::Quota) => lang
            .pick("生均公用经费基准定额", "public-fund quota per student")
            .to_owned(),
        Some(Variable::Total(field)) => match lang {
            Lang::Zh => format!("全校{}", title(field, lang)),
            Lang::En => format!("{} of the whole school", title(field, lang)),
        },
        Some(Variable::Whole(field)) => match lang {
            Lang::Zh => format!("全校(含高中){}", title(field, lang)),
            Lang::En => format!(
                "{} of the whole school, senior stage included",
                title(field, lang)
            ),
        },
        Some(Variable::Section(f) | Variable::School(f) | Variable::County(f)) => {
            title(f, lang).to_owned()
        }
        None => name.to_owned(),
    }
}

/// A number as people write it.
pub(super) fn number(x: f64) -> String {
    format!("{x}")
}

/// 「100 ×（高于规定学历教师数）÷（在校生数）」.
pub(super) fn ratio(raw: &RawRatio, unit: Unit, lang: Lang) -> String {
    let names = |list: &[String], sign: &str| -> Vec<String> {
        list.iter()
            .map(|n| format!("{sign}{}", variable(n, unit, lang)))
            .collect()
    };
    let side = |plus: &[String], minus: &[String]| {
        let mut text = names(plus, "").join(" + ");
        for name in names(minus, " − ") {
            text.push_str(&name);
        }
        text
    };
    let (open, close) = match lang {
        Lang::Zh => ("（", "）"),
        Lang::En => ("(", ")"),
    };
    let mut text = side(&raw.plus, &raw.minus);
    let parts = !raw.over.is_empty() || raw.per.is_some() || raw.divide_by.is_some();
    if parts {
        text = format!("{open}{text}{close}");
    }
    if let Some(per) = raw.per {
        text = format!("{} × {text}", number(per));
    }
    if !raw.over.is_empty() {
        let below = side(&raw.over, &raw.over_minus);
        text = format!("{text} ÷ {open}{below}{close}");
    }
    if let Some(by) = raw.divide_by {
        text = format!("{text} ÷ {}", number(by));
    }
    text
}

/// ≥, ≤ or <.
pub(super) fn sign(compare: RawCompare) -> &'static str {
    match compare {
        RawCompare::AtLeast => "≥",
        RawCompare::AtMost => "≤",
        RawCompare::Below => "<",
    }
}

/// Conditions that must all hold.
pub(super) fn all_of(tests: &[RawTest], unit: Unit, lang: Lang) -> String {
    let words: Vec<String> = tests.iter().map(|t| test(t, unit, lang)).collect();
    words.join(lang.pick("，且", ", and "))
}

/// Conditions of which one must hold.
pub(super) fn any_of(tests: &[RawTest], unit: Unit, lang: Lang) -> String {
    let words: Vec<String> = tests.iter().map(|t| test(t, unit, lang)).collect();
    words.join(lang.pick("，或", ", or "))
}

fn test(raw: &RawTest, unit: Unit, lang: Lang) -> String {
    let mut name = variable(&raw.field, unit, lang);
    if let Some(over) = &raw.over {
        name = format!("{name} ÷ {}", variable(over, unit, lang));
    }
    let field = Variable::named(&raw.field, unit).and_then(Variable::field);
    let mut bounds: Vec<String> = Vec::new();
    if let Some(codes) = &raw.one_of {
        let words: Vec<String> = codes.iter().map(|c| code(field, *c, lang)).collect();
        bounds.push(is(&words, lang));
    }
    if let Some(places) = &raw.place {
        let words: Vec<String> = places.iter().map(|p| place(p, lang)).collect();
        bounds.push(is(&words, lang));
    }
    if let Some(choice) = &raw.is {
        bounds.push(is(&[choice_title(field, choice, lang)], lang));
    }
    for (sign, bound) in [
        ("≥", raw.at_least),
        (">", raw.above),
        ("≤", raw.at_most),
        ("<", raw.below),
    ] {
        bounds.extend(bound.map(|b| format!(" {sign} {}", number(b))));
    }
    format!("{name}{}", bounds.join(lang.pick("且", " and")))
}

fn is(words: &[String], lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("为{}", words.join("、")),
        Lang::En => format!(" is {}", words.join(" or ")),
    }
}

fn code(field: Option<Field>, code: f64, lang: Lang) -> String {
    match field.map(Field::kind) {
        Some(Kind::Flag) if code == 0.0 => lang.pick("否", "no").to_owned(),
        Some(Kind::Flag) => lang.pick("是", "yes").to_owned(),
        _ if field == Some(Field::SchoolKind) && (0.0..1000.0).contains(&code) => {
            kind_title(code as u16).get(lang).to_owned()
        }
        _ => number(code),
    }
}

fn place(id: &str, lang: Lang) -> String {
    let place = match id {
        "urban" => Place::Urban,
        "town" => Place::Town,
        "rural" => Place::Rural,
        _ => return id.to_owned(),
    };
    place.title().get(lang).to_owned()
}

fn choice_title(field: Option<Field>, id: &str, lang: Lang) -> String {
    if let Some(Kind::Choice(list)) = field.map(Field::kind)
        && let Some((_, zh, en)) = list.iter().find(|(code, ..)| *code == id)
    {
        return lang.pick(zh, en).to_owned();
    }
    id.to_owned()
}

/// 「按班级数：12→3569，18→4684，其间线性内插」.
pub(super) fn steps(raw: &RawSteps, unit: Unit, lang: Lang) -> String {
    let by = variable(&raw.field, unit, lang);
    let points: Vec<String> = raw
        .points
        .iter()
        .map(|(size, value)| format!("{}→{}", number(*size), number(*value)))
        .collect();
    let how = match (raw.interpolate, lang) {
        (true, Lang::Zh) => "其间线性内插，之外取最近一档",
        (true, Lang::En) => "linear between, the nearest row outside",
        (false, Lang::Zh) => "从该数起到下一档前",
        (false, Lang::En) => "from there up to the next row",
    };
    match lang {
        Lang::Zh => format!("按{by}：{}（{how}）", points.join("，")),
        Lang::En => format!("by {by}: {} ({how})", points.join(", ")),
    }
}

/// A stage, or both.
pub(super) fn stage(id: Option<&str>, lang: Lang) -> &'static str {
    match id {
        Some("primary") => lang.pick("小学", "primary"),
        Some("junior") => lang.pick("初中", "junior"),
        _ => lang.pick("各学段", "every stage"),
    }
}

/// The columns that a character takes on a terminal.
fn width(c: char) -> usize {
    let wide = matches!(u32::from(c), 0x1100..=0x115F | 0x2E80..=0xA4CF | 0xAC00..=0xD7A3
        | 0xF900..=0xFAFF | 0xFE30..=0xFE6F | 0xFF00..=0xFF60 | 0xFFE0..=0xFFE6);
    if wide { 2 } else { 1 }
}

/// Punctuation that does not begin a line.
fn clings(c: char) -> bool {
    matches!(
        c,
        '，' | '。' | '、' | '；' | '：' | '）' | '〕' | '》' | '」' | '”' | '％' | '%' | '²'
    )
}

/// Breaks `text` into lines of at most 78 columns after `indent`; Chinese breaks anywhere but
/// before closing punctuation, other words only at blanks.
pub(super) fn wrap(text: &str, indent: &str, first: &str) -> String {
    const COLUMNS: usize = 78;
    let mut lines = String::new();
    let mut line = first.to_owned();
    let mut used: usize = first.chars().map(width).sum();
    let mut empty = true;
    for word in words(text) {
        let need: usize = word.trim_end().chars().map(width).sum();
        if !empty && used + need > COLUMNS {
            lines.push_str(line.trim_end());
            lines.push('\n');
            indent.clone_into(&mut line);
            used = indent.chars().map(width).sum();
        }
        line.push_str(&word);
        used += word.chars().map(width).sum::<usize>();
        empty = false;
    }
    lines.push_str(line.trim_end());
    lines.push('\n');
    lines
}

/// Pieces that stay on one line: a wide character with what clings to it, or a word with its blank.
fn words(text: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for c in text.chars() {
        let fresh = match all.last().and_then(|w| w.chars().last()) {
            None => true,
            Some(before) => {
                !clings(c)
                    && c != ' '
                    && !matches!(before, '（' | '〔' | '《' | '「' | '“')
                    && (before == ' ' || width(before) == 2 || width(c) == 2)
            }
        };
        match all.last_mut() {
            Some(word) if !fresh => word.push(c),
            _ => all.push(c.to_string()),
        }
    }
    all
}

/// A heading of the book.
pub(super) fn heading(level: usize, text: &Text, lang: Lang) -> String {
    format!("\n{} {}\n\n", "#".repeat(level), text.get(lang))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_fit_and_closing_punctuation_does_not_begin_one() {
        let text = "县域义务教育优质均衡发展督导评估，".repeat(12);
        let wrapped = wrap(&text, "  ", "- ");
        assert_eq!(wrapped.replace(['\n', ' '], ""), format!("-{text}"));
        for line in wrapped.lines() {
            assert!(line.chars().map(width).sum::<usize>() <= 80, "{line}");
            assert!(!line.trim_start().starts_with('，'), "{line}");
        }
        assert_eq!(wrap("one two", "", ""), "one two\n");
    }
}

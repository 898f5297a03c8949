//! One school under two names, two schools under one, and copied rows.

use std::collections::{BTreeMap, BTreeSet};

use junheng_core::model::Field;

use super::report::{Report, say};
use super::view::{School, View};

pub(super) fn check(view: &View<'_>, report: &mut Report<'_>) {
    same_name(view, report);
    similar_names(view, report);
    identical_figures(view, report);
}

fn same_name(view: &View<'_>, report: &mut Report<'_>) {
    let mut named = BTreeMap::<&str, Vec<&School>>::new();
    for school in view.schools.iter().filter(|s| s.name != s.id) {
        named.entry(school.name.trim()).or_default().push(school);
    }
    for (name, mut schools) in named.into_iter().filter(|(_, s)| s.len() > 1) {
        schools.sort_by_key(|s| s.id);
        let ids: Vec<&str> = schools.iter().map(|s| s.id).collect();
        let (zh, en) = (few_zh(&ids), few_en(&ids, ", "));
        for school in schools {
            report.at(
                "same_name",
                Field::SchoolName,
                school.row,
                say!(
                    "“{name}”有几个代码：{zh}。",
                    "“{name}” has several codes: {en}."
                ),
            );
        }
    }
}

/// So many of a list are named: a list in each of its own lines grows with its square.
const NAMED: usize = 5;

fn few_zh(all: &[&str]) -> String {
    let named = all
        .iter()
        .take(NAMED)
        .copied()
        .collect::<Vec<_>>()
        .join("、");
    match all.len() {
        n if n > NAMED => format!("{named} 等 {n} 个"),
        _ => named,
    }
}

fn few_en(all: &[&str], between: &str) -> String {
    let named = all.iter().take(NAMED).copied().collect::<Vec<_>>();
    match all.len().saturating_sub(NAMED) {
        0 => named.join(between),
        more => format!("{} and {more} more", named.join(between)),
    }
}

/// A school name without what is often written or left out.
struct Bare {
    whole: Vec<char>,
    /// Length without the kind of school at its end.
    core: usize,
}

/// Ends of names, the longest first.
const KINDS: &[&str] = &[
    "九年一贯制学校",
    "初级中学",
    "教学点",
    "小学校",
    "小学",
    "初中",
    "中学",
    "学校",
];
/// Characters that tell schools of one pattern apart: 一小 and 二小, 城东 and 城西.
const TELLING: &str = "0123456789一二三四五六七八九十东西南北中上下前后大小新老";

fn bare(name: &str, prefixes: &[&str]) -> Bare {
    let mut name: String = name
        .chars()
        .filter_map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0),
            c if c.is_whitespace() => None,
            c => Some(c),
        })
        .filter(|c| !"()·-_".contains(*c))
        .collect();
    for prefix in prefixes {
        // What would leave nothing but the kind of school is the name itself.
        if let Some(rest) = name.strip_prefix(prefix)
            && rest.chars().count() >= 4
        {
            name = rest.to_owned();
        }
    }
    if let Some(rest) = name.strip_suffix("校区") {
        name = rest.to_owned();
    }
    let kind = KINDS
        .iter()
        .find(|k| name.ends_with(**k))
        .copied()
        .unwrap_or("");
    if kind == "小学校" {
        name.pop();
    }
    let kind = if kind == "小学校" { "小学" } else { kind };
    let full = name.strip_suffix(kind).unwrap_or("");
    let core = Some(full.replace("中心", "")).filter(|c| !c.is_empty());
    let core = core.unwrap_or_else(|| full.to_owned());
    let whole: Vec<char> = core.chars().chain(kind.chars()).collect();
    Bare {
        core: core.chars().count(),
        whole,
    }
}

/// So many pairs are told; a list of schools that has more is no county's.
const PAIRS: usize = 1000;

/// Pairs of nearly the same bare name in one township.
///
/// Two names are one edit apart only if they share themselves or a form with one character
/// left out, so looking up those forms finds all pairs without comparing all.
fn similar_names(view: &View<'_>, report: &mut Report<'_>) {
    let county = view.text(Field::CountyName, 0);
    let county_stem = county.trim_end_matches(['县', '市', '区']);
    let bares: Vec<Bare> = view
        .schools
        .iter()
        .map(|school| {
            let stem = school.township.trim_end_matches(['镇', '乡']);
            let mut prefixes = vec![county, county_stem, school.township, stem];
            prefixes.retain(|p| p.chars().count() > 1);
            // 青川镇 before 青川.
            prefixes.sort_by_key(|p| std::cmp::Reverse(p.len()));
            bare(school.name, &prefixes)
        })
        .collect();
    let mut forms = BTreeMap::<(&str, Vec<char>), Vec<usize>>::new();
    let mut names = BTreeSet::new();
    for (i, (school, bare)) in view.schools.iter().zip(&bares).enumerate() {
        // The same name is told of above.
        if !names.insert((school.township, school.name.trim())) {
            continue;
        }
        for form in shortened(&bare.whole) {
            forms.entry((school.township, form)).or_default().push(i);
        }
    }
    let mut pairs = BTreeSet::new();
    'all: for group in forms.values() {
        for (n, &i) in group.iter().enumerate() {
            for &j in group.iter().skip(n + 1) {
                if let (Some(a), Some(b)) = (bares.get(i), bares.get(j))
                    && similar(a, b)
                {
                    pairs.insert((i.min(j), i.max(j)));
                    if pairs.len() == PAIRS {
                        break 'all;
                    }
                }
            }
        }
    }
    for (i, j) in pairs {
        let (Some(a), Some(b)) = (view.schools.get(i), view.schools.get(j)) else {
            continue;
        };
        if a.name.trim() == b.name.trim() || a.id == b.id {
            continue;
        }
        // Said once, at the greater code, whichever row came first.
        let (a, b) = if a.id < b.id { (a, b) } else { (b, a) };
        let (x, y, x_id, y_id) = (a.name, b.name, a.id, b.id);
        report.at(
            "similar_names",
            Field::SchoolName,
            b.row,
            say!(
                "“{y}”（{y_id}）与“{x}”（{x_id}）名称相近，可能是同一所学校。",
                "“{y}” ({y_id}) and “{x}” ({x_id}) have nearly the same name and may be one school."
            ),
        );
    }
}

/// The name and every form of it with one character left out.
fn shortened(name: &[char]) -> BTreeSet<Vec<char>> {
    let without = |i: usize| {
        let kept = name.iter().enumerate().filter(|(n, _)| *n != i);
        kept.map(|(_, c)| *c).collect()
    };
    (0..name.len())
        .map(without)
        .chain([name.to_vec()])
        .collect()
}

/// Equal, or one telling-nothing character apart.
fn similar(a: &Bare, b: &Bare) -> bool {
    if a.whole == b.whole {
        return a.core > 0;
    }
    let prefix = a
        .whole
        .iter()
        .zip(&b.whole)
        .take_while(|(x, y)| x == y)
        .count();
    let tail = |s: &[char], skip: usize| s.get(prefix + skip..).map(<[char]>::to_vec);
    let telling = |s: &[char]| s.get(prefix).is_some_and(|c| TELLING.contains(*c));
    if a.whole.len() == b.whole.len() {
        // A short core such as 王庄 or 李庄 is a village's own name.
        return a.core >= 4
            && prefix < a.core
            && tail(&a.whole, 1) == tail(&b.whole, 1)
            && !telling(&a.whole)
            && !telling(&b.whole);
    }
    let (long, short) = if a.whole.len() > b.whole.len() {
        (a, b)
    } else {
        (b, a)
    };
    short.whole.len() >= 4
        && short.core >= 2
        && tail(&long.whole, 1) == tail(&short.whole, 0)
        && !telling(&long.whole)
}

/// Rows whose figures are the same in every column, students and assets.
fn identical_figures(view: &View<'_>, report: &mut Report<'_>) {
    let columns: Vec<Field> = [Field::Students, Field::FullTimeTeachers]
        .into_iter()
        .chain(Field::SHARED.iter().map(|&(own, _)| own))
        .collect();
    let mut rows = BTreeMap::<_, Vec<_>>::new();
    for section in view
        .sections
        .iter()
        .filter(|s| s.students.is_some_and(|n| n > 0.0))
    {
        let figures: Vec<Option<u64>> = columns
            .iter()
            .map(|&f| view.number(f, section.row).map(f64::to_bits))
            .collect();
        let telling = columns
            .iter()
            .filter(|f| view.number(**f, section.row).is_some_and(|x| x > 0.0));
        if telling.count() >= 4 {
            rows.entry((section.stage, figures))
                .or_default()
                .push(section);
        }
    }
    for mut group in rows.into_values().filter(|g| g.len() > 1) {
        group.sort_by_key(|s| s.school_id);
        let zh: Vec<&str> = group.iter().map(|s| s.label.zh.as_str()).collect();
        let en: Vec<&str> = group.iter().map(|s| s.label.en.as_str()).collect();
        let (zh, en) = (few_zh(&zh), few_en(&en, "; "));
        for section in &group {
            report.at_row(
                "identical_figures",
                Field::SectionSchool,
                section.row,
                say!(
                    "{zh} 的学生、教师和办学条件数字完全相同，可能是复制所致。",
                    "{en}: the same students, teachers and assets to the last digit; perhaps copied."
                ),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_is_named_in_part() {
        let all: Vec<String> = (1..=7).map(|n| format!("A{n}")).collect();
        let all: Vec<&str> = all.iter().map(String::as_str).collect();
        assert_eq!(few_zh(&all[..5]), "A1、A2、A3、A4、A5");
        assert_eq!(few_zh(&all), "A1、A2、A3、A4、A5 等 7 个");
        assert_eq!(few_en(&all[..2], ", "), "A1, A2");
        assert_eq!(few_en(&all, "; "), "A1; A2; A3; A4; A5 and 2 more");
    }
}

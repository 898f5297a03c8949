//! The county's indicators and its schools against the standard, from the evaluation's own JSON.

use junheng_core::show;
use serde_json::Value;

use super::page::{Page, safe};
use crate::pinyin::rank;
use crate::store::Publication;

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

fn rows<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

/// The name of a stage, as a heading or a cell begins.
pub(super) fn stage(page: &Page, id: &str) -> String {
    let name = match id {
        "primary" => page.pick("小学", "Primary"),
        "junior" => page.pick("初中", "Junior"),
        "senior" => page.pick("高中", "Senior"),
        other => other,
    };
    name.to_owned()
}

/// A value with as many digits as keep it on its side of the limit; thousands are shown whole.
fn figure(value: &Value, limit: &Value, digits: u32) -> String {
    value.as_f64().map_or("–".to_owned(), |v| {
        let large = v.abs() >= 1000.0;
        let text = show::column(v, limit.as_f64(), if large { 0 } else { digits });
        if large && !text.contains('.') {
            show::thousands(v)
        } else {
            text
        }
    })
}

/// A limit as it stands in the standard.
fn limit(value: &Value) -> String {
    value.as_f64().map_or("–".to_owned(), |l| {
        let text = show::number(l, 4);
        if text.contains('.') {
            text
        } else {
            show::thousands(l)
        }
    })
}

fn title<'a>(evaluation: &'a Value, id: &'a str) -> &'a str {
    let all = rows(&evaluation["standard"], "indicators");
    all.iter()
        .find(|i| text(i, "id") == id)
        .map_or(id, |i| text(i, "title"))
}

fn about(page: &mut Page, evaluation: &Value) {
    let few = page.few();
    let standard = text(&evaluation["standard"], "document");
    let overlays = rows(&evaluation["standard"], "overlays").iter();
    let standard: String = std::iter::once(standard)
        .chain(overlays.map(|o| text(o, "title")))
        .collect::<Vec<_>>()
        .join(" + ");
    let day = text(&evaluation["standard"], "date");
    let county = &evaluation["county"];
    let as_of = if text(county, "as_of").is_empty() {
        day
    } else {
        text(county, "as_of")
    };
    let line = match page.lang {
        junheng_core::text::Lang::Zh => {
            format!(
                "数据时点 {as_of}；依据 {standard}。学生不足 {few} 人的学段不公布数值，也不计入合计。"
            )
        }
        junheng_core::text::Lang::En => {
            format!(
                "Data of {as_of}; by {standard}. Sections with fewer than {few} students have no figures and are in no total."
            )
        }
    };
    page.foot(&line);
    // What the standard leaves open, where the county chose something unusual.
    for parameter in rows(&evaluation["standard"], "parameters") {
        let chosen = text(parameter, "value");
        let option = rows(parameter, "options")
            .iter()
            .find(|o| text(o, "id") == chosen);
        if let Some(option) = option.filter(|_| chosen != text(parameter, "default")) {
            let colon = page.pick("：", ": ");
            let line = [text(parameter, "title"), colon, text(option, "title")].concat();
            page.foot(&line);
        }
    }
    if county["synthetic"] == true {
        page.foot(page.lang.pick(
            "合成示例数据，不是真实的县。",
            "Synthetic sample data, not a real county.",
        ));
    }
}

/// The verdict, what it rests on, and the coefficients.
pub(super) fn overview(page: &mut Page, published: &Publication, evaluation: &Value) {
    let verdict = text(evaluation, "verdict");
    page.heading(match verdict {
        "met" => page.lang.pick(
            "各项均已达到优质均衡标准",
            "The standard is reached in all parts",
        ),
        "not_met" => page
            .lang
            .pick("暂未达到优质均衡标准", "The standard is not reached yet"),
        _ => page.lang.pick("目前无法判定", "It cannot be decided yet"),
    });
    if !published.note.is_empty() {
        page.add(&format!("<p>{}</p>", safe(&published.note)));
    }
    // Counted of what is shown, so that nothing hidden is left over after subtraction.
    let scope: Vec<&Value> = rows(evaluation, "sections")
        .iter()
        .filter(|s| s["in_scope"] == true && !few(page, s))
        .collect();
    let met = scope.iter().filter(|s| text(s, "verdict") == "met").count();
    let variation = rows(evaluation, "variation");
    let even = variation
        .iter()
        .filter(|v| text(v, "verdict") == "met")
        .count();
    let items = rows(evaluation, "items");
    let good = |i: &&Value| matches!(text(i, "verdict"), "met" | "not_applicable");
    let cards = [
        (
            page.pick("学校学段达标", "Sections that pass"),
            met,
            scope.len(),
        ),
        (
            page.pick("差异系数达标", "Coefficients within the limit"),
            even,
            variation.len(),
        ),
        (
            page.pick("条目达到", "Items met"),
            items.iter().filter(good).count(),
            items.len(),
        ),
    ];
    let cards: String = cards
        .iter()
        .map(|(name, n, of)| format!("<div class=\"card\"><p class=\"soft\">{name}</p><p class=\"big\">{n} / {of}</p></div>"))
        .collect();
    page.add(&format!("<div class=\"cards\">{cards}</div>"));
    let mut table = format!(
        "<section><h2>{}</h2><p class=\"soft\">{}</p><table><thead><tr><th>{}</th><th class=\"n\">{}</th><th class=\"n\">{}</th><th>{}</th></tr></thead>",
        page.pick("校际差异系数", "Coefficients of variation between schools"),
        page.pick(
            "学校之间差距的大小，越小越均衡。",
            "How far schools differ; smaller is more even."
        ),
        page.pick("指标", "Indicator"),
        page.pick("差异系数", "Coefficient"),
        page.pick("上限", "Limit"),
        page.pick("结论", "Verdict"),
    );
    // The stage stands over its rows: on a phone the names of the indicators need the width.
    for part in variation.chunk_by(|a, b| a["stage"] == b["stage"]) {
        let name = part.first().map_or("", |v| text(v, "stage"));
        table.push_str(&format!(
            "<tbody><tr><th colspan=\"4\" scope=\"rowgroup\">{}</th></tr>",
            stage(page, name)
        ));
        for v in part {
            table.push_str(&format!(
                "<tr><td class=\"words\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td>{}</td></tr>",
                safe(title(evaluation, text(v, "indicator"))),
                figure(&v["cv"], &v["limit"], 3),
                limit(&v["limit"]),
                page.tag(text(v, "verdict")),
            ));
        }
        table.push_str("</tbody>");
    }
    page.add(&format!("{table}</table></section>"));
    about(page, evaluation);
}

/// The list of schools, or one school with its figures.
pub(super) fn schools(page: &mut Page, evaluation: &Value, id: &str, query: &str) {
    let sections = rows(evaluation, "sections");
    let of: Vec<&Value> = sections
        .iter()
        .filter(|s| text(s, "school_id") == id)
        .collect();
    if let Some(first) = of.first() {
        page.heading(text(first, "name"));
        let back = page.to("/public/schools", "");
        page.add(&format!(
            "<p><a href=\"{back}\">← {}</a></p>",
            page.pick("全部学校", "All schools")
        ));
        for section in of {
            one(page, evaluation, section);
        }
    } else {
        list(page, sections, query);
    }
    about(page, evaluation);
}

fn list(page: &mut Page, sections: &[Value], query: &str) {
    page.heading(page.lang.pick("学校", "Schools"));
    let hidden = page.hidden();
    page.add(&format!(
        "<form role=\"search\"><label for=\"q\">{}</label><div class=\"find\"><input id=\"q\" name=\"q\" value=\"{}\">{hidden}<button>{}</button></div></form>",
        page.pick("校名、拼音或首字母", "Name, pinyin or initials"),
        safe(query),
        page.pick("查找", "Search"),
    ));
    // In the order of names' codes, never of merit.
    let mut rows: Vec<(&str, &str, &Value)> = sections
        .iter()
        .map(|s| (text(s, "school_id"), text(s, "name"), s))
        .filter(|(_, name, _)| query.is_empty() || rank(name, query).is_some())
        .collect();
    rows.sort_by_key(|row| row.0);
    let mut table = format!(
        "<table><thead><tr><th>{}</th><th>{}</th><th class=\"n\">{}</th><th>{}</th></tr></thead><tbody>",
        page.pick("学校", "School"),
        page.pick("学段", "Stage"),
        page.pick("学生", "Students"),
        page.pick("综合结论", "Verdict"),
    );
    for (id, name, section) in rows {
        let link = page.to("/public/schools", &format!("id={}", safe(id)));
        let verdict = if few(page, section) {
            page.pick("人数少，不公布", "too few to publish").to_owned()
        } else if section["in_scope"] == true {
            page.tag(text(section, "verdict"))
        } else {
            page.pick("不在评估范围", "out of scope").to_owned()
        };
        table.push_str(&format!(
            "<tr><td><a href=\"{link}\">{}</a></td><td class=\"whole\">{}</td><td class=\"n\">{}</td><td>{verdict}</td></tr>",
            safe(name),
            stage(page, text(section, "stage")),
            students(page, section),
        ));
    }
    page.add(&format!(
        "{table}</tbody>{}</table>",
        totals(page, sections)
    ));
}

/// The students of each stage. A total stands only where every part of it is shown: else what is hidden
/// would be what is left of it.
fn totals(page: &Page, sections: &[Value]) -> String {
    let mut foot = String::new();
    for id in ["primary", "junior"] {
        let of: Vec<&Value> = sections.iter().filter(|s| text(s, "stage") == id).collect();
        if of.is_empty() {
            continue;
        }
        let total = if of.iter().any(|s| few(page, s)) {
            page.pick("不公布", "not shown").to_owned()
        } else {
            show::thousands(of.iter().filter_map(|s| s["students"].as_f64()).sum())
        };
        foot.push_str(&format!(
            "<tr><th scope=\"row\">{}</th><td>{}</td><td class=\"n\">{total}</td><td></td></tr>",
            page.pick("合计", "All"),
            stage(page, id),
        ));
    }
    format!("<tfoot>{foot}</tfoot>")
}

fn few(page: &Page, section: &Value) -> bool {
    let few = f64::from(page.few());
    section["students"].as_f64().is_none_or(|n| n < few)
}

fn students(page: &Page, section: &Value) -> String {
    match section["students"].as_f64() {
        None => "–".to_owned(),
        Some(_) if few(page, section) => format!("&lt; {}", page.few()),
        Some(n) => show::thousands(n),
    }
}

fn one(page: &mut Page, evaluation: &Value, section: &Value) {
    let name = stage(page, text(section, "stage"));
    let (said, people) = (students(page, section), page.pick("名学生", "students"));
    page.add(&format!(
        "<section><h2>{name} <span class=\"soft\">{said} {people}</span></h2>"
    ));
    if section["in_scope"] != true || few(page, section) {
        let why = if few(page, section) {
            page.pick("人数少，不公布数值。", "Too few students: no figures.")
        } else {
            text(section, "out_of_scope_reason")
        };
        page.add(&format!("<p class=\"soft\">{}</p></section>", safe(why)));
        return;
    }
    let mut table = format!(
        "<p>{}</p><table><thead><tr><th>{}</th><th class=\"n\">{}</th><th class=\"n\">{}</th><th>{}</th></tr></thead><tbody>",
        page.tag(text(section, "verdict")),
        page.pick("指标", "Indicator"),
        page.pick("实际值", "Value"),
        page.pick("标准", "Standard"),
        page.pick("结论", "Verdict"),
    );
    for i in rows(section, "indicators") {
        table.push_str(&format!(
            "<tr><td class=\"words\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td>{}</td></tr>",
            safe(title(evaluation, text(i, "id"))),
            figure(&i["value"], &i["threshold"], 2),
            limit(&i["threshold"]),
            page.tag(text(i, "verdict")),
        ));
    }
    page.add(&format!("{table}</tbody></table></section>"));
}

//! Explanations and comparisons as indented text.

use junheng_core::compare::{Change, Comparison};
use junheng_core::explain::Explanation;
use junheng_core::finding::Place;
use junheng_core::model::{Field, Snapshot, Stage, TableId};
use junheng_core::show;
use junheng_core::standard::{Mark, Standard};
use junheng_core::text::Lang;
use junheng_core::verdict::Verdict;

use super::{COLUMNS, Paint, paint, verdict};
use crate::Context;
use crate::width::{width, wrap};

/// One number or verdict with all below it.
pub(crate) fn explanation(e: &Explanation, context: &Context) -> String {
    let mut out = String::new();
    node(e, 0, context, &mut out);
    out
}

fn node(e: &Explanation, depth: usize, context: &Context, out: &mut String) {
    let (lang, colour) = (context.lang, context.colour);
    let indent = "  ".repeat(depth);
    let mut head = format!("{indent}{}", e.title.get(lang));
    match (e.value, e.threshold) {
        (Some(value), Some(limit)) => head.push_str(&format!(
            "{}{}",
            lang.pick("：", ": "),
            show::beside(value, limit, 4)
        )),
        (Some(value), None) => head.push_str(&format!(
            "{}{}",
            lang.pick("：", ": "),
            show::number(value, 4)
        )),
        _ => {}
    }
    let mut head = wrap(&head, COLUMNS, depth * 2 + 2);
    if depth == 0 {
        head = paint(&head, Paint::Bold, colour);
    }
    out.push_str(&head);
    if let Some(v) = e.verdict {
        let used = out.rsplit('\n').next().map_or(0, width);
        let fits = used + width(&verdict(v, lang, false)) + 2 <= COLUMNS;
        let before = match fits {
            true => "  ".to_owned(),
            false => format!("\n{indent}  "),
        };
        out.push_str(&before);
        out.push_str(&verdict(v, lang, colour));
    }
    out.push('\n');
    let mut more = |text: String| {
        out.push_str(&wrap(
            &format!("{indent}    {text}"),
            COLUMNS,
            depth * 2 + 6,
        ));
        out.push('\n');
    };
    if let Some(formula) = &e.formula {
        more(formula.get(lang).to_owned());
    }
    for line in cells(&e.cells, lang) {
        more(line);
    }
    for note in &e.notes {
        more(note.get(lang).to_owned());
    }
    if let Some(c) = &e.clause {
        let mark = match c.mark {
            Mark::V | Mark::D | Mark::S => String::new(),
            Mark::VI => lang.pick("〔VI 二手来源〕", " [VI second-hand]").to_owned(),
            Mark::R => lang.pick("〔R 未核实〕", " [R unverified]").to_owned(),
        };
        more(format!(
            "{}{}{mark}",
            lang.pick("依据：", "clause: "),
            c.text
        ));
    }
    for child in &e.children {
        node(child, depth + 1, context, out);
    }
}

/// Cells as a person would say them; a long list is told by its first and last.
fn cells(cells: &[(Place, String)], lang: Lang) -> Vec<String> {
    const MOST: usize = 4;
    let say = |(place, value): &(Place, String)| {
        let sheet = if place.sheet.is_empty() {
            String::new()
        } else {
            format!(" · {}", place.sheet)
        };
        let row = place.row.unwrap_or_default();
        format!("← {}{sheet} {}{row} = {value}", place.file, place.column)
    };
    if cells.len() <= MOST {
        return cells.iter().map(say).collect();
    }
    let (Some(first), Some(last)) = (cells.first(), cells.last()) else {
        return Vec::new();
    };
    let between = match lang {
        Lang::Zh => format!("…… 其间共 {} 个单元格", cells.len() - 2),
        Lang::En => format!("… {} cells between", cells.len() - 2),
    };
    vec![say(first), between, say(last)]
}

/// What changed and what it turned.
pub(crate) fn comparison(
    c: &Comparison,
    standard: &Standard,
    after: &Snapshot,
    before: &Snapshot,
    lang: Lang,
) -> String {
    let mut out = String::new();
    let name = |id: &str| {
        let row = |s: &Snapshot| {
            (0..s.rows(TableId::Schools)).find(|r| s.text(Field::SchoolId, *r) == Some(id))
        };
        row(after)
            .and_then(|r| after.text(Field::SchoolName, r))
            .or_else(|| row(before).and_then(|r| before.text(Field::SchoolName, r)))
            .unwrap_or(id)
            .to_owned()
    };
    let who = |school: &Option<String>, stage: Option<Stage>| {
        let stage = stage.map(|s| s.title().get(lang).to_owned());
        let school = school.as_deref().map(name);
        [school, stage]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" ")
    };
    for (ids, zh, en) in [
        (&c.gone, "不再有的学校", "Schools gone"),
        (&c.new, "新增学校", "New schools"),
    ] {
        if !ids.is_empty() {
            let names: Vec<String> = ids.iter().map(|id| name(id)).collect();
            out.push_str(&wrap(
                &format!(
                    "{}{}{}",
                    lang.pick(zh, en),
                    lang.pick("：", ": "),
                    names.join(lang.pick("、", ", "))
                ),
                COLUMNS,
                2,
            ));
            out.push('\n');
        }
    }
    out.push_str(&wrap(
        &format!(
            "{}{} {}",
            lang.pick("两份数据都按 ", "Both are judged by "),
            standard.id,
            standard.title.get(lang)
        ),
        COLUMNS,
        2,
    ));
    out.push('\n');
    if c.turned.is_empty() {
        out.push_str(lang.pick("没有结论发生变化。\n", "No verdict turned.\n"));
    } else {
        out.push_str(lang.pick("结论的变化\n", "Verdicts that turned\n"));
    }
    for t in &c.turned {
        let what = match t.kind {
            "county" => lang.pick("全县", "the county").to_owned(),
            "item" => standard.items.iter().find(|i| i.id == t.id).map_or_else(
                || t.id.clone(),
                |i| format!("{} {}", i.id, i.title.get(lang)),
            ),
            "variation" => format!(
                "{} {} {}",
                t.id,
                lang.pick("差异系数", "variation"),
                who(&None, t.stage)
            ),
            "section" => who(&t.school_id, t.stage),
            _ => format!("{} {}", t.id, who(&t.school_id, t.stage)),
        };
        let say = |v: Option<Verdict>| match v {
            Some(v) => format!("{} {}", v.sign(), v.title().get(lang)),
            None => lang.pick("（无）", "(none)").to_owned(),
        };
        out.push_str(&wrap(
            &format!(
                "  {what}{}{} → {}",
                lang.pick("：", ": "),
                say(t.from),
                say(t.to)
            ),
            COLUMNS,
            4,
        ));
        out.push('\n');
        for n in t.because.iter().take(6) {
            if let Some(change) = c.changes.get(*n) {
                let why = if t.single {
                    lang.pick("仅此一项变化即可改变结论：", "this change alone turns it: ")
                } else {
                    lang.pick("有关变化：", "changed: ")
                };
                out.push_str(&wrap(
                    &format!("      {why}{}", change_line(change, &who, lang)),
                    COLUMNS,
                    8,
                ));
                out.push('\n');
            }
        }
        if t.because.len() > 6 {
            out.push_str(&format!(
                "      {} {}\n",
                lang.pick("另有", "and"),
                t.because.len() - 6
            ));
        }
    }
    out.push_str(&match lang {
        Lang::Zh => format!("\n数据变化共 {} 处\n", c.changes.len()),
        Lang::En => format!("\nFigures changed: {}\n", c.changes.len()),
    });
    const MOST: usize = 40;
    for change in c.changes.iter().take(MOST) {
        out.push_str(&wrap(
            &format!("  {}", change_line(change, &who, lang)),
            COLUMNS,
            4,
        ));
        out.push('\n');
    }
    if c.changes.len() > MOST {
        out.push_str(lang.pick("  …… 全部变化见 --json\n", "  … all of them with --json\n"));
    }
    out
}

fn change_line(
    change: &Change,
    who: &dyn Fn(&Option<String>, Option<Stage>) -> String,
    lang: Lang,
) -> String {
    let title = match change.field {
        Some(field) => lang.pick(field.about().zh, field.about().en).to_owned(),
        None => change.name.clone(),
    };
    let blank = lang.pick("未填", "blank");
    let from = change.from.as_deref().unwrap_or(blank);
    let to = change.to.as_deref().unwrap_or(blank);
    let who = who(&change.school_id, change.stage);
    format!("{who} {title}{}{from} → {to}", lang.pick("：", ": "))
        .trim_start()
        .to_owned()
}

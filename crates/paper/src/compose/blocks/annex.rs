//! The annex: clause, formula and sources of every figure, from the explanations themselves.

use std::collections::BTreeSet;

use junheng_core::explain::{Explanation, Target, explain, variable_title};
use junheng_core::finding::Place;
use junheng_core::model::Stage;
use junheng_core::show;
use junheng_core::standard::{
    Amount, Compare, Item, ItemTest, Part, Ratio, Standard, Variable, of_stage,
};

use super::table;
use crate::compose::Scene;
use crate::model::{Align, Block};
use crate::official;
use crate::words::hundredfold;

/// Cells of one sheet named one by one; more are counted.
const MOST: usize = 3;

/// per × (a + b − c) ÷ d in the names of the fields.
fn formula(ratio: &Ratio) -> String {
    let side = |plus: &[Variable], minus: &[Variable]| {
        let plus_titles: Vec<String> = plus.iter().copied().map(title).collect();
        let mut text = plus_titles.join(" + ");
        for v in minus {
            text.push_str(&format!(" − {}", title(*v)));
        }
        if plus.len() + minus.len() > 1 {
            format!("（{text}）")
        } else {
            text
        }
    };
    let mut out = side(&ratio.plus, &ratio.minus);
    if !ratio.over.is_empty() {
        out.push_str(&format!(" ÷ {}", side(&ratio.over, &ratio.over_minus)));
    }
    if ratio.per != 1.0 {
        out.push_str(&format!(" × {}", show::number(ratio.per, 4)));
    }
    out
}

/// Formula, thresholds and clause of every indicator.
pub(super) fn formulas(s: &Scene<'_>) -> Vec<Block> {
    let rows = s
        .subject
        .standard
        .indicators
        .iter()
        .map(|i| {
            let mut clauses: Vec<String> = Vec::new();
            let mut limits: Vec<String> = Vec::new();
            for stage in Stage::JUDGED {
                if let Some(limit) = of_stage(&i.limits, stage) {
                    if let Amount::Number(number) = limit.amount {
                        limits.push(format!(
                            "{}{}{}",
                            stage.title().zh,
                            i.compare.sign(),
                            show::number(number, 4)
                        ));
                    }
                    if !clauses.contains(&limit.clause.text) {
                        clauses.push(limit.clause.text.clone());
                    }
                }
            }
            if clauses.is_empty() {
                clauses.push(i.clause.text.clone());
            }
            vec![
                i.id.clone(),
                format!("{}（{}）", i.title.zh, i.unit.zh),
                formula(&i.measure),
                limits.join("，"),
                clauses.join("；"),
            ]
        })
        .collect();
    table(
        "",
        &[
            (0.6, Align::Centre, "编号"),
            (2.6, Align::Left, "指标"),
            (3.4, Align::Left, "公式"),
            (1.6, Align::Left, "标准"),
            (2.4, Align::Left, "依据"),
        ],
        rows,
    )
}

/// Formula, limits and clause of every item that has a formula: id, title, formula, limits, clause.
pub(crate) fn item_formulas(standard: &Standard) -> Vec<Vec<String>> {
    let of_item = |item: &Item| {
        let (id, clause) = (item.id.clone(), item.clause.text.clone());
        let parts = item.parts.iter().filter_map(move |part| match &part.test {
            ItemTest::County { ratio, compare, .. }
            | ItemTest::Total { ratio, compare, .. }
            | ItemTest::Every { ratio, compare, .. } => Some(vec![
                id.clone(),
                part.title.zh.clone(),
                formula(ratio),
                limits(part, ratio, *compare),
                clause.clone(),
            ]),
            _ => None,
        });
        parts.collect::<Vec<_>>()
    };
    standard.items.iter().flat_map(of_item).collect()
}

/// "≥15%", or "小学≤45，初中≤50" where the stages differ.
fn limits(part: &Part, ratio: &Ratio, compare: Compare) -> String {
    let limit = |stage| {
        let amount = match of_stage(&part.limits, stage)?.amount {
            Amount::Number(share) if !ratio.over.is_empty() && share <= 1.0 => {
                format!("{}%", show::number(hundredfold(share), 2))
            }
            Amount::Number(number) => show::number(number, 4),
            Amount::Figure(variable) => title(variable),
            _ => return None,
        };
        Some(format!("{}{amount}", compare.sign()))
    };
    match Stage::JUDGED.map(limit) {
        [Some(one), Some(other)] if one == other => one,
        both => {
            let named = Stage::JUDGED.into_iter().zip(both);
            let named = named.filter_map(|(stage, limit)| Some(stage.title().zh + &limit?));
            named.collect::<Vec<_>>().join("，")
        }
    }
}

/// What a variable is called: of the whole school it counts the compulsory stages only.
fn title(variable: Variable) -> String {
    match variable {
        Variable::Total(field) => format!("全校义务教育阶段{}", field.about().zh),
        other => variable_title(other).zh,
    }
}

/// Every cell a derivation rests on, in its order, each once.
fn cells(explanation: &Explanation) -> Vec<Place> {
    fn walk(explanation: &Explanation, seen: &mut BTreeSet<Place>, out: &mut Vec<Place>) {
        for (place, _) in &explanation.cells {
            if seen.insert(place.clone()) {
                out.push(place.clone());
            }
        }
        for child in &explanation.children {
            walk(child, seen, out);
        }
    }
    let mut out = Vec::new();
    walk(explanation, &mut BTreeSet::new(), &mut out);
    out
}

/// `sections.csv` or `book.xlsx!学段`.
fn sheet(place: &Place) -> String {
    if place.sheet.is_empty() {
        place.file.clone()
    } else {
        format!("{}!{}", place.file, place.sheet)
    }
}

/// The sheets figures came from, numbered as the table names them.
fn sheets(subject: &crate::Subject<'_>) -> Vec<String> {
    let sources = subject.snapshot.sources.iter();
    sources
        .map(|s| {
            sheet(&Place {
                file: s.file.clone(),
                sheet: s.sheet.clone(),
                ..Place::default()
            })
        })
        .collect()
}

/// ① for the first; 〔21〕 beyond twenty.
fn sign(n: usize) -> String {
    u32::try_from(n)
        .ok()
        .filter(|n| *n < 20)
        .and_then(|n| char::from_u32(0x2460 + n))
        .map_or_else(|| format!("〔{}〕", n + 1), String::from)
}

/// "①J43、D43；②A672至A731间27格".
fn named(places: &[Place], sheets: &[String]) -> String {
    let mut groups: Vec<(usize, Vec<String>)> = Vec::new();
    for place in places {
        let own = sheet(place);
        let at = sheets
            .iter()
            .position(|s| *s == own)
            .unwrap_or(sheets.len());
        let row = place.row.map_or_else(String::new, |r| r.to_string());
        let cell = format!("{}{row}", place.column);
        match groups.iter_mut().find(|g| g.0 == at) {
            Some(group) => group.1.push(cell),
            None => groups.push((at, vec![cell])),
        }
    }
    let texts: Vec<String> = groups
        .iter()
        .map(|(at, cells)| match cells.as_slice() {
            [first, .., last] if cells.len() > MOST => {
                format!("{}{first}至{last}间{}格", sign(*at), cells.len())
            }
            few => format!("{}{}", sign(*at), few.join("、")),
        })
        .collect();
    texts.join("；")
}

/// Which sign stands for which sheet.
fn key(sheets: &[String]) -> Block {
    let list: Vec<String> = sheets
        .iter()
        .enumerate()
        .map(|(n, name)| format!("{}{name}", sign(n)))
        .collect();
    Block::Paragraph(
        crate::model::Manner::Note,
        format!("数据文件：{}。", list.join("，")),
    )
}

/// The cells of every indicator of every section.
pub(super) fn sources(s: &Scene<'_>) -> Vec<Block> {
    let subject = &s.subject;
    let sheets = sheets(subject);
    // One derivation per indicator tells of all sections, in the order of the table.
    let derivations: Vec<Vec<Vec<Place>>> = subject
        .standard
        .indicators
        .iter()
        .map(|indicator| by_section(s, &indicator.id))
        .collect();
    let rows: Vec<Vec<String>> = subject
        .judged()
        .into_iter()
        .map(|section| {
            let mut row = vec![super::super::fields::section_name(section)];
            for (all, result) in derivations.iter().zip(&section.indicators) {
                let places = all.get(section.row).map_or(&[][..], Vec::as_slice);
                let known = named(places, &sheets);
                row.push(match (result.judged.value, known.is_empty()) {
                    (Some(_), _) => known,
                    (None, true) => "未填".to_owned(),
                    (None, false) => format!("{known}，余未填"),
                });
            }
            row
        })
        .collect();
    let mut columns = vec![(2.2, Align::Left, "学校（学段）")];
    for indicator in &subject.standard.indicators {
        columns.push((1.3, Align::Left, indicator.id.as_str()));
    }
    let mut blocks = table("", &columns, rows);
    if !blocks.is_empty() {
        blocks.insert(0, key(&sheets));
    }
    blocks
}

/// The cells of an indicator by row of `sections`.
fn by_section(s: &Scene<'_>, indicator: &str) -> Vec<Vec<Place>> {
    let subject = &s.subject;
    let all = subject.evaluation.sections.len();
    let target = Target {
        item: indicator,
        school: None,
        stage: None,
    };
    let Ok(found) = explain(
        subject.snapshot,
        subject.standard,
        subject.evaluation,
        target,
    ) else {
        return Vec::new();
    };
    // Coefficients come first, then every section; a single child stands for itself.
    match found.children.len().checked_sub(all) {
        Some(first) => found.children.iter().skip(first).map(cells).collect(),
        None => vec![cells(&found)],
    }
}

/// Where the figures of an item that looks at every school stand; `None` for one of the county's own.
fn by_school(test: &ItemTest) -> Option<String> {
    let fields = match test {
        ItemTest::County { .. }
        | ItemTest::Attested
        | ItemTest::Veto(_)
        | ItemTest::Monitoring { .. }
        | ItemTest::Score => return None,
        ItemTest::SectionsPass(_) | ItemTest::VariationWithin(_) | ItemTest::CompositeWithin(_) => {
            return Some("由各学校指标算出".to_owned());
        }
        ItemTest::Points(_) => return Some("由各项得分合计".to_owned()),
        ItemTest::Total { ratio, .. } | ItemTest::Every { ratio, .. } => {
            let variables = [&ratio.plus, &ratio.minus, &ratio.over, &ratio.over_minus];
            variables
                .into_iter()
                .flatten()
                .map(|v| variable_title(*v).zh)
                .collect()
        }
        ItemTest::ClassesAtMost | ItemTest::ClassShare { .. } => vec!["各班学生数".to_owned()],
        ItemTest::Rooms { .. } => vec!["专用教室面积".to_owned(), "班级数".to_owned()],
    };
    let mut fields: Vec<String> = fields;
    fields.dedup();
    Some(format!("各校（学段）填报的{}", fields.join("、")))
}

/// Clause and cells of every item.
pub(super) fn items(s: &Scene<'_>) -> Vec<Block> {
    let subject = &s.subject;
    let sheets = sheets(subject);
    let rows = subject
        .evaluation
        .items
        .iter()
        .map(|result| {
            let item = &subject.standard.items[result.item];
            let target = Target {
                item: &item.id,
                school: None,
                stage: None,
            };
            let found = explain(
                subject.snapshot,
                subject.standard,
                subject.evaluation,
                target,
            );
            let places = found.map_or_else(|_| Vec::new(), |e| cells(&e));
            let source = match item.parts.iter().find_map(|p| by_school(&p.test)) {
                _ if !places.is_empty() => named(&places, &sheets),
                Some(source) => source,
                None => "未填".to_owned(),
            };
            vec![
                official::name(subject, &item.id),
                item.clause.text.clone(),
                source,
            ]
        })
        .collect();
    table(
        "",
        &[
            (3.6, Align::Left, "项目"),
            (2.6, Align::Left, "依据"),
            (3.8, Align::Left, "数据来源"),
        ],
        rows,
    )
}

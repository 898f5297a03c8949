//! The annex: clause, formula and sources of every figure, from the explanations themselves.

use std::collections::BTreeMap;

use junheng_core::explain::{Explanation, Target, explain, variable_title};
use junheng_core::finding::Place;
use junheng_core::model::Stage;
use junheng_core::show;
use junheng_core::standard::{Amount, Ratio, of_stage};

use super::table;
use crate::compose::Scene;
use crate::model::{Align, Block};
use crate::official;

/// Cells named before the rest is only counted.
const MOST: usize = 6;

/// per × (a + b − c) ÷ d in the names of the fields.
fn formula(ratio: &Ratio) -> String {
    let side = |plus: &[junheng_core::standard::Variable], minus: &[junheng_core::standard::Variable]| {
        let mut text = plus.iter().map(|v| variable_title(*v).zh).collect::<Vec<_>>().join(" + ");
        for v in minus {
            text.push_str(&format!(" − {}", variable_title(*v).zh));
        }
        if plus.len() + minus.len() > 1 { format!("（{text}）") } else { text }
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
                        limits.push(format!("{}{}{}", stage.title().zh, i.compare.sign(), show::number(number, 4)));
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

/// Every cell a derivation rests on, in its order, each once.
fn cells(explanation: &Explanation, out: &mut Vec<Place>) {
    for (place, _) in &explanation.cells {
        if !out.contains(place) {
            out.push(place.clone());
        }
    }
    for child in &explanation.children {
        cells(child, out);
    }
}

/// `sections.csv` or `book.xlsx!学段`.
fn sheet(place: &Place) -> String {
    if place.sheet.is_empty() {
        place.file.clone()
    } else {
        format!("{}!{}", place.file, place.sheet)
    }
}

/// `J43`, with its sheet where that is not the usual one.
fn named(places: &[Place], usual: &str) -> String {
    let mut last = usual.to_owned();
    let mut out: Vec<String> = Vec::new();
    for place in places.iter().take(MOST) {
        let own = sheet(place);
        let cell = format!("{}{}", place.column, place.row.map_or_else(String::new, |r| r.to_string()));
        if own == last {
            out.push(cell);
        } else {
            out.push(format!("{own} {cell}"));
            last = own;
        }
    }
    let more = if places.len() > MOST {
        format!(" 等{}格", places.len())
    } else {
        String::new()
    };
    format!("{}{more}", out.join("、"))
}

/// The cells of every indicator of every section.
pub(super) fn sources(s: &Scene<'_>) -> Vec<Block> {
    let subject = &s.subject;
    let mut all: Vec<(String, Vec<Vec<Place>>)> = Vec::new();
    let mut sheets: BTreeMap<String, usize> = BTreeMap::new();
    for section in subject.judged() {
        let stage = section.stage.map_or_else(String::new, |x| x.title().zh);
        let mut row = Vec::new();
        for indicator in &subject.standard.indicators {
            let target = Target {
                item: &indicator.id,
                school: Some(&section.school_id),
                stage: section.stage,
            };
            let mut places = Vec::new();
            if let Ok(found) = explain(subject.snapshot, subject.standard, subject.evaluation, target) {
                cells(&found, &mut places);
            }
            for place in &places {
                *sheets.entry(sheet(place)).or_default() += 1;
            }
            row.push(places);
        }
        all.push((format!("{}（{stage}）", section.name), row));
    }
    let usual = sheets
        .iter()
        .max_by_key(|(_, n)| **n)
        .map_or_else(String::new, |(name, _)| name.clone());
    let rows: Vec<Vec<String>> = all
        .into_iter()
        .map(|(name, row)| {
            let mut cells = vec![name];
            cells.extend(row.iter().map(|places| named(places, &usual)));
            cells
        })
        .collect();
    let mut columns = vec![(2.4, Align::Left, "学校（学段）")];
    for indicator in &subject.standard.indicators {
        columns.push((1.3, Align::Left, indicator.id.as_str()));
    }
    table(format!("未写文件名的均为 {usual}"), &columns, rows)
}

/// Clause and cells of every item.
pub(super) fn items(s: &Scene<'_>) -> Vec<Block> {
    let subject = &s.subject;
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
            let mut places = Vec::new();
            if let Ok(found) = explain(subject.snapshot, subject.standard, subject.evaluation, target) {
                cells(&found, &mut places);
            }
            let source = if places.is_empty() { "数据未填，或由各校指标汇总".to_owned() } else { named(&places, "") };
            vec![official::name(subject, &item.id), item.clause.text.clone(), source]
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

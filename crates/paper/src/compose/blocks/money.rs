//! What is to be done, what it costs, by when.

use std::collections::BTreeMap;

use junheng_core::evaluate::shortfalls;
use junheng_core::model::{ACTIONS, Field};
use junheng_core::show;
use junheng_core::verdict::Verdict;

use super::super::fields::section_name;
use super::resources::failures;
use super::{table, told_elsewhere};
use crate::compose::Scene;
use crate::model::{Align, Block};
use crate::official;
use crate::words::ten_thousand;

/// One thing one section needs.
pub(in super::super) struct Project {
    pub(in super::super) section: usize,
    name: String,
    indicator: String,
    action: &'static str,
    amount: String,
    pub(in super::super) yuan: Option<f64>,
    done: String,
    pub(in super::super) assumed: bool,
}

/// What raises a field.
fn action(field: Field) -> Option<&'static str> {
    Some(match field {
        Field::TeachersAboveDegree => "raise_degree",
        Field::BackboneTeachers => "name_backbone",
        Field::PeArtTeachers => "hire_pe_art_teacher",
        Field::TeachingArea => "build_teaching_m2",
        Field::SportsGround => "build_sports_m2",
        Field::Equipment => "buy_equipment_yuan",
        Field::MultimediaRooms => "equip_multimedia_room",
        _ => return None,
    })
}

/// The projects of every section that fails, up to the threshold of every indicator.
pub(in super::super) fn projects(s: &Scene<'_>) -> Vec<Project> {
    let subject = &s.subject;
    let mut all = Vec::new();
    for section in subject.judged() {
        if section.verdict != Some(Verdict::NotMet) {
            continue;
        }
        for short in shortfalls(subject.standard, &subject.evaluation.frame, section) {
            let about = &subject.standard.indicators[short.indicator];
            let id = action(short.field);
            let stage = section.stage.map_or("", |x| x.id());
            let price = id.and_then(|id| s.price(id, stage));
            let title = id.and_then(|id| ACTIONS.iter().find(|a| a.0 == id));
            let done = price.map_or_else(String::new, |p| {
                format!("{}年8月底前", i64::from(s.next_year()) + p.years as i64)
            });
            all.push(Project {
                section: section.row,
                name: section_name(section),
                indicator: about.title.zh.clone(),
                action: title.map_or("补足", |a| a.1),
                amount: format!(
                    "{}{}",
                    show::number(short.to_threshold, 2),
                    short.field.about().unit
                ),
                yuan: price.map(|p| p.yuan * short.to_threshold),
                done,
                assumed: price.is_some_and(|p| p.assumed) && short.field != Field::Equipment,
            });
        }
    }
    all
}

/// A row per project.
pub(super) fn weak(s: &Scene<'_>) -> Vec<Block> {
    let rows = (1..)
        .zip(projects(s))
        .map(|(n, p)| {
            vec![
                n.to_string(),
                p.name,
                p.indicator,
                p.action.to_owned(),
                p.amount,
                p.yuan.map_or_else(|| "没有单价".to_owned(), ten_thousand),
                p.done,
            ]
        })
        .collect();
    table(
        "分校改造项目",
        &[
            (0.6, Align::Centre, "序号"),
            (2.4, Align::Left, "学校（学段）"),
            (2.2, Align::Left, "指标"),
            (1.4, Align::Left, "项目"),
            (1.6, Align::Centre, "数量"),
            (1.5, Align::Right, "资金（万元）"),
            (1.3, Align::Centre, "完成时限"),
        ],
        rows,
    )
}

/// Money by action.
pub(super) fn summary(s: &Scene<'_>) -> Vec<Block> {
    let mut groups: BTreeMap<&str, Vec<Option<f64>>> = BTreeMap::new();
    let projects = projects(s);
    for p in &projects {
        groups.entry(p.action).or_default().push(p.yuan);
    }
    let row = |title: &str, yuan: &[Option<f64>]| {
        let priced: Vec<f64> = yuan.iter().flatten().copied().collect();
        let money = match yuan.len() - priced.len() {
            0 => ten_thousand(priced.iter().sum()),
            _ if priced.is_empty() => "没有单价".to_owned(),
            n => format!("{}（另{n}个没有单价）", ten_thousand(priced.iter().sum())),
        };
        vec![title.to_owned(), yuan.len().to_string(), money]
    };
    let mut rows: Vec<Vec<String>> = groups.iter().map(|(action, y)| row(action, y)).collect();
    if !rows.is_empty() {
        let all: Vec<Option<f64>> = projects.iter().map(|p| p.yuan).collect();
        rows.push(row("合计", &all));
    }
    table(
        "",
        &[
            (3.0, Align::Left, "项目"),
            (1.0, Align::Centre, "个数"),
            (2.4, Align::Right, "资金（万元）"),
        ],
        rows,
    )
}

/// What is to be put right: of schools, or of items.
pub(super) fn rectification(s: &Scene<'_>, words: &str) -> Vec<Block> {
    let subject = &s.subject;
    let mut lines: Vec<(String, String, String)> = Vec::new();
    if words == "schools" {
        let times = projects(s);
        for section in subject.judged() {
            if section.verdict == Some(Verdict::NotMet) {
                let last = times
                    .iter()
                    .filter(|p| p.section == section.row)
                    .map(|p| p.done.clone())
                    .max();
                lines.push((
                    section_name(section),
                    format!("{}。", failures(s, section).join("；")),
                    last.unwrap_or_default(),
                ));
            }
        }
    } else {
        for result in &subject.evaluation.items {
            let item = &subject.standard.items[result.item];
            if result.verdict == Verdict::NotMet && !told_elsewhere(item, result) {
                lines.push((
                    official::name(subject, &item.id),
                    official::conclusion(subject, &item.id, result),
                    String::new(),
                ));
            }
        }
        for v in &subject.evaluation.variations {
            if v.verdict == Some(Verdict::NotMet)
                && let Some((cv, limit)) = v.spread.and_then(|x| x.cv).zip(v.limit)
            {
                let about = &subject.standard.indicators[v.indicator];
                lines.push((
                    format!("{}{}校际差异系数", v.stage.title().zh, about.title.zh),
                    format!("{}，标准不大于{limit}。", show::column(cv, Some(limit), 3)),
                    String::new(),
                ));
            }
        }
    }
    let rows = (1..)
        .zip(lines)
        .map(|(n, (what, now, until))| {
            vec![
                n.to_string(),
                what,
                now,
                String::new(),
                String::new(),
                until,
                String::new(),
            ]
        })
        .collect();
    let first = if words == "schools" {
        "学校（学段）"
    } else {
        "项目"
    };
    table(
        "",
        &[
            (0.6, Align::Centre, "序号"),
            (2.2, Align::Left, first),
            (4.2, Align::Left, "问题与差距"),
            (1.1, Align::Left, "责任单位"),
            (0.9, Align::Left, "责任人"),
            (1.3, Align::Centre, "完成时限"),
            (0.9, Align::Centre, "销号"),
        ],
        rows,
    )
}

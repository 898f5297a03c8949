//! The county and its data in a sentence.

use std::collections::BTreeMap;

use junheng_core::model::{Field, SCHOOL_KINDS, Stage, TableId, kind_title};
use junheng_core::show;

use super::super::{Scene, blocks};
use crate::Subject;
use crate::words::few;

pub(super) fn overlays(s: &Scene<'_>) -> String {
    let laid = s.subject.standard.overlays.iter();
    laid.map(|o| {
        let document = if o.document.is_empty() {
            String::new()
        } else {
            format!("（{}）", o.document)
        };
        format!("及《{}》{document}", o.title.zh)
    })
    .collect()
}

/// 义务教育优质均衡发展 of 县域义务教育优质均衡发展督导评估办法.
pub(super) fn theme(s: &Scene<'_>) -> String {
    let title = &s.subject.standard.title.zh;
    let head = title.split_once("督导").map_or(title.as_str(), |t| t.0);
    head.strip_prefix("县域").unwrap_or(head).to_owned()
}

pub(super) fn synthetic(s: &Scene<'_>) -> String {
    if s.subject.synthetic() {
        "本报告所用数据为程序生成的合成数据，不代表任何真实的县（市、区），仅供演示。".to_owned()
    } else {
        String::new()
    }
}

/// Schools of each kind, those that are there.
pub(in super::super) fn kinds(subject: &Subject<'_>) -> Vec<(String, usize)> {
    let mut counts: BTreeMap<u16, usize> = BTreeMap::new();
    let mut unknown = 0;
    for row in 0..subject.snapshot.rows(TableId::Schools) {
        match subject.snapshot.number(Field::SchoolKind, row) {
            Some(_) if subject.is_special(row) => *counts.entry(510).or_default() += 1,
            Some(kind) => *counts.entry(kind as u16).or_default() += 1,
            None => unknown += 1,
        }
    }
    let order = |kind: &u16| SCHOOL_KINDS.iter().position(|k| k.0 == *kind).unwrap_or(99);
    let mut all: Vec<(u16, usize)> = counts.into_iter().collect();
    // Teaching points after schools.
    all.sort_by_key(|(kind, _)| (*kind == 218, *kind == 510, order(kind), *kind));
    let mut all: Vec<(String, usize)> = all
        .into_iter()
        .map(|(kind, n)| (kind_title(kind).zh, n))
        .collect();
    if unknown > 0 {
        all.push(("办学类型未填的学校".to_owned(), unknown));
    }
    all
}

pub(super) fn scale(s: &Scene<'_>) -> String {
    let subject = &s.subject;
    let kinds = kinds(subject);
    if kinds.is_empty() {
        return format!("{}尚未填报学校数据。", subject.county());
    }
    let schools: Vec<String> = kinds.iter().map(|(k, n)| format!("{k}{n}所")).collect();
    let mut out = format!("{}现有{}。", subject.county(), schools.join("、"));
    for (word, field, unit) in [
        ("在校学生", Field::Students, "人"),
        ("教学班", Field::SectionClasses, "个"),
        ("专任教师", Field::FullTimeTeachers, "人"),
    ] {
        let parts: Vec<String> = subject
            .stages()
            .filter_map(|stage| {
                Some(format!(
                    "{}{}{unit}",
                    stage.title().zh,
                    show::number(subject.sum(stage, field)?, 0)
                ))
            })
            .collect();
        if !parts.is_empty() {
            out.push_str(&format!("{word}：{}。", parts.join("，")));
        }
    }
    if let Some(residents) = subject.fact(Field::CountyResidents) {
        out.push_str(&format!(
            "全县常住人口{}万人。",
            show::number(residents / 10_000.0, 2)
        ));
    }
    out
}

pub(super) fn scope(s: &Scene<'_>) -> String {
    let subject = &s.subject;
    let mut reasons: Vec<(String, usize)> = Vec::new();
    for section in &subject.evaluation.sections {
        if let Some(why) = &section.out_of_scope {
            match reasons.iter_mut().find(|r| r.0 == why.zh) {
                Some(found) => found.1 += 1,
                None => reasons.push((why.zh.clone(), 1)),
            }
        }
    }
    let counts: Vec<String> = Stage::JUDGED
        .into_iter()
        .map(|stage| format!("{}{}个", stage.title().zh, subject.sections(stage).len()))
        .collect();
    let mut out = format!(
        "资源配置按学校（学段）评估，纳入评估的学段：{}。",
        counts.join("，")
    );
    if !reasons.is_empty() {
        let list: Vec<String> = reasons
            .iter()
            .map(|(why, n)| format!("{why}（{n}个）"))
            .collect();
        out.push_str(&format!("未纳入的学段及原因：{}。", list.join("；")));
    }
    out
}

pub(super) fn missing(s: &Scene<'_>) -> String {
    let missing = &s.subject.evaluation.missing;
    if missing.is_empty() {
        return String::new();
    }
    let (attested, mut figures): (Vec<_>, Vec<_>) = blocks::missing_groups(&s.subject)
        .into_iter()
        .partition(|g| g.attested);
    // What is missing in most schools comes first.
    figures.sort_by_key(|g| std::cmp::Reverse(g.schools.len()));
    let mut titles: Vec<String> = figures
        .iter()
        .map(|g| match g.schools.len() {
            0 => g.title.clone(),
            n => format!("{}（{n}所）", g.title),
        })
        .collect();
    if !attested.is_empty() {
        titles.insert(0, format!("县级项目的自评结论（{}项）", attested.len()));
    }
    format!(
        "尚有{}处数据未填，影响结论的有：{}。未填不按0计，补齐后方能判定。",
        missing.len(),
        few(&titles, 8, "项")
    )
}

//! Sentences of the papers beside the report: schools, data review, money.

use junheng_core::finding::Severity;
use junheng_core::model::{Field, kind_title};
use junheng_core::verdict::Verdict;

use super::super::{Scene, blocks};
use crate::words::{self, reached, ten_thousand};

pub(super) fn school_kind(s: &Scene<'_>) -> String {
    let kind = s
        .school
        .and_then(|row| s.subject.snapshot.number(Field::SchoolKind, row));
    kind.map_or_else(String::new, |k| kind_title(k as u16).zh)
}

pub(super) fn school(s: &Scene<'_>) -> String {
    let sections = s.own_sections();
    if sections.is_empty() {
        return "该校没有义务教育学段数据。".to_owned();
    }
    let mut out = String::new();
    for section in sections {
        let stage = section.stage.map_or_else(String::new, |x| x.title().zh);
        let students = words::whole(section.students);
        if let Some(why) = &section.out_of_scope {
            out.push_str(&format!(
                "{stage}在校生{students}人，不参加资源配置评估：{}。",
                why.zh
            ));
            continue;
        }
        let with = |v| {
            section
                .indicators
                .iter()
                .filter(|r| r.verdict == Some(v))
                .count()
        };
        let counts = [
            ("达标", with(Verdict::Met)),
            ("未达标但不低于下限", with(Verdict::Tolerated)),
            ("低于下限", with(Verdict::NotMet)),
            ("数据未填", with(Verdict::Undetermined)),
        ];
        let (all, counts) = (section.indicators.len(), words::counted(&counts, "项"));
        let counts = if counts.is_empty() {
            format!("{all}项指标不逐项判定")
        } else {
            format!("{all}项指标中{counts}")
        };
        let verdict = section.verdict.map_or("不单独判定", reached);
        out.push_str(&format!(
            "{stage}在校生{students}人，{counts}，资源配置综合评估：{verdict}。"
        ));
    }
    out
}

pub(super) fn findings(s: &Scene<'_>) -> String {
    let count = |severity| s.findings.iter().filter(|f| f.severity == severity).count();
    format!(
        "对{}数据逐格核查，发现须改正的问题{}处、须说明的问题{}处、提示{}处。",
        s.subject.county(),
        count(Severity::Error),
        count(Severity::Explain),
        count(Severity::Note)
    )
}

pub(super) fn hollow(s: &Scene<'_>) -> String {
    // What nobody gives says nothing of any school.
    let unknown = blocks::never_given(&s.subject);
    let seen: Vec<String> = blocks::SUBSTANCE
        .into_iter()
        .filter(|what| !unknown.contains(what))
        .map(|what| format!("无{what}"))
        .collect();
    let mut out = String::new();
    if !unknown.is_empty() {
        out.push_str(&format!(
            "各校均未填报{}，无从据此判断空壳学校。",
            unknown.join("、")
        ));
    }
    match (blocks::hollow_schools(&s.subject).len(), seen.as_slice()) {
        (0, []) => {}
        (0, seen) => out.push_str(&format!("没有发现{}的学校。", seen.join("、"))),
        (n, _) => out.push_str(&format!("疑似空壳学校{n}所，请先核实是否仍在办学。")),
    }
    out
}

pub(super) fn review(s: &Scene<'_>) -> String {
    let count = |severity| s.findings.iter().filter(|f| f.severity == severity).count();
    let (wrong, odd) = (count(Severity::Error), count(Severity::Explain));
    if wrong > 0 {
        return format!("数据未通过逻辑校验，有{wrong}处须改正，改正后重新核查。");
    }
    let explained = (s.findings.iter().zip(s.reasons))
        .filter(|(f, reason)| f.severity == Severity::Explain && !reason.is_empty())
        .count();
    let missing = s.subject.evaluation.missing.len();
    let mut rest = Vec::new();
    if explained < odd {
        rest.push(format!("经验校验尚有{}处须逐条说明", odd - explained));
    }
    if missing > 0 {
        rest.push(format!("尚有{missing}处影响结论的数据须补齐"));
    }
    match (rest.is_empty(), odd) {
        (true, 0) => "数据通过逻辑校验和经验校验，可以上报。".to_owned(),
        (true, _) => format!("数据通过逻辑校验，经验校验的{odd}处均已说明，可以上报。"),
        (false, _) => format!("数据通过逻辑校验；{}，完成后可以上报。", rest.join("，")),
    }
}

pub(super) fn weak(s: &Scene<'_>) -> String {
    let rows = blocks::projects(s);
    let schools: std::collections::BTreeSet<usize> = rows.iter().map(|r| r.section).collect();
    if s.subject.standard.rules.is_empty() {
        return "本标准不逐校判定资源配置，不列改造项目。".to_owned();
    }
    if rows.is_empty() {
        let judged = s.subject.judged();
        let open = judged
            .iter()
            .filter(|x| x.verdict == Some(Verdict::Undetermined))
            .count();
        return match (judged.len(), open) {
            (0, _) => "没有纳入资源配置评估的学校。".to_owned(),
            (_, 0) => "没有资源配置未达标的学校（学段），不需列入改造计划。".to_owned(),
            (_, n) => format!(
                "没有已判定为未达标的学校（学段）；有{n}个学段因数据未填无法判定，补齐后再列入。"
            ),
        };
    }
    let total: f64 = rows.iter().filter_map(|r| r.yuan).sum();
    let unpriced = rows.iter().filter(|r| r.yuan.is_none()).count();
    let but = if unpriced > 0 {
        format!("（不含没有单价的{unpriced}个项目）")
    } else {
        String::new()
    };
    format!(
        "资源配置未达标的学校（学段）{}个，需要改造项目{}个，估算资金{}万元{but}。目标是各学段每项指标达到标准。",
        schools.len(),
        rows.len(),
        ten_thousand(total)
    )
}

pub(super) fn price_note(s: &Scene<'_>) -> String {
    let projects = blocks::projects(s);
    if projects.is_empty() {
        String::new()
    } else if projects.iter().any(|r| r.assumed) {
        "单价取自本县单价表；未填单价的取程序默认值（假设值），仅作估算：提升学历8000元/人，认定骨干教师15000元/人，招聘体育艺术教师100000元/人，教学及辅助用房3000元/平方米，运动场地500元/平方米，网络多媒体教室40000元/间。".to_owned()
    } else {
        "单价取自本县单价表。".to_owned()
    }
}

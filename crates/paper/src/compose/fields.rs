//! The fields of templates: a word or a sentence each, with the evaluation's own figures.

use std::collections::BTreeMap;

use junheng_core::finding::Severity;
use junheng_core::model::{Field, SCHOOL_KINDS, Stage, TableId, kind_title};
use junheng_core::show;
use junheng_core::standard::{Group, ItemTest};
use junheng_core::verdict::Verdict;

use super::Scene;
use super::blocks;
use crate::Subject;
use crate::chart;
use crate::official;
use crate::words::{self, few, percent, reached, ten_thousand};

type Entry = (&'static str, &'static str, fn(&Scene<'_>) -> String);

/// Every field: its name, what it says, how it is made.
pub(super) const FIELDS: &[Entry] = &[
    ("county", "县(市、区)名称", |s| {
        s.subject.county().to_owned()
    }),
    ("day", "数据时点", |s| words::day(s.subject.day())),
    ("school_year", "学年", |s| {
        s.subject
            .snapshot
            .text(Field::SchoolYear, 0)
            .unwrap_or("")
            .to_owned()
    }),
    ("standard_title", "评估标准名称", |s| {
        s.subject.standard.title.zh.clone()
    }),
    ("standard_document", "评估标准文号", |s| {
        s.subject.standard.document.clone()
    }),
    ("overlays", "叠加的地方标准，没有则为空", overlays),
    (
        "verdict",
        "全县结论：达到、未达到、无法判定",
        |s| s.subject.evaluation.verdict.title().zh,
    ),
    ("synthetic", "合成数据的声明，真实数据为空", synthetic),
    ("scale", "学校、学生、教师规模", scale),
    ("scope", "哪些学段纳入评估，哪些不纳入及原因", scope),
    ("missing_sentence", "缺哪些数据，不缺则为空", missing),
    ("resource_sentence", "学校资源配置达标情况", resource),
    ("variation_sentence", "校际差异系数达标情况", variation),
    (
        "previous_sentence",
        "与上一年度比较，没有上年数据则为空",
        previous,
    ),
    ("items_sentence", "各类项目达标数", items),
    ("problem_sentence", "存在问题概述", problems),
    ("measures", "整改措施概述", measures),
    ("conclusion", "自评结论", conclusion),
    ("school_name", "学校名称(一校一表)", |s| {
        s.school_text(Field::SchoolName).to_owned()
    }),
    ("school_id", "学校标识码(一校一表)", |s| {
        s.school_text(Field::SchoolId).to_owned()
    }),
    ("school_kind", "办学类型(一校一表)", school_kind),
    ("school_township", "学校所在乡镇(一校一表)", |s| {
        s.school_text(Field::Township).to_owned()
    }),
    ("school_sentence", "该校达标情况(一校一表)", school),
    ("findings_sentence", "数据核查发现的问题数", findings),
    ("hollow_sentence", "疑似空壳学校概述", hollow),
    ("review_conclusion", "核查结论", review),
    ("weak_sentence", "薄弱学校概述", weak),
    ("price_note", "单价来源说明", price_note),
    ("briefing_sentence", "简报正文", briefing),
];

/// Whether there is such a field; `item.G8` and `verdict.G8` name items of any pack.
pub(super) fn known(scene: &Scene<'_>, name: &str) -> bool {
    FIELDS.iter().any(|f| f.0 == name)
        || name
            .strip_prefix("item.")
            .or_else(|| name.strip_prefix("verdict."))
            .is_some_and(|id| scene.subject.standard.items.iter().any(|i| i.id == id))
}

/// The text of a field; nothing for one that is not there.
pub(super) fn value(scene: &Scene<'_>, name: &str) -> String {
    if let Some((_, _, make)) = FIELDS.iter().find(|f| f.0 == name) {
        return make(scene);
    }
    let subject = &scene.subject;
    let item = |id: &str| {
        let all = subject.evaluation.items.iter();
        all.clone()
            .find(|r| subject.standard.items[r.item].id == id)
    };
    if let Some(id) = name.strip_prefix("item.") {
        return item(id).map_or_else(String::new, |r| official::conclusion(subject, id, r));
    }
    name.strip_prefix("verdict.")
        .and_then(item)
        .map_or_else(String::new, |r| reached(r.verdict).to_owned())
}

fn overlays(s: &Scene<'_>) -> String {
    let ids: Vec<&str> = s
        .subject
        .standard
        .overlays
        .iter()
        .map(|o| o.0.as_str())
        .collect();
    if ids.is_empty() {
        String::new()
    } else {
        format!("及地方标准 {}", ids.join("、"))
    }
}

fn synthetic(s: &Scene<'_>) -> String {
    if s.subject.synthetic() {
        "本报告所用数据为程序生成的合成数据，不代表任何真实的县（市、区），仅供演示。".to_owned()
    } else {
        String::new()
    }
}

/// Schools of each kind, those that are there.
pub(super) fn kinds(subject: &Subject<'_>) -> Vec<(String, usize)> {
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

fn scale(s: &Scene<'_>) -> String {
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
        let parts: Vec<String> = Stage::JUDGED
            .into_iter()
            .filter(|stage| {
                subject
                    .evaluation
                    .sections
                    .iter()
                    .any(|x| x.stage == Some(*stage))
            })
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

fn scope(s: &Scene<'_>) -> String {
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

fn missing(s: &Scene<'_>) -> String {
    let missing = &s.subject.evaluation.missing;
    if missing.is_empty() {
        return String::new();
    }
    let titles: Vec<String> = blocks::missing_groups(&s.subject)
        .into_iter()
        .map(|g| {
            format!(
                "{}{}",
                g.title,
                if g.schools.is_empty() {
                    String::new()
                } else {
                    format!("（{}处）", g.schools.len())
                }
            )
        })
        .collect();
    format!(
        "尚有{}处数据未填，影响结论的有：{}。未填不按0计，补齐后方能判定。",
        missing.len(),
        few(&titles, 8, "项")
    )
}

fn resource(s: &Scene<'_>) -> String {
    let subject = &s.subject;
    let judged = subject.judged();
    if judged.is_empty() {
        return "没有纳入资源配置评估的学校。".to_owned();
    }
    if subject.standard.rules.is_empty() {
        return "本标准不逐校判定资源配置，只判定校际差异系数。".to_owned();
    }
    let rules: Vec<&str> = subject
        .standard
        .rules
        .iter()
        .map(|r| r.title.zh.as_str())
        .collect();
    let mut out = format!("按照“{}”的要求，", rules.join("；"));
    let mut parts = Vec::new();
    for stage in Stage::JUDGED {
        let all = subject.sections(stage).len();
        if all == 0 {
            continue;
        }
        let [met, short, open] =
            [Verdict::Met, Verdict::NotMet, Verdict::Undetermined].map(|v| subject.count(stage, v));
        let mut text = format!("纳入评估的{}{all}所，达标{met}所", stage.title().zh);
        if open == 0 {
            text.push_str(&format!(
                "，达标率{}%",
                percent(Some(met as f64 / all as f64), Some(1.0))
            ));
        }
        if short > 0 {
            text.push_str(&format!("，未达标{short}所"));
        }
        if open > 0 {
            text.push_str(&format!("，数据不全无法判定{open}所"));
        }
        parts.push(text);
    }
    out.push_str(&parts.join("；"));
    out.push('。');
    let names: Vec<String> = judged
        .iter()
        .filter(|x| x.verdict == Some(Verdict::NotMet))
        .map(|x| section_name(x))
        .collect();
    if !names.is_empty() {
        out.push_str(&format!("未达标的有{}。", few(&names, 5, "所")));
    }
    out
}

/// 某校（小学部）.
pub(super) fn section_name(section: &junheng_core::evaluate::SectionResult) -> String {
    let stage = section.stage.map_or_else(String::new, |s| s.title().zh);
    format!("{}（{stage}）", section.name)
}

fn variation(s: &Scene<'_>) -> String {
    let subject = &s.subject;
    let mut out = String::new();
    for stage in Stage::JUDGED {
        let all = subject.variations(stage);
        if all.is_empty() {
            continue;
        }
        let name = stage.title().zh;
        let shown = |v: &junheng_core::evaluate::VariationResult| {
            let cv = v.spread.and_then(|x| x.cv)?;
            let about = &subject.standard.indicators[v.indicator];
            Some(format!(
                "{}（{}）",
                about.title.zh,
                show::column(cv, v.limit, 3)
            ))
        };
        let with = |verdict| -> Vec<String> {
            all.iter()
                .filter(|v| v.verdict == Some(verdict))
                .filter_map(|v| shown(v))
                .collect()
        };
        let (met, short) = (with(Verdict::Met).len(), with(Verdict::NotMet));
        let open = all
            .iter()
            .filter(|v| v.verdict == Some(Verdict::Undetermined))
            .count();
        let limit = all.iter().find_map(|v| v.limit);
        if let Some(limit) = limit {
            out.push_str(&format!(
                "{name}{}项指标的校际差异系数标准为不大于{limit}，",
                all.len()
            ));
            if short.is_empty() && open == 0 {
                out.push_str("全部达到标准");
            } else {
                out.push_str(&format!("{met}项达到标准"));
            }
            if !short.is_empty() {
                out.push_str(&format!(
                    "，{}项超过标准：{}",
                    short.len(),
                    short.join("、")
                ));
            }
            if open > 0 {
                out.push_str(&format!("，{open}项因数据未填无法判定"));
            }
            let most = all
                .iter()
                .filter(|v| v.spread.is_some_and(|x| x.cv.is_some()))
                .max_by(|a, b| {
                    let cv = |v: &&&junheng_core::evaluate::VariationResult| {
                        v.spread.and_then(|x| x.cv).unwrap_or(0.0)
                    };
                    cv(a).total_cmp(&cv(b))
                });
            if let (true, Some(most)) = (short.is_empty(), most.and_then(|v| shown(v))) {
                out.push_str(&format!("，其中最大的是{most}"));
            }
            out.push('。');
        }
        for composite in subject
            .evaluation
            .composites
            .iter()
            .filter(|c| c.stage == stage)
        {
            let cv = composite.cv.map_or_else(
                || "无法计算".to_owned(),
                |cv| show::column(cv, composite.limit, 3),
            );
            let limit = composite
                .limit
                .map_or_else(String::new, |l| format!("（标准不大于{l}）"));
            out.push_str(&format!(
                "{name}综合差异系数{cv}{limit}，{}。",
                reached(composite.verdict)
            ));
        }
    }
    if out.is_empty() {
        out.push_str("没有可计算校际差异系数的学校。");
    }
    out
}

fn previous(s: &Scene<'_>) -> String {
    let Some(before) = &s.previous else {
        return String::new();
    };
    let mut parts = Vec::new();
    for stage in Stage::JUDGED {
        let pairs = chart::pairs(before, &s.subject, stage);
        if pairs.is_empty() {
            continue;
        }
        let down = pairs.iter().filter(|p| p.2 < p.1).count();
        let up = pairs.iter().filter(|p| p.2 > p.1).count();
        parts.push(format!(
            "{}差异系数有{down}项缩小、{up}项扩大、{}项持平",
            stage.title().zh,
            pairs.len() - down - up
        ));
    }
    let met = |x: &Subject<'_>| {
        x.judged()
            .iter()
            .filter(|y| y.verdict == Some(Verdict::Met))
            .count()
    };
    parts.push(format!(
        "资源配置达标的学段由{}个变为{}个",
        met(before),
        met(&s.subject)
    ));
    format!(
        "与{}的数据按同一标准比较，{}；全县结论由“{}”变为“{}”。",
        words::day(before.day()),
        parts.join("；"),
        before.evaluation.verdict.title().zh,
        s.subject.evaluation.verdict.title().zh
    )
    .replace("由“达到”变为“达到”", "仍为“达到”")
    .replace("由“未达到”变为“未达到”", "仍为“未达到”")
    .replace("由“无法判定”变为“无法判定”", "仍为“无法判定”")
}

fn items(s: &Scene<'_>) -> String {
    let mut parts = Vec::new();
    for group in Group::ALL {
        let all = official::items(&s.subject, group);
        if all.is_empty() {
            continue;
        }
        let with = |verdict| all.iter().filter(|(_, r)| r.verdict == verdict).count();
        let open = with(Verdict::Undetermined);
        let title = group.title().zh;
        let text = if group == Group::Veto {
            match (with(Verdict::NotMet), open) {
                (0, 0) => format!("{title}事项均未发生"),
                (0, n) => format!("{title}事项{n}项尚未申报"),
                (n, _) => format!("发生{title}事项{n}项"),
            }
        } else {
            let fine = with(Verdict::Met) + with(Verdict::NotApplicable);
            let mut text = format!("{title}{}项，达标{fine}项", all.len());
            if with(Verdict::NotMet) > 0 {
                text.push_str(&format!("、未达标{}项", with(Verdict::NotMet)));
            }
            if open > 0 {
                text.push_str(&format!("、无法判定{open}项"));
            }
            text
        };
        parts.push(text);
    }
    format!("{}。", parts.join("；"))
}

/// Titles of the items with a verdict, vetoes apart.
fn titles(s: &Subject<'_>, verdict: Verdict, veto: bool) -> Vec<String> {
    s.evaluation
        .items
        .iter()
        .filter(|r| r.verdict == verdict)
        .map(|r| &s.standard.items[r.item])
        .filter(|i| (i.group == Group::Veto) == veto)
        .map(|i| i.title.zh.clone())
        .collect()
}

fn problems(s: &Scene<'_>) -> String {
    let subject = &s.subject;
    let short = titles(subject, Verdict::NotMet, false);
    let vetoes = titles(subject, Verdict::NotMet, true);
    let open = titles(subject, Verdict::Undetermined, false).len()
        + titles(subject, Verdict::Undetermined, true).len();
    let mut out = String::new();
    if !vetoes.is_empty() {
        out.push_str(&format!(
            "存在一票否决事项{}项：{}。",
            vetoes.len(),
            vetoes.join("、")
        ));
    }
    if !short.is_empty() {
        out.push_str(&format!(
            "未达标的项目{}项：{}。",
            short.len(),
            short.join("；")
        ));
    }
    if open > 0 {
        out.push_str(&format!("另有{open}项因数据不全无法判定。"));
    }
    if out.is_empty() {
        out.push_str("对照标准，各项均已达标，没有未达标的项目。");
    }
    out
}

fn measures(s: &Scene<'_>) -> String {
    match s.subject.evaluation.verdict {
        Verdict::NotMet => "针对上述问题，将按“一校一策”制定整改方案，逐项明确责任单位、资金和完成时限，整改结果逐项核验后销号。".to_owned(),
        Verdict::Undetermined => "将尽快补齐所缺数据和佐证材料，补齐后重新自评。".to_owned(),
        _ => "将持续开展年度监测，巩固成果，防止反弹。".to_owned(),
    }
}

fn conclusion(s: &Scene<'_>) -> String {
    let subject = &s.subject;
    let (county, document) = (subject.county(), &subject.standard.document);
    let vetoes = titles(subject, Verdict::NotMet, true);
    let short = titles(subject, Verdict::NotMet, false).len();
    let open = titles(subject, Verdict::Undetermined, false).len()
        + titles(subject, Verdict::Undetermined, true).len();
    match subject.evaluation.verdict {
        Verdict::NotMet => {
            let mut reasons = Vec::new();
            if short > 0 {
                reasons.push(format!("{short}项未达标"));
            }
            if !vetoes.is_empty() {
                reasons.push(format!("存在一票否决事项（{}）", vetoes.join("、")));
            }
            let open = if open > 0 {
                format!("，另有{open}项无法判定")
            } else {
                String::new()
            };
            format!(
                "经自评，{county}对照{document}有{}{open}，自评结论为：未达到。",
                reasons.join("，")
            )
        }
        Verdict::Undetermined => format!(
            "经自评，{county}对照{document}没有已判定为未达标的项目，但有{open}项因数据不全无法判定，暂不能作出自评结论。"
        ),
        _ => format!("经自评，{county}达到{document}规定的各项要求，自评结论为：达到。"),
    }
}

fn school_kind(s: &Scene<'_>) -> String {
    let kind = s
        .school
        .and_then(|row| s.subject.snapshot.number(Field::SchoolKind, row));
    kind.map_or_else(String::new, |k| kind_title(k as u16).zh)
}

fn school(s: &Scene<'_>) -> String {
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
        let verdict = section.verdict.map_or("不单独判定", reached);
        out.push_str(&format!(
            "{stage}在校生{students}人，{}项指标中达标{}项、未达标但不低于下限{}项、低于下限{}项、数据未填{}项，资源配置综合评估：{verdict}。",
            section.indicators.len(),
            with(Verdict::Met),
            with(Verdict::Tolerated),
            with(Verdict::NotMet),
            with(Verdict::Undetermined)
        ));
    }
    out
}

fn findings(s: &Scene<'_>) -> String {
    let count = |severity| s.findings.iter().filter(|f| f.severity == severity).count();
    format!(
        "对{}数据逐格核查，发现须改正的问题{}处、须说明的问题{}处、提示{}处。",
        s.subject.county(),
        count(Severity::Error),
        count(Severity::Explain),
        count(Severity::Note)
    )
}

fn hollow(s: &Scene<'_>) -> String {
    match blocks::hollow_schools(&s.subject).len() {
        0 => "没有发现无学生、无教师或无办学条件数据的学校。".to_owned(),
        n => format!("疑似空壳学校{n}所，请先核实是否仍在办学。"),
    }
}

fn review(s: &Scene<'_>) -> String {
    let count = |severity| s.findings.iter().filter(|f| f.severity == severity).count();
    match (count(Severity::Error), count(Severity::Explain)) {
        (0, 0) => "数据通过逻辑校验和经验校验，可以上报。".to_owned(),
        (0, n) => format!("数据通过逻辑校验；经验校验有{n}处须逐条说明，说明后可以上报。"),
        (n, _) => format!("数据未通过逻辑校验，有{n}处须改正，改正后重新核查。"),
    }
}

fn weak(s: &Scene<'_>) -> String {
    let rows = blocks::projects(s);
    let schools: std::collections::BTreeSet<usize> = rows.iter().map(|r| r.section).collect();
    if rows.is_empty() {
        return "没有资源配置未达标的学校（学段），不需列入改造计划。".to_owned();
    }
    let total: f64 = rows.iter().filter_map(|r| r.yuan).sum();
    format!(
        "资源配置未达标的学校（学段）{}个，需要改造项目{}个，估算资金{}万元。目标是各学段每项指标达到标准。",
        schools.len(),
        rows.len(),
        ten_thousand(total)
    )
}

fn price_note(s: &Scene<'_>) -> String {
    if blocks::projects(s).iter().any(|r| r.assumed) {
        "单价取自本县单价表；未填单价的取程序默认值（假设值），仅作估算：提升学历8000元/人，认定骨干教师15000元/人，招聘体育艺术教师100000元/人，教学及辅助用房3000元/平方米，运动场地500元/平方米，网络多媒体教室40000元/间。".to_owned()
    } else {
        "单价取自本县单价表。".to_owned()
    }
}

fn briefing(s: &Scene<'_>) -> String {
    format!("{}{}{}", resource(s), variation(s), items(s))
}

/// Whether a test is the rule over all sections, which is told section by section elsewhere.
pub(super) fn over_sections(test: &ItemTest) -> bool {
    matches!(
        test,
        ItemTest::SectionsPass(_) | ItemTest::VariationWithin(_) | ItemTest::CompositeWithin(_)
    )
}

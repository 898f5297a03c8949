//! The verdict in sentences.

use junheng_core::evaluate::{ItemResult, SectionResult, VariationResult};
use junheng_core::model::{Field, Stage};
use junheng_core::show;
use junheng_core::standard::{Group, ItemTest};
use junheng_core::verdict::Verdict;

use super::super::Scene;
use crate::Subject;
use crate::chart;
use crate::official;
use crate::words::{self, few, percent, reached};

pub(super) fn resource(s: &Scene<'_>) -> String {
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
        let mut text = format!("纳入评估的{}（部）{all}所，达标{met}所", stage.title().zh);
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
pub(in super::super) fn section_name(section: &SectionResult) -> String {
    let stage = section.stage.map_or_else(String::new, |s| s.title().zh);
    format!("{}（{stage}）", section.name)
}

pub(super) fn variation(s: &Scene<'_>) -> String {
    let subject = &s.subject;
    let mut out = String::new();
    for stage in Stage::JUDGED {
        let all = subject.variations(stage);
        if all.is_empty() {
            continue;
        }
        let name = stage.title().zh;
        let shown = |v: &VariationResult| {
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
            let mut parts = Vec::new();
            if met == all.len() {
                parts.push("全部达到标准".to_owned());
            } else if met > 0 {
                parts.push(format!("{met}项达到标准"));
            }
            let most = all
                .iter()
                .filter(|v| v.verdict == Some(Verdict::Met))
                .filter(|v| v.spread.and_then(|x| x.cv).is_some_and(|cv| cv > 0.0))
                .max_by(|a, b| {
                    let cv = |v: &&&VariationResult| v.spread.and_then(|x| x.cv).unwrap_or(0.0);
                    cv(a).total_cmp(&cv(b))
                });
            if let (true, Some(most)) = (short.is_empty(), most.and_then(|v| shown(v))) {
                parts.push(format!("其中最大的是{most}"));
            }
            if !short.is_empty() {
                let names = short.join("、");
                parts.push(format!("{}项超过标准：{names}", short.len()));
            }
            if open == all.len() {
                parts.push("因数据未填均无法判定".to_owned());
            } else if open > 0 {
                parts.push(format!("{open}项因数据未填无法判定"));
            }
            out.push_str(&parts.join("，"));
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

pub(super) fn previous(s: &Scene<'_>) -> String {
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
    let (then, now) = (met(before), met(&s.subject));
    parts.push(if then == now {
        format!("资源配置达标的学段仍为{now}个")
    } else {
        format!("资源配置达标的学段由{then}个变为{now}个")
    });
    format!(
        "与{}按同一标准比较，{}；全县结论由“{}”变为“{}”。",
        compared(before, &s.subject),
        parts.join("；"),
        before.evaluation.verdict.title().zh,
        s.subject.evaluation.verdict.title().zh
    )
    .replace("由“达到”变为“达到”", "仍为“达到”")
    .replace("由“未达到”变为“未达到”", "仍为“未达到”")
    .replace("由“无法判定”变为“无法判定”", "仍为“无法判定”")
}

/// What the data is compared with: of another day, the same day or another county.
fn compared(before: &Subject<'_>, now: &Subject<'_>) -> String {
    let day = words::day(before.day());
    let of = |subject: &Subject<'_>, field| subject.snapshot.text(field, 0).map(str::to_owned);
    if of(before, Field::CountyCode) != of(now, Field::CountyCode) {
        let county = of(before, Field::CountyName).unwrap_or_else(|| "另一县".to_owned());
        format!("{county}{day}的数据")
    } else if before.day() == now.day() {
        format!("同为{day}的另一份数据")
    } else {
        format!("{day}的数据")
    }
}

/// How many items of a group are met, in a few words; `None` where the standard has none.
fn group(s: &Scene<'_>, group: Group) -> Option<String> {
    let all = official::items(&s.subject, group);
    let with = |verdict| all.iter().filter(|(_, r)| r.verdict == verdict).count();
    let (short, open) = (with(Verdict::NotMet), with(Verdict::Undetermined));
    let title = group.title().zh;
    if all.is_empty() {
        return None;
    }
    if group == Group::Veto {
        let open = if open > 0 {
            format!("{open}项尚未申报")
        } else {
            String::new()
        };
        return Some(match (short, open.as_str()) {
            (0, "") => format!("{title}事项均未发生"),
            (0, open) => format!("{title}事项{open}"),
            (n, "") => format!("发生{title}事项{n}项"),
            (n, open) => format!("发生{title}事项{n}项、{open}"),
        });
    }
    let scored = |r: &ItemResult| {
        let parts = &s.subject.standard.items[r.item].parts;
        parts.iter().any(|p| matches!(p.test, ItemTest::Score))
    };
    let unscored = all
        .iter()
        .filter(|(_, r)| r.verdict == Verdict::NotApplicable && scored(r))
        .count();
    let counts = [
        ("达标", with(Verdict::Met)),
        ("未达标", short),
        ("无法判定", open),
        ("标准分值不详不判定", unscored),
        ("不适用", with(Verdict::NotApplicable) - unscored),
    ];
    Some(format!(
        "{title}{}项，{}",
        all.len(),
        words::counted(&counts, "项")
    ))
}

pub(super) fn items(s: &Scene<'_>) -> String {
    let parts: Vec<String> = Group::ALL.into_iter().filter_map(|g| group(s, g)).collect();
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

/// Titles of items are requirements: in quotation marks, so that none reads as a statement.
fn quoted(titles: &[String]) -> Vec<String> {
    titles.iter().map(|t| format!("“{t}”")).collect()
}

pub(super) fn problems(s: &Scene<'_>) -> String {
    let subject = &s.subject;
    let short = titles(subject, Verdict::NotMet, false);
    let vetoes = titles(subject, Verdict::NotMet, true);
    let mut open = titles(subject, Verdict::Undetermined, true);
    open.extend(titles(subject, Verdict::Undetermined, false));
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
            "未达到下列{}项要求：{}。",
            short.len(),
            quoted(&short).join("；")
        ));
    }
    if !open.is_empty() {
        let also = if out.is_empty() { "" } else { "另" };
        let (count, names) = (open.len(), few(&quoted(&open), 8, "项"));
        out.push_str(&format!("{also}有{count}项因数据不全无法判定：{names}。"));
    }
    if out.is_empty() {
        out.push_str("对照标准，各项均已达标，没有未达标的项目。");
    }
    out
}

pub(super) fn measures(s: &Scene<'_>) -> String {
    match s.subject.evaluation.verdict {
        Verdict::NotMet => "针对上述问题，将逐项制定整改方案，逐项明确责任单位、资金和完成时限，整改结果逐项核验后销号。".to_owned(),
        Verdict::Undetermined => "将尽快补齐所缺数据和佐证材料，补齐后重新自评。".to_owned(),
        _ => "将持续开展年度监测，巩固成果，防止反弹。".to_owned(),
    }
}

pub(super) fn conclusion(s: &Scene<'_>) -> String {
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
                reasons.push(format!("有{short}项未达标"));
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
                "经自评，{county}对照{document}{}{open}，自评结论为：未达到评估标准。",
                reasons.join("，")
            )
        }
        Verdict::Undetermined => format!(
            "经自评，{county}对照{document}没有已判定为未达标的项目，但有{open}项因数据不全无法判定，暂不能作出自评结论。"
        ),
        _ => format!("经自评，{county}对照{document}各项要求均已达到，自评结论为：达到评估标准。"),
    }
}

/// What a section or a coefficient can come to.
const OUTCOMES: [(&str, Verdict); 3] = [
    ("达标", Verdict::Met),
    ("未达标", Verdict::NotMet),
    ("无法判定", Verdict::Undetermined),
];

/// The paper's one paragraph: the verdict, then what it rests on.
pub(super) fn briefing(s: &Scene<'_>) -> String {
    let subject = &s.subject;
    let document = &subject.standard.document;
    let verdict = match subject.evaluation.verdict {
        Verdict::Undetermined => format!("对照{document}，数据不全，暂不能作出自评结论"),
        other => format!(
            "对照{document}，全县自评结论为：{}评估标准",
            other.title().zh
        ),
    };
    let mut parts = Vec::new();
    for stage in Stage::JUDGED {
        let all = subject.sections(stage).len();
        if all > 0 && !subject.standard.rules.is_empty() {
            let counts = OUTCOMES.map(|(word, verdict)| (word, subject.count(stage, verdict)));
            let (stage, counts) = (stage.title().zh, words::counted(&counts, "所"));
            parts.push(format!("{stage}（部）{all}所，{counts}"));
        }
    }
    let cvs: Vec<Verdict> = (subject.evaluation.variations.iter())
        .filter_map(|v| v.verdict)
        .collect();
    if !cvs.is_empty() {
        let count = |verdict| cvs.iter().filter(|v| **v == verdict).count();
        let counts = OUTCOMES.map(|(word, verdict)| (word, count(verdict)));
        let (all, counts) = (cvs.len(), words::counted(&counts, "项"));
        parts.push(format!("校际差异系数{all}项，{counts}"));
    }
    parts.extend(Group::ALL.into_iter().filter_map(|g| group(s, g)));
    format!("{verdict}。{}。", parts.join("；"))
}

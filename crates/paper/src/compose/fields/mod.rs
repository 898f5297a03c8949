//! The fields of templates: a word or a sentence each, with the evaluation's own figures.

mod county;
mod papers;
mod verdict;

pub(super) use county::kinds;
pub(super) use verdict::section_name;

use junheng_core::evaluate::ItemResult;
use junheng_core::model::Field;
use junheng_core::standard::{Item, ItemTest};

use super::Scene;
use crate::official;
use crate::words::{self, reached};
use county::{missing, overlays, scale, scope, synthetic, theme};
use papers::{findings, hollow, price_note, review, school, school_kind, weak};
use verdict::{briefing, conclusion, items, measures, previous, problems, resource, variation};

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
    ("theme", "评估的主题，如 义务教育优质均衡发展", theme),
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
        "与前期数据比较，没有前期数据则为空",
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
        let township = s.school_text(Field::Township);
        if township.is_empty() {
            words::BLANK
        } else {
            township
        }
        .to_owned()
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

/// Whether an item is a rule over all sections, which is told section by section elsewhere; what the
/// county itself attests is told nowhere else.
pub(super) fn told_elsewhere(item: &Item, result: &ItemResult) -> bool {
    let over_sections = |test: &ItemTest| {
        matches!(
            test,
            ItemTest::SectionsPass(_) | ItemTest::VariationWithin(_) | ItemTest::CompositeWithin(_)
        )
    };
    !result.by_attestation && item.parts.iter().all(|p| over_sections(&p.test))
}

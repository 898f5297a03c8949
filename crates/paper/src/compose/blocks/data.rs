//! What is wrong with the data, and what is missing.

use std::collections::{BTreeMap, BTreeSet};

use junheng_core::finding::{Finding, Severity};
use junheng_core::model::{Field, TableId};
use junheng_core::standard::Group;

use super::table;
use crate::Subject;
use crate::compose::Scene;
use crate::model::{Align, Block, Manner};
use crate::words::{few, formal};

/// Lines of a list of findings; the rest is counted.
const MOST: usize = 500;

/// Findings by code.
pub(super) fn summary(s: &Scene<'_>) -> Vec<Block> {
    let mut counts: BTreeMap<(Severity, &str), (usize, &Finding)> = BTreeMap::new();
    for finding in s.findings {
        counts
            .entry((finding.severity, finding.code))
            .or_insert((0, finding))
            .0 += 1;
    }
    let rows = counts
        .into_iter()
        .map(|((severity, _), (n, first))| {
            vec![severity.title().zh, first.message.zh.clone(), n.to_string()]
        })
        .collect();
    table(
        "问题分类统计",
        &[
            (1.0, Align::Centre, "类别"),
            (6.0, Align::Left, "问题（举例）"),
            (0.8, Align::Centre, "处数"),
        ],
        rows,
    )
}

/// The findings of one severity, one by one.
pub(super) fn findings(s: &Scene<'_>, words: &str) -> Vec<Block> {
    let all: Vec<(usize, &Finding)> = (0..)
        .zip(s.findings)
        .filter(|(_, f)| f.severity.id() == words)
        .collect();
    let rows = (1..)
        .zip(all.iter().take(MOST))
        .map(|(n, (at, f))| {
            let row = f.place.row.map_or_else(String::new, |r| r.to_string());
            vec![
                n.to_string(),
                format!("{} {} {}{row}", f.place.file, f.place.sheet, f.place.column)
                    .trim()
                    .to_owned(),
                f.message.zh.clone(),
                f.hint.zh.clone(),
                s.reasons.get(*at).cloned().unwrap_or_default(),
            ]
        })
        .collect();
    let mut blocks = table(
        "",
        &[
            (0.6, Align::Centre, "序号"),
            (1.9, Align::Left, "位置"),
            (3.4, Align::Left, "问题"),
            (2.6, Align::Left, "处理办法"),
            (1.5, Align::Left, "学校说明"),
        ],
        rows,
    );
    if all.len() > MOST {
        blocks.push(super::text(format!(
            "共{}处，以上列出前{MOST}处，其余见数据核查的问题清单。",
            all.len()
        )));
    }
    blocks
}

/// Explanations of what was not found.
pub(super) fn unmatched(s: &Scene<'_>) -> Vec<Block> {
    let mut blocks: Vec<Block> = (1..)
        .zip(s.unmatched)
        .map(|(n, said)| Block::Paragraph(Manner::Item, format!("{n}. {said}")))
        .collect();
    if !blocks.is_empty() {
        let heading = "没有对应问题的说明（位置与核查清单不符）";
        blocks.insert(0, Block::Heading(2, heading.to_owned()));
    }
    blocks
}

/// What a school that is more than a name has.
pub(in super::super) const SUBSTANCE: [&str; 3] = ["学生", "教师", "办学条件数据"];

/// The fields that tell of each.
const SIGNS: [&[Field]; 3] = [
    &[Field::Students],
    &[Field::FullTimeTeachers],
    &[
        Field::TeachingArea,
        Field::SportsGround,
        Field::Equipment,
        Field::MultimediaRooms,
    ],
];

/// The fields of each that some school of the county gives.
fn given(subject: &Subject<'_>) -> [Vec<Field>; 3] {
    let all = 0..subject.evaluation.frame.sections.len();
    let some = |field: &&Field| {
        all.clone()
            .any(|row| subject.figure(**field, row).is_some())
    };
    SIGNS.map(|fields| fields.iter().filter(some).copied().collect())
}

/// Which of [`SUBSTANCE`] no school of the county gives.
pub(in super::super) fn never_given(subject: &Subject<'_>) -> Vec<&'static str> {
    let given = given(subject);
    let blank = SUBSTANCE.into_iter().zip(&given);
    blank
        .filter(|(_, f)| f.is_empty())
        .map(|(w, _)| w)
        .collect()
}

/// Schools without students, teachers or assets, with what they lack. A figure that no school of the
/// county gives says nothing of one.
pub(in super::super) fn hollow_schools(subject: &Subject<'_>) -> Vec<(usize, String)> {
    let given = given(subject);
    subject
        .schools()
        .into_iter()
        .filter_map(|row| {
            let sections = subject.evaluation.frame.kin(row);
            if sections.is_empty() {
                return Some((row, "没有学段数据".to_owned()));
            }
            let none = |field: Field| {
                sections
                    .iter()
                    .all(|r| subject.figure(field, *r).is_none_or(|x| x == 0.0))
            };
            let lacks: Vec<String> = SUBSTANCE
                .into_iter()
                .zip(&given)
                .filter(|(_, fields)| !fields.is_empty() && fields.iter().all(|f| none(*f)))
                // Special schools are not asked for their assets.
                .filter(|(what, _)| *what != SUBSTANCE[2] || !subject.is_special(row))
                .map(|(what, _)| format!("无{what}"))
                .collect();
            (!lacks.is_empty()).then(|| (row, lacks.join("、")))
        })
        .collect()
}

/// As a table.
pub(super) fn hollow(s: &Scene<'_>) -> Vec<Block> {
    let subject = &s.subject;
    let rows = (1..)
        .zip(hollow_schools(subject))
        .map(|(n, (row, why))| {
            let name = |field| subject.snapshot.text(field, row).unwrap_or("").to_owned();
            vec![
                n.to_string(),
                name(Field::SchoolName),
                name(Field::SchoolId),
                why,
                String::new(),
            ]
        })
        .collect();
    table(
        "",
        &[
            (0.6, Align::Centre, "序号"),
            (3.0, Align::Left, "学校"),
            (1.8, Align::Centre, "标识码"),
            (2.4, Align::Left, "疑似原因"),
            (1.8, Align::Left, "核实结果"),
        ],
        rows,
    )
}

/// Missing figures of one field.
pub(in super::super) struct MissingField {
    pub(in super::super) title: String,
    table: TableId,
    /// A conclusion of the county, not a figure.
    pub(in super::super) attested: bool,
    pub(in super::super) schools: Vec<String>,
    open: Vec<String>,
}

/// Missing figures by field, in the order of the tables.
pub(in super::super) fn missing_groups(subject: &Subject<'_>) -> Vec<MissingField> {
    let names = crate::official::names_by_id(subject);
    // Where a field's group stands, and the schools it names already.
    let mut known: BTreeMap<(TableId, &str), (usize, BTreeSet<&str>)> = BTreeMap::new();
    let mut groups: Vec<MissingField> = Vec::new();
    for missing in &subject.evaluation.missing {
        let key = (missing.table, missing.field.as_str());
        let (at, named) = known.entry(key).or_insert_with(|| {
            let field = Field::by_id(missing.table, &missing.field);
            groups.push(MissingField {
                title: field.map_or_else(
                    || attested(subject, &missing.field),
                    |f| formal(f.about().zh),
                ),
                table: missing.table,
                attested: field.is_none(),
                schools: Vec::new(),
                open: Vec::new(),
            });
            (groups.len() - 1, BTreeSet::new())
        });
        let group = &mut groups[*at];
        if let Some(id) = &missing.school_id
            && named.insert(id)
        {
            let name = names.get(id.as_str()).copied().unwrap_or(id);
            group.schools.push(name.to_owned());
        }
        for id in &missing.leaves_open {
            if !group.open.contains(id) {
                group.open.push(id.clone());
            }
        }
    }
    groups
}

/// `attest_G1` in words.
fn attested(subject: &Subject<'_>, key: &str) -> String {
    let id = key.rsplit_once('_').map_or(key, |(_, id)| id);
    let item = subject.standard.items.iter().find(|i| i.id == id);
    item.map_or_else(|| key.to_owned(), |i| format!("“{}”的自评结论", i.title.zh))
}

/// As a table.
pub(super) fn missing(s: &Scene<'_>) -> Vec<Block> {
    // Ids of vetoes are English words of the bundle.
    let items = &s.subject.standard.items;
    let veto = |id: &str| items.iter().any(|i| i.id == id && i.group == Group::Veto);
    let open = |g: &MissingField| -> Vec<String> {
        let ids = g.open.iter();
        ids.map(|id| if veto(id) { "一票否决" } else { id }.to_owned())
            .collect()
    };
    let rows = (1..)
        .zip(missing_groups(&s.subject))
        .map(|(n, g)| {
            vec![
                n.to_string(),
                g.table.zh().to_owned(),
                g.title.clone(),
                few(&g.schools, 8, "所"),
                few(&open(&g), 8, "项"),
            ]
        })
        .collect();
    table(
        "尚缺数据",
        &[
            (0.6, Align::Centre, "序号"),
            (0.9, Align::Centre, "表"),
            (3.0, Align::Left, "数据"),
            (3.6, Align::Left, "学校"),
            (1.8, Align::Left, "影响的项目"),
        ],
        rows,
    )
}

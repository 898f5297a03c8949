//! The blocks of templates: tables, charts and lists.

mod annex;
mod county;
mod data;
mod money;
mod resources;
mod school;

pub(crate) use annex::item_formulas;
pub(super) use county::OTHER;
pub(super) use data::{SUBSTANCE, hollow_schools, missing_groups, never_given};
pub(super) use money::projects;

use super::Scene;
use super::fields::told_elsewhere;
use crate::chart;
use crate::model::{Align, Block, Manner, Picture, Table};
use junheng_core::model::Stage;
use junheng_core::standard::Group;

type Entry = (
    &'static str,
    &'static str,
    fn(&Scene<'_>, &str) -> Vec<Block>,
);

/// Every block: its name, what it shows, how it is made of the words after its name.
pub(super) const BLOCKS: &[Entry] = &[
    ("scale", "学校、学生、教师规模表", |s, _| {
        county::scale(s)
    }),
    (
        "items",
        "所列项目的结论段落，如 @items G2 G8",
        county::items,
    ),
    (
        "group",
        "一类项目的达标表：government quality recognition entry veto",
        |s, w| county::group(s, w),
    ),
    (
        "dots",
        "各校指标与标准之比图：primary 或 junior",
        |s, w| picture(Stage::from_id(w).and_then(|stage| chart::dots(&s.subject, stage))),
    ),
    ("variation-chart", "差异系数图", |s, _| {
        picture(chart::variation(&s.subject))
    }),
    (
        "slope",
        "差异系数前后变化图，没有前期数据则无",
        |s, _| {
            picture(
                s.previous
                    .as_ref()
                    .and_then(|p| chart::slope(p, &s.subject)),
            )
        },
    ),
    ("map", "学校位置图，没有坐标则无", |s, _| {
        picture(chart::map(&s.subject, s.base))
    }),
    (
        "sections",
        "各校指标表：primary 或 junior",
        resources::sections,
    ),
    ("variation", "差异系数表", |s, _| {
        resources::variation(s)
    }),
    (
        "problems",
        "问题清单，可限条数，如 @problems 5",
        resources::problems,
    ),
    ("formulas", "指标公式与依据表", |s, _| {
        annex::formulas(s)
    }),
    ("sources", "各校指标数据来源表", |s, _| {
        annex::sources(s)
    }),
    (
        "item-sources",
        "县级项目依据与数据来源表",
        |s, _| annex::items(s),
    ),
    ("school-table", "该校指标表(一校一表)", |s, _| {
        school::page_table(s)
    }),
    ("school-chart", "该校指标图(一校一表)", |s, _| {
        picture(chart::school(&s.subject, &s.own_sections()))
    }),
    (
        "school-items",
        "该校未达标的其他项目(一校一表)",
        |s, _| school::items(s),
    ),
    ("findings-summary", "核查问题分类统计", |s, _| {
        data::summary(s)
    }),
    (
        "findings",
        "核查问题清单：error explain note",
        data::findings,
    ),
    (
        "unmatched",
        "没有对应问题的说明，没有则无",
        |s, _| data::unmatched(s),
    ),
    ("hollow", "疑似空壳学校清单", |s, _| data::hollow(s)),
    ("missing", "尚缺数据清单", |s, _| data::missing(s)),
    (
        "rectification",
        "整改清单：schools 或 items",
        money::rectification,
    ),
    ("weak", "薄弱学校改造项目表", |s, _| money::weak(s)),
    ("weak-summary", "改造资金汇总表", |s, _| {
        money::summary(s)
    }),
    (
        "evidence",
        "佐证材料目录：一类项目，或 other",
        county::evidence,
    ),
];

fn picture(picture: Option<Picture>) -> Vec<Block> {
    picture.map(Block::Picture).into_iter().collect()
}

/// A table, or nothing where it has no rows.
fn table(
    caption: impl Into<String>,
    columns: &[(f64, Align, &str)],
    rows: Vec<Vec<String>>,
) -> Vec<Block> {
    if rows.is_empty() {
        return Vec::new();
    }
    vec![Block::Table(Table {
        caption: caption.into(),
        columns: columns.iter().map(|c| (c.0, c.1)).collect(),
        head: columns.iter().map(|c| c.2.to_owned()).collect(),
        rows,
    })]
}

fn text(text: impl Into<String>) -> Block {
    Block::Paragraph(Manner::Text, text.into())
}

fn group_of(words: &str) -> Option<Group> {
    Group::ALL.into_iter().find(|g| g.id() == words)
}

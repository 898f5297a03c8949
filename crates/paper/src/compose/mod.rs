//! From a subject and a template to a paper.

mod blocks;
mod fields;
mod kind;
mod names;
mod scene;
mod template;

pub use kind::Kind;
pub use scene::{Evidence, Scene};
pub use template::TemplateError;

use std::collections::BTreeMap;

pub(crate) use blocks::item_formulas;

use crate::Subject;
use crate::model::{Block, Manner, Paper, Table};
use crate::seal::Seal;
use template::{Line, Piece};

/// Templates that replace the built-in ones: file name and text.
pub type Templates = BTreeMap<String, String>;

/// The built-in templates, and the list of fields and blocks a template may use.
#[must_use]
pub fn templates() -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = Kind::ALL
        .into_iter()
        .map(|kind| (kind.file(), kind.template().to_owned()))
        .collect();
    all.push(("fields.md".to_owned(), reference()));
    all
}

/// What a template may use, as a page.
fn reference() -> String {
    let mut out = String::from("% 模板可用的字段与内容块\n\n# 字段\n\n");
    for (name, meaning, _) in fields::FIELDS {
        out.push_str(&format!("- {{{name}}} {meaning}\n"));
    }
    out.push_str("- {item.编号} 该项目的指标值或简要结论，如 {item.G8}\n- {verdict.编号} 该项目是否达标，如 {verdict.G8}\n\n# 内容块\n\n");
    for (name, meaning, _) in blocks::BLOCKS {
        out.push_str(&format!("- @{name} {meaning}\n"));
    }
    out.push_str("- @contents 目录\n- @page 另起一页\n");
    out
}

/// Makes a paper.
///
/// # Errors
/// A template uses a field or block that is not there, or is malformed: every such line.
pub fn compose(
    scene: &Scene<'_>,
    kind: Kind,
    own: &Templates,
) -> Result<Paper, Vec<TemplateError>> {
    let file = kind.file();
    let text = own.get(&file).map_or(kind.template(), String::as_str);
    let lines = template::parse(&file, text, &names::Known { scene, kind })?;
    let seal = Seal::of(&scene.subject);
    let mut paper = Paper {
        day: scene.subject.day().to_string(),
        red_head: scene.red_head.map(str::to_owned),
        mark: foot(&scene.subject, &seal),
        ..Paper::default()
    };
    if kind.per_school() {
        let (county, theme) = (scene.subject.county(), fields::value(scene, "theme"));
        paper.name = Some(format!("{county}{theme}{}", kind.title().zh));
        for (n, school) in scene.subject.schools().into_iter().enumerate() {
            if n > 0 {
                paper.body.push(Block::PageBreak);
            }
            let scene = Scene {
                school: Some(school),
                ..*scene
            };
            fill(&scene, &lines, &mut paper, n == 0);
        }
        if paper.body.is_empty() {
            paper.title = paper.name.clone().unwrap_or_default();
            let none = "尚未填报学校数据，没有可以反馈的学校。".to_owned();
            paper.body.push(Block::Paragraph(Manner::Text, none));
        }
    } else {
        fill(scene, &lines, &mut paper, true);
    }
    paper.body = numbered(without_empty(paper.body));
    // Each school's page is a paper of its own.
    if !kind.per_school() {
        number_captions(&mut paper.body);
    }
    let text = format!(
        "评估校验码 {}（标准 {}，数据时点 {}），可用本程序的“核对文书”核对。",
        seal.evaluation, seal.standard, paper.day
    );
    paper.body.push(Block::Paragraph(Manner::Item, text));
    paper.seal = Some(seal);
    Ok(paper)
}

/// The table of the indicators: formula, thresholds, clause.
pub(crate) fn formulas(subject: Subject<'_>) -> Option<Table> {
    let (.., make) = blocks::BLOCKS.iter().find(|b| b.0 == "formulas")?;
    let mut made = make(&Scene::new(subject), "").into_iter();
    made.find_map(|block| match block {
        Block::Table(table) => Some(table),
        _ => None,
    })
}

/// What every page says at its foot: a single page of many still shows where it comes from.
fn foot(subject: &Subject<'_>, seal: &Seal) -> String {
    let synthetic = if subject.synthetic() {
        "合成数据，非真实县情　"
    } else {
        ""
    };
    format!("{synthetic}评估校验码 {}", seal.short())
}

/// Fills the lines of a template; further copies put their title into the text.
fn fill(scene: &Scene<'_>, lines: &[Line], paper: &mut Paper, first: bool) {
    let text = |pieces: &[Piece]| {
        let mut any = false;
        let out: String = pieces
            .iter()
            .map(|piece| match piece {
                Piece::Words(words) => words.clone(),
                Piece::Field(name) => {
                    let value = fields::value(scene, name);
                    any |= !value.is_empty();
                    value
                }
            })
            .collect();
        let has_fields = pieces.iter().any(|p| matches!(p, Piece::Field(_)));
        let only_fields = pieces
            .iter()
            .all(|p| !matches!(p, Piece::Words(w) if !w.trim().is_empty()));
        (!out.trim().is_empty() && (any || !has_fields || !only_fields)).then_some(out)
    };
    for line in lines {
        match line {
            Line::Title(pieces) => {
                let Some(text) = text(pieces) else { continue };
                if !first || !paper.body.is_empty() {
                    paper.body.push(Block::Paragraph(Manner::Title, text));
                } else if paper.title.is_empty() {
                    paper.title = text;
                } else {
                    paper.title = format!("{}\n{text}", paper.title);
                }
            }
            Line::Heading(level, pieces) => {
                paper
                    .body
                    .extend(text(pieces).map(|t| Block::Heading(*level, t)));
            }
            Line::Text(pieces) => {
                paper
                    .body
                    .extend(text(pieces).map(|t| Block::Paragraph(Manner::Text, t)));
            }
            Line::Note(pieces) => {
                paper
                    .body
                    .extend(text(pieces).map(|t| Block::Paragraph(Manner::Note, t)));
            }
            Line::Right(pieces) => {
                paper
                    .body
                    .extend(text(pieces).map(|t| Block::Paragraph(Manner::Right, t)));
            }
            Line::Block(name, words) => {
                if let Some((_, _, make)) = blocks::BLOCKS.iter().find(|b| b.0 == name) {
                    paper.body.extend(make(scene, words));
                }
            }
            Line::Contents => paper.contents = true,
            Line::Page => paper.body.push(Block::PageBreak),
        }
    }
}

/// Leaves out headings with nothing under them.
fn without_empty(body: Vec<Block>) -> Vec<Block> {
    let mut kept: Vec<Block> = Vec::with_capacity(body.len());
    for block in body.into_iter().rev() {
        let empty = match (&block, kept.last()) {
            (Block::Heading(..), None) => true,
            (Block::Heading(level, _), Some(Block::Heading(next, _))) => next <= level,
            _ => false,
        };
        if !empty {
            kept.push(block);
        }
    }
    kept.reverse();
    kept
}

/// Numbers headings 一、 （一） 1．, those of an annex 附表1; the annex itself keeps its own.
fn numbered(body: Vec<Block>) -> Vec<Block> {
    let (mut counts, mut annexed) = ([0usize; 3], 0usize);
    body.into_iter()
        .map(|block| match block {
            Block::Heading(level, text) if !text.starts_with('附') => {
                let index = usize::from(level.clamp(1, 3)) - 1;
                counts[index] += 1;
                counts[index + 1..].fill(0);
                let n = counts[index];
                let number = match level {
                    1 => format!("{}、", chinese(n)),
                    2 => format!("（{}）", chinese(n)),
                    _ => format!("{n}．"),
                };
                Block::Heading(level, format!("{number}{text}"))
            }
            Block::Heading(level, text) => match text.strip_prefix("附表") {
                Some(rest) => {
                    annexed += 1;
                    let own = rest.trim_start_matches(|c: char| c.is_ascii_digit());
                    Block::Heading(level, format!("附表{annexed}{own}"))
                }
                None => Block::Heading(level, text),
            },
            other => other,
        })
        .collect()
}

/// Numbers the captions: 表1, 图1.
pub fn number_captions(body: &mut [Block]) {
    let (mut tables, mut pictures) = (0, 0);
    for block in body {
        match block {
            Block::Table(table) if !table.caption.is_empty() => {
                tables += 1;
                table.caption = format!("表{tables}　{}", table.caption);
            }
            Block::Picture(picture) => {
                pictures += 1;
                picture.caption = format!("图{pictures}　{}", picture.caption);
            }
            _ => {}
        }
    }
}

/// A number up to 99 in Chinese.
fn chinese(n: usize) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    match (n / 10, n % 10) {
        (0, d) => DIGITS[d].to_owned(),
        (1, d) => format!("十{}", DIGITS[d]),
        (t @ 2..=9, d) => format!("{}十{}", DIGITS[t], DIGITS[d]),
        _ => n.to_string(),
    }
}

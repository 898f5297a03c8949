//! A paper as typst source. Every text of the paper is a string literal: nothing in it is markup.

use std::fmt::Write;

use crate::fonts::{SANS_NAME, SERIF_NAME};
use crate::model::{Align, Block, Manner, NUMBER, Paper, Table, red_head_size};

/// The file name of the n-th picture.
pub(super) fn picture_name(n: usize) -> String {
    format!("picture-{n}.svg")
}

/// A typst string literal.
fn literal(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in super::world::printable(text).chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// The whole source.
pub(super) fn source(paper: &Paper) -> String {
    let mut out = String::new();
    let mut line = |text: String| {
        out.push_str(&text);
        out.push('\n');
    };
    line(format!(
        "#let SANS = ({}, {})",
        literal(SANS_NAME),
        literal(SERIF_NAME)
    ));
    line(format!(
        "#let SERIF = ({}, {})",
        literal(SERIF_NAME),
        literal(SANS_NAME)
    ));
    line(format!("#let MARK = {}", literal(&paper.mark)));
    line(format!("#let NUMBER = {}", literal(NUMBER)));
    line(document(paper));
    line(include_str!("preamble.typ").to_owned());
    if let Some(name) = &paper.red_head {
        let size = red_head_size(name) as f64 / 2.0;
        line(format!("#red-head({}, {size}pt)", literal(name)));
        // The head takes room: the contents stay on the first page.
        line("#show outline.entry: set block(above: 5pt)".to_owned());
    }
    if !paper.title.is_empty() {
        line(format!("#title-line({})", literal(&paper.title)));
    }
    if !paper.subtitle.is_empty() {
        line(format!(
            "#v(4mm)\n#centre-line({})\n#v(4mm)",
            literal(&paper.subtitle)
        ));
    }
    if paper.contents {
        line("#contents()".to_owned());
    }
    let mut pictures = 0;
    for (n, block) in paper.body.iter().enumerate() {
        line(match block {
            Block::Paragraph(Manner::Text, text) if paper.signed(n) => {
                format!("#last-words({})", literal(text))
            }
            Block::Heading(level, text) => {
                format!("#heading(level: {level}, {})", literal(text))
            }
            Block::Paragraph(manner, text) => paragraph(*manner, text),
            Block::Table(table) => self::table(table),
            Block::Picture(picture) => {
                pictures += 1;
                format!(
                    "#picture({}, {}, {})",
                    literal(&picture_name(pictures - 1)),
                    literal(&picture.caption),
                    literal(&picture.alt)
                )
            }
            Block::PageBreak => "#pagebreak(weak: true)".to_owned(),
        });
    }
    out
}

/// Title, date and keywords: the seal stands among the keywords.
fn document(paper: &Paper) -> String {
    let mut parts = paper.day.split('-').map(|p| p.parse::<u32>().unwrap_or(1));
    let mut next = || parts.next().unwrap_or(1);
    let (year, month, day) = (next(), next(), next());
    let keywords = paper.seal.as_ref().map_or_else(String::new, |seal| {
        let text = crate::seal::keyword(seal);
        format!(", keywords: ({},)", literal(&text))
    });
    format!(
        "#set document(title: {}, date: datetime(year: {year}, month: {month}, day: {day}){keywords})",
        literal(&paper.name())
    )
}

fn paragraph(manner: Manner, text: &str) -> String {
    let text = literal(text);
    match manner {
        // A paragraph needs its own blank line to be one.
        Manner::Text => format!("\n#par({text})\n"),
        Manner::Note => format!("#note({text})"),
        Manner::Right => format!("#right-line({text})"),
        Manner::Title => format!("#title-line({text})"),
        Manner::Centre => format!("#centre-line({text})"),
        Manner::Item => format!("#item({text})"),
    }
}

/// A cell stays on one page unless it may be longer than one.
fn cell(text: &str) -> String {
    const LONG: usize = 300;
    let own = literal(text);
    if text.chars().count() > LONG {
        format!("table.cell(breakable: true, {own})")
    } else {
        own
    }
}

fn table(table: &Table) -> String {
    let mut out = String::new();
    if !table.caption.is_empty() {
        // Writing to a text cannot fail.
        let _ = writeln!(out, "#caption({})", literal(&table.caption));
    }
    let list = |items: Vec<String>| format!("({},)", items.join(", "));
    let widths = list(table.columns.iter().map(|c| format!("{}fr", c.0)).collect());
    let aligned = table.columns.iter().map(|c| {
        let side = match c.1 {
            Align::Left => "left",
            Align::Centre => "center",
            Align::Right => "right",
        };
        format!("{side} + horizon")
    });
    let head: Vec<String> = table
        .head
        .iter()
        .map(|t| {
            format!(
                "table.cell(align: center + horizon, text(font: SANS, {}))",
                literal(t)
            )
        })
        .collect();
    let _ = write!(
        out,
        "#table(columns: {widths}, align: {}, table.header({}),",
        list(aligned.collect()),
        head.join(", ")
    );
    for row in &table.rows {
        let cells: Vec<String> = row.iter().map(|t| cell(t)).collect();
        let _ = write!(out, "\n{},", cells.join(", "));
    }
    out.push_str("\n)");
    out
}

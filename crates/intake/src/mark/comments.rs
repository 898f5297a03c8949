//! The comments of a sheet: new ones, and words added to those that are there.

use std::collections::BTreeSet;

use junheng_core::model::column_letters;
use quick_xml::Writer;
use quick_xml::events::Event;

use super::xml::{Out, Pass, attribute, escaped, prefix, put, raw};
use super::{AUTHOR, MarkError, Marks, reference};

/// Cells by (row, column), both from 1.
type Cells = BTreeSet<(u32, u32)>;

/// A part without comments.
pub(super) const EMPTY: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<comments xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><authors></authors><commentList></commentList></comments>";

/// The part with the marks as comments, and the cells that had no comment before.
pub(super) fn append(part: &str, xml: &str, marks: &Marks) -> Result<(Vec<u8>, Cells), MarkError> {
    let mut out = Writer::new(Vec::with_capacity(xml.len() + 4096));
    let mut left: Cells = marks.keys().copied().collect();
    let mut pass = Pass::new(part, xml);
    // Authors come before the list: the number of ours is known when it is needed.
    let (mut authors, mut ours) = (0usize, None);
    let mut list = String::new();
    let mut done = false;
    let mut at = None;
    while let Some((depth, event)) = pass.next()? {
        match (depth, &event) {
            (1, Event::Start(e) | Event::Empty(e)) => {
                e.local_name().as_ref().clone_into(&mut list);
                let p = prefix(e.name());
                if matches!(event, Event::Empty(_)) && (list == "authors" || list == "commentList")
                {
                    put(&mut out, Event::Start(e.borrow()))?;
                    if list == "authors" {
                        ours = Some(0);
                        author(&mut out, &p);
                    } else {
                        new(
                            &mut out,
                            &p,
                            marks,
                            &left,
                            ours.ok_or_else(|| pass.malformed())?,
                        );
                        done = true;
                    }
                    put(&mut out, Event::End(e.to_end()))?;
                    continue;
                }
            }
            (2, Event::Start(_) | Event::Empty(_)) if list == "authors" => authors += 1,
            (3, Event::Text(t)) if list == "authors" && t.xml10_content() == AUTHOR => {
                ours = authors.checked_sub(1);
            }
            (1, Event::End(e)) => {
                let p = prefix(e.name());
                if list == "authors" && ours.is_none() {
                    ours = Some(authors);
                    author(&mut out, &p);
                } else if list == "commentList" {
                    new(
                        &mut out,
                        &p,
                        marks,
                        &left,
                        ours.ok_or_else(|| pass.malformed())?,
                    );
                    done = true;
                }
            }
            (2, Event::Start(e)) if list == "commentList" => {
                at = attribute(e, "ref")
                    .and_then(|r| reference(&r))
                    .filter(|c| left.remove(c));
            }
            (3, Event::Empty(e)) if e.local_name().as_ref() == "text" => {
                if let Some(mark) = at.take().and_then(|cell| marks.get(&cell)) {
                    put(&mut out, Event::Start(e.borrow()))?;
                    run(&mut out, &prefix(e.name()), &mark.words);
                    put(&mut out, Event::End(e.to_end()))?;
                    continue;
                }
            }
            // Plain text becomes a run, so that another can follow.
            (4, Event::Start(e)) if at.is_some() && e.local_name().as_ref() == "t" => {
                raw(&mut out, &format!("<{}r>", prefix(e.name())));
            }
            (4, Event::End(e)) if at.is_some() && e.local_name().as_ref() == "t" => {
                let p = prefix(e.name());
                put(&mut out, event)?;
                raw(&mut out, &format!("</{p}r>"));
                continue;
            }
            (3, Event::End(e)) if e.local_name().as_ref() == "text" => {
                if let Some(mark) = at.take().and_then(|cell| marks.get(&cell)) {
                    let p = prefix(e.name());
                    run(&mut out, &p, &format!("\n{}", mark.words));
                }
            }
            _ => {}
        }
        put(&mut out, event)?;
    }
    if done {
        Ok((out.into_inner(), left))
    } else {
        Err(pass.malformed())
    }
}

fn author(out: &mut Out, p: &str) {
    raw(out, &format!("<{p}author>{AUTHOR}</{p}author>"));
}

fn new(out: &mut Out, p: &str, marks: &Marks, cells: &Cells, author: usize) {
    for cell in cells {
        let Some(mark) = marks.get(cell) else {
            continue;
        };
        let (row, letters) = (cell.0, column_letters(cell.1));
        raw(
            out,
            &format!("<{p}comment ref=\"{letters}{row}\" authorId=\"{author}\"><{p}text>"),
        );
        run(out, p, &mark.words);
        raw(out, &format!("</{p}text></{p}comment>"));
    }
}

/// A run of text in a font that Chinese office machines have.
fn run(out: &mut Out, p: &str, words: &str) {
    let words = escaped(words);
    raw(
        out,
        &format!(
            "<{p}r><{p}rPr><{p}sz val=\"9\"/><{p}rFont val=\"宋体\"/><{p}family val=\"3\"/><{p}charset val=\"134\"/></{p}rPr><{p}t xml:space=\"preserve\">{words}</{p}t></{p}r>"
        ),
    );
}

//! A worksheet: the format of its marked cells, and the link to its comments.

use std::collections::BTreeMap;

use junheng_core::finding::Severity;
use junheng_core::model::column_letters;
use quick_xml::Writer;
use quick_xml::events::{BytesStart, Event};

use super::package::Package;
use super::styles::Styles;
use super::xml::{Out, Pass, attribute, prefix, put, raw, with};
use super::{Mark, MarkError, Marks, add, column_number, comments, reference, vml};

const COMMENTS: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml";
const DRAWING: &str = "application/vnd.openxmlformats-officedocument.vmlDrawing";
/// Children of a worksheet that stand after its legacy drawing.
const AFTER: [&str; 8] = [
    "legacyDrawingHF",
    "drawingHF",
    "picture",
    "oleObjects",
    "controls",
    "webPublishItems",
    "tableParts",
    "extLst",
];

/// Marks the sheet in `part`, the `index`th of the workbook.
pub(super) fn mark(
    package: &mut Package<'_>,
    part: &str,
    index: usize,
    marks: Marks,
    styles: &mut Styles,
) -> Result<(), MarkError> {
    let xml = package.need(part)?;
    let (merged, drawing) = survey(part, &xml)?;
    let marks = shown(marks, &merged);
    let relations = package.relations(part)?;
    let find = |wanted: &dyn Fn(&super::package::Relation) -> bool| {
        relations.iter().find(|r| wanted(r)).map(|r| r.part.clone())
    };

    let there = find(&|r| r.kind.ends_with("/comments"));
    let unboxed = match &there {
        Some(comments_part) => {
            let old = package.need(comments_part)?;
            let (new, unboxed) = comments::append(comments_part, &old, &marks)?;
            package.put(comments_part, new);
            unboxed
        }
        None => {
            let name = free(package, "xl/comments", "xml");
            let (new, unboxed) = comments::append(&name, comments::EMPTY, &marks)?;
            package.add(part, "comments", &name, COMMENTS, new)?;
            unboxed
        }
    };

    let boxes: Vec<((u32, u32), &Mark)> = unboxed
        .iter()
        .filter_map(|cell| Some((*cell, marks.get(cell)?)))
        .collect();
    let mut link = None;
    match drawing {
        Some(id) => {
            let name =
                find(&|r| r.id == id).ok_or_else(|| MarkError::Malformed(part.to_owned()))?;
            let old = package.need(&name)?;
            package.put(&name, vml::append(&name, &old, index, &boxes)?);
        }
        None if boxes.is_empty() => {}
        None => {
            let name = free(package, "xl/drawings/vmlDrawing", "vml");
            let new = vml::append(&name, &vml::empty(index), index, &boxes)?;
            link = Some(package.add(part, "vmlDrawing", &name, DRAWING, new)?);
        }
    }
    let painted = paint(part, &xml, &marks, styles, link.as_deref())?;
    package.put(part, painted);
    Ok(())
}

/// A part name that is not taken.
fn free(package: &Package<'_>, stem: &str, ending: &str) -> String {
    (1u32..)
        .map(|n| format!("{stem}{n}.{ending}"))
        .find(|name| !package.has(name))
        .unwrap_or_default()
}

/// A merged area: first row, first column, last row, last column.
pub(super) type Area = (u32, u32, u32, u32);

/// The merged areas, and the relationship of the legacy drawing.
fn survey(part: &str, xml: &str) -> Result<(Vec<Area>, Option<String>), MarkError> {
    let mut pass = Pass::new(part, xml);
    let (mut merged, mut drawing) = (Vec::new(), None);
    while let Some((depth, event)) = pass.next()? {
        let (Event::Start(e) | Event::Empty(e)) = event else {
            continue;
        };
        match (depth, e.local_name().as_ref()) {
            (1, "legacyDrawing") => drawing = attribute(&e, "id"),
            (2, "mergeCell") => {
                let area = attribute(&e, "ref").and_then(|text| {
                    let (first, last) = text.split_once(':')?;
                    let ((r0, c0), (r1, c1)) = (reference(first)?, reference(last)?);
                    Some((r0, c0, r1, c1))
                });
                merged.extend(area);
            }
            _ => {}
        }
    }
    Ok((merged, drawing))
}

/// Of a merged area only the first cell is seen: marks inside move there.
pub(super) fn shown(marks: Marks, merged: &[Area]) -> Marks {
    let mut shown = Marks::new();
    for ((row, column), mark) in marks {
        let area = merged
            .iter()
            .find(|(r0, c0, r1, c1)| (*r0..=*r1).contains(&row) && (*c0..=*c1).contains(&column));
        add(
            &mut shown,
            area.map_or((row, column), |(r, c, ..)| (*r, *c)),
            mark,
        );
    }
    shown
}

/// Marked cells of a row that are still to come, by column.
type Row = BTreeMap<u32, Severity>;

struct Painter<'a> {
    styles: &'a mut Styles,
    /// Formats of whole columns: first, last, format.
    columns: Vec<(u32, u32, usize)>,
    rows: BTreeMap<u32, Row>,
    prefix: String,
    out: Out,
}

impl Painter<'_> {
    /// Cells that the sheet does not have yet, up to and without column `before`.
    fn cells(&mut self, row: u32, cells: &mut Row, before: u32, row_format: Option<usize>) {
        while let Some(entry) = cells.first_entry().filter(|e| *e.key() < before) {
            let (column, severity) = entry.remove_entry();
            let whole = self
                .columns
                .iter()
                .find(|(a, b, _)| (*a..=*b).contains(&column));
            let base = row_format.or(whole.map(|c| c.2)).unwrap_or(0);
            let format = self.styles.tinted(base, severity);
            let (p, letters) = (&self.prefix, column_letters(column));
            raw(
                &mut self.out,
                &format!("<{p}c r=\"{letters}{row}\" s=\"{format}\"/>"),
            );
        }
    }

    /// Rows that the sheet does not have yet, up to and without row `before`.
    fn new_rows(&mut self, before: u32) {
        while let Some(entry) = self.rows.first_entry().filter(|e| *e.key() < before) {
            let (row, mut cells) = entry.remove_entry();
            raw(&mut self.out, &format!("<{}row r=\"{row}\">", self.prefix));
            self.cells(row, &mut cells, u32::MAX, None);
            raw(&mut self.out, &format!("</{}row>", self.prefix));
        }
    }
}

/// The row being copied, where it has marked cells.
struct Open {
    row: u32,
    cells: Row,
    format: Option<usize>,
    column: u32,
}

/// Sets the format of the marked cells, making those that are not there, and links the drawing.
fn paint(
    part: &str,
    xml: &str,
    marks: &Marks,
    styles: &mut Styles,
    link: Option<&str>,
) -> Result<Vec<u8>, MarkError> {
    let mut rows: BTreeMap<u32, Row> = BTreeMap::new();
    for ((row, column), mark) in marks {
        rows.entry(*row).or_default().insert(*column, mark.severity);
    }
    let mut p = Painter {
        styles,
        columns: Vec::new(),
        rows,
        prefix: String::new(),
        out: Writer::new(Vec::with_capacity(xml.len() + 4096)),
    };
    let mut pass = Pass::new(part, xml);
    let mut link = link;
    let (mut in_data, mut seen_data) = (false, false);
    let mut row = 0;
    let mut open: Option<Open> = None;
    while let Some((depth, event)) = pass.next()? {
        match (depth, &event) {
            (1, Event::Start(e) | Event::Empty(e)) => {
                let name = e.local_name();
                if name.as_ref() == "sheetData" && !seen_data {
                    (in_data, seen_data) = (matches!(event, Event::Start(_)), true);
                    p.prefix = prefix(e.name());
                    if !in_data {
                        put(&mut p.out, Event::Start(e.borrow()))?;
                        p.new_rows(u32::MAX);
                        put(&mut p.out, Event::End(e.to_end()))?;
                        continue;
                    }
                } else if seen_data
                    && (AFTER.contains(&name.as_ref()) || name.as_ref() == "AlternateContent")
                {
                    drawing(&mut p, link.take());
                }
            }
            (0, Event::End(_)) => drawing(&mut p, link.take()),
            (1, Event::End(_)) if in_data => {
                p.new_rows(u32::MAX);
                in_data = false;
            }
            (2, Event::Start(e) | Event::Empty(e))
                if !seen_data && e.local_name().as_ref() == "col" =>
            {
                p.columns.extend(column_format(e));
            }
            (2, Event::Start(e) | Event::Empty(e))
                if in_data && e.local_name().as_ref() == "row" =>
            {
                row = number(e, "r")
                    .unwrap_or(Some(row + 1))
                    .filter(|r| *r > row)
                    .ok_or_else(|| pass.malformed())?;
                p.new_rows(row);
                if let Some(cells) = p.rows.remove(&row) {
                    let custom =
                        attribute(e, "customFormat").is_some_and(|v| v == "1" || v == "true");
                    let format = attribute(e, "s")
                        .filter(|_| custom)
                        .and_then(|s| s.parse().ok());
                    let mut now = Open {
                        row,
                        cells,
                        format,
                        column: 0,
                    };
                    // The hint which columns a row uses would be wrong now.
                    put(&mut p.out, Event::Start(with(e, &[], "spans")))?;
                    if matches!(event, Event::Empty(_)) {
                        p.cells(row, &mut now.cells, u32::MAX, format);
                        put(&mut p.out, Event::End(e.to_end()))?;
                    } else {
                        open = Some(now);
                    }
                    continue;
                }
            }
            (2, Event::End(_)) if in_data => {
                if let Some(mut done) = open.take() {
                    p.cells(done.row, &mut done.cells, u32::MAX, done.format);
                }
            }
            (3, Event::Start(e) | Event::Empty(e)) if e.local_name().as_ref() == "c" => {
                if let Some(now) = &mut open {
                    let at = match attribute(e, "r") {
                        None => Some(now.column + 1),
                        Some(text) => {
                            column_number(text.trim_end_matches(|c: char| c.is_ascii_digit()))
                        }
                    };
                    let column = at
                        .filter(|c| *c > now.column)
                        .ok_or_else(|| pass.malformed())?;
                    now.column = column;
                    p.cells(now.row, &mut now.cells, column, now.format);
                    if let Some(severity) = now.cells.remove(&column) {
                        let base = attribute(e, "s").and_then(|s| s.parse().ok()).unwrap_or(0);
                        let format = p.styles.tinted(base, severity).to_string();
                        let cell = with(e, &[("s", &format)], "");
                        put(
                            &mut p.out,
                            match event {
                                Event::Empty(_) => Event::Empty(cell),
                                _ => Event::Start(cell),
                            },
                        )?;
                        continue;
                    }
                }
            }
            _ => {}
        }
        put(&mut p.out, event)?;
    }
    if seen_data {
        Ok(p.out.into_inner())
    } else {
        Err(pass.malformed())
    }
}

fn drawing(p: &mut Painter<'_>, link: Option<&str>) {
    if let Some(id) = link {
        raw(
            &mut p.out,
            &format!(
                "<{}legacyDrawing xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" r:id=\"{id}\"/>",
                p.prefix
            ),
        );
    }
}

/// A number attribute: `None` where it is absent, `Some(None)` where it is no number.
fn number(e: &BytesStart<'_>, name: &str) -> Option<Option<u32>> {
    attribute(e, name).map(|text| text.parse().ok().filter(|n| *n <= super::ROWS))
}

fn column_format(e: &BytesStart<'_>) -> Option<(u32, u32, usize)> {
    let get = |name| attribute(e, name)?.parse::<u32>().ok();
    Some((
        get("min")?,
        get("max")?,
        usize::try_from(get("style")?).ok()?,
    ))
}

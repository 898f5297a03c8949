//! Cell formats: a copy of a cell's own format that differs in the fill only.

use std::collections::BTreeMap;

use junheng_core::finding::Severity;
use quick_xml::Writer;
use quick_xml::events::{BytesStart, Event};

use super::package::{Package, Workbook};
use super::xml::{Out, Pass, prefix, put, raw, with};
use super::{MarkError, colour};

const CONTENT: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml";
/// What a workbook without styles means.
const PLAIN: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><fonts count="1"><font><sz val="11"/><name val="宋体"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs></styleSheet>"#;
const SEVERITIES: [Severity; 3] = [Severity::Error, Severity::Explain, Severity::Note];

/// The styles part and the formats added to it.
pub(super) struct Styles {
    part: String,
    xml: String,
    fills: usize,
    formats: Vec<Vec<Event<'static>>>,
    added: BTreeMap<(usize, Severity), usize>,
    order: Vec<(usize, Severity)>,
}

impl Styles {
    pub(super) fn load(package: &mut Package<'_>, book: &Workbook) -> Result<Self, MarkError> {
        let known = package.relations(&book.part)?;
        let part = match known.into_iter().find(|r| r.kind.ends_with("/styles")) {
            Some(relation) => relation.part,
            None => {
                let part = "xl/styles.xml".to_owned();
                if package.has(&part) {
                    return Err(MarkError::Malformed(part));
                }
                package.add(&book.part, "styles", &part, CONTENT, PLAIN.into())?;
                part
            }
        };
        let xml = package.need(&part)?;
        let (fills, formats) = survey(&part, &xml)?;
        Ok(Self {
            part,
            xml,
            fills,
            formats,
            added: BTreeMap::new(),
            order: Vec::new(),
        })
    }

    /// The format like `base` with the fill of `severity`.
    pub(super) fn tinted(&mut self, base: usize, severity: Severity) -> usize {
        let base = if base < self.formats.len() { base } else { 0 };
        let next = self.formats.len() + self.order.len();
        let order = &mut self.order;
        *self.added.entry((base, severity)).or_insert_with(|| {
            order.push((base, severity));
            next
        })
    }

    /// Writes the part with its new fills and formats.
    pub(super) fn store(self, package: &mut Package<'_>) -> Result<(), MarkError> {
        let mut out = Writer::new(Vec::with_capacity(self.xml.len() + 4096));
        let mut pass = Pass::new(&self.part, &self.xml);
        let mut open = false;
        while let Some((depth, event)) = pass.next()? {
            let list = |name: &str| match name {
                "fills" => Some(self.fills + SEVERITIES.len()),
                "cellXfs" => Some(self.formats.len() + self.order.len()),
                _ => None,
            };
            match event {
                Event::Start(ref e) | Event::Empty(ref e) if depth == 1 => {
                    match list(e.local_name().as_ref()) {
                        None => put(&mut out, event)?,
                        Some(count) => {
                            let start = with(e, &[("count", &count.to_string())], "");
                            put(&mut out, Event::Start(start))?;
                            open = matches!(event, Event::Start(_));
                            if !open {
                                self.additions(&mut out, e)?;
                                put(&mut out, Event::End(e.to_end()))?;
                            }
                        }
                    }
                }
                Event::End(e) if depth == 1 && open && list(e.local_name().as_ref()).is_some() => {
                    open = false;
                    self.additions(&mut out, &BytesStart::new(e.name().as_ref().to_owned()))?;
                    put(&mut out, Event::End(e))?;
                }
                event => put(&mut out, event)?,
            }
        }
        package.put(&self.part, out.into_inner());
        Ok(())
    }

    /// What is new in the list `of`: three fills, or the formats.
    fn additions(&self, out: &mut Out, of: &BytesStart<'_>) -> Result<(), MarkError> {
        let p = prefix(of.name());
        if of.local_name().as_ref() == "fills" {
            for severity in SEVERITIES {
                let rgb = colour(severity);
                raw(
                    out,
                    &format!(
                        "<{p}fill><{p}patternFill patternType=\"solid\"><{p}fgColor rgb=\"FF{rgb:06X}\"/><{p}bgColor indexed=\"64\"/></{p}patternFill></{p}fill>"
                    ),
                );
            }
            return Ok(());
        }
        for (base, severity) in &self.order {
            let fill = self.fills + SEVERITIES.iter().position(|s| s == severity).unwrap_or(0);
            let set = [("fillId", &*fill.to_string()), ("applyFill", "1")];
            match self.formats.get(*base).map(Vec::as_slice) {
                Some([Event::Empty(e)]) => put(out, Event::Empty(with(e, &set, "")))?,
                Some([Event::Start(e), rest @ ..]) => {
                    put(out, Event::Start(with(e, &set, "")))?;
                    for event in rest {
                        put(out, event.borrow())?;
                    }
                }
                _ => raw(out, &format!("<{p}xf fillId=\"{fill}\" applyFill=\"1\"/>")),
            }
        }
        Ok(())
    }
}

/// How many fills there are, and the cell formats.
fn survey(part: &str, xml: &str) -> Result<(usize, Vec<Vec<Event<'static>>>), MarkError> {
    let mut pass = Pass::new(part, xml);
    let (mut fills, mut formats) = (0, Vec::new());
    let mut list = String::new();
    let mut seen = (false, false);
    while let Some((depth, event)) = pass.next()? {
        match &event {
            Event::Start(e) | Event::Empty(e) if depth == 1 => {
                e.local_name().as_ref().clone_into(&mut list);
                seen = (seen.0 || list == "fills", seen.1 || list == "cellXfs");
            }
            Event::Start(_) | Event::Empty(_) if depth == 2 && list == "fills" => fills += 1,
            Event::Start(_) | Event::Empty(_) if depth == 2 && list == "cellXfs" => {
                formats.push(vec![event.into_owned()]);
                continue;
            }
            _ => {}
        }
        let inside = depth > 2 || (depth == 2 && matches!(event, Event::End(_)));
        if list == "cellXfs"
            && inside
            && let Some(last) = formats.last_mut()
        {
            last.push(event.into_owned());
        }
    }
    if seen == (true, true) {
        Ok((fills, formats))
    } else {
        Err(pass.malformed())
    }
}

//! A Word file as its reader finds it: words and where they stand, pictures, headers and footers.

use std::collections::BTreeMap;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::{Zip, part, sha256, text_part};

/// What a Word file says, and what it should have said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Paragraphs in their order, lines joined; those without text and the table of contents are left out.
    pub words: Vec<(Place, String)>,
    /// SHA-256 of every picture's bytes in the order of their places; empty where they are not in the file.
    pub pictures: Vec<String>,
    /// The paragraphs of every header and footer that is in use, without results of fields: numbers of pages.
    pub margins: Vec<String>,
    /// The hashes of words, pictures and margins as they were written, where the file has them.
    pub kept: Option<[Kept; 3]>,
}

/// Hashes of a list of texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Of all of it.
    pub whole: String,
    /// Of its places.
    pub places: String,
}

/// Where a paragraph stands, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A paragraph with text, those in tables left out.
    Paragraph(usize),
    /// A cell of a table.
    Cell {
        /// Which table.
        table: usize,
        /// Row with its head.
        row: usize,
        /// Cell of the row.
        column: usize,
    },
}

/// Reads a document whose properties `get` knows.
pub(super) fn read(
    document: &str,
    zip: &mut Zip<'_>,
    get: &dyn Fn(&str) -> Option<String>,
) -> Option<Word> {
    let relations = text_part(zip, "word/_rels/document.xml.rels");
    let targets = relations.and_then(|xml| self::relations(&xml));
    let targets = targets.unwrap_or_default();
    let place = |id: &str| {
        let target = targets.get(id)?;
        let whole = target.strip_prefix('/').map(str::to_owned);
        Some(whole.unwrap_or_else(|| format!("word/{target}")))
    };
    let text = text(document, false)?;
    // Each picture is read once, however often it is shown.
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    let mut picture = |id: &String| {
        let Some(place) = place(id) else {
            return String::new();
        };
        if let Some(hash) = known.get(&place) {
            return hash.clone();
        }
        let hash = part(zip, &place).map_or_else(String::new, |bytes| sha256(&bytes));
        known.insert(place, hash.clone());
        hash
    };
    let pictures = text.pictures.iter().map(&mut picture).collect();
    let mut margins = Vec::new();
    for id in &text.margins {
        let part = place(id).and_then(|place| text_part(zip, &place));
        let part = part.and_then(|xml| self::text(&xml, true));
        margins.extend(
            part.into_iter()
                .flat_map(|t| t.words)
                .map(|(_, words)| words),
        );
    }
    let kept = |name: &str| {
        let places = (1..).map_while(|n| get(&format!("junheng-{name}-{n}")));
        Some(Kept {
            whole: get(&format!("junheng-{name}"))?,
            places: places.collect(),
        })
    };
    let [words, drawn, around] = ["words", "pictures", "margins"].map(kept);
    Some(Word {
        words: text.words,
        pictures,
        margins,
        kept: words.zip(drawn).zip(around).map(|((a, b), c)| [a, b, c]),
    })
}

/// Identifier and target of the relations of the document.
fn relations(xml: &str) -> Option<BTreeMap<String, String>> {
    let mut reader = Reader::from_str(xml);
    let mut all = BTreeMap::new();
    loop {
        match reader.read_event().ok()? {
            Event::Start(e) | Event::Empty(e) if e.local_name().as_ref() == "Relationship" => {
                if let (Some(id), Some(target)) = (attribute(&e, "Id"), attribute(&e, "Target")) {
                    all.insert(id, target);
                }
            }
            Event::Eof => return Some(all),
            _ => {}
        }
    }
}

/// An attribute by its name without prefix.
fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut all = element.attributes().flatten();
    all.find(|a| a.key.local_name().as_ref() == name)
        .map(|a| a.value.to_string())
}

/// A part's text, and the identifiers of what it shows besides.
#[derive(Default)]
struct Text {
    words: Vec<(Place, String)>,
    pictures: Vec<String>,
    margins: Vec<String>,
}

/// The table a text stands in: how deep, which, and the cell.
#[derive(Default)]
struct Table {
    depth: usize,
    table: usize,
    row: usize,
    column: usize,
}

impl Table {
    fn start(&mut self, name: &str) {
        match name {
            "tbl" => {
                self.depth += 1;
                if self.depth == 1 {
                    self.table += 1;
                    self.row = 0;
                }
            }
            "tr" if self.depth == 1 => {
                self.row += 1;
                self.column = 0;
            }
            "tc" if self.depth == 1 => self.column += 1,
            _ => {}
        }
    }
}

/// The paragraphs of a part; contents blocks, and copies for old programs, are left out, and results
/// of fields where `fields` says so.
fn text(xml: &str, fields: bool) -> Option<Text> {
    let mut reader = Reader::from_str(xml);
    let mut out = Text::default();
    // Paragraphs stand within one another in text boxes.
    let mut open = vec![String::new()];
    let (mut skipped, mut inside, mut hidden, mut result) = (0usize, false, false, false);
    let (mut table, mut paragraphs) = (Table::default(), 0);
    loop {
        let event = reader.read_event().ok()?;
        if let Event::Start(e) | Event::Empty(e) = &event
            && skipped == 0
        {
            match e.local_name().as_ref() {
                "blip" | "imagedata" => {
                    let id = attribute(e, "embed").or_else(|| attribute(e, "id"));
                    out.pictures.push(id.unwrap_or_default());
                }
                "headerReference" | "footerReference" => out.margins.extend(attribute(e, "id")),
                "fldChar" if fields => {
                    result = attribute(e, "fldCharType").as_deref() == Some("separate");
                }
                _ => {}
            }
        }
        match event {
            Event::Start(e) => match e.local_name().as_ref() {
                "sdt" | "Fallback" => skipped += 1,
                "fldSimple" if fields => skipped += 1,
                "r" => hidden = false,
                "t" => inside = skipped == 0 && !hidden && !result,
                "p" => open.push(String::new()),
                name => table.start(name),
            },
            Event::End(e) => match e.local_name().as_ref() {
                "sdt" | "Fallback" => skipped = skipped.saturating_sub(1),
                "fldSimple" if fields => skipped = skipped.saturating_sub(1),
                "tbl" => table.depth = table.depth.saturating_sub(1),
                "t" => inside = false,
                "p" if open.len() > 1 => {
                    let words = open.pop().filter(|words| !words.trim().is_empty());
                    let Some(words) = words else { continue };
                    let place = if table.depth > 0 {
                        Place::Cell {
                            table: table.table,
                            row: table.row,
                            column: table.column,
                        }
                    } else {
                        paragraphs += 1;
                        Place::Paragraph(paragraphs)
                    };
                    out.words.push((place, words));
                }
                _ => {}
            },
            Event::Empty(e) if e.local_name().as_ref() == "vanish" => hidden = true,
            Event::Text(t) if inside => {
                if let Some(last) = open.last_mut() {
                    last.push_str(&t);
                }
            }
            Event::GeneralRef(r) if inside => {
                if let Some(last) = open.last_mut() {
                    let name: &str = &r;
                    match quick_xml::escape::resolve_predefined_entity(name) {
                        Some(text) => last.push_str(text),
                        None => last.extend(r.resolve_char_ref().ok().flatten()),
                    }
                }
            }
            Event::Eof => return Some(out),
            _ => {}
        }
    }
}

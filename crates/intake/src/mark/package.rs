//! The zip package of a workbook: parts, relationships, content types.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};

use quick_xml::Writer;
use quick_xml::events::Event;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::MarkError;
use super::xml::{Pass, attribute, escaped, prefix, put, raw};

/// Unpacked bytes of a part that is edited.
const PART_MAX: u64 = 256 << 20;
const TYPES: &str = "[Content_Types].xml";
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const STRICT: &str = "purl.oclc.org/ooxml";

/// A package that is being edited.
pub(super) struct Package<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    /// Part name in lower case (names ignore case) to its place in the archive.
    index: BTreeMap<String, usize>,
    /// Changed and new parts by name in lower case: name as written, content.
    changed: BTreeMap<String, (String, Vec<u8>)>,
    types: Vec<(String, &'static str)>,
}

/// A relationship of a part.
pub(super) struct Relation {
    pub(super) id: String,
    pub(super) kind: String,
    /// The part it leads to.
    pub(super) part: String,
}

/// The sheets of a workbook in their order.
pub(super) struct Workbook {
    pub(super) part: String,
    pub(super) sheets: Vec<Sheet>,
}

pub(super) struct Sheet {
    pub(super) name: String,
    pub(super) part: String,
}

impl<'a> Package<'a> {
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, MarkError> {
        let Ok(zip) = ZipArchive::new(Cursor::new(bytes)) else {
            return Err(MarkError::NotAWorkbook);
        };
        let mut index = BTreeMap::new();
        for at in 0..zip.len() {
            if let Some(Ok(name)) = zip.name_for_index(at) {
                index.entry(key(&name)).or_insert(at);
            }
        }
        if !index.contains_key(&key(TYPES)) {
            return Err(MarkError::NotAWorkbook);
        }
        Ok(Self {
            zip,
            index,
            changed: BTreeMap::new(),
            types: Vec::new(),
        })
    }

    pub(super) fn has(&self, part: &str) -> bool {
        self.index.contains_key(&key(part)) || self.changed.contains_key(&key(part))
    }

    /// The text of a part; `None` where the package has none of that name.
    pub(super) fn read(&mut self, part: &str) -> Result<Option<String>, MarkError> {
        let malformed = || MarkError::Malformed(part.to_owned());
        let bytes = if let Some((_, bytes)) = self.changed.get(&key(part)) {
            bytes.clone()
        } else {
            let Some(at) = self.index.get(&key(part)) else {
                return Ok(None);
            };
            let Ok(entry) = self.zip.by_index(*at) else {
                return Err(malformed());
            };
            let mut bytes = Vec::new();
            if entry.take(PART_MAX + 1).read_to_end(&mut bytes).is_err() {
                return Err(malformed());
            }
            if bytes.len() as u64 > PART_MAX {
                return Err(MarkError::TooLarge(part.to_owned()));
            }
            bytes
        };
        let Ok(text) = String::from_utf8(bytes) else {
            return Err(malformed());
        };
        Ok(Some(
            text.strip_prefix('\u{FEFF}')
                .map_or(text.clone(), str::to_owned),
        ))
    }

    /// A part that must be there.
    pub(super) fn need(&mut self, part: &str) -> Result<String, MarkError> {
        self.read(part)?
            .ok_or_else(|| MarkError::Malformed(part.to_owned()))
    }

    pub(super) fn put(&mut self, part: &str, bytes: Vec<u8>) {
        self.changed.insert(key(part), (part.to_owned(), bytes));
    }

    /// Adds a part with its content type, related to `from`; returns the relationship's id.
    pub(super) fn add(
        &mut self,
        from: &str,
        kind: &str,
        part: &str,
        content_type: &'static str,
        bytes: Vec<u8>,
    ) -> Result<String, MarkError> {
        self.put(part, bytes);
        self.types.push((part.to_owned(), content_type));
        let rels = rels_of(from);
        let known = self.relations(from)?;
        let id = (1u32..)
            .map(|n| format!("rId{n}"))
            .find(|id| known.iter().all(|r| !r.id.eq_ignore_ascii_case(id)))
            .unwrap_or_default();
        let empty = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"></Relationships>";
        let xml = self.read(&rels)?.unwrap_or_else(|| empty.to_owned());
        let xml = append(&rels, &xml, |prefix| {
            let target = escaped(part);
            format!(
                "<{prefix}Relationship Id=\"{id}\" Type=\"{RELATIONS}/{kind}\" Target=\"/{target}\"/>"
            )
        })?;
        self.put(&rels, xml);
        Ok(id)
    }

    /// The relationships of a part inside the package.
    pub(super) fn relations(&mut self, part: &str) -> Result<Vec<Relation>, MarkError> {
        let rels = rels_of(part);
        let Some(xml) = self.read(&rels)? else {
            return Ok(Vec::new());
        };
        let mut pass = Pass::new(&rels, &xml);
        let mut relations = Vec::new();
        while let Some((_, event)) = pass.next()? {
            let (Event::Start(e) | Event::Empty(e)) = event else {
                continue;
            };
            if e.local_name().as_ref() != "Relationship" {
                continue;
            }
            let get = |name| attribute(&e, name).unwrap_or_default();
            let (id, kind, target) = (get("Id"), get("Type"), get("Target"));
            let outside = get("TargetMode").eq_ignore_ascii_case("External");
            let part = if outside {
                String::new()
            } else {
                resolve(part, &target)
            };
            relations.push(Relation { id, kind, part });
        }
        Ok(relations)
    }

    /// The workbook part and its worksheets.
    pub(super) fn workbook(&mut self) -> Result<Workbook, MarkError> {
        let root = self.relations("")?;
        let main = root
            .into_iter()
            .find(|r| r.kind.ends_with("/officeDocument"));
        let part = main.map_or_else(|| "xl/workbook.xml".to_owned(), |r| r.part);
        let Some(xml) = self.read(&part)? else {
            return Err(MarkError::NotAWorkbook);
        };
        // Strict workbooks have no legacy drawings, which comments need.
        if xml.contains(STRICT) {
            return Err(MarkError::NotAWorkbook);
        }
        let relations = self.relations(&part)?;
        let mut sheets = Vec::new();
        let mut pass = Pass::new(&part, &xml);
        while let Some((depth, event)) = pass.next()? {
            let (Event::Start(e) | Event::Empty(e)) = event else {
                continue;
            };
            if depth != 2 || e.local_name().as_ref() != "sheet" {
                continue;
            }
            let relation = attribute(&e, "id").and_then(|id| relations.iter().find(|r| r.id == id));
            if let Some(sheet) = relation.filter(|r| r.kind.ends_with("/worksheet")) {
                let name = attribute(&e, "name").unwrap_or_default();
                sheets.push(Sheet {
                    name,
                    part: sheet.part.clone(),
                });
            }
        }
        Ok(Workbook { part, sheets })
    }

    /// The package: untouched parts copied as they are packed, changed ones in their place, new ones last.
    pub(super) fn finish(mut self) -> Result<Vec<u8>, MarkError> {
        let types = self.need(TYPES)?;
        let overrides = std::mem::take(&mut self.types);
        let types = append(TYPES, &types, |prefix| {
            overrides
                .iter()
                .map(|(part, kind)| {
                    format!(
                        "<{prefix}Override PartName=\"/{}\" ContentType=\"{kind}\"/>",
                        escaped(part)
                    )
                })
                .collect()
        })?;
        if !overrides.is_empty() {
            self.put(TYPES, types);
        }
        let mut out = ZipWriter::new(Cursor::new(Vec::new()));
        let broken = |_| MarkError::Malformed("zip".to_owned());
        for at in 0..self.zip.len() {
            let entry = self.zip.by_index_raw(at).map_err(broken)?;
            let name = entry
                .name()
                .map_or_else(|_| String::new(), |n| n.into_owned());
            match self.changed.remove(&key(&name)) {
                None => out.raw_copy_file(entry).map_err(broken)?,
                Some((_, bytes)) => {
                    let options = entry
                        .options()
                        .compression_method(zip::CompressionMethod::Deflated);
                    write(&mut out, &name, options, &bytes)?;
                }
            }
        }
        for (name, bytes) in self.changed.into_values() {
            let options = SimpleFileOptions::default()
                .compression_method(zip::CompressionMethod::Deflated)
                .last_modified_time(zip::DateTime::default());
            write(&mut out, &name, options, &bytes)?;
        }
        Ok(out.finish().map_err(broken)?.into_inner())
    }
}

fn write(
    out: &mut ZipWriter<Cursor<Vec<u8>>>,
    name: &str,
    options: SimpleFileOptions,
    bytes: &[u8],
) -> Result<(), MarkError> {
    let broken = |_| MarkError::Malformed(name.to_owned());
    out.start_file(name, options).map_err(broken)?;
    out.write_all(bytes).ok().ok_or(MarkError::Unwritable)
}

/// Puts markup at the end of the root element; the closure gets the root's prefix.
fn append(part: &str, xml: &str, markup: impl Fn(&str) -> String) -> Result<Vec<u8>, MarkError> {
    let mut out = Writer::new(Vec::with_capacity(xml.len() + 512));
    let mut pass = Pass::new(part, xml);
    let mut root = String::new();
    while let Some((depth, event)) = pass.next()? {
        match event {
            Event::Empty(e) if depth == 0 => {
                let end = e.to_end().into_owned();
                let inner = markup(&prefix(e.name()));
                put(&mut out, Event::Start(e))?;
                raw(&mut out, &inner);
                put(&mut out, Event::End(end))?;
                return Ok(out.into_inner());
            }
            Event::Start(e) if depth == 0 => {
                root = prefix(e.name());
                put(&mut out, Event::Start(e))?;
            }
            Event::End(e) if depth == 0 => {
                raw(&mut out, &markup(&root));
                put(&mut out, Event::End(e))?;
            }
            event => put(&mut out, event)?,
        }
    }
    Ok(out.into_inner())
}

/// Part names ignore case; some writers use backslashes.
fn key(part: &str) -> String {
    part.replace('\\', "/").to_lowercase()
}

/// The part that holds the relationships of `part`; of the package itself for the empty name.
fn rels_of(part: &str) -> String {
    match part.rsplit_once('/') {
        Some((folder, file)) => format!("{folder}/_rels/{file}.rels"),
        None => format!("_rels/{part}.rels"),
    }
}

/// The part that a target names, seen from `part`.
fn resolve(part: &str, target: &str) -> String {
    let folder = part.rsplit_once('/').map_or("", |(folder, _)| folder);
    let from = if target.starts_with('/') { "" } else { folder };
    let mut path: Vec<&str> = from.split('/').filter(|s| !s.is_empty()).collect();
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                path.pop();
            }
            step => path.push(step),
        }
    }
    path.join("/")
}

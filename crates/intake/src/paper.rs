//! What a paper says of the evaluation it was made from: the seal in a Word, Excel or PDF file.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use sha2::{Digest, Sha256};
use zip::ZipArchive;

/// Unpacked bytes of a part that is read.
const PART_MAX: u64 = 200 << 20;
/// Parts of a file.
const PARTS_MAX: usize = 20_000;

/// What a paper carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperSeal {
    /// Hash of the evaluation, 64 hex digits.
    pub evaluation: String,
    /// The standard it was judged by, with overlays and choices.
    pub standard: String,
    /// What shows whether it is as it was made.
    pub content: Content,
}

/// What shows whether a paper is as it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Whether the bytes are those that were written; nothing where the file does not say.
    Pdf(Option<bool>),
    /// A Word file.
    Word {
        /// Paragraphs and pictures in their order, without the table of contents.
        pieces: Vec<Piece>,
        /// The hash of all of them, where the file has one.
        whole: Option<String>,
        /// The hashes of their places.
        places: String,
    },
    /// A workbook, with the id of its form.
    Workbook(Option<String>),
}

/// A part of a Word file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// A paragraph, lines joined.
    Text(String),
    /// SHA-256 of a picture's bytes; empty where they are not in the file.
    Picture(String),
}

/// Reads the seal of a paper; `None` where the file is no paper of this program.
#[must_use]
pub fn seal(bytes: &[u8]) -> Option<PaperSeal> {
    if bytes.starts_with(b"%PDF") {
        return pdf(bytes);
    }
    let mut zip = ZipArchive::new(Cursor::new(bytes)).ok()?;
    if zip.len() > PARTS_MAX {
        return None;
    }
    let properties = properties(&text_part(&mut zip, "docProps/custom.xml")?)?;
    let get = |name: &str| {
        let found = properties.iter().find(|p| p.0 == name);
        found.map(|p| p.1.clone())
    };
    let content = match text_part(&mut zip, "word/document.xml") {
        Some(document) => Content::Word {
            pieces: pieces(&document, &mut zip)?,
            whole: get("junheng-content"),
            places: (1..)
                .map_while(|n| get(&format!("junheng-places-{n}")))
                .collect(),
        },
        None => Content::Workbook(get("junheng-form")),
    };
    Some(PaperSeal {
        evaluation: get("junheng-evaluation")?,
        standard: get("junheng-standard")?,
        content,
    })
}

type Zip<'a> = ZipArchive<Cursor<&'a [u8]>>;

fn part(zip: &mut Zip<'_>, name: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut part = zip.by_name(name).ok()?.take(PART_MAX + 1);
    part.read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 <= PART_MAX).then_some(bytes)
}

fn text_part(zip: &mut Zip<'_>, name: &str) -> Option<String> {
    String::from_utf8(part(zip, name)?).ok()
}

/// The keyword stands uncompressed in the document information and the metadata.
fn pdf(bytes: &[u8]) -> Option<PaperSeal> {
    const KEY: &[u8] = b"junheng-evaluation:";
    let at = bytes.windows(KEY.len()).position(|w| w == KEY)?;
    let rest: Vec<u8> = bytes
        .get(at + KEY.len()..)?
        .iter()
        .copied()
        .take(4096)
        .take_while(|b| !matches!(b, b')' | b'<' | b'\n'))
        .collect();
    let text = String::from_utf8(rest).ok()?;
    let mut words = text.split_whitespace();
    let (evaluation, standard) = (words.next()?, words.next()?);
    let file = words.next().and_then(|w| w.strip_prefix("junheng-file:"));
    Some(PaperSeal {
        evaluation: evaluation.to_owned(),
        standard: standard.to_owned(),
        content: Content::Pdf(file.map(|hash| unsealed(bytes, hash) == hash)),
    })
}

/// SHA-256 of a PDF without its own hash: zeros stand where that stands.
fn unsealed(bytes: &[u8], hash: &str) -> String {
    let mark = format!("junheng-file:{hash}");
    let mut hasher = Sha256::new();
    let mut rest = bytes;
    while let Some(at) = rest.windows(mark.len()).position(|w| w == mark.as_bytes()) {
        let (head, tail) = rest.split_at(at + mark.len());
        hasher.update(&head[..head.len() - hash.len()]);
        hasher.update("0".repeat(hash.len()));
        rest = tail;
    }
    hasher.update(rest);
    hex(&hasher.finalize())
}

fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(digits: &[u8]) -> String {
    digits.iter().map(|b| format!("{b:02x}")).collect()
}

/// Name and text of every custom property.
fn properties(xml: &str) -> Option<Vec<(String, String)>> {
    let mut reader = Reader::from_str(xml);
    let mut all: Vec<(String, String)> = Vec::new();
    loop {
        match reader.read_event().ok()? {
            Event::Start(e) if e.local_name().as_ref() == "property" => {
                let name = e
                    .attributes()
                    .flatten()
                    .find(|a| a.key.as_ref() == "name")?;
                all.push((name.value.to_string(), String::new()));
            }
            Event::Text(t) => {
                if let Some(last) = all.last_mut() {
                    last.1.push_str(&t);
                }
            }
            Event::Eof => return Some(all),
            _ => {}
        }
    }
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

/// The paragraphs and pictures of a document; contents blocks, and copies for old programs, are left out.
fn pieces(xml: &str, zip: &mut Zip<'_>) -> Option<Vec<Piece>> {
    let targets = text_part(zip, "word/_rels/document.xml.rels");
    let targets = targets.and_then(|xml| relations(&xml)).unwrap_or_default();
    let mut reader = Reader::from_str(xml);
    let mut out = Vec::new();
    // Paragraphs stand within one another in text boxes.
    let mut open = vec![String::new()];
    let (mut skipped, mut inside, mut hidden) = (0usize, false, false);
    // Each picture is read once, however often it is shown.
    let mut known = BTreeMap::new();
    loop {
        let event = reader.read_event().ok()?;
        if let Event::Start(e) | Event::Empty(e) = &event
            && matches!(e.local_name().as_ref(), "blip" | "imagedata")
            && skipped == 0
        {
            let id = attribute(e, "embed").or_else(|| attribute(e, "id"));
            let target = id.and_then(|id| targets.get(&id));
            let place = target.map(|t| {
                t.strip_prefix('/')
                    .map_or_else(|| format!("word/{t}"), str::to_owned)
            });
            let mut read = |place: &str| part(zip, place).map_or_else(String::new, |b| sha256(&b));
            let hash = place.map(|place| match known.get(&place) {
                Some(hash) => String::clone(hash),
                None => known.entry(place.clone()).or_insert(read(&place)).clone(),
            });
            out.push(Piece::Picture(hash.unwrap_or_default()));
        }
        match event {
            Event::Start(e) => match e.local_name().as_ref() {
                "sdt" | "Fallback" => skipped += 1,
                "r" => hidden = false,
                "t" => inside = skipped == 0 && !hidden,
                "p" => open.push(String::new()),
                _ => {}
            },
            Event::End(e) => match e.local_name().as_ref() {
                "sdt" | "Fallback" => skipped = skipped.saturating_sub(1),
                "t" => inside = false,
                "p" if open.len() > 1 => out.extend(open.pop().map(Piece::Text)),
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

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    fn archive(parts: &[(&str, &str)]) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in parts {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    const CUSTOM: &str = "<Properties><property name=\"junheng-evaluation\"><vt:lpwstr>ab</vt:lpwstr></property><property name=\"junheng-standard\"><vt:lpwstr>cn-2017-6;a=b</vt:lpwstr></property></Properties>";

    #[test]
    fn text_leaves_out_contents_and_keeps_paragraphs() {
        let document = "<w:p><w:t>共1</w:t><w:t>2所</w:t></w:p><w:sdt><w:p><w:t>9</w:t></w:p></w:sdt><w:p><w:t>a&amp;b</w:t><w:br/><w:t>3</w:t></w:p>";
        let bytes = archive(&[
            ("docProps/custom.xml", CUSTOM),
            ("word/document.xml", document),
        ]);
        let seal = seal(&bytes).unwrap();
        assert_eq!(
            (seal.evaluation.as_str(), seal.standard.as_str()),
            ("ab", "cn-2017-6;a=b")
        );
        let texts = ["共12所", "", "a&b3"].map(|t| Piece::Text(t.to_owned()));
        let Content::Word { pieces, whole, .. } = seal.content else {
            panic!("a Word file")
        };
        assert_eq!((pieces, whole), (texts.to_vec(), None));
    }

    #[test]
    fn what_is_no_paper_has_no_seal() {
        for bytes in [
            &b""[..],
            b"PK\x03\x04",
            b"%PDF-1.7",
            b"%PDF junheng-evaluation:ab",
            &[0xff; 64],
        ] {
            assert_eq!(seal(bytes), None);
        }
        assert_eq!(seal(&archive(&[("word/document.xml", "<a/>")])), None);
        assert_eq!(
            seal(&archive(&[("docProps/custom.xml", "<a><b></a>")])),
            None
        );
        let found = seal(b"%PDF-1.7 /Keywords(junheng-evaluation:ab cn-2017-6)").unwrap();
        assert_eq!(found.standard, "cn-2017-6");
    }
}

//! What a paper says of the evaluation it was made from: the seal in a Word, Excel or PDF file.

mod word;

pub use word::{Kept, Place, Word};

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use quick_xml::Reader;
use quick_xml::events::Event;
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
    Word(Word),
    /// A workbook, with what says how it is made again.
    Workbook(Option<String>),
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
    let get = |name: &str| properties.get(name).cloned();
    let content = match text_part(&mut zip, "word/document.xml") {
        Some(document) => Content::Word(word::read(&document, &mut zip, &get)?),
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

/// Text of every custom property by its name.
fn properties(xml: &str) -> Option<BTreeMap<String, String>> {
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
            Event::Eof => return Some(all.into_iter().collect()),
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
    fn text_leaves_out_contents_and_keeps_places() {
        let document = "<w:p><w:t>共1</w:t><w:t>2所</w:t></w:p><w:sdt><w:p><w:t>9</w:t></w:p></w:sdt><w:tbl><w:tr><w:tc><w:p><w:t>a&amp;b</w:t><w:br/><w:t>3</w:t></w:p></w:tc><w:tc><w:p><w:t>4</w:t></w:p></w:tc></w:tr></w:tbl><w:footerReference r:id=\"rId4\"/>";
        let relations =
            "<Relationships><Relationship Id=\"rId4\" Target=\"footer1.xml\"/></Relationships>";
        let footer = "<w:p><w:t>合成</w:t></w:p><w:p><w:t>— </w:t><w:fldChar w:fldCharType=\"begin\"/><w:fldChar w:fldCharType=\"separate\"/><w:t>7</w:t><w:fldChar w:fldCharType=\"end\"/><w:t> —</w:t></w:p>";
        let bytes = archive(&[
            ("docProps/custom.xml", CUSTOM),
            ("word/document.xml", document),
            ("word/_rels/document.xml.rels", relations),
            ("word/footer1.xml", footer),
        ]);
        let seal = seal(&bytes).unwrap();
        assert_eq!(
            (seal.evaluation.as_str(), seal.standard.as_str()),
            ("ab", "cn-2017-6;a=b")
        );
        let Content::Word(word) = seal.content else {
            panic!("a Word file")
        };
        let cell = |column| Place::Cell {
            table: 1,
            row: 1,
            column,
        };
        let words = [
            (Place::Paragraph(1), "共12所"),
            (cell(1), "a&b3"),
            (cell(2), "4"),
        ];
        assert_eq!(word.words, words.map(|(p, t)| (p, t.to_owned())));
        assert_eq!(word.margins, ["合成", "—  —"]);
        assert_eq!(word.kept, None);
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

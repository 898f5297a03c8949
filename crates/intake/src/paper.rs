//! What a paper says of the evaluation it was made from: the seal in a Word, Excel or PDF file.

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
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PaperSeal {
    /// Hash of the evaluation, 64 hex digits.
    pub evaluation: String,
    /// The standard it was judged by, with overlays and choices.
    pub standard: String,
    /// Hash of the numbers of its text, where it has one.
    pub numbers: Option<String>,
    /// Its text, paragraph by paragraph, without the table of contents; only of Word files.
    pub text: Option<String>,
    /// Whether its bytes are those that were written; only of PDF files, which nobody edits by hand.
    pub whole: Option<bool>,
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
    let properties = properties(&part(&mut zip, "docProps/custom.xml")?)?;
    let get = |name: &str| {
        let found = properties.iter().find(|p| p.0 == name);
        found.map(|p| p.1.clone())
    };
    Some(PaperSeal {
        evaluation: get("junheng-evaluation")?,
        standard: get("junheng-standard")?,
        numbers: get("junheng-numbers"),
        text: part(&mut zip, "word/document.xml").and_then(|xml| text(&xml)),
        whole: None,
    })
}

fn part(zip: &mut ZipArchive<Cursor<&[u8]>>, name: &str) -> Option<String> {
    let mut text = String::new();
    let mut part = zip.by_name(name).ok()?.take(PART_MAX + 1);
    part.read_to_string(&mut text).ok()?;
    (text.len() as u64 <= PART_MAX).then_some(text)
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
        whole: file.map(|hash| unsealed(bytes, hash) == hash),
        ..PaperSeal::default()
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
    let digits = hasher.finalize();
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

/// The text of a document, a line per paragraph; contents blocks are left out.
fn text(xml: &str) -> Option<String> {
    let mut reader = Reader::from_str(xml);
    let mut out = String::new();
    let (mut contents, mut inside) = (0usize, false);
    loop {
        match reader.read_event().ok()? {
            Event::Start(e) => match e.local_name().as_ref() {
                "sdt" => contents += 1,
                "t" => inside = contents == 0,
                _ => {}
            },
            Event::End(e) => match e.local_name().as_ref() {
                "sdt" => contents = contents.saturating_sub(1),
                "t" => inside = false,
                "p" => out.push('\n'),
                _ => {}
            },
            Event::Empty(e) if e.local_name().as_ref() == "br" => out.push('\n'),
            Event::Text(t) if inside => out.push_str(&t),
            Event::GeneralRef(_) if inside => out.push(' '),
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
        assert_eq!(seal.text.unwrap(), "共12所\n\na b\n3\n");
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

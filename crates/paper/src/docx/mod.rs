//! A paper as a Word file, written part by part so that the same paper gives the same bytes.
//!
//! Only what Word, WPS and LibreOffice all know: headings with outline levels, a contents field with
//! its entries already there, tables with repeated heads, pictures as PNG.

mod body;
mod parts;
mod picture;
mod xml;

use std::io::{Cursor, Write};

use junheng_core::text::Text;
use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::model::{Block, NUMBER, Paper};
use crate::seal::{self, Content};

/// A paper as a Word file; `pages` are those of its headings, for the contents.
///
/// # Errors
/// A picture cannot be drawn.
pub(crate) fn docx(paper: &Paper, pages: &[usize]) -> Result<Vec<u8>, Text> {
    let mut pictures = Vec::new();
    for block in &paper.body {
        if let Block::Picture(drawn) = block {
            pictures.push(picture::png(drawn)?);
        }
    }
    let contents = contents(paper, &pictures);
    let mut files: Vec<(String, Vec<u8>)> = parts::fixed(paper, &contents);
    files.push((
        "word/document.xml".to_owned(),
        body::document(paper, pages).into_bytes(),
    ));
    let count = pictures.len();
    for (n, bytes) in (1..).zip(pictures) {
        files.push((format!("word/media/image{n}.png"), bytes));
    }
    files.push((
        "word/_rels/document.xml.rels".to_owned(),
        parts::relations(count).into_bytes(),
    ));
    pack(&files).map_err(|e| {
        Text::new(
            format!("Word 文件没有生成：{e}"),
            format!("the Word file was not made: {e}"),
        )
    })
}

/// Words, pictures and margins, as whoever opens the file finds them.
fn contents(paper: &Paper, pictures: &[Vec<u8>]) -> [(&'static str, Content); 3] {
    let number = paper.red_head.as_ref().map(|_| NUMBER);
    // The red head, the title and the line below it stand before the contents.
    let head = paper.red_head.as_deref().into_iter().chain(number);
    let head = head.chain(paper.title.lines()).chain([&*paper.subtitle]);
    let words = head.chain(paper.body.iter().flat_map(Block::texts));
    let drawn = pictures
        .iter()
        .map(|bytes| seal::hex(&Sha256::digest(bytes)));
    let drawn: Vec<String> = drawn.collect();
    let margins = seal::margins(parts::margins(paper));
    let texts = |list: &[String]| Content::of(list.iter().map(String::as_str));
    [
        ("words", Content::of(words)),
        ("pictures", texts(&drawn)),
        ("margins", texts(&margins)),
    ]
}

/// The parts in one archive, without any time stamp.
fn pack(files: &[(String, Vec<u8>)]) -> Result<Vec<u8>, zip::result::ZipError> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        let method = if name.ends_with(".png") {
            CompressionMethod::Stored
        } else {
            CompressionMethod::Deflated
        };
        let options = SimpleFileOptions::default()
            .compression_method(method)
            .last_modified_time(DateTime::default());
        zip.start_file(name.as_str(), options)?;
        zip.write_all(bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

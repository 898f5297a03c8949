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

use crate::model::{Block, Paper};
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
    let content = content(paper, &pictures);
    let mut files: Vec<(String, Vec<u8>)> = parts::fixed(paper, &content);
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

/// Text and pictures, as whoever opens the file finds them.
fn content(paper: &Paper, pictures: &[Vec<u8>]) -> Content {
    let mut drawn = pictures.iter().map(|bytes| {
        let hash = seal::hex(&Sha256::digest(bytes));
        seal::picture(&hash)
    });
    let body = paper.body.iter().flat_map(|block| {
        let mut pieces: Vec<String> = Vec::new();
        if matches!(block, Block::Picture(_)) {
            pieces.extend(drawn.next());
        }
        pieces.extend(block.texts().into_iter().map(str::to_owned));
        pieces
    });
    let body: Vec<String> = body.collect();
    let title = paper.title.lines();
    // The red head, the title and the line below it stand before the contents.
    let head = paper.red_head.as_deref().into_iter().chain(title);
    let head = head.chain([paper.subtitle.as_str()]);
    Content::of(head.chain(body.iter().map(String::as_str)))
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

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
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::model::{Block, Paper};

/// A paper as a Word file; `pages` are those of its headings, for the contents.
///
/// # Errors
/// A picture cannot be drawn.
pub(crate) fn docx(paper: &Paper, pages: &[usize]) -> Result<Vec<u8>, Text> {
    let mut files: Vec<(String, Vec<u8>)> = parts::fixed(paper);
    files.push((
        "word/document.xml".to_owned(),
        body::document(paper, pages).into_bytes(),
    ));
    let mut pictures = 0;
    for block in &paper.body {
        if let Block::Picture(picture) = block {
            pictures += 1;
            files.push((
                format!("word/media/image{pictures}.png"),
                picture::png(picture)?,
            ));
        }
    }
    files.push((
        "word/_rels/document.xml.rels".to_owned(),
        parts::relations(pictures).into_bytes(),
    ));
    pack(&files).map_err(|e| {
        Text::new(
            format!("Word 文件没有生成：{e}"),
            format!("the Word file was not made: {e}"),
        )
    })
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

//! What typst may see: one source, the pictures of the paper, two fonts. Nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, Source};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};

use super::source;
use crate::fonts;
use crate::model::{Block, Paper};

/// Parsed once for the whole run.
struct Shared {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
}

static SHARED: LazyLock<Shared> = LazyLock::new(|| {
    let fonts: Vec<Font> = [fonts::SERIF, fonts::SANS]
        .into_iter()
        .filter_map(|data| Font::new(Bytes::new(data), 0))
        .collect();
    Shared {
        library: LazyHash::new(<Library as LibraryExt>::default()),
        book: LazyHash::new(FontBook::from_fonts(&fonts)),
        fonts,
    }
});

/// Whether one of the fonts has a character.
fn drawable(c: char) -> bool {
    let covers = |f: &Font| f.info().coverage.contains(u32::from(c));
    c.is_ascii() || SHARED.fonts.iter().any(covers)
}

/// A text with 〓 for every character that neither font has: a gap that shows, as printers leave it.
pub(super) fn printable(text: &str) -> String {
    text.chars()
        .map(|c| if drawable(c) { c } else { '〓' })
        .collect()
}

/// The characters of a paper that neither font has, each once.
pub(crate) fn missing(paper: &Paper) -> BTreeSet<char> {
    let drawn = paper.body.iter().filter_map(|block| match block {
        Block::Picture(picture) => Some(picture.svg.as_str()),
        _ => None,
    });
    let all = paper.texts().chain(drawn).flat_map(str::chars);
    all.filter(|c| !c.is_control() && !c.is_whitespace() && !drawable(*c))
        .collect()
}

/// One paper as typst sees it.
pub(super) struct Sheet {
    main: Source,
    pictures: BTreeMap<String, Bytes>,
}

impl Sheet {
    pub(super) fn new(paper: &Paper) -> Self {
        let pictures = paper
            .body
            .iter()
            .filter_map(|block| match block {
                Block::Picture(picture) => Some(picture),
                _ => None,
            })
            .enumerate()
            .map(|(n, p)| {
                (
                    source::picture_name(n),
                    Bytes::from_string(printable(&p.svg)),
                )
            })
            .collect();
        Self {
            main: Source::detached(source::source(paper)),
            pictures,
        }
    }
}

impl World for Sheet {
    fn library(&self) -> &LazyHash<Library> {
        &SHARED.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &SHARED.book
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main.id() {
            Ok(self.main.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let name = id.get().vpath().get_without_slash();
        self.pictures
            .get(name)
            .cloned()
            .ok_or(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        SHARED.fonts.get(index).cloned()
    }

    /// No clock: a paper has the date of its figures.
    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

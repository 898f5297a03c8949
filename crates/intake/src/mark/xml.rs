//! Streaming over an XML part: what is not changed is written as it was read.

use quick_xml::events::{BytesStart, Event};
use quick_xml::name::QName;
use quick_xml::{Reader, Writer};

use super::MarkError;

/// The part that is written.
pub(super) type Out = Writer<Vec<u8>>;

/// Events of a part, each with the depth of its element; the root has depth 0.
pub(super) struct Pass<'a> {
    reader: Reader<&'a [u8]>,
    part: &'a str,
    depth: usize,
    rooted: bool,
    /// VML from Excel holds HTML that need not be well formed.
    lenient: bool,
}

impl<'a> Pass<'a> {
    pub(super) fn new(part: &'a str, xml: &'a str) -> Self {
        Self {
            reader: Reader::from_str(xml),
            part,
            depth: 0,
            rooted: false,
            lenient: false,
        }
    }

    pub(super) fn lenient(part: &'a str, xml: &'a str) -> Self {
        let mut pass = Self {
            lenient: true,
            ..Self::new(part, xml)
        };
        let config = pass.reader.config_mut();
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        config.allow_dangling_amp = true;
        pass
    }

    /// The next event; `None` at the end of a whole document.
    pub(super) fn next(&mut self) -> Result<Option<(usize, Event<'a>)>, MarkError> {
        let Ok(event) = self.reader.read_event() else {
            return Err(self.malformed());
        };
        let depth = match &event {
            Event::Start(_) => {
                self.depth += 1;
                self.rooted = true;
                self.depth - 1
            }
            Event::End(_) => {
                self.depth = self.depth.saturating_sub(1);
                self.depth
            }
            Event::Eof if self.lenient || (self.rooted && self.depth == 0) => return Ok(None),
            Event::Eof => return Err(self.malformed()),
            _ => self.depth,
        };
        Ok(Some((depth, event)))
    }

    pub(super) fn malformed(&self) -> MarkError {
        MarkError::Malformed(self.part.to_owned())
    }
}

/// Writes an event.
pub(super) fn put(out: &mut Out, event: Event<'_>) -> Result<(), MarkError> {
    out.write_event(event).ok().ok_or(MarkError::Unwritable)
}

/// Writes markup made by this program.
pub(super) fn raw(out: &mut Out, markup: &str) {
    out.get_mut().extend_from_slice(markup.as_bytes());
}

/// An attribute by its local name, unescaped.
pub(super) fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = element
        .attributes()
        .with_checks(false)
        .flatten()
        .find(|a| a.key.local_name().as_ref() == name)?;
    Some(unescaped(&found.value))
}

/// Text of an attribute or element; what cannot be unescaped stays as written.
pub(super) fn unescaped(text: &str) -> String {
    quick_xml::escape::unescape(text).map_or_else(|_| text.to_owned(), |t| t.into_owned())
}

/// The element with one attribute set (last if it is new) and, where `without` says so, one left out.
pub(super) fn with(
    element: &BytesStart<'_>,
    set: &[(&str, &str)],
    without: &str,
) -> BytesStart<'static> {
    let mut new = BytesStart::new(element.name().as_ref().to_owned());
    let mut left: Vec<&(&str, &str)> = set.iter().collect();
    for old in element.attributes().with_checks(false).flatten() {
        let key = old.key.as_ref();
        if key == without {
            continue;
        }
        if let Some(at) = left.iter().position(|(name, _)| *name == key) {
            new.push_attribute(*left.remove(at));
        } else {
            let value = old.value.replace('"', "&quot;");
            new.push_attribute(quick_xml::events::attributes::Attribute {
                key: old.key,
                value: value.into(),
            });
        }
    }
    for pair in left {
        new.push_attribute(*pair);
    }
    new
}

/// The prefix of a name with its colon, as it must stand before new siblings.
pub(super) fn prefix(name: QName<'_>) -> String {
    name.prefix()
        .map_or_else(String::new, |p| format!("{}:", p.as_ref()))
}

/// Text for an element, escaped.
pub(super) fn escaped(text: &str) -> String {
    quick_xml::escape::escape(text).into_owned()
}

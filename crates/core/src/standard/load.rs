//! Reading a pack: every mistake is named with its file and line, all at once.

use std::fmt;

use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use super::check::check;
use super::raw::{RawFile, RawHeader, RawKind, RawText, RawValue};
use crate::date::Date;
use crate::text::Text;

/// What a pack is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PackKind {
    /// A national standard: can be evaluated alone.
    National,
    /// Lies over another pack and changes or adds entries.
    Overlay,
    /// Defines something, such as weak schools; changes no verdict.
    Definitions,
}

/// A mistake in a pack, or in the way packs are put together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct StandardError {
    /// File within the pack's folder; empty when no single file is to blame.
    pub file: String,
    /// Line from 1; 0 when no single line is to blame.
    pub line: usize,
    /// What is wrong.
    pub message: Text,
}

impl fmt::Display for StandardError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.message.en)
    }
}

/// A pack as loaded: its files checked, its dated values all there.
#[derive(Debug, Clone)]
pub struct Pack {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// What it is for.
    pub kind: PackKind,
    /// Its title.
    pub title: Text,
    /// Document number.
    pub document: String,
    /// Who issued it.
    pub issuer: Text,
    /// Packs it may lie over; empty for any.
    pub over: Vec<String>,
    /// Entries it takes out.
    pub removes: Vec<String>,
    /// Where it holds: beginnings of county codes; empty for anywhere.
    pub area: Vec<String>,
    /// In force from.
    pub valid_from: Date,
    /// In force until, exclusive.
    pub until: Option<Date>,
    /// Last checked against its sources.
    pub checked_on: Date,
    /// To be checked again by.
    pub review_by: Date,
    /// A remark.
    pub note: Option<Text>,
    pub(super) raw: RawFile,
    pub(super) places: Places,
}

/// Where the parts of the merged files came from.
#[derive(Debug, Clone, Default)]
pub(super) struct Places {
    files: Vec<(String, String)>,
}

impl Places {
    /// Spans are made unique over all files by adding the lengths of the files before.
    pub(super) fn locate(&self, mut offset: usize) -> (String, usize) {
        for (name, text) in &self.files {
            if offset <= text.len() {
                let line = text.as_bytes()[..offset]
                    .iter()
                    .filter(|b| **b == b'\n')
                    .count()
                    + 1;
                return (name.clone(), line);
            }
            offset -= text.len() + 1;
        }
        (String::new(), 0)
    }

    pub(super) fn error(
        &self,
        offset: usize,
        zh: impl Into<String>,
        en: impl Into<String>,
    ) -> StandardError {
        let (file, line) = self.locate(offset);
        StandardError {
            file,
            line,
            message: Text::new(zh, en),
        }
    }
}

pub(super) fn text(raw: &RawText) -> Text {
    Text::new(&raw.zh, &raw.en)
}

/// A TOML date; `None` when it has no day.
pub(super) fn date(raw: &Datetime) -> Option<Date> {
    let d = raw.date?;
    Date::new(i16::try_from(d.year).ok()?, d.month, d.day)
}

impl Pack {
    /// Reads the files of one pack, given as (name, text).
    ///
    /// # Errors
    /// All mistakes at once: TOML syntax, unknown keys, a missing or empty clause, a value that is
    /// none or several of number, figure, table, unknown and repealed, dates that overlap, a missing
    /// header, a parameter without its default.
    pub fn load(files: &[(String, String)]) -> Result<Self, Vec<StandardError>> {
        // One text, so that every span says its file: blank lines keep tables apart.
        let places = Places {
            files: files.to_vec(),
        };
        let mut merged = RawFile::default();
        let mut errors = Vec::new();
        let mut before = 0;
        for (_, text) in files {
            match toml::Deserializer::parse(text).and_then(RawFile::deserialize) {
                Ok(file) => {
                    if merged.pack.is_some() && file.pack.is_some() {
                        errors.push(places.error(
                            before,
                            "[pack] 表头重复，一个标准只能有一个",
                            "there is a second [pack] header",
                        ));
                    }
                    merged.append(file, before);
                }
                Err(e) => {
                    let at = before + e.span().map_or(0, |s| s.start);
                    errors.push(places.error(
                        at,
                        format!("不能读取：{}", e.message()),
                        e.message().to_owned(),
                    ));
                }
            }
            before += text.len() + 1;
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let Some(header) = merged.pack.take() else {
            return Err(vec![places.error(
                0,
                "缺少 [pack] 表头",
                "there is no [pack] header",
            )]);
        };
        check(&merged, &places, &mut errors);
        match Self::with_header(header, merged, places, &mut errors) {
            Some(pack) if errors.is_empty() => Ok(pack),
            _ => Err(errors),
        }
    }

    fn with_header(
        header: RawHeader,
        raw: RawFile,
        places: Places,
        errors: &mut Vec<StandardError>,
    ) -> Option<Self> {
        let mut day = |d: &Datetime, key: &str| {
            let day = date(d);
            if day.is_none() {
                errors.push(places.error(
                    0,
                    format!("表头的 {key} 不是日期"),
                    format!("{key} of the header is not a date"),
                ));
            }
            day
        };
        let valid_from = day(&header.valid_from, "valid_from");
        let until = header.until.as_ref().map(|d| day(d, "until"));
        let checked_on = day(&header.checked_on, "checked_on");
        let review_by = day(&header.review_by, "review_by");
        Some(Self {
            id: header.id,
            version: header.version,
            kind: match header.kind {
                RawKind::National => PackKind::National,
                RawKind::Overlay => PackKind::Overlay,
                RawKind::Definitions => PackKind::Definitions,
            },
            title: text(&header.title),
            document: header.document,
            issuer: text(&header.issuer),
            over: header.over,
            removes: header.removes,
            area: header.area,
            valid_from: valid_from?,
            until: until.flatten(),
            checked_on: checked_on?,
            review_by: review_by?,
            note: header.note.as_ref().map(text),
            raw,
            places,
        })
    }

    /// Whether the pack is in force on a day.
    #[must_use]
    pub fn in_force(&self, day: Date) -> bool {
        self.valid_from <= day && self.until.is_none_or(|until| day < until)
    }
}

impl RawFile {
    fn append(&mut self, other: Self, shift: usize) {
        macro_rules! take {
            ($($list:ident),+) => {$(
                self.$list.extend(other.$list.into_iter().map(|entry| entry.moved(shift)));
            )+};
        }
        self.pack = self.pack.take().or(other.pack);
        take!(
            parameter,
            indicator,
            exception,
            out_of_scope,
            split,
            section_rule,
            variation,
            composite,
            item,
            clause,
            band,
            norm
        );
    }

    /// Every list of dated values, with what it belongs to.
    pub(super) fn value_lists(&self) -> Vec<(String, &[Spanned<RawValue>])> {
        let mut lists: Vec<(String, &[Spanned<RawValue>])> = Vec::new();
        for i in &self.indicator {
            lists.push((i.get_ref().id.clone(), &i.get_ref().values));
        }
        for v in &self.variation {
            lists.push((v.get_ref().id.clone(), &v.get_ref().values));
        }
        for c in &self.composite {
            lists.push((c.get_ref().id.clone(), &c.get_ref().values));
        }
        for item in &self.item {
            for part in &item.get_ref().part {
                let id = format!("{}.{}", item.get_ref().id, part.get_ref().id);
                lists.push((id, &part.get_ref().values));
            }
        }
        lists
    }
}

/// Moving a span, so that spans of several files do not meet.
trait Moved {
    fn moved(self, by: usize) -> Self;
}

impl<T: Shift> Moved for Spanned<T> {
    fn moved(self, by: usize) -> Self {
        let span = self.span();
        Self::new(span.start + by..span.end + by, self.into_inner().shift(by))
    }
}

/// Moving the spans inside an entry.
trait Shift: Sized {
    fn shift(self, _by: usize) -> Self {
        self
    }
}

impl Shift for RawValue {}
impl Shift for super::raw::RawParameter {}
impl Shift for super::raw::RawException {}
impl Shift for super::raw::RawScope {}
impl Shift for super::raw::RawSplit {}
impl Shift for super::raw::RawRule {}
impl Shift for super::raw::RawDefinition {}
impl Shift for super::raw::RawBand {}
impl Shift for super::raw::RawNorm {}

macro_rules! shift_values {
    ($($entry:ty),+) => {$(
        impl Shift for $entry {
            fn shift(mut self, by: usize) -> Self {
                self.values = self.values.into_iter().map(|v| v.moved(by)).collect();
                self
            }
        }
    )+};
}
shift_values!(
    super::raw::RawIndicator,
    super::raw::RawVariation,
    super::raw::RawComposite,
    super::raw::RawPart
);

impl Shift for super::raw::RawItem {
    fn shift(mut self, by: usize) -> Self {
        self.part = self.part.into_iter().map(|p| p.moved(by)).collect();
        self
    }
}

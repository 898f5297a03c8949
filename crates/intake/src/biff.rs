//! Workbooks before 2007 ([MS-XLS], BIFF8): the records that hold values, and no others.
//!
//! Read here and not by a library, because what a cell may take of memory is counted as it comes.

use crate::compound::{u16_at, u32_at};
use crate::csv::Limit;
use crate::grid::Value;
use crate::workbook::{Area, Budget, MERGES_MAX, Rows, as_shown, date, text};

/// Why an old workbook is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unread {
    Corrupt,
    Protected,
    /// Excel 95 or before.
    TooOld,
    TooLarge(Limit),
}

/// A sheet that the workbook lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Listed {
    pub(crate) name: String,
    pub(crate) hidden: bool,
    start: usize,
}

/// What all sheets share.
#[derive(Debug, Default)]
pub(crate) struct Book<'a> {
    stream: &'a [u8],
    pub(crate) sheets: Vec<Listed>,
    strings: Vec<String>,
    /// For each cell format: whether it shows a date.
    dates: Vec<bool>,
    since_1904: bool,
}

const BOF: u16 = 0x0809;
const EOF: u16 = 0x000A;
const CONTINUE: u16 = 0x003C;

/// The records of a stream from one place on: (type, data). A cut record ends them.
struct Records<'a>(&'a [u8]);

impl<'a> Iterator for Records<'a> {
    type Item = (u16, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let length = usize::from(u16_at(self.0, 2)?);
        let record = (u16_at(self.0, 0)?, self.0.get(4..4 + length)?);
        self.0 = self.0.get(4 + length..)?;
        Some(record)
    }
}

impl<'a> Book<'a> {
    /// Reads what precedes the sheets.
    pub(crate) fn open(stream: &'a [u8]) -> Result<Self, Unread> {
        let mut book = Self {
            stream,
            ..Self::default()
        };
        let mut records = Records(stream).peekable();
        match records.next() {
            Some((BOF, data)) if u16_at(data, 0) == Some(0x0600) => {}
            Some((BOF | 0x0009 | 0x0209 | 0x0409, _)) => return Err(Unread::TooOld),
            _ => return Err(Unread::Corrupt),
        }
        let mut formats = std::collections::BTreeMap::new();
        let mut shown = Vec::new();
        while let Some((kind, data)) = records.next() {
            let word = |at| u16_at(data, at).ok_or(Unread::Corrupt);
            match kind {
                EOF => break,
                0x002F => return Err(Unread::Protected),
                0x0022 => book.since_1904 = word(0)? == 1,
                0x041E => {
                    let code = characters(data.get(4..).unwrap_or_default(), usize::from(word(2)?));
                    formats.insert(word(0)?, shows_date(&code.ok_or(Unread::Corrupt)?));
                }
                0x00E0 => shown.push(word(2)?),
                0x0085 => book.sheets.extend(listed(data)),
                0x00FC => {
                    let mut parts = vec![data.get(8..).ok_or(Unread::Corrupt)?];
                    while let Some((_, more)) = records.next_if(|(kind, _)| *kind == CONTINUE) {
                        parts.push(more);
                    }
                    book.strings = Strings {
                        parts,
                        part: 0,
                        at: 0,
                    }
                    .read();
                }
                _ => {}
            }
        }
        let is_date = |f: u16| {
            let built_in = matches!(f, 14..=17 | 22 | 27..=31 | 36 | 50..=54 | 57 | 58);
            formats.get(&f).copied().unwrap_or(built_in)
        };
        book.dates = shown.into_iter().map(is_date).collect();
        Ok(book)
    }

    /// Reads the values of a sheet.
    pub(crate) fn read(
        &self,
        sheet: &Listed,
        budget: &mut Budget,
    ) -> Result<(Rows, Vec<Area>), Unread> {
        let mut rows = Rows::new();
        let mut areas = Vec::new();
        // A sheet may contain charts, each a stream of its own.
        let mut depth = 0_usize;
        let mut formula = (0, 0);
        for (kind, data) in Records(self.stream.get(sheet.start..).ok_or(Unread::Corrupt)?) {
            match kind {
                BOF => depth += 1,
                EOF if depth <= 1 => return Ok((rows, areas)),
                EOF => depth -= 1,
                _ if depth != 1 => {}
                0x00E5 => areas.extend(merged(data).take(MERGES_MAX - areas.len().min(MERGES_MAX))),
                0x0207 => {
                    let length = usize::from(u16_at(data, 0).ok_or(Unread::Corrupt)?);
                    let value = characters(data.get(2..).unwrap_or_default(), length)
                        .ok_or(Unread::Corrupt)?;
                    budget
                        .put(&mut rows, formula.0, formula.1, text(&value))
                        .map_err(Unread::TooLarge)?;
                }
                _ => {
                    let cells = self.cells(kind, data).ok_or(Unread::Corrupt)?;
                    for (row, column, value) in cells {
                        formula = (row, column);
                        if value != Value::Empty {
                            budget
                                .put(&mut rows, row, column, value)
                                .map_err(Unread::TooLarge)?;
                        }
                    }
                }
            }
        }
        // The end is missing: the file was cut.
        Err(Unread::Corrupt)
    }

    /// The cells of one record; `None` where it is too short.
    fn cells(&self, kind: u16, data: &[u8]) -> Option<Vec<(usize, usize, Value)>> {
        if !matches!(
            kind,
            0x0203 | 0x027E | 0x00BD | 0x00FD | 0x0204 | 0x00D6 | 0x0205 | 0x0006
        ) {
            return Some(Vec::new());
        }
        let (row, column) = (usize::from(u16_at(data, 0)?), usize::from(u16_at(data, 2)?));
        let format = u16_at(data, 4)?;
        let value = match kind {
            0x0203 => self.number(double(data.get(6..)?)?, format),
            0x027E => self.number(packed(u32_at(data, 6)?), format),
            0x00BD => {
                let pairs = data.get(4..data.len().checked_sub(2)?)?.chunks_exact(6);
                let one = |(n, pair): (usize, &[u8])| {
                    Some((
                        row,
                        column + n,
                        self.number(packed(u32_at(pair, 2)?), u16_at(pair, 0)?),
                    ))
                };
                return pairs.enumerate().map(one).collect();
            }
            0x00FD => self
                .strings
                .get(u32_at(data, 6)? as usize)
                .map_or(Value::Empty, |s| text(s)),
            0x0204 | 0x00D6 => text(&characters(data.get(8..)?, usize::from(u16_at(data, 6)?))?),
            0x0205 if *data.get(7)? == 0 => Value::Bool(*data.get(6)? != 0),
            0x0205 => Value::Error(error_name(*data.get(6)?).to_owned()),
            _ => match data.get(6..14)? {
                [0, .., 0xFF, 0xFF] | [3, .., 0xFF, 0xFF] => Value::Empty,
                [1, _, b, .., 0xFF, 0xFF] => Value::Bool(*b != 0),
                [2, _, e, .., 0xFF, 0xFF] => Value::Error(error_name(*e).to_owned()),
                number => self.number(double(number)?, format),
            },
        };
        Some(vec![(row, column, value)])
    }

    fn number(&self, n: f64, format: u16) -> Value {
        if self
            .dates
            .get(usize::from(format))
            .copied()
            .unwrap_or(false)
        {
            let kind = calamine::ExcelDateTimeType::DateTime;
            return date(&calamine::ExcelDateTime::new(n, kind, self.since_1904));
        }
        Value::Number(as_shown(n))
    }
}

fn listed(data: &[u8]) -> Option<Listed> {
    let start = u32_at(data, 0)? as usize;
    let (hidden, kind) = (data.get(4)? & 3 != 0, *data.get(5)?);
    let name = characters(data.get(7..)?, usize::from(*data.get(6)?))?;
    (kind == 0).then_some(Listed {
        name,
        hidden,
        start,
    })
}

fn merged(data: &[u8]) -> impl Iterator<Item = Area> + '_ {
    data.get(2..)
        .unwrap_or_default()
        .chunks_exact(8)
        .filter_map(|c| {
            let at = |i| u16_at(c, i).map(u32::from);
            Some((at(0)?, at(4)?, at(2)?, at(6)?))
        })
}

fn double(data: &[u8]) -> Option<f64> {
    data.first_chunk().map(|b| f64::from_le_bytes(*b))
}

/// An RK number: 30 bits of a double or of a whole number, perhaps in hundredths.
fn packed(rk: u32) -> f64 {
    let n = if rk & 2 != 0 {
        f64::from(rk.cast_signed() >> 2)
    } else {
        f64::from_bits(u64::from(rk & !3) << 32)
    };
    if rk & 1 != 0 { n / 100.0 } else { n }
}

/// Characters after their flags: one byte each, or two.
fn characters(data: &[u8], count: usize) -> Option<String> {
    let (flags, data) = data.split_first()?;
    if flags & 1 == 0 {
        return Some(data.get(..count)?.iter().map(|b| char::from(*b)).collect());
    }
    let units = data
        .get(..count.checked_mul(2)?)?
        .chunks_exact(2)
        .filter_map(|c| u16_at(c, 0));
    Some(
        char::decode_utf16(units)
            .map(|c| c.unwrap_or('\u{fffd}'))
            .collect(),
    )
}

/// The shared strings, spread over a record and its continuations.
struct Strings<'a> {
    parts: Vec<&'a [u8]>,
    part: usize,
    at: usize,
}

impl Strings<'_> {
    /// All strings up to the end, or to where the table is damaged.
    fn read(mut self) -> Vec<String> {
        let mut all = Vec::new();
        while let Some(string) = self.one() {
            all.push(string);
        }
        all
    }

    fn one(&mut self) -> Option<String> {
        let mut left = usize::from(u16::from_le_bytes([self.byte()?, self.byte()?]));
        let flags = self.byte()?;
        let runs = if flags & 8 != 0 {
            usize::from(u16::from_le_bytes([self.byte()?, self.byte()?]))
        } else {
            0
        };
        let extra = if flags & 4 != 0 {
            u32::from_le_bytes([self.byte()?, self.byte()?, self.byte()?, self.byte()?]) as usize
        } else {
            0
        };
        let mut wide = flags & 1 != 0;
        let mut units = Vec::with_capacity(left);
        while left > 0 {
            if self.rest().is_empty() {
                // A string that goes on in the next record says its width again.
                self.part += 1;
                self.at = 0;
                wide = self.byte()? & 1 != 0;
            }
            let width = if wide { 2 } else { 1 };
            let take = left.min(self.rest().len() / width);
            if take == 0 {
                return None;
            }
            let data = self.rest().get(..take * width)?;
            if wide {
                units.extend(data.chunks_exact(2).filter_map(|c| u16_at(c, 0)));
            } else {
                units.extend(data.iter().map(|b| u16::from(*b)));
            }
            self.at += take * width;
            left -= take;
        }
        let mut skip = runs * 4 + extra;
        while skip > 0 && self.part < self.parts.len() {
            let step = skip.min(self.rest().len());
            self.at += step;
            skip -= step;
            if skip > 0 {
                self.part += 1;
                self.at = 0;
            }
        }
        Some(String::from_utf16_lossy(&units))
    }

    fn rest(&self) -> &[u8] {
        self.parts
            .get(self.part)
            .and_then(|p| p.get(self.at..))
            .unwrap_or_default()
    }

    fn byte(&mut self) -> Option<u8> {
        while self.part < self.parts.len() {
            if let Some(byte) = self.rest().first().copied() {
                self.at += 1;
                return Some(byte);
            }
            self.part += 1;
            self.at = 0;
        }
        None
    }
}

/// Whether a number format shows a day: it names year, month or day outside quotes and brackets.
fn shows_date(code: &str) -> bool {
    let (mut quoted, mut bracketed, mut escaped) = (false, false, false);
    for c in code.chars() {
        if std::mem::take(&mut escaped) {
            continue;
        }
        match c {
            '\\' | '_' | '*' => escaped = true,
            '"' => quoted = !quoted,
            '[' if !quoted => bracketed = true,
            ']' => bracketed = false,
            'y' | 'Y' | 'd' | 'D' if !quoted && !bracketed => return true,
            _ => {}
        }
    }
    false
}

fn error_name(code: u8) -> &'static str {
    match code {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0F => "#VALUE!",
        0x17 => "#REF!",
        0x1D => "#NAME?",
        0x24 => "#NUM!",
        _ => "#N/A",
    }
}

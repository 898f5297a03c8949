//! Numbers, years, grades and dates as people write them.

use junheng_core::date::Date;
use junheng_core::model::{Field, Kind};

use crate::grid::Value;
use crate::header::{normal, unit};

/// A decimal number as text and a power of ten, so that 万元 shifts the point and rounds once.
///
/// ```
/// use junheng_intake::number::Decimal;
/// let value = Decimal::read("1,234.5").unwrap();
/// assert_eq!(value.shifted(4), 12_345_000.0);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decimal {
    digits: String,
    exponent: i32,
}

impl Decimal {
    /// Reads digits with an optional sign, thousands commas, point and exponent; nothing else.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((m, e)) if e.len() <= 4 => (m, e.parse().ok()?),
            Some(_) => return None,
            None => (text, 0),
        };
        let (sign, unsigned) = match mantissa.strip_prefix('-') {
            Some(rest) => ("-", rest),
            None => ("", mantissa.strip_prefix('+').unwrap_or(mantissa)),
        };
        let (whole, part) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let numeric = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
        let mut groups = whole.split(',');
        let first = groups.next().unwrap_or_default();
        let mut grouped = false;
        for group in groups {
            grouped = true;
            if group.len() != 3 || !numeric(group) {
                return None;
            }
        }
        let digits = whole.replace(',', "");
        let sound = numeric(&digits) && numeric(part) && !(digits.is_empty() && part.is_empty());
        if !sound || (grouped && !(1..=3).contains(&first.len())) {
            return None;
        }
        Some(Self {
            digits: format!("{sign}{digits}.{part}0"),
            exponent,
        })
    }

    /// A number cell, whose decimal is what the spreadsheet shows.
    pub(crate) fn of(number: f64) -> Option<Self> {
        number
            .is_finite()
            .then(|| Self::read(&format!("{number:e}")))
            .flatten()
    }

    /// The value times ten to the `places`, rounded once to the nearest binary number.
    #[must_use]
    pub fn shifted(&self, places: i32) -> f64 {
        let exponent = self.exponent.saturating_add(places);
        let value: f64 = format!("{}e{exponent}", self.digits)
            .parse()
            .unwrap_or(f64::NAN);
        value + 0.0 // -0 is 0
    }
}

pub(crate) fn year(text: &str) -> Option<f64> {
    if let Some(date) = text.parse::<Date>().ok().or_else(|| month(text)) {
        return Some(f64::from(date.year()));
    }
    let text = text.trim_end_matches(['年', '度', '学']);
    // A school year counts by its first year.
    let first = match text.split_once(['-', '~', '至']) {
        Some((first, second)) => {
            let next: i32 = second.trim().parse().ok()?;
            let first = first.trim();
            (first.parse::<i32>().ok()? + 1 == next).then_some(first)?
        }
        None => text,
    };
    let n = Decimal::read(first.trim())?.shifted(0);
    (n.fract() == 0.0 && (1000.0..=9999.0).contains(&n)).then_some(n)
}

pub(crate) fn day(value: &Value, text: &str) -> Option<String> {
    let text = text.split([' ', 'T']).next().unwrap_or(text);
    if let Ok(date) = text.parse::<Date>() {
        return Some(date.to_string());
    }
    if let Some(date) = month(text) {
        return Some(date.to_string());
    }
    let serial = match value {
        Value::Number(n) => *n,
        _ => Decimal::read(text)?.shifted(0),
    };
    // Serials of 1927 to 2119; smaller numbers are years, larger ones dates without separators.
    (serial.fract() == 0.0 && (10_000.0..=80_000.0).contains(&serial)).then(|| {
        let (y, m, d, ..) =
            calamine::ExcelDateTime::new(serial, calamine::ExcelDateTimeType::DateTime, false)
                .to_ymd_hms_milli();
        format!("{y:04}-{m:02}-{d:02}")
    })
}

/// The first day of a month written without a day: `2015-09`, `2015年9月`.
pub(crate) fn month(text: &str) -> Option<Date> {
    let text = text.trim();
    let text = text.strip_suffix('月').unwrap_or(text);
    let (year, month) = text.split_once(['-', '/', '.', '年'])?;
    let year = (year.len() == 4).then(|| year.parse().ok()).flatten()?;
    Date::new(year, month.parse().ok()?, 1)
}

/// A number with what people write around it (grade names, percent, 成, units), and its shift; a
/// unit beside the number overrides the header's `shift`.
pub(crate) fn measured(field: Field, text: &str, shift: i32) -> Option<(Decimal, i32)> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if matches!(field, Field::ClassGrade | Field::HistoryGrade)
        && let Some(grade) = grade(&text)
    {
        return Decimal::of(f64::from(grade)).map(|d| (d, shift));
    }
    if let Some(d) = Decimal::read(&text) {
        return Some((d, shift));
    }
    let kind = field.kind();
    if kind == Kind::Share || (kind == Kind::Amount && field.about().unit.is_empty()) {
        let parts = [('%', -2), ('‰', -3), ('成', -1)];
        if let Some((bare, places)) = parts
            .iter()
            .find_map(|(c, p)| Some((text.strip_suffix(*c)?, *p)))
        {
            return Decimal::read(bare).map(|d| (d, places + shift));
        }
    }
    let start = text.find(|c: char| !(c.is_ascii_digit() || ",.+-".contains(c)))?;
    let (number, written) = text.split_at_checked(start)?;
    let (base, places) = unit(written).filter(|_| !normal(written).is_empty())?;
    let own = match kind {
        Kind::Yuan | Kind::YuanOrNo => "元",
        _ => field.about().unit.split('/').next().unwrap_or_default(),
    };
    (base == own)
        .then(|| Decimal::read(number))
        .flatten()
        .map(|d| (d, places))
}

fn grade(text: &str) -> Option<u8> {
    let names = ["一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let bare = text.strip_suffix("年级").unwrap_or(text);
    let index = |t: &str| {
        names
            .iter()
            .position(|n| *n == t)
            .and_then(|i| u8::try_from(i + 1).ok())
    };
    match bare.strip_prefix("初") {
        Some(rest) => index(rest).filter(|g| *g <= 4).map(|g| g + 6),
        None => match bare.strip_prefix("高") {
            Some(rest) => index(rest).filter(|g| *g <= 3).map(|g| g + 9),
            None => index(bare).or_else(|| bare.parse().ok().filter(|g| (1..=12).contains(g))),
        },
    }
}

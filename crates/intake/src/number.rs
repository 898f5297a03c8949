//! Numbers, years, grades and dates as people write them.

use std::fmt;

use junheng_core::date::Date;
use junheng_core::model::{Field, Kind};

use crate::grid::Value;
use crate::header::{normal, unit};

/// Digits that are kept of a number; the binary number has 17, a database 38.
const DIGITS_MAX: u32 = 38;

/// A decimal number, `digits` × 10^`exponent`, so that 万元 shifts the point and rounds once, and
/// 0.1 + 0.2 is 0.3.
///
/// ```
/// use junheng_intake::number::Decimal;
/// let value = Decimal::read("1,234.5").unwrap();
/// assert_eq!(value.shifted(4), 12_345_000.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    digits: i128,
    exponent: i32,
}

impl Decimal {
    /// Nothing.
    pub(crate) const ZERO: Self = Self {
        digits: 0,
        exponent: 0,
    };

    /// Reads digits with an optional sign, thousands commas, point and exponent; nothing else.
    ///
    /// Beyond 38 digits a whole number is refused and a fraction is cut.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((m, e)) if e.len() <= 4 => (m, e.parse::<i32>().ok()?),
            Some(_) => return None,
            None => (text, 0),
        };
        let (negative, unsigned) = match mantissa.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, mantissa.strip_prefix('+').unwrap_or(mantissa)),
        };
        let mut number = Self {
            digits: 0,
            exponent,
        };
        let (mut any, mut point, mut kept) = (false, false, 0);
        // Digits since the last comma, and whether there was one.
        let (mut group, mut grouped) = (0, false);
        for byte in unsigned.bytes() {
            match byte {
                b'0'..=b'9' => {
                    any = true;
                    group += u32::from(!point);
                    if kept == DIGITS_MAX {
                        // A digit that is cut is one of a fraction.
                        if !point {
                            return None;
                        }
                        continue;
                    }
                    number.digits = number.digits * 10 + i128::from(byte - b'0');
                    kept += u32::from(number.digits != 0);
                    number.exponent = number.exponent.saturating_sub(i32::from(point));
                }
                b'.' if !point && (!grouped || group == 3) => point = true,
                b',' if !point
                    && (if grouped {
                        group == 3
                    } else {
                        (1..=3).contains(&group)
                    }) =>
                {
                    (grouped, group) = (true, 0);
                }
                _ => return None,
            }
        }
        if negative {
            number.digits = -number.digits;
        }
        (any && (!grouped || group == 3)).then_some(number)
    }

    /// A number cell, whose decimal is what the spreadsheet shows.
    pub(crate) fn of(number: f64) -> Option<Self> {
        number
            .is_finite()
            .then(|| Self::read(&format!("{number:e}")))
            .flatten()
    }

    /// The value times ten to the `places`, rounded once to the nearest binary number; infinite or
    /// NaN where it is too large or too small for one.
    #[must_use]
    pub fn shifted(&self, places: i32) -> f64 {
        /// The powers of ten that a binary number holds exactly.
        const POWERS: [f64; 16] = [
            1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
        ];
        let exponent = self.exponent.saturating_add(places);
        let power = POWERS.get(exponent.unsigned_abs() as usize);
        // Both exact, so that the one operation rounds once.
        if let (Ok(whole), Some(power)) = (i32::try_from(self.digits), power) {
            let whole = f64::from(whole);
            return if exponent < 0 {
                whole / power
            } else {
                whole * power
            };
        }
        match format!("{}e{exponent}", self.digits).parse() {
            Ok(0.0) if self.digits != 0 => f64::NAN,
            value => value.unwrap_or(f64::NAN) + 0.0, // -0 is 0
        }
    }

    /// The digits at a lower exponent.
    fn at(self, exponent: i32) -> Option<i128> {
        let places = u32::try_from(self.exponent.checked_sub(exponent)?).ok()?;
        self.digits.checked_mul(10_i128.checked_pow(places)?)
    }

    /// The sum; `None` where it is too large.
    pub(crate) fn plus(self, other: Self) -> Option<Self> {
        let exponent = self.exponent.min(other.exponent);
        Some(Self {
            digits: self.at(exponent)?.checked_add(other.at(exponent)?)?,
            exponent,
        })
    }

    /// The product; `None` where it is too large.
    pub(crate) fn times(self, other: Self) -> Option<Self> {
        Some(Self {
            digits: self.digits.checked_mul(other.digits)?,
            exponent: self.exponent.checked_add(other.exponent)?,
        })
    }
}

/// Without an exponent up to 40 places, and without idle zeros.
impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut digits, mut exponent) = (self.digits, self.exponent);
        while digits % 10 == 0 && exponent < 0 {
            digits /= 10;
            exponent += 1;
        }
        let places = exponent.unsigned_abs() as usize;
        let sign = if digits < 0 { "-" } else { "" };
        let digits = digits.unsigned_abs();
        if digits == 0 {
            return f.write_str("0");
        }
        if places > 40 {
            return write!(f, "{sign}{digits}e{exponent}");
        }
        if exponent >= 0 {
            return write!(f, "{sign}{digits}{}", "0".repeat(places));
        }
        let width = places + 1;
        let text = format!("{digits:0width$}");
        match text.split_at_checked(text.len() - places) {
            Some((whole, part)) => write!(f, "{sign}{whole}.{part}"),
            None => write!(f, "{sign}{text}"),
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Decimal {
        Decimal::read(text).unwrap()
    }

    #[test]
    fn sums_and_factors_are_exact() {
        assert_eq!(number("0.1").plus(number("0.2")), Some(number("0.3")));
        let product = number("123.45678").times(number("10000"));
        assert_eq!(product.unwrap().to_string(), "1234567.8");
        for (written, shown) in [
            ("1,234.50", "1234.5"),
            ("-0.05", "-0.05"),
            ("100", "100"),
            ("1.5e3", "1500"),
            ("0.00", "0"),
            ("-0", "0"),
            ("1e-400", "1e-400"),
            ("1e308", "1e308"),
        ] {
            assert_eq!(number(written).to_string(), shown, "{written}");
        }
        let large = number(&"9".repeat(30));
        assert_eq!(large.times(large), None);
        assert_eq!(number("1e308").plus(number("1")), None);
    }

    #[test]
    fn binary_numbers_are_the_nearest() {
        for text in [
            "0.1",
            "1234.5",
            "-0",
            "1e308",
            "1e400",
            "0.30000000000000004",
            "9007199254740993",
            "123456789.987654321",
            "2.2250738585072014e-308",
            "00012.50",
        ] {
            let expected = text.parse::<f64>().unwrap() + 0.0;
            assert_eq!(
                number(text).shifted(0).to_bits(),
                expected.to_bits(),
                "{text}"
            );
        }
        assert_eq!(number("0.07").shifted(4), 700.0);
        assert!(number("1e-400").shifted(0).is_nan(), "not nothing");
        // More digits than are kept.
        let third = format!("0.{}", "3".repeat(60));
        assert_eq!(number(&third).shifted(0), 1.0 / 3.0);
    }

    #[test]
    fn other_texts_are_no_numbers() {
        for text in [
            "",
            "-",
            ".",
            "-.",
            "12人",
            "1.2.3",
            "1,23,4",
            "1234,567",
            "12,5",
            ",123",
            "1,234,",
            "1,23.5",
            "1e",
            "1e99999",
            "e5",
            "+-1",
            "0x10",
            "inf",
            "NaN",
            "1_000",
            &"9".repeat(39),
        ] {
            assert_eq!(Decimal::read(text), None, "{text}");
        }
    }
}

//! Calendar dates; the program needs no time of day.

use std::fmt;
use std::str::FromStr;

/// A day of the Gregorian calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: i16,
    month: u8,
    day: u8,
}

impl Date {
    /// The date, or `None` when there is no such day.
    #[must_use]
    pub fn new(year: i16, month: u8, day: u8) -> Option<Self> {
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let days = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => return None,
        };
        (1..=days)
            .contains(&day)
            .then_some(Self { year, month, day })
    }

    /// The year.
    #[must_use]
    pub fn year(self) -> i16 {
        self.year
    }

    /// 1 September of `year`, the day school statistics refer to.
    #[must_use]
    pub fn september_first(year: i16) -> Self {
        Self {
            year,
            month: 9,
            day: 1,
        }
    }
}

/// The school year that begins in the first of two years in a row: 2025 of `2025-2026`.
///
/// ```
/// use junheng_core::date::SchoolYear;
/// let year = SchoolYear::read("2025-2026").unwrap();
/// assert!(year.contains("2026-08-31".parse().unwrap()));
/// assert!(SchoolYear::read("2025-2029").is_none());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SchoolYear(i16);

impl SchoolYear {
    /// Reads `2025-2026`.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (first, second) = text.split_once('-')?;
        let year = |t: &str| {
            let whole = t.len() == 4 && t.bytes().all(|b| b.is_ascii_digit());
            t.parse::<i16>().ok().filter(|_| whole)
        };
        let (first, second) = (year(first)?, year(second)?);
        ((1980..=2100).contains(&first) && second == first + 1).then_some(Self(first))
    }

    /// Whether a day lies in it: from 1 September to 31 August.
    #[must_use]
    pub fn contains(self, day: Date) -> bool {
        (Date::september_first(self.0)..Date::september_first(self.0.saturating_add(1)))
            .contains(&day)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl FromStr for Date {
    type Err = ();

    /// Reads `2025-09-01`, `2025/9/1`, `2025.9.1`, `20250901` and `2025年9月1日`.
    fn from_str(text: &str) -> Result<Self, ()> {
        let text = text.trim();
        if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
            let part = |range: std::ops::Range<usize>| text[range].parse::<i16>().map_err(drop);
            let small = |n: i16| u8::try_from(n).map_err(drop);
            return Self::new(part(0..4)?, small(part(4..6)?)?, small(part(6..8)?)?).ok_or(());
        }
        let text = text.strip_suffix('日').unwrap_or(text);
        let mut parts = text.split(['-', '/', '.', '年', '月']);
        let (Some(y), Some(m), Some(d), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(());
        };
        Self::new(
            y.parse().map_err(drop)?,
            m.parse().map_err(drop)?,
            d.parse().map_err(drop)?,
        )
        .ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_usual_spellings_and_refuses_days_that_do_not_exist() {
        let day = Date::new(2025, 9, 1);
        for text in [
            "2025-09-01",
            "2025/9/1",
            "2025.9.1",
            "20250901",
            "2025年9月1日",
        ] {
            assert_eq!(text.parse().ok(), day, "{text}");
        }
        for text in [
            "2025-02-29",
            "2025-13-01",
            "2025-9",
            "",
            "九月",
            "2025-09-01-02",
        ] {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
        assert!("2024-02-29".parse::<Date>().is_ok());
    }
}

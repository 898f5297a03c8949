//! Exact decimals for sums and unit factors: 0.1 万元 is 1000 yuan, not 999.9999999999999.

use std::fmt;

use super::words::plain;

/// `digits` / 10^`scale`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Decimal {
    digits: i128,
    scale: u32,
}

impl Decimal {
    /// Reads `1234`, `1,234.50`, `－3`; `None` for anything else and beyond 30 digits.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = plain(text).replace([',', '，'], "");
        let (sign, text) = match text.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, text.strip_prefix('+').unwrap_or(&text)),
        };
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        let digits = format!("{whole}{part}");
        let plain_number =
            (1..=30).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        Some(Self {
            digits: sign * plain_number.then(|| digits.parse::<i128>().ok())??,
            scale: u32::try_from(part.len()).ok()?,
        })
    }

    /// The sum; `None` where it is too large.
    pub(super) fn plus(self, other: Self) -> Option<Self> {
        let scale = self.scale.max(other.scale);
        let at = |d: Self| d.digits.checked_mul(10_i128.checked_pow(scale - d.scale)?);
        Some(Self {
            digits: at(self)?.checked_add(at(other)?)?,
            scale,
        })
    }

    /// The product; `None` where it is too large.
    pub(super) fn times(self, other: Self) -> Option<Self> {
        Some(Self {
            digits: self.digits.checked_mul(other.digits)?,
            scale: self.scale.checked_add(other.scale)?,
        })
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut digits, mut scale) = (self.digits, self.scale);
        while scale > 0 && digits % 10 == 0 {
            digits /= 10;
            scale -= 1;
        }
        let sign = if digits < 0 { "-" } else { "" };
        let width = scale as usize + 1;
        let text = format!("{:0width$}", digits.unsigned_abs());
        match text.split_at_checked(text.len() - scale as usize) {
            Some((whole, part)) if !part.is_empty() => write!(f, "{sign}{whole}.{part}"),
            _ => write!(f, "{sign}{text}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    #[test]
    fn sums_and_factors_are_exact() {
        assert_eq!(
            number("0.1").plus(number("0.2")).unwrap().to_string(),
            "0.3"
        );
        assert_eq!(
            number("123.45678")
                .times(number("10000"))
                .unwrap()
                .to_string(),
            "1234567.8"
        );
        assert_eq!(number("１，２３４.50").to_string(), "1234.5");
        assert_eq!(number("-0.05").to_string(), "-0.05");
        assert_eq!(number("100").to_string(), "100");
        assert_eq!(number("0.00").to_string(), "0");
    }

    #[test]
    fn other_texts_are_no_numbers() {
        for text in ["", "-", ".", "1e5", "12人", "1.2.3", &"9".repeat(31)] {
            assert!(Decimal::parse(text).is_none(), "{text}");
        }
        assert!(
            number(&"9".repeat(30))
                .times(number(&"9".repeat(30)))
                .is_none()
        );
    }
}

//! Numbers for people. A number that is shown never contradicts its verdict.

use crate::exact::{decimal, round_half_up, to_f64};

/// A number with at most `digits` decimals, rounded half up, trailing zeros left out.
///
/// ```
/// assert_eq!(junheng_core::show::number(4.505, 2), "4.51");
/// assert_eq!(junheng_core::show::number(400.0, 2), "400");
/// ```
#[must_use]
pub fn number(value: f64, digits: u32) -> String {
    if !value.is_finite() {
        return "—".to_owned();
    }
    let rounded = to_f64(&round_half_up(&decimal(value), digits));
    // Never "-0".
    format!("{}", rounded + 0.0)
}

/// A number beside its limit: as many more decimals as it takes to stay on its side.
///
/// ```
/// assert_eq!(junheng_core::show::beside(4.199_96, 4.2, 2), "4.19996");
/// assert_eq!(junheng_core::show::beside(4.167, 4.2, 2), "4.17");
/// ```
#[must_use]
pub fn beside(value: f64, limit: f64, digits: u32) -> String {
    if !value.is_finite() {
        return number(value, digits);
    }
    for digits in digits..12 {
        let rounded = to_f64(&round_half_up(&decimal(value), digits));
        if rounded.total_cmp(&limit) == value.total_cmp(&limit) {
            return number(value, digits);
        }
    }
    format!("{value}")
}

/// A number beside its limit with at least `digits` decimals, zeros kept: for columns.
///
/// ```
/// assert_eq!(junheng_core::show::column(0.1, Some(0.5), 3), "0.100");
/// assert_eq!(junheng_core::show::column(0.500_01, Some(0.5), 3), "0.50001");
/// ```
#[must_use]
pub fn column(value: f64, limit: Option<f64>, digits: u32) -> String {
    let text = limit.map_or_else(|| number(value, digits), |l| beside(value, l, digits));
    let decimals = text.split_once('.').map_or(0, |(_, d)| d.len());
    let missing = (digits as usize).saturating_sub(decimals);
    if missing == 0 || !value.is_finite() {
        return text;
    }
    let point = if decimals == 0 { "." } else { "" };
    format!("{text}{point}{}", "0".repeat(missing))
}

/// A share as a percentage, beside its limit where there is one.
///
/// ```
/// assert_eq!(junheng_core::show::percent(0.19987, Some(0.2)), "19.99%");
/// ```
#[must_use]
pub fn percent(share: f64, limit: Option<f64>) -> String {
    let hundredfold = to_f64(&(decimal(share) * decimal(100.0)));
    match limit {
        Some(limit) => {
            let limit = to_f64(&(decimal(limit) * decimal(100.0)));
            format!("{}%", beside(hundredfold, limit, 2))
        }
        None => format!("{}%", number(hundredfold, 2)),
    }
}

/// A whole number with separators: 1,234,567.
///
/// ```
/// assert_eq!(junheng_core::show::thousands(1_234_567.0), "1,234,567");
/// ```
#[must_use]
pub fn thousands(value: f64) -> String {
    let text = number(value, 0);
    let (sign, digits) = text
        .strip_prefix('-')
        .map_or(("", text.as_str()), |d| ("-", d));
    let mut out = String::new();
    for (n, c) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n) % 3 == 0 {
            out.push(',');
        }
        out.push(c);
    }
    format!("{sign}{out}")
}

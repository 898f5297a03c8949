//! Exact decimals: a figure on a threshold is judged by what was written, not by binary rounding.
//!
//! Figures are kept as `f64`. A `f64` that came from a decimal of at most 15 digits still prints
//! that decimal, so the decimal can be taken back and reckoned with exactly. The evaluator reckons
//! in `f64` first and takes the exact road only within [`NEAR`] of a limit.

use std::cmp::Ordering;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, Zero};

/// An exact rational number.
pub type Exact = BigRational;

/// Relative distance to a limit under which `f64` arithmetic is not trusted to say the side.
pub const NEAR: f64 = 1e-9;

/// Arithmetic that the rules are written in once and run in `f64` or exactly.
pub trait Arith: Clone {
    /// Whether nothing is ever rounded.
    const EXACT: bool;
    /// The number that `x` was written as.
    fn of(x: f64) -> Self;
    /// Sum.
    fn plus(self, other: Self) -> Self;
    /// Difference.
    fn minus(self, other: Self) -> Self;
    /// Product.
    fn times(self, other: Self) -> Self;
    /// Quotient, `None` when dividing by 0.
    fn over(self, other: Self) -> Option<Self>;
}

impl Arith for f64 {
    const EXACT: bool = false;
    fn of(x: f64) -> Self {
        x
    }
    fn plus(self, other: Self) -> Self {
        self + other
    }
    fn minus(self, other: Self) -> Self {
        self - other
    }
    fn times(self, other: Self) -> Self {
        self * other
    }
    fn over(self, other: Self) -> Option<Self> {
        (other != 0.0).then(|| self / other)
    }
}

impl Arith for Exact {
    const EXACT: bool = true;
    fn of(x: f64) -> Self {
        decimal(x)
    }
    fn plus(self, other: Self) -> Self {
        self + other
    }
    fn minus(self, other: Self) -> Self {
        self - other
    }
    fn times(self, other: Self) -> Self {
        self * other
    }
    fn over(self, other: Self) -> Option<Self> {
        (!other.is_zero()).then(|| self / other)
    }
}

/// The shortest decimal that reads back as `x`, as an exact number. 0 for NaN and infinities.
///
/// ```
/// use junheng_core::exact::decimal;
/// // 0.85 × 4.2 is exactly 3.57, which no product of binary fractions is.
/// assert_eq!(decimal(0.85) * decimal(4.2), decimal(3.57));
/// ```
#[must_use]
pub fn decimal(x: f64) -> Exact {
    if !x.is_finite() {
        return Exact::zero();
    }
    let text = format!("{x:e}");
    let Some((mantissa, exponent)) = text.split_once('e') else {
        return Exact::zero();
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits: BigInt = format!("{whole}{fraction}").parse().unwrap_or_default();
    let exponent =
        exponent.parse::<i32>().unwrap_or(0) - i32::try_from(fraction.len()).unwrap_or(0);
    let power = BigInt::from(10).pow(exponent.unsigned_abs());
    if exponent >= 0 {
        Exact::new(digits * power, BigInt::one())
    } else {
        Exact::new(digits, power)
    }
}

/// The nearest `f64` of an exact number.
#[must_use]
pub fn to_f64(x: &Exact) -> f64 {
    num_traits::ToPrimitive::to_f64(x).unwrap_or(f64::NAN)
}

/// Rounds half up (away from 0) to `digits` decimals.
///
/// ```
/// use junheng_core::exact::{decimal, round_half_up, to_f64};
/// assert_eq!(to_f64(&round_half_up(&decimal(4.505), 2)), 4.51);
/// ```
#[must_use]
pub fn round_half_up(x: &Exact, digits: u32) -> Exact {
    let scale = Exact::from_integer(BigInt::from(10).pow(digits));
    let half = Exact::new(BigInt::one(), BigInt::from(2));
    let rounded = (x.abs() * &scale + half).floor() / scale;
    if x.is_negative() { -rounded } else { rounded }
}

/// [`round_half_up`] of what `x` was written as; exact arithmetic only next to a half.
///
/// ```
/// use junheng_core::exact::rounded_half_up;
/// assert_eq!(rounded_half_up(0.505, 2), 0.51);
/// ```
#[must_use]
pub fn rounded_half_up(x: f64, digits: u32) -> f64 {
    let scale = 10_f64.powi(digits.cast_signed());
    let scaled = x.abs() * scale;
    let from_half = (scaled - scaled.floor() - 0.5).abs();
    if scaled < 1e6 && digits < 16 && from_half > 1e-6 {
        // The quotient of two whole numbers is the nearest `f64` of their decimal.
        return (scaled + 0.5).floor() / scale * x.signum();
    }
    to_f64(&round_half_up(&decimal(x), digits))
}

/// Whether `value` is so close to `limit` that `f64` is not trusted to say its side.
#[must_use]
pub fn near(value: f64, limit: f64) -> bool {
    (value - limit).abs() <= NEAR * (value.abs() + limit.abs())
}

/// How `value` compares with `limit`: in `f64` where that is safe, else exactly.
pub fn compare(value: f64, limit: f64, exact: impl FnOnce() -> Option<Ordering>) -> Ordering {
    if !near(value, limit) {
        return value.total_cmp(&limit);
    }
    exact().unwrap_or_else(|| value.total_cmp(&limit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_back_what_was_written() {
        for x in [0.0, 0.1, 4.2, -3.5, 1e-7, 123_456_789.125, 1e21, 4.505] {
            assert_eq!(to_f64(&decimal(x)), x);
        }
        assert_eq!(decimal(0.1) + decimal(0.2), decimal(0.3));
        assert_eq!(decimal(f64::NAN), Exact::zero());
    }

    #[test]
    fn rounds_half_up() {
        for (x, digits, want) in [(0.501_787, 2, 0.5), (0.505, 2, 0.51), (-0.505, 2, -0.51)] {
            assert_eq!(to_f64(&round_half_up(&decimal(x), digits)), want);
        }
    }
}

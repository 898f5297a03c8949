//! Random numbers that are the same on every platform and in every version.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

/// A seeded stream of numbers.
///
/// Only +, −, ×, ÷ and square root are used on its floats here: they are exact to the last bit
/// everywhere, while `exp`, `ln` and `cos` differ between platforms.
pub(crate) struct Rng(ChaCha8Rng);

impl Rng {
    /// The stream of one subject, so that a change in one subject leaves the others as they were.
    pub(crate) fn new(seed: u64, subject: u64) -> Self {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        let mut rng = ChaCha8Rng::from_seed(key);
        rng.set_stream(subject);
        Self(rng)
    }

    /// A number in 0 ≤ x < 1.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A number in `low` ≤ x < `high`.
    pub(crate) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// A whole number below `n`; 0 for `n` = 0.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.0.next_u64()) * n as u128) >> 64) as usize
    }

    /// A whole number from `low` to `high`, both included.
    pub(crate) fn whole(&mut self, low: u32, high: u32) -> u32 {
        low + self.below((high - low + 1) as usize) as u32
    }

    /// True with probability `p`.
    pub(crate) fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    /// About normal, mean 0, standard deviation 1, never beyond 3.5.
    pub(crate) fn bell(&mut self) -> f64 {
        let sum: f64 = (0..4).map(|_| self.unit()).sum();
        (sum - 2.0) * 3.0_f64.sqrt()
    }

    /// Never below 0, mean 1, most values small, at most 3.
    pub(crate) fn skewed(&mut self) -> f64 {
        let u = self.unit();
        3.0 * u * u
    }

    /// As [`Rng::skewed`], with a longer tail: at most 5, standard deviation 1.33.
    pub(crate) fn tailed(&mut self) -> f64 {
        let u = self.unit();
        5.0 * u * u * u * u
    }

    /// One of `items`, which is not empty.
    pub(crate) fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }

    /// One of `items`, each as often as its weight says.
    pub(crate) fn weighted<T: Copy>(&mut self, items: &[(T, f64)]) -> T {
        let mut left = self.unit() * items.iter().map(|(_, w)| w).sum::<f64>();
        let at = items.iter().position(|(_, w)| {
            left -= w;
            left < 0.0
        });
        items[at.unwrap_or(items.len() - 1)].0
    }

    /// Puts `items` in random order.
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i + 1));
        }
    }
}

/// `value` with so many decimals.
pub(crate) fn rounded(value: f64, decimals: u32) -> f64 {
    // No `powi`: its last bit is not promised.
    let unit = (0..decimals).fold(1.0, |unit, _| unit * 10.0);
    (value * unit).round() / unit
}

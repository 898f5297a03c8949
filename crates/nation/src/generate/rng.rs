//! Random numbers that are the same on every platform and in every version.

/// A stream of numbers: SplitMix64 (Steele, Lea, Flood 2014).
///
/// A nation draws some hundred million numbers, none of which guards anything. Only +, −, ×, ÷ are
/// used on floats: they are exact to the last bit everywhere.
pub(super) struct Rng(u64);

const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

impl Rng {
    /// The stream of one subject of one county.
    pub(super) fn new(seed: u64, county: usize, subject: u64) -> Self {
        let county = mix(mix(seed.wrapping_add(STEP)).wrapping_add(county as u64));
        Self(mix(county.wrapping_add(subject.wrapping_mul(STEP))))
    }

    /// A number in 0 ≤ x < 1.
    pub(super) fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(STEP);
        (mix(self.0) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A number in `low` ≤ x < `high`.
    pub(super) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// True with probability `p`.
    pub(super) fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    /// About normal, mean 0, standard deviation 1, never beyond 3.
    pub(super) fn bell(&mut self) -> f64 {
        // Variance of a uniform number is 1/12: three of them make 1/4.
        2.0 * (self.unit() + self.unit() + self.unit() - 1.5)
    }
}

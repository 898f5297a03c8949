//! Fast random numbers for the search, the same on every machine.

/// A seeded stream (xorshift64*).
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        // Spread, so that neighbouring seeds do not start alike; never 0.
        Self(seed.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// A whole number below `n`, which is not 0.
    pub(super) fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.next()) * n as u128) >> 64) as usize
    }
}

/// Draws from the exponential distribution with mean 1, by the means of its order statistics:
/// only sums and quotients, so no platform's logarithm shows.
pub(super) struct Exponential(Vec<f64>);

impl Exponential {
    pub(super) fn new() -> Self {
        const SIZE: u32 = 4096;
        let mut sum = 0.0;
        Self(
            (0..SIZE)
                .map(|i| {
                    sum += 1.0 / f64::from(SIZE - i);
                    sum
                })
                .collect(),
        )
    }

    pub(super) fn draw(&self, random: &mut Random) -> f64 {
        self.0[random.below(self.0.len())]
    }
}

//! Possible futures: block bootstrap of past errors.
//!
//! One path draws one past year for the whole county and, for every series, the errors of that
//! year's forecast (often its own, else those of another school), all years ahead together, so
//! that good and bad luck stays together in time and between schools as it did. Paths come in
//! pairs of opposite sign: their mean is the forecast. Where few past errors are known, paths of
//! usual size and shape are mixed in.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

use super::history::{GRADES, Level};
use super::learn::Learned;

/// Paths, in pairs.
pub const PATHS: usize = 400;
/// Comparisons that outweigh the usual shape of errors.
const PRIOR_CASES: f64 = 25.0;
/// Share of the usual errors' variance that all schools of a county have in common.
const COMMON: f64 = 0.15;
/// 80 % of a normal distribution lie within this many standard deviations.
pub(super) const EIGHTY: f64 = 1.281_552;
/// How much wider than past errors intervals are made, one year ahead and per further year: what
/// was fitted to the past is a little less wrong there than it will be.
const WIDER: [f64; 2] = [1.06, 0.035];

fn wider(ahead: usize) -> f64 {
    WIDER[0] + WIDER[1] * ahead.min(5) as f64
}

/// Draws past or usual errors.
pub(super) struct Draws<'a> {
    learned: &'a Learned,
    key: u64,
}

/// Random numbers that depend only on the key and on what they are for: SplitMix64 from a key
/// that ChaCha made of the seed.
struct Stream(u64);

impl Stream {
    fn new(key: u64, pair: usize, subject: u64) -> Self {
        let mut stream = Self(key ^ (pair as u64).wrapping_mul(0xD1B5_4A32_D192_ED03));
        stream.0 = stream.next() ^ subject.wrapping_mul(0x8CB9_2BA7_2F3D_8DD7);
        stream
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.next()) * n as u128) >> 64) as usize
    }

    /// About normal, mean 0, standard deviation 1: exact on every platform, as `ln` and `cos` are
    /// not.
    fn bell(&mut self) -> f64 {
        let sum: f64 = (0..6).map(|_| self.unit()).sum();
        (sum - 3.0) * 2.0_f64.sqrt()
    }
}

/// The key of all draws of a seed.
pub(super) fn key(seed: u64) -> u64 {
    let mut key = [0; 32];
    key[..8].copy_from_slice(&seed.to_le_bytes());
    key[8..16].copy_from_slice(b"forecast");
    ChaCha8Rng::from_seed(key).next_u64()
}

impl<'a> Draws<'a> {
    pub(super) fn new(learned: &'a Learned, key: u64) -> Self {
        Self { learned, key }
    }

    /// The errors of a series and level, in units of its spread, by years ahead.
    pub(super) fn level(&self, pair: usize, s: usize, level: Level, ahead: usize) -> Vec<f64> {
        let mut county = Stream::new(self.key, pair, u64::MAX);
        let cases = self.learned.cases as f64;
        let blocks = &self.learned.origins;
        let past = county.unit() < cases / (cases + PRIOR_CASES) && !blocks.is_empty();
        let common = county.bell();
        let origin = county.below(blocks.len().max(1));
        let mut rng = Stream::new(self.key, pair, s as u64 * 4 + level as u64);
        if !past {
            // One error that grows with the years, as its unit does.
            let own = rng.bell();
            let z = (COMMON.sqrt() * common + (1.0 - COMMON).sqrt() * own) / EIGHTY;
            return (0..ahead).map(|h| z * wider(h)).collect();
        }
        let there = &blocks[origin];
        // Blocks of an origin stand in the order of series and level.
        let own = there
            .binary_search_by(|b| (b.series, b.level).cmp(&(s, level)))
            .ok();
        let other = rng.below(there.len());
        let at = own.filter(|_| rng.unit() < 0.5).unwrap_or(other);
        let errors = there.get(at).map_or(&[][..], |b| &b.errors);
        (0..ahead)
            .map(|h| wider(h) * errors.get(h).or(errors.last()).copied().unwrap_or(0.0))
            .collect()
    }

    /// Normal errors of a level's grades: the first of all of them together.
    pub(super) fn grades(&self, pair: usize, s: usize, level: Level) -> [f64; GRADES + 1] {
        let mut rng = Stream::new(self.key, pair, (1 << 40) + s as u64 * 4 + level as u64);
        std::array::from_fn(|_| rng.bell())
    }
}

/// The value below which a share of the paths lie; sorts `values`.
pub fn quantile(values: &mut [f64], share: f64) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    let Some(last) = values.len().checked_sub(1) else {
        return f64::NAN;
    };
    let at = share * last as f64;
    let low = at.floor() as usize;
    let high = (low + 1).min(last);
    values[low] + (at - low as f64) * (values[high] - values[low])
}

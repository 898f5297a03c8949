//! How often one account or address may ask.

use std::collections::BTreeMap;

use crate::store::Millis;

/// Length of the window that is counted.
const WINDOW: Millis = 60_000;
/// Requests of a person per window: a page asks a dozen times, a script through all schools more.
const PERSON: u32 = 1200;
/// Requests of an address without a session per window.
const STRANGER: u32 = 120;

/// Counts of the current window.
#[derive(Debug, Default)]
pub(crate) struct Limiter {
    since: Millis,
    counts: BTreeMap<String, u32>,
}

impl Limiter {
    /// Counts a request; false where it is one too many.
    pub(crate) fn admits(&mut self, who: &str, known: bool, now: Millis) -> bool {
        let most = if known { PERSON } else { STRANGER };
        self.counts(who, most, WINDOW, now)
    }

    /// Counts one of `most` in a window of this length.
    pub(crate) fn counts(&mut self, who: &str, most: u32, window: Millis, now: Millis) -> bool {
        if !(self.since..self.since + window).contains(&now) {
            self.since = now;
            self.counts.clear();
        }
        let count = self.counts.entry(who.to_owned()).or_default();
        *count = count.saturating_add(1);
        *count <= most
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statement_32_rate_limits() {
        let mut limiter = Limiter::default();
        for _ in 0..STRANGER {
            assert!(limiter.admits("10.0.0.1", false, 5));
        }
        assert!(!limiter.admits("10.0.0.1", false, 6));
        assert!(limiter.admits("10.0.0.2", false, 6));
        assert!(limiter.admits("10.0.0.1", false, 5 + WINDOW));
        // A clock that goes back opens a new window instead of locking everybody out.
        assert!(limiter.admits("10.0.0.1", false, 0));
    }
}

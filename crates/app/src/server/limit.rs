//! How often one account or address may ask.

use std::collections::BTreeMap;

use crate::store::Millis;

/// Length of the window that is counted.
const WINDOW: Millis = 60_000;
/// Requests of a person per window: a page asks a dozen times, a script through all schools more.
const PERSON: u32 = 1200;
/// Requests of an address without a session per window: all schools of a county may come by one, and each
/// asks twice before it is logged in.
const STRANGER: u32 = 1200;
/// Wrong passwords of an address per window.
const WRONG: u32 = 120;

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

    /// Counts a wrong password of an address.
    pub(crate) fn wrong(&mut self, address: &str, now: Millis) {
        self.counts(&format!("wrong {address}"), WRONG, WINDOW, now);
    }

    /// Whether an address has given so many wrong ones that it has to wait.
    pub(crate) fn guesses(&self, address: &str, now: Millis) -> bool {
        let wrong = self.counts.get(&format!("wrong {address}"));
        (self.since..self.since + WINDOW).contains(&now) && wrong.is_some_and(|n| *n >= WRONG)
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
        // Wrong passwords are fewer than requests; they hold up their own address alone, for the window.
        for _ in 0..WRONG {
            assert!(!limiter.guesses("10.0.0.1", 7));
            limiter.wrong("10.0.0.1", 7);
        }
        assert!(limiter.guesses("10.0.0.1", 8) && !limiter.guesses("10.0.0.2", 8));
        assert!(!limiter.guesses("10.0.0.1", WINDOW));
    }
}

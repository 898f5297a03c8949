//! What commands answered. It never changes, so it is kept: what was not asked for longest goes first.

use std::collections::BTreeMap;
use std::sync::Arc;

/// Answers kept.
const KEPT: usize = 200;

/// The answers, each with the turn at which it was last asked for.
#[derive(Default)]
pub(crate) struct Answers {
    known: BTreeMap<String, (u64, Arc<str>)>,
    turn: u64,
}

impl Answers {
    /// What is known under a key.
    pub(crate) fn get(&mut self, key: &str) -> Option<Arc<str>> {
        self.turn += 1;
        let (asked, answer) = self.known.get_mut(key)?;
        *asked = self.turn;
        Some(answer.clone())
    }

    /// Keeps an answer.
    pub(crate) fn put(&mut self, key: String, answer: Arc<str>) {
        self.turn += 1;
        self.known.insert(key, (self.turn, answer));
        if self.known.len() > KEPT {
            let oldest = self.known.iter().min_by_key(|(_, (asked, _))| *asked);
            if let Some(oldest) = oldest.map(|(key, _)| key.clone()) {
                self.known.remove(&oldest);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_again_stays() {
        let mut answers = Answers::default();
        answers.put("evaluate".to_owned(), "county".into());
        for n in 0..3 * KEPT {
            answers.put(format!("explain {n}"), "number".into());
            assert!(answers.get("evaluate").is_some(), "{n}");
        }
        assert_eq!(answers.known.len(), KEPT);
        assert!(answers.get("explain 0").is_none());
    }
}

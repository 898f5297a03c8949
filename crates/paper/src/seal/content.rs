//! What a Word file keeps of its words, pictures and margins, so that a change by hand shows and is found.

use sha2::{Digest, Sha256};

use super::hex;

/// Places of a text that marks of their own tell apart; of a longer text several sentences share one.
const PLACES: usize = 504;
/// Digits of a mark.
const MARK: usize = 4;

/// The hashes of pieces of text: paragraphs, or pictures by the SHA-256 of their bytes.
///
/// Blanks and empty pieces do not count: office programs set them anew. A sentence is the smallest
/// part that is told apart.
///
/// ```
/// use junheng_paper::seal::Content;
/// let kept = Content::of(["共 12 所。", "达到；持平"]);
/// assert_eq!(kept.changed(["共12所。", "", "达到；持平"]), None);
/// let change = kept.changed(["共12所。", "达到；下降"]).unwrap();
/// assert_eq!((change.at, change.words.as_str()), (Some(1), "下降"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// SHA-256 over all of it, and how many sentences there are.
    pub whole: String,
    /// The first digits of a hash per place, in the order of the text; where places hold several
    /// sentences then one of all first, all second, … sentences of the places.
    pub places: String,
}

/// The first change of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Which of the pieces; none where only the end was taken away.
    pub at: Option<usize>,
    /// The sentences that are others, as they read now.
    pub words: String,
}

impl Content {
    /// Of pieces in their order.
    #[must_use]
    pub fn of<'a>(pieces: impl IntoIterator<Item = &'a str>) -> Self {
        let sentences = sentences(pieces);
        let share = share(sentences.len());
        let places = sentences.chunks(share).map(mark);
        let nth = (0..share).filter(|_| share > 1);
        let nth = nth.map(|n| mark(sentences.iter().skip(n).step_by(share)));
        Self {
            whole: format!("{} {}", digest(&sentences), sentences.len()),
            places: places.chain(nth).collect(),
        }
    }

    /// The first difference of `pieces`; nothing where all are the same.
    #[must_use]
    pub fn changed<'a>(&self, pieces: impl IntoIterator<Item = &'a str>) -> Option<Change> {
        let sentences = sentences(pieces);
        let (hash, count) = self.whole.split_once(' ').unwrap_or_default();
        if hash == digest(&sentences) {
            return None;
        }
        let count = count.parse().unwrap_or(0);
        let share = share(count);
        let places = count.div_ceil(share);
        let kept = |n: usize| self.places.get(n * MARK..(n + 1) * MARK);
        let other = (sentences.chunks(share).enumerate())
            .find(|(n, place)| *n >= places || kept(*n) != Some(mark(*place).as_str()));
        let Some((_, place)) = other else {
            let words = String::new();
            return Some(Change { at: None, words });
        };
        let nth = |n: usize| mark(sentences.iter().skip(n).step_by(share));
        let mut differ: Vec<&Sentence> = (place.iter().enumerate())
            .filter(|(n, _)| share > 1 && kept(places + n) != Some(nth(*n).as_str()))
            .map(|(_, sentence)| sentence)
            .collect();
        if differ.is_empty() {
            differ.extend(place);
        }
        let words: Vec<&str> = differ.iter().map(|s| s.words.as_str()).collect();
        Some(Change {
            at: differ.first().map(|s| s.piece),
            words: words.join("｜"),
        })
    }
}

/// Paragraphs of headers and footers, in an order that is the same whichever of them comes first.
#[must_use]
pub fn margins<'a>(pieces: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut all: Vec<String> = sentences(pieces).into_iter().map(|s| s.words).collect();
    all.sort();
    all
}

/// A sentence without blanks, and which piece it stands in.
struct Sentence {
    piece: usize,
    words: String,
}

fn sentences<'a>(pieces: impl IntoIterator<Item = &'a str>) -> Vec<Sentence> {
    let blank = |c: char| c.is_whitespace() || c.is_control() || c == '\u{200b}';
    let mut all = Vec::new();
    for (piece, text) in pieces.into_iter().enumerate() {
        let parts = text.split_inclusive(['。', '；']);
        let parts = parts.map(|part| part.replace(blank, ""));
        let parts = parts.filter(|words| !words.is_empty());
        all.extend(parts.map(|words| Sentence { piece, words }));
    }
    all
}

/// Sentences of a place, where there are so many.
fn share(count: usize) -> usize {
    count.div_ceil(PLACES).max(1)
}

fn digest<'a>(sentences: impl IntoIterator<Item = &'a Sentence>) -> String {
    let mut hash = Sha256::new();
    for sentence in sentences {
        hash.update(&sentence.words);
        hash.update("\n");
    }
    hex(&hash.finalize())
}

fn mark<'a>(sentences: impl IntoIterator<Item = &'a Sentence>) -> String {
    digest(sentences).chars().take(MARK).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_changed_sentence_of_many_is_found() {
        let mut pieces: Vec<String> = (0..5_000).map(|n| format!("第{n}格")).collect();
        let kept = Content::of(pieces.iter().map(String::as_str));
        for at in [0, 7, 2_500, 4_999] {
            let own = std::mem::replace(&mut pieces[at], "别的".to_owned());
            let change = kept.changed(pieces.iter().map(String::as_str)).unwrap();
            assert_eq!((change.at, change.words.as_str()), (Some(at), "别的"));
            pieces[at] = own;
        }
        let less = kept.changed(pieces[..4_990].iter().map(String::as_str));
        assert!(less.is_some());
        pieces.push("多出".to_owned());
        let more = kept.changed(pieces.iter().map(String::as_str)).unwrap();
        assert!(more.words.contains("多出"), "{more:?}");
    }
}

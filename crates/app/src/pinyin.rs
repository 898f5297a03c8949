//! Names found by their characters, their pinyin or its initials. Every reading of a character counts:
//! 重庆 is found by `chongqing` and by `cq`.

use pinyin::ToPinyinMulti;

/// How well a name answers a query: 0 is best. `None` where it does not.
///
/// 0 the name itself, 1 its beginning, 2 a part of it, 3 the pinyin of its beginning, 4 of a part.
pub(crate) fn rank(name: &str, query: &str) -> Option<u8> {
    let fold = |text: &str| -> Vec<char> {
        let chars = text.chars().filter(|c| !c.is_whitespace() && *c != '\'');
        chars.flat_map(char::to_lowercase).take(LONGEST).collect()
    };
    let (name, query) = (fold(name), fold(query));
    if query.is_empty() {
        return None;
    }
    if name == query {
        return Some(0);
    }
    if let Some(at) = name.windows(query.len()).position(|part| part == query) {
        return Some(if at == 0 { 1 } else { 2 });
    }
    let readings: Vec<Vec<String>> = name.iter().map(|c| readings(*c)).collect();
    let at = (0..readings.len()).find(|at| spells(&readings[*at..], &query))?;
    Some(if at == 0 { 3 } else { 4 })
}

/// Longer names and queries are cut.
const LONGEST: usize = 64;

/// All that a character may be typed as: itself, and its readings without tones (ü is v).
fn readings(c: char) -> Vec<String> {
    let mut all = vec![c.to_string()];
    for reading in c.to_pinyin_multi().into_iter().flatten() {
        let plain = reading.plain().replace('ü', "v");
        if !all.contains(&plain) {
            all.push(plain);
        }
    }
    all
}

/// Whether the query is a beginning of each of the first characters' readings, one after the other.
fn spells(readings: &[Vec<String>], query: &[char]) -> bool {
    // Which lengths of the query the characters so far can account for.
    let mut reached = vec![false; query.len() + 1];
    reached[0] = true;
    for of_one in readings {
        let mut next = vec![false; query.len() + 1];
        for from in (0..query.len()).filter(|n| reached[*n]) {
            for reading in of_one {
                let same = reading
                    .chars()
                    .zip(&query[from..])
                    .take_while(|(a, b)| a == *b)
                    .count();
                next[from + 1..=from + same].fill(true);
            }
        }
        if next[query.len()] {
            return true;
        }
        reached = next;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::rank;

    #[test]
    fn characters_pinyin_and_initials_find_a_name() {
        for (name, query, found) in [
            ("重庆路小学", "重庆路小学", Some(0)),
            ("重庆路小学", "重庆", Some(1)),
            ("重庆路小学", "小学", Some(2)),
            ("重庆路小学", "chongqing", Some(3)),
            ("重庆路小学", "Chong Qing lu", Some(3)),
            ("重庆路小学", "cqlxx", Some(3)),
            ("重庆路小学", "chongqlu", Some(3)),
            ("重庆路小学", "xiaox", Some(4)),
            ("重庆路小学", "qingc", None),
            ("长乐县第一中学", "clx", Some(3)),
            ("长乐县第一中学", "changle", Some(3)),
            ("绿柳小学", "lvliu", Some(3)),
            ("3199000001", "3199", Some(1)),
            ("东洲镇", "", None),
            ("东洲镇", "a", None),
        ] {
            assert_eq!(rank(name, query), found, "{name} {query}");
        }
    }
}

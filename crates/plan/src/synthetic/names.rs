//! Invented names: two characters that sound like a place.

use super::rng::Rng;

const FIRST: &str =
    "青云松柳石龙凤白清金银梅竹桃杏枫莲兰望平安永长新双大小上下东西南北高古明玉紫翠和";
const SECOND: &str = "溪岭川坪湾塘河桥山峰泉坝岗洲店集渡岩滩坡田林沟园庄港";

/// All names in random order, no two alike: about a thousand.
pub(super) fn places(rng: &mut Rng) -> Vec<String> {
    let mut names: Vec<String> = FIRST
        .chars()
        .flat_map(|a| SECOND.chars().map(move |b| [a, b].iter().collect()))
        .collect();
    rng.shuffle(&mut names);
    names
}

/// The `n`th of `names`; past the end they start again with a number behind.
pub(super) fn nth(names: &[String], n: usize) -> String {
    let name = &names[n % names.len()];
    match n / names.len() {
        0 => name.clone(),
        round => format!("{name}{}", round + 1),
    }
}

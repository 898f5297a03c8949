//! The books of all packs, and what is due for review.

use junheng_core::date::Date;
use junheng_core::standard::{book, values_past_review};
use junheng_core::text::Lang;

use crate::packs::{ids, pack};

/// Two columns for a wide character.
fn columns(line: &str) -> usize {
    line.chars()
        .map(|c| if u32::from(c) >= 0x2E80 { 2 } else { 1 })
        .sum()
}

#[test]
fn every_pack_reads_as_a_book_in_both_languages() {
    for id in ids() {
        let pack = pack(&id);
        for lang in [Lang::Zh, Lang::En] {
            let text = book(&pack, lang);
            assert_eq!(text, book(&pack, lang), "{id}: the same text again");
            for line in text.lines().filter(|l| !l.starts_with('#')) {
                // A single long word, such as the id of a parameter, may stick out.
                assert!(
                    columns(line) <= 80 || !line.trim().contains(' '),
                    "{id}: {line}"
                );
            }
            for part in [&id, pack.title.get(lang), &pack.document] {
                let flat: String = text.split_whitespace().collect();
                let part: String = part.split_whitespace().collect();
                assert!(flat.contains(&part), "{id}: {part} is not in the book");
            }
        }
    }
}

#[test]
fn a_book_says_the_formula_the_limits_and_what_is_not_verified() {
    let flat = |id: &str, lang| book(&pack(id), lang).replace(['\n', ' '], "");
    let national = flat("cn-2017-6", Lang::Zh);
    for part in [
        "100×（高于规定学历教师数）÷（在校生数）",
        "（教学及辅助用房面积−室内体育用房面积）÷（在校生数）",
        "小学≥4.2",
        "未达标的一项不低于标准的0.85",
        "〔R未核实〕",
        "〔VI二手〕",
        "全校随迁子女在校生数÷全校在校生数>0.5",
        "城乡类型为乡村",
        "复核期限：2027-06-30",
    ] {
        assert!(national.contains(part), "{part}");
    }
    assert!(flat("cn-2012-3", Lang::Zh).contains("标准有规定，数值未知"));
    assert!(flat("fj", Lang::En).contains("thestandardhasavalue,itisnotknownhere"));
    assert!(flat("jb-2002-102", Lang::Zh).contains("12→3569，18→4684"));
    assert!(
        flat("weak-ln-2003-64", Lang::Zh)
            .contains("办学设施达标类别为Ⅲ类，或办学设施达标类别为未达标")
    );
}

/// What is due on a day, as `pack id`.
fn due(day: &str) -> Vec<String> {
    let day: Date = day.parse().unwrap();
    let old = ids()
        .into_iter()
        .flat_map(|id| values_past_review(&pack(&id), day));
    old.map(|v| format!("{} {}", v.pack, v.id)).collect()
}

#[test]
fn values_are_due_the_day_after_their_review() {
    assert_eq!(due("2027-06-30"), Vec::<String>::new());
    let first = due("2027-07-01");
    assert!(first.contains(&"cn-2017-6 L5-dense-urban".to_owned()));
    assert!(
        first.iter().all(|v| v.starts_with("cn-2017-6 ")),
        "{first:?}"
    );
    let packs = due("2027-12-01");
    for id in ids() {
        assert!(packs.contains(&format!("{id} {id}")), "{id}");
    }
    let exception = values_past_review(&pack("cn-2017-6"), "2027-07-01".parse().unwrap());
    let l5 = exception.iter().find(|v| v.id == "L5-dense-urban").unwrap();
    assert_eq!(l5.file, "exceptions.toml");
    assert!(l5.line > 1);
}

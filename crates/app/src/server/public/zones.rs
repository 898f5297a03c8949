//! Which school serves an address or a village: by its characters, its pinyin or its initials.

use std::path::PathBuf;

use junheng_core::model::{Stage, TableId};
use junheng_core::text::Lang;
use junheng_intake::bundle;
use junheng_plan::publish::Zoning;

use super::page::{Page, safe};
use crate::pinyin::rank;
use crate::store::Publication;

const STAGES: [&str; 2] = ["primary", "junior"];
/// So many places are shown.
const MOST: usize = 30;

/// The question and, once it is asked, its answers.
pub(super) fn zones(
    page: &mut Page,
    published: &[(Publication, PathBuf)],
    query: &str,
    stage: &str,
) {
    page.heading(page.lang.pick("查学区", "Which school serves my address?"));
    let public = |id: &str| published.iter().any(|p| p.0.stage == id);
    question(page, query, stage, STAGES.map(public));
    let query = query.trim();
    if !query.is_empty() {
        let asked = |id: &str| stage.is_empty() || id == stage;
        let mut found = 0;
        for (publication, folder) in published.iter().filter(|p| asked(&p.0.stage)) {
            found += answers(page, publication, folder, query);
        }
        for id in STAGES.into_iter().filter(|id| asked(id) && !public(id)) {
            let name = super::county::stage(page, id);
            let said = match page.lang {
                Lang::Zh => format!("{name}学区还没有公开，请向县教育局咨询。"),
                Lang::En => format!("{name} zones are not public yet; please ask the bureau."),
            };
            page.add(&format!("<p class=\"soft\">{}</p>", safe(&said)));
        }
        if found == 0 && STAGES.into_iter().any(|id| asked(id) && public(id)) {
            let said = page.pick(
                "没有找到。请试试村、小区或街道的名称，或拼音首字母；仍找不到，请向县教育局咨询。",
                "Nothing found. Try the name of the village, estate or street, or pinyin initials; else ask the bureau.",
            );
            page.add(&format!("<p role=\"status\">{said}</p>"));
        }
    }
    page.map_source();
}

/// The form; it offers the stages whose zones are public.
fn question(page: &mut Page, query: &str, stage: &str, public: [bool; 2]) {
    let option = |value: &str, name: &str| {
        let chosen = if value == stage { " selected" } else { "" };
        format!("<option value=\"{value}\"{chosen}>{name}</option>")
    };
    let options = [
        option("", page.pick("小学和初中", "Primary and junior")),
        option("primary", page.pick("小学", "Primary")),
        option("junior", page.pick("初中", "Junior")),
    ]
    .concat();
    let select = if public == [true, true] {
        let name = page.pick("学段", "Stage");
        format!("<select name=\"stage\" aria-label=\"{name}\">{options}</select>")
    } else {
        String::new()
    };
    let hidden = page.hidden();
    page.add(&format!(
        "<form role=\"search\"><label for=\"q\">{}</label><div class=\"find\"><input id=\"q\" name=\"q\" value=\"{}\" autocomplete=\"street-address\">\
         {select}{hidden}<button>{}</button></div></form>",
        page.pick("地址、村或小区(可用拼音或首字母)", "Address, village or estate (pinyin or initials will do)"),
        safe(query),
        page.pick("查找", "Search"),
    ));
}

/// How well a block answers: its name in the address, or the query in its name.
fn answers_to(name: &str, township: &str, query: &str) -> Option<u8> {
    if name.chars().count() > 1 && query.contains(name) {
        // An address names the township too, with or without its kind.
        let rest = query.replacen(name, "", 1);
        let stem = township.trim_end_matches(['镇', '乡']);
        let stem = stem.strip_suffix("街道").unwrap_or(stem);
        let named = stem.chars().count() > 1 && rest.contains(stem);
        return Some(if named { NAMED } else { NAMED + 1 });
    }
    rank(name, query)
        .or_else(|| rank(&format!("{township}{name}"), query))
        .map(|r| r + NAMED + 1)
}

/// The rank of a block that the address names with its township.
const NAMED: u8 = 0;

fn answers(
    page: &mut Page,
    publication: &Publication,
    folder: &std::path::Path,
    query: &str,
) -> usize {
    let tables = [TableId::Blocks, TableId::Schools, TableId::Sections];
    let snapshot = bundle::read_path(folder, &tables).snapshot;
    let stage = Stage::from_id(&publication.stage).unwrap_or(Stage::Primary);
    let zoning = Zoning::today(&snapshot, stage);
    let mut found: Vec<(u8, &junheng_plan::publish::Block<'_>)> = zoning
        .blocks
        .iter()
        .filter_map(|b| Some((answers_to(b.name, b.township, query)?, b)))
        .collect();
    found.sort_by_key(|(rank, _)| *rank);
    // Villages of one name are many: an address with a township means the one that lies there.
    if found.first().is_some_and(|(rank, _)| *rank == NAMED) {
        found.retain(|(rank, _)| *rank == NAMED);
    }
    if found.is_empty() {
        return 0;
    }
    let name = super::county::stage(page, &publication.stage);
    let since = &publication.decided_on;
    let why = match (page.lang, since.is_empty()) {
        (Lang::Zh, false) => format!("按 {since} 决定的学区"),
        (Lang::En, false) => format!("by the zones decided on {since}"),
        (Lang::Zh, true) => "按县教育局公开的学区".to_owned(),
        (Lang::En, true) => "by the zones that the bureau made public".to_owned(),
    };
    let mut table = format!(
        "<section><h2>{}</h2><p class=\"soft\">{}</p><table><thead><tr><th>{}</th><th>{}</th><th>{}</th></tr></thead><tbody>",
        name,
        safe(&why),
        page.pick("村、小区", "Village or estate"),
        page.pick("乡镇(街道)", "Township"),
        page.pick("学校", "School"),
    );
    for (_, block) in found.iter().take(MOST) {
        let school = block.school().and_then(|s| zoning.schools.get(s));
        let school = school.map_or(
            page.pick("没有划入，请咨询", "none: please ask"),
            |s| s.name,
        );
        table.push_str(&format!(
            "<tr><td>{}</td><td>{}</td><td><b>{}</b></td></tr>",
            safe(block.name),
            safe(block.township),
            safe(school),
        ));
    }
    page.add(&format!("{table}</tbody></table></section>"));
    found.len()
}

#[cfg(test)]
mod tests {
    use super::answers_to;

    #[test]
    fn an_address_a_name_and_initials_find_a_block() {
        let block = ("云湾村", "东洲镇");
        let ask = |query| answers_to(block.0, block.1, query);
        assert_eq!(ask("东洲镇云湾村12号"), Some(0));
        assert_eq!(ask("东洲云湾村12号"), Some(0));
        assert_eq!(ask("云湾村12号"), Some(1));
        assert!(ask("yunwan").is_some() && ask("ywc").is_some() && ask("dzzyw").is_some());
        assert_eq!(ask("古塘村"), None);
    }
}

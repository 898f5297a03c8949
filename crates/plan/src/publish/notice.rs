//! The words of a public notice (学区划分公告): which villages and estates each school serves.

use std::collections::BTreeMap;
use std::fmt::Write;

use junheng_core::model::Stage;

use super::Zoning;

/// The draft of a notice in Chinese, plain text.
///
/// A block that is split among schools stands with each, with its share; schools that share a zone
/// stand together.
#[must_use]
pub fn notice(zoning: &Zoning<'_>, notes: &[&str]) -> String {
    let stage = if zoning.stage == Stage::Junior {
        "初中"
    } else {
        "小学"
    };
    let mut text = String::new();
    let year = zoning.year.map_or(String::new(), |y| format!(" {y} 学年"));
    let _ = writeln!(text, "{}{year}{stage}学区划分公告（草案）\n", zoning.county);
    if zoning.synthetic {
        text.push_str("【合成数据，不是真实的县】\n\n");
    }
    let mut count = 0;
    for at in 0..zoning.schools.len() {
        let zone = zoning.sharing(at);
        if zone.first() != Some(&at) {
            continue;
        }
        // By township, in the order of the table.
        let mut order: Vec<&str> = Vec::new();
        let mut names: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for block in &zoning.blocks {
            let own = block.shares.iter().filter(|(s, _)| zone.contains(s));
            let share: f64 = own.map(|s| s.1).sum();
            if share <= 0.0 {
                continue;
            }
            if !names.contains_key(block.township) {
                order.push(block.township);
            }
            let part = if share < 1.0 - 1e-9 {
                format!("（部分，约 {:.0}%）", share * 100.0)
            } else {
                String::new()
            };
            names
                .entry(block.township)
                .or_default()
                .push(format!("{}{part}", block.name));
        }
        if order.is_empty() {
            continue;
        }
        count += 1;
        let members = || zone.iter().filter_map(|s| zoning.schools.get(*s));
        let schools: Vec<&str> = members().map(|s| s.name).collect();
        let lot = if zone.len() > 1 {
            "（共用一个学区，多校划片，按学位比例派位）"
        } else {
            ""
        };
        let _ = writeln!(text, "{count}. {}{lot}", schools.join("、"));
        for township in order {
            let list = names.get(township).map_or(String::new(), |n| n.join("、"));
            let lead = if township.is_empty() {
                String::new()
            } else {
                format!("{township}：")
            };
            let _ = writeln!(text, "   {lead}{list}。");
        }
        let mut figures = Vec::new();
        let load: f64 = members().map(|s| s.load).sum();
        if load > 0.0 {
            figures.push(format!("适龄儿童少年约 {} 人", load.round()));
        }
        let places: Option<f64> = members().map(|s| s.places).sum();
        figures.extend(places.map(|p| format!("学位 {p} 个")));
        if !figures.is_empty() {
            let _ = writeln!(text, "   {}。", figures.join("，"));
        }
        text.push('\n');
    }
    let mut served = vec![false; zoning.schools.len()];
    for (school, _) in zoning.blocks.iter().flat_map(|b| &b.shares) {
        served[*school] = true;
    }
    let none: Vec<&str> = zoning
        .schools
        .iter()
        .zip(served)
        .filter(|(_, served)| !served)
        .map(|(school, _)| school.name)
        .collect();
    if !none.is_empty() {
        let _ = writeln!(text, "未划分学区的学校：{}。\n", none.join("、"));
    }
    let left: Vec<&str> = zoning
        .blocks
        .iter()
        .filter(|b| b.shares.is_empty())
        .map(|b| b.name)
        .collect();
    if !left.is_empty() {
        let _ = writeln!(text, "尚未划入任何学区：{}。\n", left.join("、"));
    }
    text.push_str("说明\n");
    for note in notes {
        let _ = writeln!(text, "- {note}");
    }
    text.push_str("- 本稿由程序按方案生成，须经合法性审查、公开征求意见和集体审议后方可公布。\n");
    text
}

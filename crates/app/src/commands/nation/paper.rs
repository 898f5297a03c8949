//! The summary of a nation or province as a paper (省级汇总), in Chinese, for those who sign it.

use std::collections::{BTreeMap, BTreeSet};

use junheng_core::show;
use junheng_core::text::Lang;
use junheng_core::verdict::Verdict;
use junheng_nation::forecast::{Forecast, Outlook};
use junheng_nation::judge::{County, Standards, Year};
use junheng_nation::output::standard_id;
use junheng_paper::compose::number_captions;
use junheng_paper::model::{Align, Block, Manner, Paper, Table};

use super::Result;
use super::seal::seal;
use crate::print::nation::{coefficients, distances, years};

/// Rows of a list in the paper; the workbook has all.
const LISTED: usize = 60;

/// Provinces by the first two digits of a county code (GB/T 2260).
const PROVINCES: &[(&str, &str)] = &[
    ("11", "北京市"),
    ("12", "天津市"),
    ("13", "河北省"),
    ("14", "山西省"),
    ("15", "内蒙古自治区"),
    ("21", "辽宁省"),
    ("22", "吉林省"),
    ("23", "黑龙江省"),
    ("31", "上海市"),
    ("32", "江苏省"),
    ("33", "浙江省"),
    ("34", "安徽省"),
    ("35", "福建省"),
    ("36", "江西省"),
    ("37", "山东省"),
    ("41", "河南省"),
    ("42", "湖北省"),
    ("43", "湖南省"),
    ("44", "广东省"),
    ("45", "广西壮族自治区"),
    ("46", "海南省"),
    ("50", "重庆市"),
    ("51", "四川省"),
    ("52", "贵州省"),
    ("53", "云南省"),
    ("54", "西藏自治区"),
    ("61", "陕西省"),
    ("62", "甘肃省"),
    ("63", "青海省"),
    ("64", "宁夏回族自治区"),
    ("65", "新疆维吾尔自治区"),
    ("66", "新疆生产建设兵团"),
];

fn province(code: &str) -> String {
    let found = PROVINCES.iter().find(|(digits, _)| *digits == code);
    found.map_or_else(|| format!("代码{code}"), |(_, name)| (*name).to_owned())
}

/// The paper; none without a year.
pub(super) fn paper(result: &Result) -> Option<Paper> {
    let (year, standards) = result.years.last()?;
    let of = match result.area.as_str() {
        "" => "全国".to_owned(),
        area => province(area),
    };
    let mut body = vec![heading("一、总体情况"), text(overall(result, year))];
    body.push(table("历年情况", &years(result, Lang::Zh), 2));
    let local = local(result);
    let laid = if local.is_empty() {
        ""
    } else {
        "，部分地区叠加地方标准"
    };
    body.extend((!local.is_empty()).then(|| note(local)));
    body.push(heading("二、校际差异"));
    let used: BTreeSet<usize> = year.counties.iter().map(|c| c.standard).collect();
    for standard in used {
        body.extend(variation(year, standards, standard));
    }
    if result.area.is_empty() {
        body.push(heading("三、分省情况"));
        body.push(table("分省情况", &by_province(year), 1));
    } else {
        body.push(heading("三、各县离标准的距离"));
        body.push(text(
            "距离为未达标学段所占比例与差异系数最大超限比例之和，0 为达到；缺数的县无法判定，不列距离。距离只说明离标准多远，不是排名。"
                .to_owned(),
        ));
        body.push(table(
            "各县离标准的距离",
            &distances(year, standards, Lang::Zh),
            2,
        ));
    }
    body.push(heading("四、巩固成果展望"));
    body.extend(outlook(result, standards));
    if !result.findings.is_empty() {
        body.push(heading("五、数据问题"));
        body.extend(findings(result));
    }
    let first = result.years.first().map_or(year.year, |(y, _)| y.year);
    let span = if first == year.year {
        format!("{} 学年", year.year)
    } else {
        format!("{first} 至 {} 学年", year.year)
    };
    number_captions(&mut body);
    let seal = seal(result);
    body.push(Block::Paragraph(
        Manner::Item,
        format!(
            "评估校验码 {}，可用本程序的“核对文书”对照数据核对。",
            seal.evaluation
        ),
    ));
    let synthetic = result.years.iter().any(|(y, _)| y.synthetic);
    Some(Paper {
        title: format!("{of}县域义务教育资源配置监测汇总"),
        subtitle: format!("{span}，{}{laid}", by(result)),
        body,
        day: format!("{}-09-01", year.year),
        mark: if synthetic {
            "合成数据，非真实县情".to_owned()
        } else {
            String::new()
        },
        seal: Some(seal),
        ..Paper::default()
    })
}

fn heading(words: &str) -> Block {
    Block::Heading(1, words.to_owned())
}

fn text(words: String) -> Block {
    Block::Paragraph(Manner::Text, words)
}

fn note(words: String) -> Block {
    Block::Paragraph(Manner::Note, words)
}

/// A list whose first row is its head; the first columns are words.
fn table(caption: &str, rows: &[Vec<String>], words: usize) -> Block {
    let width = |n: usize| {
        let cells = rows.iter().filter_map(|row| row.get(n));
        let widest = cells.map(|cell| crate::width::width(cell)).max();
        widest.unwrap_or(1).clamp(4, 16) as f64
    };
    let (head, rows) = rows
        .split_first()
        .map_or((&[][..], rows), |(head, rest)| (&head[..], rest));
    let column = |n: usize| {
        let align = if n < words {
            Align::Left
        } else {
            Align::Centre
        };
        (width(n), align)
    };
    Block::Table(Table {
        caption: caption.to_owned(),
        columns: (0..head.len()).map(column).collect(),
        head: head.to_vec(),
        rows: rows.to_vec(),
    })
}

fn with(counties: &[County], verdict: Verdict) -> usize {
    counties.iter().filter(|c| c.verdict == verdict).count()
}

/// By what the years were judged.
fn by(result: &Result) -> String {
    let years = result.years.iter();
    let bases: BTreeSet<&str> = years
        .filter_map(|(_, standards)| standards.all.first())
        .map(|standard| standard.title.zh.as_str())
        .collect();
    match bases.into_iter().collect::<Vec<_>>().as_slice() {
        [one] => format!("按《{one}》评估"),
        _ => "各年按当年有效的标准评估".to_owned(),
    }
}

/// Which local standards were laid over which areas, by their titles; empty for none.
fn local(result: &Result) -> String {
    let mut named = BTreeSet::new();
    for (year, standards) in &result.years {
        let bare = std::iter::once(("", 0));
        let areas = standards.areas.iter().map(|(area, n)| (area.as_str(), *n));
        for (area, n) in bare.chain(areas) {
            let used = year.counties.iter().any(|county| county.standard == n);
            let laid = standards.all.get(n).filter(|_| used);
            let laid = laid.iter().flat_map(|standard| &standard.overlays);
            named.extend(laid.map(|pack| (area, pack.title.zh.as_str(), pack.id.as_str())));
        }
    }
    let named = named.into_iter().map(|(area, title, id)| {
        let whose = match area.len() {
            0 => "其余各地".to_owned(),
            2 => province(area),
            _ => format!("代码以{area}开头的地区"),
        };
        format!("{whose}叠加《{title}》（{id}）")
    });
    let named: Vec<String> = named.collect();
    if named.is_empty() {
        return String::new();
    }
    format!("标准一栏中“+”之后是叠加的地方标准：{}。", named.join("；"))
}

fn overall(result: &Result, year: &Year) -> String {
    let [met, not_met, open] = [Verdict::Met, Verdict::NotMet, Verdict::Undetermined]
        .map(|verdict| with(&year.counties, verdict));
    let failing: usize = year.counties.iter().flat_map(|c| c.failing).sum();
    let unknown: usize = year.counties.iter().flat_map(|c| c.open).sum();
    let before = result.years.iter().rev().nth(1);
    let change = before.map(|(before, _)| {
        let then = with(&before.counties, Verdict::Met);
        let year = before.year;
        match met.cmp(&then) {
            std::cmp::Ordering::Less => format!("达到的县比 {year} 学年减少 {} 个。", then - met),
            std::cmp::Ordering::Equal => format!("达到的县与 {year} 学年持平。"),
            std::cmp::Ordering::Greater => {
                format!("达到的县比 {year} 学年增加 {} 个。", met - then)
            }
        }
    });
    format!(
        "{} 学年共 {} 个县（市、区），小学、初中学段 {} 个。资源配置达到标准的县 {met} 个，未达到 {not_met} 个，因缺数无法判定 {open} 个；未达标学段 {failing} 个，无法判定学段 {unknown} 个。{}",
        year.year,
        year.counties.len(),
        year.sections(),
        change.unwrap_or_default(),
    )
}

/// The coefficients of a standard, and what its indicators are called.
fn variation(year: &Year, standards: &Standards, of: usize) -> Vec<Block> {
    let Some(standard) = standards.all.get(of) else {
        return Vec::new();
    };
    let names = standard.indicators.iter();
    let names: Vec<String> = names.map(|i| format!("{} {}", i.id, i.title.zh)).collect();
    let caption = format!("{} 学年差异系数（{}）", year.year, standard_id(standard));
    vec![
        table(&caption, &coefficients(year, standards, of, Lang::Zh), 2),
        note(format!("{}。", names.join("；"))),
    ]
}

fn by_province(year: &Year) -> Vec<Vec<String>> {
    let mut provinces: BTreeMap<&str, Vec<&County>> = BTreeMap::new();
    for county in &year.counties {
        let code = county.code.get(..2).unwrap_or(&county.code);
        provinces.entry(code).or_default().push(county);
    }
    let head = ["省份", "县", "达到", "未达到", "无法判定", "未达标学段"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    rows.extend(provinces.into_iter().map(|(code, counties)| {
        let count = |v| counties.iter().filter(|c| c.verdict == v).count();
        let failing: usize = counties.iter().flat_map(|c| c.failing).sum();
        vec![
            province(code),
            counties.len().to_string(),
            count(Verdict::Met).to_string(),
            count(Verdict::NotMet).to_string(),
            count(Verdict::Undetermined).to_string(),
            failing.to_string(),
        ]
    }));
    rows
}

fn whole(share: f64) -> String {
    format!("{}%", show::number(share * 100.0, 0))
}

/// Counties that may fall back, the likeliest first.
fn outlook(result: &Result, standards: &Standards) -> Vec<Block> {
    let Some(first) = result.forecasts.first() else {
        return vec![text(
            "没有可以展望的县：没有已认定或达到标准的县，或年份不足。".to_owned(),
        )];
    };
    let count = |o| result.forecasts.iter().filter(|f| f.outlook == o).count();
    let mut all = format!(
        "按各县历年数据的趋势，到 {} 学年，{} 个已认定（或现已达到）的县中，可能滑坡 {} 个，有风险 {} 个，稳定 {} 个，年份不足 {} 个。",
        first.year,
        result.forecasts.len(),
        count(Outlook::Falls),
        count(Outlook::AtRisk),
        count(Outlook::Holds),
        count(Outlook::Unknown),
    );
    let tested = result.backtest;
    if tested.lines > 0 {
        let share = tested.within as f64 / tested.lines as f64;
        all.push_str(&format!(
            "用此前各年预测最后一年来检验，八成区间实际覆盖 {}。",
            whole(share)
        ));
    }
    let mut listed: Vec<&Forecast> = result.forecasts.iter().collect();
    listed.retain(|f| matches!(f.outlook, Outlook::Falls | Outlook::AtRisk));
    let chance = |f: &Forecast| f.sections_hold.unwrap_or(1.0);
    listed.sort_by(|a, b| {
        let falls = |f: &Forecast| f.outlook != Outlook::Falls;
        let order = falls(a).cmp(&falls(b));
        let order = order.then(chance(a).total_cmp(&chance(b)));
        order.then_with(|| a.county.cmp(&b.county))
    });
    let mut blocks = vec![text(all)];
    if listed.is_empty() {
        return blocks;
    }
    let head = [
        "代码",
        "县",
        "展望",
        "学段全部达标的可能",
        "最紧的差异系数",
        "预测(低～高)",
        "限值",
    ];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    rows.extend(listed.iter().take(LISTED).map(|f| {
        let tight = f.tightest.map(|(stage, n, limit)| {
            let standard = standards.all.get(f.standard);
            let id = standard
                .and_then(|s| s.indicators.get(n))
                .map(|i| i.id.as_str());
            (
                format!("{} {}", stage.title().zh, id.unwrap_or_default()),
                limit,
            )
        });
        let range = f
            .line
            .map(|l| format!("{:.3}({:.3}～{:.3})", l.p50, l.p10, l.p90));
        let dash = || "–".to_owned();
        vec![
            f.county.clone(),
            f.name.clone(),
            f.outlook.title().zh,
            f.sections_hold.map_or_else(dash, whole),
            tight.as_ref().map_or_else(dash, |t| t.0.clone()),
            range.unwrap_or_else(dash),
            tight.map_or_else(dash, |t| t.1.to_string()),
        ]
    }));
    blocks.push(table("可能滑坡和有风险的县", &rows, 2));
    if listed.len() > LISTED {
        let more = listed.len() - LISTED;
        blocks.push(note(format!("另有 {more} 个县，见 summary.xlsx。")));
    }
    blocks
}

fn findings(result: &Result) -> Vec<Block> {
    let shown = result.findings.iter().take(LISTED);
    let mut blocks: Vec<Block> = shown
        .map(|f| Block::Paragraph(Manner::Item, format!("{}。", f.message.zh)))
        .collect();
    if result.findings.len() > LISTED {
        let more = result.findings.len() - LISTED;
        blocks.push(note(format!("另有 {more} 条，见 summary.txt。")));
    }
    blocks
}

//! A nation or province on a terminal.

use std::collections::BTreeSet;

use junheng_core::standard::Standard;
use junheng_core::text::Lang;
use junheng_core::verdict::Verdict;
use junheng_nation::forecast::Outlook;
use junheng_nation::judge::{County, Standards, Year};
use junheng_nation::output::standard_id;

use super::findings;
use crate::Context;
use crate::commands::nation::Result;
use crate::width::{pad, pad_left};

/// Counties that a list shows.
const SHOWN: usize = 30;

/// The report of `nation`.
pub(crate) fn report(result: &Result, context: &Context) -> String {
    let lang = context.lang;
    let mut text = String::new();
    if result.years.iter().any(|(y, _)| y.synthetic) {
        text.push_str(lang.pick(
            "合成数据，不是真实的县。\n\n",
            "Synthetic data, no real counties.\n\n",
        ));
    }
    text.push_str(&table(&years(result, lang)));
    if let Some((year, standards)) = result.years.last() {
        let used: BTreeSet<usize> = year.counties.iter().map(|c| c.standard).collect();
        for standard in used {
            let head = lang.pick("年校际差异", "coefficients of variation");
            let id = standards.all.get(standard).map(standard_id);
            let rows = coefficients(year, standards, standard, lang);
            let id = id.unwrap_or_default();
            text.push_str(&format!("\n{} {head} {id}\n{}", year.year, table(&rows)));
        }
        if !result.area.is_empty() {
            let head = lang.pick(
                "年各县离标准的距离(未达标学段占比 + 最大超限比例；0 为达到)",
                "distance to the line (share of failing sections + largest relative excess; 0 is on it)",
            );
            let rows = distances(year, standards, lang);
            text.push_str(&format!("\n{} {head}\n{}", year.year, table(&rows)));
        }
    }
    text.push_str(&outlook(result, lang));
    if !result.findings.is_empty() {
        text.push('\n');
        text.push_str(&findings(&result.findings, lang, context.colour));
    }
    text
}

/// A row per year: counties and sections by verdict. The first row is the head, as in all lists here.
pub(crate) fn years(result: &Result, lang: Lang) -> Vec<Vec<String>> {
    let heads = if lang == Lang::Zh {
        [
            "学年",
            "标准",
            "县",
            "学段",
            "达到",
            "未达到",
            "无法判定",
            "未达标学段",
            "学段无法判定",
        ]
    } else {
        [
            "year",
            "standard",
            "counties",
            "sections",
            "met",
            "not met",
            "undetermined",
            "failing",
            "sections open",
        ]
    };
    let mut rows = vec![heads.map(str::to_owned).to_vec()];
    for (year, standards) in &result.years {
        let count = |v| {
            year.counties
                .iter()
                .filter(|c| c.verdict == v)
                .count()
                .to_string()
        };
        let sum = |pick: fn(&County) -> [usize; 2]| -> usize {
            year.counties.iter().flat_map(pick).sum()
        };
        rows.push(vec![
            year.year.to_string(),
            judged_by(year, standards),
            year.counties.len().to_string(),
            year.sections().to_string(),
            count(Verdict::Met),
            count(Verdict::NotMet),
            count(Verdict::Undetermined),
            sum(|c| c.failing).to_string(),
            sum(|c| c.open).to_string(),
        ]);
    }
    rows
}

/// The standards that judged a year's counties, the national one first.
fn judged_by(year: &Year, standards: &Standards) -> String {
    let mut used: BTreeSet<usize> = year.counties.iter().map(|c| c.standard).collect();
    if used.is_empty() {
        used.insert(0);
    }
    let ids = used.into_iter().filter_map(|n| standards.all.get(n));
    // Areas whose overlay does not hold in this year are judged by the national one too.
    let mut ids: Vec<String> = ids.map(standard_id).collect();
    ids.dedup();
    ids.join(" ")
}

/// Columns wide enough; all but the first two to the right.
fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.first().map_or(0, Vec::len);
    let width = |n: usize| {
        rows.iter()
            .filter_map(|r| r.get(n))
            .map(|t| crate::width::width(t))
            .max()
    };
    let widths: Vec<usize> = (0..columns).map(|n| width(n).unwrap_or(0)).collect();
    let mut text = String::new();
    for row in rows {
        let cells = row
            .iter()
            .zip(&widths)
            .enumerate()
            .map(|(n, (cell, width))| {
                if n < 2 {
                    pad(cell, *width)
                } else {
                    pad_left(cell, *width)
                }
            });
        text.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
        text.push('\n');
    }
    text
}

pub(super) fn indicator(standards: &[Standard], standard: usize, n: usize) -> &str {
    let found = standards.get(standard).and_then(|s| s.indicators.get(n));
    found.map_or("", |i| i.id.as_str())
}

/// How many counties of a standard are beyond each limit in the last year.
pub(crate) fn coefficients(
    year: &Year,
    standards: &Standards,
    of: usize,
    lang: Lang,
) -> Vec<Vec<String>> {
    let indicators = standards.all.get(of).map_or(0, |s| s.indicators.len());
    let mut rows = vec![if lang == Lang::Zh {
        [
            "指标",
            "学段",
            "差异系数中位数",
            "限值",
            "超限县",
            "无法判定县",
        ]
        .map(str::to_owned)
        .to_vec()
    } else {
        [
            "indicator",
            "stage",
            "median CV",
            "limit",
            "beyond",
            "undetermined",
        ]
        .map(str::to_owned)
        .to_vec()
    }];
    for stage in junheng_core::model::Stage::JUDGED {
        for n in 0..indicators {
            let counties = year.counties.iter().filter(|c| c.standard == of);
            let all: Vec<_> = counties
                .flat_map(|c| &c.coefficients)
                .filter(|c| c.stage == stage && c.indicator == n)
                .collect();
            let mut cvs: Vec<f64> = all.iter().filter_map(|c| c.cv).collect();
            cvs.sort_by(f64::total_cmp);
            let Some(first) = all.first() else { continue };
            let count = |v| {
                all.iter()
                    .filter(|c| c.verdict == Some(v))
                    .count()
                    .to_string()
            };
            rows.push(vec![
                indicator(&standards.all, of, n).to_owned(),
                stage.title().get(lang).to_owned(),
                cvs.get(cvs.len() / 2)
                    .map_or("–".to_owned(), |cv| format!("{cv:.3}")),
                first.limit.map_or("–".to_owned(), |l| l.to_string()),
                count(Verdict::NotMet),
                count(Verdict::Undetermined),
            ]);
        }
    }
    rows
}

/// Counties, the nearest to the line first.
pub(super) fn by_distance(year: &Year) -> Vec<&County> {
    let mut counties: Vec<&County> = year.counties.iter().collect();
    let order = |c: &County| c.distance().unwrap_or(f64::INFINITY);
    counties.sort_by(|a, b| {
        let nearer = order(a).total_cmp(&order(b));
        nearer.then_with(|| a.code.cmp(&b.code))
    });
    counties
}

/// Counties of a province by their distance to the line: a distance, not a ranking of merit.
pub(crate) fn distances(year: &Year, standards: &Standards, lang: Lang) -> Vec<Vec<String>> {
    let mut rows = vec![if lang == Lang::Zh {
        [
            "代码",
            "县",
            "资源配置",
            "学段",
            "未达标",
            "最紧的差异系数",
            "距标准",
        ]
        .map(str::to_owned)
        .to_vec()
    } else {
        [
            "code",
            "county",
            "resources",
            "sections",
            "failing",
            "tightest CV",
            "distance",
        ]
        .map(str::to_owned)
        .to_vec()
    }];
    for county in by_distance(year) {
        let tightest = county.tightest().map_or("–".to_owned(), |c| {
            let id = indicator(&standards.all, county.standard, c.indicator);
            let stage = c.stage.title();
            format!("{} {id} {:.3}", stage.get(lang), c.cv.unwrap_or(f64::NAN))
        });
        rows.push(vec![
            county.code.clone(),
            county.name.clone(),
            county.verdict.title().get(lang).to_owned(),
            (county.sections[0] + county.sections[1]).to_string(),
            (county.failing[0] + county.failing[1]).to_string(),
            tightest,
            county
                .distance()
                .map_or("–".to_owned(), |d| format!("{d:.3}")),
        ]);
    }
    rows
}

/// Certified counties that may fall back.
fn outlook(result: &Result, lang: Lang) -> String {
    let Some(first) = result.forecasts.first() else {
        return String::new();
    };
    let count = |o| result.forecasts.iter().filter(|f| f.outlook == o).count();
    let (falls, risk, holds, unknown) = (
        count(Outlook::Falls),
        count(Outlook::AtRisk),
        count(Outlook::Holds),
        count(Outlook::Unknown),
    );
    let mut text = if lang == Lang::Zh {
        format!(
            "\n{} 年展望(已认定 {} 县)：可能滑坡 {falls}，有风险 {risk}，稳定 {holds}，年份不足 {unknown}\n",
            first.year,
            result.forecasts.len()
        )
    } else {
        format!(
            "\nOutlook {} ({} certified counties): falls {falls}, at risk {risk}, holds {holds}, too few years {unknown}\n",
            first.year,
            result.forecasts.len()
        )
    };
    let b = &result.backtest;
    if b.lines > 0 {
        let share = b.within as f64 / b.lines as f64 * 100.0;
        let [(holds, h), (risk, r), (falls, f)] = b.counties;
        text.push_str(&if lang == Lang::Zh {
            format!("回测(用此前各年预测最后一年)：八成区间实际覆盖 {share:.0}%；稳定 {holds} 县中 {h} 县未达到，有风险 {risk} 中 {r}，可能滑坡 {falls} 中 {f}\n")
        } else {
            format!("Backtest on the last year: 80 % intervals covered {share:.0} %; of {holds} held {h} were not met, of {risk} at risk {r}, of {falls} falling {f}\n")
        });
    }
    let Some((_, standards)) = result.years.last() else {
        return text;
    };
    let mut listed: Vec<_> = result
        .forecasts
        .iter()
        .filter(|f| f.outlook == Outlook::Falls)
        .collect();
    listed.sort_by(|a, b| {
        let chance = |f: &junheng_nation::forecast::Forecast| f.sections_hold.unwrap_or(1.0);
        chance(a)
            .total_cmp(&chance(b))
            .then_with(|| a.county.cmp(&b.county))
    });
    for f in listed.iter().take(SHOWN) {
        let chance = f
            .sections_hold
            .map_or("–".to_owned(), |p| format!("{:.0}%", p * 100.0));
        let line = f
            .tightest
            .zip(f.line)
            .map_or(String::new(), |((stage, n, limit), line)| {
                format!(
                    "{} {} {:.3} [{:.3}, {:.3}] ≤ {limit}",
                    stage.title().get(lang),
                    indicator(&standards.all, f.standard, n),
                    line.p50,
                    line.p10,
                    line.p90
                )
            });
        let word = lang.pick("学段全部达标的可能", "chance that all sections pass");
        text.push_str(&format!(
            "  {} {}  {word} {chance}  {line}\n",
            f.county, f.name
        ));
    }
    if listed.len() > SHOWN {
        text.push_str(&format!("  … +{}\n", listed.len() - SHOWN));
    }
    text
}

//! The summary of a nation or province as tables: the last year's counties, and the outlook.

use junheng_core::model::Stage;
use junheng_core::text::Lang;
use junheng_intake::sheets::{Page, Value};

use super::nation::{by_distance, indicator};
use crate::commands::nation::Result;

/// A missing number is an empty cell.
fn number(x: Option<f64>) -> Value {
    x.map_or_else(|| "".into(), Value::Number)
}

fn stage(stage: Stage, lang: Lang) -> String {
    stage.title().get(lang).to_owned()
}

fn count(n: usize) -> Value {
    Value::Number(n as f64)
}

/// The counties of the last year by their distance to the line, and the outlook.
pub(crate) fn nation_pages(result: &Result, lang: Lang) -> Vec<Page> {
    let Some((year, standards)) = result.years.last() else {
        return Vec::new();
    };
    let page = |id, (zh, en): (&str, &str), of: i16, head: &[(&str, &str)], rows| {
        let name = lang.pick(zh, en);
        let mark = lang.pick("（合成数据）", " (synthetic data)");
        let mark = if year.synthetic { mark } else { "" };
        Page {
            id,
            name: name.to_owned(),
            title: format!("{of} {name}{mark}"),
            head: head
                .iter()
                .map(|(zh, en)| lang.pick(zh, en).to_owned())
                .collect(),
            rows,
        }
    };
    let counties = by_distance(year).into_iter().map(|c| {
        let tight = c.tightest();
        vec![
            c.code.as_str().into(),
            c.name.as_str().into(),
            c.verdict.title().get(lang).into(),
            number(c.distance()),
            count(c.sections.iter().sum()),
            count(c.failing.iter().sum()),
            count(c.open.iter().sum()),
            tight
                .map_or_else(String::new, |t| stage(t.stage, lang))
                .into(),
            tight
                .map_or("", |t| indicator(&standards.all, c.standard, t.indicator))
                .into(),
            number(tight.and_then(|t| t.cv)),
            number(tight.and_then(|t| t.limit)),
        ]
    });
    let outlook = result.forecasts.iter().map(|f| {
        vec![
            f.county.as_str().into(),
            f.name.as_str().into(),
            number(f.certified.map(f64::from)),
            Value::Number(f64::from(f.year)),
            f.now.title().get(lang).into(),
            f.outlook.title().get(lang).into(),
            number(f.sections_hold),
            f.tightest
                .map_or_else(String::new, |t| stage(t.0, lang))
                .into(),
            f.tightest
                .map_or("", |t| indicator(&standards.all, f.standard, t.1))
                .into(),
            number(f.tightest.map(|t| t.2)),
            number(f.line.map(|l| l.p10)),
            number(f.line.map(|l| l.p50)),
            number(f.line.map(|l| l.p90)),
        ]
    });
    let ahead = result.forecasts.first().map_or(year.year, |f| f.year);
    vec![
        page(
            "distance",
            ("各县离标准的距离", "distance to the line"),
            year.year,
            &[
                ("代码", "county"),
                ("县", "county_name"),
                ("资源配置", "verdict"),
                ("距标准", "distance"),
                ("学段数", "sections"),
                ("未达标学段", "failing_sections"),
                ("无法判定学段", "undetermined_sections"),
                ("最紧的学段", "stage"),
                ("最紧的指标", "indicator"),
                ("差异系数", "cv"),
                ("限值", "limit"),
            ],
            counties.collect(),
        ),
        page(
            "outlook",
            ("巩固成果展望", "outlook"),
            ahead,
            &[
                ("代码", "county"),
                ("县", "county_name"),
                ("认定年份", "certified_year"),
                ("预测年份", "year"),
                ("现在", "now"),
                ("展望", "outlook"),
                ("学段全部达标的可能", "sections_hold"),
                ("最紧的学段", "stage"),
                ("最紧的指标", "indicator"),
                ("限值", "limit"),
                ("十分位低", "p10"),
                ("中位", "p50"),
                ("十分位高", "p90"),
            ],
            outlook.collect(),
        ),
    ]
}

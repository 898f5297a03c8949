//! A forecast on the terminal.

use std::collections::BTreeMap;

use junheng_core::finding::Finding;
use junheng_core::text::Lang;
use junheng_plan::forecast::{self, Cell, Driver, EntryBy, Place, Report, Row, Weights};

use super::{COLUMNS, Paint, paint};
use crate::Context;
use crate::width::{pad, pad_left, width, wrap};

/// Places that are listed; a file or JSON has all.
const LISTED: usize = 60;
/// Columns of a name.
const NAME: usize = 22;
/// Columns of a stage.
const STAGE: usize = 8;
/// Columns of a year.
const YEAR: usize = 8;
/// Most years beside a name.
const YEARS: usize = 3;

/// A forecast with what is shown of it.
pub(crate) struct Forecast<'a> {
    pub(crate) made: Option<&'a forecast::Forecast>,
    pub(crate) rows: Vec<Row>,
    pub(crate) county: Vec<Row>,
    pub(crate) held_out: Option<&'a Report>,
    pub(crate) findings: &'a [Finding],
    pub(crate) explain: bool,
}

/// What a school's grade is made of.
pub(crate) struct Why {
    pub(crate) cell: Cell,
    pub(crate) weights: Weights,
    /// What settling the grades to their level's total added.
    pub(crate) settled: f64,
    /// What new housing adds.
    pub(crate) housing: f64,
}

impl Forecast<'_> {
    /// The school's id or the township's name; empty for the county.
    pub(crate) fn place_id(&self, row: &Row) -> &str {
        let history = self.made.map(|f| &f.history);
        match row.place {
            Place::School(s) => history.and_then(|h| Some(h.series.get(s)?.school_id.as_str())),
            Place::Township(t) => history.and_then(|h| Some(h.townships.get(t)?.as_str())),
            Place::County => None,
        }
        .unwrap_or("")
    }

    /// The school's or township's name.
    pub(crate) fn place_name(&self, row: &Row) -> &str {
        match (row.place, self.made) {
            (Place::School(s), Some(f)) => f.history.series.get(s).map_or("", |s| &s.name),
            _ => self.place_id(row),
        }
    }

    /// What a school's grade is made of, and what housing adds, where that is asked for.
    pub(crate) fn why(&self, row: &Row) -> Option<Why> {
        let made = self.made.filter(|_| self.explain)?;
        let (Place::School(s), Some(grade)) = (row.place, row.grade) else {
            return None;
        };
        let step = usize::try_from(row.year - made.first_year()).ok()?;
        let (cell, weights, settled) = made.why(s, step, grade)?;
        let housing = made.housing(s, step, grade);
        Some(Why {
            cell,
            weights,
            settled,
            housing,
        })
    }
}

/// The county, then each place, then what could not be used.
pub(crate) fn forecast(result: &Forecast, context: &Context) -> String {
    let lang = context.lang;
    let mut out = String::new();
    if result.made.is_some() {
        out.push_str(&paint(
            lang.pick(
                "在校生预测：模型值(10%—90% 区间)",
                "Enrolment: forecast (10 % to 90 % interval)",
            ),
            Paint::Bold,
            context.colour,
        ));
        out.push('\n');
        out.push_str(&county(&result.county, lang));
        out.push_str(&table(result, &result.rows, lang));
        if result.rows.iter().any(|r| r.adjusted.is_some()) {
            let legend = lang.pick(
                "→ 后是人工调整后的数；学位和规划用它，模型值仍列在旁边。",
                "→ stands before figures adjusted by hand: places and plans use them; the model's stand beside.",
            );
            out.push_str(&wrap(legend, COLUMNS, 2));
            out.push('\n');
        }
    }
    if result.explain {
        out.push_str(&reasons(result, lang));
    }
    if let Some(report) = result.held_out {
        out.push_str(&held_out(report, context));
    }
    if !result.findings.is_empty() {
        out.push_str(&super::findings(result.findings, lang, context.colour));
    }
    out
}

/// The whole county, one line per year.
fn county(rows: &[Row], lang: Lang) -> String {
    let mut levels = Vec::new();
    let mut years = BTreeMap::<i16, BTreeMap<usize, String>>::new();
    for row in rows.iter().filter(|r| r.grade.is_none()) {
        let at = levels.iter().position(|l| *l == row.level);
        let at = at.unwrap_or_else(|| {
            levels.push(row.level);
            levels.len() - 1
        });
        years.entry(row.year).or_default().insert(at, interval(row));
    }
    let cells = years.values().flat_map(BTreeMap::values);
    let column = cells.map(|c| width(c)).max().unwrap_or(0) + 2;
    let titles = levels
        .iter()
        .map(|l| pad_left(l.title().get(lang), column))
        .collect::<String>();
    let mut out = format!("{}{titles}\n", pad(lang.pick("全县", "County"), YEAR));
    for (year, cells) in years {
        out.push_str(&pad(&year.to_string(), YEAR));
        for at in 0..levels.len() {
            let cell = cells.get(&at).map_or("", String::as_str);
            out.push_str(&pad_left(cell, column));
        }
        out.push('\n');
    }
    out.push('\n');
    out
}

/// One line per place and stage, the years side by side.
fn table(result: &Forecast, rows: &[Row], lang: Lang) -> String {
    let all: Vec<&Row> = rows.iter().filter(|r| r.grade.is_none()).collect();
    let mut groups: Vec<Vec<&Row>> = Vec::new();
    for row in all {
        match groups.last_mut() {
            Some(group) if group[0].place == row.place && group[0].level == row.level => {
                group.push(row);
            }
            _ => groups.push(vec![row]),
        }
    }
    let mut out = String::new();
    // As many years as fit: the first ones and the last.
    let cells = groups.iter().take(LISTED).flatten();
    let widest = cells.map(|r| width(&interval(r))).max().unwrap_or(0) + 1;
    let room = COLUMNS - NAME - STAGE;
    let years = (room / widest).clamp(1, YEARS);
    let column = room / years;
    let line = |group: &[&Row], of: fn(&Row) -> String| -> String {
        let shown = group.iter().take(years - 1).chain(group.last());
        let shown = if group.len() <= years {
            group.iter().collect::<Vec<_>>()
        } else {
            shown.collect()
        };
        shown.iter().map(|r| pad_left(&of(r), column)).collect()
    };
    let mut heads = String::new();
    for group in groups.iter().take(LISTED) {
        let years = line(group, |r| r.year.to_string());
        if years != heads {
            out.push_str(&format!("{}{years}\n", " ".repeat(NAME + STAGE)));
            heads = years;
        }
        let place = match result.place_name(group[0]) {
            "" => lang.pick("未填乡镇", "no township"),
            known => known,
        };
        let stage = group[0].level.title();
        out.push_str(&format!(
            "{}{}{}\n",
            pad(&cut(place, NAME - 1), NAME),
            pad(&cut(stage.get(lang), STAGE - 1), STAGE),
            line(group, interval),
        ));
    }
    if groups.len() > LISTED {
        let more = groups.len() - LISTED;
        let text = match lang {
            Lang::Zh => format!("另有 {more} 行未列出：用 --out 写入文件，或用 --json。\n"),
            Lang::En => format!("{more} more lines are not shown: use --out or --json.\n"),
        };
        out.push_str(&text);
    }
    out
}

/// `512(480-545)`, before it the planners' figure where there is one.
fn interval(row: &Row) -> String {
    let adjusted = row
        .adjusted
        .as_ref()
        .map_or(String::new(), |a| format!("→{:.0} ", a.students));
    format!("{adjusted}{:.0}({:.0}-{:.0})", row.mean, row.p10, row.p90)
}

/// A name, or as much of it as fits and a mark that there is more.
fn cut(name: &str, columns: usize) -> String {
    if width(name) <= columns {
        return name.to_owned();
    }
    let mut out = String::new();
    for c in name.chars() {
        if width(&out) + width(c.encode_utf8(&mut [0; 4])) + 1 > columns {
            break;
        }
        out.push(c);
    }
    out + "…"
}

/// What drives each number.
fn reasons(result: &Forecast, lang: Lang) -> String {
    let mut out = String::new();
    let rows = result.rows.iter().filter_map(|r| Some((r, result.why(r)?)));
    for (row, why) in rows.take(LISTED * 6) {
        let grade = row.grade.unwrap_or(0);
        let (name, year) = (result.place_name(row), row.year);
        let (cell, weights, housing) = (why.cell, why.weights, why.housing);
        let from = driver(cell.driver, lang);
        let [c, l, u] = [weights.cohort, weights.last, weights.usual].map(|w| 100.0 * w);
        let mut text = match lang {
            Lang::Zh => format!(
                "{name} {year} 年 {grade} 年级 {:.0}：{from}得 {:.1}(权重 {c:.0}%)，上年 {:.0}({l:.0}%)，往年平均 {:.1}({u:.0}%)",
                row.mean, cell.cohort, cell.last, cell.usual
            ),
            Lang::En => format!(
                "{name} {year} grade {grade} {:.0}: {from} gives {:.1} (weight {c:.0} %), last year {:.0} ({l:.0} %), usual {:.1} ({u:.0} %)",
                row.mean, cell.cohort, cell.last, cell.usual
            ),
        };
        if why.settled.abs() >= 0.05 {
            let more = match lang {
                Lang::Zh => format!("，按学段总数调整 {:+.1}", why.settled),
                Lang::En => format!(", settled to the stage's total {:+.1}", why.settled),
            };
            text.push_str(&more);
        }
        if housing > 0.0 {
            let more = match lang {
                Lang::Zh => format!("，新建住宅 {housing:.1}"),
                Lang::En => format!(", new housing {housing:.1}"),
            };
            text.push_str(&more);
        }
        out.push_str(&wrap(&text, COLUMNS, 2));
        out.push('\n');
    }
    out
}

fn driver(driver: Driver, lang: Lang) -> String {
    match driver {
        Driver::None => String::new(),
        Driver::Cohort {
            from,
            ratio,
            own,
            weight,
        } => {
            let share = 100.0 * weight;
            match lang {
                Lang::Zh if own.is_nan() => {
                    format!("上年低一年级 {from:.0}×升级比例 {ratio:.3}(本县)")
                }
                Lang::Zh => format!(
                    "上年低一年级 {from:.0}×升级比例 {ratio:.3}(本校 {own:.3} 占 {share:.0}%)"
                ),
                Lang::En if own.is_nan() => {
                    format!("grade below {from:.0} × ratio {ratio:.3} (the county's)")
                }
                Lang::En => format!(
                    "grade below {from:.0} × ratio {ratio:.3} (own {own:.3}, weight {share:.0} %)"
                ),
            }
        }
        Driver::Entry { by, level, index } => {
            let (zh, en) = match by {
                EntryBy::Births => ("六年前出生人数", "births six years before"),
                EntryBy::Register => ("学前登记", "children registered"),
                EntryBy::Leavers => ("低一学段毕业生", "leavers of other schools"),
                EntryBy::Trend => ("本校走势", "own trend, damped"),
            };
            match lang {
                Lang::Zh => format!("新生常年 {level:.1}×{zh}指数 {index:.3}"),
                Lang::En => format!("usual entrants {level:.1} × {index:.3} ({en})"),
            }
        }
    }
}

fn held_out(report: &Report, context: &Context) -> String {
    let lang = context.lang;
    let Some((from, to)) = report.origins else {
        return format!(
            "{}\n",
            lang.pick(
                "回测：只有一年的数据，无法与实际比较。",
                "Hold-out: only one year is known; nothing to compare with."
            )
        );
    };
    let title = match lang {
        Lang::Zh => format!("回测：从 {from} 至 {to} 各年预测，绝对百分比误差 中位数/平均"),
        Lang::En => {
            format!("Hold-out from {from} to {to}: absolute percentage error, median/mean")
        }
    };
    let heads = match lang {
        Lang::Zh => [
            "提前",
            "例数",
            "预测",
            "与上年同",
            "简单升级法",
            "80%区间覆盖",
        ],
        Lang::En => [
            "ahead",
            "cases",
            "forecast",
            "last year",
            "cohort",
            "80 % inside",
        ],
    };
    let mut out = paint(&title, Paint::Bold, context.colour);
    let kinds = match lang {
        Lang::Zh => ["学段合计", "起始年级", "其他年级"],
        Lang::En => ["totals", "entrants", "other grades"],
    };
    let line = |cells: [String; 6]| -> String {
        let cells: String = cells.iter().map(|c| pad_left(c, 13)).collect();
        format!("\n{cells}")
    };
    out.push_str(&line(heads.map(str::to_owned)));
    let all = [&report.ahead, &report.entrants, &report.grades];
    let cases = all
        .into_iter()
        .zip(kinds)
        .flat_map(|(errors, kind)| errors.iter().enumerate().map(move |(i, e)| (kind, i, e)));
    for (kind, i, e) in cases {
        let pair = |[median, mean]: [f64; 2]| format!("{:.2}/{:.2}", 100.0 * median, 100.0 * mean);
        if e.cases == 0 {
            continue;
        }
        out.push_str(&line([
            format!("{kind} {}", i + 1),
            e.cases.to_string(),
            pair(e.forecast),
            pair(e.persistence),
            pair(e.cohort),
            format!("{:.1} %", 100.0 * e.coverage),
        ]));
    }
    out.push('\n');
    out
}

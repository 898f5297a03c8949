//! Places on the terminal.

use std::collections::BTreeMap;

use junheng_core::finding::Finding;
use junheng_core::model::Stage;
use junheng_core::standard::NormMeasure;
use junheng_core::text::Lang;
use junheng_plan::forecast::{Forecast, Level, total};
use junheng_plan::places::{Figure, Need, Rung, Step};

use super::{COLUMNS, Paint, paint};
use crate::Context;
use crate::width::{pad, pad_left, wrap};

/// Probability of a shortage from which a warning is given.
const WARN: f64 = 0.1;
/// Warnings that are listed; JSON has all.
const LISTED: usize = 40;
/// Schools named in a line.
const NAMED: usize = 8;

/// Places with what they were made from.
pub(crate) struct Places<'a> {
    pub(crate) made: Option<&'a Forecast>,
    pub(crate) needs: Vec<Need>,
    pub(crate) steps: Vec<Step>,
    pub(crate) rungs: Vec<Rung>,
    pub(crate) figures: Vec<Figure>,
    pub(crate) findings: &'a [Finding],
}

impl Places<'_> {
    /// Stages of schools that may be short of places in a year.
    pub(crate) fn warnings(&self) -> impl Iterator<Item = &Need> {
        self.needs
            .iter()
            .filter(|n| n.grade.is_none() && n.probability.is_some_and(|p| p >= WARN))
    }
}

/// Need and supply of the county, warnings, the ladder, new housing, the norms.
pub(crate) fn places(result: &Places, context: &Context) -> String {
    let lang = context.lang;
    let mut out = String::new();
    let mut section = |zh: &str, en: &str, body: String| {
        if !body.is_empty() {
            out.push_str(&paint(lang.pick(zh, en), Paint::Bold, context.colour));
            out.push('\n');
            out.push_str(&body);
            out.push('\n');
        }
    };
    if !result.needs.is_empty() {
        section("全县供需", "Need and supply", supply(result, lang));
        section("学位预警", "Warnings", warnings(result, lang));
    }
    section(
        "消除大班额：全县按班额上限需要的班级数",
        "Large classes: classes the county needs at each class size",
        ladder(result, lang),
    );
    section(
        "新建住宅带来的学生",
        "What new housing brings",
        housing(result, lang),
    );
    section(
        "规划指标(右列为规范值，只列示，不评定)",
        "Planning figures (norms on the right; shown, not judged)",
        norms(result, lang),
    );
    if !result.findings.is_empty() {
        out.push_str(&super::findings(result.findings, lang, context.colour));
    }
    out
}

/// What the schools of a stage come to in a year; places and what is lacking are unknown where a school
/// gives no places.
struct Supply {
    students: f64,
    places: Option<f64>,
    short: Option<f64>,
}

/// Students and places of the county by stage and year, and what schools lack that are too small.
fn supply(result: &Places, lang: Lang) -> String {
    let mut sums: BTreeMap<(Stage, i16), Supply> = BTreeMap::new();
    for n in result.needs.iter().filter(|n| n.grade.is_none()) {
        let sum = sums.entry((n.stage, n.year)).or_insert(Supply {
            students: 0.0,
            places: Some(0.0),
            short: Some(0.0),
        });
        sum.students += n.students;
        sum.places = sum.places.zip(n.places).map(|(sum, n)| sum + n);
        sum.short = sum.short.zip(n.short()).map(|(sum, n)| sum + n);
    }
    let shown = |n: Option<f64>| {
        n.map_or(lang.pick("未填全", "not all given").to_owned(), |n| {
            format!("{n:.0}")
        })
    };
    let line = |((stage, year), sum): (&(Stage, i16), &Supply)| {
        let (stage, students) = (stage.title(), sum.students);
        let (places, short) = (shown(sum.places), shown(sum.short));
        let text = match lang {
            Lang::Zh => format!(
                "{year} 年{}：预计 {students:.0} 人，学位 {places}，不足的学校共缺 {short}",
                stage.zh
            ),
            Lang::En => format!(
                "{year} {}: {students:.0} students expected, places: {places}, lacking in schools that are too small: {short}",
                stage.en
            ),
        };
        wrap(&text, COLUMNS, 2) + "\n"
    };
    sums.iter().map(line).collect()
}

fn warnings(result: &Places, lang: Lang) -> String {
    let all: Vec<&Need> = result.warnings().collect();
    let mut out = String::new();
    for n in all.iter().take(LISTED) {
        let (name, year, stage) = (&n.name, n.year, n.stage.title());
        let probability = 100.0 * n.probability.unwrap_or(0.0);
        let (places, short) = (n.places.unwrap_or(0.0), n.short().unwrap_or(0.0));
        let most = n.short_p90().unwrap_or(0.0);
        let text = match lang {
            Lang::Zh => format!(
                "{year} 年 {name} {}：预计 {:.0} 人，学位 {places:.0} 个，缺 {short:.0} 个(有一成可能缺 {most:.0} 个以上)，不足的概率 {probability:.0}%",
                stage.zh, n.students
            ),
            Lang::En => format!(
                "{year} {name} {}: {:.0} students expected, {places:.0} places, {short:.0} short (more than {most:.0} with a probability of 10 %), probability {probability:.0} %",
                stage.en, n.students
            ),
        };
        out.push_str(&wrap(&text, COLUMNS, 2));
        out.push('\n');
    }
    let first = result.needs.iter().map(|n| n.year).min();
    let known = result
        .needs
        .iter()
        .filter(|n| n.grade.is_none() && Some(n.year) == first);
    let without = known.clone().filter(|n| n.places.is_none()).count();
    if without > 0 {
        let text = match lang {
            Lang::Zh => format!("有 {without} 个学段没有填学位数，不能判断是否不足。"),
            Lang::En => {
                format!("{without} sections give no places: whether they are short cannot be said.")
            }
        };
        out.push_str(&wrap(&text, COLUMNS, 2));
        out.push('\n');
    }
    if all.is_empty() && without < known.count() {
        out.push_str(lang.pick(
            "各年学位不足的概率都在一成以下。\n",
            "No section is short of places with a probability of 10 % or more.\n",
        ));
    }
    if all.len() > LISTED {
        let more = all.len() - LISTED;
        let text = match lang {
            Lang::Zh => format!("另有 {more} 条未列出，用 --json 查看。\n"),
            Lang::En => format!("{more} more are not shown: use --json.\n"),
        };
        out.push_str(&text);
    }
    out
}

/// Sums over the schools, by stage, class size and year, and the schools that are short of classes.
fn ladder(result: &Places, lang: Lang) -> String {
    let names: BTreeMap<&str, &str> = result
        .needs
        .iter()
        .map(|n| (n.school_id.as_str(), n.name.as_str()))
        .collect();
    let mut out = String::new();
    for step in &result.steps {
        // Needed, there, to add; the last two unknown where a school gives no classes.
        let mut years: BTreeMap<i16, (f64, Option<f64>, Option<f64>)> = BTreeMap::new();
        let mut above = None;
        let of_step = |r: &&Rung| r.stage == step.stage && r.size == step.size;
        for r in result.rungs.iter().filter(of_step) {
            let sums = years.entry(r.year).or_insert((0.0, Some(0.0), Some(0.0)));
            sums.0 += r.needed;
            sums.1 = sums.1.zip(r.classes).map(|(sum, n)| sum + n);
            sums.2 = sums.2.zip(r.more()).map(|(sum, n)| sum + n);
            if let Some(n) = r.above {
                above = Some(above.unwrap_or(0) + n);
            }
        }
        let (Some(first), Some(last)) = (years.first_key_value(), years.last_key_value()) else {
            continue;
        };
        let (stage, size) = (step.stage.title(), step.size);
        let now = above.map_or(String::new(), |n| match lang {
            Lang::Zh => format!("，现有超过的班 {n} 个"),
            Lang::En => format!("; {n} classes are larger now"),
        });
        let shown = |n: Option<f64>| {
            n.map_or(lang.pick("未填全", "not all given").to_owned(), |n| {
                format!("{n:.0}")
            })
        };
        let ((from, now_at), (to, then)) = (first, last);
        let text = match lang {
            Lang::Zh => format!(
                "{} 每班不超过 {size:.0} 人：{from} 年需 {:.0} 个班(现有 {}，各校共需增 {})，{to} 年需 {:.0} 个班(增 {}){now}",
                stage.zh,
                now_at.0,
                shown(now_at.1),
                shown(now_at.2),
                then.0,
                shown(then.2)
            ),
            Lang::En => format!(
                "{}, at most {size:.0} a class: {from} needs {:.0} classes (there are: {}, to add in the schools short of them: {}), {to} needs {:.0} (to add: {}){now}",
                stage.en,
                now_at.0,
                shown(now_at.1),
                shown(now_at.2),
                then.0,
                shown(then.2)
            ),
        };
        out.push_str(&wrap(&text, COLUMNS, 2));
        out.push('\n');
        let more = result.rungs.iter().filter(of_step);
        let more = more.filter(|r| r.year == *to).filter_map(|r| {
            let (classes, id) = (r.more().filter(|n| *n > 0.0)?, r.school_id.as_str());
            Some((classes, names.get(id).copied().unwrap_or(id)))
        });
        out.push_str(&short_of(more.collect(), *to, lang));
    }
    out
}

/// The schools that are short of classes in a year, the most first.
fn short_of(mut schools: Vec<(f64, &str)>, year: i16, lang: Lang) -> String {
    if schools.is_empty() {
        return String::new();
    }
    schools.sort_by(|a, b| b.0.total_cmp(&a.0));
    let names = |between: &str| {
        let all = schools.iter().take(NAMED);
        let all: Vec<String> = all.map(|(n, name)| format!("{name} {n:.0}")).collect();
        all.join(between)
    };
    let rest = schools.len().saturating_sub(NAMED);
    let text = match (lang, rest) {
        (Lang::Zh, 0) => format!("  {year} 年须增班的学校：{}", names("、")),
        (Lang::Zh, _) => format!(
            "  {year} 年须增班的学校：{} 等 {} 所",
            names("、"),
            schools.len()
        ),
        (Lang::En, 0) => format!("  classes to add by {year}: {}", names(", ")),
        (Lang::En, more) => format!(
            "  classes to add by {year}: {} and {more} more",
            names(", ")
        ),
    };
    wrap(&text, COLUMNS, 4) + "\n"
}

/// The students of each project by school and stage, and the places there in its first year.
fn housing(result: &Places, lang: Lang) -> String {
    let mut out = String::new();
    let Some(made) = result.made else {
        return out;
    };
    let brought = made.history.housing.iter().flat_map(|h| {
        let levels = h.brings.iter().flat_map(|(s, brings)| {
            let of = |level: Level| (*s, level, total(brings, level));
            [Level::Primary, Level::Junior].map(of)
        });
        levels.map(move |(s, level, n)| (h, s, level, n))
    });
    for (project, s, level, n) in brought.filter(|b| b.3 > 0.0).take(LISTED) {
        let series = &made.history.series[s];
        let (id, year, name, stage) = (&project.id, project.year, &series.name, level.title());
        let mut text = match lang {
            Lang::Zh => format!("{id}：{year} 年起 {name} {}增 {n:.0} 人", stage.zh),
            Lang::En => format!(
                "{id}: {n:.0} more students in {name} {} from {year} on",
                stage.en
            ),
        };
        let then = result.needs.iter().find(|need| {
            need.grade.is_none()
                && need.school_id == series.school_id
                && Some(need.stage) == level.stage()
                && need.year == year.max(made.first_year())
        });
        if let Some((need, places)) = then.and_then(|need| Some((need, need.places?))) {
            let (year, students) = (need.year, need.students);
            let over = 100.0 * need.probability.unwrap_or(0.0);
            text.push_str(&match lang {
                Lang::Zh => format!("；{year} 年连同这些学生预计 {students:.0} 人，学位 {places:.0} 个，不足的概率 {over:.0}%"),
                Lang::En => format!("; with them {students:.0} are expected there in {year} for {places:.0} places, probability of a shortage {over:.0} %"),
            });
        }
        out.push_str(&wrap(&text, COLUMNS, 2));
        out.push('\n');
    }
    out
}

fn norms(result: &Places, lang: Lang) -> String {
    let mut out = String::new();
    if result.figures.is_empty() {
        out.push_str(lang.pick(
            "没有常住人口，也没有居住单元的人数和坐标：指标算不出。\n",
            "No residents, and no children and coordinates of blocks: no figure can be given.\n",
        ));
    }
    for f in &result.figures {
        let place = f.township.as_deref().unwrap_or(lang.pick("全县", "county"));
        let stage = f.stage.title();
        let line = format!(
            "{}{}{}{}  {}",
            pad(place, 18),
            pad(stage.get(lang), 9),
            pad(title(f.measure, lang), 28),
            pad_left(&shown(f), 10),
            bounds(f),
        );
        out.push_str(line.trim_end());
        out.push('\n');
    }
    for text in left_out(result, lang) {
        out.push_str(&wrap(&text, COLUMNS, 2));
        out.push('\n');
    }
    let radius = |f: &&Figure| f.measure == NormMeasure::ServiceRadius;
    if let Some(f) = result.figures.iter().find(radius) {
        let bound = |stage| {
            let of = |f: &&Figure| radius(f) && f.stage == stage;
            let norm = result.figures.iter().find(of).and_then(|f| f.norm.as_ref());
            norm.and_then(|n| n.2).or(f.norm.as_ref().and_then(|n| n.2))
        };
        let [primary, junior] = Stage::JUDGED.map(|s| bound(s).unwrap_or(0.0));
        let text = match lang {
            Lang::Zh => format!(
                "服务半径按直线距离：小学 {primary:.0} 米，初中 {junior:.0} 米以内儿童所占比例；适用于城镇，寄宿学校除外。"
            ),
            Lang::En => format!(
                "Service radius as the crow flies: share of children within {primary:.0} m (primary), {junior:.0} m (junior); for towns, not for boarding schools."
            ),
        };
        out.push_str(&wrap(&text, COLUMNS, 2));
        out.push('\n');
    }
    out
}

/// Why a figure of the county is not there though others are, by stage.
fn left_out(result: &Places, lang: Lang) -> Vec<String> {
    let mut said = Vec::new();
    for stage in Stage::JUDGED {
        let county = |measure| {
            let mut all = result.figures.iter();
            all.any(|f| f.township.is_none() && (f.measure, f.stage) == (measure, stage))
        };
        let (zh, en) = (stage.title().zh, stage.title().en);
        if county(NormMeasure::ResidentsPerSchool) && !county(NormMeasure::PlacesPerThousand) {
            said.push(match lang {
                Lang::Zh => format!("有学校没有填{zh}学位数，全县{zh}的千人学位数算不出。"),
                Lang::En => format!(
                    "Some sections give no places: {en} places per 1,000 residents of the county cannot be given."
                ),
            });
        }
        let there = result.needs.iter().any(|n| n.stage == stage);
        if there && !result.figures.is_empty() && !county(NormMeasure::ServiceRadius) {
            said.push(match lang {
                Lang::Zh => format!("居住单元没有填{zh}现服务学校、儿童数，或它们和学校没有坐标，{zh}服务半径内儿童算不出。"),
                Lang::En => format!(
                    "Blocks without their {en} school of today, their children or coordinates: children within the radius cannot be given."
                ),
            });
        }
    }
    said
}

/// The norm's bounds, in words.
fn bounds(f: &Figure) -> String {
    if f.measure == NormMeasure::ServiceRadius {
        return String::new();
    }
    let Some((_, low, high)) = &f.norm else {
        return String::new();
    };
    let shown = junheng_core::show::thousands;
    match (*low, *high) {
        (Some(low), Some(high)) => format!("{}–{}", shown(low), shown(high)),
        (Some(low), None) => format!("≥ {}", shown(low)),
        (None, Some(high)) => format!("≤ {}", shown(high)),
        (None, None) => String::new(),
    }
}

fn title(measure: NormMeasure, lang: Lang) -> &'static str {
    match measure {
        NormMeasure::PlacesPerThousand => lang.pick("千人学位数", "places per 1,000 residents"),
        NormMeasure::ResidentsPerSchool => lang.pick("每校服务人口", "residents per school"),
        NormMeasure::ServiceRadius => lang.pick("服务半径内儿童", "children within the radius"),
    }
}

fn shown(f: &Figure) -> String {
    match f.measure {
        NormMeasure::PlacesPerThousand => format!("{:.1}", f.value),
        NormMeasure::ResidentsPerSchool => junheng_core::show::thousands(f.value.round()),
        NormMeasure::ServiceRadius => format!("{:.1} %", 100.0 * f.value),
    }
}

//! What is said of a history that a forecast cannot use as it is.

use junheng_core::finding::{Finding, Place, Severity};
use junheng_core::model::{Field, Snapshot, TableId};
use junheng_core::text::Text;

use super::super::entry::{LEAST, MOST};
use super::super::fit::dropped;
use super::super::project::EntryBy;
use super::{History, Level, Series, total};

fn finding(code: &'static str, severity: Severity, message: Text, hint: Text) -> Finding {
    Finding {
        code,
        severity,
        place: Place::default(),
        message,
        hint,
    }
}

/// No figure at all, or none that can be used: `bad` is what is wrong with the rows.
pub(crate) fn nothing(bad: &[Finding]) -> Finding {
    let (zh, en) = match bad {
        [] => Default::default(),
        [first, ..] => (
            format!("：{} 行都不能用，如 {}", bad.len(), first.message.zh),
            format!(
                "; no row of {} is usable, for instance: {}",
                bad.len(),
                first.message.en
            ),
        ),
    };
    finding(
        "forecast_no_history",
        Severity::Error,
        Text::new(
            format!("没有可用的历年在校生数，无法预测{zh}"),
            format!("No usable enrolment of past years: nothing can be forecast{en}"),
        ),
        Text::new(
            "填写“历年在校生”表：每校每年每年级一行",
            "Fill in `enrolment_history`: a row per school, year and grade",
        ),
    )
}

pub(crate) fn unusable(snapshot: &Snapshot, row: usize, school: &str) -> Finding {
    let n = |field| snapshot.number(field, row).unwrap_or(f64::NAN);
    let (year, grade, students) = (
        n(Field::HistoryYear),
        n(Field::HistoryGrade),
        n(Field::HistoryStudents),
    );
    finding(
        "forecast_bad_figure",
        Severity::Error,
        Text::new(
            format!("学校 {school}：{year} 年 {grade} 年级 {students} 人不能用，预测时未计入"),
            format!(
                "School {school}: year {year}, grade {grade}, {students} students cannot be used and was left out"
            ),
        ),
        Text::new(
            "年份为四位数，年级 0 至 12，人数不小于 0、小于一千万",
            "A year of four digits, a grade from 0 to 12, students not below 0 and below ten million",
        ),
    )
}

fn year(first: i16, at: usize) -> i32 {
    i32::from(first) + i32::try_from(at).unwrap_or(0)
}

pub(crate) fn closed(series: &Series, first: i16) -> Finding {
    let (id, name) = (&series.school_id, &series.name);
    let last = series.latest(usize::MAX).map(|t| year(first, t));
    let (zh, en) = match last {
        Some(y) => (
            format!("{name}({id})：{y} 年以后没有在校生，按已停办处理，不作预测"),
            format!("{name} ({id}): no students after {y}; taken as closed and not forecast"),
        ),
        None => (
            format!("{name}({id})：各年都没有在校生，不作预测"),
            format!("{name} ({id}): no students in any year; not forecast"),
        ),
    };
    finding(
        "forecast_closed",
        Severity::Note,
        Text::new(zh, en),
        Text::new(
            "如仍在办学，请补上最近一年的数据",
            "If it is open, add its latest year",
        ),
    )
}

pub(crate) fn late(series: &Series, first: i16, years: usize) -> Finding {
    let (id, name) = (&series.school_id, &series.name);
    let last = series.latest(usize::MAX).map_or(0, |t| year(first, t));
    let wanted = year(first, years - 1);
    finding(
        "forecast_late",
        Severity::Explain,
        Text::new(
            format!("{name}({id})：缺 {wanted} 年数据，以 {last} 年的数据代替，区间相应放宽"),
            format!(
                "{name} ({id}): no figures of {wanted}; those of {last} stand in, with wider intervals"
            ),
        ),
        Text::new(
            format!("补上 {wanted} 年各年级人数；已停办的请从学校表删除"),
            format!("Add the grades of {wanted}, or take a closed school out of `schools`"),
        ),
    )
}

/// A grade of the latest year that was blank and stands between two others.
pub(crate) fn filled(series: &Series, first: i16, t: usize, g: usize) -> Finding {
    let (id, name, year) = (&series.school_id, &series.name, year(first, t));
    let students = series.years[t][g];
    finding(
        "forecast_filled",
        Severity::Explain,
        Text::new(
            format!(
                "{name}({id})：{year} 年 {g} 年级没有人数，按上下两个年级的平均 {students} 人推算"
            ),
            format!(
                "{name} ({id}): no figure of grade {g} in {year}; the mean of the grades below and above, {students}, stands in"
            ),
        ),
        Text::new(
            format!("补上 {year} 年 {g} 年级的人数；没有学生的填 0"),
            format!("Give grade {g} of {year}; write 0 where there are no students"),
        ),
    )
}

/// A project without its year or dwellings.
pub(crate) fn housing(id: &str) -> Finding {
    finding(
        "forecast_housing",
        Severity::Explain,
        Text::new(
            format!("住宅项目 {id}：缺入住年份或套数，或不是可用的数，未计入预测"),
            format!(
                "Housing project {id}: its year or its dwellings are missing or no usable number; left out"
            ),
        ),
        Text::new(
            "补上入住年份(四位数)和套数",
            "Give the year (four digits) and the dwellings",
        ),
    )
}

/// A project whose students of a level no school is found for.
pub(crate) fn no_school_for(id: &str, level: Level, named: Option<&str>) -> Finding {
    let title = level.title();
    let (zh, en) = match named {
        Some(school) => (
            format!("服务学校 {school} 没有可预测的历年在校生"),
            format!("school {school} has no past figures to be forecast from"),
        ),
        None => (
            "没有写服务学校，其乡镇也没有这一学段的学校".to_owned(),
            "no school is named, and its township has none of that level".to_owned(),
        ),
    };
    finding(
        "forecast_housing_school",
        Severity::Explain,
        Text::new(
            format!("住宅项目 {id}：{zh}，{}学生未计入预测", title.zh),
            format!(
                "Housing project {id}: {en}; its {} students are left out",
                title.en
            ),
        ),
        Text::new(
            "补上或更正该学段的服务学校(或乡镇)",
            "Give or correct the school of that level (or the township)",
        ),
    )
}

pub(crate) fn lived_in(id: &str, last: i16) -> Finding {
    finding(
        "forecast_housing_past",
        Severity::Note,
        Text::new(
            format!("住宅项目 {id}：{last} 年或以前已入住，其学生已在历年在校生中，不再另加"),
            format!(
                "Housing project {id}: lived in by {last}; its students are in the history and are not added again"
            ),
        ),
        Text::new(
            "尚未住满的，把今后入住的套数另列一行",
            "If it is not full yet, give the dwellings still to come a row of their own",
        ),
    )
}

pub(crate) fn no_yield(id: &str, level: Level) -> Finding {
    let title = level.title();
    finding(
        "forecast_no_yield",
        Severity::Note,
        Text::new(
            format!(
                "住宅项目 {id}：没有每百套{}学生数，该学段未计入预测",
                title.zh
            ),
            format!(
                "Housing project {id}: no {} students per 100 dwellings; not counted",
                title.en
            ),
        ),
        Text::new(
            "按本地已入住小区的实际比例填写",
            "Give the ratio seen in estates where people live already",
        ),
    )
}

/// Histories too short to learn from.
pub(crate) fn thin(history: &History, findings: &mut Vec<Finding>) {
    let (first, last) = (history.first, history.last_year());
    if history.years == 1 {
        findings.push(finding(
            "forecast_one_year",
            Severity::Explain,
            Text::new(
                format!("只有 {last} 年一年的数据：升级比例按 1 计，区间按经验值，只能作粗略参考"),
                format!(
                    "Only {last} is known: every cohort is taken to keep its size and the intervals are those of other places; a rough guide only"
                ),
            ),
            Text::new("补上前几年的数据，最好五年以上", "Add earlier years, five or more"),
        ));
    } else if history.years < 4 {
        findings.push(finding(
            "forecast_short",
            Severity::Note,
            Text::new(
                format!("只有 {first} 至 {last} 年的数据，升级比例和区间主要依靠经验值"),
                format!(
                    "Only {first} to {last} are known: ratios and intervals lean on the experience of other places"
                ),
            ),
            Text::new("补上更早的数据，最好五年以上", "Add earlier years, five or more"),
        ));
    }
    for s in history.series.iter().filter(|s| s.open) {
        let Some(base) = s.base(history.years - 1) else {
            continue;
        };
        findings.extend(top_gone(s, base));
        for g in 2..10 {
            let before = s.years[base][g - 1];
            let ever = s.years.iter().any(|y| y[g - 1] > 0.0);
            let junior = g == 7;
            if s.years[base][g] > 0.0 && before.is_nan() && ever && !junior {
                let given_up = Level::ALL
                    .iter()
                    .any(|l| dropped(&s.years, base, *l) == Some(g));
                let (zh, en) = if given_up {
                    (
                        "按这一学段逐年停办推算".to_owned(),
                        "taken as a level that is given up year by year".to_owned(),
                    )
                } else {
                    (
                        format!("{g} 年级按往年人数推算"),
                        format!("grade {g} follows its own past"),
                    )
                };
                let (name, id, below) = (&s.name, &s.school_id, g - 1);
                findings.push(finding(
                    "forecast_gap",
                    Severity::Note,
                    Text::new(
                        format!("{name}({id})：有 {g} 年级，没有 {below} 年级；{zh}"),
                        format!("{name} ({id}): grade {g} without grade {below}; {en}"),
                    ),
                    Text::new("核对是否漏填", "See whether a row is missing"),
                ));
            }
        }
    }
}

/// A school whose highest grade of the year before is blank.
fn top_gone(s: &Series, base: usize) -> Option<Finding> {
    let (now, before) = (&s.years[base], &s.years[base.checked_sub(1)?]);
    let top = (1..now.len()).rfind(|g| now[*g] > 0.0)?;
    let gone = top + 1;
    let was = before.get(gone).is_some_and(|n| *n > 0.0) && now[gone].is_nan();
    let (name, id) = (&s.name, &s.school_id);
    was.then(|| {
        finding(
            "forecast_gap",
            Severity::Note,
            Text::new(
                format!("{name}({id})：上年有 {gone} 年级，最近一年没有；按不再开设推算"),
                format!(
                    "{name} ({id}): grade {gone} a year ago and none in the latest year; taken as given up"
                ),
            ),
            Text::new("核对是否漏填", "See whether a row is missing"),
        )
    })
}

pub(crate) fn adjusted_twice(school: &str, row: usize) -> Finding {
    let row = row + 1;
    finding(
        "forecast_adjusted_twice",
        Severity::Explain,
        Text::new(
            format!("预测调整第 {row} 条（学校 {school}）：同一学校、年份、年级已有一条，未采用"),
            format!(
                "Adjustment {row} (school {school}): there is one of the same school, year and grade already; left out"
            ),
        ),
        Text::new("只保留一条", "Keep one of them"),
    )
}

/// Schools with students now but none in the history, which nothing can be forecast for.
pub(crate) fn unknown_past(snapshot: &Snapshot, history: &History, findings: &mut Vec<Finding>) {
    for row in 0..snapshot.rows(TableId::Sections) {
        let (Some(school), Some(stage), Some(students)) = (
            snapshot.text(Field::SectionSchool, row),
            snapshot.text(Field::SectionStage, row),
            snapshot.number(Field::Students, row).filter(|n| *n > 0.0),
        ) else {
            continue;
        };
        // The history need not go beyond grade 9.
        let Some(level) = [Level::Primary, Level::Junior]
            .into_iter()
            .find(|l| l.id() == stage)
        else {
            continue;
        };
        let known = |s: &Series| {
            s.school_id == school && s.years.iter().any(|year| total(year, level) > 0.0)
        };
        if history.series.iter().any(known) {
            continue;
        }
        let title = level.title();
        findings.push(finding(
            "forecast_no_past",
            Severity::Explain,
            Text::new(
                format!("学校 {school} {}：现有学生 {students} 人，没有历年在校生，不作预测，乡镇和全县的合计不含这些学生", title.zh),
                format!(
                    "School {school}, {}: {students} students now and none in the history; not forecast, and missing in the totals of its township and the county",
                    title.en
                ),
            ),
            Text::new(
                "在“历年在校生”表补上该校各年级人数，至少最近一年",
                "Add its grades to `enrolment_history`, at least those of the latest year",
            ),
        ));
    }
}

/// A history that does not end with the school year of the county.
pub(crate) fn other_year(snapshot: &Snapshot, history: &History, findings: &mut Vec<Finding>) {
    let Some(now) = snapshot.school_year() else {
        return;
    };
    let last = history.last_year();
    if now != last {
        findings.push(finding(
            "forecast_other_year",
            Severity::Note,
            Text::new(
                format!("历年在校生到 {last} 年，县情的学年从 {now} 年起：预测从 {} 年起", last + 1),
                format!(
                    "The history ends with {last}, the county's school year is {now}: the forecast begins with {}",
                    last + 1
                ),
            ),
            Text::new(
                "核对学年，或补上(更正)历年数据的最后一年",
                "See to the school year, or add (correct) the last year of the history",
            ),
        ));
    }
}

/// Figures of a year far behind the others.
pub(crate) fn far_year(year: i16, before: i16) -> Finding {
    finding(
        "forecast_far_year",
        Severity::Error,
        Text::new(
            format!(
                "历年在校生中 {year} 年只有少数学校的数据，前一个有数据的年份是 {before} 年：按误填处理，预测时未计入"
            ),
            format!(
                "In the history {year} has figures of few schools, and the year with figures before it is {before}: taken as a slip and left out"
            ),
        ),
        Text::new("核对这些行的年份", "See to the year of these rows"),
    )
}

/// Children of a township in which no school is listed.
pub(crate) fn no_school_there(township: &str) -> Finding {
    finding(
        "forecast_no_school_there",
        Severity::Note,
        Text::new(
            format!(
                "{township}：有出生或学前登记人数，没有学校属于该乡镇；出生只计入全县，登记未计入"
            ),
            format!(
                "{township}: births or registered children, but no school of that township; births count for the county only, registered children for none"
            ),
        ),
        Text::new(
            "核对学校表和出生、学前登记表中的乡镇名称是否一致",
            "See whether the township has the same name in `schools` and in `births` or `preschool`",
        ),
    )
}

pub(crate) fn adjustment(school: &str, row: usize) -> Finding {
    let row = row + 1;
    finding(
        "forecast_adjustment",
        Severity::Explain,
        Text::new(
            format!("预测调整第 {row} 条（学校 {school}）：学校、学段、年份或人数不能用，未采用"),
            format!(
                "Adjustment {row} (school {school}): school, stage, year or students cannot be used; left out"
            ),
        ),
        Text::new(
            "年份须晚于历年数据的最后一年，学校须在预测之列",
            "The year must be after the last one of the history, the school one that is forecast",
        ),
    )
}

/// A school with figures of late that `schools` does not name.
pub(crate) fn not_listed(series: &Series) -> Finding {
    let id = &series.school_id;
    finding(
        "forecast_not_listed",
        Severity::Explain,
        Text::new(
            format!(
                "学校 {id}：学校表中没有，历年在校生表中有最近一年的数据；照常预测，计入全县，不属于任何乡镇"
            ),
            format!(
                "School {id} is not in `schools` but has figures of the latest year: it is forecast and counts for the county, not for a township"
            ),
        ),
        Text::new(
            "在学校表补上该校；已停办的，从“历年在校生”表中去掉最近一年",
            "Add it to `schools`; if it is closed, take the latest year out of `enrolment_history`",
        ),
    )
}

/// A register or births so far from the past that they are followed in part only.
pub(crate) fn cut(township: &str, by: EntryBy, year: i16, index: f64) -> Finding {
    let (zh, en) = match by {
        EntryBy::Register => ("学前登记人数", "registered children"),
        _ => ("出生人数", "births"),
    };
    let usual = match by {
        EntryBy::Register => ("常年一年级新生", "the usual entrants"),
        _ => ("往年新生的出生人数", "the births behind past entrants"),
    };
    let taken = index.clamp(LEAST, MOST);
    finding(
        "forecast_cut",
        Severity::Explain,
        Text::new(
            format!(
                "{township}：{year} 年入学的{zh}是{}的 {index:.1} 倍，只按 {taken:.1} 倍计",
                usual.0
            ),
            format!(
                "{township}: the {en} for {year} are {index:.1} times {}; taken as {taken:.1} times",
                usual.1
            ),
        ),
        Text::new(
            "核对这个数；属实的，用“预测调整”表填写一年级人数",
            "See to the figure; if it is right, give the entrants in `forecast_adjustments`",
        ),
    )
}

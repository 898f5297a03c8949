//! What is said of a history that a forecast cannot use as it is.

use junheng_core::finding::{Finding, Place, Severity};
use junheng_core::model::{Field, Snapshot};
use junheng_core::text::Text;

use super::history::{History, Level, Series};

fn finding(code: &'static str, severity: Severity, message: Text, hint: Text) -> Finding {
    Finding {
        code,
        severity,
        place: Place::default(),
        message,
        hint,
    }
}

pub(super) fn nothing() -> Finding {
    finding(
        "forecast_no_history",
        Severity::Error,
        Text::new(
            "没有可用的历年在校生数，无法预测",
            "No usable enrolment of past years: nothing can be forecast",
        ),
        Text::new(
            "填写“历年在校生”表：每校每年每年级一行",
            "Fill in `enrolment_history`: a row per school, year and grade",
        ),
    )
}

pub(super) fn unusable(snapshot: &Snapshot, row: usize, school: &str) -> Finding {
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
            "年份为四位数，年级 0 至 12，人数不小于 0",
            "A year of four digits, a grade from 0 to 12, students not below 0",
        ),
    )
}

fn year(first: i16, at: usize) -> i32 {
    i32::from(first) + i32::try_from(at).unwrap_or(0)
}

pub(super) fn closed(series: &Series, first: i16) -> Finding {
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

pub(super) fn late(series: &Series, first: i16, years: usize) -> Finding {
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

pub(super) fn housing(id: &str) -> Finding {
    finding(
        "forecast_housing",
        Severity::Explain,
        Text::new(
            format!("住宅项目 {id}：缺入住年份、套数，或找不到服务的学校，未计入预测"),
            format!(
                "Housing project {id}: year, dwellings or a school to serve it is missing; left out"
            ),
        ),
        Text::new(
            "补上入住年份、套数和服务学校(或乡镇)",
            "Give the year, the dwellings and the schools of its zone (or its township)",
        ),
    )
}

pub(super) fn no_yield(id: &str, level: Level) -> Finding {
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
pub(super) fn thin(history: &History, findings: &mut Vec<Finding>) {
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
        for g in 2..10 {
            let before = s.years[base][g - 1];
            let ever = s.years.iter().any(|y| y[g - 1] > 0.0);
            let junior = g == 7;
            if s.years[base][g] > 0.0 && before.is_nan() && ever && !junior {
                findings.push(finding(
                    "forecast_gap",
                    Severity::Note,
                    Text::new(
                        format!(
                            "{}({})：有 {g} 年级，没有 {} 年级；{g} 年级按往年人数推算",
                            s.name,
                            s.school_id,
                            g - 1
                        ),
                        format!(
                            "{} ({}): grade {g} without grade {}; grade {g} follows its own past",
                            s.name,
                            s.school_id,
                            g - 1
                        ),
                    ),
                    Text::new("核对是否漏填", "See whether a row is missing"),
                ));
            }
        }
    }
}

pub(super) fn adjustment(school: &str, row: usize) -> Finding {
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

//! Why a teacher moves, in one sentence she can read. Nothing that the data cannot support is said.

use junheng_core::evaluate::Evaluation;
use junheng_core::model::SUBJECTS;
use junheng_core::show;
use junheng_core::standard::Standard;
use junheng_core::text::Text;
use junheng_core::verdict::Verdict;

use super::Options;
use super::county::County;
use super::places::Pair;

/// The reason of a move.
pub(super) fn reason(
    county: &County,
    standard: &Standard,
    after: &Evaluation,
    t: usize,
    to: usize,
    options: &Options,
) -> Text {
    let person = &county.persons[t];
    let goal = &county.places[to];
    let mut parts = vec![why(county, t, to, options)];
    let helps = county
        .pairs
        .iter()
        .filter(|p| p.place == to && p.deficit > 0 && p.weight(county.profile(t)) > 0);
    parts.extend(
        helps
            .filter_map(|p| helped(county, standard, after, p))
            .next(),
    );
    if let Some((here, there)) = county.commute(t, person.place).zip(county.commute(t, to)) {
        parts.push(commute((here, there), county.ways.by_road, options.speed));
    }
    let join = |pick: fn(&Text) -> &str, comma: &str| {
        let all: Vec<&str> = parts.iter().map(pick).collect();
        all.join(comma)
    };
    // The stage is said where the school has more than one.
    let stages = county.places.iter().filter(|p| p.school == goal.school);
    let stage = if stages.count() > 1 {
        goal.stage.title()
    } else {
        Text::default()
    };
    let bracket = if stage.en.is_empty() {
        String::new()
    } else {
        format!(" ({})", stage.en)
    };
    Text::new(
        format!("到{}{}：{}。", goal.name, stage.zh, join(|p| &p.zh, "；")),
        format!("To {}{bracket}: {}.", goal.name, join(|p| &p.en, "; ")),
    )
}

fn why(county: &County, t: usize, to: usize, options: &Options) -> Text {
    let person = &county.persons[t];
    if let Some(rank) = person.wishes.iter().position(|w| *w == to) {
        let rank = rank + 1;
        return Text::new(
            format!("是本人的第 {rank} 志愿"),
            format!("it is your wish number {rank}"),
        );
    }
    if person.pinned {
        return Text::new("已指定本次交流", "you were named for this rotation");
    }
    let profile = county.profile(t);
    let subject = SUBJECTS.iter().find(|s| s.0 == profile.subject);
    let (zh, en) = subject.map_or(("", ""), |s| (s.1, s.2));
    let star = if profile.backbone { "骨干" } else { "" };
    let share = show::percent(options.shares.moved, None);
    Text::new(
        format!("按每年交流不低于符合条件教师 {share} 的规定，统筹安排{zh}{star}教师"),
        format!(
            "assigned{}{en}{} as part of the {share} of eligible teachers who move each year",
            if en.is_empty() && star.is_empty() {
                ""
            } else {
                ", as a "
            },
            match (star.is_empty(), en.is_empty()) {
                (true, true) => "",
                (true, false) => " teacher,",
                (false, true) => "backbone teacher,",
                (false, false) => " backbone teacher,",
            }
        ),
    )
}

/// What the school lacked and has after the plan.
fn helped(county: &County, standard: &Standard, after: &Evaluation, pair: &Pair) -> Option<Text> {
    let row = county.places[pair.place].row;
    let find = |e: &Evaluation| {
        let result = e.sections[row].indicators.iter();
        let result = result.into_iter().find(|r| r.indicator == pair.indicator)?;
        Some((
            result.judged.value?,
            result.judged.threshold?,
            result.verdict?,
        ))
    };
    let (was, threshold, _) = find(&county.before)?;
    let (is, _, verdict) = find(after)?;
    if is <= was {
        return None;
    }
    let indicator = &standard.indicators[pair.indicator];
    let (title, digits) = (&indicator.title, 2);
    let (was, is, least) = (
        show::beside(was, threshold, digits),
        show::beside(is, threshold, digits),
        show::number(threshold, digits),
    );
    let reached = verdict == Verdict::Met;
    Some(Text::new(
        format!(
            "该校{}原为 {was}(标准 {least})，交流后{} {is}",
            title.zh,
            if reached { "达到" } else { "提高到" }
        ),
        format!(
            "the school's {} was {was} of {least} and {} {is}",
            title.en,
            if reached { "reaches" } else { "rises to" }
        ),
    ))
}

fn commute((here, there): (i64, i64), by_road: bool, speed: f64) -> Text {
    let km = |metres: i64| show::number(metres as f64 / 1000.0, 1);
    let minutes = (there as f64 / 1000.0 / speed.max(1.0) * 60.0).ceil();
    let speed = show::number(speed, 0);
    let (zh, en) = match there - here {
        more if more > 0 => (
            format!("比现在多 {} 公里", km(more)),
            format!("{} km more than now", km(more)),
        ),
        0 => ("与现在相同".to_owned(), "as now".to_owned()),
        less => (
            format!("比现在少 {} 公里", km(-less)),
            format!("{} km less than now", km(-less)),
        ),
    };
    let (way_zh, way_en) = if by_road {
        ("沿道路", "by road")
    } else {
        ("按直线距离的 1.3 倍估算", "1.3 × the straight line")
    };
    Text::new(
        format!(
            "单程约 {} 公里({way_zh})、{minutes} 分钟(按时速 {speed} 公里)，{zh}",
            km(there)
        ),
        format!(
            "about {} km one way ({way_en}) or {minutes} minute{} at {speed} km/h, {en}",
            km(there),
            if minutes == 1.0 { "" } else { "s" }
        ),
    )
}

//! The single changes of which each makes a plan possible, tried on the whole problem.

use junheng_core::text::Text;

use crate::run::Run;

use super::super::compact::{Aim, Programme};
use super::super::dual::LARGE;
use super::super::exact::{Least, Whole, least};
use super::super::problem::{Conflict, Problem};
use crate::mip::Solution;

/// Whether there is no plan, and what would give one.
pub(crate) enum Relaxed {
    /// There is a plan, or it could not be settled.
    Open,
    /// There is none; each of these changes alone suffices.
    Closed(Vec<Text>),
}

/// More pairs of block and site than this are not tried with every change.
const TRIED: usize = 20_000;

/// Looks for the least change of each kind.
pub(crate) fn relax(problem: &Problem, run: &Run) -> Relaxed {
    let whole = Whole::new(problem);
    if run.stopped() || whole.pairs() > LARGE {
        return Relaxed::Open;
    }
    let places = match least(&Whole::new(&with_beds(problem)), Aim::Beyond, run) {
        Least::Unknown => return Relaxed::Open,
        Least::Never => None,
        Least::Some(found) if found.1.objective < 1e-6 => return Relaxed::Open,
        Least::Some(found) => Some(places(problem, &found.0, &found.1)),
    };
    let mut ways = Vec::new();
    ways.extend(money(problem, &whole, run));
    if whole.pairs() <= TRIED {
        ways.extend(count(problem, &whole, run));
        ways.extend(metres(problem, run));
    }
    ways.extend(places);
    if whole.pairs() <= TRIED {
        ways.extend(split(problem, run));
    }
    Relaxed::Closed(ways)
}

/// Puts what was tried in place of what the numbers alone let hope for.
pub(crate) fn settle(problem: &Problem, run: &Run, mut conflicts: Vec<Conflict>) -> Vec<Conflict> {
    // Travel that is not there is mended in the data.
    if conflicts.iter().any(|c| c.code == "no_school") {
        return conflicts;
    }
    let Relaxed::Closed(ways) = relax(problem, run) else {
        return conflicts;
    };
    let Some((first, others)) = conflicts.split_first_mut() else {
        return conflicts;
    };
    if ways.is_empty() {
        for conflict in &mut conflicts {
            conflict.relaxation.zh.push_str("；只改这一项还不够");
            conflict
                .relaxation
                .en
                .push_str("; this alone is not enough");
        }
        return conflicts;
    }
    first.relaxation = either(&ways);
    for conflict in others {
        conflict.relaxation = Text::new("同上一条", "as above");
    }
    conflicts
}

/// One sentence of all ways.
pub(crate) fn either(ways: &[Text]) -> Text {
    let join = |of: fn(&Text) -> &str, between: &str| {
        let all: Vec<&str> = ways.iter().map(of).collect();
        all.join(between)
    };
    Text::new(join(|t| &t.zh, "；或"), join(|t| &t.en, "; or "))
}

/// A bed for nobody at every site: there more may be added.
fn with_beds(problem: &Problem) -> Problem {
    let mut problem = problem.clone();
    for offer in problem.sites.iter_mut().flat_map(|s| &mut s.offers) {
        offer.beds = offer.beds.max(1e-9);
    }
    problem
}

/// How many more places and beds, and how much lower floors, and where.
fn places(problem: &Problem, programme: &Programme, point: &Solution) -> Text {
    const KINDS: [(&str, &str); 3] = [
        ("增加学位", "more places"),
        ("最低学生数降低", "fewer in min_students"),
        ("增加寄宿床位", "more boarding places"),
    ];
    let (mut zh, mut en) = (Vec::new(), Vec::new());
    for (k, kind) in KINDS.iter().enumerate() {
        for (site, slacks) in problem.sites.iter().zip(&programme.slacks) {
            let value = point.values.get(slacks[k].index()).copied();
            let count = (value.unwrap_or(0.0) - 1e-6).ceil();
            if count > 0.0 {
                zh.push(format!("{}{} {count}", site.name, kind.0));
                en.push(format!("{count} {} at {}", kind.1, site.name));
            }
        }
    }
    Text::new(zh.join("、"), en.join(" and "))
}

/// The least money, all other rules kept.
fn money(problem: &Problem, whole: &Whole, run: &Run) -> Option<Text> {
    let total = problem.rules.budget;
    if total.is_none() && whole.money.iter().all(|m| m.is_infinite()) {
        return None;
    }
    let Least::Some(found) = least(whole, Aim::Money, run) else {
        return None;
    };
    let (programme, point) = *found;
    let (mut zh, mut en) = (Vec::new(), Vec::new());
    let limits = whole
        .money
        .iter()
        .copied()
        .chain([total.unwrap_or(f64::INFINITY)]);
    for (period, (limit, more)) in limits.zip(&programme.beyond).enumerate() {
        let more = point.values.get(more.index()).copied().unwrap_or(0.0);
        if more < 1e-6 || limit.is_infinite() {
            continue;
        }
        let yuan = (limit + more - 1e-6).ceil();
        let n = period + 1;
        if n <= whole.money.len() {
            zh.push(format!("budgets 表第 {n} 期至少 {yuan} 元"));
            en.push(format!(
                "at least {yuan} yuan in period {n} of the table budgets"
            ));
        } else {
            zh.push(format!("预算(--budget-yuan)至少 {yuan} 元"));
            en.push(format!("a budget (--budget-yuan) of at least {yuan}"));
        }
    }
    (!zh.is_empty()).then(|| Text::new(zh.join("、"), en.join(", ")))
}

/// The number of facilities nearest to the one asked for.
fn count(problem: &Problem, whole: &Whole, run: &Run) -> Option<Text> {
    problem.rules.open_exactly?;
    let Least::Some(found) = least(whole, Aim::Count, run) else {
        return None;
    };
    let (programme, point) = *found;
    let count = point.values.get(programme.count?.index())?.round();
    Some(Text::new(
        format!("--open-exactly {count}"),
        format!("--open-exactly {count}"),
    ))
}

/// The shortest travel limit, found by halving.
fn metres(problem: &Problem, run: &Run) -> Option<Text> {
    let now = problem.rules.max_metres?;
    let mut all: Vec<f64> = problem.travel.clone();
    all.retain(|m| m.is_finite() && *m > now);
    all.sort_by(f64::total_cmp);
    all.dedup();
    let at = |metres: f64| {
        let mut longer = problem.clone();
        longer.rules.max_metres = Some(metres);
        possible(&longer, run)
    };
    if !at(*all.last()?) {
        return None;
    }
    let short = all.partition_point(|m| !at(*m));
    let least = all.get(short)?.ceil();
    Some(Text::new(
        format!("--max-metres 至少 {least}"),
        format!("--max-metres at least {least}"),
    ))
}

fn split(problem: &Problem, run: &Run) -> Option<Text> {
    if problem.rules.split {
        return None;
    }
    let mut divided = problem.clone();
    divided.rules.split = true;
    let text = || Text::new("用 --split 允许拆分居住单元", "--split");
    possible(&divided, run).then(text)
}

/// Whether a plan surely exists.
fn possible(problem: &Problem, run: &Run) -> bool {
    let found = least(&Whole::new(problem), Aim::Beyond, run);
    matches!(found, Least::Some(found) if found.1.objective < 1e-6)
}

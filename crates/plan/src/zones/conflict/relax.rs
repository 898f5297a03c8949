//! What would have to give way for a plan to exist: the load, the farthest way.

use junheng_core::text::Text;

use super::super::area::Area;
use super::super::exact::{self, Answer};
use super::super::plan::Conflict;
use super::super::problem::Problem;
use super::super::solve::effort::{Effort, LARGE};
use super::super::{reduce, solve};
use super::{least_load, of_large, of_rules, of_wishes};
use crate::run::Run;

/// Plans looked for while a load or a way is narrowed down.
const TRIES: usize = 10;
/// Pairs of block and school up to which a programme decides where the search finds nothing.
const SMALL: usize = 1_000;
/// Pairs up to which ways are narrowed down.
const WAYS: usize = 1_000_000;

/// A plan of whole blocks that a short search, or on a small area a programme, finds.
fn some(problem: &Problem, run: &Run) -> Answer<Vec<u32>> {
    let area = Area::new(problem);
    let Ok(flow) = area.flow(run) else {
        return Answer::None;
    };
    if !of_large(problem, &area).is_empty() {
        return Answer::None;
    }
    let found = solve::solve(&area, &flow, run, Effort::quick(area.blocks()), None);
    match found {
        Ok(found) if found.cost.is_finite() => Answer::Plan(found.owners),
        _ if area.blocks() * area.schools() <= SMALL => exact::any(&area, run),
        _ => Answer::Unknown,
    }
}

/// A `--max-load` with which a plan of whole blocks was found, near the least.
pub(crate) fn load(problem: &Problem, area: &Area, run: &Run) -> Option<f64> {
    if area.blocks() > LARGE {
        return None;
    }
    let with = |load: f64| {
        let mut asked = problem.clone();
        asked.rules.max_load = load;
        let Answer::Plan(owners) = some(&asked, run) else {
            return None;
        };
        // What that plan needs, which may be less.
        let loads = area.loads(&owners);
        let needs = loads.iter().enumerate().map(|(s, load)| {
            let most = load.max(problem.first_year(s, *load));
            (most > 0.0).then(|| most / problem.schools[s].places)
        });
        Some(needs.flatten().fold(0.0, f64::max))
    };
    let least = least_load(problem, area)?;
    let (mut low, mut high, mut ask, mut step) = (least, None::<f64>, least, 0.01);
    for _ in 0..TRIES {
        if run.stopped() {
            break;
        }
        match with(ask) {
            Some(load) => high = Some(high.map_or(load, |high| high.min(load))),
            None => low = ask,
        }
        ask = match high {
            Some(high) if high - low < 2e-4 => break,
            Some(high) => (low + high) / 2.0,
            None => {
                step *= 2.0;
                least * (1.0 + step)
            }
        };
    }
    high.filter(|load| load.is_finite())
}

/// The least `--max-metres` that lets every child go somewhere, where that is what no plan comes
/// from; `free` is the problem read without it.
#[must_use]
pub fn farther(free: &Problem, asked: f64, run: &Run) -> Option<Conflict> {
    let (blocks, schools) = (free.blocks.len(), free.schools.len());
    if blocks * schools > WAYS {
        return None;
    }
    let rows = (0..blocks).flat_map(|b| free.travel.row(b));
    let mut ways: Vec<f64> = rows
        .copied()
        .filter(|way| way.is_finite() && *way > asked)
        .collect();
    ways.sort_by(f64::total_cmp);
    ways.dedup();
    let within = |most: f64| {
        let mut problem = free.clone();
        for block in 0..blocks {
            let row = problem.travel.row_mut(block).iter_mut();
            row.filter(|way| **way > most)
                .for_each(|way| *way = f64::INFINITY);
        }
        problem.rules.max_metres = Some(most);
        problem
    };
    let room = |way: &f64| fits(&within(*way), false, run) == Some(true);
    let at = ways.partition_point(|way| !room(way));
    let least = *ways.get(at)?;
    let whole = (!free.rules.split)
        .then(|| whole_way(&ways[at..], |way| fits(&within(way), true, run), run))
        .flatten();
    let metres = |way: f64| way.ceil();
    let (more_zh, more_en) = match whole {
        Some((way, _)) if metres(way) == metres(least) => Default::default(),
        Some((way, true)) => (
            format!("；居住单元不拆分时至少 {} 米", metres(way)),
            format!("; for whole blocks it is {}", metres(way)),
        ),
        Some((way, false)) => (
            format!("；居住单元不拆分时，至多 {} 米即有方案", metres(way)),
            format!("; for whole blocks it is {} at most", metres(way)),
        ),
        None => Default::default(),
    };
    let whole = whole.map(|(way, _)| way);
    let (enough_zh, enough_en) = match whole {
        None if !free.rules.split => ("(可拆分时足够)", " (enough where blocks may be split)"),
        _ => ("", ""),
    };
    let (least, most) = (metres(least), metres(whole.unwrap_or(least)));
    Some(Conflict {
        code: "max_metres",
        message: Text::new(
            format!("最远路程 {asked} 米太短：至少须放宽到 {least} 米{more_zh}"),
            format!("--max-metres {asked} is too short: {least} is the least{more_en}"),
        ),
        relaxation: Text::new(
            format!("--max-metres {most}{enough_zh}"),
            format!("--max-metres {most}{enough_en}"),
        ),
        blocks: Vec::new(),
        schools: Vec::new(),
    })
}

/// The least of these ways, ascending, with which a plan of whole blocks was found, and whether there
/// is none with a shorter one.
fn whole_way(ways: &[f64], fits: impl Fn(f64) -> Option<bool>, run: &Run) -> Option<(f64, bool)> {
    // No plan was found below `from`; those below `proven` have none.
    let (mut from, mut proven, mut to, mut step) = (0, 0, None, 1);
    while Some(from) != to && from < ways.len() && !run.stopped() {
        let ask = match to {
            Some(to) => (from + to) / 2,
            None => (from + step - 1).min(ways.len() - 1),
        };
        let answer = fits(ways[ask]);
        if answer == Some(true) {
            to = Some(ask);
        } else {
            from = ask + 1;
            step *= 2;
        }
        if answer == Some(false) {
            proven = ask + 1;
        }
    }
    to.map(|to| (ways[to], proven == to))
}

/// Whether shares of blocks, or whole ones, can go somewhere under all rules that are known before
/// the search; `None` where that is not decided.
fn fits(problem: &Problem, whole: bool, run: &Run) -> Option<bool> {
    if !of_wishes(problem).is_empty() {
        return Some(false);
    }
    if let Some(reduced) = reduce::reduced(problem) {
        return fits(&reduced.problem, whole, run);
    }
    if !of_rules(problem).is_empty() {
        return Some(false);
    }
    if whole {
        return match some(problem, run) {
            Answer::Plan(_) => Some(true),
            Answer::None => Some(false),
            Answer::Unknown => None,
        };
    }
    let area = if problem.rules.split {
        Area::shared(problem)
    } else {
        Area::new(problem)
    };
    Some(area.flow(run).is_ok() && of_large(problem, &area).is_empty())
}

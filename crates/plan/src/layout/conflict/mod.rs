//! Why no plan exists, and the least that would make one possible.

pub(super) mod relax;

use junheng_core::text::Text;

use crate::travel::listed;

use super::problem::{Conflict, Problem};
use relax::either;

/// The conflicts that numbers alone show; none does not mean that a plan exists.
#[must_use]
pub fn conflicts(problem: &Problem) -> Vec<Conflict> {
    let mut found = Vec::new();
    counts(problem, &mut found);
    reach(problem, &mut found);
    for situation in 0..problem.situations.len() {
        if found.is_empty() {
            places(problem, situation, &mut found);
        }
        if found.is_empty() {
            beds(problem, situation, &mut found);
        }
        if found.is_empty() {
            large_blocks(problem, situation, &mut found);
        }
        if found.is_empty() {
            floors(problem, situation, &mut found);
        }
    }
    if found.is_empty() {
        budget(problem, &mut found);
    }
    found
}

fn counts(problem: &Problem, found: &mut Vec<Conflict>) {
    let Some(count) = problem.rules.open_exactly else {
        return;
    };
    let all = problem.sites.len();
    let stay: Vec<&str> = problem
        .sites
        .iter()
        .filter(|s| s.stays)
        .map(|s| s.name.as_str())
        .collect();
    let (message, relaxation) = if count > all {
        (
            Text::new(
                format!("要求开办 {count} 处，但校址一共只有 {all} 处"),
                format!("{count} facilities are asked for, but there are only {all} sites"),
            ),
            Text::new(
                format!("--open-exactly 至多 {all}，或再补充校址"),
                format!("--open-exactly at most {all}, or add sites"),
            ),
        )
    } else if count < stay.len() {
        let least = stay.len();
        let (zh, en) = listed(&stay);
        (
            Text::new(
                format!("要求只开办 {count} 处，但有 {least} 处不得关闭：{zh}"),
                format!("only {count} facilities are asked for, but {least} may not close: {en}"),
            ),
            Text::new(
                format!(
                    "--open-exactly 至少 {least}；或在备选校址表为其中的学校写明方案；受保护的学校须加 --close-protected"
                ),
                format!(
                    "--open-exactly at least {least}; or give rows in sites to some of the schools; protected ones need --close-protected"
                ),
            ),
        )
    } else {
        return;
    };
    found.push(Conflict {
        code: "open_exactly",
        message,
        relaxation,
        blocks: Vec::new(),
        sites: Vec::new(),
    });
}

/// Blocks that no site takes.
fn reach(problem: &Problem, found: &mut Vec<Conflict>) {
    let (mut nowhere, mut far) = (Vec::new(), Vec::new());
    let mut needed: f64 = 0.0;
    for i in 0..problem.blocks.len() {
        let mut nearest = f64::INFINITY;
        let mut taken = false;
        for (j, site) in problem.sites.iter().enumerate() {
            let travel = problem.travel(j, i);
            let beds = site.offers.iter().any(|o| o.beds > 0.0);
            nearest = nearest.min(travel);
            taken = taken || (travel.is_finite() && (!problem.far(j, i) || beds));
        }
        // Nobody goes too far from where nobody lives.
        taken = taken || problem.situations.iter().all(|s| s.students[i] == 0.0);
        if !nearest.is_finite() {
            nowhere.push(i);
        } else if !taken {
            far.push(i);
            needed = needed.max(nearest);
        }
    }
    let ids = |all: &[usize]| all.iter().map(|i| problem.blocks[*i].id.clone()).collect();
    let names = |all: &[usize]| {
        let names: Vec<&str> = all
            .iter()
            .map(|i| problem.blocks[*i].name.as_str())
            .collect();
        listed(&names)
    };
    if !nowhere.is_empty() {
        let (zh, en) = names(&nowhere);
        found.push(Conflict {
            code: "no_school",
            message: Text::new(
                format!("到不了任何校址的居住单元：{zh}"),
                format!("no site can take these blocks: {en}"),
            ),
            relaxation: Text::new(
                "请补上出行表中缺的各对、坐标或道路，或增加校址",
                "add the missing pairs of travel, coordinates or roads, or a site",
            ),
            blocks: ids(&nowhere),
            sites: Vec::new(),
        });
    }
    if !far.is_empty() {
        let (zh, en) = names(&far);
        let metres = needed.ceil();
        found.push(Conflict {
            code: "max_metres",
            message: Text::new(
                format!("最远路程以内没有校址、也没有寄宿床位的居住单元：{zh}"),
                format!("no site within the travel limit and no boarding place for: {en}"),
            ),
            relaxation: Text::new(
                format!("--max-metres 至少 {metres}，或在附近增加校址或寄宿床位"),
                format!("--max-metres at least {metres}, or a site or boarding places nearby"),
            ),
            blocks: ids(&far),
            sites: Vec::new(),
        });
    }
}

/// The most places of each site, largest first where only some may open.
fn most_places(problem: &Problem) -> f64 {
    let largest = |j: usize| {
        let places = problem.sites[j].offers.iter().map(|o| o.places);
        places.fold(0.0, f64::max)
    };
    let (mut stay, mut free) = (Vec::new(), Vec::new());
    for (j, site) in problem.sites.iter().enumerate() {
        if site.stays {
            stay.push(largest(j));
        } else {
            free.push(largest(j));
        }
    }
    free.sort_by(|a, b| b.total_cmp(a));
    if let Some(count) = problem.rules.open_exactly {
        free.truncate(count.saturating_sub(stay.len()));
    }
    // A sum of nothing is -0.
    stay.iter()
        .chain(&free)
        .fold(0.0, |sum, places| sum + places)
}

fn places(problem: &Problem, at: usize, found: &mut Vec<Conflict>) {
    let situation = &problem.situations[at];
    let demand: f64 = situation.students.iter().sum();
    let most = most_places(problem);
    if demand <= most * (1.0 + 1e-9) {
        return;
    }
    let lacking = (demand - most).ceil();
    let demand = tenths(demand);
    let when = when(problem, situation.period);
    found.push(Conflict {
        code: "places",
        message: Text::new(
            format!("{}学生 {demand} 人，能开办的学位至多 {most} 个", when.zh),
            format!("{}{demand} students, but at most {most} places", when.en),
        ),
        relaxation: match problem.rules.open_exactly {
            Some(_) => Text::new(
                format!("至少再增加 {lacking} 个学位，或放宽 --open-exactly"),
                format!("at least {lacking} more places, or another --open-exactly"),
            ),
            None => Text::new(
                format!("至少再增加 {lacking} 个学位"),
                format!("at least {lacking} more places"),
            ),
        },
        blocks: Vec::new(),
        sites: Vec::new(),
    });
}

/// Numbers of children of a forecast, as they are said.
fn tenths(students: f64) -> f64 {
    (students * 10.0).round() / 10.0
}

/// Children beyond the travel limit of every site board; all beds must do for them.
fn beds(problem: &Problem, at: usize, found: &mut Vec<Conflict>) {
    let situation = &problem.situations[at];
    let sites = || 0..problem.sites.len();
    let mut boarding: Vec<(f64, usize)> = (0..problem.blocks.len())
        .filter(|&i| situation.students[i] > 0.0 && sites().all(|j| problem.far(j, i)))
        .map(|i| {
            (
                sites()
                    .map(|j| problem.travel(j, i))
                    .fold(f64::INFINITY, f64::min),
                i,
            )
        })
        .collect();
    let most: f64 = problem
        .sites
        .iter()
        .map(|site| site.offers.iter().map(|o| o.beds).fold(0.0, f64::max))
        .sum();
    let wanted: f64 = boarding.iter().map(|b| situation.students[b.1]).sum();
    if wanted <= most * (1.0 + 1e-9) {
        return;
    }
    // Beds for those who live farthest, a way for all others.
    boarding.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut room = most * (1.0 + 1e-9);
    let nearest = boarding.iter().find(|b| {
        room -= situation.students[b.1];
        room < 0.0
    });
    let metres = nearest.map_or(0.0, |b| b.0.ceil());
    let (lacking, wanted) = ((wanted - most).ceil(), tenths(wanted));
    let when = when(problem, situation.period);
    found.push(Conflict {
        code: "beds",
        message: Text::new(
            format!("{}住在最远路程以外、须寄宿的学生 {wanted} 人，寄宿床位至多 {most} 个", when.zh),
            format!("{}{wanted} students live beyond the travel limit and must board, but there are at most {most} beds", when.en),
        ),
        relaxation: Text::new(
            format!("至少再增加 {lacking} 个寄宿床位，或 --max-metres 至少 {metres}"),
            format!("at least {lacking} more beds, or --max-metres at least {metres}"),
        ),
        blocks: boarding.iter().map(|b| problem.blocks[b.1].id.clone()).collect(),
        sites: Vec::new(),
    });
}

fn when(problem: &Problem, period: usize) -> Text {
    if problem.periods > 1 {
        let n = period + 1;
        Text::new(format!("第 {n} 期"), format!("in period {n} "))
    } else {
        Text::default()
    }
}

/// Whole blocks that fit into no site they reach.
fn large_blocks(problem: &Problem, at: usize, found: &mut Vec<Conflict>) {
    if problem.rules.split {
        return;
    }
    let situation = &problem.situations[at];
    for (i, block) in problem.blocks.iter().enumerate() {
        let students = situation.students[i];
        let room = problem
            .sites
            .iter()
            .enumerate()
            .filter(|(j, _)| problem.travel(*j, i).is_finite())
            .flat_map(|(j, site)| {
                let far = problem.far(j, i);
                site.offers
                    .iter()
                    .map(move |o| if far { o.places.min(o.beds) } else { o.places })
            })
            .fold(0.0, f64::max);
        if students > room * (1.0 + 1e-9) {
            let lacking = (students - room).ceil();
            let students = tenths(students);
            let (when, name) = (when(problem, situation.period), &block.name);
            found.push(Conflict {
                code: "large_block",
                message: Text::new(
                    format!("{}{name}有学生 {students} 人，能去的校址至多 {room} 个学位", when.zh),
                    format!("{}{name} has {students} students; no site it reaches has more than {room} places", when.en),
                ),
                relaxation: Text::new(
                    format!("用 --split 允许拆分，或为其中一处增加 {lacking} 个学位"),
                    format!("--split, or {lacking} more places at one of the sites"),
                ),
                blocks: vec![block.id.clone()],
                sites: Vec::new(),
            });
        }
    }
}

/// The floors of the schools that stay.
fn floors(problem: &Problem, at: usize, found: &mut Vec<Conflict>) {
    let demand: f64 = problem.situations[at].students.iter().sum();
    let least =
        |o: &[super::problem::Offer]| o.iter().map(|o| o.least).fold(f64::INFINITY, f64::min);
    let staying: Vec<(f64, &str, &str)> = problem
        .sites
        .iter()
        .filter(|s| s.stays)
        .map(|s| (least(&s.offers), s.id.as_str(), s.name.as_str()))
        .filter(|(least, ..)| *least > 0.0 && least.is_finite())
        .collect();
    let total: f64 = staying.iter().map(|s| s.0).sum();
    if total > demand * (1.0 + 1e-9) {
        let names: Vec<&str> = staying.iter().map(|s| s.2).collect();
        let (zh, en) = listed(&names);
        let less = (total - demand).ceil();
        let demand = tenths(demand);
        found.push(Conflict {
            code: "min_students",
            message: Text::new(
                format!("不得关闭的 {zh} 最低学生数合计 {total} 人，学生只有 {demand} 人"),
                format!(
                    "{en} may not close and want {total} students together; there are {demand}"
                ),
            ),
            relaxation: Text::new(
                format!("最低学生数合计减少 {less} 人，或允许关闭其中的学校"),
                format!("{less} fewer in min_students, or let one of them close"),
            ),
            blocks: Vec::new(),
            sites: staying.iter().map(|s| s.1.to_owned()).collect(),
        });
    }
}

/// The cheapest way to enough places, parts of sites allowed, against the money there is by then.
fn budget(problem: &Problem, found: &mut Vec<Conflict>) {
    for period in 0..problem.periods {
        let limit = problem.money(period);
        if limit.is_finite() && found.is_empty() {
            budget_of(problem, period, limit, found);
        }
    }
}

fn budget_of(problem: &Problem, period: usize, limit: f64, found: &mut Vec<Conflict>) {
    let situations = problem.situations.iter().filter(|s| s.period == period);
    let sum = |s: &super::problem::Situation| s.students.iter().sum::<f64>();
    let demand = situations.map(sum).fold(0.0, f64::max);
    // What must be paid for the sites that stay, and their places.
    let (mut yuan, mut have) = (0.0, 0.0);
    let mut offers: Vec<(f64, f64)> = Vec::new();
    for site in &problem.sites {
        let cheapest = site
            .offers
            .iter()
            .map(|o| o.yuan)
            .fold(f64::INFINITY, f64::min);
        let base = if site.stays { cheapest } else { 0.0 };
        yuan += base;
        offers.extend(
            site.offers
                .iter()
                .map(|o| ((o.yuan - base).max(0.0), o.places)),
        );
    }
    offers.sort_by(|a, b| (a.0 / a.1).total_cmp(&(b.0 / b.1)));
    for (cost, places) in offers {
        if have >= demand || places <= 0.0 {
            break;
        }
        let part = ((demand - have) / places).min(1.0);
        yuan += part * cost;
        have += part * places;
    }
    if have >= demand * (1.0 - 1e-9) && yuan > limit * (1.0 + 1e-9) {
        let least = yuan.ceil();
        let when = when(problem, period);
        found.push(Conflict {
            code: "budget",
            message: Text::new(
                format!(
                    "{}要有足够的学位至少需要 {least} 元，预算只有 {limit} 元",
                    when.zh
                ),
                format!(
                    "{}enough places cost at least {least} yuan; the budget is {limit}",
                    when.en
                ),
            ),
            relaxation: Text::new(
                format!("预算(--budget-yuan 或 budgets 表)至少 {least} 元"),
                format!("a budget (--budget-yuan or the table budgets) of at least {least}"),
            ),
            blocks: Vec::new(),
            sites: Vec::new(),
        });
    }
}

/// The numbers suffice, but the rules cannot all be kept together; each way alone would do.
pub(super) fn packed(ways: &[Text]) -> Conflict {
    let relaxation = if ways.is_empty() {
        Text::new(
            "没有哪一项单独放宽就能得出方案，请同时放宽几项",
            "no single change gives a plan; relax several rules together",
        )
    } else {
        either(ways)
    };
    Conflict {
        code: "packing",
        message: Text::new(
            "各项规则单看都能满足，但合在一起没有可行方案",
            "each rule could be kept alone, but no plan keeps them all together",
        ),
        relaxation,
        blocks: Vec::new(),
        sites: Vec::new(),
    }
}

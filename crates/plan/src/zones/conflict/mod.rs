//! Why there is no plan, in sentences, with the least that would help.

pub(super) mod relax;
mod wishes;

use junheng_core::show::number;
use junheng_core::text::Text;

use super::area::Area;
use super::plan::Conflict;
use super::problem::{Contiguity, Problem};
use crate::transport::{Shortage, Transport};
use crate::travel::{Source, listed};

pub(super) use wishes::of_wishes;

/// Rules that contradict each other before anything is reckoned.
pub(super) fn of_rules(problem: &Problem) -> Vec<Conflict> {
    let mut conflicts = Vec::new();
    let mut fixed: Vec<Option<usize>> = vec![None; problem.blocks.len()];
    // A block that may be shared can be the own block of several schools, but not locked to two.
    let mut fix = |block: usize, school: usize, shared: bool| {
        let name = &problem.blocks[block].name;
        if let Some(other) = fixed[block].filter(|other| *other != school && !shared) {
            let (a, b) = (&problem.schools[other].name, &problem.schools[school].name);
            conflicts.push(Conflict {
                code: "block_of_two_schools",
                message: Text::new(
                    format!("居住单元 {name} 既须属于 {a}，又须属于 {b}"),
                    format!("block {name} must belong to {a} and to {b}"),
                ),
                relaxation: Text::new(
                    "把一所学校的所在居住单元改为相邻单元，或取消锁定，或不要求连片(--contiguity off)",
                    "let one of the schools stand in a neighbouring block, take back the lock, or use --contiguity off",
                ),
                blocks: vec![block],
                schools: vec![other, school],
            });
        } else if !problem.travel.at(block, school).is_finite() {
            let school_name = &problem.schools[school].name;
            let (far, widen) = limited(problem);
            conflicts.push(Conflict {
                code: "own_block_forbidden",
                message: Text::new(
                    format!(
                        "居住单元 {name} 须属于 {school_name}，但两者之间没有路程{}",
                        far.zh
                    ),
                    format!(
                        "block {name} must belong to {school_name}, but that pair has no travel{}",
                        far.en
                    ),
                ),
                relaxation: Text::new(
                    format!("补上这一对的路程{}", widen.zh),
                    format!("give travel for that pair{}", widen.en),
                ),
                blocks: vec![block],
                schools: vec![school],
            });
        }
        fixed[block] = Some(school);
    };
    if problem.contiguity != Contiguity::Off {
        for (school, about) in problem.schools.iter().enumerate() {
            if let Some(home) = about.home {
                fix(home, school, problem.rules.split);
            }
        }
    }
    for &(block, school) in &problem.locked {
        fix(block, school, false);
    }
    conflicts
}

/// Blocks that may go nowhere, or too few places for a set of blocks.
/// `whole` is a load with which there is a plan of whole blocks, where one was found.
pub(super) fn of_shortage(
    problem: &Problem,
    area: &Area,
    shortages: &[Shortage],
    whole: Option<f64>,
) -> Vec<Conflict> {
    let (enough_zh, enough_en) = match whole {
        Some(_) => ("", ""),
        None => ("(可拆分时足够)", " (enough where blocks may be split)"),
    };
    let one = |shortage: &Shortage| {
        let names: Vec<&str> = shortage
            .blocks
            .iter()
            .map(|b| problem.blocks[*b].name.as_str())
            .collect();
        let (zh, en) = listed(&names);
        if shortage.schools.is_empty() {
            let travel = shortage
                .blocks
                .iter()
                .any(|b| problem.travel.row(*b).iter().any(|v| v.is_finite()));
            return if travel {
                Conflict {
                    code: "island",
                    message: Text::new(
                        format!(
                            "居住单元 {zh} 与任何可去的学校都不连通(相邻表中隔断，或被锁定的单元隔开)"
                        ),
                        format!(
                            "block {en} hangs together with no school it may go to: the adjacency cuts it off"
                        ),
                    ),
                    relaxation: join(problem),
                    blocks: shortage.blocks.clone(),
                    schools: Vec::new(),
                }
            } else {
                let (why, relaxation) = unreached(problem);
                Conflict {
                    code: "no_school",
                    message: Text::new(
                        format!("居住单元 {zh} 没有可去的学校({})", why.zh),
                        format!("block {en} may go to no school: {}", why.en),
                    ),
                    relaxation,
                    blocks: shortage.blocks.clone(),
                    schools: Vec::new(),
                }
            };
        }
        let children: f64 = shortage.blocks.iter().map(|b| area.children[*b]).sum();
        let places: f64 = shortage.schools.iter().map(|s| area.places[*s]).sum();
        let schools: Vec<&str> = shortage
            .schools
            .iter()
            .map(|s| problem.schools[*s].name.as_str())
            .collect();
        let (schools_zh, schools_en) = listed(&schools);
        let load = whole.or_else(|| least_load(problem, area));
        let (children, places, missing) = (
            number(children, 0),
            number(places, 1),
            number(shortage.missing, 1),
        );
        let raise = load.map(rounded_up);
        Conflict {
            code: "places",
            message: Text::new(
                format!(
                    "{} 个居住单元的 {children} 名学生只能去 {schools_zh}，那里只有 {places} 个学位(按允许负荷)，缺 {missing} 个",
                    shortage.blocks.len()
                ),
                format!(
                    "{children} students of {} blocks can go to {schools_en} only, which have {places} places within the load: {missing} are missing",
                    shortage.blocks.len()
                ),
            ),
            relaxation: match raise {
                Some(load) if problem.rules.grandfather => Text::new(
                    format!(
                        "--max-load {load}{enough_zh}，或去掉 --grandfather(在校年级也按新学区)"
                    ),
                    format!("--max-load {load}{enough_en}, or leave out --grandfather"),
                ),
                Some(load) => Text::new(
                    format!(
                        "在这些学校中至少增加 {missing} 个学位，或 --max-load {load}{enough_zh}"
                    ),
                    format!(
                        "add {missing} places among these schools, or --max-load {load}{enough_en}"
                    ),
                ),
                None => Text::new(
                    format!("在这些学校中至少增加 {missing} 个学位"),
                    format!("add {missing} places among these schools"),
                ),
            },
            blocks: shortage.blocks.clone(),
            schools: shortage.schools.clone(),
        }
    };
    together(problem, shortages).iter().map(one).collect()
}

/// Blocks that may go nowhere for the same reason, in one sentence; then what is short of places.
fn together(problem: &Problem, shortages: &[Shortage]) -> Vec<Shortage> {
    let travels = |block: &usize| problem.travel.row(*block).iter().any(|v| v.is_finite());
    let lost = shortages.iter().filter(|s| s.schools.is_empty());
    let (cut, unreached): (Vec<usize>, Vec<usize>) =
        lost.flat_map(|s| &s.blocks).partition(|b| travels(b));
    let nowhere = [unreached, cut]
        .into_iter()
        .filter(|blocks| !blocks.is_empty());
    let nowhere = nowhere.map(|blocks| Shortage {
        missing: blocks.iter().map(|b| problem.blocks[*b].children).sum(),
        blocks,
        schools: Vec::new(),
    });
    let short = shortages.iter().filter(|s| !s.schools.is_empty()).cloned();
    nowhere.chain(short).collect()
}

/// That `--max-metres` may be too short, and that it can be widened; nothing where it is not asked for.
fn limited(problem: &Problem) -> (Text, Text) {
    match problem.rules.max_metres {
        Some(_) => (
            Text::new("，或超过最远路程", ", or all are too far"),
            Text::new("，或放宽 --max-metres", ", or widen --max-metres"),
        ),
        None => (Text::new("", ""), Text::new("", "")),
    }
}

/// Why a block has no school, and what would give it one, by where travel comes from.
fn unreached(problem: &Problem) -> (Text, Text) {
    let (why, what) = match problem.source {
        Source::Matrix => (
            Text::new("出行表中没有", "none is in the travel table"),
            Text::new(
                "在出行表中补上至少一所学校",
                "give it travel to one school at least",
            ),
        ),
        Source::Roads => (
            Text::new(
                "没有经纬度，或沿道路走不到任何学校",
                "it has no coordinates, or the roads lead to none",
            ),
            Text::new(
                "补上经纬度或缺的道路(桥、路口)，或给出行表",
                "add its coordinates or the roads that are missing (a bridge, a junction), or give a travel table",
            ),
        ),
        Source::StraightLine => (
            Text::new("没有经纬度", "it has no coordinates"),
            Text::new("补上经纬度", "add its coordinates"),
        ),
    };
    let (far, widen) = limited(problem);
    let (shut, open) = if problem.rules.locked_zones.is_empty() {
        (Text::new("", ""), Text::new("", ""))
    } else {
        (
            Text::new("，或学区已锁定", ", or their zones are locked"),
            Text::new("，或取消 --lock-zone", ", or take back --lock-zone"),
        )
    };
    let all = |parts: [&Text; 3]| {
        Text::new(
            parts.map(|t| t.zh.as_str()).concat(),
            parts.map(|t| t.en.as_str()).concat(),
        )
    };
    (all([&why, &far, &shut]), all([&what, &widen, &open]))
}

/// Blocks with more children than any school that they may go to takes; one sentence for all.
pub(super) fn of_large(problem: &Problem, area: &Area) -> Vec<Conflict> {
    if problem.rules.split {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (block, about) in problem.blocks.iter().enumerate() {
        let row = area.costs.row(block).iter().enumerate();
        let open = row.filter(|(_, cost)| cost.is_finite()).map(|(s, _)| s);
        let most = open.max_by(|a, b| area.places[*a].total_cmp(&area.places[*b]).then(b.cmp(a)));
        if let Some(school) = most.filter(|s| about.children > area.places[*s] + area.grain) {
            found.push((block, school));
        }
    }
    // What the worst of them asks for; nothing where its school has no places.
    let load = |&(block, school): &(usize, usize)| {
        let (places, children) = (
            problem.schools[school].places,
            problem.blocks[block].children,
        );
        let all = children.max(problem.first_year(school, children));
        (places > 0.0).then(|| all / places)
    };
    let loads: Option<Vec<f64>> = found.iter().map(load).collect();
    let (load_zh, load_en) = loads.map_or_else(Default::default, |loads| {
        let load = rounded_up(loads.into_iter().fold(0.0, f64::max));
        (
            format!("，或 --max-load {load}"),
            format!(", or --max-load {load}"),
        )
    });
    let excess =
        |&(block, school): &(usize, usize)| problem.blocks[block].children - area.places[school];
    let worst = found.iter().max_by(|a, b| excess(a).total_cmp(&excess(b)));
    let Some(&(block, school)) = worst else {
        return Vec::new();
    };
    let (about, name) = (&problem.blocks[block], &problem.schools[school].name);
    let (children, room) = (number(about.children, 1), number(area.places[school], 1));
    let message = if found.len() == 1 {
        Text::new(
            format!(
                "居住单元 {} 有 {children} 名学生，可去的学校中学位最多的 {name} 也只能容纳 {room} 人",
                about.name
            ),
            format!(
                "block {} has {children} children; of the schools it may go to {name} has the most room, {room}",
                about.name
            ),
        )
    } else {
        let names: Vec<&str> = found
            .iter()
            .map(|f| problem.blocks[f.0].name.as_str())
            .collect();
        let (zh, en) = listed(&names);
        Text::new(
            format!(
                "居住单元 {zh} 的学生比可去的任何一所学校能容纳的都多；最甚的 {} 有 {children} 名学生，{name} 只能容纳 {room} 人",
                about.name
            ),
            format!(
                "blocks {en} have more children than any school they may go to has room for; the worst, {}, has {children}, and {name} room for {room}",
                about.name
            ),
        )
    };
    let mut schools: Vec<usize> = found.iter().map(|f| f.1).collect();
    schools.sort_unstable();
    schools.dedup();
    vec![Conflict {
        code: "block_too_large",
        message,
        relaxation: Text::new(
            format!("用 --split 允许拆分，或把它分成几个居住单元{load_zh}"),
            format!("allow --split, or make several blocks of it{load_en}"),
        ),
        blocks: found.iter().map(|f| f.0).collect(),
        schools,
    }]
}

/// The least `--max-load` with which a flow exists: Newton's steps over the sets that are short.
pub(super) fn least_load(problem: &Problem, area: &Area) -> Option<f64> {
    let open: Vec<usize> = (0..area.schools()).collect();
    let mut load = problem.rules.max_load;
    for _ in 0..100 {
        let room = |school: usize, load: f64| problem.room_at(school, load);
        let capacity: Vec<f64> = open.iter().map(|s| room(*s, load)).collect();
        let transport = Transport {
            costs: &area.costs,
            supply: &area.children,
            capacity: &capacity,
            open: &open,
        };
        let Err(shortages) = transport.solve() else {
            return Some(load);
        };
        let shortage = shortages.first()?;
        let children: f64 = shortage.blocks.iter().map(|b| area.children[*b]).sum();
        let sum = |of: &dyn Fn(usize) -> f64| shortage.schools.iter().map(|s| of(*s)).sum::<f64>();
        // Room grows by pieces of straight lines that flatten, so a step never goes too far.
        let slope = sum(&|s| {
            let places = problem.schools[s].places;
            if room(s, load) < places * load {
                places / problem.following()
            } else {
                places
            }
        });
        if slope <= 0.0 {
            return None;
        }
        // A little up, against rounding.
        load = (load + (children - sum(&|s| room(s, load))) / slope) * (1.0 + 1e-12);
    }
    None
}

/// No plan was found; the nearest has too many children at some schools, or zones too uneven.
pub(super) fn of_nearest(
    problem: &Problem,
    area: &Area,
    owners: &[u32],
    proven: bool,
) -> Vec<Conflict> {
    let loads = area.loads(owners);
    let mut all = Vec::new();
    all.extend(uneven(problem, area, owners, &loads, proven));
    all.extend(overfull(problem, &loads, proven, all.is_empty()));
    all
}

fn sure(proven: bool) -> (&'static str, &'static str) {
    if proven {
        ("不存在", "There is no")
    } else {
        ("没有找到", "Found no")
    }
}

/// The zones of the nearest plan whose mean is too far from the county's.
fn uneven(
    problem: &Problem,
    area: &Area,
    owners: &[u32],
    loads: &[f64],
    proven: bool,
) -> Option<Conflict> {
    let (field, limit) = problem.rules.balance?;
    let field = field.id();
    let mut tilts = vec![0.0; loads.len()];
    for (owner, tilt) in owners.iter().zip(&area.tilt) {
        tilts[*owner as usize] += tilt;
    }
    let off = |s: usize| {
        if loads[s] > 0.0 {
            f64::abs(tilts[s]) / loads[s]
        } else {
            0.0
        }
    };
    let schools: Vec<usize> = (0..loads.len())
        .filter(|s| off(*s) > limit * (1.0 + 1e-9))
        .collect();
    if schools.is_empty() {
        return None;
    }
    let names: Vec<&str> = schools
        .iter()
        .map(|s| problem.schools[*s].name.as_str())
        .collect();
    let (zh, en) = listed(&names);
    let most = rounded_up(schools.iter().map(|s| off(*s)).fold(0.0, f64::max));
    let (sure_zh, sure_en) = sure(proven);
    Some(Conflict {
        code: "uneven_zones",
        message: Text::new(
            format!(
                "{sure_zh}各学区 {field} 的均值都与全县相差不超过 {limit} 的方案；最接近的方案在 {zh} 最多相差 {most}"
            ),
            format!(
                "{sure_en} plan in which the mean of {field} of each zone is within {limit} of the county's; in the nearest it is off by up to {most} at {en}"
            ),
        ),
        relaxation: Text::new(
            format!("允许相差放宽到 --balance {field}={most}"),
            format!("widen it to --balance {field}={most}"),
        ),
        blocks: Vec::new(),
        schools,
    })
}

/// Not even with blocks shared can every zone be so even; `least` is the tolerance with which it can.
pub(super) fn of_balance(problem: &Problem, least: f64) -> Conflict {
    let balance = problem.rules.balance;
    let (field, limit) = balance.map_or(("", 0.0), |(field, limit)| (field.id(), limit));
    let least = rounded_up(least);
    Conflict {
        code: "uneven_zones",
        message: Text::new(
            format!(
                "即使拆分居住单元，也不存在各学区 {field} 的均值都与全县相差不超过 {limit} 的方案"
            ),
            format!(
                "even with blocks split there is no plan in which the mean of {field} of each zone is within {limit} of the county's"
            ),
        ),
        relaxation: Text::new(
            format!("允许相差至少放宽到 --balance {field}={least}"),
            format!("widen it at least to --balance {field}={least}"),
        ),
        blocks: Vec::new(),
        schools: Vec::new(),
    }
}

/// The schools of the nearest plan that are too full; without any, only where `always`.
fn overfull(problem: &Problem, loads: &[f64], proven: bool, always: bool) -> Option<Conflict> {
    let over: Vec<usize> = (0..loads.len())
        .filter(|s| loads[*s] > problem.room(*s) + 1e-9)
        .collect();
    if over.is_empty() {
        return always.then(|| scattered(problem, proven));
    }
    let names: Vec<&str> = over
        .iter()
        .map(|s| problem.schools[*s].name.as_str())
        .collect();
    let (zh, en) = listed(&names);
    let many: f64 = over.iter().map(|s| loads[*s] - problem.room(*s)).sum();
    let load = over
        .iter()
        .filter(|s| problem.schools[**s].places > 0.0)
        .map(|s| loads[*s].max(problem.first_year(*s, loads[*s])) / problem.schools[*s].places)
        .fold(problem.rules.max_load, f64::max);
    let load = rounded_up(load);
    let many = number(many, 1);
    let (sure_zh, sure_en) = sure(proven);
    Some(Conflict {
        code: "whole_blocks",
        message: Text::new(
            format!(
                "{sure_zh}每个居住单元都不拆分、学区都符合要求的方案；最接近的方案在 {zh} 超出 {many} 人"
            ),
            format!(
                "{sure_en} plan with whole blocks that keeps all rules; the nearest has {many} students too many at {en}"
            ),
        ),
        relaxation: Text::new(
            format!("--max-load {load} 时该方案可行；或用 --split 允许拆分"),
            format!(
                "with --max-load {load} that plan is allowed; or let blocks be split with --split"
            ),
        ),
        blocks: Vec::new(),
        schools: over,
    })
}

/// Places and balance are kept, the pieces of the zones are not.
pub(super) fn scattered(problem: &Problem, proven: bool) -> Conflict {
    let (sure_zh, sure_en) = sure(proven);
    Conflict {
        code: "scattered_zones",
        message: Text::new(
            format!("{sure_zh}学区都连成一片的方案"),
            format!("{sure_en} plan in which every zone hangs together"),
        ),
        relaxation: join(problem),
        blocks: Vec::new(),
        schools: Vec::new(),
    }
}

/// What joins blocks to a zone: neighbours, a weaker rule, no locked zone between.
pub(super) fn join(problem: &Problem) -> Text {
    let (rule_zh, rule_en) = match problem.contiguity {
        Contiguity::NotWorse => ("off", "off"),
        _ => ("not-worse 或 off", "not-worse or off"),
    };
    let (lock_zh, lock_en) = if problem.rules.locked_zones.is_empty() {
        ("", "")
    } else {
        ("，或取消 --lock-zone", ", or take back --lock-zone")
    };
    Text::new(
        format!("在相邻表中补上相邻关系，或用 --contiguity {rule_zh}{lock_zh}"),
        format!(
            "add the missing pairs to the table adjacency, or use --contiguity {rule_en}{lock_en}"
        ),
    )
}

/// Blocks that no zone in one piece reaches.
pub(super) fn of_lost(problem: &Problem, lost: &[usize]) -> Vec<Conflict> {
    let names: Vec<&str> = lost
        .iter()
        .map(|b| problem.blocks[*b].name.as_str())
        .collect();
    let (zh, en) = listed(&names);
    vec![Conflict {
        code: "island",
        message: Text::new(
            format!("居住单元 {zh} 与任何学校的学区都连不成一片"),
            format!("blocks {en} cannot be joined to the zone of any school"),
        ),
        relaxation: join(problem),
        blocks: lost.to_vec(),
        schools: Vec::new(),
    }]
}

/// A load with four digits, not below it but for what reckoning loses.
pub(super) fn rounded_up(load: f64) -> f64 {
    (load * 10_000.0 - 1e-6).ceil() / 10_000.0
}

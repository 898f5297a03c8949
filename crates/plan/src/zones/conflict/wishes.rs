//! Wishes that cannot be granted whatever the plan: sets in pieces, locked zones that are too full
//! or that a lock contradicts, schools whose own students fill them.

use junheng_core::show::number;
use junheng_core::text::Text;

use super::super::plan::Conflict;
use super::super::problem::{Contiguity, Current, Problem};
use super::{join, rounded_up};
use crate::travel::listed;

/// What stands against the wishes before anything is reckoned.
pub(crate) fn of_wishes(problem: &Problem) -> Vec<Conflict> {
    let mut all = apart(problem);
    all.extend(contradicted(problem));
    all.extend(full(problem));
    all.extend(staying(problem));
    all
}

/// Sets that do not hang together though their zone must.
fn apart(problem: &Problem) -> Vec<Conflict> {
    if problem.contiguity != Contiguity::Adjacency {
        return Vec::new();
    }
    let pieces = |set: &Vec<usize>| {
        let mut shares = vec![Vec::new(); problem.blocks.len()];
        set.iter().for_each(|b| shares[*b] = vec![(0, 1.0)]);
        problem.pieces(&shares).first().copied().unwrap_or(0)
    };
    let sets = problem.together.iter().filter(|set| pieces(set) > 1);
    let conflict = |set: &Vec<usize>| {
        let (name, count) = (&problem.blocks[set[0]].name, pieces(set));
        Conflict {
            code: "set_apart",
            message: Text::new(
                format!(
                    "须划到同一所学校的一组居住单元（{name} 等 {} 个）分成 {count} 片",
                    set.len()
                ),
                format!(
                    "{} blocks that must stay together ({name} and others) lie in {count} pieces",
                    set.len()
                ),
            ),
            relaxation: join(problem),
            blocks: set.clone(),
            schools: Vec::new(),
        }
    };
    sets.map(conflict).collect()
}

/// Blocks of a locked zone that must go elsewhere, or others that must go into it.
fn contradicted(problem: &Problem) -> Vec<Conflict> {
    let zone = |block: usize| match problem.blocks[block].current {
        Current::School(school) if problem.locked_zones.contains(&school) => Some(school),
        _ => None,
    };
    let mut pairs = problem.locked.clone();
    if problem.contiguity != Contiguity::Off {
        let homes = problem.schools.iter().enumerate();
        pairs.extend(homes.filter_map(|(school, about)| Some((about.home?, school))));
    }
    let against = pairs
        .into_iter()
        .filter(|&(block, school)| match zone(block) {
            Some(own) => own != school,
            None => problem.locked_zones.contains(&school),
        });
    let mut found: Vec<Conflict> = against
        .map(|(block, school)| {
            let other = zone(block);
            let name = &problem.blocks[block].name;
            let wanted = &problem.schools[school].name;
            let kept = &problem.schools[other.unwrap_or(school)];
            let (id, kept) = (&kept.id, &kept.name);
            Conflict {
                code: "locked_zone",
                message: Text::new(
                    format!("居住单元 {name} 须属于 {wanted}，但 {kept} 的学区已按现状锁定"),
                    format!("block {name} must belong to {wanted}, but the zone of {kept} is locked as it is today"),
                ),
                relaxation: Text::new(
                    format!("取消 --lock-zone {id}，或取消该居住单元的锁定"),
                    format!("take back --lock-zone {id}, or the lock of that block"),
                ),
                blocks: vec![block],
                schools: std::iter::once(school).chain(other).collect(),
            }
        })
        .collect();
    let torn = problem.together.iter().filter(|set| {
        let zones: Vec<Option<usize>> = set.iter().map(|b| zone(*b)).collect();
        zones.iter().any(|z| *z != zones[0])
    });
    found.extend(torn.map(|set| {
        let name = &problem.blocks[set[0]].name;
        Conflict {
            code: "locked_zone",
            message: Text::new(
                format!("须划到同一所学校的一组居住单元（{name} 等 {} 个）有的在锁定的学区内，有的在外", set.len()),
                format!("of {} blocks that must stay together ({name} and others) some lie in a locked zone and some do not", set.len()),
            ),
            relaxation: Text::new(
                "取消 --lock-zone 或 --together 之一",
                "take back --lock-zone or --together",
            ),
            blocks: set.clone(),
            schools: Vec::new(),
        }
    }));
    found
}

/// Locked zones with more children than their school may have.
fn full(problem: &Problem) -> Vec<Conflict> {
    let mut found = Vec::new();
    for &school in &problem.locked_zones {
        let own = |b: &&super::super::problem::Block| b.current == Current::School(school);
        let children: f64 = problem.blocks.iter().filter(own).map(|b| b.children).sum();
        if children <= problem.room(school) * (1.0 + 1e-12) {
            continue;
        }
        let about = &problem.schools[school];
        let load = least_load(problem, school, children);
        let (zh, en) = raise(load);
        let (name, children, places) = (&about.name, number(children, 1), number(about.places, 1));
        found.push(Conflict {
            code: "locked_zone_full",
            message: Text::new(
                format!("{name} 的现行学区有 {children} 名学生，学位 {places} 个，按现状锁定会超出允许负荷"),
                format!("the zone of {name} has {children} students today for {places} places: locked, it is over the load"),
            ),
            relaxation: Text::new(
                format!("取消 --lock-zone {}{zh}", about.id),
                format!("take back --lock-zone {}{en}", about.id),
            ),
            blocks: Vec::new(),
            schools: vec![school],
        });
    }
    found
}

/// Schools that those who stay fill beyond the load.
fn staying(problem: &Problem) -> Vec<Conflict> {
    if !problem.rules.grandfather {
        return Vec::new();
    }
    let over: Vec<usize> = (0..problem.schools.len())
        .filter(|s| {
            let about = &problem.schools[*s];
            about.enrolled > about.places * problem.rules.max_load * (1.0 + 1e-12)
        })
        .collect();
    if over.is_empty() {
        return Vec::new();
    }
    let said = |school: &usize| {
        let about = &problem.schools[*school];
        let (stay, places) = (number(about.enrolled, 1), number(about.places, 1));
        (
            format!("{}（{stay} 人，学位 {places} 个）", about.name),
            format!("{} ({stay} for {places} places)", about.name),
        )
    };
    let (zh, en): (Vec<String>, Vec<String>) = over.iter().map(said).unzip();
    let (zh, _) = listed(&zh.iter().map(String::as_str).collect::<Vec<_>>());
    let (_, en) = listed(&en.iter().map(String::as_str).collect::<Vec<_>>());
    let load = over.iter().map(|s| least_load(problem, *s, 0.0));
    let (raise_zh, raise_en) = raise(
        load.collect::<Option<Vec<f64>>>()
            .map(|loads| loads.into_iter().fold(0.0, f64::max)),
    );
    vec![Conflict {
        code: "enrolled",
        message: Text::new(
            format!("留在原校的学生已超过允许负荷，不招新生也放不下：{zh}"),
            format!("those who stay in school are over the load without any entrant: {en}"),
        ),
        relaxation: Text::new(
            format!("去掉 --grandfather(在校年级也按新学区){raise_zh}"),
            format!("leave out --grandfather, so that grades in school move too{raise_en}"),
        ),
        blocks: Vec::new(),
        schools: over,
    }]
}

/// The least load at which a school takes a zone of so many children; `None` without places.
fn least_load(problem: &Problem, school: usize, children: f64) -> Option<f64> {
    let places = problem.schools[school].places;
    let most = children.max(problem.first_year(school, children));
    (places > 0.0).then(|| most / places)
}

/// “or `--max-load` so much”, rounded up.
fn raise(load: Option<f64>) -> (String, String) {
    load.map_or_else(Default::default, |load| {
        let load = rounded_up(load);
        (
            format!("，或 --max-load {load}"),
            format!(", or --max-load {load}"),
        )
    })
}

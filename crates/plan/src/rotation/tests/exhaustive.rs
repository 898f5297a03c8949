//! Every plan of a tiny county tried, against the planner.

use std::collections::BTreeMap;

use junheng_core::standard::Standard;

use super::*;
use crate::run::Status;

/// A small generator of its own (SplitMix64), so that counties do not depend on the planner's.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

fn county(dice: &mut Dice) -> Tiny {
    let schools = 2 + dice.below(3);
    let mut tiny = Tiny {
        points: (0..schools)
            .map(|_| {
                (
                    120.0 + dice.below(40) as f64 / 100.0,
                    30.0 + dice.below(40) as f64 / 100.0,
                )
            })
            .collect(),
        ..Tiny::default()
    };
    for school in 0..schools {
        let stages: &[&'static str] = match dice.below(4) {
            0 => &["primary", "junior"],
            1 => &["junior"],
            _ => &["primary"],
        };
        for stage in stages {
            tiny.sections.push(Section {
                school,
                stage,
                students: 20 + dice.below(200) as u32,
            });
        }
    }
    let subjects = ["chinese", "pe", "music"];
    let homes = dice.chance(60);
    let mut eligible = 0;
    for n in 0..4 + dice.below(7) {
        let section = dice.below(tiny.sections.len());
        let (school, stage) = (tiny.sections[section].school, tiny.sections[section].stage);
        let may = eligible < 6 && dice.chance(75);
        eligible += usize::from(may);
        tiny.teachers.push(Teacher {
            id: format!("T{n}"),
            school,
            stage,
            subject: subjects[dice.below(3)],
            above: dice.chance(60),
            backbone: dice.chance(40),
            eligible: may,
            exempt: may && dice.chance(10),
            home: (homes && dice.chance(85)).then(|| {
                (
                    120.0 + dice.below(40) as f64 / 100.0,
                    30.0 + dice.below(40) as f64 / 100.0,
                )
            }),
            wishes: (0..dice.below(3)).map(|_| dice.below(schools)).collect(),
            spouse: None,
        });
    }
    if dice.chance(40) {
        let (a, b) = (
            dice.below(tiny.teachers.len()),
            dice.below(tiny.teachers.len()),
        );
        tiny.teachers[a].spouse = Some(b);
        tiny.teachers[b].spouse = Some(a);
    }
    tiny
}

fn options(dice: &mut Dice, tiny: &Tiny, standard: &Standard) -> Options {
    let mut options = Options::new(standard);
    options.shares.moved = [0.0, 0.1, 0.3, 0.5][dice.below(4)];
    options.shares.backbone = [0.0, 0.2, 0.5][dice.below(3)];
    options.shares.of = [ShareOf::Moved, ShareOf::Eligible][dice.below(2)];
    options.balance = dice.below(3) as u32;
    options.max_metres = dice.chance(25).then_some(30_000.0);
    let may = tiny.teachers.iter().filter(|t| t.eligible && !t.exempt);
    let may: Vec<&Teacher> = may.collect();
    if !may.is_empty() && dice.chance(20) {
        options.pin.push(may[dice.below(may.len())].id.clone());
    }
    if !may.is_empty() && dice.chance(20) {
        let other = may[dice.below(may.len())].id.clone();
        if !options.pin.contains(&other) {
            options.refuse.push(other);
        }
    }
    options
}

/// (failing pairs, objective in thousandths, wishes granted) of an assignment of every teacher to
/// a school, or `None` where a rule is broken. Written anew, on the tiny county itself.
fn judge(tiny: &Tiny, options: &Options, at: &[usize]) -> Option<(usize, i64, usize)> {
    let moved: Vec<usize> = (0..at.len())
        .filter(|&t| at[t] != tiny.teachers[t].school)
        .collect();
    let pinned = |t: usize| options.pin.contains(&tiny.teachers[t].id);
    if (0..at.len()).any(|t| pinned(t) && !moved.contains(&t)) {
        return None;
    }
    let mut metres_added = 0;
    let mut wishes = 0;
    for &t in &moved {
        let teacher = &tiny.teachers[t];
        let meets = |s: &Section| s.school == at[t] && s.stage == teacher.stage;
        if !teacher.eligible
            || teacher.exempt
            || options.refuse.contains(&teacher.id)
            || !tiny.sections.iter().any(meets)
            // Nobody listed at the goal: its totals decide, which a plan does not touch.
            || !tiny.teachers.iter().any(|o| o.school == at[t] && o.stage == teacher.stage)
        {
            return None;
        }
        if let Some(home) = teacher.home {
            let there = metres(home, tiny.points[at[t]]);
            if options.max_metres.is_some_and(|most| there as f64 > most) {
                return None;
            }
            metres_added += there - metres(home, tiny.points[teacher.school]);
        }
        wishes += usize::from(teacher.wishes.contains(&at[t]));
        for s in 0..at.len() {
            let couple = teacher.spouse == Some(s) || tiny.teachers[s].spouse == Some(t);
            if s != t && couple && moved.contains(&s) && !(pinned(s) && pinned(t)) {
                return None;
            }
        }
    }
    let eligible = tiny.teachers.iter().filter(|t| t.eligible).count();
    let stars = moved.iter().filter(|t| tiny.teachers[**t].backbone).count();
    // Shares in tenths, whole.
    let tenths = |share: f64| (share * 10.0).round() as usize;
    let base = match options.shares.of {
        ShareOf::Moved => moved.len(),
        ShareOf::Eligible => eligible,
    };
    if moved.len() * 10 < tenths(options.shares.moved) * eligible
        || stars * 10 < tenths(options.shares.backbone) * base
    {
        return None;
    }
    let balance = i64::from(options.balance);
    let mut schools: BTreeMap<usize, i64> = BTreeMap::new();
    let mut failing = 0;
    for s in &tiny.sections {
        let was =
            |t: &usize| tiny.teachers[*t].school == s.school && tiny.teachers[*t].stage == s.stage;
        let is = |t: &usize| at[*t] == s.school && tiny.teachers[*t].stage == s.stage;
        let all = 0..at.len();
        let net = all.clone().filter(is).count() as i64 - all.clone().filter(was).count() as i64;
        *schools.entry(s.school).or_default() += net;
        if net.abs() > balance {
            return None;
        }
        for subject in ["chinese", "pe", "music"] {
            let taught = |t: &usize| tiny.teachers[*t].subject == subject;
            if all.clone().filter(was).any(|t| taught(&t))
                && !all.clone().filter(is).any(|t| taught(&t))
            {
                return None;
            }
        }
        if !all.clone().any(|t| was(&t)) {
            continue;
        }
        let count = |keep: fn(&Teacher) -> bool| {
            all.clone()
                .filter(is)
                .filter(|t| keep(&tiny.teachers[*t]))
                .count() as u32
        };
        // Thresholds in tenths per 100 students.
        let above = if s.stage == "primary" { 42 } else { 53 };
        for (n, tenths) in [
            (count(|t| t.above), above),
            (count(|t| t.backbone), 10),
            (count(|t| t.subject != "chinese"), 9),
        ] {
            failing += usize::from(1000 * n < tenths * s.students);
        }
    }
    if schools.values().any(|net| net.abs() > balance) {
        return None;
    }
    Some((
        failing,
        moved.len() as i64 * 1_000_000 + metres_added,
        wishes,
    ))
}

/// The best of all assignments: least failing, then objective, then most wishes.
fn exhaustive(tiny: &Tiny, options: &Options) -> Option<(usize, i64, usize)> {
    let mut at: Vec<usize> = tiny.teachers.iter().map(|t| t.school).collect();
    let mut best = None;
    try_all(tiny, options, &mut at, 0, &mut best);
    best.map(|(failing, cost, wishes)| (failing, cost, usize::MAX - wishes))
}

fn try_all(
    tiny: &Tiny,
    options: &Options,
    at: &mut Vec<usize>,
    t: usize,
    best: &mut Option<(usize, i64, usize)>,
) {
    if t == at.len() {
        if let Some((failing, cost, wishes)) = judge(tiny, options, at) {
            let key = (failing, cost, usize::MAX - wishes);
            if best.is_none_or(|b| key < b) {
                *best = Some(key);
            }
        }
        return;
    }
    try_all(tiny, options, at, t + 1, best);
    let teacher = &tiny.teachers[t];
    if teacher.eligible && !teacher.exempt {
        for school in (0..tiny.points.len()).filter(|s| *s != teacher.school) {
            at[t] = school;
            try_all(tiny, options, at, t + 1, best);
        }
        at[t] = teacher.school;
    }
}

/// Moves one person after the other, each time the one that helps most: a planner to beat.
fn greedy(tiny: &Tiny, options: &Options) -> Option<(usize, i64)> {
    let mut at: Vec<usize> = tiny.teachers.iter().map(|t| t.school).collect();
    let mut best = judge(tiny, options, &at);
    loop {
        let now = at.clone();
        let mut next = best.map(|b| (b, now.clone()));
        for a in 0..at.len() {
            for b in 0..at.len() {
                for school in 0..tiny.points.len() {
                    // One person to a school, or with somebody in exchange.
                    at.clone_from(&now);
                    at[a] = school;
                    if a != b {
                        at[b] = tiny.teachers[a].school;
                    }
                    let better = judge(tiny, options, &at)
                        .filter(|j| next.as_ref().is_none_or(|(n, _)| (j.0, j.1) < (n.0, n.1)));
                    if let Some(judged) = better {
                        next = Some((judged, at.clone()));
                    }
                }
            }
        }
        match next {
            Some((judged, found)) if Some(judged) != best => {
                (best, at) = (Some(judged), found);
            }
            _ => return best.map(|b| (b.0, b.1)),
        }
    }
}

#[test]
fn equal_to_every_plan_tried() {
    let standard = standard();
    let (mut feasible, mut wished) = (0, 0);
    for seed in 0..400 {
        let mut dice = Dice(seed);
        let tiny = county(&mut dice);
        let options = options(&mut dice, &tiny, &standard);
        let snapshot = tiny.snapshot();
        let best = exhaustive(&tiny, &options);
        let planned = plan(&snapshot, &standard, &options, &soon());
        let made = match planned {
            Ok(made) => made,
            // A pinned teacher of a section that takes no part.
            Err(Refusal::Options(_)) => continue,
        };
        let broken = check(&snapshot, &standard, &options, &made);
        assert!(
            broken.is_empty(),
            "seed {seed}: {broken:?}\n{tiny:?}\n{options:?}"
        );
        let Some((failing, cost, wishes)) = best else {
            assert_eq!(
                made.status,
                Status::Infeasible,
                "seed {seed}\n{tiny:?}\n{options:?}"
            );
            assert!(!made.conflicts.is_empty(), "seed {seed}");
            continue;
        };
        feasible += 1;
        assert_eq!(
            made.status,
            Status::Optimal,
            "seed {seed}\n{tiny:?}\n{options:?}"
        );
        let proof = made.proof.unwrap();
        assert_eq!(
            made.failing.1, failing,
            "seed {seed}\n{tiny:?}\n{options:?}"
        );
        assert_eq!(
            (proof.objective * 1000.0).round() as i64,
            cost,
            "seed {seed}\n{tiny:?}\n{options:?}\n{:?}",
            made.moves
        );
        assert!(
            (proof.bound * 1000.0 - cost as f64).abs() < 1.0,
            "seed {seed}"
        );
        let granted = made
            .moves
            .iter()
            .filter(|m| m.kind == Moves::Wished)
            .count();
        assert_eq!(
            granted, wishes,
            "wishes, seed {seed}\n{tiny:?}\n{options:?}"
        );
        wished += granted;
        if let Some(greedy) = greedy(&tiny, &options) {
            assert!((failing, cost) <= greedy, "seed {seed}");
        }
    }
    assert!(
        feasible > 150 && wished > 20,
        "{feasible} feasible, {wished} wishes"
    );
}

#[test]
fn equal_to_the_plain_formulation() {
    let standard = standard();
    for seed in 0..6 {
        let snapshot = crate::synthetic::county(&crate::synthetic::CountyOptions {
            schools: 6,
            seed,
            ..Default::default()
        });
        let mut options = Options::new(&standard);
        options.shares.moved = 0.15;
        let made = plan(&snapshot, &standard, &options, &soon()).unwrap();
        assert!(check(&snapshot, &standard, &options, &made).is_empty());
        let (failing, proof) = plain(&snapshot, &standard, &options, &soon())
            .unwrap()
            .unwrap();
        let own = made.proof.unwrap();
        assert_eq!(made.failing.1 as i64, failing, "seed {seed}");
        assert!(
            (own.objective - proof.objective).abs() <= 2e-6 * own.objective,
            "seed {seed}: {own:?} {proof:?}"
        );
    }
}

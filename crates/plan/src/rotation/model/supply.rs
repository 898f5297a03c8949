//! Which pairs must fail where teachers of a kind are scarce.
//!
//! What one place gains another gives. Where a stage has too few of a kind some pairs are given up,
//! and a divisible programme gives up a little of each; what a whole pair takes bounds it.

use std::collections::{BTreeMap, BTreeSet};

use junheng_core::model::Stage;

use super::super::county::County;
use super::build::taught;

/// How far the count of an indicator can change at a place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reach {
    pub(super) low: i64,
    pub(super) high: i64,
}

/// The pairs of a stage and an indicator.
pub(super) struct Kind {
    /// Pairs, with the reach of each.
    pub(super) pairs: Vec<(usize, Reach)>,
    /// The least that places without a pair can change, together.
    pub(super) rest: i64,
    /// Whether a person counts once or not at all.
    pub(super) once: bool,
}

/// The pairs by stage and indicator.
pub(super) fn kinds(county: &County) -> Vec<Kind> {
    let mut staff: Vec<BTreeMap<usize, i64>> = vec![BTreeMap::new(); county.places.len()];
    for t in county.movers() {
        let person = &county.persons[t];
        *staff[person.place].entry(person.profile).or_default() += 1;
    }
    // Subjects of a place that only movers teach.
    let mut movable: Vec<Vec<String>> = vec![Vec::new(); county.places.len()];
    for ((at, subject), (all, moving)) in taught(county) {
        if all == moving {
            movable[at].push(subject);
        }
    }
    let mut groups: BTreeMap<(Stage, usize), BTreeMap<usize, usize>> = BTreeMap::new();
    for (n, pair) in county.pairs.iter().enumerate() {
        let key = (county.places[pair.place].stage, pair.indicator);
        groups.entry(key).or_default().insert(pair.place, n);
    }
    groups
        .into_iter()
        .map(|((stage, _), pairs)| kind(county, stage, &pairs, &staff, &movable))
        .collect()
}

/// One kind: `pairs` by place, movers of each place by profile, subjects that only they teach.
fn kind(
    county: &County,
    stage: Stage,
    pairs: &BTreeMap<usize, usize>,
    staff: &[BTreeMap<usize, i64>],
    movable: &[Vec<String>],
) -> Kind {
    let pair = pairs.values().next().map(|n| &county.pairs[*n]);
    let weight = |p: usize| match pair {
        Some(pair) if county.profiles[p].stage == stage => pair.weight(&county.profiles[p]),
        _ => 0,
    };
    let once = pair.is_some_and(|pair| {
        pair.factors.iter().all(|f| (0..=1).contains(f)) && pair.factors.iter().sum::<i64>() == 1
    });
    // Subjects that nobody teaches who does not count.
    let of = |counts: bool| -> BTreeSet<&str> {
        (0..county.profiles.len())
            .filter(|p| county.profiles[*p].stage == stage && (weight(*p) > 0) == counts)
            .map(|p| county.profiles[p].subject.as_str())
            .collect()
    };
    let sure = &of(true) - &of(false);
    let sum = |at: usize, of: &dyn Fn(i64) -> i64| -> i64 {
        staff[at].iter().map(|(p, n)| of(weight(*p)) * n).sum()
    };
    let all = |of: &dyn Fn(i64) -> i64| (0..staff.len()).map(|at| sum(at, of)).sum::<i64>();
    let (joins, burdens) = (all(&|w| w.max(0)), all(&|w| w.min(0)));
    let mut kind = Kind {
        pairs: Vec::new(),
        rest: 0,
        once,
    };
    for (at, place) in county.places.iter().enumerate() {
        if place.stage != stage {
            continue;
        }
        let (gives, rids) = (sum(at, &|w| w.max(0)), sum(at, &|w| w.min(0)));
        let mut low = -gives;
        let mut high = -rids;
        if place.takes {
            low += burdens - rids;
            high += joins - gives;
        }
        if once {
            // Each arrival beyond the balance needs a departure that does not count, and whoever
            // teaches a subject at last counts where all do who teach it.
            high = high.min(sum(at, &|w| 1 - w) + place.net.1);
            low += movable[at]
                .iter()
                .filter(|s| sure.contains(s.as_str()))
                .count() as i64;
        }
        match pairs.get(&at) {
            Some(n) => kind.pairs.push((*n, Reach { low, high })),
            None => kind.rest += low,
        }
    }
    kind
}

/// The fewest of these shares whose sum reaches what is needed.
pub(super) fn fewest(mut shares: Vec<i64>, needed: i64) -> usize {
    shares.sort_unstable_by(|a, b| b.cmp(a));
    let mut sum = 0;
    shares
        .iter()
        .take_while(|share| {
            let open = sum < needed;
            sum += **share;
            open
        })
        .count()
}

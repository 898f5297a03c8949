//! Which persons make up the counts: a least-cost flow per profile, in whole numbers.
//!
//! Cost in this order: metres added; wishes granted, the better the wish the better; and a seeded
//! order of (person, place), so that nothing is left to chance or to the order of rows.

use std::collections::VecDeque;

use super::super::county::County;
use super::super::model::Counts;

/// The moves (person, place) of least cost with these counts; `None` where there are none.
pub(crate) fn assign(county: &County, counts: &Counts, seed: u64) -> Option<Vec<(usize, usize)>> {
    let mut moves = Vec::new();
    for profile in 0..county.profiles.len() {
        let of = |map: &std::collections::BTreeMap<(usize, usize), usize>| -> Vec<(usize, usize)> {
            map.range((profile, 0)..(profile + 1, 0))
                .map(|((_, place), n)| (*place, *n))
                .collect()
        };
        let (outs, ins) = (of(&counts.outs), of(&counts.ins));
        if !outs.is_empty() || !ins.is_empty() {
            moves.extend(one(county, counts, profile, (&outs, &ins), seed)?);
        }
    }
    moves.sort_unstable();
    Some(moves)
}

/// (place, persons) that leave, and that join.
type Sides<'a> = (&'a [(usize, usize)], &'a [(usize, usize)]);

fn one(
    county: &County,
    counts: &Counts,
    profile: usize,
    (outs, ins): Sides<'_>,
    seed: u64,
) -> Option<Vec<(usize, usize)>> {
    let total: usize = outs.iter().map(|o| o.1).sum();
    if total != ins.iter().map(|i| i.1).sum() {
        return None;
    }
    let movers: Vec<usize> = county
        .movers()
        .filter(|t| county.persons[*t].profile == profile && counts.fixed.get(t) != Some(&false))
        .collect();
    let (first_in, first_person) = (1 + outs.len(), 1 + outs.len() + ins.len());
    let sink = first_person + movers.len();
    let mut flow = Flow::new(sink + 1);
    for (n, (_, persons)) in outs.iter().enumerate() {
        flow.arc(0, 1 + n, *persons, 0);
    }
    for (n, (_, persons)) in ins.iter().enumerate() {
        flow.arc(first_in + n, sink, *persons, 0);
    }
    for (n, &t) in movers.iter().enumerate() {
        let Some(site) = outs.iter().position(|o| o.0 == county.persons[t].place) else {
            continue;
        };
        // Whoever must move is cheaper than anybody else could be.
        let must = counts.fixed.get(&t) == Some(&true);
        flow.arc(1 + site, first_person + n, 1, if must { -MUST } else { 0 });
        for (k, (to, _)) in ins.iter().enumerate() {
            if county.open(t, *to) {
                flow.arc(
                    first_person + n,
                    first_in + k,
                    1,
                    price(county, t, *to, seed),
                );
            }
        }
    }
    if flow.fill(0, sink) != total {
        return None;
    }
    let mut moves = Vec::new();
    for (n, &t) in movers.iter().enumerate() {
        for arc in flow.used(first_person + n) {
            if let Some((to, _)) = ins.get(arc.wrapping_sub(first_in)) {
                moves.push((t, *to));
            }
        }
    }
    let all_must = movers
        .iter()
        .filter(|t| counts.fixed.get(t) == Some(&true))
        .all(|t| moves.iter().any(|m| m.0 == *t));
    all_must.then_some(moves)
}

const METRE: i128 = 1 << 64;
const MUST: i128 = 1 << 100;

fn price(county: &County, t: usize, to: usize, seed: u64) -> i128 {
    let wish = county.persons[t].wishes.iter().position(|w| *w == to);
    let sorry = wish.map_or(1000, |rank| rank.min(500)) as i128;
    let place = &county.places[to].school_id;
    i128::from(county.added(t, to)) * METRE
        + (sorry << 40)
        + i128::from(hash(seed, &county.persons[t].id, place) >> 40)
}

/// A seeded order of persons and places (FNV-1a, then mixed).
pub(crate) fn hash(seed: u64, person: &str, place: &str) -> u64 {
    let bytes = seed.to_le_bytes().into_iter();
    let text = person.bytes().chain([0]).chain(place.bytes());
    let h = bytes.chain(text).fold(0xcbf2_9ce4_8422_2325_u64, |h, b| {
        (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3)
    });
    let h = (h ^ (h >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (h ^ (h >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb)
}

struct Arc {
    to: usize,
    left: usize,
    cost: i128,
}

/// Successive shortest paths; arcs stand in pairs, each with its reverse.
struct Flow {
    arcs: Vec<Arc>,
    from: Vec<Vec<usize>>,
}

impl Flow {
    fn new(nodes: usize) -> Self {
        Self {
            arcs: Vec::new(),
            from: vec![Vec::new(); nodes],
        }
    }

    fn arc(&mut self, from: usize, to: usize, capacity: usize, cost: i128) {
        self.from[from].push(self.arcs.len());
        self.arcs.push(Arc {
            to,
            left: capacity,
            cost,
        });
        self.from[to].push(self.arcs.len());
        self.arcs.push(Arc {
            to: from,
            left: 0,
            cost: -cost,
        });
    }

    /// Sends as much as there is room for at least cost, and says how much.
    fn fill(&mut self, source: usize, sink: usize) -> usize {
        let mut sent = 0;
        while let Some(path) = self.path(source, sink) {
            for arc in path {
                self.arcs[arc].left -= 1;
                self.arcs[arc ^ 1].left += 1;
            }
            sent += 1;
        }
        sent
    }

    /// The cheapest path (Bellman and Ford with a queue; there is no cycle below 0).
    fn path(&self, source: usize, sink: usize) -> Option<Vec<usize>> {
        let mut best: Vec<Option<i128>> = vec![None; self.from.len()];
        let mut by = vec![usize::MAX; self.from.len()];
        let mut queued = vec![false; self.from.len()];
        best[source] = Some(0);
        let mut queue = VecDeque::from([source]);
        while let Some(node) = queue.pop_front() {
            queued[node] = false;
            let Some(here) = best[node] else { continue };
            for &arc in &self.from[node] {
                let Arc { to, left, cost } = self.arcs[arc];
                if left > 0 && best[to].is_none_or(|b| here + cost < b) {
                    best[to] = Some(here + cost);
                    by[to] = arc;
                    if !queued[to] {
                        queued[to] = true;
                        queue.push_back(to);
                    }
                }
            }
        }
        best[sink]?;
        let mut path = Vec::new();
        let mut node = sink;
        while node != source {
            let arc = by[node];
            path.push(arc);
            node = self.arcs[arc ^ 1].to;
        }
        Some(path)
    }

    /// Where a node's used arcs lead.
    fn used(&self, node: usize) -> impl Iterator<Item = usize> + '_ {
        self.from[node]
            .iter()
            .filter(|arc| **arc % 2 == 0 && self.arcs[**arc].left == 0)
            .map(|arc| self.arcs[*arc].to)
    }
}

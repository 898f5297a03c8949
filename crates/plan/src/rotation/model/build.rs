//! Writes a rotation as the programme that [`super`] describes, rule by rule.

use std::collections::BTreeMap;

use super::super::county::County;
use super::super::{MOVE, ShareOf};
use super::supply::{Reach, fewest, kinds};
use super::{Arcs, Goal, Key, Model, Wanted, decided};
use crate::mip::{Mip, Var};

struct Builder<'a> {
    county: &'a County,
    wanted: Wanted<'a>,
    mip: Mip,
    keys: Vec<Key>,
    ties: BTreeMap<Key, usize>,
    outs: BTreeMap<(usize, usize), Var>,
    ins: BTreeMap<(usize, usize), Var>,
    /// Whether a person moves, where she has a variable of her own.
    persons: BTreeMap<usize, Var>,
    /// Every term of the cost.
    cost: Vec<(Var, f64)>,
}

impl<'a> Model<'a> {
    /// Writes the programme.
    pub(crate) fn new(county: &'a County, wanted: Wanted<'a>) -> Self {
        let mut b = Builder {
            county,
            wanted,
            mip: Mip::default(),
            keys: Vec::new(),
            ties: BTreeMap::new(),
            outs: BTreeMap::new(),
            ins: BTreeMap::new(),
            persons: BTreeMap::new(),
            cost: Vec::new(),
        };
        let movers = b.departures();
        for (profile, sites) in &movers {
            b.profile(*profile, sites);
        }
        b.couples();
        let constant = b.failing();
        b.net();
        b.subjects();
        b.shares();
        if let Some(most) = wanted.cost {
            let terms = std::mem::take(&mut b.cost);
            b.mip.row(f64::NEG_INFINITY, most, terms);
        }
        Self {
            county,
            mip: b.mip,
            keys: b.keys,
            ties: b.ties,
            constant,
        }
    }
}

/// Movers of a profile by the place they leave.
type Sites = BTreeMap<usize, Vec<usize>>;

impl Builder<'_> {
    fn add(&mut self, key: Key, cost: f64, high: f64) -> Var {
        self.keys.push(key);
        self.mip.add(cost, 0.0, high)
    }

    fn add_whole(&mut self, key: Key, cost: f64, high: f64) -> Var {
        self.keys.push(key);
        self.mip.add_whole(cost, 0.0, high)
    }

    fn weigh(&self, goal: Goal, cost: f64) -> f64 {
        if self.wanted.goal == goal { cost } else { 0.0 }
    }

    /// A variable for the departures of each profile and place.
    fn departures(&mut self) -> BTreeMap<usize, Sites> {
        let mut movers: BTreeMap<usize, Sites> = BTreeMap::new();
        for t in self.county.movers() {
            let person = &self.county.persons[t];
            let sites = movers.entry(person.profile).or_default();
            sites.entry(person.place).or_default().push(t);
        }
        for (profile, sites) in &movers {
            let backbone = self.county.profiles[*profile].backbone;
            for (place, who) in sites {
                let price = self.weigh(Goal::Cost, MOVE as f64) + self.weigh(Goal::Fewest, 1.0)
                    - self.weigh(Goal::Moves, 1.0)
                    - self.weigh(Goal::Backbone, f64::from(u8::from(backbone)));
                let var = self.add_whole(Key::Out(*profile, *place), price, who.len() as f64);
                self.cost.push((var, MOVE as f64));
                self.outs.insert((*profile, *place), var);
            }
        }
        movers
    }

    /// A pool and arcs of one profile.
    fn profile(&mut self, profile: usize, sites: &Sites) {
        let county = self.county;
        let stage = county.profiles[profile].stage;
        let all: usize = sites.values().map(Vec::len).sum();
        let mut arcs: BTreeMap<usize, Vec<Var>> = BTreeMap::new();
        // Departures of the pool by place, as terms.
        let mut pool: BTreeMap<usize, Vec<(Var, f64)>> = BTreeMap::new();
        for (place, who) in sites {
            let own: Vec<usize> = who.iter().copied().filter(|t| self.alone(*t)).collect();
            let out = self.outs[&(profile, *place)];
            let mut sum = vec![(out, 1.0)];
            if own.len() < who.len() {
                let pooled = (who.len() - own.len()) as f64;
                let price = self.weigh(Goal::Cost, self.least(profile, *place, |_| 0.0));
                let rest = self.add_whole(Key::OutPooled(profile, *place), price, pooled);
                sum.push((rest, -1.0));
                pool.entry(*place).or_default().push((rest, 1.0));
            }
            for t in own {
                sum.push((self.person(t), -1.0));
                self.arcs(t, &mut arcs, &mut pool);
            }
            if sum.len() > 1 {
                self.mip.row(0.0, 0.0, sum);
            }
        }
        let mut joined: Vec<(usize, Var)> = Vec::new();
        for (at, place) in county.places.iter().enumerate() {
            let elsewhere = all - sites.get(&at).map_or(0, Vec::len);
            if place.stage != stage || !place.takes || elsewhere == 0 {
                continue;
            }
            let from = arcs.remove(&at).unwrap_or_default();
            let reached = !pool.is_empty() || !from.is_empty();
            let most = if reached { elsewhere as f64 } else { 0.0 };
            let price = match self.wanted.arcs {
                Arcs::Priced(prices) => self.weigh(Goal::Cost, prices.arrival(profile, at)),
                _ => 0.0,
            };
            let join = self.add_whole(Key::In(profile, at), price, most);
            self.ins.insert((profile, at), join);
            if from.is_empty() {
                joined.push((at, join));
                continue;
            }
            let mut terms: Vec<(Var, f64)> = from.iter().map(|x| (*x, -1.0)).collect();
            terms.push((join, 1.0));
            if !pool.is_empty() {
                let part = self.add_whole(Key::InPooled(profile, at), 0.0, most);
                terms.push((part, -1.0));
                joined.push((at, part));
            }
            let row = self.mip.row(0.0, 0.0, terms);
            self.ties.insert(Key::In(profile, at), row);
        }
        self.pool(profile, &pool, &joined);
    }

    /// Departures and arrivals of a pool agree, and nobody has to come back to her own place.
    fn pool(
        &mut self,
        profile: usize,
        pool: &BTreeMap<usize, Vec<(Var, f64)>>,
        joined: &[(usize, Var)],
    ) {
        if pool.is_empty() {
            return;
        }
        let total = self.add(Key::Pool(profile), 0.0, f64::INFINITY);
        let out = pool.values().flatten().copied();
        self.mip.row(0.0, 0.0, out.chain([(total, -1.0)]));
        let joins = joined.iter().map(|(_, var)| (*var, 1.0));
        self.mip.row(0.0, 0.0, joins.chain([(total, -1.0)]));
        for (at, join) in joined {
            if let Some(out) = pool.get(at) {
                let both = out.iter().copied().chain([(*join, 1.0), (total, -1.0)]);
                self.mip.row(f64::NEG_INFINITY, 0.0, both);
            }
        }
    }

    /// Whether a person has a variable of her own.
    fn alone(&self, t: usize) -> bool {
        let costs = matches!(self.wanted.goal, Goal::Cost | Goal::Wishes)
            || !matches!(self.wanted.arcs, Arcs::Pooled | Arcs::Priced(_));
        (costs && self.county.homed(t)) || decided(self.county, t) || self.wishing(t)
    }

    fn wishing(&self, t: usize) -> bool {
        let asked = self.wanted.goal == Goal::Wishes || self.wanted.joy > 0.0;
        asked && !self.county.persons[t].wishes.is_empty()
    }

    /// Whether a person moves.
    fn person(&mut self, t: usize) -> Var {
        let var = if decided(self.county, t) {
            self.add_whole(Key::Person(t), 0.0, 1.0)
        } else {
            self.add(Key::Person(t), 0.0, 1.0)
        };
        if self.county.persons[t].pinned {
            self.mip.hold(var, 1.0);
        }
        self.persons.insert(t, var);
        var
    }

    /// Where a person may go: places of her own choice by arcs, the others through the pool.
    fn arcs(
        &mut self,
        t: usize,
        arcs: &mut BTreeMap<usize, Vec<Var>>,
        pool: &mut BTreeMap<usize, Vec<(Var, f64)>>,
    ) {
        let county = self.county;
        let person = &county.persons[t];
        let own = self.persons[&t];
        let wished = |to: &usize| self.wishing(t) && person.wishes.contains(to);
        let all = || (0..county.places.len()).filter(|to| county.open(t, *to));
        let (open, far): (Vec<usize>, Option<f64>) = match self.wanted.arcs {
            Arcs::All if county.homed(t) => (all().collect(), None),
            Arcs::Only(lists) if county.homed(t) => (lists[t].clone(), None),
            _ => (
                all().filter(wished).collect(),
                all().next().map(|_| {
                    let added = |to| county.added(t, to) as f64 / 1000.0;
                    self.least(person.profile, person.place, added)
                }),
            ),
        };
        let mut terms = vec![(own, 1.0)];
        for to in open {
            let added = county.added(t, to) as f64 / 1000.0;
            let wish = person.wishes.iter().position(|w| *w == to);
            let joy = wish.map_or(0.0, |rank| 1000.0 - rank.min(500) as f64);
            let price = self.weigh(Goal::Cost, added - joy * self.wanted.joy)
                - self.weigh(Goal::Wishes, joy);
            let x = self.add(Key::Arc(t, to), price, 1.0);
            self.cost.push((x, added));
            terms.push((x, -1.0));
            arcs.entry(to).or_default().push(x);
        }
        if let Some(added) = far {
            let rest = self.add(Key::Far(t), self.weigh(Goal::Cost, added), 1.0);
            self.cost.push((rest, added));
            terms.push((rest, -1.0));
            pool.entry(person.place).or_default().push((rest, 1.0));
        }
        let row = self.mip.row(0.0, 0.0, terms);
        self.ties.insert(Key::Person(t), row);
    }

    /// The least that a way to another place costs where `added` is its own cost; with prices, less
    /// what the arrival there pays.
    fn least(&self, profile: usize, from: usize, added: impl Fn(usize) -> f64) -> f64 {
        let county = self.county;
        let stage = county.profiles[profile].stage;
        let open = (0..county.places.len()).filter(|to| {
            let place = &county.places[*to];
            *to != from && place.stage == stage && place.takes
        });
        let cost = |to| match self.wanted.arcs {
            Arcs::Priced(prices) => added(to) - prices.arrival(profile, to),
            _ => added(to),
        };
        let least = open.map(cost).fold(f64::INFINITY, f64::min);
        if least.is_finite() { least } else { 0.0 }
    }

    /// At most one of a couple moves, unless both must.
    fn couples(&mut self) {
        for (t, var) in &self.persons {
            for s in &self.county.persons[*t].spouses {
                let both = self.county.persons[*t].pinned && self.county.persons[*s].pinned;
                if let Some(other) = self.persons.get(s).filter(|_| t < s && !both) {
                    self.mip.row(0.0, 1.0, [(*var, 1.0), (*other, 1.0)]);
                }
            }
        }
    }

    /// Arrivals minus departures at a place, weighed by profile.
    fn change(&self, place: usize, weight: impl Fn(usize) -> i64) -> Vec<(Var, f64)> {
        (0..self.county.profiles.len())
            .flat_map(|p| {
                let w = weight(p) as f64;
                let join = self.ins.get(&(p, place)).map(|var| (*var, w));
                let out = self.outs.get(&(p, place)).map(|var| (*var, -w));
                [join, out].into_iter().flatten()
            })
            .filter(|(_, w)| *w != 0.0)
            .collect()
    }

    /// A variable for each pair that may fail; returns how many fail whatever happens.
    fn failing(&mut self) -> i64 {
        let mut constant = 0;
        let mut fails: Vec<(Var, f64)> = Vec::new();
        for kind in kinds(self.county) {
            // Changes sum to 0: what the kept pairs and the rest need at least, the failing give.
            let mut needed = kind.rest;
            let mut gives: Vec<(Var, i64)> = Vec::new();
            for (n, Reach { low, high }) in kind.pairs {
                let deficit = self.county.pairs[n].deficit;
                if deficit > high || deficit <= low {
                    constant += i64::from(deficit > high);
                    needed += low;
                    continue;
                }
                let fail = self.fails(n, low, kind.once);
                gives.push((fail, deficit - low));
                needed += deficit;
            }
            fails.extend(gives.iter().map(|(fail, _)| (*fail, 1.0)));
            if needed > 0 {
                let shares = gives.iter().map(|(fail, share)| (*fail, *share as f64));
                self.mip.row(needed as f64, f64::INFINITY, shares);
                let least = fewest(gives.iter().map(|g| g.1).collect(), needed);
                let ones = gives.iter().map(|(fail, _)| (*fail, 1.0));
                self.mip.row(least as f64, f64::INFINITY, ones);
            }
        }
        if let Some(most) = self.wanted.failing {
            self.mip
                .row(f64::NEG_INFINITY, (most - constant) as f64, fails);
        }
        if self.wanted.goal == Goal::Failing {
            constant
        } else {
            0
        }
    }

    /// Whether a pair fails, whose count can fall by at most −`low`; `once`: a person counts once
    /// or not at all.
    fn fails(&mut self, n: usize, low: i64, once: bool) -> Var {
        let county = self.county;
        let pair = &county.pairs[n];
        let change = self.change(pair.place, |p| pair.weight(&county.profiles[p]));
        let fail = self.add_whole(Key::Fails(n), self.weigh(Goal::Failing, 1.0), 1.0);
        if self.wanted.kept.is_some_and(|kept| kept.contains(&n)) {
            self.mip.hold(fail, 0.0);
        }
        // Departures mend nothing: a tighter bound on what a mended pair takes.
        if pair.deficit > 0 && pair.factors.iter().all(|f| *f >= 0) {
            let deficit = pair.deficit as f64;
            let joins = change.iter().filter(|(_, w)| *w > 0.0).copied();
            let joins: Vec<_> = joins.chain([(fail, deficit)]).collect();
            self.mip.row(deficit, f64::INFINITY, joins);
        }
        // Who comes beyond the balance takes the place of somebody who does not count.
        let others = pair.deficit - county.places[pair.place].net.1;
        if once && others > 0 {
            let goes = (0..county.profiles.len())
                .filter(|p| pair.weight(&county.profiles[*p]) == 0)
                .filter_map(|p| Some((*self.outs.get(&(p, pair.place))?, 1.0)));
            let goes: Vec<_> = goes.chain([(fail, others as f64)]).collect();
            self.mip.row(others as f64, f64::INFINITY, goes);
        }
        let (deficit, reach) = (pair.deficit as f64, (pair.deficit - low) as f64);
        let terms = change.into_iter().chain([(fail, reach)]);
        self.mip.row(deficit, f64::INFINITY, terms);
        fail
    }

    /// Head counts, by section and by school.
    fn net(&mut self) {
        let county = self.county;
        let mut schools: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (at, place) in county.places.iter().enumerate() {
            schools.entry(place.school).or_default().push(at);
            let (low, high) = place.net;
            let change = self.change(at, |_| 1);
            self.mip.row(low as f64, high as f64, change);
        }
        for at in schools.values().filter(|at| at.len() > 1) {
            let (low, high) = school_net(county, at);
            let change: Vec<(Var, f64)> = at.iter().flat_map(|a| self.change(*a, |_| 1)).collect();
            self.mip.row(low as f64, high as f64, change);
        }
    }

    /// A subject taught at a place stays covered.
    fn subjects(&mut self) {
        let county = self.county;
        for ((place, subject), (all, moving)) in taught(county) {
            if moving < all {
                continue;
            }
            let same = |p: usize| i64::from(county.profiles[p].subject == subject);
            let change = self.change(place, same);
            self.mip.row(1.0 - all as f64, f64::INFINITY, change);
        }
    }

    /// The shares that must move.
    fn shares(&mut self) {
        let county = self.county;
        let (share, backbone) = self.wanted.shares;
        let (decided, stars) = (self.wanted.decided.0 as f64, self.wanted.decided.1 as f64);
        let all: Vec<(Var, f64)> = self.outs.values().map(|var| (*var, 1.0)).collect();
        if share && self.wanted.least > 0 {
            let least = self.wanted.least as f64 - decided;
            self.mip.row(least, f64::INFINITY, all);
        }
        let (part, of) = county.backbone;
        if !backbone || part <= 0.0 {
            return;
        }
        let star = |p: usize| county.profiles[p].backbone;
        match of {
            ShareOf::Eligible => {
                let only = self.outs.iter().filter(|((p, _), _)| star(*p));
                let least = county.least_backbone(0) as f64 - stars;
                let terms: Vec<_> = only.map(|(_, var)| (*var, 1.0)).collect();
                self.mip.row(least, f64::INFINITY, terms);
            }
            ShareOf::Moved => {
                // den × backbone − num × all ≥ 0, in whole factors.
                let exact = junheng_core::exact::decimal(part);
                let num = junheng_core::exact::to_f64(&exact.numer().clone().into());
                let den = junheng_core::exact::to_f64(&exact.denom().clone().into());
                let terms: Vec<_> = self
                    .outs
                    .iter()
                    .map(|((p, _), var)| (*var, if star(*p) { den - num } else { -num }))
                    .collect();
                let least = num * decided - den * stars;
                self.mip.row(least, f64::INFINITY, terms);
            }
        }
    }
}

/// Limits of arrivals − departures of a school with several sections.
pub(crate) fn school_net(county: &County, places: &[usize]) -> (i64, i64) {
    let nets = places.iter().map(|at| county.places[*at].net);
    let usual = (-county.balance, county.balance);
    if nets.clone().all(|net| net == usual) {
        return usual;
    }
    nets.fold((0, 0), |sum, net| (sum.0 + net.0, sum.1 + net.1))
}

/// (all, of them movers) by place and subject.
pub(crate) fn taught(county: &County) -> BTreeMap<(usize, String), (usize, usize)> {
    let mut taught: BTreeMap<(usize, String), (usize, usize)> = BTreeMap::new();
    for (t, person) in county.persons.iter().enumerate() {
        let subject = county.profile(t).subject.clone();
        let n = taught.entry((person.place, subject)).or_default();
        n.0 += 1;
        n.1 += usize::from(person.moves);
    }
    taught
}

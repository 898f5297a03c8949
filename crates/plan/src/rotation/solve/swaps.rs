//! A plan without a programme, for want of time: exchanges of two persons of one subject.
//!
//! An exchange leaves head counts and subjects as they are. Those that mend a failing pair and
//! break none come first, then those within a profile, the shortest ways first, until the shares
//! are reached.

use super::super::county::County;

/// Partners looked at per person.
const PARTNERS: usize = 8;

struct Swaps<'a> {
    county: &'a County,
    free: Vec<bool>,
    /// What each pair lacks; not positive where it is kept.
    lack: Vec<i64>,
    /// Pairs by place.
    pairs: Vec<Vec<usize>>,
    /// Movers by place.
    staff: Vec<Vec<usize>>,
    moves: Vec<(usize, usize)>,
    stars: usize,
}

/// Moves (person, place) beside those that are decided, and how many pairs fail after them; `None`
/// where exchanges do not suffice.
pub(super) fn swaps(
    county: &County,
    decided: &[(usize, usize)],
) -> Option<(Vec<(usize, usize)>, i64)> {
    let mut swaps = Swaps {
        county,
        free: county.persons.iter().map(|p| p.moves).collect(),
        lack: county.pairs.iter().map(|p| p.deficit).collect(),
        pairs: vec![Vec::new(); county.places.len()],
        staff: vec![Vec::new(); county.places.len()],
        moves: Vec::new(),
        stars: decided
            .iter()
            .filter(|m| county.profile(m.0).backbone)
            .count(),
    };
    if county.places.iter().any(|p| p.net.0 > 0 || p.net.1 < 0) {
        return None;
    }
    for (n, pair) in county.pairs.iter().enumerate() {
        swaps.pairs[pair.place].push(n);
    }
    for t in county.movers() {
        swaps.staff[county.persons[t].place].push(t);
    }
    for t in county.movers().filter(|t| county.persons[*t].pinned) {
        if swaps.free[t] {
            let others = county.movers().filter(|u| *u != t);
            let (_, u) = others.filter_map(|u| swaps.price(t, u)).min()?;
            swaps.exchange(t, u);
        }
    }
    swaps.mend();
    swaps.fill(decided.len())?;
    let failing = swaps.lack.iter().filter(|lack| **lack > 0).count();
    Some((swaps.moves, failing as i64))
}

impl Swaps<'_> {
    /// Metres added by an exchange that breaks no rule and no pair, with the other person.
    fn price(&self, t: usize, u: usize) -> Option<(i64, usize)> {
        let county = self.county;
        let (p, q) = (&county.persons[t], &county.persons[u]);
        let (a, b) = (county.profile(t), county.profile(u));
        let alike = a.stage == b.stage && a.subject == b.subject && p.place != q.place;
        if !alike || !self.free[t] || !self.free[u] || p.spouses.contains(&u) {
            return None;
        }
        if !county.open(t, q.place) || !county.open(u, p.place) {
            return None;
        }
        let sound = self
            .changes(t, u)
            .all(|(n, by)| by >= 0 || self.lack[n] <= by);
        sound.then(|| (county.added(t, q.place) + county.added(u, p.place), u))
    }

    /// What an exchange adds to the pairs of both places.
    fn changes(&self, t: usize, u: usize) -> impl Iterator<Item = (usize, i64)> + '_ {
        let county = self.county;
        let (a, b) = (county.profile(t), county.profile(u));
        let of = move |place: usize, goes, comes| {
            self.pairs[place].iter().map(move |&n| {
                let pair = &county.pairs[n];
                (n, pair.weight(comes) - pair.weight(goes))
            })
        };
        let here = of(county.persons[t].place, a, b);
        here.chain(of(county.persons[u].place, b, a))
    }

    fn exchange(&mut self, t: usize, u: usize) {
        let changes: Vec<(usize, i64)> = self.changes(t, u).collect();
        for (n, by) in changes {
            self.lack[n] -= by;
        }
        for (one, other) in [(t, u), (u, t)] {
            let to = self.county.persons[other].place;
            self.moves.push((one, to));
            self.stars += usize::from(self.county.profile(one).backbone);
            self.free[one] = false;
            for s in &self.county.persons[one].spouses {
                // Whoever is pinned moves all the same.
                self.free[*s] = self.free[*s] && self.county.persons[*s].pinned;
            }
        }
    }

    /// Exchanges for pairs that fail, as long as they help.
    fn mend(&mut self) {
        let county = self.county;
        for (n, pair) in county.pairs.iter().enumerate() {
            while self.lack[n] > 0 {
                let weight = |t: usize| pair.weight(county.profile(t));
                let this = &*self;
                let free = |t: &usize| this.free[*t];
                let here = this.staff[pair.place].iter().copied().filter(free);
                let best = here
                    .flat_map(|t| {
                        let more = move |u: &usize| free(u) && weight(*u) > weight(t);
                        let others = county.movers().filter(more);
                        others.filter_map(move |u| Some((this.price(t, u)?, t)))
                    })
                    .min();
                let Some(((_, u), t)) = best else { break };
                self.exchange(t, u);
            }
        }
    }

    /// Exchanges within profiles until enough move, and backbone teachers among them.
    fn fill(&mut self, decided: usize) -> Option<()> {
        let county = self.county;
        let mut alike: Vec<Vec<usize>> = vec![Vec::new(); county.profiles.len()];
        for t in county.movers().filter(|t| self.free[*t]) {
            alike[county.persons[t].profile].push(t);
        }
        let mut all: Vec<(i64, usize, usize)> = Vec::new();
        for persons in &alike {
            for (n, &t) in persons.iter().enumerate() {
                let later = persons[n + 1..].iter();
                let mut own: Vec<(i64, usize)> = later.filter_map(|u| self.price(t, *u)).collect();
                own.sort_unstable();
                let own = own.into_iter().take(PARTNERS);
                all.extend(own.map(|(metres, u)| (metres, t, u)));
            }
        }
        all.sort_unstable();
        let (stars, others): (Vec<_>, Vec<_>) = all
            .into_iter()
            .partition(|(_, t, _)| county.profile(*t).backbone);
        let (mut stars, mut others) = (stars.into_iter(), others.into_iter());
        loop {
            let moved = self.moves.len() + decided;
            let few = self.stars < county.least_backbone(moved.max(county.least));
            if !few && moved >= county.least {
                return Some(());
            }
            // Where only backbone teachers are left they count as well.
            let next = if few {
                stars.next()?
            } else {
                others.next().or_else(|| stars.next())?
            };
            let (_, t, u) = next;
            if self.free[t] && self.free[u] {
                self.exchange(t, u);
            }
        }
    }
}

//! A rotation as an integer programme over counts.
//!
//! Whole variables say how many persons of a profile leave a place (`out`) and join it (`in`);
//! every rule but the commute reads only these. Persons without a known commute form a pool per
//! profile, whose departures can be matched with arrivals elsewhere if and only if, at every
//! place, departures + arrivals of the pool do not exceed its total (Hall). Persons with a commute
//! have continuous arcs to places: for given whole counts the arcs are a transport problem, so
//! whole persons are there at no further cost.

pub(super) mod build;
mod supply;

use std::collections::{BTreeMap, BTreeSet};

use super::county::County;
use crate::mip::{Limits, Mip, Solved};
use crate::run::Run;

/// What is minimised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Goal {
    /// Failing pairs.
    Failing,
    /// Moves × 1,000 + kilometres added.
    Cost,
    /// Moves: the fewest.
    Fewest,
    /// Wishes not granted, among plans of the cost given.
    Wishes,
    /// Minus the moves: how many could move at all.
    Moves,
    /// Minus the backbone teachers moved.
    Backbone,
}

/// Where persons with a commute of their own may go.
#[derive(Debug, Clone, Copy)]
pub(super) enum Arcs<'a> {
    /// They join the pool, each at the cost of the place that adds least: a relaxation, so that
    /// bounds hold for all places.
    Pooled,
    /// The same where each arrival pays its price and each person is paid it back: as tight as all
    /// arcs were divisible, and whole in the counts.
    Priced(&'a Prices),
    /// To every place open to them.
    All,
    /// To some of these, by person.
    Only(&'a [Vec<usize>]),
}

/// Which programme.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub(super) goal: Goal,
    pub(super) arcs: Arcs<'a>,
    /// At most so many failing pairs.
    pub(super) failing: Option<i64>,
    /// Pairs that must not fail.
    pub(super) kept: Option<&'a BTreeSet<usize>>,
    /// At least so many moves, where a share must move.
    pub(super) least: usize,
    /// At most this cost.
    pub(super) cost: Option<f64>,
    /// The share that must move, and of it backbone teachers.
    pub(super) shares: (bool, bool),
    /// What a thousandth of a wish takes off the cost, so little that it only parts equal costs.
    pub(super) joy: f64,
    /// Moves already decided: (all, backbone teachers).
    pub(super) decided: (usize, usize),
}

/// Counts of a solution; what [`super::solve::assign`] names the persons by.
#[derive(Debug, Clone, Default)]
pub(super) struct Counts {
    /// Departures by (profile, place).
    pub(super) outs: BTreeMap<(usize, usize), usize>,
    /// Arrivals by (profile, place).
    pub(super) ins: BTreeMap<(usize, usize), usize>,
    /// Persons of whom the programme itself decided whether they move.
    pub(super) fixed: BTreeMap<usize, bool>,
}

impl Counts {
    /// The counts of a point.
    fn of(county: &County, point: &Point) -> Self {
        let mut counts = Self::default();
        for (key, value) in point {
            let n = value.round() as usize;
            match *key {
                Key::Out(profile, place) if n > 0 => {
                    counts.outs.insert((profile, place), n);
                }
                Key::In(profile, place) if n > 0 => {
                    counts.ins.insert((profile, place), n);
                }
                Key::Person(t) if decided(county, t) => {
                    counts.fixed.insert(t, n > 0);
                }
                _ => {}
            }
        }
        counts
    }
}

/// What a variable says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    /// How many of a profile leave a place; of these, through the pool.
    Out(usize, usize),
    OutPooled(usize, usize),
    /// How many of a profile join a place; of these, from the pool.
    In(usize, usize),
    InPooled(usize, usize),
    /// How many of a profile move through its pool.
    Pool(usize),
    /// Whether a person moves, and where to; beyond her arcs, through the pool.
    Person(usize),
    Arc(usize, usize),
    Far(usize),
    /// Whether a pair fails.
    Fails(usize),
}

/// A value by variable.
pub(super) type Point = BTreeMap<Key, f64>;

/// The programme, and what its variables say.
pub(super) struct Model<'a> {
    pub(super) county: &'a County,
    pub(super) mip: Mip,
    pub(super) keys: Vec<Key>,
    /// Rows that tie arcs to a person, and to the arrivals of a profile at a place.
    pub(super) ties: BTreeMap<Key, usize>,
    /// Pairs that fail whatever happens.
    pub(super) constant: i64,
}

/// What the divisible programme says of arcs, of those it has and of those it has not.
#[derive(Debug, Clone)]
pub(super) struct Prices {
    /// No plan among its arcs costs less.
    pub(super) bound: f64,
    /// Of a person, and of the arrivals of a profile at a place.
    ties: BTreeMap<Key, f64>,
}

impl Prices {
    /// What a plan costs, at least, beyond the bound if this person goes there.
    pub(super) fn of(&self, county: &County, t: usize, to: usize) -> f64 {
        let profile = county.persons[t].profile;
        county.added(t, to) as f64 / 1000.0 + self.tie(Key::Person(t)) - self.arrival(profile, to)
    }

    /// What one more arrival of a profile at a place costs.
    pub(super) fn arrival(&self, profile: usize, to: usize) -> f64 {
        -self.tie(Key::In(profile, to))
    }

    fn tie(&self, key: Key) -> f64 {
        self.ties.get(&key).copied().unwrap_or(0.0)
    }
}

/// How a programme ended.
pub(super) enum Answer {
    /// Counts, with objective and bound.
    Found(Counts, f64, f64),
    Infeasible,
    /// A limit came first: no point, but perhaps a bound.
    Nothing(f64),
}

impl Model<'_> {
    /// Solves it, from a plan (person, place) if there is one.
    pub(super) fn solve(
        self,
        run: &Run,
        limits: Limits,
        start: Option<&[(usize, usize)]>,
    ) -> Answer {
        let add = self.constant as f64;
        if self.mip.is_empty() {
            return Answer::Found(Counts::default(), add, add);
        }
        let start = start.map(|moves| self.values(moves));
        match self.mip.solve(run, limits, start.as_deref()) {
            Solved::Point(s) => {
                let point: Point = self.keys.into_iter().zip(s.values).collect();
                let counts = Counts::of(self.county, &point);
                Answer::Found(counts, s.objective + add, s.bound + add)
            }
            Solved::Infeasible => Answer::Infeasible,
            Solved::Nothing { bound } => Answer::Nothing(bound + add),
        }
    }

    /// Counts and persons of a plan; what follows from them is left to the solver.
    fn values(&self, moves: &[(usize, usize)]) -> Vec<f64> {
        let mut known: BTreeMap<Key, f64> = BTreeMap::new();
        for (t, to) in moves.iter().filter(|m| self.county.persons[m.0].moves) {
            let person = &self.county.persons[*t];
            let counts = [
                Key::Out(person.profile, person.place),
                Key::In(person.profile, *to),
                Key::Person(*t),
            ];
            for key in counts {
                *known.entry(key).or_default() += 1.0;
            }
        }
        let value = |key: &Key| match key {
            Key::Out(..) | Key::In(..) | Key::Person(_) => known.get(key).copied().unwrap_or(0.0),
            _ => Mip::OPEN,
        };
        self.keys.iter().map(value).collect()
    }

    /// Prices of arcs, as if persons could be divided; `None` where a limit came first.
    pub(super) fn prices(self, run: &Run) -> Option<Prices> {
        let Solved::Point(s) = self.mip.relaxed(run) else {
            return None;
        };
        let mut ties: BTreeMap<Key, f64> = BTreeMap::new();
        for (key, reduced) in self.keys.iter().zip(&s.reduced) {
            // Where no arc leads yet, an arrival is worth what its own cost would have to be.
            if matches!(key, Key::In(..)) {
                ties.insert(*key, *reduced);
            }
        }
        let duals = self.ties.into_iter();
        ties.extend(duals.filter_map(|(key, row)| Some((key, *s.duals.get(row)?))));
        Some(Prices {
            bound: s.objective + self.constant as f64,
            ties,
        })
    }
}

/// Whether a programme must decide on a person as a whole.
pub(super) fn decided(county: &County, t: usize) -> bool {
    let person = &county.persons[t];
    person.pinned || person.spouses.iter().any(|s| county.persons[*s].moves)
}

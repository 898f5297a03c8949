//! Teachers moved between sections where a coefficient of variation is above its limit and nothing
//! that can be bought brings it down.

use std::collections::BTreeMap;

use junheng_core::exact::to_f64;

use super::super::amounts::{Amounts, numerators};
use super::super::model::room;
use super::super::problem::{Deed, Lever, Problem, TRAITS, trait_given};
use super::even::Excess;
use super::{At, cone, left_without};

/// Most teachers moved for one coefficient.
const MOVES: usize = 5_000;

/// A section in a pool of teachers who can stand for each other.
#[derive(Clone, Copy, Default)]
struct Place {
    member: usize,
    /// The levers by which one of them goes and comes.
    give: Option<usize>,
    receive: Option<usize>,
}

/// Sections with what one teacher of a kind counts for in the coefficient.
#[derive(Default)]
struct Pool {
    places: BTreeMap<usize, Place>,
    by: f64,
}

/// One unit more (+1) or less (−1) of a lever.
type Turn = (usize, i64);

/// A teacher who moves: what it changes in the excess, what she counts for, and for the member that
/// she leaves and the one she comes to, the lever that is turned.
type Move = (f64, f64, [(usize, Turn); 2]);

/// Moves the teacher who lowers the excess most, as long as one does; says whether the coefficient
/// then keeps its limit.
///
/// Nobody leaves where an indicator would sink below a threshold or floor that it has reached.
pub(crate) fn share(problem: &Problem, at: At, excess: &mut Excess, amounts: &mut Amounts) -> bool {
    let pools = pools(problem, at);
    let mut staff = Staff::new(problem, amounts);
    for _ in 0..MOVES {
        if excess.value() <= 0.0 && excess.sum > 0.0 {
            return true;
        }
        let mut best: Option<Move> = None;
        for pool in &pools {
            let cheapest = |turn: &dyn Fn(&Place) -> Option<Turn>, by: f64| {
                let open = pool
                    .places
                    .values()
                    .filter_map(|p| Some((p.member, turn(p)?)));
                let all = open.map(|(member, turn)| (excess.square(member, by), (member, turn)));
                all.min_by(|a, b| a.0.total_cmp(&b.0))
            };
            let goes = cheapest(&|p| staff.goes(p), -pool.by);
            let comes = cheapest(&|p| staff.comes(p), pool.by);
            let Some(((less, from), (more, to))) = goes.zip(comes) else {
                continue;
            };
            let change = less + more;
            if change < -1e-9 * excess.total && best.is_none_or(|b| change < b.0) {
                best = Some((change, pool.by, [from, to]));
            }
        }
        let Some((_, by, [(from, goes), (to, comes)])) = best else {
            return false;
        };
        staff.turn(goes);
        staff.turn(comes);
        excess.add(from, -by);
        excess.add(to, by);
    }
    false
}

/// Teachers of each kind who count in a coefficient, by the years in which they can move.
fn pools(problem: &Problem, at: At) -> Vec<Pool> {
    let Some(cone) = cone(problem, at) else {
        return Vec::new();
    };
    let members: BTreeMap<usize, usize> = cone.members.iter().copied().zip(0..).collect();
    let mut pools: BTreeMap<_, Pool> = BTreeMap::new();
    let effects = problem.effects.get(at.0).into_iter().flatten();
    for ((index, lever), effects) in problem.levers.iter().enumerate().zip(effects) {
        let (Deed::Give(kind) | Deed::Receive(kind)) = lever.deed else {
            continue;
        };
        let counts = effects
            .iter()
            .find(|(row, indicator, _)| (*row, *indicator) == (lever.section, cone.indicator));
        let (Some(member), Some((.., by))) = (members.get(&lever.section), counts) else {
            continue;
        };
        let pool = pools
            .entry((kind, lever.counts_from, lever.pay))
            .or_default();
        pool.by = to_f64(by).abs();
        let place = pool.places.entry(lever.section).or_default();
        place.member = *member;
        match lever.deed {
            Deed::Give(_) => place.give = Some(index),
            _ => place.receive = Some(index),
        }
    }
    pools.into_values().collect()
}

/// Who is where, and the levels that come of it.
struct Staff<'a> {
    problem: &'a Problem,
    amounts: &'a mut Amounts,
    /// Levers of each section.
    levers: BTreeMap<usize, Vec<usize>>,
    /// By judged year, row and indicator.
    levels: Vec<Vec<Vec<Option<f64>>>>,
}

impl<'a> Staff<'a> {
    fn new(problem: &'a Problem, amounts: &'a mut Amounts) -> Self {
        let mut levers: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (index, lever) in problem.levers.iter().enumerate() {
            levers.entry(lever.section).or_default().push(index);
        }
        let level = |n| {
            let rows = numerators(problem, n, amounts).into_iter();
            rows.map(|row| row.iter().map(|n| n.as_ref().map(to_f64)).collect())
                .collect()
        };
        let levels = (0..problem.views.len()).map(level).collect();
        Self {
            problem,
            amounts,
            levers,
            levels,
        }
    }

    fn amount(&self, lever: usize) -> u64 {
        self.amounts.get(lever).copied().unwrap_or(0)
    }

    /// Units of the levers of a section that are like this.
    fn sum(&self, section: usize, like: impl Fn(&Lever) -> bool) -> u64 {
        let all = self.levers.get(&section).into_iter().flatten();
        let units = all.filter_map(|l| Some((*l, self.problem.levers.get(*l)?)));
        units
            .filter(|(_, lever)| like(lever))
            .map(|(l, _)| self.amount(l))
            .sum()
    }

    /// How one of a kind can go: she does not come after all, or she leaves.
    fn goes(&self, place: &Place) -> Option<Turn> {
        let back = place
            .receive
            .filter(|l| self.amount(*l) > 0)
            .map(|l| (l, -1));
        let leave = place.give.filter(|l| {
            let lever = self.problem.levers.get(*l);
            lever.is_some_and(|own| {
                let gone = self.sum(own.section, |l| l.deed == own.deed);
                own.most.is_none_or(|most| gone < most)
            })
        });
        let turn = back.or(leave.map(|l| (l, 1)))?;
        (self.keeps(turn) && self.room(turn)).then_some(turn)
    }

    /// How one can come: she does not leave after all, or she arrives.
    fn comes(&self, place: &Place) -> Option<Turn> {
        let stay = place.give.filter(|l| self.amount(*l) > 0).map(|l| (l, -1));
        let arrive = place.receive.filter(|l| {
            let lever = self.problem.levers.get(*l);
            lever.is_some_and(|own| {
                let alike = |l: &Lever| {
                    let comes = matches!(l.deed, Deed::Receive(_));
                    comes && (l.counts_from, l.pay) == (own.counts_from, own.pay)
                };
                own.most
                    .is_none_or(|most| self.sum(own.section, alike) < most)
            })
        });
        stay.or(arrive.map(|l| (l, 1)))
    }

    /// Whether every indicator stays at what it has reached.
    fn keeps(&self, (lever, by): Turn) -> bool {
        let years = self.problem.views.iter().zip(&self.problem.effects);
        years.zip(&self.levels).all(|((view, effects), levels)| {
            effects
                .get(lever)
                .into_iter()
                .flatten()
                .all(|(row, indicator, push)| {
                    let level = levels.get(*row).and_then(|l| *l.get(*indicator)?);
                    let standing = view.standing(*row, *indicator);
                    level.zip(standing).is_none_or(|(level, standing)| {
                        let after = level + to_f64(push) * by as f64;
                        after >= standing.held(level) * (1.0 - 1e-12)
                    })
                })
        })
    }

    /// Whether as many stay to be raised and named as are.
    fn room(&self, (lever, by): Turn) -> bool {
        let Some(own) = self.problem.levers.get(lever) else {
            return false;
        };
        let fields = TRAITS.into_iter().filter(|f| room(own.deed, *f) * by < 0);
        let mut asked =
            fields.filter(|f| self.sum(own.section, |l| trait_given(l.deed) == Some(*f)) > 0);
        asked.all(|field| left_without(self.problem, own.section, field, self.amounts) > 0)
    }

    fn turn(&mut self, (lever, by): Turn) {
        if let Some(slot) = self.amounts.get_mut(lever) {
            *slot = slot.saturating_add_signed(by);
        }
        for (effects, levels) in self.problem.effects.iter().zip(&mut self.levels) {
            for (row, indicator, push) in effects.get(lever).into_iter().flatten() {
                let slot = levels.get_mut(*row).and_then(|l| l.get_mut(*indicator));
                if let Some(Some(level)) = slot {
                    *level += to_f64(push) * by as f64;
                }
            }
        }
    }
}

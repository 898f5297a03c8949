//! Teacher rotation (交流轮岗): which persons move where for the next school year.
//!
//! [`county`] and [`places`] read persons, places and rules from a snapshot; [`model`] writes them as
//! an integer programme; [`solve`] takes its stages (fewest failing pairs, then the objective, then
//! wishes), each with its bound, and names the persons; [`apply`] makes the county after the moves,
//! which the evaluator judges; [`check`] recounts every rule without knowing the planner.
//! [`posts`] is the establishment (编制), [`itinerant`] what rotation cannot cover (走教).

mod apply;
mod check;
mod commute;
mod county;
mod itinerant;
mod model;
mod places;
mod plain;
mod plan;
mod posts;
mod reason;
mod solve;
#[cfg(test)]
mod tests;

pub use apply::{Transfer, apply};
pub use check::check;
pub use commute::metres;
pub use itinerant::{Itinerant, ItinerantOptions, Lack, Lessons, Visit, itinerant};
pub use plain::plain;
pub use plan::{Move, Moves, Plan, plan};
pub use posts::{Establishment, Post, PostMove, PostRule, SMALL_SCHOOL, establishment};

use std::collections::BTreeMap;

use junheng_core::model::{Field, TableId};
use junheng_core::standard::{Amount, Compare, ItemTest, Standard, Variable};
use junheng_core::text::Text;

/// The objective's weight of one move.
pub const MOVE: i64 = 1_000;

/// The tables that a rotation plan reads.
pub const TABLES: &[TableId] = &[
    TableId::County,
    TableId::Schools,
    TableId::Sections,
    TableId::Classes,
    TableId::Rooms,
    TableId::Teachers,
    TableId::Roads,
];

/// What the share of backbone teachers is a share of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShareOf {
    /// Of those who move: the national rule.
    Moved,
    /// Of the eligible: Anhui's.
    Eligible,
}

/// How many must move, as the standard says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shares {
    /// Moved ÷ eligible, at least.
    pub moved: f64,
    /// Backbone teachers moved ÷ [`Shares::of`], at least.
    pub backbone: f64,
    /// What [`Shares::backbone`] is a share of.
    pub of: ShareOf,
}

impl Shares {
    /// The shares that a standard's items set; 0 where it sets none.
    #[must_use]
    pub fn of_standard(standard: &Standard) -> Self {
        let mut shares = Self {
            moved: 0.0,
            backbone: 0.0,
            of: ShareOf::Moved,
        };
        for part in standard.items.iter().flat_map(|i| &i.parts) {
            let ItemTest::County {
                ratio,
                compare: Compare::AtLeast,
                ..
            } = &part.test
            else {
                continue;
            };
            let Some(Amount::Number(least)) = part.limits[0].as_ref().map(|l| &l.amount) else {
                continue;
            };
            match (ratio.plus.as_slice(), ratio.over.as_slice()) {
                (
                    [Variable::County(Field::Rotated)],
                    [Variable::County(Field::RotationEligible)],
                ) => shares.moved = *least,
                ([Variable::County(Field::RotatedBackbone)], [Variable::County(over)]) => {
                    shares.backbone = *least;
                    shares.of = match over {
                        Field::RotationEligible => ShareOf::Eligible,
                        _ => ShareOf::Moved,
                    };
                }
                _ => {}
            }
        }
        shares
    }
}

/// What voluntary wishes do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wishes {
    /// Among plans of the same objective the one with the most wishes granted.
    Tie,
    /// Exchange cycles in which everybody gets a wish, and no school's staff changes in kind, come
    /// first; the rest is planned around them.
    First,
}

/// What the user may ask of a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// How many must move.
    pub shares: Shares,
    /// Arrivals and departures of a section, and of a school, differ by at most this.
    pub balance: u32,
    /// Other limits of (arrivals − departures) for some rows of `sections`, as open posts allow.
    pub posts: BTreeMap<usize, (i64, i64)>,
    /// No commute beyond this, where it is known.
    pub max_metres: Option<f64>,
    /// Kilometres an hour of a commute: an assumption, for the minutes in a reason.
    pub speed: f64,
    /// Teachers who must move.
    pub pin: Vec<String>,
    /// Teachers who must not.
    pub refuse: Vec<String>,
    /// What wishes do.
    pub wishes: Wishes,
    /// Years a rotation lasts: nobody moves again within them, and they return after them.
    pub term_years: u32,
    /// Nobody moves with fewer years than this to the retirement age.
    pub retire_years: u32,
    /// Stop at this relative gap.
    pub gap: f64,
}

impl Options {
    /// The defaults, with a standard's shares.
    #[must_use]
    pub fn new(standard: &Standard) -> Self {
        Self {
            shares: Shares::of_standard(standard),
            balance: 1,
            posts: BTreeMap::new(),
            max_metres: None,
            speed: 30.0,
            pin: Vec::new(),
            refuse: Vec::new(),
            wishes: Wishes::Tie,
            term_years: 3,
            retire_years: 5,
            gap: 1e-6,
        }
    }
}

/// Why a plan cannot be made at all, as opposed to an infeasible one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The options name somebody or something that cannot be.
    Options(Text),
}

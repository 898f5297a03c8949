//! 达标路径: the cheapest way to certification, and why nothing cheaper will do.
//!
//! [`plan`] decides what is done in which section and year so that in every judged year as many
//! sections as possible keep their rule and every coefficient of variation its limit, at least
//! cost. What a plan achieves is always what the evaluator says of [`apply`]; [`check`] verifies
//! every rule again, in exact arithmetic and without the planner.
//!
//! ```text
//! Snapshot, Standard → view (what stands, what would move it) → problem (levers)
//!   → model (HiGHS) ⇄ cones (tangents) → schedule (years) → Plan → check
//! ```

mod action;
mod amounts;
mod apply;
mod check;
mod cones;
mod model;
mod plain;
mod plan;
mod prices;
mod problem;
mod solve;
#[cfg(test)]
mod tests;
mod view;
mod wanted;

pub use action::{Action, Step};
pub use apply::apply;
pub use check::{Check, check};
pub use plain::plain;
pub use plan::{Conflict, Options, PathError, Plan, county_of, plan};
pub use plan::{CurvePoint, Late, Reason, Rule, RulePrice, curve, rule_prices};
pub use prices::{Price, Prices};

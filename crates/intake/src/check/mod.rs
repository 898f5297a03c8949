//! Findings about the meaning of the data: what a cell says, beside what it is.
//!
//! The reader reports what it could not read; here a county that was read is looked at as a
//! statistician would: identifiers, sums, ratios, places, names, last year, what is missing.
//! [`catalogue`] explains every code of the program, [`limits`] every threshold.

pub mod catalogue;
mod completeness;
mod geography;
mod identifiers;
pub mod limits;
mod links;
mod lists;
mod names;
mod ranges;
mod ratios;
mod report;
mod sections;
mod sums;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests;
mod view;
mod years;

use junheng_core::finding::Finding;
use junheng_core::model::Snapshot;

pub use catalogue::{CATALOGUE, Entry};
use report::Report;
use view::View;

/// One subject of the checks.
type Check = fn(&View<'_>, &mut Report<'_>);

const CHECKS: &[Check] = &[
    identifiers::check,
    ranges::check,
    sections::check,
    sums::check,
    lists::check,
    links::check,
    ratios::check,
    names::check,
    geography::check,
    completeness::check,
];

/// Everything that is doubtful about `snapshot`, sorted by file, sheet, row, column and code.
///
/// With `previous`, last year's bundle of the same county, jumps and changed codes are found too.
#[must_use]
pub fn check(snapshot: &Snapshot, previous: Option<&Snapshot>) -> Vec<Finding> {
    let view = View::new(snapshot);
    let mut report = Report::new(snapshot);
    for check in CHECKS {
        check(&view, &mut report);
    }
    if let Some(previous) = previous {
        years::check(&view, &View::new(previous), &mut report);
    }
    report.sorted()
}

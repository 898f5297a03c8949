//! A programme solved among the arcs that its divisible form finds worth most (kernel search).

use crate::mip::{Limits, Mip, Solution, Solved, Var};
use crate::run::Run;

/// So many arcs are kept: some twenty for each move of a county of 100 schools.
const WORTH: usize = 2_000;

/// The divisible bound is as good as that of whole numbers here, so that the point found among
/// few arcs is within the gap as a rule; where it is not, all arcs are searched from there.
pub(super) fn narrow(mip: Mip, arcs: &[Var], run: &Run, limits: Limits) -> Solved {
    if arcs.len() <= WORTH {
        return mip.solve(run, limits, None);
    }
    let Solved::Point(divisible) = mip.clone().relaxed(run) else {
        return mip.solve(run, limits, None);
    };
    let bound = divisible.objective;
    let price = |arc: &Var| divisible.reduced.get(arc.index()).copied().unwrap_or(0.0);
    let mut dear = arcs.to_vec();
    dear.sort_by(|a, b| price(a).total_cmp(&price(b)).then(a.cmp(b)));
    let mut few = mip.clone();
    for arc in dear.split_off(WORTH) {
        few.hold(arc, 0.0);
    }
    let Solved::Point(found) = few.solve(run, limits, None) else {
        return mip.solve(run, limits, None);
    };
    if found.objective - bound <= limits.gap * found.objective.abs() {
        return Solved::Point(Solution { bound, ..found });
    }
    match mip.solve(run, limits, Some(&found.values)) {
        Solved::Point(wide) => Solved::Point(Solution {
            bound: wide.bound.max(bound),
            ..wide
        }),
        // The time was up before the start was even read.
        _ => Solved::Point(Solution { bound, ..found }),
    }
}

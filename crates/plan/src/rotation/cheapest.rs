//! The least objective among plans with the fewest failing pairs: rungs of bounded work, each of
//! which may give a better plan and a better bound.

use super::MOVE;
use super::model::{Answer, Arcs, Wanted};
use super::price::{Priced, price};
use super::solve::{Stages, objective};
use crate::run::Run;

/// Arcs of least price among which whole numbers are searched (kernel search), first and then:
/// some dozen and sixty for each move of a county of 300 schools.
const WORTH: [usize; 2] = [4_000, 20_000];

/// The best of all rungs.
pub(super) struct Best {
    pub(super) moves: Vec<(usize, usize)>,
    /// No plan costs less.
    pub(super) bound: f64,
}

impl Stages<'_> {
    /// The best plan and the best bound, beginning with a plan that keeps every rule.
    pub(super) fn cheapest(&self, wanted: Wanted<'_>, first: Vec<(usize, usize)>) -> Best {
        let (county, homed) = (self.county, self.homed());
        let already = objective(county, &self.decided);
        let mut best = Best {
            moves: first,
            bound: self.floor() + already,
        };
        // Pools are quick and leave a plan to fall back on; without homes they are all there is.
        if !homed || county.max_metres.is_none() {
            let arcs = if homed { Arcs::Pooled } else { Arcs::All };
            let wanted = Wanted { arcs, ..wanted };
            let run = self.run.part(if homed { 0.3 } else { 1.0 });
            self.rung(wanted, &run, f64::INFINITY, &mut best);
        }
        if !homed || self.enough(&best) {
            return best;
        }
        // A bound that is off by this is what arcs a little dearer make up for.
        let tolerance = (self.gap / 10.0).clamp(1e-5, 1e-3);
        let part = self.run.part(0.6);
        let Some(priced) = price(county, wanted, &part, &best.moves, tolerance) else {
            return best;
        };
        best.bound = best.bound.max(priced.bound + already);
        self.kernel(wanted, &priced, &WORTH[..1], &mut best);
        if !self.enough(&best) {
            // Where counts in whole numbers cost much more than divisible ones, prices in whole
            // numbers say how much, for all arcs.
            let arcs = Arcs::Priced(&priced.prices);
            let run = self.run.part(0.5);
            self.rung(Wanted { arcs, ..wanted }, &run, f64::INFINITY, &mut best);
        }
        self.kernel(wanted, &priced, &WORTH[1..], &mut best);
        best
    }

    /// Whole numbers among so many arcs of least price, one rung after the other.
    pub(super) fn kernel(
        &self,
        wanted: Wanted<'_>,
        priced: &Priced,
        worths: &[usize],
        best: &mut Best,
    ) {
        let already = objective(self.county, &self.decided);
        for &worth in worths {
            if self.enough(best) {
                break;
            }
            // A plan with a dearer arc is no better than the best.
            let useful = priced.within(self.value(best) - already - priced.bound);
            let (lists, next) = priced.least(self.county, worth.min(useful), &best.moves);
            let arcs = Arcs::Only(&lists);
            let most = priced.bound + next + already;
            let wanted = Wanted { arcs, ..wanted };
            self.rung(wanted, &self.run.part(0.5), most, best);
            if useful <= worth {
                break;
            }
        }
    }

    /// One programme, from the best plan; a plan that it cannot have costs at least `most`.
    fn rung(&self, wanted: Wanted<'_>, run: &Run, most: f64, best: &mut Best) {
        let already = objective(self.county, &self.decided);
        let (counts, least) = match self.ask(wanted, run, Some(&best.moves)) {
            Answer::Found(counts, _, least) => (Some(counts), least),
            Answer::Nothing(least) => (None, least),
            Answer::Infeasible => return,
        };
        let least = if wanted.joy > 0.0 {
            // Costs are whole moves; wishes took less than one off.
            ((least - 1e-3) / MOVE as f64).ceil() * MOVE as f64
        } else {
            least
        };
        best.bound = best.bound.max(most.min(least + already));
        if let Some(found) = counts.and_then(|counts| self.named(&counts))
            && objective(self.county, &found) <= self.value(best)
        {
            best.moves = found;
        }
        self.tell(0.6, Some(self.value(best)), Some(best.bound));
    }

    fn value(&self, best: &Best) -> f64 {
        objective(self.county, &best.moves)
    }

    fn enough(&self, best: &Best) -> bool {
        let value = self.value(best);
        value - best.bound <= self.gap * value
    }
}

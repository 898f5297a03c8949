//! The least objective among plans with the fewest failing pairs: rungs of bounded work, each of
//! which may give a better plan and a better bound.

use std::collections::BTreeSet;

use super::super::MOVE;
use super::super::model::{Answer, Arcs, Counts, Goal, Wanted};
use super::super::places::Pair;
use super::price::{Priced, price};
use super::{Stages, objective};
use crate::run::Run;

/// Arcs of least price among which whole numbers are searched (kernel search), first and then:
/// some dozen and sixty for each move of a county of 300 schools.
const WORTH: [usize; 2] = [4_000, 20_000];

/// The best of all rungs.
pub(crate) struct Best {
    pub(crate) moves: Vec<(usize, usize)>,
    /// No plan costs less.
    pub(crate) bound: f64,
}

impl Stages<'_> {
    /// The best plan and the best bound, beginning with a plan that keeps every rule.
    pub(crate) fn cheapest(&self, mut wanted: Wanted<'_>, first: Vec<(usize, usize)>) -> Best {
        let county = self.county;
        let already = objective(county, &self.decided);
        let mut best = Best {
            moves: first,
            bound: self.floor(wanted.least) + already,
        };
        if !self.homed() {
            let arcs = Arcs::All;
            self.rung(
                Wanted { arcs, ..wanted },
                self.run,
                f64::INFINITY,
                &mut best,
            );
            return best;
        }
        wanted.least = self.fewest(wanted, &mut best);
        best.bound = self.floor(wanted.least) + already;
        if self.enough(&best) {
            return best;
        }
        // A bound that is off by this is what arcs a little dearer make up for.
        let tolerance = (self.gap / 5.0).clamp(1e-5, 2e-3);
        let until = (tolerance, self.value(&best) * (1.0 - self.gap) - already);
        let part = self.run.part(0.6);
        let Some(priced) = price(county, wanted, &part, &best.moves, until) else {
            return best;
        };
        best.bound = best.bound.max(priced.bound + already);
        // Which pairs are kept is the hard question: at first those that the plan at hand keeps.
        let kept = self.kept(&best.moves);
        if kept.len() < county.pairs.len() {
            let kept = Some(&kept);
            self.kernel(Wanted { kept, ..wanted }, &priced, &WORTH, &mut best);
        }
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

    /// How many move at least: counts alone say it, whatever the commutes, and leave a plan to fall
    /// back on. Divisible persons would move less, and commutes would make up for it.
    fn fewest(&self, wanted: Wanted<'_>, best: &mut Best) -> usize {
        let (goal, arcs) = (Goal::Fewest, Arcs::Pooled);
        let asked = Wanted {
            goal,
            arcs,
            ..wanted
        };
        let (counts, moves) = match self.ask(asked, &self.run.part(0.3), Some(&best.moves)) {
            Answer::Found(counts, _, moves) => (Some(counts), moves),
            Answer::Nothing(moves) => (None, moves),
            Answer::Infeasible => return wanted.least,
        };
        self.better(counts, best);
        let moves = (moves - 1e-6).ceil().max(0.0) as usize;
        wanted.least.max(moves + self.decided.len())
    }

    /// Whole numbers among so many arcs of least price, one rung after the other.
    pub(crate) fn kernel(
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
            let most = match wanted.kept {
                Some(_) => f64::NEG_INFINITY,
                None => priced.bound + next + already,
            };
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
        self.better(counts, best);
        self.tell(0.6, Some(self.value(best)), Some(best.bound));
    }

    /// Keeps a plan of these counts where it costs no more.
    fn better(&self, counts: Option<Counts>, best: &mut Best) {
        if let Some(found) = counts.and_then(|counts| self.named(&counts))
            && objective(self.county, &found) <= self.value(best)
        {
            best.moves = found;
        }
    }

    /// Pairs that do not fail after these moves.
    fn kept(&self, moves: &[(usize, usize)]) -> BTreeSet<usize> {
        let county = self.county;
        let gain = |pair: &Pair| -> i64 {
            let one = |(t, to): &(usize, usize)| {
                let by = |at| pair.weight(county.profile(*t)) * i64::from(at == pair.place);
                by(*to) - by(county.persons[*t].place)
            };
            moves.iter().map(one).sum()
        };
        let pairs = county.pairs.iter().enumerate();
        let kept = pairs.filter(|(_, pair)| pair.deficit <= gain(pair));
        kept.map(|(n, _)| n).collect()
    }

    fn value(&self, best: &Best) -> f64 {
        objective(self.county, &best.moves)
    }

    fn enough(&self, best: &Best) -> bool {
        let value = self.value(best);
        value - best.bound <= self.gap * value
    }
}

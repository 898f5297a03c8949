//! What an indicator of a section asks of its levers, counted in whole units.

use junheng_core::exact::{Exact, to_f64};
use num_traits::{Signed, ToPrimitive, Zero};

use super::model::Terms;
use crate::mip::{Mip, Var};

/// What one indicator of a section asks, in units of its levers.
pub(super) struct Wanted {
    terms: Vec<(Var, f64)>,
    pub(super) need: f64,
    low: f64,
    /// Today's level where it is below the threshold.
    keep: f64,
    /// What levers can leave of it where nothing is asked.
    least: f64,
    /// Some lever lowers it.
    pub(super) falls: bool,
}

impl Wanted {
    pub(super) fn new(base: &Exact, need: &Exact, low: &Exact, terms: &Terms) -> Self {
        let largest = terms.iter().map(|(_, by)| by.abs()).max();
        let unit = largest
            .filter(|u| !u.is_zero())
            .unwrap_or_else(|| Exact::from_integer(1.into()));
        let alike = terms.iter().all(|(_, by)| by.abs() == unit);
        let short = |level: &Exact| {
            let units = (level - base) / &unit;
            let units = if alike { units.ceil() } else { units };
            units.to_f64().unwrap_or(0.0)
        };
        let falls = terms.iter().any(|(_, by)| by.is_negative());
        let keep = short(base.min(need));
        let none = Exact::zero();
        Self {
            need: short(need),
            low: short(low.min(need)),
            keep,
            // Nobody who is counted can leave twice.
            least: if falls { short(base.min(&none)) } else { keep },
            falls,
            terms: terms
                .iter()
                .map(|(var, by)| (*var, to_f64(&(by / &unit))))
                .collect(),
        }
    }

    /// At least the threshold; the floor where it is the one that may miss; anything where the
    /// section fails.
    pub(super) fn row(&self, mip: &mut Mip, miss: Option<Var>, fail: Var) {
        let eased = [
            miss.map(|m| (m, self.need - self.low)),
            Some((fail, self.need - self.least)),
        ];
        let eased = eased.into_iter().flatten().filter(|t| t.1 != 0.0);
        let terms: Vec<(Var, f64)> = self.terms.iter().copied().chain(eased).collect();
        mip.row(self.need, f64::INFINITY, terms);
    }

    /// Not worse than today where it is short.
    pub(super) fn keep_row(&self, mip: &mut Mip) {
        if self.falls {
            mip.row(self.keep, f64::INFINITY, self.terms.iter().copied());
        }
    }
}

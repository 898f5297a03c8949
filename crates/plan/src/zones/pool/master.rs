//! The linear relaxation of the plans that can be put together from zones, growing zone by zone.

use super::super::area::Area;
use super::Zone;
use crate::lp::Growing;
use crate::run::Run;

/// The programme: every block once, every school once at most.
pub(super) struct Master {
    lp: Growing,
    blocks: usize,
}

/// What the relaxation says.
pub(super) struct Prices {
    /// Its optimum.
    pub(super) objective: f64,
    /// Price of each block.
    pub(super) blocks: Vec<f64>,
    /// Price of each school, not above 0.
    pub(super) schools: Vec<f64>,
    /// How much of each zone is used, in the order they came.
    pub(super) used: Vec<f64>,
}

impl Master {
    /// No zone yet.
    pub(super) fn new(area: &Area) -> Self {
        let mut lp = Growing::new();
        (0..area.blocks()).for_each(|_| lp.row(1.0, 1.0, []));
        (0..area.schools()).for_each(|_| lp.row(0.0, 1.0, []));
        Self {
            lp,
            blocks: area.blocks(),
        }
    }

    /// Another zone.
    pub(super) fn add(&mut self, zone: &Zone) {
        let blocks = zone.blocks.iter().map(|b| *b as usize);
        let rows = blocks.chain([self.blocks + zone.school as usize]);
        self.lp.column(zone.cost, rows.map(|row| (row, 1.0)));
    }

    /// The optimum; `None` where there is none yet or a limit came first, and from then on.
    pub(super) fn solve(&mut self, run: &Run) -> Option<Prices> {
        let optimum = self.lp.solve(run)?;
        let (blocks, schools) = optimum.duals.split_at(self.blocks);
        Some(Prices {
            objective: optimum.objective,
            blocks: blocks.to_vec(),
            schools: schools.to_vec(),
            used: optimum.values,
        })
    }
}

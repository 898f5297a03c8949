//! The linear relaxation of the plans that can be put together from zones, growing zone by zone.

use highs::{ColProblem, HighsModelStatus, Model, Row, Sense};

use super::area::Area;
use super::pool::Zone;
use crate::run::Run;

/// The programme: every block once, every school once at most.
pub(super) struct Master {
    model: Option<Model>,
    blocks: Vec<Row>,
    schools: Vec<Row>,
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
    pub(super) fn new(area: &Area) -> Option<Self> {
        let mut problem = ColProblem::default();
        let blocks = (0..area.blocks())
            .map(|_| problem.add_row(1.0..=1.0))
            .collect();
        let schools = (0..area.schools())
            .map(|_| problem.add_row(0.0..=1.0))
            .collect();
        let mut model = problem.try_optimise(Sense::Minimise).ok()?;
        model.make_quiet();
        // Names and types are HiGHS's own, so these cannot fail.
        let _ = model.try_set_option("threads", 1);
        let _ = model.try_set_option("parallel", "off");
        let _ = model.try_set_option("solver", "simplex");
        Some(Self {
            model: Some(model),
            blocks,
            schools,
        })
    }

    /// Another zone.
    pub(super) fn add(&mut self, zone: &Zone) {
        if let Some(model) = &mut self.model {
            let rows = zone.blocks.iter().map(|b| (self.blocks[*b as usize], 1.0));
            let rows = rows.chain([(self.schools[zone.school as usize], 1.0)]);
            let _ = model.try_add_column(zone.cost, 0.0.., rows);
        }
    }

    /// The optimum; `None` where there is none yet or a limit came first, and from then on.
    pub(super) fn solve(&mut self, run: &Run) -> Option<Prices> {
        let mut model = self.model.take()?;
        let _ = model.try_set_option("time_limit", run.seconds_left());
        let solved = model.try_solve().ok()?;
        if solved.status() != HighsModelStatus::Optimal {
            return None;
        }
        let solution = solved.get_solution();
        let duals = solution.dual_rows();
        let prices = Prices {
            objective: solved.objective_value(),
            blocks: duals[..self.blocks.len()].to_vec(),
            schools: duals[self.blocks.len()..].to_vec(),
            used: solution.columns().to_vec(),
        };
        self.model = Some(solved.into());
        Some(prices)
    }
}

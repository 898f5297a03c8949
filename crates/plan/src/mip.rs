//! Linear and integer programmes, solved by HiGHS on one thread.

use highs::{Col, HighsModelStatus, HighsStatus, RowProblem, Sense};

use crate::run::Run;

/// An integer programme is optimal at this gap, whatever the relative one: HiGHS's own.
const ABSOLUTE_GAP: f64 = 1e-6;

/// A linear or integer programme, to be minimised.
#[derive(Clone, Default)]
pub struct Mip {
    problem: RowProblem,
    columns: Vec<Col>,
    whole: bool,
    /// Whether a variable has no bound on a side.
    endless: bool,
}

/// The number of a variable in its [`Mip`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Var(usize);

impl Var {
    /// Its place in [`Solution::values`].
    #[must_use]
    pub fn index(self) -> usize {
        self.0
    }
}

/// What limits a solve; the time that the run has left always does.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Stop when the relative gap is this small.
    pub gap: f64,
    /// Stop after this many nodes: the work budget, the same on every machine.
    pub nodes: i32,
    /// Only the bound is wanted: no search for points beside the tree.
    pub bound_only: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            gap: 1e-7,
            nodes: i32::MAX,
            bound_only: false,
        }
    }
}

/// The best point found, with its proof.
#[derive(Clone, Debug)]
pub struct Solution {
    /// A value per variable, in the order they were added.
    pub values: Vec<f64>,
    /// The objective there.
    pub objective: f64,
    /// No point is below.
    pub bound: f64,
    /// A shadow price per row; of an integer programme these mean nothing.
    pub duals: Vec<f64>,
    /// A reduced cost per variable, likewise.
    pub reduced: Vec<f64>,
}

/// How a solve ended.
#[derive(Clone, Debug)]
pub enum Solved {
    /// A point; optimal within the limits, or the best before a limit.
    Point(Solution),
    /// There is no point.
    Infeasible,
    /// A limit came first, or the objective has no floor: no point, but perhaps a bound.
    Nothing {
        /// No point is below; −∞ where nothing is known.
        bound: f64,
    },
}

impl Mip {
    /// A value of a start that is left to the solver.
    pub const OPEN: f64 = f64::INFINITY;

    /// A continuous variable between `low` and `high`, with its cost.
    pub fn add(&mut self, cost: f64, low: f64, high: f64) -> Var {
        let column = self.problem.add_column(cost, low..=high);
        self.push(column, low, high)
    }

    /// A whole variable.
    pub fn add_whole(&mut self, cost: f64, low: f64, high: f64) -> Var {
        self.whole = true;
        let column = self.problem.add_integer_column(cost, low..=high);
        self.push(column, low, high)
    }

    fn push(&mut self, column: Col, low: f64, high: f64) -> Var {
        self.endless |= !(low.is_finite() && high.is_finite());
        self.columns.push(column);
        Var(self.columns.len() - 1)
    }

    /// `low ≤ Σ factor × variable ≤ high`; infinities where a side is open. Gives the row's place
    /// in [`Solution::duals`].
    pub fn row(
        &mut self,
        low: f64,
        high: f64,
        terms: impl IntoIterator<Item = (Var, f64)>,
    ) -> usize {
        let terms: Vec<(Col, f64)> = terms
            .into_iter()
            .filter_map(|(var, factor)| self.columns.get(var.0).map(|c| (*c, factor)))
            .collect();
        self.problem.add_row(low..=high, terms);
        self.problem.num_rows() - 1
    }

    /// Holds a variable at a value.
    pub fn hold(&mut self, var: Var, at: f64) {
        if let Some(column) = self.columns.get(var.0) {
            self.problem.change_column_bounds(*column, at..=at);
        }
    }

    /// How many variables there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.columns.len()
    }

    /// Whether there is no variable.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }

    /// Solves it, from `start` if there is one (a value per variable, or [`Mip::OPEN`]).
    #[must_use]
    pub fn solve(self, run: &Run, limits: Limits, start: Option<&[f64]>) -> Solved {
        let whole = self.whole;
        self.solve_as(whole, run, limits, start)
    }

    /// Solves it as if whole variables could be divided: a bound, with prices and reduced costs.
    #[must_use]
    pub fn relaxed(self, run: &Run) -> Solved {
        self.solve_as(false, run, Limits::default(), None)
    }

    fn solve_as(self, whole: bool, run: &Run, limits: Limits, start: Option<&[f64]>) -> Solved {
        if self.columns.is_empty() {
            return Solved::Nothing { bound: 0.0 };
        }
        let again = self.clone();
        let solved = self.try_solve(run, limits, start, (whole, true));
        // HiGHS ends in an error after reducing some small programmes; as they are, it solves them.
        let solved = solved.or_else(|_| again.try_solve(run, limits, start, (whole, false)));
        solved.unwrap_or(Solved::Nothing {
            bound: f64::NEG_INFINITY,
        })
    }

    fn try_solve(
        self,
        run: &Run,
        limits: Limits,
        start: Option<&[f64]>,
        (whole, presolve): (bool, bool),
    ) -> Result<Solved, HighsStatus> {
        let endless = self.endless;
        let mut model = self.problem.try_optimise(Sense::Minimise)?;
        model.make_quiet();
        let seed = i32::try_from(run.seed % 0x7fff_ffff).unwrap_or(1);
        // Names and types are HiGHS's own, so these cannot fail; a failure would cost speed only.
        let _ = model.try_set_option("solve_relaxation", !whole);
        let _ = model.try_set_option("threads", 1);
        let _ = model.try_set_option("parallel", "off");
        let _ = model.try_set_option("random_seed", seed);
        let _ = model.try_set_option("time_limit", run.seconds_left());
        let _ = model.try_set_option("mip_rel_gap", limits.gap);
        let _ = model.try_set_option("mip_max_nodes", limits.nodes);
        if !presolve {
            let _ = model.try_set_option("presolve", "off");
            let _ = model.try_set_option("mip_allow_restart", false);
        }
        if limits.bound_only {
            for heuristic in ["rins", "rens", "root_reduced_cost"] {
                let name = format!("mip_heuristic_run_{heuristic}");
                let _ = model.try_set_option(name, false);
            }
        }
        if let Some(start) = start {
            // A start that HiGHS cannot use is only a slower solve.
            let _ = model.try_set_solution(Some(start), None, None, None);
        }
        let solved = model.try_solve()?;
        let status = solved.status();
        let bound = if whole {
            solved
                .double_info_value(c"mip_dual_bound")
                .unwrap_or(f64::NEG_INFINITY)
        } else if status == HighsModelStatus::Optimal {
            solved.objective_value()
        } else {
            f64::NEG_INFINITY
        };
        // What has bounds on all sides has a floor.
        let either = status == HighsModelStatus::UnboundedOrInfeasible && !endless;
        if status == HighsModelStatus::Infeasible || either {
            return Ok(Solved::Infeasible);
        }
        let feasible = solved.primal_solution_status() == highs::HighsSolutionStatus::Feasible;
        if !feasible || (!whole && status != HighsModelStatus::Optimal) {
            return Ok(Solved::Nothing { bound });
        }
        let solution = solved.get_solution();
        let objective = solved.objective_value();
        // Where presolve ends a search that began anew, HiGHS keeps the bound from before it.
        let bound = if status == HighsModelStatus::Optimal {
            bound.max(objective - (limits.gap * objective.abs()).max(ABSOLUTE_GAP))
        } else {
            bound
        };
        Ok(Solved::Point(Solution {
            values: solution.columns().to_vec(),
            objective,
            bound,
            duals: solution.dual_rows().to_vec(),
            reduced: solution.dual_columns().to_vec(),
        }))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn knapsack(start: Option<&[f64]>) -> Solved {
        // Most value within a weight of 10: items 2 and 3 (values 7 and 5).
        let mut mip = Mip::default();
        let items = [(6.0, 5.0), (7.0, 6.0), (5.0, 4.0), (3.0, 3.0)]
            .map(|(value, weight)| (mip.add_whole(-value, 0.0, 1.0), weight));
        mip.row(f64::NEG_INFINITY, 10.0, items);
        mip.solve(
            &Run::new(1, Duration::from_secs(60)),
            Limits::default(),
            start,
        )
    }

    #[test]
    fn a_knapsack_with_and_without_a_start() {
        for start in [None, Some(&[1.0, 0.0, 1.0, 0.0][..])] {
            let Solved::Point(point) = knapsack(start) else {
                panic!("no point");
            };
            assert_eq!(point.values, [0.0, 1.0, 1.0, 0.0]);
            assert_eq!(point.objective, -12.0);
            assert!(point.bound <= -12.0 && point.bound > -12.001);
        }
    }

    #[test]
    fn shadow_prices_and_conflicts() {
        let run = Run::new(1, Duration::from_secs(60));
        let mut mip = Mip::default();
        let x = mip.add(3.0, 0.0, f64::INFINITY);
        mip.row(4.0, f64::INFINITY, [(x, 2.0)]);
        let Solved::Point(point) = mip.solve(&run, Limits::default(), None) else {
            panic!("no point");
        };
        assert_eq!((point.objective, point.duals[0]), (6.0, 1.5));
        let mut mip = Mip::default();
        let x = mip.add_whole(1.0, 0.0, 1.0);
        mip.row(2.0, f64::INFINITY, [(x, 1.0)]);
        assert!(matches!(
            mip.solve(&run, Limits::default(), None),
            Solved::Infeasible
        ));
    }
}

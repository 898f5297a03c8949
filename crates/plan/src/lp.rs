//! Linear programmes that grow by rows and columns: each solve goes on from where the last ended.

use highs::{Col, HighsModelStatus, Model, Row, RowProblem, Sense};

use crate::run::Run;

/// A linear programme to be minimised; variables are not negative.
pub(crate) struct Growing {
    /// `None` once HiGHS has failed.
    model: Option<Model>,
    columns: Vec<Col>,
    rows: Vec<Row>,
}

/// An optimum.
pub(crate) struct Optimum {
    /// What it costs.
    pub(crate) objective: f64,
    /// Per variable, in the order they were added.
    pub(crate) values: Vec<f64>,
    /// A price per row.
    pub(crate) duals: Vec<f64>,
    /// Steps of the simplex method.
    pub(crate) steps: u64,
}

impl Growing {
    pub(crate) fn new() -> Self {
        let mut model = RowProblem::default().try_optimise(Sense::Minimise).ok();
        if let Some(model) = &mut model {
            model.make_quiet();
            let _ = model.try_set_option("threads", 1);
            let _ = model.try_set_option("parallel", "off");
        }
        Self {
            model,
            columns: Vec::new(),
            rows: Vec::new(),
        }
    }

    /// `low ≤ Σ factor × variable ≤ high`, with variables by their number.
    pub(crate) fn row(
        &mut self,
        low: f64,
        high: f64,
        terms: impl IntoIterator<Item = (usize, f64)>,
    ) {
        let terms = terms.into_iter().map(|(at, f)| (self.columns[at], f));
        let terms: Vec<(Col, f64)> = terms.collect();
        let model = self.model.as_mut();
        match model.and_then(|m| m.try_add_row(low..=high, terms).ok()) {
            Some(row) => self.rows.push(row),
            None => self.model = None,
        }
    }

    /// A variable with what it counts in each row; gives its number.
    pub(crate) fn column(
        &mut self,
        cost: f64,
        terms: impl IntoIterator<Item = (usize, f64)>,
    ) -> usize {
        let model = self.model.as_mut();
        let rows = &self.rows;
        let terms = terms
            .into_iter()
            .filter_map(|(at, f)| Some((*rows.get(at)?, f)));
        match model.and_then(|m| m.try_add_column(cost, 0.0.., terms).ok()) {
            Some(column) => self.columns.push(column),
            None => self.model = None,
        }
        self.columns.len().saturating_sub(1)
    }

    /// Holds a variable at 0.
    pub(crate) fn drop(&mut self, at: usize) {
        if let (Some(model), Some(column)) = (&mut self.model, self.columns.get(at)) {
            model.change_column_bounds(*column, 0.0..=0.0);
        }
    }

    /// The optimum; `None` where there is none, or not in time.
    pub(crate) fn solve(&mut self, run: &Run) -> Option<Optimum> {
        let mut model = self.model.take()?;
        let _ = model.try_set_option("time_limit", run.seconds_left());
        let solved = model.try_solve().ok()?;
        if solved.status() != HighsModelStatus::Optimal {
            return None;
        }
        let solution = solved.get_solution();
        let optimum = Optimum {
            objective: solved.objective_value(),
            values: solution.columns().to_vec(),
            duals: solution.dual_rows().to_vec(),
            steps: u64::try_from(solved.simplex_iteration_count()).unwrap_or(0),
        };
        self.model = Some(solved.into());
        Some(optimum)
    }
}

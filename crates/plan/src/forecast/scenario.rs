//! A forecast as a snapshot, so that evaluator and planners can be tried on a coming year.

/// Placeholder kept until the next commit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Quantile {
    /// p10.
    Low,
    /// Mean.
    Base,
    /// p90.
    High,
}

/// One possible future and its probability.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// Probability.
    pub probability: f64,
}

//! How much work a search does, in counted steps: the same plan on a slow machine and a fast one.

/// How much work is done, in counted steps.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Effort {
    /// How often everything is begun again, independently.
    pub(crate) ages: usize,
    /// Proposals of each age while prices climb; without them everything is melted.
    pub(crate) climb: u64,
    /// Rounds of annealing in each age: the first from where prices led or a melt, the later ones
    /// warm the best plans up.
    pub(crate) rounds: usize,
    /// Runs of each round, and of those beside which zones are put together.
    pub(crate) runs: usize,
    pub(crate) blend_runs: usize,
    /// Proposals of each run.
    pub(crate) steps: u64,
    /// How often zones met are put together anew.
    pub(crate) blends: usize,
    /// How much hotter runs are than where blocks are small beside places: a large block finds its
    /// place only through plans that cost much more.
    pub(crate) heat: f64,
    /// Windows solved exactly where no plan was found.
    pub(crate) windows: usize,
    /// How much of the prices of places children pay while runs are hot.
    pub(crate) toll: f64,
}

/// From so many blocks on few long runs near the flow are better than many short ones.
const LONG: usize = 600;

/// From so many blocks on a county starts near the flow: there is no time to melt it.
pub(crate) const LARGE: usize = 5_000;

/// Zones of so many blocks are few: nearly all that a better plan could contain can be listed.
pub(crate) const FEW: usize = 12;

impl Effort {
    /// Less than ten seconds for a district on two processors, a minute for the largest county.
    pub(crate) fn full(blocks: usize, schools: usize) -> Self {
        if blocks > LONG {
            let large = blocks > LARGE;
            return Self {
                ages: if large { 1 } else { 2 },
                climb: 0,
                rounds: if large { 1 } else { 2 },
                runs: 1,
                blend_runs: 1,
                steps: 60_000_000,
                blends: 0,
                heat: 1.0,
                windows: if large { 0 } else { 30 },
                toll: 1.0,
            };
        }
        let few = blocks <= FEW * schools;
        Self {
            ages: if few { 2 } else { 3 },
            climb: if few { 25_000_000 } else { 50_000_000 },
            rounds: 2,
            runs: 4,
            blend_runs: if few { 12 } else { 20 },
            steps: if few { 10_000 } else { 4_200 } * (blocks as u64).min(300),
            blends: if few { 3 } else { 4 },
            heat: if few { 10.0 } else { 1.0 },
            windows: 30,
            toll: 0.0,
        }
    }

    /// For figures that only go beside the plan.
    pub(crate) fn quick(blocks: usize) -> Self {
        Self {
            ages: 1,
            climb: 0,
            rounds: 1,
            runs: 1,
            blend_runs: 1,
            steps: (500_000).max(40 * blocks as u64),
            blends: 0,
            heat: 1.0,
            windows: 0,
            toll: if blocks > LONG { 1.0 } else { 0.0 },
        }
    }
}

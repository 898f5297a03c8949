//! The transportation problem with few schools: which share of each block goes to which school at
//! the least cost within the places, solved exactly, with prices, or why it cannot be.
//!
//! Successive shortest paths on the graph of the schools alone: an arc from one school to another
//! is the block whose move costs least. Cost and memory of the arcs are the square of the schools,
//! whatever the blocks. `docs/method/zones.md` derives it.

mod basis;
mod flow;

/// What each block costs at each school, the whole block; infinite where it may not go.
#[derive(Clone, Debug, PartialEq)]
pub struct Costs {
    schools: usize,
    cells: Vec<f64>,
}

impl Costs {
    /// All forbidden.
    #[must_use]
    pub fn new(blocks: usize, schools: usize) -> Self {
        Self {
            schools,
            cells: vec![f64::INFINITY; blocks * schools],
        }
    }

    /// Number of schools.
    #[must_use]
    pub fn schools(&self) -> usize {
        self.schools
    }

    /// The costs of a block, school by school.
    #[must_use]
    pub fn row(&self, block: usize) -> &[f64] {
        &self.cells[block * self.schools..(block + 1) * self.schools]
    }

    /// The same, to be filled.
    pub fn row_mut(&mut self, block: usize) -> &mut [f64] {
        &mut self.cells[block * self.schools..(block + 1) * self.schools]
    }

    /// One cost.
    #[must_use]
    pub fn at(&self, block: usize, school: usize) -> f64 {
        self.row(block)[school]
    }
}

/// Blocks with their children, schools with their places.
#[derive(Clone, Copy, Debug)]
pub struct Transport<'a> {
    /// A row per block, a column per school.
    pub costs: &'a Costs,
    /// Children per block, not below 0. Blocks without children go where they cost least.
    pub supply: &'a [f64],
    /// Places per school, not below 0.
    pub capacity: &'a [f64],
    /// The schools that may be used, ascending; all others are as if they were not there.
    pub open: &'a [usize],
}

/// An optimal flow with its prices.
#[derive(Clone, Debug)]
pub struct Flow {
    /// Per block its schools and shares, which sum to 1. At most `open − 1` blocks have several.
    pub shares: Vec<Vec<(usize, f64)>>,
    /// Children per school.
    pub loads: Vec<f64>,
    /// What one more place at each school would save; 0 where places are free or it is not open.
    pub seat_prices: Vec<f64>,
    /// What one more child in each block would cost; for a block without children its cost.
    pub block_prices: Vec<f64>,
    /// The cost.
    pub objective: f64,
    /// What the prices prove: no flow costs less. Equal to the objective but for rounding.
    pub bound: f64,
}

impl Flow {
    /// The blocks that go to several schools.
    pub fn split(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.shares.len()).filter(|b| self.shares[*b].len() > 1)
    }
}

/// Why no flow exists: these blocks may go to these schools only, and the places do not suffice.
#[derive(Clone, Debug, PartialEq)]
pub struct Shortage {
    /// The blocks; a single one where it may go nowhere.
    pub blocks: Vec<usize>,
    /// All the schools open to any of them; none where a block may go nowhere.
    pub schools: Vec<usize>,
    /// Children of these blocks beyond the places of these schools: the least number of places
    /// that must be added among the schools.
    pub missing: f64,
}

impl Transport<'_> {
    /// The cheapest flow.
    ///
    /// # Errors
    ///
    /// All the shortages found: every block that may go nowhere or else the one set of blocks that
    /// has too few places.
    pub fn solve(&self) -> Result<Flow, Vec<Shortage>> {
        self.solve_until(&|| false)
    }

    /// The cheapest flow, or what has come of it when it is `stopped`: then schools may be overfull,
    /// but the bound and the prices hold.
    ///
    /// # Errors
    ///
    /// As [`Self::solve`].
    pub fn solve_until(&self, stopped: &dyn Fn() -> bool) -> Result<Flow, Vec<Shortage>> {
        let stuck: Vec<Shortage> = (0..self.supply.len())
            .filter(|b| self.open.iter().all(|s| !self.costs.at(*b, *s).is_finite()))
            .map(|block| Shortage {
                blocks: vec![block],
                schools: Vec::new(),
                missing: self.supply[block],
            })
            .collect();
        if !stuck.is_empty() {
            return Err(stuck);
        }
        let mut state = flow::State::nearest(self);
        state
            .run(&|_| stopped())
            .map_err(|shortage| vec![shortage])?;
        basis::cancel_cycles(self, &mut state.amounts);
        Ok(self.flow(&state))
    }

    /// The cost of the cheapest flow, if there is one and it is below `limit`: it is given up as soon
    /// as it cannot be.
    #[must_use]
    pub fn cost_below(&self, limit: f64) -> Option<f64> {
        let mut state = flow::State::nearest(self);
        state.run(&|state| state.least() >= limit).ok()?;
        Some(state.least()).filter(|cost| *cost < limit)
    }

    /// The bound that `prices` (per school, not below 0) prove: Lagrange's, valid for any prices.
    #[must_use]
    pub fn bound(&self, prices: &[f64]) -> f64 {
        let blocks: f64 = (0..self.supply.len())
            .map(|b| self.block_price(b, prices) * self.weight(b))
            .sum();
        let places: f64 = self
            .open
            .iter()
            .map(|s| prices[*s] * self.capacity[*s])
            .sum();
        blocks - places
    }

    /// How often a block's price counts: its children, or once where it has none.
    fn weight(&self, block: usize) -> f64 {
        if self.supply[block] > 0.0 {
            self.supply[block]
        } else {
            1.0
        }
    }

    /// The least price of a child of this block, travel and place.
    fn block_price(&self, block: usize, prices: &[f64]) -> f64 {
        let row = self.costs.row(block);
        let weight = self.weight(block);
        let taken = if self.supply[block] > 0.0 { 1.0 } else { 0.0 };
        self.open
            .iter()
            .map(|s| row[*s] / weight + taken * prices[*s])
            .fold(f64::INFINITY, f64::min)
    }

    fn flow(&self, state: &flow::State) -> Flow {
        let mut loads = vec![0.0; self.costs.schools()];
        let mut objective = 0.0;
        let mut shares = Vec::with_capacity(self.supply.len());
        for (block, amounts) in state.amounts.iter().enumerate() {
            let total: f64 = amounts.iter().map(|a| a.1).sum();
            let mut mine: Vec<(usize, f64)> = amounts
                .iter()
                .map(|(place, amount)| {
                    let school = self.open[*place];
                    loads[school] += amount;
                    (school, if total > 0.0 { amount / total } else { 1.0 })
                })
                .collect();
            mine.sort_by_key(|share| share.0);
            objective += mine
                .iter()
                .map(|(s, share)| share * self.costs.at(block, *s))
                .sum::<f64>();
            shares.push(mine);
        }
        let mut seat_prices = vec![0.0; self.costs.schools()];
        for (place, price) in state.prices().into_iter().enumerate() {
            seat_prices[self.open[place]] = price;
        }
        Flow {
            block_prices: (0..self.supply.len())
                .map(|b| self.block_price(b, &seat_prices))
                .collect(),
            bound: self.bound(&seat_prices),
            shares,
            loads,
            seat_prices,
            objective,
        }
    }
}

#[cfg(test)]
mod tests;

//! A zone plan as everybody sees it, and all that follows from who goes where.

use junheng_core::text::Text;

use super::problem::Problem;
use crate::run::Status;
use crate::travel::Unit;

/// Who goes where, with its figures.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Per block its schools, ascending, and shares that sum to 1.
    pub shares: Vec<Vec<(usize, f64)>>,
    /// Per school.
    pub schools: Vec<SchoolPlan>,
    /// What it costs.
    pub objective: f64,
    /// Student-kilometres; `None` where travel is given as costs.
    pub student_km: Option<f64>,
    /// Children who go elsewhere than today; where grades in school stay, entrants of the first year.
    pub moved_students: f64,
}

/// A school in a plan.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SchoolPlan {
    /// Children.
    pub load: f64,
    /// Pieces of its zone; blocks without children count.
    pub pieces: u32,
    /// What one more place would save.
    pub seat_price: f64,
}

/// What each rule costs, in the objective's unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prices {
    /// Keeping blocks whole, at most.
    pub whole: f64,
    /// Keeping zones in one piece, at least.
    pub contiguity: f64,
    /// Moving fewer children, at least: travel more than without `stay_metres`.
    pub stability: f64,
}

/// A rule that cannot be kept, and the least that would help.
#[derive(Debug, Clone, PartialEq)]
pub struct Conflict {
    /// A stable word for the kind.
    pub code: &'static str,
    /// What conflicts.
    pub message: Text,
    /// The least relaxation.
    pub relaxation: Text,
    /// The blocks.
    pub blocks: Vec<usize>,
    /// The schools.
    pub schools: Vec<usize>,
}

/// A block whose school is arbitrary: another one costs as little.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tie {
    /// The block.
    pub block: usize,
    /// Where it goes.
    pub school: usize,
    /// Where it could go as well.
    pub other: usize,
    /// Blocks that would go with it: undecided too, and reached through it.
    pub behind: Vec<usize>,
}

impl Tie {
    /// Children of the block and of all that would go with it.
    #[must_use]
    pub fn students(&self, problem: &Problem) -> f64 {
        let all = self.behind.iter().chain([&self.block]);
        all.map(|b| problem.blocks[*b].children).sum()
    }
}

/// What planning came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// How.
    pub status: Status,
    /// No plan costs less; −∞ where nothing is known.
    pub bound: f64,
    /// The best plan, then others that differ from it; none where none was found.
    pub plans: Vec<Plan>,
    /// What each rule costs.
    pub prices: Option<Prices>,
    /// Blocks on a border that is arbitrary.
    pub ties: Vec<Tie>,
    /// Children moved and student-kilometres, for growing weight of staying.
    pub frontier: Vec<(f64, f64)>,
    /// Why there is no plan.
    pub conflicts: Vec<Conflict>,
}

impl Plan {
    /// The figures of an assignment.
    #[must_use]
    pub fn new(problem: &Problem, shares: Vec<Vec<(usize, f64)>>, seat_prices: &[f64]) -> Self {
        let mut loads = vec![0.0; problem.schools.len()];
        let (mut objective, mut travel, mut moved) = (0.0, 0.0, 0.0);
        for (block, shares) in shares.iter().enumerate() {
            let about = &problem.blocks[block];
            for &(school, share) in shares {
                loads[school] += share * about.children;
                objective += share * problem.cost(block, school);
                travel += share * problem.travel_cost(block, school);
                if about.current.moved(school) {
                    moved += share * about.children * problem.following();
                }
            }
        }
        let pieces = problem.pieces(&shares);
        let schools = loads
            .into_iter()
            .zip(pieces)
            .zip(seat_prices)
            .map(|((load, pieces), seat_price)| SchoolPlan {
                load,
                pieces,
                seat_price: *seat_price,
            })
            .collect();
        Self {
            shares,
            schools,
            objective,
            student_km: (problem.unit == Unit::Metres).then_some(travel),
            moved_students: moved,
        }
    }

    /// Children who would change school between two plans.
    #[must_use]
    pub fn differs(&self, other: &Plan, problem: &Problem) -> f64 {
        let both = self.shares.iter().zip(&other.shares).zip(&problem.blocks);
        both.filter(|((a, b), _)| a != b)
            .map(|(_, block)| block.children)
            .sum()
    }
}

//! Every rule again, on the finished plan, without anything of the planner's.

use junheng_core::text::Text;

use super::plan::Plan;
use super::problem::{Contiguity, Current, Problem};

/// A rule that a plan breaks.
#[derive(Debug, Clone, PartialEq)]
pub enum Broken {
    /// Shares of a block do not sum to 1, or lie outside 0 to 1.
    Shares(usize),
    /// A block is split though it must be whole.
    Split(usize),
    /// A block goes where it must not.
    Forbidden(usize, usize),
    /// Blocks that belong together do not go together.
    Apart(usize),
    /// A lock is not kept.
    Lock(usize, usize),
    /// A locked zone is not that of today: the block, and the school.
    Zone(usize, usize),
    /// Schools of a group do not share a block by their room.
    Group(usize),
    /// More children than places.
    Overfull(usize),
    /// More children than places in the first year, beside those who stay.
    Crowded(usize),
    /// Too many pieces.
    Pieces(usize),
    /// The school is outside its zone.
    Home(usize),
    /// The mean of a zone is too far from the county's.
    Balance(usize),
    /// A figure of the plan is not what its assignment gives.
    Figure(&'static str),
}

impl Broken {
    /// The kind of rule: a stable word, and words for people.
    #[must_use]
    pub fn kind(&self) -> (&'static str, Text) {
        match self {
            Self::Shares(_) => (
                "shares",
                Text::new("没有划到学校", "blocks without a school"),
            ),
            Self::Split(_) => ("split", Text::new("居住单元被拆分", "blocks split")),
            Self::Forbidden(..) => (
                "forbidden",
                Text::new("去了不可去的学校", "forbidden pairs"),
            ),
            Self::Apart(_) => ("apart", Text::new("应同校的不同校", "sets torn apart")),
            Self::Lock(..) => ("lock", Text::new("锁定未保持", "locks not kept")),
            Self::Zone(..) => (
                "locked_zone",
                Text::new("锁定的学区有变动", "locked zones changed"),
            ),
            Self::Group(_) => (
                "group",
                Text::new("共享学区的分配不符", "shared zones not shared"),
            ),
            Self::Overfull(_) => ("places", Text::new("超出学位", "schools over their places")),
            Self::Crowded(_) => (
                "first_year",
                Text::new(
                    "首年超出学位",
                    "schools over their places in the first year",
                ),
            ),
            Self::Pieces(_) => (
                "pieces",
                Text::new("学区不连成一片", "zones in too many pieces"),
            ),
            Self::Home(_) => (
                "home",
                Text::new("学校不在自己的学区内", "schools outside their zone"),
            ),
            Self::Balance(_) => ("balance", Text::new("均衡超出允许", "zones out of balance")),
            Self::Figure(_) => ("figure", Text::new("数字不符", "figures that do not agree")),
        }
    }
}

/// All rules that a plan breaks; none for a good plan.
#[must_use]
pub fn check(problem: &Problem, plan: &Plan) -> Vec<Broken> {
    if plan.shares.len() != problem.blocks.len() {
        return vec![Broken::Figure("assignment")];
    }
    let mut broken = Vec::new();
    for at in 0..problem.blocks.len() {
        of_block(problem, at, &plan.shares[at], &mut broken);
    }
    for &(block, school) in &problem.locked {
        if !same_zone(problem, school, &plan.shares[block]) {
            broken.push(Broken::Lock(block, school));
        }
    }
    for set in &problem.together {
        let mut others = set
            .iter()
            .filter(|b| plan.shares[**b] != plan.shares[set[0]]);
        broken.extend(others.next().map(|b| Broken::Apart(*b)));
    }
    let sums = Sums::of(problem, &plan.shares);
    let pieces = problem.pieces(&plan.shares);
    let allowed = problem.allowed_pieces();
    for at in 0..problem.schools.len() {
        of_school(problem, plan, &sums, at, &mut broken);
        if pieces[at] > allowed[at] {
            broken.push(Broken::Pieces(at));
        }
        let shown = &plan.schools[at];
        if (shown.load - sums.loads[at]).abs() > sums.grain || shown.pieces != pieces[at] {
            broken.push(Broken::Figure("school"));
        }
    }
    if (plan.objective - sums.objective).abs() > 1e-9 * sums.objective.abs().max(1.0) {
        broken.push(Broken::Figure("objective"));
    }
    if (plan.moved_students - sums.moved).abs() > sums.grain {
        broken.push(Broken::Figure("moved_students"));
    }
    broken
}

/// What shares of blocks come to.
struct Sums {
    /// Children per school.
    loads: Vec<f64>,
    /// Per school what its children's figures are above the county's mean, together.
    tilts: Vec<f64>,
    objective: f64,
    moved: f64,
    /// A difference in children that is none.
    grain: f64,
}

impl Sums {
    fn of(problem: &Problem, shares: &[Vec<(usize, f64)>]) -> Self {
        let total: f64 = problem.blocks.iter().map(|b| b.children).sum();
        let figures = problem.blocks.iter().zip(&problem.figures);
        let mean = figures.map(|(b, f)| b.children * f).sum::<f64>() / total;
        let following = problem.following();
        let mut sums = Self {
            loads: vec![0.0; problem.schools.len()],
            tilts: vec![0.0; problem.schools.len()],
            objective: 0.0,
            moved: 0.0,
            grain: 1e-9 * total.max(1.0),
        };
        for (at, block) in problem.blocks.iter().enumerate() {
            for &(school, share) in &shares[at] {
                sums.loads[school] += share * block.children;
                if let Some(figure) = problem.figures.get(at) {
                    sums.tilts[school] += share * block.children * (figure - mean);
                }
                sums.objective += share * problem.cost(at, school);
                if block.current.moved(school) {
                    sums.moved += share * block.children * following;
                }
            }
        }
        sums
    }
}

/// The rules of a block.
fn of_block(problem: &Problem, at: usize, shares: &[(usize, f64)], broken: &mut Vec<Broken>) {
    let sum: f64 = shares.iter().map(|s| s.1).sum();
    if (sum - 1.0).abs() > 1e-9 || shares.iter().any(|s| s.1 <= 0.0) {
        broken.push(Broken::Shares(at));
    }
    let whole = match shares.first() {
        Some(first) if shares.len() > 1 => same_zone(problem, first.0, shares),
        _ => true,
    };
    if !whole && !problem.rules.split {
        broken.push(Broken::Split(at));
    }
    if !shared(problem, shares) {
        broken.push(Broken::Group(at));
    }
    for &school in &problem.locked_zones {
        let here = shares.iter().any(|s| s.0 == school);
        let alone = here && shares.len() == 1;
        let today = problem.blocks[at].current == Current::School(school);
        if (today && !alone) || (here && !today) {
            broken.push(Broken::Zone(at, school));
        }
    }
    for &(school, _) in shares {
        let travel = problem.travel.at(at, school);
        if !travel.is_finite() || problem.rules.max_metres.is_some_and(|m| travel > m) {
            broken.push(Broken::Forbidden(at, school));
        }
    }
}

/// The rules of a school, but for the pieces of its zone.
fn of_school(problem: &Problem, plan: &Plan, sums: &Sums, at: usize, broken: &mut Vec<Broken>) {
    let (school, load) = (&problem.schools[at], sums.loads[at]);
    let most = school.places * problem.rules.max_load + sums.grain;
    if load > most {
        broken.push(Broken::Overfull(at));
    }
    if problem.rules.grandfather && school.enrolled + problem.following() * load > most {
        broken.push(Broken::Crowded(at));
    }
    let zone = problem.sharing(at);
    if let Some(home) = school.home
        && problem.contiguity != Contiguity::Off
        && plan.shares[home].iter().all(|s| !zone.contains(&s.0))
    {
        broken.push(Broken::Home(at));
    }
    let tolerance = problem.rules.balance.map(|b| b.1);
    if tolerance.is_some_and(|t| sums.tilts[at].abs() > t * load + sums.grain) {
        broken.push(Broken::Balance(at));
    }
}

/// Whether all shares lie in the zone of a school or of those that share it.
fn same_zone(problem: &Problem, school: usize, shares: &[(usize, f64)]) -> bool {
    let zone = problem.sharing(school);
    shares.iter().all(|(s, _)| zone.contains(s))
}

/// Whether the schools of each group have their part of a block, by the room of each.
fn shared(problem: &Problem, shares: &[(usize, f64)]) -> bool {
    problem.groups.iter().all(|group| {
        let of = |school: &usize| {
            let mut own = shares.iter().filter(|s| s.0 == *school);
            own.next().map_or(0.0, |s| s.1)
        };
        let all: f64 = group.iter().map(of).sum();
        let room: f64 = group.iter().map(|s| problem.room(*s)).sum();
        all == 0.0
            || room == 0.0
            || group
                .iter()
                .all(|s| (of(s) - all * problem.room(*s) / room).abs() <= 1e-9)
    })
}

//! A plan, and its independent check: nothing of the solver is used here.

use junheng_core::text::Text;

use super::problem::{Offer, Problem};

/// A part of a block that goes to a site.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    /// Which block.
    pub block: usize,
    /// Which site.
    pub site: usize,
    /// Which part of its children, above 0 and at most 1.
    pub part: f64,
}

impl Share {
    /// Whether its children live at school in a situation, being beyond the travel limit.
    #[must_use]
    pub fn boards(&self, problem: &Problem, situation: usize) -> bool {
        let students = problem.situations[situation].students[self.block];
        students > 0.0 && problem.far(self.site, self.block)
    }
}

/// What is open when, and who goes where.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Per period and site the chosen offer, if it is open.
    pub open: Vec<Vec<Option<usize>>>,
    /// Per situation, by block and then site.
    pub shares: Vec<Vec<Share>>,
}

impl Plan {
    /// The chosen offer of a site in a period.
    #[must_use]
    pub fn offer<'a>(&self, problem: &'a Problem, period: usize, site: usize) -> Option<&'a Offer> {
        let chosen = *self.open.get(period)?.get(site)?;
        problem.sites.get(site)?.offers.get(chosen?)
    }

    /// Students per site in a situation.
    #[must_use]
    pub fn loads(&self, problem: &Problem, situation: usize) -> Vec<f64> {
        let mut loads = vec![0.0; problem.sites.len()];
        let students = &problem.situations[situation].students;
        for share in &self.shares[situation] {
            loads[share.site] += students[share.block] * share.part;
        }
        // Parts of blocks add up to their students but for the last binary digit.
        loads.iter().map(|l| (l * 1e9).round() / 1e9).collect()
    }

    /// Students per site who live there in a situation.
    #[must_use]
    pub fn boarders(&self, problem: &Problem, situation: usize) -> Vec<f64> {
        let students = &problem.situations[situation].students;
        let mut beds = vec![0.0; problem.sites.len()];
        let all = self.shares[situation].iter();
        for share in all.filter(|s| s.boards(problem, situation)) {
            beds[share.site] += students[share.block] * share.part;
        }
        beds
    }

    /// Yuan of opening or extending a site in a period. A size is paid when it is first chosen.
    #[must_use]
    pub fn paid(&self, problem: &Problem, period: usize, site: usize) -> f64 {
        let before = period.checked_sub(1).and_then(|p| self.open[p][site]);
        if self.open[period][site] == before {
            return 0.0;
        }
        self.offer(problem, period, site).map_or(0.0, |o| o.yuan)
    }

    /// Yuan of opening and extending in a period.
    #[must_use]
    pub fn yuan(&self, problem: &Problem, period: usize) -> f64 {
        let sites = 0..problem.sites.len();
        sites.map(|j| self.paid(problem, period, j)).sum()
    }

    /// The objective: opening, and travel as expected over the scenarios.
    #[must_use]
    pub fn objective(&self, problem: &Problem) -> f64 {
        let opening: f64 = (0..problem.periods).map(|p| self.yuan(problem, p)).sum();
        let travel: f64 = problem
            .situations
            .iter()
            .zip(&self.shares)
            .map(|(situation, shares)| {
                let costs = shares
                    .iter()
                    .map(|s| s.part * problem.cost(situation, s.site, s.block));
                situation.weight * costs.sum::<f64>()
            })
            .sum();
        opening + travel
    }

    /// Student-kilometres a day one way in a situation; `None` where travel is given as a cost.
    #[must_use]
    pub fn student_km(&self, problem: &Problem, situation: usize) -> Option<f64> {
        if problem.unit == crate::travel::Unit::Cost {
            return None;
        }
        let students = &problem.situations[situation].students;
        let shares = self.shares[situation].iter();
        let metres = shares.map(|s| {
            let count = students[s.block] * s.part;
            if count > 0.0 {
                count * problem.travel(s.site, s.block)
            } else {
                0.0
            }
        });
        Some(metres.sum::<f64>() / 1000.0)
    }

    /// Students who will go to another school than their block's of today.
    #[must_use]
    pub fn moved(&self, problem: &Problem, situation: usize) -> f64 {
        let students = &problem.situations[situation].students;
        let shares = self.shares[situation].iter();
        shares
            .filter(|s| {
                let current = problem.blocks[s.block].current.as_deref();
                current.is_some_and(|c| c != problem.sites[s.site].id)
            })
            .map(|s| students[s.block] * s.part)
            .sum()
    }
}

/// Every rule that a plan breaks, in words; none for a good plan.
#[must_use]
pub fn check(problem: &Problem, plan: &Plan) -> Vec<Text> {
    let mut broken = Vec::new();
    if plan.open.len() != problem.periods || plan.shares.len() != problem.situations.len() {
        broken.push(Text::new(
            "方案的时期数与问题不符",
            "the plan has another number of periods than the problem",
        ));
        return broken;
    }
    for period in 0..problem.periods {
        check_choice(problem, plan, period, &mut broken);
    }
    let all: f64 = (0..problem.periods).map(|p| plan.yuan(problem, p)).sum();
    if problem.rules.budget.is_some_and(|b| beyond(all, b)) {
        broken.push(Text::new(
            format!("总费用 {all} 元超过预算"),
            format!("{all} yuan in all are beyond the budget"),
        ));
    }
    for situation in 0..problem.situations.len() {
        check_shares(problem, plan, situation, &mut broken);
    }
    broken
}

/// Above a limit by more than the rounding of a sum.
fn beyond(value: f64, limit: f64) -> bool {
    value > limit + 1e-6 * limit.abs().max(1.0)
}

fn check_choice(problem: &Problem, plan: &Plan, period: usize, broken: &mut Vec<Text>) {
    let open = &plan.open[period];
    let count = open.iter().flatten().count();
    if problem.rules.open_exactly.is_some_and(|c| c != count) {
        broken.push(Text::new(
            format!("开办 {count} 处，与要求不符"),
            format!("{count} facilities are open, not as many as asked for"),
        ));
    }
    for (j, site) in problem.sites.iter().enumerate() {
        let name = &site.name;
        if site.stays && open[j].is_none() {
            broken.push(Text::new(
                format!("{name} 不得关闭"),
                format!("{name} may not close"),
            ));
        }
        if open[j].is_some_and(|o| o >= site.offers.len()) {
            broken.push(Text::new(
                format!("{name} 的方案不存在"),
                format!("{name} has no such option"),
            ));
        }
        let Some(before) = period.checked_sub(1).map(|p| plan.open[p][j]) else {
            continue;
        };
        let allowed = match (before, open[j]) {
            (None, Some(_)) => !site.exists && (0..period).all(|p| plan.open[p][j].is_none()),
            (Some(_), None) => site.exists,
            (Some(a), Some(b)) => a == b || site.offers[b].places > site.offers[a].places,
            (None, None) => true,
        };
        if !allowed {
            broken.push(Text::new(
                format!("{name} 关闭后又开办、新建后又关闭或缩小"),
                format!("{name} reopens, closes soon after it was built, or shrinks"),
            ));
        }
    }
    let limit = problem
        .rules
        .budget_by_period
        .get(period)
        .copied()
        .flatten();
    if limit.is_some_and(|b| beyond(plan.yuan(problem, period), b)) {
        broken.push(Text::new(
            format!("第 {} 期的费用超过预算", period + 1),
            format!("period {} costs more than its budget", period + 1),
        ));
    }
}

fn check_shares(problem: &Problem, plan: &Plan, at: usize, broken: &mut Vec<Text>) {
    let situation = &problem.situations[at];
    let mut whole = vec![0.0; problem.blocks.len()];
    let mut schools = vec![0_usize; problem.blocks.len()];
    for share in &plan.shares[at] {
        whole[share.block] += share.part;
        schools[share.block] += 1;
        let travel = problem.travel(share.site, share.block);
        if !travel.is_finite() || share.part <= 0.0 {
            let (block, site) = (&problem.blocks[share.block], &problem.sites[share.site]);
            broken.push(Text::new(
                format!("{} 到不了 {}", block.name, site.name),
                format!("{} cannot go to {}", block.name, site.name),
            ));
        }
    }
    for (i, block) in problem.blocks.iter().enumerate() {
        if (whole[i] - 1.0).abs() > 1e-6 || (!problem.rules.split && schools[i] != 1) {
            broken.push(Text::new(
                format!("{} 没有完整安排到学校", block.name),
                format!("{} is not wholly given to a school", block.name),
            ));
        }
    }
    let (loads, far) = (plan.loads(problem, at), plan.boarders(problem, at));
    for (j, site) in problem.sites.iter().enumerate() {
        let name = &site.name;
        let Some(offer) = plan.offer(problem, situation.period, j) else {
            if plan.shares[at].iter().any(|s| s.site == j) {
                broken.push(Text::new(
                    format!("{name} 已关闭，却安排了学生"),
                    format!("{name} is closed but has students"),
                ));
            }
            continue;
        };
        let load = loads[j];
        if beyond(load, offer.places) {
            broken.push(Text::new(
                format!("{name} 安排 {load} 人，学位只有 {}", offer.places),
                format!("{name} has {load} students and {} places", offer.places),
            ));
        }
        if beyond(offer.least, load) {
            broken.push(Text::new(
                format!("{name} 安排 {load} 人，少于最低 {}", offer.least),
                format!("{name} has {load} students, fewer than {}", offer.least),
            ));
        }
        if beyond(far[j], offer.beds) {
            broken.push(Text::new(
                format!("{name} 有 {} 名学生超过最远路程，床位不足", far[j]),
                format!(
                    "{name} has {} students beyond the limit and too few beds",
                    far[j]
                ),
            ));
        }
    }
}

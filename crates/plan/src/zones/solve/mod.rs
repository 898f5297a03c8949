//! From numbers to the best whole-block plan that can be found within the work budget.

mod anneal;
mod climb;
pub(super) mod effort;
pub(super) mod mend;
mod price;
pub(super) mod relay;
pub(super) mod start;
pub(super) mod state;
mod window;

use std::slice;

use super::area::Area;
use super::bound::Bound;
use super::pool::{Combined, Pool, Zone, parts, proof};
use crate::random::Random;
use crate::run::{Progress, Run};
use crate::transport::{Costs, Flow};
use anneal::{Anneal, Heat};
use climb::{Way, climb};
use effort::{Effort, FEW, LARGE};
use relay::relay;
use start::Key;
use state::State;

/// How many of the best plans of an age its next round starts from.
const BEST: usize = 4;
/// How many times longer than the others the runs are that melt.
const MELT: u64 = 3;
/// The zones of plans up to so many times the cost of the run's best are kept.
const NEAR: f64 = 1.005;
/// Most zones kept of a run.
const ZONES: usize = 4_000;

/// The best assignment found.
pub(super) struct Found {
    pub(super) owners: Vec<u32>,
    pub(super) cost: f64,
    /// No plan costs less.
    pub(super) bound: f64,
    /// Good assignments that differ, for a choice of plans.
    pub(super) others: Vec<Vec<u32>>,
}

/// The best plan found, or the nearest to one, beginning with `first` where it is given.
///
/// # Errors
///
/// The blocks that no zone reaches.
pub(super) fn solve(
    area: &Area,
    flow: &Flow,
    run: &Run,
    effort: Effort,
    first: Option<Vec<u32>>,
) -> Result<Found, Vec<usize>> {
    let prices = &flow.seat_prices;
    let first = match first {
        Some(first) => first,
        None => start::grow(area, prices)?,
    };
    let mut bound = Bound::of_flow(area, flow);
    if !run.stopped() {
        bound.sharpen(area, flow.bound + 0.02 * flow.bound.abs());
    }
    let top = prices.iter().copied().fold(0.0, f64::max);
    let mean = flow.objective / area.children.iter().sum::<f64>().max(1.0);
    let search = Search {
        area,
        run,
        effort,
        price: (4.0 * top).max(mean),
        unit: flow.objective.abs() / area.blocks() as f64,
        seats: prices,
        near: near(area, prices),
        free: free(area),
        bound: &bound,
        first,
    };
    Ok(search.all())
}

/// The schools a block may well go to where borders do not hold it: the cheapest few.
fn near(area: &Area, prices: &[f64]) -> Vec<Vec<u32>> {
    const FEW: usize = 8;
    let schools = |block: usize| {
        if area.pieces.iter().all(|p| *p == 1) {
            return Vec::new();
        }
        let row = area.costs.row(block);
        let mut all: Vec<usize> = (0..row.len()).filter(|s| row[*s].is_finite()).collect();
        let pay = |s: &usize| row[*s] + area.children[block] * prices[*s];
        all.sort_by(|a, b| pay(a).total_cmp(&pay(b)));
        all.truncate(FEW);
        all.into_iter().map(|s| s as u32).collect()
    };
    (0..area.blocks()).map(schools).collect()
}

/// The blocks that may go to more than one school.
fn free(area: &Area) -> Vec<u32> {
    let schools = |b: usize| area.costs.row(b).iter().filter(|c| c.is_finite()).count();
    let free = (0..area.blocks()).filter(|b| schools(*b) > 1);
    free.map(|b| b as u32).collect()
}

/// What all runs share.
struct Search<'a> {
    area: &'a Area,
    run: &'a Run<'a>,
    effort: Effort,
    /// Price of a child too many to start with.
    price: f64,
    /// What a block costs, about: temperatures are reckoned from it.
    unit: f64,
    /// Prices of places.
    seats: &'a [f64],
    near: Vec<Vec<u32>>,
    free: Vec<u32>,
    bound: &'a Bound,
    /// The plan that every age begins with.
    first: Vec<u32>,
}

/// Where zones are of few blocks: steps of the searches for prices, a few seconds.
const WORK: usize = 400_000_000;
/// And the schools of the first windows; larger ones are quick where plans are good.
const WINDOW: usize = 12;

/// An assignment with what it is ranked by.
type Ranked = (Vec<u32>, f64);

/// A population of plans that descend from each other.
struct Age<'a> {
    seed: u64,
    /// Plans that keep every rule, cheapest first, each once.
    plans: Vec<Ranked>,
    /// The least excess met while there is none.
    nearest: Ranked,
    /// Where prices led last; places are not kept.
    near: Option<Vec<u32>>,
    /// The greatest share of each school in each block that prices led to.
    shares: Costs,
    /// The cost of the plan that was last solved again within these shares.
    solved: f64,
    /// The zones of good plans.
    pool: Pool<'a>,
    /// No plan costs less.
    bound: f64,
}

/// What a round of annealing starts from.
#[derive(Clone, Copy, PartialEq)]
enum Round {
    /// Where prices led, else the first plan, so hot that nothing of it is left.
    First,
    /// The best plans, warm.
    Warm,
    /// The same on all processors, while the zones met are put together anew.
    Blend,
}

/// What is done at once in a round.
enum Part {
    /// Puts the zones met together anew.
    Combine,
    /// Solves the best plan again where shares leave a choice.
    Solve,
    /// Run number so and so of annealing.
    Anneal(usize),
}

/// What that came to.
enum Done {
    Combined(Option<Combined>),
    Solved(Option<Vec<u32>>),
    Annealed(Annealed),
}

/// What a run of annealing came to.
struct Annealed {
    best: Option<Vec<u32>>,
    last: Ranked,
    zones: Vec<Zone>,
}

impl<'a> Search<'a> {
    /// Ages apart, then all they found together.
    fn all(&self) -> Found {
        let Effort { ages, blends, .. } = self.effort;
        let mut apart: Vec<Age> = (0..ages as u64).map(|age| self.begin(age)).collect();
        apart.iter_mut().for_each(|age| self.climb(age));
        for round in 0..self.effort.rounds {
            let kind = if round == 0 {
                Round::First
            } else {
                Round::Warm
            };
            self.round(&mut apart, kind);
            self.fit(&mut apart);
        }
        let mut all = self.begin(ages as u64);
        for block in 0..self.area.blocks() {
            let prices = apart.iter().map(|age| age.pool.prices[block]);
            all.pool.prices[block] = prices.sum::<f64>() / ages as f64;
        }
        for age in apart {
            if age.near.is_some() {
                self.follow(&mut all, &age.shares);
            }
            all.pool.merge(age.pool.into_zones(usize::MAX));
            for (owners, _) in age.plans {
                self.offer(&mut all, owners);
            }
            if age.nearest.1 < all.nearest.1 {
                all.nearest = age.nearest;
            }
        }
        self.rescue(&mut all);
        let mut random = Random::new(self.run.seed);
        for blend in 0..blends {
            self.tell(&all, 0.6 + 0.4 * blend as f64 / blends as f64);
            self.round(slice::from_mut(&mut all), Round::Blend);
            if self.few() && !self.done(&all) {
                if blend == 0 {
                    self.certify(&mut all);
                }
                self.improve(&mut all, WINDOW + 4 * blend, &mut random);
            }
        }
        let bound = all.bound;
        let mut plans = all.plans.into_iter();
        let (owners, cost) = plans.next().unwrap_or((all.nearest.0, f64::INFINITY));
        Found {
            cost,
            bound,
            owners,
            others: plans.map(|f| f.0).collect(),
        }
    }

    /// Whether zones are of few blocks, and can be found and listed from the school's block.
    fn few(&self) -> bool {
        let area = self.area;
        let tied = |s: usize| match area.pieces[s] {
            1 => area.homes[s].is_some(),
            pieces => pieces == u32::MAX,
        };
        area.blocks() <= FEW * area.schools() && (0..area.schools()).all(tied)
    }

    /// Raises the bound by the zones met, and finds others on the way.
    fn certify(&self, all: &mut Age<'a>) {
        let Some((owners, cost)) = all.plans.first() else {
            return;
        };
        all.pool.merge(Zone::of_plan(self.area, owners));
        let first = (&**owners, *cost);
        let bound = proof::certify(&mut all.pool, self.run, self.bound, first, WORK);
        all.bound = bound.value;
        all.pool.prices = bound.blocks;
    }

    /// Improves the best plan in windows of `size` schools.
    fn improve(&self, all: &mut Age<'a>, size: usize, random: &mut Random) {
        // Zones are listed by their blocks and children; balance is not looked at.
        if let Some((owners, _)) = all.plans.first()
            && self.area.tilt.is_empty()
        {
            // What comes after has its time too.
            let run = self.run.part(0.5);
            let better = parts::improve(&mut all.pool, &run, owners, size, random);
            self.offer(all, better);
        }
    }

    /// While there is no plan: hands children on, then solves windows exactly.
    fn rescue(&self, all: &mut Age<'a>) {
        if all.plans.is_empty() {
            let handed = relay(self.area, &all.nearest.0);
            all.nearest.0.clone_from(&handed);
            self.offer(all, handed);
            if self.area.blocks() > LARGE && !all.plans.is_empty() {
                self.round(slice::from_mut(all), Round::Warm);
            }
        }
        if all.plans.is_empty() {
            let penalty = 20.0 * self.price;
            let windows = self.effort.windows;
            let mended = mend::mend(self.area, self.run, &all.nearest.0, windows, penalty);
            all.nearest.0.clone_from(&mended);
            self.offer(all, mended);
        }
    }

    /// Nothing but the first plan.
    fn begin(&self, number: u64) -> Age<'a> {
        let excess = State::new(self.area, &self.first).excess;
        let mut age = Age {
            seed: (self.run.seed.wrapping_mul(1_000) + number).wrapping_mul(1_000_000),
            plans: Vec::new(),
            nearest: (self.first.clone(), excess),
            near: None,
            shares: start::nothing(self.area),
            solved: f64::INFINITY,
            pool: Pool::new(self.area, self.bound),
            bound: self.bound.value,
        };
        self.offer(&mut age, self.first.clone());
        age
    }

    /// Whether there is a plan and no better one, or no time.
    fn done(&self, age: &Age) -> bool {
        let proven = |plan: &Ranked| plan.1 - age.bound <= 1e-9 * plan.1.abs();
        let best = age.plans.first();
        best.is_some_and(|plan| self.run.stopped() || proven(plan))
    }

    /// While there is no plan: anneals from the nearest as if nothing cost but children too many.
    fn fit(&self, ages: &mut [Age<'a>]) {
        let lost = |age: &Age| age.plans.is_empty() && !self.run.stopped();
        if self.area.blocks() > LARGE || !ages.iter().any(lost) {
            return;
        }
        let mut bare = self.area.clone();
        for block in 0..self.area.blocks() {
            let row = bare.costs.row_mut(block).iter_mut();
            row.filter(|c| c.is_finite()).for_each(|c| *c = 0.0);
        }
        let fitted = |age: &Age| lost(age).then(|| self.fitted(&bare, age));
        let found = self.run.each(ages, fitted);
        for (age, fitted) in ages.iter_mut().zip(found) {
            if let Some(fitted) = fitted {
                age.nearest.clone_from(&fitted);
                self.offer(age, fitted.0);
            }
        }
    }

    /// The least excess that is met where blocks cost nothing.
    fn fitted(&self, bare: &Area, age: &Age) -> Ranked {
        const STEPS: u64 = 5_000_000;
        let mean = bare.children.iter().sum::<f64>() / bare.blocks() as f64;
        let heat = Heat {
            steps: STEPS,
            hot: 4.0 * mean,
            cold: 0.1 * mean,
            lax: false,
            toll: 0.0,
        };
        let lists = (&*self.near, &*self.free);
        let mut fit = Anneal::new(bare, age.seed, &age.nearest.0, 1.0, self.seats, lists);
        let mut best = age.nearest.clone();
        fit.run(heat, self.run, &mut |state, _| {
            if best.1 > 0.0 {
                best = (state.owners.clone(), 0.0);
            }
        });
        if best.1 > 0.0 && fit.state.excess < best.1 {
            best = (fit.state.owners.clone(), fit.state.excess);
        }
        best
    }

    /// Lets prices climb, where there is work enough for it.
    fn climb(&self, age: &mut Age) {
        const STEPS: (u64, u64) = (40, 150);
        let schools = self.area.schools() as u64;
        // A zone of more blocks takes longer.
        let proposals = (1_000 * self.area.blocks() as u64 / schools).clamp(5_000, 20_000);
        let steps = (self.effort.climb / (proposals * schools)).min(STEPS.1);
        if steps < STEPS.0 || self.done(age) {
            return;
        }
        let way = Way {
            steps: steps as usize,
            proposals,
            hot: 0.5 * self.unit,
            price: self.price,
        };
        let prices = (self.bound.value, &*age.pool.prices);
        let climbed = climb(self.area, self.run, prices, &self.first, way, age.seed);
        age.pool.prices = climbed.prices;
        age.pool.merge(climbed.zones);
        self.follow(age, &climbed.shares);
    }

    /// Runs of annealing of all ages, spread over the processors.
    fn round(&self, ages: &mut [Age<'a>], round: Round) {
        let runs = match round {
            Round::Blend => self.effort.blend_runs,
            _ => self.effort.runs,
        };
        let mut parts: Vec<(usize, Part)> = Vec::new();
        for (number, age) in ages.iter().enumerate() {
            if !self.done(age) {
                // The zones of the rounds before are put together beside the runs.
                if round == Round::Blend {
                    parts.extend([Part::Combine, Part::Solve].map(|part| (number, part)));
                }
                parts.extend((0..runs).map(|at| (number, Part::Anneal(at))));
            }
        }
        let part = |(number, part): &(usize, Part)| {
            let age = &ages[*number];
            match *part {
                Part::Combine => Done::Combined(self.combine(age)),
                Part::Solve => Done::Solved(self.solve_again(age)),
                Part::Anneal(at) => Done::Annealed(self.set_out(age, round, at, runs)),
            }
        };
        let done: Vec<Done> = self.run.each(&parts, part);
        for age in &mut *ages {
            age.solved = age.plans.first().map_or(f64::INFINITY, |p| p.1);
            age.seed += runs as u64;
        }
        for ((number, _), done) in parts.into_iter().zip(done) {
            let age = &mut ages[number];
            match done {
                Done::Combined(combined) => self.take(age, combined),
                Done::Solved(better) => self.offer_all(age, better),
                Done::Annealed(run) => {
                    age.pool.merge(run.zones);
                    self.offer_all(age, run.best);
                    if run.last.1 < age.nearest.1 {
                        age.nearest = run.last;
                    }
                }
            }
        }
    }

    /// Run number `at` of the `runs` of a round.
    fn set_out(&self, age: &Age, round: Round, at: usize, runs: usize) -> Annealed {
        let steps = self.effort.steps;
        let best = age.plans.len().clamp(1, BEST);
        let (hot, steps) = match (round, &age.near) {
            (Round::First, _) if self.area.blocks() > LARGE => (0.3, steps),
            _ if self.area.blocks() > LARGE => (0.05, steps),
            // Begun near the flow, with its prices, it need not melt.
            (Round::First, _) if self.effort.toll > 0.0 => (0.1, steps),
            (Round::First, None) => ([1.0, 3.0][at % 2], steps * MELT),
            (Round::First, Some(_)) => ([0.3, 0.6][at % 2], steps),
            _ => ([0.15, 0.3][at / best % 2], steps),
        };
        let from = match (round, &age.near, age.plans.get(at % best)) {
            (Round::First, None, _) => &self.first,
            (Round::First, Some(near), _) => near,
            (Round::Blend, Some(near), _) if 2 * at >= runs => near,
            (_, _, Some(plan)) => &plan.0,
            (_, _, None) => &age.nearest.0,
        };
        let heat = Heat {
            steps,
            hot: self.unit * self.effort.heat * hot,
            cold: self.unit * self.effort.heat * 0.01,
            // Every other run lets large blocks find their place first.
            lax: at / 2 % 2 == 1,
            toll: self.effort.toll,
        };
        self.anneal(age.seed + at as u64, from, heat)
    }

    /// Anneals, keeping the best plan and the zones of good ones.
    fn anneal(&self, seed: u64, owners: &[u32], heat: Heat) -> Annealed {
        let area = self.area;
        let pooled = self.effort.blends > 0;
        let mut anneal = Anneal::new(
            area,
            seed,
            owners,
            self.price,
            self.seats,
            (&self.near, &self.free),
        );
        let mut pool = Pool::new(area, self.bound);
        let mut here = f64::INFINITY;
        let mut best: Option<Vec<u32>> = None;
        let mut since = 0usize;
        anneal.run(heat, self.run, &mut |state, touched| {
            since += 1;
            let better = state.cost < here - 1e-9;
            if better && since * 2_000 >= state.owners.len() {
                here = state.cost;
                best = Some(state.owners.clone());
                since = 0;
            }
            if pooled && state.cost < here * NEAR {
                let schools = if better { &touched[..] } else { &touched[..2] };
                pool.take(state, schools, here);
            }
        });
        let last = (anneal.state.owners.clone(), anneal.state.excess);
        if anneal.state.excess == 0.0 && anneal.state.cost < here {
            best = Some(last.0.clone());
        }
        let mut zones = pool.into_zones(ZONES);
        if let (Some(best), true) = (&best, pooled) {
            let mut own = Pool::new(area, self.bound);
            let schools: Vec<usize> = (0..area.schools()).collect();
            own.take(&State::new(area, best), &schools, f64::INFINITY);
            zones.extend(own.into_zones(usize::MAX));
        }
        Annealed { best, last, zones }
    }

    /// Takes in a plan where it keeps every rule.
    fn offer(&self, age: &mut Age, owners: Vec<u32>) {
        let mut state = State::new(self.area, &owners);
        let new = age.plans.iter().all(|f| f.0 != owners);
        if new && state.excess == 0.0 && state.keeps_pieces() {
            let at = age.plans.partition_point(|f| f.1 <= state.cost);
            age.plans.insert(at, (owners, state.cost));
        }
    }

    fn offer_all(&self, age: &mut Age, plans: impl IntoIterator<Item = Vec<u32>>) {
        plans.into_iter().for_each(|owners| self.offer(age, owners));
    }

    fn tell(&self, age: &Age, done: f64) {
        self.run.tell(Progress {
            done,
            objective: age.plans.first().map(|f| f.1),
            bound: Some(age.bound),
        });
    }

    /// Puts the zones met together anew.
    fn combine(&self, age: &Age) -> Option<Combined> {
        let (owners, cost) = age.plans.first()?;
        age.pool.combine(self.run, (owners, *cost))
    }

    /// Solves the best plan again, unless it was: blocks may go to the schools of the greatest shares.
    fn solve_again(&self, age: &Age) -> Option<Vec<u32>> {
        /// Most pairs of a block and another school: beyond, HiGHS takes more than a second.
        const PAIRS: usize = 120;
        const LEAST: f64 = 0.01;
        let (owners, cost) = age.plans.first().filter(|p| p.1 < age.solved)?;
        let mut pairs: Vec<(Key, usize, usize)> = Vec::new();
        for (block, owner) in owners.iter().enumerate() {
            let row = age.shares.row(block).iter().enumerate();
            let other = row.filter(|(s, share)| **share > LEAST && *s != *owner as usize);
            pairs.extend(other.map(|(s, share)| (Key(-share), block, s)));
        }
        pairs.sort_unstable();
        pairs.truncate(PAIRS);
        if pairs.is_empty() {
            return None;
        }
        let mut open = start::nothing(self.area);
        for (_, block, school) in pairs {
            open.row_mut(block)[school] = 1.0;
        }
        let schools: Vec<usize> = (0..self.area.schools()).collect();
        let may = |block: usize, school: usize| open.at(block, school) > 0.0;
        window::solve(self.area, self.run, owners, &schools, &may, cost.abs())
    }

    /// Notes shares, and the plan nearest to them.
    fn follow(&self, age: &mut Age, shares: &Costs) {
        for block in 0..self.area.blocks() {
            let row = age.shares.row_mut(block).iter_mut();
            row.zip(shares.row(block)).for_each(|(a, b)| *a = a.max(*b));
        }
        age.near = start::follow(self.area, shares);
    }

    /// Takes in what that came to.
    fn take(&self, age: &mut Age, combined: Option<Combined>) {
        if let Some(Combined { better, shares }) = combined {
            self.offer_all(age, better);
            self.follow(age, &shares);
        }
    }
}

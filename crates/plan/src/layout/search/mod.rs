//! Which sites to open, by search around the choices of the Lagrangian.

mod anneal;
pub(super) mod assign;

use crate::run::Run;
use crate::synthetic::rng::Rng;

use super::dual::Point;
use super::model::Model;
use super::plan::Plan;
use super::state::{NOWHERE, State};
use anneal::{Anneal, Heat};
use assign::Assigner;

/// Temperatures in the mean travel of a block: of a melt, of warming up, and at the end.
pub(super) const HOT: f64 = 0.5;
pub(super) const WARM: f64 = 0.1;
const COLD: f64 = 0.005;
/// Likewise where blocks are squeezed into schools that are just large enough, from and to.
const SQUEEZE: [f64; 2] = [0.03, 0.0005];

/// The best plan of whole blocks so far, and what it takes to find better ones.
pub(super) struct Search<'a> {
    pub(super) model: &'a Model,
    pub(super) assigner: Assigner<'a>,
    pub(super) best: Option<State>,
    /// The last plan made that breaks a rule: where to begin while there is no better.
    nearly: Option<State>,
    run: &'a Run<'a>,
}

impl<'a> Search<'a> {
    pub(super) fn new(model: &'a Model, nearest: &'a [Vec<u32>], run: &'a Run<'a>) -> Self {
        Self {
            model,
            assigner: Assigner::new(model, nearest, run),
            best: None,
            nearly: None,
            run,
        }
    }

    fn spent(&self) -> bool {
        self.assigner.work >= self.assigner.until || self.run.stopped()
    }

    /// Cost of the best plan.
    pub(super) fn upper(&self) -> f64 {
        self.best.as_ref().map_or(f64::INFINITY, |s| s.cost)
    }

    /// What a student too many costs: a few times the mean price of a student.
    pub(super) fn penalty(&self, prices: &[f64]) -> f64 {
        let total: f64 = prices.iter().map(|p| p.abs()).sum();
        let students = self.model.demand();
        if students > 0.0 && total > 0.0 {
            2.0 * total / students
        } else {
            1.0
        }
    }

    /// Whether a plan holds every rule and costs less than `upper`.
    fn is_better(&self, state: &State, upper: f64) -> bool {
        state.keeps()
            && self.admissible(&state.open)
            && state.cost < upper - 1e-9 * state.cost.abs()
    }

    /// Keeps a plan that holds every rule and is better.
    pub(super) fn offer(&mut self, state: &State) -> bool {
        let better = self.is_better(state, self.upper());
        if better {
            self.best = Some(state.clone());
        }
        better
    }

    /// The rules on the choice of sites: how many, which stay, how much money.
    pub(super) fn admissible(&self, open: &[Option<usize>]) -> bool {
        let model = self.model;
        let yuan: f64 = open.iter().flatten().map(|&o| model.offers[o].yuan).sum();
        let count = open.iter().flatten().count();
        let stay = model.stays.iter().zip(open);
        model.count.is_none_or(|c| c == count)
            && yuan <= model.budget * (1.0 + 1e-12)
            && stay.clone().all(|(stays, open)| !stays || open.is_some())
    }

    /// A plan from what the sites took at a point of the Lagrangian, with so much work at most.
    pub(super) fn plan_at(&mut self, point: &Point, work: u64) {
        let model = self.model;
        self.assigner.until = self.assigner.work.saturating_add(work);
        let penalty = self.penalty(&point.prices);
        let mut state = State::new(model, self.roomy(point), penalty);
        for (i, j) in self.taken(point).into_iter().enumerate() {
            if j != NOWHERE {
                state.put(model, i, j as usize);
            }
        }
        if self.assigner.place(&mut state) {
            self.settle(&mut state);
            if !self.offer(&state) {
                self.nearly = Some(state);
            }
        }
        self.assigner.until = u64::MAX;
    }

    /// A plan near one that divides blocks: each goes where most of it went.
    pub(super) fn plan_near(&mut self, divided: &Plan) {
        let model = self.model;
        let offer =
            |(j, rank): (usize, &Option<usize>)| rank.map(|rank| model.of_site[j].start + rank);
        let open = divided
            .open
            .first()
            .into_iter()
            .flatten()
            .enumerate()
            .map(offer)
            .collect();
        let mut most: Vec<(f64, u32)> = vec![(0.0, NOWHERE); model.blocks];
        let mut travel = 0.0;
        for share in divided.shares.iter().flatten() {
            travel += share.part * model.cost(share.site, share.block);
            if share.part > most[share.block].0 {
                most[share.block] = (share.part, share.site as u32);
            }
        }
        let mut state = State::new(model, open, 2.0 * travel / model.demand().max(1.0));
        for (i, (_, j)) in most.into_iter().enumerate() {
            if j != NOWHERE {
                state.put(model, i, j as usize);
            }
        }
        if self.assigner.place(&mut state) {
            self.assigner.repair(&mut state, 8);
            if !self.offer(&state) {
                self.nearly = Some(state);
            }
        }
    }

    /// Per block the site that takes it and is nearest to it.
    fn taken(&self, point: &Point) -> Vec<u32> {
        let model = self.model;
        let mut wanted: Vec<u32> = vec![NOWHERE; model.blocks];
        for &o in point.selection.open.iter().flatten() {
            let j = model.offers[o].site;
            for &(i, part) in &point.packs[o] {
                let i = i as usize;
                let worse =
                    wanted[i] != NOWHERE && model.cost(wanted[i] as usize, i) <= model.cost(j, i);
                if part >= 1.0 && !worse {
                    wanted[i] = j as u32;
                }
            }
        }
        wanted
    }

    /// What the prices choose, and the next best sites until whole blocks have room to fit.
    fn roomy(&self, point: &Point) -> Vec<Option<usize>> {
        let model = self.model;
        let mut open = point.selection.open.clone();
        if model.count.is_some() {
            return open;
        }
        let chosen = open.iter().flatten().map(|&o| model.offers[o].places);
        let mut room = chosen.sum::<f64>() - model.demand();
        let mut more: Vec<(f64, usize)> = (0..model.offers.len())
            .filter(|&o| open[model.offers[o].site].is_none() && model.offers[o].places > 0.0)
            .map(|o| (point.reduced[o] / model.offers[o].places, o))
            .collect();
        more.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        for (_, o) in more {
            let offer = &model.offers[o];
            if room >= 0.0 {
                break;
            }
            if open[offer.site].is_none() {
                open[offer.site] = Some(o);
                room += offer.places;
            }
        }
        if self.admissible(&open) {
            open
        } else {
            point.selection.open.clone()
        }
    }

    /// Improves a plan and mends it, at a rising price of broken rules.
    fn settle(&mut self, state: &mut State) {
        let penalty = state.penalty;
        for _ in 0..6 {
            self.assigner.descend(state);
            if !state.keeps() || state.cost < 1.03 * self.upper() {
                self.improve(state);
            }
            if state.keeps() || self.spent() {
                break;
            }
            state.penalty *= 3.0;
        }
        state.penalty = penalty;
        state.refresh(self.model);
    }

    /// Opens, closes, resizes and exchanges sites while that helps.
    fn improve(&mut self, state: &mut State) {
        let (mut still, mut at) = (0, 0);
        while still < self.model.sites && !self.spent() {
            match self.change(state, at, 3) {
                Some(better) => {
                    *state = better;
                    still = 0;
                }
                None => still += 1,
            }
            at = (at + 1) % self.model.sites;
        }
    }

    fn worth(&self, new: &State, old: &State) -> bool {
        let cheaper = new.priced() < old.priced() - 1e-9 * old.priced().abs();
        self.admissible(&new.open) && (cheaper || !self.admissible(&old.open))
    }

    /// The first change at a site that helps: another size, closing it, moving it, opening it.
    fn change(&mut self, state: &State, j: usize, others: usize) -> Option<State> {
        let model = self.model;
        let open = state.open[j].is_some();
        for o in model.of_site[j].clone() {
            let idle = state.open[j] == Some(o) || (!open && model.count.is_some());
            if idle || (!open && !self.draws(state, o)) {
                continue;
            }
            let mut new = state.clone();
            new.set(model, j, Some(o));
            if open {
                self.assigner.descend_near(&mut new, &[j]);
            } else {
                self.draw(&mut new, j);
            }
            if self.worth(&new, state) {
                return Some(new);
            }
        }
        if !open || model.stays[j] {
            return None;
        }
        if model.count.is_none() {
            let mut new = state.clone();
            if self.close(&mut new, j) && self.worth(&new, state) {
                return Some(new);
            }
        }
        for o in self.instead(state, j, others) {
            if let Some(new) = self.moved(state, j, o)
                && self.worth(&new, state)
            {
                return Some(new);
            }
        }
        None
    }

    /// Whether a new site could win back its cost from the blocks nearer to it.
    fn draws(&mut self, state: &State, o: usize) -> bool {
        let model = self.model;
        let offer = &model.offers[o];
        self.assigner.work += model.blocks as u64 / 4;
        if state.broken > 0.0 {
            return true;
        }
        let row = model.row(offer.site);
        let saved: f64 = state
            .site
            .iter()
            .enumerate()
            .filter(|(_, j)| **j != NOWHERE)
            .map(|(i, j)| (model.cost(*j as usize, i) - row[i]).max(0.0))
            .sum();
        // Room freed elsewhere may help too: twice what is saved directly.
        2.0 * saved > offer.yuan
    }

    /// Blocks that are nearer to a new site go there; then all around it settles.
    fn draw(&mut self, state: &mut State, j: usize) {
        let model = self.model;
        let mut from = vec![j];
        for i in 0..model.blocks {
            let now = state.site[i];
            if now != NOWHERE && model.cost(j, i) < model.cost(now as usize, i) {
                from.push(now as usize);
                if state.shift(model, i, j) < 0.0 {
                    state.put(model, i, j);
                }
            }
        }
        self.assigner.work += model.blocks as u64;
        from.sort_unstable();
        from.dedup();
        self.assigner.descend_near(state, &from);
    }

    /// Closes a site; its blocks go elsewhere. False where one cannot.
    fn close(&mut self, state: &mut State, j: usize) -> bool {
        let model = self.model;
        let leaving = std::mem::take(&mut state.members[j]);
        for &i in &leaving {
            state.site[i as usize] = NOWHERE;
            state.cost -= model.cost(j, i as usize);
        }
        state.load[j] = 0.0;
        state.far_load[j] = 0.0;
        state.set(model, j, None);
        state.refresh(model);
        if !self.assigner.place(state) {
            return false;
        }
        let mut taken: Vec<usize> = leaving
            .iter()
            .map(|i| state.site[*i as usize] as usize)
            .collect();
        taken.sort_unstable();
        taken.dedup();
        self.assigner.descend_near(state, &taken);
        true
    }

    /// Moves the school of one site to another near it, with its blocks.
    fn moved(&mut self, state: &State, from: usize, o: usize) -> Option<State> {
        let model = self.model;
        let to = model.offers[o].site;
        let mut new = state.clone();
        new.set(model, to, Some(o));
        for i in std::mem::take(&mut new.members[from]) {
            let there = model.cost(to, i as usize).is_finite();
            new.site[i as usize] = if there { to as u32 } else { NOWHERE };
        }
        new.load[from] = 0.0;
        new.set(model, from, None);
        new.refresh(model);
        if !self.assigner.place(&mut new) {
            return None;
        }
        self.assigner.descend_near(&mut new, &[to]);
        Some(new)
    }

    /// The offers of closed sites that would serve the blocks of `from` at least cost.
    fn instead(&mut self, state: &State, from: usize, most: usize) -> Vec<usize> {
        let model = self.model;
        let mut found: Vec<(f64, usize)> = Vec::new();
        for j in 0..model.sites {
            if state.open[j].is_some() || model.of_site[j].is_empty() {
                continue;
            }
            let row = model.row(j);
            // A block that cannot go there can go elsewhere at its cost today and a little more.
            let travel: f64 = state.members[from]
                .iter()
                .map(|&i| {
                    let i = i as usize;
                    row[i].min(2.0 * model.cost(from, i) + state.penalty * model.students[i])
                })
                .sum();
            self.assigner.work += state.members[from].len() as u64 / 4;
            let fitting = model.of_site[j].clone().min_by(|&a, &b| {
                let of = |o: usize| {
                    let offer = &model.offers[o];
                    offer.yuan + state.penalty * (state.load[from] - offer.places).max(0.0)
                };
                of(a).total_cmp(&of(b))
            });
            if let Some(o) = fitting {
                let offer = &model.offers[o];
                let over = (state.load[from] - offer.places).max(0.0);
                found.push((travel + offer.yuan + state.penalty * over, o));
            }
        }
        found.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        found.truncate(most);
        found.into_iter().map(|(_, o)| o).collect()
    }

    /// Anneals from the best plan, or from what came nearest to one, in two ways at once that begin as
    /// hot as told (in the mean travel of a block); `turn` tells the runs apart.
    pub(super) fn iterate(&mut self, turn: usize, hot: [f64; 2], work: u64) {
        let Some(start) = self.best.clone().or_else(|| self.nearly.clone()) else {
            return;
        };
        let unit = self.unit(&start);
        let heats = hot.map(|hot| Heat {
            steps: work,
            hot: unit * hot,
            cold: unit * COLD,
            sites: true,
        });
        for mut last in self.anneal(&start, turn, heats) {
            if self.best.is_none() {
                // Of many schools one or two are too full in the end.
                self.assigner.repair(&mut last, 8);
                if !self.offer(&last) {
                    self.nearly = Some(last);
                }
            }
        }
    }

    /// Anneals in two ways at once, keeps the best plan of both and gives where they end.
    fn anneal(&mut self, start: &State, turn: usize, heats: [Heat; 2]) -> Vec<State> {
        let first = self.run.seed.wrapping_mul(1_000) + 2 * turn as u64;
        let asked: Vec<(u64, Heat)> = (first..).zip(heats).collect();
        let this = &*self;
        let found = this.run.each(&asked, |(seed, heat)| {
            let anneal = Anneal::new(this.model, this.assigner.nearest, start.clone(), *seed);
            let mut best: Option<State> = None;
            let seen = |state: &State| {
                let mut state = state.clone();
                state.refresh(this.model);
                let upper = best.as_ref().map_or(this.upper(), |best| best.cost);
                if this.is_better(&state, upper) {
                    best = Some(state);
                }
                best.as_ref().map_or(upper, |best| best.cost)
            };
            let last = anneal.run(*heat, this.run, this.upper(), seen);
            (best, last)
        });
        let mut ends = Vec::new();
        for (best, last) in found {
            if let Some(best) = best {
                self.offer(&best);
            }
            ends.push(last);
        }
        ends
    }

    /// Mean travel of a block.
    fn unit(&self, state: &State) -> f64 {
        let yuan = state.open.iter().flatten();
        let yuan: f64 = yuan.map(|&o| self.model.offers[o].yuan).sum();
        (state.cost - yuan) / self.model.blocks as f64
    }

    /// Where no plan is known yet: anneals what came nearest to one, in two ways at once; its sites
    /// stay.
    pub(super) fn squeeze(&mut self, work: u64) {
        let Some(start) = self.nearly.take() else {
            return;
        };
        let unit = self.unit(&start);
        let heat = Heat {
            steps: work,
            hot: unit * SQUEEZE[0],
            cold: unit * SQUEEZE[1],
            sites: false,
        };
        self.anneal(&start, 0, [heat; 2]);
    }

    /// Moves some blocks of a school away and lets the schools around settle, again and again, in two
    /// ways at once: the sites stay. For a large model this is what is affordable.
    pub(super) fn reassign(&mut self, turn: usize, work: u64) {
        let Some(start) = self.best.clone() else {
            return;
        };
        let first = self.run.seed.wrapping_mul(1_000) + 2 * turn as u64;
        let this = &*self;
        let ways = [first, first + 1];
        let found = this
            .run
            .each(&ways, |seed| this.wander(start.clone(), *seed, work));
        let mut found = found.into_iter();
        let Some(mut state) = found.next() else {
            return;
        };
        for other in found {
            state.join(this.model, &start, &other);
        }
        state.refresh(this.model);
        self.offer(&state);
    }

    fn wander(&self, mut current: State, seed: u64, work: u64) -> State {
        let model = self.model;
        let mut rng = Rng::new(seed, 50);
        let mut assigner = Assigner::new(model, self.assigner.nearest, self.run);
        while assigner.work < work && !self.run.stopped() {
            assigner.work += 1_000;
            let mut new = current.clone();
            let from = current.site[rng.below(model.blocks)] as usize;
            let mut touched = vec![from];
            for _ in 0..1 + rng.below(4) {
                if new.members[from].is_empty() {
                    break;
                }
                let i = rng.pick(&new.members[from]) as usize;
                let near: Vec<usize> = assigner.open_near(&new, i).take(4).collect();
                let to = rng.pick(&near);
                if to != from {
                    new.put(model, i, to);
                    touched.push(to);
                }
            }
            assigner.descend_near(&mut new, &touched);
            if new.broken > 0.0 {
                new.penalty *= 9.0;
                assigner.descend_near(&mut new, &touched);
                new.penalty = current.penalty;
            }
            if new.keeps() && new.cost < current.cost {
                current = new;
            }
        }
        current
    }
}

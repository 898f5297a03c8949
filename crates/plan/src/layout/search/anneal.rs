//! Plans of whole blocks by annealing: blocks go from school to school and schools from site to
//! site at random, uphill less and less. Rules on load may be broken at a price that adapts.

use crate::random::{Exponential, Random};
use crate::run::Run;

use super::super::model::Model;
use super::super::state::{NOWHERE, State};

/// Epochs of a run; price and temperature change between them.
const EPOCHS: u64 = 256;
/// Open sites that a block may be sent to, and closed ones looked at around it.
const NEAR: usize = 10;
/// Open sites known of a block: more than are used, so that some may close.
const KNOWN: usize = 3 * NEAR;
/// One proposal of so many is about sites, where these may change.
const SITES: usize = 16;

/// How long and how hot; temperatures are in the unit of the objective.
#[derive(Debug, Clone, Copy)]
pub(super) struct Heat {
    pub(super) steps: u64,
    pub(super) hot: f64,
    pub(super) cold: f64,
    /// Whether sites may change; else blocks only do.
    pub(super) sites: bool,
}

/// A state on its way.
pub(super) struct Anneal<'a> {
    model: &'a Model,
    /// Per block all sites, cheapest first.
    nearest: &'a [Vec<u32>],
    /// Per block the cheapest open sites, in order: all of them, or more than [`NEAR`].
    near: Vec<Vec<u32>>,
    open: Vec<u32>,
    random: Random,
    exponential: Exponential,
    state: State,
    /// Yuan of the open sites.
    yuan: f64,
    /// What the last change of sites moved: (block, its site before).
    moved: Vec<(u32, u32)>,
}

impl<'a> Anneal<'a> {
    pub(super) fn new(model: &'a Model, nearest: &'a [Vec<u32>], start: State, seed: u64) -> Self {
        let mut anneal = Self {
            model,
            nearest,
            near: Vec::new(),
            open: Vec::new(),
            random: Random::new(seed),
            exponential: Exponential::new(),
            yuan: 0.0,
            state: start,
            moved: Vec::new(),
        };
        anneal.yuan = anneal.yuan_of(anneal.state.open.iter().copied());
        let open = |j: &u32| anneal.state.open[*j as usize].is_some();
        let lists = nearest.iter();
        anneal.near = lists
            .map(|all| all.iter().copied().filter(open).take(KNOWN).collect())
            .collect();
        anneal.open = (0..model.sites as u32).filter(open).collect();
        anneal
    }

    fn yuan_of(&self, open: impl Iterator<Item = Option<usize>>) -> f64 {
        open.flatten().map(|o| self.model.offers[o].yuan).sum()
    }

    /// Anneals and returns where it ends; `seen` is told of every state that keeps its loads and is
    /// cheaper than `best`, and says what the best costs now.
    pub(super) fn run(
        mut self,
        heat: Heat,
        run: &Run,
        mut best: f64,
        mut seen: impl FnMut(&State) -> f64,
    ) -> State {
        let ratio = (heat.cold / heat.hot).max(1e-12);
        // The 256th root by eight square roots.
        let cool = (0..8).fold(ratio, |r, _| r.sqrt());
        let (floor, top) = (self.state.penalty / 64.0, self.state.penalty * 64.0);
        let tolerance = 1e-9 * self.model.demand().max(1.0);
        let each = (heat.steps / EPOCHS).max(1);
        let mut now = heat.hot;
        // A state of many blocks is dear to keep.
        let least = if heat.sites { 1e-9 } else { 1e-6 };
        for _ in 0..EPOCHS {
            if run.stopped() {
                break;
            }
            let mut fit = 0_u64;
            for _ in 0..each {
                let limit = now * self.exponential.draw(&mut self.random);
                let fits = self.step(limit, heat.sites);
                let keeps = self.state.broken <= tolerance;
                fit += u64::from(keeps);
                if fits && keeps && self.state.cost + least * self.state.cost.abs() < best {
                    best = seen(&self.state);
                }
            }
            let share = fit as f64 / each as f64;
            if share < 0.3 {
                self.state.penalty = (self.state.penalty * 1.1).min(top);
            } else if share > 0.7 {
                self.state.penalty = (self.state.penalty / 1.1).max(floor);
            }
            self.state.refresh(self.model);
            now *= cool;
        }
        self.state
    }

    /// Tries one random move; whether it was taken.
    fn step(&mut self, limit: f64, sites: bool) -> bool {
        if sites && self.random.below(SITES) == 0 {
            return self.sites(limit);
        }
        let i = self.random.below(self.model.blocks);
        let from = self.state.site[i] as usize;
        let Some(to) = self.target(i) else {
            return false;
        };
        if to == from {
            return false;
        }
        if self.random.below(3) == 0 {
            let fits = self.state.shift(self.model, i, to) <= limit;
            if fits {
                self.state.put(self.model, i, to);
            }
            return fits;
        }
        self.chain(i, to, limit)
    }

    /// One of the open sites nearest to a block, the nearer the likelier.
    fn target(&mut self, i: usize) -> Option<usize> {
        let near = &self.near[i];
        let most = near.len().min(NEAR);
        if most == 0 {
            return None;
        }
        let most = 1 + self.random.below(most);
        Some(near[self.random.below(most)] as usize)
    }

    /// A block, and one of the school it goes to that makes room.
    fn chain(&mut self, i: usize, to: usize, limit: f64) -> bool {
        let (model, state) = (self.model, &self.state);
        let members = &state.members[to];
        if members.is_empty() {
            return false;
        }
        let from = state.site[i] as usize;
        let k = members[self.random.below(members.len())] as usize;
        let next = if self.random.below(2) == 0 {
            from
        } else {
            match self.target(k) {
                Some(next) if next != to => next,
                _ => return false,
            }
        };
        let state = &mut self.state;
        let fits = state.chain(model, (i, k), (from, to, next)) <= limit;
        if fits {
            state.put(model, i, to);
            state.put(model, k, next);
        }
        fits
    }

    /// A change of sites: another one, one more, one less, another size.
    fn sites(&mut self, limit: f64) -> bool {
        let model = self.model;
        if self.open.is_empty() {
            return false;
        }
        let from = self.open[self.random.below(self.open.len())] as usize;
        let free = model.count.is_none();
        match self.random.below(8) {
            0 if free && !model.stays[from] => self.exchange(Some(from), None, limit),
            1 | 2 if model.of_site[from].len() > 1 => {
                let o = self.offer(from);
                self.resize(from, o, limit)
            }
            kind => {
                let Some(o) = self.closed_near(from) else {
                    return false;
                };
                if kind == 1 && free {
                    self.exchange(None, Some(o), limit)
                } else if model.stays[from] {
                    false
                } else if kind < 4 {
                    self.exchange(Some(from), Some(o), limit)
                } else {
                    self.relocate(from, o, limit)
                }
            }
        }
    }

    /// A random offer of a site.
    fn offer(&mut self, j: usize) -> usize {
        let offers = self.model.of_site[j].clone();
        offers.start + self.random.below(offers.len())
    }

    /// A random offer of a closed site near the blocks of an open one.
    fn closed_near(&mut self, from: usize) -> Option<usize> {
        let members = &self.state.members[from];
        let i = if members.is_empty() {
            self.random.below(self.model.blocks)
        } else {
            members[self.random.below(members.len())] as usize
        };
        let all = &self.nearest[i];
        let most = 1 + self.random.below(all.len().min(2 * NEAR));
        let j = all[self.random.below(most)] as usize;
        let closed = self.state.open[j].is_none() && !self.model.of_site[j].is_empty();
        closed.then(|| self.offer(j))
    }

    /// Whether the money allows another offer for these.
    fn affordable(&self, out: Option<usize>, into: Option<usize>) -> bool {
        let yuan = |o: Option<usize>| self.yuan_of(std::iter::once(o));
        let more = yuan(into) - yuan(out);
        more <= 0.0 || self.yuan + more <= self.model.budget
    }

    /// Notes that a site is open now, or closed.
    fn note(&mut self, j: usize) {
        let model = self.model;
        let site = j as u32;
        self.yuan = self.yuan_of(self.state.open.iter().copied());
        let open = self.state.open[j].is_some();
        if open {
            self.open.push(site);
        } else {
            self.open.retain(|k| *k != site);
        }
        for (i, near) in self.near.iter_mut().enumerate() {
            let cost = model.cost(j, i);
            if !cost.is_finite() {
                continue;
            }
            let at = near.partition_point(|&k| (model.cost(k as usize, i), k) < (cost, site));
            if open {
                // It may be known from listing anew; behind those known may be others before it.
                let known = near.get(at) == Some(&site);
                if !known && (at < near.len() || at <= NEAR) {
                    near.insert(at, site);
                    near.truncate(KNOWN);
                }
            } else if near.get(at) == Some(&site) {
                near.remove(at);
                if near.len() <= NEAR && near.len() < self.open.len() {
                    let open = |j: &u32| self.state.open[*j as usize].is_some();
                    near.clear();
                    near.extend(self.nearest[i].iter().copied().filter(open).take(KNOWN));
                }
            }
        }
    }

    fn resize(&mut self, j: usize, o: usize, limit: f64) -> bool {
        let old = self.state.open[j];
        if old == Some(o) || !self.affordable(old, Some(o)) {
            return false;
        }
        let before = self.state.priced();
        self.state.set(self.model, j, Some(o));
        let fits = self.state.priced() - before <= limit;
        if fits {
            self.yuan = self.yuan_of(self.state.open.iter().copied());
        } else {
            self.state.set(self.model, j, old);
        }
        fits
    }

    /// A school moves to another site with all its blocks.
    fn relocate(&mut self, from: usize, o: usize, limit: f64) -> bool {
        let (model, state) = (self.model, &mut self.state);
        let to = model.offers[o].site;
        let old = state.open[from];
        let (row, here) = (model.row(to), model.row(from));
        let travel: f64 = state.members[from]
            .iter()
            .map(|&i| row[i as usize] - here[i as usize])
            .sum();
        let yuan = |o: usize| model.offers[o].yuan;
        // Loads are looked at only where travel leaves a chance.
        let more = travel + yuan(o) - old.map_or(0.0, yuan);
        let strain =
            state.penalty * state.excess(model, from, state.load[from], state.far_load[from]);
        if more - strain > limit || !self.affordable(old, Some(o)) {
            return false;
        }
        let before = self.state.priced();
        self.state.set(model, to, Some(o));
        self.moved.clear();
        let members = self.state.members[from].iter();
        self.moved.extend(members.map(|i| (*i, from as u32)));
        for n in 0..self.moved.len() {
            self.state.put(model, self.moved[n].0 as usize, to);
        }
        self.state.set(model, from, None);
        self.keep_or_undo(before, (Some(from), old), Some(to), limit)
    }

    /// Closes a site, its blocks going where they cost least; opens another, which draws the blocks
    /// that are nearer to it as long as it has room.
    fn exchange(&mut self, close: Option<usize>, open: Option<usize>, limit: f64) -> bool {
        let model = self.model;
        let old = close.and_then(|j| self.state.open[j]);
        if !self.affordable(old, open) {
            return false;
        }
        let before = self.state.priced();
        self.moved.clear();
        let to = open.map(|o| model.offers[o].site);
        if let Some(o) = open {
            self.draw(o, close);
        }
        if let Some(j) = close {
            let members = self.state.members[j].clone();
            for i in members {
                let near = self.near[i as usize].iter().map(|k| *k as usize);
                let near = near.filter(|k| *k != j).take(NEAR).chain(to);
                let best = near
                    .map(|k| (self.state.shift(model, i as usize, k), k))
                    .min_by(|a, b| a.0.total_cmp(&b.0));
                let Some((_, k)) = best.filter(|b| b.0.is_finite()) else {
                    self.undo((close, old), to);
                    return false;
                };
                self.moved.push((i, j as u32));
                self.state.put(model, i as usize, k);
            }
            self.state.set(model, j, None);
        }
        self.keep_or_undo(before, (close, old), to, limit)
    }

    /// Opens an offer; the blocks that gain most per student go there.
    fn draw(&mut self, o: usize, close: Option<usize>) {
        let model = self.model;
        let offer = model.offers[o];
        self.state.set(model, offer.site, Some(o));
        let row = model.row(offer.site);
        let mut gaining: Vec<(f64, u32)> = Vec::new();
        for (i, &now) in self.state.site.iter().enumerate() {
            let leaves = close == Some(now as usize);
            // A block of the school that closes has to go: to the next one if not here.
            let instead = if leaves {
                let next = self.near[i].iter().find(|k| **k != now);
                next.map_or(f64::INFINITY, |k| model.cost(*k as usize, i))
            } else {
                model.cost(now as usize, i)
            };
            if row[i] < instead {
                let each = (instead - row[i]).min(1e12) / model.students[i].max(1e-9);
                gaining.push((each, i as u32));
            }
        }
        gaining.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        for (_, i) in gaining {
            let block = i as usize;
            if self.state.load[offer.site] + model.students[block] > offer.places {
                continue;
            }
            self.moved.push((i, self.state.site[block]));
            self.state.put(model, block, offer.site);
        }
    }

    fn keep_or_undo(
        &mut self,
        before: f64,
        closed: (Option<usize>, Option<usize>),
        opened: Option<usize>,
        limit: f64,
    ) -> bool {
        // NaN where a block cannot go there.
        let fits = self.state.priced() - before <= limit;
        if !fits {
            self.undo(closed, opened);
            return false;
        }
        for j in closed.0.into_iter().chain(opened) {
            self.note(j);
        }
        true
    }

    fn undo(&mut self, closed: (Option<usize>, Option<usize>), opened: Option<usize>) {
        let model = self.model;
        if let Some(j) = closed.0 {
            self.state.set(model, j, closed.1);
        }
        while let Some((i, from)) = self.moved.pop() {
            debug_assert_ne!(from, NOWHERE);
            self.state.put(model, i as usize, from as usize);
        }
        if let Some(j) = opened {
            self.state.set(model, j, None);
        }
    }
}

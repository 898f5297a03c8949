//! A plan of whole blocks in the making: where each block goes, with overloads at a price.

use super::model::Model;

/// A plan of whole blocks. Rules on load may be broken, at the price [`State::penalty`].
#[derive(Debug, Clone)]
pub(super) struct State {
    /// The site of each block; `NOWHERE` before it has one.
    pub(super) site: Vec<u32>,
    /// The offer of each open site.
    pub(super) open: Vec<Option<usize>>,
    pub(super) load: Vec<f64>,
    pub(super) far_load: Vec<f64>,
    pub(super) members: Vec<Vec<u32>>,
    /// Travel and opening, without the price of broken rules.
    pub(super) cost: f64,
    /// Students beyond the limits of their school, summed.
    pub(super) broken: f64,
    /// What one such student costs.
    pub(super) penalty: f64,
}

pub(super) const NOWHERE: u32 = u32::MAX;

impl State {
    /// Open sites without students.
    pub(super) fn new(model: &Model, open: Vec<Option<usize>>, penalty: f64) -> Self {
        let mut state = Self {
            site: vec![NOWHERE; model.blocks],
            load: vec![0.0; model.sites],
            far_load: vec![0.0; model.sites],
            members: vec![Vec::new(); model.sites],
            cost: open.iter().flatten().map(|&o| model.offers[o].yuan).sum(),
            broken: 0.0,
            open,
            penalty,
        };
        state.broken = (0..model.sites)
            .map(|j| state.excess(model, j, 0.0, 0.0))
            .sum();
        state
    }

    /// Students beyond the limits of site `j` were its loads these.
    pub(super) fn excess(&self, model: &Model, j: usize, load: f64, far: f64) -> f64 {
        let Some(o) = self.open[j] else {
            return load;
        };
        let offer = &model.offers[o];
        // Sums of fractions must not break a limit by their last bit.
        let tolerance = 1e-9 * offer.places;
        let over = load - offer.places;
        let few = offer.least - load;
        let beds = far - offer.beds;
        let positive = |x: f64| if x > tolerance { x } else { 0.0 };
        positive(over) + positive(few) + positive(beds)
    }

    /// Whether a site breaks one of its limits.
    pub(super) fn strained(&self, model: &Model, j: usize) -> bool {
        self.excess(model, j, self.load[j], self.far_load[j]) > 0.0
    }

    fn weights(model: &Model, j: usize, i: usize) -> (f64, f64) {
        let students = model.students[i];
        (students, if model.far(j, i) { students } else { 0.0 })
    }

    /// How the excess of `j` changes when `joins` comes and `leaves` goes.
    fn change(&self, model: &Model, j: usize, joins: Option<usize>, leaves: Option<usize>) -> f64 {
        let (mut load, mut far) = (self.load[j], self.far_load[j]);
        if let Some(i) = joins {
            let (w, f) = Self::weights(model, j, i);
            load += w;
            far += f;
        }
        if let Some(i) = leaves {
            let (w, f) = Self::weights(model, j, i);
            load -= w;
            far -= f;
        }
        self.excess(model, j, load, far) - self.excess(model, j, self.load[j], self.far_load[j])
    }

    /// What moving block `i` to `to` adds to the priced cost.
    pub(super) fn shift(&self, model: &Model, i: usize, to: usize) -> f64 {
        let from = self.site[i];
        let mut delta = model.cost(to, i) + self.penalty * self.change(model, to, Some(i), None);
        if from != NOWHERE {
            let from = from as usize;
            delta += self.penalty * self.change(model, from, None, Some(i)) - model.cost(from, i);
        }
        delta
    }

    /// What exchanging the schools of two blocks adds.
    pub(super) fn swap(&self, model: &Model, i: usize, k: usize) -> f64 {
        let (a, b) = (self.site[i] as usize, self.site[k] as usize);
        model.cost(b, i) - model.cost(a, i) + model.cost(a, k) - model.cost(b, k)
            + self.penalty
                * (self.change(model, a, Some(k), Some(i))
                    + self.change(model, b, Some(i), Some(k)))
    }

    /// What it adds that block `i` goes from one school to another, and `k` from there to the next,
    /// which may be the first.
    pub(super) fn chain(
        &self,
        model: &Model,
        (i, k): (usize, usize),
        (from, to, next): (usize, usize, usize),
    ) -> f64 {
        if next == from {
            return self.swap(model, i, k);
        }
        let travel =
            model.cost(to, i) - model.cost(from, i) + model.cost(next, k) - model.cost(to, k);
        let broken = self.change(model, from, None, Some(i))
            + self.change(model, to, Some(i), Some(k))
            + self.change(model, next, Some(k), None);
        travel + self.penalty * broken
    }

    /// Moves a block.
    pub(super) fn put(&mut self, model: &Model, i: usize, to: usize) {
        let from = self.site[i];
        if from != NOWHERE {
            let from = from as usize;
            self.broken += self.change(model, from, None, Some(i));
            let (w, f) = Self::weights(model, from, i);
            self.load[from] -= w;
            self.far_load[from] -= f;
            self.cost -= model.cost(from, i);
            self.members[from].retain(|k| *k != i as u32);
        }
        self.broken += self.change(model, to, Some(i), None);
        let (w, f) = Self::weights(model, to, i);
        self.load[to] += w;
        self.far_load[to] += f;
        self.cost += model.cost(to, i);
        self.members[to].push(i as u32);
        self.site[i] = to as u32;
    }

    /// Takes over what another state changed since the `start` of both, where it is at schools that
    /// this one left as they were.
    pub(super) fn join(&mut self, model: &Model, start: &Self, other: &Self) {
        let mut ours = vec![false; model.sites];
        for (before, now) in start.site.iter().zip(&self.site) {
            if before != now {
                ours[*before as usize] = true;
                ours[*now as usize] = true;
            }
        }
        let moves = || (0..model.blocks).filter(|&i| start.site[i] != other.site[i]);
        let of = |i: usize| [start.site[i] as usize, other.site[i] as usize];
        // What hangs together by blocks that moved is taken over whole or not at all.
        let mut grows = true;
        while grows {
            grows = false;
            for [from, to] in moves().map(of) {
                grows |= ours[from] != ours[to];
                ours[from] |= ours[to];
                ours[to] = ours[from];
            }
        }
        for i in moves().filter(|&i| !ours[start.site[i] as usize]) {
            self.put(model, i, other.site[i] as usize);
        }
    }

    /// Opens, closes or resizes a site; its blocks stay with it.
    pub(super) fn set(&mut self, model: &Model, j: usize, offer: Option<usize>) {
        let (load, far) = (self.load[j], self.far_load[j]);
        let yuan = |o: Option<usize>| o.map_or(0.0, |o| model.offers[o].yuan);
        self.broken -= self.excess(model, j, load, far);
        self.cost += yuan(offer) - yuan(self.open[j]);
        self.open[j] = offer;
        self.broken += self.excess(model, j, load, far);
    }

    /// Cost with the price of broken rules.
    pub(super) fn priced(&self) -> f64 {
        self.cost + self.penalty * self.broken
    }

    /// Reckons all sums anew, free of the rounding of many small steps.
    pub(super) fn refresh(&mut self, model: &Model) {
        self.load.fill(0.0);
        self.far_load.fill(0.0);
        for members in &mut self.members {
            members.clear();
        }
        self.cost = 0.0;
        for (i, &j) in self.site.iter().enumerate() {
            if j == NOWHERE {
                continue;
            }
            let j = j as usize;
            let (w, f) = Self::weights(model, j, i);
            self.load[j] += w;
            self.far_load[j] += f;
            self.cost += model.cost(j, i);
            self.members[j].push(i as u32);
        }
        let open = self.open.iter().flatten();
        self.cost += open.map(|&o| model.offers[o].yuan).sum::<f64>();
        self.broken = (0..model.sites)
            .map(|j| self.excess(model, j, self.load[j], self.far_load[j]))
            .sum();
    }

    /// Whether every rule is kept (those of the single sites and blocks).
    pub(super) fn keeps(&self) -> bool {
        self.broken <= 0.0 && self.site.iter().all(|j| *j != NOWHERE)
    }
}

#[cfg(test)]
mod tests {
    use super::super::made;
    use super::*;

    fn moved(model: &Model, start: &State, moves: &[(usize, usize)]) -> State {
        let mut state = start.clone();
        for (i, to) in moves {
            state.put(model, *i, *to);
        }
        state
    }

    #[test]
    fn takes_over_what_is_apart_from_its_own_changes() {
        let problem = made::single_source(8, 16, 1);
        let model = Model::new(&problem, &problem.situations[0]);
        let open = (0..8).map(|j| Some(model.of_site[j].start)).collect();
        let mut start = State::new(&model, open, 1.0);
        (0..16).for_each(|i| start.put(&model, i, i / 2));
        let ours = [(0, 1)];
        // The first touches a school of ours and the second hangs together with it; the others do not.
        let theirs = [(2, 3), (6, 2), (8, 5), (12, 7)];
        let mut joined = moved(&model, &start, &ours);
        joined.join(&model, &start, &moved(&model, &start, &theirs));
        let expected = moved(&model, &start, &[(0, 1), (8, 5), (12, 7)]);
        assert_eq!(joined.site, expected.site);
        assert_eq!(
            (joined.cost, joined.broken),
            (expected.cost, expected.broken)
        );
    }
}

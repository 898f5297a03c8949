//! All sets of blocks that a site could have in a better plan: where prices leave a small gap, few
//! stay below it.

use super::super::dual::Point;
use super::super::model::Model;
use super::super::tree::reduce::bound_to;
use crate::partition::{Set, cuts::Cut};

/// Nodes of the enumeration, of all sites together, per set.
const NODES: u64 = 200;

/// What sets are weighed by.
pub(super) struct Prices<'a> {
    /// Per block.
    pub(super) blocks: &'a [f64],
    /// Per offer the loss (travel less the prices of the blocks) below which a set is listed.
    pub(super) dearest: Vec<f64>,
    /// What a set loses that contains two or all of three rows: blocks, or the site after them.
    pub(super) cuts: Vec<(Cut, f64)>,
    /// So many sets of an offer will do.
    pub(super) each: usize,
}

impl<'a> Prices<'a> {
    /// Those of a point of the Lagrangian: what a plan below `limit` may contain.
    pub(super) fn at(model: &Model, point: &'a Point, limit: f64) -> Self {
        let prices: f64 = point.prices.iter().sum();
        let offers = model.offers.iter().enumerate();
        let dearest = offers.map(|(o, offer)| {
            let base = prices + point.selection.if_open(model, o);
            limit - base + point.reduced[o] - offer.yuan
        });
        Self {
            blocks: &point.prices,
            dearest: dearest.collect(),
            cuts: Vec::new(),
            each: usize::MAX,
        }
    }
}

/// The search for the sets of one offer.
struct Listing<'a> {
    model: &'a Model,
    offer: usize,
    /// Blocks with their loss (cost less price), those that gain first, by gain per student.
    items: Vec<(u32, f64)>,
    /// Gain and students of the items up to each, as long as they gain.
    gains: Vec<f64>,
    weights: Vec<f64>,
    /// Most loss of a set.
    dearest: f64,
    cuts: &'a [(Cut, f64)],
    /// The cuts with each row, and how many rows of each cut the set has.
    cuts_of: &'a [Vec<usize>],
    met: &'a mut [u8],
    /// Most sets, and nodes.
    most: usize,
    until: u64,
    set: Vec<u32>,
    found: &'a mut Vec<Set>,
    work: &'a mut u64,
}

/// Lists all sets below the prices, or some of each offer; `None` where they are more than `most`.
/// `work` counts the nodes of the search.
pub(super) fn list(
    model: &Model,
    prices: &Prices,
    most: usize,
    work: &mut u64,
) -> Option<Vec<Set>> {
    let mut found = Vec::new();
    let mut cuts_of = vec![Vec::new(); model.blocks + model.sites];
    for (cut, (rows, _)) in prices.cuts.iter().enumerate() {
        for row in rows {
            cuts_of[*row as usize].push(cut);
        }
    }
    let mut met = vec![0; prices.cuts.len()];
    let until = *work + NODES * most as u64;
    let bound_to = bound_to(model);
    for (o, offer) in model.offers.iter().enumerate() {
        let row = model.row(offer.site);
        let loss = |i: &usize| (*i as u32, row[*i] - prices.blocks[*i]);
        // Blocks that can go nowhere else are in every set.
        let own = |i: &usize| bound_to[*i] == Some(offer.site);
        let set: Vec<u32> = (0..model.blocks).filter(own).map(|i| i as u32).collect();
        let (mut room, mut beds, mut start) = (offer.places, offer.beds, 0.0);
        for &i in &set {
            let i = i as usize;
            room -= model.students[i];
            if model.far(offer.site, i) {
                beds -= model.students[i];
            }
            start += row[i] - prices.blocks[i];
        }
        if room < -1e-9 * offer.places || beds < -1e-9 * offer.beds {
            continue;
        }
        let reached = (0..model.blocks).filter(|i| row[*i].is_finite() && !own(i));
        let mut items: Vec<(u32, f64)> = reached.map(|i| loss(&i)).collect();
        let students = |i: u32| model.students[i as usize];
        items.sort_by(|a, b| {
            let gains = |x: f64| x < 0.0;
            gains(b.1).cmp(&gains(a.1)).then_with(|| {
                let order = if gains(a.1) {
                    (a.1 / students(a.0)).total_cmp(&(b.1 / students(b.0)))
                } else {
                    a.1.total_cmp(&b.1)
                };
                order.then(a.0.cmp(&b.0))
            })
        });
        let (mut gains, mut weights) = (vec![0.0], vec![0.0]);
        for (i, loss) in items.iter().take_while(|(_, loss)| *loss < 0.0) {
            gains.push(gains.last().copied().unwrap_or(0.0) - loss);
            weights.push(weights.last().copied().unwrap_or(0.0) + students(*i));
        }
        let mut listing = Listing {
            model,
            offer: o,
            items,
            gains,
            weights,
            dearest: prices.dearest[o],
            cuts: &prices.cuts,
            cuts_of: &cuts_of,
            met: &mut met,
            most: found.len().saturating_add(prices.each).min(most),
            until,
            set,
            found: &mut found,
            work,
        };
        let rows = listing.set.clone().into_iter();
        let rows: Vec<u32> = rows.chain([(model.blocks + offer.site) as u32]).collect();
        let start = start + rows.iter().map(|row| listing.meet(*row)).sum::<f64>();
        let all = listing.walk(0, room, beds, start);
        rows.iter().for_each(|row| listing.leave(*row));
        if !all && (found.len() > most || *work > until) {
            return None;
        }
    }
    Some(found)
}

impl Listing<'_> {
    /// The least loss that items from `at` can still bring.
    fn relaxed(&self, at: usize, room: f64) -> f64 {
        let gaining = self.gains.len() - 1;
        if at >= gaining {
            return 0.0;
        }
        let limit = self.weights[at] + room;
        let end = at + self.weights[at + 1..].partition_point(|w| *w <= limit);
        let whole = self.gains[end] - self.gains[at];
        if end >= gaining {
            return -whole;
        }
        let weight = self.weights[end + 1] - self.weights[end];
        let gain = self.gains[end + 1] - self.gains[end];
        -(whole + gain * (limit - self.weights[end]) / weight)
    }

    /// Lists all sets that go on from here; false where they are too many.
    fn walk(&mut self, at: usize, room: f64, beds: f64, loss: f64) -> bool {
        *self.work += 1;
        if *self.work > self.until {
            return false;
        }
        if at >= self.gains.len() - 1 {
            return self.losing(at, room, beds, loss);
        }
        if loss + self.relaxed(at, room) >= self.dearest {
            return true;
        }
        self.with(at, room, beds, loss) && self.walk(at + 1, room, beds, loss)
    }

    /// A row joins the set: what its cuts lose by that.
    fn meet(&mut self, row: u32) -> f64 {
        let mut loss = 0.0;
        for &cut in &self.cuts_of[row as usize] {
            self.met[cut] += 1;
            if self.met[cut] == 2 {
                loss += self.cuts[cut].1;
            }
        }
        loss
    }

    fn leave(&mut self, row: u32) {
        for &cut in &self.cuts_of[row as usize] {
            self.met[cut] -= 1;
        }
    }

    /// Sets with the item.
    fn with(&mut self, at: usize, room: f64, beds: f64, loss: f64) -> bool {
        let (i, own) = self.items[at];
        let site = self.model.offers[self.offer].site;
        let students = self.model.students[i as usize];
        let far = self.model.far(site, i as usize);
        if students > room + 1e-9 || (far && students > beds + 1e-9) {
            return true;
        }
        self.set.push(i);
        let cuts = self.meet(i);
        let beds = if far { beds - students } else { beds };
        let go_on = self.walk(at + 1, room - students, beds, loss + own + cuts);
        self.leave(i);
        self.set.pop();
        go_on
    }

    /// The set so far, and with each of the items that lose.
    fn losing(&mut self, at: usize, room: f64, beds: f64, loss: f64) -> bool {
        if loss >= self.dearest {
            return true;
        }
        let offer = &self.model.offers[self.offer];
        let load = offer.places - room;
        if load + 1e-9 >= offer.least {
            let mut rows = self.set.clone();
            rows.sort_unstable();
            let cost = |i: &u32| self.model.cost(offer.site, *i as usize);
            self.found.push(Set {
                kind: self.offer as u32,
                cost: offer.yuan + rows.iter().map(cost).sum::<f64>(),
                rows,
            });
        }
        if self.found.len() > self.most {
            return false;
        }
        for next in at..self.items.len() {
            if loss + self.items[next].1 >= self.dearest {
                break;
            }
            if !self.with(next, room, beds, loss) {
                return false;
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::super::super::made;
    use super::*;
    use crate::partition::cuts::counts;

    const BLOCKS: usize = 7;

    proptest! {
        #[test]
        fn lists_every_set_below_the_prices(
            seed in 0_u64..1_000,
            prices in prop::collection::vec(0.0_f64..130.0, BLOCKS),
            dearest in -250.0_f64..120.0,
            cuts in prop::collection::vec((prop::collection::btree_set(0..BLOCKS as u32 + 3, 3), 0.0_f64..40.0), 0..4),
            alone in any::<bool>(),
        ) {
            let problem = made::single_source(3, BLOCKS, seed);
            let mut model = Model::new(&problem, &problem.situations[0]);
            if alone {
                // The first block can go to the first site only.
                for j in 1..3 {
                    model.cost[j * BLOCKS] = f64::INFINITY;
                }
            }
            let cut = |rows: BTreeSet<u32>| -> Cut { rows.into_iter().collect::<Vec<_>>().try_into().unwrap() };
            let prices = Prices {
                blocks: &prices,
                dearest: vec![dearest; 3],
                cuts: cuts.into_iter().map(|(rows, price)| (cut(rows), price)).collect(),
                each: usize::MAX,
            };
            let mut all = BTreeSet::new();
            for (offer, site) in model.offers.iter().map(|o| (o, o.site)) {
                for set in 0_u32..1 << BLOCKS {
                    let blocks: Vec<u32> = (0..BLOCKS as u32).filter(|i| set & (1 << i) != 0).collect();
                    let students: f64 = blocks.iter().map(|i| model.students[*i as usize]).sum();
                    let each = blocks.iter().map(|i| model.cost(site, *i as usize) - prices.blocks[*i as usize]);
                    let rows = || blocks.iter().copied().chain([(BLOCKS + site) as u32]);
                    let cut = prices.cuts.iter().filter(|(cut, _)| counts(rows(), cut));
                    let loss = each.sum::<f64>() + cut.map(|(_, price)| price).sum::<f64>();
                    let bound = alone && (site == 0) != blocks.contains(&0);
                    if students <= offer.places && loss < dearest && !bound {
                        all.insert((site, blocks));
                    }
                }
            }
            let listed = list(&model, &prices, 10_000, &mut 0).unwrap();
            let found: BTreeSet<_> = listed.iter().map(|c| (model.offers[c.kind as usize].site, c.rows.clone())).collect();
            prop_assert_eq!(found.len(), listed.len());
            prop_assert_eq!(found, all);
            for column in listed {
                let offer = &model.offers[column.kind as usize];
                let travel: f64 = column.rows.iter().map(|i| model.cost(offer.site, *i as usize)).sum();
                prop_assert!((column.cost - offer.yuan - travel).abs() < 1e-9);
            }
        }
    }
}

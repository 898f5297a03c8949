//! All sets of blocks that a site could have in a better plan, and the best choice among them.
//!
//! Where prices leave a small gap, few sets per site stay below it; choosing among them is a set
//! partitioning problem whose relaxation is as strong as the Lagrangian bound.

use crate::mip::{Limits, Mip, Solved, Var};
use crate::run::Run;

use super::compact::Compact;
use super::dual::Point;
use super::model::Model;
use super::reduce::bound_to;
use super::state::State;

/// Nodes of the enumeration, of all sites together, per set.
const NODES: u64 = 200;

/// A set of blocks for an offer.
#[derive(Debug)]
struct Column {
    offer: usize,
    blocks: Vec<u32>,
    cost: f64,
}

/// Solves the model by listing all sets that a plan below `limit` may contain; `None` where they
/// are more than `most`.
pub(super) fn solve(
    model: &Model,
    point: &Point,
    limit: f64,
    most: usize,
    run: &Run,
    limits: Limits,
) -> Option<Compact> {
    let columns = list(model, point, limit, most)?;
    let mut mip = Mip::default();
    let mut of_block: Vec<Vec<Var>> = vec![Vec::new(); model.blocks];
    let mut of_site: Vec<Vec<Var>> = vec![Vec::new(); model.sites];
    let mut vars = Vec::with_capacity(columns.len());
    for column in &columns {
        let var = mip.add_whole(column.cost, 0.0, 1.0);
        vars.push(var);
        of_site[model.offers[column.offer].site].push(var);
        for &i in &column.blocks {
            of_block[i as usize].push(var);
        }
    }
    if of_block.iter().any(Vec::is_empty) {
        return Some(Compact::Infeasible);
    }
    for vars in of_block {
        mip.row(1.0, 1.0, vars.into_iter().map(|v| (v, 1.0)));
    }
    for (j, vars) in of_site.into_iter().enumerate() {
        if vars.is_empty() {
            if model.stays[j] {
                return Some(Compact::Infeasible);
            }
            continue;
        }
        let low = f64::from(u8::from(model.stays[j]));
        mip.row(low, 1.0, vars.into_iter().map(|v| (v, 1.0)));
    }
    let all = || vars.iter().copied().zip(&columns);
    if let Some(count) = model.count {
        let count = count as f64;
        mip.row(count, count, all().map(|(v, _)| (v, 1.0)));
    }
    if model.budget.is_finite() {
        let yuan = all().map(|(v, c)| (v, model.offers[c.offer].yuan));
        mip.row(f64::NEG_INFINITY, model.budget, yuan);
    }
    let answer = mip.solve(run, limits, None);
    Some(match answer {
        Solved::Infeasible => Compact::Infeasible,
        Solved::Nothing { bound } => Compact::Nothing(bound),
        Solved::Point(solution) => {
            let chosen = columns.iter().zip(&solution.values);
            let chosen: Vec<&Column> = chosen.filter(|(_, x)| **x > 0.5).map(|(c, _)| c).collect();
            let mut open = vec![None; model.sites];
            for column in &chosen {
                open[model.offers[column.offer].site] = Some(column.offer);
            }
            let mut state = State::new(model, open, 0.0);
            for column in &chosen {
                for &i in &column.blocks {
                    state.put(model, i as usize, model.offers[column.offer].site);
                }
            }
            state.refresh(model);
            Compact::Plan(state, solution.bound)
        }
    })
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
    /// Most sets, and nodes.
    most: usize,
    set: Vec<u32>,
    found: &'a mut Vec<Column>,
    nodes: &'a mut u64,
}

fn list(model: &Model, point: &Point, limit: f64, most: usize) -> Option<Vec<Column>> {
    let prices: f64 = point.prices.iter().sum();
    let mut found = Vec::new();
    let mut nodes = 0;
    let bound_to = bound_to(model);
    for (o, offer) in model.offers.iter().enumerate() {
        let base = prices + point.selection.if_open(model, o);
        let row = model.row(offer.site);
        let loss = |i: &usize| (*i as u32, row[*i] - point.prices[*i]);
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
            start += row[i] - point.prices[i];
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
            dearest: limit - base + point.reduced[o] - offer.yuan,
            most,
            set,
            found: &mut found,
            nodes: &mut nodes,
        };
        if !listing.walk(0, room, beds, start) {
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
        *self.nodes += 1;
        if *self.nodes > NODES * self.most as u64 {
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
        let beds = if far { beds - students } else { beds };
        let go_on = self.walk(at + 1, room - students, beds, loss + own);
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
            let cost = |i: &u32| self.model.cost(offer.site, *i as usize);
            self.found.push(Column {
                offer: self.offer,
                cost: offer.yuan + self.set.iter().map(cost).sum::<f64>(),
                blocks: self.set.clone(),
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

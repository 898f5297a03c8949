//! A coefficient of variation as rows of the programme: tangents of a second-order cone.

use junheng_core::exact::to_f64;
use junheng_core::standard::Standard;

use super::super::model::{Aim, Ask, Model};
use super::super::problem::Problem;
use super::super::view::{Cone, View};
use super::chords::Chords;
use crate::mip::Var;

/// What a coefficient that is not defined counts beside one that exceeds its limit.
const NOTHING: f64 = 1e6;

impl Model {
    /// Σ N²/w ≤ (1+c²)(ΣN)²/W by tangents, one set per section: with X the mean in units of
    /// today's mean, z ≥ 2rn − r²ωX for ratios r, and Σ z ≤ (1+c²)(W/w̄)X.
    pub(crate) fn cone(
        &mut self,
        problem: &Problem,
        standard: &Standard,
        ask: &Ask,
        at: (usize, usize),
        tangents: &[Vec<f64>],
    ) {
        let Some(view) = problem.views.get(at.0) else {
            return;
        };
        let Some(cone) = view.cones.get(at.1) else {
            return;
        };
        let limit = ask.limit(standard, at, cone);
        if limit.is_infinite() {
            return;
        }
        let Some(shape) = Shape::new(view, cone) else {
            return;
        };
        let all = self.effects(problem, at.0);
        let scale = shape.mean * shape.weight_mean;
        let total: f64 = shape.weights.iter().sum();
        let toward = match ask.aim {
            Aim::Least(of) if of == at => 1.0,
            Aim::Most(of) if of == at => -1.0,
            _ => 0.0,
        };
        let mean = self.mip.add(toward, 0.0, f64::INFINITY);
        let chords = ask.chords.get(&at);
        let mut sum: Vec<(Var, f64)> = vec![(mean, total)];
        let (mut fixed, mut fixed_square) = (0.0, 0.0);
        // What Σ N²/w is at whole amounts, beside Σ z for any.
        let mut whole_square = Vec::new();
        let mut unit = f64::INFINITY;
        let mut square = Vec::new();
        for (n, row) in cone.members.iter().enumerate() {
            let (Some(base), Some(weight)) = (shape.bases.get(n), shape.weights.get(n)) else {
                continue;
            };
            let terms: Vec<(Var, f64)> = all
                .get(&(*row, cone.indicator))
                .into_iter()
                .flatten()
                .map(|(var, by)| (*var, to_f64(by) / scale))
                .collect();
            let ups = terms.iter().map(|t| t.1).filter(|by| *by > 0.0);
            unit = ups.fold(unit, f64::min);
            let z = self.mip.add(0.0, 0.0, f64::INFINITY);
            square.push((z, 1.0));
            let amount = self.amount(*base, &terms);
            match amount {
                Some(amount) => sum.push((amount, -1.0)),
                None => fixed += base,
            }
            match (chords, amount) {
                (Some(_), None) => fixed_square += base * base / weight,
                (Some(chords), Some(amount)) => {
                    let ranges = chords
                        .of(n)
                        .map(|(low, high)| (base + low / scale, base + high / scale));
                    whole_square.push((self.above_chords(amount, *weight, ranges), 1.0));
                }
                (None, _) => {}
            }
            for r in tangents.get(n).into_iter().flatten() {
                let mut row = vec![(z, 1.0), (mean, r * r * weight)];
                row.extend(amount.map(|a| (a, -2.0 * r)));
                let known = if amount.is_none() {
                    2.0 * r * base
                } else {
                    0.0
                };
                self.mip.row(known, f64::INFINITY, row);
            }
        }
        self.mip.row(fixed, fixed, sum);
        if shape.bases.iter().all(|base| *base == 0.0) {
            // A mean of 0 has no coefficient: at least one unit somewhere.
            let mut any = vec![(mean, total / unit)];
            if ask.aim == Aim::Excess {
                any.push((self.mip.add(NOTHING, 0.0, 1.0), 1.0));
            }
            self.mip.row(1.0, f64::INFINITY, any);
        }
        let factor = (1.0 + limit * limit) * total;
        if let Some(Chords { low, high, .. }) = chords {
            // (ΣN)² is at most its chord over the range of the mean.
            whole_square.push((mean, -factor * (low + high)));
            let most = -factor * low * high - fixed_square;
            self.mip.row(f64::NEG_INFINITY, most, whole_square);
            self.mip.row(*low, *high, [(mean, 1.0)]);
        }
        square.push((mean, -factor));
        if ask.aim == Aim::Excess {
            let excess = self.mip.add(1.0, 0.0, f64::INFINITY);
            square.push((excess, -total));
            self.excess.insert(at, excess);
        }
        self.mip.row(f64::NEG_INFINITY, 0.0, square);
    }

    /// The amount of a section that levers move from `base`; what none moves needs no variable.
    fn amount(&mut self, base: f64, terms: &[(Var, f64)]) -> Option<Var> {
        (!terms.is_empty()).then(|| {
            let amount = self.mip.add(0.0, 0.0, f64::INFINITY);
            let moved = terms.iter().map(|(var, by)| (*var, -by));
            self.mip.row(base, base, moved.chain([(amount, 1.0)]));
            amount
        })
    }

    /// What is at least the square of an amount per weight, over each of its ranges.
    fn above_chords(
        &mut self,
        amount: Var,
        weight: f64,
        ranges: impl Iterator<Item = (f64, f64)>,
    ) -> Var {
        let q = self.mip.add(0.0, 0.0, f64::INFINITY);
        for (low, high) in ranges {
            let row = [(q, 1.0), (amount, -(low + high) / weight)];
            self.mip.row(-low * high / weight, f64::INFINITY, row);
        }
        q
    }
}

/// A cone in numbers of about 1: amounts in today's mean times the mean weight.
struct Shape {
    /// Mean amount per weight today.
    mean: f64,
    weight_mean: f64,
    weights: Vec<f64>,
    bases: Vec<f64>,
}

impl Shape {
    fn new(view: &View, cone: &Cone) -> Option<Self> {
        let mut weights = Vec::new();
        let mut amounts = Vec::new();
        for row in &cone.members {
            let (amount, weight) = view.standing(*row, cone.indicator)?.figure.as_ref()?;
            weights.push(to_f64(weight));
            amounts.push(to_f64(amount));
        }
        let total: f64 = weights.iter().sum();
        let weight_mean = total / weights.len().max(1) as f64;
        // A county without any is measured in its students.
        let mean = match amounts.iter().sum::<f64>() / total {
            mean if mean > 0.0 => mean,
            _ => 1.0,
        };
        Some(Self {
            mean,
            weight_mean,
            bases: amounts.iter().map(|a| a / (mean * weight_mean)).collect(),
            weights: weights.iter().map(|w| w / weight_mean).collect(),
        })
    }
}

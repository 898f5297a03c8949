//! Sites that serve the same blocks, in a hierarchy of regions: how many of a region are open is
//! what prices leave undecided where sites can stand for each other.

use super::super::model::Model;

/// More sites than this are not told apart.
const MOST: usize = 500;

/// How many sites of a region may be open. Those of a model are nested or apart, inner ones first.
#[derive(Debug, Clone)]
pub(crate) struct Limit {
    pub(crate) sites: Vec<usize>,
    pub(crate) least: usize,
    pub(crate) most: usize,
}

impl Model {
    /// Narrows how many of these sites may be open.
    pub(crate) fn limit(&mut self, new: &Limit) {
        match self.limits.iter_mut().find(|l| l.sites == new.sites) {
            Some(limit) => {
                limit.least = limit.least.max(new.least);
                limit.most = limit.most.min(new.most);
            }
            None => {
                let size = new.sites.len();
                let at = self.limits.partition_point(|l| l.sites.len() <= size);
                self.limits.insert(at, new.clone());
            }
        }
    }

    /// Which sites the limits open whatever they cost, and which they leave only if these are
    /// cheaper; `None` where they cannot be kept. `price` is that of a site's best offer.
    ///
    /// Regions are nested, so this is exact: in each the cheapest come first.
    pub(crate) fn limited(&self, price: &[Option<f64>]) -> Option<(Vec<bool>, Vec<bool>)> {
        let mut forced = self.stays.clone();
        let mut dropped = vec![false; self.sites];
        for limit in &self.limits {
            let sites = limit.sites.iter().copied();
            let open = sites.clone().filter(|&j| forced[j]).count();
            let free = sites.filter(|&j| !forced[j] && !dropped[j]);
            let mut free: Vec<(f64, usize)> = free.filter_map(|j| Some((price[j]?, j))).collect();
            if open > limit.most || open + free.len() < limit.least {
                return None;
            }
            free.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            for (n, (_, j)) in free.into_iter().enumerate() {
                forced[j] = open + n < limit.least;
                dropped[j] = open + n >= limit.most;
            }
        }
        Some((forced, dropped))
    }
}

/// Regions of more than one site, inner ones first: those most alike are joined again and again.
pub(crate) fn regions(model: &Model) -> Vec<Vec<usize>> {
    let used = (0..model.sites).filter(|&j| !model.of_site[j].is_empty());
    let mut groups: Vec<Vec<usize>> = used.map(|j| vec![j]).collect();
    let n = groups.len();
    if n > MOST {
        return Vec::new();
    }
    let mut apart: Vec<Vec<f64>> = groups
        .iter()
        .map(|a| {
            groups
                .iter()
                .map(|b| difference(model, a[0], b[0]))
                .collect()
        })
        .collect();
    let mut alive = vec![true; n];
    let mut all = Vec::new();
    for _ in 1..n {
        let mut least = (f64::INFINITY, 0, 0);
        for a in (0..n).filter(|a| alive[*a]) {
            for b in (0..a).filter(|b| alive[*b]) {
                if apart[a][b] < least.0 {
                    least = (apart[a][b], b, a);
                }
            }
        }
        let (_, a, b) = least;
        if a == b {
            break;
        }
        alive[b] = false;
        // The mean over all pairs of both.
        let (one, other) = (groups[a].len() as f64, groups[b].len() as f64);
        let gone = std::mem::take(&mut apart[b]);
        for (near, far) in apart[a].iter_mut().zip(gone) {
            *near = (*near * one + far * other) / (one + other);
        }
        let joined = apart[a].clone();
        for (row, mean) in apart.iter_mut().zip(joined) {
            if let Some(near) = row.get_mut(a) {
                *near = mean;
            }
        }
        let taken = std::mem::take(&mut groups[b]);
        groups[a].extend(taken);
        let mut region = groups[a].clone();
        region.sort_unstable();
        all.push(region);
    }
    all.sort_by_key(Vec::len);
    all
}

/// How differently blocks reach two sites; what only one of them reaches counts most.
fn difference(model: &Model, a: usize, b: usize) -> f64 {
    let each = model.row(a).iter().zip(model.row(b));
    let apart = each.map(|(x, y)| match (x.is_finite(), y.is_finite()) {
        (true, true) => (x - y).abs(),
        (false, false) => 0.0,
        (true, false) => *x,
        (false, true) => *y,
    });
    apart.sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::layout::{dual::select::select, made};

    #[test]
    fn regions_are_nested_and_end_with_all() {
        let problem = made::towns(12, 3, 1);
        let model = Model::new(&problem, &problem.situations[0]);
        let regions = regions(&model);
        assert_eq!(regions.len(), 11);
        assert_eq!(regions[10], (0..12).collect::<Vec<_>>());
        for (n, a) in regions.iter().enumerate() {
            for b in &regions[n + 1..] {
                let shared = a.iter().filter(|j| b.contains(j)).count();
                assert!(shared == 0 || shared == a.len(), "{a:?} {b:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn the_choice_within_limits_is_the_cheapest(
            prices in prop::collection::vec(-20_i32..20, 6),
            inner in (0_usize..3, 0_usize..3),
            outer in (0_usize..5, 0_usize..5),
            count in prop::option::of(0_usize..7),
            stays in prop::collection::vec(prop::bool::weighted(0.1), 6),
        ) {
            let problem = made::median(6, 3, 1);
            let mut model = Model::new(&problem, &problem.situations[0]);
            model.count = count;
            model.stays = stays;
            for (sites, (least, most)) in [(0..4, outer), (1..3, inner)] {
                model.limit(&Limit { sites: sites.collect(), least, most });
            }
            let reduced: Vec<f64> = prices.iter().map(|p| f64::from(*p)).collect();
            let value = |with: &dyn Fn(usize) -> bool| {
                let all = 0_u32..1 << 6;
                let open = |set: &u32, j: usize| set & (1 << j) != 0;
                let keeps = |set: &u32| {
                    let within = |l: &Limit| {
                        let n = l.sites.iter().filter(|j| open(set, **j)).count();
                        l.least <= n && n <= l.most
                    };
                    model.limits.iter().all(within)
                        && count.is_none_or(|c| c == set.count_ones() as usize)
                        && (0..6).all(|j| open(set, j) || !model.stays[j])
                        && with(*set as usize)
                };
                let cost = |set: u32| (0..6).filter(|j| open(&set, *j)).map(|j| reduced[j]).sum();
                all.filter(keeps).map(cost).fold(f64::INFINITY, f64::min)
            };
            let best = value(&|_| true);
            let chosen = select(&model, &reduced, 0.0);
            if best.is_finite() {
                prop_assert_eq!(chosen.value, best);
                for j in 0..6 {
                    let open = value(&|set| set & (1 << j) != 0);
                    let closed = value(&|set| set & (1 << j) == 0);
                    prop_assert!(chosen.if_open(&model, j) <= open);
                    if !model.stays[j] {
                        prop_assert!(chosen.if_closed(&model, j) <= closed);
                    }
                }
            } else {
                prop_assert!(chosen.value <= best);
            }
        }
    }
}

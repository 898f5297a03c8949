//! From amounts to steps: in which year each unit is paid, and who goes where.

use std::collections::BTreeMap;

use super::super::action::{Action, Step};
use super::super::amounts::Amounts;
use super::super::prices::Prices;
use super::super::problem::{Deed, Lever, Problem, traits};

/// The steps of chosen amounts; `None` where budgets and limits leave no year for some unit.
///
/// Everything is paid as early as money and limits allow, in the order: what must be paid soonest,
/// people before things, the dearest unit first.
pub(super) fn schedule(problem: &Problem, prices: &Prices, amounts: &Amounts) -> Option<Vec<Step>> {
    let mut left = problem.budgets.clone();
    let mut items: Vec<(&Lever, u64)> = problem
        .levers
        .iter()
        .zip(amounts)
        .filter(|(l, n)| **n > 0 && !matches!(l.deed, Deed::Give(_)))
        .map(|(l, n)| (l, *n))
        .collect();
    items.sort_by(|(a, _), (b, _)| {
        let key = |l: &Lever| (l.pay.1, l.pay.0, !l.deed.action().is_staff());
        let dear = b.yuan.total_cmp(&a.yuan);
        key(a)
            .cmp(&key(b))
            .then(dear)
            .then((a.section, a.deed).cmp(&(b.section, b.deed)))
    });
    let mut used: BTreeMap<(usize, Action, i16), u64> = BTreeMap::new();
    let mut paid: Vec<(i16, &Lever, u64)> = Vec::new();
    for (lever, amount) in items {
        let action = lever.deed.action();
        let limit = prices.of(action, lever.stage).and_then(|p| p.limit);
        let mut rest = amount;
        for year in lever.pay.0..=lever.pay.1 {
            let used = used.entry((lever.section, action, year)).or_default();
            let within = limit.map_or(rest, |limit| limit.saturating_sub(*used));
            let money = match left.get(&year) {
                Some(yuan) if lever.yuan > 0.0 => {
                    (yuan / lever.yuan * (1.0 + 1e-12)).floor() as u64
                }
                _ => rest,
            };
            let now = rest.min(within).min(money);
            if now == 0 {
                continue;
            }
            *used += now;
            if let Some(yuan) = left.get_mut(&year) {
                *yuan -= lever.yuan * now as f64;
            }
            paid.push((year, lever, now));
            rest -= now;
        }
        if rest > 0 {
            return None;
        }
    }
    Some(steps(problem, amounts, &paid))
}

/// Pairs who leaves with who receives, and puts the steps in order.
fn steps(problem: &Problem, amounts: &Amounts, paid: &[(i16, &Lever, u64)]) -> Vec<Step> {
    let mut givers: BTreeMap<_, Vec<(usize, u64)>> = BTreeMap::new();
    for (lever, amount) in problem.levers.iter().zip(amounts).filter(|(_, n)| **n > 0) {
        if let Deed::Give(kind) = lever.deed {
            let pool = givers.entry((lever.stage, kind, lever.counts_from, lever.pay));
            pool.or_default().push((lever.section, *amount));
        }
    }
    let mut steps: BTreeMap<(i16, usize, Action, Option<usize>, u8), u64> = BTreeMap::new();
    for (year, lever, amount) in paid {
        let Deed::Receive(kind) = lever.deed else {
            let key = (*year, lever.section, lever.deed.action(), None, 0);
            *steps.entry(key).or_default() += amount;
            continue;
        };
        let mut rest = *amount;
        let pool = givers.entry((lever.stage, kind, lever.counts_from, lever.pay));
        for (giver, has) in pool.or_default().iter_mut() {
            let now = rest.min(*has);
            if now > 0 {
                *has -= now;
                rest -= now;
                let key = (
                    *year,
                    lever.section,
                    Action::TransferTeacher,
                    Some(*giver),
                    kind,
                );
                *steps.entry(key).or_default() += now;
            }
        }
    }
    let step = |((year, section, action, from, kind), amount)| Step {
        year,
        section,
        action,
        from,
        counts: if from.is_some() {
            traits(kind)
        } else {
            Vec::new()
        },
        amount,
    };
    steps.into_iter().map(step).collect()
}

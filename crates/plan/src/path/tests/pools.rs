//! Teachers who move until a coefficient keeps its limit.

use junheng_core::model::{Field as F, Stage};

use super::super::amounts::{Amounts, coefficient};
use super::super::cones::even::Excess;
use super::super::cones::pools::share;
use super::super::cones::spread;
use super::super::model::Ask;
use super::super::plan::pose;
use super::super::problem::Deed;
use super::small::{only, rich, set};
use super::*;

/// Six schools of 100 students, one with ten backbone teachers and the others with one each; so many
/// of the ten have a degree. Whether the coefficient of L2 then keeps its limit, how many left, how
/// many came, and what it is.
fn shared(degrees: f64) -> (bool, u64, u64, f64) {
    let standard = standard();
    let mut county = rich(&[100; 6]);
    for row in 0..6 {
        set(&mut county, F::FullTimeTeachers, row, 10.0);
        set(&mut county, F::BackboneTeachers, row, 1.0);
    }
    set(&mut county, F::BackboneTeachers, 0, 10.0);
    set(&mut county, F::TeachersAboveDegree, 0, degrees);
    only(&mut county, &[("transfer_teacher", "5", 0, None)]);
    let options = Options::after(2025);
    let posed = pose(&county, &BTreeMap::new(), &standard, &options).unwrap();
    let problem = &posed.problem;
    let cones = problem.views[0].cones.iter();
    let place = cones
        .enumerate()
        .find(|(_, c)| c.stage == Stage::Primary && standard.indicators[c.indicator].id == "L2");
    let at = (0, place.unwrap().0);
    let ask = Ask::plain(None);
    let mut amounts: Amounts = vec![0; problem.levers.len()];
    let mut excess = Excess::new(problem, &standard, &ask, at, &amounts).unwrap();
    let kept = share(problem, at, &mut excess, &mut amounts);
    let count = |is: fn(&Deed) -> bool| -> u64 {
        let all = problem.levers.iter().zip(&amounts);
        all.filter(|(l, _)| is(&l.deed)).map(|(_, n)| n).sum()
    };
    let values: Vec<f64> = amounts.iter().map(|n| *n as f64).collect();
    let (weights, now) = spread(problem, at, &values);
    (
        kept,
        count(|d| matches!(d, Deed::Give(_))),
        count(|d| matches!(d, Deed::Receive(_))),
        coefficient(&weights, &now),
    )
}

#[test]
fn teachers_move_until_the_limit_is_kept() {
    // 5, 2, 2, 2, 2, 2: √1.25 ÷ 2.5.
    let (kept, left, came, now) = shared(10.0);
    assert_eq!((kept, left, came), (true, 5, 5));
    assert!((now - 1.25_f64.sqrt() / 2.5).abs() < 1e-9, "{now}");
}

#[test]
fn nobody_leaves_where_a_threshold_would_be_lost() {
    // Of five with a degree none can be spared, of two in PE and arts one: three and one go.
    let (kept, left, came, now) = shared(5.0);
    assert_eq!((kept, left, came), (false, 4, 4));
    assert!(now > 0.5, "{now}");
}

//! Several plans near the best.

use std::time::Duration;

use proptest::prelude::*;

use super::super::*;
use super::grid;

/// All plans of whole blocks that keep every rule, by trying everything.
fn all_plans(problem: &Problem) -> Vec<Plan> {
    let (n, k) = (problem.blocks.len(), problem.schools.len());
    let plan = |code: usize| {
        let of = |block: u32| vec![(code / k.pow(block) % k, 1.0)];
        Plan::new(problem, (0..n as u32).map(of).collect(), &vec![0.0; k])
    };
    let all = (0..k.pow(n as u32)).map(plan);
    all.filter(|p| check(problem, p).is_empty()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn another_plan_near_the_best_is_found_where_there_is_one(
        children in prop::collection::vec(0u32..9, 9),
        places in 20.0f64..60.0,
    ) {
        let problem = grid(3, &children, &[0, 8], &[places.floor(), 40.0]);
        let outcome = plan(&problem, &Run::new(1, Duration::from_secs(600)), 3);
        let Some(best) = outcome.plans.first() else { return Ok(()) };
        let near = |p: &Plan| p.objective <= 1.02 * best.objective;
        for (at, other) in outcome.plans.iter().enumerate().skip(1) {
            prop_assert!(near(other) && check(&problem, other).is_empty());
            prop_assert!(outcome.plans[..at].iter().all(|p| p.differs(other, &problem) > 0.0));
        }
        let all = all_plans(&problem);
        let most = all.iter().filter(|p| near(p)).map(|p| p.differs(best, &problem));
        let most = most.fold(0.0, f64::max);
        let found = outcome.plans.get(1).map_or(0.0, |p| p.differs(best, &problem));
        prop_assert!(found == most, "{found} of {most}");
    }
}

#[test]
fn a_plan_optimal_by_flow_has_others_near_it() {
    let problem = grid(10, &[1; 100], &[0, 99], &[60.0, 60.0]);
    let outcome = plan(&problem, &Run::new(1, Duration::from_secs(600)), 4);
    assert_eq!(outcome.status, Status::Optimal);
    assert_eq!(outcome.plans.len(), 4);
    // Any border across the middle is as good.
    for other in &outcome.plans[1..] {
        assert!(other.differs(&outcome.plans[0], &problem) >= 5.0);
    }
}

//! What is forbidden because whole blocks in one piece leave no room for it.

use std::time::Duration;

use proptest::prelude::*;

use super::super::*;
use super::grid;

fn run() -> Run<'static> {
    Run::new(1, Duration::from_secs(600))
}

#[test]
fn what_there_is_no_room_for_is_forbidden() {
    // Six blocks in a row, the schools at its ends: 4 and 3 there, then 5, 6, 1, 2.
    let problem = grid(6, &[4, 5, 6, 1, 2, 3], &[0, 5], &[14.0, 8.0]);
    let mut area = Area::new(&problem);
    area.tighten();
    let may = |school: usize| -> Vec<bool> {
        (0..6)
            .map(|b| area.costs.at(b, school).is_finite())
            .collect()
    };
    // 4 + 5 = 9 and no 6 more; 3 + 2 + 1 = 6 and no 6 more: the third block has no school.
    assert_eq!(may(0), [true, true, false, false, false, false]);
    assert_eq!(may(1), [false, false, false, true, true, true]);
    let outcome = plan(&problem, &run(), 1);
    assert_eq!(outcome.status, Status::Infeasible);
    // One place more, and there is a plan.
    let room = grid(6, &[4, 5, 6, 1, 2, 3], &[0, 5], &[15.0, 8.0]);
    assert_eq!(plan(&room, &run(), 1).status, Status::Optimal);
}

proptest! {
    #[test]
    fn no_plan_needs_what_is_forbidden(
        children in prop::collection::vec(0u32..9, 9),
        places in 10u32..30,
        other in 10u32..30,
    ) {
        let problem = grid(3, &children, &[0, 8], &[f64::from(places), f64::from(other)]);
        let mut area = Area::new(&problem);
        area.tighten();
        for code in 0u32..1 << 9 {
            let owners: Vec<u32> = (0..9).map(|b| code >> b & 1).collect();
            let plan = Plan::new(&problem, shares(&owners), &[0.0; 2]);
            if check(&problem, &plan).is_empty() {
                prop_assert!(area.cost(&owners).is_finite());
            }
        }
    }
}

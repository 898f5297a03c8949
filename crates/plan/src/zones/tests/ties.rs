//! Borders that are arbitrary.

use super::{grid, planned};

#[test]
fn what_lies_behind_a_gateway_is_told_with_it() {
    // A street of five blocks with a school at both ends; from its middle hangs a lane of two.
    let mut problem = grid(7, &[5, 5, 5, 5, 5, 4, 3], &[0, 4], &[100.0, 100.0]);
    for (block, around) in [
        (4, vec![3]),
        (2, vec![1, 3, 5]),
        (5, vec![2, 6]),
        (6, vec![5]),
    ] {
        problem.neighbours[block] = around;
    }
    for (lane, metres) in [(5, 3000.0), (6, 4000.0)] {
        problem.travel.row_mut(lane).fill(metres);
    }
    let ties = planned(&problem).ties;
    assert_eq!(ties.len(), 1);
    assert_eq!((ties[0].block, &*ties[0].behind), (2, &[5, 6][..]));
    // With a metre to choose by, the lane is decided and so is what hangs on it.
    problem.travel.row_mut(5)[0] += 1.0;
    let ties = planned(&problem).ties;
    assert!(ties.iter().all(|t| t.behind.is_empty()));
}

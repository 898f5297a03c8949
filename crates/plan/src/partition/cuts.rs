//! Subset-row cuts (Jepsen et al. 2008): of the sets with two or all of three rows or a group
//! (its row stands after the others), at most one is chosen.

/// Three rows, in their order.
pub(crate) type Cut = [u32; 3];

/// Most cuts at a time, in all and with a row.
const MOST: usize = 60;
const WITH_ROW: usize = 5;
/// The least by which a cut is broken.
const BROKEN: f64 = 0.03;
/// Shares below this are nothing.
const NOTHING: f64 = 1e-6;

/// Whether a set with these rows has two or all of the three.
pub(crate) fn counts(members: impl Iterator<Item = u32>, cut: &Cut) -> bool {
    members.filter(|row| cut.contains(row)).count() >= 2
}

/// Cuts that chosen sets break, given by their rows below `rows` and their shares; those most broken
/// first.
pub(crate) fn broken(rows: usize, chosen: &[(Vec<u32>, f64)]) -> Vec<Cut> {
    let mut together = vec![0.0; rows * rows];
    let mut with: Vec<Vec<usize>> = vec![Vec::new(); rows];
    for (at, (members, share)) in chosen.iter().enumerate() {
        for a in members.iter().map(|a| *a as usize) {
            with[a].push(at);
            for b in members.iter().map(|b| *b as usize).filter(|b| *b != a) {
                together[a * rows + b] += share;
            }
        }
    }
    let mut found: Vec<(f64, Cut)> = Vec::new();
    for a in 0..rows {
        let near: Vec<usize> = (0..rows)
            .filter(|b| together[a * rows + b] > NOTHING)
            .collect();
        for (at, &b) in near.iter().enumerate() {
            for &c in &near[at + 1..] {
                let far = together[b * rows + c];
                // Each three once: where all are joined, from the first of them.
                if far > NOTHING && a > b {
                    continue;
                }
                let pairs = together[a * rows + b] + together[a * rows + c] + far;
                if pairs <= 1.0 + BROKEN {
                    continue;
                }
                // A set with all three was counted with each pair.
                let all = with[a]
                    .iter()
                    .map(|at| &chosen[*at])
                    .filter(|(members, _)| {
                        members.contains(&(b as u32)) && members.contains(&(c as u32))
                    });
                let beyond = pairs - all.map(|(_, share)| 2.0 * share).sum::<f64>() - 1.0;
                if beyond > BROKEN {
                    let mut cut = [a as u32, b as u32, c as u32];
                    cut.sort_unstable();
                    found.push((beyond, cut));
                }
            }
        }
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut used = vec![0; rows];
    let mut cuts = Vec::new();
    for (_, cut) in found {
        if cuts.len() < MOST && cut.iter().all(|row| used[*row as usize] < WITH_ROW) {
            cut.iter().for_each(|row| used[*row as usize] += 1);
            cuts.push(cut);
        }
    }
    cuts
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn three_halves_of_a_triangle_break_its_cut() {
        let halves = [[0, 1], [1, 2], [0, 2]].map(|pair| (pair.to_vec(), 0.5));
        assert_eq!(broken(4, &halves), [[0, 1, 2]]);
        // A set with all three counts once, so one whole set breaks nothing.
        assert_eq!(broken(4, &[(vec![0, 1, 2], 1.0)]), [] as [Cut; 0]);
    }

    proptest! {
        #[test]
        fn finds_the_most_broken_of_all(
            sets in prop::collection::vec((prop::collection::btree_set(0_u32..7, 1..5), 0.0_f64..0.6), 0..10),
        ) {
            let each = sets.into_iter().map(|(set, share)| (set.into_iter().collect(), share));
            let chosen: Vec<(Vec<u32>, f64)> = each.collect();
            let beyond = |cut: &Cut| {
                let counted = chosen.iter().filter(|(set, _)| counts(set.iter().copied(), cut));
                counted.map(|(_, x)| x).sum::<f64>() - 1.0
            };
            let cuts = broken(7, &chosen);
            let found: Vec<f64> = cuts.iter().map(beyond).collect();
            prop_assert!(found.iter().all(|x| *x > BROKEN - 1e-9));
            prop_assert!(found.windows(2).all(|w| w[0] >= w[1] - 1e-9));
            let mut most = 0.0_f64;
            for a in 0..7 {
                for b in a + 1..7 {
                    for c in b + 1..7 {
                        most = most.max(beyond(&[a, b, c]));
                    }
                }
            }
            let first = found.first().copied().unwrap_or(0.0);
            prop_assert!(most <= BROKEN + 1e-9 || (first - most).abs() < 1e-9, "{} {}", first, most);
        }
    }
}

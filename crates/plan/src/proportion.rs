//! Whole numbers that keep their sum.

/// Whole numbers in proportion that add up to `sum`: those with the largest remainders are rounded
/// up, the first of equals. What is no whole number goes to the first; nothing has no parts.
pub(crate) fn in_proportion(parts: &[f64], sum: f64) -> Vec<f64> {
    let all: f64 = parts.iter().sum();
    if all == 0.0 {
        return parts.to_vec();
    }
    let exact: Vec<f64> = parts.iter().map(|n| n * sum / all).collect();
    let mut whole: Vec<f64> = exact.iter().map(|n| n.floor()).collect();
    let mut left = sum - whole.iter().sum::<f64>();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by(|a, b| (exact[*b] - whole[*b]).total_cmp(&(exact[*a] - whole[*a])));
    for at in order {
        if left >= 1.0 {
            whole[at] += 1.0;
            left -= 1.0;
        }
    }
    if let Some(first) = whole.first_mut() {
        *first += left;
    }
    whole
}

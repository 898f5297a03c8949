//! Makes an optimal flow basic: no cycle among the blocks that are split.
//!
//! Along a cycle children can move either way, so in an optimal flow it costs nothing. Pushing
//! until a share is used up breaks the cycle; a forest on k schools splits at most k − 1 blocks.

use super::Transport;

/// A share of a split block: an edge of the graph between split blocks and schools.
type Edge = (usize, usize);

/// Cancels all cycles of the split blocks.
pub(super) fn cancel_cycles(problem: &Transport, amounts: &mut [Vec<(usize, f64)>]) {
    let split: Vec<usize> = (0..amounts.len())
        .filter(|b| amounts[*b].len() > 1)
        .collect();
    let mut forest = Forest::new(problem.open.len());
    for block in split {
        let mut places: Vec<usize> = amounts[block].iter().map(|a| a.0).collect();
        places.sort_unstable();
        for place in places {
            // A cycle through this edge: from the block back to the school by the forest.
            if let Some(path) = forest.path(block, place) {
                let gone = cancel(problem, amounts, &path, (block, place));
                for edge in &gone {
                    forest.remove(*edge);
                }
                if !gone.contains(&(block, place)) {
                    forest.add((block, place));
                }
            } else {
                forest.add((block, place));
            }
        }
    }
}

/// Pushes children around the cycle of `path` (from the block to the school) and `last`; returns
/// the edges that are used up.
fn cancel(
    problem: &Transport,
    amounts: &mut [Vec<(usize, f64)>],
    path: &[Edge],
    last: Edge,
) -> Vec<Edge> {
    // The edges alternate: what one gains, the next loses.
    let cycle: Vec<Edge> = path.iter().copied().chain([last]).collect();
    let unit =
        |edge: &Edge| problem.costs.at(edge.0, problem.open[edge.1]) / problem.supply[edge.0];
    let turn: f64 = cycle
        .iter()
        .enumerate()
        .map(|(at, edge)| if at % 2 == 0 { -unit(edge) } else { unit(edge) })
        .sum();
    // Costs nothing but for rounding: the way that rounding favours.
    let losing = usize::from(turn > 0.0);
    let amount = |amounts: &[Vec<(usize, f64)>], edge: &Edge| {
        let found = amounts[edge.0].iter().find(|a| a.0 == edge.1);
        found.map_or(0.0, |a| a.1)
    };
    let many = cycle
        .iter()
        .skip(losing)
        .step_by(2)
        .map(|edge| amount(amounts, edge))
        .fold(f64::INFINITY, f64::min);
    let mut gone = Vec::new();
    for (at, edge) in cycle.iter().enumerate() {
        let loses = at % 2 == losing;
        let list = &mut amounts[edge.0];
        if let Some(entry) = list.iter_mut().find(|a| a.0 == edge.1) {
            entry.1 += if loses { -many } else { many };
            if loses && entry.1 <= 1e-12 * problem.supply[edge.0] {
                gone.push(*edge);
            }
        }
        list.retain(|a| !gone.contains(&(edge.0, a.0)));
    }
    gone
}

/// A forest between blocks and schools.
struct Forest {
    /// Per school its blocks.
    blocks: Vec<Vec<usize>>,
    edges: std::collections::BTreeMap<usize, Vec<usize>>,
}

impl Forest {
    fn new(schools: usize) -> Self {
        Self {
            blocks: vec![Vec::new(); schools],
            edges: std::collections::BTreeMap::new(),
        }
    }

    fn add(&mut self, (block, place): Edge) {
        self.blocks[place].push(block);
        self.edges.entry(block).or_default().push(place);
    }

    fn remove(&mut self, (block, place): Edge) {
        self.blocks[place].retain(|b| *b != block);
        if let Some(places) = self.edges.get_mut(&block) {
            places.retain(|p| *p != place);
        }
    }

    /// The edges from a block to a school, if they hang together.
    fn path(&self, block: usize, place: usize) -> Option<Vec<Edge>> {
        // By which block each school was reached, and from which school that block.
        let mut came: Vec<Option<(usize, usize)>> = vec![None; self.blocks.len()];
        let mut queue = std::collections::VecDeque::from([(block, usize::MAX)]);
        while let Some((at, from)) = queue.pop_front() {
            for &next in self.edges.get(&at).into_iter().flatten() {
                if next == from || came[next].is_some() {
                    continue;
                }
                came[next] = Some((at, from));
                if next == place {
                    return Some(walk(&came, place));
                }
                let others = self.blocks[next].iter().filter(|b| **b != at);
                queue.extend(others.map(|b| (*b, next)));
            }
        }
        None
    }
}

/// The path that ends at a school, from its first block on.
fn walk(came: &[Option<(usize, usize)>], place: usize) -> Vec<Edge> {
    let mut edges = Vec::new();
    let mut place = place;
    while let Some((block, from)) = came.get(place).copied().flatten() {
        edges.push((block, place));
        if from != usize::MAX {
            edges.push((block, from));
        }
        place = from;
    }
    edges.reverse();
    edges
}

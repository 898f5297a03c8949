//! Rows by group, in the order of the rows.

/// Rows of each group, group after group.
#[derive(Debug, Clone)]
pub(super) struct Groups {
    /// Where each group begins in `rows`, and the end.
    starts: Vec<usize>,
    rows: Vec<usize>,
}

impl Groups {
    /// `groups` groups of the rows for which `of` names one.
    pub(super) fn new(groups: usize, of: impl Iterator<Item = Option<usize>> + Clone) -> Self {
        let mut starts = vec![0; groups + 1];
        for group in of.clone().flatten().filter(|g| *g < groups) {
            starts[group + 1] += 1;
        }
        for n in 0..groups {
            starts[n + 1] += starts[n];
        }
        let mut next = starts.clone();
        let mut rows = vec![0; starts[groups]];
        for (row, group) in of.enumerate() {
            if let Some(group) = group.filter(|g| *g < groups) {
                rows[next[group]] = row;
                next[group] += 1;
            }
        }
        Self { starts, rows }
    }

    /// Number of groups.
    pub(super) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Rows of a group; none where there is no such group.
    pub(super) fn get(&self, group: usize) -> &[usize] {
        match (self.starts.get(group), self.starts.get(group + 1)) {
            (Some(start), Some(end)) => &self.rows[*start..*end],
            _ => &[],
        }
    }
}

//! Headers of one or several rows: finding them, and finding a column by its path.

use super::words::{decimal, header_word, levels, likeness};
use crate::grid::{Grid, Value};

/// A header ends within this many rows from the top.
const TOP: usize = 16;
/// Merged areas looked at; a sheet with more has them in its data.
const MERGES: usize = 5_000;

/// The header of a sheet.
pub(super) struct Header {
    /// First row of data, from 0.
    pub(super) first_data_row: usize,
    /// Per column, the labels from the top of the sheet to the column's own.
    pub(super) paths: Vec<Vec<String>>,
    /// The same in the form that is compared, with the sheet's name in front.
    words: Vec<Vec<String>>,
}

/// Whether a column's levels are those of a path.
type Test<'a> = dyn Fn(&[String]) -> bool + 'a;

/// Where a path led.
pub(super) enum Found {
    /// To one column.
    One(usize),
    /// To several: the mapping must say more.
    Many(Vec<usize>),
    /// Nowhere.
    None,
}

impl Header {
    /// The header of `grid`: up to row `last` (from 0) where it is known, else found.
    ///
    /// Of all places where the header may end, that one is taken which finds most of `wanted`;
    /// where several do, the row above the first figures.
    pub(super) fn of(grid: &Grid, last: Option<usize>, wanted: &[&str]) -> Self {
        let labels = labels(grid);
        let at = |last| Self::ending(grid, &labels, last);
        if let Some(last) = last {
            return at(last.min(labels.len().saturating_sub(1)));
        }
        let guess = guess(grid, &labels);
        let score = |header: &Self| {
            let found = wanted
                .iter()
                .filter(|p| matches!(header.find(p), Found::One(_)));
            found.count()
        };
        let mut best = at(guess);
        if wanted.is_empty() {
            return best;
        }
        let mut most = score(&best);
        for last in 0..labels.len() {
            let other = at(below(grid, &labels, last));
            if score(&other) > most {
                most = score(&other);
                best = other;
            }
        }
        best
    }

    fn ending(grid: &Grid, labels: &[Vec<Option<String>>], last: usize) -> Self {
        let width = labels.iter().map(Vec::len).max().unwrap_or(0);
        let filled = fill_right(grid, labels, last);
        let mut paths = vec![Vec::<String>::new(); width];
        for row in &filled {
            for (path, label) in paths.iter_mut().zip(row) {
                let parts = label.iter().flat_map(|l| l.split(['/', '／']));
                for part in parts.map(str::trim).filter(|p| !p.is_empty()) {
                    if path.last().map(String::as_str) != Some(part) {
                        path.push(part.to_owned());
                    }
                }
            }
        }
        let sheet = if grid.sheet.is_empty() {
            &grid.file
        } else {
            &grid.sheet
        };
        let words = paths
            .iter()
            .map(|p| {
                std::iter::once(sheet)
                    .chain(p)
                    .map(|l| header_word(l))
                    .collect()
            })
            .collect();
        let mut first_data_row = last + 1;
        while labels
            .get(first_data_row)
            .is_some_and(|row| is_numbering(row))
        {
            first_data_row += 1;
        }
        Self {
            first_data_row,
            paths,
            words,
        }
    }

    /// The column that `path` names.
    ///
    /// First columns whose last levels are the path; else those that have its levels in order and
    /// end alike; else the same with a closing 合计 left out.
    pub(super) fn find(&self, path: &str) -> Found {
        let wanted = levels(path);
        let Some((leaf, above)) = wanted.split_last() else {
            return Found::None;
        };
        let in_order = |words: &[String]| {
            let Some((last, rest)) = words.split_last() else {
                return false;
            };
            let mut rest = rest.iter();
            last == leaf && above.iter().all(|level| rest.any(|word| word == level))
        };
        let tests: [&Test; 3] = [
            &|words| words.ends_with(&wanted),
            &in_order,
            &|words| match words.split_last() {
                Some((last, rest)) if matches!(last.as_str(), "合计" | "计" | "小计" | "总计") => {
                    in_order(rest)
                }
                _ => false,
            },
        ];
        for test in tests {
            let labelled = self.words.iter().enumerate().filter(|(_, w)| w.len() > 1);
            let hits: Vec<usize> = labelled.filter(|(_, w)| test(w)).map(|(c, _)| c).collect();
            match hits.as_slice() {
                [] => {}
                [one] => return Found::One(*one),
                _ => return Found::Many(hits),
            }
        }
        Found::None
    }

    /// The column whose header is most like `path`, if any is at all.
    pub(super) fn nearest(&self, path: &str) -> Option<usize> {
        let wanted = levels(path);
        let score = |words: &[String]| {
            let leaf = match (words.last(), wanted.last()) {
                (Some(a), Some(b)) => likeness(a, b),
                _ => 0.0,
            };
            let whole = likeness(
                &words.get(1..).unwrap_or_default().concat(),
                &wanted.concat(),
            );
            leaf.max(whole)
        };
        let labelled = self.words.iter().enumerate().filter(|(_, w)| w.len() > 1);
        let scored = labelled.map(|(c, w)| (c, score(w)));
        let best = scored.max_by(|a, b| a.1.total_cmp(&b.1))?;
        (best.1 >= 0.3).then_some(best.0)
    }

    /// The path of a column as it is shown.
    pub(super) fn title(&self, column: usize) -> String {
        self.paths
            .get(column)
            .map(|p| p.join("/"))
            .unwrap_or_default()
    }

    /// The compared form of a column's own labels.
    pub(super) fn words(&self, column: usize) -> &[String] {
        self.words
            .get(column)
            .and_then(|w| w.get(1..))
            .unwrap_or_default()
    }

    /// Whether any level of the column says 万元.
    pub(super) fn in_ten_thousands(&self, column: usize) -> bool {
        self.paths
            .get(column)
            .is_some_and(|p| p.iter().any(|l| l.contains("万元")))
    }
}

/// The labels of the top rows, each merged area filled with its first cell.
fn labels(grid: &Grid) -> Vec<Vec<Option<String>>> {
    let top = grid.rows.len().min(TOP);
    let width = grid.rows.iter().take(top).map(Vec::len).max().unwrap_or(0);
    let mut labels: Vec<Vec<Option<String>>> = (0..top)
        .map(|r| (0..width).map(|c| grid.at(r, c).as_label()).collect())
        .collect();
    let mut painted = vec![vec![false; width]; top];
    for &(r0, c0, r1, c1) in grid.merged.iter().take(MERGES) {
        let (r0, c0, r1, c1) = (r0 as usize, c0 as usize, r1 as usize, c1 as usize);
        // Merged areas never overlap; a file that says so is not worth the work.
        if painted
            .get(r0)
            .and_then(|row| row.get(c0))
            .is_none_or(|p| *p)
        {
            continue;
        }
        let label = grid.at(r0, c0).as_label();
        let rows = labels
            .iter_mut()
            .zip(&mut painted)
            .take(r1.saturating_add(1))
            .skip(r0);
        for (row, painted) in rows {
            let cells = row
                .iter_mut()
                .zip(painted)
                .take(c1.saturating_add(1))
                .skip(c0);
            for (cell, painted) in cells {
                cell.clone_from(&label);
                *painted = true;
            }
        }
    }
    labels
}

/// Where no area is merged (CSV), a group's label stands over its first column only: carry it
/// right over the columns that have a label further down and the same groups above.
fn fill_right(
    grid: &Grid,
    labels: &[Vec<Option<String>>],
    last: usize,
) -> Vec<Vec<Option<String>>> {
    let mut rows: Vec<Vec<Option<String>>> = labels.iter().take(last + 1).cloned().collect();
    let merged = grid.merged.iter().any(|&(r0, ..)| r0 as usize <= last);
    if merged {
        return rows;
    }
    for r in 0..rows.len().saturating_sub(1) {
        for c in 1..rows.get(r).map_or(0, Vec::len) {
            let cell =
                |r: usize, c: usize| rows.get(r).and_then(|row| row.get(c)).cloned().flatten();
            let below = (r + 1..rows.len()).any(|lower| cell(lower, c).is_some());
            let left_below = (r + 1..rows.len()).any(|lower| cell(lower, c - 1).is_some());
            let same_above = (0..r).all(|upper| cell(upper, c) == cell(upper, c - 1));
            if cell(r, c).is_none() && below && left_below && same_above {
                let label = cell(r, c - 1);
                if let Some(slot) = rows.get_mut(r).and_then(|row| row.get_mut(c)) {
                    *slot = label;
                }
            }
        }
    }
    rows
}

/// The row above the first figures; else the first row with two labels.
fn guess(grid: &Grid, labels: &[Vec<Option<String>>]) -> usize {
    let is_figure = |value: &Value| match value {
        Value::Number(_) | Value::Date(_) => true,
        Value::Text(text) => decimal(text).is_some(),
        _ => false,
    };
    let several = |row: &Vec<Option<String>>| row.iter().flatten().count() > 1;
    let figures = (1..labels.len()).find(|&r| {
        let row = grid.rows.get(r);
        labels
            .get(r)
            .is_some_and(|l| several(l) && !is_numbering(l))
            && row.is_some_and(|row| row.iter().any(is_figure))
    });
    match figures {
        Some(first) => (0..first)
            .rev()
            .find(|&r| labels.get(r).is_some_and(|l| !is_numbering(l)))
            .unwrap_or(0),
        None => below(grid, labels, labels.iter().position(several).unwrap_or(0)),
    }
}

/// The lowest row of the merged areas that reach `row`.
fn below(grid: &Grid, labels: &[Vec<Option<String>>], row: usize) -> usize {
    let reach =
        |&&(r0, _, r1, _): &&(u32, u32, u32, u32)| (r0 as usize..=r1 as usize).contains(&row);
    let lowest = grid
        .merged
        .iter()
        .take(MERGES)
        .filter(reach)
        .map(|m| m.2 as usize)
        .max();
    lowest
        .unwrap_or(row)
        .max(row)
        .min(labels.len().saturating_sub(1))
}

/// A row that numbers the columns: 甲 乙 1 2 3.
fn is_numbering(row: &[Option<String>]) -> bool {
    let labels: Vec<&String> = row.iter().flatten().collect();
    let mut next = 1;
    labels.len() > 2
        && labels.iter().all(|label| match label.parse::<u32>() {
            Ok(n) => {
                let fits = n == next;
                next += 1;
                fits
            }
            Err(_) => ["甲", "乙", "丙", "丁", "戊", "己"].contains(&label.as_str()),
        })
}

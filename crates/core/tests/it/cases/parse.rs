//! A Markdown file of cases: prose for people, lists of settings and tables for the runner.

use std::fs;
use std::path::Path;

/// `- 标准：cn-2017-6`.
#[derive(Debug, Clone)]
pub(super) struct Setting {
    pub(super) name: String,
    pub(super) value: String,
}

/// A table under a `###` heading.
#[derive(Debug, Clone)]
pub(super) struct Grid {
    pub(super) title: String,
    pub(super) header: Vec<String>,
    /// Rows with their line in the file.
    pub(super) rows: Vec<(usize, Vec<String>)>,
    pub(super) line: usize,
}

/// What stands before the first `##`, or under one.
#[derive(Debug, Clone, Default)]
pub(super) struct Block {
    pub(super) title: String,
    pub(super) settings: Vec<Setting>,
    pub(super) grids: Vec<Grid>,
}

/// A file: what all its cases share, and the cases.
#[derive(Debug, Clone)]
pub(super) struct File {
    pub(super) name: String,
    pub(super) shared: Block,
    pub(super) cases: Vec<Block>,
}

pub(super) fn read(path: &Path, name: &str) -> File {
    let text = fs::read_to_string(path).unwrap_or_else(|e| panic!("{name}: {e}"));
    let mut blocks = vec![Block::default()];
    let mut caption = String::new();
    let mut open = false;
    for (n, line) in text.lines().enumerate() {
        let block = blocks.last_mut().unwrap();
        let table = line.starts_with('|');
        if let Some(title) = line.strip_prefix("## ") {
            blocks.push(Block {
                title: title.trim().to_owned(),
                ..Block::default()
            });
        } else if let Some(title) = line.strip_prefix("### ") {
            title.trim().clone_into(&mut caption);
        } else if let Some((name, value)) = line.strip_prefix("- ").and_then(|l| l.split_once('：'))
        {
            block.settings.push(Setting {
                name: name.trim().to_owned(),
                value: value.trim().to_owned(),
            });
        } else if table && !open {
            block.grids.push(Grid {
                title: caption.clone(),
                header: cells(line),
                rows: Vec::new(),
                line: n + 1,
            });
        } else if table && !line.starts_with("| ---") {
            let grid = block.grids.last_mut().unwrap();
            let row = cells(line);
            assert_eq!(row.len(), grid.header.len(), "{name}:{}: columns", n + 1);
            grid.rows.push((n + 1, row));
        }
        open = table;
    }
    let shared = blocks.remove(0);
    File {
        name: name.to_owned(),
        shared,
        cases: blocks,
    }
}

fn cells(line: &str) -> Vec<String> {
    line.trim()
        .trim_matches('|')
        .split('|')
        .map(|cell| cell.trim().to_owned())
        .collect()
}

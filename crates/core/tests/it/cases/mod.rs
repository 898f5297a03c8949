//! The literate cases beside the packs: every table of every file is run and compared.
//!
//! `docs/standards.md` explains how a case is written.

mod bundle;
mod coverage;
mod expect;
mod parse;

use std::collections::BTreeMap;
use std::fs;

use junheng_core::date::Date;
use junheng_core::evaluate::evaluate;
use junheng_core::standard::{Pack, Standard};

use crate::packs::{ids, pack, standards};
use bundle::Bundle;
use coverage::Coverage;
use expect::{Asked, same};
use parse::{Block, File, Grid, Setting};

/// What a case is judged by.
#[derive(Debug, Clone, Default)]
struct Rule {
    standard: String,
    overlays: Vec<String>,
    day: String,
    choices: Vec<(String, String)>,
}

impl Rule {
    fn set(&mut self, name: &str, value: &str) {
        let list = |text: &str| -> Vec<String> {
            let parts = text.split('、').filter(|p| *p != "无");
            parts.map(str::to_owned).collect()
        };
        match name {
            "标准" => value.clone_into(&mut self.standard),
            "叠加" => self.overlays = list(value),
            "日期" => value.clone_into(&mut self.day),
            "参数" => {
                let pairs = list(value);
                let pairs = pairs.iter().filter_map(|p| p.split_once('='));
                self.choices = pairs.map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
            }
            _ => {}
        }
    }

    fn resolve(&self, packs: &BTreeMap<String, Pack>) -> Standard {
        let overlays: Vec<&Pack> = self.overlays.iter().map(|id| &packs[id]).collect();
        let day: Date = self.day.parse().expect("a day");
        match Standard::resolve(&packs[&self.standard], &overlays, day, &self.choices) {
            Ok(standard) => standard,
            Err(errors) => panic!("{self:?}: {errors:#?}"),
        }
    }
}

/// The state of a case: settings and tables laid one over the other.
#[derive(Debug, Clone, Default)]
struct State {
    rule: Rule,
    bundle: Bundle,
}

impl State {
    fn lay(&mut self, block: &Block) {
        for Setting { name, value } in &block.settings {
            if name == "基础" {
                let base = parse::read(&standards().join(value), value);
                self.lay(&base.shared);
            } else {
                self.rule.set(name, value);
            }
        }
        for grid in &block.grids {
            if !matches!(grid.title.as_str(), "结论" | "逐例") {
                self.bundle.lay(grid);
            }
        }
    }
}

struct Runner {
    packs: BTreeMap<String, Pack>,
    coverage: Coverage,
    failures: Vec<String>,
    asked: usize,
}

impl Runner {
    fn new() -> Self {
        Self {
            packs: ids()
                .into_iter()
                .map(|id| (id.clone(), pack(&id)))
                .collect(),
            coverage: Coverage::default(),
            failures: Vec::new(),
            asked: 0,
        }
    }

    fn file(&mut self, file: &File) {
        let mut shared = State::default();
        shared.lay(&file.shared);
        for case in &file.cases {
            let mut state = shared.clone();
            state.lay(case);
            for grid in &case.grids {
                let place = format!("{}:{}", file.name, grid.line);
                match grid.title.as_str() {
                    "结论" => {
                        let wants = grid
                            .rows
                            .iter()
                            .map(|(line, row)| (*line, row[0].clone(), row[1].clone()));
                        let wants: Vec<_> = wants.collect();
                        self.run(&file.name, &case.title, &state, &wants);
                    }
                    "逐例" => self.examples(file, case, &state, grid),
                    _ => assert!(!grid.rows.is_empty(), "{place}: an empty table"),
                }
            }
        }
    }

    /// Each row is a county of its own: columns with → are asked, the others are set.
    fn examples(&mut self, file: &File, case: &Block, state: &State, grid: &Grid) {
        for (line, row) in &grid.rows {
            let mut state = state.clone();
            let mut wants = Vec::new();
            for (head, cell) in grid.header.iter().zip(row) {
                if let Some(target) = head.strip_prefix('→') {
                    wants.push((*line, target.trim().to_owned(), cell.clone()));
                } else if matches!(head.as_str(), "日期" | "参数" | "叠加" | "标准") {
                    state.rule.set(head, cell);
                } else if head != "说明" {
                    state.bundle.set(head, cell);
                }
            }
            self.run(&file.name, &case.title, &state, &wants);
        }
    }

    fn run(&mut self, file: &str, case: &str, state: &State, wants: &[(usize, String, String)]) {
        let standard = state.rule.resolve(&self.packs);
        let snapshot = state.bundle.snapshot();
        let evaluation = evaluate(&snapshot, &standard);
        self.coverage.add(&standard, &evaluation);
        let asked = Asked {
            snapshot: &snapshot,
            standard: &standard,
            evaluation: &evaluation,
        };
        for (line, target, want) in wants {
            self.asked += 1;
            let have = asked.answer(target);
            let right = have.as_ref().is_some_and(|have| same(want, have));
            if !right {
                let have = have.unwrap_or_else(|| "（没有这一项）".to_owned());
                let failure = format!("{file}:{line}: {case}: {target}：应为 {want}，实为 {have}");
                self.failures.push(failure);
            }
        }
    }
}

#[test]
fn every_case_holds_and_every_limit_has_both_sides() {
    let mut runner = Runner::new();
    let mut without = Vec::new();
    for id in ids() {
        let folder = standards().join(&id).join("cases");
        let mut names: Vec<String> = fs::read_dir(&folder)
            .into_iter()
            .flatten()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .filter(|name| name.ends_with(".md"))
            .collect();
        names.sort();
        if names.is_empty() {
            without.push(id.clone());
        }
        for name in names {
            let name = format!("{id}/cases/{name}");
            runner.file(&parse::read(&standards().join(&name), &name));
        }
    }
    println!("{} conclusions compared", runner.asked);
    assert!(
        runner.failures.is_empty(),
        "\n{}\n",
        runner.failures.join("\n")
    );
    assert!(without.is_empty(), "packs without a case: {without:?}");
    let one_sided = runner.coverage.one_sided(&runner.packs);
    assert!(one_sided.is_empty(), "\n{}\n", one_sided.join("\n"));
}

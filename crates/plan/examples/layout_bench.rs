//! Times the layout planner on folders of instances: `layout_bench DIR [NAME]`.
#![allow(clippy::unwrap_used, reason = "a benchmark stops at the first fault")]
mod bundle;

use junheng_core::model::Stage;
use junheng_plan::layout::{self, Asked, Outlook, Rules};
use junheng_plan::run::Run;
use std::path::Path;
use std::time::{Duration, Instant};

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let dir = Path::new(&args[1]);
    let known = std::fs::read_to_string(dir.join("best_known.csv")).unwrap();
    for line in known.lines().skip(1) {
        let parts: Vec<&str> = line.split(',').collect();
        if args.get(2).is_some_and(|n| n != parts[0]) {
            continue;
        }
        let optimum: f64 = parts[1].parse().unwrap_or(f64::NAN);
        let number = |n: usize| args.get(n).and_then(|a| a.parse::<usize>().ok());
        let (periods, scenarios) = (number(3).unwrap_or(1), number(4).unwrap_or(1));
        let snapshot = bundle::load(&dir.join(parts[0]));
        let mut outlook = Vec::new();
        for p in 0..periods {
            for s in 0..scenarios {
                let factor = 1.0 + p as f64 * (0.05 * (s as f64 - 1.0));
                let weight = 1.0 / scenarios as f64;
                outlook.push(Outlook::of(&snapshot, Stage::Primary, p, weight).grown(factor));
            }
        }
        let rules = Rules {
            open_exactly: parts.get(2).and_then(|p| p.parse().ok()),
            split: args.get(5).is_some_and(|a| a == "split"),
            ..Rules::default()
        };
        let reading = layout::read(
            &snapshot,
            Asked {
                stage: Stage::Primary,
                rules,
                close_protected: false,
                outlook: if periods * scenarios > 1 {
                    outlook
                } else {
                    vec![]
                },
            },
        )
        .unwrap();
        let began = Instant::now();
        let outcome = layout::plan(
            &reading.problem,
            &Run::new(
                1,
                Duration::from_secs(args.get(6).and_then(|a| a.parse().ok()).unwrap_or(60)),
            ),
        );
        let Some(proof) = outcome.proof else {
            println!(
                "{} {:?} {:?} {:.2} s",
                parts[0],
                outcome.status,
                outcome.conflicts,
                began.elapsed().as_secs_f64()
            );
            continue;
        };
        assert_eq!(
            layout::check(&reading.problem, &outcome.plan.unwrap()),
            vec![]
        );
        println!(
            "{} optimum {optimum} found {} bound {:.3} gap {:.5}% {:.2} s",
            parts[0],
            proof.objective,
            proof.bound,
            proof.gap() * 100.0,
            began.elapsed().as_secs_f64()
        );
    }
}

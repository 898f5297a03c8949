//! Times the zone planner on folders of instances with known optima: `zones_bench DIR [NAME...]`.
//!
//! `DIR/best_known.csv` has the instances and, in its last column, the best plan known. Ends with
//! an error where the mean gap to it exceeds 0.10 % or one exceeds 0.5 %.
#![allow(clippy::unwrap_used, reason = "a benchmark stops at the first fault")]
mod bundle;

use std::path::Path;
use std::time::{Duration, Instant};

use junheng_core::model::Stage;
use junheng_plan::run::Run;
use junheng_plan::zones::{self, Rules};

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let dir = Path::new(&args[0]);
    let known = std::fs::read_to_string(dir.join("best_known.csv")).unwrap();
    let mut gaps = Vec::new();
    for line in known.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        if args.len() > 1 && !args[1..].iter().any(|name| name == cells[0]) {
            continue;
        }
        let best: f64 = cells.last().unwrap().parse().unwrap();
        let snapshot = bundle::load(&dir.join(cells[0]));
        let problem = zones::read(&snapshot, Stage::Primary, Rules::default())
            .unwrap()
            .problem;
        let (began, worked) = (Instant::now(), processor_seconds());
        let outcome = zones::plan(&problem, &Run::new(1, Duration::from_secs(600)), 1);
        let (wall, worked) = (began.elapsed().as_secs_f64(), processor_seconds() - worked);
        let plan = &outcome.plans[0];
        assert_eq!(zones::check(&problem, plan), vec![]);
        let gap = 100.0 * (plan.objective - best) / best;
        gaps.push(gap);
        println!(
            "{} best known {best:.3} found {:.3} ({gap:+.4} %) bound {:.3} ({:.3} %) {wall:.2} s, {worked:.2} s of processor",
            cells[0],
            plan.objective,
            outcome.bound,
            100.0 * (plan.objective - outcome.bound) / plan.objective,
        );
    }
    let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
    let most = gaps.iter().copied().fold(0.0, f64::max);
    println!("{} areas: mean {mean:.4} %, most {most:.4} %", gaps.len());
    if mean > 0.10 || most > 0.5 {
        std::process::exit(1);
    }
}

/// Seconds of processor so far, all threads together; 0 where the system does not tell.
fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = stat.rsplit(')').next().unwrap_or_default();
    let ticks = after.split_whitespace().skip(11).take(2);
    ticks.filter_map(|t| t.parse::<f64>().ok()).sum::<f64>() / 100.0
}

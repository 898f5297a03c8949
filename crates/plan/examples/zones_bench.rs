//! Times the zone planner: `zones_bench [seeds=1..3] [threads=2] [limit=10] WHAT...`, where each
//! `WHAT` is a folder of instances with known optima (`DIR` or `DIR:NAME,NAME`), or a made area
//! (`SCHOOLSxBLOCKS`, places per child 1.05, or `SCHOOLSxBLOCKS:PLACES:UNEVEN:SEED`).
//!
//! `DIR/best_known.csv` has the instances and, in its last column, the best plan known. Ends with
//! an error where the mean gap to it exceeds 0.10 % or one exceeds 0.5 %.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a benchmark stops at the first fault"
)]
mod bundle;
mod made;

use std::path::Path;
use std::time::{Duration, Instant};

use junheng_core::model::{Snapshot, Stage};
use junheng_plan::run::Run;
use junheng_plan::zones::{self, Rules};

/// How to measure.
struct How {
    seeds: std::ops::RangeInclusive<u64>,
    threads: usize,
    limit: f64,
}

fn main() {
    let mut how = How {
        seeds: 1..=1,
        threads: 2,
        limit: 600.0,
    };
    let mut gaps = Vec::new();
    for arg in std::env::args().skip(1) {
        match arg.split_once('=') {
            Some(("seeds", seeds)) => {
                let (first, last) = seeds.split_once("..").unwrap_or((seeds, seeds));
                how.seeds = first.parse().unwrap()..=last.parse().unwrap();
            }
            Some(("threads", threads)) => how.threads = threads.parse().unwrap(),
            Some(("limit", limit)) => how.limit = limit.parse().unwrap(),
            Some(_) => {
                eprintln!("no such option: {arg}");
                std::process::exit(2);
            }
            None if Path::new(arg.split(':').next().unwrap()).is_dir() => {
                folder(&arg, &how, &mut gaps);
            }
            None => {
                let kind = made_kind(&arg);
                solve(&arg, &made::area(kind), &how, None, &mut gaps);
            }
        }
    }
    if gaps.is_empty() {
        return;
    }
    let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
    let most = gaps.iter().copied().fold(0.0, f64::max);
    println!("{} plans: mean {mean:.4} %, most {most:.4} %", gaps.len());
    if mean > 0.10 || most > 0.5 {
        std::process::exit(1);
    }
}

/// `SCHOOLSxBLOCKS:PLACES:UNEVEN:SEED`.
fn made_kind(arg: &str) -> made::Kind {
    let mut parts = arg.split(':');
    let (schools, blocks) = parts.next().unwrap().split_once('x').unwrap();
    let mut next = |otherwise: f64| parts.next().map_or(otherwise, |p| p.parse().unwrap());
    made::Kind {
        schools: schools.parse().unwrap(),
        blocks: blocks.parse().unwrap(),
        places: next(1.05),
        uneven: next(0.3),
        seed: next(1.0) as u64,
    }
}

/// The instances of a folder with the best plans known.
fn folder(arg: &str, how: &How, gaps: &mut Vec<f64>) {
    let (dir, names) = arg.split_once(':').unwrap_or((arg, ""));
    let dir = Path::new(dir);
    let known = std::fs::read_to_string(dir.join("best_known.csv")).unwrap();
    for line in known.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        if names.is_empty() || names.split(',').any(|name| cells[0].ends_with(name)) {
            let best: f64 = cells.last().unwrap().parse().unwrap();
            let snapshot = bundle::load(&dir.join(cells[0]));
            solve(cells[0], &snapshot, how, Some(best), gaps);
        }
    }
}

fn solve(name: &str, snapshot: &Snapshot, how: &How, best: Option<f64>, gaps: &mut Vec<f64>) {
    let began = Instant::now();
    let problem = zones::read(snapshot, Stage::Primary, Rules::default())
        .unwrap()
        .problem;
    let read = began.elapsed().as_secs_f64();
    if read > 0.5 {
        println!("{name}: read, with ways along the roads, in {read:.2} s");
    }
    for seed in how.seeds.clone() {
        let (began, worked) = (Instant::now(), processor_seconds());
        let limit = Duration::from_secs_f64(how.limit);
        let outcome = zones::plan(&problem, &Run::new(seed, limit).on(how.threads), 1);
        let (wall, worked) = (began.elapsed().as_secs_f64(), processor_seconds() - worked);
        let time = format!("{wall:.2} s, {worked:.2} s of processor");
        let Some(plan) = outcome.plans.first() else {
            println!("{name} seed {seed} no plan ({:?}), {time}", outcome.status);
            for conflict in &outcome.conflicts {
                println!("  {}", conflict.message.en);
            }
            gaps.push(f64::INFINITY);
            continue;
        };
        assert_eq!(zones::check(&problem, plan), vec![]);
        let above = |low: f64| 100.0 * (plan.objective - low) / low;
        let known = best.map(|best| {
            gaps.push(above(best));
            format!(" ({:+.4} % of the best known)", above(best))
        });
        println!(
            "{name} seed {seed} found {:.3}{} bound {:.3} ({:.3} %) {time}",
            plan.objective,
            known.unwrap_or_default(),
            outcome.bound,
            above(outcome.bound),
        );
    }
}

/// Seconds of processor so far, all threads together; 0 where the system does not tell.
fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = stat.rsplit(')').next().unwrap_or_default();
    let ticks = after.split_whitespace().skip(11).take(2);
    ticks.filter_map(|t| t.parse::<f64>().ok()).sum::<f64>() / 100.0
}

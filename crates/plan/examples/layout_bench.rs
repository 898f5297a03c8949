//! Times the layout planner, on published instances or on made-up ones.
//!
//! `layout_bench DIR [NAME]`: the bundles of a folder with a `best_known.csv`.
//! `layout_bench made median|towns BLOCKS OPEN`, `made single SITES BLOCKS`,
//! `made plane SITES BLOCKS [ratio=R]` (places of all sites to students, 2),
//! `made county SITES BLOCKS [PERIODS SCENARIOS]`.
//! Options: `seed=N` (of the instance), `run=N` (seed of the run), `seconds=S`, `gap=G`, `split`, `threads=N`, `told`.
#![allow(clippy::unwrap_used, reason = "a benchmark stops at the first fault")]
mod bundle;

use junheng_core::model::Stage;
use junheng_plan::layout::{self, Asked, Problem, Rules, made};
use junheng_plan::run::Run;
use std::path::Path;
use std::time::{Duration, Instant};

struct Options {
    words: Vec<String>,
    options: Vec<String>,
}

impl Options {
    fn size(&self, n: usize) -> Option<usize> {
        self.words.get(n).map(|w| w.parse().unwrap())
    }

    fn value(&self, name: &str) -> Option<f64> {
        let named = |o: &String| Some(o.strip_prefix(name)?.strip_prefix('=')?.parse().unwrap());
        self.options.iter().find_map(named)
    }

    fn has(&self, name: &str) -> bool {
        self.options.iter().any(|o| o == name)
    }
}

fn main() {
    let all = std::env::args().skip(1);
    let flags = ["split", "told"];
    let (options, words) = all.partition(|a| a.contains('=') || flags.contains(&a.as_str()));
    let options = Options { words, options };
    let Some(first) = options.words.first() else {
        println!("layout_bench DIR [NAME], or layout_bench made FAMILY SIZES…");
        return;
    };
    if first == "made" {
        let seed = options.value("seed").unwrap_or(1.0) as u64;
        let (a, b) = (options.size(2).unwrap(), options.size(3).unwrap());
        let problem = match options.words[1].as_str() {
            "median" => made::median(a, b, seed),
            "towns" => made::towns(a, b, seed),
            "single" => made::single_source(a, b, seed),
            "plane" => made::plane(a, b, options.value("ratio").unwrap_or(2.0), seed),
            _ => {
                let (periods, scenarios) = (options.size(4), options.size(5));
                made::county(a, b, periods.unwrap_or(1), scenarios.unwrap_or(1), seed)
            }
        };
        let name = format!("{} seed={seed}", options.words[1..].join(" "));
        return time(&name, problem, None, &options);
    }
    let dir = Path::new(first);
    let known = std::fs::read_to_string(dir.join("best_known.csv")).unwrap();
    for line in known.lines().skip(1) {
        let parts: Vec<&str> = line.split(',').collect();
        if options.words.get(1).is_some_and(|n| n != parts[0]) {
            continue;
        }
        let rules = Rules {
            open_exactly: parts.get(2).and_then(|p| p.parse().ok()),
            ..Rules::default()
        };
        let asked = Asked {
            stage: Stage::Primary,
            rules,
            close_protected: false,
            sizes: None,
            outlook: Vec::new(),
        };
        let reading = layout::read(&bundle::load(&dir.join(parts[0])), asked).unwrap();
        time(parts[0], reading.problem, parts[1].parse().ok(), &options);
    }
}

fn time(name: &str, mut problem: Problem, optimum: Option<f64>, options: &Options) {
    problem.rules.split = options.has("split");
    problem.rules.gap = options.value("gap").unwrap_or(0.0);
    let began = Instant::now();
    let told = |p: junheng_plan::run::Progress| {
        if options.has("told") {
            println!("  {:.2} s {p:?}", began.elapsed().as_secs_f64());
        }
    };
    let limit = Duration::from_secs_f64(options.value("seconds").unwrap_or(60.0));
    let threads = options.value("threads").unwrap_or(2.0) as usize;
    let run = Run::new(options.value("run").unwrap_or(1.0) as u64, limit)
        .on(threads)
        .told_to(&told);
    let outcome = layout::plan(&problem, &run);
    let seconds = began.elapsed().as_secs_f64();
    let (Some(plan), Some(proof)) = (outcome.plan, outcome.proof) else {
        println!(
            "{name} {:?} {:?} {seconds:.2} s",
            outcome.status, outcome.conflicts
        );
        return;
    };
    assert_eq!(layout::check(&problem, &plan), vec![]);
    let optimum = optimum.map_or_else(String::new, |o| format!("optimum {o} "));
    println!(
        "{name} {optimum}found {} bound {:.3} gap {:.5}% {seconds:.2} s",
        proof.objective,
        proof.bound,
        proof.gap() * 100.0,
    );
}

//! Timed runs of the shipped profile. The results are printed; `docs/benchmarks.md` quotes them.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::run::{cargo, command, junheng, line, root, run};

/// Timed runs after one that warms up.
const RUNS: usize = 10;

/// One job, timed from the start of the process to its end.
struct Bench {
    name: &'static str,
    /// Seconds that the median must not exceed.
    target: f64,
    /// Makes the input, from the root of the workspace.
    prepare: fn() -> Result<()>,
    /// Arguments of `junheng`.
    arguments: &'static [&'static str],
    /// A Python program that does the same, and the module it needs.
    peer: Option<(&'static str, &'static str)>,
}

const BENCHES: &[Bench] = &[
    Bench {
        name: "county",
        target: 0.1,
        prepare: || generate("60", "target/bench/county"),
        arguments: &["evaluate", "target/bench/county"],
        peer: None,
    },
    Bench {
        name: "workbook",
        target: 2.0,
        prepare: workbook,
        arguments: &["check", "target/bench/county.xlsx"],
        peer: Some((
            "openpyxl",
            "import openpyxl\n\
             book = openpyxl.load_workbook('target/bench/county.xlsx', read_only=True)\n\
             print(sum(len(r) for s in book for r in s.iter_rows(values_only=True)))\n",
        )),
    },
];

/// Planners, each an example of `junheng-plan` that prints its own table: the command lines of `cargo`.
/// `DATA` is what `JUNHENG_REAL_DATA` names.
const PLANNERS: &[(&str, &[&str])] = &[
    (
        "transport",
        &["bench -p junheng-plan --bench transport -- large"],
    ),
    (
        "path",
        &[
            "run --release -p junheng-plan --example path_bench -- 30 1 plain",
            "run --release -p junheng-plan --example path_bench -- 60 1",
            "run --release -p junheng-plan --example path_bench -- 300 4",
            "run --release -p junheng-plan --example path_bench -- 300 4 binding",
        ],
    ),
    (
        "rotation",
        &[
            "run --release -p junheng-plan --example rotation -- 100 1 0.01 60 plain",
            "run --release -p junheng-plan --example rotation -- 300 1 0.01 60",
        ],
    ),
    (
        "zones",
        &[
            "run --release -p junheng-plan --example zones_bench -- seeds=1..3 DATA/bundles/zones-zy",
            "run --release -p junheng-plan --example zones_bench -- limit=60 40x300:1.1:1 20x1300 300x50000",
        ],
    ),
    (
        "layout",
        &[
            "run --release -p junheng-plan --example layout_bench -- DATA/bundles/layout-cpmp",
            "run --release -p junheng-plan --example layout_bench -- DATA/bundles/layout-sscflp",
            "run --release -p junheng-plan --example layout_bench -- made county 200 5000",
            "run --release -p junheng-plan --example layout_bench -- made county 150 1000 5 3 gap=0.02",
        ],
    ),
    (
        "forecast",
        &["run --release -p junheng-plan --example forecast_holdout"],
    ),
];

/// Runs the benchmark called `name`, or all.
pub(crate) fn bench(name: Option<&str>) -> Result<()> {
    let wanted = |bench: &&Bench| name.is_none_or(|name| name == bench.name);
    let planners: Vec<_> = PLANNERS
        .iter()
        .filter(|(planner, _)| name.is_none_or(|name| name == *planner))
        .collect();
    let names: Vec<&str> = BENCHES
        .iter()
        .map(|bench| bench.name)
        .chain(PLANNERS.iter().map(|p| p.0))
        .collect();
    let benches: Vec<&Bench> = BENCHES.iter().filter(wanted).collect();
    ensure!(
        !benches.is_empty() || !planners.is_empty(),
        "no such benchmark; there are: {}",
        names.join(", ")
    );
    let data = std::env::var("JUNHENG_REAL_DATA").ok();
    for arguments in planners.iter().flat_map(|p| p.1) {
        if data.is_none() && arguments.contains("DATA") {
            println!("JUNHENG_REAL_DATA is not set: left out {arguments}");
            continue;
        }
        let arguments = arguments.replace("DATA", data.as_deref().unwrap_or_default());
        run(cargo(&arguments.split(' ').collect::<Vec<_>>()))?;
    }
    if benches.is_empty() {
        return Ok(());
    }
    run(cargo(&["build", "--profile", "dist", "--locked"]))?;
    std::fs::create_dir_all(root().join("target/bench"))?;
    let mut slow = Vec::new();
    for bench in benches {
        println!("\n== {}", bench.name);
        (bench.prepare)()?;
        let job = || command(junheng("dist"), bench.arguments);
        let median = report(&job, RUNS)?;
        println!("target {} s", bench.target);
        if median > bench.target {
            slow.push(bench.name);
        }
        if let Some((module, program)) = bench.peer {
            compare(median, module, program)?;
        }
    }
    ensure!(
        slow.is_empty(),
        "slower than the target: {}",
        slow.join(", ")
    );
    Ok(())
}

fn generate(schools: &str, out: &str) -> Result<()> {
    let folder = root().join(out);
    if folder.exists() {
        std::fs::remove_dir_all(folder)?;
    }
    run(command(
        junheng("dist"),
        &[
            "generate",
            "county",
            "--schools",
            schools,
            "--seed",
            "1",
            "--out",
            out,
        ],
    ))
}

/// A county of over 20,000 rows, all tables, as one workbook.
fn workbook() -> Result<()> {
    generate("400", "target/bench/large")?;
    run(cargo(&[
        "run",
        "--profile",
        "dist",
        "--locked",
        "--package",
        "junheng-intake",
        "--example",
        "workbook",
        "--",
        "target/bench/large",
        "target/bench/county.xlsx",
    ]))
}

fn compare(ours: f64, module: &str, program: &str) -> Result<()> {
    let there = command("python3", &["-c", &format!("import {module}")]).output();
    if !there.is_ok_and(|out| out.status.success()) {
        println!("peer {module} is not installed (pip install {module}): no ratio");
        return Ok(());
    }
    println!("peer {module}:");
    let theirs = report(&|| command("python3", &["-c", program]), 3)?;
    println!("{module} takes {:.1} times as long", theirs / ours);
    Ok(())
}

/// Runs the job and prints minimum, median, maximum and peak memory. Returns the median in seconds.
fn report(job: &dyn Fn() -> Command, runs: usize) -> Result<f64> {
    println!("$ {}", line(&job()));
    // The run that warms up is the one whose memory is watched, so that watching costs no time.
    let peak = watched(job())?;
    let mut seconds = Vec::new();
    for _ in 0..runs {
        let mut job = job();
        job.stdout(Stdio::null()).stderr(Stdio::null());
        let start = Instant::now();
        let status = job.status()?;
        seconds.push(start.elapsed().as_secs_f64());
        ensure!(status.success(), "{}: {status}", line(&job));
    }
    seconds.sort_by(f64::total_cmp);
    let median = median(&seconds).context("no run")?;
    let [min, .., max] = seconds.as_slice() else {
        return Ok(median);
    };
    let memory = peak.map_or_else(|| "unknown".to_owned(), |kib| format!("{} MB", kib / 1024));
    println!(
        "min {min:.3} s, median {median:.3} s, max {max:.3} s of {runs} runs; peak memory {memory}"
    );
    Ok(median)
}

/// Peak resident memory in KiB, where the system tells; read until the process has gone.
fn watched(mut job: Command) -> Result<Option<u64>> {
    let mut child = job.stdout(Stdio::null()).spawn()?;
    let path = format!("/proc/{}/status", child.id());
    let mut peak = None;
    while child.try_wait()?.is_none() {
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        peak = line
            .and_then(|rest| rest.trim().strip_suffix(" kB")?.parse().ok())
            .max(peak);
        std::thread::sleep(Duration::from_micros(200));
    }
    Ok(peak)
}

fn median(sorted: &[f64]) -> Option<f64> {
    let middle = sorted.len() / 2;
    let upper = *sorted.get(middle)?;
    if sorted.len() % 2 == 1 {
        return Some(upper);
    }
    Some((sorted.get(middle.checked_sub(1)?)? + upper) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[1.0, 2.0, 9.0]), Some(2.0));
        assert_eq!(median(&[1.0, 2.0, 3.0, 9.0]), Some(2.5));
    }
}

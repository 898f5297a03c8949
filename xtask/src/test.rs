//! README command 2: every check, in order, until one fails.

use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::time::Instant;

use anyhow::{Context, Result, ensure};

use crate::run::{cargo, line, need, prepare, run};
use crate::{arrows, generated, licences, office, pages, peers, review, sbom, tidy};

type Step = fn() -> Result<()>;

/// The cheap checks come first. All compile with the release profile: clippy then shares the build
/// scripts and procedural macros with the tests, which leave `target/release/junheng`.
const STEPS: &[(&str, Step)] = &[
    ("what the build needs", prepare),
    ("formatting", formatting),
    ("house rules", tidy::tidy),
    ("dependency arrows", arrows::arrows),
    ("licences", licences::licences),
    ("the list of what is shipped", sbom::check),
    ("the program", program),
    ("generated pages", generated::check),
    ("values past their review date", review::review),
    ("lints", lints),
    ("the page", pages::check),
    ("tests", tests),
    ("papers in the schemas of Office", office::check),
    ("journeys in a browser", pages::journeys),
];

/// Runs [`STEPS`].
pub(crate) fn test() -> Result<()> {
    if std::env::var_os("JUNHENG_REAL_DATA").is_none() {
        println!("JUNHENG_REAL_DATA is not set: the tests on real data are skipped");
    }
    let mut times = Vec::new();
    for (name, step) in STEPS {
        println!("\n== {name}");
        let start = Instant::now();
        step().with_context(|| format!("== {name} FAILED"))?;
        times.push(format!("{:>7.1} s  {name}", start.elapsed().as_secs_f64()));
    }
    println!(
        "\n{}\nall {} steps of `cargo xtask test` passed",
        times.join("\n"),
        STEPS.len()
    );
    Ok(())
}

fn formatting() -> Result<()> {
    run(cargo(&["fmt", "--all", "--check"]))
}

/// For the steps that run it, and because the README says that this command leaves it.
fn program() -> Result<()> {
    run(cargo(&["build", "--release", "--locked"]))
}

fn lints() -> Result<()> {
    run(cargo(&[
        "clippy",
        "--release",
        "--workspace",
        "--all-targets",
        "--locked",
        "--",
        "-D",
        "warnings",
    ]))
}

/// Passes the output on and adds up the closing lines of the test programs.
fn tests() -> Result<()> {
    let mut command = cargo(&[
        "test",
        "--release",
        "--workspace",
        "--locked",
        "--no-fail-fast",
    ]);
    // The same cases on every machine; plain `cargo test` draws others.
    command.env("PROPTEST_RNG_SEED", "20170526");
    match peers::python() {
        Ok(python) => {
            command.env("JUNHENG_PYTHON", python);
        }
        Err(error) => println!("the examples for DuckDB, Polars and Spark are skipped: {error:#}"),
    }
    if let Err(error) = need("Rscript", "r-base-core") {
        println!("the example for R is skipped: {error:#}");
    }
    println!("$ {}", line(&command));
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    let output = child.stdout.take().context("no output")?;
    let mut total = [0, 0];
    for line in BufReader::new(output).lines() {
        let line = line?;
        println!("{line}");
        if let Some([passed, failed]) = counts(&line) {
            total = [total[0] + passed, total[1] + failed];
        }
    }
    let status = child.wait()?;
    println!("{} passed, {} failed", total[0], total[1]);
    ensure!(status.success(), "{}: {status}", line(&command));
    Ok(())
}

/// Passed and failed of the line with which a test program closes.
fn counts(line: &str) -> Option<[u64; 2]> {
    let (_, line) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let mut parts = line.split("; ");
    let passed = parts.next()?.strip_suffix(" passed")?;
    let failed = parts.next()?.strip_suffix(" failed")?;
    Some([passed.parse().ok()?, failed.parse().ok()?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_of_cargo() {
        let line =
            "test result: FAILED. 12 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out";
        assert_eq!(counts(line), Some([12, 1]));
        assert_eq!(counts("running 12 tests"), None);
    }
}

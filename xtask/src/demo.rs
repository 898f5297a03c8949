//! README command 1: the whole main job on the demo county.

use anyhow::{Result, bail, ensure};

use crate::run::{cargo, command, junheng, line, root, run};

/// The demo county and everything made from it.
const FOLDER: &str = "target/demo";

/// The main job, in order.
const STEPS: &[(&str, &[&str])] = &[
    (
        "A synthetic county of 60 schools",
        &[
            "generate",
            "county",
            "--schools",
            "60",
            "--seed",
            "1",
            "--out",
            "target/demo/county",
        ],
    ),
    (
        "What is wrong with its data",
        &["check", "target/demo/county"],
    ),
    (
        "Where one item comes from",
        &["explain", "target/demo/county", "--item", "R2"],
    ),
    (
        "The blank workbook that a county fills",
        &["template", "--out", "target/demo/template.xlsx"],
    ),
    ("The verdict", &["evaluate", "target/demo/county"]),
];

/// Refuses options that `demo` does not have.
pub(crate) fn check_options(options: &[&str]) -> Result<()> {
    match options {
        [] => Ok(()),
        ["--once", rest @ ..] => check_options(rest),
        ["--listen", address, rest @ ..] => {
            ensure!(
                address.parse::<std::net::SocketAddr>().is_ok(),
                "--listen wants an address such as 127.0.0.1:8080, not `{address}`"
            );
            check_options(rest)
        }
        [other, ..] => bail!("`{other}` is not an option of demo"),
    }
}

/// Builds the program and runs [`STEPS`].
pub(crate) fn demo() -> Result<()> {
    println!("== Build the program");
    run(cargo(&["build", "--release", "--locked"]))?;
    let folder = root().join(FOLDER);
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    for (title, arguments) in STEPS {
        println!("\n== {title}");
        run(command(junheng("release"), arguments))?;
    }
    println!("\nEverything is in {FOLDER}. To repeat a step, type for instance:");
    println!("target/release/{}", line(&command("junheng", STEPS[4].1)));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options() {
        assert!(check_options(&[]).is_ok());
        assert!(check_options(&["--listen", "127.0.0.1:8080", "--once"]).is_ok());
        assert!(check_options(&["--listen"]).is_err());
        assert!(check_options(&["--listen", "here"]).is_err());
        assert!(check_options(&["--twice"]).is_err());
    }
}

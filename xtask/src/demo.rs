//! README command 1: the whole main job on the demo county.

use anyhow::{Result, bail, ensure};

use crate::run::{cargo, command, junheng, root, run};

/// The demo county and everything made from it.
const FOLDER: &str = "target/demo";

/// The main job, in order: what a step is for, and the arguments of `junheng`.
const STEPS: &[(&str, &str)] = &[
    (
        "A synthetic county of 60 schools",
        "generate county --schools 60 --seed 1 --out target/demo/county",
    ),
    (
        "The blank workbook that a county fills",
        "template --out target/demo/template.xlsx",
    ),
    ("What is wrong with its data", "check target/demo/county"),
    (
        "The same county with known errors, and a copy with their cells marked",
        "generate county --schools 60 --seed 1 --flaws --out target/demo/flawed",
    ),
    (
        "Findings in it",
        "check target/demo/flawed --marked target/demo/marked",
    ),
    (
        "Where one figure comes from",
        "explain target/demo/county --item L5 --school 2199000034 --stage primary",
    ),
    ("The verdict", VERDICT),
];

const VERDICT: &str = "evaluate target/demo/county";

/// What is where afterwards.
const MADE: &[(&str, &str)] = &[
    ("target/demo/county", "the demo county, CSV"),
    ("target/demo/template.xlsx", "the workbook to fill"),
    ("target/demo/flawed", "the county with planted errors"),
    ("target/demo/marked", "workbooks with those cells marked"),
    ("target/release/junheng", "the program"),
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
        let arguments: Vec<&str> = arguments.split(' ').collect();
        run(command(junheng("release"), &arguments))?;
    }
    println!("\n== What is where");
    for (place, what) in MADE {
        println!("{place:<28}{what}");
    }
    println!("\nTo repeat the last step: target/release/junheng {VERDICT}");
    println!("There is no page to serve yet.");
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

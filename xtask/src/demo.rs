//! README command 1: the whole main job on the demo county.

use anyhow::{Result, bail, ensure};

use crate::run::{cargo, command, junheng, prepare, root, run};

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
    (
        "How many children there will be",
        "forecast target/demo/county --years 3 --by township",
    ),
    (
        "The cheapest path to certification",
        "plan path target/demo/county --out target/demo/path",
    ),
    (
        "Who moves where for a year",
        "plan rotation target/demo/county --out target/demo/rotation",
    ),
    (
        "Attendance zones",
        "plan zones target/demo/county --stage primary --out target/demo/zones",
    ),
    (
        "The official declaration tables",
        "forms target/demo/county --out target/demo/forms.xlsx",
    ),
    (
        "The self-evaluation report",
        "report target/demo/county --out target/demo/report.docx",
    ),
    (
        "The same for print",
        "report target/demo/county --out target/demo/report.pdf",
    ),
    ("The verdict once more", VERDICT),
];

const VERDICT: &str = "evaluate target/demo/county";

/// What is where afterwards.
const MADE: &[(&str, &str)] = &[
    ("target/demo/county", "the demo county, CSV"),
    ("target/demo/template.xlsx", "the workbook to fill"),
    ("target/demo/flawed", "the county with planted errors"),
    ("target/demo/marked", "workbooks with those cells marked"),
    ("target/demo/path", "the plan's actions, money and chart"),
    ("target/demo/rotation", "moves by school, notices, posts"),
    ("target/demo/zones", "zones as GeoJSON, notice, map"),
    ("target/demo/forms.xlsx", "the declaration tables"),
    ("target/demo/report.docx", "the self-evaluation report"),
    ("target/demo/report.pdf", "the same for print"),
    ("target/release/junheng", "the program"),
];

/// What `demo` was asked for.
#[derive(Debug, PartialEq)]
pub(crate) struct Options {
    /// Stop before serving.
    once: bool,
    /// Where the page is served.
    listen: String,
}

/// Reads the options, refusing those that `demo` does not have.
pub(crate) fn options(words: &[&str]) -> Result<Options> {
    let mut options = Options {
        once: false,
        listen: "127.0.0.1:8080".to_owned(),
    };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match (*word, words.as_slice()) {
            ("--once", _) => options.once = true,
            ("--listen", [address, ..]) => {
                ensure!(
                    address.parse::<std::net::SocketAddr>().is_ok(),
                    "--listen wants an address such as 127.0.0.1:8080, not `{address}`"
                );
                options.listen = (*address).to_owned();
                words.next();
            }
            _ => bail!("`{word}` is not an option of demo, or lacks its value"),
        }
    }
    Ok(options)
}

/// Builds the program, runs [`STEPS`], and serves the page.
pub(crate) fn demo(options: &Options) -> Result<()> {
    prepare()?;
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
    if options.once {
        return Ok(());
    }
    println!("\n== The page; Ctrl-C stops it");
    run(command(
        junheng("release"),
        &[
            "serve",
            "--data",
            "target/demo/data",
            "--listen",
            &options.listen,
        ],
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_of_demo() {
        assert!(!options(&[]).unwrap().once);
        let both = options(&["--listen", "127.0.0.1:9000", "--once"]).unwrap();
        assert_eq!((both.once, both.listen.as_str()), (true, "127.0.0.1:9000"));
        assert!(options(&["--listen"]).is_err());
        assert!(options(&["--listen", "here"]).is_err());
        assert!(options(&["--twice"]).is_err());
    }
}

//! The house: `cargo xtask demo`, `test` and what they are made of.

mod arrows;
mod bench;
mod demo;
mod fuzz;
mod generated;
mod images;
mod licences;
mod metadata;
mod office;
mod pages;
mod peers;
mod review;
mod run;
mod sbom;
mod test;
mod tidy;

use std::process::ExitCode;

use anyhow::{Result, bail};

const HELP: &str = "\
Usage: cargo xtask COMMAND

  demo [--once] [--listen ADDR]   build the program, run the whole main job on the demo county, print
                                  the verdict, then serve the page on 127.0.0.1:8080; --once stops
                                  before serving
  test                            every test, lint and house rule; stops at the first that fails
  bench [NAME]                    timed runs of the shipped profile, with peers
  fuzz [TARGET] [--minutes N]     fuzz one reader, or each in turn (N minutes per reader, 10 unless told)
  gen [--check]                   write docs/generated, or fail when it is stale
  images                          write docs/images: pages of the demo county's papers (poppler-utils,
                                  LibreOffice)
  sbom [--check]                  write packaging/sbom.cdx.json, the list of what is shipped, or fail when
                                  it is stale

The steps of `test` that can run alone: tidy, arrows, licences, office
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\n{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[&str]) -> Result<()> {
    match arguments {
        ["demo", options @ ..] => demo::demo(&demo::options(options)?),
        ["test"] => test::test(),
        ["tidy"] => tidy::tidy(),
        ["arrows"] => arrows::arrows(),
        ["licences"] => licences::licences(),
        ["office"] => office::check(),
        ["bench"] => bench::bench(None),
        ["bench", name] => bench::bench(Some(name)),
        ["fuzz", options @ ..] => fuzz::fuzz(options),
        ["images"] => images::images(),
        ["gen"] => generated::write(),
        ["gen", "--check"] => generated::check(),
        ["sbom"] => sbom::write(),
        ["sbom", "--check"] => sbom::check(),
        [] | ["help" | "--help" | "-h", ..] => {
            print!("{HELP}");
            Ok(())
        }
        other => bail!("`{}` is not a command of xtask\n\n{HELP}", other.join(" ")),
    }
}

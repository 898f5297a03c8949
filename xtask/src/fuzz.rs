//! Fuzzing with libFuzzer, for as long as one likes. `test` does a few seconds of each reader.
//!
//! The flags are those of cargo-fuzz without the address sanitiser, so that a stable compiler does:
//! our crates forbid `unsafe`, and what is looked for is a panic, a hang or too much memory.

use anyhow::{Context, Result, bail, ensure};

use crate::run::{cargo, command, need, output, root, run, target};

const FLAGS: &str = "--cfg fuzzing -Cdebug-assertions -Coverflow-checks -Ccodegen-units=1 \
    -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares";

/// `[TARGET] [--minutes N]`
pub(crate) fn fuzz(options: &[&str]) -> Result<()> {
    let (name, minutes) = parse(options)?;
    need("c++", "g++")?;
    let host = host()?;
    let folder = target().join("fuzz");
    let build = [
        "build",
        "--release",
        "--locked",
        "--package=junheng-fuzz",
        "--features=libfuzzer",
    ];
    let mut build = cargo(&build);
    // With a target named, the flags are kept from build scripts and procedural macros.
    build
        .arg("--target")
        .arg(&host)
        .arg("--target-dir")
        .arg(&folder)
        .env("RUSTFLAGS", FLAGS);
    run(build)?;
    let program = folder.join(host).join("release/junheng-fuzz");
    let all = output(command(&program, &["--list"]))?;
    let all: Vec<&str> = all.lines().collect();
    let wanted = match name {
        Some(name) if !all.contains(&name) => {
            bail!(
                "no reader is called `{name}`; there are: {}",
                all.join(", ")
            )
        }
        Some(name) => vec![name],
        None => all,
    };
    for name in wanted {
        println!("\n== {name}: {minutes} minutes");
        let corpus = format!("fuzz/corpus/{name}");
        let artifacts = format!("fuzz/artifacts/{name}/");
        std::fs::create_dir_all(root().join(&corpus))?;
        std::fs::create_dir_all(root().join(&artifacts))?;
        let mut job = command(&program, &[&corpus, &format!("fuzz/seeds/{name}")]);
        job.arg(format!("-max_total_time={}", minutes * 60));
        job.arg(format!("-artifact_prefix={artifacts}"));
        job.args([
            "-timeout=10",
            "-rss_limit_mb=2048",
            "-max_len=65536",
            "-print_final_stats=1",
        ]);
        job.args(["-close_fd_mask=1", "-verbosity=1"])
            .env("JUNHENG_FUZZ", name);
        run(job).with_context(|| format!("the input that fails is in {artifacts}"))?;
    }
    Ok(())
}

fn parse<'a>(options: &[&'a str]) -> Result<(Option<&'a str>, u32)> {
    let (mut name, mut minutes) = (None, 10);
    let mut rest = options;
    loop {
        rest = match rest {
            [] => return Ok((name, minutes)),
            ["--minutes", count, rest @ ..] => {
                minutes = count.parse().context("--minutes wants a whole number")?;
                ensure!(minutes > 0, "0 minutes would have no end");
                rest
            }
            [word, rest @ ..] if name.is_none() && !word.starts_with('-') => {
                name = Some(*word);
                rest
            }
            [other, ..] => bail!("`{other}` is not an option of fuzz"),
        };
    }
}

/// The triple of this machine, as the compiler names it.
fn host() -> Result<String> {
    let version = output(command("rustc", &["-vV"]))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc does not say its host")?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options() {
        assert_eq!(parse(&[]).unwrap(), (None, 10));
        assert_eq!(parse(&["--minutes", "3", "csv"]).unwrap(), (Some("csv"), 3));
        for bad in [
            &["--minutes", "0"][..],
            &["--minutes"],
            &["a", "b"],
            &["--hours", "1"],
        ] {
            assert!(parse(bad).is_err(), "{bad:?}");
        }
    }
}

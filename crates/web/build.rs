//! Builds the page with npm into `OUT_DIR` and lists its files for embedding.
//!
//! `WEB_DIST=FOLDER` takes a page that was built elsewhere, for machines without Node.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let web = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../../web");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    // Never node_modules or what the build writes: every build would look changed.
    for part in [
        "src",
        "public",
        "index.html",
        "package-lock.json",
        "vite.config.ts",
    ] {
        println!("cargo::rerun-if-changed={}", web.join(part).display());
    }
    println!("cargo::rerun-if-env-changed=WEB_DIST");
    let given = env::var_os("WEB_DIST").map(PathBuf::from);
    let page = match &given {
        Some(folder) => folder.clone(),
        None => build(&web, &out.join("page"))?,
    };
    let mut files = Vec::new();
    collect(&page, &page, &mut files)?;
    files.sort();
    let mut list = String::from("&[\n");
    for (name, path) in files {
        // What this build writes itself is always newer than its start.
        if given.is_some() {
            println!("cargo::rerun-if-changed={}", path.display());
        }
        let hash = hash(&fs::read(&path)?);
        writeln!(
            list,
            "({name:?}, include_bytes!({path:?}), \"{hash:016x}\"),"
        )?;
    }
    list.push(']');
    fs::write(out.join("files.rs"), list)?;
    Ok(())
}

/// `npm ci` where the packages are missing or old, then the build.
fn build(web: &Path, out: &Path) -> Outcome<PathBuf> {
    let time = |path: PathBuf| fs::metadata(path).and_then(|m| m.modified()).ok();
    let installed = time(web.join("node_modules/.package-lock.json"));
    if installed.is_none() || installed < time(web.join("package-lock.json")) {
        npm(web, &["ci", "--no-audit", "--no-fund"])?;
    }
    let folder = out.display().to_string();
    npm(
        web,
        &["run", "build", "--", "--outDir", &folder, "--emptyOutDir"],
    )?;
    Ok(out.to_owned())
}

fn npm(web: &Path, arguments: &[&str]) -> Outcome<()> {
    let program = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let done = Command::new(program)
        .args(arguments)
        .current_dir(web)
        .output();
    let done = done.map_err(|e| {
        format!(
            "npm could not be started ({e}): install Node 20 or later, \
             or set WEB_DIST to the folder of a page that was built elsewhere"
        )
    })?;
    if done.status.success() {
        return Ok(());
    }
    let said = [done.stdout, done.stderr].concat();
    Err(format!(
        "npm {} failed:\n{}",
        arguments.join(" "),
        String::from_utf8_lossy(&said)
    )
    .into())
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<(String, PathBuf)>) -> Outcome<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(root, &path, files)?;
        } else {
            let name = path
                .strip_prefix(root)?
                .to_string_lossy()
                .replace('\\', "/");
            files.push((name, path));
        }
    }
    Ok(())
}

/// FNV-1a: tells one version of a file from another, no more.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, b| {
        (hash ^ u64::from(*b)).wrapping_mul(0x0100_0000_01b3)
    })
}

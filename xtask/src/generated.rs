//! `docs/generated`: pages that the program writes about itself.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::run::{cargo, command, junheng, root, run, target};

const FOLDER: &str = "docs/generated";

/// Writes the pages anew.
pub(crate) fn write() -> Result<()> {
    write_to(&root().join(FOLDER))
}

/// Fails when the committed pages differ from what the program would write.
pub(crate) fn check() -> Result<()> {
    let fresh = target().join("generated");
    write_to(&fresh)?;
    let (fresh, kept) = (pages(&fresh)?, pages(&root().join(FOLDER))?);
    let names = fresh.keys().chain(kept.keys());
    let stale: Vec<&str> = names
        .filter(|name| fresh.get(*name) != kept.get(*name))
        .map(String::as_str)
        .collect();
    ensure!(
        stale.is_empty(),
        "stale in {FOLDER}: {}; run `cargo xtask gen` and commit",
        stale.join(", ")
    );
    Ok(())
}

fn write_to(folder: &Path) -> Result<()> {
    run(cargo(&["build", "--release", "--locked"]))?;
    if folder.exists() {
        std::fs::remove_dir_all(folder)?;
    }
    std::fs::create_dir_all(folder)?;
    let folder = folder
        .to_str()
        .context("the path of the workspace is not UTF-8")?;
    run(command(junheng("release"), &["docs", "--out", folder]))
}

/// Every page below `folder` by its path from there.
fn pages(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_dir() {
            let below = pages(&entry.path())?.into_iter();
            found.extend(below.map(|(page, text)| (format!("{name}/{page}"), text)));
        } else {
            found.insert(name, std::fs::read(entry.path())?);
        }
    }
    Ok(found)
}

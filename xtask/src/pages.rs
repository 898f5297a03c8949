//! The page: its types, its unit tests, and the journeys of a person in a real browser.

use std::path::Path;

use anyhow::Result;

use crate::run::{command, install, junheng, root, run};

/// Debian's Chromium; another one by `CHROMIUM`.
const CHROMIUM: &str = "/usr/bin/chromium";

/// Type check and unit tests.
pub(crate) fn check() -> Result<()> {
    for script in ["check", "test"] {
        let mut npm = command("npm", &["run", "--silent", script]);
        npm.current_dir(root().join("web"));
        run(npm)?;
    }
    Ok(())
}

/// First start, import, verdict and reasons, clicked through on the built program.
pub(crate) fn journeys() -> Result<()> {
    let named = std::env::var_os("CHROMIUM").is_some();
    if !named && !Path::new(CHROMIUM).exists() && install("chromium", "chromium").is_err() {
        println!("there is no Chromium and it cannot be installed: 1 step skipped");
        return Ok(());
    }
    let mut node = command("node", &["web/e2e/journeys.mjs"]);
    node.env("JUNHENG", junheng("release"));
    run(node)
}

//! Values of the standards whose day of review has come: listed, never a failure.

use anyhow::Result;

use crate::run::{command, junheng, output, run};

/// Lists them, so that whoever reads the output checks them against the text again.
pub(crate) fn review() -> Result<()> {
    let today = output(command("date", &["-u", "+%F"]))?;
    run(command(
        junheng("release"),
        &["docs", "--past-review", today.trim(), "--lang", "en"],
    ))
}

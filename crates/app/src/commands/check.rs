//! `junheng check`: what is wrong with the data, cell by cell.

use std::fs;
use std::path::Path;

use clap::{ArgMatches, Command};
use junheng_core::finding::Finding;
use junheng_core::model::TableId;
use junheng_core::text::{Lang, Text};
use junheng_intake::check::check;
use junheng_intake::files::InputFile;
use junheng_intake::grid::{Grid, read_grids};
use junheng_intake::mark::{self, MarkError, Marked};
use junheng_intake::{Intake, bundle};

use super::{Entry, write_together, wrote};
use crate::cli::{self, Words};
use crate::error::Failure;
use crate::{Context, input, print, views};

pub(crate) const ENTRY: Entry = Entry {
    name: "check",
    command,
    run,
};

fn command(words: Words) -> Command {
    words
        .command(
            "check",
            "检查数据：逐格列出须改正、须说明和提示的问题",
            "Check the data: findings cell by cell, to fix, to explain, to know",
        )
        .arg(words.bundle())
        .arg(words.option(
            "previous",
            "BUNDLE",
            "上一年的数据，用于比较",
            "Last year's bundle, to compare with",
        ))
        .arg(words.option(
            "marked",
            "DIR",
            "写入标注后的副本：有问题的单元格着色并加批注，原文件不变",
            "Write marked copies: cells coloured and commented, originals unchanged",
        ))
        .arg(words.mapping())
        .arg(words.json())
        .arg(words.timing())
}

fn run(matches: &ArgMatches, context: &Context) -> Result<String, Failure> {
    let previous = match cli::text(matches, "previous") {
        Some(_) => Some(input::read(matches, "previous", &TableId::ALL)?),
        None => None,
    };
    let path = cli::path(matches, "bundle");
    let intake = match cli::text(matches, "mapping") {
        None => bundle::read_path(&path, &TableId::ALL),
        Some(name) => input::through(name, &[&path], &TableId::ALL)?.1,
    };
    let findings = all(&intake, previous.as_ref());
    if let Some(out) = cli::text(matches, "marked") {
        if fs::canonicalize(out).is_ok_and(|out| fs::canonicalize(&path).is_ok_and(|b| b == out)) {
            return Err(Failure::usage(Text::new(
                "标色的副本不能写进数据文件夹：会与原表重复；请另选一个文件夹",
                "marked copies cannot go into the bundle, where they would repeat its tables; choose another folder",
            )));
        }
        let mut copies = Vec::new();
        for file in input::load(&path)?.iter().filter(|f| f.is_table()) {
            if findings.iter().any(|f| f.place.file == file.name) {
                let copy = marked(std::slice::from_ref(file), &findings, context.lang)?;
                copies.push((copy.name, copy.bytes));
            }
        }
        let out = Path::new(out);
        write_together(out, &copies)?;
        for (name, _) in &copies {
            wrote(&out.join(name), context.lang);
        }
    }
    // Marked copies are of most use when the input is refused, so they come first.
    if intake.refused {
        return Err(Failure::Refused(findings));
    }
    Ok(if context.json {
        views::check(&findings, &intake.digest, context)
    } else {
        print::check(&findings, context)
    })
}

/// What reading said and what checking says.
pub(crate) fn all(intake: &Intake, previous: Option<&Intake>) -> Vec<Finding> {
    let mut findings = intake.findings.clone();
    if !intake.refused {
        findings.extend(check(&intake.snapshot, previous.map(|p| &p.snapshot)));
    }
    findings
}

/// The files with the findings in their cells: a workbook alone is marked in place, all else becomes
/// one new workbook.
pub(crate) fn marked(
    files: &[InputFile],
    findings: &[Finding],
    lang: Lang,
) -> Result<Marked, Failure> {
    let tables: Vec<&InputFile> = files.iter().filter(|f| f.is_table()).collect();
    let name = tables.first().map_or("junheng", |f| f.name.as_str());
    if let [one] = tables.as_slice() {
        match mark::mark(name, &one.bytes, findings, lang) {
            Err(MarkError::NotAWorkbook | MarkError::Malformed(_)) => {}
            other => return other.map_err(|e| Failure::Other(e.text())),
        }
    }
    let grids: Vec<Grid> = tables.iter().flat_map(|f| read_grids(f).0).collect();
    mark::fresh(name, &grids, findings, lang).map_err(|e| Failure::Other(e.text()))
}

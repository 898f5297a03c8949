//! Plans against exhaustive search, closed forms, a greedy and the check.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod optimal;
mod rules;
mod small;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use junheng_core::model::Snapshot;
use junheng_core::standard::{Pack, Standard};

use super::*;
use crate::run::Run;
use crate::synthetic::{CountyOptions, county};

/// The national standard as it is in the pack.
fn standard() -> Standard {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../standards/cn-2017-6");
    let mut files: Vec<(String, String)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "toml"))
        .map(|p| {
            let name = p.file_name().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read_to_string(&p).unwrap())
        })
        .collect();
    files.sort();
    let pack = Pack::load(&files).unwrap();
    Standard::resolve(&pack, &[], "2025-09-01".parse().unwrap(), &[]).unwrap()
}

fn run(seconds: u64) -> Run<'static> {
    Run::new(1, Duration::from_secs(seconds))
}

/// Plans and checks.
fn planned(base: &Snapshot, standard: &Standard, options: &Options) -> Plan {
    let plan = plan(base, &BTreeMap::new(), standard, options, &run(60)).unwrap();
    let check = check(base, &BTreeMap::new(), standard, &plan);
    assert!(check.broken.is_empty(), "{:?}", check.broken);
    assert_eq!(check.failing, plan.failing);
    plan
}

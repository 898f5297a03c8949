//! Plans against exhaustive search, closed forms, a greedy and the check.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../../../examples/national/mod.rs"]
mod national;
mod optimal;
mod pools;
mod province;
mod rules;
mod small;

use std::collections::BTreeMap;
use std::time::Duration;

use junheng_core::model::Snapshot;
use junheng_core::standard::Standard;

use national::standard;

use super::*;
use crate::run::Run;
use crate::synthetic::{CountyOptions, county};

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

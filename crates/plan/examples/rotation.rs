//! Times the rotation planner on synthetic counties, beside HiGHS on the plain formulation.
//!
//! `cargo run --release -p junheng-plan --example rotation -- [SCHOOLS] [SEED] [GAP] [SECONDS] [plain]`

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod national;

use std::time::{Duration, Instant};

use junheng_plan::rotation::{Options, plain, plan};
use junheng_plan::run::Run;
use junheng_plan::synthetic::{CountyOptions, county};

fn main() {
    let argument = |n: usize| std::env::args().nth(n);
    let number = |n: usize, default: f64| argument(n).map_or(default, |a| a.parse().unwrap());
    let standard = national::standard();
    let snapshot = county(&CountyOptions {
        schools: number(1, 100.0) as usize,
        seed: number(2, 1.0) as u64,
        ..CountyOptions::default()
    });
    let mut options = Options::new(&standard);
    options.gap = number(3, 0.01);
    println!(
        "teachers {}",
        snapshot.rows(junheng_core::model::TableId::Teachers)
    );
    let began = Instant::now();
    let told = |p: junheng_plan::run::Progress| {
        println!("  {:.2} s {p:?}", began.elapsed().as_secs_f64());
    };
    let run = Run::new(1, Duration::from_secs_f64(number(4, 60.0))).told_to(&told);
    let made = plan(&snapshot, &standard, &options, &run).unwrap();
    println!(
        "{:?} {:?} moves {} (least {:?}) backbone {} failing {:?} gap {:.6} in {:.2} s",
        made.status,
        made.proof,
        made.moves.len(),
        made.required,
        made.moved_backbone(),
        made.failing,
        made.proof.map_or(f64::NAN, |p| p.gap()),
        began.elapsed().as_secs_f64()
    );
    let own = began.elapsed().as_secs_f64();
    if argument(5).as_deref() == Some("plain") {
        let began = Instant::now();
        let run = Run::new(1, Duration::from_secs_f64(number(4, 60.0)));
        let found = plain(&snapshot, &standard, &options, &run).unwrap();
        let seconds = began.elapsed().as_secs_f64();
        match found {
            Some((failing, proof)) => println!(
                "plain: failing {failing} {proof:?} gap {:.6} in {seconds:.2} s",
                proof.gap()
            ),
            None => println!("plain: nothing in {seconds:.2} s"),
        }
        println!("plain takes {:.1} times as long", seconds / own);
    }
}

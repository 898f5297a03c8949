//! Times the rotation planner on synthetic counties, beside HiGHS on the plain formulation.
//!
//! `cargo run --release -p junheng-plan --example rotation -- [SCHOOLS] [SEED] [GAP] [SECONDS] [plain] [poor=SHARE]`
//!
//! With `poor`, only about this share of backbone, PE and arts teachers and of degrees is left, more
//! in some schools and less in others, so that many sections fail and not all can be mended.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod national;

use std::time::{Duration, Instant};

use junheng_core::model::{Field, Snapshot, TableId};
use junheng_plan::rotation::{Options, check, plain, plan};
use junheng_plan::run::Run;
use junheng_plan::synthetic::{CountyOptions, county};

/// Leaves a share of what teachers count for: by school between none and twice as much.
fn poorer(county: &mut Snapshot, share: f64, seed: u64) {
    let Some(teachers) = county.tables.get_mut(&TableId::Teachers) else {
        return;
    };
    // A pattern by school and person that looks random and is the same each time.
    let dice = |n: u64| (n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 33) % 1_000;
    let number = |text: &str| {
        text.bytes()
            .fold(seed, |n, b| n.wrapping_mul(31) + u64::from(b))
    };
    for row in 0..teachers.rows() {
        let school = number(teachers.text(Field::TeacherSchool, row).unwrap_or(""));
        for (n, field) in [Field::AboveDegree, Field::Backbone]
            .into_iter()
            .enumerate()
        {
            let left = 2.0 * share * dice(school + n as u64) as f64;
            if dice(seed + 3 * row as u64 + n as u64) as f64 >= left {
                teachers.set_number(field, row, 0.0, None);
            }
        }
        let subject = teachers.text(Field::TeacherSubject, row).unwrap_or("");
        let left = 2.0 * share * dice(school + 2) as f64;
        let other = dice(seed + 3 * row as u64 + 2) as f64 >= left;
        if other && ["pe", "music", "art", "arts"].contains(&subject) {
            teachers.set_text(Field::TeacherSubject, row, "chinese", None);
        }
    }
}

fn main() {
    let argument = |n: usize| std::env::args().nth(n);
    let number = |n: usize, default: f64| argument(n).map_or(default, |a| a.parse().unwrap());
    let standard = national::standard();
    let mut snapshot = county(&CountyOptions {
        schools: number(1, 100.0) as usize,
        seed: number(2, 1.0) as u64,
        ..CountyOptions::default()
    });
    let poor = std::env::args().find_map(|a| a.strip_prefix("poor=")?.parse().ok());
    if let Some(share) = poor {
        poorer(&mut snapshot, share, number(2, 1.0) as u64);
    }
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
    for text in check(&snapshot, &standard, &options, &made) {
        println!("  {}", text.en);
    }
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

//! Times the rotation planner on synthetic counties, beside HiGHS on the plain formulation.
//!
//! `cargo run --release -p junheng-plan --example rotation -- [SCHOOLS] [SEED] [GAP] [SECONDS] [plain] [WORD]…`
//!
//! Words that make a county harder:
//!
//! - `poor=SHARE`: only about this share of backbone, PE and arts teachers and of degrees is left,
//!   more in some schools and less in others, so that many sections fail and not all can be mended;
//! - `exempt=SHARE`, `old=SHARE`: of those who may move so many are exempt, or close to retirement;
//! - `couples=SHARE`: so many live and count as couples; `wishes=N`: everybody has so many;
//! - `homeless`: nobody's home is known;
//! - `balance=N`, `metres=N`, `share=S`, `eligible` (backbone teachers are a share of the eligible),
//!   `first` (wishes come first): options of the plan.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod national;

use std::time::{Duration, Instant};

use junheng_core::model::{Field, Snapshot, TableId};
use junheng_plan::rotation::{Options, ShareOf, Wishes, check, plain, plan};
use junheng_plan::run::Run;
use junheng_plan::synthetic::{CountyOptions, county};

/// The value of a word `NAME=VALUE` of the command line.
fn word<T: std::str::FromStr>(name: &str) -> Option<T> {
    let value = |a: String| a.strip_prefix(name)?.strip_prefix('=')?.parse().ok();
    std::env::args().find_map(value)
}

/// A pattern that looks random and is the same each time: 0 to 999.
fn dice(n: u64) -> u64 {
    (n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 33) % 1_000
}

/// Leaves a share of what teachers count for: by school between none and twice as much.
fn poorer(county: &mut Snapshot, share: f64, seed: u64) {
    let Some(teachers) = county.tables.get_mut(&TableId::Teachers) else {
        return;
    };
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

/// Exempt, old, married, wishing or homeless teachers, as the words say.
fn harder(county: &mut Snapshot) {
    let (exempt, old): (f64, f64) = (word("exempt").unwrap_or(0.0), word("old").unwrap_or(0.0));
    let couples: f64 = word("couples").unwrap_or(0.0);
    let wishes: usize = word("wishes").unwrap_or(0);
    let homeless = std::env::args().any(|a| a == "homeless");
    let ids: Vec<String> = (0..county.rows(TableId::Schools))
        .filter_map(|row| Some(county.text(Field::SchoolId, row)?.to_owned()))
        .collect();
    let Some(teachers) = county.tables.get_mut(&TableId::Teachers) else {
        return;
    };
    let all = teachers.rows();
    let of = |share: f64, n: u64| (dice(n) as f64) < 1_000.0 * share;
    for row in 0..all {
        let n = 7 * row as u64;
        if of(exempt, n) {
            teachers.set_text(Field::ExemptReason, row, "long illness", None);
        }
        if of(old, n + 1) {
            teachers.set_number(Field::BirthYearOfTeacher, row, 1968.0, None);
        }
        // Half the list away: another school as a rule.
        let other = row + all / 2;
        if other < all && of(couples, n + 2) {
            for (one, spouse) in [(row, other), (other, row)] {
                let id = teachers
                    .text(Field::TeacherId, spouse)
                    .unwrap_or("")
                    .to_owned();
                teachers.set_text(Field::Spouse, one, &id, None);
            }
        }
        if wishes > 0 {
            let wished: Vec<&str> = (0..wishes)
                .map(|k| ids[(13 * row + 7 * k) % ids.len()].as_str())
                .collect();
            teachers.set_text(Field::Wishes, row, wished.join(";"), None);
        }
        if homeless {
            teachers.set_number(Field::HomeLon, row, f64::NAN, None);
        }
    }
}

/// What the words say of options.
fn asked(options: &mut Options) {
    options.balance = word("balance").unwrap_or(options.balance);
    options.max_metres = word("metres").or(options.max_metres);
    options.shares.moved = word("share").unwrap_or(options.shares.moved);
    let has = |word: &str| std::env::args().any(|a| a == word);
    if has("eligible") {
        options.shares.of = ShareOf::Eligible;
    }
    if has("first") {
        options.wishes = Wishes::First;
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
    if let Some(share) = word("poor") {
        poorer(&mut snapshot, share, number(2, 1.0) as u64);
    }
    harder(&mut snapshot);
    let mut options = Options::new(&standard);
    options.gap = number(3, 0.01);
    asked(&mut options);
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
        made.proof.map_or(f64::NAN, junheng_plan::run::Proof::gap),
        began.elapsed().as_secs_f64()
    );
    for conflict in &made.conflicts {
        println!("  {}", conflict.en);
    }
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

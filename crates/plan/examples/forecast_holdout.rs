//! The hold-out table of the forecast on real enrolment:
//! `JUNHENG_REAL_DATA=FOLDER cargo run --release -p junheng-plan --example forecast_holdout`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use junheng_core::model::{Field, Snapshot, Table, TableId};
use junheng_plan::forecast::{History, Report, backtest};

#[path = "../../app/tests/it/districts.rs"]
mod districts;
use districts::{HEADER, ecasd, nyc};

fn main() {
    let Some(data) = std::env::var_os("JUNHENG_REAL_DATA").map(PathBuf::from) else {
        eprintln!("JUNHENG_REAL_DATA names the folder of the real data");
        return;
    };
    let (nyc, ecasd) = (nyc(&data), ecasd(&data));
    println!("absolute percentage error, median / mean; 80 % interval: share of cases inside");
    show("nyc-schools", &nyc);
    show("ecasd", &ecasd);
    // The same pupils as districts: how large series behave.
    show("nyc districts", &merged(&nyc, 2));
    show("ecasd district", &merged(&ecasd, 0));
    alone("nyc d. alone", &merged(&nyc, 2));
    alone("ecasd alone", &ecasd);
    // Small districts of unrelated schools.
    for size in [2, 5, 12] {
        groups(&format!("nyc, by {size}"), &nyc, size);
        groups(&format!("ecasd, by {size}"), &ecasd, size);
    }
    // Short histories, each a county of its own.
    for years in [4, 5, 6] {
        alone(&format!("nyc, {years} years"), &windows(&nyc, years));
    }
    for years in [4, 5, 6, 8, 10] {
        alone(&format!("ecasd, {years} years"), &windows(&ecasd, years));
    }
}

fn show(name: &str, history: &str) {
    let report = report(history);
    for (ahead, e) in report.ahead.iter().enumerate() {
        let pair =
            |[median, mean]: [f64; 2]| format!("{:6.2} /{:6.2}", 100.0 * median, 100.0 * mean);
        println!(
            "{name:15} {} ahead {:6} cases  forecast {}  last year {}  cohort {}  inside {:.1} %",
            ahead + 1,
            e.cases,
            pair(e.forecast),
            pair(e.persistence),
            pair(e.cohort),
            100.0 * e.coverage,
        );
    }
}

fn report(history: &str) -> Report {
    let snapshot = snapshot(history);
    let (history, _) = History::read(&snapshot).expect("a history");
    backtest(&history, history.years, 1)
}

/// Every series as a county of its own: nothing can be learned from others.
fn alone(name: &str, history: &str) {
    groups(name, history, 1);
}

/// Every so many series, drawn at random, as a county of their own.
fn groups(name: &str, history: &str, size: usize) {
    let ids: BTreeSet<&str> = lines(history).map(|(id, _)| id).collect();
    // Multiplicative hashing draws an order that has nothing to do with the ids.
    let drawn = |id: &str| {
        id.bytes().fold(7_u64, |h, b| {
            (h ^ u64::from(b))
                .wrapping_mul(0x9E37_79B9_7F4A_7C15)
                .rotate_left(23)
        })
    };
    let mut ids: Vec<&str> = ids.into_iter().collect();
    ids.sort_by_key(|id| drawn(id));
    let group: BTreeMap<&str, usize> = ids
        .iter()
        .enumerate()
        .map(|(at, id)| (*id, at / size))
        .collect();
    let mut counties: BTreeMap<usize, String> = BTreeMap::new();
    for (id, rest) in lines(history) {
        let text = counties
            .entry(group[id])
            .or_insert_with(|| HEADER.to_owned());
        text.push_str(&format!("{id},{rest}\n"));
    }
    let mut sums = [[0.0; 5]; 3];
    for text in counties.values() {
        for (sums, e) in sums.iter_mut().zip(report(text).ahead) {
            let n = e.cases as f64;
            let means = [
                1.0,
                e.forecast[1],
                e.persistence[1],
                e.cohort[1],
                e.coverage,
            ];
            sums.iter_mut().zip(means).for_each(|(s, x)| *s += n * x);
        }
    }
    for (ahead, [n, forecast, last, cohort, inside]) in sums.into_iter().enumerate() {
        let share = |x: f64| 100.0 * x / n;
        println!(
            "{name:15} {} ahead {n:6} cases  mean: forecast {:5.2}  last year {:5.2}  cohort {:5.2}  inside {:.1} %",
            ahead + 1,
            share(forecast),
            share(last),
            share(cohort),
            share(inside),
        );
    }
}

fn lines(history: &str) -> impl Iterator<Item = (&str, &str)> {
    history
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once(','))
}

/// Every `years` years of a series as a series of their own.
fn windows(history: &str, years: i32) -> String {
    let year = |line: &str| line.split(',').nth(1).and_then(|y| y.parse::<i32>().ok());
    let lines = || history.lines().skip(1);
    let (Some(first), Some(last)) = (
        lines().filter_map(year).min(),
        lines().filter_map(year).max(),
    ) else {
        return HEADER.to_owned();
    };
    let mut out = HEADER.to_owned();
    for from in first..=last + 1 - years {
        let within = |line: &&str| year(line).is_some_and(|y| (from..from + years).contains(&y));
        for (id, rest) in lines()
            .filter(within)
            .filter_map(|line| line.split_once(','))
        {
            out.push_str(&format!("{id}@{from},{rest}\n"));
        }
    }
    out
}

/// Schools whose ids begin alike as one series.
fn merged(history: &str, letters: usize) -> String {
    let mut sums: BTreeMap<(String, &str, &str), f64> = BTreeMap::new();
    for line in history.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let id = format!("D{}", &cells[0][..letters]);
        *sums.entry((id, cells[1], cells[2])).or_default() +=
            cells[3].parse::<f64>().unwrap_or(0.0);
    }
    let lines: BTreeSet<String> = sums
        .iter()
        .map(|((id, year, grade), n)| format!("{id},{year},{grade},{n}\n"))
        .collect();
    let lines: Vec<String> = lines.into_iter().collect();
    format!("{HEADER}{}", lines.concat())
}

/// The history as a snapshot.
fn snapshot(history: &str) -> Snapshot {
    let mut table = Table::new();
    for line in history.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let row = table.push_row();
        table.set_text(Field::HistorySchool, row, cells[0], None);
        let numbers = [
            Field::HistoryYear,
            Field::HistoryGrade,
            Field::HistoryStudents,
        ];
        for (field, cell) in numbers.into_iter().zip(&cells[1..]) {
            table.set_number(field, row, cell.parse().unwrap_or(f64::NAN), None);
        }
    }
    let mut snapshot = Snapshot::default();
    snapshot.tables.insert(TableId::EnrolmentHistory, table);
    snapshot
}

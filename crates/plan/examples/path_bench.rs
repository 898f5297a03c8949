//! Times of the path planner on synthetic counties, and HiGHS on the plain formulation beside it.
//!
//! `path_bench SCHOOLS YEARS [binding] [budgets] [plain]`; prints a line per run.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use junheng_core::model::{Snapshot, TableId};
use junheng_core::standard::{Pack, Standard};
use junheng_plan::path::{Options, check, plan};
use junheng_plan::run::Run;
use junheng_plan::synthetic::{CountyOptions, county};

/// The national standard as it is in the pack, limits of variation set to `limit` where given.
fn standard(limit: Option<f64>) -> Option<Standard> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../standards/cn-2017-6");
    let mut files: Vec<(String, String)> = std::fs::read_dir(folder)
        .ok()?
        .filter_map(|e| Some(e.ok()?.path()))
        .filter(|p| p.extension().is_some_and(|e| e == "toml"))
        .filter_map(|p| {
            let name = p.file_name()?.to_string_lossy().into_owned();
            Some((name, std::fs::read_to_string(&p).ok()?))
        })
        .collect();
    files.sort();
    let pack = Pack::load(&files).ok()?;
    let mut standard = Standard::resolve(&pack, &[], "2025-09-01".parse().ok()?, &[]).ok()?;
    if let Some(limit) = limit {
        for rule in &mut standard.variations {
            for by_stage in rule.limits.iter_mut().flatten() {
                by_stage.amount = junheng_core::standard::Amount::Number(limit);
            }
        }
    }
    Some(standard)
}

/// The county, poorer than the generator makes it so that there is something to plan.
fn poorer(schools: usize, seed: u64, budgets: bool) -> Snapshot {
    use junheng_core::model::Field as F;
    let mut base = county(&CountyOptions {
        schools,
        seed,
        ..CountyOptions::default()
    });
    if !budgets {
        base.tables.remove(&TableId::Budgets);
    }
    base.tables.remove(&TableId::Teachers);
    let cut: &[(F, F)] = &[
        (F::TeachersAboveDegree, F::TeachersAboveDegree),
        (F::BackboneTeachers, F::BackboneTeachers),
        (F::PeArtTeachers, F::PeArtTeachers),
        (F::TeachingArea, F::SchoolTeachingArea),
        (F::SportsGround, F::SchoolSportsGround),
        (F::Equipment, F::SchoolEquipment),
        (F::MultimediaRooms, F::SchoolMultimediaRooms),
    ];
    for (n, (own, whole)) in cut.iter().enumerate() {
        for (field, id) in [(*own, TableId::Sections), (*whole, TableId::Schools)] {
            let Some(table) = base.tables.get_mut(&id) else {
                continue;
            };
            for row in 0..table.rows() {
                if let Some(had) = table.number(field, row) {
                    // A share of 60 to 110 %, by a fixed pattern.
                    let share = 0.6 + 0.1 * ((row * 7 + n * 3) % 6) as f64;
                    table.set_number(field, row, (had * share).floor(), None);
                }
            }
        }
    }
    base
}

/// Every ninth school has several times as much as it needs: coefficients of variation bind.
fn uneven(base: &mut Snapshot) {
    use junheng_core::model::Field as F;
    let rich: &[(F, F)] = &[
        (F::SportsGround, F::SchoolSportsGround),
        (F::Equipment, F::SchoolEquipment),
        (F::BackboneTeachers, F::BackboneTeachers),
        (F::MultimediaRooms, F::SchoolMultimediaRooms),
    ];
    for (own, whole) in rich {
        for (field, id) in [(*own, TableId::Sections), (*whole, TableId::Schools)] {
            let Some(table) = base.tables.get_mut(&id) else {
                continue;
            };
            for row in (0..table.rows()).step_by(9) {
                if let Some(had) = table.number(field, row) {
                    table.set_number(field, row, had * 5.0, None);
                }
            }
        }
    }
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let has = |word: &str| words.iter().any(|w| w == word);
    let number = |n: usize, or: usize| words.get(n).and_then(|w| w.parse().ok()).unwrap_or(or);
    let (schools, years) = (number(0, 60), number(1, 1));
    let limit = words
        .iter()
        .find_map(|w| w.strip_prefix("limit=")?.parse().ok());
    let gap = words
        .iter()
        .find_map(|w| w.strip_prefix("gap=")?.parse().ok());
    let Some(standard) = standard(limit) else {
        eprintln!("the pack cn-2017-6 cannot be read");
        return;
    };
    let mut base = poorer(schools, 1, has("budgets"));
    if has("binding") {
        uneven(&mut base);
    }
    let options = Options {
        target: 2025 + i16::try_from(years).unwrap_or(1),
        gap: gap.unwrap_or(1e-7),
        ..Options::after(2025)
    };
    let began = Instant::now();
    let seconds = words
        .iter()
        .find_map(|w| w.strip_prefix("seconds=")?.parse().ok());
    let tell = |p: junheng_plan::run::Progress| {
        eprintln!("  {:.2?} {:?} {:?}", began.elapsed(), p.objective, p.bound);
    };
    let run = Run::new(1, Duration::from_secs(seconds.unwrap_or(60))).told_to(&tell);
    let found = match plan(&base, &BTreeMap::new(), &standard, &options, &run) {
        Ok(found) => found,
        Err(error) => {
            eprintln!("{}", error.0.en);
            return;
        }
    };
    let took = began.elapsed();
    let check = check(&base, &BTreeMap::new(), &standard, &found);
    println!(
        "schools {schools} years {years} {} cost {} bound {} gap {:.2e} failing {}/{} conflicts {} steps {} broken {} in {took:.2?}",
        found.status.id(),
        found.proof.objective,
        found.proof.bound,
        found.proof.gap(),
        found.failing.len(),
        found.failing_bound,
        found.conflicts.len(),
        found.steps.len(),
        check.broken.len(),
    );
    for text in check.broken.iter().take(5) {
        println!("  {}", text.en);
    }
}

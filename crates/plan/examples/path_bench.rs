//! Times of the path planner on synthetic counties, and HiGHS on the plain formulation beside it.
//!
//! `path_bench SCHOOLS YEARS [binding] [leads] [budgets] [limit=C] [gap=G] [seconds=S] [seed=N] [plain]`; a line per run.

mod national;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use junheng_core::model::{Snapshot, TableId};
use junheng_core::standard::Standard;
use junheng_plan::path::{Options, check, plain, plan};
use junheng_plan::run::Run;
use junheng_plan::synthetic::{CountyOptions, county};

/// Every coefficient of variation limited to this.
fn limit(standard: &mut Standard, limit: f64) {
    for rule in &mut standard.variations {
        for by_stage in rule.limits.iter_mut().flatten() {
            by_stage.amount = junheng_core::standard::Amount::Number(limit);
        }
    }
}

/// The county, poorer than the generator makes it so that there is something to plan.
fn poorer(schools: usize, seed: u64, budgets: bool, leads: bool) -> Snapshot {
    use junheng_core::model::Field as F;
    let mut base = county(&CountyOptions {
        schools,
        seed,
        ..CountyOptions::default()
    });
    if !budgets {
        base.tables.remove(&TableId::Budgets);
    }
    if !leads {
        at_once(&mut base);
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

/// Every action counts in the year it is paid, as often as is wanted: in one year everything can be
/// reached. Otherwise much comes too late, and the plan has to name what cannot be kept.
fn at_once(base: &mut Snapshot) {
    use junheng_core::model::Field as F;
    let Some(table) = base.tables.get_mut(&TableId::UnitCosts) else {
        return;
    };
    for row in 0..table.rows() {
        table.set_number(F::CostLead, row, 0.0, None);
        table.set_number(F::CostLimit, row, f64::NAN, None);
    }
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
    let most = words
        .iter()
        .find_map(|w| w.strip_prefix("limit=")?.parse().ok());
    let gap = words
        .iter()
        .find_map(|w| w.strip_prefix("gap=")?.parse().ok());
    let mut standard = national::standard();
    if let Some(most) = most {
        limit(&mut standard, most);
    }
    let seed = words
        .iter()
        .find_map(|w| w.strip_prefix("seed=")?.parse().ok());
    let mut base = poorer(schools, seed.unwrap_or(1), has("budgets"), has("leads"));
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
    if has("plain") {
        let own = took.as_secs_f64();
        let began = Instant::now();
        let run = Run::new(1, Duration::from_secs(seconds.unwrap_or(60)));
        let made = plain(&base, &BTreeMap::new(), &standard, &options, &run);
        let took = began.elapsed().as_secs_f64();
        match made {
            Ok(Some((failing, proof))) => println!(
                "plain: failing {failing} {proof:?} gap {:.2e} in {took:.2} s",
                proof.gap()
            ),
            _ => println!("plain: no plan in {took:.2} s"),
        }
        println!("plain takes {:.1} times as long", took / own);
    }
}
